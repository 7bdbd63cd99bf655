"""Queries: WITH, set operations and parentheses; a SELECT itself is in ``select_query``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from ..catalog.types import UNKNOWN, VARCHAR, TrinoType
from .bound import Bound, BoundQuery, OutputField, name
from .coercion import coerce, common, has_own_equality
from .context import Context
from .ordering import limit_clause, order_clause
from .scope import Field
from .select_query import bind_select
from .statement import Table

_OPERATIONS = {exp.Union: "UNION", exp.Intersect: "INTERSECT", exp.Except: "EXCEPT"}


def bind_query(outside: Context, node: exp.Expr) -> BoundQuery:
    """Bind a query that stands inside ``outside``: its scope becomes the parent."""
    context = _with(outside, node)
    if isinstance(node, exp.Select):
        return bind_select(context, node)
    if isinstance(node, exp.Subquery):
        return _parenthesised(context, node)
    if isinstance(node, exp.SetOperation):
        return _set_operation(context, node)
    raise outside.error(f"{type(node).__name__} is not a query", node)


def _with(context: Context, node: exp.Expr) -> Context:
    """The context in which the query's CTEs are known; each sees those before it."""
    clause = node.args.get("with_")
    if clause is None:
        return context
    defined: set[str] = set()
    for cte in clause.expressions:
        own = cte.alias.lower()
        if own in defined:
            raise context.error(f"WITH query name '{cte.alias}' specified more than once", cte)
        defined.add(own)
        apart = replace(context, scope=context.scope.apart())
        context = replace(context, ctes={**context.ctes, own: _cte(apart, cte)})
    return context


def _cte(context: Context, cte: exp.CTE) -> Table:
    before = context.statement.expansions
    query = bind_query(context, cte.this)
    # Counted where it is mentioned, not here.
    expansions = 1 + context.statement.expansions - before
    context.statement.expansions = before
    internal = name(context.statement.alias("_q"))
    names = query.inner_names()
    given = [column.name for column in cte.args["alias"].args.get("columns") or []]
    if given and len(given) != len(names):
        raise context.error(
            f"Column alias list has {len(given)} entries but '{cte.alias}' has "
            f"{len(names)} columns",
            cte,
        )
    shown = given or [column.name for column in query.columns]
    context.statement.ctes.append(f"{internal} AS (\n{query.text(names)}\n)")
    fields = (
        Field(visible, column.type, own, weight=column.weight)
        for visible, column, own in zip(shown, query.columns, names, strict=True)
    )
    return Table(internal, tuple(fields), expansions)


def _parenthesised(context: Context, node: exp.Subquery) -> BoundQuery:
    query = bind_query(context, node.this)
    if any(node.args.get(clause) for clause in ("order", "limit", "offset")):
        return _around(context, node, query)
    return query


def _around(context: Context, node: exp.Expr, query: BoundQuery) -> BoundQuery:
    """ORDER BY and LIMIT of a whole query: its output columns are all that they see."""
    internal = name(context.statement.alias("t"))
    names = query.inner_names()
    fields = tuple(
        Field(column.name, column.type, f"{internal}.{name(own)}")
        for column, own in zip(query.columns, names, strict=True)
    )
    scope = context.scope.inner(fields)
    inside = replace(context, scope=scope, no_aggregates="ORDER BY", groups=frozenset(), outputs=())
    items = tuple(Bound(field.sql, field.type) for field in fields)
    order = order_clause(inside, node, items)
    rest = [f"FROM (\n{query.text(names)}\n) AS {internal}", order.sql, limit_clause(inside, node)]
    return BoundQuery(
        query.columns,
        "SELECT",
        tuple(item.sql for item in items),
        "\n".join(part for part in rest if part),
        query.escaped,
    )


def _set_operation(context: Context, node: exp.SetOperation) -> BoundQuery:
    operands, words = _spine(context, node)
    queries = [bind_query(context, operand) for operand in operands]
    types = list(_types(queries[0]))
    for query, operand, word in zip(queries[1:], operands[1:], words, strict=True):
        _meet(context, types, query, operand, word)
    distinct = any(word != "UNION ALL" for word in words)
    if distinct and any(has_own_equality(kind) for kind in types):
        kind = next(kind for kind in types if has_own_equality(kind))
        raise context.error(f"{words[-1]} of {kind} values: not supported yet", node)
    parts = [_operand(context, query, types) for query in queries]
    text = parts[0]
    for word, part in zip(words, parts[1:], strict=True):
        text = f"{text}\n{word}\n{part}"
    columns = tuple(
        OutputField(column.name, kind, max(query.columns[index].weight for query in queries))
        for index, (column, kind) in enumerate(zip(queries[0].columns, types, strict=True))
    )
    internal = name(context.statement.alias("t"))
    whole = BoundQuery(columns, "SELECT", (), "")
    items = tuple(f"{internal}.{name(own)}" for own in whole.inner_names())
    escaped = tuple(use for query in queries for use in query.escaped)
    whole = BoundQuery(columns, "SELECT", items, f"FROM (\n{text}\n) AS {internal}", escaped)
    if any(node.args.get(clause) for clause in ("order", "limit", "offset")):
        return _around(context, node, whole)
    return whole


def _spine(context: Context, node: exp.SetOperation) -> tuple[list[exp.Expr], list[str]]:
    """The operands of a chain and the words between them: both languages read it from the left."""
    operands: list[exp.Expr] = []
    words: list[str] = []
    current: exp.Expr = node
    clauses = ("order", "limit", "offset", "with_")
    while isinstance(current, exp.SetOperation) and (
        current is node or not any(current.args.get(clause) for clause in clauses)
    ):
        word = _OPERATIONS[type(current)]
        if not current.args.get("distinct"):
            word += " ALL"
        if word in ("INTERSECT ALL", "EXCEPT ALL"):
            raise context.error(f"{word}: not supported", current)
        words.append(word)
        operands.append(current.expression)
        current = current.this
    operands.append(current)
    for operand in operands:
        if isinstance(operand, exp.Select) and any(operand.args.get(c) for c in clauses[:3]):
            raise context.error(
                "ORDER BY and LIMIT come after the whole query; "
                f"for one part of {words[-1]}, put it in parentheses",
                operand,
            )
    return operands[::-1], words[::-1]


def _types(query: BoundQuery) -> list[TrinoType]:
    return [column.type for column in query.columns]


def _meet(
    context: Context, types: list[TrinoType], query: BoundQuery, node: exp.Expr, word: str
) -> None:
    """Widen ``types`` in place by those of one more operand."""
    if len(query.columns) != len(types):
        raise context.error(
            f"{word} query has different number of fields: {len(types)}, {len(query.columns)}", node
        )
    for index, (before, column) in enumerate(zip(types, query.columns, strict=True)):
        kind = common(before, column.type)
        if kind is None:
            raise context.error(
                f"column {index + 1} in {word} query has incompatible types: "
                f"{before}, {column.type}",
                node,
            )
        types[index] = kind


def _operand(context: Context, query: BoundQuery, types: Sequence[TrinoType]) -> str:
    internal = name(context.statement.alias("t"))
    names = query.inner_names()
    items = (
        coerce(Bound(f"{internal}.{name(own)}", column.type), kind).sql + f" AS {name(own)}"
        for column, kind, own in zip(query.columns, types, names, strict=True)
    )
    return f"SELECT {', '.join(items)} FROM (\n{query.text(names)}\n) AS {internal}"


def unknown_as_text(kind: TrinoType) -> TrinoType:
    """The type under which a result column of bare NULLs is shown."""
    return VARCHAR if kind == UNKNOWN else kind
