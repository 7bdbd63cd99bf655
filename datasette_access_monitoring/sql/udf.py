"""The functions that translated SQL calls, put on a SQLite connection.

All are pure and deterministic.  A NULL argument gives NULL; the functions themselves never
see one.  SQLite reports any failure as "user-defined function raised exception", so the
message is kept aside, per thread, for whoever ran the statement.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import Any

from . import udf_arrays, udf_numbers, udf_text, udf_times
from .times import NotSupportedValue

_failure = threading.local()


def take_failure() -> str | None:
    """The message of the last function that failed in this thread; asking forgets it."""
    message: str | None = getattr(_failure, "message", None)
    _failure.message = None
    return message


def strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as SQLite calls it: NULL in, NULL out, failures noted."""

    def call(*arguments: Any) -> Any:
        if None in arguments:
            return None
        try:
            return function(*arguments)
        except ValueError as error:
            _failure.message = str(error)
            raise

    return call


def attempt(function: Callable[..., Any]) -> Callable[..., Any]:
    """The TRY form of a cast: what cannot be cast is NULL."""

    def call(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except NotSupportedValue:
            raise
        except ValueError:
            return None

    return call


def _single(count: int, value: Any) -> Any:
    """The value of a scalar subquery; the only function that passes a NULL on."""
    if count > 1:
        _failure.message = "Scalar sub-query has returned multiple rows"
        raise ValueError(_failure.message)
    return value


def _table() -> dict[tuple[str, int], Callable[..., Any]]:
    table = {
        key: strict(function)
        for module in (udf_text, udf_numbers, udf_times, udf_arrays)
        for key, function in module.FUNCTIONS.items()
    }
    for name, cast in (*udf_numbers.CASTS.items(), *udf_times.CASTS.items()):
        table[f"trino_cast_{name}", 1] = strict(cast)
        table[f"trino_try_cast_{name}", 1] = strict(attempt(cast))
    table["trino_single", 2] = _single
    return table


_FUNCTIONS = _table()

NAMES: frozenset[str] = frozenset(name for name, _ in _FUNCTIONS)
"""The names of all functions that ``register`` makes, for an authorizer's allow-list."""


def register(connection: sqlite3.Connection) -> None:
    """Put every function that translated SQL may call on the connection."""
    for (name, arguments), function in _FUNCTIONS.items():
        connection.create_function(name, arguments, function, deterministic=True)
