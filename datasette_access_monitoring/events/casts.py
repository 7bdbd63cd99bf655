"""Trino's ``CAST(json_extract(...) AS type)``, for the types that columns have.

A cast gives what the column holds and whether that says all the JSON said.  A value
that Trino would refuse becomes NULL here: the event is kept whole elsewhere.
Source of the rules: Trino's JsonUtil and the varchar, double and integer operators.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..catalog import TrinoType
from ..catalog.types import BOOLEAN, INTEGER, VARCHAR, array
from ..errors import CatalogError
from .canonical import write_json

Stored = str | int | None
"""A column's value as SQLite holds it: text, a 64-bit integer or NULL."""

Cast = Callable[[Any], tuple[Stored, bool]]
"""JSON value -> (what the column holds, whether the column alone gives the value back)."""

_INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_TEXTS = frozenset({str, type(None)})
_TRUE, _FALSE = frozenset({"true", "t", "1"}), frozenset({"false", "f", "0"})


def cast_for(kind: TrinoType) -> Cast:
    """The cast from JSON to a column's type.  Raises ``CatalogError`` for other types."""
    if kind == VARCHAR:
        return to_varchar
    if kind == INTEGER:
        return to_integer
    if kind == BOOLEAN:
        return to_boolean
    if kind == array(VARCHAR):
        return to_varchar_array
    if kind.base == "array" and kind.arguments[0].base == "row":
        row = kind.arguments[0]
        if all(field == VARCHAR for field in row.arguments) and all(row.names):
            return _to_row_array(tuple(str(name) for name in row.names))
    raise CatalogError(f"no column can have the type {kind}")


def to_varchar(value: Any) -> tuple[Stored, bool]:
    """Strings as they are; numbers and booleans as text; NULL for objects, arrays, null."""
    if isinstance(value, str):
        return value, True
    return _scalar_text(value), False


def to_integer(value: Any) -> tuple[Stored, bool]:
    """32-bit integers; floats rounded half away from zero; text that spells an integer."""
    if isinstance(value, bool):
        return int(value), False
    if isinstance(value, int):
        fits = -(2**31) <= value < 2**31
        return (value, True) if fits else (None, False)
    if isinstance(value, float):
        whole = int(abs(value))
        whole += abs(value) - whole >= 0.5
        number: int | None = whole if value >= 0 else -whole
    elif isinstance(value, str) and _INTEGER.fullmatch(value):
        number = int(value)
    else:
        number = None
    if number is not None and not -(2**31) <= number < 2**31:
        number = None
    return number, False


def to_boolean(value: Any) -> tuple[Stored, bool]:
    """Booleans as 1 and 0; numbers by being zero; the words and letters Trino knows."""
    if isinstance(value, bool):
        return int(value), True
    if isinstance(value, int | float):
        return int(value != 0), False
    if isinstance(value, str) and value.lower() in _TRUE | _FALSE:
        return int(value.lower() in _TRUE), False
    return None, False


def to_varchar_array(value: Any) -> tuple[Stored, bool]:
    """Arrays of strings and nulls as compact JSON text; other scalars become strings."""
    if not isinstance(value, list):
        return None, False
    if _TEXTS.issuperset(map(type, value)):
        return write_json(value), True
    if any(isinstance(item, list | dict) for item in value):
        return None, False
    return write_json([_scalar_text(item) for item in value]), False


def _to_row_array(names: tuple[str, ...]) -> Cast:
    """Cast to an array of rows: JSON text of objects, fields in the type's order.

    Fields that an object lacks stay absent; Trino reads them as NULL all the same.
    """
    known = frozenset(names)

    def cast(value: Any) -> tuple[Stored, bool]:
        if not isinstance(value, list):
            return None, False
        exact = True
        rows: list[dict[str, str | None] | None] = []
        for item in value:
            if isinstance(item, list) and len(item) == len(names):
                item, exact = dict(zip(names, item, strict=True)), False
            if item is None:
                rows.append(None)
                continue
            if not isinstance(item, dict):
                return None, False
            fields = {name: item[name] for name in names if name in item}
            if any(isinstance(field, list | dict) for field in fields.values()):
                return None, False
            exact = (
                exact
                and item.keys() <= known
                and all(field is None or isinstance(field, str) for field in fields.values())
            )
            rows.append({name: _scalar_text(field) for name, field in fields.items()})
        return write_json(rows), exact

    return cast


def _scalar_text(value: Any) -> str | None:
    if value is None or isinstance(value, list | dict):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else java_double(float(value))


def java_double(value: float) -> str:
    """Trino's ``CAST(double AS varchar)``: ``1.5E0``, ``1.0E5``."""
    mantissa, _, exponent = f"{value!r}".partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return f"{sign}0.0E0"
    leading_zeros = len(whole + fraction) - len(digits)
    power = len(whole) - 1 - leading_zeros + int(exponent or 0)
    digits = digits.rstrip("0") or "0"
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{power}"
