"""SQLite functions that write and read times by a pattern, and durations as text."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from ..rules import time_formats, time_patterns, times, zones
from ..rules.time_patterns import Shown

_DURATION = re.compile(
    r"[ \t\n\x0b\f\r]*([0-9]+(?:\.[0-9]+)?)[ \t\n\x0b\f\r]*([a-zA-Z]+)[ \t\n\x0b\f\r]*"
)
_DURATION_MS = {
    "ns": 1.0 / 1000000.0, "us": 1.0 / 1000.0, "ms": 1.0, "s": 1000.0, "m": 60_000.0,
    "h": 3_600_000.0, "d": 86_400_000.0,
}  # fmt: skip
_PERIODS = (("week", 604_800), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def _shown(packed: int) -> Shown:
    moment, zone = times.unpack(packed)
    ahead = zones.offset(zone, moment)
    return Shown(moment + ahead, zone, ahead)


def _format_timestamp(text: str, pattern: str) -> str:
    if time_formats.names_zone(pattern):
        raise ValueError(
            "format_datetime for TIMESTAMP type, cannot use 'Z' nor 'z' in format, as this type "
            "does not contain TZ information"
        )
    elements = time_formats.joda(pattern)
    return time_patterns.show(elements, Shown(times.moment_of_timestamp(text)))


def _date_format_timestamp(text: str, pattern: str) -> str:
    elements = time_formats.mysql(pattern)
    return time_patterns.show(elements, Shown(times.moment_of_timestamp(text)))


def _date_parse(text: str, pattern: str) -> str:
    reading = time_patterns.read(time_formats.mysql(pattern), text)
    return times.timestamp_text(time_patterns.local_moment(text, reading))


def _parse_datetime(text: str, pattern: str) -> int:
    reading = time_patterns.read(time_formats.joda(pattern), text)
    return time_patterns.zoned_moment(text, reading)


def _iso8601_of_timestamp(text: str, precision: int) -> str:
    shown = times.timestamp_text(times.moment_of_timestamp(text), precision)
    return shown.replace(" ", "T", 1)


def _iso8601_of_zoned(packed: int, precision: int) -> str:
    shown = _shown(packed)
    if shown.ahead % times.MINUTE_MS:
        raise ValueError("Timezone with non-zero seconds offset cannot be rendered as ISO8601")
    text = times.timestamp_text(shown.local, precision).replace(" ", "T", 1)
    return text + (time_patterns.Offset(":").show(shown) if shown.ahead else "Z")


def java_round(number: float) -> int:
    """The nearest whole number, halves up: Java's ``Math.round``."""
    if math.isinf(number):
        return (1 << 63) - 1 if number > 0 else -(1 << 63)
    down = math.floor(number)
    return down + (number - down >= 0.5)


def _parse_duration(text: str) -> int:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"duration is not a valid data duration string: {text[:100]}")
    size = _DURATION_MS.get(match[2])
    if size is None:
        raise ValueError(f"Unknown time unit: {match[2][:100]}")
    milliseconds = float(match[1]) * size + 0.5
    if milliseconds >= 1 << 63:
        raise ValueError(f"value {match[1][:100]} {match[2]} is too large")
    return math.floor(milliseconds)


def _human_readable_seconds(seconds: float) -> str:
    if math.isinf(seconds):
        raise ValueError(f"Invalid argument found: {'-' if seconds < 0 else ''}Infinity")
    rest = min(java_round(abs(seconds)), (1 << 63) - 1)
    parts = []
    for name, size in _PERIODS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    return ", ".join(parts) or "0 seconds"


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_date_format_timestamp", 2): _date_format_timestamp,
    ("trino_date_format_zoned", 2): lambda packed, pattern: time_patterns.show(
        time_formats.mysql(pattern), _shown(packed)
    ),
    ("trino_date_parse", 2): _date_parse,
    ("trino_format_datetime_timestamp", 2): _format_timestamp,
    ("trino_format_datetime_zoned", 2): lambda packed, pattern: time_patterns.show(
        time_formats.joda(pattern), _shown(packed)
    ),
    ("trino_parse_datetime", 2): _parse_datetime,
    ("trino_iso8601_timestamp", 2): _iso8601_of_timestamp,
    ("trino_iso8601_zoned", 2): _iso8601_of_zoned,
    ("trino_parse_duration", 1): _parse_duration,
    ("trino_human_readable_seconds", 1): _human_readable_seconds,
}
"""Name and number of arguments -> function; none of them sees a NULL."""
