"""ORDER BY, LIMIT, OFFSET and FETCH."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from .bound import Bound
from .coercion import comparable
from .context import Context

_UNORDERED = ("array", "row", "map", "json")


@dataclass(frozen=True, slots=True)
class OrderClause:
    """The SQLite text of an ORDER BY (empty if there is none) and its expressions."""

    sql: str
    keys: tuple[tuple[Bound, exp.Expr], ...] = ()


def order_clause(context: Context, node: exp.Expr, items: Sequence[Bound]) -> OrderClause:
    """Bind the ORDER BY of a query whose SELECT list is ``items``.

    NULLs come last in both directions unless the query says otherwise: Trino's rule.
    """
    clause = node.args.get("order")
    if clause is None:
        return OrderClause("")
    keys: list[tuple[Bound, exp.Expr]] = []
    terms: list[str] = []
    for ordered in clause.expressions:
        bound = ordinal(context, ordered.this, items, "ORDER BY") or context.bind(ordered.this)
        if bound.type.base in _UNORDERED:
            raise context.error(f"ORDER BY a value of type {bound.type}: not supported", ordered)
        keys.append((bound, ordered.this))
        if bound.is_number:
            continue  # SQLite would read it as a column's position; it orders nothing
        direction = "DESC" if ordered.args.get("desc") else "ASC"
        nulls = "FIRST" if ordered.args.get("nulls_first") else "LAST"
        terms.append(f"{comparable(bound)} {direction} NULLS {nulls}")
    return OrderClause(f"ORDER BY {', '.join(terms)}" if terms else "", tuple(keys))


def ordinal(context: Context, node: exp.Expr, items: Sequence[Bound], clause: str) -> Bound | None:
    """The SELECT item that a bare number means, or ``None`` for any other expression."""
    if not (isinstance(node, exp.Literal) and not node.is_string and node.name.isdecimal()):
        return None
    position = int(node.name)
    if not 1 <= position <= len(items):
        raise context.error(f"{clause} position {position} is not in select list", node)
    return items[position - 1]


def limit_clause(context: Context, node: exp.Expr) -> str:
    """LIMIT and OFFSET in SQLite; ``FETCH FIRST ROW ONLY`` is a limit of one."""
    limit, offset = node.args.get("limit"), node.args.get("offset")
    count = _count(context, limit)
    if offset is None:
        return f"LIMIT {count}" if count is not None else ""
    skipped = _number(context, offset.expression, "OFFSET")
    return f"LIMIT {-1 if count is None else count} OFFSET {skipped}"


def _count(context: Context, limit: exp.Expr | None) -> int | None:
    if limit is None:
        return None
    if isinstance(limit, exp.Fetch):
        given = limit.args.get("count")
        count = 1 if given is None else _number(context, given, "FETCH FIRST")
        if count == 0:
            raise context.error("FETCH FIRST row count must be positive", limit)
        return count
    if isinstance(limit.expression, exp.Var) and limit.expression.name.upper() == "ALL":
        return None
    return _number(context, limit.expression, "LIMIT")


def _number(context: Context, node: exp.Expr, clause: str) -> int:
    if not (isinstance(node, exp.Literal) and not node.is_string and node.name.isdecimal()):
        raise context.error(f"{clause} takes a number", node)
    value = int(node.name)
    if value >= 1 << 63:
        raise context.error(f"{clause} {value} is too large", node)
    return value
