"""The points of a chart: rows summed up by time or name, few enough to be read.

Values are written by attackers, and there may be any number of them: labels are made visible
and cut, the many small series become one, and what is left out is counted.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..catalog.types import TrinoType
from ..sql.render import value_text
from ..sql.rules.times import (
    DAY_MS,
    HOUR_MS,
    civil_from_days,
    days_from_civil,
    moment_of_date,
    moment_of_timestamp,
    unpack,
)
from ..sql.translate import OutputColumn
from ..visible import visible
from .choosing import Choice, Mark, is_time

MOST_SERIES = 7
"""So many series have a colour of their own, the largest; all others share one."""

MOST_NAMES = 20
"""So many bars with names, the longest; the others are left out, and counted."""

MOST_DOTS = 1_000
OTHERS = "all others"
NULL = "NULL"
LONGEST_LABEL = 40
"""Longest label, in characters."""

_MOST_HOURS = 72
MOST_DAYS = 400
"""Of more days than that a chart shows months."""

Triple = tuple[Any, float, str | None]
"""Of a row: where it is, how much it is, which series it belongs to (``None`` is NULL).

A place is a number, a moment in UTC milliseconds since 1970, or a name in a tuple of its own.
"""


class Scale(Enum):
    """What the places along a chart are."""

    HOURS = "hour"
    DAYS = "day"
    MONTHS = "month"
    NAMES = "name"
    NUMBERS = "number"


@dataclass(frozen=True, slots=True)
class Point:
    """One mark: where, how much, and of which series (``''``: there is only one).

    ``x`` is where the hour, day or month begins, in UTC milliseconds since 1970; a name; a number.
    """

    x: str | float
    y: float
    series: str


@dataclass(frozen=True, slots=True)
class Points:
    """What a chart shows: the points in the order of their places, the series by size.

    ``left_out`` counts the rows that are not in it: those with nothing at one of the axes, names
    that are not among the longest bars, dots that are too many.
    """

    scale: Scale
    points: tuple[Point, ...]
    series: tuple[str, ...]
    left_out: int


def points_of(
    columns: Sequence[OutputColumn], rows: Sequence[Sequence[Any]], choice: Choice
) -> Points:
    """The points of a chart of a result."""
    found = [_triple(columns, row, choice) for row in rows]
    triples = [one for one in found if one is not None]
    labels: Mapping[str | None, str] = {None: ""}
    if choice.series is not None:
        labels = _series_labels(triples)
    if choice.mark is Mark.DOTS:
        scale, points, rows_in = _dots(triples, labels)
    elif is_time(columns[choice.x].type):
        scale, points, rows_in = _over_time(triples, labels)
    else:
        scale, points, rows_in = _by_name(triples, labels)
    series = dict.fromkeys(labels.values()) if choice.series is not None else ()
    return Points(scale, tuple(points), tuple(series), len(rows) - rows_in)


def _triple(columns: Sequence[OutputColumn], row: Sequence[Any], choice: Choice) -> Triple | None:
    place = _place(columns[choice.x].type, row[choice.x], choice.mark)
    amount = 1 if choice.y is None else _number(row[choice.y])
    if place is None or amount is None:
        return None
    if choice.series is None:
        return place, amount, None
    return place, amount, value_text(columns[choice.series].type, row[choice.series])


def _place(kind: TrinoType, value: Any, mark: Mark) -> float | tuple[str | None] | None:
    if mark is Mark.DOTS:
        return _number(value)
    if not is_time(kind):
        return (value_text(kind, value),)
    return None if value is None else _moment(kind, value)


def _number(value: Any) -> float | None:
    """A number that can be drawn; a decimal comes as text."""
    if value is None or isinstance(value, int):
        return value
    found = float(value)
    return found if math.isfinite(found) else None


def _moment(kind: TrinoType, value: Any) -> int:
    if kind.base == "date":
        return moment_of_date(value)
    return moment_of_timestamp(value) if kind.base == "timestamp" else unpack(value)[0]


def _over_time(
    triples: Sequence[Triple], labels: Mapping[str | None, str]
) -> tuple[Scale, list[Point], int]:
    moments = [moment for moment, _, _ in triples]
    scale, start = _steps(moments)
    sums = _summed((start(moment), y, labels[series]) for moment, y, series in triples)
    return scale, [Point(x, y, series) for (x, series), y in sorted(sums.items())], len(triples)


def _steps(moments: Sequence[int]) -> tuple[Scale, Callable[[int], int]]:
    """Hours, days or months, whichever makes not too many bars; and where one begins."""
    span = max(moments, default=0) - min(moments, default=0)
    if any(moment % DAY_MS for moment in moments) and span < _MOST_HOURS * HOUR_MS:
        return Scale.HOURS, lambda moment: moment - moment % HOUR_MS
    if span < MOST_DAYS * DAY_MS:
        return Scale.DAYS, lambda moment: moment - moment % DAY_MS
    return Scale.MONTHS, _month


def _month(moment: int) -> int:
    year, month, _ = civil_from_days(moment // DAY_MS)
    return days_from_civil(year, month, 1) * DAY_MS


def _by_name(
    triples: Sequence[Triple], labels: Mapping[str | None, str]
) -> tuple[Scale, list[Point], int]:
    totals = {name: y for ((name,), _), y in _summed((x, y, "") for x, y, _ in triples).items()}
    names = _labels(_largest(totals)[:MOST_NAMES])
    shown = [triple for triple in triples if triple[0][0] in names]
    sums = _summed((names[name], y, labels[series]) for (name,), y, series in shown)
    order = {name: at for at, name in enumerate(names.values())}
    points = [Point(x, y, series) for (x, series), y in sums.items()]
    points.sort(key=lambda point: (order[str(point.x)], point.series))
    return Scale.NAMES, points, len(shown)


def _dots(
    triples: Sequence[Triple], labels: Mapping[str | None, str]
) -> tuple[Scale, list[Point], int]:
    shown = triples[:MOST_DOTS]
    return Scale.NUMBERS, [Point(x, y, labels[series]) for x, y, series in shown], len(shown)


def _series_labels(triples: Sequence[Triple]) -> dict[str | None, str]:
    """The label of every series, the largest first; of the many small ones it is the same."""
    totals: defaultdict[str | None, list[float]] = defaultdict(list)
    for _, y, series in triples:
        totals[series].append(abs(y))
    ordered = _largest({series: _total(values) for series, values in totals.items()})
    named = ordered if len(ordered) <= MOST_SERIES + 1 else ordered[:MOST_SERIES]
    labels = _labels(named)
    # No label of a value is the others' own: they have a last place, and a colour, of their own.
    return {**labels, **dict.fromkeys(ordered[len(named) :], OTHERS)}


def _largest(totals: Mapping[str | None, float]) -> list[str | None]:
    """The names by size, the largest first; NULL after names of the same size."""
    return sorted(totals, key=lambda name: (-abs(totals[name]), name is None, name or ""))


def _labels(names: Iterable[str | None]) -> dict[str | None, str]:
    """A label for each, seen whole or cut, no two alike."""
    found: dict[str | None, str] = {}
    taken = {OTHERS, ""}
    for name in names:
        label = NULL if name is None else visible(name[:LONGEST_LABEL])
        if name is not None and len(name) > LONGEST_LABEL:
            label += "\N{HORIZONTAL ELLIPSIS}"
        found[name] = _unlike(label, taken)
        taken.add(found[name])
    return found


def _unlike(label: str, taken: set[str]) -> str:
    if label not in taken:
        return label
    number = 2
    while f"{label} ({number})" in taken:
        number += 1
    return f"{label} ({number})"


def _summed(parts: Iterable[tuple[Any, float, str]]) -> dict[tuple[Any, str], float]:
    """The sum of each place and series, whatever the order of the rows."""
    gathered: defaultdict[tuple[Any, str], list[float]] = defaultdict(list)
    for x, y, series in parts:
        gathered[x, series].append(y)
    return {key: _total(values) for key, values in gathered.items()}


def _total(values: list[float]) -> float:
    exact = all(isinstance(value, int) for value in values)
    return sum(values) if exact else math.fsum(values)
