"""How many events each of the last days has of each type: a chart, and the same as a table."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass

from ...catalog.types import BIGINT, DATE, VARCHAR
from ...charts.choosing import Choice, Mark
from ...charts.drawing import Drawing, drawing
from ...charts.points import points_of
from ...events.times import utc_date
from ...sql.translate import OutputColumn
from ...sql.window import Window
from ...store.state import read_day_states

SHOWN_DAYS = 30

_COLUMNS = (
    OutputColumn("day", DATE),
    OutputColumn("event type", VARCHAR),
    OutputColumn("events", BIGINT),
)
_CHOICE = Choice(Mark.BARS, x=0, y=2, series=1)


@dataclass(frozen=True, slots=True)
class Day:
    """A day (UTC, ``YYYY-MM-DD``): its events of each of the types shown, and all of them."""

    day: str
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Days:
    """The last days, newest first, and their chart (``None``: there are no events).

    ``types`` are the labels of the event types shown, the most frequent first; the last may
    stand for all others.
    """

    types: tuple[str, ...]
    days: tuple[Day, ...]
    drawing: Drawing | None


def last_days(connection: sqlite3.Connection, last_ms: int) -> Days:
    """The days up to the one of that moment."""
    window = Window.last_days(SHOWN_DAYS - 1, last_ms)
    states = read_day_states(connection, utc_date(window.first_ms), utc_date(window.last_ms))
    rows = [(one.event_date, one.event, one.events) for one in states]
    points = points_of(_COLUMNS, rows, _CHOICE)
    counts: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for point in points.points:
        counts[utc_date(int(point.x))][point.series] += int(point.y)
    days = tuple(
        Day(day, tuple(found[one] for one in points.series), sum(found.values()))
        for day, found in sorted(counts.items(), reverse=True)
    )
    return Days(points.series, days, drawing(_COLUMNS, rows, _CHOICE, window))
