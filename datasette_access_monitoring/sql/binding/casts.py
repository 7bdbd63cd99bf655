"""CAST and TRY_CAST, and the literals written with a type (DATE '...', TIMESTAMP '...').

What the parser makes of ``DATE 'x'`` is a cast of a literal; a literal that can be read is
replaced by its value, anything else is left to the cast's function and its error.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ...catalog.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    IPADDRESS,
    IPPREFIX,
    JSON,
    TIMESTAMP,
    TIMESTAMP_WITH_TIME_ZONE,
    UNKNOWN,
    VARBINARY,
    VARCHAR,
    TrinoType,
    array,
    decimal,
    map_of,
)
from ...errors import QueryError
from ..rules import decimals, json_casts, times, zones
from ..rules.casting import castable
from ..rules.coercion import coerces
from .bound import Bound, combine, text_literal
from .context import Context
from .conversion import coerce

_TYPES = {
    exp.DType.BOOLEAN: BOOLEAN,
    exp.DType.INT: INTEGER,
    exp.DType.BIGINT: BIGINT,
    exp.DType.DECIMAL: decimal(decimals.MAX_PRECISION, 0),
    exp.DType.DOUBLE: DOUBLE,
    exp.DType.VARCHAR: VARCHAR,
    exp.DType.VARBINARY: VARBINARY,
    exp.DType.JSON: JSON,
    exp.DType.DATE: DATE,
    exp.DType.TIMESTAMP: TIMESTAMP,
    exp.DType.TIMESTAMPTZ: TIMESTAMP_WITH_TIME_ZONE,
    exp.DType.IPADDRESS: IPADDRESS,
    exp.DType.IPPREFIX: IPPREFIX,
}
_MOST_NESTING = 50

_CAST = "trino_cast"  # the function, and its form for which a failure is NULL
_TRY_CAST = "trino_try_cast"
# (from, to) -> SQLite, where SQLite itself can do it; {} is the value as an operand.
_IN_SQLITE = {
    ("boolean", "varchar"): "CASE {} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END",
    ("boolean", "integer"): "{}",
    ("boolean", "bigint"): "{}",
    ("boolean", "double"): "CAST({} AS REAL)",
    ("integer", "boolean"): "({} <> 0)",
    ("integer", "varchar"): "CAST({} AS TEXT)",
    ("bigint", "boolean"): "({} <> 0)",
    ("bigint", "varchar"): "CAST({} AS TEXT)",
    ("double", "boolean"): "({} <> 0.0)",
    ("date", "varchar"): "{}",
    ("timestamp", "date"): "substr({}, 1, 10)",
}


def _cast(context: Context, node: exp.Cast) -> Bound:
    value = context.bind(node.this)
    verb = _TRY_CAST if isinstance(node, exp.TryCast) else _CAST
    to = node.args["to"]
    if to.this == exp.DType.DECIMAL and _is_typed_literal(node):
        return _decimal_literal(context, node, value)
    if to.this == exp.DType.VARCHAR and to.expressions:
        length = _number(context, to.expressions, 0, to)
        return _shortened(_to_type(context, node, value, VARCHAR, verb), value, length, verb)
    return _to_type(context, node, value, _target(context, to), verb)


def _is_typed_literal(node: exp.Expr) -> bool:
    """Whether ``TYPE 'text'`` was written: the parser's CAST has arguments that this lacks."""
    return isinstance(node.this, exp.Literal) and "action" not in node.args


def _to_type(context: Context, node: exp.Expr, value: Bound, target: TrinoType, verb: str) -> Bound:
    if value.type in (target, UNKNOWN):
        return value.becomes(value.sql, target)
    if not castable(value.type, target):
        raise context.error(f"Cannot cast {value.type} to {target}", node)
    literal = _literal(context, node, value, target)
    if literal is not None:
        return literal
    if coerces(value.type, target) and verb == _CAST and target.base != "decimal":
        return coerce(value, target)
    written = _IN_SQLITE.get((value.type.base, target.base))
    if value.type.base == "timestamp" and target == VARCHAR:
        return _timestamp_text(value)
    if written == "{}":
        return value.becomes(value.sql, target)
    if written is not None:
        return combine(written.replace("{}", value.operand), target, value)
    kinds = f"{text_literal(str(value.type))}, {text_literal(str(target))}"
    whole = target.arguments and not context.groups
    sql = json_casts.unparsed(value.sql) if whole else value.sql
    return combine(f"{verb}({kinds}, {sql})", target, value)


def _shortened(text: Bound, value: Bound, length: int, verb: str) -> Bound:
    """A cast to ``varchar(n)``: a varchar is cut, anything else must fit."""
    if value.type in (VARCHAR, UNKNOWN):
        return combine(f"trino_substr({text.sql}, 1, {length})", VARCHAR, text)
    return combine(f"{verb}_fit({text.sql}, {length})", VARCHAR, text)


