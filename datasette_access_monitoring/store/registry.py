"""The event types and keys that a database has seen, and the views of undocumented types.

A ``Registry`` is one writer's picture of two tables (``_event_types``, ``_event_keys``).
It is used inside the transaction that stores the events, so a view never lags behind
the events it shows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..catalog import Catalog
from ..events.keys import Kind, merge_kinds
from .other_types import (
    MAX_KEYS,
    MAX_VIEWS,
    OtherColumn,
    create_other_view,
    other_column,
    other_column_name,
    other_view_name,
    time_columns,
)
from .views import replace_view


@dataclass(slots=True)
class SeenKey:
    """One path that events of a type carried: the kind of its values, and its column's name."""

    kind: Kind
    column: str | None


@dataclass(slots=True)
class SeenType:
    """One event type of the database.  ``view`` is ``None`` for one too many to have a view."""

    view: str | None
    documented: bool
    keys: dict[tuple[str, ...], SeenKey] = field(default_factory=dict)


def read_types(connection: sqlite3.Connection) -> dict[str, SeenType]:
    """The types and keys that the database has seen so far, by event type."""
    types = {
        event: SeenType(view, bool(documented))
        for event, view, documented in connection.execute(
            'SELECT "event", "view", "documented" FROM "_event_types"'
        )
    }
    for event, path, kind, column in connection.execute(
        'SELECT "event", "path", "kind", "column_name" FROM "_event_keys"'
    ):
        types[event].keys[tuple(json.loads(path))] = SeenKey(Kind(kind), column)
    return types


class Registry:
    """What one writer knows of the types and keys in its database."""

    def __init__(self, connection: sqlite3.Connection, catalog: Catalog) -> None:
        self._connection = connection
        self._catalog = catalog
        self._version: int | None = None
        self._types: dict[str, SeenType] = {}
        self._other_views = 0
        self._names: set[str] = set()

    def refresh(self) -> bool:
        """Read the tables again if another connection has written, and tell; in a transaction."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        stale: bool = version != self._version
        if stale:
            self._types = read_types(self._connection)
            self._other_views = sum(
                seen.view is not None and not seen.documented for seen in self._types.values()
            )
            rows = self._connection.execute("SELECT lower(name) FROM sqlite_master")
            self._names = {name for (name,) in rows}
            self._version = version
        return stale

    def forget(self) -> None:
        """Drop the picture, after a transaction that was rolled back."""
        self._version = None

    def note(self, event_type: str, found: Mapping[tuple[str, ...], Kind]) -> None:
        """Remember a type, and the keys of its events that no documented column reads.

        A view whose columns change by it is made again.
        """
        seen = self._types.get(event_type)
        if seen is None:
            seen = self._add_type(event_type)
        changed = self._note_keys(seen, found)
        if changed:
            self._save_keys(event_type, seen, changed)
            if seen.view and not seen.documented:
                sql = create_other_view(seen.view, event_type, columns_of(seen))
                replace_view(self._connection, seen.view, sql)

    def _add_type(self, event_type: str) -> SeenType:
        view = self._catalog.by_event.get(event_type)
        seen = SeenType(view.name if view else self._new_view_name(event_type), view is not None)
        self._connection.execute(
            'INSERT INTO "_event_types" ("event", "view", "documented") VALUES (?, ?, ?)',
            (event_type, seen.view, seen.documented),
        )
        self._types[event_type] = seen
        return seen

    def _new_view_name(self, event_type: str) -> str | None:
        if self._other_views >= MAX_VIEWS:
            return None
        name = other_view_name(event_type, self._names)
        if name is not None:
            self._other_views += 1
            self._names.add(name.lower())
        return name

    def _note_keys(
        self, seen: SeenType, found: Mapping[tuple[str, ...], Kind]
    ) -> list[tuple[str, ...]]:
        keys, changed = seen.keys, []
        for path, kind in found.items():
            known = keys.get(path)
            if known is not None:
                merged = merge_kinds(known.kind, kind)
                if merged is not known.kind:
                    known.kind = merged
                    changed.append(path)
            elif len(keys) < MAX_KEYS:
                keys[path] = SeenKey(kind, None)
                changed.append(path)
        return changed

    def _save_keys(
        self, event_type: str, seen: SeenType, changed: Iterable[tuple[str, ...]]
    ) -> None:
        taken = {column.name for column in time_columns()}
        if seen.documented:
            taken |= {c.name.lower() for c in self._catalog.by_event[event_type].columns}
        taken |= {key.column.lower() for key in seen.keys.values() if key.column}
        rows = []
        for path in dict.fromkeys(changed):
            key = seen.keys[path]
            if key.column is None and key.kind is not Kind.OBJECT:
                key.column = other_column_name(path, taken)
                if key.column:
                    taken.add(key.column.lower())
            rows.append((event_type, json.dumps(path), key.kind.value, key.column))
        self._connection.executemany(
            'INSERT INTO "_event_keys" ("event", "path", "kind", "column_name")\n'
            'VALUES (?, ?, ?, ?) ON CONFLICT ("event", "path") DO UPDATE\n'
            'SET "kind" = excluded."kind", "column_name" = excluded."column_name"',
            rows,
        )


def columns_of(seen: SeenType) -> list[OtherColumn]:
    """The columns of an undocumented type's view: the two times, then its keys by name."""
    keyed = [
        other_column(key.column, path, key.kind)
        for path, key in seen.keys.items()
        if key.column and key.kind is not Kind.OBJECT
    ]
    return [*time_columns(), *sorted(keyed, key=lambda column: column.name)]
