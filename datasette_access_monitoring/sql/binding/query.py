"""Queries: WITH, parentheses, and the kinds of query bodies, each bound in its own file."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from ...catalog.types import UNKNOWN, VARCHAR, TrinoType
from .bound import BoundQuery, name
from .context import Context
from .ordering import ordered
from .recursion import bind_recursive, is_recursive
from .scope import Field
from .select_query import bind_select
from .set_operations import bind_set_operation
from .statement import Table
from .values_clause import bind_values


def bind_query(outside: Context, node: exp.Expr) -> BoundQuery:
    """Bind a query that stands inside ``outside``: its scope becomes the parent."""
    context = _with(outside, node)
    if isinstance(node, exp.Select):
        return bind_select(context, node)
    if isinstance(node, exp.Subquery) and not node.args.get("joins"):
        return ordered(context, node, bind_query(context, node.this))
    if isinstance(node, exp.SetOperation):
        return bind_set_operation(context, node)
    if isinstance(node, exp.Values):
        return ordered(context, node, bind_values(context, node))
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
        recursive = clause.args.get("recursive") and is_recursive(cte)
        table = bind_recursive(apart, cte) if recursive else _cte(apart, cte)
        context = replace(context, ctes={**context.ctes, own: table})
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
    context.statement.define(internal, "", query.text(names))
    fields = (
        Field(visible, column.type, own, weight=column.weight)
        for visible, column, own in zip(shown, query.columns, names, strict=True)
    )
    return Table(internal, tuple(fields), expansions)


def unknown_as_text(kind: TrinoType) -> TrinoType:
    """The type under which a result column of bare NULLs is shown."""
    return VARCHAR if kind == UNKNOWN else kind
