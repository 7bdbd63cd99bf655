"""How many events each day has of each type: always as many as are stored."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from older_files import take_back_to

from datasette_access_monitoring.events import Event, decode
from datasette_access_monitoring.sources.model import Checkpoint
from datasette_access_monitoring.store.database import open_for_reading, open_for_writing
from datasette_access_monitoring.store.state import check_integrity, read_day_states
from datasette_access_monitoring.store.write import Writer

NOWHERE = Checkpoint("-", 0, 0, b"", b"", 0, 0)
EVENTS = st.builds(
    lambda kind, day, second, number: {
        "event": kind,
        "time": f"2026-11-{day:02}T23:59:{second:02}Z",
        "n": number,
    },
    st.sampled_from(["exec", "user.login", "not.in.the.catalog", "nor.is.this"]),
    st.integers(1, 4),
    st.integers(58, 59),
    st.integers(0, 2),
)


def decoded(events: list[dict[str, object]]) -> list[Event]:
    found = [decode(json.dumps(event).encode()) for event in events]
    return [event for event in found if isinstance(event, Event)]


def told(connection: sqlite3.Connection) -> list[tuple[str, str, int]]:
    days = read_day_states(connection, "1970-01-01", "9999-12-31")
    return [(one.event_date, one.event, one.events) for one in days]


def counted(connection: sqlite3.Connection) -> list[tuple[str, str, int]]:
    return connection.execute(
        "SELECT event_date, event, count(*) FROM events GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(EVENTS, max_size=12), max_size=5))
def test_they_are_the_events_that_are_stored_however_often_they_came(batches):
    connection = open_for_writing(":memory:")
    try:
        writer = Writer(connection)
        for batch in batches:
            writer.write(decoded(batch), [], NOWHERE)
        assert told(connection) == counted(connection)
        assert check_integrity(connection) == []
    finally:
        connection.close()


def write_days(path: Path) -> None:
    connection = open_for_writing(path)
    events = [
        {"event": kind, "time": f"2026-11-0{day}T12:00:00Z", "n": number}
        for kind in ("exec", "not.in.the.catalog")
        for day in (1, 2, 2, 3)
        for number in (1, 2)
    ]
    Writer(connection).write(decoded(events), [], NOWHERE)
    connection.close()


def test_a_range_of_days_has_both_its_ends(tmp_path):
    write_days(tmp_path / "audit.db")
    connection = open_for_reading(tmp_path / "audit.db")
    found = read_day_states(connection, "2026-11-02", "2026-11-03")
    connection.close()
    assert {one.event_date for one in found} == {"2026-11-02", "2026-11-03"}


def test_a_file_of_an_older_release_has_its_days_counted(tmp_path):
    write_days(tmp_path / "audit.db")
    newer = sqlite3.connect(tmp_path / "audit.db")
    before = told(newer)
    newer.close()
    take_back_to(tmp_path / "audit.db", 2)
    connection = open_for_reading(tmp_path / "audit.db")
    assert told(connection) == before == counted(connection)
    connection.close()


def test_the_check_sees_a_day_that_was_counted_wrongly(tmp_path):
    write_days(tmp_path / "audit.db")
    connection = open_for_writing(tmp_path / "audit.db")
    connection.execute(
        "UPDATE _event_days SET event_date = '2026-11-09' WHERE event_date = '2026-11-01'"
    )
    faults = check_integrity(connection)
    connection.close()
    assert len(faults) == 2 and all("not on the days" in fault for fault in faults)
