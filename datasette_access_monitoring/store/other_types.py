"""Event types that the catalog does not know: their views, made of the keys seen so far.

Pure.  Naming, types and the SQL of such a view; which keys were seen is kept by
``keys_seen``.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ..catalog import TrinoType, view_name
from ..catalog.types import BIGINT, BOOLEAN, DATE, DOUBLE, JSON, TIMESTAMP, VARCHAR, array
from ..events.keys import Kind
from .layout import EVENT_TIME_SQL, OTHER_TABLE, json_path, quote, text_literal

MAX_VIEWS = 1_000
"""Most event types that get a view of their own; ``events`` still shows the rest."""

MAX_KEYS = 500
"""Most keys remembered for one event type; ``event_data`` still holds the rest."""

MAX_NAME_LENGTH = 100

RESERVED = frozenset(
    {"event_date", "event_time", "event", "time", "code", "user", "uid", "sid", "cluster_name"}
)
"""Names that mean the same in every view: no other key takes one by being spelled alike."""

_TYPES = {
    Kind.NULL: VARCHAR,
    Kind.BOOLEAN: BOOLEAN,
    Kind.INTEGER: BIGINT,
    Kind.DOUBLE: DOUBLE,
    Kind.VARCHAR: VARCHAR,
    Kind.VARCHAR_ARRAY: array(VARCHAR),
    Kind.JSON: JSON,
    Kind.MIXED: VARCHAR,
}


@dataclass(frozen=True, slots=True)
class OtherColumn:
    """A column of such a view: its name, its type and its expression over ``_event_other``.

    ``exact`` is the expression for translated queries, where it is another: one that keeps
    NUL characters, at which SQLite before 3.45 ends a text that it takes out of JSON.
    """

    name: str
    type: TrinoType
    sql: str
    exact: str = ""


def other_view_name(event_type: str, taken: Collection[str]) -> str | None:
    """The view's name by Teleport's rule, with a number behind it where it is taken.

    ``taken`` holds the names in use, in lower case.  ``None`` for a type whose name has
    no letter or digit to make one from.  Event types are written by whoever writes the
    log: anything but letters, digits and ``_`` becomes ``_``.
    """
    name = re.sub(r"[^A-Za-z0-9_]", "_", view_name(event_type))[:MAX_NAME_LENGTH]
    if not name.strip("_"):
        return None
    if name.startswith("_") or name.lower().startswith("sqlite_"):
        name = "type" + ("" if name.startswith("_") else "_") + name
    return _free(name, taken)


def other_column_name(path: tuple[str, ...], taken: Collection[str]) -> str | None:
    """The column's name by Teleport's rule: parts joined with ``_``, dots as ``_``.

    ``None`` where no column can be made of the path, or where its name could fool a reader's
    eye or terminal; ``event_data`` has it all the same.
    """
    try:
        json_path(path)
    except ValueError:
        return None
    name = "_".join(part.replace(".", "_") for part in path)
    if not name.strip() or not name.isprintable() or len(name) > MAX_NAME_LENGTH:
        return None
    return _free(name, taken if path == (name,) and name in RESERVED else {*taken, *RESERVED})


def other_column(name: str, path: tuple[str, ...], kind: Kind) -> OtherColumn:
    """The column of an undocumented type that reads ``path``, whose values were of ``kind``."""
    if path == ("event",):
        return OtherColumn(name, VARCHAR, '"event"')
    return json_column(name, quote("event_data"), path, kind)


def json_column(name: str, held: str, path: tuple[str, ...], kind: Kind) -> OtherColumn:
    """The column that reads ``path`` from the JSON that an expression over storage gives."""
    where = text_literal(json_path(path))
    sql = f"json_extract({held}, {where})"
    if kind is Kind.MIXED:
        sql = (
            f"CASE json_type({held}, {where})"
            " WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'"
            " WHEN 'array' THEN NULL WHEN 'object' THEN NULL"
            f" ELSE CAST({sql} AS TEXT) END"
        )
    elif kind is Kind.DOUBLE:
        sql = f"CAST({sql} AS REAL)"
    if _TYPES[kind] != VARCHAR or sqlite3.sqlite_version_info >= (3, 45):
        return OtherColumn(name, _TYPES[kind], sql)
    keys = text_literal(json.dumps(path))
    exact = (
        f"CASE WHEN json_type({held}, {where}) = 'text' AND instr({held}, '\\u0000') > 0"
        f" THEN trino_text_at({held}, {keys}) ELSE {sql} END"
    )
    return OtherColumn(name, VARCHAR, sql, exact)


def time_columns() -> tuple[OtherColumn, ...]:
    """The two columns with which every view begins."""
    return (
        OtherColumn("event_date", DATE, '"event_date"'),
        OtherColumn("event_time", TIMESTAMP, EVENT_TIME_SQL),
    )


def of_type(event_type: str) -> str:
    """The condition that limits ``_event_other`` to one event type."""
    if not event_type.isprintable():  # a NUL cannot stand in SQL text, the rest fools the eye
        return f"\"event\" = CAST(x'{event_type.encode().hex()}' AS TEXT)"
    return f'"event" = {text_literal(event_type)}'


def create_other_view(name: str, event_type: str, columns: Iterable[OtherColumn]) -> str:
    """The statement that makes the view of one such type."""
    listed = ",\n  ".join(f"{column.sql} AS {quote(column.name)}" for column in columns)
    return (
        f"CREATE VIEW {quote(name)} AS\nSELECT\n  {listed}\n"
        f"FROM {quote(OTHER_TABLE)}\nWHERE {of_type(event_type)}"
    )


def _free(name: str, taken: Collection[str]) -> str:
    candidate, number = name, 1
    while candidate.lower() in taken:
        number += 1
        candidate = f"{name}_{number}"
    return candidate