def _timestamp_text(value: Bound) -> Bound:
    digits = value.type.parameters[0] if value.type.parameters else 3
    if digits == 3:
        return value.becomes(value.sql, VARCHAR)
    return combine(f"substr({value.sql}, 1, {20 + digits if digits else 19})", VARCHAR, value)


def _target(context: Context, node: exp.DataType, depth: int = 0) -> TrinoType:
    """The type that is written in a cast."""
    inside = node.args.get("expressions") or []
    if depth > _MOST_NESTING:
        raise context.error("the type is nested too deeply", node)
    if node.this == exp.DType.ARRAY and len(inside) == 1:
        return array(_target(context, inside[0], depth + 1))
    if node.this == exp.DType.MAP and len(inside) == 2:
        key, value = (_target(context, part, depth + 1) for part in inside)
        return map_of(key, value)
    if node.this == exp.DType.STRUCT and inside:
        return _row(context, inside, depth)
    kind = _TYPES.get(node.this)
    if kind is None:
        raise _unsupported(context, node)
    if not inside:
        return kind
    if kind.base == "decimal":
        return _decimal(context, node, inside)
    if not kind.base.startswith("timestamp"):
        raise _unsupported(context, node)
    digits = _number(context, inside, 0, node)
    if digits > 3 or len(inside) > 1:
        raise context.error(
            f"{kind.base}({digits}): times are held to the millisecond, precision 3",
            node.parent or node,
        )
    return TrinoType(kind.base, parameters=(digits,))


def _unsupported(context: Context, node: exp.DataType) -> QueryError:
    written = node.sql("trino").lower()
    return context.error(f"type {written}: not supported yet", node.parent or node)


def _row(context: Context, fields: list[exp.Expr], depth: int) -> TrinoType:
    """A row type; a field's name is in lower case unless it is quoted."""
    names: list[str | None] = []
    kinds = []
    for field in fields:
        named = isinstance(field, exp.ColumnDef)
        kind = field.args.get("kind") if named else field
        if not isinstance(kind, exp.DataType):
            raise context.error("a field of a row has no type", field)
        quoted = named and field.this.args.get("quoted")
        names.append((field.name if quoted else field.name.lower()) if named else None)
        kinds.append(_target(context, kind, depth + 1))
    return TrinoType("row", tuple(kinds), tuple(names))


def _decimal(context: Context, node: exp.DataType, written: list[exp.Expr]) -> TrinoType:
    precision = _number(context, written, 0, node)
    scale = _number(context, written, 1, node) if len(written) > 1 else 0
    if not 1 <= precision <= decimals.MAX_PRECISION:
        raise context.error(
            f"DECIMAL precision must be in range [1, {decimals.MAX_PRECISION}]: {precision}", node
        )
    if scale > precision or len(written) > 2:
        raise context.error(
            f"DECIMAL scale must be in range [0, precision ({precision})]: {scale}", node
        )
    return decimal(precision, scale)


def _number(context: Context, written: list[exp.Expr], place: int, node: exp.Expr) -> int:
    digits = written[place].name
    if not digits.isdecimal() or len(digits) > 9:
        raise context.error(f"{digits} is no parameter of a type", node)
    return int(digits)


def _decimal_literal(context: Context, node: exp.Expr, value: Bound) -> Bound:
    """``DECIMAL '12.50'``: its digits give its type."""
    try:
        unscaled, kind = decimals.read_literal(str(value.constant))
    except ValueError as error:
        raise context.error(str(error), node) from error
    return Bound(text_literal(decimals.held(unscaled)), kind)


def _literal(context: Context, node: exp.Expr, value: Bound, target: TrinoType) -> Bound | None:
    """The value of a typed literal, or ``None`` for what is no literal or cannot be read."""
    if not isinstance(value.constant, str):
        return None
    digits = target.parameters[0] if target.parameters else 3
    try:
        if target == DATE:
            return Bound(text_literal(times.date_text(times.parse_date(value.constant))), target)
        if target.base == "timestamp":
            moment, zone = times.parse_timestamp(value.constant, digits)
            if zone is None:
                return Bound(text_literal(times.timestamp_text(moment)), target)
        if target.base == TIMESTAMP_WITH_TIME_ZONE.base and _is_typed_literal(node):
            return Bound(str(zones.parse_literal(value.constant)), target)
    except times.NotSupportedValue as error:
        raise context.error(str(error), node) from error
    except ValueError as error:
        if target.base == TIMESTAMP_WITH_TIME_ZONE.base and _is_typed_literal(node):
            raise context.error(str(error), node) from error
        return None
    return None


HANDLERS: dict[Any, Any] = {exp.Cast: _cast, exp.TryCast: _cast}
