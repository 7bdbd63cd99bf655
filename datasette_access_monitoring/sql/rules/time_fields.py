"""The fields of a date and time that patterns name, and the moment that parsed fields mean.

Joda-Time's rules, which Trino's reading of patterns and of ISO 8601 texts follows: fields
are set one after the other from the largest to the smallest, on 1970-01-01 00:00 (on
2000-01-01 when the largest is a month or a day), twice, so that the smallest have the last
word.  Moments are what the clocks show, read in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .reckoning import part
from .times import (
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    SECOND_MS,
    civil_from_days,
    days_from_civil,
    is_leap,
    month_length,
)

_FOREVER, _YEARS, _MONTHS, _WEEKS, _DAYS, _HALFDAYS, _HOURS, _MINUTES, _SECONDS, _MILLIS = range(10)
_WEEK_MS = 7 * DAY_MS
_HALFDAY_MS = 12 * HOUR_MS
_DEFAULT_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in Joda-Time, how long it lasts within what, and how it is set.

    ``within`` and ``unit`` are ranks, the longest first; ``put`` raises ``ValueError`` for a
    value that the field cannot have.
    """

    name: str
    within: int
    unit: int
    get: Callable[[int], int]
    put: Callable[[int, int], int]
    floor: Callable[[int], int]


