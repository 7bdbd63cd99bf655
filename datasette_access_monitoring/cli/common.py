"""What the commands share: errors in one line, the database option, moments of time."""

from __future__ import annotations

import errno
import getpass
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..errors import AccessMonitoringError

if TYPE_CHECKING:
    from ..self_audit import Principal

_Command = TypeVar("_Command", bound=Callable[..., Any])


class AuditGroup(click.Group):
    """A group whose commands end with one line on stderr, and exit 1, on our own errors."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what went wrong is said, never shown as a traceback."""
        with errors_told():
            return super().invoke(ctx)


@contextmanager
def errors_told() -> Iterator[None]:
    """Turn what can go wrong outside our hands into click's one-line errors."""
    # A damaged or locked file can show at any read, so SQLite's errors count as ours.
    import sqlite3

    try:
        yield
    except AccessMonitoringError as error:
        raise click.ClickException(one_line(str(error))) from error
    except sqlite3.Error as error:
        from ..store.faults import meaning

        raise click.ClickException(one_line(meaning(error))) from error
    except OSError as error:
        if error.errno == errno.EPIPE:  # `| head` has had enough; click ends quietly
            raise
        raise click.ClickException(f"the output could not be written: {error.strerror}") from error


class Moment(click.ParamType[int]):
    """A moment as UTC milliseconds since 1970: RFC 3339, or a day, which means its end."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the text of ``--as-of``."""
        from ..events.times import parse_moment

        if isinstance(value, int):
            return value
        try:
            return parse_moment(str(value))
        except ValueError as error:
            self.fail(f"{value!r} is {error}; write 2026-11-22 or 2026-11-22T10:00:00Z", param, ctx)


class DatabaseFile(click.Path):
    """The path of an audit database.  ``:memory:`` is refused: it would be gone at once."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the text of ``--db``."""
        if str(value) == ":memory:":
            self.fail("name a file; a database in memory would be gone at once", param, ctx)
        return super().convert(value, param, ctx)


def db_option(command: _Command) -> _Command:
    """Give a command ``--db``, the audit database it works on."""
    return click.option(
        "--db",
        type=DatabaseFile(),
        default="audit.db",
        envvar="DATASETTE_AUDIT_DB",
        show_default=True,
        show_envvar=True,
        help="The audit database.",
    )(command)


def format_option(*formats: str) -> Callable[[_Command], _Command]:
    """Give a command ``--format``, with the first of ``formats`` as the default."""
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How to print the result.",
    )


def as_of_option(command: _Command) -> _Command:
    """Give a command ``--as-of``, the moment it takes as now."""
    return click.option(
        "--as-of",
        "as_of_ms",
        type=Moment(),
        metavar="TIME",
        help="The moment to take as now: 2026-11-22 (its end) or 2026-11-22T10:00:00Z.  "
        "[default: now]",
    )(command)


def principal() -> Principal:
    """Who runs the command, as the operating system knows them."""
    from ..self_audit import Principal

    try:
        return Principal(getpass.getuser(), "cli")
    except (KeyError, OSError, ImportError):  # nobody with a name, as in many containers
        return Principal(f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown", "cli")


def one_line(text: str) -> str:
    """A message as one line of harmless text, whatever a log put into it."""
    from ..visible import visible

    return visible(" ".join(text.splitlines()))


def utc_text(time_ms: int) -> str:
    """A time, given in milliseconds since 1970, as people read it: UTC, to the second."""
    from datetime import datetime, timedelta

    moment = datetime(1970, 1, 1) + timedelta(milliseconds=time_ms)
    return moment.isoformat(" ", "seconds") + " UTC"


def echo_json(value: Any) -> None:
    """Print a value as indented JSON; what could fool a terminal is escaped."""
    from ..visible import escaped_json

    click.echo(escaped_json(json.dumps(value, indent=2, ensure_ascii=False)))


def echo_json_array(values: Iterable[Any]) -> None:
    """Print values as one JSON array, one at a time, so that there may be any number."""
    from ..visible import escaped_json

    click.echo("[", nl=False)
    for number, value in enumerate(values):
        text = escaped_json(json.dumps(value, ensure_ascii=False))
        click.echo(f"{',' if number else ''}\n  {text}", nl=False)
    click.echo("\n]")


def echo_table(headers: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print texts as an aligned table."""
    from ..sql.render import text_table

    click.echo(text_table(list(headers), [list(row) for row in rows]), nl=False)
