"""Operators that compute: ``+ - * / %``, signs and ``||``, over numbers and times.

Integers have Trino's ranges (integer 32 bits, bigint 64): a result outside is an error,
as is division by zero.  Doubles go through functions, because SQLite has no NaN, and decimals
because it has none of them.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ...catalog.types import (
    BIGINT,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL_DAY_TO_SECOND,
    INTERVAL_YEAR_TO_MONTH,
    TIMESTAMP_WITH_TIME_ZONE,
    UNKNOWN,
    VARBINARY,
    VARCHAR,
    TrinoType,
)
from ..rules import decimals
from ..rules.coercion import as_decimal, common, is_interval, is_number, is_time
from . import arrays
from .bound import Bound, combine
from .context import Context
from .conversion import coerce

_SYMBOLS: dict[type[exp.Expr], str] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%",
}  # fmt: skip
_VERBS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "remainder"}


def _binary(context: Context, node: exp.Binary) -> Bound:
    left, right = context.bind(node.this), context.bind(node.expression)
    symbol = _SYMBOLS[type(node)]
    try:
        result = _numbers(left, symbol, right) or _times(left, symbol, right)
    except ValueError as error:
        raise context.error(str(error), node) from error
    if result is None:
        raise context.error(f"Cannot apply operator: {left.type} {symbol} {right.type}", node)
    return result


def _numbers(left: Bound, symbol: str, right: Bound) -> Bound | None:
    kind = common(left.type, right.type)
    if kind is None or not is_number(kind):
        return None
    if kind == DOUBLE:
        first, second = coerce(left, kind), coerce(right, kind)
        sql = f"trino_double_{_VERBS[symbol]}({first.sql}, {second.sql})"
        return combine(sql, kind, left, right)
    if kind.base == "decimal":
        return _decimals(_as_decimal(left, kind), symbol, _as_decimal(right, kind))
    if symbol in "/%":
        return _divided(left, symbol, right, kind)
    return combine(f"trino_{kind.base}({left.operand} {symbol} {right.operand})", kind, left, right)


def _as_decimal(value: Bound, kind: TrinoType) -> Bound:
    """A whole number as the decimal of all its type's digits, NULL as ``kind``."""
    return coerce(value, kind if value.type == UNKNOWN else as_decimal(value.type))


def _decimals(left: Bound, symbol: str, right: Bound) -> Bound:
    """Arithmetic of decimals; raises ``ValueError`` for a result that no type can have."""
    kind = decimals.result_type(symbol, left.type, right.type)
    scale = max(left.type.parameters[1], right.type.parameters[1])
    shifts = [scale - part.type.parameters[1] for part in (left, right)]
    more = {
        "*": "",
        "/": f", {kind.parameters[1] - left.type.parameters[1] + right.type.parameters[1]}",
    }.get(symbol, f", {shifts[0]}, {shifts[1]}")
    sql = f"trino_decimal_{_VERBS[symbol]}({left.sql}, {right.sql}{more})"
    return combine(sql, kind, left, right)


def _divided(left: Bound, symbol: str, right: Bound, kind: TrinoType) -> Bound:
    if isinstance(right.constant, int) and right.constant > 0:
        # Neither zero nor the one overflow (smallest / -1): SQLite's operator is Trino's.
        return combine(f"{left.operand} {symbol} {right.sql}", kind, left, right, atomic=False)
    verb = "divide" if symbol == "/" else "remainder"
    quotient = f"trino_{verb}({left.sql}, {right.sql})"
    return combine(f"trino_{kind.base}({quotient})", kind, left, right)


def _times(left: Bound, symbol: str, right: Bound) -> Bound | None:
    """Arithmetic of dates, timestamps and intervals, or ``None`` where Trino has none."""
    if symbol == "-" and is_time(left.type) and is_time(right.type):
        return _difference(left, right)
    if symbol in "+-" and is_time(left.type) and is_interval(right.type):
        return _shifted(left, symbol, right)
    if symbol == "+" and is_interval(left.type) and is_time(right.type):
        return _shifted(right, symbol, left)
    if symbol in "+-" and is_interval(left.type) and left.type == right.type:
        sql = f"trino_bigint({left.operand} {symbol} {right.operand})"
        return combine(sql, left.type, left, right)
    if symbol == "*" and is_interval(right.type):
        left, right = right, left
    if symbol in "*/" and is_interval(left.type) and right.type.base in ("integer", "bigint"):
        operation = (
            f"{left.operand} * {right.operand}"
            if symbol == "*"
            else f"trino_divide({left.sql}, {right.sql})"
        )
        return combine(f"trino_bigint({operation})", left.type, left, right)
    if symbol in "*/" and is_interval(left.type) and is_number(right.type):
        number = coerce(right, DOUBLE)
        sql = f"trino_interval_{_VERBS[symbol]}({left.sql}, {number.sql})"
        return combine(sql, left.type, left, number)
    return None


