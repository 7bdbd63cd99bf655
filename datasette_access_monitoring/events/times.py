"""Times as audit logs write them, to milliseconds since 1970-01-01 UTC and back to dates.

Nothing here knows the current time; a query's "now" belongs to ``sql``.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

FIRST_MS = 0
"""1970-01-01T00:00:00Z, the earliest event time that can be stored."""

LAST_MS = (date(2248, 1, 1) - date(1970, 1, 1)).days * 86_400_000 - 1
"""2247-12-31T23:59:59.999Z, the latest: an event's 64-bit id holds 43 bits of time."""

_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d\d):?(\d\d))?",
    re.ASCII,
)


def parse_time(text: str) -> int:
    """Milliseconds since 1970-01-01 UTC of an RFC 3339 time; finer digits are cut off.

    Takes 0 to 9 fraction digits, an offset or ``Z``, and ``2023-09-18 00:00:00``, where no
    zone means UTC.  Raises ``ValueError`` for anything else and for dates that do not exist.
    """
    fraction = text[20:23]
    # As nearly all are written; a log has many events in one second.
    if (
        len(text) == 24
        and text[19] + text[23] == ".Z"
        and fraction.isascii()
        and fraction.isdigit()
    ):
        return _milliseconds(text[:19]) + int(fraction)
    return _milliseconds(text)


@lru_cache(maxsize=4096)
def _milliseconds(text: str) -> int:
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError("not an RFC 3339 time")
    day, hour, minute, second, fraction, _, sign, offset_hours, offset_minutes = match.groups()
    if hour > "23" or minute > "59" or second > "59":
        raise ValueError("no such time of day")
    seconds = _days(day) * 86_400 + int(hour) * 3600 + int(minute) * 60 + int(second)
    if sign:
        if offset_hours > "23" or offset_minutes > "59":
            raise ValueError("no such offset from UTC")
        offset = int(offset_hours) * 3600 + int(offset_minutes) * 60
        seconds += offset if sign == "-" else -offset
    return seconds * 1000 + (int((fraction + "00")[:3]) if fraction else 0)


def parse_moment(text: str) -> int:
    """Milliseconds since 1970-01-01 UTC of a time that a person names.

    A time as ``parse_time`` reads it, or a day (``2026-11-22``), which means its end.  Raises
    ``ValueError`` for anything else.
    """
    whole_day = re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII)
    return parse_time(f"{text}T23:59:59.999Z" if whole_day else text)


@lru_cache(maxsize=4096)
def _days(text: str) -> int:
    return date.fromisoformat(text).toordinal() - 719_163  # the ordinal of 1970-01-01


@lru_cache(maxsize=4096)
def _date_of_day(day: int) -> str:
    return date.fromordinal(day + 719_163).isoformat()


def utc_date(time_ms: int) -> str:
    """The UTC day, ``YYYY-MM-DD``, of a time in milliseconds since 1970-01-01 UTC."""
    return _date_of_day(time_ms // 86_400_000)


def rfc3339(time_ms: int) -> str:
    """A time in milliseconds since 1970-01-01 UTC as Teleport writes it: UTC, milliseconds, Z."""
    moment = datetime(1970, 1, 1) + timedelta(milliseconds=time_ms)
    return moment.isoformat("T", "milliseconds") + "Z"
