"""UNNEST: arrays and maps as rows, through SQLite's ``json_each``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from ...catalog.types import BIGINT, TrinoType
from .bound import Bound, name, text_literal
from .context import Context
from .joins import FromItem
from .scope import Field

_OTHER_INSIDE = ("double", "varbinary", "ipaddress", "ipprefix")
"""Scalar types whose values have another form inside an array than alone."""


def unnested(context: Context, node: exp.Unnest, left: tuple[Field, ...]) -> FromItem:
    """An UNNEST whose arguments see the fields to its left.

    Several arguments go side by side, the shorter ones filled up with NULLs; an element that
    is a row gives one column for each field, a map gives two, ``WITH ORDINALITY`` one more.
    """
    scope = replace(context.scope, fields=left)
    inside = replace(context, scope=scope, no_aggregates="UNNEST")
    arguments = [inside.bind(argument) for argument in node.expressions]
    for argument, written in zip(arguments, node.expressions, strict=True):
        if argument.type.base not in ("array", "map"):
            raise context.error(f"Cannot unnest type: {argument.type}", written)
    internal = name(context.statement.alias("j"))
    if len(arguments) == 1:
        source = arguments[0].sql
        fields = list(_fields(arguments[0], internal, "$"))
    else:
        source = f"trino_zip({', '.join(argument.sql for argument in arguments)})"
        fields = [
            field
            for index, argument in enumerate(arguments)
            for field in _fields(argument, internal, f"$[{index}]")
        ]
    if node.args.get("offset"):
        fields.append(Field(None, BIGINT, f'({internal}."key" + 1)'))
    uses = [use for argument in arguments for use in argument.columns]
    level = context.scope.level
    return FromItem(
        f"json_each(trino_each({source})) AS {internal}",
        tuple(fields),
        tuple(use for use in uses if use.level < level),
        lateral=any(use.level == level for use in uses),
    )


def _fields(argument: Bound, internal: str, path: str) -> Iterator[Field]:
    """The columns of one argument, whose element is found under a JSON path."""
    kind = argument.type
    if kind.base == "map":
        inside: list[tuple[str | None, TrinoType]] = [(None, part) for part in kind.arguments]
    elif kind.arguments[0].base == "row":
        row = kind.arguments[0]
        inside = list(zip(row.names, row.arguments, strict=True))
    else:
        yield Field(None, kind.arguments[0], _value(kind.arguments[0], internal, path))
        return
    for index, (own, part) in enumerate(inside):
        yield Field(own, part, _value(part, internal, f"{path}[{index}]"))


def _value(kind: TrinoType, internal: str, path: str) -> str:
    value = f'{internal}."value"'
    if path != "$":
        value = f"json_extract({value}, '{path}')"
    if kind.base in _OTHER_INSIDE:
        return f"trino_held({text_literal(str(kind))}, {value})"
    return value
