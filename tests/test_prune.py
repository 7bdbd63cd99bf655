"""Old events go by whole days, with their counts, told beforehand; all else stays as it is."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import told, write_audit_database
from hypothesis import given
from hypothesis import strategies as st

from datasette_access_monitoring.cli import audit
from datasette_access_monitoring.errors import StoreError
from datasette_access_monitoring.events import decode
from datasette_access_monitoring.events.times import parse_time
from datasette_access_monitoring.prune import plan, prune
from datasette_access_monitoring.self_audit import Principal
from datasette_access_monitoring.store import retention
from datasette_access_monitoring.store.database import open_for_reading, open_for_writing
from datasette_access_monitoring.store.read import read_events
from datasette_access_monitoring.store.state import check_integrity, read_type_states
from datasette_access_monitoring.store.write import Writer

NOON = parse_time("2026-11-22T12:00:00Z")
SOMEBODY = Principal("alice", "cli")
EARLIER = ("--as-of", "2026-11-29")
TYPES = ("exec", "user.login", "not.in.the.catalog", "nor.is.this")


def events_of(days: list[int], kinds: tuple[str, ...] = TYPES) -> list[dict[str, object]]:
    return [
        {"event": kind, "time": f"2026-11-{day:02}T{hour}Z", "user": "bob"}
        for day in days
        for kind in kinds
        for hour in ("00:00:00", "23:59:59.999")
    ]


@pytest.fixture
def audit_db(tmp_path: Path) -> Path:
    return write_audit_database(tmp_path / "audit.db", events_of([10, 14, 15, 16, 22]))


def stored(connection: sqlite3.Connection) -> list[str]:
    """The times of what is stored, without our own events."""
    events = [json.loads(line) for line in read_events(connection)]
    return [one["time"] for one in events if not one["event"].startswith("secreports.")]


def run(db: Path, *words: str) -> str:
    result = CliRunner().invoke(audit, ["prune", "--db", str(db), *words])
    assert result.exit_code == 0, result.output
    return result.output


EVENTS = st.lists(
    st.builds(
        lambda kind, day, n: {"event": kind, "time": f"2026-11-{day:02}T10:00:00Z", "n": n},
        st.sampled_from(TYPES), st.integers(1, 22), st.integers(0, 3),
    ),
    max_size=40,
)  # fmt: skip


@given(EVENTS, st.integers(1, 25), st.integers(1, 4))
def test_just_the_days_before_the_first_kept_one_go(events, keep_days, batch):
    connection = open_for_writing(":memory:")
    patched = pytest.MonkeyPatch()
    patched.setattr(retention, "BATCH", batch)
    try:
        write = Writer(connection)
        with write.transaction():
            write.add([decode(json.dumps(event).encode()) for event in events])
        before = stored(connection)
        first_kept = f"2026-11-{22 - keep_days:02}" if keep_days < 22 else "2026-10-28"
        planned = plan(connection, keep_days, NOON)
        seen: list[int] = []

        def each(removed: int) -> None:
            seen.append(removed)
            assert removed <= batch and check_integrity(connection) == []

        gone = prune(connection, planned, SOMEBODY, NOON, each)
        kept = [time for time in before if time[:10] >= first_kept]
        assert stored(connection) == kept
        assert gone == planned and gone.events == sum(seen) == len(before) - len(kept)
        assert check_integrity(connection) == []
        assert plan(connection, keep_days, NOON).events == 0
    finally:
        patched.undo()
        connection.close()


def test_a_query_over_as_many_days_still_sees_everything(audit_db):
    connection = open_for_writing(audit_db)
    planned = plan(connection, 7, NOON)
    assert planned.first_kept == "2026-11-15"  # seven times 24 hours back is noon of that day
    prune(connection, planned, SOMEBODY, NOON)
    assert {time[:10] for time in stored(connection)} == {"2026-11-15", "2026-11-16", "2026-11-22"}
    states = {one.event: one for one in read_type_states(connection)}
    assert states["exec"].first_ms == parse_time("2026-11-15T00:00:00Z")
    assert states["nor.is.this"].last_ms == parse_time("2026-11-22T23:59:59.999Z")
    connection.close()


def test_the_log_is_told_before_and_only_when_something_goes(audit_db):
    connection = open_for_writing(audit_db)
    prune(connection, plan(connection, 30, NOON), SOMEBODY, NOON)
    assert told(audit_db) == []
    prune(connection, plan(connection, 7, NOON), SOMEBODY, NOON)
    connection.close()
    (event,) = told(audit_db, "secreports.events.prune")
    assert (event["user"], event["before"], event["events"]) == ("alice", "2026-11-15", 16)


def test_what_is_interrupted_goes_on_later(audit_db, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 1)
    connection = open_for_writing(audit_db)

    def stop(removed: int) -> None:  # noqa: ARG001
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prune(connection, plan(connection, 7, NOON), SOMEBODY, NOON, stop)
    assert len(stored(connection)) == 39 and check_integrity(connection) == []
    assert prune(connection, plan(connection, 7, NOON), SOMEBODY, NOON).events == 15
    assert len(stored(connection)) == 24 and check_integrity(connection) == []
    connection.close()


def test_what_came_after_the_plan_goes_too_and_is_counted(audit_db):
    connection = open_for_writing(audit_db)
    planned = plan(connection, 7, NOON)
    late = decode(b'{"event": "exec", "time": "2026-11-10T12:00:00Z"}')
    writer = Writer(connection)
    with writer.transaction():
        writer.add([late])
    gone = prune(connection, planned, SOMEBODY, NOON)
    assert gone.events == planned.events + 1
    assert check_integrity(connection) == []
    connection.close()


def test_readers_go_on_with_what_they_saw(audit_db):
    reader = open_for_reading(audit_db)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM events").fetchone() == (40,)
    writer = open_for_writing(audit_db)
    prune(writer, plan(writer, 7, NOON), SOMEBODY, NOON)
    writer.close()
    assert reader.execute("SELECT count(*) FROM events").fetchone() == (40,)
    reader.execute("ROLLBACK")
    assert reader.execute("SELECT count(*) FROM events").fetchone() == (25,)  # one is ours
    reader.close()


def test_a_file_that_cannot_be_written_loses_nothing(audit_db):
    connection = open_for_writing(audit_db)
    planned = plan(connection, 7, NOON)
    connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError):
        prune(connection, planned, SOMEBODY, NOON)
    connection.execute("PRAGMA query_only = OFF")
    assert len(stored(connection)) == 40
    connection.close()


def test_the_command_says_what_goes_and_a_dry_run_removes_nothing(audit_db):
    before = audit_db.stat().st_size
    shown = run(audit_db, *EARLIER, "--keep-days", "1", "--dry-run")
    assert "40 events would be removed, of 2026-11-10 to 2026-11-22" in shown
    found = json.loads(run(audit_db, *EARLIER, "--keep-days", "1", "--dry-run", "--format", "json"))
    assert (found["dry_run"], found["events"]) == (True, 40)
    assert found["types"] == [{"event": one, "days": 5, "events": 10} for one in sorted(TYPES)]
    assert audit_db.stat().st_size == before
    removed = run(audit_db, *EARLIER, "--keep-days", "1")
    assert "exec" in removed and "40 events removed" in removed
    assert run(audit_db, *EARLIER, "--keep-days", "1").startswith("No events before ")


def test_the_file_gets_smaller_when_it_is_asked_to(tmp_path):
    big = [
        {"event": "exec", "time": f"2026-11-10T10:00:{n % 60:02}Z", "n": n, "command": "x" * 500}
        for n in range(4_000)
    ]
    path = write_audit_database(tmp_path / "audit.db", big)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.stat().st_size
    run(path, *EARLIER, "--keep-days", "1", "--vacuum")
    assert path.stat().st_size < before / 2


@pytest.mark.parametrize("days", ["0", "-1", "x", "36501"])
def test_days_that_are_none_are_refused(audit_db, days):
    result = CliRunner().invoke(audit, ["prune", "--db", str(audit_db), "--keep-days", days])
    assert result.exit_code == 2 and "--keep-days" in result.output
    missing = CliRunner().invoke(audit, ["prune", "--db", str(audit_db)])
    assert missing.exit_code == 2
