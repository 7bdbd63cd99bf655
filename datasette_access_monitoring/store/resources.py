"""The table of resources: documents by kind and name, with who changed them when.

Here documents are text; what they mean is the business of ``resources``.  Everything that
writes runs in the caller's transaction.
"""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass

_COLUMNS = '"kind", "name", "document", "revision", "updated_at", "updated_by"'


@dataclass(frozen=True, slots=True)
class StoredResource:
    """One row: the document as JSON, its revision, and when (UTC, RFC 3339) and by whom."""

    kind: str
    name: str
    document: str
    revision: str
    updated_at: str
    updated_by: str


def read_resources(connection: sqlite3.Connection, kind: str) -> list[StoredResource]:
    """All stored resources of a kind, by name."""
    rows = connection.execute(
        f'SELECT {_COLUMNS} FROM "_resources" WHERE "kind" = ? ORDER BY "name"', (kind,)
    )
    return [StoredResource(*row) for row in rows]


def read_resource(connection: sqlite3.Connection, kind: str, name: str) -> StoredResource | None:
    """The stored resource of that kind and name, ``None`` where there is none."""
    row = connection.execute(
        f'SELECT {_COLUMNS} FROM "_resources" WHERE "kind" = ? AND "name" = ?', (kind, name)
    ).fetchone()
    return None if row is None else StoredResource(*row)


def write_resource(connection: sqlite3.Connection, resource: StoredResource) -> None:
    """Store a resource in place of what has its kind and name, if anything has."""
    connection.execute(
        f'INSERT OR REPLACE INTO "_resources" ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)',
        astuple(resource),
    )


def delete_resource(connection: sqlite3.Connection, kind: str, name: str) -> None:
    """Delete a resource; nothing happens where there is none."""
    connection.execute('DELETE FROM "_resources" WHERE "kind" = ? AND "name" = ?', (kind, name))
