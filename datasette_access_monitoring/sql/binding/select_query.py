"""One SELECT: its list, WHERE, grouping, HAVING, DISTINCT and order, under Trino's rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sqlglot import exp

from ..rules.coercion import has_own_equality
from .bound import Bound, BoundQuery, ColumnUse, OutputField, name
from .context import Context
from .conversion import key_of
from .from_clause import bind_from
from .grouping import Grouping, Keys, group_by, grouping
from .joins import FromItem
from .ordering import (
    MAX_COLUMNS,
    OrderClause,
    Term,
    by_keys,
    finished,
    limit_of,
    order_clause,
    with_keys,
)
from .rows import written_names
from .schemas import check_schema
from .scope import Field, shown
from .window_functions import named_windows

_HEAVIEST = 10_000
_LONGEST = 1_000_000  # bytes of SQL that SQLite takes


@dataclass(frozen=True, slots=True)
class _Item:
    """One column of the SELECT list: a field of ``*``, or an expression yet to be bound."""

    name: str | None
    node: exp.Expr
    field: Field | None = None

    def bind(self, context: Context) -> Bound:
        if self.field is None:
            return context.bind(self.node)
        if self.field.view is not None:
            context.scope.used.add(self.field.view)
        use = ColumnUse(self.field.sql, context.scope.level, self.node)
        weight = self.field.weight
        return context.grouped(Bound(self.field.sql, self.field.type, (use,), weight=weight))


@dataclass(frozen=True, slots=True)
class _Bound:
    """What a SELECT says of the rows of one grouping set."""

    keys: tuple[Bound, ...]
    select: list[Bound]
    having: Bound | None
    order: OrderClause

    @property
    def parts(self) -> list[Bound]:
        """Everything that it shows, filters by or orders by."""
        ordering = [bound for bound, _ in self.order.keys]
        return [*self.select, *filter(None, (self.having,)), *ordering]


def bind_select(outside: Context, node: exp.Select) -> BoundQuery:
    """Bind one SELECT that stands inside ``outside``."""
    before = outside.statement.expansions
    source = _from(outside, node)
    scope = outside.scope.inner(source.fields)
    plain = replace(
        outside,
        scope=scope,
        groups=frozenset(),
        absent=frozenset(),
        outputs=(),
        no_aggregates=None,
    )
    plain = replace(plain, windows=named_windows(plain, node))
    items = list(islice(_expand(plain, node, source.fields), MAX_COLUMNS + 1))
    if len(items) > MAX_COLUMNS:
        raise outside.error(f"the query has more than {MAX_COLUMNS:,} columns", node)
    if not items:
        raise outside.error("SELECT needs at least one column", node)
    where = _where(plain, node)
    repeated = 1 + outside.statement.expansions - before
    group = _group(plain, node, items)
    plain.statement.count(repeated * (len(group.sets) - 1), node)
    sets = [_bind_set(plain, node, items, group, keys) for keys in group.sets]
    columns = tuple(
        OutputField(item.name, bound.type, bound.weight)
        for item, bound in zip(items, sets[0].select, strict=True)
    )
    parts = [part for each in sets for part in (*each.parts, *each.keys)]
    parts += [where] if where else []
    escaped = tuple(use for part in parts for use in part.columns if use.level < scope.level)
    query = BoundQuery(columns, "SELECT", (), "", (*escaped, *source.escaped))
    filters = _lines(
        f"FROM {source.sql}" if source.sql else "", f"WHERE {where.sql}" if where else ""
    )
    query, order = _body(plain, node, query, sets, filters)
    if node.args.get("distinct"):
        _check_distinct(plain, sets[0])
        query, order = _distinct(plain, query, order)
    return finished(plain, query, order, limit_of(plain, node))


def _body(
    context: Context, node: exp.Select, query: BoundQuery, sets: Sequence[_Bound], filters: str
) -> tuple[BoundQuery, OrderClause]:
    """The query with its items and what stands around them, but for its order and limit."""
    aggregated = _check_grouping(context, node, sets[0])
    only = sets[0]
    if len(sets) > 1 or _is_hidden_aggregate(only, aggregated):
        return _union(context, node, query, sets, filters)
    one_row = aggregated and not only.keys and not only.having
    selected = tuple(bound.sql for bound in only.select)
    rest = _lines(filters, *_grouped(only))
    return replace(query, items=selected, rest=rest, one_row=one_row), only.order


def _bind_set(
    plain: Context, node: exp.Select, items: Sequence[_Item], group: Grouping, keys: Keys
) -> _Bound:
    every = frozenset(group.keys)
    grouped = replace(plain, groups=every, absent=every - frozenset(keys))
    select = [item.bind(grouped) for item in items]
    _check_weight(plain, items, select)
    having = _having(grouped, node)
    outputs = tuple((item.name, bound) for item, bound in zip(items, select, strict=True))
    order = order_clause(replace(grouped, outputs=outputs), node, select)
    return _Bound(tuple(group.keys[key] for key in keys), select, having, order)


def _is_hidden_aggregate(bound: _Bound, aggregated: bool) -> bool:
    """Whether SQLite would miss that the query aggregates: it looks at the SELECT list alone."""
    return aggregated and not bound.keys and not any(part.aggregates for part in bound.select)


def _grouped(bound: _Bound) -> tuple[str, str]:
    return group_by(bound.keys), f"HAVING {bound.having.sql}" if bound.having else ""


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _union(
    context: Context,
    node: exp.Select,
    query: BoundQuery,
    sets: Sequence[_Bound],
    filters: str,
) -> tuple[BoundQuery, OrderClause]:
    """One SELECT for each grouping set, put together; each aggregates, whatever it shows."""
    windows = [window for window in node.find_all(exp.Window) if window.parent_select is node]
    if windows and len(sets) > 1:
        raise context.error("window functions beside grouping sets: not supported", node)
    texts = []
    for each in sets:
        rest = _lines(filters, *_grouped(each))
        items = tuple(bound.sql for bound in each.select)
        further = replace(each.order, terms=(*each.order.terms, Term("COUNT(*)", "")))
        texts.append(with_keys(replace(query, items=items, rest=rest), further))
    internal = name(context.statement.alias("t"))
    text = "\nUNION ALL\n".join(texts)
    if context.statement.size(text) > _LONGEST:
        raise context.error("the grouping sets make the query too long for SQLite", node)
    whole = replace(
        query,
        items=tuple(f"{internal}.{name(own)}" for own in query.inner_names()),
        rest=f"FROM (\n{text}\n) AS {internal}",
    )
    return whole, by_keys(internal, sets[0].order)


def _from(outside: Context, node: exp.Select) -> FromItem:
    clause = node.args.get("from_")
    if clause is None:
        return FromItem("", ())
    inside = replace(outside, scope=outside.scope.inner(()))
    return bind_from(inside, clause.this, node.args.get("joins") or [])


def _expand(context: Context, node: exp.Select, fields: Sequence[Field]) -> Iterator[_Item]:
    """The SELECT list with every ``*`` and ``t.*`` written out."""
    for expression in node.expressions:
        star = isinstance(expression, exp.Star) or (
            isinstance(expression, exp.Column) and isinstance(expression.this, exp.Star)
        )
        if not star:
            yield _Item(_output_name(expression), expression.unalias())
            continue
        if isinstance(expression, exp.Column):
            check_schema(context.statement.source, expression)
        wanted = expression.table.lower() if isinstance(expression, exp.Column) else None
        found = [
            field
            for field in shown(fields)
            if wanted is None or (field.qualifier or "").lower() == wanted
        ]
        if not found:
            what = f"Table '{expression.table}' not found" if wanted else "SELECT * needs FROM"
            raise context.error(what, expression)
        for field in found:
            yield _Item(field.name, expression, field)


def _output_name(expression: exp.Expr) -> str | None:
    if isinstance(expression, exp.Alias):
        return expression.alias
    names = written_names(expression)
    return None if names is None else names[-1]


def _where(context: Context, node: exp.Select) -> Bound | None:
    clause = node.args.get("where")
    if clause is None:
        return None
    return context.within("WHERE clause").condition(clause.this, "WHERE clause")


def _having(context: Context, node: exp.Select) -> Bound | None:
    clause = node.args.get("having")
    if clause is None:
        return None
    bound = context.condition(clause.this, "HAVING clause")
    if bound.windows:
        raise context.error(
            "HAVING clause cannot contain window functions or row pattern measures", clause.this
        )
    return bound


def _group(context: Context, node: exp.Select, items: Sequence[_Item]) -> Grouping:
    clause = node.args.get("group")
    if clause is None:
        return Grouping({}, ((),))
    return grouping(context, clause, _Listed(context.within("GROUP BY clause"), items))


@dataclass(frozen=True, slots=True)
class _Listed(Sequence[Bound]):
    """The SELECT list as GROUP BY sees it: only the items that it names are bound for it."""

    context: Context
    items: Sequence[_Item]

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Bound:  # type: ignore[override]
        return self.items[index].bind(self.context)


def _check_grouping(context: Context, node: exp.Select, bound: _Bound) -> bool:
    """Whether the query aggregates; raises ``QueryError`` for a column outside of GROUP BY."""
    aggregates = any(part.aggregates for part in bound.parts)
    if not node.args.get("group") and not bound.having and not aggregates:
        return False
    for part in bound.parts:
        for use in part.columns:
            if use.level == context.scope.level:
                shown = use.node.sql() if not isinstance(use.node, exp.Star) else "*"
                raise context.error(
                    f"'{shown}' must be an aggregate expression or appear in GROUP BY clause",
                    use.node,
                )
    return True


def _check_weight(context: Context, items: Sequence[_Item], select: Sequence[Bound]) -> None:
    """Refuse columns that double again and again through subqueries.

    SQLite writes a subquery's column out wherever its name stands, before any time limit runs.
    """
    for item, bound in zip(items, select, strict=True):
        if bound.weight > _HEAVIEST:
            raise context.error("the column is too complex: it repeats itself too often", item.node)


def _check_distinct(context: Context, bound: _Bound) -> None:
    listed = {part.sql for part in bound.select}
    for part, expression in bound.order.keys:
        if part.sql not in listed:
            raise context.error(
                "For SELECT DISTINCT, ORDER BY expressions must appear in select list", expression
            )


def _distinct(
    context: Context, query: BoundQuery, order: OrderClause
) -> tuple[BoundQuery, OrderClause]:
    """The query's rows without repetitions: one row of each group of equals."""
    if not any(has_own_equality(column.type) for column in query.columns):
        return replace(query, select="SELECT DISTINCT"), order
    # The SQLite form of some values says more than equality asks for.
    internal = name(context.statement.alias("t"))
    items = tuple(f"{internal}.{name(own)}" for own in query.inner_names())
    keys = (
        key_of(Bound(item, column.type)) for item, column in zip(items, query.columns, strict=True)
    )
    rest = f"FROM (\n{with_keys(query, order)}\n) AS {internal}\nGROUP BY {', '.join(keys)}"
    whole = BoundQuery(query.columns, "SELECT", items, rest, query.escaped)
    return whole, by_keys(internal, order)
