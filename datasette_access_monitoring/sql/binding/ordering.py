"""ORDER BY, LIMIT, OFFSET and FETCH."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from ..rules.coercion import is_orderable
from .bound import Bound, BoundQuery, name
from .context import Context
from .conversion import sortable
from .scope import Field

MAX_COLUMNS = 2_000
"""Columns in one SELECT, and terms in one ORDER BY, at most: SQLite takes no more."""


@dataclass(frozen=True, slots=True)
class Term:
    """One expression to order by: its SQLite text, and ``ASC`` or ``DESC`` with its NULLs.

    ``number`` says that the text is a whole number: it orders nothing, and where it stands
    alone SQLite would read it as a column's position.
    """

    sql: str
    direction: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class OrderClause:
    """An ORDER BY: its terms, and its expressions as they were bound and written."""

    terms: tuple[Term, ...] = ()
    keys: tuple[tuple[Bound, exp.Expr], ...] = ()

    @property
    def sql(self) -> str:
        """The clause in SQLite, empty if it orders nothing."""
        listed = [f"{term.sql} {term.direction}" for term in self.terms if not term.number]
        return f"ORDER BY {', '.join(listed)}" if listed else ""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many rows are skipped, how many are kept (``None`` for all), and their ties."""

    count: int | None = None
    skipped: int | None = None
    ties: bool = False

    @property
    def sql(self) -> str:
        """LIMIT and OFFSET in SQLite, the ties apart."""
        if self.skipped is None:
            return "" if self.count is None else f"LIMIT {self.count}"
        return f"LIMIT {-1 if self.count is None else self.count} OFFSET {self.skipped}"


def order_clause(context: Context, node: exp.Expr, items: Sequence[Bound]) -> OrderClause:
    """Bind the ORDER BY of a query whose SELECT list is ``items``.

    NULLs come last in both directions unless the query says otherwise: Trino's rule.
    """
    clause = node.args.get("order")
    if clause is None:
        return OrderClause()
    if len(clause.expressions) > MAX_COLUMNS:
        raise context.error(f"ORDER BY has more than {MAX_COLUMNS:,} terms", node)
    keys: list[tuple[Bound, exp.Expr]] = []
    terms: list[Term] = []
    for ordered in clause.expressions:
        bound = ordinal(context, ordered.this, items, "ORDER BY") or context.bind(ordered.this)
        if not is_orderable(bound.type):
            raise context.error(f"ORDER BY a value of type {bound.type}: not supported", ordered)
        keys.append((bound, ordered.this))
        direction = "DESC" if ordered.args.get("desc") else "ASC"
        nulls = "FIRST" if ordered.args.get("nulls_first") else "LAST"
        terms.append(Term(sortable(bound), f"{direction} NULLS {nulls}", bound.is_number))
    return OrderClause(tuple(terms), tuple(keys))


def ordinal(context: Context, node: exp.Expr, items: Sequence[Bound], clause: str) -> Bound | None:
    """The SELECT item that a bare number means, or ``None`` for any other expression."""
    node = node.unnest()
    if not (isinstance(node, exp.Literal) and not node.is_string and node.name.isdecimal()):
        return None
    position = int(node.name)
    if not 1 <= position <= len(items):
        raise context.error(f"{clause} position {position} is not in select list", node)
    return items[position - 1]


def limit_of(context: Context, node: exp.Expr) -> Limit:
    """What a query's LIMIT, OFFSET and FETCH say; ``FETCH FIRST ROW ONLY`` is a limit of one."""
    limit, offset = node.args.get("limit"), node.args.get("offset")
    skipped = None if offset is None else _number(context, offset.expression, "OFFSET")
    options = limit.args.get("limit_options") if isinstance(limit, exp.Fetch) else None
    ties = options is not None and bool(options.args.get("with_ties"))
    if ties and node.args.get("order") is None:
        raise context.error("FETCH FIRST WITH TIES clause requires ORDER BY", limit or node)
    return Limit(_count(context, limit), skipped, ties)


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


def finished(context: Context, query: BoundQuery, order: OrderClause, limit: Limit) -> BoundQuery:
    """The query with its order and limit at its end."""
    if limit.ties:
        return _with_ties(context, query, order, limit)
    parts = (query.rest, order.sql, limit.sql)
    rest = "\n".join(part for part in parts if part)
    return replace(query, rest=rest, one_row=query.one_row and not limit.sql)


def with_keys(query: BoundQuery, order: OrderClause) -> str:
    """The query's text with what it is ordered by as further columns, ``k1`` and so on."""
    names = query.inner_names() + [f"k{index + 1}" for index in range(len(order.terms))]
    keys = tuple(term.sql for term in order.terms)
    return replace(query, items=query.items + keys).text(names)


def by_keys(internal: str, order: OrderClause) -> OrderClause:
    """The order over the further columns of ``with_keys``, in the item of FROM of that name."""
    terms = (
        Term(f'{internal}."k{index + 1}"', term.direction) for index, term in enumerate(order.terms)
    )
    return OrderClause(tuple(terms), order.keys)


def _with_ties(context: Context, query: BoundQuery, order: OrderClause, limit: Limit) -> BoundQuery:
    """FETCH FIRST n ROWS WITH TIES: the rows of the first ``n`` ranks."""
    inner, outer = (name(context.statement.alias("t")) for _ in range(2))
    skipping = (query.rest, order.sql, Limit(None, limit.skipped).sql)
    rows = with_keys(replace(query, rest="\n".join(part for part in skipping if part)), order)
    ranked = by_keys(inner, order).sql
    text = f"SELECT {inner}.*, RANK() OVER ({ranked}) AS r FROM (\n{rows}\n) AS {inner}"
    items = tuple(f"{outer}.{name(own)}" for own in query.inner_names())
    rest = f"FROM (\n{text}\n) AS {outer}\nWHERE {outer}.r <= {limit.count}"
    return BoundQuery(
        query.columns, "SELECT", items, f"{rest}\n{by_keys(outer, order).sql}", query.escaped
    )


def ordered(context: Context, node: exp.Expr, query: BoundQuery) -> BoundQuery:
    """ORDER BY and LIMIT of a whole query: its output columns are all that they see."""
    if not any(node.args.get(clause) for clause in ("order", "limit", "offset")):
        return query
    internal = name(context.statement.alias("t"))
    fields = tuple(
        Field(column.name, column.type, f"{internal}.{name(own)}", weight=column.weight)
        for column, own in zip(query.columns, query.inner_names(), strict=True)
    )
    inside = replace(
        context,
        scope=context.scope.inner(fields),
        no_aggregates="ORDER BY clause",
        groups=frozenset(),
        outputs=(),
    )
    items = tuple(Bound(field.sql, field.type) for field in fields)
    order = order_clause(inside, node, items)
    level = inside.scope.level
    uses = [use for key, _ in order.keys for use in key.columns if use.level < level]
    whole = BoundQuery(
        query.columns,
        "SELECT",
        tuple(item.sql for item in items),
        f"FROM {context.statement.derived(query)} AS {internal}",
        (*query.escaped, *uses),
    )
    return finished(context, whole, order, limit_of(context, node))
