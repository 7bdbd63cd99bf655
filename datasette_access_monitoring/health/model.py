"""The words of health: limits, problems, gaps, and what was found.

Times are milliseconds since 1970 UTC, days are counted from 1970-01-01.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from ..store.open_sessions import OpenSessions
from ..store.origins import Origin

DAY_MS = 86_400_000
DEFAULT_DAYS, MOST_DAYS = 7, 3_650


class ProblemKind(Enum):
    """What can be wrong with a log."""

    LAG = "lag"
    GAP = "gap"
    REJECTS = "rejects"
    SESSIONS = "sessions"
    CLOCK = "clock"


class OriginState(Enum):
    """``SILENT``: nothing of the last 24 hours; ``ENDED``: nothing of the days one looks at."""

    LIVE = "live"
    SILENT = "silent"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Limits:
    """What is looked at and what is still healthy.

    ``max_lag_ms``: how old the newest event may be.  ``days``: so many days before today are looked
    at.  ``session_ms``: a session that began longer ago should have ended.  ``sessions``: of each
    kind at most so many sessions are looked at, the newest.
    """

    max_lag_ms: int = DAY_MS
    days: int = DEFAULT_DAYS
    session_ms: int = DAY_MS
    sessions: int = 2_000


@dataclass(frozen=True, slots=True)
class Gap:
    """Days in a row on which an origin should have had events and had none.

    ``goes_on``: it had none since.
    """

    origin: str
    first_day: int
    last_day: int
    goes_on: bool

    @property
    def days(self) -> int:
        """How many days that are."""
        return self.last_day - self.first_day + 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What the store knows at a moment."""

    now_ms: int
    origins: Sequence[Origin]
    sessions: Sequence[OpenSessions]

    @property
    def newest_ms(self) -> int | None:
        """The time of the newest event that a source brought, none from the future."""
        return max(
            (one.newest_ms for one in self.origins if one.newest_ms is not None), default=None
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong, with one origin or the whole log (``None``), and what to do."""

    kind: ProblemKind
    origin: str | None
    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class Health:
    """The facts and what follows from them.  ``states`` are the origins', in their order."""

    facts: Facts
    limits: Limits
    states: Sequence[OriginState]
    gaps: Sequence[Gap]
    problems: Sequence[Problem]
