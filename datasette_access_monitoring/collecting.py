"""Collecting: one source's way into one audit database, for as long as it runs.

Keeps the connection, tries again what could not be stored, and tells what it does to whoever
watches: the command line or the server.  What is collected, and when, is the source's business.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

from .errors import AccessMonitoringError, Stopped, StoreError
from .events import Event, Reject, decode
from .load import Loader, LoadSummary
from .sources.kinds import Run
from .sources.model import Source
from .store.database import identity, open_for_writing, settle
from .store.state import read_cursor
from .store.write import PlacedReject

_Result = TypeVar("_Result")

BUSY_SECONDS = 20.0
"""How long a transaction waits for other writers, before that is told and it tries again."""

LONGEST_PAUSE = 30.0
"""Seconds between two attempts to store something, at most; the first is a second."""

_IDLE_SECONDS = 30.0

_log = logging.getLogger(__name__)


class Watcher(Protocol):
    """Whoever is told what a delivery does; from the delivery's thread."""

    def progress(self, source: Source, done: int) -> None:
        """So many bytes of a source are read."""
        ...

    def loaded(self, summary: LoadSummary) -> None:
        """Something was read and stored."""
        ...

    def problem(self, location: str, message: str | None) -> None:
        """What is wrong with a location (the database's is its path); ``None`` when no more."""
        ...


class Collector:
    """A ``Delivery`` into the database at ``path``, until ``stop`` is set."""

    def __init__(self, path: Path, stop: threading.Event, watcher: Watcher) -> None:
        self._path = path
        self._stop = stop
        self._watcher = watcher
        self._loader: Loader | None = None
        self._file: tuple[int, int] | None = None
        self._used_at = 0.0

    def close(self) -> None:
        """Close the connection; it is opened again when it is needed."""
        if self._loader is not None:
            settle(self._loader.connection)
            self._loader.connection.close()
            self._loader = None

    def wait(self, seconds: float) -> None:
        """Wait so long.  Raises ``Stopped``, and ``StoreError`` where the database is gone."""
        self._check_file()
        # The last connection that closes leaves one file, without a log beside it.
        if self._loader is not None and time.monotonic() - self._used_at > _IDLE_SECONDS:
            self.close()
        if self._stop.wait(seconds):
            raise Stopped("stopped")

    def problem(self, location: str, message: str | None) -> None:
        """Tell the watcher."""
        self._watcher.problem(location, message)

    def reached(self, location: str) -> bytes | None:
        """The cursor of the last delivery for ``location``.  Raises ``Stopped``."""
        return self._trying(lambda loader: read_cursor(loader.connection, location))

    def deliver(self, location: str, lines: Iterable[bytes], cursor: bytes = b"") -> None:
        """Store lines and the cursor in one transaction.  Raises ``Stopped``."""
        started = time.monotonic()
        events: list[Event] = []
        rejects: list[PlacedReject] = []
        for number, line in enumerate(lines, start=1):
            decoded = decode(line)
            if isinstance(decoded, Event):
                events.append(decoded)
            elif isinstance(decoded, Reject):
                # Of no offset: the same line, delivered again, is the same reject.
                rejects.append(PlacedReject(line, 0, number, decoded))
        written = self._trying(
            lambda loader: loader.writer.receive(location, events, rejects, cursor)
        )
        summary = LoadSummary(read=len(events) + len(rejects), written=written)
        summary.seconds = time.monotonic() - started
        self._watcher.loaded(summary)

    def load(self, sources: Iterable[Source]) -> Mapping[str, str]:
        """Load sources from where they were left; gives failures.  Raises ``Stopped``."""
        several = list(sources)
        summary = self._trying(lambda loader: loader.load(several, self._watcher.progress))
        self._watcher.loaded(summary)
        return summary.failures

    def _trying(self, work: Callable[[Loader], _Result]) -> _Result:
        """What comes of the work, tried until the database can take it.  Raises ``Stopped``."""
        pause = 1.0
        while True:
            self._check_file()
            try:
                result = work(self._opened())
            except (StoreError, sqlite3.Error) as error:
                self.close()
                self.problem(str(self._path), f"{error}; tried again in {pause:.0f} s")
                self.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                self._used_at = time.monotonic()
                if pause > 1.0:
                    self.problem(str(self._path), None)
                return result

    def _opened(self) -> Loader:
        if self._loader is None:
            connection = open_for_writing(self._path, BUSY_SECONDS)
            self._loader = Loader(connection, self._stop.is_set)
            self._file = self._file or identity(self._path)
        return self._loader

    def _check_file(self) -> None:
        """Refuse to write into a file that nobody will find any more.

        Raises ``StoreError`` once; whatever comes then goes into the file that has its name now.
        """
        if self._file is not None and identity(self._path) != self._file:
            self.close()
            self._file = None
            raise StoreError(
                f"{self._path} was removed or replaced while events were collected into it; all "
                "sources are read into the new one from their start"
            )


def collect(name: str, run: Run, collector: Collector) -> None:
    """Run a source until it is stopped; what else ends it is told, and it runs again.

    ``name`` is what problems of the source itself are told under.
    """
    pause = 1.0
    while True:
        started = time.monotonic()
        try:
            run(collector)
            message = "it ended, though nobody has stopped it"
        except Stopped:
            break
        except AccessMonitoringError as error:
            message = str(error)
        except Exception as error:  # another's code: whatever it is, collecting goes on
            _log.exception("source %s", name)
            message = f"{type(error).__name__}: {error}"
        if time.monotonic() - started > LONGEST_PAUSE:
            pause = 1.0  # it had been well for a while
        try:
            collector.problem(name, f"{message}; started again in {pause:.0f} s")
            collector.wait(pause)
        except Stopped:
            break
        pause = min(2 * pause, LONGEST_PAUSE)
        collector.problem(name, None)
    collector.close()
