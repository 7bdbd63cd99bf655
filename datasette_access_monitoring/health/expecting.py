"""When events of an origin are to be expected, and how many a day.  Pure."""

from __future__ import annotations

from ..store.origins import Origin
from .model import DAY_MS


def expected_from(origin: Origin, now_ms: int, days: int) -> int:
    """The first day, of so many before today, of which an origin should have events.

    It had some on it or before it, and somebody would know.
    """
    known = [max(0, now_ms // DAY_MS - days)]
    known += [day for day in (origin.first_day, origin.known_from) if day is not None]
    return max(known)


def is_silent(origin: Origin, now_ms: int) -> bool:
    """Whether nothing has happened for 24 hours, as far as an origin tells."""
    return origin.newest_ms is not None and now_ms - origin.newest_ms > DAY_MS


def events_per_day(origin: Origin, now_ms: int, days: int) -> float | None:
    """What an origin delivered a day on average, duplicates too, over the whole days that count.

    ``None`` before there is such a day.
    """
    today = now_ms // DAY_MS
    first = expected_from(origin, now_ms, days)
    if first == origin.known_from:  # of an older release's last day only a part was counted
        first += 1
    if first >= today:
        return None
    return sum(origin.days.get(day, 0) for day in range(first, today)) / (today - first)
