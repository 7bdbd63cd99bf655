"""A database that may only be read: it is asked as ever, and whoever would write is told."""

from __future__ import annotations

import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_support import run

from .world import (
    API,
    audit,
    bound_by_permissions,
    each_once,
    event,
    numbers_in,
    served,
    write_events,
)
from .world import db as db

COUNT = "SELECT count(*) AS n FROM exec"
SAID = "do it as a user who may write to the file, to those that SQLite keeps beside it"


@pytest.fixture(params=["file", "file and folder"])
def read_only(request: pytest.FixtureRequest, db: Path, tmp_path: Path) -> Iterator[Path]:
    run("load", "--db", db, write_events(tmp_path / "old.log", range(10)))
    db.chmod(stat.S_IRUSR)
    if request.param == "file and folder":
        db.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        subprocess.run(["true"], preexec_fn=bound_by_permissions, check=True)
    except subprocess.SubprocessError:
        pytest.skip("root's power over permissions cannot be taken away here")
    yield db
    db.parent.chmod(stat.S_IRWXU)


def test_loading_and_removing_say_what_to_do(read_only: Path, tmp_path: Path) -> None:
    log = write_events(tmp_path / "new.log", range(20))
    for words in (("load", log), ("prune", "--keep-days", 1, "--as-of", "2027-01-01")):
        assert SAID in audit(read_only, *words, prepare=bound_by_permissions).error
    read_only.parent.chmod(stat.S_IRWXU)
    for part in read_only.parent.iterdir():  # SQLite's files beside it got its permissions
        part.chmod(stat.S_IRUSR | stat.S_IWUSR)
    run("load", "--db", read_only, log)
    assert numbers_in(read_only) == each_once(range(20))


def test_asking_goes_on_and_says_that_it_is_not_recorded(read_only: Path) -> None:
    asked = audit(
        read_only, "query", "exec", COUNT, "--as-of", "2026-11-20", prepare=bound_by_permissions
    )
    assert asked.code == 0 and '"10"' in asked.out
    assert asked.err.startswith("Note: this is not recorded in the log: ") and SAID in asked.err
    assert "Integrity  sound" in run("status", "--db", read_only, "--check").stdout


def test_a_server_shows_its_pages_and_takes_no_events(read_only: Path) -> None:
    # Datasette itself opens no database in a folder that it may not write to, but with -i.
    in_folder = read_only.parent.stat().st_mode & stat.S_IWUSR
    options, refused = ((), SAID) if in_folder else (("-i",), "is served as immutable")
    with served(read_only, *options, prepare=bound_by_permissions) as server:
        for page in ("", "/query", "/reports", "/events", "/status"):
            assert server.request(f"{API}{page}").status == 200, page
        answer = server.request(f"{API}/query.json?sql={COUNT.replace(' ', '+')}&as_of=2026-11-20")
        assert answer.status == 200 and "[[10]]" in answer.text
        pushed = server.push(event(99))
        assert pushed.status == 503 and refused in pushed.text
        report = server.request(f"{API}/reports/privileged_access_report/run.json", b"")
        assert report.status == 503 and refused in report.text
        assert "not recorded: " in server.log and "Traceback" not in server.log
    assert numbers_in(read_only) == each_once(range(10))
