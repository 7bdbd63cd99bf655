"""UNION, INTERSECT and EXCEPT, each DISTINCT or ALL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from ...catalog.types import TrinoType
from ..rules.coercion import common, has_own_equality
from .bound import Bound, BoundQuery, OutputField, name
from .context import Context
from .conversion import coerce, key_of
from .ordering import ordered

_OPERATIONS = {exp.Union: "UNION", exp.Intersect: "INTERSECT", exp.Except: "EXCEPT"}
_CLAUSES = ("order", "limit", "offset", "with_")
_NATIVE = ("UNION ALL", "UNION", "INTERSECT", "EXCEPT")


def bind_set_operation(context: Context, node: exp.SetOperation) -> BoundQuery:
    """Bind a chain of set operations; INTERSECT has been read as binding tighter."""
    operands, words = _spine(context, node)
    queries = [context.bind_query(operand) for operand in operands]
    types = [column.type for column in queries[0].columns]
    for query, operand, word in zip(queries[1:], operands[1:], words, strict=True):
        _meet(context, types, query, operand, word)
    text = _operand(context, queries[0], types)
    for word, query in zip(words, queries[1:], strict=True):
        part = _operand(context, query, types)
        if word == "UNION ALL" or (word in _NATIVE and not any(map(has_own_equality, types))):
            text = f"{text}\n{word}\n{part}"
        else:
            text = _counted(context, word, text, part, types)
    columns = tuple(
        OutputField(column.name, kind, max(query.columns[index].weight for query in queries))
        for index, (column, kind) in enumerate(zip(queries[0].columns, types, strict=True))
    )
    internal = name(context.statement.alias("t"))
    escaped = tuple(use for query in queries for use in query.escaped)
    items = tuple(f"{internal}.{name(own)}" for own in queries[0].inner_names())
    whole = BoundQuery(columns, "SELECT", items, f"FROM (\n{text}\n) AS {internal}", escaped)
    return ordered(context, node, whole)


def _spine(context: Context, node: exp.SetOperation) -> tuple[list[exp.Expr], list[str]]:
    """The operands of a chain and the words between them: both languages read it from the left."""
    operands: list[exp.Expr] = []
    words: list[str] = []
    current: exp.Expr = node
    while isinstance(current, exp.SetOperation) and (
        current is node or not any(current.args.get(clause) for clause in _CLAUSES)
    ):
        word = _OPERATIONS[type(current)]
        words.append(word if current.args.get("distinct") else f"{word} ALL")
        operands.append(current.expression)
        current = current.this
    operands.append(current)
    for operand in operands:
        if not isinstance(operand, exp.Subquery) and any(map(operand.args.get, _CLAUSES)):
            raise context.error(
                "ORDER BY and LIMIT come after the whole query; "
                f"for one part of {words[-1]}, put it in parentheses",
                operand,
            )
    return operands[::-1], words[::-1]


def _meet(
    context: Context, types: list[TrinoType], query: BoundQuery, node: exp.Expr, word: str
) -> None:
    """Widen ``types`` in place by those of one more operand."""
    if len(query.columns) != len(types):
        raise context.error(
            f"{word} query has different number of fields: {len(types)}, {len(query.columns)}", node
        )
    for index, (before, column) in enumerate(zip(types, query.columns, strict=True)):
        kind = common(before, column.type)
        if kind is None:
            raise context.error(
                f"column {index + 1} in {word} query has incompatible types: "
                f"{before}, {column.type}",
                node,
            )
        types[index] = kind


def _operand(context: Context, query: BoundQuery, types: Sequence[TrinoType]) -> str:
    internal = name(context.statement.alias("t"))
    items = (
        coerce(Bound(f"{internal}.{name(own)}", column.type), kind).sql + f" AS {name(own)}"
        for column, kind, own in zip(query.columns, types, query.inner_names(), strict=True)
    )
    return f"SELECT {', '.join(items)} FROM {context.statement.derived(query)} AS {internal}"


def _counted(context: Context, word: str, left: str, right: str, types: Sequence[TrinoType]) -> str:
    """An operation that SQLite lacks, or over values whose SQLite form says too much.

    The rows of both sides are put into groups of equals; for ALL the first of each side goes
    with the first of the other, the second with the second, and so on.
    """
    internal = name(context.statement.alias("t"))
    names = [f'"c{index + 1}"' for index in range(len(types))]
    keys = ", ".join(key_of(Bound(own, kind)) for own, kind in zip(names, types, strict=True))
    number = f", ROW_NUMBER() OVER (PARTITION BY {keys}) AS n" if word.endswith("ALL") else ""
    sides = "\nUNION ALL\n".join(
        f"SELECT {', '.join(names)}, {side} AS side{number} FROM (\n{text}\n)"
        for side, text in enumerate((left, right))
    )
    listed = ", ".join(f"{internal}.{own} AS {own}" for own in names)
    group = ", ".join(
        key_of(Bound(f"{internal}.{own}", kind)) for own, kind in zip(names, types, strict=True)
    )
    having = {"UNION": "", "INTERSECT": "\nHAVING COUNT(DISTINCT side) = 2",
              "EXCEPT": "\nHAVING MAX(side) = 0"}[word.removesuffix(" ALL")]  # fmt: skip
    group += ", n" if number else ""
    return f"SELECT {listed} FROM (\n{sides}\n) AS {internal}\nGROUP BY {group}{having}"
