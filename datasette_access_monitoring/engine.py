"""Run one translated query on one SQLite connection, within limits.

For the length of the call the connection may read the query's tables and call the
functions that translations use, and nothing else; afterwards it has no authorizer and no
progress handler, whatever it had before.
"""

from __future__ import annotations

import re
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .errors import QueryError
from .sql import udf
from .sql.translate import OutputColumn, Translation
from .sql.window import Window
from .store.ids import id_range

# SQLite's own functions that translations and the store's columns use; CAST counts as one.
_BUILT_IN = frozenset({
    "abs", "avg", "cast", "coalesce", "count", "instr", "json_array_length",
    "json", "json_each", "json_extract", "json_insert", "json_quote", "json_type", "json_valid",
    "like", "max", "min", "nullif", "strftime", "substr", "sum", "typeof",
})  # fmt: skip
_CTE = re.compile(r"_w_|_q[0-9]+$")
# Before Python 3.11 an authorizer cannot be taken away, only replaced by one that allows all.
_NO_AUTHORIZER = None if sys.version_info >= (3, 11) else lambda *_: sqlite3.SQLITE_OK
# How many steps of SQLite's machine pass between two looks at the clock: about a millisecond.
_STEPS = 20_000
_LONGEST = (1 << 31) - 1


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a query may go: seconds of work, rows and bytes of result."""

    seconds: float = 60.0
    rows: int = 1_000_000
    bytes: int = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Result:
    """What a query gave.

    ``rows`` hold SQLite's values, which ``sql.render`` writes by type.  ``truncated`` says
    that the limit of rows or bytes ended the result early.  ``milliseconds`` is the time it took.
    """

    columns: tuple[OutputColumn, ...]
    rows: list[tuple[Any, ...]]
    truncated: bool
    milliseconds: float


def parameter_values(window: Window, as_of_ms: int) -> dict[str, int]:
    """What a translation's parameters are on SQLite, for a window and a moment."""
    first, last = id_range(window.first_ms, window.last_ms)
    return {"window_first": first, "window_last": last, "as_of_ms": as_of_ms}


class Engine:
    """Runs translations on one connection, which one thread uses at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        udf.register(connection)

    def run(
        self,
        translation: Translation,
        window: Window,
        as_of_ms: int,
        limits: Limits = Limits(),
    ) -> Result:
        """Run a query over the events of a window, and take ``as_of_ms`` (since 1970, UTC) as now.

        Raises ``QueryError`` when a value cannot be computed, time runs out, or the
        connection refuses the statement.
        """
        values = parameter_values(window, as_of_ms)
        used = translation.parameters()
        parameters = {name: value for name, value in values.items() if name in used}
        start = time.monotonic()
        overrun = f"the query ran longer than {limits.seconds:g} seconds"
        with udf.collecting(start + limits.seconds, overrun) as failures:
            rows, truncated = self._rows(translation, parameters, limits, failures)
        if failures:
            raise QueryError(failures[0])
        elapsed = (time.monotonic() - start) * 1000
        return Result(translation.columns, rows, truncated, elapsed)

    def _rows(
        self,
        translation: Translation,
        parameters: dict[str, int],
        limits: Limits,
        failures: list[str],
    ) -> tuple[list[tuple[Any, ...]], bool]:
        """The rows, and whether a limit cut them; the connection is narrowed while they come."""
        deadline = time.monotonic() + limits.seconds
        longest = _limit_length(self._connection, limits.bytes)
        self._connection.set_authorizer(_authorizer(translation.tables))
        self._connection.set_progress_handler(
            lambda: bool(failures) or time.monotonic() > deadline, _STEPS
        )
        try:
            cursor = self._connection.cursor()
            cursor.row_factory = None
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


def _authorizer(tables: frozenset[str]) -> Callable[..., int]:
    """What the statement may do: select, read its tables, call its functions."""
    functions = _BUILT_IN | udf.NAMES

    def decide(action: int, first: str | None, second: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_SELECT:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            # A CTE of which no column is read is reported like a table, with an empty column.
            cte = second == "" and _CTE.match(first or "") is not None
            allowed = cte or first in tables or first == "json_each"
        elif action == sqlite3.SQLITE_FUNCTION:
            allowed = (second or "").lower() in functions
        else:
            allowed = False
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    return decide


def _explained(error: sqlite3.Error, limits: Limits) -> str:
    """SQLite's message in the words of a query's author."""
    message = str(error)
    if message == "interrupted":
        return (
            f"the query ran longer than {limits.seconds:g} seconds: "
            "ask for fewer days, or for less in one query"
        )
    if message == "integer overflow":
        return "bigint overflow: the sum is out of range"
    return f"the database refused the query: {message}"
