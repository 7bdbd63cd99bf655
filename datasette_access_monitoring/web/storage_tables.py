"""Storage's own tables in Datasette: out of its lists, and some of them out of SQL's reach.

People ask the views.  1.0 hides tables whose names begin with ``_`` by itself; 0.65 is told.

The private tables hold what has verbs of its own: roles, saved queries, kept results.  Whoever
may run SQL on Datasette's pages may not for that read these, so on Datasette's connections they
read as empty and refuse to be written.  (Empty, and not as an error: Datasette counts the rows
of all tables for its pages.)
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from ..catalog import load_catalog
from ..store.database import APPLICATION_ID
from ..store.layout import PRIVATE_TABLES, STATE_TABLES, table_name
from .audit_databases import Question, known_audit_databases

if TYPE_CHECKING:
    from datasette.app import Datasette

_WRITES = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})
_PRIVATE = frozenset(PRIVATE_TABLES)
# Virtual tables that show a file's pages as they are.
_RAW = frozenset({"sqlite_dbpage"})


def hidden_tables(datasette: Datasette) -> dict[str, Any]:
    """Metadata that hides the storage tables of every database found to be ours, if any is."""
    ours = known_audit_databases(datasette)
    if not ours:
        return {}
    names = [*STATE_TABLES, *map(table_name, load_catalog().views.values())]
    tables = {name: {"hidden": True} for name in names}
    return {"databases": {name: {"tables": tables} for name in ours}}


def guard_new(connection: sqlite3.Connection) -> None:
    """Guard a connection that Datasette has opened, if it is to an audit database.

    An empty file may become one while the connection is open.  Other databases are none of
    our business, and may have an authorizer of somebody else's.
    """
    try:
        marked = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        if marked or not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            _guard(connection)
    except sqlite3.Error:
        return  # no database at all, as whoever uses the connection will find


def unguarded(question: Question) -> Question:
    """The same question, asked with the private tables in reach."""

    def ask(connection: sqlite3.Connection) -> Any:
        # Setting an authorizer makes SQLite compile every statement anew that the connection
        # holds, so what was compiled before does not bind the question, and none of its own
        # statements outlives it.  Taking the authorizer away (None) would not do that.
        connection.set_authorizer(_allow)
        try:
            return question(connection)
        finally:
            _guard(connection)

    return ask


def _allow(*_: object) -> int:
    return sqlite3.SQLITE_OK


def _guard(connection: sqlite3.Connection) -> None:
    connection.set_authorizer(_decide)


def _decide(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    # For DROP and ALTER the table is the first or second argument.
    if first not in _PRIVATE and second not in _PRIVATE and first not in _RAW:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ:
        return sqlite3.SQLITE_IGNORE if first in _PRIVATE or first in _RAW else sqlite3.SQLITE_OK
    if action in _WRITES or action in (sqlite3.SQLITE_DROP_TABLE, sqlite3.SQLITE_ALTER_TABLE):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK
