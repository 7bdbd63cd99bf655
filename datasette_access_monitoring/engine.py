"""Run one translated query on one SQLite connection, within limits.

For the length of the call the connection may read the storage columns that the query names
and call the functions that translations use, and nothing else.  The connection must be the
engine's own: afterwards it has no authorizer and no progress handler, whatever it had before,
and whoever shared it would be bound, and interrupted, along with the query.
"""

from __future__ import annotations

import re
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import QueryError
from .sql import udf
from .sql.relation import Relation
from .sql.translate import OutputColumn, Translation
from .sql.window import Window
from .stopping import Stop
from .store.database import open_for_reading
from .store.faults import meaning
from .store.ids import id_range
from .store.layout import EXTRAS_TABLE
from .store.relations import read_relations

# SQLite's own functions that translations and the store's columns use; CAST counts as one.
_BUILT_IN = frozenset({
    "abs", "avg", "cast", "coalesce", "count", "cume_dist", "dense_rank", "first_value", "hex",
    "instr", "json", "json_array", "json_array_length", "json_each", "json_extract", "json_insert",
    "json_quote", "json_type", "json_valid", "lag", "last_value", "lead", "like", "max", "min",
    "nth_value", "nullif", "percent_rank", "rank", "row_number", "rtrim", "strftime", "substr",
    "sum", "typeof",
})  # fmt: skip
_FUNCTIONS = _BUILT_IN | udf.NAMES
_CTE = re.compile(r"_w_|_q[0-9]+$")
# Before Python 3.11 an authorizer cannot be taken away, only replaced by one that allows all.
_NO_AUTHORIZER = None if sys.version_info >= (3, 11) else lambda *_: sqlite3.SQLITE_OK
# How many steps of SQLite's machine pass between two looks for a failure: about a millisecond.
_STEPS = 20_000
_LONGEST = (1 << 31) - 1
_STOPPED = "the query was stopped: whoever asked did not wait for it"
# What to say where SQLite's own limits end a statement.
_TOO_MUCH = {
    "the query is nested too deeply": ("Expression tree is too large", "parser stack overflow"),
    "the query has too many columns": ("too many columns",),
    "the query joins too many tables": ("at most 64 tables in a join",),
    "a function call has too many arguments": ("too many arguments on function",),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a query may go: seconds of work, rows and bytes of result, bytes of one text."""

    seconds: float = 60.0
    rows: int = 1_000_000
    bytes: int = 256 * 1024 * 1024
    text: int = 32 * 1024 * 1024


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Result:
    """What a query gave.

    ``rows`` hold SQLite's values, which ``sql.render`` writes by type.  ``truncated`` says
    that the limit of rows or bytes ended the result early.  ``milliseconds`` is the time it took,
    ``as_of_ms`` (since 1970, UTC) the moment that was taken as now.
    """

    columns: tuple[OutputColumn, ...]
    rows: list[tuple[Any, ...]]
    truncated: bool
    milliseconds: float
    as_of_ms: int


def parameter_values(window: Window, as_of_ms: int) -> dict[str, int]:
    """What a translation's parameters are on SQLite, for a window and a moment."""
    first, last = id_range(window.first_ms, window.last_ms)
    return {"window_first": first, "window_last": last, "as_of_ms": as_of_ms}


class Engine:
    """Runs translations on one connection of its own, which one thread uses at a time.

    ``stop`` ends, from another thread, what runs, and all that would be run after it.
    """

    def __init__(self, connection: sqlite3.Connection, stop: Stop | None = None) -> None:
        self._connection = connection
        self._stop = stop or Stop()
        udf.register(connection)
        # SQLite declares the table at its first use, which the authorizer would refuse.
        connection.execute("SELECT 1 FROM json_each('[]')").close()

    @classmethod
    @contextmanager
    def open(cls, path: Path | str, stop: Stop | None = None) -> Iterator[Engine]:
        """An engine on a connection that only reads, and is closed in the end.

        Raises ``StoreError`` where there is no audit database.
        """
        connection = open_for_reading(path)
        try:
            yield cls(connection, stop)
        finally:
            connection.close()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is run within sees the log as it is at the first look."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")

    def relations(self) -> Mapping[str, Relation]:
        """The views that a query may name, as the database has them now."""
        return read_relations(self._connection)

    def run(
        self,
        translation: Translation,
        window: Window,
        as_of_ms: int,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Result:
        """Run a query over the events of a window, and take ``as_of_ms`` (since 1970, UTC) as now.

        Raises ``QueryError`` when a value cannot be computed, time runs out, it is stopped, or
        the connection refuses the statement.
        """
        values = parameter_values(window, as_of_ms)
        used = translation.parameters()
        parameters = {name: value for name, value in values.items() if name in used}
        start = time.monotonic()
        with udf.collecting(start + limits.seconds) as failures:
            rows, truncated = self._rows(translation, parameters, limits, failures)
        if failures:
            raise QueryError(failures[0])
        elapsed = (time.monotonic() - start) * 1000
        return Result(translation.columns, rows, truncated, elapsed, as_of_ms)

    def _rows(
        self,
        translation: Translation,
        parameters: dict[str, int],
        limits: Limits,
        failures: list[str],
    ) -> tuple[list[tuple[Any, ...]], bool]:
        """The rows, and whether a limit cut them; the connection is narrowed while they come."""
        longest = _limit_length(self._connection, limits.text)
        self._connection.set_authorizer(_authorizer(translation))
        self._connection.set_progress_handler(lambda: bool(failures), _STEPS)
        cursor = self._connection.cursor()
        cursor.row_factory = None
        try:
            with self._ended_early(limits.seconds, failures):
                try:
                    cursor.execute(translation.sql, parameters)
                    return _fetch(cursor, limits)
                finally:
                    cursor.close()
        except sqlite3.Error as error:
            raise QueryError(failures[0] if failures else _explained(error, limits)) from error
        finally:
            self._connection.set_progress_handler(None, 0)
            self._connection.set_authorizer(_NO_AUTHORIZER)
            _limit_length(self._connection, longest)

    @contextmanager
    def _ended_early(self, seconds: float, failures: list[str]) -> Iterator[None]:
        """End the connection's statement when it has run for so long, or a stop is wanted.

        A thread of its own keeps the time: SQLite would look at a clock only after a number of
        its steps, and a step may be slow.  An interrupt counts from the next step on, a failure
        from the next function on, and before the first step.
        """

        def end(reason: str) -> None:
            failures.append(reason)
            self._connection.interrupt()

        watch = threading.Timer(seconds, end, [_overrun(seconds)])
        watch.daemon = True
        watch.start()
        try:
            with self._stop.calling(lambda: end(_STOPPED)):
                yield
        finally:
            watch.cancel()
            watch.join()  # what comes next on the connection is never interrupted


def _overrun(seconds: float) -> str:
    return (
        f"the query ran longer than {seconds:g} seconds: "
        "ask for fewer days, or for less in one query"
    )


def _limit_length(connection: sqlite3.Connection, length: int) -> int:
    """Set how long a text may be and give what it was; Python cannot before 3.11."""
    if sys.version_info >= (3, 11):
        return connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, min(length, _LONGEST))
    return length


