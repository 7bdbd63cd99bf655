"""The same event is stored once, different events never push each other out."""

import pytest

from datasette_access_monitoring.events import decode
from datasette_access_monitoring.sources.model import Checkpoint
from datasette_access_monitoring.store.database import open_for_writing
from datasette_access_monitoring.store.ids import event_id, id_range
from datasette_access_monitoring.store.read import read_events
from datasette_access_monitoring.store.write import Writer

NOWHERE = Checkpoint("-", 0, 0, b"", b"", 0, 0)


def event(number, event_type="exec", second="03.374"):
    return decode(
        f'{{"event":"{event_type}","time":"2024-03-20T12:12:{second}Z","n":{number}}}'.encode()
    )


@pytest.fixture
def writer():
    connection = open_for_writing(":memory:")
    yield Writer(connection)
    connection.close()


def stored(writer):
    return list(read_events(writer._connection))


def colliding(count, event_type="exec"):
    """Different events whose ids are the same: their fingerprints share the last 20 bits."""
    first = event(0, event_type)
    return [
        first._replace(
            data={**first.data, "n": number},
            fingerprint=number.to_bytes(13, "big") + first.fingerprint[-3:],
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("event_type", ["exec", "not.in.the.catalog"])
class TestCollisions:
    def test_events_that_share_an_id_are_all_stored(self, writer, event_type):
        events = colliding(5, event_type)
        assert writer.write(events, [], NOWHERE).new == 5
        assert len(stored(writer)) == 5

    def test_they_are_recognised_when_they_come_again(self, writer, event_type):
        events = colliding(5, event_type)
        writer.write(events[:3], [], NOWHERE)
        again = writer.write(events[::-1] + events, [], NOWHERE)
        assert (again.new, again.duplicate) == (2, 8)
        assert len(stored(writer)) == 5

    def test_a_taken_id_never_moves_an_event_to_another_millisecond(self, writer, event_type):
        first = event(0, event_type)
        full = [
            first._replace(data={**first.data, "n": n}, fingerprint=bytes([n]) * 13 + b"\xff" * 3)
            for n in range(3)
        ]
        writer.write(full, [], NOWHERE)
        rows = writer._connection.execute("SELECT _id >> 20 FROM _events").fetchall()
        assert set(rows) == {(first.time_ms,)}


def test_ids_are_ordered_by_time_and_fit_sqlite():
    early, late = event(9), event(1, second="03.375")
    assert early.time_ms + 1 == late.time_ms
    assert event_id(early.time_ms, early.fingerprint) < event_id(late.time_ms, late.fingerprint)
    last = decode(b'{"event":"exec","time":"2247-12-31T23:59:59.999Z"}')
    assert 0 < event_id(last.time_ms, b"\xff" * 16) < 2**63


def test_a_range_of_ids_holds_exactly_the_events_of_its_time():
    low, high = b"\0" * 16, b"\xff" * 16
    first, last = id_range(1000, 2000)
    assert first == event_id(1000, low) and last == event_id(2000, high)
    assert event_id(999, high) < first and last < event_id(2001, low)


@pytest.mark.parametrize("ends", [(-(10**20), 10**20), (10**20, 10**21), (-5, -3)])
def test_any_range_of_time_is_one_that_sqlite_can_hold(ends):
    assert all(-(2**63) <= end < 2**63 for end in id_range(*ends))


def test_duplicates_within_a_batch_are_counted(writer):
    written = writer.write([event(1), event(2), event(1), event(1)], [], NOWHERE)
    assert (written.new, written.duplicate) == (2, 2)


def test_export_has_one_order_whatever_the_order_of_loading(writer):
    events = [event(n) for n in range(40)] + [event(n, "odd.type") for n in range(40)]
    writer.write(events, [], NOWHERE)
    other = open_for_writing(":memory:")
    Writer(other).write(events[::-1], [], NOWHERE)
    assert list(read_events(other)) == stored(writer)
    other.close()


def test_two_writers_of_one_file_see_each_others_types_and_keys(tmp_path):
    connections = [open_for_writing(tmp_path / "audit.db") for _ in range(2)]
    writers = [Writer(connection) for connection in connections]
    for number, key in enumerate(["a", "b", "a", "c"]):
        line = f'{{"event":"odd.type","time":"2024-03-20T12:12:03Z","{key}":{number}}}'
        writers[number % 2].write([decode(line.encode())], [], NOWHERE)
    cursor = connections[0].execute("SELECT a, b, c FROM odd_type ORDER BY a, b, c")
    assert cursor.fetchall() == [(None, None, 3), (None, 1, None), (0, None, None), (2, None, None)]
    for connection in connections:
        connection.close()
