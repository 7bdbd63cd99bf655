"""The queries of the shipped reports, as named queries on Datasette's own pages.

What is registered, for which databases and with which text; how a Datasette version wants
to be told is in ``compat``.  The reports themselves are in ``resources.canned``.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ..compat import named_queries
from ..compat.named_queries import CannedQuery
from ..errors import QueryError, StoreError
from ..resources.canned import canned_reports
from ..resources.model import AuditQuery
from ..sql.rules.times import DAY_MS
from ..store.ids import ID_BITS, LOW_BITS
from ..store.relations import read_relations
from .audit_databases import audit_databases, schema_version

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.database import Database

    from ..sql.relation import Relation

DEFAULT_DAYS = 7
MAX_DAYS = 36_500

_log = logging.getLogger(__name__)

# "now" is the same moment throughout one statement, and milliseconds are what ids count in.
_AS_OF_MS = f"CAST(round((julianday('now') - 2440587.5) * {DAY_MS}) AS INTEGER)"

# SQLite loses the message of a function that raises; its JSON functions show a path that is
# none.  So the refusal stands where a path should, and a wrong number of days is an error
# that says so, where a comparison with it would quietly find nothing.
_DAYS = f"""CAST(json_extract(
  json_array(CASE WHEN coalesce(:days, '') = '' THEN {DEFAULT_DAYS} ELSE :days END),
  CASE
    WHEN coalesce(:days, '') = '' THEN '$[0]'
    WHEN :days NOT GLOB '*[^0-9]*' AND CAST(:days AS INTEGER) BETWEEN 1 AND {MAX_DAYS} THEN '$[0]'
    ELSE 'days must be a whole number from 1 to {MAX_DAYS}, not ' || :days
  END
) AS INTEGER)"""

_PARAMETERS = {
    "as_of_ms": _AS_OF_MS,
    "window_first": f"(({_AS_OF_MS} - {_DAYS} * {DAY_MS}) << {ID_BITS})",
    "window_last": f"(({_AS_OF_MS} << {ID_BITS}) | {LOW_BITS})",
}


def canned_queries(relations: Mapping[str, Relation]) -> tuple[CannedQuery, ...]:
    """The queries of all shipped reports over a database with these relations, in order.

    Each takes ``days``: how far back from now it looks, 7 when empty; anything but a whole
    number of at least 1 is an error of the query.  Raises ``QueryError`` where a query
    cannot be translated, ``ResourceError`` where the shipped files are damaged.
    """
    return tuple(
        _canned(query, relations) for report in canned_reports() for query in report.queries
    )


def _canned(query: AuditQuery, relations: Mapping[str, Relation]) -> CannedQuery:
    # The SQL compiler takes a while to import; a server without an audit database never does.
    from ..sql.translate import translate

    sentences = (
        query.description,
        f"Suggestion: {query.suggestion}" if query.suggestion else "",
        f"days: how many days back from now, {DEFAULT_DAYS} if empty.",
    )
    return CannedQuery(
        name=query.name,
        title=query.title,
        description=" ".join(filter(None, sentences)),
        sql=translate(query.query, relations).with_parameters(_PARAMETERS),
        parameters=("days",),
    )


async def publish(datasette: Datasette) -> None:
    """At startup: register the queries of every attached audit database."""
    names = await audit_databases(datasette)
    wanted = {name: await _of_database(datasette.databases[name]) for name in names}
    await named_queries.store_queries(datasette, wanted)


async def for_database(datasette: Datasette, name: str) -> dict[str, dict[str, Any]]:
    """0.65's question: which named queries does this database have from us?"""
    database = datasette.databases.get(name)
    queries = await _of_database(database) if database is not None else ()
    return named_queries.canned_queries(datasette, name, queries)


async def as_written(database: Database, name: str, sql: str) -> str:
    """The SQL of a named query as its author wrote it.

    For a query of ours that is Trino SQL; what its translation is may be seen by everybody, but
    tells nobody anything.
    """
    ours = {query.name: query.sql for query in await _of_database(database)}
    if ours.get(name) != sql:
        return sql
    queries = (query for report in canned_reports() for query in report.queries)
    return next(query.query for query in queries if query.name == name)


async def report_query_names(datasette: Datasette, name: str) -> frozenset[str]:
    """The names under which a database has report queries of ours."""
    return frozenset(await for_database(datasette, name))


# Translating nine queries takes longer than most pages; it holds until the schema changes.
_translated: WeakKeyDictionary[Database, tuple[int, tuple[CannedQuery, ...]]] = WeakKeyDictionary()


async def _of_database(database: Database) -> tuple[CannedQuery, ...]:
    """The queries of one database; none where it is no audit database that can be read."""
    try:
        version = await database.execute_fn(schema_version)
        if version is None:
            return ()
        held = _translated.get(database)
        if held is None or held[0] != version:
            relations = await database.execute_fn(read_relations)
            held = _translated[database] = (version, canned_queries(relations))
        return held[1]
    except (sqlite3.Error, StoreError, QueryError) as error:
        # One damaged file must not keep the server, and with it every other one, from starting.
        _log.warning("no report queries for database %s: %s", database.name, error)
        return ()
