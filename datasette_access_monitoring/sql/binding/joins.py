"""Joins: items of FROM put together, as SQLite text and the fields that the whole has."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from ..rules.coercion import common
from . import predicates
from .bound import Bound, ColumnUse
from .context import Context
from .conversion import coerce
from .scope import Field, further, matching, shown

MAX_ITEMS = 60
"""Tables in one FROM at most: SQLite joins 64."""

_NATIVE_OUTER_JOINS = (3, 39, 0)


@dataclass(frozen=True, slots=True)
class FromItem:
    """A FROM clause or one item of it: its SQLite text, its columns, the outer columns it reads.

    ``lateral`` says that it reads columns of the items to its left.
    """

    sql: str
    fields: tuple[Field, ...]
    escaped: tuple[ColumnUse, ...] = ()
    lateral: bool = False


ItemBinder = Callable[[Context, exp.Expr, tuple[Field, ...]], FromItem]
"""Binds one item of FROM, given the fields that a lateral one sees."""


@dataclass(slots=True)
class _Group:
    """Items put together by JOIN; a comma ends one group and begins the next."""

    text: str
    fields: tuple[Field, ...]
    lateral: bool
    outer: bool = False


def joined(
    context: Context, first: FromItem, joins: Sequence[exp.Join], bind_item: ItemBinder
) -> FromItem:
    """Join items from left to right.

    An ON sees its own group only, as in Trino, where JOIN binds tighter than the comma.
    """
    if len(joins) >= MAX_ITEMS:
        raise context.error(f"FROM names more than {MAX_ITEMS} tables", joins[0])
    groups = [_Group(first.sql, first.fields, lateral=False)]
    escaped = first.escaped
    for join in joins:
        _check_kind(context, join)
        if is_comma(join):
            item = bind_item(context, join.this, _fields(groups))
            groups.append(_Group(item.sql, item.fields, item.lateral))
            escaped += item.escaped
        else:
            escaped += _join(context, groups[-1], join, bind_item)
    return FromItem(_text(context, groups, joins), _fields(groups), escaped)


def is_comma(join: exp.Join) -> bool:
    """Whether a join is written as a comma."""
    return not any(join.args.get(part) for part in ("kind", "side", "on", "using"))


def _fields(groups: Sequence[_Group]) -> tuple[Field, ...]:
    return tuple(field for group in groups for field in group.fields)


def _text(context: Context, groups: Sequence[_Group], joins: Sequence[exp.Join]) -> str:
    parts = [groups[0].text]
    for group in groups[1:]:
        # SQLite's comma binds as tight as its JOIN.
        if group.outer and group.lateral:
            raise context.error("RIGHT or FULL JOIN of an UNNEST after a comma", joins[-1])
        parts.append(f"({group.text})" if group.outer else group.text)
    return "\n  JOIN ".join(parts)


def _check_kind(context: Context, join: exp.Join) -> None:
    side, kind = join.args.get("side") or "", join.args.get("kind") or ""
    conditions = [part for part in ("on", "using") if join.args.get(part)]
    if side not in ("", "LEFT", "RIGHT", "FULL") or kind not in ("", "INNER", "OUTER", "CROSS"):
        raise context.error(f"{side} {kind} JOIN: not supported".strip(), join)
    if kind == "OUTER" and not side:
        raise context.error("OUTER JOIN is LEFT, RIGHT or FULL", join)
    if kind == "CROSS" and conditions:
        raise context.error("CROSS JOIN has no condition", join)
    if kind != "CROSS" and not conditions and not is_comma(join):
        raise context.error("each JOIN needs its ON", join)
    if side in ("RIGHT", "FULL") and sqlite3.sqlite_version_info < _NATIVE_OUTER_JOINS:
        raise context.error(
            f"{side} JOIN needs SQLite 3.39; this is SQLite {sqlite3.sqlite_version}", join
        )


def _join(
    context: Context, group: _Group, join: exp.Join, bind_item: ItemBinder
) -> tuple[ColumnUse, ...]:
    """Add one joined item to its group; gives the outer columns that this reads."""
    side = join.args.get("side") or ""
    item = bind_item(context, join.this, group.fields)
    if isinstance(join.this, exp.Unnest):
        _check_unnest(context, join, side)
    group.outer = group.outer or side in ("RIGHT", "FULL")
    word = f"{side} JOIN" if side else "JOIN"
    if join.args.get("using"):
        condition, group.fields = _using(context, join, group.fields, item.fields)
        group.text += f"\n  {word} {item.sql} ON {condition}"
        return item.escaped
    group.fields += item.fields
    if join.args.get("on") is None:
        group.text += f"\n  {word} {item.sql}"
        return item.escaped
    on = _on(context, join.args["on"], group.fields)
    group.text += f"\n  {word} {item.sql} ON {on.operand}"
    return item.escaped + tuple(use for use in on.columns if use.level < context.scope.level)


def _check_unnest(context: Context, join: exp.Join, side: str) -> None:
    """Trino joins an UNNEST without a condition only; SQLite has no RIGHT or FULL one."""
    if side in ("RIGHT", "FULL"):
        raise context.error(f"{side} JOIN involving UNNEST: not supported", join)
    if join.args.get("kind") == "CROSS":
        return
    condition = join.args.get("on")
    if not isinstance(condition, exp.Boolean) or not condition.this:
        raise context.error(
            f"{side or 'INNER'} JOIN involving UNNEST is only supported with condition ON TRUE",
            join,
        )


def _on(context: Context, condition: exp.Expr, fields: tuple[Field, ...]) -> Bound:
    scope = replace(context.scope, fields=fields)
    inner = replace(context, scope=scope, no_aggregates="JOIN clause")
    return inner.condition(condition, "JOIN ON clause")


def _using(
    context: Context, join: exp.Join, left: tuple[Field, ...], right: tuple[Field, ...]
) -> tuple[str, tuple[Field, ...]]:
    """The condition of a USING, and the fields of the join.

    Trino's rule: each column that is joined by comes once, before all others, and under no
    table's name; its type is the one that both sides convert to.
    """
    side = join.args.get("side") or ""
    conditions: list[str] = []
    merged: list[Field] = []
    taken: list[Field] = []
    for column in join.args["using"]:
        if any((field.name or "").lower() == column.name.lower() for field in merged):
            raise context.error(
                f"Column '{column.name}' appears multiple times in USING clause", column
            )
        sides = [_side(context, column, left, "left"), _side(context, column, right, "right")]
        one, other = (Bound(field.sql, field.type, weight=field.weight) for field in sides)
        equal = predicates.compare(context, exp.EQ, one, other, column)
        conditions.append(equal.operand)
        kind = common(one.type, other.type) or one.type
        values = {"": coerce(one, kind).sql, "RIGHT": coerce(other, kind).sql}
        values["LEFT"] = values[""]
        values["FULL"] = f"COALESCE({values['']}, {values['RIGHT']})"
        merged.append(Field(column.name, kind, values[side], weight=one.weight + other.weight))
        taken += sides
    rest = tuple(field for field in left + right if field not in taken)
    return " AND ".join(conditions), (*merged, *rest)


def _side(context: Context, column: exp.Expr, fields: tuple[Field, ...], side: str) -> Field:
    name = column.name
    found = matching(shown(fields), name, None) or matching(further(fields), name, None)
    if len(found) > 1:
        raise context.error(f"Column '{name}' is ambiguous", column)
    if not found:
        raise context.error(f"Column '{name}' is missing from {side} side of join", column)
    if found[0].view is not None:
        context.scope.used.add(found[0].view)
    return found[0]
