"""Searching events: exactly what a plain look at every event finds, whatever the pages."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from conftest import write_audit_database
from hypothesis import given, settings
from hypothesis import strategies as st

from datasette_access_monitoring.catalog import load_catalog
from datasette_access_monitoring.errors import NoSuchEvent
from datasette_access_monitoring.events import decode
from datasette_access_monitoring.events.facts import PATHS, Fact, Outcome
from datasette_access_monitoring.events.times import parse_time
from datasette_access_monitoring.store.database import open_for_reading
from datasette_access_monitoring.store.ids import event_id
from datasette_access_monitoring.store.read import read_events
from datasette_access_monitoring.store.search import Found, Key, Limits, Search, event_of, search

DAY = 86_400_000
START = parse_time("2026-11-20T00:00:00Z")
END = START + DAY - 1
AWKWARD = [
    "alice", "Alice", "ALI", "é", "e\u0301", "É", "straße", "STRASSE", "\u212a", "a\0b", "\0",
    '"', "\\", "\\u0000", "/", "\n", "<img src=x>", "10.0.0.1:22", "10.0.0.1", "[::1]:22", "r-1",
    "%", "_", "*", "", "1", "1.5", "true", "😀", "\u202e", "'", "x" * 300,
]  # fmt: skip
TYPES = ["session.start", "cert.create", "access_request.create", "session.end", "exec", "odd.one"]


@contextmanager
def log(events: Sequence[Mapping[str, Any]]) -> Iterator[sqlite3.Connection]:
    with TemporaryDirectory() as folder:
        path = write_audit_database(Path(folder) / "audit.db", events)
        with closing(open_for_reading(path)) as connection:
            yield connection


def walk(connection: sqlite3.Connection, wanted: Search, limits: Limits) -> list[Found]:
    """All pages of a search."""
    pages, after = [], None
    while True:
        page = search(connection, wanted, limits, after)
        pages.append(page)
        if page.last is None:
            return pages
        assert after is None or page.last != after, "a page that goes on has come further"
        after = page.last
        assert len(pages) < 500


def canonical(data: Any) -> str:
    return json.dumps(data, sort_keys=True)


def scanned(connection: sqlite3.Connection, wanted: Search) -> list[str]:
    """What is to be found, by looking at every event."""
    span = {"first_ms": wanted.first_ms, "last_ms": wanted.last_ms}
    events = map(json.loads, read_events(connection, **span))
    return sorted(canonical(event) for event in events if wanted.finds(event))


text = st.sampled_from(AWKWARD) | st.text(max_size=6)
value = st.recursive(
    text | st.integers(-(2**40), 2**40) | st.booleans() | st.none() | st.sampled_from([1.5, 1e30]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=2),
    max_leaves=4,
)
paths = sorted({path for known in PATHS.values() for path in known})


@st.composite
def event(draw: st.DrawFn) -> dict[str, Any]:
    """An event in which any of the keys that a search looks at may hold anything."""
    ms = draw(st.sampled_from([0, 1, 999, 43_200_000, DAY - 1]))
    data: dict[str, Any] = {
        "event": draw(st.sampled_from(TYPES)),
        "time": f"2026-11-20T{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:"
        f"{ms // 1000 % 60:02}.{ms % 1000:03}Z",
    }
    for path in draw(st.lists(st.sampled_from(paths), max_size=4)):
        held: dict[str, Any] = data
        for key in path[:-1]:
            held = held.setdefault(key, {})
            if not isinstance(held, dict):
                break
        else:
            held[path[-1]] = draw(text | st.lists(text, max_size=3) | value)
    if draw(st.booleans()):
        data["success"] = draw(st.booleans() | text)
    if draw(st.booleans()):
        data["code"] = draw(st.sampled_from(["T1I", "T2W", "T3E", "X", ""]) | value)
    data.update(draw(st.dictionaries(st.sampled_from(["command", "ei", "x", "reason"]), value)))
    return data


searches = st.builds(
    Search,
    first_ms=st.just(START) | st.integers(START, END),
    last_ms=st.just(END) | st.integers(START, END),
    text=st.just("") | text,
    type=st.just("") | st.sampled_from([*TYPES, "none"]),
    says=st.dictionaries(st.sampled_from(list(Fact)), text.filter(bool), max_size=1),
    outcome=st.none() | st.sampled_from(list(Outcome)),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(event(), max_size=12), st.lists(searches, min_size=3, max_size=8), st.data())
def test_all_pages_together_are_what_a_look_at_every_event_finds(
    events: list[dict[str, Any]], wanted: list[Search], data: st.DataObject
) -> None:
    with log(events) as connection:
        for one in wanted:
            size = data.draw(st.integers(1, 5))
            seconds = data.draw(st.sampled_from([0.0, 60.0]))
            pages = walk(connection, one, Limits(size, seconds=seconds))
            found = [held for page in pages for held in page.events]
            assert sorted(canonical(held.data) for held in found) == scanned(connection, one)
            times = [parse_time(held.data["time"]) for held in found]
            assert times == sorted(times, reverse=True)
            assert all(len(page.events) <= size for page in pages)
            for held in found:
                assert event_of(connection, held.key) == held.data


def test_events_of_two_types_with_the_same_id_are_both_found_once() -> None:
    made: dict[str, dict[int, dict[str, Any]]] = {"exec": {}, "session.start": {}, "odd": {}}
    for kind, by_id in made.items():
        for number in range(4_000):
            one = {"event": kind, "time": "2026-11-20T10:00:00Z", "ei": number}
            decoded = decode(json.dumps(one).encode())
            by_id[event_id(decoded.time_ms, decoded.fingerprint)] = one  # type: ignore[union-attr]
    shared = [
        (made[one][number], made[other][number])
        for one, other in (("exec", "session.start"), ("exec", "odd"), ("session.start", "odd"))
        for number in made[one].keys() & made[other].keys()
    ]
    assert shared, "by the odds there are about 45"
    events = list({canonical(one): one for pair in shared for one in pair}.values())
    with log(events) as connection:
        for size in (1, 2, 3):
            pages = walk(connection, Search(START, END), Limits(size))
            found = [canonical(held.data) for page in pages for held in page.events]
            assert sorted(found) == sorted(map(canonical, events))


def many(count: int, **fields: Any) -> list[dict[str, Any]]:
    return [
        {
            "event": "exec", "ei": number, **fields,
            "time": f"2026-11-20T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z",
        }
        for number in range(count)
    ]  # fmt: skip


def test_a_page_is_the_same_after_newer_events_came(tmp_path: Path) -> None:
    path = write_audit_database(tmp_path / "audit.db", many(30))
    wanted, limits = Search(START, END), Limits(10)
    with closing(open_for_reading(path)) as connection:
        first = search(connection, wanted, limits)
        before = search(connection, wanted, limits, first.last)
        write_audit_database(path, [{"event": "exec", "time": "2026-11-20T20:00:00Z"}])
        after = search(connection, wanted, limits, first.last)
    assert before == after
    assert [one.data["ei"] for one in before.events] == list(range(19, 9, -1))


def test_a_search_that_has_no_time_says_how_far_it_came() -> None:
    with log(many(5_000, command="é" * 40)) as connection:
        wanted = Search(START, END, text="needle")
        page = search(connection, wanted, Limits(50, seconds=0.0))
        assert page.ran_out and page.events == []
        assert page.last is not None and page.last.time_ms >= START
        pages = walk(connection, wanted, Limits(50, seconds=0.01))
        times = [page.last.time_ms for page in pages if page.last]
        assert len(times) > 2 and times == sorted(times, reverse=True)
        assert not pages[-1].ran_out


def test_a_search_stops_when_its_time_is_over() -> None:
    with log(many(8_000, command="é" * 200)) as connection:
        began = time.monotonic()
        page = search(connection, Search(START, END, text="needle"), Limits(50, seconds=0.05))
        assert page.ran_out and time.monotonic() - began < 1
        # The connection is as it was.
        assert connection.execute('SELECT count(*) FROM "_events"').fetchone() == (8_000,)


def test_as_many_events_in_one_moment_as_cannot_be_looked_at_at_once() -> None:
    events = [
        {"event": "exec", "time": "2026-11-20T10:00:00Z", "ei": number} for number in range(5_000)
    ]
    with log(events) as connection:
        wanted = Search(START, END, says={Fact.USER: "nobody"})
        pages = walk(connection, wanted, Limits(50, seconds=0.0))
        assert pages[-1].last is None and not any(page.events for page in pages)


def test_a_page_is_full_by_bytes_as_well() -> None:
    with log(many(10, command="x" * 1_000)) as connection:
        sizes = [
            len(page.events)
            for page in walk(connection, Search(START, END), Limits(50, bytes=2_500))
        ]
        assert sizes[:3] == [3, 3, 3] and sum(sizes) == 10
        smallest = walk(connection, Search(START, END), Limits(50, bytes=1))
        assert sum(len(page.events) for page in smallest) == 10


def test_a_type_is_asked_for_by_its_name() -> None:
    kinds = [*sorted(load_catalog().by_event), "a\0b", "x'y", "events"]
    events = [{"event": kind, "time": "2026-11-20T10:00:00Z"} for kind in kinds]
    with log(events) as connection:
        for kind in kinds:
            page = search(connection, Search(START, END, type=kind), Limits(5))
            assert [one.data["event"] for one in page.events] == [kind]


@pytest.mark.parametrize(
    "key", [Key(1, "exec"), Key(1, "none"), Key(1 << 70, "exec"), Key(-1, "other"), Key(1, "")]
)
def test_there_is_no_event_of_a_key_that_none_has(key: Key) -> None:
    with log(many(1)) as connection, pytest.raises(NoSuchEvent):
        event_of(connection, key)
