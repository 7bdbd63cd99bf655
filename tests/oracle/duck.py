"""DuckDB as the other engine: the same events in its own types, and Trino queries in its words.

``sqlglot`` translates; the places where that, or DuckDB itself, is known to answer unlike
Trino are put right here, each with Trino's rule.  What cannot be put right is left out of
the queries.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlglot
from sqlglot import exp

from datasette_access_monitoring.catalog import load_catalog
from datasette_access_monitoring.catalog.types import TrinoType

from .events import VIEWS, events


def duck_type(kind: TrinoType) -> str:
    """A column's type in DuckDB."""
    if kind.base == "array":
        return f"{duck_type(kind.arguments[0])}[]"
    if kind.base == "row":
        fields = zip(kind.names, kind.arguments, strict=True)
        return f"STRUCT({', '.join(f'{name} {duck_type(field)}' for name, field in fields)})"
    return {"timestamp": "TIMESTAMP_MS"}.get(kind.base, kind.base.upper())


def connect() -> Any:
    """A database of all events, in UTC, where integers divide as integers do in Trino."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET integer_division = true")
    for view in VIEWS:
        columns = load_catalog().views[view].columns
        listed = ", ".join(f'"{c.name}" {duck_type(c.type)}' for c in columns)
        connection.execute(f'CREATE TABLE "{view}" ({listed})')
    rows: dict[str, list[list[Any]]] = {view: [] for view in VIEWS}
    for view, time, values in events():
        held = {
            "event_date": time[:10],
            "event_time": time[:-1].replace("T", " "),
            "time": time,
            **values,
        }
        rows[view].append([held[c.name] for c in load_catalog().views[view].columns])
    for view, listed_rows in rows.items():
        marks = ", ".join("?" * len(listed_rows[0]))
        connection.executemany(f'INSERT INTO "{view}" VALUES ({marks})', listed_rows)
    return connection


def translated(query: str) -> str:
    """A Trino query in DuckDB's SQL."""
    tree = sqlglot.parse_one(query, read="trino").transform(_corrected)
    return tree.sql("duckdb")


def _corrected(node: exp.Expr) -> exp.Expr:
    for kind, correction in _CORRECTIONS.items():
        if isinstance(node, kind):
            return correction(node)
    name = node.name.lower() if isinstance(node, exp.Anonymous) else ""
    if name in _MATCHES:
        return _matched(node, *_MATCHES[name])
    return _built(_CALLS[name], *node.expressions) if name in _CALLS else node


def _built(pattern: str, *parts: exp.Expr) -> exp.Expr:
    """An expression from DuckDB text in which ``$0``, ``$1`` stand for the parts."""
    names = {f"part_{index}": part for index, part in enumerate(parts)}
    for index in range(len(parts)):
        pattern = pattern.replace(f"${index}", f"part_{index}")
    tree = sqlglot.parse_one(pattern, read="duckdb")

    def filled(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and node.name in names:
            part = names[node.name].copy()
            return exp.Paren(this=part) if isinstance(part, (exp.Binary, exp.Unary)) else part
        return node

    return tree.transform(filled)


def _difference(node: Any) -> exp.Expr:
    """Whole units that have passed, not boundaries crossed."""
    unit = exp.Literal.string(node.text("unit").lower())
    return exp.Anonymous(this="date_sub", expressions=[unit, node.expression, node.this])


def _shifted(node: Any) -> exp.Expr:
    """A date plus an interval is a date."""
    moved = node.expression if isinstance(node.this, exp.Interval) else node.this
    interval = node.this if isinstance(node.this, exp.Interval) else node.expression
    if isinstance(interval, exp.Interval) and _is_date(moved):
        return exp.cast(exp.Paren(this=node), "DATE")
    return node


def _truncated(node: Any) -> exp.Expr:
    """A date's beginning of a unit is a date."""
    return exp.cast(node, "DATE") if _is_date(node.this) else node


def _is_date(node: exp.Expr) -> bool:
    if isinstance(node, exp.Column):
        return node.name == "event_date"
    if isinstance(node, (exp.Cast, exp.Paren)):
        inner = node.args.get("to")
        return inner.is_type("DATE") if inner is not None else _is_date(node.this)
    return isinstance(node, (exp.CurrentDate, exp.Date, exp.TsOrDsToDate))


def _contains(node: Any) -> exp.Expr:
    """NULL where only a NULL element leaves the answer open."""
    return _built(
        "CASE WHEN $0 IS NULL OR $1 IS NULL THEN NULL WHEN list_contains($0, $1) THEN TRUE "
        "WHEN list_count($0) < len($0) THEN NULL ELSE FALSE END",
        node.this,
        node.expression,
    )


def _matched(node: Any, decisive: str, answer: str) -> exp.Expr:
    """any_match and its like, three-valued: one ``decisive`` result settles the ``answer``."""
    results = exp.Anonymous(this="list_transform", expressions=node.expressions)
    return _built(
        f"CASE WHEN $0 IS NULL THEN NULL WHEN list_contains($0, {decisive}) THEN {answer} "
        f"WHEN list_count($0) < len($0) THEN NULL ELSE NOT {answer} END",
        results,
    )


def _extreme(node: Any) -> exp.Expr:
    """NULL if an argument is."""
    parts = [node.this, *node.expressions]
    test = " OR ".join(f"${index} IS NULL" for index in range(len(parts)))
    return _built(f"CASE WHEN {test} THEN NULL ELSE ${len(parts)} END", *parts, node)


def _part(node: Any) -> exp.Expr:
    """NULL beyond the last part."""
    parts = (node.this, node.args["delimiter"], node.args["part_index"])
    return _built(
        "CASE WHEN len(string_split($0, $1)) >= $2 THEN split_part($0, $1, $2) END", *parts
    )


def _extracted(node: Any) -> exp.Expr:
    """NULL where nothing matches."""
    group = node.args.get("group") or exp.Literal.number(0)
    return _built(
        "CASE WHEN regexp_matches($0, $1) THEN regexp_extract($0, $1, $2) END",
        node.this, node.expression, group,
    )  # fmt: skip


def _joined(node: Any) -> exp.Expr:
    """An array of nothing but NULLs makes an empty text."""
    return _built("CASE WHEN $0 IS NOT NULL THEN coalesce($1, '') END", node.this, node)


_CORRECTIONS: dict[type[exp.Expr], Callable[[Any], exp.Expr]] = {
    exp.DateDiff: _difference,
    exp.Add: _shifted,
    exp.Sub: _shifted,
    exp.DateTrunc: _truncated,
    exp.TimestampTrunc: _truncated,
    exp.ArrayContains: _contains,
    exp.SplitPart: _part,
    exp.RegexpExtract: _extracted,
    exp.Greatest: _extreme,
    exp.Least: _extreme,
    exp.ArrayToString: _joined,
}

_CALLS = {
    "map_agg": "map(list($0), list($1))",
}
_MATCHES = {"any_match": ("TRUE", "TRUE"), "all_match": ("FALSE", "FALSE"),
            "none_match": ("TRUE", "FALSE")}  # fmt: skip
