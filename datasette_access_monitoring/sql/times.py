"""Dates, timestamps and zones as whole numbers: reading, writing and reckoning with them.

Pure arithmetic on the proleptic Gregorian calendar, so that year 1 and year 0 work.  A day
is a number of days since 1970-01-01; a moment is milliseconds since then.  A timestamp with
time zone is packed like Trino's: ``moment << 12 | zone``; zone 0 is UTC, others are a fixed
offset in minutes plus 841.
"""

from __future__ import annotations

import re
from functools import lru_cache

SECOND_MS = 1000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

_ZONE_BITS = 12
_ZONE_MASK = (1 << _ZONE_BITS) - 1
_ZONE_BASE = 841
_MAX_OFFSET = 14 * 60
_FIRST_DAY = -719528  # 0000-01-01
_LAST_DAY = 2932896  # 9999-12-31


class NotSupportedValue(ValueError):
    """A value that Trino reads and we do not: an error even where TRY_CAST would give NULL."""


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date that exists."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


def civil_from_days(days: int) -> tuple[int, int, int]:
    """Year, month and day of a day number."""
    era, of_era = divmod(days + 719468, 146097)
    years = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * years + years // 4 - years // 100)
    shifted = (5 * of_year + 2) // 153
    day = of_year - (153 * shifted + 2) // 5 + 1
    month = shifted + 3 if shifted < 10 else shifted - 9
    return years + era * 400 + (month <= 2), month, day


def is_leap(year: int) -> bool:
    """Whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """How many days the month has."""
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def day_number(year: int, month: int, day: int) -> int:
    """The day number of a date as written; raises ``ValueError`` if there is no such day."""
    if not 1 <= month <= 12 or not 1 <= day <= month_length(year, month):
        raise ValueError(f"there is no day {year:04}-{month:02}-{day:02}")
    return days_from_civil(year, month, day)


def date_text(days: int) -> str:
    """``YYYY-MM-DD``; raises ``NotSupportedValue`` outside of years 0 to 9999."""
    if not _FIRST_DAY <= days <= _LAST_DAY:
        raise NotSupportedValue("the date is out of range: years 0000 to 9999 can be held")
    year, month, day = civil_from_days(days)
    return f"{year:04}-{month:02}-{day:02}"


def timestamp_text(moment: int, precision: int = 3) -> str:
    """``YYYY-MM-DD HH:MM:SS.mmm`` in UTC, with ``precision`` digits of the fraction (0 to 3)."""
    days, rest = divmod(moment, DAY_MS)
    hour, rest = divmod(rest, HOUR_MS)
    minute, rest = divmod(rest, MINUTE_MS)
    second, milli = divmod(rest, SECOND_MS)
    text = f"{date_text(days)} {hour:02}:{minute:02}:{second:02}.{milli:03}"
    return text[: 20 + precision] if precision else text[:19]


def moment_of_date(text: str) -> int:
    """The moment at which a date, in the form that SQLite holds, begins in UTC."""
    return days_from_civil(int(text[:4]), int(text[5:7]), int(text[8:10])) * DAY_MS


def moment_of_timestamp(text: str) -> int:
    """The moment of a timestamp in the form that SQLite holds."""
    return (
        moment_of_date(text)
        + int(text[11:13]) * HOUR_MS
        + int(text[14:16]) * MINUTE_MS
        + int(text[17:19]) * SECOND_MS
        + int(text[20:23])
    )


_DATE = re.compile(r"([0-9]{4,})-([0-9]{1,2})-([0-9]{1,2})")
_TIMESTAMP = re.compile(
    r"([0-9]{4,})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?: ([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]{1,12}))?)?)?(?: ?(\S.*))?"
)


def parse_date(text: str) -> int:
    """The day number of ``YYYY-MM-DD``; raises ``ValueError``."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no date")
    days = day_number(*(int(part) for part in match.groups()))
    date_text(days)
    return days


def parse_timestamp(text: str) -> tuple[int, str | None]:
    """The moment of ``YYYY-MM-DD [HH:MM[:SS[.fraction]]] [zone]`` read in UTC, and the zone's text.

    A fraction of more than three digits is rounded, as Trino's CAST does.  Raises ``ValueError``.
    """
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no timestamp")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    days = day_number(int(year), int(month), int(day))
    clock = (int(hour or 0), int(minute or 0), int(second or 0))
    if clock[0] > 23 or clock[1] > 59 or clock[2] > 59:
        raise ValueError(f"{text!r} is no timestamp")
    digits = fraction or "0"
    milli = (int(digits) * 1000 * 2 + 10 ** len(digits)) // (2 * 10 ** len(digits))
    moment = days * DAY_MS + clock[0] * HOUR_MS + clock[1] * MINUTE_MS + clock[2] * SECOND_MS
    return moment + milli, zone


