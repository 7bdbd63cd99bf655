"""JSON that many events have is kept once, and what an event's id says is not kept again."""

import json
import sqlite3

import pytest
from logs import canonical
from sqlite_utils import Database

from datasette_access_monitoring.events import decode
from datasette_access_monitoring.sources.model import Checkpoint
from datasette_access_monitoring.store import extras
from datasette_access_monitoring.store.database import open_for_writing
from datasette_access_monitoring.store.migrations import migrations
from datasette_access_monitoring.store.read import read_events
from datasette_access_monitoring.store.retention import shrink
from datasette_access_monitoring.store.state import check_integrity
from datasette_access_monitoring.store.write import Writer

NOWHERE = Checkpoint("-", 0, 0, b"", b"", 0, 0)
TIMES = [
    "2024-03-20T12:12:03.374Z", "2024-03-20T12:12:03.37Z", "2024-03-20T12:12:03.4Z",
    "2024-03-20T12:12:03Z", "2024-03-20T12:10:00Z", "1970-01-01T00:00:00Z",
    "2247-12-31T23:59:59.999Z", "2024-03-20T12:12:03.370Z", "2024-03-20T12:12:03.000Z",
    "2024-03-20T12:12:03.0Z", "2024-03-20T12:12:03.374999999Z", "2024-03-20T12:12:03.3749Z",
    "2024-03-20t12:12:03z", "2024-03-20T12:12:03.37z", "2024-03-20 12:12:03",
    "2024-03-20 12:12:03Z", "2024-03-20T12:12:03.37", "2024-03-20T14:12:03+02:00",
    "2024-03-20T12:12:03+0000", "2024-03-20T12:12:03.3+00:00", "2024-02-29T23:59:59.999Z",
]  # fmt: skip


def event(number, **fields):
    data = {"event": "exec", "time": f"2024-03-20T12:12:{number % 60:02}Z", "n": number}
    return decode(json.dumps({**data, **fields}).encode())


def labelled(number, label):
    found = event(number)
    data = {"event": "exec", "time": found.data["time"], "uid": f"u{number}"}
    return decode(json.dumps({**data, "server_labels": {"env": label}}).encode())


@pytest.fixture
def connection():
    connection = open_for_writing(":memory:")
    yield connection
    connection.close()


def stored(connection):
    return sorted(canonical(line) for line in read_events(connection))


def forms(connection):
    return connection.execute(
        "SELECT count(_extra), count(_shared), count(DISTINCT _shared) FROM _event_exec"
    ).fetchone()


@pytest.mark.parametrize("time", TIMES)
def test_a_time_comes_back_as_it_was_written(connection, time):
    event = {"event": "exec", "time": time, "uid": "u"}
    Writer(connection).write([decode(json.dumps(event).encode())], [], NOWHERE)
    assert connection.execute('SELECT "time", "event" FROM exec').fetchall() == [(time, "exec")]
    assert stored(connection) == [canonical(json.dumps(event))]


def test_what_comes_often_is_kept_once_and_what_comes_once_with_its_event(connection):
    events = [labelled(n, "prod") for n in range(50)] + [labelled(50, "alone")]
    Writer(connection).write(events, [], NOWHERE)
    assert forms(connection) == (2, 49, 1)
    assert stored(connection) == sorted(canonical(json.dumps(e.data)) for e in events)


def test_labels_are_found_in_both_forms(connection):
    Writer(connection).write([labelled(n, f"l{n % 2}") for n in range(20)], [], NOWHERE)
    (found,) = connection.execute(
        "SELECT count(*) FROM events WHERE json_extract(event_data, '$.server_labels.env') = 'l0'"
    ).fetchone()
    assert found == 10


