"""Sessions without an end: which count, which do not, and how far back anybody looks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import write_audit_database
from hypothesis import given
from hypothesis import strategies as st

from datasette_access_monitoring.events import Event, decode
from datasette_access_monitoring.events.canonical import write_json
from datasette_access_monitoring.events.times import parse_time, rfc3339
from datasette_access_monitoring.sources.model import Checkpoint
from datasette_access_monitoring.store.database import open_for_reading, open_for_writing
from datasette_access_monitoring.store.open_sessions import OpenSessions, read_open_sessions
from datasette_access_monitoring.store.write import Writer

FIRST, LAST, NOW = (parse_time(f"2026-11-{day}T12:00:00Z") for day in (12, 19, 20))
KINDS = {
    "session": {},
    "db.session": {},
    "windows.desktop.session": {},
    "app.session": {"app_uri": "tcp://localhost:5432"},
}


def edge(event: str, time: str, **fields: Any) -> dict[str, Any]:
    return {"event": event, "time": time, **fields}


def found(path: Path, most: int = 100) -> list[OpenSessions]:
    connection = open_for_reading(path)
    try:
        return read_open_sessions(connection, FIRST, LAST, now_ms=NOW, most=most)
    finally:
        connection.close()


def counts(path: Path) -> list[tuple[str, int, int]]:
    return [(one.kind.start, one.began, one.open) for one in found(path)]


@pytest.mark.parametrize("kind", KINDS)
def test_of_each_kind_those_without_an_end_are_counted(tmp_path: Path, kind: str) -> None:
    path = write_audit_database(
        tmp_path / "audit.db",
        [
            edge(f"{kind}.start", "2026-11-15T10:00:00Z", sid="ended", **KINDS[kind]),
            edge(f"{kind}.end", "2026-11-16T10:00:00Z", sid="ended"),
            edge(f"{kind}.start", "2026-11-15T11:00:00Z", sid="open", **KINDS[kind]),
            edge(f"{kind}.start", "2026-11-15T12:00:00Z", sid="open", **KINDS[kind]),
        ],
    )
    assert counts(path) == [(f"{kind}.start", 2, 1)]


def test_one_that_may_still_run_or_is_older_does_not_count(tmp_path: Path) -> None:
    path = write_audit_database(
        tmp_path / "audit.db",
        [
            edge("session.end", "2026-11-20T10:00:00Z", sid="x"),
            edge("session.start", "2026-11-20T10:00:00Z", sid="just now"),
            edge("session.start", "2026-11-12T11:59:59.999Z", sid="before"),
            edge("session.start", "2026-11-12T12:00:00Z", sid="first"),
            edge("session.start", "2026-11-19T12:00:00Z", sid="last"),
        ],
    )
    assert counts(path) == [("session.start", 2, 2)]


def test_an_end_today_or_a_little_before_its_start_is_one(tmp_path: Path) -> None:
    path = write_audit_database(
        tmp_path / "audit.db",
        [
            edge("session.start", "2026-11-19T11:00:00Z", sid="long"),
            edge("session.end", "2026-11-20T11:00:00Z", sid="long"),
            edge("session.start", "2026-11-12T12:00:00Z", sid="clocks differ"),
            edge("session.end", "2026-11-12T11:59:00Z", sid="clocks differ"),
        ],
    )
    assert counts(path) == [("session.start", 2, 0)]


def test_what_has_no_end_by_its_nature_does_not_count(tmp_path: Path) -> None:
    at = "2026-11-15T10:00:00Z"
    path = write_audit_database(
        tmp_path / "audit.db",
        [
            edge("db.session.start", at, sid="refused", success=False),
            edge("db.session.start", at, sid="open", success=True),
            edge("db.session.end", at, sid="x"),
            edge("app.session.start", at, sid="web", app_uri="http://localhost:3000"),
            edge("app.session.start", at, sid="unknown"),
            edge("app.session.end", at, sid="x"),
            edge("session.start", at),
            edge("session.start", at, sid=""),
            edge("session.start", at, sid=None),
            edge("session.end", at, sid="x"),
        ],
    )
    assert counts(path) == [
        ("session.start", 0, 0), ("db.session.start", 1, 1), ("app.session.start", 0, 0)
    ]  # fmt: skip


def test_where_ends_never_come_nothing_is_said(tmp_path: Path) -> None:
    start = edge("session.start", "2026-11-15T10:00:00Z", sid="open")
    path = write_audit_database(tmp_path / "audit.db", [start])
    (one,) = found(path)
    assert (one.ends_come, one.began, one.open) == (False, 0, 0)


@pytest.mark.parametrize(
    "sid", ["'; DROP TABLE exec", "a\x00b", "\u202e", 5, {"a": 1}, ["x"], True]
)
def test_any_value_may_be_a_session_id(tmp_path: Path, sid: Any) -> None:
    at = "2026-11-15T10:00:00Z"
    path = write_audit_database(
        tmp_path / "audit.db",
        [
            edge("app.session.start", at, sid=sid, app_uri="tcp://x"),
            edge("app.session.end", at, sid=sid),
            edge("app.session.start", at, sid="open", app_uri="tcp://x"),
        ],
    )
    assert counts(path) == [("app.session.start", 2, 1)]


SESSIONS = st.lists(
    st.tuples(st.integers(FIRST, LAST), st.none() | st.integers(0, 3_600_000)), max_size=25
)


@given(SESSIONS, st.integers(1, 8))
def test_however_few_are_looked_at_an_open_one_is_open(
    sessions: list[tuple[int, int | None]], most: int
) -> None:
    events = [edge("session.end", rfc3339(NOW), sid="the first of its kind")]
    for sid, (began, lasted) in enumerate(sessions):
        events.append(edge("session.start", rfc3339(began), sid=str(sid)))
        if lasted is not None:
            events.append(edge("session.end", rfc3339(began + lasted), sid=str(sid)))
    connection = open_for_writing(":memory:")
    stored = [decode(write_json(event).encode()) for event in events]
    Writer(connection).write(
        [one for one in stored if isinstance(one, Event)], [], Checkpoint("-", 0, 0, b"", b"", 0, 0)
    )
    whole = read_open_sessions(connection, FIRST, LAST, now_ms=NOW, most=1_000)
    part = read_open_sessions(connection, FIRST, LAST, now_ms=NOW, most=most)
    connection.close()
    for few, all_ in zip(part, whole, strict=True):
        assert (all_.began, all_.open) == (
            len(sessions), sum(lasted is None for _, lasted in sessions)
        )  # fmt: skip
        # Those that are judged are judged rightly: as all that began since then are.
        since = [lasted for began, lasted in sessions if began >= few.first_ms]
        assert few.began <= min(most, len(since))
        assert few.open <= sum(lasted is None for lasted in since)
        assert few.began - few.open <= sum(lasted is not None for lasted in since)
