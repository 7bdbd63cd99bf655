"""Dates and times against Python's own calendar, and Joda-Time's rules for units."""

# ruff: noqa: E501 (tables of cases)
from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.functions import FUNCTIONS
from datasette_access_monitoring.sql.rules import iso8601, reckoning, times, zones
from datasette_access_monitoring.sql.udf import times as udf

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
    suffix = "Z" if offset == 0 else zones.name(zones.fixed(offset))
    written = f"{text}.{fraction}{suffix}" if digits else f"{text}{suffix}"
    kept = int(fraction[:3].ljust(3, "0")) if digits else 0
    expected = moment - moment % 1000 + kept - offset * times.MINUTE_MS
    assert times.unpack(iso8601.parse_timestamp(written)) == (expected, zones.fixed(offset))


@given(text=st.text(alphabet="0123456789-:.TZ+ ", max_size=26))
def test_the_quick_way_reads_nothing_that_the_grammar_does_not(text: str) -> None:
    try:
        expected: int | None = iso8601.parse_any_timestamp(text)
    except ValueError:
        expected = None
    try:
        found: int | None = iso8601.parse_timestamp(text)
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


@given(
    moment=MOMENTS,
    tail=st.from_regex(r"(\.[0-9]{1,10})?(Z|[+-][01][0-9]:[0-6][0-9])?", fullmatch=True),
)
def test_the_quick_way_means_what_the_grammar_means(moment: int, tail: str) -> None:
    text = times.timestamp_text(moment)[:19].replace(" ", "T") + tail
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


@given(moment=MOMENTS, unit=st.sampled_from(["second", "minute", "hour", "day", "month", "year"]))
def test_cutting_a_timestamps_text_truncates_it(moment: int, unit: str) -> None:
    text = times.timestamp_text(moment)
    quick = WORLD.rows(f"SELECT date_trunc('{unit}', TIMESTAMP '{text}')")
    assert quick == [(udf.FUNCTIONS["trino_date_trunc_timestamp", 2](unit, text),)]


@given(
    moment=MOMENTS,
    unit=st.sampled_from(["year", "month", "day", "hour", "minute", "second", "millisecond"]),
)
def test_cutting_a_timestamps_text_gives_its_fields(moment: int, unit: str) -> None:
    text = times.timestamp_text(moment)
    quick = WORLD.rows(f"SELECT {unit}(TIMESTAMP '{text}')")
    assert quick == [(udf.FUNCTIONS["trino_part_timestamp", 2](unit, text),)]


def test_no_function_drops_the_precision_of_a_timestamp() -> None:
    dropped = [
        f"{function.name}{known.text}"
        for function in FUNCTIONS.values()
        for known in function.signatures
        if known.result.base in ("timestamp", "timestamp with time zone")
        and known.result.base in [argument.base for argument in known.arguments]
        and known.rule is None
    ]
    assert dropped == []


WORLD = World(":memory:")