def test_writers_side_by_side_use_each_others(tmp_path):
    connections = [open_for_writing(tmp_path / "audit.db") for _ in range(2)]
    writers = [Writer(connection) for connection in connections]
    events = [labelled(n, f"l{n % 7}") for n in range(300)]
    for start in range(0, 300, 10):
        writers[start // 10 % 2].write(events[start : start + 10], [], NOWHERE)
    assert connections[0].execute("SELECT count(*) FROM _extras").fetchone() == (7,)
    assert stored(connections[0]) == sorted(canonical(json.dumps(e.data)) for e in events)
    for connection in connections:
        connection.close()


def test_a_transaction_that_was_undone_leaves_no_number_behind(connection):
    writer = Writer(connection)
    with pytest.raises(ZeroDivisionError), writer.transaction():
        writer.add([labelled(n, "undone") for n in range(10)])
        raise ZeroDivisionError
    events = [labelled(n, label) for n in range(20) for label in ("other", "undone")]
    writer.write(events, [], NOWHERE)
    assert stored(connection) == sorted(canonical(json.dumps(e.data)) for e in events)


def test_beyond_the_bounds_it_stays_with_its_events(connection, monkeypatch):
    monkeypatch.setattr(extras, "MAX_SHARED", 3)
    monkeypatch.setattr(extras, "MAX_LENGTH", 60)
    monkeypatch.setattr(extras, "MAX_SEEN", 4)
    events = [labelled(n, "x" * (n // 2 % 60)) for n in range(240)]
    Writer(connection).write(events, [], NOWHERE)
    (longest,) = connection.execute("SELECT max(length(json)) FROM _extras").fetchone()
    assert longest <= 60
    assert connection.execute("SELECT count(*) FROM _extras").fetchone() == (3,)
    assert stored(connection) == sorted(canonical(json.dumps(e.data)) for e in events)


def test_what_no_event_has_any_more_goes_when_the_file_is_shrunk(tmp_path):
    connection = open_for_writing(tmp_path / "audit.db")
    Writer(connection).write([labelled(n, f"l{n % 2}") for n in range(20)], [], NOWHERE)
    connection.execute(
        "DELETE FROM _event_exec WHERE _shared = (SELECT id FROM _extras WHERE json LIKE '%l1%')"
    )
    kept = stored(connection)
    shrink(connection)
    assert [json for (json,) in connection.execute("SELECT json FROM _extras")] == [
        '{"server_labels":{"env":"l0"}}'
    ]
    assert stored(connection) == kept
    connection.close()


def test_a_number_without_its_json_is_a_fault(connection):
    Writer(connection).write([labelled(n, "prod") for n in range(5)], [], NOWHERE)
    assert check_integrity(connection) == []
    connection.execute("DELETE FROM _extras")
    assert check_integrity(connection) == ["exec: 4 events have lost what is beside their columns"]


def test_events_of_an_older_release_read_as_before_and_are_recognised(tmp_path):
    database = tmp_path / "old.db"
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute(f"PRAGMA application_id = {0x54414D31}")
    migrations.apply(Database(connection), stop_before="m007_shared_extras")
    old = [labelled(n, "prod") for n in range(30)]
    for one in old:
        connection.execute(
            'INSERT INTO _event_exec ("_id", "_hash", "event_date", "event", "time", "uid",'
            ' "_extra") VALUES (?, ?, ?, ?, ?, ?, ?)',
            (
                one.time_ms << 20 | int.from_bytes(one.fingerprint[-3:], "big") & 0xFFFFF,
                one.fingerprint, "2024-03-20", "exec", one.data["time"], one.data["uid"],
                json.dumps({"server_labels": one.data["server_labels"]}),
            ),
        )  # fmt: skip
    connection.close()
    connection = open_for_writing(database)
    events = [labelled(n, "prod") for n in range(60)]
    written = Writer(connection).write(events, [], NOWHERE)
    assert (written.new, written.duplicate) == (30, 30)
    assert stored(connection) == sorted(canonical(json.dumps(e.data)) for e in events)
    assert connection.execute('SELECT count(*), count("time") FROM exec').fetchone() == (60, 60)
    connection.close()
