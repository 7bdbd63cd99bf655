"""CAST and TRY_CAST, and the literals written with a type (DATE '...', TIMESTAMP '...').

What the parser makes of ``DATE 'x'`` is a cast of a literal; a literal that can be read is
replaced by its value, anything else is left to the cast's function and its error.
"""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from ..catalog.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    TIMESTAMP,
    TIMESTAMP_WITH_TIME_ZONE,
    UNKNOWN,
    VARCHAR,
    TrinoType,
    array,
)
from . import times
from .bound import Bound, combine, text_literal
from .context import Context

_TYPES = {
    exp.DType.BOOLEAN: BOOLEAN,
    exp.DType.INT: INTEGER,
    exp.DType.BIGINT: BIGINT,
    exp.DType.DOUBLE: DOUBLE,
    exp.DType.VARCHAR: VARCHAR,
    exp.DType.DATE: DATE,
    exp.DType.TIMESTAMP: TIMESTAMP,
    exp.DType.TIMESTAMPTZ: TIMESTAMP_WITH_TIME_ZONE,
}
_INTERVAL_UNITS = {
    "YEAR": 12, "MONTH": 1, "DAY": times.DAY_MS, "HOUR": times.HOUR_MS,
    "MINUTE": times.MINUTE_MS, "SECOND": times.SECOND_MS,
}  # fmt: skip

# (from, to) -> SQLite; {} is the value. A name alone is a function that may fail.
_CASTS = {
    ("boolean", "varchar"): "CASE {} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END",
    ("boolean", "integer"): "{}",
    ("boolean", "bigint"): "{}",
    ("boolean", "double"): "CAST({} AS REAL)",
    ("integer", "boolean"): "({}) <> 0",
    ("integer", "bigint"): "{}",
    ("integer", "double"): "CAST({} AS REAL)",
    ("integer", "varchar"): "CAST({} AS TEXT)",
    ("bigint", "boolean"): "({}) <> 0",
    ("bigint", "integer"): "trino_cast_bigint_integer",
    ("bigint", "double"): "CAST({} AS REAL)",
    ("bigint", "varchar"): "CAST({} AS TEXT)",
    ("double", "boolean"): "({}) <> 0.0",
    ("double", "integer"): "trino_cast_double_integer",
    ("double", "bigint"): "trino_cast_double_bigint",
    ("double", "varchar"): "trino_cast_double_varchar({})",
    ("varchar", "boolean"): "trino_cast_varchar_boolean",
    ("varchar", "integer"): "trino_cast_varchar_integer",
    ("varchar", "bigint"): "trino_cast_varchar_bigint",
    ("varchar", "double"): "trino_cast_varchar_double",
    ("varchar", "date"): "trino_cast_varchar_date",
    ("varchar", "timestamp"): "trino_cast_varchar_timestamp",
    ("varchar", "timestamp with time zone"): "trino_cast_varchar_zoned",
    ("date", "varchar"): "{}",
    ("date", "timestamp"): "({}) || ' 00:00:00.000'",
    ("date", "timestamp with time zone"): "trino_timestamp_to_zone(({}) || ' 00:00:00.000')",
    ("timestamp", "date"): "substr({}, 1, 10)",
    ("timestamp", "timestamp with time zone"): "trino_timestamp_to_zone({})",
    ("timestamp with time zone", "date"): "trino_cast_zoned_date({})",
    ("timestamp with time zone", "timestamp"): "trino_cast_zoned_timestamp({})",
}


def interval_value(text: str, unit: str) -> int | None:
    """Milliseconds, or months for YEAR and MONTH; ``None`` if the text is no number of units.

    Only seconds may have a fraction, of at most three digits.
    """
    if unit not in _INTERVAL_UNITS:
        return None
    match = re.fullmatch(r"\s*(-?)([0-9]+)(?:\.([0-9]{1,3}))?\s*", text)
    if match is None or (match[3] and unit != "SECOND"):
        return None
    value = int(match[2]) * _INTERVAL_UNITS[unit] + int((match[3] or "").ljust(3, "0") or 0)
    return -value if match[1] else value


