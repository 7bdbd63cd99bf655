"""``datasette audit load --follow`` as a process: what it says, how it ends, killed or asked to."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from cli_support import run
from logs import exported
from serving import wait_for

from datasette_access_monitoring.store.database import open_for_reading
from datasette_access_monitoring.store.state import check_integrity


def line(number: int) -> str:
    return json.dumps({"event": "exec", "time": "2024-03-20T12:12:03Z", "ei": number}) + "\n"


def follow(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "datasette", "audit", "load", "--follow", "log"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def count(folder: Path) -> int:
    """How many events are in the database by now."""
    try:
        with closing(sqlite3.connect(f"file:{folder}/audit.db?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM exec").fetchone()[0])
    except sqlite3.Error:
        return 0


@pytest.fixture
def log(tmp_path: Path) -> Path:
    (tmp_path / "log").mkdir()
    path = tmp_path / "log/2024-03-20.00:00:00.log"
    path.write_text(line(0), "utf-8")
    return path


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_it_reads_what_comes_until_it_is_stopped(tmp_path: Path, log: Path, number: int) -> None:
    process = follow(tmp_path)
    wait_for(lambda: count(tmp_path) == 1)
    with log.open("a") as file:
        file.write(line(1) + "no event\n")
    wait_for(lambda: count(tmp_path) == 2)
    process.send_signal(number)
    said, told = process.communicate(timeout=30)
    assert process.returncode == 0
    assert said.startswith("3 read, 2 new, 0 duplicate, 1 rejected, ")
    assert told.startswith("Following log into audit.db; Ctrl-C ends it.\n")
    assert "datasette audit rejects" in told
    assert not (tmp_path / "audit.db-wal").exists()


def test_what_cannot_be_found_is_said_and_waited_for(tmp_path: Path) -> None:
    process = follow(tmp_path)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("Following log into audit.db")
    assert "Error: log: no such file or folder; check the path" in process.stderr.readline()
    (tmp_path / "log").mkdir()
    (tmp_path / "log/one.log").write_text(line(1), "utf-8")
    wait_for(lambda: count(tmp_path) == 1)
    process.terminate()
    told = process.communicate(timeout=30)[1]
    assert "Note: log: it can be read and stored again" in told


def test_killed_at_any_moment_it_goes_on_where_it_was(tmp_path: Path, log: Path) -> None:
    written = 1
    for seconds in (0.3, 0.8, 1.3, 1.8):
        process = follow(tmp_path)
        ends = time.monotonic() + seconds + random.random()
        while time.monotonic() < ends:
            with log.open("a") as file:
                file.write("".join(line(n) for n in range(written, written + 200)))
            written += 200
            time.sleep(0.02)
        process.kill()
        process.communicate()
    process = follow(tmp_path)
    wait_for(lambda: count(tmp_path) == written)
    process.terminate()
    process.communicate(timeout=30)
    stored = sorted(json.loads(event)["ei"] for event in exported(tmp_path / "audit.db"))
    assert stored == list(range(written))
    with closing(open_for_reading(tmp_path / "audit.db")) as connection:
        assert check_integrity(connection) == []


def test_wrong_use_is_refused(tmp_path: Path) -> None:
    refused = run("load", "--follow", "-", "--db", str(tmp_path / "a.db"), exit_code=2)
    assert "leave --follow out" in refused.stderr
    (tmp_path / "a.log").write_text(line(1), "utf-8")
    own = str(tmp_path / "a.log")
    assert "names the log itself" in run("load", "--follow", own, "--db", own, exit_code=2).stderr
