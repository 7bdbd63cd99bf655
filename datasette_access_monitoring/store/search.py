"""Searching all events of a span of time, newest first, page by page.

A page begins where the one before it ended, not at a number of rows, so it is the same
whatever was loaded meanwhile.  The search goes back in time by steps, each a range of ids over
all tables, so that it can stop at any moment and say how far it came.
"""

from __future__ import annotations

import heapq
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..errors import NoSuchEvent
from ..events.canonical import read_json
from ..events.facts import Fact, Outcome, folded, outcome_of, said, values
from . import search_sql
from .ids import ID_BITS, id_range

_FIRST_STEP = (10 * 60_000) << ID_BITS
_FAST, _SLOW = 0.05, 0.2
# How many steps of SQLite's machine pass between two looks at the clock: about a millisecond.
_MACHINE_STEPS = 10_000


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: events from ``first_ms`` to ``last_ms`` that meet every condition.

    Times are UTC milliseconds since 1970, both inclusive.  ``text`` is a part of one of the event's
    values, in any case; ``type`` the event type; ``says`` what it says of facts, exactly.  ``''``
    and ``None`` ask for nothing.
    """

    first_ms: int
    last_ms: int
    text: str = ""
    type: str = ""
    says: Mapping[Fact, str] = field(default_factory=dict)
    outcome: Outcome | None = None

    def finds(self, data: Mapping[str, Any]) -> bool:
        """Whether an event, of whatever time, is what is looked for."""
        if self.type and data.get("event") != self.type:
            return False
        if self.outcome is not None and outcome_of(data) is not self.outcome:
            return False
        if any(value not in said(data, fact) for fact, value in self.says.items()):
            return False
        text = folded(self.text)
        return not text or any(text in folded(value) for value in values(data))


class Key(NamedTuple):
    """What tells an event from all others: its id, and the place in storage that has it."""

    id: int
    place: str

    @property
    def time_ms(self) -> int:
        """When it happened, in UTC milliseconds since 1970."""
        return self.id >> ID_BITS


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event and its key."""

    key: Key
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, newest first.

    ``last`` is where the next page goes on, ``None`` where the search has come to its end.
    ``ran_out`` says that time was over before the page was full: everything newer than ``last``
    has been looked at.
    """

    events: list[FoundEvent]
    last: Key | None
    ran_out: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one page may be: events, bytes of their JSON (one is always given), seconds."""

    events: int
    bytes: int = 8 * 1024 * 1024
    seconds: float = 60.0


def search(
    connection: sqlite3.Connection, wanted: Search, limits: Limits, after: Key | None = None
) -> Found:
    """The events of a page; ``after`` is the ``last`` of the page before it."""
    first, last = id_range(wanted.first_ms, wanted.last_ms)
    start = Key(last, "") if after is None or after.id > last else after
    connection.execute("BEGIN")  # one state of the log from beginning to end
    try:
        return _Looking(connection, wanted, limits).back_from(start, first)
    finally:
        connection.execute("ROLLBACK")


def event_of(connection: sqlite3.Connection, key: Key) -> dict[str, Any]:
    """One event by its key.  Raises ``NoSuchEvent``."""
    place = search_sql.places().get(key.place)
    row = None
    if place is not None and key.id.bit_length() < 64:
        row = connection.execute(search_sql.fetch_event(place), (key.id,)).fetchone()
    if row is None:
        raise NoSuchEvent(f"there is no event {key.place}-{key.id}; has it been deleted?")
    data: dict[str, Any] = read_json(row[0])
    return data


class _Looking:
    """One search under way: its statements, what it has found, how far it came."""

    def __init__(self, connection: sqlite3.Connection, wanted: Search, limits: Limits) -> None:
        self._connection = connection
        self._wanted = wanted
        self._limits = limits
        self._statements = _statements(wanted)
        self._parameters = _parameters(wanted)
        self._events: list[FoundEvent] = []
        self._bytes = 0

    def back_from(self, start: Key, first: int) -> Found:
        """Go back from a place to the id ``first``, until the page is full or time is over."""
        at, step = start, _FIRST_STEP
        deadline = time.monotonic() + self._limits.seconds
        while at.id >= first:
            began = time.monotonic()
            bottom = max(first, at.id - step + 1)
            came_to = at
            try:
                with _stopped_at(self._connection, deadline):
                    for key in self._candidates(at, bottom):
                        is_full = self._is_full(key)
                        came_to = key  # and not before: looking can be interrupted, too
                        if is_full:
                            return Found(self._events, came_to)
                        if time.monotonic() > deadline:
                            return Found(self._events, came_to, ran_out=True)
            except sqlite3.OperationalError as error:
                if str(error) != "interrupted":
                    raise
                if came_to != start:
                    return Found(self._events, came_to, ran_out=True)
                # Not even the first step was done: a smaller one, however long it takes.
                step = max(1, step >> 6)
                deadline = time.monotonic() + self._limits.seconds
                continue
            at = Key(bottom - 1, "")
            now = time.monotonic()
            if now > deadline:
                break
            step = _next_step(step, now - began)
        return Found(self._events, at if at.id >= first else None, ran_out=at.id >= first)

    def _candidates(self, at: Key, bottom: int) -> Iterator[Key]:
        """The keys below ``at`` of what may be meant, newest first, down to the id ``bottom``."""
        cursors = [
            self._candidates_in(place, at.id if place > at.place else at.id - 1, bottom)
            for place in self._statements
        ]
        for negative, place in heapq.merge(*cursors):
            yield Key(-negative, place)

    def _candidates_in(self, place: str, last: int, first: int) -> Iterator[tuple[int, str]]:
        bounds = {**self._parameters, "first": first, "last": last}
        for (one,) in self._connection.execute(self._statements[place], bounds):
            yield -one, place

    def _is_full(self, key: Key) -> bool:
        """Look at an event that may be meant, keep it if it is; whether the page is full now."""
        statement = search_sql.fetch_event(search_sql.places()[key.place])
        ((text,),) = self._connection.execute(statement, (key.id,))
        data = read_json(text)
        if self._wanted.finds(data):
            self._events.append(FoundEvent(key, data))
            self._bytes += len(text)
        return len(self._events) >= self._limits.events or self._bytes >= self._limits.bytes


def _statements(wanted: Search) -> dict[str, str]:
    """By place, the statements that look for what may be meant; none where nothing can be."""
    found = {}
    text = folded(wanted.text)
    for name, place in search_sql.places().items():
        conditions = [search_sql.says(place, fact) for fact in wanted.says]
        if wanted.type:
            conditions.append(search_sql.of_type(place, wanted.type))
        if wanted.outcome is not None:
            conditions.append(search_sql.ended(place, wanted.outcome))
        if "0" not in conditions:
            about_text = search_sql.holds_text(text) if text else ""
            found[name] = search_sql.candidates(place, conditions, about_text)
    return found


def _parameters(wanted: Search) -> dict[str, str]:
    found = {"type": wanted.type, "text": folded(wanted.text)}
    for fact, value in wanted.says.items():
        found |= search_sql.said_parameters(fact, value)
    return found


def _next_step(step: int, seconds: float) -> int:
    """The next range of ids, by how long the last one took."""
    if seconds < _FAST:
        return step * 4
    return step if seconds < _SLOW else max(1, step // 2)


@contextmanager
def _stopped_at(connection: sqlite3.Connection, deadline: float) -> Iterator[None]:
    """Interrupt the connection's statements at that time."""
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _MACHINE_STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)
