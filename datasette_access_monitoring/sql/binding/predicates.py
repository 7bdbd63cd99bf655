"""Conditions: comparisons, AND/OR/NOT, IS NULL, BETWEEN, IN (a list) and LIKE."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from ...catalog.types import BOOLEAN, UNKNOWN, VARCHAR, TrinoType
from ..rules import like
from ..rules.coercion import common, is_nested, is_time
from . import like_forms
from .bound import Bound, combine, text_literal
from .context import Context
from .conversion import coerce, comparable, meet
from .quantified import bind_quantified, quantifier
from .subqueries import in_query

_COMPARISONS: dict[type[exp.Expr], tuple[str, str]] = {
    # Trino's symbol for messages, SQLite's operator
    exp.EQ: ("=", "="),
    exp.NEQ: ("<>", "<>"),
    exp.LT: ("<", "<"),
    exp.LTE: ("<=", "<="),
    exp.GT: (">", ">"),
    exp.GTE: (">=", ">="),
    exp.NullSafeEQ: ("IS NOT DISTINCT FROM", "IS"),
    exp.NullSafeNEQ: ("IS DISTINCT FROM", "IS NOT"),
}
_CARDINALITY = re.compile(r'json_array_length\(("[^"]+"\."[^"]+")\)')
_LONGEST_CHAIN = 250
_ORDERED = (exp.LT, exp.LTE, exp.GT, exp.GTE)
_UNORDERED = ("map", "json")


def _comparison(context: Context, node: exp.Binary) -> Bound:
    quantified = quantifier(node.expression)
    if quantified is not None:
        return bind_quantified(context, node, *quantified)
    left, right = context.bind(node.this), context.bind(node.expression)
    return compare(context, type(node), left, right, node)


def compare(
    context: Context, operator: type[exp.Expr], left: Bound, right: Bound, node: exp.Expr
) -> Bound:
    """One comparison; raises ``QueryError`` when the types have nothing in common."""
    symbol, operation = _COMPARISONS[operator]
    met = meet(left, right)
    if met is None:
        raise context.error(
            f"Cannot apply operator: {left.type} {symbol} {right.type}"
            + _advice(left.type, right.type),
            node,
        )
    kind = met[0].type
    if kind.base in _UNORDERED and operator in _ORDERED:
        raise context.error(f"Cannot apply operator: {left.type} {symbol} {right.type}", node)
    if is_nested(kind):
        return _nested(operator, met)
    sql = f"{comparable(met[0])} {operation} {comparable(met[1])}"
    return combine(sql, BOOLEAN, left, right, atomic=False)


def _advice(left: TrinoType, right: TrinoType) -> str:
    """What to write instead, for the mismatches that people meet."""
    if VARCHAR not in (left, right):
        return ""
    other = right if left == VARCHAR else left
    if other.base == "date":
        return "; a date is written DATE '2026-01-31'"
    if other.base == "timestamp":
        return "; a timestamp is written TIMESTAMP '2026-01-31 10:00:00'"
    if other.base == "timestamp with time zone":
        return "; from_iso8601_timestamp(text) makes a timestamp with time zone"
    return f"; CAST(... AS {other}) converts a text" if other.base != "array" else ""


def _nested(operator: type[exp.Expr], met: tuple[Bound, Bound]) -> Bound:
    """A comparison of arrays, maps or rows."""
    left, right = met
    kind = text_literal(str(left.type))
    if operator in _ORDERED:
        order = f"trino_compare({kind}, {left.sql}, {right.sql})"
        return combine(f"{order} {_COMPARISONS[operator][1]} 0", BOOLEAN, *met, atomic=False)
    if operator in (exp.EQ, exp.NEQ):
        equal = combine(f"trino_equal({kind}, {left.sql}, {right.sql})", BOOLEAN, *met)
        return equal if operator is exp.EQ else _negated(equal)
    keys = (f"trino_key({kind}, {part.sql})" for part in met)
    operation = _COMPARISONS[operator][1]
    return combine(f" {operation} ".join(keys), BOOLEAN, *met, atomic=False)


def _logical(context: Context, node: exp.Connector) -> Bound:
    """A chain of AND, or of OR, written flat; it is walked in a loop, however long it is."""
    word = "AND" if isinstance(node, exp.And) else "OR"
    operands: list[exp.Expr] = []
    current: exp.Expr = node
    while type(current) is type(node):
        operands.append(current.args["expression"])
        current = current.this
    operands.append(current)
    bound = [
        context.condition(operand, f"Logical expression term of {word}")
        for operand in reversed(operands)
    ]
    if any(map(may_fail, bound[1:])) and not _is_condition(node):
        return stopping(word, bound)
    # SQLite folds an AND with a plain 0 into 0, and ORDER BY 0 would be the 0th column.
    texts = ["+0" if part.sql == "0" else part.operand for part in bound]
    return combine(_chain(word, texts), BOOLEAN, *bound, atomic=False)


def may_fail(bound: Bound) -> bool:
    """Whether computing the expression may fail: whether it calls a function of ours."""
    return "trino_" in bound.sql


def _is_condition(node: exp.Expr) -> bool:
    """Whether a clause decides by the value: there SQLite stops where it is settled, as Trino."""
    child, parent = node, node.parent
    while isinstance(parent, (exp.Connector, exp.Paren, exp.Not)):
        child, parent = parent, parent.parent
    if isinstance(parent, exp.If):
        return parent.this is child
    return isinstance(parent, (exp.Where, exp.Having, exp.Join))


def stopping(word: str, parts: Sequence[Bound]) -> Bound:
    """An AND or OR that, as a value too, computes no operand after the one that settles it."""
    other = "OR" if word == "AND" else "AND"
    holds = _chain(word, [part.operand for part in parts])
    fails = _chain(other, [f"NOT {part.operand}" for part in parts])
    return combine(f"CASE WHEN {holds} THEN 1 WHEN {fails} THEN 0 END", BOOLEAN, *parts, *parts)


def _chain(word: str, operands: Sequence[str]) -> str:
    """The operands in their order; a long chain is halved, since SQLite limits a tree's depth."""
    if len(operands) <= _LONGEST_CHAIN:
        return f" {word} ".join(operands)
    half = len(operands) // 2
    return f"({_chain(word, operands[:half])}) {word} ({_chain(word, operands[half:])})"


def _not(context: Context, node: exp.Not) -> Bound:
    inside = node.this
    if isinstance(inside, exp.Is):
        value = _null_tested(context, inside)
        return combine(f"{value.operand} IS NOT NULL", BOOLEAN, value, atomic=False)
    return _negated(context.condition(inside, "Value of logical NOT expression"))


def _negated(value: Bound) -> Bound:
    return combine(f"NOT {value.operand}", BOOLEAN, value, atomic=False)


def _is(context: Context, node: exp.Is) -> Bound:
    value = _null_tested(context, node)
    return combine(f"{value.operand} IS NULL", BOOLEAN, value, atomic=False)


def _null_tested(context: Context, node: exp.Is) -> Bound:
    if not isinstance(node.expression, exp.Null):
        raise context.error("IS is followed by [NOT] NULL or [NOT] DISTINCT FROM", node)
    tested = context.bind(node.this)
    counted = _CARDINALITY.fullmatch(tested.sql)
    if isinstance(node.this, exp.Anonymous) and counted is not None:
        # An array has a cardinality exactly when it is there: no need to count.
        return tested.becomes(counted[1], tested.type)
    return tested


def in_one_type(parts: Sequence[Bound]) -> Sequence[Bound]:
    """The values as Trino compares them in BETWEEN, IN and CASE: all in their common type.

    Times stay as they are, since ``meet`` compares two of them the same way in any of their
    types, and so do values that have no common type.
    """
    kind: TrinoType | None = UNKNOWN
    for part in parts:
        kind = None if kind is None else common(kind, part.type)
    if kind is None or is_time(kind):
        return parts
    return [coerce(part, kind) for part in parts]


