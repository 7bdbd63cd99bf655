"""The views that queries can read, with their columns: what Teleport's ``GetSchema`` answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from .catalog import load_catalog, view_name
from .errors import NoSuchView
from .sql.relation import Relation, RelationColumn
from .store.relations import read_relations
from .store.state import read_type_states
from .suggestions import did_you_mean

Views = dict[str, dict[str, Any]]
"""Views by name, each as Teleport's ViewDesc: ``name``, ``desc`` and ``columns``."""


def documented_views() -> Views:
    """The views of the catalog, which every audit database has."""
    return {
        view.name: {
            "name": view.name,
            "desc": view.description,
            "columns": [
                {"name": column.name, "type": str(column.type), "desc": column.description}
                for column in view.columns
            ],
        }
        for view in load_catalog().views.values()
    }


def views_of(connection: sqlite3.Connection) -> Views:
    """The views of a database: the documented ones, those of other types seen, ``events``."""
    return {**documented_views(), **_seen(connection, read_relations(connection))}


def views_with_further_columns(connection: sqlite3.Connection) -> Views:
    """The same, with the columns that only their names reach behind the others."""
    relations = read_relations(connection)
    views = {**documented_views(), **_seen(connection, relations)}
    for name, relation in relations.items():
        views[name]["columns"] += _described(relation.further)
    return views


def find_view(name: str, views: Views) -> dict[str, Any]:
    """The view of that name, or of that event type's; names ignore case, as in SQL.

    Raises ``NoSuchView``, with the name that is nearest.
    """
    by_lower = {known.lower(): view for known, view in views.items()}
    wanted = view_name(name).lower()
    if wanted not in by_lower:
        raise NoSuchView(f'no view "{name}"{did_you_mean(wanted, by_lower)}')
    return by_lower[wanted]


def _seen(connection: sqlite3.Connection, relations: Mapping[str, Relation]) -> Views:
    """The views that only this database has: undocumented types, and ``events`` over all."""
    documented = load_catalog().views
    events = {state.view: state.event for state in read_type_states(connection)}
    return {
        name: {
            "name": name,
            "desc": "Every event of every type."
            if name == "events"
            else f"Events of type {events.get(name, '?')}, by the keys seen so far.",
            "columns": _described(relation.columns),
        }
        for name, relation in sorted(relations.items())
        if name not in documented
    }


def _described(columns: Iterable[RelationColumn]) -> list[dict[str, str]]:
    words = {**load_catalog().descriptions, "event_data": "The whole event, as JSON text."}
    return [
        {"name": column.name, "type": str(column.type), "desc": words.get(column.name, "")}
        for column in columns
    ]
