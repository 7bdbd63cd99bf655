"""Patterns of dates and times: MySQL's of date_format, Joda-Time's of format_datetime."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.rules import time_fields, time_formats, time_patterns, times
from datasette_access_monitoring.sql.rules.time_patterns import Shown

WORLD = World(":memory:")
EPOCH = datetime(1970, 1, 1)
MOMENTS = st.integers(times.days_from_civil(1000, 1, 1) * times.DAY_MS, 253402300799999)

SAME_IN_PYTHON = {
    "%a": "%a", "%b": "%b", "%d": "%d", "%H": "%H", "%h": "%I", "%I": "%I", "%i": "%M", "%j": "%j",
    "%M": "%B", "%m": "%m", "%p": "%p", "%s": "%S", "%S": "%S", "%T": "%H:%M:%S", "%v": "%V",
    "%W": "%A", "%x": "%G", "%Y": "%Y", "%y": "%y", "%%": "%%", "%r": "%I:%M:%S %p", "%f": "%f",
}  # fmt: skip
JODA_IN_PYTHON = {
    "yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "hh": "%I", "mm": "%M", "ss": "%S", "a": "%p",
    "EEE": "%a", "EEEE": "%A", "MMM": "%b", "MMMM": "%B", "DDD": "%j", "xxxx": "%G", "ww": "%V",
    "yy": "%y", "SSSSSS": "%f", "e": "%u",
}  # fmt: skip


def python(moment: int) -> datetime:
    return EPOCH + timedelta(milliseconds=moment)


@given(moment=MOMENTS, pattern=st.sampled_from(sorted(SAME_IN_PYTHON)))
def test_mysql_patterns_write_what_python_writes(moment: int, pattern: str) -> None:
    written = time_patterns.show(time_formats.mysql(pattern), Shown(moment))
    assert written == python(moment).strftime(SAME_IN_PYTHON[pattern])


@given(moment=MOMENTS, pattern=st.sampled_from(sorted(JODA_IN_PYTHON)))
def test_joda_patterns_write_what_python_writes(moment: int, pattern: str) -> None:
    written = time_patterns.show(time_formats.joda(pattern), Shown(moment))
    assert written == python(moment).strftime(JODA_IN_PYTHON[pattern])


@pytest.mark.parametrize(
    "pattern",
    [
        "%Y-%m-%d %H:%i:%s.%f",
        "%x-%v %a %T.%f",
        "%Y %j %r.%f",
        "%e %M %Y %l.%i.%S %p %f",
        "%W %x w%v %k:%i:%s,%f",
    ],
)
@given(moment=MOMENTS)
def test_what_a_mysql_pattern_writes_it_reads(pattern: str, moment: int) -> None:
    elements = time_formats.mysql(pattern)
    text = time_patterns.show(elements, Shown(moment))
    assert time_patterns.local_moment(text, time_patterns.read(elements, text)) == moment


@pytest.mark.parametrize(
    "pattern",
    [
        "yyyy-MM-dd'T'HH:mm:ss.SSS",
        "yyyyMMddHHmmssSSS",
        "EEEE, d MMMM yyyy K:mm:ss.SSS a",
        "xxxx-'W'ww-e k:m:s SSS",
        "yyyyDDD hhmmss.SSSa",
    ],
)
@given(moment=MOMENTS)
def test_what_a_joda_pattern_writes_it_reads(pattern: str, moment: int) -> None:
    elements = time_formats.joda(pattern)
    text = time_patterns.show(elements, Shown(moment))
    assert time_patterns.local_moment(text, time_patterns.read(elements, text)) == moment


@given(moment=MOMENTS)
def test_fields_put_back_change_nothing(moment: int) -> None:
    for field in (time_fields.YEAR, time_fields.WEEK_YEAR, time_fields.MONTH, time_fields.WEEK,
                  time_fields.DAY, time_fields.DAY_OF_YEAR, time_fields.DAY_OF_WEEK,
                  time_fields.HALFDAY, time_fields.CLOCK_HOUR, time_fields.SECOND):  # fmt: skip
        assert field.put(moment, field.get(moment)) == moment
        assert field.floor(moment) <= moment
        assert field.get(field.floor(moment)) == field.get(moment)


# expression, value as text (None is NULL)
VALUES: list[tuple[str, str | None]] = [
    ("date_format(TIMESTAMP '2026-11-22 09:05:07.120', '%f')", "120000"),
    ("date_format(TIMESTAMP '2026-11-22 00:05:07', '%h %I %l %k %H %p')", "12 12 12 0 00 AM"),
    ("date_format(TIMESTAMP '2026-11-22 12:05:07', '%r %T')", "12:05:07 PM 12:05:07"),
    ("date_format(TIMESTAMP '2026-03-02 09:05:07', '%c/%e/%y %j %a %b')", "3/2/26 061 Mon Mar"),
    ("date_format(TIMESTAMP '2027-01-01 00:00:00', '%x-W%v %Y')", "2026-W53 2027"),
    ("date_format(DATE '2026-11-22', '%Y%m%d')", "20261122"),
    ("date_format(now() AT TIME ZONE 'Asia/Tokyo', '%H:%i')", "21:00"),
    ("date_format(TIMESTAMP '2026-11-22 09:05:07', '100%% %q é%')", "100% q é"),
    ("date_format(TIMESTAMP '0005-01-02 00:00:00', '%Y')", "0005"),
    ("date_format(CAST(NULL AS timestamp), '%Y')", None),
    ("date_format(now(), NULL)", None),
    ("date_parse('2026-11-22', '%Y-%m-%d')", "2026-11-22 00:00:00.000"),
    ("date_parse('22/Nov/2026:10:34:56', '%d/%b/%Y:%H:%i:%s')", "2026-11-22 10:34:56.000"),
    ("date_parse('november 5 26', '%M %e %y')", "2026-11-05 00:00:00.000"),
    ("date_parse('70', '%y')", "1970-01-01 00:00:00.000"),
    ("date_parse('69', '%y')", "2069-01-01 00:00:00.000"),
    ("date_parse('2026-1-2 3:4', '%Y-%m-%d %H:%i')", "2026-01-02 03:04:00.000"),
    ("date_parse('12:30:00 am', '%r')", "1970-01-01 00:30:00.000"),
    ("date_parse('11-22', '%m-%d')", "2000-11-22 00:00:00.000"),
    ("date_parse('02-29', '%m-%d')", "2000-02-29 00:00:00.000"),
    ("date_parse('10:30', '%H:%i')", "1970-01-01 10:30:00.000"),
    ("date_parse('2026', '%Y')", "2026-01-01 00:00:00.000"),
    ("date_parse('2026 326', '%Y %j')", "2026-11-22 00:00:00.000"),
    ("date_parse('2026-47', '%x-%v')", "2026-11-16 00:00:00.000"),
    ("date_parse('0.123456789', '%s.%f')", "1970-01-01 00:00:00.123"),
    ("date_parse('0.5', '%s.%f')", "1970-01-01 00:00:00.500"),
    ("date_parse('Mon 2026-11-22', '%a %Y-%m-%d')", "2026-11-16 00:00:00.000"),
    ("date_parse('X2026', 'x%Y')", "2026-01-01 00:00:00.000"),
    ("date_parse(NULL, '%Y')", None),
    (
        "format_datetime(TIMESTAMP '2026-11-22 09:05:07.123', 'yyyy-MM-dd''T''HH:mm:ss.SSS')",
        "2026-11-22T09:05:07.123",
    ),
    (
        "format_datetime(TIMESTAMP '2026-11-22 09:05:07.123', 'y yy yyy yyyyy')",
        "2026 26 2026 02026",
    ),
    ("format_datetime(TIMESTAMP '2026-11-22 09:05:07.123', 'M MM MMM MMMM')", "11 11 Nov November"),
    (
        "format_datetime(TIMESTAMP '2026-11-22 09:05:07.123', 'E EEE EEEE e D')",
        "Sun Sun Sunday 7 326",
    ),
    ("format_datetime(TIMESTAMP '2026-11-22 00:05:07.123', 'H k K h a')", "0 24 0 12 AM"),
    ("format_datetime(TIMESTAMP '2026-11-22 09:05:07.123', 'S SS SSS SSSSS')", "1 12 123 12300"),
    ("format_datetime(TIMESTAMP '2027-01-01 00:00:00', 'xxxx-ww')", "2026-53"),
    (
        "format_datetime(TIMESTAMP '2026-11-22 09:05:07', 'h ''o''''clock'' a, ''Zulu')",
        "9 o'clock AM, Zulu",
    ),
    ("format_datetime(DATE '2026-11-22', 'yyyy/MM/dd')", "2026/11/22"),
    (
        "format_datetime(now(), 'Z ZZ ZZZ z zzzz')",
        "+0000 +00:00 UTC UTC Coordinated Universal Time",
    ),
    (
        "format_datetime(now() AT TIME ZONE 'America/New_York', 'HH:mm Z ZZ ZZZ')",
        "07:00 -0500 -05:00 America/New_York",
    ),
    (
        "format_datetime(now() AT TIME ZONE '+05:30', 'HH:mm Z ZZ ZZZ z')",
        "17:30 +0530 +05:30 +05:30 +05:30",
    ),
    ("format_datetime(CAST(NULL AS timestamp), 'yyyy')", None),
    ("format_datetime(now(), CAST(NULL AS varchar))", None),
    ("parse_datetime('2026-11-22 10:00', 'yyyy-MM-dd HH:mm')", "2026-11-22 10:00:00.000 UTC"),
    (
        "parse_datetime('2026-11-22 10:00 +02:00', 'yyyy-MM-dd HH:mm Z')",
        "2026-11-22 10:00:00.000 +02:00",
    ),
    (
        "parse_datetime('2026-11-22 10:00 -0530', 'yyyy-MM-dd HH:mm ZZ')",
        "2026-11-22 10:00:00.000 -05:30",
    ),
    ("parse_datetime('2026-11-22 10:00Z', 'yyyy-MM-dd HH:mmZ')", "2026-11-22 10:00:00.000 UTC"),
    (
        "parse_datetime('2026-11-22 10:00 +02', 'yyyy-MM-dd HH:mm Z')",
        "2026-11-22 10:00:00.000 +02:00",
    ),
    (
        "parse_datetime('2026-11-22 10:00 Europe/Berlin', 'yyyy-MM-dd HH:mm ZZZ')",
        "2026-11-22 10:00:00.000 Europe/Berlin",
    ),
    (
        "parse_datetime('2026-07-01 10:00 EST', 'yyyy-MM-dd HH:mm z')",
        "2026-07-01 10:00:00.000 America/New_York",
    ),
    ("parse_datetime('2026-07-01 10:00 GMT', 'yyyy-MM-dd HH:mm z')", "2026-07-01 10:00:00.000 UTC"),
    ("parse_datetime('20261122T1005', 'yyyyMMdd''T''HHmm')", "2026-11-22 10:05:00.000 UTC"),
    ("parse_datetime('SUN, 22 nov 2026', 'EEE, d MMM yyyy')", "2026-11-22 00:00:00.000 UTC"),
    ("parse_datetime('10:00 PM', 'hh:mm a')", "1970-01-01 22:00:00.000 UTC"),
    ("parse_datetime('24:00', 'kk:mm')", "1970-01-01 00:00:00.000 UTC"),
    ("parse_datetime(NULL, 'yyyy')", None),
]

# expression, what the message says
ERRORS: list[tuple[str, str]] = [
    *(
        (f"date_format(now(), '%{letter}')", f"%{letter} not supported in date format string")
        for letter in "DUuVXw"
    ),
    ("date_format(now(), '')", "Both printing and parsing not supported"),
    ("date_parse('2026-02-30', '%Y-%m-%d')", "Value 30 for dayOfMonth must be in the range [1,28]"),
    (
        "date_parse('2026-13-01', '%Y-%m-%d')",
        "Value 13 for monthOfYear must be in the range [1,12]",
    ),
    ("date_parse('2025 366', '%Y %j')", "Value 366 for dayOfYear must be in the range [1,365]"),
    ("date_parse('25:00', '%H:%i')", "Value 25 for hourOfDay must be in the range [0,23]"),
    ("date_parse('0 AM', '%l %p')", "Value 0 for clockhourOfHalfday must be in the range [1,12]"),
    ("date_parse('2026', '%Y-%m')", 'Invalid format: "2026" is too short'),
    (
        "date_parse('2026-11-22 10', '%Y-%m-%d')",
        'Invalid format: "2026-11-22 10" is malformed at " 10"',
    ),
    ("date_parse('20261122', '%Y-%m')", 'is malformed at "1122"'),
    ("date_parse('x', '%Y')", 'Invalid format: "x"'),
    ("date_parse('٢٠٢٦', '%Y')", 'Invalid format: "٢٠٢٦"'),
    ("date_parse('', '%Y')", 'Invalid format: ""'),
    ("date_parse('-5', '%Y')", "years 0000 to 9999 can be held"),
    ("format_datetime(now(), '')", "Invalid pattern specification"),
    ("format_datetime(now(), 'b')", "Illegal pattern component: b"),
    ("format_datetime(now(), 'yyyyTHH')", "Illegal pattern component: T"),
    ("format_datetime(now(), 'G')", "G in a pattern: not supported"),
    ("format_datetime(now(), 'yyyyyyyyyy')", "yyyyyyyyyy in a pattern: not supported"),
    ("format_datetime(localtimestamp, 'yyyy Z')", "cannot use 'Z' nor 'z' in format"),
    (
        "format_datetime(now() AT TIME ZONE 'Asia/Tokyo', 'z')",
        "the name of Asia/Tokyo in words: not supported",
    ),
    ("parse_datetime('2026-11-22', 'yyyy-MM-dd zzzz')", "is too short"),
    ("parse_datetime('2026 Pacific Time', 'yyyy zzzz')", "Parsing not supported"),
    ("parse_datetime('-0001', 'yyyyMM')", 'Invalid format: "-0001" is too short'),
    ("parse_datetime('26', 'yy')", "years of two digits depends on today"),
    (
        "parse_datetime('2026-03-08 02:30 EST', 'yyyy-MM-dd HH:mm z')",
        "Illegal instant due to time zone offset transition (America/New_York)",
    ),
    ("parse_datetime('2026 +15:00', 'yyyy Z')", "Invalid offset minutes 900"),
    ("parse_datetime('2026 +02:00:30', 'yyyy Z')", "Time zone not supported"),
    ("parse_datetime('2026 GMT', 'yyyy ZZZ')", "reading the time zone 'GMT': not supported"),
    ("parse_datetime('2026 x', 'yyyy z')", 'is malformed at "x"'),
]


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_an_expression_has_trinos_value(expression: str, value: str | None) -> None:
    assert WORLD.value(expression) == value


@pytest.mark.parametrize(("expression", "message"), ERRORS)
def test_an_expression_is_an_error_as_in_trino(expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        WORLD.value(expression)
    assert message in str(caught.value)


def test_an_unclosed_quote_goes_to_the_end() -> None:
    assert WORLD.value("format_datetime(now(), 'yyyy''T''HH''Z')") == "2026T12Z"
    assert (
        WORLD.value("parse_datetime('2026T10Z', 'yyyy''T''HH''Z')") == "2026-01-01 10:00:00.000 UTC"
    )


def test_long_patterns_are_refused() -> None:
    with pytest.raises(QueryError, match="a pattern of more than 1000 characters"):
        WORLD.value(f"date_format(now(), '{'x' * 1001}')")
