"""Sessions that began and, as far as the log says, never ended.

A session that has no end in the log is a hole in it, or still runs; so only those count that began
some time ago.  However large the log is, only so many sessions are looked at, the newest; what is
given says how far back that went.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from ..catalog import load_catalog
from .ids import ID_BITS, id_range
from .layout import EXTRA_SQL, OTHER_TABLE, quote, table_name

_SLACK_MS = 600_000  # an end comes from another clock than its start, maybe


@dataclass(frozen=True, slots=True)
class SessionKind:
    """A kind of session: the event types that begin and end one.

    ``may_fail``: a start with ``success`` false is none, and has no end.  ``scheme``: only those
    whose ``app_uri`` has it.
    """

    start: str
    end: str
    may_fail: bool = False
    scheme: str = ""


SESSION_KINDS = (
    SessionKind("session.start", "session.end"),
    SessionKind("db.session.start", "db.session.end", may_fail=True),
    SessionKind("windows.desktop.session.start", "windows.desktop.session.end", may_fail=True),
    # Of web applications Teleport does not tell the end.
    SessionKind("app.session.start", "app.session.end", scheme="tcp:"),
)


@dataclass(frozen=True, slots=True)
class OpenSessions:
    """Of the sessions that began between two moments, how many have no end in the log.

    Moments are milliseconds since 1970 UTC.  ``ends_come`` is false where the log holds no end of
    this kind at all: then none is sent, and nothing can be said.
    """

    kind: SessionKind
    ends_come: bool
    first_ms: int
    last_ms: int
    began: int = 0
    open: int = 0


def read_open_sessions(
    connection: sqlite3.Connection, first_ms: int, last_ms: int, *, now_ms: int, most: int
) -> list[OpenSessions]:
    """The sessions that began between the first and the last moment, of each kind there is.

    Of each kind at most so many starts are looked at (``most``), and twice as many ends.
    """
    rows = connection.execute('SELECT "event" FROM "_event_types" WHERE "events" > 0')
    types = {event for (event,) in rows}
    return [
        _of_kind(connection, kind, (first_ms, last_ms), now_ms, most)
        if kind.end in types
        else OpenSessions(kind, False, first_ms, last_ms)
        for kind in SESSION_KINDS
        if kind.start in types
    ]


def _of_kind(
    connection: sqlite3.Connection,
    kind: SessionKind,
    began: tuple[int, int],
    now_ms: int,
    most: int,
) -> OpenSessions:
    first_ms, last_ms = began
    facts = ["success"] * kind.may_fail + ["app_uri"] * bool(kind.scheme)
    starts = _newest(connection, kind.start, facts, began, most)
    if len(starts) == most:
        first_ms = starts[-1].time_ms
    span = first_ms - _SLACK_MS, now_ms + _SLACK_MS
    ends = _newest(connection, kind.end, [], span, 2 * most)
    if len(ends) == 2 * most:
        # Of the sessions before this one the ends may be among those that were not looked at.
        first_ms = max(first_ms, ends[-1].time_ms + _SLACK_MS)
    ended = {one.sid for one in ends}
    sessions = {
        one.sid for one in starts if one.time_ms >= first_ms and one.sid and _counts(kind, one)
    }
    return OpenSessions(kind, True, first_ms, last_ms, len(sessions), len(sessions - ended))


@dataclass(frozen=True, slots=True)
class _Edge:
    """A start or an end.  Without ``sid`` it cannot be told of which session."""

    time_ms: int
    sid: str
    facts: dict[str, object]


def _counts(kind: SessionKind, start: _Edge) -> bool:
    """Whether a start began a session of the kind, one that will have an end."""
    failed = kind.may_fail and start.facts["success"] == 0
    return not failed and str(start.facts.get("app_uri", "")).startswith(kind.scheme)


def _newest(
    connection: sqlite3.Connection,
    event: str,
    facts: Sequence[str],
    span: tuple[int, int],
    most: int,
) -> Sequence[_Edge]:
    """Starts or ends between two moments, both included, newest first; at most so many."""
    view = load_catalog().by_event.get(event)
    held = set() if view is None else {column.name for column in view.columns}
    rest = quote("event_data") if view is None else EXTRA_SQL
    values = [
        quote(name) if name in held else f"json_extract({rest}, '$.{name}')"
        for name in ("sid", *facts)
    ]
    only = "" if view is not None else ' AND "event" = :event'
    sql = (
        f'SELECT "_id" >> {ID_BITS}, {", ".join(values)}\n'
        f"FROM {quote(OTHER_TABLE if view is None else table_name(view))}\n"
        f'WHERE "_id" BETWEEN :first AND :last{only} ORDER BY "_id" DESC LIMIT :most'
    )
    first, last = id_range(*span)
    rows = connection.execute(sql, {"event": event, "first": first, "last": last, "most": most})
    return [
        _Edge(time_ms, str(sid or ""), dict(zip(facts, found, strict=True)))
        for time_ms, sid, *found in rows
    ]
