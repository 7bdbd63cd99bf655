"""A load killed with SIGKILL at any point, and started again, ends as an undisturbed one.

Real processes, killed for real, over a log of 20,000 events with duplicates, rejects,
undocumented types and a checkpoint every few hundred lines.
"""

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import datetime, timezone

import pytest
from logs import exported

from datasette_access_monitoring.demo.generate import generate
from datasette_access_monitoring.store.state import check_integrity

KILLS = 24
EVENTS = 20_000
END = datetime(2026, 3, 2, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """20,000 events, every 50th repeated later, every 40th line no event at all."""
    path = tmp_path_factory.mktemp("killed") / "events.log"
    chance = random.Random(7)
    lines, number = [], 0
    while len(lines) < EVENTS:
        for event in generate(seed=number, end=END, days=60):
            lines.append(json.dumps(event))
            if len(lines) == EVENTS:
                break
        number += 1
    with path.open("w") as file:
        for index, text in enumerate(lines):
            file.write(text + "\n")
            if index % 50 == 49:
                file.write(lines[chance.randrange(index)] + "\n")
            if index % 40 == 39:
                file.write(f"no event {index}\n")
    return path


def start_load(database, log):
    return subprocess.Popen(
        [sys.executable, "-m", "datasette", "audit", "load", "--db", str(database), str(log)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def finish_load(database, log):
    process = start_load(database, log)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out


def state(database):
    connection = sqlite3.connect(database)
    try:
        assert check_integrity(connection) == []
        rejects = connection.execute(
            'SELECT "number", "offset", "reason", "line" FROM "_rejects" ORDER BY "offset"'
        ).fetchall()
        reached = connection.execute('SELECT "offset", "lines" FROM "_sources"').fetchall()
    finally:
        connection.close()
    return exported(database), rejects, reached


@pytest.fixture(scope="module")
def undisturbed(log, tmp_path_factory):
    """What one load in one go gives, and how long its process took."""
    database = tmp_path_factory.mktemp("undisturbed") / "audit.db"
    started = time.monotonic()
    finish_load(database, log)
    return state(database), time.monotonic() - started


def test_killed_at_random_points_and_started_again(log, undisturbed, tmp_path):
    wanted, seconds = undisturbed
    events, rejects, _ = wanted
    assert len(events) > 0.9 * EVENTS and len(rejects) == EVENTS // 40
    chance = random.Random(11)
    partial = 0
    for round_number in range(KILLS):
        database = tmp_path / f"{round_number}.db"
        for _ in range(chance.choice([1, 1, 2])):
            process = start_load(database, log)
            time.sleep(chance.uniform(0.2, 1.0) * seconds)
            process.send_signal(signal.SIGKILL)
            process.communicate()
        partial += _is_partial(database, len(events))
        finish_load(database, log)
        assert state(database) == wanted, f"round {round_number}"
        for part in tmp_path.glob(f"{round_number}.db*"):
            part.unlink()
    # The point of the test: kills did land in the middle of loads.
    assert partial >= KILLS // 4, f"only {partial} of {KILLS} kills came in mid-load"


def _is_partial(database, whole):
    if not database.exists():
        return False
    connection = sqlite3.connect(database)
    try:
        (stored,) = connection.execute('SELECT sum("events") FROM "_event_types"').fetchone()
    except sqlite3.OperationalError:  # killed before the tables were made
        return False
    finally:
        connection.close()
    return 0 < (stored or 0) < whole
