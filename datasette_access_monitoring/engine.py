"""Run one translated query on one SQLite connection, within limits.

For the length of the call the connection may read the query's tables and call the
functions that translations use, and nothing else; afterwards it is as it was.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .errors import QueryError
from .sql import udf
from .sql.translate import OutputColumn, Translation
from .sql.window import Window

_BUILT_IN = frozenset({
    "avg", "cast", "coalesce", "count", "instr", "json_array_length", "json_each", "json_extract",
    "json_quote", "json_type", "json_valid", "like", "max", "min", "nullif", "strftime", "substr",
    "sum", "typeof",
})  # fmt: skip
# How many steps of SQLite's machine pass between two looks at the clock: about a millisecond.
_STEPS = 20_000
_BATCH = 256


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
        values = {
            "window_first": window.first_id,
            "window_last": window.last_id,
            "as_of_ms": as_of_ms,
        }
        used = translation.parameters()
        parameters = {name: value for name, value in values.items() if name in used}
        start = time.monotonic()
        udf.take_failure()
        self._connection.set_authorizer(_authorizer(translation.tables))
        self._connection.set_progress_handler(_alarm(start + limits.seconds), _STEPS)
        try:
            cursor = self._connection.cursor()
            cursor.row_factory = None
            try:
                cursor.execute(translation.sql, parameters)
                rows, truncated = _fetch(cursor, limits)
            finally:
                cursor.close()
        except sqlite3.Error as error:
            raise _explained(error, limits) from error
        finally:
            self._connection.set_progress_handler(None, 0)
            self._connection.set_authorizer(None)
        elapsed = (time.monotonic() - start) * 1000
        return Result(translation.columns, rows, truncated, elapsed)


def _fetch(cursor: sqlite3.Cursor, limits: Limits) -> tuple[list[tuple[Any, ...]], bool]:
    """Rows until the end or a limit; whether a limit came first."""
    rows: list[tuple[Any, ...]] = []
    size = 0
    while batch := cursor.fetchmany(_BATCH):
        for row in batch:
            size += sum(len(value) if isinstance(value, (str, bytes)) else 8 for value in row)
            if len(rows) >= limits.rows or size > limits.bytes:
                return rows, True
            rows.append(row)
    return rows, False


def _alarm(deadline: float) -> Callable[[], int]:
    return lambda: int(time.monotonic() > deadline)


def _authorizer(tables: frozenset[str]) -> Callable[..., int]:
    """What the statement may do: select, read its tables, call its functions."""
    functions = _BUILT_IN | udf.NAMES

    def decide(action: int, first: str | None, second: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_SELECT:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            allowed = first in tables or first == "json_each"
        elif action == sqlite3.SQLITE_FUNCTION:
            allowed = (second or "").lower() in functions
        else:
            allowed = False
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    return decide


def _explained(error: sqlite3.Error, limits: Limits) -> QueryError:
    failure = udf.take_failure()
    if failure is not None:
        return QueryError(failure)
    message = str(error)
    if message == "interrupted":
        return QueryError(
            f"the query ran longer than {limits.seconds:g} seconds: "
            "ask for fewer days, or for less in one query"
        )
    if message == "integer overflow":
        return QueryError("bigint addition overflow")
    return QueryError(f"the database refused the query: {message}")
