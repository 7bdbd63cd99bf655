"""Loading again and again: only what is new is read, nothing is lost, nothing is doubled."""

import gzip
import json
import os

import pytest
from logs import NO_EVENTS

from datasette_access_monitoring.load import load, retry_rejects
from datasette_access_monitoring.sources.discover import discover
from datasette_access_monitoring.store.database import open_for_writing
from datasette_access_monitoring.store.read import read_events
from datasette_access_monitoring.store.state import read_rejects, read_source_states


def line(number, **more):
    event = {"event": "exec", "time": "2024-03-20T12:12:03Z", "ei": number, **more}
    return json.dumps(event).encode() + b"\n"


@pytest.fixture
def connection(tmp_path):
    connection = open_for_writing(tmp_path / "audit.db")
    yield connection
    connection.close()


def load_from(connection, *paths):
    return load(connection, discover([str(path) for path in paths]))


def numbers(connection):
    return sorted(json.loads(event)["ei"] for event in read_events(connection))


def test_an_appended_file_loads_only_its_new_lines(connection, tmp_path):
    log = tmp_path / "events.log"
    log.write_bytes(line(1) + line(2))
    assert load_from(connection, log).read == 2
    assert load_from(connection, log).read == 0
    with log.open("ab") as file:
        file.write(line(3))
    again = load_from(connection, log)
    assert (again.read, again.written.new) == (1, 1)
    assert numbers(connection) == [1, 2, 3]


def test_half_a_line_waits_for_its_end(connection, tmp_path):
    log = tmp_path / "events.log"
    log.write_bytes(line(1) + line(2)[:-9])
    first = load_from(connection, log)
    assert (first.read, first.waiting) == (1, ["events.log"])
    assert list(read_rejects(connection)) == []
    log.write_bytes(line(1) + line(2) + line(3))
    second = load_from(connection, log)
    assert (second.read, second.waiting) == (2, [])
    assert numbers(connection) == [1, 2, 3]


def test_a_whole_last_line_needs_no_newline(connection, tmp_path):
    log = tmp_path / "events.log"
    log.write_bytes(line(1) + line(2)[:-1])
    assert load_from(connection, log).written.new == 2
    with log.open("ab") as file:
        file.write(b"\n" + line(3))
    again = load_from(connection, log)
    assert (again.read, again.written.duplicate) == (1, 0)
    assert numbers(connection) == [1, 2, 3]


def test_line_numbers_go_on_after_a_line_taken_early(connection, tmp_path):
    for end in (b"\n", b"\r\n"):
        log = tmp_path / f"{len(end)}.log"
        log.write_bytes(line(1)[:-1])
        load_from(connection, log)
        with log.open("ab") as file:
            file.write(end + b"bad " + end)
        load_from(connection, log)
        *_, reject = read_rejects(connection)
        assert (reject.location, reject.number) == (str(log.resolve()), 2)


def test_a_replaced_file_is_read_from_its_start(connection, tmp_path):
    log = tmp_path / "events.log"
    log.write_bytes(line(1) + line(2))
    load_from(connection, log)
    log.write_bytes(line(3) + line(4) + line(5))
    again = load_from(connection, log)
    assert again.written.new == 3
    assert any("events.log" in note for note in again.notes)
    assert numbers(connection) == [1, 2, 3, 4, 5]


def test_a_rotated_log_is_followed_under_its_new_name(connection, tmp_path):
    log = tmp_path / "events.log"
    log.write_bytes(b"".join(line(n) for n in range(100)))
    load_from(connection, log)
    with log.open("ab") as file:
        file.write(line(100))  # the last event before midnight, not loaded yet
    log.rename(tmp_path / "2024-03-20.00:00:00.log")
    log.write_bytes(line(101))
    again = load_from(connection, tmp_path)
    assert again.written.new == 2
    assert again.written.duplicate == 0
    assert numbers(connection) == list(range(102))


