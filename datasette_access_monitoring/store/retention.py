"""Removing old events: whole days, the oldest first, a batch to a transaction.

Each transaction takes events away together with their counts.  Kill it anywhere: what is gone is
gone, the rest is whole, and removing again goes on.  Readers are never in the way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta

from ..catalog import load_catalog
from ..events.times import parse_moment, utc_date
from .extras import remove_unused
from .faults import store_error
from .ids import id_range
from .layout import OTHER_TABLE, quote, table_name
from .state import DayState, read_day_states
from .transaction import transaction

BATCH = 5_000
"""How many events a transaction removes at most: other writers wait no longer than for that."""

_FIRST_DAY = "1970-01-01"
DAY_MS = 86_400_000


def first_kept_day(keep_days: int, now_ms: int) -> str:
    """The first of the days that stay: a window of so many days has all it can see."""
    return utc_date(max(0, now_ms - keep_days * DAY_MS))


def days_before(connection: sqlite3.Connection, first_kept: str) -> list[DayState]:
    """What the days before that one hold (``YYYY-MM-DD``), by day and event type."""
    last = date.fromisoformat(first_kept) - timedelta(days=1)
    return read_day_states(connection, _FIRST_DAY, last.isoformat())


def remove(connection: sqlite3.Connection, outdated: DayState) -> Iterator[int]:
    """Remove the events of a type on a day; gives after each batch how many are gone.

    Raises ``StoreError`` when the file cannot be written; the batch stays whole then.
    """
    view = load_catalog().by_event.get(outdated.event)
    table = quote(OTHER_TABLE if view is None else table_name(view))
    condition = '"event" = :event' if view is None else "true"
    last_ms = parse_moment(outdated.event_date)
    first, last = id_range(last_ms + 1 - DAY_MS, last_ms)
    delete = (
        f'DELETE FROM {table} WHERE "_id" IN (\n'
        f'  SELECT "_id" FROM {table}\n'
        f'  WHERE "_id" BETWEEN :first AND :last AND {condition} LIMIT :batch\n)'
    )
    values = {"first": first, "last": last, "event": outdated.event, "batch": BATCH}
    removed = BATCH
    while removed == BATCH:
        try:
            with transaction(connection):
                removed = connection.execute(delete, values).rowcount
                _uncount(connection, outdated, removed, table, condition)
        except sqlite3.Error as error:
            raise store_error(
                f"events of {outdated.event_date} could not be removed",
                error,
                "; what was removed before is gone, all else is as it was",
            ) from error
        yield removed


def _uncount(
    connection: sqlite3.Connection, outdated: DayState, removed: int, table: str, condition: str
) -> None:
    values = {"removed": removed, "event": outdated.event, "day": outdated.event_date}
    connection.execute(
        'UPDATE "_event_days" SET "events" = "events" - :removed\n'
        'WHERE "event_date" = :day AND "event" = :event',
        values,
    )
    connection.execute(
        'DELETE FROM "_event_days"\n'
        'WHERE "event_date" = :day AND "event" = :event AND "events" = 0',
        values,
    )
    connection.execute(
        'UPDATE "_event_types" SET "events" = "events" - :removed,\n'
        f'  "first_ms" = (SELECT min("_id") >> 20 FROM {table} WHERE {condition}),\n'
        f'  "last_ms" = (SELECT max("_id") >> 20 FROM {table} WHERE {condition})\n'
        'WHERE "event" = :event',
        values,
    )


def shrink(connection: sqlite3.Connection) -> None:
    """Give the room of what was removed back to the disk; needs as much again while it works.

    Without it the room is used for new events.  Raises ``StoreError``.
    """
    try:
        remove_unused(connection)
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise store_error(
            "the file could not be made smaller",
            error,
            "; its free room is used for new events",
        ) from error
