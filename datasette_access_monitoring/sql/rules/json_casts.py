"""CAST between json and other types, by Trino's rules for values at any depth.

From json: texts are read as a CAST from varchar reads them, numbers with a fraction as
doubles; JSON's null is NULL, and inside of ``array(json)`` it is itself.  To json: maps and
rows become objects.  Source of the rules: Trino's ``JsonUtil`` and ``JsonOperators``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ...catalog.types import BIGINT, BOOLEAN, DOUBLE, JSON, VARCHAR, TrinoType
from . import casting, decimals, values
from .json_tokens import whole
from .json_values import (
    Pairs,
    Real,
    Whole,
    decode,
    double,
    encode,
    integer,
    java_order,
    last_of_each,
    shown,
    string,
)
from .numerals import java_text
from .times import NotSupportedValue

_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,9})?")
_MOST_DIGITS = 4_000


def cast(source: TrinoType, target: TrinoType, value: Any) -> Any:
    """A held value as json, or json as a held value; raises ``ValueError`` where Trino fails."""
    if target == JSON:
        return _json(source, values.nested(source, value))
    read = _read(target, value)
    if read is None:
        return None
    if not target.arguments:
        if isinstance(read, list):
            raise ValueError(f"Cannot cast '{shown(value)}' to {_name(target)}")
        return _scalar(target, read)
    try:
        return values.held(target, _nested(target, read))
    except NotSupportedValue:
        raise
    except ValueError as error:
        raise ValueError(f"Cannot cast to {target}. {error}\n{shown(value)}") from error


def _read(target: TrinoType, text: str) -> Any:
    try:
        return decode(text)
    except NotSupportedValue:
        raise
    except ValueError as error:
        raise ValueError(f"Cannot cast to {target}.\n{shown(text)}") from error


def unparsed(sql: str) -> str:
    """The text that ``json_parse`` reads, in SQLite, or the same for any other expression.

    Trino casts json_parse(text) to an array, map or row without parsing it first: keys written
    twice are found, and those of json inside keep their order.
    """
    called = "trino_json_parse("
    return sql.removeprefix(called).removesuffix(")") if sql.startswith(called) else sql


def _nested(kind: TrinoType, read: Any) -> Any:
    """What ``decode`` read as a nested value of a type."""
    if kind == JSON:
        return encode(read, last_of_each)
    if read is None:
        return None
    if kind.base == "row":
        return _row(kind, read)
    if kind.base == "map":
        return _map(kind, read)
    if kind.base == "array":
        if not isinstance(read, list) or isinstance(read, Pairs):
            raise ValueError(f"Expected a json array, but got {_token(read)}")
        return [_nested(kind.arguments[0], item) for item in read]
    if isinstance(read, list):
        raise ValueError(f"Unexpected token when cast to {_name(kind)}: {_token(read)}")
    return values.nested(kind, _scalar(kind, read))


def _map(kind: TrinoType, read: Any) -> list[list[Any]]:
    if not isinstance(read, Pairs):
        raise ValueError(f"Expected a json object, but got {_token(read)}")
    key_type, value_type = kind.arguments
    pairs = [[_nested(key_type, key), _nested(value_type, value)] for key, value in read]
    if len({values.key(key_type, key) for key, _ in pairs}) < len(pairs):
        raise ValueError("Duplicate keys are not allowed")
    return pairs


def _row(kind: TrinoType, read: Any) -> list[Any]:
    if isinstance(read, Pairs):
        return _named_row(kind, read)
    if not isinstance(read, list):
        raise ValueError(f"Expected a json array or object, but got {_token(read)}")
    fields = kind.arguments
    if len(read) > len(fields):
        raise ValueError(f"Expected json array ending, but got {_token(read[len(fields)])}")
    if len(read) < len(fields):
        raise ValueError(f"Unexpected token when cast to {_name(fields[len(read)])}: ]")
    return [_nested(field, item) for field, item in zip(fields, read, strict=True)]


def _named_row(kind: TrinoType, read: Pairs) -> list[Any]:
    if None in kind.names:
        raise ValueError(
            "Cannot cast a JSON object to anonymous row type. Input must be a JSON array."
        )
    found: dict[str, Any] = {}
    for written, value in read:
        name = written.lower()
        if name in found and name in kind.names:
            raise ValueError(f"Duplicate field: {name}")
        found[name] = value
    return [
        _nested(field, found[name]) if name in found else None
        for name, field in zip(kind.names, kind.arguments, strict=True)
    ]


def _token(read: Any) -> str:
    """The first token of a value, as messages show it."""
    if isinstance(read, list):
        return "{" if isinstance(read, Pairs) else "["
    if isinstance(read, str):
        return whole(read)
    return "null" if read is None else "true" if read else "false"


def _name(kind: TrinoType) -> str:
    return str(kind).upper() if kind.base == "decimal" else str(kind)


def _scalar(kind: TrinoType, read: Any) -> Any:
    """A text, number or boolean that ``decode`` read, as a held value of a scalar type."""
    if kind.base == "decimal":
        return _decimal(kind, read)
    if isinstance(read, Real):
        return casting.cast(DOUBLE, kind, float(read)) if kind != DOUBLE else float(read)
    if isinstance(read, Whole):
        return _whole(kind, read)
    if isinstance(read, bool):
        return read if kind == BOOLEAN else casting.cast(BOOLEAN, kind, read)
    text = whole(read)
    return text if kind == VARCHAR else casting.cast(VARCHAR, kind, text)


def _whole(kind: TrinoType, read: Whole) -> Any:
    if kind == VARCHAR:
        return integer(read)
    if kind == DOUBLE:
        return float(read)
    if len(read) > 20 or not -(1 << 63) <= int(read) < 1 << 63:
        raise ValueError(f"Cannot cast '{shown(read)}' to {kind}")
    return int(read) if kind == BIGINT else casting.cast(BIGINT, kind, int(read))


def _decimal(kind: TrinoType, read: Any) -> str:
    precision, scale = kind.parameters
    text = str(int(read)) if isinstance(read, bool) else whole(read)
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"Cannot cast '{shown(string(text))}' to {_name(kind)}")
    if len(text) > _MOST_DIGITS:
        raise NotSupportedValue("a number of so many digits as a decimal: not supported")
    number = Decimal(text)
    sign, digits, exponent = number.as_tuple()
    if number and number.adjusted() >= precision - scale:
        raise ValueError(f"Cannot cast input json to {_name(kind)}")
    unscaled = 0
    if number and number.adjusted() >= -scale - 1:  # below, it is rounded to nothing
        written = int("".join(map(str, digits)))
        unscaled = decimals.rescaled(written, int(exponent) + scale)
    if not decimals.fits(unscaled, precision):
        raise ValueError(f"Cannot cast input json to {_name(kind)}")
    return decimals.held(-unscaled if sign else unscaled)


def _json(kind: TrinoType, value: Any) -> str:
    """A nested value as JSON text."""
    if value is None:
        return "null"
    if kind.base == "array":
        return "[" + ",".join(_json(kind.arguments[0], item) for item in value) + "]"
    if kind.base == "map":
        key_type, value_type = kind.arguments
        entries = {_key(key_type, key): _json(value_type, item) for key, item in value}
        return _object((key, entries[key]) for key in sorted(entries, key=java_order))
    if kind.base == "row":
        fields = zip(kind.names, kind.arguments, value, strict=True)
        return _object((name or "", _json(field, item)) for name, field, item in fields)
    return _SCALARS[kind.base](kind, value)


def _object(entries: Any) -> str:
    return "{" + ",".join(f"{string(name)}:{text}" for name, text in entries) + "}"


def _key(kind: TrinoType, value: Any) -> str:
    if kind == VARCHAR:
        return str(value)
    if kind == DOUBLE:
        return java_text(float(value))
    if kind.base == "decimal":
        return decimals.text(decimals.unscaled(value), kind.parameters[1])
    return _SCALARS[kind.base](kind, value)


def _boolean(kind: TrinoType, value: Any) -> str:  # noqa: ARG001
    return "true" if value else "false"


def _number(kind: TrinoType, value: Any) -> str:  # noqa: ARG001
    return str(value)


def _double(kind: TrinoType, value: Any) -> str:  # noqa: ARG001
    return double(float(value))


def _decimal_text(kind: TrinoType, value: str) -> str:
    """As Java writes a ``BigDecimal``: very small numbers with an exponent."""
    unscaled = decimals.unscaled(value)
    digits = tuple(map(int, str(abs(unscaled))))
    return str(Decimal((int(unscaled < 0), digits, -kind.parameters[1])))


def _text(kind: TrinoType, value: str) -> str:  # noqa: ARG001
    return string(value)


def _timestamp(kind: TrinoType, value: str) -> str:
    digits = kind.parameters[0] if kind.parameters else 3
    return string(value[: 20 + digits] if digits else value[:19])


def _raw(kind: TrinoType, value: str) -> str:  # noqa: ARG001
    return value


_SCALARS: dict[str, Callable[[TrinoType, Any], str]] = {
    "boolean": _boolean,
    "integer": _number,
    "bigint": _number,
    "double": _double,
    "decimal": _decimal_text,
    "varchar": _text,
    "json": _raw,
    "date": _text,
    "timestamp": _timestamp,
}
