"""Results as JSON in which every value keeps its type, for pages and programs.  Pure.

NULL is null and booleans are true and false.  Integers are numbers, exact however large;
doubles are numbers, but ``Infinity`` and ``-Infinity``, which JSON lacks, are texts.  Decimals,
dates, times, intervals and addresses are texts, as Trino writes them; varbinary is base64
text; json is the value that it holds.  Arrays are lists; maps with varchar keys are objects,
others lists of [key, value]; rows are objects where their fields have names of their own,
lists otherwise.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..catalog.types import VARCHAR, TrinoType
from ..visible import escaped_json
from .render import Row, value_text
from .rules import values
from .translate import OutputColumn

_AS_THEY_ARE = frozenset({"integer", "bigint", "varchar", "date", "unknown"})


def typed(columns: Sequence[OutputColumn], rows: Iterable[Row]) -> dict[str, Any]:
    """``{"columns": [{"name", "type"}], "rows": [[value]]}``, ready for a JSON encoder."""
    return {"columns": typed_columns(columns), "rows": list(typed_rows(columns, rows))}


def typed_columns(columns: Sequence[OutputColumn]) -> list[dict[str, str]]:
    """``{"name", "type"}`` of each column."""
    return [{"name": column.name, "type": str(column.type)} for column in columns]


def typed_rows(columns: Sequence[OutputColumn], rows: Iterable[Row]) -> Iterator[list[Any]]:
    """The rows one by one, each ready for a JSON encoder."""
    kinds = [column.type for column in columns]
    for row in rows:
        yield [typed_value(kind, value) for kind, value in zip(kinds, row, strict=True)]


def typed_json(columns: Sequence[OutputColumn], rows: Iterable[Row]) -> str:
    """The same as text, on one line; JSON's escapes stand for what could fool a terminal."""
    whole = json.dumps(typed(columns, rows), ensure_ascii=False, allow_nan=False)
    return escaped_json(whole) + "\n"


def typed_value(kind: TrinoType, value: Any) -> Any:
    """One held value as JSON has it."""
    if value is None or kind.base in _AS_THEY_ARE:
        return value
    if kind.base == "boolean":
        return bool(value)
    if kind.base == "double":
        return value if math.isfinite(value) else value_text(kind, value)
    if kind.base == "json":
        return json.loads(value, parse_float=_number)
    if kind.base == "varbinary":
        return base64.b64encode(value).decode()
    if kind.base in ("array", "map", "row"):
        return _inside(kind, json.loads(value))
    return value_text(kind, value)


def _inside(kind: TrinoType, value: Any) -> Any:
    """A value in the nested form of ``values`` as JSON has it."""
    if value is None:
        return None
    if kind.base == "array":
        return [_inside(kind.arguments[0], item) for item in value]
    if kind.base == "map":
        key_type, value_type = kind.arguments
        pairs = [(_inside(key_type, key), _inside(value_type, item)) for key, item in value]
        return dict(pairs) if key_type == VARCHAR else [list(pair) for pair in pairs]
    if kind.base == "row":
        fields = [_inside(*pair) for pair in zip(kind.arguments, value, strict=True)]
        named = None not in kind.names and len(set(kind.names)) == len(kind.names)
        return dict(zip(kind.names, fields, strict=True)) if named else fields
    return typed_value(kind, values.held(kind, value))


def _number(text: str) -> float | str:
    """A JSON number with a fraction or an exponent; as text where no double is that large."""
    number = float(text)
    return number if math.isfinite(number) else text
