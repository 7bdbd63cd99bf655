"""Units of time: truncating, adding, differences and parts, by Joda-Time's rules as in Trino.

Everything is reckoned on moments read in UTC; a value with a zone is moved to its zone's
clocks first, by its caller.  Units are given in any case, as in a query.
"""

from __future__ import annotations

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

_FIXED = {
    "millisecond": 1, "second": SECOND_MS, "minute": MINUTE_MS, "hour": HOUR_MS, "day": DAY_MS,
    "week": 7 * DAY_MS,
}  # fmt: skip
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_OF_A_DATE = ("day", "week", "month", "quarter", "year")
_FEBRUARY_29 = (31 + 28) * DAY_MS  # counted from the beginning of a year


def check_date_unit(unit: str) -> str:
    """The unit in lower case; raises ``ValueError`` for one that a date does not have."""
    if unit.lower() not in _OF_A_DATE:
        raise ValueError(f"'{unit.lower()[:100]}' is not a valid DATE field")
    return unit.lower()


def check_unit(unit: str) -> str:
    """The unit in lower case; raises ``ValueError`` for one that a timestamp does not have."""
    if unit.lower() not in _FIXED and unit.lower() not in _MONTHS:
        raise ValueError(f"'{unit.lower()[:100]}' is not a valid Timestamp field")
    return unit.lower()


def truncate(unit: str, moment: int) -> int:
    """The moment at which the unit began; a week begins on Monday."""
    days = moment // DAY_MS
    if unit == "week":
        return (days - (days + 3) % 7) * DAY_MS
    if unit in _FIXED:
        return moment - moment % _FIXED[unit]
    year, month, _ = civil_from_days(days)
    size = _MONTHS[unit]
    return days_from_civil(year, (month - 1) // size * size + 1, 1) * DAY_MS


def add(unit: str, amount: int, moment: int) -> int:
    """The moment ``amount`` units later; a day that the month lacks becomes its last.

    Raises ``ValueError`` for more units than an integer counts.
    """
    if not -(1 << 31) <= amount < 1 << 31:
        raise ValueError("integer overflow")
    if unit in _FIXED:
        return moment + amount * _FIXED[unit]
    return add_months(amount * _MONTHS[unit], moment)


def add_months(amount: int, moment: int) -> int:
    """The moment ``amount`` months later; a day that the month lacks becomes its last."""
    days, time_of_day = divmod(moment, DAY_MS)
    year, month, day = civil_from_days(days)
    years, month = divmod(year * 12 + month - 1 + amount, 12)
    day = min(day, month_length(years, month + 1))
    return days_from_civil(years, month + 1, day) * DAY_MS + time_of_day


def difference(unit: str, first: int, last: int) -> int:
    """The whole units from ``first`` to ``last``, towards zero."""
    if last < first:
        return -difference(unit, last, first)
    if unit in _FIXED:
        return (last - first) // _FIXED[unit]
    if unit == "year":
        return _years(first, last)
    return _months(first, last) // _MONTHS[unit]


def _months(first: int, last: int) -> int:
    days, time_of_day = divmod(first, DAY_MS)
    year, month, day = civil_from_days(days)
    last_year, last_month, last_day = civil_from_days(last // DAY_MS)
    if last_day == month_length(last_year, last_month) and day > last_day:
        # Adding months to the first would have been forced to the month's last day.
        day = last_day
    months = (last_year - year) * 12 + last_month - month
    rest = (day - 1) * DAY_MS + time_of_day
    last_rest = (last_day - 1) * DAY_MS + last % DAY_MS
    return months - (last_rest < rest)


def _years(first: int, last: int) -> int:
    year, rest = _in_year(first)
    last_year, last_rest = _in_year(last)
    if rest >= _FEBRUARY_29:
        if is_leap(year) and not is_leap(last_year):
            rest -= DAY_MS
        elif not is_leap(year) and last_rest >= _FEBRUARY_29 and is_leap(last_year):
            last_rest -= DAY_MS
    return last_year - year - (last_rest < rest)


def _in_year(moment: int) -> tuple[int, int]:
    year, _, _ = civil_from_days(moment // DAY_MS)
    return year, moment - days_from_civil(year, 1, 1) * DAY_MS


def part(unit: str, moment: int) -> int:
    """One field of a moment; weeks and days of the week are ISO's."""
    days, time_of_day = divmod(moment, DAY_MS)
    clock = {
        "hour": time_of_day // HOUR_MS,
        "minute": time_of_day // MINUTE_MS % 60,
        "second": time_of_day // SECOND_MS % 60,
        "millisecond": time_of_day % SECOND_MS,
        "day_of_week": (days + 3) % 7 + 1,
    }
    if unit in clock:
        return clock[unit]
    year, month, day = civil_from_days(days)
    calendar = {
        "year": year,
        "quarter": (month + 2) // 3,
        "month": month,
        "day": day,
        "day_of_year": days - days_from_civil(year, 1, 1) + 1,
    }
    if unit in calendar:
        return calendar[unit]
    # The ISO week is that of the week's Thursday.
    thursday = days - (days + 3) % 7 + 3
    if unit == "year_of_week":
        return civil_from_days(thursday)[0]
    return (thursday - days_from_civil(civil_from_days(thursday)[0], 1, 1)) // 7 + 1
