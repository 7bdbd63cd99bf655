"""SQLite functions over dates, timestamps and intervals; the reckoning is in ``reckoning``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import reckoning, times
from .text import WHITE_SPACE


def date_from_text(text: str) -> str:
    """CAST of a varchar to date."""
    return times.date_text(_read(text, "date", times.parse_date))


def timestamp_from_text(text: str) -> str:
    """CAST of a varchar to timestamp(3)."""
    moment, zone = _read(text, "timestamp", times.parse_timestamp)
    if zone is not None:
        raise ValueError(f"Value cannot be cast to timestamp: {text}")
    return times.timestamp_text(moment)


def zoned_from_text(text: str) -> int:
    """CAST of a varchar to timestamp(3) with time zone."""
    moment, zone = _read(text, "timestamp with time zone", times.parse_timestamp)
    offset = times.parse_offset(zone or "UTC")
    return _packed(moment - offset * times.MINUTE_MS, offset)


def _read(text: str, kind: str, parse: Callable[[str], Any]) -> Any:
    try:
        return parse(text.strip(WHITE_SPACE))
    except times.NotSupportedValue:
        raise
    except ValueError as error:
        raise ValueError(f"Value cannot be cast to {kind}: {text}") from error


def _packed(moment: int, offset: int) -> int:
    times.date_text(moment // times.DAY_MS)  # refuses what is out of range
    return times.pack(moment, offset)


def _on_date(change: Callable[[int], int]) -> Callable[[str], str]:
    return lambda text: times.date_text(change(times.moment_of_date(text)) // times.DAY_MS)


def _date_plus_ms(text: str, amount: int) -> str:
    if amount % times.DAY_MS:
        raise ValueError("Cannot add hour, minutes or seconds to a date")
    return _on_date(lambda moment: moment + amount)(text)


def _timestamp(text: str, change: Callable[[int], int]) -> str:
    return times.timestamp_text(change(times.moment_of_timestamp(text)))


def _zoned(packed: int, change: Callable[[int], int]) -> int:
    """A change reckoned on the clocks of the value's own zone."""
    _, offset = times.unpack(packed)
    return _packed(change(times.local_moment(packed)) - offset * times.MINUTE_MS, offset)


def _functions(
    form: str,
    unit_of: Callable[[str], str],
    moment_of: Callable[[Any], int],
    changed: Callable[[Any, Callable[[int], int]], Any],
) -> dict[tuple[str, int], Callable[..., Any]]:
    """date_trunc, date_add, date_diff and the fields, for one form of time."""

    def trunc(unit: str, value: Any) -> Any:
        known = unit_of(unit)
        return changed(value, lambda moment: reckoning.truncate(known, moment))

    def add(unit: str, amount: int, value: Any) -> Any:
        known = unit_of(unit)
        return changed(value, lambda moment: reckoning.add(known, amount, moment))

    def diff(unit: str, first: Any, last: Any) -> int:
        return reckoning.difference(unit_of(unit), moment_of(first), moment_of(last))

    def months(value: Any, amount: int) -> Any:
        return changed(value, lambda moment: reckoning.add("month", amount, moment))

    return {
        (f"trino_date_trunc_{form}", 2): trunc,
        (f"trino_date_add_{form}", 3): add,
        (f"trino_date_diff_{form}", 3): diff,
        (f"trino_{form}_plus_months", 2): months,
        (f"trino_part_{form}", 2): lambda unit, value: reckoning.part(unit, moment_of(value)),
    }


def _zoned_difference(unit: str, first: int, last: int) -> int:
    """date_diff of two moments, both read on the clock of the first one's zone."""
    _, offset = times.unpack(first)
    moment, _ = times.unpack(last)
    clock = moment + offset * times.MINUTE_MS
    return reckoning.difference(reckoning.check_unit(unit), times.local_moment(first), clock)


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_date_of", 1): lambda moment: times.date_text(moment // times.DAY_MS),
    ("trino_utc_text", 1): lambda packed: times.timestamp_text(packed >> 12),
    ("trino_zoned_text", 2): times.zoned_text,
    ("trino_timestamp_to_zone", 1): lambda text: times.pack(times.moment_of_timestamp(text)),
    ("trino_date_ms", 1): times.moment_of_date,
    ("trino_timestamp_ms", 1): times.moment_of_timestamp,
    ("trino_date_plus_ms", 2): _date_plus_ms,
    ("trino_timestamp_plus_ms", 2): lambda text, ms: _timestamp(text, lambda m: m + ms),
    ("trino_zoned_plus_ms", 2): lambda packed, ms: _zoned(packed, lambda m: m + ms),
    ("trino_cast_zoned_date", 1): lambda packed: times.date_text(
        times.local_moment(packed) // times.DAY_MS
    ),
    ("trino_cast_zoned_timestamp", 1): lambda packed: times.timestamp_text(
        times.local_moment(packed)
    ),
    ("trino_from_iso8601_timestamp", 1): times.parse_iso8601,
    **_functions(
        "date",
        reckoning.check_date_unit,
        times.moment_of_date,
        lambda text, change: _on_date(change)(text),
    ),
    **_functions("timestamp", reckoning.check_unit, times.moment_of_timestamp, _timestamp),
    **_functions("zoned", reckoning.check_unit, times.local_moment, _zoned),
    ("trino_date_diff_zoned", 3): _zoned_difference,
}
"""Name and number of arguments -> function; none of them sees a NULL."""

CASTS: dict[tuple[str, int], Callable[..., Any]] = {
    ("varchar_date", 1): date_from_text,
    ("varchar_timestamp", 1): timestamp_from_text,
    ("varchar_zoned", 1): zoned_from_text,
}
"""Casts that may fail, by the types they are between: each has a TRY form."""
