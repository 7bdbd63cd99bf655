"""Calls with lambdas: ``any_match(roles, x -> x = 'admin')``.

The arguments that are values are bound first; they tell the types of a lambda's parameters,
and its body tells its result's.  Source of the rules: Trino's ``SignatureBinder``, which takes
a lambda's result exactly as it is: it is never converted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from ...catalog.types import UNKNOWN, TrinoType
from ..functions import Function
from ..functions.signatures import Signature, fill, unify
from ..rules.coercion import common
from .bound import Bound, combine
from .context import Context
from .conversion import coerce
from .lambda_forms import EACH, READERS, Lambda

MAX_NESTING = 4
"""How deep lambdas may stand in each other: SQLite's parser does not take many more subqueries."""

_MOST_ROUNDS = 4  # how often types may widen before Trino gives up


def has_lambda(node: exp.Anonymous) -> bool:
    """Whether an argument of the call is a lambda."""
    return any(isinstance(argument, exp.Lambda) for argument in node.expressions)


def call(context: Context, node: exp.Anonymous, function: Function) -> Bound:
    """Bind a call of which some arguments are lambdas."""
    if context.scope.lambdas >= MAX_NESTING:
        raise context.error("lambda expressions are nested too deeply", node)
    given = {
        index: context.bind(argument)
        for index, argument in enumerate(node.expressions)
        if not isinstance(argument, exp.Lambda)
    }
    for part in given.values():
        # SQLite would take it for a part of the subquery that the lambda becomes.
        if part.windows:
            raise context.error(
                f"{function.name} of a window function: not supported; "
                "compute it in a subquery first",
                node,
            )
    matched = _signature(function, node, given)
    if matched is None:
        raise _unexpected(context, node, function, given, {})
    variables, lambdas = _solve(context, node, function, matched, given)
    arguments: list[Bound] = []
    for index, pattern in enumerate(matched.wanted(len(node.expressions)) or ()):
        if index in lambdas:
            arguments.append(lambdas[index])
        else:
            arguments.append(coerce(given[index], fill(pattern, given[index].type, variables)))
    result = fill(matched.result, UNKNOWN, variables)
    try:
        sql = function.sqlite(matched, arguments, result)
    except ValueError as error:
        raise context.error(str(error), node) from error
    # What stands around the arguments is long: it weighs as much as an expression of that length.
    return replace(combine(sql, result, *arguments), weight=1 + len(sql) // 8)


def _signature(
    function: Function, node: exp.Anonymous, given: Mapping[int, Bound]
) -> Signature | None:
    """The signature that has lambdas where the call has them."""
    count = len(node.expressions)
    for candidate in function.signatures:
        wanted = candidate.wanted(count)
        if wanted is None:
            continue
        if {i for i, kind in enumerate(wanted) if kind.base != "function"} == set(given):
            return candidate
    return None


def _solve(
    context: Context,
    node: exp.Anonymous,
    function: Function,
    matched: Signature,
    given: Mapping[int, Bound],
) -> tuple[dict[str, TrinoType], dict[int, Lambda]]:
    """The type variables, and the lambdas bound with them, once both agree."""
    wanted = matched.wanted(len(node.expressions)) or ()
    variables: dict[str, TrinoType] = {}
    for index, part in given.items():
        if not unify(wanted[index], part.type, variables):
            raise _unexpected(context, node, function, given, {})
    lambdas: dict[int, Lambda] = {}
    for _ in range(_MOST_ROUNDS):
        before = dict(variables)
        for position, index in enumerate(i for i in range(len(wanted)) if i not in given):
            *parameters, result = wanted[index].arguments
            if any(kind.base.isupper() and kind.base not in variables for kind in parameters):
                raise _unexpected(context, node, function, given, lambdas)
            kinds = [fill(kind, UNKNOWN, variables) for kind in parameters]
            written = node.expressions[index]
            lambdas[index] = _bound(context, written, function.name, position, kinds)
            own = lambdas[index].type.arguments[-1]
            if result.base.isupper():
                wider = common(variables.get(result.base, UNKNOWN), own)
                if wider is None:
                    raise _unexpected(context, node, function, given, lambdas)
                variables[result.base] = wider
        if variables == before:
            break
    else:
        raise context.error(
            f"{function.name}: the type of the state does not settle; CAST the first one", node
        )
    for index, bound in lambdas.items():
        if bound.type.arguments[-1] != fill(wanted[index].arguments[-1], UNKNOWN, variables):
            raise _unexpected(context, node, function, given, lambdas)
    return variables, lambdas


def _bound(
    context: Context, node: exp.Lambda, function: str, position: int, kinds: Sequence[TrinoType]
) -> Lambda:
    """One lambda, its parameters of the given types."""
    names = [parameter.name.lower() for parameter in node.expressions]
    if any(not isinstance(parameter, exp.Identifier) for parameter in node.expressions):
        raise context.error("a lambda's parameters are names: (x, y) -> ...", node)
    if len(names) != len(kinds):
        raise context.error(
            f"Expected a lambda that takes {len(kinds)} argument(s) but got {len(names)}", node
        )
    if len(set(names)) < len(names):
        raise context.error("Lambda expression has duplicate argument names", node)
    # Named by depth, so that the same expression has the same text wherever it stands.
    alias = f"l{context.scope.lambdas + 1}"
    reads = READERS.get(function, EACH)(alias, position, kinds)
    values = map(Bound, reads, kinds)
    scope = context.scope.with_parameters(dict(zip(names, values, strict=True)))
    inside = replace(context, scope=scope, no_aggregates="Lambda expression")
    body = inside.bind(node.this)
    if body.aggregates or body.windows:
        # An output column in ORDER BY: in a subquery SQLite would aggregate the elements.
        raise context.error("an aggregated column in a lambda expression: not supported", node)
    kind = TrinoType("function", (*kinds, body.type))
    return Lambda(body.sql, kind, body.columns, atomic=body.atomic, weight=body.weight, alias=alias)


def _unexpected(
    context: Context,
    node: exp.Anonymous,
    function: Function,
    given: Mapping[int, Bound],
    lambdas: Mapping[int, Lambda],
) -> Exception:
    parts = {**given, **lambdas}
    kinds = (
        str(parts[index].type) if index in parts else "<function>"
        for index in range(len(node.expressions))
    )
    expected = ", ".join(
        f"{function.name}{one.text.partition(' -> ')[0]}" for one in function.signatures
    )
    return context.error(
        f"Unexpected parameters ({', '.join(kinds)}) for function {function.name}. "
        f"Expected: {expected}",
        node,
    )
