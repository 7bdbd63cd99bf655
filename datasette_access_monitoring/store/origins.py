"""What a database knows of the origins of its events: the counts of ``deliveries``, read back.

Read-only, and cheap however many events and files there are: only counts are read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ..events.times import utc_date
from .deliveries import DAY_MS, origin_of

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading an origin's sources: events that are new, duplicates, lines rejected.

    ``ahead`` events were from the future when they were read, by ``ahead_ms`` at most.
    """

    events: int = 0
    duplicates: int = 0
    rejected: int = 0
    ahead: int = 0
    ahead_ms: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """One origin.  Times are UTC milliseconds since 1970, days are counted from 1970-01-01.

    ``name`` is a folder, ``http`` or ``-``.  ``newest_ms`` is the time of its newest event that is
    not from the future; ``first_day`` its first day with events.  ``days`` are the events that it
    delivered of each of the days that were asked for, duplicates too; ``known_from`` is the first
    day of which that is known (``None``: of all).  ``all_time`` is what ever came of reading it,
    ``lately`` what came of it in the days that were asked for.  ``rejects`` are those that are
    kept now, by reason.  ``delay_ms`` is how long after it happened an event was read, of those
    lately read the soonest.
    """

    name: str
    newest_ms: int | None
    read_ms: int | None
    first_day: int | None
    days: Mapping[int, int]
    known_from: int | None
    all_time: Reading
    lately: Reading
    delay_ms: int | None
    rejects: Mapping[str, int] = field(default_factory=dict)


def read_origins(connection: sqlite3.Connection, now_ms: int, days: int) -> list[Origin]:
    """Every origin, by name; with what it did today and in so many days before."""
    first = utc_date(max(0, now_ms - days * DAY_MS))
    today = utc_date(now_ms)
    delivered = _delivered(connection, first, today)
    newest = _newest(connection, today)
    counted = _uncounted(connection)
    readings = _readings(connection, first)
    rejects = _rejects(connection)
    found = []
    for name, (all_time, lately, delay_ms, read_ms) in readings.items():
        newest_ms, first_day = newest.get(name, (None, None))
        found.append(
            Origin(
                name=name,
                newest_ms=None if newest_ms is None else min(newest_ms, now_ms),
                read_ms=read_ms or None,
                first_day=first_day,
                days=delivered.get(name, {}),
                known_from=counted.get(name),
                all_time=all_time,
                lately=lately,
                delay_ms=delay_ms,
                rejects=rejects.get(name, {}),
            )
        )
    return found


def day_number(text: str) -> int:
    """How many days a date (``YYYY-MM-DD``) is after 1970-01-01."""
    return date.fromisoformat(text).toordinal() - _EPOCH


def _delivered(connection: sqlite3.Connection, first: str, last: str) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    rows = connection.execute(
        'SELECT "origin", "event_date", "events" FROM "_source_days"\n'
        'WHERE "event_date" BETWEEN ? AND ?',
        (first, last),
    )
    for origin, day, events in rows:
        found.setdefault(origin, {})[day_number(day)] = events
    return found


def _newest(connection: sqlite3.Connection, today: str) -> dict[str, tuple[int, int]]:
    """The time of each origin's newest event up to today, and the first day it had any of."""
    rows = connection.execute(
        'SELECT "origin", max("last_ms"), min("event_date") FROM "_source_days"\n'
        'WHERE "event_date" <= ? GROUP BY "origin"',
        (today,),
    )
    return {origin: (last_ms, day_number(first)) for origin, last_ms, first in rows}


def _uncounted(connection: sqlite3.Connection) -> dict[str, int]:
    """The last day of which an older release had read events, where there is one."""
    rows = connection.execute(
        'SELECT "origin", max("event_date") FROM "_source_days" WHERE "uncounted"\n'
        'GROUP BY "origin"'
    )
    return {origin: day_number(day) for origin, day in rows}


_COUNTS = ("events", "duplicates", "rejected", "ahead")
_Readings = dict[str, tuple[Reading, Reading, int | None, int]]


def _readings(connection: sqlite3.Connection, first: str) -> _Readings:
    of_these = ' FILTER (WHERE "read_date" >= :first)'
    ever = [f'sum("{name}")' for name in _COUNTS] + ['max("ahead_ms")']
    rows = connection.execute(
        f'SELECT "origin", {", ".join(ever)},\n'
        f"  {', '.join(one + of_these for one in ever)},\n"
        f'  min("delay_ms"){of_these}, max("read_ms")\n'
        'FROM "_source_reads" GROUP BY "origin" ORDER BY "origin"',
        {"first": first},
    )
    return {
        origin: (
            Reading(*found[:5]),
            Reading(*(count or 0 for count in found[5:10])),
            found[10],
            found[11],
        )
        for origin, *found in rows
    }


def _rejects(connection: sqlite3.Connection) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    rows = connection.execute('SELECT "location", "reason", "rejects" FROM "_reject_counts"')
    for location, reason, rejects in rows:
        reasons = found.setdefault(origin_of(location), {})
        reasons[reason] = reasons.get(reason, 0) + rejects
    return found
