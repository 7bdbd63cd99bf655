"""Names, literals, CASE and the like: expressions that are neither operators nor calls.

``HANDLERS`` at the end is the table of everything that can stand in an expression.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import exp

from ...catalog.types import BIGINT, BOOLEAN, DOUBLE, INTEGER, UNKNOWN, VARCHAR
from ..rules import decimals
from ..rules.coercion import common
from . import (
    arithmetic,
    arrays,
    calls,
    casts,
    grouping,
    invocations,
    predicates,
    rows,
    subqueries,
    time_syntax,
)
from .bound import Bound, combine, text_literal
from .context import Context, Handler
from .conversion import coerce

_INT32 = 1 << 31
_INT64 = 1 << 63


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
        return Bound(f"trino_cast('varchar', 'double', '{text}')", DOUBLE)
    try:
        unscaled, kind = decimals.read_literal(text)
    except ValueError as error:
        raise context.error(str(error), node) from error
    return Bound(text_literal(decimals.held(unscaled)), kind)


def _boolean(context: Context, node: exp.Boolean) -> Bound:  # noqa: ARG001
    return Bound("1" if node.this else "0", BOOLEAN)


def _null(context: Context, node: exp.Null) -> Bound:  # noqa: ARG001
    return Bound("NULL", UNKNOWN)


def _paren(context: Context, node: exp.Paren) -> Bound:
    return context.bind(node.this)


def _case(context: Context, node: exp.Case) -> Bound:
    """CASE in both forms; the simple one is written as comparisons, typed like ``=``."""
    conditions = _conditions(context, node)
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


def _conditions(context: Context, node: exp.Case) -> Sequence[Bound]:
    branches = node.args["ifs"]
    if node.this is None:
        return [context.condition(branch.this, "CASE WHEN clause") for branch in branches]
    written = (node.this, *(branch.this for branch in branches))
    operand, *compared = predicates.in_one_type([context.bind(part) for part in written])
    return [
        predicates.compare(context, exp.EQ, operand, value, branch)
        for value, branch in zip(compared, branches, strict=True)
    ]


def _refuse_alias(context: Context, node: exp.Expr) -> Bound:
    raise context.error("an alias cannot stand here", node)


_HANDLERS: dict[Any, Any] = {
    exp.Literal: _literal,
    exp.Boolean: _boolean,
    exp.Null: _null,
    exp.Paren: _paren,
    exp.Case: _case,
    exp.Alias: _refuse_alias,
    **arithmetic.HANDLERS,
    **arrays.HANDLERS,
    **rows.HANDLERS,
    **predicates.HANDLERS,
    **casts.HANDLERS,
    **calls.HANDLERS,
    **invocations.HANDLERS,
    **subqueries.HANDLERS,
    **time_syntax.HANDLERS,
    **grouping.HANDLERS,
}

HANDLERS: Mapping[type[exp.Expr], Handler] = _HANDLERS
"""What can stand in an expression, by node type."""
