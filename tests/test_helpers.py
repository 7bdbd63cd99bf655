"""Decoding in other processes changes nothing but speed; they end with whoever started them."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from logs import NO_EVENTS, ODDITIES, SAMPLES, exported

from datasette_access_monitoring.store.state import check_integrity

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="no helpers here"
)
# A process of its own: one with threads, as a test's may be, starts no helpers.
LOAD = """
import multiprocessing, signal, sys
from datasette_access_monitoring import helpers
from datasette_access_monitoring.load import load
from datasette_access_monitoring.sources import lines
from datasette_access_monitoring.sources.discover import discover
from datasette_access_monitoring.store.database import open_for_writing
helpers.WORTH_BYTES, lines.CHUNK_LINES = int(sys.argv[3]), 37
signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs the tests may ignore it
started = set()
def progress(source, done):
    found = multiprocessing.active_children()
    started.update(one.pid for one in found)
    for one in found if "kill" in sys.argv else []:
        one.kill()
    if "wait" in sys.argv:
        print(*(one.pid for one in found), flush=True)
        sys.stdin.readline()
connection = open_for_writing(sys.argv[1])
summary = load(connection, discover([sys.argv[2]]), progress)
connection.close()
print(len(started), summary.read, summary.written, summary.failures)
assert not multiprocessing.active_children()
"""
NONE, ALWAYS = str(1 << 40), "0"


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """Events of all types, oddities and lines that are none, over and over; then half a line."""
    path = tmp_path_factory.mktemp("helped") / "events.log"
    pieces = [file.read_bytes().rstrip(b"\n") + b"\n" for file in (SAMPLES, ODDITIES, NO_EVENTS)]
    later = SAMPLES.read_bytes().replace(b'"uid":"', b'"uid":"again-').rstrip(b"\n") + b"\n"
    path.write_bytes(b"".join([*pieces, b"\n\n", later, *pieces]) + b'{"event":"exec"')
    return path


def load_with(database, log, *options):
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(database), str(log), *options],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split(" ", 1)


def everything(database):
    connection = sqlite3.connect(database)
    try:
        assert check_integrity(connection) == []
        rejects = connection.execute(
            'SELECT "number", "offset", "reason", "detail", "line" FROM "_rejects" ORDER BY 1, 2'
        ).fetchall()
        keys = connection.execute('SELECT * FROM "_event_keys" ORDER BY 1, 2').fetchall()
        reached = connection.execute(
            'SELECT "offset", "lines", "events", "duplicates", "last_event_ms" FROM "_sources"'
        ).fetchall()
    finally:
        connection.close()
    return exported(database), rejects, keys, reached


def runs(pid):
    """Whether a process is there; one that has ended may wait for somebody to take note of it."""
    try:
        return Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.fixture(scope="module")
def alone(log, tmp_path_factory):
    database = tmp_path_factory.mktemp("alone") / "audit.db"
    started, said = load_with(database, log, NONE)
    assert started == "0"
    return said, everything(database)


def test_a_log_loads_alike_with_helpers_and_without(log, alone, tmp_path):
    started, said = load_with(tmp_path / "audit.db", log, ALWAYS)
    assert started == "2"
    assert (said, everything(tmp_path / "audit.db")) == alone


def test_helpers_that_are_killed_cost_no_event(log, alone, tmp_path):
    started, said = load_with(tmp_path / "audit.db", log, ALWAYS, "kill")
    assert started == "2"
    assert (said, everything(tmp_path / "audit.db")) == alone


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_helpers_end_with_the_process_that_started_them(log, alone, tmp_path, number):
    database = tmp_path / "audit.db"
    process = subprocess.Popen(
        [sys.executable, "-c", LOAD, str(database), str(log), ALWAYS, "wait"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    pids = process.stdout.readline().split()
    assert len(pids) == 2
    process.send_signal(number)
    process.wait(60)
    process.stdin.close()
    process.stdout.close()
    until = time.monotonic() + 60
    while any(map(runs, pids)):
        assert time.monotonic() < until, "a helper goes on without the process that started it"
        time.sleep(0.05)
    started, _ = load_with(database, log, ALWAYS)
    assert started == "2"
    assert everything(database)[:3] == alone[1][:3]
