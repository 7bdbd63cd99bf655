"""Charts: what is drawn of a result, that nothing is lost in it, and who can tell its colours."""

from __future__ import annotations

import itertools
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_access_monitoring.catalog.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    TIMESTAMP,
    VARCHAR,
    TrinoType,
)
from datasette_access_monitoring.charts.choosing import Choice, Mark, choices, named
from datasette_access_monitoring.charts.drawing import drawing
from datasette_access_monitoring.charts.points import (
    LONGEST_LABEL,
    MOST_DOTS,
    MOST_NAMES,
    MOST_SERIES,
    OTHERS,
    Points,
    Scale,
    points_of,
)
from datasette_access_monitoring.charts.specs import COLOURS
from datasette_access_monitoring.resources.model import Chart
from datasette_access_monitoring.sql.translate import OutputColumn
from datasette_access_monitoring.sql.window import Window

DAY = 86_400_000
OVER_DAYS = (OutputColumn("day", DATE), OutputColumn("n", BIGINT), OutputColumn("user", VARCHAR))
BARS = Choice(Mark.BARS, 0, 1, 2)
ROWS = st.lists(
    st.tuples(
        st.none() | st.dates().map(lambda day: day.isoformat()),
        st.none() | st.integers(-1000, 1000),
        st.none() | st.text(max_size=3) | st.sampled_from(["bob", OTHERS, "NULL", "a" * 60]),
    ),
    max_size=60,
)


def columns(*kinds: TrinoType) -> tuple[OutputColumn, ...]:
    return tuple(OutputColumn(f"c{at}", kind) for at, kind in enumerate(kinds))


def spec(*arguments: Any) -> dict[str, Any]:
    found = drawing(*arguments)
    assert found is not None
    return dict(json.loads(found.spec))


def by_series(points: Points) -> dict[str, float]:
    return {one: sum(p.y for p in points.points if p.series == one) for one in points.series}


class TestWhatIsDrawn:
    @pytest.mark.parametrize(
        ("kinds", "first"),
        [
            ((DATE, BIGINT, VARCHAR), Choice(Mark.BARS, 0, 1, 2)),
            ((VARCHAR, TIMESTAMP, DOUBLE), Choice(Mark.BARS, 1, 2, 0)),
            ((DATE, DATE), Choice(Mark.BARS, 0, None, None)),
            ((VARCHAR, BIGINT), Choice(Mark.BARS, 0, 1, None)),
            ((BOOLEAN,), Choice(Mark.BARS, 0, None, None)),
            ((DOUBLE, BIGINT), Choice(Mark.DOTS, 0, 1, None)),
        ],
        ids=str,
    )
    def test_it_is_guessed_from_the_types(self, kinds, first):
        found = choices(columns(*kinds))
        assert found[0] == first
        assert len(set(found)) == len(found) <= 6

    def test_of_one_number_there_is_nothing_to_draw(self):
        assert choices(columns(BIGINT)) == ()
        assert choices(columns(TrinoType("array", (VARCHAR,)))) == ()

    def test_a_report_names_its_columns(self):
        assert named(OVER_DAYS, Chart("day", "n", "user")) == BARS
        assert named(OVER_DAYS, Chart("day", "n", "")) == Choice(Mark.BARS, 0, 1, None)
        for wrong in (Chart("date", "n", ""), Chart("day", "user", ""), Chart("day", "n", "x")):
            assert named(OVER_DAYS, wrong) is None

    @given(ROWS)
    def test_whatever_is_offered_can_be_drawn(self, rows):
        for choice in choices(OVER_DAYS):
            found = drawing(OVER_DAYS, rows, choice)
            if found is not None:
                assert json.loads(found.spec)["data"]["values"] and found.title
                assert "\n" not in found.description


