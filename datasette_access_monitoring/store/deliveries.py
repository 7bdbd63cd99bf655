"""What each origin delivered, by day: counted in the transaction that stores it.

An origin is where sources come from that stand in for each other: the folder of an auth server,
which starts a new file every day; ``http``; ``-``.  So there are few of them, however many files
there were.  What the counts say of a log's health is judged elsewhere (``health``).
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence

from ..clock import now_ms
from ..events.times import utc_date

AHEAD_MS = 60_000
"""An event is from the future when its time is more than this after the moment it was read."""

BEFORE_COUNTING = ""
"""In place of a day: what was read before days were counted, by an older release."""

DAY_MS = 86_400_000


def origin_of(location: str) -> str:
    """The origin of a source: the folder of a file, and of what is no file its own name."""
    for separator in ("/", "\\"):  # on Windows real paths have no slashes
        folder, found, _ = location.rpartition(separator)
        if found:
            return folder or separator
    return location


def count_delivery(
    connection: sqlite3.Connection,
    location: str,
    times: Sequence[int],
    *,
    new: int,
    duplicate: int,
    rejected: int,
) -> None:
    """Count what a batch from a source brought, in the transaction that is open.

    ``times`` are those of its events, in milliseconds since 1970-01-01 UTC.
    """
    origin, read_ms = origin_of(location), now_ms()
    times = sorted(times)
    days = Counter(time // DAY_MS for time in times)
    newest = {time // DAY_MS: time for time in times}  # the last of each day stays
    connection.executemany(
        'INSERT INTO "_source_days" ("origin", "event_date", "events", "last_ms")\n'
        "VALUES (?, ?, ?, ?)\n"
        'ON CONFLICT ("origin", "event_date") DO UPDATE SET\n'
        '  "events" = "events" + excluded."events",\n'
        '  "last_ms" = max("last_ms", excluded."last_ms")',
        ((origin, utc_date(newest[day]), count, newest[day]) for day, count in days.items()),
    )
    ahead = len(times) - bisect_right(times, read_ms + AHEAD_MS)
    connection.execute(
        'INSERT INTO "_source_reads" ("origin", "read_date", "events", "duplicates", "rejected",\n'
        '  "ahead", "ahead_ms", "delay_ms", "read_ms") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)\n'
        'ON CONFLICT ("origin", "read_date") DO UPDATE SET\n'
        '  "events" = "events" + excluded."events",\n'
        '  "duplicates" = "duplicates" + excluded."duplicates",\n'
        '  "rejected" = "rejected" + excluded."rejected",\n'
        '  "ahead" = "ahead" + excluded."ahead",\n'
        '  "ahead_ms" = max("ahead_ms", excluded."ahead_ms"),\n'
        # The smaller of two, where one may be missing.
        '  "delay_ms" = min(ifnull("delay_ms", excluded."delay_ms"),\n'
        '    ifnull(excluded."delay_ms", "delay_ms")),\n'
        '  "read_ms" = max("read_ms", excluded."read_ms")',
        (
            origin,
            utc_date(read_ms),
            new,
            duplicate,
            rejected,
            ahead,
            times[-1] - read_ms if ahead else 0,
            max(0, read_ms - times[-1]) if times else None,
            read_ms,
        ),
    )


def begin_counting(
    connection: sqlite3.Connection,
    sources: Iterable[tuple[str, int, int, int, int | None]],
    read_ms: int,
) -> None:
    """Start from what an older release has read without counting days.

    Each source is its location, its events, duplicates and rejects, and the time of its newest
    event.  Of an origin's days up to that one nobody knows whether they had events.
    """
    totals: dict[str, tuple[int, int, int]] = {}
    newest: dict[str, int] = {}
    for location, events, duplicates, rejects, last_ms in sources:
        origin = origin_of(location)
        before = totals.get(origin, (0, 0, 0))
        totals[origin] = (before[0] + events, before[1] + duplicates, before[2] + rejects)
        if last_ms is not None:
            newest[origin] = max(newest.get(origin, 0), min(last_ms, read_ms))
    connection.executemany(
        'INSERT INTO "_source_reads" ("origin", "read_date", "events", "duplicates", "rejected",\n'
        '  "ahead", "ahead_ms", "read_ms") VALUES (?, ?, ?, ?, ?, 0, 0, 0)',
        ((origin, BEFORE_COUNTING, *counts) for origin, counts in totals.items()),
    )
    connection.executemany(
        'INSERT INTO "_source_days" ("origin", "event_date", "events", "last_ms", "uncounted")\n'
        "VALUES (?, ?, 0, ?, 1)",
        ((origin, utc_date(last_ms), last_ms) for origin, last_ms in newest.items()),
    )


def check_deliveries(connection: sqlite3.Connection) -> list[str]:
    """What is wrong with the counts: each event that was read is of one day, each reject kept."""
    faults = []
    rows = connection.execute(
        'SELECT "origin", sum("of_days"), sum("of_reads") FROM (\n'
        '  SELECT "origin", "events" AS "of_days", 0 AS "of_reads" FROM "_source_days"\n'
        '  UNION ALL SELECT "origin", 0, "events" + "duplicates" FROM "_source_reads"\n'
        '  WHERE "read_date" <> ?\n'
        ') GROUP BY "origin" HAVING sum("of_days") <> sum("of_reads")',
        (BEFORE_COUNTING,),
    )
    for origin, of_days, of_reads in rows:
        faults.append(f"{origin}: {of_reads:,} events were read, {of_days:,} counted by day")
    counted = 'SELECT "location", "reason", "rejects" FROM "_reject_counts"'
    kept = 'SELECT "location", "reason", count(*) FROM "_rejects" GROUP BY 1, 2'
    differing = f"SELECT count(*) FROM ({counted} EXCEPT {kept})"
    missing = f"SELECT count(*) FROM ({kept} EXCEPT {counted})"
    if any(connection.execute(sql).fetchone()[0] for sql in (differing, missing)):
        faults.append("the rejects are not as many as were counted")
    return faults
