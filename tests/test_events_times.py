"""Times as logs write them, against the standard library's calendar."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_access_monitoring.events.times import FIRST_MS, LAST_MS, parse_time, utc_date

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2024-03-20T12:12:03.374Z", 1710936723374),
        ("2024-03-20T12:12:03Z", 1710936723000),
        ("2024-03-20T12:12:03.1Z", 1710936723100),
        ("2024-03-20T12:12:03.999999999Z", 1710936723999),
        ("2024-03-20T14:12:03+02:00", 1710936723000),
        ("2024-03-20T00:42:03-11:30", 1710936723000),
        ("2024-03-20T14:12:03+0200", 1710936723000),
        ("2024-03-20t12:12:03z", 1710936723000),
        ("2023-09-18 00:00:00", 1694995200000),
        ("2023-09-18 00:00:00.25", 1694995200250),
        ("2247-12-31T23:59:59.999Z", LAST_MS),
        ("1969-12-31T23:59:59.999Z", FIRST_MS - 1),
    ],
)
def test_readable_times(text, expected):
    assert parse_time(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "now", "2024-03-20", "2024-02-30T00:00:00Z", "2024-13-01T00:00:00Z",
     "0000-01-01T00:00:00Z",
     "2024-03-20T24:00:00Z", "2024-03-20T12:60:00Z", "2024-03-20T12:12:60Z", "2024-03-20T12:12Z",
     "2024-03-20T12:12:03.Z", "2024-03-20T12:12:03.1234567890Z", "2024-03-20T12:12:03+24:00",
     "2024-03-20T12:12:03+02:60", "2024-03-20T12:12:03Z ", " 2024-03-20T12:12:03Z", "1710936723",
     "٢٠٢٤-03-20T12:12:03Z", "2024-03-20T12:12:03Z\n"],
)  # fmt: skip
def test_unreadable_times(text):
    with pytest.raises(ValueError, match=r"no such|not an RFC 3339|month|day|year"):
        parse_time(text)


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2247, 12, 30)),
    st.integers(-23 * 60, 23 * 60),
)
def test_every_offset_names_the_same_moment(moment, minutes):
    zone = timezone(timedelta(minutes=minutes))
    aware = moment.replace(tzinfo=timezone.utc)
    text = aware.astimezone(zone).isoformat(timespec="microseconds")
    expected = (aware - EPOCH) // timedelta(milliseconds=1)
    assert parse_time(text) == expected
    assert utc_date(expected) == aware.date().isoformat()
