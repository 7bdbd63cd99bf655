"""Calls of aggregate functions: DISTINCT, FILTER, ORDER BY and WITHIN GROUP.

Calls with OVER are in ``window_functions``; what the functions do is in ``udf``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from ...catalog.types import BIGINT, TrinoType
from ...errors import QueryError
from ..functions import Function
from ..rules.coercion import has_own_equality, is_orderable
from ..udf.arranging import Key, plan_text
from .bound import Bound, text_literal
from .calls import choose
from .context import Context
from .conversion import coerce, key_of
from .scope import matching, matching_outputs

# Where an argument has to have an order.
_ORDERED = {"min": 0, "max": 0, "min_by": 1, "max_by": 1}
# Counting an equal value once or twice makes no difference to these.
_REPEATABLE = frozenset({"min", "max", "arbitrary", "any_value", "bool_and", "bool_or", "every",
                         "approx_distinct"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arguments:
    """What stands between the parentheses of a call, and the ORDER BY that belongs to it."""

    values: tuple[exp.Expr, ...]
    distinct: bool = False
    order: tuple[exp.Ordered, ...] = ()


def arguments(context: Context, node: exp.Anonymous, within: exp.WithinGroup | None) -> Arguments:
    """Take the arguments of a call apart."""
    values = list(node.expressions)
    order: list[exp.Ordered] = []
    distinct = False
    if values and isinstance(values[-1], exp.Order):
        order = values[-1].expressions
        values[-1] = values[-1].this
    if values and isinstance(values[0], exp.Distinct):
        distinct = True
        values[:1] = values[0].expressions
    for value in values:
        if isinstance(value, (exp.Distinct, exp.Order)):
            raise context.error("syntax error in the arguments", value)
    if within is not None:
        if order:
            raise context.error("syntax error: WITHIN GROUP has the ORDER BY", within)
        order = within.expression.expressions
    return Arguments(tuple(values), distinct, tuple(order))


@dataclass(frozen=True, slots=True)
class Written:
    """An aggregate's call in SQLite, without FILTER and OVER."""

    sql: str
    type: TrinoType
    arguments: tuple[Bound, ...]

    @property
    def in_python(self) -> bool:
        """Whether the aggregate is one of ours, not SQLite's."""
        return self.sql.startswith("trino_")


def aggregate(
    context: Context,
    node: exp.Anonymous,
    function: Function,
    where: exp.Where | None = None,
    within: exp.WithinGroup | None = None,
) -> Bound:
    """A call of an aggregate over the rows of a group."""
    if context.no_aggregates is not None:
        raise misplaced(context, node, function.name)
    _check_outputs(context, *filter(None, (node if within is None else within, where)))
    given = arguments(context, node, within)
    if (within is not None) != (function.name == "listagg"):
        listed = "needs" if within is None else "is no listagg: it has no"
        raise context.error(f"{function.name} {listed} WITHIN GROUP (ORDER BY ...)", node)
    if within is not None and not all(value.is_string for value in given.values[1:]):
        raise context.error("the separator of listagg is a text in quotes", node)
    inside = context.within(f"arguments of {function.name}")
    condition = None
    if where is not None:
        condition = inside.condition(where.this, "FILTER WHERE clause")
    call = write(inside, node, function, given)
    keys = _keys(inside, given)
    if given.distinct or keys:
        call = _arranged(context, function, given, call, keys)
    parts = [*call.arguments, *(key for key, _ in keys), *([condition] if condition else [])]
    _check_levels(context, parts)
    suffix = f" FILTER (WHERE {condition.sql})" if condition is not None else ""
    weight = 1 + sum(part.weight for part in parts)
    return Bound(call.sql + suffix, call.type, aggregates=True, atomic=not suffix, weight=weight)


def misplaced(context: Context, node: exp.Expr, name: str) -> QueryError:
    """The error for an aggregate or window function where there can be none."""
    return context.error(
        f"{context.no_aggregates} cannot contain aggregations, window functions or grouping "
        f"operations: [{name}]",
        node,
    )


def write(context: Context, node: exp.Anonymous, function: Function, given: Arguments) -> Written:
    """The call with its arguments in the types of a signature, DISTINCT and ORDER BY left out."""
    if len(given.values) == 1 and isinstance(given.values[0], exp.Star):
        if function.name != "count" or given.distinct or given.order:
            raise context.error(f"{function.name}(*): only count can take *", node)
        return Written("COUNT(*)", BIGINT, ())
    bound = [context.bind(value) for value in given.values]
    matched, kinds, result = choose(context, node, function, bound)
    place = _ORDERED.get(function.name)
    if place is not None and not is_orderable(kinds[place]):
        raise context.error(
            f"Unexpected parameters ({', '.join(map(str, kinds))}) for function {function.name}: "
            f"{kinds[place]} has no order",
            node,
        )
    if function.name == "approx_distinct" and len(bound) > 1:
        _check_standard_error(context, given.values[1])
    coerced = tuple(coerce(part, kind) for part, kind in zip(bound, kinds, strict=True))
    return Written(function.sqlite(matched, coerced, result), result, coerced)