# expression, value as text (None is NULL)
VALUES: list[tuple[str, str | None]] = [
    # ISO 8601
    ("from_iso8601_timestamp('2026-W47-7')", "2026-11-22 00:00:00.000 UTC"),
    ("from_iso8601_timestamp('2026-W01')", "2025-12-29 00:00:00.000 UTC"),
    ("from_iso8601_timestamp('2026-w53T10:00:00+02:00')", "2026-12-28 10:00:00.000 +02:00"),
    ("from_iso8601_timestamp('2026-326T10:00Z')", "2026-11-22 10:00:00.000 UTC"),
    ("from_iso8601_timestamp('2026-1-2T3:4:5Z')", "2026-01-02 03:04:05.000 UTC"),
    ("from_iso8601_timestamp('26-1-2')", "0026-01-02 00:00:00.000 UTC"),
    ("from_iso8601_timestamp('+2026-01-02')", "2026-01-02 00:00:00.000 UTC"),
    ("from_iso8601_timestamp('T10:30')", "1970-01-01 10:30:00.000 UTC"),
    ("from_iso8601_timestamp('2026-11-22T')", "2026-11-22 00:00:00.000 UTC"),
    ("from_iso8601_timestamp('2026-11-22T+02:00')", "2026-11-22 00:00:00.000 +02:00"),
    ("from_iso8601_timestamp('2026-11-22t10:00:00z')", "2026-11-22 10:00:00.000 UTC"),
    ("from_iso8601_timestamp('2026-11-22T10.5Z')", "2026-11-22 10:30:00.000 UTC"),
    ("from_iso8601_timestamp('2026-11-22T10:30,5Z')", "2026-11-22 10:30:30.000 UTC"),
    ("from_iso8601_timestamp('2026-11-22T10:30.00001Z')", "2026-11-22 10:30:00.000 UTC"),
    ("from_iso8601_timestamp('2026-11-22T10:30:00+02:00:00')", "2026-11-22 10:30:00.000 +02:00"),
    ("from_iso8601_timestamp('2026-11-22T10:30:00-00:00')", "2026-11-22 10:30:00.000 UTC"),
    ("from_iso8601_date('2026-11')", "2026-11-01"),
    ("from_iso8601_date('2026')", "2026-01-01"),
    ("from_iso8601_date('2026-W47')", "2026-11-16"),
    ("from_iso8601_date('2026-326')", "2026-11-22"),
    ("from_iso8601_date('2024-366')", "2024-12-31"),
    ("from_iso8601_date(NULL)", None),
    # precision stays, and results are rounded to it
    ("date_trunc('day', TIMESTAMP '2026-11-22 10:34:56')", "2026-11-22 00:00:00"),
    ("date_trunc('MILLISECOND', TIMESTAMP '2026-11-22 10:34:56.7')", "2026-11-22 10:34:56.7"),
    ("date_trunc('week', TIMESTAMP '2026-11-22 10:34:56')", "2026-11-16 00:00:00"),
    (
        "date_trunc(concat('ho', 'ur'), TIMESTAMP '2026-11-22 10:34:56.789')",
        "2026-11-22 10:00:00.000",
    ),
    ("date_trunc('hour', CAST(NULL AS timestamp))", None),
    ("date_trunc(NULL, now())", None),
    ("date_add('millisecond', 600, TIMESTAMP '2026-11-22 10:34:56')", "2026-11-22 10:34:57"),
    ("date_add('millisecond', 500, TIMESTAMP '2026-11-22 10:34:56')", "2026-11-22 10:34:57"),
    ("date_add('millisecond', -500, TIMESTAMP '1960-11-22 10:34:56')", "1960-11-22 10:34:56"),
    ("date_add('millisecond', -501, TIMESTAMP '1960-11-22 10:34:56')", "1960-11-22 10:34:55"),
    (
        "date_add('millisecond', 40, TIMESTAMP '2026-11-22 10:34:56.5 UTC')",
        "2026-11-22 10:34:56.5 UTC",
    ),
    ("date_add('day', -1, TIMESTAMP '2026-11-22 10:34:56.5')", "2026-11-21 10:34:56.5"),
    ("max(TIMESTAMP '2026-11-22 10:34:56')", "2026-11-22 10:34:56"),
    ("min(TIMESTAMP '2026-11-22 10:34:56.5 UTC')", "2026-11-22 10:34:56.5 UTC"),
    (
        "greatest(TIMESTAMP '2026-11-22 10:34:56', TIMESTAMP '2026-11-22 10:34:56.5')",
        "2026-11-22 10:34:56.5",
    ),
    ("date_diff('day', DATE '2026-01-01', TIMESTAMP '2026-01-02 23:59:59.999')", "1"),
    ("date_diff('quarter', DATE '2026-01-01', NULL)", None),
    # fields
    ("week_of_year(DATE '2027-01-01')", "53"),
    ("year_of_week(DATE '2027-01-01')", "2026"),
    ("yow(TIMESTAMP '2024-12-30 00:00:00')", "2025"),
    ("day_of_month(DATE '2026-11-22')", "22"),
    ("dow(DATE '2026-11-22')", "7"),
    ("doy(DATE '2024-12-31')", "366"),
    ("millisecond(TIMESTAMP '2026-11-22 10:00:00.5')", "500"),
    ("hour(DATE '2026-11-22')", "0"),
    ("year(DATE '0001-01-01')", "1"),
    ("year(CAST(NULL AS date))", None),
    ("last_day_of_month(DATE '2024-02-10')", "2024-02-29"),
    ("last_day_of_month(DATE '1900-02-28')", "1900-02-28"),
    ("last_day_of_month(TIMESTAMP '2026-12-31 23:59:59.999')", "2026-12-31"),
    ("extract(dow FROM DATE '2026-11-22')", "7"),
    ("extract(YEAR_OF_WEEK FROM DATE '2027-01-01')", "2026"),
    ("extract(doy FROM TIMESTAMP '2026-01-01 00:00:00')", "1"),
    ("extract(day_of_month FROM now())", "22"),
    ("extract(quarter FROM now())", "4"),
    # intervals
    ("year(INTERVAL '-14' MONTH)", "-1"),
    ("month(INTERVAL '-14' MONTH)", "-2"),
    ("day(INTERVAL '36' HOUR)", "1"),
    ("hour(INTERVAL '-36' HOUR)", "-12"),
    ("minute(INTERVAL '1 02:03:04.5' DAY TO SECOND)", "3"),
    ("second(INTERVAL '1 02:03:04.5' DAY TO SECOND)", "4"),
    ("millisecond(INTERVAL '1 02:03:04.5' DAY TO SECOND)", "500"),
    ("extract(hour FROM INTERVAL '1' DAY - INTERVAL '1' HOUR)", "23"),
    ("INTERVAL '1 02:30' DAY TO MINUTE", "1 02:30:00.000"),
    ("INTERVAL '1' DAY TO SECOND", "1 00:00:00.000"),
    ("INTERVAL '1 5' DAY TO HOUR", "1 05:00:00.000"),
    ("INTERVAL '30:15' MINUTE TO SECOND", "0 00:30:15.000"),
    ("INTERVAL '-1:30:15.25' HOUR TO SECOND", "-0 01:30:15.250"),
    ("INTERVAL '90' MINUTE TO SECOND", "0 01:30:00.000"),
    ("INTERVAL '2-6' YEAR TO MONTH", "2-6"),
    ("INTERVAL '2' YEAR TO MONTH", "2-0"),
    ("-INTERVAL '2-6' YEAR TO MONTH", "-2-6"),
    ("INTERVAL '1.23456' SECOND", "0 00:00:01.234"),
    ("INTERVAL '1.' SECOND", "0 00:00:01.000"),
    ("INTERVAL - '1' DAY", "-1 00:00:00.000"),
    ("INTERVAL '1' DAY * 1.5E0", "1 12:00:00.000"),
    ("1.5 * INTERVAL '1' DAY", "1 12:00:00.000"),
    ("INTERVAL '1' DAY / 2.5E0", "0 09:36:00.000"),
    ("INTERVAL '7' MONTH * 0.5E0", "0-3"),
    ("INTERVAL '-7' MONTH * 0.5E0", "-0-3"),
    ("INTERVAL '1' DAY * CAST(NULL AS double)", None),
    ("now() + 3 * INTERVAL '1' DAY", "2026-11-25 12:00:00.000 UTC"),
    ("INTERVAL '1' HOUR + TIMESTAMP '2026-11-22 23:30:00'", "2026-11-23 00:30:00.000"),
    ("INTERVAL '1' MONTH + DATE '2026-01-31'", "2026-02-28"),
    ("TIMESTAMP '2026-11-22 10:00:00' - INTERVAL '1' YEAR", "2025-11-22 10:00:00"),
    ("to_milliseconds(INTERVAL '1' DAY - INTERVAL '1' HOUR) * 2", "165600000"),
    ("parse_duration('3.5h')", "0 03:30:00.000"),
    ("parse_duration(' 10 ms ')", "0 00:00:00.010"),
    ("parse_duration('500us')", "0 00:00:00.001"),
    ("parse_duration('499us')", "0 00:00:00.000"),
    ("parse_duration('2.25d')", "2 06:00:00.000"),
    ("human_readable_seconds(694861E0)", "1 week, 1 day, 1 hour, 1 minute, 1 second"),
    ("human_readable_seconds(-96)", "1 minute, 36 seconds"),
    ("human_readable_seconds(0.4E0)", "0 seconds"),
    # clocks and Unix time
    ("current_timestamp(0)", "2026-11-22 12:00:00 UTC"),
    ("localtimestamp", "2026-11-22 12:00:00.000"),
    ("localtimestamp(1)", "2026-11-22 12:00:00.0"),
    ("current_date", "2026-11-22"),
    ("current_timezone()", "UTC"),
    ("from_unixtime(1.5E0)", "1970-01-01 00:00:01.500 UTC"),
    ("from_unixtime(-0.0005E0)", "1970-01-01 00:00:00.000 UTC"),
    ("from_unixtime(1795341600.1235E0)", "2026-11-22 10:00:00.124 UTC"),
    ("from_unixtime(NULL)", None),
    ("to_unixtime(TIMESTAMP '1969-12-31 23:59:59.5')", "-0.5"),
    ("to_unixtime(from_unixtime(1795341600))", "1.7953416E9"),
    ("to_unixtime(DATE '1970-01-02')", "86400.0"),
    ("to_iso8601(TIMESTAMP '2026-11-22 10:00:00')", "2026-11-22T10:00:00"),
    ("to_iso8601(TIMESTAMP '2026-11-22 10:00:00.12')", "2026-11-22T10:00:00.12"),
    ("to_iso8601(now())", "2026-11-22T12:00:00.000Z"),
    ("to_iso8601(TIMESTAMP '2026-11-22 10:00:00 -05:30')", "2026-11-22T10:00:00-05:30"),
    ("to_iso8601(CAST(NULL AS date))", None),
    ("date(TIMESTAMP '2026-11-22 23:59:59')", "2026-11-22"),
    ("date('2026-1-2')", "2026-01-02"),
    ("date(NULL)", None),
]

