"""What a view's name in a query stands for on SQLite: its columns, as SQL over storage.

The seam from storage to ``sql``: the translator knows a ``Relation``, not a table.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from ..catalog import View, load_catalog
from ..sql.relation import Relation, RelationColumn
from .further import of_documented, of_undocumented
from .layout import (
    EXTRAS_TABLE,
    OTHER_TABLE,
    SPANNING_COLUMNS,
    SPANNING_VIEW,
    column_sql,
    documented_tables,
    quote,
    table_name,
)
from .other_types import OtherColumn, of_type
from .registry import SeenType, columns_of, read_types

IN_WINDOW = '"_id" BETWEEN :window_first AND :window_last'


def read_relations(connection: sqlite3.Connection) -> Mapping[str, Relation]:
    """Every view that a query on this database may name, by its name."""
    views = load_catalog().views
    types = read_types(connection)
    relations = {name: _documented(view, types.get(view.event)) for name, view in views.items()}
    for event_type, seen in types.items():
        if seen.view and not seen.documented:
            relations[seen.view] = _other(seen.view, event_type, seen)
    relations["events"] = _spanning(frozenset({*documented_tables(), EXTRAS_TABLE}))
    return relations


def _documented(view: View, seen: SeenType | None) -> Relation:
    return Relation(
        name=view.name,
        columns=tuple(RelationColumn(c.name, c.type, column_sql(view, c)) for c in view.columns),
        source=f"main.{quote(table_name(view))}",
        conditions=(IN_WINDOW,),
        table=table_name(view),
        further=tuple(map(_from_json, of_documented(view, seen))),
    )


def _other(name: str, event_type: str, seen: SeenType) -> Relation:
    return Relation(
        name=name,
        columns=tuple(map(_from_json, columns_of(seen))),
        source=f"main.{quote(OTHER_TABLE)}",
        conditions=(of_type(event_type), IN_WINDOW),
        table=OTHER_TABLE,
        further=tuple(map(_from_json, of_undocumented(seen))),
    )


def _from_json(column: OtherColumn) -> RelationColumn:
    return RelationColumn(column.name, column.type, column.exact or column.sql)


def _spanning(tables: frozenset[str]) -> Relation:
    return Relation(
        name="events",
        columns=tuple(RelationColumn(n, kind, quote(n)) for n, kind in SPANNING_COLUMNS),
        source=f"main.{quote(SPANNING_VIEW)}",
        conditions=(IN_WINDOW,),
        table=SPANNING_VIEW,
        behind=tables | {OTHER_TABLE},
    )
