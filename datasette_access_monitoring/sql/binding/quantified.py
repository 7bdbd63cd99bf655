"""Quantified comparisons: ``x < ALL (query)``, ``x = ANY (query)``; SOME is ANY.

Three-valued: ANY is true when some row is, unknown when none is but some row is unknown, and
false otherwise, so over no rows.  ALL is the contrary of ANY with the contrary operator.
"""

from __future__ import annotations

from sqlglot import exp

from ...catalog.types import BOOLEAN
from ..rules.coercion import is_nested, is_orderable
from .bound import Bound, combine
from .context import Context
from .conversion import comparable, meet
from .subqueries import in_query, single_column, subquery

_CONTRARY: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.EQ: exp.NEQ, exp.NEQ: exp.EQ, exp.LT: exp.GTE, exp.GTE: exp.LT, exp.GT: exp.LTE,
    exp.LTE: exp.GT,
}  # fmt: skip
# What some value of the query does, told by the smallest or the largest.
_HITS: dict[type[exp.Expr], str] = {
    exp.LT: "{x} < {largest}",
    exp.LTE: "{x} <= {largest}",
    exp.GT: "{x} > {smallest}",
    exp.GTE: "{x} >= {smallest}",
    exp.NEQ: "({x} <> {smallest} OR {x} <> {largest})",
}


def quantifier(node: exp.Expr) -> tuple[str, exp.Expr] | None:
    """``ALL`` or ``ANY`` and the query after it, or ``None`` for anything else."""
    if isinstance(node, (exp.All, exp.Any)):
        return ("ALL" if isinstance(node, exp.All) else "ANY"), node.this
    word = str(node.this).upper() if isinstance(node, exp.Anonymous) else ""
    if word in ("ALL", "ANY", "SOME") and len(node.expressions) == 1:
        return ("ALL" if word == "ALL" else "ANY"), node.expressions[0]
    return None


def bind_quantified(context: Context, node: exp.Binary, word: str, query: exp.Expr) -> Bound:
    """A comparison whose right side is a quantified query."""
    operator = type(node)
    if operator not in _CONTRARY:
        raise context.error(f"IS [NOT] DISTINCT FROM {word} is no Trino", node)
    if not isinstance(query, (exp.Query, exp.Values)):
        raise context.error(f"{word} is followed by a query in parentheses", node)
    if word == "ANY":
        return _any(context, operator, node, query)
    contrary = _any(context, _CONTRARY[operator], node, query)
    return combine(f"NOT {contrary.operand}", BOOLEAN, contrary, atomic=False)


def _any(context: Context, operator: type[exp.Expr], node: exp.Binary, written: exp.Expr) -> Bound:
    if operator is exp.EQ:
        return in_query(context, node, node.this, written)
    query = context.bind_query(written)
    single_column(context, node, query)
    bound = context.bind(node.this)
    internal = context.statement.alias("t")
    kind = query.columns[0].type
    met = meet(bound, Bound(f'"{internal}"."c1"', kind))
    if met is None:
        raise context.error(
            f"Cannot compare in quantified comparison: {bound.type} and {kind}", node
        )
    if is_nested(met[0].type) or not is_orderable(met[0].type):
        raise context.error(f"quantified comparison of {met[0].type} values: not supported", node)
    x, right = (comparable(part) for part in met)
    rows = f'(SELECT {right} AS v FROM {context.statement.derived(query)} AS "{internal}")'
    hit = _HITS[operator].format(
        x=x, smallest=f"(SELECT MIN(v) FROM {rows})", largest=f"(SELECT MAX(v) FROM {rows})"
    )
    sql = (
        f"CASE WHEN {hit} THEN 1 WHEN NOT EXISTS {rows} THEN 0 "
        f"WHEN {x} IS NOT NULL AND (SELECT COUNT(v) = COUNT(*) FROM {rows}) THEN 0 END"
    )
    return subquery(context, sql, query, combine("", BOOLEAN, met[0], met[0]))