def _check(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise ValueError(f"Value {value} for {name} must be in the range [{low},{high}]")


def _even(
    name: str, within: int, unit: int, size: int, low: int, count: int, start: int = 0
) -> Field:
    """A field of units that all last ``size`` milliseconds, ``count`` of them within the next."""

    def get(moment: int) -> int:
        return (moment // size + start) % count + low

    def put(moment: int, value: int) -> int:
        _check(name, value, low, low + count - 1)
        return moment + (value - get(moment)) * size

    return Field(name, within, unit, get, put, lambda moment: moment // size * size)


def _clock_hour(name: str, within: int, count: int) -> Field:
    """Hours that count from 1 and have ``count`` in the place of 0."""
    plain = _even(name, within, _HOURS, HOUR_MS, 0, count)

    def put(moment: int, value: int) -> int:
        _check(name, value, 1, count)
        return plain.put(moment, value % count)

    return Field(name, within, _HOURS, lambda m: plain.get(m) or count, put, plain.floor)


def _part(name: str) -> Callable[[int], int]:
    return lambda moment: part(name, moment)


def _put_year(moment: int, year: int) -> int:
    days, rest = divmod(moment, DAY_MS)
    before = part("year", moment)
    of_year = days - days_from_civil(before, 1, 1)
    if of_year >= 31 + 28:
        of_year += is_leap(year) - is_leap(before)
    return (days_from_civil(year, 1, 1) + of_year) * DAY_MS + rest


def _year_of_era(moment: int) -> int:
    year = part("year", moment)
    return year if year > 0 else 1 - year


def _put_year_of_era(moment: int, year: int) -> int:
    _check("yearOfEra", year, 1, 292278993)
    return _put_year(moment, year if part("year", moment) > 0 else 1 - year)


def _week_year_start(year: int) -> int:
    """The day number of the Monday of the year's first ISO week."""
    fourth = days_from_civil(year, 1, 4)
    return fourth - (fourth + 3) % 7


def _put_week_year(moment: int, year: int) -> int:
    weeks = (_week_year_start(year + 1) - _week_year_start(year)) // 7
    week = min(part("week", moment), weeks)
    day = _week_year_start(year) + (week - 1) * 7 + part("day_of_week", moment) - 1
    return day * DAY_MS + moment % DAY_MS


def _put_week(moment: int, week: int) -> int:
    year = part("year_of_week", moment)
    weeks = (_week_year_start(year + 1) - _week_year_start(year)) // 7
    _check("weekOfWeekyear", week, 1, weeks if week > 52 else 52)
    return moment + (week - part("week", moment)) * _WEEK_MS


def _put_month(moment: int, month: int) -> int:
    _check("monthOfYear", month, 1, 12)
    days, rest = divmod(moment, DAY_MS)
    year, _, day = civil_from_days(days)
    return days_from_civil(year, month, min(day, month_length(year, month))) * DAY_MS + rest


def _put_day_of_year(moment: int, day: int) -> int:
    _check("dayOfYear", day, 1, 366 if is_leap(part("year", moment)) else 365)
    return moment + (day - part("day_of_year", moment)) * DAY_MS


def _put_day(moment: int, day: int) -> int:
    year, month, before = civil_from_days(moment // DAY_MS)
    _check("dayOfMonth", day, 1, month_length(year, month))
    return moment + (day - before) * DAY_MS


def _floor_day(moment: int) -> int:
    return moment // DAY_MS * DAY_MS


def _floor_week(moment: int) -> int:
    return _floor_day(moment) - (part("day_of_week", moment) - 1) * DAY_MS


def _floor_week_year(moment: int) -> int:
    return _week_year_start(part("year_of_week", moment)) * DAY_MS


def _floor_month(moment: int) -> int:
    return _floor_day(moment) - (part("day", moment) - 1) * DAY_MS


def _floor_year(moment: int) -> int:
    return days_from_civil(part("year", moment), 1, 1) * DAY_MS


YEAR = Field("year", _FOREVER, _YEARS, _part("year"), _put_year, _floor_year)
YEAR_OF_ERA = Field("yearOfEra", _FOREVER, _YEARS, _year_of_era, _put_year_of_era, _floor_year)
WEEK_YEAR = Field(
    "weekyear", _FOREVER, _YEARS, _part("year_of_week"), _put_week_year, _floor_week_year
)
MONTH = Field("monthOfYear", _YEARS, _MONTHS, _part("month"), _put_month, _floor_month)
WEEK = Field("weekOfWeekyear", _YEARS, _WEEKS, _part("week"), _put_week, _floor_week)
DAY_OF_YEAR = Field("dayOfYear", _YEARS, _DAYS, _part("day_of_year"), _put_day_of_year, _floor_day)
DAY = Field("dayOfMonth", _MONTHS, _DAYS, _part("day"), _put_day, _floor_day)
DAY_OF_WEEK = _even("dayOfWeek", _WEEKS, _DAYS, DAY_MS, 1, 7, start=3)  # 1970 began on a Thursday
HALFDAY = _even("halfdayOfDay", _DAYS, _HALFDAYS, _HALFDAY_MS, 0, 2)
HOUR = _even("hourOfDay", _DAYS, _HOURS, HOUR_MS, 0, 24)
CLOCK_HOUR = _clock_hour("clockhourOfDay", _DAYS, 24)
HOUR_OF_HALFDAY = _even("hourOfHalfday", _HALFDAYS, _HOURS, HOUR_MS, 0, 12)
CLOCK_HOUR_OF_HALFDAY = _clock_hour("clockhourOfHalfday", _HALFDAYS, 12)
MINUTE = _even("minuteOfHour", _HOURS, _MINUTES, MINUTE_MS, 0, 60)
SECOND = _even("secondOfMinute", _MINUTES, _SECONDS, SECOND_MS, 0, 60)
SECOND_FRACTION = _even("millisOfSecond", _SECONDS, _MILLIS, 1, 0, SECOND_MS)
MINUTE_FRACTION = _even("millisOfSecond", _MINUTES, _MILLIS, 1, 0, MINUTE_MS)
HOUR_FRACTION = _even("millisOfSecond", _HOURS, _MILLIS, 1, 0, HOUR_MS)

FRACTIONS = {SECOND_MS: SECOND_FRACTION, MINUTE_MS: MINUTE_FRACTION, HOUR_MS: HOUR_FRACTION}
"""What a fraction sets, by the milliseconds of the unit that it belongs to."""


def fraction(digits: str, unit: int) -> int:
    """Milliseconds of the fraction of a unit; each digit is cut for itself, as in Joda-Time."""
    total, share = 0, unit * 10
    for digit in digits:
        share //= 10
        total += int(digit) * share
    return total // 10


def moment(values: Sequence[tuple[Field, int]]) -> int:
    """What the clocks show, given fields; raises ``ValueError`` for a value out of range."""
    ordered = sorted(values, key=lambda pair: (pair[0].within, pair[0].unit))
    if not ordered:
        return 0
    if _MONTHS <= ordered[0][0].unit <= _DAYS:
        return moment([*ordered, (YEAR, _DEFAULT_YEAR)])
    shown = 0
    for field, value in ordered:
        shown = field.floor(field.put(shown, value))
    for field, value in ordered:
        shown = field.put(shown, value)
    return ordered[-1][0].floor(shown)


def misfit(text: str, at: int) -> ValueError:
    """The error of a text that could be read up to position ``at`` only, in Joda-Time's words."""
    sample = text if len(text) <= at + 35 else f"{text[: at + 32]}..."
    message = f'Invalid format: "{sample}"'
    if at >= len(text) > 0:
        return ValueError(f"{message} is too short")
    return ValueError(message if at == 0 else f'{message} is malformed at "{sample[at:]}"')
