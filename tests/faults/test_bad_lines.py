"""A log of nothing but bad lines: all are kept, in flat memory, and can be listed and retried."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cli_support import run

from .world import LONG, SINK, audit, each_once, event, numbers_in, served
from .world import db as db

LINES = 1_000_000 if LONG else 8_000
GOOD = range(0, LINES, LINES // 20)
KINDS = {
    "bad JSON": "no event {}",
    "no event type": '{{"n":{}}}',
    "no readable time": '{{"event":"exec","n":{}}}',
    "not an object": "[{}]",
}
MOST_MIB = 200


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that was loaded from a log in which there are 20 events."""
    home = tmp_path_factory.mktemp("bad")
    (home / "data").mkdir()
    texts = list(KINDS.values())
    with (home / "bad.log").open("w", encoding="utf-8") as file:
        for number in range(LINES):
            if number in GOOD:
                file.write(json.dumps(event(number)) + "\n")
            file.write(texts[number % 4].format(number) + "\n")
    ended = audit(home / "data" / "audit.db", "load", home / "bad.log")
    assert ended.code == 0
    assert ended.out.startswith(
        f"{LINES + len(GOOD):,} read, {len(GOOD)} new, 0 duplicate, {LINES:,} rejected"
    )
    assert "datasette audit rejects" in ended.err
    assert ended.peak_mib < MOST_MIB
    return home / "data" / "audit.db"


def test_every_bad_line_is_kept_once_with_its_reason(loaded: Path) -> None:
    assert numbers_in(loaded) == each_once(set(GOOD))
    seen: dict[str, list[int]] = {reason: [] for reason in KINDS}
    with closing(sqlite3.connect(loaded)) as connection:
        for reason, line in connection.execute("SELECT reason, line FROM _rejects ORDER BY id"):
            seen[reason].append(int("".join(filter(str.isdigit, line.decode()))))
    for place, reason in enumerate(KINDS):
        assert seen[reason] == list(range(place, LINES, 4)), reason


def test_they_are_listed_with_a_bound_or_all(loaded: Path) -> None:
    shown = audit(loaded, "rejects")
    assert shown.code == 0 and shown.peak_mib < MOST_MIB
    assert shown.out.count("\n") == 1_002
    assert f"... and {LINES - 1_000:,} more; --format json prints all" in shown.err
    whole = audit(loaded, "rejects", "--format", "json")
    assert whole.out.count('"line_number"') == LINES and whole.peak_mib < MOST_MIB
    assert f"{LINES // 4:,} bad JSON" in run("status", "--db", loaded).stdout


def test_loading_again_adds_none(loaded: Path) -> None:
    assert run("load", "--db", loaded, loaded.parent.parent / "bad.log").stdout.startswith("0 read")
    copy = loaded.parent.parent / "copy.log"
    copy.write_bytes((loaded.parent.parent / "bad.log").read_bytes())
    run("load", "--db", loaded, copy)
    assert numbers_in(loaded) == each_once(set(GOOD))
    with closing(sqlite3.connect(loaded)) as connection:
        assert connection.execute("SELECT count(*) FROM _rejects").fetchone() == (LINES,)


def test_they_are_tried_again_and_those_that_are_events_by_now_are_stored(loaded: Path) -> None:
    """What an older release could not read: here, lines that are made readable."""
    again = run("rejects", "--db", loaded, "--retry")
    assert again.stdout == f"0 loaded, {LINES:,} still rejected\n"
    readable = range(4, LINES, LINES // 199)
    with closing(sqlite3.connect(loaded)) as connection, connection:
        connection.executemany(
            "UPDATE _rejects SET line = ? WHERE number = ?",
            ((json.dumps(event(LINES + number)).encode(), number) for number in readable),
        )
        changed = connection.total_changes
    again = audit(loaded, "rejects", "--retry")
    assert again.out == f"{changed:,} loaded, {LINES - changed:,} still rejected\n"
    assert changed > 100 and again.peak_mib < MOST_MIB
    assert sum(numbers_in(loaded).values()) == len(GOOD) + changed


def test_a_pushed_body_of_bad_lines_is_kept_and_does_not_hold_up_others(db: Path) -> None:
    run("load", "--db", db, "/dev/null")
    lines = min(LINES, 200_000)
    body = "\n".join(f"no event {number}" for number in range(lines)).encode()
    with served(db) as server:
        for _ in range(2):
            answer = server.request(SINK, body)
            assert answer.status == 200 and f'"rejected": {lines}' in answer.text
        assert server.push(event(1)).status == 200
        assert server.peak_mib < 400
    with closing(sqlite3.connect(db)) as connection:
        assert connection.execute("SELECT count(*) FROM _rejects").fetchone() == (lines,)
    assert numbers_in(db) == each_once({1})