def _check_standard_error(context: Context, node: exp.Expr) -> None:
    least, most = 0.0040625, 0.26
    if not isinstance(node, exp.Literal) or node.is_string:
        raise context.error("a standard error that is no literal: not supported", node)
    if not least <= float(node.this) <= most:
        raise context.error(f"Max standard error must be in [{least}, {most}]: {node.this}", node)


def _keys(context: Context, given: Arguments) -> list[tuple[Bound, Key]]:
    keys = []
    for ordered in given.order:
        bound = context.bind(ordered.this)
        if not is_orderable(bound.type):
            raise context.error(
                f"Type {bound.type} is not orderable, and therefore cannot be used in ORDER BY",
                ordered,
            )
        descending = bool(ordered.args.get("desc"))
        key = Key(str(bound.type), descending, bool(ordered.args.get("nulls_first")))
        keys.append((bound, key))
    return keys


def _arranged(
    context: Context,
    function: Function,
    given: Arguments,
    call: Written,
    keys: Sequence[tuple[Bound, Key]],
) -> Written:
    """The call with DISTINCT and ORDER BY among its arguments, where they change something."""
    if given.distinct:
        _check_keys(context, given, call, keys)
    if keys:
        call = in_order(function, call)
    if not call.in_python:
        if given.distinct and function.name not in _REPEATABLE:
            return _counted_once(call)
        return call
    kinds = tuple(str(part.type) for part in call.arguments) if given.distinct else ()
    return _around(call, kinds, keys)


def in_order(function: Function, call: Written) -> Written:
    """The call where its rows have an order: ``any_value`` is the first of them."""
    if function.name in ("arbitrary", "any_value"):
        return Written(f"trino_first({call.arguments[0].sql})", call.type, call.arguments)
    return call


def _check_keys(
    context: Context, given: Arguments, call: Written, keys: Sequence[tuple[Bound, Key]]
) -> None:
    listed = {part.sql for part in call.arguments}
    for (bound, _), ordered in zip(keys, given.order, strict=True):
        if bound.sql not in listed and ordered.this not in given.values:
            raise context.error(
                "For aggregate function with DISTINCT, ORDER BY expressions must appear in "
                "arguments",
                ordered,
            )


def _around(call: Written, distinct: Sequence[str], keys: Sequence[tuple[Bound, Key]]) -> Written:
    name, _, rest = call.sql.partition("(")
    plan = text_literal(plan_text(distinct, [key for _, key in keys]))
    order = "".join(f", {bound.sql}" for bound, _ in keys)
    text = f"trino_arranged('{name}', {plan}, {rest.removesuffix(')')}{order})"
    return Written(text, call.type, call.arguments)


def _counted_once(call: Written) -> Written:
    """One of SQLite's aggregates of one argument, over its distinct values."""
    value = call.arguments[0]
    if has_own_equality(value.type):  # only count takes values of such types
        return Written(f"COUNT(DISTINCT {key_of(value)})", call.type, call.arguments)
    return Written(call.sql.replace("(", "(DISTINCT ", 1), call.type, call.arguments)


def _check_levels(context: Context, parts: Sequence[Bound]) -> None:
    """SQLite gives an aggregate that reads only an outer query's columns to that query."""
    for use in (use for part in parts for use in part.columns):
        if use.level != context.scope.level:
            raise context.error(
                f"Reference to column '{use.node.name}' from outer scope not allowed "
                f"in an aggregate",
                use.node,
            )


def _check_outputs(context: Context, *nodes: exp.Expr) -> None:
    """An aggregate in ORDER BY reads input columns; a name that means an output is refused.

    One that means the same column on both sides may stand.
    """
    for column in (found for node in nodes for found in node.find_all(exp.Column)):
        first = column.parts[0].name
        inputs = {field.sql for field in matching(context.scope.fields, first, None)}
        for output in matching_outputs(context.outputs, first):
            hides = len(column.parts) == 1 or output.type.base == "row"
            if hides and output.sql not in inputs:
                raise context.error(
                    f"Invalid reference to output projection attribute from ORDER BY "
                    f"aggregation: {first}",
                    column,
                )
