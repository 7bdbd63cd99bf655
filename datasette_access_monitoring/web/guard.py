"""The private tables are out of SQL's reach on Datasette's connections.

They hold what has verbs of its own: roles, saved queries, kept results.  Whoever may run SQL on
Datasette's pages may not for that read these, so there they read as empty and refuse to be
written.  (Empty, and not as an error: Datasette counts the rows of all tables for its pages.)
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..store.database import APPLICATION_ID
from ..store.layout import PRIVATE_TABLES
from .audit_databases import Question, file_is_marked, note_unguarded

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.database import Database

IsAudit = Callable[[str | None], bool]
"""Whether what a connection knows by a schema's name (``main``) is an audit database."""

_WRITES = frozenset(
    {
        sqlite3.SQLITE_INSERT,
        sqlite3.SQLITE_UPDATE,
        sqlite3.SQLITE_DELETE,
        sqlite3.SQLITE_DROP_TABLE,
        sqlite3.SQLITE_ALTER_TABLE,
    }
)
_PRIVATE = frozenset(PRIVATE_TABLES)
# Beside them a virtual table that shows a file's pages as they are.
_GUARDED = _PRIVATE | {"sqlite_dbpage"}


def guard_new(
    datasette: Datasette | None, name: str | None, connection: sqlite3.Connection
) -> None:
    """Guard a connection that Datasette has opened to its database of that name.

    An ordinary database is none of our business, and may have an authorizer of somebody else's;
    it is only noted that a connection to it goes without.  An empty file, and one that cannot
    be read just now, may be an audit database by the time that it is asked, and so may whatever
    gets attached to a database in memory.
    """
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    try:
        marked = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        is_empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except sqlite3.Error:
        marked, is_empty = False, True
    if path and not marked and not is_empty:
        if datasette is not None and name in datasette.databases:
            note_unguarded(datasette.databases[name])
        return
    # A connection lives as long as its thread, which is no reason to keep all of Datasette.
    held = (lambda: None) if datasette is None else weakref.ref(datasette)

    def databases() -> dict[str, Database]:
        there = held()
        return {} if there is None else there.databases

    def is_audit(schema: str | None) -> bool:
        if schema in (None, "main"):
            return marked or file_is_marked(path)
        attached = databases().get(schema)
        return attached is not None and file_is_marked(attached.path)

    _ask_about_tables(connection, is_audit)
    _stop_unseen_joins(connection, lambda: any(map(is_audit, ["main", *databases()])))


def unguarded(question: Question) -> Question:
    """The same question to an audit database, asked with the private tables in reach."""

    def ask(connection: sqlite3.Connection) -> Any:
        # Setting an authorizer makes SQLite compile every statement anew that the connection
        # holds, so what was compiled before does not bind the question, and none of its own
        # statements outlives it.  Taking the authorizer away (None) would not do that.
        connection.set_authorizer(_allow)
        try:
            return question(connection)
        finally:
            _ask_about_tables(connection, lambda _: True)

    return ask


def _allow(*_: object) -> int:
    return sqlite3.SQLITE_OK


def _ask_about_tables(connection: sqlite3.Connection, is_audit: IsAudit) -> None:
    """Have SQLite ask about every table and column that it finds in a statement."""

    def decide(
        action: int, first: str | None, second: str | None, schema: str | None, _: Any
    ) -> int:
        # For DROP and ALTER the table is the first or second argument.
        if first not in _GUARDED and second not in _PRIVATE:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            hidden = first in _GUARDED and is_audit(schema)
            return sqlite3.SQLITE_IGNORE if hidden else sqlite3.SQLITE_OK
        denied = action in _WRITES and is_audit(schema)
        return sqlite3.SQLITE_DENY if denied else sqlite3.SQLITE_OK

    connection.set_authorizer(decide)


def _stop_unseen_joins(connection: sqlite3.Connection, may_matter: Callable[[], bool]) -> None:
    """Interrupt statements that may read columns without SQLite asking about them.

    A statement is seen when it starts, and is interrupted then.  If SQLite finds just then that
    the schema has changed, it compiles the statement anew, forgets the interruption and tells
    nobody of the second start; so a progress handler, which works within the same call, stops it
    once more.  The handler is good for one stop, and goes with the next statement.
    """
    armed: list[bool] = []

    def started(statement: str) -> None:
        if armed:
            armed.clear()
            connection.set_progress_handler(None, 0)
        if _joins_unseen(statement) and may_matter():
            armed.append(True)
            connection.set_progress_handler(lambda: bool(armed) and armed.pop(), 1)
            connection.interrupt()

    connection.set_trace_callback(started)


def _joins_unseen(statement: str) -> bool:
    """Whether a statement may read a private table's columns without SQLite asking about them.

    The columns that ``USING`` and ``NATURAL`` join by are never asked about (they are made in
    ``sqlite3ProcessJoin``; only the names that the resolver finds are).  No name or keyword has
    another spelling in SQL than with these letters, so none that matters is missed; a harmless
    statement that mentions both is stopped as well.
    """
    text = statement.lower()
    return any(word in text for word in ("using", "natural")) and any(
        table in text for table in PRIVATE_TABLES
    )
