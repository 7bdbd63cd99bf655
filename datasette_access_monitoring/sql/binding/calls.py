"""Calls of functions: from a name and arguments to SQLite, through the registry.

Aggregates are in ``aggregates``, calls with OVER in ``window_functions``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from ...catalog.types import JSON, TrinoType
from ...suggestions import did_you_mean
from .. import refused
from ..functions import FUNCTIONS, Function
from ..functions.signatures import Signature
from ..parsing.tokens import PREFIX
from ..rules import json_values
from . import attempts, lambdas, text_syntax, time_syntax
from .bound import Bound, combine, text_literal
from .context import Context
from .conversion import coerce


def scalar(context: Context, node: exp.Anonymous, function: Function) -> Bound:
    """A call of a function of single values."""
    if any(
        isinstance(argument, (exp.Distinct, exp.Order, exp.Star)) for argument in node.expressions
    ):
        raise context.error(f"{function.name} is no aggregate function", node)
    binder = _OWN_BINDERS.get(function.name)
    if binder is not None:
        return binder(context, node)
    if lambdas.has_lambda(node):
        return lambdas.call(context, node, function)
    return _apply(context, node, function, [context.bind(part) for part in node.expressions])


_MOST_ARGUMENTS = 127  # Trino's limit, and SQLite's by default

_OWN_BINDERS = {
    "try": attempts.bind_try,
    "typeof": attempts.bind_typeof,
    "format": text_syntax.bind_format,
}


def called(context: Context, node: exp.Anonymous) -> Function:
    """The function that a call names, or a ``QueryError`` with the nearest name."""
    name = str(node.this).removeprefix(PREFIX)
    function = FUNCTIONS.get(name.lower())
    if function is None:
        reason = refused.FUNCTIONS.get(name.lower())
        if reason is not None:
            raise context.error(f"function {name}: not supported: {reason}", node)
        near = did_you_mean(name, FUNCTIONS)
        raise context.error(f"function {name} is not known here{near}", node)
    if len(node.expressions) > _MOST_ARGUMENTS:
        raise context.error(f"Too many arguments for function call {function.name}()", node)
    return function


def _apply(
    context: Context, node: exp.Expr, function: Function, arguments: Sequence[Bound]
) -> Bound:
    matched, kinds, result = choose(context, node, function, arguments)
    coerced = [coerce(part, kind) for part, kind in zip(arguments, kinds, strict=True)]
    try:
        sql = function.sqlite(matched, coerced, result)
    except ValueError as error:
        raise context.error(str(error), node) from error
    return combine(sql, result, *coerced)


def choose(
    context: Context, node: exp.Expr, function: Function, arguments: Sequence[Bound]
) -> tuple[Signature, tuple[TrinoType, ...], TrinoType]:
    """The first signature that fits as it is, else the first after conversions."""
    given = tuple(part.type for part in arguments)
    converted = None
    for candidate in function.signatures:
        try:
            fit = candidate.fit(given)
        except ValueError as error:
            raise context.error(str(error), node) from error
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


def _extract(context: Context, node: exp.Extract) -> Bound:
    value = context.bind(node.expression)
    time_syntax.check_field(context, node, value.type)
    return _apply(context, node, FUNCTIONS[node.name.lower()], [value])


def _position(context: Context, node: exp.StrPosition) -> Bound:
    arguments = [context.bind(node.this), context.bind(node.args["substr"])]
    return _apply(context, node, FUNCTIONS["strpos"], arguments)


def _map(context: Context, node: exp.Map) -> Bound:
    """``map(keys, values)``, for which the parser has a node of its own."""
    written = [node.args.get("keys"), node.args.get("values")]
    arguments = [context.bind(part) for part in written if part is not None]
    return _apply(context, node, FUNCTIONS["map"], arguments)


def _json_literal(context: Context, node: exp.ParseJSON) -> Bound:
    """``JSON '...'``: read as ``json_parse`` reads it."""
    literal = node.this
    if not isinstance(literal, exp.Literal) or not literal.is_string:
        raise context.error("JSON is followed by a text", node)
    try:
        return Bound(text_literal(json_values.parsed(literal.this)), JSON)
    except ValueError as error:
        raise context.error(f"'{literal.this}' is not a valid json literal", node) from error


HANDLERS: dict[Any, Any] = {
    exp.Map: _map,
    exp.ParseJSON: _json_literal,
    exp.Extract: _extract,
    exp.StrPosition: _position,
    **text_syntax.HANDLERS,
}