def _fetch(cursor: sqlite3.Cursor, limits: Limits) -> tuple[list[tuple[Any, ...]], bool]:
    """Rows until the end or a limit; whether a limit came first."""
    rows: list[tuple[Any, ...]] = []
    size = 0
    for row in cursor:  # one by one: a single row may be as long as the limit
        size += sum(map(_size, row))
        if len(rows) >= limits.rows or size > limits.bytes:
            return rows, True
        rows.append(row)
    return rows, False


def _size(value: Any) -> int:
    """Bytes of a value, near enough for a limit."""
    if isinstance(value, str):
        return len(value) if value.isascii() else len(value.encode())
    return len(value) if isinstance(value, bytes) else 8


def _authorizer(translation: Translation) -> Callable[..., int]:
    """What the statement may do: select, read its columns, call its functions."""
    reads, behind = translation.reads, translation.behind

    def may_read(table: str, column: str, view: str) -> bool:
        if table == "json_each" or table in behind.get(view, ()):
            return True
        if table == EXTRAS_TABLE:  # what an event has there is read as a part of the event
            return any("_shared" in columns for columns in reads.values())
        if column == "":  # a table, or CTE, of which no column is read
            return table in reads or _CTE.match(table) is not None
        return column in reads.get(table, ())

    def decide(
        action: int, first: str | None, second: str | None, _database: str | None, view: str | None
    ) -> int:
        if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE):
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            allowed = may_read(first or "", second or "", view or "")
        elif action == sqlite3.SQLITE_FUNCTION:
            allowed = (second or "").lower() in _FUNCTIONS
        else:
            allowed = False
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    return decide


def _explained(error: sqlite3.Error, limits: Limits) -> str:
    """SQLite's message in the words of a query's author."""
    message = str(error)
    if message == "interrupted":
        return _overrun(limits.seconds)
    if message == "string or blob too big":
        return f"a value of more than {limits.text:,} bytes: not supported"
    for ours, words in _TOO_MUCH.items():
        if message.startswith(words):
            return ours
    if message == "integer overflow":
        return "bigint overflow: the sum is out of range"
    if message.startswith("misuse of aggregate"):
        return "a lambda cannot go through this aggregate: compute it in a subquery first"
    if message == "parser stack overflow":
        return "the query is nested too deeply"
    meant = meaning(error)
    if meant != message:
        return f"the query has no answer: {meant}"
    return f"the database refused the query: {message}"
