"""Arrays and maps in the syntax of expressions: ``ARRAY[a, b]``, ``array[1]``, ``map['key']``,
and ``||`` between arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from ...catalog.types import BIGINT, INTEGER, UNKNOWN, TrinoType, array, map_of
from ..rules.coercion import common
from .bound import Bound, combine, text_literal
from .context import Context
from .conversion import coerce
from .rows import field_at

# SQLite's functions take at most 100 arguments where it is built with care.
_MOST_ARGUMENTS = 90


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
    coerced = [coerce(element, kind) for element in elements]
    return combine(_made(kind, [element.sql for element in coerced]), array(kind), *coerced)


def _made(kind: TrinoType, elements: Sequence[str]) -> str:
    """An array of any length, from the SQLite expressions of its elements."""
    if len(elements) > _MOST_ARGUMENTS:
        size = _MOST_ARGUMENTS
        while len(elements) > size * _MOST_ARGUMENTS:
            size *= _MOST_ARGUMENTS
        chunks = [elements[start : start + size] for start in range(0, len(elements), size)]
        return f"trino_array_concat({', '.join(_made(kind, chunk) for chunk in chunks)})"
    return f"trino_array({', '.join([text_literal(str(kind)), *elements])})"


def _subscript(context: Context, node: exp.Bracket) -> Bound:
    value = context.bind(node.this)
    if len(node.expressions) != 1:
        raise context.error("a subscript is one value", node)
    if value.type.base == "row":
        return _row_subscript(context, value, node.expressions[0])
    index = context.bind(node.expressions[0])
    kind = text_literal(str(value.type))
    if value.type.base == "map":
        return _map_subscript(context, value, index, node)
    if value.type.base != "array":
        raise context.error(f"Cannot subscript a value of type {value.type}", node)
    if index.type not in (INTEGER, BIGINT, UNKNOWN):
        raise context.error(
            f"an array's subscript must be a bigint: actual type {index.type}", node
        )
    sql = f"trino_subscript({kind}, {value.sql}, {index.sql})"
    return combine(sql, value.type.arguments[0], value, index)


def _map_subscript(context: Context, value: Bound, index: Bound, node: exp.Bracket) -> Bound:
    key, item = value.type.arguments
    met = common(key, index.type)
    if met is None:
        raise context.error(
            f"a map's subscript must be of its keys' type {key}: actual type {index.type}", node
        )
    function = "trino_map_element_at" if value.labels else "trino_map_subscript"
    parts = coerce(value, map_of(met, item)), coerce(index, met)
    kind = text_literal(str(parts[0].type))
    return combine(f"{function}({kind}, {parts[0].sql}, {parts[1].sql})", item, *parts)


def _row_subscript(context: Context, value: Bound, node: exp.Expr) -> Bound:
    index = context.bind(node).constant
    if not isinstance(node, exp.Literal) or not isinstance(index, int):
        raise context.error("Subscript expression on ROW requires a constant index", node)
    if index <= 0:
        raise context.error(f"Invalid subscript index: {index}. ROW indices start at 1", node)
    fields = len(value.type.arguments)
    if index > fields:
        raise context.error(f"Subscript index out of bounds: {index}, max value is {fields}", node)
    return field_at(value, index - 1)


def concatenated(left: Bound, right: Bound) -> Bound | None:
    """``||`` where one side is an array, or ``None`` where neither form of it fits.

    Two arrays are put together if they have a type in common; else one is an element.
    """
    if "array" not in (left.type.base, right.type.base) or UNKNOWN in (left.type, right.type):
        return None
    kind = common(left.type, right.type)
    if kind is not None:
        parts = [coerce(left, kind), coerce(right, kind)]
        texts = [part.sql for part in parts]
    else:
        first, second = _element_type(left, right), _element_type(right, left)
        element = first if first is not None else second
        if element is None:
            return None
        kind = array(element)
        parts = [
            coerce(left, kind if first is not None else element),
            coerce(right, element if first is not None else kind),
        ]
        # An element that is NULL is a NULL in the array; only an array that is NULL makes it so.
        texts = [part.sql if part.type == kind else _made(element, [part.sql]) for part in parts]
    return combine(f"trino_array_concat({', '.join(texts)})", kind, *parts)


def _element_type(whole: Bound, element: Bound) -> TrinoType | None:
    """The type of an array's elements once another value is one, or ``None`` if it cannot be."""
    if whole.type.base != "array":
        return None
    return common(whole.type.arguments[0], element.type)


HANDLERS: dict[Any, Any] = {exp.Array: _array, exp.Bracket: _subscript}
