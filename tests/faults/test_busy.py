"""Another writer holds the database: a while is waited for; for longer, it is said and kept."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cli_support import run, said

from datasette_access_monitoring.store import database
from datasette_access_monitoring.web import intake

from .world import audit, each_once, event, numbers_in, served, write_events
from .world import db as db

BUSY = "in use by another writer: do it again later"


@contextmanager
def locked(db: Path) -> Iterator[sqlite3.Connection]:
    """Somebody is writing, until the block ends."""
    other = sqlite3.connect(db, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield other
    finally:
        if other.in_transaction:
            other.execute("ROLLBACK")
        other.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command waits for a fifth of a second, where it would wait for a minute."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)


def test_a_load_waits_for_a_writer_that_ends_soon(db: Path, tmp_path: Path) -> None:
    run("load", "--db", db, os.devnull)
    log = write_events(tmp_path / "events.log", range(100))
    with locked(db) as other:
        timer = threading.Timer(1.5, other.execute, ["ROLLBACK"])
        timer.start()
        assert audit(db, "load", log).code == 0
        timer.join()
    assert numbers_in(db) == each_once(range(100))


@pytest.mark.usefixtures("impatient")
def test_a_load_that_waited_long_enough_says_so_and_goes_on_later(db: Path, tmp_path: Path) -> None:
    log = write_events(tmp_path / "events.log", range(100))
    run("load", "--db", db, log)
    write_events(log, range(200))
    with locked(db):
        assert BUSY in said(run("load", "--db", db, log, exit_code=1))
    assert numbers_in(db) == each_once(range(100))
    run("load", "--db", db, log)
    assert numbers_in(db) == each_once(range(200))


@pytest.mark.usefixtures("impatient")
def test_removing_old_events_says_so_and_removes_nothing(db: Path, tmp_path: Path) -> None:
    run("load", "--db", db, write_events(tmp_path / "events.log", range(100)))
    prune = ("prune", "--db", db, "--keep-days", 1, "--as-of", "2099-01-01")
    with locked(db):
        assert BUSY in said(run(*prune, exit_code=1))
    assert numbers_in(db) == each_once(range(100))
    assert "100 events removed" in run(*prune).stdout
    assert numbers_in(db) == each_once(set())


def test_who_pushes_is_told_to_come_again_and_all_at_once(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of many that wait is not made to wait for the same writer one after the other."""
    monkeypatch.setattr(intake, "_BUSY_SECONDS", 1.0)
    run("load", "--db", db, os.devnull)
    way = intake.Intake(db)
    waits = []
    write = intake._write

    def watched(*arguments: Any) -> None:
        waits.append(1)
        write(*arguments)

    monkeypatch.setattr(intake, "_write", watched)
    with locked(db):
        pushed = [way.put(intake.Pushed([], [])) for _ in range(50)]
        failures = {type(one.exception(30)).__name__ for one in pushed}
    assert failures == {"StoreBusy"} and len(waits) <= 2
    way.put(intake.Pushed([], [])).result(30)


def test_pages_do_not_wait_for_a_writer_and_pushes_wait_for_one_that_ends_soon(db: Path) -> None:
    run("load", "--db", db, os.devnull)
    with served(db) as server, ThreadPoolExecutor(8) as many, locked(db) as other:
        assert server.request("/-/access-monitoring/reports").status == 200
        answers = [many.submit(server.push, event(number)) for number in range(8)]
        threading.Timer(1.0, other.execute, ["ROLLBACK"]).start()
        assert {one.result().status for one in answers} == {200}
    assert numbers_in(db) == each_once(range(8))
