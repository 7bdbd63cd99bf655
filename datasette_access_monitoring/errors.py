"""The exceptions that this package raises on purpose, under one root.

Every message is written for the person who can act on it: what is wrong, where
it is (file, line, key, column), and what to do.  Commands print it as one line;
anything that is not an ``AccessMonitoringError`` is a bug of ours.
"""

from __future__ import annotations


class AccessMonitoringError(Exception):
    """Root of all errors that this package raises on purpose."""


class CatalogError(AccessMonitoringError):
    """The catalog data is wrong: a type, a path or a column that cannot be."""


class ConfigError(AccessMonitoringError):
    """A key of the plugin's configuration has a value that it cannot have."""


class ResourceError(AccessMonitoringError):
    """An audit query, report or role file is not what its kind asks for.

    ``line`` counts from 1, and is ``None`` when the fault has no single line.
    """

    def __init__(self, message: str, *, line: int | None = None) -> None:
        self.line = line
        super().__init__(message)


class NoSuchResource(ResourceError):
    """There is no resource of that kind and name."""


class ResourceExists(ResourceError):
    """A resource of that kind and name is there already."""


class ResourceIsFixed(ResourceError):
    """A resource that ships, or stands in the configuration, cannot be changed here."""


class ResourceChanged(ResourceError):
    """A resource has changed since the revision that a change was made from."""


class NoSuchRun(AccessMonitoringError):
    """A report has no run, or no result, of the kind that is asked for."""


class IntakeFull(AccessMonitoringError):
    """As much as may be is on its way into a database; what was refused can be sent again."""


class TooManyRuns(AccessMonitoringError):
    """As many reports are running as may at a time."""


class NoSuchEvent(AccessMonitoringError):
    """There is no event of that id."""


class NoSuchView(AccessMonitoringError):
    """There is no view of that name."""


class SourceError(AccessMonitoringError):
    """A source of events cannot be read: missing, unreadable, not a log."""


class Stopped(AccessMonitoringError):
    """Whatever was going on is to end: the server or the command wants to."""


class BodyTooLarge(SourceError):
    """What was pushed is longer than is taken at a time."""


class StoreError(AccessMonitoringError):
    """The database file cannot serve: missing, not ours, too new, locked, damaged."""


class StoreBusy(StoreError):
    """Another writer holds the database for longer than one waits."""


_LONGEST_MESSAGE = 1_000


class QueryError(AccessMonitoringError):
    """A query cannot be run as written, or would not give Trino's answer.

    ``line`` and ``column`` count from 1 as Trino's do, and are ``None`` when the
    fault has no single place.  ``str(error)`` carries the place, in Trino's form.  A message
    that quotes a long name or value is cut.
    """

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        if len(message) > _LONGEST_MESSAGE:
            message = message[:_LONGEST_MESSAGE] + "..."
        self.message = message
        self.line = line
        self.column = column
        place = f"line {line}:{column}: " if line is not None and column is not None else ""
        super().__init__(place + message)
