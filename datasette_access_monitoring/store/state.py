"""What a database knows of itself: its types, its sources, its rejects, its health.

Read-only.  Everything is kept up to date by the transactions that write; nothing here
counts rows of events, except the check that was asked for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from ..catalog import load_catalog
from ..sources.model import Checkpoint
from .deliveries import check_deliveries
from .extras import count_lost
from .faults import DAMAGE_ADVICE
from .layout import OTHER_TABLE, quote, table_name


@dataclass(frozen=True, slots=True)
class TypeState:
    """One event type: its view (``None``: too many types), how many events, from when to when.

    Times are UTC milliseconds since 1970.
    """

    event: str
    view: str | None
    documented: bool
    events: int
    first_ms: int
    last_ms: int


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source: how far it was read, what came of it, and when (UTC, ISO 8601)."""

    location: str
    offset: int
    lines: int
    events: int
    duplicates: int
    rejects: int
    last_event_ms: int | None
    read_at: str


@dataclass(frozen=True, slots=True)
class RejectState:
    """A line that is no event, kept whole, with its place, the reason, and when (UTC)."""

    id: int
    location: str
    number: int
    offset: int
    reason: str
    detail: str
    line: bytes
    rejected_at: str


def read_type_states(connection: sqlite3.Connection) -> list[TypeState]:
    """Every event type that the database holds, most events first."""
    rows = connection.execute(
        'SELECT "event", "view", "documented", "events", "first_ms", "last_ms"\n'
        'FROM "_event_types" WHERE "events" > 0 ORDER BY "events" DESC, "event"'
    )
    return [TypeState(row[0], row[1], bool(row[2]), *row[3:]) for row in rows]


def count_events(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many events the database holds, and of how many types."""
    row = connection.execute(
        'SELECT ifnull(sum("events"), 0), count(*) FROM "_event_types" WHERE "events" > 0'
    ).fetchone()
    return row[0], row[1]


@dataclass(frozen=True, slots=True)
class DayState:
    """How many events of a type there are on a day (UTC, ``YYYY-MM-DD``)."""

    event_date: str
    event: str
    events: int


def read_day_states(
    connection: sqlite3.Connection, first_date: str, last_date: str
) -> list[DayState]:
    """What each day from the first to the last holds, by day and event type."""
    rows = connection.execute(
        'SELECT "event_date", "event", "events" FROM "_event_days"\n'
        'WHERE "event_date" BETWEEN ? AND ? ORDER BY "event_date", "event"',
        (first_date, last_date),
    )
    return [DayState(*row) for row in rows]


def read_source_states(connection: sqlite3.Connection) -> list[SourceState]:
    """Every source that was ever read, by location."""
    rows = connection.execute(
        'SELECT "location", "offset", "lines", "events", "duplicates",\n'
        '  (SELECT ifnull(sum("rejects"), 0) FROM "_reject_counts"\n'
        '    WHERE "_reject_counts"."location" = "_sources"."location"),\n'
        '  "last_event_ms", "read_at" FROM "_sources" ORDER BY "location"'
    )
    return [SourceState(*row) for row in rows]


def newest_delivered_ms(connection: sqlite3.Connection) -> int | None:
    """When the newest event was that a source brought, in ms since 1970; ``None``: none has.

    What people do here is an event as well, but dated by the clock of this machine.
    """
    (newest,) = connection.execute('SELECT max("last_event_ms") FROM "_sources"').fetchone()
    return None if newest is None else int(newest)


def read_checkpoints(connection: sqlite3.Connection) -> list[Checkpoint]:
    """How far each source was read, as its next reading needs it."""
    rows = connection.execute(
        'SELECT "location", "offset", "lines", "head", "tail", "file_size", "modified_ns",\n'
        '  "complete" FROM "_sources" ORDER BY "location"'
    )
    return [Checkpoint(*row) for row in rows]


def read_cursor(connection: sqlite3.Connection, location: str) -> bytes | None:
    """What a source that keeps its own place gave with its last delivery, if there was any."""
    row = connection.execute(
        'SELECT "cursor" FROM "_sources" WHERE "location" = ?', (location,)
    ).fetchone()
    return None if row is None else row[0]


def count_rejects(connection: sqlite3.Connection) -> dict[str, int]:
    """How many rejects there are, by reason."""
    return dict(
        connection.execute(
            'SELECT "reason", sum("rejects") FROM "_reject_counts" GROUP BY 1 ORDER BY 2 DESC'
        )
    )


def read_rejects(connection: sqlite3.Connection, *, after: int = 0) -> Iterator[RejectState]:
    """The rejects in the order they came, those with an id above ``after``."""
    rows = connection.execute(
        'SELECT "id", "location", "number", "offset", "reason", "detail", "line", "rejected_at"\n'
        'FROM "_rejects" WHERE "id" > ? ORDER BY "id"',
        (after,),
    )
    return (RejectState(*row) for row in rows)


def check_integrity(connection: sqlite3.Connection) -> list[str]:
    """Read the whole file and say what is wrong with it; nothing, when it is sound.

    SQLite's own check of every page and index, then that each type's events are as many,
    in all and on each day, as were counted when they were stored, and whole; and that the counts
    of what was delivered agree.
    """
    faults = _damage(connection)
    if faults:
        return faults
    by_event = load_catalog().by_event
    for state in read_type_states(connection):
        view = by_event.get(state.event)
        table = OTHER_TABLE if view is None else table_name(view)
        only = 'WHERE "event" = ? ' if view is None else ""
        found = dict(
            connection.execute(
                f'SELECT "event_date", count(*) FROM {quote(table)} {only}GROUP BY 1',
                (state.event,) if view is None else (),
            )
        )
        count = sum(found.values())
        if count != state.events:
            faults.append(f"{state.event}: {count:,} events found, {state.events:,} were stored")
        elif found != _days_of(connection, state.event):
            faults.append(f"{state.event}: its events are not on the days that were counted")
        lost = 0 if view is None else count_lost(connection, table)
        if lost:
            faults.append(f"{state.event}: {lost:,} events have lost what is beside their columns")
    return faults + check_deliveries(connection)


def _damage(connection: sqlite3.Connection) -> list[str]:
    """What SQLite's own check of every page and index finds, and what to do about it."""
    for most in (20, 1):  # damage may end the check itself, but not before its first finding
        try:
            found = [text for (text,) in connection.execute(f"PRAGMA integrity_check({most})")]
        except sqlite3.DatabaseError as error:
            found = [str(error)]
            continue
        break
    faults = [line for text in found for line in text.splitlines() if line != "ok"]
    return [*faults, DAMAGE_ADVICE] if faults else []


def _days_of(connection: sqlite3.Connection, event: str) -> dict[str, int]:
    rows = connection.execute(
        'SELECT "event_date", "events" FROM "_event_days" WHERE "event" = ?', (event,)
    )
    return dict(rows)