_ISO = re.compile(
    r"(?:([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?)"
    r"(?:T(?:([0-9]{2})(?::([0-9]{2})(?::([0-9]{2}))?)?(?:[.,]([0-9]+))?)?"
    r"(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)


def parse_iso8601(text: str) -> int:
    """The packed timestamp with time zone that an ISO 8601 text means; UTC without an offset.

    A fraction is cut to milliseconds and belongs to the last unit written (Joda-Time's rule,
    which Trino uses).  Week dates and day-of-year dates are not read.  Raises ``ValueError``.
    """
    # Audit logs write one form, and the same days and minutes over and over: looking up
    # their pieces takes a quarter of the time that the whole grammar does.
    tail = text[19:]
    day, minute = _day_piece(text[:10]), _minute_piece(text[10:17])
    second = _SECOND_PIECES.get(text[17:19])
    fraction = 0 if tail == "Z" else _fraction_piece(tail)
    if day is None or minute is None or second is None or fraction is None:
        return _parse_any_iso8601(text)
    return (day + minute + second + fraction) << _ZONE_BITS


_SECOND_PIECES = {f"{second:02}": second * SECOND_MS for second in range(60)}


@lru_cache(maxsize=1024)
def _day_piece(text: str) -> int | None:
    """Milliseconds of ``YYYY-MM-DD``, or ``None`` for anything else."""
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    if not 1 <= month <= 12 or not 1 <= day <= month_length(year, month):
        return None
    return days_from_civil(year, month, day) * DAY_MS


@lru_cache(maxsize=2048)
def _minute_piece(text: str) -> int | None:
    """Milliseconds of ``THH:MM:``, or ``None`` for anything else."""
    match = re.fullmatch(r"T([01][0-9]|2[0-3]):([0-5][0-9]):", text)
    return None if match is None else int(match[1]) * HOUR_MS + int(match[2]) * MINUTE_MS


@lru_cache(maxsize=2048)
def _fraction_piece(text: str) -> int | None:
    """Whole milliseconds of ``.fffZ``, or ``None`` for anything else."""
    match = re.fullmatch(r"\.([0-9]+)Z", text)
    return None if match is None else int(match[1][:3].ljust(3, "0"))


_LONGEST_ISO = 100


def _parse_any_iso8601(text: str) -> int:
    """The whole grammar of ``parse_iso8601``."""
    match = _ISO.fullmatch(text) if len(text) <= _LONGEST_ISO else None
    if match is None:
        raise ValueError(f"Invalid format: {text[:100]!r} is no ISO 8601 timestamp")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    if fraction is not None and hour is None:
        raise ValueError(f"Invalid format: {text!r} is no ISO 8601 timestamp")
    days = day_number(int(year), int(month or 1), int(day or 1))
    clock = (int(hour or 0), int(minute or 0), int(second or 0))
    if clock[0] > 23 or clock[1] > 59 or clock[2] > 59:
        raise ValueError(f"Invalid format: {text!r} has no such time of day")
    moment = days * DAY_MS + clock[0] * HOUR_MS + clock[1] * MINUTE_MS + clock[2] * SECOND_MS
    if fraction is not None:
        unit = SECOND_MS if second else MINUTE_MS if minute else HOUR_MS
        moment += int(fraction) * unit // 10 ** len(fraction)
    minutes = 0 if zone is None else parse_offset(zone)
    return pack(moment - minutes * MINUTE_MS, minutes)


def parse_offset(text: str) -> int:
    """Minutes east of UTC: ``Z``, ``UTC``, ``+HH:MM``, ``+HHMM``, ``+HH``, or ``ValueError``."""
    if text in ("Z", "UTC"):
        return 0
    match = re.fullmatch(r"([+-])([0-9]{2})(?::?([0-9]{2}))?", text)
    if match is None:
        raise NotSupportedValue(f"time zone {text!r} is not supported yet: write UTC or +HH:MM")
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    if minutes > _MAX_OFFSET or int(match[3] or 0) > 59:
        raise ValueError(f"time zone offset {text} is out of range")
    return -minutes if match[1] == "-" else minutes


def pack(moment: int, offset: int = 0) -> int:
    """A timestamp with time zone as one integer."""
    return moment << _ZONE_BITS | (offset + _ZONE_BASE if offset else 0)


def unpack(packed: int) -> tuple[int, int]:
    """The moment, and the zone's offset from UTC in minutes."""
    zone = packed & _ZONE_MASK
    return packed >> _ZONE_BITS, zone - _ZONE_BASE if zone else 0


def local_moment(packed: int) -> int:
    """What the clocks of the value's zone show, as a moment read in UTC."""
    moment, offset = unpack(packed)
    return moment + offset * MINUTE_MS


def zone_name(offset: int) -> str:
    """``UTC`` or ``+HH:MM``."""
    if offset == 0:
        return "UTC"
    hours, minutes = divmod(abs(offset), 60)
    return f"{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}"


def zoned_text(packed: int, precision: int = 3) -> str:
    """``YYYY-MM-DD HH:MM:SS.mmm UTC``: the clocks of the value's own zone, and its name."""
    _, offset = unpack(packed)
    return f"{timestamp_text(local_moment(packed), precision)} {zone_name(offset)}"
