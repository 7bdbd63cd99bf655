"""Dates and timestamps as whole numbers: reading, writing and reckoning with them.

Pure arithmetic on the proleptic Gregorian calendar, so that year 1 and year 0 work.  A day
is a number of days since 1970-01-01; a moment is milliseconds since then.  A timestamp with
time zone is packed like Trino's: ``moment << 12 | zone``; ``zones`` knows the zones.
"""

from __future__ import annotations

import re

SECOND_MS = 1000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

ZONE_BITS = 12
_ZONE_MASK = (1 << ZONE_BITS) - 1
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
        raise _out_of_range()
    year, month, day = civil_from_days(days)
    return f"{year:04}-{month:02}-{day:02}"


def _out_of_range() -> NotSupportedValue:
    return NotSupportedValue("the date is out of range: years 0000 to 9999 can be held")


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


_DATE = re.compile(r"([+-]?[0-9]{1,9})-([0-9]{1,2})-([0-9]{1,2})")
_TIMESTAMP = re.compile(
    r"([+-]?[0-9]{4,9})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?: (?:([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]+))?)?)?"
    r"[ \t\n\x0b\f\r]*([^\n\r\x85\u2028\u2029]+)?)?"
)
_MOST_DIGITS = 12


def parse_date(text: str) -> int:
    """The day number of ``YYYY-MM-DD``, leading zeros or not; raises ``ValueError``."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:100]!r} is no date")
    days = day_number(*(int(part) for part in match.groups()))
    date_text(days)
    return days


def parse_timestamp(text: str, precision: int = 3) -> tuple[int, str | None]:
    """The moment of ``YYYY-MM-DD [HH:MM[:SS[.fraction]]] [zone]`` read in UTC, and the zone's text.

    The fraction is rounded to ``precision`` digits (0 to 3), half up.  Raises ``ValueError``.
    The grammar is that of Trino's ``DateTimes``.
    """
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:100]!r} is no timestamp")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    days = day_number(int(year), int(month), int(day))
    clock = (int(hour or 0), int(minute or 0), int(second or 0))
    if clock[0] > 23 or clock[1] > 59 or clock[2] > 59:
        raise ValueError(f"{text[:100]!r} is no timestamp")
    digits = fraction or "0"
    if len(digits) - precision > _MOST_DIGITS:
        raise ValueError(f"{text[:100]!r} has too many digits")
    cut = 10 ** max(0, len(digits) - precision)
    milli = (int(digits) + cut // 2) // cut * cut * 1000 // 10 ** len(digits)
    moment = days * DAY_MS + clock[0] * HOUR_MS + clock[1] * MINUTE_MS + clock[2] * SECOND_MS
    return moment + milli, zone


def rounded(moment: int, precision: int) -> int:
    """The moment with ``precision`` digits (0 to 3) of its fraction, half up as in Trino."""
    factor = (1000, 100, 10, 1)[precision]
    return (moment + factor // 2) // factor * factor


def pack(moment: int, zone: int = 0) -> int:
    """A timestamp with time zone as one integer; ``zone`` is an id of ``zones``, 0 is UTC.

    Raises ``NotSupportedValue`` outside of years 0 to 9999.
    """
    if not _FIRST_DAY <= moment // DAY_MS <= _LAST_DAY:
        raise _out_of_range()
    return moment << ZONE_BITS | zone


def unpack(packed: int) -> tuple[int, int]:
    """The moment, and the id of the zone."""
    return packed >> ZONE_BITS, packed & _ZONE_MASK
