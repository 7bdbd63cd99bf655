"""What a name with parentheses is: a function of values, an aggregate, or a window function."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ..functions import Kind
from . import aggregates, calls, window_functions
from .bound import Bound
from .context import Context


def _call(context: Context, node: exp.Anonymous) -> Bound:
    function = calls.called(context, node)
    if function.kind is Kind.AGGREGATE:
        return aggregates.aggregate(context, node, function)
    if function.kind is Kind.WINDOW:
        raise context.error(f"{function.name} is a window function: OVER must follow", node)
    return calls.scalar(context, node, function)


def _followed(context: Context, node: exp.Expr) -> Bound:
    """A call with FILTER, WITHIN GROUP or both."""
    where = node.expression if isinstance(node, exp.Filter) else None
    within = node.this if where is not None else node
    call = within.this if isinstance(within, exp.WithinGroup) else within
    if not isinstance(call, exp.Anonymous):
        raise context.error("FILTER belongs to an aggregate function", node)
    function = calls.called(context, call)
    if function.kind is not Kind.AGGREGATE:
        what = "FILTER" if where is not None else "WITHIN GROUP"
        raise context.error(f"{function.name} is no aggregate function: {what} cannot follow", node)
    order = within if isinstance(within, exp.WithinGroup) else None
    return aggregates.aggregate(context, call, function, where, order)


def _nulls(context: Context, node: exp.Expr) -> Bound:
    raise context.error("IGNORE NULLS and RESPECT NULLS stand before OVER", node)


HANDLERS: dict[Any, Any] = {
    exp.Anonymous: _call,
    exp.Filter: _followed,
    exp.WithinGroup: _followed,
    exp.Window: window_functions.window,
    exp.IgnoreNulls: _nulls,
    exp.RespectNulls: _nulls,
}
