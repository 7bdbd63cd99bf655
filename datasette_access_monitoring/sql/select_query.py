"""One SELECT: its list, WHERE, grouping, HAVING, DISTINCT and order, under Trino's rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from ..catalog.types import TrinoType
from .bound import Bound, BoundQuery, ColumnUse, OutputField, name, text_literal
from .coercion import has_own_equality
from .context import Context
from .from_clause import FromItem, bind_from
from .ordering import OrderClause, limit_clause, order_clause, ordinal
from .scope import Field

_HEAVIEST = 10_000


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


def bind_select(outside: Context, node: exp.Select) -> BoundQuery:
    """Bind one SELECT that stands inside ``outside``."""
    source = _from(outside, node)
    scope = outside.scope.inner(source.fields)
    plain = replace(outside, scope=scope, groups=frozenset(), outputs=(), no_aggregates=None)
    items = list(_expand(plain, node, source.fields))
    if not items:
        raise outside.error("SELECT needs at least one column", node)
    where = _where(plain, node)
    group = _group(plain, node, items)
    grouped = replace(plain, groups=frozenset(bound.sql for bound in group))
    select = [item.bind(grouped) for item in items]
    _check_weight(plain, items, select)
    having = _having(grouped, node)
    outputs = tuple((item.name, bound) for item, bound in zip(items, select, strict=True))
    order = order_clause(replace(grouped, outputs=outputs), node, select)
    aggregated = _check_grouping(plain, node, select, having, order)
    _check_distinct(plain, node, select, order)
    if aggregated and not group and not any(bound.aggregates for bound in select):
        # SQLite takes a query for an aggregating one by its SELECT list alone.
        raise outside.error("an aggregate that is not in SELECT needs GROUP BY", node)

    rest = [
        f"FROM {source.sql}" if source.sql else "",
        f"WHERE {where.sql}" if where else "",
        _group_by(group),
        f"HAVING {having.sql}" if having else "",
    ]
    columns = tuple(
        OutputField(item.name, bound.type, bound.weight)
        for item, bound in zip(items, select, strict=True)
    )
    parts = [*select, *(bound for bound, _ in order.keys), *filter(None, (where, having)), *group]
    escaped = tuple(use for part in parts for use in part.columns if use.level < scope.level)
    tail = [order.sql, limit_clause(plain, node)]
    one_row = aggregated and not node.args.get("group") and not having and not tail[1]
    query = BoundQuery(
        columns,
        "SELECT DISTINCT" if node.args.get("distinct") else "SELECT",
        tuple(bound.sql for bound in select),
        "\n".join(part for part in rest + tail if part),
        (*escaped, *source.escaped),
        one_row,
    )
    if node.args.get("distinct") and any(has_own_equality(bound.type) for bound in select):
        return _distinct_by_key(plain, node, query, order)
    return query


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
        wanted = expression.table.lower() if isinstance(expression, exp.Column) else None
        found = [
            field for field in fields if wanted is None or (field.qualifier or "").lower() == wanted
        ]
        if not found:
            what = f"Table '{expression.table}' not found" if wanted else "SELECT * needs FROM"
            raise context.error(what, expression)
        for field in found:
            yield _Item(field.name, expression, field)


def _output_name(expression: exp.Expr) -> str | None:
    if isinstance(expression, exp.Alias):
        return expression.alias
    expression = expression.unnest()
    return expression.name if isinstance(expression, exp.Column) else None


def _where(context: Context, node: exp.Select) -> Bound | None:
    clause = node.args.get("where")
    if clause is None:
        return None
    return context.within("WHERE clause").condition(clause.this, "WHERE clause")


def _having(context: Context, node: exp.Select) -> Bound | None:
    clause = node.args.get("having")
    return None if clause is None else context.condition(clause.this, "HAVING clause")


def _group(context: Context, node: exp.Select, items: Sequence[_Item]) -> list[Bound]:
    clause = node.args.get("group")
    if clause is None:
        return []
    inside = context.within("GROUP BY clause")
    listed = _Listed(inside, items)
    result = []
    for expression in clause.expressions:
        result.append(ordinal(inside, expression, listed, "GROUP BY") or inside.bind(expression))
    return result


@dataclass(frozen=True, slots=True)
class _Listed(Sequence[Bound]):
    """The SELECT list as GROUP BY sees it: only the items that it names are bound for it."""

    context: Context
    items: Sequence[_Item]

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Bound:  # type: ignore[override]
        return self.items[index].bind(self.context)


def _group_by(group: Sequence[Bound]) -> str:
    if not group:
        return ""
    # SQLite reads a bare number as a position: a constant key is written as an expression.
    keys = (
        f"CAST({bound.sql} AS TEXT)" if bound.is_number else _key(bound.sql, bound.type)
        for bound in group
    )
    return f"GROUP BY {', '.join(keys)}"


def _key(sql: str, kind: TrinoType) -> str:
    """What two values must share in SQLite to be equal in Trino."""
    if kind.base == "timestamp with time zone":
        return f"({sql}) >> 12"
    return f"trino_key({text_literal(str(kind))}, {sql})" if has_own_equality(kind) else sql


def _check_grouping(
    context: Context,
    node: exp.Select,
    select: Sequence[Bound],
    having: Bound | None,
    order: OrderClause,
) -> bool:
    """Whether the query aggregates; raises ``QueryError`` for a column outside of GROUP BY."""
    parts = [*select, *filter(None, (having,)), *(bound for bound, _ in order.keys)]
    if not node.args.get("group") and not having and not any(part.aggregates for part in parts):
        return False
    for part in parts:
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


def _check_distinct(
    context: Context, node: exp.Select, select: Sequence[Bound], order: OrderClause
) -> None:
    if not node.args.get("distinct"):
        return
    listed = {bound.sql for bound in select}
    for bound, expression in order.keys:
        if bound.sql not in listed:
            raise context.error(
                "For SELECT DISTINCT, ORDER BY expressions must appear in select list", expression
            )


def _distinct_by_key(
    context: Context, node: exp.Select, query: BoundQuery, order: OrderClause
) -> BoundQuery:
    """DISTINCT over values whose SQLite form says too much: one row of each group of equals."""
    if order.sql or node.args.get("limit") or node.args.get("offset"):
        kind = next(column.type for column in query.columns if has_own_equality(column.type))
        raise context.error(
            f"SELECT DISTINCT of {kind} with ORDER BY or LIMIT: not supported yet", node
        )
    internal = name(context.statement.alias("t"))
    items = tuple(f"{internal}.{name(own)}" for own in query.inner_names())
    keys = (_key(item, column.type) for item, column in zip(items, query.columns, strict=True))
    inside = replace(query, select="SELECT").text(query.inner_names())
    rest = f"FROM (\n{inside}\n) AS {internal}\nGROUP BY {', '.join(keys)}"
    return BoundQuery(query.columns, "SELECT", items, rest, query.escaped)
