"""VALUES: rows written out, typed by what each column's values have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from ...catalog.types import UNKNOWN, TrinoType
from ..rules.coercion import common
from .bound import Bound, BoundQuery, OutputField, name
from .context import Context
from .conversion import coerce


def bind_values(outside: Context, node: exp.Values) -> BoundQuery:
    """Bind a VALUES that stands inside ``outside``; its columns have no names."""
    context = replace(
        outside,
        scope=outside.scope.inner(()),
        no_aggregates="VALUES clause",
        groups=frozenset(),
        outputs=(),
    )
    rows = [_row(context, row) for row in node.expressions]
    kinds = _kinds(context, node, rows)
    internal = name(context.statement.alias("t"))
    listed = ",\n".join(
        f"({', '.join(coerce(part, kind).sql for part, kind in zip(row, kinds, strict=True))})"
        for row in rows
    )
    columns = tuple(
        OutputField(None, kind, max(row[index].weight for row in rows))
        for index, kind in enumerate(kinds)
    )
    items = tuple(f'{internal}."column{index + 1}"' for index in range(len(kinds)))
    escaped = tuple(use for row in rows for part in row for use in part.columns)
    rest = f"FROM (VALUES\n{listed}\n) AS {internal}"
    return BoundQuery(columns, "SELECT", items, rest, escaped, one_row=len(rows) == 1)


def _row(context: Context, row: exp.Expr) -> list[Bound]:
    """The columns of one row: those of a row that is written as one, else a single value."""
    value = row.expressions[0] if len(row.expressions) == 1 else row
    while isinstance(value, exp.Paren):
        value = value.this
    if isinstance(value, (exp.Tuple, exp.Struct)):
        # Its own fields are the columns: one that is a row again is a column of that type.
        return [context.bind(part) for part in value.expressions]
    bound = context.bind(value)
    if bound.type.base == "row":
        # Trino makes its fields columns.
        raise context.error("VALUES of an expression that gives a row: not supported", value)
    return [bound]


def _kinds(context: Context, node: exp.Expr, rows: Sequence[Sequence[Bound]]) -> list[TrinoType]:
    kinds = [UNKNOWN] * len(rows[0])
    for row, written in zip(rows, node.expressions, strict=True):
        if len(row) != len(kinds):
            raise context.error(
                f"Values rows have mismatched sizes: {len(kinds)} vs {len(row)}", written
            )
        for index, part in enumerate(row):
            wider = common(kinds[index], part.type)
            if wider is None:
                raise context.error(
                    f"Values rows have mismatched types: {kinds[index]} vs {part.type}", written
                )
            kinds[index] = wider
    return kinds
