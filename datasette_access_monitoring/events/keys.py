"""The keys that events turn out to carry, with the kind of their values.

Types that the catalog does not know get their columns from here; of known types
it tells which undocumented names a query may reach.  Remembering them is the
business of ``store``.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from .canonical import Number

_TEXTS = frozenset({str})
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
    return Kind.VARCHAR_ARRAY if _TEXTS.issuperset(map(type, value)) else Kind.JSON


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


_Shape = tuple[tuple[str, ...], tuple[str, ...], tuple[type, ...]]
_TELLING = frozenset({str, bool, type(None), Number})
"""Types of values that settle the kind."""


class SeenKinds:
    """The paths of some events, objects before what they hold, and the kinds of their values.

    Most events have keys and types of values that one before them had: of those only what can
    still differ is looked at.
    """

    def __init__(self) -> None:
        self.found: dict[tuple[str, ...], Kind] = {}
        self._unsettled: dict[_Shape, list[str]] = {}

    def add(self, tree: dict[str, Any], above: tuple[str, ...] = ()) -> None:
        """Look at one event, or at what it has at the path ``above``."""
        shape = (above, tuple(tree), tuple(map(type, tree.values())))
        keys = self._unsettled.get(shape)
        if keys is None:
            keys = [key for key in tree if len(key) <= MAX_KEY_LENGTH]
            self._unsettled[shape] = [key for key in keys if type(tree[key]) not in _TELLING]
        for key in keys:
            value = tree[key]
            path = (*above, key)
            kind, before = kind_of(value), self.found.get(path)
            if kind is not before:
                self.found[path] = kind if before is None else merge_kinds(before, kind)
            if kind is Kind.OBJECT and len(path) < MAX_KEY_DEPTH:
                self.add(value, path)
