"""The demo log: all days put together, in order of time, cut to the period asked for.

Pure and deterministic.  Each day is drawn from the seed and its date alone, so logs of
overlapping periods agree on the days that they share, and loading the demo again
tomorrow adds one day instead of doubling the month.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta, timezone
from random import Random

from .events import Entry, Event
from .routine import ordinary_day
from .stories import WEEK


def generate(seed: int, end: datetime, days: int = 30) -> Iterator[Event]:
    """The events of the ``days`` times 24 hours up to ``end`` inclusive, oldest first.

    ``end`` is any moment with a time zone (``ValueError`` without one: a log that
    depended on this computer's zone would not be the same everywhere).  Events are
    JSON-like dictionaries in the shape of Teleport's, with times in UTC.
    """
    if end.tzinfo is None:
        raise ValueError("end has no time zone; use for example datetime.now(timezone.utc)")
    last = end.astimezone(timezone.utc)
    first = last - timedelta(days=days)
    entries = [
        entry
        for day in _midnights(first, last)
        for entry in _day(seed, day)
        if first <= entry.at <= last
    ]
    entries.sort(key=lambda entry: entry.at)
    return (entry.event for entry in entries)


def _midnights(first: datetime, last: datetime) -> Iterator[datetime]:
    """The days from the one before ``first``, whose sessions may reach into it, to ``last``."""
    day = datetime.combine(first.date(), time(), timezone.utc) - timedelta(days=1)
    while day <= last:
        yield day
        day += timedelta(days=1)


def _day(seed: int, day: datetime) -> Iterator[Entry]:
    """One day's entries, not in order; each story is drawn on its own and moves no other."""
    yield from ordinary_day(Random(f"{seed} {day:%Y-%m-%d} ordinary"), day)
    for story in WEEK[day.weekday()]:
        yield from story(Random(f"{seed} {day:%Y-%m-%d} {story.__name__}"), day)
