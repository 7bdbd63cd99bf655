"""FROM: views, CTEs, subqueries, VALUES and UNNEST, as SQLite text and the fields they bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from .bound import name
from .context import Context
from .joins import FromItem, is_comma, joined
from .scope import Field, shown
from .statement import Table
from .unnest import unnested

_RELATIONS = (exp.Table, exp.Unnest)


def bind_from(context: Context, node: exp.Expr, joins: Sequence[exp.Join]) -> FromItem:
    """Bind a FROM clause: its first item and what is joined to it."""
    return joined(context, _item(context, node, ()), joins, _item)


def _item(context: Context, node: exp.Expr, left: tuple[Field, ...]) -> FromItem:
    """One item; the parser hangs a join in parentheses on the first item of the join."""
    item = _single(context, node, left)
    joins = node.args.get("joins")
    if not joins:
        return item
    for join in joins:
        if is_comma(join):
            raise context.error("a comma between tables cannot stand in parentheses", join.this)
    inside = joined(context, item, joins, _item)
    return FromItem(f"({inside.sql})", inside.fields, inside.escaped)


def _single(context: Context, node: exp.Expr, left: tuple[Field, ...]) -> FromItem:
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Values):
        return _subquery(context, node, node.this)  # the first item of a join in parentheses
    if isinstance(node, exp.Table):
        return _table(context, node)
    if isinstance(node, exp.Unnest):
        item = unnested(context, node, left)
        return replace(item, fields=_aliased(context, node, item.fields, None))
    if isinstance(node, exp.Subquery) and _is_relation(node.this):
        inside = _item(context, node.this, ())
        if node.args.get("alias") is None:
            return inside
        return replace(inside, fields=_aliased(context, node, inside.fields, None))
    if isinstance(node, (exp.Subquery, exp.Values)):
        return _subquery(context, node, node)
    raise context.error(f"{type(node).__name__} cannot stand in FROM", node)


def _is_relation(node: exp.Expr) -> bool:
    """Whether what stands in parentheses is an item of FROM, and no query."""
    if isinstance(node, (exp.Select, exp.SetOperation)):
        return False
    return isinstance(node, _RELATIONS) or bool(node.args.get("joins") or node.args.get("alias"))


def _table(context: Context, node: exp.Table) -> FromItem:
    table = _named(context, node)
    context.statement.expand(table, node)
    internal = name(context.statement.alias("t"))
    fields = tuple(column.written(f"{internal}.{name(column.sql)}") for column in table.columns)
    return FromItem(f"{table.sql} AS {internal}", _aliased(context, node, fields, node.name))


def _named(context: Context, node: exp.Table) -> Table:
    """The CTE or view that a name means; a name with a schema is always a view's."""
    if isinstance(node.this, exp.Dot):
        raise context.error("Too many dots in table name", node)
    if not isinstance(node.this, exp.Identifier):
        raise context.error("table functions: not supported", node)
    if node.args.get("db") is None:
        known = context.ctes.get(node.name.lower())
        if known is not None:
            return known
    return context.statement.view(node)


def _subquery(context: Context, node: exp.Expr, query: exp.Expr) -> FromItem:
    """A query under the alias of ``node``."""
    if query.args.get("joins"):
        query = query.copy()
        query.set("joins", None)
    # A subquery in FROM does not see its neighbours, but the levels around the whole query.
    inner = context.bind_query(query)
    internal = name(context.statement.alias("t"))
    fields = tuple(
        Field(column.name, column.type, f"{internal}.{name(own)}", weight=column.weight)
        for column, own in zip(inner.columns, inner.inner_names(), strict=True)
    )
    fields = _aliased(context, node, fields, None)
    return FromItem(f"{context.statement.derived(inner)} AS {internal}", fields, inner.escaped)


def _aliased(
    context: Context, node: exp.Expr, fields: tuple[Field, ...], own: str | None
) -> tuple[Field, ...]:
    """The fields under the item's alias, and under its column names if it gives any."""
    alias = node.args.get("alias")
    if own is None and alias is None:
        return fields
    qualifier = alias.name if alias is not None and alias.name else own
    names = list(alias.args.get("columns") or []) if alias is not None else []
    ordinality = node.args.get("offset")
    if isinstance(node, exp.Unnest) and isinstance(ordinality, exp.Identifier):
        names.append(ordinality)  # the parser takes the last name apart
    if names and not qualifier:
        raise context.error("a list of column names follows an alias", names[0])
    kept: tuple[Field, ...] = ()
    if names:
        # A list of names covers what * gives, and hides the rest but for a recursion's depth.
        kept = tuple(field for field in fields if field.hidden and field.view is None)
        fields = tuple(shown(fields))
    if names and len(names) != len(fields):
        raise context.error(
            f"Column alias list has {len(names)} entries but '{qualifier}' has "
            f"{len(fields)} columns available",
            node,
        )
    called = (
        field.called(qualifier, names[index].name if names else field.name)
        for index, field in enumerate(fields)
    )
    return (*called, *kept)
