"""Dates and times against Python's own calendar, and Joda-Time's rules for units."""

# ruff: noqa: E501 (tables of cases)
from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_access_monitoring.sql import reckoning, times

EPOCH = date(1970, 1, 1)
MOMENTS = st.integers(times.days_from_civil(1, 1, 2) * times.DAY_MS, 253402300799999 - times.DAY_MS)


def moment_of(text: str) -> int:
    return times.moment_of_timestamp(text if " " in text else f"{text} 00:00:00.000")


@given(day=st.dates())
def test_days_are_pythons(day: date) -> None:
    number = (day - EPOCH).days
    assert times.days_from_civil(day.year, day.month, day.day) == number
    assert times.civil_from_days(number) == (day.year, day.month, day.day)
    assert times.parse_date(day.isoformat()) == number
    assert times.date_text(number) == day.isoformat()


@given(moment=MOMENTS)
def test_a_timestamp_reads_back(moment: int) -> None:
    text = times.timestamp_text(moment)
    assert times.moment_of_timestamp(text) == moment
    assert times.parse_timestamp(text) == (moment, None)


@given(moment=MOMENTS, offset=st.integers(-14 * 60, 14 * 60), digits=st.integers(0, 9))
def test_an_iso_text_means_its_moment(moment: int, offset: int, digits: int) -> None:
    day = (EPOCH + timedelta(milliseconds=0)).toordinal() + moment // times.DAY_MS
    zone = timezone(timedelta(minutes=offset))
    local = datetime.combine(date.fromordinal(day), datetime.min.time(), zone) + timedelta(
        milliseconds=moment % times.DAY_MS
    )
    fraction = f"{moment % 1000:03}".ljust(9, "9")[:digits]
    text = local.strftime(f"{local.year:04}-%m-%dT%H:%M:%S")
    suffix = "Z" if offset == 0 else times.zone_name(offset)
    written = f"{text}.{fraction}{suffix}" if digits else f"{text}{suffix}"
    kept = int(fraction[:3].ljust(3, "0")) if digits else 0
    expected = moment - moment % 1000 + kept - offset * times.MINUTE_MS
    assert times.unpack(times.parse_iso8601(written)) == (expected, offset)


@given(text=st.text(alphabet="0123456789-:.TZ+ ", max_size=26))
def test_the_quick_way_reads_nothing_that_the_grammar_does_not(text: str) -> None:
    try:
        expected: int | None = times._parse_any_iso8601(text)
    except ValueError:
        expected = None
    try:
        found: int | None = times.parse_iso8601(text)
    except ValueError:
        found = None
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T10:00:00Z", "2026-11-22T10:00:00.1Z", "2026-02-30T10:00:00Z", "2026-11-22T24:00:00Z",
        "2026-11-22T10:60:00Z", "2026-11-22T10:00:60Z", "2026-11-22t10:00:00Z", "2026-11-22T10:00:00z",
        "2026-11-22T10:00:00.Z", "2026-11-22T10:00:00", "2026-11-22T10:00:00+02:00", "٢٠٢٦-11-22T10:00:00Z",
        "2026-11-22T10:00:00.1٢Z", "2026-13-22T10:00:00Z", "", "Z", "2026-11-22T10:00:00Z\n",
    ],
)  # fmt: skip
def test_both_ways_to_read_agree(text: str) -> None:
    test_the_quick_way_reads_nothing_that_the_grammar_does_not.hypothesis.inner_test(text)


@given(moment=MOMENTS, amount=st.integers(-400, 400), unit=st.sampled_from(["month", "quarter"]))
def test_a_difference_undoes_an_addition(moment: int, amount: int, unit: str) -> None:
    later = reckoning.add(unit, amount, moment)
    found = reckoning.difference(unit, moment, later)
    # A day that was cut to the month's end may miss the last unit on the way back.
    assert found == amount or (amount < 0 and found == amount + 1)


@given(moment=MOMENTS)
def test_parts_are_pythons(moment: int) -> None:
    days, rest = divmod(moment, times.DAY_MS)
    day = EPOCH + timedelta(days=days)
    iso = day.isocalendar()
    assert reckoning.part("week", moment) == iso[1]
    assert reckoning.part("day_of_week", moment) == iso[2]
    assert reckoning.part("day_of_year", moment) == day.timetuple().tm_yday
    assert reckoning.part("quarter", moment) == (day.month + 2) // 3
    assert reckoning.part("hour", moment) == rest // times.HOUR_MS


@pytest.mark.parametrize(
    ("unit", "first", "last", "expected"),
    [
        ("month", "2026-01-31", "2026-02-28", 1),
        ("month", "2026-02-28", "2026-01-31", -1),
        ("month", "2026-01-31", "2026-03-30", 1),
        ("month", "2026-01-15 10:00:00.000", "2026-02-15 09:59:59.999", 0),
        ("year", "2024-02-29", "2025-02-28", 1),
        ("year", "2023-02-28", "2024-02-28", 1),
        ("quarter", "2026-01-01", "2026-12-31", 3),
        ("day", "2026-11-21 23:00:00.000", "2026-11-22 01:00:00.000", 0),
        ("second", "2026-11-22 10:00:00.000", "2026-11-22 09:59:58.500", -1),
        ("week", "2026-11-01", "2026-11-14", 1),
    ],
)
def test_differences_are_whole_units(unit: str, first: str, last: str, expected: int) -> None:
    assert reckoning.difference(unit, moment_of(first), moment_of(last)) == expected


@pytest.mark.parametrize(
    ("unit", "moment", "expected"),
    [
        ("second", "2026-11-22 10:34:56.789", "2026-11-22 10:34:56.000"),
        ("hour", "2026-11-22 10:34:56.789", "2026-11-22 10:00:00.000"),
        ("week", "2026-11-22 10:34:56.789", "2026-11-16 00:00:00.000"),
        ("quarter", "2026-11-22 10:34:56.789", "2026-10-01 00:00:00.000"),
        ("year", "1969-11-22 10:34:56.789", "1969-01-01 00:00:00.000"),
        ("day", "0001-01-01 10:34:56.789", "0001-01-01 00:00:00.000"),
    ],
)
def test_truncation_goes_to_the_beginning(unit: str, moment: str, expected: str) -> None:
    assert times.timestamp_text(reckoning.truncate(unit, moment_of(moment))) == expected


def test_every_offset_packs_and_reads_back() -> None:
    for offset in range(-14 * 60, 14 * 60 + 1):
        assert times.unpack(times.pack(-62135596800000, offset)) == (-62135596800000, offset)
        assert times.parse_offset(times.zone_name(offset)) == offset
