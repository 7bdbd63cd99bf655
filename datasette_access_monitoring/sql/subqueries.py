"""Queries inside expressions: scalar subqueries, EXISTS and IN."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlglot import exp

from ..catalog.types import BOOLEAN
from .bound import Bound, BoundQuery, combine
from .coercion import comparable, is_nested, meet
from .context import Context


def _bound(context: Context, sql: str, query: BoundQuery, like: Bound) -> Bound:
    """A subquery as an expression: it reads the columns of outer levels that the query reads."""
    # Its text may be written out twice: it weighs as much as an expression of that length.
    weight = 1 + len(sql) // 8
    columns = query.escaped + like.columns
    return context.grouped(Bound(sql, like.type, columns, like.aggregates, weight=weight))


def _scalar(context: Context, node: exp.Subquery) -> Bound:
    query = context.bind_query(node)
    if len(query.columns) != 1:
        raise context.error(
            f"Multiple columns returned by subquery are not yet supported. "
            f"Found {len(query.columns)}",
            node,
        )
    names = query.inner_names()
    kind = query.columns[0].type
    text = f"(\n{query.text(names)}\n)"
    if not query.one_row:
        # SQLite would take the first of several rows; Trino refuses them.
        text = f"(SELECT trino_single(COUNT(*), MAX(c1)) FROM (\n{query.text(names)}\n) LIMIT 1)"
    return _bound(context, text, query, Bound("", kind))


def _exists(context: Context, node: exp.Exists) -> Bound:
    query = context.bind_query(node.this)
    return _bound(context, f"EXISTS (\n{query.text(query.inner_names())}\n)", query, _CONDITION)


def in_query(context: Context, node: exp.In) -> Bound:
    """``x IN (SELECT ...)``: one column, of a type that ``x`` can be compared with."""
    value = context.bind(node.this)
    query = context.bind_query(node.args["query"])
    if len(query.columns) != 1:
        raise context.error(
            f"Multiple columns returned by subquery are not yet supported. "
            f"Found {len(query.columns)}",
            node,
        )
    kind = query.columns[0].type
    internal = context.statement.alias("t")
    met = meet(value, Bound(f'"{internal}"."c1"', kind))
    if met is None or is_nested(kind):
        raise context.error(
            f"value and result of subquery must be of the same type for IN expression: "
            f"{value.type} vs {kind}",
            node,
        )
    inside = query.text(query.inner_names())
    sql = (
        f'{comparable(met[0])} IN (SELECT {comparable(met[1])} FROM (\n{inside}\n) AS "{internal}")'
    )
    result = _bound(context, sql, query, combine("", BOOLEAN, value))
    return replace(result, atomic=False)


_CONDITION = Bound("", BOOLEAN)

HANDLERS: dict[Any, Any] = {exp.Subquery: _scalar, exp.Exists: _exists}
