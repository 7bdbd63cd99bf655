"""What a value of each type looks like in SQLite, alone and inside an array, map or row.

Alone (the *held* form): boolean 0/1; integer, bigint INTEGER; double REAL (never NaN);
decimal TEXT (see ``decimals``); varchar TEXT; varbinary BLOB; json compact JSON TEXT;
date ``YYYY-MM-DD``; timestamp ``YYYY-MM-DD HH:MM:SS.mmm`` whatever its precision; timestamp
with time zone INTEGER, milliseconds << 12 | zone; intervals INTEGER milliseconds or months;
ipaddress BLOB of 16 bytes; ipprefix BLOB of 17, the last its length; arrays, maps and rows
compact JSON TEXT.

Inside (the *nested* form): the same, but double as its shortest text (JSON has no infinity
and SQLite reads numbers inexactly), varbinary, ipaddress and ipprefix as hexadecimal, an
array as a list, a row as the list of its fields, a map as a list of [key, value] pairs.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Hashable, Sequence
from typing import Any

from ...catalog.types import TrinoType
from . import decimals, times

_HEX = ("varbinary", "ipaddress", "ipprefix")
_NESTED = ("array", "map", "row")
_UNORDERED = ("map", "json")
# Types whose nested values are equal exactly when Python says so.
_PLAIN = (
    "boolean", "integer", "bigint", "decimal", "varchar", "varbinary", "json", "date", "timestamp",
    "interval day to second", "interval year to month", "ipaddress", "ipprefix", "unknown",
)  # fmt: skip


def nested(kind: TrinoType, value: Any) -> Any:
    """A held value as it stands inside another."""
    if value is None:
        return None
    if kind.base in _NESTED:
        return json.loads(value)
    if kind.base == "double":
        return repr(float(value))
    if kind.base == "boolean":
        return int(value)
    return value.hex() if kind.base in _HEX else value


def held(kind: TrinoType, value: Any) -> Any:
    """A nested value as SQLite holds it alone."""
    if value is None:
        return None
    if kind.base in _NESTED:
        return dump(value)
    if kind.base == "double":
        return float(value)
    return bytes.fromhex(value) if kind.base in _HEX else value


def dump(value: Any) -> str:
    """A nested list as compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def key(kind: TrinoType, value: Any) -> Hashable:
    """What two nested values share exactly when they are not distinct: NULLs are equal."""
    if value is None:
        return None
    if kind.base == "array":
        return tuple(key(kind.arguments[0], item) for item in value)
    if kind.base == "row":
        return tuple(key(field, item) for field, item in zip(kind.arguments, value, strict=True))
    if kind.base == "map":
        return frozenset((key(kind.arguments[0], k), key(kind.arguments[1], v)) for k, v in value)
    if kind.base == "timestamp with time zone":
        return int(value) >> 12
    # Plus zero, so that -0.0 and 0.0 have one text too.
    return float(value) + 0.0 if kind.base == "double" else value


def keys(kind: TrinoType, items: Sequence[Any]) -> Sequence[Hashable]:
    """The ``key`` of each nested value of one type."""
    return items if kind.base in _PLAIN else [key(kind, item) for item in items]


def indeterminate(kind: TrinoType, value: Any) -> bool:
    """Whether a nested value is NULL or holds one, so that ``=`` may not tell."""
    if value is None:
        return True
    if kind.base == "array":
        return any(indeterminate(kind.arguments[0], item) for item in value)
    if kind.base == "row":
        return any(map(indeterminate, kind.arguments, value))
    return kind.base == "map" and any(indeterminate(kind.arguments[1], item) for _, item in value)


def equal(kind: TrinoType, left: Any, right: Any) -> bool | None:
    """``left = right`` of nested values, three-valued: NULL inside leaves it open."""
    if left is None or right is None:
        return None
    if kind.base == "array":
        if len(left) != len(right):
            return False
        return _all(equal(kind.arguments[0], a, b) for a, b in zip(left, right, strict=True))
    if kind.base == "row":
        return _all(map(equal, kind.arguments, left, right))
    if kind.base == "map":
        return _equal_maps(kind, left, right)
    return key(kind, left) == key(kind, right)


