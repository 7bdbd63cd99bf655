"""CAST between arrays, between maps and between rows: what is inside is cast one by one.

Source of the rules: Trino's ``ArrayToArrayCast``, ``MapToMapCast`` and ``RowToRowCast``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ...catalog.types import TrinoType
from . import values

Convert = Callable[[TrinoType, TrinoType, Any], Any]
"""CAST of a held value of any type: source, target, value."""


def cast(source: TrinoType, target: TrinoType, value: str, convert: Convert) -> str:
    """A held array, map or row as another of its kind; NULLs inside stay.

    Raises ``ValueError`` where a value inside cannot be cast, and for keys that become equal.
    """
    return values.dump(_inside(source, target, json.loads(value), convert))


def _inside(source: TrinoType, target: TrinoType, value: Any, convert: Convert) -> Any:
    """A nested value of one type as one of the other."""
    if value is None or source == target:
        return value
    if source.base != target.base or not source.arguments:
        return values.nested(target, convert(source, target, values.held(source, value)))
    before, after = source.arguments, target.arguments
    if source.base == "map":
        return _map(source, target, value, convert)
    if source.base == "array":
        return [_inside(before[0], after[0], item, convert) for item in value]
    if len(before) != len(after):
        raise ValueError(f"Cannot cast {source} to {target}")
    parts = zip(before, after, value, strict=True)
    return [_inside(old, new, field, convert) for old, new, field in parts]


def _map(source: TrinoType, target: TrinoType, pairs: Any, convert: Convert) -> list[Any]:
    (old_key, old_value), (new_key, new_value) = source.arguments, target.arguments
    keys = [_inside(old_key, new_key, key, convert) for key, _ in pairs]
    if None in keys:
        raise ValueError("map key is null")
    if len(set(values.keys(new_key, keys))) < len(keys):
        raise ValueError("duplicate keys")
    items = (_inside(old_value, new_value, item, convert) for _, item in pairs)
    return [list(pair) for pair in zip(keys, items, strict=True)]
