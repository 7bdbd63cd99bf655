"""A reader that stays: writers go on, SQLite's log grows by what they write, and shrinks again."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from cli_support import run
from conftest import write_audit_database

from datasette_access_monitoring.events.times import rfc3339
from datasette_access_monitoring.store import database
from datasette_access_monitoring.store.database import open_for_writing

from .world import LONG, each_once, event, numbers_in
from .world import db as db

SECONDS = 60 if LONG else 0
"""How long a reader stays at least."""
EVENTS = 4_000
MOST = 2
"""The log is no longer than so many times what was written: a page may be written again.

So it is with events that are newer than those before them, as a log grows: then it is 1.4 times,
however long that goes on.  An older one that comes in between may write a page of its own.
"""
FIRST_MS = 1_700_000_000_000


def log_bytes(db: Path) -> int:
    log = Path(f"{db}-wal")
    return log.stat().st_size if log.exists() else 0


def append(log: Path, numbers: range) -> None:
    """Events in order of time, ten in a second, as many as there are."""
    with log.open("a", encoding="utf-8") as file:
        for number in numbers:
            one = event(number, time=rfc3339(FIRST_MS + 100 * number), command="x" * 99)
            file.write(json.dumps(one) + "\n")


@contextmanager
def reader(db: Path) -> Iterator[sqlite3.Connection]:
    """Somebody who reads from one state of the database, until they say ``ROLLBACK``."""
    with closing(sqlite3.connect(f"{db.as_uri()}?mode=ro", uri=True, isolation_level=None)) as one:
        one.execute("BEGIN")
        assert one.execute("SELECT count(*) FROM exec").fetchone()
        yield one


def test_the_log_grows_by_what_is_written_and_is_gone_with_the_next_load(
    db: Path, tmp_path: Path
) -> None:
    log = tmp_path / "events.log"
    append(log, range(10))
    run("load", "--db", db, log)
    count, until = 10, time.monotonic() + SECONDS
    with reader(db) as one:
        while count == 10 or time.monotonic() < until:
            append(log, range(count, count + EVENTS))
            count += EVENTS
            run("load", "--db", db, log)
            assert log_bytes(db) < MOST * log.stat().st_size
        # It sees what it saw, and who comes now sees everything.
        assert one.execute("SELECT count(*) FROM exec").fetchone() == (10,)
        assert numbers_in(db) == each_once(range(count))
        assert log_bytes(db) > log.stat().st_size / 2  # or nothing was tried here
        one.execute("ROLLBACK")
        run("load", "--db", db, log)
        assert log_bytes(db) == 0  # though the reader is still connected
    assert numbers_in(db) == each_once(range(count))


def test_writers_that_never_close_cut_the_log_as_well(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOG_BYTES", 1 << 20)
    write_audit_database(db, [event(1)])
    with closing(open_for_writing(db)) as writer:

        def write(length: int) -> None:
            writer.execute("UPDATE _rejects SET line = randomblob(?)", (length,))

        writer.execute(
            "INSERT INTO _rejects (location, offset, number, digest, line, reason, detail,\n"
            "  rejected_at) VALUES ('', 0, 1, x'00', x'', '', '', '')"
        )
        with reader(db) as one:
            for _ in range(10):
                write(2 << 20)
            assert log_bytes(db) > 18 << 20
            one.execute("ROLLBACK")
            write(1)
            write(2)
            assert log_bytes(db) <= 1 << 20
