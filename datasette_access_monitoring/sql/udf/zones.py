"""SQLite functions over time zones and Unix time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..rules import times, zones
from ..rules.times import MINUTE_MS
from .time_formats import java_round


def _at_zone(packed: int, name: str) -> int:
    return zones.pack(packed >> 12, zones.zone_id(name))


def _at_offset(packed: int, interval: int) -> int:
    if interval % MINUTE_MS:
        raise ValueError("Invalid time zone offset interval: interval contains seconds")
    return zones.pack(packed >> 12, zones.fixed(interval // MINUTE_MS))


def _with_zone(text: str, name: str) -> int:
    """The clocks of the zone show the timestamp: Joda-Time's ``getMillisKeepLocal``."""
    zone, local = zones.zone_id(name), times.moment_of_timestamp(text)
    return zones.pack(zones.moment_of_clock(zone, local, local), zone)


def _offset_minutes(packed: int) -> int:
    moment, zone = times.unpack(packed)
    ahead = zones.offset(zone, moment)
    return -(-ahead // MINUTE_MS) if ahead < 0 else ahead // MINUTE_MS


def _offset_hour(packed: int) -> int:
    minutes = _offset_minutes(packed)
    return -(-minutes // 60) if minutes < 0 else minutes // 60


def _offset_minute(packed: int) -> int:
    minutes = _offset_minutes(packed)
    return -(-minutes % 60) if minutes < 0 else minutes % 60


def _from_unixtime(seconds: float) -> int:
    return times.pack(java_round(seconds * 1000))


def _from_unixtime_at_offset(seconds: float, hours: int, minutes: int) -> int:
    return zones.pack(java_round(seconds * 1000), zones.fixed(hours * 60 + minutes))


def _from_unixtime_in_zone(seconds: float, name: str) -> int:
    return zones.pack(java_round(seconds * 1000), zones.zone_id(name))


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_at_zone", 2): _at_zone,
    ("trino_at_offset", 2): _at_offset,
    ("trino_with_zone", 2): _with_zone,
    ("trino_zone_name", 1): lambda packed: zones.name(times.unpack(packed)[1]),
    ("trino_zone_hour", 1): _offset_hour,
    ("trino_zone_minute", 1): _offset_minute,
    ("trino_from_unixtime", 1): _from_unixtime,
    ("trino_from_unixtime", 3): _from_unixtime_at_offset,
    ("trino_from_unixtime", 2): _from_unixtime_in_zone,
    # A timestamp is microseconds in Trino, one with a zone milliseconds.
    ("trino_to_unixtime_timestamp", 1): lambda text: (
        float(times.moment_of_timestamp(text) * 1000) / 1e6
    ),
    ("trino_to_unixtime_zoned", 1): lambda packed: float(packed >> 12) / 1000.0,
}
"""Name and number of arguments -> function; none of them sees a NULL."""
