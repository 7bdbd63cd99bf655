"""Keeping only so many days of events: what is to go, told to the log, then removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from .self_audit import Principal, events_pruned
from .store.retention import days_before, first_kept_day, remove
from .store.state import DayState
from .store.write import Writer

Progress = Callable[[int], None]
"""Called with a number of events when they are gone."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to go: every event before the day ``first_kept`` (UTC, ``YYYY-MM-DD``)."""

    first_kept: str
    outdated: tuple[DayState, ...]

    @property
    def events(self) -> int:
        """How many events that are."""
        return sum(one.events for one in self.outdated)


def plan(connection: sqlite3.Connection, keep_days: int, now_ms: int) -> Plan:
    """What goes when so many days are kept, and today."""
    first_kept = first_kept_day(keep_days, now_ms)
    return Plan(first_kept, tuple(days_before(connection, first_kept)))


def prune(
    connection: sqlite3.Connection,
    planned: Plan,
    principal: Principal,
    now_ms: int,
    progress: Progress = lambda _: None,
) -> int:
    """Remove what is planned, oldest day first; gives how many events are gone.

    The log is told before the first of them goes: none can be removed unseen.  Raises
    ``StoreError``; what was removed before it stays removed.
    """
    if not planned.outdated:
        return 0
    writer = Writer(connection)
    with writer.transaction():
        writer.add([events_pruned(principal, planned.first_kept, planned.events, now_ms)])
    gone = 0
    for outdated in planned.outdated:
        for removed in remove(connection, outdated):
            gone += removed
            progress(removed)
    return gone
