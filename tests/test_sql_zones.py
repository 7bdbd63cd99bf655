"""Time zones by name: which there are, their offsets, and units of time on their clocks."""

# ruff: noqa: E501 (tables of cases)
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.rules import reckoning, times, zoned, zones

WORLD = World(":memory:")
NAMES = ("America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Tokyo",
         "America/St_Johns", "Africa/Johannesburg", "Pacific/Apia", "US/Pacific")  # fmt: skip
MOMENTS = st.integers(86_400_000 * 1000, 253402300799999 // 2)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
HOUR = times.HOUR_MS


def clocks(name: str, moment: int) -> datetime:
    return (EPOCH + timedelta(milliseconds=moment)).astimezone(ZoneInfo(name))


@given(name=st.sampled_from(NAMES), moment=MOMENTS)
def test_clocks_show_what_pythons_do(name: str, moment: int) -> None:
    shown = zones.text(times.pack(moment, zones.zone_id(name)))
    expected = clocks(name, moment).isoformat(" ", "milliseconds")[:23]
    assert shown == f"{expected} {name}"


@given(name=st.sampled_from(NAMES), moment=MOMENTS)
def test_a_time_that_clocks_show_is_a_moment_at_which_they_show_it(name: str, moment: int) -> None:
    zone = zones.zone_id(name)
    local = moment + zones.offset(zone, moment)
    assert zones.moment_of_clock(zone, local, moment) == moment
    first, there = zones.moments(zone, local)
    assert there
    assert first + zones.offset(zone, first) == local
    assert first <= moment


@given(
    name=st.sampled_from(NAMES),
    moment=MOMENTS,
    unit=st.sampled_from(["hour", "day", "week", "month", "quarter", "year"]),
)
def test_truncation_is_the_last_beginning(name: str, moment: int, unit: str) -> None:
    value = times.pack(moment, zones.zone_id(name))
    cut = zoned.truncate(unit, value)
    assert cut <= value
    assert zoned.truncate(unit, cut) == cut
    assert zoned.difference(unit, cut, value) in (0, 1)  # the hour that is there twice


@given(name=st.sampled_from(NAMES), moment=MOMENTS, amount=st.integers(-500, 500))
def test_days_keep_the_time_of_day(name: str, moment: int, amount: int) -> None:
    value = times.pack(moment, zones.zone_id(name))
    later = zoned.add("day", amount, value)
    wanted = clocks(name, moment).replace(tzinfo=None) + timedelta(days=amount)
    shown = clocks(name, times.unpack(later)[0]).replace(tzinfo=None)
    skipped = shown - wanted
    assert skipped == timedelta(0) or timedelta(0) < skipped <= timedelta(days=1)
    if skipped:  # the wanted time is skipped there
        again = wanted.replace(tzinfo=ZoneInfo(name)).astimezone(timezone.utc)
        assert again.astimezone(ZoneInfo(name)).replace(tzinfo=None) != wanted


@given(moment=MOMENTS, minutes=st.integers(-840, 840), unit=st.sampled_from(["day", "month"]))
def test_a_fixed_offset_only_shifts(moment: int, minutes: int, unit: str) -> None:
    value = times.pack(moment, zones.fixed(minutes))
    shift = minutes * times.MINUTE_MS
    cut = reckoning.truncate(unit, moment + shift) - shift
    assert zoned.truncate(unit, value) == times.pack(cut, zones.fixed(minutes))


def test_every_offset_packs_and_reads_back() -> None:
    for minutes in range(-14 * 60, 14 * 60 + 1):
        packed = times.pack(-62135596800000, zones.fixed(minutes))
        assert times.unpack(packed) == (-62135596800000, zones.fixed(minutes))
        assert zones.zone_id(zones.name(zones.fixed(minutes))) == zones.fixed(minutes)


def test_every_named_zone_reads_back_and_fits() -> None:
    named = zones._names()
    assert len(named) > 500
    assert "America/New_York" in named
    for name in named:
        assert zones.name(zones.zone_id(name)) == name
        assert zones.zone_id(name) < 1 << 12
        assert abs(zones.offset(zones.zone_id(name), 1_795_341_600_000)) <= 14 * HOUR


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("UTC", "UTC"), ("Z", "UTC"), ("GMT", "UTC"), ("UT", "UTC"), ("Etc/UTC", "UTC"), ("Zulu", "UTC"),
        ("GMT0", "UTC"), ("+00:00", "UTC"), ("-00:00", "UTC"), ("+0", "UTC"), ("UTC+00:00", "UTC"),
        ("+02:00", "+02:00"), ("+0200", "+02:00"), ("+02", "+02:00"), ("+2", "+02:00"), ("-2", "-02:00"),
        ("+02:00:00", "+02:00"), ("+020000", "+02:00"), ("UTC+2", "+02:00"), ("UTC-05:30", "-05:30"),
        ("GMT+10", "+10:00"), ("UT-3", "-03:00"), ("Etc/GMT+5", "-05:00"), ("Etc/GMT-14", "+14:00"),
        ("Etc/UTC+5", "+05:00"), ("UTC-0:30", "+00:30"), ("-14:00", "-14:00"),
        ("America/New_York", "America/New_York"), ("US/Eastern", "US/Eastern"), ("EST5EDT", "EST5EDT"),
        ("Asia/Calcutta", "Asia/Calcutta"), ("CET", "CET"),
    ],
)  # fmt: skip
def test_a_zone_has_trinos_name(text: str, name: str) -> None:
    assert zones.name(zones.zone_id(text)) == name


