"""The newest runs of queries, out of the events that tell of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .ids import ID_BITS
from .layout import OTHER_TABLE, quote

QUERY_RUN = "secreports.audit.query.run"

LOOKED_AT = 2_000
"""How many runs, the newest of everybody, are looked at: it takes no longer as the log grows."""


@dataclass(frozen=True, slots=True)
class QueryRun:
    """What an event tells of one run; ``time_ms`` is since 1970 UTC, ``''`` and ``None`` unknown.

    ``as_of`` is the moment that was asked for as now, as the event writes it.
    """

    time_ms: int
    query: str
    days: int | None
    as_of: str
    rows: int | None
    error: str


def newest_query_runs(
    connection: sqlite3.Connection, user: str, via: Sequence[str], limit: int
) -> list[QueryRun]:
    """The newest runs by this user in one of these ways, newest first, ``limit`` at most.

    Only the newest ``LOOKED_AT`` runs of all users are looked at.
    """
    ways = ", ".join("?" * len(via))
    found = connection.execute(
        # The index on the type ends in the id: the inner query reads the newest, and no others.
        f"""
        SELECT "_id", "event_data" FROM (
          SELECT "_id", "event_data" FROM {quote(OTHER_TABLE)}
          WHERE "event" = ? ORDER BY "_id" DESC LIMIT ?
        )
        WHERE json_extract("event_data", '$.user') = ?
          AND json_extract("event_data", '$.via') IN ({ways})
        ORDER BY "_id" DESC LIMIT ?
        """,
        (QUERY_RUN, LOOKED_AT, user, *via, limit),
    )
    return [_run(key, json.loads(data)) for key, data in found]


def _run(key: int, data: dict[str, Any]) -> QueryRun:
    """Whoever may write to the log wrote it: what is not of its type is not known."""

    def text(name: str) -> str:
        value = data.get(name)
        return value if isinstance(value, str) else ""

    def number(name: str) -> int | None:
        value = data.get(name)
        return value if type(value) is int else None

    return QueryRun(
        key >> ID_BITS, text("query"), number("days"), text("as_of"), number("rows"), text("error")
    )
