"""Keeping only so many days of events: what is to go, told to the log, then removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace

from .self_audit import Principal, events_pruned
from .store.database import settle
from .store.retention import DAY_MS, days_before, first_kept_day, remove
from .store.state import DayState, newest_delivered_ms
from .store.write import Writer

Progress = Callable[[int], None]
"""Called with a number of events when they are gone."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to go, or is gone: every event before the day ``first_kept`` (UTC, ``YYYY-MM-DD``).

    ``as_of_ms`` (since 1970, UTC) is the moment whose day was taken as today.
    """

    as_of_ms: int
    first_kept: str
    outdated: tuple[DayState, ...]

    @property
    def events(self) -> int:
        """How many events that are."""
        return sum(one.events for one in self.outdated)


def plan(connection: sqlite3.Connection, keep_days: int, now_ms: int) -> Plan:
    """What goes when so many days are kept, and today.

    A clock that is ahead must not remove the log, so today is at most the day after the newest
    event that a source brought.  While no source brings anything, nothing more goes.
    """
    newest = newest_delivered_ms(connection)
    return plan_as_of(
        connection, keep_days, now_ms if newest is None else min(now_ms, newest + DAY_MS)
    )


def plan_as_of(connection: sqlite3.Connection, keep_days: int, moment_ms: int) -> Plan:
    """The same counted from a moment that somebody named, whatever the log holds."""
    first_kept = first_kept_day(keep_days, moment_ms)
    return Plan(moment_ms, first_kept, tuple(days_before(connection, first_kept)))


def prune(
    connection: sqlite3.Connection,
    planned: Plan,
    principal: Principal,
    now_ms: int,
    progress: Progress = lambda _: None,
) -> Plan:
    """Remove what is planned, oldest day first; gives what is gone, which may be more by then.

    The log is told before the first of them goes: none can be removed unseen.  Raises
    ``StoreError``; what was removed before it stays removed.
    """
    if not planned.outdated:
        return planned
    writer = Writer(connection)
    with writer.transaction():
        writer.add([events_pruned(principal, planned.first_kept, planned.events, now_ms)])
    gone: list[DayState] = []
    for outdated in planned.outdated:
        count = 0
        for removed in remove(connection, outdated):
            count += removed
            progress(removed)
        gone.append(replace(outdated, events=count))
    settle(connection)
    return replace(planned, outdated=tuple(gone))
