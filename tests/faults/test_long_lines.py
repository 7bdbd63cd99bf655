"""A line that is far too long: kept byte for byte, and the lines after it are read."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cli_support import run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources_support import read_source

from datasette_access_monitoring.load import load
from datasette_access_monitoring.sources import gzipped, inputs, lines
from datasette_access_monitoring.sources.discover import discover
from datasette_access_monitoring.sources.files import FileSource
from datasette_access_monitoring.sources.model import Checkpoint
from datasette_access_monitoring.store.database import open_for_reading, open_for_writing
from datasette_access_monitoring.store.state import read_rejects

from .world import LONG, SINK, audit, each_once, event, numbers_in, served, write_events
from .world import db as db

MIB = 1 << 20
# Beyond what is kept in one piece, and below what is refused.
LENGTH = 400 * MIB if LONG else 70 * MIB


def rejects_of(db: Path) -> list[tuple[int, int, str, bytes]]:
    """Number, offset, reason and bytes of every reject."""
    with closing(open_for_reading(db)) as connection:
        found = read_rejects(connection)
        return [(one.number, one.offset, one.reason, one.line) for one in found]


def write_around(log: Path, length: int) -> tuple[Path, int]:
    """Ten events, a line of that length, ten more; gives also where that line begins."""
    write_events(log, range(10), command="x" * 100)
    start = log.stat().st_size
    with log.open("ab") as file:
        file.write(b'{"event":"exec","time":"2026-11-20T10:00:00Z","command":"')
        for _ in range(length // MIB):
            file.write(b"y" * MIB)
        file.write(b'"}\n')
        file.writelines(json.dumps(event(n)).encode() + b"\n" for n in range(10, 20))
    return log, start


def test_a_line_of_50_mb_is_kept_whole_and_loading_goes_on(db: Path, tmp_path: Path) -> None:
    log, start = write_around(tmp_path / "events.log", 50 * MIB)
    loaded = audit(db, "load", log)
    assert loaded.code == 0 and loaded.out.startswith("21 read, 20 new, 0 duplicate, 1 rejected")
    assert numbers_in(db) == each_once(range(20))
    assert loaded.peak_mib < 400
    ((number, offset, reason, line),) = rejects_of(db)
    assert (number, offset, reason) == (11, start, "too large")
    assert line == log.read_bytes()[start:].split(b"\n", 1)[0]
    shown = run("rejects", "--db", db).stdout
    assert f"{log}:11" in shown and "an event has at most 4,194,304" in shown
    assert len(shown) < 1_000
    assert run("rejects", "--db", db, "--retry").stdout == "0 loaded, 1 still rejected\n"


def test_a_longer_line_is_kept_in_parts_and_loading_goes_on(db: Path, tmp_path: Path) -> None:
    log, start = write_around(tmp_path / "events.log", LENGTH)
    loaded = audit(db, "load", log)
    assert loaded.code == 0, loaded.err
    assert loaded.peak_mib < 400
    assert numbers_in(db) == each_once(range(20))
    with closing(sqlite3.connect(db)) as connection:
        parts = connection.execute(
            "SELECT number, reason, offset, length(line) FROM _rejects ORDER BY id"
        ).fetchall()
    assert {part[:2] for part in parts} == {(11, "part of a line that is too large")}
    ends = [start, *(offset + length for _, _, offset, length in parts)]
    assert [offset for _, _, offset, _ in parts] == ends[:-1]  # one after the other
    assert b"".join(one[3] for one in rejects_of(db)) == log.read_bytes()[start : ends[-1]]
    assert audit(db, "load", log).out.startswith("0 read, 0 new, 0 duplicate, 0 rejected")


def test_a_part_that_looks_like_an_event_never_becomes_one(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = json.dumps(event(666)).encode()
    make_small(monkeypatch, longest=4 * len(forged), part=len(forged), most=1_000_000)
    log = tmp_path / "events.log"
    log.write_bytes(forged * 6 + b"\n" + json.dumps(event(1)).encode() + b"\n")
    run("load", "--db", db, log)
    assert [one[3] for one in rejects_of(db)] == [forged] * 6
    assert run("rejects", "--db", db, "--retry").stdout == "0 loaded, 6 still rejected\n"
    assert numbers_in(db) == each_once({1})


def make_small(patched: pytest.MonkeyPatch, *, longest: int, part: int, most: int) -> None:
    patched.setattr(lines, "LONGEST_LINE", longest)
    patched.setattr(lines, "PART_BYTES", part)
    patched.setattr(lines, "MOST_OF_A_LINE", most)
    patched.setattr(inputs, "BLOCK_BYTES", 16)  # a line of several blocks, as such a line is
    patched.setattr(gzipped, "_OUTPUT_BYTES", 16)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lengths=st.lists(st.integers(0, 200), max_size=12),
    ended=st.booleans(),
    packed=st.booleans(),
    stop_after=st.integers(0, 30),
)
def test_whatever_the_lengths_every_byte_is_given_once_also_after_a_stop(
    tmp_path: Path, lengths: list[int], ended: bool, packed: bool, stop_after: int
) -> None:
    text = b"\n".join(bytes([97 + n % 26]) * length for n, length in enumerate(lengths))
    text += b"\n" if ended else b""
    log = tmp_path / "events.log"
    log.write_bytes(gzip.compress(text) if packed else text)
    with pytest.MonkeyPatch.context() as patched:
        make_small(patched, longest=50, part=20, most=1_000)
        whole = given_by(log, None)
        first = read_source(FileSource(str(log)), stop_after=stop_after)
        before = given_by(log, None, first.chunks)
        # What was given of a line that was not ended is given again, and is the same.
        assert {**before, **given_by(log, first.checkpoint)} == whole
    for offset, line in whole.items():
        assert text[offset : offset + len(line)] == line
    # Nothing is left out but newlines, and a last line without one in a log that may grow.
    end = len(text) if packed else text.rfind(b"\n") + 1
    assert b"".join(whole.values()).startswith(text[:end].replace(b"\n", b""))


def given_by(log: Path, start: Checkpoint | None, most: int | None = None) -> dict[int, bytes]:
    """The lines and parts that a log gives, by where they begin; an unfinished line is none."""
    read = read_source(FileSource(str(log)), start, stop_after=most)
    return {offset: line for (offset, _), line in zip(read.positions, read.lines, strict=True)}


def test_a_long_line_that_is_still_being_written_waits_and_is_not_doubled(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small(monkeypatch, longest=1_000, part=400, most=100_000)
    log = write_events(tmp_path / "events.log", range(3))
    line = b"z" * 3_000
    for piece in (line[:1_700], line[1_700:2_900], line[2_900:] + b"\n"):
        with log.open("ab") as file:
            file.write(piece)
        with closing(open_for_writing(db)) as connection:
            summary = load(connection, discover([str(log)]))
        assert bool(summary.waiting) is not piece.endswith(b"\n")
    with log.open("ab") as file:
        file.write(json.dumps(event(3)).encode() + b"\n")
    run("load", "--db", db, log)
    assert b"".join(one[3] for one in rejects_of(db)) == line
    assert numbers_in(db) == each_once(range(4))


def test_a_file_without_any_newline_is_refused_where_it_gets_absurd(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small(monkeypatch, longest=1_000, part=400, most=5_000)
    log = write_events(tmp_path / "events.log", range(3))
    with log.open("ab") as file:
        file.write(b"0" * 6_000)
    failed = run("load", "--db", db, log, exit_code=1)
    assert f"line 4, from byte {log.stat().st_size - 6_000}, is longer than 5000" in failed.stderr
    assert "mend or cut the file there" in failed.stderr
    assert numbers_in(db) == each_once(range(3))


def test_a_line_of_50_mb_is_not_taken_over_http_and_does_no_harm(db: Path) -> None:
    run("load", "--db", db, "/dev/null")
    with served(db) as server:
        before = server.peak_mib
        body = json.dumps(event(1, command="x" * (50 * MIB))).encode()
        answer = server.request(SINK, body)
        assert answer.status == 413 and "longer than 16,777,216 bytes" in answer.text
        assert server.peak_mib - before < 64
        assert server.push(event(2)).status == 200
    assert numbers_in(db) == each_once({2})
