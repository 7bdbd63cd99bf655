"""The id of an event in storage: its time above, bits of its fingerprint below.

So rows lie in the order of time, a span of time is a span of ids, and an event that comes
again meets itself under its id.  What a fingerprint is, is said in ``events.canonical``.
"""

from __future__ import annotations

ID_BITS = 20
"""Bits of an id that come from the fingerprint; the rest is the time in milliseconds."""

LOW_BITS = (1 << ID_BITS) - 1
LAST_ID = 2**63 - 1


def event_id(time_ms: int, fingerprint: bytes) -> int:
    """The id that an event gets unless another event has it."""
    return time_ms << ID_BITS | int.from_bytes(fingerprint[-3:], "big") & LOW_BITS


def next_in_millisecond(event_id: int, step: int) -> int:
    """The id ``step`` places on, round within the same millisecond."""
    return event_id & ~LOW_BITS | (event_id + step) & LOW_BITS


def id_range(first_ms: int, last_ms: int) -> tuple[int, int]:
    """The smallest and largest id of events from ``first_ms`` to ``last_ms``, both included.

    Milliseconds since 1970-01-01 UTC, of any size: no event can be outside 0 to 2^43.
    """
    first = min(max(0, first_ms << ID_BITS), LAST_ID)
    last = min(max(-1, ((last_ms + 1) << ID_BITS) - 1), LAST_ID)
    return first, last
