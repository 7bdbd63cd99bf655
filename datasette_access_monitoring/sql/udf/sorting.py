"""How held values are ordered and told apart in Python, by the text of their type.

A held value is what SQLite gives a function; see ``sql.values``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from functools import cmp_to_key, lru_cache, partial
from typing import Any

from ...catalog.types import parse_type
from ..rules import values
from ..rules.times import NotSupportedValue

_NESTED = ("array", "map", "row")
_ZONED = "timestamp with time zone"


@lru_cache(maxsize=256)
def sort_key(kind: str) -> Callable[[Any], Any]:
    """What values of a type that are not NULL are compared by; a NULL inside them fails."""
    parsed = parse_type(kind)
    if parsed.base in ("array", "row"):
        wrapped = cmp_to_key(partial(values.compare, parsed))
        return lambda value: wrapped(json.loads(value))
    if parsed.base == _ZONED:
        return lambda value: value >> 12
    return lambda value: value


@lru_cache(maxsize=256)
def identity(kind: str) -> Callable[[Any], Hashable]:
    """What two values of a type share exactly when they are not distinct."""
    parsed = parse_type(kind)
    if parsed.base in _NESTED:
        return lambda value: None if value is None else values.key(parsed, json.loads(value))
    if parsed.base == _ZONED:
        return lambda value: None if value is None else value >> 12
    return lambda value: value


MAX_HELD = 16 * 1024 * 1024
"""How much an aggregate keeps: characters, and sixteen for each value."""


class Budget:
    """What an aggregate may still keep."""

    def __init__(self) -> None:
        self._left = MAX_HELD

    def take(self, *kept: Any) -> None:
        """Count values that are kept from now on; raises ``NotSupportedValue`` for too many."""
        for value in kept:
            self._left -= 16 + (len(value) if isinstance(value, (str, bytes)) else 0)
        if self._left < 0:
            raise NotSupportedValue(
                f"an aggregate over more than {MAX_HELD:,} characters: not supported"
            )

    def give(self, *dropped: Any) -> None:
        """Count values that are kept no more."""
        for value in dropped:
            self._left += 16 + (len(value) if isinstance(value, (str, bytes)) else 0)
