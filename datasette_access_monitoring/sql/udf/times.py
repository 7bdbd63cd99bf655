"""SQLite functions over dates, timestamps and intervals; the reckoning is in ``reckoning``."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..rules import iso8601, reckoning, times, zoned, zones


def _on_date(change: Callable[[int], int]) -> Callable[[str], str]:
    return lambda text: times.date_text(change(times.moment_of_date(text)) // times.DAY_MS)


def _date_plus_ms(text: str, amount: int) -> str:
    if amount % times.DAY_MS:
        raise ValueError("Cannot add hour, minutes or seconds to a date")
    return _on_date(lambda moment: moment + amount)(text)


def _timestamp(text: str, change: Callable[[int], int]) -> str:
    return times.timestamp_text(change(times.moment_of_timestamp(text)))


def _date_of_zoned(packed: int) -> str:
    return times.date_text(zones.clock(packed) // times.DAY_MS)


def _zoned_plus_ms(packed: int, amount: int) -> int:
    moment, zone = times.unpack(packed)
    return zones.pack(moment + amount, zone)


def _zoned_plus_months(packed: int, amount: int) -> int:
    """Months later; older versions of Trino add them in UTC, newer ones in the value's zone.

    Raises ``NotSupportedValue`` where that makes a difference.
    """
    moment, zone = times.unpack(packed)
    in_utc = zones.pack(reckoning.add_months(amount, moment), zone)
    if zoned.add("month", amount, packed) != in_utc:
        raise times.NotSupportedValue(
            f"an interval of months added to {zones.text(packed)}: not supported, as Trino's "
            "versions differ here; date_add('month', ...) adds in the time zone"
        )
    return in_utc


def _rounded_zoned(packed: int, precision: int) -> int:
    moment, zone = times.unpack(packed)
    return zones.pack(times.rounded(moment, precision), zone)


def _multiplied(interval: int, factor: float) -> int:
    return _whole(interval * factor)


def _divided(interval: int, divisor: float) -> int:
    if divisor == 0:
        raise ValueError(f"Cannot divide by double {divisor}")
    return _whole(interval / divisor)


def _whole(number: float) -> int:
    """A double as Java makes a long of it: cut, the nearest there is, 0 for what is no number."""
    if math.isnan(number):
        return 0
    if abs(number) >= 2.0**63:
        return (1 << 63) - 1 if number > 0 else -(1 << 63)
    return int(number)


def _functions(
    form: str,
    unit_of: Callable[[str], str],
    moment_of: Callable[[Any], int],
    changed: Callable[[Any, Callable[[int], int]], Any],
) -> dict[tuple[str, int], Callable[..., Any]]:
    """date_trunc, date_add, date_diff and the fields, for a form of time without a zone."""

    def trunc(unit: str, value: Any) -> Any:
        known = unit_of(unit)
        return changed(value, lambda moment: reckoning.truncate(known, moment))

    def add(unit: str, amount: int, value: Any) -> Any:
        known = unit_of(unit)
        return changed(value, lambda moment: reckoning.add(known, amount, moment))

    def diff(unit: str, first: Any, last: Any) -> int:
        return reckoning.difference(unit_of(unit), moment_of(first), moment_of(last))

    def months(value: Any, amount: int) -> Any:
        return changed(value, lambda moment: reckoning.add_months(amount, moment))

    return {
        (f"trino_date_trunc_{form}", 2): trunc,
        (f"trino_date_add_{form}", 3): add,
        (f"trino_date_diff_{form}", 3): diff,
        (f"trino_{form}_plus_months", 2): months,
        (f"trino_part_{form}", 2): lambda unit, value: reckoning.part(unit, moment_of(value)),
        (f"trino_month_end_{form}", 1): lambda value: _month_end(moment_of(value)),
    }


def _month_end(moment: int) -> str:
    year, month, _ = times.civil_from_days(moment // times.DAY_MS)
    return f"{year:04}-{month:02}-{times.month_length(year, month):02}"


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_date_of", 1): lambda moment: times.date_text(moment // times.DAY_MS),
    ("trino_utc_text", 1): lambda packed: times.timestamp_text(packed >> 12),
    ("trino_timestamp_to_zone", 1): lambda text: times.pack(times.moment_of_timestamp(text)),
    ("trino_date_ms", 1): times.moment_of_date,
    ("trino_timestamp_ms", 1): times.moment_of_timestamp,
    ("trino_date_plus_ms", 2): _date_plus_ms,
    ("trino_timestamp_plus_ms", 2): lambda text, ms: _timestamp(text, lambda m: m + ms),
    ("trino_interval_multiply", 2): _multiplied,
    ("trino_interval_divide", 2): _divided,
    ("trino_round_timestamp", 2): lambda text, p: _timestamp(text, lambda m: times.rounded(m, p)),
    ("trino_zoned_plus_ms", 2): _zoned_plus_ms,
    ("trino_zoned_plus_months", 2): _zoned_plus_months,
    ("trino_round_zoned", 2): _rounded_zoned,
    ("trino_zoned_date", 1): _date_of_zoned,
    ("trino_from_iso8601_timestamp", 1): iso8601.parse_timestamp,
    ("trino_from_iso8601_date", 1): lambda text: times.date_text(iso8601.parse_date(text)),
    **_functions(
        "date",
        reckoning.check_date_unit,
        times.moment_of_date,
        lambda text, change: _on_date(change)(text),
    ),
    **_functions("timestamp", reckoning.check_unit, times.moment_of_timestamp, _timestamp),
    ("trino_date_trunc_zoned", 2): lambda unit, packed: zoned.truncate(
        reckoning.check_unit(unit), packed
    ),
    ("trino_date_add_zoned", 3): lambda unit, amount, packed: zoned.add(
        reckoning.check_unit(unit), amount, packed
    ),
    ("trino_date_diff_zoned", 3): lambda unit, first, last: zoned.difference(
        reckoning.check_unit(unit), first, last
    ),
    ("trino_part_zoned", 2): lambda unit, packed: reckoning.part(unit, zones.clock(packed)),
    ("trino_month_end_zoned", 1): lambda packed: _month_end(zones.clock(packed)),
}
"""Name and number of arguments -> function; none of them sees a NULL."""
