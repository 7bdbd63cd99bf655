"""The current time, in the unit that everything here counts in."""

from __future__ import annotations

import re
import time

_UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_LENGTH = re.compile(r"(\d{1,6})([smhd])", re.ASCII)


def now_ms() -> int:
    """Milliseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1_000_000


def ago(seconds: int) -> str:
    """How long ago that is, in words, in the largest unit that it fills."""
    if seconds < 0:
        return "in the future: check the clocks"
    return "just now" if seconds < 60 else f"{lasting(seconds)} ago"


def lasting(seconds: int) -> str:
    """A length of time in words, in the largest unit that it fills."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            count = seconds // length
            return f"{count:,} {unit}{'s' if count > 1 else ''}"
    return f"{seconds} seconds" if seconds != 1 else "1 second"


def length_ms(text: str) -> int:
    """A length of time that a person wrote (``90s``, ``15m``, ``1h``, ``2d``), in milliseconds.

    Raises ``ValueError`` for anything else, and for none at all.
    """
    match = _LENGTH.fullmatch(text)
    if match is None or not int(match[1]):
        raise ValueError(f"{text!r} is no length of time; write 90s, 15m, 1h or 2d")
    return int(match[1]) * _UNITS[match[2]]
