"""Arrays in the syntax of expressions: ``ARRAY[a, b]`` and the subscript ``array[1]``."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ..catalog.types import UNKNOWN, TrinoType, array
from .bound import Bound, combine
from .coercion import common
from .context import Context

_HELD = ("varchar", "integer", "bigint", "unknown")


def _array(context: Context, node: exp.Array) -> Bound:
    elements = [context.bind(element) for element in node.expressions]
    kind: TrinoType = UNKNOWN
    for element in elements:
        wider = common(kind, element.type)
        if wider is None:
            raise context.error(
                f"All ARRAY elements must be the same type: {kind}, found {element.type}", node
            )
        kind = wider
    if kind.base not in _HELD:
        raise context.error(f"ARRAY of {kind} values: not supported yet", node)
    listed = ", ".join(element.sql for element in elements)
    return combine(f"trino_array({listed})", array(kind), *elements)


def _subscript(context: Context, node: exp.Bracket) -> Bound:
    value = context.bind(node.this)
    if value.type.base != "array" or len(node.expressions) != 1:
        raise context.error(f"Cannot subscript a value of type {value.type}", node)
    index = context.bind(node.expressions[0])
    if index.type.base not in ("integer", "bigint", "unknown"):
        raise context.error(
            f"an array's subscript must be a bigint: actual type {index.type}", node
        )
    return combine(
        f"trino_subscript({value.sql}, {index.sql})", value.type.arguments[0], value, index
    )


HANDLERS: dict[Any, Any] = {exp.Array: _array, exp.Bracket: _subscript}
