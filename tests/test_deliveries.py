"""What each origin delivered is counted with the events, and what nobody counted is not guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from health_world import NOW_MS, deliver, events_on, health_of, kinds, read_at
from hypothesis import given, settings
from hypothesis import strategies as st
from older_files import take_back_to

from datasette_access_monitoring.events import Event, decode
from datasette_access_monitoring.load import retry_rejects
from datasette_access_monitoring.sources.model import Checkpoint
from datasette_access_monitoring.store.database import open_for_reading, open_for_writing
from datasette_access_monitoring.store.deliveries import origin_of
from datasette_access_monitoring.store.state import check_integrity, count_rejects
from datasette_access_monitoring.store.write import PlacedReject, Writer

A, B = "/log/a/1.log", "/log/b/1.log"


@pytest.mark.parametrize(
    ("location", "origin"),
    [
        ("/var/lib/teleport/log/0a1b/2026-11-20.00:00:00.log", "/var/lib/teleport/log/0a1b"),
        ("/events.log", "/"),
        ("/logs/a\\xff.log", "/logs"),
        ("C:\\teleport\\log\\0a1b\\x.log", "C:\\teleport\\log\\0a1b"),
        ("http", "http"),
        ("-", "-"),
        ("", ""),
    ],
)
def test_the_origin_of_a_file_is_its_folder(location: str, origin: str) -> None:
    assert origin_of(location) == origin


BATCHES = st.lists(
    st.tuples(
        st.sampled_from([A, "/log/a/2.log", B, "http"]),
        st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3)), max_size=8),
        st.lists(st.sampled_from([b"x", b"{}", b"[]", b"y"]), max_size=3),
    ),
    max_size=6,
)


@settings(max_examples=60)
@given(BATCHES)
def test_counts_are_of_all_that_came_and_the_check_agrees(
    batches: list[tuple[str, list[tuple[int, int]], list[bytes]]],
) -> None:
    connection = open_for_writing(":memory:")
    writer = Writer(connection)
    came: dict[tuple[str, str], int] = {}
    for location, days, lines in batches:
        events = [
            decode(f'{{"event":"exec","time":"2026-11-0{day}T00:00:00Z","n":{n}}}'.encode())
            for day, n in days
        ]
        rejects = [PlacedReject(line, at, at, decode(line)) for at, line in enumerate(lines)]  # type: ignore[arg-type]
        stored = [event for event in events if isinstance(event, Event)]
        if location == "http":
            writer.receive(location, stored, rejects)
        else:
            writer.write(stored, rejects, Checkpoint(location, 0, 0, b"", b"", 0, 0))
        for day, _ in days:
            key = origin_of(location), f"2026-11-0{day}"
            came[key] = came.get(key, 0) + 1
    rows = connection.execute("SELECT origin, event_date, events FROM _source_days").fetchall()
    assert {(origin, day): events for origin, day, events in rows} == came
    new = connection.execute("SELECT ifnull(sum(events), 0) FROM _source_reads").fetchone()[0]
    assert new == connection.execute("SELECT count(*) FROM exec").fetchone()[0]
    kept = connection.execute("SELECT reason, count(*) FROM _rejects GROUP BY 1").fetchall()
    assert count_rejects(connection) == dict(kept)
    assert check_integrity(connection) == []
    connection.close()


def test_rejects_that_became_events_are_counted_no_more(tmp_path: Path) -> None:
    path = tmp_path / "audit.db"
    deliver(path, A, [], [b"nonsense", b"{}"])
    connection = open_for_writing(path)
    line = b'{"event":"exec","time":"2026-11-20T10:00:00Z"}'
    connection.execute("UPDATE _rejects SET line = ? WHERE line = ?", (line, b"nonsense"))
    assert retry_rejects(connection) == (1, 1)
    assert sum(count_rejects(connection).values()) == 1
    assert check_integrity(connection) == []
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        ("UPDATE _source_days SET events = events + 1", "/log/a: 2 events were read, 4 counted"),
        ("DELETE FROM _source_days", "/log/a: 2 events were read, 0 counted"),
        ("UPDATE _reject_counts SET rejects = 7", "rejects are not as many"),
        ("DELETE FROM _reject_counts", "rejects are not as many"),
    ],
)
def test_the_check_sees_counts_that_are_wrong(tmp_path: Path, spoil: str, fault: str) -> None:
    deliver(tmp_path / "audit.db", A, events_on(18, 19), [b"nonsense"])
    connection = open_for_writing(tmp_path / "audit.db")
    connection.execute(spoil)
    (found,) = check_integrity(connection)
    connection.close()
    assert fault in found


def test_a_batch_that_is_rolled_back_is_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "audit.db"
    deliver(path, A, events_on(18))
    connection = open_for_writing(path)
    connection.execute(
        "CREATE TRIGGER full BEFORE INSERT ON _source_reads\nBEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    connection.close()
    with pytest.raises(Exception, match="full"):
        deliver(path, A, events_on(19))
    connection = open_for_writing(path)
    assert check_integrity(connection) == []
    assert connection.execute("SELECT count(*) FROM exec").fetchone() == (1,)
    connection.close()


def test_of_what_an_older_release_read_no_gap_is_claimed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "audit.db"
    with read_at(monkeypatch, NOW_MS):
        deliver(path, A, events_on(13, 16), [b"nonsense"])  # 14 and 15 are missing
        deliver(path, B, events_on(13, 14, 15, 16))
        assert kinds(health_of(path)) == [
            ("lag", None), ("gap", "/log/a"), ("rejects", "/log/a")
        ]  # fmt: skip
        take_back_to(path, 4)
        health = health_of(path)
        assert kinds(health) == [("lag", None)]  # the rejects were not read lately, for all we know
        first = health.facts.origins[0]
        assert (first.all_time.events, first.all_time.rejected, first.rejects) == (
            2, 1, {"bad JSON": 1},
        )  # fmt: skip
        # From the last day of then on, days are known.
        deliver(path, B, events_on(17, 18, 19, 20))
        deliver(path, A, events_on(19, 20))
        health = health_of(path)
        assert kinds(health) == [("gap", "/log/a")]
        assert (health.gaps[0].days, health.gaps[0].goes_on) == (2, False)  # 17 and 18
    connection = open_for_reading(path)
    assert check_integrity(connection) == []
    connection.close()


def test_an_older_release_may_have_read_events_from_the_future(tmp_path: Path) -> None:
    path = tmp_path / "audit.db"
    deliver(path, A, [{"event": "exec", "time": "2200-01-01T00:00:00Z"}])
    take_back_to(path, 4)
    (origin,) = health_of(path, now_ms=4_102_444_800_000).facts.origins  # 2100
    assert origin.newest_ms is not None and origin.newest_ms < 4_102_444_800_000
