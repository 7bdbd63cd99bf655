"""Points as a Vega-Lite specification: marks, scales, colours that everybody can tell apart.

Nothing of a value becomes an expression or the name of a field: the fields are ``x``, ``y`` and
``series``, and the specification is data from end to end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..sql.rules.times import DAY_MS, HOUR_MS, civil_from_days
from ..sql.window import Window
from .choosing import Mark
from .points import MOST_DAYS, OTHERS, Points, Scale

COLOURS = ("#0072b2", "#d55e00", "#882255", "#6699cc", "#117733", "#661100", "#332288", "#767676")
"""Each stands out from white, and from the others also for those who see fewer colours.

The last is for the eighth series, or for all others together.
"""

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_UNITS = {
    Scale.HOURS: ("yearmonthdatehours", "%d %b %H:%M"),
    Scale.DAYS: ("yearmonthdate", "%Y-%m-%d"),
    Scale.MONTHS: ("yearmonth", "%Y-%m"),
}
_STEPS = {Scale.HOURS: HOUR_MS, Scale.DAYS: DAY_MS, Scale.MONTHS: 28 * DAY_MS}
_MARKS: dict[Mark, dict[str, Any]] = {
    Mark.BARS: {"type": "bar"},
    Mark.LINES: {"type": "line", "point": True},
    Mark.DOTS: {"type": "point", "filled": True},
}
_CONFIG = {
    "font": "Helvetica, sans-serif",
    "view": {"stroke": None},
    "axis": {"labelFontSize": 12, "titleFontSize": 12, "labelLimit": 220, "titleLimit": 400},
    "legend": {"orient": "bottom", "columns": 4, "labelFontSize": 12, "labelLimit": 260},
}
_HEIGHT = 240
_BAR = 22


@dataclass(frozen=True, slots=True)
class Titles:
    """What stands at the axes and over the colours (``''``: there is one)."""

    x: str
    y: str
    series: str


def specification(
    points: Points, mark: Mark, titles: Titles, window: Window | None = None
) -> dict[str, Any]:
    """The specification of a chart, with its data.

    A time axis shows all of the ``window``, if every point lies in it and it is not too long.
    """
    across = _place(points, titles.x, window)
    up = _amount(points, titles.y)
    lying = points.scale is Scale.NAMES
    return {
        "$schema": _SCHEMA,
        "width": "container",
        "height": {"step": _BAR} if lying else _HEIGHT,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "background": None,
        "data": {"values": _values(points)},
        "mark": _MARKS[mark],
        "encoding": {
            "x": up if lying else across,
            "y": across if lying else up,
            "color": _colour(points, titles.series),
            "tooltip": _tooltip(points, titles),
        },
        "config": _CONFIG,
    }


def _values(points: Points) -> list[dict[str, Any]]:
    if not points.series:
        return [{"x": point.x, "y": point.y} for point in points.points]
    return [{"x": point.x, "y": point.y, "series": point.series} for point in points.points]


def _place(points: Points, title: str, window: Window | None) -> dict[str, Any]:
    if points.scale is Scale.NUMBERS:
        return {"field": "x", "type": "quantitative", "title": title, "scale": {"zero": False}}
    if points.scale is Scale.NAMES:
        names = list(dict.fromkeys(point.x for point in points.points))
        return {"field": "x", "type": "nominal", "title": title, "sort": names}
    unit, label = _UNITS[points.scale]
    found: dict[str, Any] = {
        "field": "x",
        "type": "temporal",
        "timeUnit": {"unit": unit, "utc": True},
        "title": title,
        "axis": {
            "format": label,
            "labelOverlap": True,
            "labelFlush": False,
            "tickMinStep": _STEPS[points.scale],
            "grid": False,
        },
    }
    domain = _domain(points, window)
    if domain is not None:
        found["scale"] = {"domain": domain}
    return found


def _domain(points: Points, window: Window | None) -> list[dict[str, Any]] | None:
    """The whole steps that a window touches."""
    if window is None or window.last_ms - window.first_ms > MOST_DAYS * DAY_MS:
        return None
    step = _STEPS[points.scale]
    first, last = window.first_ms // step * step, -(-window.last_ms // step) * step
    inside = all(first <= float(point.x) < last for point in points.points)
    if not inside or points.scale is Scale.MONTHS:
        return None
    return [_moment(first), _moment(last)]


def _moment(time_ms: int) -> dict[str, Any]:
    """A whole hour as Vega-Lite writes it: a number would be read as a unit of the axis."""
    year, month, day = civil_from_days(time_ms // DAY_MS)
    hours = time_ms % DAY_MS // HOUR_MS
    return {"year": year, "month": month, "date": day, "hours": hours, "utc": True}


def _amount(points: Points, title: str) -> dict[str, Any]:
    found: dict[str, Any] = {"field": "y", "type": "quantitative", "title": title}
    if all(isinstance(point.y, int) for point in points.points):
        found["axis"] = {"tickMinStep": 1, "format": ",d"}
    return found


def _colour(points: Points, title: str) -> dict[str, Any]:
    if not points.series:
        return {"value": COLOURS[0]}
    colours = [
        COLOURS[-1] if one == OTHERS else COLOURS[at] for at, one in enumerate(points.series)
    ]
    return {
        "field": "series",
        "type": "nominal",
        "title": title,
        "scale": {"domain": list(points.series), "range": colours},
    }


def _tooltip(points: Points, titles: Titles) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if points.scale in _UNITS:
        unit, label = _UNITS[points.scale]
        found.append({
            "field": "x", "type": "temporal", "title": titles.x, "format": label,
            "timeUnit": {"unit": unit, "utc": True},
        })  # fmt: skip
    else:
        found.append({"field": "x", "title": titles.x})
    if points.series:
        found.append({"field": "series", "title": titles.series})
    return [*found, {"field": "y", "title": titles.y}]
