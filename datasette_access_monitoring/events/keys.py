"""The keys that events turn out to carry, with the kind of their values.

Types that the catalog does not know get their columns from here; of known types
it tells which undocumented names a query may reach.  Remembering them is the
business of ``store``.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

_INT64 = range(-(2**63), 2**63)
MAX_KEY_DEPTH = 8
"""Objects nested deeper than this are left to ``event_data``."""

MAX_KEY_LENGTH = 100
"""So are keys longer than this, in characters, with all below them."""


class Kind(str, Enum):
    """What values were seen at a path.  Stored; the values do not change."""

    NULL = "null"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DOUBLE = "double"
    VARCHAR = "varchar"
    VARCHAR_ARRAY = "array(varchar)"
    JSON = "json"
    OBJECT = "object"
    MIXED = "mixed"


def kind_of(value: Any) -> Kind:
    """The kind of one JSON value."""
    if value is None:
        return Kind.NULL
    if isinstance(value, str):
        return Kind.VARCHAR
    if isinstance(value, bool):
        return Kind.BOOLEAN
    if isinstance(value, int):
        return Kind.INTEGER if value in _INT64 else Kind.DOUBLE
    if isinstance(value, float):
        return Kind.DOUBLE
    if isinstance(value, dict):
        return Kind.OBJECT
    return Kind.VARCHAR_ARRAY if all(isinstance(item, str) for item in value) else Kind.JSON


def merge_kinds(first: Kind, second: Kind) -> Kind:
    """The narrowest kind that holds the values of both; commutative and associative."""
    if first is second or second is Kind.NULL:
        return first
    if first is Kind.NULL:
        return second
    pair = {first, second}
    if pair == {Kind.INTEGER, Kind.DOUBLE}:
        return Kind.DOUBLE
    if pair == {Kind.VARCHAR_ARRAY, Kind.JSON}:
        return Kind.JSON
    return Kind.MIXED


def key_kinds(
    data: dict[str, Any], prefix: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Kind]]:
    """The paths of an event and the kinds of their values, objects before what they hold."""
    for key, value in data.items():
        if len(key) > MAX_KEY_LENGTH:
            continue
        path = (*prefix, key)
        yield path, kind_of(value)
        if isinstance(value, dict) and len(path) < MAX_KEY_DEPTH:
            yield from key_kinds(value, path)
