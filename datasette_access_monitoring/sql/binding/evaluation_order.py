"""Operators that compute no more of their operands than Trino does.

SQLite may compute both sides of an AND, or of a division whose first side is NULL, where
Trino stops at the first that decides.  What is computed too much is never seen, but for
failures inside of TRY, which make the whole expression NULL.  There these forms stand in
the place of the usual ones; only in conditions of CASE does SQLite stop as Trino does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlglot import exp

from .bound import Bound, combine
from .context import Context, Handler
from .predicates import bounds, compare, in_one_type, may_fail, stopping

_STRICT: tuple[Any, ...] = (
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.DPipe,
    exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE,
)  # fmt: skip


def in_order(context: Context) -> Context:
    """The same place, with operators that stop where Trino stops."""
    strict = {kind: _from_the_left(context.handlers[kind]) for kind in _STRICT}
    own: dict[Any, Handler] = {
        **strict,
        exp.And: _logical,
        exp.Or: _logical,
        exp.Between: _between,
        exp.In: _in(context.handlers[exp.In]),
    }
    once = {kind: _once(handler) for kind, handler in own.items()}
    return replace(context, handlers={**context.handlers, **once})


def _once(handler: Handler) -> Handler:
    """The handler, asked once for each node: operands are looked at before they are bound."""
    known: dict[int, Bound] = {}

    def bind(context: Context, node: exp.Expr) -> Bound:
        if id(node) not in known:
            known[id(node)] = handler(context, node)
        return known[id(node)]

    return bind


def _from_the_left(usual: Handler) -> Handler:
    """An operator that is NULL if its left side is, whatever happens on its right."""

    def bind(context: Context, node: exp.Expr) -> Bound:
        bound = usual(context, node)
        if not may_fail(context.bind(node.args["expression"])):
            return bound
        left = context.bind(node.this)
        if left.constant is not None:
            return bound
        sql = f"CASE WHEN {left.operand} IS NOT NULL THEN {bound.sql} END"
        return combine(sql, bound.type, bound, left)

    return bind


def _logical(context: Context, node: exp.Expr) -> Bound:
    word = "AND" if isinstance(node, exp.And) else "OR"
    operands: list[exp.Expr] = []
    current = node
    while type(current) is type(node):
        operands.append(current.args["expression"])
        current = current.this
    operands.append(current)
    what = f"Logical expression term of {word}"
    return stopping(word, [context.condition(part, what) for part in reversed(operands)])


def _between(context: Context, node: exp.Expr) -> Bound:
    return stopping("AND", bounds(context, node))


def _in(usual: Handler) -> Handler:
    """``a IN (b, c)`` as ``a = b OR a = c``, but for lists of what cannot fail."""

    def bind(context: Context, node: exp.Expr) -> Bound:
        items = [context.bind(item) for item in node.expressions]
        if not any(map(may_fail, items)):
            return usual(context, node)
        value, *items = in_one_type([context.bind(node.this), *items])
        compared = [compare(context, exp.EQ, value, item, node) for item in items]
        return stopping("OR", compared) if len(compared) > 1 else compared[0]

    return bind
