"""The days that a query may see, as a span of time.

How the window gets into a query is the business of ``statement``, what it is in storage
that of the engine.
"""

from __future__ import annotations

from dataclasses import dataclass

from .rules.times import DAY_MS


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, both ends inclusive, in milliseconds since 1970-01-01 UTC."""

    first_ms: int
    last_ms: int

    @classmethod
    def last_days(cls, days: int, as_of_ms: int) -> Window:
        """The ``days`` times 24 hours that end at ``as_of_ms``."""
        return cls(as_of_ms - days * DAY_MS, as_of_ms)