def _difference(left: Bound, right: Bound) -> Bound | None:
    kind = common(left.type, right.type)
    if kind is None:
        return None
    if kind.base == TIMESTAMP_WITH_TIME_ZONE.base:
        first, second = coerce(left, kind), coerce(right, kind)
        sql = f"({first.operand} >> 12) - ({second.operand} >> 12)"
        return combine(sql, INTERVAL_DAY_TO_SECOND, left, right, atomic=False)
    verb = "trino_date_ms" if kind == DATE else "trino_timestamp_ms"
    first, second = coerce(left, kind), coerce(right, kind)
    sql = f"{verb}({first.sql}) - {verb}({second.sql})"
    return combine(sql, INTERVAL_DAY_TO_SECOND, left, right, atomic=False)


def _shifted(moment: Bound, symbol: str, interval: Bound) -> Bound:
    amount = interval.sql if symbol == "+" else f"-{interval.operand}"
    if symbol == "-" and interval.sql.startswith("-"):
        amount = interval.sql[1:] if interval.sql[1:].isdecimal() else f"-({interval.sql})"
    unit = "months" if interval.type == INTERVAL_YEAR_TO_MONTH else "ms"
    form = {"date": "date", "timestamp": "timestamp"}.get(moment.type.base, "zoned")
    kind = moment.type
    if unit == "ms" and kind.base.startswith("timestamp"):  # an interval has milliseconds
        kind = TrinoType(kind.base, parameters=(3,))
    return combine(f"trino_{form}_plus_{unit}({moment.sql}, {amount})", kind, moment, interval)


def _negative(context: Context, node: exp.Neg) -> Bound:
    literal = node.this
    if isinstance(literal, exp.Literal) and literal.name.isdecimal() and not literal.is_string:
        return _negative_literal(context, node, -int(literal.name))
    value = context.bind(literal)
    if isinstance(value.constant, int) and value.constant > 0:
        return Bound(f"-{value.constant}", value.type, atomic=False, constant=-value.constant)
    if value.type == DOUBLE:  # not -x, which SQLite takes for 0 - x: there is a minus zero
        return combine(f"{value.operand} * -1.0", DOUBLE, value, atomic=False)
    if value.type == UNKNOWN or is_interval(value.type):
        return combine(f"-{value.operand}", value.type, value, atomic=False)
    if value.type.base == "decimal":
        return combine(f"trino_decimal_negate({value.sql})", value.type, value)
    if is_number(value.type):
        return combine(f"trino_{value.type.base}(-{value.operand})", value.type, value)
    raise context.error(f"Cannot negate a value of type {value.type}", node)


def _negative_literal(context: Context, node: exp.Neg, value: int) -> Bound:
    """A whole number with its sign is one literal, so that the smallest numbers can be written."""
    if value < -(1 << 63):
        raise context.error(f"{value} is smaller than a bigint", node)
    kind = INTEGER if value >= -(1 << 31) else BIGINT
    return Bound(str(value), kind, atomic=value == 0, constant=value)


def _positive(context: Context, node: exp.BitwiseNot) -> Bound:
    """A sign ``+``, which ``tokens`` writes as the parser's ``~``; Trino has none for decimals."""
    value = context.bind(node.this)
    if value.type in (INTEGER, BIGINT, DOUBLE):
        return value
    raise context.error(f"Unary '+' operator cannot by applied to {value.type} type", node)


def _concatenation(context: Context, node: exp.DPipe) -> Bound:
    left, right = context.bind(node.this), context.bind(node.expression)
    joined = arrays.concatenated(left, right)
    if joined is not None:
        return joined
    if left.type == right.type == VARBINARY:
        return combine(f"trino_binary_concat({left.sql}, {right.sql})", VARBINARY, left, right)
    for value in (left, right):
        if value.type not in (VARCHAR, UNKNOWN):
            raise context.error(
                f"Unexpected parameters ({left.type}, {right.type}) for function concat: "
                "|| joins varchar values; CAST(x AS varchar) makes one",
                node,
            )
    return combine(f"{left.operand} || {right.operand}", VARCHAR, left, right, atomic=False)


HANDLERS: dict[Any, Any] = {
    **dict.fromkeys(_SYMBOLS, _binary),
    exp.Neg: _negative,
    exp.BitwiseNot: _positive,
    exp.DPipe: _concatenation,
}
