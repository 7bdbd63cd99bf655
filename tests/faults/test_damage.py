"""A file that is damaged: what is damaged is said, and what is not can still be read."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cli_support import run
from conftest import write_audit_database

from .world import API, each_once, event, numbers_in, served, write_events
from .world import db as db

DAMAGED = "the database is damaged (database disk image is malformed)"
ADVICE = "bring the file back from a backup, or load the logs again into a new one"
MARK = "y" * 200
PAGE = 4096
ALL = ("query", "exec", "SELECT user, count(*) AS n FROM exec GROUP BY 1", "--as-of", "2026-11-20")
LOGIN = {"event": "user.login", "time": "2026-11-20T10:00:00Z", "user": "bob"}


def write_whole(db: Path) -> Path:
    """A sound database of 3,000 events with a mark, and one of another type."""
    write_audit_database(db, [*(event(n, command=MARK) for n in range(3_000)), LOGIN])
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return db


def spoil_page(db: Path) -> int:
    """Overwrite a page of events in the middle; gives the number of an event that was on it."""
    content = bytearray(db.read_bytes())
    start = content.find(MARK.encode(), len(content) // 2) // PAGE * PAGE
    found = re.search(rb'"n":(\d+)', content[start + PAGE // 4 : start + PAGE])
    assert found is not None
    content[start : start + PAGE] = b"\xa5" * PAGE
    db.write_bytes(content)
    return int(found[1])


@pytest.fixture
def spoiled(db: Path) -> Path:
    spoil_page(write_whole(db))
    return db


def test_the_check_says_what_is_damaged_and_what_to_do(spoiled: Path) -> None:
    checked = run("status", "--db", spoiled, "--check", exit_code=1)
    assert re.search(r"Integrity .*Page \d+", checked.stdout)
    assert ADVICE in checked.stdout
    # Without the check nothing of it is read.
    assert "3,001 of 2 types" in run("status", "--db", spoiled).stdout


def test_a_query_that_meets_it_says_so_and_others_answer(spoiled: Path) -> None:
    met = run(*ALL, "--db", spoiled, exit_code=1)
    assert met.stdout == "" and DAMAGED in met.stderr and ADVICE in met.stderr
    assert met.stderr.count("\n") == 1
    sound = run("query", "exec", "SELECT user FROM user_login", "--db", spoiled, "--as-of",
                "2026-11-20")  # fmt: skip
    assert '{"data":["bob"]}' in sound.stdout
    for words in (("export",), ("prune", "--keep-days", 1, "--as-of", "2027-01-01")):
        failed = run(*words, "--db", spoiled, exit_code=1)
        assert DAMAGED in failed.stderr and failed.stderr.count("\n") == 1


def test_loading_says_so_where_it_meets_it(db: Path, tmp_path: Path) -> None:
    on_it = spoil_page(write_whole(db))
    log = write_events(tmp_path / "events.log", range(on_it, on_it + 1), command=MARK)
    failed = run("load", "--db", db, log, exit_code=1)
    assert "nothing could be stored, and nothing was: " + DAMAGED in failed.stderr
    new = tmp_path / "new.db"
    run("load", "--db", new, log)
    assert numbers_in(new) == each_once({on_it})


def test_a_server_over_a_damaged_file_says_so_and_serves_on(db: Path) -> None:
    on_it = spoil_page(write_whole(db))
    window = "as_of=2026-11-20"
    with served(db) as server:
        for page in ("", "/reports", "/queries", "/roles", "/query", f"/status?{window}"):
            assert server.request(f"{API}{page}").status == 200, page
        for page in ("query", "query.json", "query.csv"):
            answer = server.request(f"{API}/{page}?sql=SELECT+count(command)+FROM+exec&{window}")
            assert answer.status == 400 and DAMAGED in answer.text
        listed = server.request(f"{API}/events.json?event=exec&q=nowhere&{window}")
        assert listed.status in (200, 503) and ("events" in listed.text or DAMAGED in listed.text)
        pushed = server.push(event(on_it, command=MARK))
        assert pushed.status == 503 and DAMAGED in pushed.text
        assert server.push({**LOGIN, "user": "eve"}).status == 200
        report = f"{API}/reports/privileged_access_report/run.json?{window}"
        run_of = server.request(report, b'{"wait":true}', {"content-type": "application/json"})
        assert '"status": "FAILED"' in run_of.text and DAMAGED in run_of.text
        assert "Traceback" not in server.log


@pytest.mark.parametrize("share", [0.2, 0.8])
def test_a_file_that_was_cut_off_is_said_to_be_damaged(db: Path, share: float) -> None:
    content = write_whole(db).read_bytes()
    db.write_bytes(content[: int(len(content) * share)])
    for words in (("status",), ("status", "--check"), ALL, ("load", "/dev/null"), ("export",)):
        failed = run(*words, "--db", db, exit_code=1)
        assert str(db) in failed.stderr and DAMAGED in failed.stderr and ADVICE in failed.stderr
        assert failed.stderr.count("\n") == 1


def test_a_file_of_nothing_but_noise_is_no_database(db: Path) -> None:
    db.write_bytes(b"noise" * 1_000)
    for words in (("status",), ("load", "/dev/null")):
        failed = run(*words, "--db", db, exit_code=1)
        assert "is not a SQLite database: name another" in failed.stderr


@pytest.mark.parametrize("damage", ["a frame", "cut off", "noise"])
def test_what_a_damaged_log_of_sqlites_lost_is_loaded_again(
    db: Path, tmp_path: Path, damage: str
) -> None:
    """As after a power cut: events and how far their log was read are lost together."""
    log = tmp_path / "events.log"
    run("load", "--db", db, write_events(log, range(100), command=MARK))
    with closing(sqlite3.connect(db, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM exec").fetchone()
        for count in range(1_000, 6_000, 1_000):
            run("load", "--db", db, write_events(log, range(count), command=MARK))
        crashed = tmp_path / "crashed"
        shutil.copytree(db.parent, crashed)
    copy = crashed / db.name
    (crashed / "audit.db-shm").unlink()
    wal = crashed / "audit.db-wal"
    content = bytearray(wal.read_bytes())
    assert len(content) > 1 << 20
    if damage == "a frame":
        content[len(content) // 2] ^= 0xFF
    elif damage == "cut off":
        del content[len(content) // 2 :]
    else:
        content[:] = b"\xa5" * len(content)
    wal.write_bytes(content)
    run("status", "--db", copy, "--check")
    before = numbers_in(copy)
    assert before == each_once(range(len(before))) and 100 <= len(before) < 5_000
    run("load", "--db", copy, log)
    assert numbers_in(copy) == each_once(range(5_000))
