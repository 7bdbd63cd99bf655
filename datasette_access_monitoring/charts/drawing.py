"""A chart of a result for a page: its title, what it says in words, its Vega-Lite specification."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..sql.rules.times import timestamp_text
from ..sql.translate import OutputColumn
from ..sql.window import Window
from ..visible import visible
from .choosing import Choice, Mark
from .points import LONGEST_LABEL, Point, Points, Scale, points_of
from .specs import Titles, specification

_SHOWN = {Scale.HOURS: 16, Scale.DAYS: 10, Scale.MONTHS: 7}
"""How much of a moment's text says which hour, day or month it is."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart: ``title`` says what is drawn, ``description`` what is to be seen.

    ``spec`` is the specification as JSON text; ``key`` tells the charts of one result apart.
    """

    key: str
    title: str
    description: str
    spec: str


def drawing(
    columns: Sequence[OutputColumn],
    rows: Sequence[Sequence[Any]],
    choice: Choice,
    window: Window | None = None,
) -> Drawing | None:
    """A chart of a result; ``None`` where no row has anything to draw.

    A time axis shows all of the ``window``, where that is not too long.
    """
    points = points_of(columns, rows, choice)
    if not points.points:
        return None
    titles = Titles(
        _name(columns, choice.x),
        "rows" if choice.y is None else _name(columns, choice.y),
        "" if choice.series is None else _name(columns, choice.series),
    )
    spec = specification(points, choice.mark, titles, window)
    return Drawing(
        f"{choice.mark.value}-{choice.x}-{choice.y}-{choice.series}",
        _title(choice.mark, titles),
        " ".join(_sentences(points, choice.mark, titles)),
        json.dumps(spec, separators=(",", ":")),
    )


def _name(columns: Sequence[OutputColumn], position: int) -> str:
    return visible(columns[position].name[:LONGEST_LABEL])


def _title(mark: Mark, titles: Titles) -> str:
    each = f" for each {titles.series}" if titles.series else ""
    return f"{titles.y} by {titles.x}{each} ({mark.value})"


def _sentences(points: Points, mark: Mark, titles: Titles) -> list[str]:
    """What somebody who sees the chart would say of it."""
    if points.scale is Scale.NUMBERS:
        found = [f"{len(points.points):,} dots."]
    else:
        sums: defaultdict[Any, float] = defaultdict(int)
        for point in points.points:
            sums[point.x] += point.y
        most = max(sums, key=lambda place: sums[place])
        places = f"{len(sums):,} {points.scale.value}{'' if len(sums) == 1 else 's'}"
        if points.scale is not Scale.NAMES:
            places += f" from {_place(points, min(sums))} to {_place(points, max(sums))}"
        found = [f"{places}, the largest {sums[most]:,} ({_place(points, most)})."]
    if points.series and mark is not Mark.DOTS:
        totals = ", ".join(f"{one} {_sum(points.points, one):,}" for one in points.series)
        found.append(f"{titles.series}: {totals}.")
    if points.left_out:
        found.append(f"{points.left_out:,} row{'' if points.left_out == 1 else 's'} left out.")
    return [*found, "The table has every value."]


def _sum(points: Sequence[Point], series: str) -> float:
    return sum(point.y for point in points if point.series == series)


def _place(points: Points, place: str | float) -> str:
    if isinstance(place, str):
        return place
    return timestamp_text(int(place))[: _SHOWN[points.scale]]