class TestThePoints:
    @given(ROWS)
    def test_over_time_everything_that_has_a_place_and_an_amount_is_in_them(self, rows):
        points = points_of(OVER_DAYS, rows, BARS)
        drawn = [row for row in rows if row[0] is not None and row[1] is not None]
        assert sum(point.y for point in points.points) == sum(row[1] for row in drawn)
        assert points.left_out == len(rows) - len(drawn)

    @given(ROWS, st.randoms(use_true_random=False))
    def test_the_order_of_the_rows_changes_nothing(self, rows, random):
        other = list(rows)
        random.shuffle(other)
        for choice in choices(OVER_DAYS):
            assert points_of(OVER_DAYS, rows, choice) == points_of(OVER_DAYS, other, choice)

    @given(ROWS)
    def test_each_series_has_a_label_of_its_own_and_few_have_one(self, rows):
        points = points_of(OVER_DAYS, rows, BARS)
        users = {row[2] for row in rows if row[0] is not None and row[1] is not None}
        assert len(points.series) == min(len(users), MOST_SERIES + 1)
        assert len(set(points.series)) == len(points.series)
        assert (OTHERS in points.series) == (len(users) > MOST_SERIES + 1)
        assert all(len(one) <= LONGEST_LABEL * 8 for one in points.series)

    def test_the_many_small_ones_are_one_together(self):
        rows = [("2026-11-20", 100 - number, f"user-{number:02}") for number in range(12)]
        points = points_of(OVER_DAYS, rows, BARS)
        assert points.series == (*(f"user-{number:02}" for number in range(7)), OTHERS)
        assert by_series(points)[OTHERS] == sum(100 - number for number in range(7, 12))

    def test_hours_days_or_months_whichever_can_be_read(self):
        kinds = columns(TIMESTAMP, BIGINT)
        choice = Choice(Mark.BARS, 0, 1, None)
        for last, scale, places in (
            ("2026-11-20 23:30:00.000", Scale.HOURS, 2),
            ("2026-11-30 00:00:00.000", Scale.DAYS, 2),
            ("2029-11-20 10:59:59.999", Scale.MONTHS, 2),
            ("2026-11-20 10:59:59.999", Scale.HOURS, 1),
        ):
            rows = [("2026-11-20 10:00:00.000", 1), (last, 1)]
            points = points_of(kinds, rows, choice)
            assert points.scale is scale and len(points.points) == places, last
        month = points_of(kinds, [("2020-02-29 10:00:00.000", 1), ("2026-11-20 10:00:00.000", 1)],
                          choice)  # fmt: skip
        assert [point.x for point in month.points] == [18_293 * DAY, 20_758 * DAY]

    def test_the_longest_bars_have_names_and_the_rest_is_counted(self):
        rows = [(f"host-{number:02}", number) for number in range(50)] + [(None, 1_000)]
        points = points_of(columns(VARCHAR, BIGINT), rows, Choice(Mark.BARS, 0, 1, None))
        assert len(points.points) == MOST_NAMES and points.left_out == 51 - MOST_NAMES
        assert [point.x for point in points.points][:3] == ["NULL", "host-49", "host-48"]

    def test_numbers_that_are_none_are_left_out(self):
        rows = [(math.nan, 1), (math.inf, 1), (1.5, 2), (None, 3)]
        points = points_of(columns(DOUBLE, BIGINT), rows, Choice(Mark.DOTS, 0, 1, None))
        assert [(point.x, point.y) for point in points.points] == [(1.5, 2)]
        assert points.left_out == 3
        many = points_of(columns(DOUBLE, BIGINT), [(1.0, 1)] * 5_000,
                         Choice(Mark.DOTS, 0, 1, None))  # fmt: skip
        assert len(many.points) == MOST_DOTS and many.left_out == 4_000


class TestTheSpecification:
    def test_values_are_data_and_never_names_or_expressions(self):
        evil = "datum['x'] + \u202e<img src=x onerror=alert(1)>"
        rows = [("2026-11-20", 3, evil), ("2026-11-21", 1, "javascript:alert(1)")]
        found = spec(OVER_DAYS, rows, BARS)
        fields = {"x", "y", "series"}
        rest = {key: part for key, part in found.items() if key != "data"}
        assert not any(word in json.dumps(rest) for word in ('"expr"', '"signal"'))
        assert "\u202e" not in json.dumps(found, ensure_ascii=False)
        assert all(set(value) == fields for value in found["data"]["values"])
        assert {one["field"] for one in found["encoding"].values() if "field" in one} == fields

    def test_the_axis_shows_all_days_of_the_window(self):
        last = 20_778 * DAY + 5_000  # 2026-11-21 00:00:05
        window = Window.last_days(7, last)
        found = spec(OVER_DAYS, [("2026-11-20", 3, "bob")], BARS, window)
        first, end = found["encoding"]["x"]["scale"]["domain"]
        assert (first["date"], end["date"]) == (14, 22) and first["utc"] is True
        outside = spec(OVER_DAYS, [("2020-11-20", 3, "bob")], BARS, window)
        assert "scale" not in outside["encoding"]["x"]

    def test_it_is_told_in_words(self):
        rows = [("2026-11-20", 3, "bob"), ("2026-11-22", 1_500, "eve"), (None, 1, "x")]
        found = drawing(OVER_DAYS, rows, BARS)
        assert found is not None
        assert found.title == "n by day for each user (bars)"
        assert found.description == (
            "2 days from 2026-11-20 to 2026-11-22, the largest 1,500 (2026-11-22). "
            "user: eve 1,500, bob 3. 1 row left out. The table has every value."
        )


# What eyes make of colours: Machado, Oliveira and Fernandes (2009), severity 1.0.
SEEN = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
                   (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                     (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
                   (0.004733, 0.691367, 0.303900)),
}  # fmt: skip


def linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def lab(colour: str, eyes: str) -> tuple[float, float, float]:
    """CIELAB of a colour as somebody sees it."""
    red, green, blue = (
        min(1.0, max(0.0, sum(a * b for a, b in zip(row, linear(colour), strict=True))))
        for row in SEEN[eyes]
    )
    x, y, z = (
        part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116
        for part in (
            (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
            0.2126 * red + 0.7152 * green + 0.0722 * blue,
            (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("eyes", SEEN)
def test_everybody_can_tell_the_colours_apart(eyes):
    for one, other in itertools.combinations(COLOURS, 2):
        # 2.3 is what can just be noticed side by side.
        assert math.dist(lab(one, eyes), lab(other, eyes)) > 10, (one, other)


def test_every_colour_stands_out_from_white():
    for colour in COLOURS:
        red, green, blue = linear(colour)
        luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        assert 1.05 / (luminance + 0.05) >= 3, colour  # WCAG 2.2, 1.4.11
