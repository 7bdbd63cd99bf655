"""FROM: views, CTEs, subqueries and joins, as SQLite text and the fields that they bring."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from .bound import Bound, ColumnUse, name
from .context import Context
from .scope import Field

MAX_ITEMS = 60
"""Tables in one FROM at most: SQLite joins 64."""

_NATIVE_OUTER_JOINS = (3, 39, 0)


@dataclass(frozen=True, slots=True)
class FromItem:
    """A FROM clause or one item of it: its SQLite text, its columns, the outer columns it reads."""

    sql: str
    fields: tuple[Field, ...]
    escaped: tuple[ColumnUse, ...] = ()


def bind_from(context: Context, node: exp.Expr, joins: Sequence[exp.Join]) -> FromItem:
    """Bind a FROM clause: its first item and what is joined to it."""
    return _joined(context, _item(context, node), joins)


def _joined(context: Context, first: FromItem, joins: Sequence[exp.Join]) -> FromItem:
    """Join items from left to right.

    A comma begins a new group: an ON sees its own group only, as in Trino, where JOIN binds
    tighter than the comma.
    """
    if len(joins) >= MAX_ITEMS:
        raise context.error(f"FROM names more than {MAX_ITEMS} tables", joins[0])
    text, group, escaped = first.sql, first.fields, first.escaped
    done: tuple[Field, ...] = ()
    commas = False
    for join in joins:
        item = _item(context, join.this)
        escaped += item.escaped
        side, kind = join.args.get("side") or "", join.args.get("kind") or ""
        condition = join.args.get("on")
        if side not in ("", "LEFT", "RIGHT", "FULL") or kind not in ("", "INNER", "OUTER", "CROSS"):
            raise context.error(f"{side} {kind} JOIN: not supported".strip(), join)
        if condition is None:
            if kind != "CROSS":
                done, group, commas = done + group, (), True
            text, group = f"{text}\n  JOIN {item.sql}", group + item.fields
            continue
        _check_outer(context, join, side, commas)
        group += item.fields
        on = _on(context, condition, group)
        escaped += tuple(use for use in on.columns if use.level < context.scope.level)
        text = f"{text}\n  {side + ' ' if side else ''}JOIN {item.sql} ON {on.operand}"
    return FromItem(text, done + group, escaped)


def _check_outer(context: Context, join: exp.Join, side: str, commas: bool) -> None:
    if side not in ("RIGHT", "FULL"):
        return
    if commas:
        raise context.error(
            f"{side} JOIN after a comma: write CROSS JOIN instead of the comma", join
        )
    if sqlite3.sqlite_version_info < _NATIVE_OUTER_JOINS:
        raise context.error(
            f"{side} JOIN needs SQLite 3.39; this is SQLite {sqlite3.sqlite_version}", join
        )


def _on(context: Context, condition: exp.Expr, fields: tuple[Field, ...]) -> Bound:
    scope = replace(context.scope, fields=fields)
    inner = replace(context, scope=scope, no_aggregates="JOIN")
    return inner.condition(condition, "JOIN ON clause")


def _item(context: Context, node: exp.Expr) -> FromItem:
    if isinstance(node, exp.Table):
        return _table(context, node)
    if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table):
        if node.args.get("alias"):
            raise context.error("an alias of a join in parentheses: not supported", node)
        return _table(context, node.this)
    if isinstance(node, exp.Subquery):
        return _subquery(context, node)
    raise context.error(f"{type(node).__name__} cannot stand in FROM", node)


def _table(context: Context, node: exp.Table) -> FromItem:
    table = context.ctes.get(node.name.lower()) or context.statement.view(node)
    context.statement.expand(table, node)
    internal = name(context.statement.alias("t"))
    fields = tuple(
        replace(column, sql=f"{internal}.{name(column.sql)}") for column in table.columns
    )
    item = FromItem(f"{table.sql} AS {internal}", _aliased(context, node, fields, node.name))
    joins = node.args.get("joins")
    if not joins:
        return item
    inside = _joined(context, item, joins)  # the parser hangs a join in parentheses on its table
    return FromItem(f"({inside.sql})", inside.fields, inside.escaped)


def _subquery(context: Context, node: exp.Subquery) -> FromItem:
    # A subquery in FROM does not see its neighbours; Trino has no LATERAL here.
    inner = replace(context, scope=context.scope.apart()).bind_query(node)
    internal = name(context.statement.alias("t"))
    fields = tuple(
        Field(column.name, column.type, f"{internal}.{name(own)}", weight=column.weight)
        for column, own in zip(inner.columns, inner.inner_names(), strict=True)
    )
    fields = _aliased(context, node, fields, None)
    return FromItem(f"(\n{inner.text(inner.inner_names())}\n) AS {internal}", fields)


def _aliased(
    context: Context, node: exp.Expr, fields: tuple[Field, ...], own: str | None
) -> tuple[Field, ...]:
    """The fields under the item's alias, and under its column names if it gives any."""
    alias = node.args.get("alias")
    qualifier = alias.name if alias is not None and alias.name else own
    names = alias.args.get("columns") if alias is not None else None
    if names and len(names) != len(fields):
        raise context.error(
            f"Column alias list has {len(names)} entries but '{qualifier}' has "
            f"{len(fields)} columns available",
            node,
        )
    return tuple(
        replace(field, qualifier=qualifier, name=names[index].name if names else field.name)
        for index, field in enumerate(fields)
    )
