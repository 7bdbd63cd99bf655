"""SQLite functions that queries call where they must end in an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..rules.times import NotSupportedValue

MAX_DEPTH = 10
"""Trino's default for ``max_recursion_depth``: so many steps may give rows."""


def depth(value: int) -> int:
    """The depth of a row in a recursion; raises ``ValueError`` for one beyond the limit."""
    if value > MAX_DEPTH:
        raise ValueError(
            f"Recursion depth limit exceeded ({MAX_DEPTH}). Use 'max_recursion_depth' session "
            "property to modify the limit."
        )
    return value


def undecided(_: Any) -> None:
    """Raise ``NotSupportedValue``: called with anything where NULLs leave an IN open."""
    raise NotSupportedValue("IN over rows or arrays that hold NULLs: not supported")


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {("trino_depth", 1): depth}
"""Name and number of arguments -> function; it never sees a NULL."""

OPEN: dict[tuple[str, int], Callable[..., Any]] = {("trino_undecided", 1): undecided}
"""The same for functions that see NULLs."""