def _cast(context: Context, node: exp.Cast) -> Bound:
    target = _target(context, node.args["to"])
    value = context.bind(node.this)
    failing = isinstance(node, exp.TryCast)
    if value.type in (target, UNKNOWN):
        return value.becomes(value.sql, target)
    literal = _literal(value, target)
    if literal is not None:
        return literal
    if value.type.base == target.base:
        return _same(context, node, value, target)
    if target == VARCHAR and value.type.base.startswith("timestamp"):
        return _timestamp_text(value)
    written = _CASTS.get((value.type.base, target.base))
    if written is None:
        raise context.error(f"Cannot cast {value.type} to {target}", node)
    if written == "{}":
        return value.becomes(value.sql, target)
    if "{}" in written:
        return combine(written.replace("{}", value.sql), target, value, atomic=False)
    function = written.replace("trino_cast_", "trino_try_cast_") if failing else written
    if target.parameters not in ((), (3,)):
        raise context.error(f"CAST of {value.type} to {target}: not supported yet", node)
    return combine(f"{function}({value.sql})", target, value)


def _target(context: Context, node: exp.DataType) -> TrinoType:
    kind = _TYPES.get(node.this)
    inside = node.args.get("expressions") or []
    if node.this == exp.DType.ARRAY and len(inside) == 1:
        return array(_target(context, inside[0]))
    if kind is None or (inside and not kind.base.startswith("timestamp")):
        raise context.error(
            f"type {node.sql('trino').lower()}: not supported yet", node.parent or node
        )
    if not inside:
        return kind
    digits = inside[0].name
    if not digits.isdecimal() or int(digits) > 3:
        raise context.error(
            f"{kind.base}({digits}): times are held to the millisecond, precision 3",
            node.parent or node,
        )
    return TrinoType(kind.base, parameters=(int(digits),))


def _literal(value: Bound, target: TrinoType) -> Bound | None:
    """The value of a typed literal, or ``None`` for what is no literal or cannot be read."""
    if not isinstance(value.constant, str):
        return None
    try:
        if target == DATE:
            return Bound(text_literal(times.date_text(times.parse_date(value.constant))), target)
        if target.base == "timestamp":
            moment, zone = times.parse_timestamp(value.constant)
            if zone is None and _fits(moment, target):
                return Bound(text_literal(times.timestamp_text(moment)), target)
        if target.base == "timestamp with time zone":
            moment, zone = times.parse_timestamp(value.constant)
            offset = times.parse_offset(zone or "UTC")
            if _fits(moment, target):
                return Bound(str(times.pack(moment - offset * times.MINUTE_MS, offset)), target)
    except ValueError:
        return None
    return None


def _fits(moment: int, target: TrinoType) -> bool:
    return moment % (1, 10, 100, 1000)[3 - target.parameters[0]] == 0


def _same(context: Context, node: exp.Expr, value: Bound, target: TrinoType) -> Bound:
    """A cast between precisions of one kind of timestamp: only widening keeps every digit."""
    before = value.type.parameters
    if target.parameters and before and target.parameters >= before:
        return value.becomes(value.sql, target)
    raise context.error(f"CAST of {value.type} to {target}: not supported yet", node)


def _timestamp_text(value: Bound) -> Bound:
    digits = value.type.parameters[0] if value.type.parameters else 3
    if value.type.base == "timestamp with time zone":
        return combine(f"trino_zoned_text({value.sql}, {digits})", VARCHAR, value)
    if digits == 3:
        return value.becomes(value.sql, VARCHAR)
    return combine(f"substr({value.sql}, 1, {20 + digits if digits else 19})", VARCHAR, value)


HANDLERS: dict[Any, Any] = {exp.Cast: _cast, exp.TryCast: _cast}
