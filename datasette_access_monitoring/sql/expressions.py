"""Names, literals, CASE and the like: expressions that are neither operators nor calls.

``HANDLERS`` at the end is the table of everything that can stand in an expression.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ..catalog.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL_DAY_TO_SECOND,
    INTERVAL_YEAR_TO_MONTH,
    TIMESTAMP,
    TIMESTAMP_WITH_TIME_ZONE,
    UNKNOWN,
    VARCHAR,
)
from . import arithmetic, arrays, calls, casts, predicates, subqueries
from .bound import Bound, combine, text_literal
from .coercion import coerce, common
from .context import Context, Handler
from .scope import matching_outputs

_INT32 = 1 << 31
_INT64 = 1 << 63


def _column(context: Context, node: exp.Column) -> Bound:
    if isinstance(node.this, exp.Star):
        raise context.error("* cannot stand in an expression", node)
    if not node.table:
        found = matching_outputs(context.outputs, node.name)
        if len(found) > 1:
            raise context.error(f"Column '{node.name}' is ambiguous", node)
        if found:
            return found[0]
    return context.scope.resolve(context.statement.source, node)


def _literal(context: Context, node: exp.Literal) -> Bound:
    if node.is_string:
        return Bound(text_literal(node.this), VARCHAR, constant=node.this)
    text = node.this.lower()
    if text.isdecimal():
        value = int(text)
        if value >= _INT64:
            raise context.error(f"{node.this} is larger than a bigint", node)
        return Bound(str(value), INTEGER if value < _INT32 else BIGINT, constant=value)
    if "e" in text:
        # Not as SQLite's own literal: its reading of numbers may be off in the last place.
        return Bound(f"trino_cast_varchar_double('{text}')", DOUBLE)
    raise context.error(
        f"decimal literals are not supported yet: write {node.this}E0 for a double", node
    )


def _boolean(context: Context, node: exp.Boolean) -> Bound:  # noqa: ARG001
    return Bound("1" if node.this else "0", BOOLEAN)


def _null(context: Context, node: exp.Null) -> Bound:  # noqa: ARG001
    return Bound("NULL", UNKNOWN)


def _paren(context: Context, node: exp.Paren) -> Bound:
    return context.bind(node.this)


def _interval(context: Context, node: exp.Interval) -> Bound:
    literal, sign = node.this, 1
    if isinstance(literal, exp.Neg):
        literal, sign = literal.this, -1
    given = node.args.get("unit")
    unit = given.name.upper() if given is not None else ""
    value = casts.interval_value(literal.name, unit) if isinstance(literal, exp.Literal) else None
    if value is None:
        raise context.error(f"'{literal.name}' is not a valid interval literal", node)
    months = unit in ("YEAR", "MONTH")
    kind = INTERVAL_YEAR_TO_MONTH if months else INTERVAL_DAY_TO_SECOND
    return Bound(str(sign * value), kind)


def _now(context: Context, node: exp.CurrentTimestamp) -> Bound:  # noqa: ARG001
    return Bound("(:as_of_ms << 12)", TIMESTAMP_WITH_TIME_ZONE)


def _today(context: Context, node: exp.CurrentDate) -> Bound:  # noqa: ARG001
    return Bound("trino_date_of(:as_of_ms)", DATE)


def _local_now(context: Context, node: exp.Localtimestamp) -> Bound:  # noqa: ARG001
    return Bound("trino_utc_text(:as_of_ms << 12)", TIMESTAMP)


def _case(context: Context, node: exp.Case) -> Bound:
    """CASE in both forms; the simple one is written as comparisons, typed like ``=``."""
    operand = None if node.this is None else context.bind(node.this)
    conditions = [_when(context, operand, branch) for branch in node.args["ifs"]]
    values = [context.bind(branch.args["true"]) for branch in node.args["ifs"]]
    default = node.args.get("default")
    otherwise = context.bind(default) if default is not None else None
    results = [*values, otherwise] if otherwise else values
    kind = results[0].type
    for result in results[1:]:
        wider = common(kind, result.type)
        if wider is None:
            raise context.error(
                f"All CASE results must be the same type: {kind}, found {result.type}", node
            )
        kind = wider
    parts = [
        f"WHEN {condition.sql} THEN {coerce(value, kind).sql}"
        for condition, value in zip(conditions, values, strict=True)
    ]
    if otherwise is not None:
        parts.append(f"ELSE {coerce(otherwise, kind).sql}")
    return combine(f"CASE {' '.join(parts)} END", kind, *conditions, *results)


def _when(context: Context, operand: Bound | None, branch: exp.If) -> Bound:
    if operand is None:
        return context.condition(branch.this, "CASE WHEN clause")
    return predicates.compare(context, exp.EQ, operand, context.bind(branch.this), branch)


def _refuse_alias(context: Context, node: exp.Expr) -> Bound:
    raise context.error("an alias cannot stand here", node)


_HANDLERS: dict[Any, Any] = {
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Boolean: _boolean,
    exp.Null: _null,
    exp.Paren: _paren,
    exp.Interval: _interval,
    exp.CurrentTimestamp: _now,
    exp.CurrentDate: _today,
    exp.Localtimestamp: _local_now,
    exp.Case: _case,
    exp.Alias: _refuse_alias,
    **arithmetic.HANDLERS,
    **arrays.HANDLERS,
    **predicates.HANDLERS,
    **casts.HANDLERS,
    **calls.HANDLERS,
    **subqueries.HANDLERS,
}

HANDLERS: Mapping[type[exp.Expr], Handler] = _HANDLERS
"""What can stand in an expression, by node type."""
