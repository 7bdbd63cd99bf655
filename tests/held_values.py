"""What a value of each type looks like in SQLite, told a second time: a check for tests."""

from __future__ import annotations

import json
import re
from typing import Any

from datasette_access_monitoring.catalog.types import TrinoType

_DATE = r"-?\d{4,}-\d\d-\d\d"
_TEXTS = {
    "varchar": re.compile(r".*", re.DOTALL),
    "json": re.compile(r".+", re.DOTALL),
    "decimal": re.compile(r".{39}"),
    "date": re.compile(_DATE),
    "timestamp": re.compile(_DATE + r" \d\d:\d\d:\d\d\.\d{3}"),
}
_BYTES = {"varbinary": None, "ipaddress": 16, "ipprefix": 17}


def well_formed(kind: TrinoType, value: Any) -> bool:
    """Whether a value alone has the form that its type asks for."""
    if value is None:
        return True
    base = kind.base
    if base in _TEXTS:
        return isinstance(value, str) and _TEXTS[base].fullmatch(value) is not None
    if base in _BYTES:
        return isinstance(value, bytes) and _BYTES[base] in (None, len(value))
    if base == "boolean":
        return type(value) is int and value in (0, 1)
    if base == "integer":
        return type(value) is int and -(1 << 31) <= value < 1 << 31
    if base == "double":
        return type(value) is float and value == value
    if base in ("array", "map", "row"):
        return isinstance(value, str) and _well_formed_inside(kind, json.loads(value))
    return type(value) is int  # bigint, timestamp with time zone, intervals


def _well_formed_inside(kind: TrinoType, value: Any) -> bool:
    """The same for a value inside another."""
    if value is None:
        return True
    base, inside = kind.base, kind.arguments
    if base == "array":
        return isinstance(value, list) and all(_well_formed_inside(inside[0], v) for v in value)
    if base == "row":
        return len(value) == len(inside) and all(map(_well_formed_inside, inside, value))
    if base == "map":
        return all(
            k is not None
            and _well_formed_inside(inside[0], k)
            and _well_formed_inside(inside[1], v)
            for k, v in value
        )
    if base == "double":
        return isinstance(value, str) and repr(float(value)) == value
    if base in _BYTES:
        return isinstance(value, str) and well_formed(kind, bytes.fromhex(value))
    return well_formed(kind, value)
