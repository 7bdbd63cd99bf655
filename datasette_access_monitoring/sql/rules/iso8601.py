"""ISO 8601 texts as Trino reads them: Joda-Time's ``dateTimeParser`` and ``dateElementParser``.

Years may have a sign and one to nine digits, other fields may lack their leading zeros;
week dates and days of the year are dates too; a time may lack its end, and its last unit
may have a fraction of one to nine digits.
"""

from __future__ import annotations

import re
from functools import lru_cache

from . import time_fields, times, zones
from .times import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, NotSupportedValue

_DATE = (
    r"(?:(?P<week_year>[+-]?[0-9]{1,9})-[Ww](?P<week>[0-9]{1,2})(?:-(?P<week_day>[0-9]))?"
    r"|(?P<of_year>[+-]?[0-9]{1,9})-(?P<day_of_year>[0-9]{3})"
    r"|(?P<year>[+-]?[0-9]{1,9})(?:-(?P<month>[0-9]{1,2})(?:-(?P<day>[0-9]{1,2}))?)?)"
)
_TIME = (
    r"(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{1,2})(?::(?P<second>[0-9]{1,2}))?)?"
    r"(?:[.,](?P<fraction>[0-9]{1,9}))?"
)
_OFFSET = (
    r"(?P<zone>[Zz]|[+-](?:[0-9]{2}(?::[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,3})?)?)?"
    r"|[0-9]{4}(?:[0-9]{2}(?:[0-9]{1,3})?)?))"
)
_DATE_TEXT = re.compile(_DATE)
_TEXT = re.compile(rf"(?:{_DATE}(?:[Tt](?:{_TIME})?{_OFFSET}?)?)")
_TIME_TEXT = re.compile(rf"[Tt]{_TIME}{_OFFSET}?")
_LONGEST = 100

_FIELDS = {
    "week_year": time_fields.WEEK_YEAR, "week": time_fields.WEEK,
    "week_day": time_fields.DAY_OF_WEEK, "of_year": time_fields.YEAR,
    "day_of_year": time_fields.DAY_OF_YEAR, "year": time_fields.YEAR, "month": time_fields.MONTH,
    "day": time_fields.DAY, "hour": time_fields.HOUR, "minute": time_fields.MINUTE,
    "second": time_fields.SECOND,
}  # fmt: skip


def parse_timestamp(text: str) -> int:
    """The packed timestamp with time zone that a text means; UTC without an offset.

    A fraction is cut to milliseconds.  Raises ``ValueError``.
    """
    # Audit logs write one form, in UTC, and the same days and minutes over and over: looking
    # up their pieces takes a small part of the time that the whole grammar does.
    tail = text[19:]
    day, minute = _day_piece(text[:10]), _minute_piece(text[10:17])
    second = _SECOND_PIECES.get(text[17:19])
    fraction = 0 if tail == "Z" else _tail_piece(tail) if len(tail) < _LONGEST else None
    if day is None or minute is None or second is None or fraction is None:
        return parse_any_timestamp(text)
    return (day + minute + second + fraction) << times.ZONE_BITS  # four digits are in range


_SECOND_PIECES = {f"{second:02}": second * SECOND_MS for second in range(60)}


@lru_cache(maxsize=1024)
def _day_piece(text: str) -> int | None:
    """Milliseconds of ``YYYY-MM-DD``, or ``None`` for anything else."""
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    if not 1 <= month <= 12 or not 1 <= day <= times.month_length(year, month):
        return None
    return times.days_from_civil(year, month, day) * DAY_MS


@lru_cache(maxsize=2048)
def _minute_piece(text: str) -> int | None:
    """Milliseconds of ``THH:MM:``, or ``None`` for anything else."""
    match = re.fullmatch(r"T([01][0-9]|2[0-3]):([0-5][0-9]):", text)
    return None if match is None else int(match[1]) * HOUR_MS + int(match[2]) * MINUTE_MS


@lru_cache(maxsize=4096)
def _tail_piece(text: str) -> int | None:
    """Whole milliseconds of ``.fffZ``, or ``None`` for anything else."""
    match = re.fullmatch(r"\.([0-9]{1,9})Z", text)
    return None if match is None else int(match[1][:3].ljust(3, "0"))


def parse_any_timestamp(text: str) -> int:
    """The whole grammar of ``parse_timestamp``."""
    match = _matched(text, _TEXT) or _matched(text, _TIME_TEXT)
    if match is None:
        raise _invalid(text, _TEXT, _TIME_TEXT)
    parts = match.groupdict()
    shown = _moment(text, parts)
    if parts["zone"] is None:
        return times.pack(shown)
    ahead = _offset(text, parts["zone"])
    return zones.pack(shown - ahead * MINUTE_MS, zones.fixed(ahead))


def parse_date(text: str) -> int:
    """The day number of a date as ISO 8601 writes it; raises ``ValueError``."""
    match = _matched(text, _DATE_TEXT)
    if match is None:
        raise _invalid(text, _DATE_TEXT)
    return _moment(text, match.groupdict()) // DAY_MS


def _matched(text: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    return pattern.fullmatch(text) if len(text) <= _LONGEST else None


def _invalid(text: str, *patterns: re.Pattern[str]) -> ValueError:
    found = [pattern.match(text) for pattern in patterns]
    return time_fields.misfit(text, max((match.end() for match in found if match), default=0))


def _moment(text: str, parts: dict[str, str | None]) -> int:
    """What the clocks show."""
    fields = [
        (_FIELDS[name], int(value))
        for name, value in parts.items()
        if value is not None and name in _FIELDS
    ]
    digits = parts.get("fraction")
    if digits is not None:
        unit = SECOND_MS if parts["second"] else MINUTE_MS if parts["minute"] else HOUR_MS
        fields.append((time_fields.FRACTIONS[unit], time_fields.fraction(digits, unit)))
    try:
        return time_fields.moment(fields)
    except NotSupportedValue:
        raise
    except ValueError as error:
        raise ValueError(f'Cannot parse "{text}": {error}') from error


def _offset(text: str, zone: str) -> int:
    """Minutes east of UTC; Trino has no zone with seconds."""
    if zone in "Zz":
        return 0
    digits = re.sub("[^0-9]", "", zone).ljust(9, "0")
    hours, minutes, rest = int(digits[:2]), int(digits[2:4]), digits[4:]
    if hours > 23 or minutes > 59 or int(rest[:2]) > 59:
        raise time_fields.misfit(text, len(text) - len(zone))
    if int(rest):
        raise ValueError(f"Time zone not supported: {zone}")
    return -(hours * 60 + minutes) if zone[0] == "-" else hours * 60 + minutes
