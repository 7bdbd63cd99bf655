"""The days that a query may see, and the moment it takes as now.

How the window gets into a query is the business of ``statement``; this is its value.
"""

from __future__ import annotations

from dataclasses import dataclass

from .times import DAY_MS

# Identifiers of events are ``time_ms << 20 | hash``, so a span of time is a span of ids.
ID_SHIFT = 20
ID_REST = (1 << ID_SHIFT) - 1
_INT64 = 1 << 63  # a window may be wider than identifiers reach


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, both ends inclusive, in milliseconds since 1970-01-01 UTC."""

    first_ms: int
    last_ms: int

    @classmethod
    def last_days(cls, days: int, as_of_ms: int) -> Window:
        """The ``days`` times 24 hours that end at ``as_of_ms``."""
        return cls(as_of_ms - days * DAY_MS, as_of_ms)

    @property
    def first_id(self) -> int:
        """The smallest identifier that an event of the window can have."""
        return max(self.first_ms << ID_SHIFT, -_INT64)

    @property
    def last_id(self) -> int:
        """The largest identifier that an event of the window can have."""
        return min((self.last_ms << ID_SHIFT) | ID_REST, _INT64 - 1)
