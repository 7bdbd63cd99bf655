"""TRY(expression) and typeof(expression): calls that need more than their argument's value.

TRY: a function that fails notes it and gives NULL, and the statement goes on; so the
functions inside of TRY are called under other names (``udf.inside_try``), which note it
where ``trino_try`` looks after the whole expression is computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlglot import exp

from ...catalog.types import VARCHAR, TrinoType
from ..functions import FUNCTIONS, Kind
from ..parsing.tokens import PREFIX
from ..udf import inside_try
from .bound import Bound, combine, text_literal
from .context import Context
from .evaluation_order import in_order
from .scope import Scope, matching

# Strings and quoted names are matched as wholes: a function's name inside them is text.
_PARTS = r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\b(?P<name>trino_\w+)(?=\()|\b(?P<query>SELECT)\b"
# These give a varchar without length, whatever they are given.
_UNBOUNDED = frozenset({"array_join", "concat", "date_format", "format_datetime", "json_format"})


def bind_try(context: Context, node: exp.Anonymous) -> Bound:
    """TRY: NULL instead of a failure, for the whole expression.

    Aggregate and window functions are computed before, as in Trino: they fail as ever.
    """
    if len(node.expressions) != 1:
        raise context.error("TRY takes one expression", node)
    inside = in_order(context)
    value = inside.bind(node.expressions[0])
    outside = [inside.bind(part).sql for part in _computed_before(node.expressions[0])]
    if not all(text in value.sql for text in outside):
        raise context.error("TRY of this expression: not supported yet", node)
    tried = _tried(context, node, value.sql, outside)
    return combine(f"trino_try(trino_trying(), {tried})", value.type, value)


def _computed_before(node: exp.Expr) -> Iterator[exp.Expr]:
    """The outermost aggregate and window functions of an expression."""
    if isinstance(node, (exp.Window, exp.Filter, exp.WithinGroup)) or _is_aggregate(node):
        yield node
        return
    for child in node.iter_expressions():
        yield from _computed_before(child)


def _is_aggregate(node: exp.Expr) -> bool:
    if not isinstance(node, exp.Anonymous):
        return False
    function = FUNCTIONS.get(str(node.this).removeprefix(PREFIX).lower())
    return function is not None and function.kind is not Kind.SCALAR


def _tried(context: Context, node: exp.Expr, sql: str, outside: Sequence[str]) -> str:
    """The SQLite text with the names that functions have inside of TRY, but for some parts."""

    def replaced(match: re.Match[str]) -> str:
        if match["query"]:
            raise context.error("a subquery or a lambda inside of TRY: not supported yet", node)
        if match["name"] == "trino_try":
            raise context.error("TRY inside of TRY: not supported yet", node)
        return inside_try(match["name"]) if match["name"] else match[0]

    kept = "".join(f"{re.escape(text)}|" for text in sorted(outside, key=len, reverse=True))
    return re.sub(kept + _PARTS, replaced, sql)


def bind_typeof(context: Context, node: exp.Anonymous) -> Bound:
    """typeof: the type's name, where the length of each varchar in it is known."""
    if len(node.expressions) != 1:
        raise context.error("typeof takes one expression", node)
    argument = node.expressions[0].unnest()
    value = context.bind(argument)
    shown = str(value.type)
    if isinstance(argument, exp.Literal) and argument.is_string:
        shown = f"varchar({len(argument.this)})"
    elif _holds_text(value.type) and not _is_unbounded(context, argument, value.type):
        raise context.error(
            "typeof of a text that may have a length in its type: not supported; "
            "CAST(... AS varchar) has none",
            node,
        )
    return combine(f"trino_typeof({text_literal(shown)}, {value.sql})", VARCHAR, value)


def _holds_text(kind: TrinoType) -> bool:
    return kind == VARCHAR or any(map(_holds_text, kind.arguments))


def _is_unbounded(context: Context, node: exp.Expr, kind: TrinoType) -> bool:
    """Whether an expression surely is of a type whose texts have no length."""
    if isinstance(node, (exp.Cast, exp.TryCast)):
        return node.args["to"].find(exp.DataTypeParam) is None
    if isinstance(node, exp.Column):
        return _is_view_column(context.scope, node)
    if kind != VARCHAR:
        return False
    if isinstance(node, exp.Anonymous):
        return str(node.this).removeprefix(PREFIX).lower() in _UNBOUNDED
    return isinstance(node, exp.DPipe)


def _is_view_column(scope: Scope | None, node: exp.Column) -> bool:
    while scope is not None:
        found = matching(scope.fields, node.name, node.table or None)
        if found:
            return found[0].view is not None
        scope = scope.parent
    return False
