"""Queries inside expressions: scalar subqueries, EXISTS and IN."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ...catalog.types import BOOLEAN
from ..rules.coercion import is_nested
from .bound import Bound, BoundQuery, combine, text_literal
from .context import Context
from .conversion import comparable, meet


def subquery(context: Context, sql: str, query: BoundQuery, like: Bound) -> Bound:
    """A query as an expression: it reads the columns of outer levels that the query reads."""
    # Its text may be written out twice: it weighs as much as an expression of that length.
    weight = 1 + context.statement.size(sql) // 8
    columns = query.escaped + like.columns
    return context.grouped(
        Bound(
            sql,
            like.type,
            columns,
            like.aggregates,
            like.atomic,
            weight=weight,
            windows=like.windows,
        )
    )


def single_column(context: Context, node: exp.Expr, query: BoundQuery) -> None:
    """Raise ``QueryError`` for a query of several columns where one is asked for."""
    if len(query.columns) != 1:
        raise context.error(
            f"Multiple columns returned by subquery are not yet supported. "
            f"Found {len(query.columns)}",
            node,
        )


def _scalar(context: Context, node: exp.Subquery) -> Bound:
    query = context.bind_query(node)
    single_column(context, node, query)
    inside = context.statement.derived(query)
    # SQLite would take the first of several rows; Trino refuses them.
    single = "c1" if query.one_row else "trino_single(COUNT(*), MAX(c1))"
    text = f"(SELECT {single} FROM {inside} LIMIT 1)"
    return subquery(context, text, query, Bound("", query.columns[0].type))


def _exists(context: Context, node: exp.Exists) -> Bound:
    query = context.bind_query(node.this)
    text = f"EXISTS (SELECT 1 FROM {context.statement.derived(query)})"
    return subquery(context, text, query, Bound("", BOOLEAN))


def in_query(context: Context, node: exp.Expr, value: exp.Expr, written: exp.Expr) -> Bound:
    """``value IN (query)``, three-valued; a row of columns is compared with as many columns."""
    query = context.bind_query(written)
    bare = value.unnest()
    if isinstance(bare, (exp.Tuple, exp.Struct)):
        return _rows(context, node, bare, query)
    single_column(context, node, query)
    bound = context.bind(value)
    internal = context.statement.alias("t")
    kind = query.columns[0].type
    if bound.type.base == "row":  # its fields would meet the query's columns: see ``_rows``
        raise _mismatch(context, node, str(bound.type), f"row({kind})")
    met = meet(bound, Bound(f'"{internal}"."c1"', kind))
    if met is None:
        raise _mismatch(context, node, str(bound.type), str(kind))
    source = f'{context.statement.derived(query)} AS "{internal}"'
    if is_nested(met[0].type):
        return _in_nested(context, node, met, query, source)
    left, right = (comparable(part) for part in met)
    sql = f"{left} IN (SELECT {right} FROM {source})"
    return subquery(context, sql, query, combine("", BOOLEAN, bound, atomic=False))


def _in_nested(
    context: Context, node: exp.Expr, met: tuple[Bound, Bound], query: BoundQuery, source: str
) -> Bound:
    """IN over arrays, maps or rows: NULLs inside of them may leave equality open, see ``_rows``."""
    left, right = met
    if left.aggregates:
        raise context.error(f"IN over {left.type} values of an aggregate: not supported", node)
    equal = f"trino_equal({text_literal(str(left.type))}, {left.sql}, {right.sql})"
    there = f"{left.operand} IS NOT NULL AND {right.operand} IS NOT NULL"
    sql = (
        "(SELECT CASE WHEN MAX(b) THEN 1 WHEN MAX(b IS NULL AND u) THEN trino_undecided(MAX(u)) "
        "WHEN COUNT(b) = COUNT(*) THEN 0 END "
        f"FROM (SELECT {equal} AS b, {there} AS u FROM {source}))"
    )
    return subquery(context, sql, query, combine("", BOOLEAN, left, left))


def _mismatch(context: Context, node: exp.Expr, left: str, right: str) -> Exception:
    return context.error(
        f"value and result of subquery must be of the same type for IN expression: "
        f"{left} vs {right}",
        node,
    )


def _rows(context: Context, node: exp.Expr, value: exp.Expr, query: BoundQuery) -> Bound:
    """``(a, b) IN (SELECT x, y ...)``.

    What Trino says where NULLs inside the rows leave it open is not documented: an error.
    """
    fields = [context.bind(part) for part in value.expressions]
    internal = context.statement.alias("t")
    columns = [
        Bound(f'"{internal}".{own}', column.type)
        for own, column in zip(query.inner_names(), query.columns, strict=True)
    ]
    kinds = (", ".join(str(part.type) for part in parts) for parts in (fields, columns))
    pairs = [meet(*pair) for pair in zip(fields, columns, strict=False)]
    met = [pair for pair in pairs if pair is not None]
    if len(fields) != len(columns) or len(met) != len(fields):
        raise _mismatch(context, node, *(f"row({listed})" for listed in kinds))
    if any(is_nested(one.type) for one, _ in met):
        raise context.error("IN of rows that hold arrays, maps or rows: not supported", node)
    left = ", ".join(comparable(one) for one, _ in met)
    right = ", ".join(comparable(other) for _, other in met)
    inside = f'SELECT {right} FROM {context.statement.derived(query)} AS "{internal}"'
    sql = f"COALESCE(({left}) IN ({inside}), trino_undecided({fields[0].sql}))"
    return subquery(context, sql, query, combine("", BOOLEAN, *fields))


HANDLERS: dict[Any, Any] = {exp.Subquery: _scalar, exp.Exists: _exists}