@pytest.mark.parametrize(
    "text",
    [
        "utc", "america/new_york", "America/New York", "EST", "MST", "HST", "ROC", "Factory", "+14:01", "-15",
        "+25:00", "+02:60", "+02:00:30", "UTC2", "GMT5", "UTC+0530", "UTC+5:60", "+2:00", "Mars/Olympus",
        " UTC", "UTC ", "٢", "+٢", "../zones", "Etc/Unknown", "Z+1",
    ],
)  # fmt: skip
def test_what_trino_does_not_know_is_no_zone(text: str) -> None:
    with pytest.raises(ValueError, match="is not a valid time zone"):
        zones.zone_id(text)


# expression, value as text (None is NULL)
VALUES: list[tuple[str, str | None]] = [
    ("now() AT TIME ZONE 'America/New_York'", "2026-11-22 07:00:00.000 America/New_York"),
    (
        "now() AT TIME ZONE 'America/New_York' AT TIME ZONE 'Asia/Tokyo'",
        "2026-11-22 21:00:00.000 Asia/Tokyo",
    ),
    ("now() AT TIME ZONE '+05:30'", "2026-11-22 17:30:00.000 +05:30"),
    ("now() AT TIME ZONE INTERVAL '-5' HOUR", "2026-11-22 07:00:00.000 -05:00"),
    ("TIMESTAMP '2026-11-22 10:34:56' AT TIME ZONE 'Asia/Tokyo'", "2026-11-22 19:34:56 Asia/Tokyo"),
    ("CAST(NULL AS timestamp) AT TIME ZONE 'Asia/Tokyo'", None),
    ("NULL AT TIME ZONE 'Asia/Tokyo'", None),
    ("at_timezone(now(), 'UTC+2')", "2026-11-22 14:00:00.000 +02:00"),
    (
        "at_timezone(TIMESTAMP '2026-11-22 10:00:00', 'Asia/Tokyo')",
        "2026-11-22 19:00:00 Asia/Tokyo",
    ),
    ("at_timezone(now(), NULL)", None),
    ("at_timezone(now(), INTERVAL '2' HOUR)", "2026-11-22 14:00:00.000 +02:00"),
    ("now() AT TIME ZONE 'America/New_York' = now()", "true"),
    ("now() AT TIME ZONE 'America/New_York' < TIMESTAMP '2026-11-22 11:00:00'", "false"),
    ("now() AT TIME ZONE 'Asia/Tokyo' BETWEEN now() AND now()", "true"),
    ("now() AT TIME ZONE 'Asia/Tokyo' IN (now())", "true"),
    ("now() AT TIME ZONE 'Asia/Tokyo' IS DISTINCT FROM now()", "false"),
    ("date_trunc('day', now() AT TIME ZONE 'Asia/Tokyo') - now()", "-0 21:00:00.000"),
    ("TIMESTAMP '2026-11-22 10:00:00 America/New_York'", "2026-11-22 10:00:00 America/New_York"),
    (
        "TIMESTAMP '2026-11-22 10:00:00.5 Europe/Berlin' - TIMESTAMP '2026-11-22 09:00:00 UTC'",
        "0 00:00:00.500",
    ),
    (
        "TIMESTAMP '2026-11-01 01:30:00 America/New_York' - TIMESTAMP '2026-11-01 05:30:00 UTC'",
        "0 00:00:00.000",
    ),
    (
        "TIMESTAMP '2026-10-25 02:30:00 Europe/Berlin' - TIMESTAMP '2026-10-25 00:30:00 UTC'",
        "0 00:00:00.000",
    ),
    (
        "CAST(concat('2026-03-08 02:30', ' America/New_York') AS timestamp with time zone)",
        "2026-03-08 03:30:00.000 America/New_York",
    ),
    (
        "CAST('2026-03-29 02:30 Europe/Berlin' AS timestamp with time zone)",
        "2026-03-29 03:30:00.000 Europe/Berlin",
    ),
    ("TRY_CAST('2026-03-29 02:30 Mars/Olympus' AS timestamp with time zone)", None),
    ("CAST(now() AT TIME ZONE 'Asia/Tokyo' AS varchar)", "2026-11-22 21:00:00.000 Asia/Tokyo"),
    ("CAST(TIMESTAMP '2026-11-22 20:00:00 UTC' AT TIME ZONE 'Asia/Tokyo' AS date)", "2026-11-23"),
    (
        "CAST(TIMESTAMP '2026-11-22 20:00:00 UTC' AT TIME ZONE 'Asia/Tokyo' AS timestamp)",
        "2026-11-23 05:00:00.000",
    ),
    ("date(TIMESTAMP '2026-11-22 20:00:00 Asia/Tokyo')", "2026-11-22"),
    (
        "with_timezone(TIMESTAMP '2026-11-22 10:00:00', 'America/New_York')",
        "2026-11-22 10:00:00 America/New_York",
    ),
    (
        "with_timezone(TIMESTAMP '2026-03-08 02:30:00', 'America/New_York')",
        "2026-03-08 03:30:00 America/New_York",
    ),
    (
        "with_timezone(TIMESTAMP '2026-03-29 02:30:00', 'Europe/Berlin')",
        "2026-03-29 03:30:00 Europe/Berlin",
    ),
    # what is there twice: the summer's in the west, the winter's in the east, as in Joda-Time
    (
        "with_timezone(TIMESTAMP '2026-11-01 01:30:00', 'America/New_York') - TIMESTAMP '2026-11-01 05:30:00 UTC'",
        "0 00:00:00.000",
    ),
    (
        "with_timezone(TIMESTAMP '2026-10-25 02:30:00', 'Europe/Berlin') - TIMESTAMP '2026-10-25 01:30:00 UTC'",
        "0 00:00:00.000",
    ),
    ("with_timezone(DATE '2026-11-22', '+02:00')", "2026-11-22 00:00:00 +02:00"),
    ("timezone(now())", "UTC"),
    ("timezone(now() AT TIME ZONE 'US/Eastern')", "US/Eastern"),
    ("timezone_hour(now() AT TIME ZONE 'America/St_Johns')", "-3"),
    ("timezone_minute(now() AT TIME ZONE 'America/St_Johns')", "-30"),
    ("timezone_hour(TIMESTAMP '2026-07-01 00:00:00 America/New_York')", "-4"),
    ("extract(timezone_hour FROM TIMESTAMP '2026-01-01 00:00:00 America/New_York')", "-5"),
    ("extract(TIMEZONE_MINUTE FROM now() AT TIME ZONE 'Asia/Kolkata')", "30"),
    ("hour(now() AT TIME ZONE 'Asia/Kolkata')", "17"),
    ("day_of_week(TIMESTAMP '2026-11-22 20:00:00 UTC' AT TIME ZONE 'Asia/Tokyo')", "1"),
    ("from_unixtime(0, 'Asia/Tokyo')", "1970-01-01 09:00:00.000 Asia/Tokyo"),
    ("from_unixtime(0, -5, -30)", "1969-12-31 18:30:00.000 -05:30"),
    ("to_iso8601(now() AT TIME ZONE 'America/New_York')", "2026-11-22T07:00:00.000-05:00"),
    ("to_unixtime(now() AT TIME ZONE 'America/New_York') = to_unixtime(now())", "true"),
    (
        "last_day_of_month(TIMESTAMP '2026-11-30 20:00:00 UTC' AT TIME ZONE 'Asia/Tokyo')",
        "2026-12-31",
    ),
    # days and more are reckoned on the clocks, hours and less at the offset
    (
        "date_add('day', 1, TIMESTAMP '2026-03-07 02:30:00 America/New_York')",
        "2026-03-08 03:30:00 America/New_York",
    ),
    (
        "date_add('hour', 24, TIMESTAMP '2026-03-07 12:00:00 America/New_York')",
        "2026-03-08 13:00:00 America/New_York",
    ),
    (
        "date_add('day', 1, TIMESTAMP '2026-03-07 12:00:00 America/New_York')",
        "2026-03-08 12:00:00 America/New_York",
    ),
    (
        "date_add('month', 1, TIMESTAMP '2026-01-31 20:00:00 Asia/Tokyo')",
        "2026-02-28 20:00:00 Asia/Tokyo",
    ),
    (
        "date_diff('day', TIMESTAMP '2026-03-08 00:00:00 America/New_York', TIMESTAMP '2026-03-09 00:00:00 America/New_York')",
        "1",
    ),
    (
        "date_diff('hour', TIMESTAMP '2026-03-08 00:00:00 America/New_York', TIMESTAMP '2026-03-09 00:00:00 America/New_York')",
        "23",
    ),
    (
        "date_diff('day', TIMESTAMP '2026-11-22 20:00:00 UTC', TIMESTAMP '2026-11-24 04:00:00 Asia/Tokyo')",
        "0",
    ),
    (
        "date_diff('month', TIMESTAMP '2026-01-31 23:00:00 UTC', TIMESTAMP '2026-02-28 23:00:00 UTC')",
        "1",
    ),
    (
        "date_diff('month', TIMESTAMP '2026-02-01 08:00:00 Asia/Tokyo', TIMESTAMP '2026-02-28 23:00:00 UTC')",
        "1",
    ),
    (
        "date_trunc('day', TIMESTAMP '2026-11-01 12:00:00 America/New_York')",
        "2026-11-01 00:00:00 America/New_York",
    ),
    (
        "date_trunc('hour', TIMESTAMP '2026-11-01 06:45:00 UTC' AT TIME ZONE 'America/New_York') - TIMESTAMP '2026-11-01 06:00:00 UTC'",
        "0 00:00:00.000",
    ),
    (
        "date_trunc('day', TIMESTAMP '2026-11-22 20:00:00 UTC' AT TIME ZONE 'Asia/Tokyo')",
        "2026-11-23 00:00:00 Asia/Tokyo",
    ),
    (
        "date_add('month', 1, TIMESTAMP '2026-03-01 08:00:00 Asia/Tokyo')",
        "2026-04-01 08:00:00 Asia/Tokyo",
    ),
    (
        "TIMESTAMP '2026-03-07 12:00:00 America/New_York' + INTERVAL '1' DAY",
        "2026-03-08 13:00:00.000 America/New_York",
    ),
    ("max(now() AT TIME ZONE 'Asia/Tokyo')", "2026-11-22 21:00:00.000 Asia/Tokyo"),
]

