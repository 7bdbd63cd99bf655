"""CAST between types that one SQLite expression cannot convert: nested values, JSON, addresses.

The first two arguments are the texts of the types; each group of types has its module.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from ...catalog.types import TrinoType, parse_type
from ..rules import addresses, casting, json_casts, nested_casts
from ..rules.times import NotSupportedValue
from .text import short

_ADDRESSES = ("ipaddress", "ipprefix")
_PLAIN = ("boolean", "integer", "bigint", "decimal", "double", "varchar", "varbinary", "date",
          "timestamp", "timestamp with time zone", "interval day to second",
          "interval year to month")  # fmt: skip


def cast(source: str, target: str, value: Any) -> Any:
    """CAST of a held value, by the texts of its type and of the one it becomes."""
    return _caster(source, target)(value)


def try_cast(source: str, target: str, value: Any) -> Any:
    """TRY_CAST of a held value: what cannot be cast is NULL."""
    try:
        return _caster(source, target)(value)
    except NotSupportedValue:
        raise
    except ValueError:
        return None


def convert(source: TrinoType, target: TrinoType, value: Any) -> Any:
    """CAST of a held value of any type; raises ``ValueError`` where Trino fails."""
    if value is None or source == target:
        return value
    bases = (source.base, target.base)
    if isinstance(value, str):
        short("CAST", value)
    if "json" in bases:
        return json_casts.cast(source, target, value)
    if any(base in _ADDRESSES for base in bases):
        return addresses.cast(source, target, value)
    if source.arguments:
        return nested_casts.cast(source, target, value, convert)
    return casting.cast(source, target, value)


@lru_cache(maxsize=512)
def _caster(source: str, target: str) -> Callable[[Any], Any]:
    """The cast between two types by their texts: found once, called for each row."""
    kinds = parse_type(source), parse_type(target)
    if all(kind.base in _PLAIN for kind in kinds):
        return casting.caster(*kinds)
    return partial(convert, *kinds)


def _fit(text: str, length: int) -> str:
    """A text that a cast to ``varchar(length)`` made of another type: it must not be longer."""
    if len(text) > length:
        raise ValueError(f"Value {text[:100]} cannot be represented as varchar({length})")
    return text


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_cast", 3): cast,
    ("trino_try_cast", 3): try_cast,
}
"""Name and number of arguments -> function; none of them sees a NULL."""

CASTS: dict[tuple[str, int], Callable[..., Any]] = {("fit", 2): _fit}
"""Casts that may fail: each has a TRY form."""
