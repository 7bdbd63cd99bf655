"""The current time, in the unit that everything here counts in."""

from __future__ import annotations

import time


def now_ms() -> int:
    """Milliseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1_000_000


def ago(seconds: int) -> str:
    """How long ago that is, in words, in the largest unit that it fills."""
    if seconds < 0:
        return "in the future: check the clocks"
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            count = seconds // length
            return f"{count:,} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