# expression, what the message says
ERRORS: list[tuple[str, str]] = [
    ("now() AT TIME ZONE 'Mars/Olympus'", "line 1:27: 'Mars/Olympus' is not a valid time zone"),
    (
        "now() AT TIME ZONE ('UTC')",
        "syntax error",
    ),
    ("now() AT TIME ZONE INTERVAL '1' SECOND", "interval contains seconds"),
    ("now() AT TIME ZONE INTERVAL '15' HOUR", "Invalid offset minutes 900"),
    (
        "DATE '2026-01-01' AT TIME ZONE 'UTC'",
        "Type of value must be a time or timestamp with or without time zone (actual date)",
    ),
    ("at_timezone(now(), 'asia/tokyo')", "'asia/tokyo' is not a valid time zone"),
    ("at_timezone(now(), '')", "Zone id is an empty string"),
    ("with_timezone(TIMESTAMP '2026-01-01 00:00:00', 'utc')", "'utc' is not a valid time zone"),
    ("with_timezone(now(), 'UTC')", "Unexpected parameters"),
    ("from_unixtime(0, 'x')", "'x' is not a valid time zone"),
    (
        "TIMESTAMP '2026-03-08 02:30:00 America/New_York'",
        "Invalid TIMESTAMP due to daylight savings transition",
    ),
    (
        "TIMESTAMP '2026-03-08 12:30:00 America/NewYork'",
        "'America/NewYork' is not a valid time zone",
    ),
    ("TIMESTAMP '2026-03-08 12:30:00 UTC+5:30'", "'UTC+5:30' is not a valid time zone"),
    (
        "CAST('2026-03-08 12:30:00 utc' AS timestamp with time zone)",
        "Value cannot be cast to timestamp",
    ),
    # the rules of zones before 1970 are not the same everywhere
    (
        "TIMESTAMP '1969-12-31 23:00:00 UTC' AT TIME ZONE 'Asia/Tokyo'",
        "times in Asia/Tokyo are known from 1970 to 9999 only",
    ),
    (
        "TRY_CAST('0001-01-01 00:00:00 Asia/Tokyo' AS timestamp with time zone)",
        "times in Asia/Tokyo are known from 1970 to 9999 only",
    ),
    (
        "at_timezone(TIMESTAMP '9999-12-31 23:00:00 UTC', '+02:00')",
        "years 0000 to 9999 can be held",
    ),
    (
        "at_timezone(TIMESTAMP '9999-12-31 23:00:00 UTC', 'Asia/Tokyo')",
        "known from 1970 to 9999 only",
    ),
    (
        "at_timezone(from_iso8601_timestamp('0000-01-01T00:00:00Z'), '-02:00')",
        "years 0000 to 9999 can be held",
    ),
    (
        "date_trunc('year', TIMESTAMP '1970-01-01 00:00:00 UTC' AT TIME ZONE 'America/New_York')",
        "known from 1970 to 9999 only",
    ),
]


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_an_expression_has_trinos_value(expression: str, value: str | None) -> None:
    assert WORLD.value(expression) == value


@pytest.mark.parametrize(("expression", "message"), ERRORS)
def test_an_expression_is_an_error_as_in_trino(expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        WORLD.value(expression)
    assert message in str(caught.value)