def _equal_maps(kind: TrinoType, left: Any, right: Any) -> bool | None:
    key_type, value_type = kind.arguments
    others = {key(key_type, k): v for k, v in right}
    if {key(key_type, k) for k, _ in left} != set(others):
        return False
    return _all(equal(value_type, v, others[key(key_type, k)]) for k, v in left)


def _all(parts: Any) -> bool | None:
    result: bool | None = True
    for part in parts:
        if part is False:
            return False
        if part is None:
            result = None
    return result


def compare(kind: TrinoType, left: Any, right: Any) -> int:
    """-1, 0 or 1 as nested values, neither NULL, are ordered.

    Raises ``ValueError`` for NULLs inside them, and for maps and json, which have no order.
    """
    if kind.base in _UNORDERED:
        raise ValueError(f"{kind} values have no order")
    if kind.base in ("array", "row"):
        kinds = kind.arguments * len(left) if kind.base == "array" else kind.arguments
        for inner, first, second in zip(kinds, left, right, strict=False):
            order = _compare_inside(kind, inner, first, second)
            if order:
                return order
        return (len(left) > len(right)) - (len(left) < len(right))
    one: Any = key(kind, left)
    other: Any = key(kind, right)
    return int(one > other) - int(one < other)


def sort_key(kind: TrinoType, value: Any) -> str:
    """A text for a nested value: the order of such texts, by code points, is the values'.

    Every part ends by itself: at a length that its type fixes, or with ``!``, which comes
    before all that it may hold.  Raises ``ValueError`` for a NULL inside, even where Trino
    would not come to look at it.
    """
    if value is None:
        raise ValueError("comparison not supported for arrays and rows with null elements")
    if kind.base == "array":
        return "".join("+" + sort_key(kind.arguments[0], item) for item in value) + "!"
    if kind.base == "row":
        return "".join(map(sort_key, kind.arguments, value))
    own = key(kind, value)
    if isinstance(own, float):
        (bits,) = struct.unpack(">q", struct.pack(">d", own))
        own = bits if bits >= 0 else ~bits ^ (-1 << 63)
    if isinstance(own, int):
        return f"{own + (1 << 63):020d}"
    return str(own).encode().hex() + "!"


def _compare_inside(outer: TrinoType, kind: TrinoType, left: Any, right: Any) -> int:
    if left is None or right is None:
        what = outer.base
        raise ValueError(f"{what.upper()} comparison not supported for {what}s with null elements")
    return compare(kind, left, right)


def coerced(source: TrinoType, target: TrinoType, value: Any) -> Any:
    """A nested value of one type as another that it converts to without a CAST."""
    if value is None or source == target:
        return value
    if source.base in ("array", "row"):
        sources, targets = source.arguments, target.arguments
        if source.base == "array":
            sources, targets = sources * len(value), targets * len(value)
        return [coerced(*parts) for parts in zip(sources, targets, value, strict=True)]
    if source.base == "map":
        (k1, v1), (k2, v2) = source.arguments, target.arguments
        return [[coerced(k1, k2, k), coerced(v1, v2, v)] for k, v in value]
    return _coerced_scalar(source, target, value)


def _coerced_scalar(source: TrinoType, target: TrinoType, value: Any) -> Any:
    scale = target.parameters[1] if target.base == "decimal" else 0
    if source.base == "decimal" and target.base == "decimal":
        return decimals.held(
            decimals.rescaled(decimals.unscaled(value), scale - source.parameters[1])
        )
    if source.base == "decimal":
        return repr(decimals.to_double(decimals.unscaled(value), *source.parameters))
    if target.base == "decimal":
        return decimals.held(value * 10**scale)
    if target.base == "double":
        return repr(float(value))
    if source.base == "date":
        value = f"{value} 00:00:00.000"
    if target.base == "timestamp with time zone" and isinstance(value, str):
        return times.pack(times.moment_of_timestamp(value))
    return value
