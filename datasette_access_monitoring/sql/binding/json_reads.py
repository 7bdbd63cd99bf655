"""SQLite expressions that take values out of arrays, maps and rows, each in its held form."""

from __future__ import annotations

from ...catalog.types import TrinoType
from .bound import text_literal

# Scalars whose form inside an array is another than alone; see ``values``.
_OTHER_INSIDE = ("double", "varbinary", "ipaddress", "ipprefix")


def held(kind: TrinoType, sql: str) -> str:
    """What SQLite's JSON functions give of a value, as the value alone."""
    if kind.base in _OTHER_INSIDE:
        return f"trino_held({text_literal(str(kind))}, {sql})"
    return sql


def item(kind: TrinoType, sql: str, index: int) -> str:
    """One item, counted from 0, of a list whose text is surely fit for SQLite."""
    return held(kind, f"json_extract({sql}, '$[{index}]')")


def row_field(row: TrinoType, sql: str, index: int) -> str:
    """One field of a row, counted from 0."""
    return item(row.arguments[index], f"trino_each({sql})", index)
