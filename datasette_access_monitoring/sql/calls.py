"""Calls of functions: from a name and arguments to SQLite, through the registry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from ..catalog.types import BIGINT, DOUBLE, UNKNOWN, TrinoType
from .bound import Bound, combine
from .coercion import coerce, comparable, has_own_equality
from .context import Context
from .functions import FUNCTIONS, Function, Kind
from .signatures import Signature
from .source import did_you_mean
from .tokens import PREFIX

_EXTRACTS = ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND",
             "DAY_OF_WEEK", "DAY_OF_YEAR")  # fmt: skip


def _call(context: Context, node: exp.Anonymous) -> Bound:
    function = _function(context, node)
    if function.kind is Kind.AGGREGATE:
        return _aggregate(context, node, function, None)
    if any(isinstance(argument, (exp.Distinct, exp.Star)) for argument in node.expressions):
        raise context.error(f"{function.name} is no aggregate function", node)
    return _apply(context, node, function, [context.bind(part) for part in node.expressions])


def _function(context: Context, node: exp.Anonymous) -> Function:
    name = str(node.this).removeprefix(PREFIX)
    function = FUNCTIONS.get(name.lower())
    if function is None:
        near = did_you_mean(name, FUNCTIONS)
        raise context.error(f"function {name} is not known or not supported yet{near}", node)
    return function


def _apply(
    context: Context, node: exp.Expr, function: Function, arguments: Sequence[Bound]
) -> Bound:
    matched, kinds, result = _choose(context, node, function, arguments)
    _check_result(context, node, function, matched, arguments)
    coerced = [coerce(part, kind) for part, kind in zip(arguments, kinds, strict=True)]
    return combine(function.sqlite(matched, coerced, result), result, *coerced)


def _check_result(
    context: Context,
    node: exp.Expr,
    function: Function,
    matched: Signature,
    arguments: Sequence[Bound],
) -> None:
    """Refuse the calls whose result has another type in Trino than the signature says."""
    given = [part.type for part in arguments]
    if function.name == "nullif" and UNKNOWN not in given and given[0] != given[1]:
        raise context.error(
            f"nullif of {given[0]} and {given[1]}: not supported yet; CAST one to the other", node
        )
    kind = matched.result
    for other in given:
        if kind.base.startswith("timestamp") and kind.base == other.base and kind != other:
            raise context.error(
                f"{function.name} of a {other}: not supported yet; write its fraction, .000", node
            )


def _choose(
    context: Context, node: exp.Expr, function: Function, arguments: Sequence[Bound]
) -> tuple[Signature, tuple[TrinoType, ...], TrinoType]:
    """The first signature that fits as it is, else the first after conversions."""
    given = tuple(part.type for part in arguments)
    converted = None
    for candidate in function.signatures:
        fit = candidate.fit(given)
        if fit is None:
            continue
        if fit[0] == given:
            return candidate, *fit
        converted = converted or (candidate, *fit)
    if converted is None:
        expected = ", ".join(
            f"{function.name}{one.text.partition(' -> ')[0]}" for one in function.signatures
        )
        raise context.error(
            f"Unexpected parameters ({', '.join(map(str, given))}) for function {function.name}. "
            f"Expected: {expected}",
            node,
        )
    return converted


def _filtered(context: Context, node: exp.Filter) -> Bound:
    call = node.this
    if not isinstance(call, exp.Anonymous):
        raise context.error("FILTER belongs to an aggregate function", node)
    function = _function(context, call)
    if function.kind is not Kind.AGGREGATE:
        raise context.error(f"{function.name} is no aggregate function: FILTER cannot follow", node)
    return _aggregate(context, call, function, node.expression)


def _aggregate(
    context: Context, node: exp.Anonymous, function: Function, where: exp.Expr | None
) -> Bound:
    if context.no_aggregates is not None:
        place = context.no_aggregates
        raise context.error(
            f"{place} cannot contain aggregations, window functions or grouping operations: "
            f"[{function.name}]",
            node,
        )
    _check_outputs(context, node)
    inside = context.within(f"arguments of {function.name}")
    distinct = len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Distinct)
    written = node.expressions[0].expressions if distinct else node.expressions
    condition = None
    if where is not None:
        condition = inside.condition(where.this, "FILTER WHERE clause")
    if len(written) == 1 and isinstance(written[0], exp.Star):
        arguments: list[Bound] = []
        text, kind = _star(context, node, function, distinct), BIGINT
    else:
        arguments = [inside.bind(part) for part in written]
        bound = _apply(
            context, node, function, _counted(context, node, function, arguments, distinct)
        )
        text, kind = bound.sql, bound.type
        if distinct:
            text = text.replace("(", "(DISTINCT ", 1)
    parts = [*arguments, condition] if condition else arguments
    for use in (use for part in parts for use in part.columns):
        if use.level != context.scope.level:
            raise context.error(
                f"Reference to column '{use.node.name}' from outer scope not allowed "
                f"in an aggregate",
                use.node,
            )
    filtered = f" FILTER (WHERE {condition.sql})" if condition is not None else ""
    if function.name in ("sum", "avg") and arguments[0].type == DOUBLE:
        # SQLite has no NaN: where infinities cancel out, it says NULL, and Trino NaN.
        count = f"COUNT({arguments[0].sql}){filtered}"
        return Bound(f"trino_no_nan({count}, {text}{filtered})", kind, aggregates=True)
    return Bound(text + filtered, kind, aggregates=True, atomic=condition is None)


def _counted(
    context: Context, node: exp.Expr, function: Function, arguments: list[Bound], distinct: bool
) -> list[Bound]:
    """The arguments of a DISTINCT aggregate in the form in which equals are the same."""
    if not distinct:
        return arguments
    if len(arguments) != 1:
        raise context.error(f"{function.name}(DISTINCT a, b): not supported yet", node)
    if has_own_equality(arguments[0].type):
        if function.name != "count" or arguments[0].type.base != "timestamp with time zone":
            raise context.error(
                f"{function.name}(DISTINCT) of {arguments[0].type} values: not supported yet", node
            )
        return [arguments[0].becomes(comparable(arguments[0]), BIGINT)]
    return arguments


def _star(context: Context, node: exp.Expr, function: Function, distinct: bool) -> str:
    if function.name != "count" or distinct:
        raise context.error(f"{function.name}(*): only count can take *", node)
    return "COUNT(*)"


def _check_outputs(context: Context, node: exp.Anonymous) -> None:
    """An aggregate in ORDER BY reads input columns; a name that also is an output is refused."""
    names = {name.lower() for name, bound in context.outputs if name and not _plain(bound)}
    for column in node.find_all(exp.Column):
        if not column.table and column.name.lower() in names:
            raise context.error(
                f"Invalid reference to output projection attribute from ORDER BY aggregation: "
                f"{column.name}",
                column,
            )


def _plain(bound: Bound) -> bool:
    return bound.sql.startswith('"') and not bound.aggregates  # a column, and nothing around it


def _extract(context: Context, node: exp.Extract) -> Bound:
    unit = node.name.upper()
    if unit not in _EXTRACTS:
        raise context.error(f"EXTRACT({unit} FROM ...): not supported yet", node)
    function = FUNCTIONS.get(unit.lower())
    if function is None:
        raise context.error(f"EXTRACT({unit} FROM ...): not supported yet", node)
    return _apply(context, node, function, [context.bind(node.expression)])


def _position(context: Context, node: exp.StrPosition) -> Bound:
    arguments = [context.bind(node.this), context.bind(node.args["substr"])]
    return _apply(context, node, FUNCTIONS["strpos"], arguments)


HANDLERS: dict[Any, Any] = {
    exp.Anonymous: _call,
    exp.Filter: _filtered,
    exp.Extract: _extract,
    exp.StrPosition: _position,
}
