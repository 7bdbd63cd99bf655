"""Following logs: whatever is written to them is stored once, whatever happens to the files."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import shutil
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logs import exported

from datasette_access_monitoring.collecting import Collector
from datasette_access_monitoring.errors import Stopped, StoreError
from datasette_access_monitoring.sources.following import follow
from datasette_access_monitoring.sources.watching import BUSY_FILES, RETRY_SECONDS, FileWatch
from datasette_access_monitoring.store.database import open_for_reading
from datasette_access_monitoring.store.state import read_rejects, read_source_states


def line(number: int) -> bytes:
    event = {"event": "exec", "time": "2024-03-20T12:12:03Z", "ei": number, "pad": "x" * 40}
    return json.dumps(event).encode() + b"\n"


class Watcher:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.new = 0
        self.duplicates = 0
        self.told: list[tuple[str, str | None]] = []

    def progress(self, source, done) -> None:
        pass

    def loaded(self, summary) -> None:
        self.new += summary.written.new
        self.duplicates += summary.written.duplicate

    def problem(self, location, message) -> None:
        self.told.append((location, message))


class Follower:
    """Follows without waiting: ten seconds pass between two looks."""

    def __init__(self, folder: Path, *paths: Path) -> None:
        self.database = folder / "audit.db"
        self.paths = [str(path) for path in paths]
        self.watcher = Watcher()
        self.seconds = 0.0
        self.restart()

    def restart(self) -> None:
        self.watch = FileWatch(self.paths, lambda: self.seconds)
        self.collector = Collector(self.database, threading.Event(), self.watcher)

    def look(self, seconds: float = 10.0) -> int:
        """Read what is due; gives how many files that were."""
        self.seconds += seconds
        due = self.watch.due()
        if due:
            self.watch.done(self.collector.load(due))
        return len(due)

    def numbers(self) -> list[int]:
        self.collector.close()
        return sorted(json.loads(event)["ei"] for event in exported(self.database))


@pytest.fixture
def follower(tmp_path: Path) -> Follower:
    log = tmp_path / "log"
    log.mkdir()
    return Follower(tmp_path, log)


def test_what_is_appended_is_read_and_nothing_else(follower: Follower, tmp_path: Path) -> None:
    one, two = tmp_path / "log/one.log", tmp_path / "log/two.log"
    one.write_bytes(line(1))
    two.write_bytes(line(2))
    assert follower.look() == 2
    assert follower.look() == 0
    with two.open("ab") as file:
        file.write(line(3))
    assert follower.look(0.25) == 1
    assert follower.look(0.25) == 0
    assert follower.numbers() == [1, 2, 3]
    assert follower.watcher.duplicates == 0


def test_a_day_and_a_server_that_begin_are_found(follower: Follower, tmp_path: Path) -> None:
    log = tmp_path / "log"
    first = log / "auth-1/2024-03-20.00:00:00.log"
    first.parent.mkdir()
    first.write_bytes(line(1))
    (log / "auth-1/events.log").symlink_to(first)
    assert follower.look() == 1
    second = log / "auth-1/2024-03-21.00:00:00.log"
    second.write_bytes(line(3))
    with first.open("ab") as file:
        file.write(line(2))  # the last of the day, after the next one has begun
    (log / "auth-1/events.log").unlink()
    (log / "auth-1/events.log").symlink_to(second)
    (log / "auth-2").mkdir()
    (log / "auth-2/2024-03-21.00:00:00.log").write_bytes(line(4))
    assert follower.look() == 3
    assert follower.numbers() == [1, 2, 3, 4]
    assert follower.watcher.duplicates == 0


def test_a_new_file_is_seen_before_everything_is_looked_at_again(
    follower: Follower, tmp_path: Path
) -> None:
    (tmp_path / "log/one.log").write_bytes(line(1))
    follower.look()
    (tmp_path / "log/two.log").write_bytes(line(2))
    assert follower.look(1.0) == 1


def test_of_many_files_the_newest_of_each_folder_are_looked_at_every_time(
    follower: Follower, tmp_path: Path
) -> None:
    quiet = tmp_path / "log/quiet/one.log"
    quiet.parent.mkdir()
    quiet.write_bytes(line(0))
    os.utime(quiet, (1000, 1000))
    for number in range(1, 2 * BUSY_FILES):
        path = tmp_path / f"log/{number:03}.log"
        path.write_bytes(line(number))
        os.utime(path, (2000 + number, 2000 + number))
    for folder in (tmp_path / "log", quiet.parent):
        os.utime(folder, (3000, 3000))  # long ago, so that nothing makes it look everywhere
    follower.look()
    for path in (quiet, tmp_path / "log/100.log"):
        with path.open("ab") as file:
            file.write(line(1000))
    assert follower.look(0.25) == 2
    with (tmp_path / "log/001.log").open("ab") as file:
        file.write(line(1001))
    assert follower.look(0.25) == 0
    assert follower.look() == 1


def test_half_a_line_waits_and_is_no_reject(follower: Follower, tmp_path: Path) -> None:
    log = tmp_path / "log/one.log"
    log.write_bytes(line(1) + line(2)[:30])
    follower.look()
    assert follower.numbers() == [1]
    with log.open("ab") as file:
        file.write(line(2)[30:])
    follower.look()
    assert follower.numbers() == [1, 2]
    with open_for_reading(follower.database) as connection:
        assert list(read_rejects(connection)) == []


def test_a_truncated_log_goes_on_and_what_was_copied_before_is_not_lost(tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    log.write_bytes(line(1))
    follower = Follower(tmp_path, log)
    follower.look()
    with log.open("ab") as file:
        file.write(line(2))
    shutil.copy(log, tmp_path / "audit.log.1")  # what logrotate calls copytruncate
    os.truncate(log, 0)
    follower.look()
    with log.open("ab") as file:
        file.write(line(3))
    follower.look()
    assert follower.numbers() == [1, 2, 3]


def test_a_log_that_is_renamed_before_anything_of_it_was_read_is_found(tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    log.write_bytes(b"")
    follower = Follower(tmp_path, log)
    follower.look()
    log.write_bytes(line(1))
    log.rename(tmp_path / "archived")
    log.write_bytes(line(2))
    follower.look(0.25)
    assert follower.numbers() == [1, 2]


def test_what_is_missing_or_damaged_is_told_and_tried_again(tmp_path: Path) -> None:
    log, archive = tmp_path / "later.log", tmp_path / "part.log.gz"
    whole = gzip.compress(b"".join(line(n) for n in range(500)))
    archive.write_bytes(whole[:900])
    follower = Follower(tmp_path, log, archive)
    follower.look()
    problems = follower.watch.problems
    assert "no such file" in problems[str(log)]
    assert "ends early" in problems[str(archive)]
    log.write_bytes(line(1000))
    archive.write_bytes(whole)
    follower.look()
    assert follower.watch.problems == {}
    assert follower.numbers() == [*range(500), 1000]


def test_what_could_not_be_read_is_not_tried_at_every_look(tmp_path: Path) -> None:
    archive = tmp_path / "part.log.gz"
    archive.write_bytes(gzip.compress(line(1))[:-4])
    follower = Follower(tmp_path, archive)
    assert follower.look() == 1
    assert [follower.look(0.25) for _ in range(8)] == [0] * 8
    assert follower.look(RETRY_SECONDS) == 1


def test_an_empty_folder_and_a_pipe_are_told(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    os.mkfifo(tmp_path / "pipe.log")
    follower = Follower(tmp_path, tmp_path / "log", tmp_path / "pipe.log")
    assert follower.look() == 0
    assert "nothing to read in this folder" in follower.watch.problems[str(tmp_path / "log")]
    assert "cannot be followed" in follower.watch.problems[str(tmp_path / "pipe.log")]


def test_a_database_that_is_taken_away_is_told_and_never_written_unseen(tmp_path: Path) -> None:
    log = tmp_path / "one.log"
    log.write_bytes(line(1))
    follower = Follower(tmp_path, log)
    follower.look()
    follower.collector.close()  # as after a while in which nothing came
    follower.database.rename(tmp_path / "elsewhere.db")
    with pytest.raises(StoreError, match=r"audit\.db was removed or replaced"):
        follower.collector.wait(0)
    with log.open("ab") as file:
        file.write(line(2))
    follower.restart()
    follower.look()
    follower.database.unlink()
    with log.open("ab") as file:
        file.write(line(3))
    with pytest.raises(StoreError, match=r"audit\.db was removed or replaced"):
        follower.look()
    follower.restart()
    follower.look()
    assert follower.numbers() == [1, 2, 3]


def test_it_ends_between_two_batches(tmp_path: Path) -> None:
    log = tmp_path / "long.log"
    log.write_bytes(b"".join(line(n) for n in range(30_000)))
    stop = threading.Event()

    class Impatient(Watcher):
        def progress(self, *_) -> None:
            stop.set()

    collector = Collector(tmp_path / "audit.db", stop, Impatient())
    with pytest.raises(Stopped):
        follow([str(log)], collector)
    collector.close()
    stored = len(exported(tmp_path / "audit.db"))
    assert 0 < stored < 30_000
    again = Follower(tmp_path, log)
    again.look()
    assert again.numbers() == list(range(30_000))
    assert again.watcher.duplicates == 0


WRITTEN = st.sampled_from(["append", "append", "append", "half", "rotate", "compress", "day"])
STEPS = st.lists(st.one_of(WRITTEN, st.sampled_from(["look", "look", "restart"])), max_size=25)


class Writer:
    """Writes numbered events as Teleport and logrotate do."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "audit.log"
        self.days = folder / "days"
        self.days.mkdir()
        self.log.write_bytes(b"")
        self.written: list[int] = []
        self.rest = b""
        self._numbers = itertools.count()
        self._generations = itertools.count(1)
        self._archives: list[Path] = []

    def append(self) -> None:
        self._write(self.log, self._next())

    def half(self) -> None:
        self._finish()
        text = self._next()
        self._write(self.log, text[:50])
        self.rest = text[50:]

    def rotate(self) -> None:
        self._finish()
        archive = self.log.with_name(f"audit.log-{next(self._generations):04}")
        self.log.rename(archive)
        self._archives.append(archive)
        self.log.write_bytes(b"")

    def compress(self) -> None:
        if self._archives:
            archive = self._archives.pop()
            packed = archive.with_name(archive.name + ".gz")
            packed.write_bytes(gzip.compress(archive.read_bytes(), mtime=0))
            shutil.copystat(archive, packed)
            archive.unlink()

    def day(self) -> None:
        path = self.days / f"2024-03-{10 + next(self._generations)}.00:00:00.log"
        self._write(path, self._next())

    def _next(self) -> bytes:
        self.written.append(next(self._numbers))
        return line(self.written[-1])

    def _finish(self) -> None:
        self._write(self.log, b"")

    def _write(self, path: Path, text: bytes) -> None:
        if path == self.log:
            text, self.rest = self.rest + text, b""
        with path.open("ab") as file:
            file.write(text)


@settings(max_examples=30, deadline=None)
@given(STEPS)
def test_every_event_is_stored_once_whatever_happens_in_between(steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        writer = Writer(Path(folder))
        # The log by its own name, not the folder that its rotated files are in.
        follower = Follower(Path(folder), writer.log, writer.days)
        writer.append()
        follower.look()
        for step in steps:
            if step == "look":
                follower.look()
            elif step == "restart":
                follower.restart()
            else:
                getattr(writer, step)()
        writer.append()
        follower.look()
        follower.look()
        assert follower.numbers() == writer.written
        with open_for_reading(follower.database) as connection:
            assert list(read_rejects(connection)) == []
            assert read_source_states(connection)
