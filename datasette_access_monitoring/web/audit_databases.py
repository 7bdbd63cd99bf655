"""Which of Datasette's databases are audit databases, or reach into one.

Told by the mark in the file, not by name or configuration, so that no audit database is
left open because nobody declared it.  What follows from it is decided in ``policy``.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakSet

from ..store.database import APPLICATION_ID
from ..store.layout import quote

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.database import Database

Question = Callable[[sqlite3.Connection], Any]


class Reach(Enum):
    """How much of the log a database shows.

    ``ITSELF``: it is an audit database in a file of its own.  ``BEYOND``: it is one in memory,
    or one or more are attached to it, or it became one under connections that were opened to
    something else, or nobody can say, since it cannot be read just now.
    """

    ITSELF = "itself"
    BEYOND = "beyond"


# Where SQLite keeps the application id in a file's header.
_MARK_OFFSET = 68
_MARK = APPLICATION_ID.to_bytes(4, "big")

# Databases once found to be audit databases.  They stay closed for as long as the server
# runs, whatever becomes of the file.  The opposite is never remembered: a file that is empty
# or an ordinary database now may be an audit database a moment later.
_known: WeakSet[Database] = WeakSet()

# Databases to which a connection was opened without the guard (``guard``).
_unguarded: WeakSet[Database] = WeakSet()

# Questions on their way to a database's thread.
_asked: WeakKeyDictionary[Database, dict[Question, asyncio.Task[Any]]] = WeakKeyDictionary()


async def reaches(datasette: Datasette) -> dict[str, Reach]:
    """All attached databases that are audit databases or reach into one, by name."""
    found = {name: await reach_of(datasette, name) for name in list(datasette.databases)}
    return {name: reach for name, reach in found.items() if reach is not None}


async def audit_databases(datasette: Datasette) -> list[str]:
    """The names of all attached databases that are audit databases themselves."""
    return [name for name, reach in (await reaches(datasette)).items() if reach is Reach.ITSELF]


def known_audit_databases(datasette: Datasette) -> list[str]:
    """The names of the databases that were found to be audit databases so far."""
    return [name for name, database in datasette.databases.items() if database in _known]


async def reach_of(datasette: Datasette, name: str) -> Reach | None:
    """How much of the log the database of that name shows; ``None`` for none of it.

    With ``--crossdb`` every connection of ``_memory`` attaches the files that there are when
    it is opened, each thread its own, so all files count.  ``None`` for an unknown name.
    """
    database = datasette.databases.get(name)
    if database is None:
        return None
    if datasette.crossdb and name == "_memory":
        others = [other for other in datasette.databases.values() if not other.is_memory]
        found = [await _reach(one) for one in (database, *others)]
        return Reach.BEYOND if any(found) else None
    return await _reach(database)


async def _reach(database: Database) -> Reach | None:
    """How much of the log the files behind this database's connections hold.

    A database that cannot be read just now counts as marked, for this once: nobody can say
    what it will show when it answers again.
    """
    try:
        own, others = await ask(database, _marks)
    except sqlite3.Error:
        return Reach.BEYOND
    if own and not others and not database.is_memory and database not in _unguarded:
        _known.add(database)
        return Reach.ITSELF
    if own or others:
        _known.add(database)
    return Reach.BEYOND if database in _known else None


def note_unguarded(database: Database) -> None:
    """Keep that a connection to an ordinary database goes without a guard."""
    _unguarded.add(database)


def schema_version(connection: sqlite3.Connection) -> int | None:
    """SQLite's count of changes to the schema of an audit database.

    ``None`` where the connection's own database (not one attached to it) is no audit database.
    """
    if not _schema_is_marked(connection, "main"):
        return None
    return int(connection.execute("PRAGMA main.schema_version").fetchone()[0])


async def tables_and_views(database: Database) -> list[str]:
    """The names of all tables and views that stand in the database at this moment.

    None, where it cannot be read.
    """
    try:
        return list(await ask(database, _names))
    except sqlite3.Error:
        return []


async def ask(database: Database, question: Question) -> Any:
    """The answer of a function that reads one of the database's connections.

    Who asks while the same question is under way gets the same answer: 1.0 asks about some
    twenty actions at once for a single page.
    """
    under_way = _asked.setdefault(database, {})
    task = under_way.get(question)
    if task is None or task.done() or task.get_loop() is not asyncio.get_running_loop():
        task = under_way[question] = asyncio.ensure_future(database.execute_fn(question))
    # Shielded: the answer is not for the first to ask alone, whose visitor may have gone.
    return await asyncio.shield(task)


def _names(connection: sqlite3.Connection) -> list[str]:
    sql = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
    return [row[0] for row in connection.execute(sql)]


def _marks(connection: sqlite3.Connection) -> tuple[bool, bool]:
    """Whether the connection's own database is marked, and whether another one is."""
    attached = connection.execute("PRAGMA database_list").fetchall()
    found = {
        row[1]: _schema_is_marked(connection, row[1]) or file_is_marked(row[2]) for row in attached
    }
    return found.pop("main", False), any(found.values())


def _schema_is_marked(connection: sqlite3.Connection, schema: str) -> bool:
    row = connection.execute(f"PRAGMA {quote(schema)}.application_id").fetchone()
    return row is not None and row[0] == APPLICATION_ID


def file_is_marked(path: str | None) -> bool:
    """Whether the file that now has this path is marked; ``False`` for what is in memory.

    Each of Datasette's threads keeps its own connection, and with it a file that may since
    have been replaced by another of that name; a thread that opens it later gets the new one.
    """
    if not path:
        return False
    try:
        with Path(path).open("rb") as file:
            file.seek(_MARK_OFFSET)
            return file.read(len(_MARK)) == _MARK
    except OSError:
        return False
