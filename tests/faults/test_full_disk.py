"""A disk that is full: it is said, nothing is lost, and it goes on when there is room again.

A small disk of its own where mounting is allowed; everywhere a limit on the size of files, which
is what a quota does.
"""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_support import run
from conftest import told

from .world import (
    API,
    Prepare,
    Server,
    audit,
    each_once,
    event,
    file_limit,
    long_only,
    numbers_in,
    served,
    write_events,
)
from .world import db as db

MIB = 1 << 20
QUERY = "SELECT count(*) FROM exec"
LONG_COMMAND = "x" * 1_000
# What is said: SQLite tells a quota from a full disk.
SAID = {"small disk": "the disk is full: make room", "file limit": "look for a quota"}


class SmallDisk:
    """A folder on a disk of its own, 4 MiB."""

    prepare: Prepare | None = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], capture_output=True
        )
        if mounted.returncode:
            pytest.skip("nothing can be mounted here; a limit on the size of files stands in")

    def make_room(self, _: Server | None = None) -> None:
        subprocess.run(["mount", "-o", "remount,size=200m", self._folder], check=True)

    def end(self) -> None:
        subprocess.run(["umount", self._folder], check=True)


class FileLimit:
    """A limit of 4 MiB on the size of files; it can be taken from a process that runs."""

    def __init__(self, _: Path) -> None:
        self.prepare: Prepare | None = file_limit(4 * MIB)

    def make_room(self, server: Server | None = None) -> None:
        self.prepare = None
        if server is not None:
            none = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, none)

    def end(self) -> None:
        pass


Disk = SmallDisk | FileLimit


@pytest.fixture(params=[pytest.param("small disk", marks=long_only), "file limit"])
def disk(request: pytest.FixtureRequest, db: Path) -> Iterator[Disk]:
    found = {"small disk": SmallDisk, "file limit": FileLimit}[request.param](db.parent)
    yield found
    found.end()


@pytest.fixture
def said(request: pytest.FixtureRequest) -> str:
    return SAID[request.node.callspec.params["disk"]]


def test_a_load_stops_says_so_and_goes_on_later(
    disk: Disk, said: str, db: Path, tmp_path: Path
) -> None:
    log = write_events(tmp_path / "events.log", range(8_000), command=LONG_COMMAND)
    stopped = audit(db, "load", log, prepare=disk.prepare)
    assert said in stopped.error and "nothing could be stored, and nothing was" in stopped.error
    before = numbers_in(db)
    assert before == each_once(range(len(before))) and len(before) < 8_000
    disk.make_room()
    run("load", "--db", db, log)
    assert numbers_in(db) == each_once(range(8_000))


def test_a_new_database_is_not_left_half_made(db: Path, tmp_path: Path) -> None:
    log = write_events(tmp_path / "events.log", range(10))
    assert "look for a quota" in audit(db, "load", log, prepare=file_limit(20_000)).error
    run("load", "--db", db, log)
    assert numbers_in(db) == each_once(range(10))


def test_removing_old_events_stops_and_goes_on_later(db: Path, tmp_path: Path) -> None:
    log = write_events(tmp_path / "events.log", range(20_000))
    run("load", "--db", db, log)
    prune = ("prune", "--keep-days", 1, "--as-of", "2099-01-01")
    stopped = audit(db, *prune, prepare=file_limit(db.stat().st_size // 4))
    assert "look for a quota" in stopped.error
    left = numbers_in(db)
    assert left and left == each_once(range(20_000 - len(left), 20_000))
    run(*prune, "--db", db)
    assert numbers_in(db) == each_once(set())


def test_what_is_pushed_is_refused_until_there_is_room(disk: Disk, said: str, db: Path) -> None:
    run("load", "--db", db, os.devnull)
    stored: set[int] = set()
    with served(db, prepare=disk.prepare) as server:
        for number in range(1_000):
            answer = server.push(event(number, command="x" * 50_000))
            if answer.status != 200:
                break
            stored.add(number)
        assert answer.status == 503 and answer.headers["retry-after"] == "1"
        assert said in answer.text
        # Pages go on; what they did, the server's log keeps where the database cannot.
        asked = f"{API}/query.json?sql={QUERY.replace(' ', '+')}&as_of=2026-11-21"
        assert f"[[{len(stored)}]]" in server.request(asked).text
        assert server.request(f"{API}/reports").status == 200
        report = server.request(f"{API}/reports/privileged_access_report/run.json", b"")
        assert report.status == 202 or (report.status == 503 and said in report.text)
        disk.make_room(server)
        for again in (number, number, number + 1):
            answer = server.push(event(again, command="x" * 50_000))
            assert answer.status == 200, answer.text
            stored.add(again)
        report = server.request(f"{API}/reports/privileged_access_report/run.json", b"")
        assert report.status == 202, report.text
        log = server.log
        assert "Traceback" not in log
    assert numbers_in(db) == each_once(stored)
    kept = [one["query"] for one in told(db, "secreports.audit.query.run")]
    assert QUERY in kept or f'"query":"{QUERY}"' in log