def bounds(context: Context, node: exp.Expr) -> tuple[Bound, Bound]:
    """The two comparisons of BETWEEN."""
    written = (node.this, node.args["low"], node.args["high"])
    value, low, high = in_one_type([context.bind(part) for part in written])
    return (
        compare(context, exp.GTE, value, low, node),
        compare(context, exp.LTE, value, high, node),
    )


def _between(context: Context, node: exp.Between) -> Bound:
    low, high = bounds(context, node)
    return combine(f"{low.sql} AND {high.sql}", BOOLEAN, low, high, atomic=False)


def _in(context: Context, node: exp.In) -> Bound:
    query = node.args.get("query")
    if query is not None:
        return in_query(context, node, node.this, query)
    written = (node.this, *node.expressions)
    value, *items = in_one_type([context.bind(part) for part in written])
    pairs = []
    for element, bound in zip(node.expressions, items, strict=True):
        met = meet(value, bound)
        if met is None:
            raise context.error(
                f"IN value and list items must be the same type: {value.type}, {bound.type}"
                + _advice(value.type, bound.type),
                element,
            )
        pairs.append(met)
    if not pairs:
        raise context.error("IN needs a list of values", node)
    left = {comparable(pair[0]) for pair in pairs}
    parts = (value, *(pair[1] for pair in pairs))
    if any(is_nested(pair[0].type) for pair in pairs):
        equal = " OR ".join(_nested(exp.EQ, pair).operand for pair in pairs)
        return combine(equal, BOOLEAN, *(part for pair in pairs for part in pair), atomic=False)
    if len(left) == 1:
        listed = ", ".join(comparable(pair[1]) for pair in pairs)
        return combine(f"{left.pop()} IN ({listed})", BOOLEAN, *parts, atomic=False)
    # The items meet the value in different types: compare one by one.
    listed = " OR ".join(f"{comparable(one)} = {comparable(other)}" for one, other in pairs)
    return combine(listed, BOOLEAN, *parts, atomic=False)


def _like(context: Context, node: exp.Like) -> Bound:
    return _liked(context, node, None)


def _escape(context: Context, node: exp.Escape) -> Bound:
    if not isinstance(node.this, exp.Like):
        raise context.error("ESCAPE belongs to LIKE", node)
    return _liked(context, node.this, node.expression)


def _liked(context: Context, node: exp.Like, escape: exp.Expr | None) -> Bound:
    value = _text(context, node.this, "Left side of LIKE expression")
    pattern = _text(context, node.expression, "Pattern for LIKE expression")
    mark = None if escape is None else _text(context, escape, "Escape for LIKE expression")
    if isinstance(pattern.constant, str) and (mark is None or isinstance(mark.constant, str)):
        sql = _constant_like(context, node, value, pattern.constant, mark and mark.constant)
    elif mark is None:
        sql = f"trino_like({value.sql}, {pattern.sql})"
    else:
        sql = f"trino_like({value.sql}, {pattern.sql}, {mark.sql})"
    parts = (value, pattern) if mark is None else (value, pattern, mark)
    bound = combine(sql, BOOLEAN, *parts, atomic=sql.startswith("trino_like"))
    return _negated(bound) if node.args.get("negate") else bound


def _text(context: Context, node: exp.Expr, what: str) -> Bound:
    return context.expect(node, VARCHAR, what)


def _constant_like(
    context: Context, node: exp.Expr, value: Bound, pattern: str, escape: Any
) -> str:
    try:
        shape = like.shape(like.parse(pattern, escape))
    except ValueError as error:
        raise context.error(str(error), node) from error
    if shape is not None:
        return like_forms.sqlite(shape, value.operand)
    arguments = [value.sql, text_literal(pattern)]
    if escape is not None:
        arguments.append(text_literal(escape))
    return f"trino_like({', '.join(arguments)})"


HANDLERS: dict[Any, Any] = {
    **dict.fromkeys(_COMPARISONS, _comparison),
    exp.And: _logical,
    exp.Or: _logical,
    exp.Not: _not,
    exp.Is: _is,
    exp.Between: _between,
    exp.In: _in,
    exp.Like: _like,
    exp.Escape: _escape,
}