# expression, what the message says
ERRORS: list[tuple[str, str]] = [
    ("from_iso8601_timestamp('')", 'Invalid format: ""'),
    ("from_iso8601_timestamp('2026-11-22T10:00:00.1234567890Z')", 'is malformed at "0Z"'),
    ("from_iso8601_timestamp('2026-11-22T10:00:00+15:00')", "Invalid offset minutes 900"),
    (
        "from_iso8601_timestamp('2026-11-22T10:00:00+02:00:30')",
        "Time zone not supported: +02:00:30",
    ),
    (
        "from_iso8601_timestamp('2026-11-22T10:60')",
        "Value 60 for minuteOfHour must be in the range [0,59]",
    ),
    (
        "from_iso8601_timestamp('2026-W54')",
        "Value 54 for weekOfWeekyear must be in the range [1,53]",
    ),
    (
        "from_iso8601_timestamp('2025-W53')",
        "Value 53 for weekOfWeekyear must be in the range [1,52]",
    ),
    ("from_iso8601_timestamp('2025-366')", "Value 366 for dayOfYear must be in the range [1,365]"),
    ("from_iso8601_timestamp('99999-01-01')", "years 0000 to 9999 can be held"),
    ("from_iso8601_date('2026-11-22T10:00')", 'is malformed at "T10:00"'),
    ("from_iso8601_date('٢٠٢٦')", 'Invalid format: "٢٠٢٦"'),
    ("date_add('day', 3000000000, now())", "integer overflow"),
    ("date_add('dAY', 1, DATE '9999-12-31')", "years 0000 to 9999 can be held"),
    ("date_trunc('Fortnight', DATE '2026-11-22')", "'fortnight' is not a valid DATE field"),
    ("date_trunc('', now())", "'' is not a valid Timestamp field"),
    ("DATE '2026-01-01' - INTERVAL '1' SECOND", "Cannot add hour, minutes or seconds to a date"),
    ("INTERVAL '1' DAY / 0E0", "Cannot divide by double 0.0"),
    ("INTERVAL '1' DAY * 'a'", "Cannot apply operator: interval day to second * varchar"),
    ("INTERVAL '1' DAY TO DAY", "Invalid interval qualifier: DAY to DAY"),
    ("INTERVAL '1' MONTH TO DAY", "Invalid interval qualifier: MONTH to DAY"),
    ("INTERVAL '1' SECOND TO DAY", "Invalid interval qualifier: SECOND to DAY"),
    ("INTERVAL '1 2:3' DAY", "'1 2:3' is not a valid interval literal"),
    ("INTERVAL ' 1' DAY", "' 1' is not a valid interval literal"),
    ("INTERVAL '1-2' DAY TO HOUR", "'1-2' is not a valid interval literal"),
    ("INTERVAL '123456789.12' SECOND", "'123456789.12' is not a valid interval literal"),
    ("INTERVAL '' DAY", "'' is not a valid interval literal"),
    ("INTERVAL '2147483648' DAY", "'2147483648' is not a valid interval literal"),
    ("INTERVAL '--1' DAY", "'--1' is not a valid interval literal"),
    ("INTERVAL '1' DAY TO", "after TO an interval needs its last unit"),
    ("INTERVAL '1' WEEK", "units are YEAR, MONTH, DAY, HOUR, MINUTE and SECOND"),
    ("extract(millisecond FROM now())", "Invalid EXTRACT field: MILLISECOND"),
    (
        "extract(timezone_hour FROM localtimestamp)",
        "Cannot extract TIMEZONE_HOUR from timestamp(3)",
    ),
    ("extract(hour FROM DATE '2026-01-01')", "Cannot extract HOUR from date"),
    (
        "extract(day_of_month FROM INTERVAL '1' DAY)",
        "Cannot extract DAY_OF_MONTH from interval day",
    ),
    ("extract('year' FROM now())", "write EXTRACT(field FROM value)"),
    ('extract("year" FROM now())', "write EXTRACT(field FROM value)"),
    ("extract(year, now())", "write EXTRACT(field FROM value)"),
    ("extract(", "write EXTRACT(field FROM value)"),
    ("extract(week(monday) FROM now())", "write EXTRACT(field FROM value)"),
    ("INTERVAL '1' DAY (3) TO SECOND", "write INTERVAL '1' DAY"),
    ("extract(year FROM '2026')", "Cannot extract YEAR from varchar"),
    ("year('2026')", "Unexpected parameters (varchar) for function year"),
    ("current_timestamp()", "write current_timestamp without ()"),
    ("current_timestamp(6)", "times are held to the millisecond, precision 3"),
    ("current_time", "current_time: not supported yet"),
    ("localtime", "localtime: not supported yet"),
    ("TIME '10:00:00'", "not supported"),
    ("parse_duration('1 week')", "Unknown time unit: week"),
    ("parse_duration('-1d')", "duration is not a valid data duration string: -1d"),
    ("parse_duration('')", "duration is not a valid data duration string"),
    ("human_readable_seconds(1E0 / 0E0)", "Invalid argument found: Infinity"),
    ("from_unixtime(1E300)", "years 0000 to 9999 can be held"),
    ("from_unixtime(0, 15, 0)", "Invalid offset minutes 900"),
    ("from_unixtime_nanos(1)", "function from_unixtime_nanos: not supported"),
]


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_an_expression_has_trinos_value(expression: str, value: str | None) -> None:
    assert WORLD.value(expression) == value


@pytest.mark.parametrize(("expression", "message"), ERRORS)
def test_an_expression_is_an_error_as_in_trino(expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        WORLD.value(expression)
    assert message in str(caught.value)
