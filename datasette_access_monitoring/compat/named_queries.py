"""Named queries: 0.65 asks a plugin for them, 1.0 stores them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .versions import IS_V1, PLUGIN_NAME

if TYPE_CHECKING:
    from datasette.app import Datasette


@dataclass(frozen=True, slots=True)
class CannedQuery:
    """One named query: ``sql`` is SQLite SQL whose only parameters are ``parameters``."""

    name: str
    title: str
    description: str
    sql: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """One named query of a database, whoever made it; ``writes`` says that it changes it."""

    sql: str
    writes: bool


def canned_queries(
    datasette: Datasette, database: str, queries: Collection[CannedQuery]
) -> dict[str, dict[str, Any]]:
    """0.65: the queries as its ``canned_queries`` hook returns them.

    A query of the same name in the metadata stays the operator's.  Datasette writes what
    the hook returns into its metadata, so our own from the last call are told by a mark.
    """
    configured = datasette.metadata("queries", database=database, fallback=False) or {}
    taken = {
        name
        for name, query in configured.items()
        if not (isinstance(query, dict) and query.get("registered_by") == PLUGIN_NAME)
    }
    return {
        query.name: {
            "sql": query.sql,
            "title": query.title,
            "description": query.description,
            "hide_sql": True,
            "params": list(query.parameters),
            "registered_by": PLUGIN_NAME,
        }
        for query in queries
        if query.name not in taken
    }


async def named_query(datasette: Datasette, database: str, name: str) -> NamedQuery | None:
    """The named query of that name; ``None`` where there is none."""
    if IS_V1:
        stored = await datasette.get_query(database, name)
        return None if stored is None else NamedQuery(str(stored.sql), bool(stored.is_write))
    query = await datasette.get_canned_query(database, name, None)
    return None if query is None else NamedQuery(str(query["sql"]), bool(query.get("write")))


async def store_queries(
    datasette: Datasette, wanted: Mapping[str, Collection[CannedQuery]]
) -> None:
    """1.0: make the stored queries of this package exactly ``wanted``, by database.

    They are trusted: whoever may view one may run it, also without ``execute-sql``.  A query
    of the same name that somebody else stored stays theirs.  On 0.65, which asks for the
    queries whenever it needs them, there is nothing to do.
    """
    if not IS_V1:
        return
    rows = await datasette.get_internal_database().execute(
        "SELECT database_name, name, source FROM queries"
    )
    stored = {(row["database_name"], row["name"]): row["source"] for row in rows}
    names = {(database, query.name) for database, queries in wanted.items() for query in queries}
    for (database, name), source in stored.items():
        if source == PLUGIN_NAME and (database, name) not in names:
            await datasette.remove_query(database, name, source=PLUGIN_NAME)
    for database, queries in wanted.items():
        for query in queries:
            if stored.get((database, query.name), PLUGIN_NAME) != PLUGIN_NAME:
                continue
            await datasette.add_query(
                database,
                query.name,
                query.sql,
                title=query.title,
                description=query.description,
                hide_sql=True,
                parameters=query.parameters,
                is_trusted=True,
                source=PLUGIN_NAME,
            )