def test_what_came_before_a_rotation_is_read_from_the_files_that_the_log_became(
    connection, tmp_path
):
    log = tmp_path / "audit.log"
    log.write_bytes(line(0))
    load_from(connection, log)
    with log.open("ab") as file:
        file.write(line(1))
    log.rename(tmp_path / "audit.log.2")
    os.utime(tmp_path / "audit.log.2", (1000, 1000))
    with gzip.open(tmp_path / "audit.log.1.gz", "wb") as file:
        file.write(line(2))
    os.utime(tmp_path / "audit.log.1.gz", (2000, 2000))
    (tmp_path / "audit.log.0").write_bytes(line(4))  # older than what was read: none of it
    os.utime(tmp_path / "audit.log.0", (500, 500))
    (tmp_path / "audit.logbook").write_bytes(line(5))
    log.write_bytes(line(3))
    again = load_from(connection, log)  # the log itself only, not its folder
    assert (again.written.new, again.written.duplicate) == (3, 0)
    assert numbers(connection) == [0, 1, 2, 3]
    assert load_from(connection, log).read == 0


def test_a_compressed_copy_adds_nothing(connection, tmp_path):
    log = tmp_path / "a.log"
    log.write_bytes(b"".join(line(n) for n in range(10)))
    load_from(connection, log)
    with gzip.open(tmp_path / "a.log.gz", "wb") as file:
        file.write(log.read_bytes())
    assert load_from(connection, tmp_path / "a.log.gz").written.new == 0
    assert numbers(connection) == list(range(10))


def test_one_bad_source_does_not_stop_the_others(connection, tmp_path):
    with gzip.open(tmp_path / "a.log.gz", "wb") as file:
        file.write(b"".join(line(n) for n in range(2000)))
    whole = (tmp_path / "a.log.gz").read_bytes()
    (tmp_path / "a.log.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "b.log").write_bytes(line(5000))
    summary = load_from(connection, tmp_path)
    assert [location.endswith("a.log.gz") for location in summary.failures] == [True]
    assert "a.log.gz" in next(iter(summary.failures.values()))
    loaded = numbers(connection)
    assert 5000 in loaded and loaded[: len(loaded) - 1] == list(range(len(loaded) - 1))
    (tmp_path / "a.log.gz").write_bytes(whole)
    load_from(connection, tmp_path)
    assert numbers(connection) == [*range(2000), 5000]


def test_rejects_keep_line_place_and_reason_whole(connection, tmp_path):
    log = tmp_path / "events.log"
    lines = NO_EVENTS.read_bytes().rstrip(b"\n").split(b"\n")
    log.write_bytes(line(1) + b"\n" + NO_EVENTS.read_bytes() + line(2))
    summary = load_from(connection, log)
    assert (summary.read, summary.written.rejected) == (len(lines) + 2, len(lines))
    rejects = list(read_rejects(connection))
    assert [reject.line for reject in rejects] == lines
    assert [reject.number for reject in rejects] == list(range(3, len(lines) + 3))
    content = log.read_bytes()
    for reject in rejects:
        assert content[reject.offset : reject.offset + len(reject.line)] == reject.line
        assert reject.location == str(log.resolve())
    assert read_source_states(connection)[0].rejects == len(lines)


def test_reading_a_file_again_doubles_no_reject(connection, tmp_path):
    log = tmp_path / "events.log"
    log.write_bytes(NO_EVENTS.read_bytes())
    load_from(connection, log)
    before = list(read_rejects(connection))
    connection.execute('DELETE FROM "_sources"')
    load_from(connection, log)
    assert list(read_rejects(connection)) == before


def test_retry_loads_what_can_be_read_by_now(connection, tmp_path, monkeypatch):
    log = tmp_path / "events.log"
    monkeypatch.setattr("datasette_access_monitoring.events.decoding.MAX_EVENT_BYTES", 100)
    log.write_bytes(
        line(1) + line(2, command="x" * 200) + b"nonsense\n" + line(1, command="y" * 99)
    )
    assert load_from(connection, log).written.rejected == 3
    assert retry_rejects(connection) == (0, 3)
    monkeypatch.undo()
    assert retry_rejects(connection) == (2, 1)
    assert numbers(connection) == [1, 1, 2]
    assert [reject.line for reject in read_rejects(connection)] == [b"nonsense"]
    assert retry_rejects(connection) == (0, 1)
