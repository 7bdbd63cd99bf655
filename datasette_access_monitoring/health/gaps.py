"""Finding days without events: pure arithmetic on sets of days.

A day is a gap of an origin that had events before it, and after it too; or when others had them
after it.  When all are silent since, nobody can tell a gap from the end of the log: that is lag.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from .model import Gap


@dataclass(frozen=True, slots=True)
class OriginDays:
    """The days on which an origin had events, among those from ``expected_from`` on.

    ``expected_from`` is the first day on which it should have had any: it had them before, or on
    that day.  ``is_overdue``: even for today, which is not over, it is too late.
    """

    name: str
    days: Collection[int]
    expected_from: int
    is_overdue: bool = False


def find_gaps(origins: Sequence[OriginDays], today: int) -> list[Gap]:
    """The gaps of origins up to today, by origin, oldest first.

    Days after today count for nothing: events from the future prove nothing.  An origin without
    any day has ended, and has no gap.
    """
    found = []
    past = [{day for day in one.days if day <= today} for one in origins]
    for place, (one, days) in enumerate(zip(origins, past, strict=True)):
        if not days:
            continue
        others = max(
            (max(other) for at, other in enumerate(past) if at != place and other), default=0
        )
        newest = max(days)
        # Today is not over: silence until now means little, unless it has lasted.
        end = max(newest, others if one.is_overdue else min(others, today - 1))
        missing = (day for day in range(one.expected_from, end + 1) if day not in days)
        found += [Gap(one.name, first, last, first > newest) for first, last in _runs(missing)]
    return found


def _runs(days: Iterable[int]) -> list[tuple[int, int]]:
    """Days in rising order as first and last of those in a row."""
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
