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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..rules.times import NotSupportedValue
from . import (
    addresses,
    aggregates,
    angles,
    arranging,
    array_sets,
    array_shapes,
    arrays,
    binary,
    casting,
    choice,
    conditions,
    decimals,
    formats,
    gathering,
    jsons,
    lambdas,
    letters,
    maps,
    nested,
    numbers,
    queries,
    regexps,
    splitting,
    statistics,
    stored,
    text,
    time_formats,
    times,
    unnest,
    urls,
    windows,
    zones,
)
from .running import running as _thread


@contextmanager
def collecting(deadline: float = math.inf) -> Iterator[list[str]]:
    """Note the messages of functions that fail in this thread, in the list that this gives.

    SQLite would not pass a message on, and hosts print a traceback for each exception.  A
    result that was computed while the list is not empty is void, and no function computes
    any more: whoever keeps the time may end them all by a message of his own.  ``deadline``
    (as ``time.monotonic`` counts) is for functions that take long over one value.
    """
    failures: list[str] = []
    before = (_thread.failures, _thread.deadline)
    _thread.failures, _thread.deadline = failures, deadline
    try:
        yield failures
    finally:
        _thread.failures, _thread.deadline = before


_TOO_DEEP = "a value that is nested too deeply: not supported"


def _failed(error: ValueError) -> None:
    if _thread.failures is None:
        raise error
    if not _thread.failures:
        _thread.failures.append(str(error))


def strict(
    function: Callable[..., Any], failed: Callable[[ValueError], None] = _failed
) -> Callable[..., Any]:
    """The function as SQLite calls it: NULL in, NULL out, failures noted or raised."""

    def call(*arguments: Any) -> Any:
        if None in arguments or _thread.failures:
            return None
        try:
            return function(*arguments)
        except ValueError as error:
            return failed(error)
        except RecursionError:
            return _failed(NotSupportedValue(_TOO_DEEP))

    return call


def guarded(
    function: Callable[..., Any], failed: Callable[[ValueError], None] = _failed
) -> Callable[..., Any]:
    """The function as SQLite calls it, NULLs included: failures noted or raised."""

    def call(*arguments: Any) -> Any:
        if _thread.failures:  # an aggregate may be asked for what it has seen only in part
            return None
        try:
            return function(*arguments)
        except ValueError as error:
            return failed(error)
        except RecursionError:
            return _failed(NotSupportedValue(_TOO_DEEP))

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


def _failed_inside(error: ValueError) -> None:
    """Note a failure inside of TRY; what is no failure of Trino's stays one of the statement."""
    if isinstance(error, NotSupportedValue):
        return _failed(error)
    _thread.tried = True
    return None


def _trying() -> int:
    """Begin a TRY: what a statement that broke off has left is nothing to this one."""
    _thread.tried = False
    return 0


def _try(_: int, value: Any) -> Any:
    """The value of an expression inside of TRY, just computed: NULL if a part of it failed.

    SQLite computes arguments from the left, so ``_trying`` has just been called.
    """
    failed, _thread.tried = _thread.tried, False
    return None if failed else value


def inside_try(name: str) -> str:
    """The name that a function is called by inside of TRY."""
    return name.replace("trino_", "trino_tried_", 1)


def _single(count: int, value: Any) -> Any:
    """The value of a scalar subquery, NULL or not."""
    if count > 1:
        return _failed(ValueError("Scalar sub-query has returned multiple rows"))
    return value


def _table(failed: Callable[[ValueError], None]) -> dict[tuple[str, int], Callable[..., Any]]:
    """The functions of all modules as SQLite calls them, with what they do when they fail."""
    table: dict[tuple[str, int], Callable[..., Any]] = {}
    for module in _MODULES:
        for key, function in module.FUNCTIONS.items():
            table[key] = strict(function, failed)
        for (name, arguments), cast in getattr(module, "CASTS", {}).items():
            table[f"trino_cast_{name}", arguments] = strict(cast, failed)
            table[f"trino_try_cast_{name}", arguments] = strict(attempt(cast), failed)
        for key, function in getattr(module, "OPEN", {}).items():
            table[key] = guarded(function, failed)
    return table


_MODULES = (
    text,
    letters,
    splitting,
    formats,
    regexps,
    urls,
    binary,
    numbers,
    angles,
    times,
    arrays,
    array_sets,
    array_shapes,
    lambdas,
    maps,
    decimals,
    nested,
    casting,
    choice,
    stored,
    unnest,
    queries,
    jsons,
    addresses,
    conditions,
    aggregates,
    arranging,
    gathering,
    statistics,
    windows,
    time_formats,
    zones,
)
_FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    **_table(_failed),
    ("trino_single", 2): _single,
}
# SQLite computes what is deterministic and constant once, and not where it stands.
_NOT_CONSTANT: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_trying", 0): _trying,
    ("trino_try", 2): _try,
    **{(inside_try(name), count): call for (name, count), call in _table(_failed_inside).items()},
}
_AGGREGATES = {
    key: noting(aggregate)
    for module in _MODULES
    for key, aggregate in getattr(module, "AGGREGATES", {}).items()
}

NAMES: frozenset[str] = frozenset(name for name, _ in (*_FUNCTIONS, *_NOT_CONSTANT, *_AGGREGATES))
"""The names of all functions that ``register`` makes, for an authorizer's allow-list."""


def register(connection: sqlite3.Connection) -> None:
    """Put every function that translated SQL may call on the connection."""
    for (name, arguments), function in _FUNCTIONS.items():
        connection.create_function(name, arguments, function, deterministic=True)
    for (name, arguments), function in _NOT_CONSTANT.items():
        connection.create_function(name, arguments, function)
    for (name, arguments), aggregate in _AGGREGATES.items():
        if hasattr(aggregate, "inverse") and sys.version_info >= (3, 11):
            connection.create_window_function(name, arguments, aggregate)
        else:
            connection.create_aggregate(name, arguments, aggregate)
