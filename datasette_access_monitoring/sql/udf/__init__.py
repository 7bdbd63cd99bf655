"""The functions that translated SQL calls, put on a SQLite connection.

All are pure and deterministic.  A NULL argument gives NULL; the functions themselves never
see one.  Where a function fails depends on who runs the statement: within ``collecting`` the
message is noted and the value is NULL, for the runner to raise when the statement ends;
anywhere else the statement fails with SQLite's "user-defined function raised exception".
"""

from __future__ import annotations

import math
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..times import NotSupportedValue
from . import arrays, decimals, nested, numbers, text, times


class _Thread(threading.local):
    """What a thread notes while it runs a statement within ``collecting``."""

    failures: list[str] | None = None
    deadline: float = math.inf
    overrun: str = ""


_thread = _Thread()


@contextmanager
def collecting(deadline: float = math.inf, overrun: str = "") -> Iterator[list[str]]:
    """Note the messages of functions that fail in this thread, in the list that this gives.

    SQLite would not pass a message on, and hosts print a traceback for each exception.  A
    result that was computed while the list is not empty is void.  A function called after
    ``deadline`` (as ``time.monotonic`` counts) fails with the message ``overrun``: SQLite
    itself looks at the clock only between its own steps.
    """
    failures: list[str] = []
    before = (_thread.failures, _thread.deadline, _thread.overrun)
    _thread.failures, _thread.deadline, _thread.overrun = failures, deadline, overrun
    try:
        yield failures
    finally:
        _thread.failures, _thread.deadline, _thread.overrun = before


def strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as SQLite calls it: NULL in, NULL out, failures noted or raised."""

    def call(*arguments: Any) -> Any:
        if None in arguments:
            return None
        if time.monotonic() > _thread.deadline:
            return _failed(ValueError(_thread.overrun))
        try:
            return function(*arguments)
        except ValueError as error:
            return _failed(error)

    return call


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as SQLite calls it, NULLs included: failures noted or raised."""

    def call(*arguments: Any) -> Any:
        if time.monotonic() > _thread.deadline:
            return _failed(ValueError(_thread.overrun))
        try:
            return function(*arguments)
        except ValueError as error:
            return _failed(error)

    return call


def noting(aggregate: type[Any]) -> type[Any]:
    """An aggregate's class whose methods note their failures or raise them."""
    methods = [
        name for name in ("step", "inverse", "value", "finalize") if hasattr(aggregate, name)
    ]
    return type(
        aggregate.__name__,
        (aggregate,),
        {name: guarded(getattr(aggregate, name)) for name in methods},
    )


def _failed(error: ValueError) -> None:
    if _thread.failures is None:
        raise error
    if not _thread.failures:
        _thread.failures.append(str(error))


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
    """The value of a scalar subquery, NULL or not."""
    if count > 1:
        return _failed(ValueError("Scalar sub-query has returned multiple rows"))
    return value


def _no_nan(count: int, value: Any) -> Any:
    """An aggregate of ``count`` doubles; NULL of some means that they came to NaN."""
    if count and value is None:
        return _failed(NotSupportedValue("the result is NaN: not supported"))
    return value


def _table() -> dict[tuple[str, int], Callable[..., Any]]:
    table: dict[tuple[str, int], Callable[..., Any]] = {}
    for module in _MODULES:
        for key, function in module.FUNCTIONS.items():
            table[key] = strict(function)
        for (name, arguments), cast in getattr(module, "CASTS", {}).items():
            table[f"trino_cast_{name}", arguments] = strict(cast)
            table[f"trino_try_cast_{name}", arguments] = strict(attempt(cast))
        for key, function in getattr(module, "OPEN", {}).items():
            table[key] = guarded(function)
    table["trino_single", 2] = _single
    table["trino_no_nan", 2] = _no_nan
    return table


_MODULES = (text, numbers, times, arrays, decimals, nested)
_FUNCTIONS = _table()
_AGGREGATES = {
    key: noting(aggregate)
    for module in _MODULES
    for key, aggregate in getattr(module, "AGGREGATES", {}).items()
}

NAMES: frozenset[str] = frozenset(name for name, _ in (*_FUNCTIONS, *_AGGREGATES))
"""The names of all functions that ``register`` makes, for an authorizer's allow-list."""


def register(connection: sqlite3.Connection) -> None:
    """Put every function that translated SQL may call on the connection."""
    for (name, arguments), function in _FUNCTIONS.items():
        connection.create_function(name, arguments, function, deterministic=True)
    for (name, arguments), aggregate in _AGGREGATES.items():
        if hasattr(aggregate, "inverse") and sys.version_info >= (3, 11):
            connection.create_window_function(name, arguments, aggregate)
        else:
            connection.create_aggregate(name, arguments, aggregate)
