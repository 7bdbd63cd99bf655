"""Functions over texts that are no plain calls: ``TRIM(LEADING 'x' FROM y)``,
``SUBSTRING(x FROM 2 FOR 3)``, and ``format``, whose arguments may be of any types.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from ...catalog.types import VARCHAR
from .bound import Bound, combine, text_literal
from .context import Context

_TRIMS = {"": "trim", "BOTH": "trim", "LEADING": "ltrim", "TRAILING": "rtrim"}
# Of other types Trino formats the text that a CAST to varchar gives.
_FORMATTED = frozenset({
    "unknown", "boolean", "integer", "bigint", "double", "decimal", "varchar", "json", "date",
    "timestamp",
})  # fmt: skip


def _text(context: Context, node: exp.Expr) -> Bound:
    return context.expect(node, VARCHAR, "Argument of trim or substring")


def _trim(context: Context, node: exp.Trim) -> Bound:
    name = _TRIMS[str(node.args.get("position") or "").upper()]
    parts = [_text(context, node.this)]
    if node.expression is not None:
        parts.append(_text(context, node.expression))
    return combine(f"trino_{name}({_listed(parts)})", VARCHAR, *parts)


def _substring(context: Context, node: exp.Substring) -> Bound:
    parts = [_text(context, node.this)]
    for argument in ("start", "length"):
        if node.args.get(argument) is not None:
            number = context.bind(node.args[argument])
            if number.type.base not in ("integer", "bigint", "unknown"):
                raise context.error(f"substring counts in bigint: actual type {number.type}", node)
            parts.append(number)
    return combine(f"trino_substr({_listed(parts)})", VARCHAR, *parts)


def _listed(parts: Sequence[Bound]) -> str:
    return ", ".join(part.sql for part in parts)


def bind_format(context: Context, node: exp.Anonymous) -> Bound:
    """format(pattern, values...): the UDF gets each value after the name of its type."""
    if len(node.expressions) < 2:
        raise context.error("format takes a format string and values", node)
    pattern = context.expect(node.expressions[0], VARCHAR, "Format string of format")
    values = [context.bind(part) for part in node.expressions[1:]]
    for value in values:
        if value.type.base not in _FORMATTED:
            raise context.error(f"format of {value.type} values: not supported; CAST them", node)
    listed = "".join(f", {text_literal(str(value.type))}, {value.sql}" for value in values)
    return combine(f"trino_format({pattern.sql}{listed})", VARCHAR, pattern, *values)


HANDLERS: dict[Any, Any] = {exp.Trim: _trim, exp.Substring: _substring}
