"""Rows in the syntax of expressions: ``ROW(a, b)``, ``(a, b)``, and fields by name.

A name with dots may be a column with its table, or a row and its fields; which one it is, the
scope tells.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ...catalog.types import TrinoType
from . import json_reads
from .bound import Bound, combine, text_literal
from .context import Context
from .scope import matching_outputs

MAX_FIELDS = 90
"""Fields that can be written in one row: SQLite functions take at most 100 arguments."""


def row(context: Context, node: exp.Expr) -> Bound:
    """``ROW(a, b)`` and ``(a, b)``: a row of unnamed fields."""
    fields = [context.bind(part) for part in node.expressions]
    if not fields or len(fields) > MAX_FIELDS:
        raise context.error(f"a row has 1 to {MAX_FIELDS} fields here", node)
    kind = TrinoType("row", tuple(part.type for part in fields), (None,) * len(fields))
    listed = ", ".join(part.sql for part in fields)
    return combine(f"trino_row({text_literal(str(kind))}, {listed})", kind, *fields)


def column(context: Context, node: exp.Column) -> Bound:
    """A name, with or without a table or a row before it."""
    if isinstance(node.this, exp.Star):
        raise context.error("* cannot stand in an expression", node)
    return _named(context, [part.name for part in node.parts], node)


def parameter(context: Context, node: exp.Identifier) -> Bound:
    """A bare identifier: the parser's form of a lambda's parameter in its body."""
    return _named(context, [node.name], node)


def dot(context: Context, node: exp.Dot) -> Bound:
    """A field of any expression; ``a.b.c`` without parentheses may also be a column."""
    names = written_names(node)
    if names is not None:
        return _named(context, names, node)
    base = context.bind(node.this)
    if base.type.base != "row":
        raise context.error(f"Expression is not of type ROW: {base.type}", node.this)
    return _field(context, base, node.expression.name, node)


def written_names(node: exp.Expr) -> list[str] | None:
    """The names of a chain of names, parentheses aside, or ``None`` for another expression."""
    if isinstance(node, exp.Paren):
        return written_names(node.this)
    if isinstance(node, exp.Identifier):
        return [node.name]
    if isinstance(node, exp.Column):
        return [part.name for part in node.parts]
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
        before = written_names(node.this)
        return None if before is None else [*before, node.expression.name]
    return None


def _named(context: Context, names: list[str], node: exp.Expr) -> Bound:
    """What a chain of names means: a column, or a field of the column that its start means."""
    parameter = context.scope.parameter(names[0])
    if parameter is None:
        found = matching_outputs(context.outputs, names[0])
        if len(found) > 1:
            raise context.error(f"Column '{names[0]}' is ambiguous", node)
        if found:
            parameter = found[0] if len(names) == 1 or found[0].type.base == "row" else None
    if parameter is not None:
        value, fields = parameter, names[1:]
    else:
        value, count = context.scope.resolve(context.statement.source, node, names)
        fields = names[count:]
    for name in fields:
        value = _field(context, value, name, node)
    return value


def _field(context: Context, base: Bound, name: str, node: exp.Expr) -> Bound:
    """The field of a row that a name means, in any case."""
    if base.type.base != "row":
        raise context.error(f"Column '{name}' cannot be resolved: {base.type} has no fields", node)
    own = [(field or "").lower() for field in base.type.names]
    if own.count(name.lower()) > 1:
        raise context.error(f"Ambiguous row field reference: {name}", node)
    if name.lower() not in own:
        raise context.error(f"Column '{name}' cannot be resolved: no field of {base.type}", node)
    return field_at(base, own.index(name.lower()))


def field_at(base: Bound, index: int) -> Bound:
    """A field of a row, counted from 0."""
    sql = json_reads.row_field(base.type, base.sql, index)
    return combine(sql, base.type.arguments[index], base)


HANDLERS: dict[Any, Any] = {
    exp.Column: column,
    exp.Identifier: parameter,
    exp.Dot: dot,
    exp.Struct: row,
    exp.Tuple: row,
}
