"""SIGKILL while resources change and while reports run: nothing is half written.

Real processes, killed for real.  Whatever is in the file afterwards, a resource and the event
that tells of its last change are there together, and so are the end of a run and its event.
"""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from conftest import write_audit_database
from logs import exported

from datasette_access_monitoring.reports.looking import NO_RUNNER, history
from datasette_access_monitoring.reports.model import Status
from datasette_access_monitoring.store.report_runs import read_sections
from datasette_access_monitoring.store.state import check_integrity

ROUNDS = 12
# Changes three resources over and over: creates, replaces, removes.
CHANGES = """
import itertools, sys
from datasette_access_monitoring.resources.documents import query_resource
from datasette_access_monitoring.resources.keeping import *
from datasette_access_monitoring.resources.model import AuditQuery, Kind
from datasette_access_monitoring.self_audit import Principal
from datasette_access_monitoring.store.database import open_for_writing
from datasette_access_monitoring.store.write import Writer
writer, fixed, who = Writer(open_for_writing(sys.argv[1])), fixed_resources(), Principal("a", "cli")
print("begun", flush=True)
for n in itertools.count(int(sys.argv[2])):
    for name in ("one", "two", "three"):
        query = AuditQuery(name, "", "", "", None, f"SELECT {n} " + "x" * 5000)
        replace_resource(writer, query_resource(query), fixed, who, n)
    remove_resource(writer, Kind.AUDIT_QUERY, "two", fixed, who, n)
"""
# Runs a report of eight sections over and over.
RUNS = """
import sys
from datasette_access_monitoring.reports.running import Order, run_report
from datasette_access_monitoring.resources.documents import report_resource
from datasette_access_monitoring.store import report_runs
from datasette_access_monitoring.resources.model import AuditQuery, SecurityReport
from datasette_access_monitoring.self_audit import Principal
sql = "SELECT user, command FROM exec"
queries = tuple(AuditQuery(f"q{n}", "", "", "", None, sql) for n in range(8))
report = report_resource(SecurityReport("mine", "", "", queries))
report_runs.KEPT_RUNS = 10**9
order = Order(report, 7, 1795219199999, Principal("a", "cli"))
print("begun", flush=True)
while True:
    run_report(sys.argv[1], order)
"""


def killed(script: str, db: Path, chance: random.Random, start: int = 0) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(db), str(start)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    time.sleep(chance.uniform(0.01, 0.6))
    process.send_signal(signal.SIGKILL)
    process.communicate()


def replayed(events: list[dict[str, Any]]) -> dict[str, str]:
    """The resources, name to revision, that there are after what the events tell."""
    found: dict[str, str] = {}
    # Times count the rounds of the script; in one round a removal comes last.
    for event in sorted(events, key=lambda e: (e["time"], e["event"].endswith("delete"))):
        if event["event"].endswith("delete"):
            assert found.pop(event["name"]) == event["revision"]
        else:
            assert event["event"].endswith("update" if event["name"] in found else "create")
            found[event["name"]] = event["revision"]
    return found


def test_the_resources_are_what_their_events_tell(tmp_path: Path) -> None:
    db = write_audit_database(tmp_path / "audit.db", [])
    chance, events = random.Random(3), []
    for number in range(ROUNDS):
        killed(CHANGES, db, chance, start=number * 1_000_000)
        connection = sqlite3.connect(db)
        assert check_integrity(connection) == []
        stored = dict(connection.execute('SELECT "name", "revision" FROM "_resources"'))
        connection.close()
        events = [json.loads(line) for line in exported(db)]
        assert stored == replayed(events)
    assert len(events) > 100


def test_a_run_is_whole_with_its_event_or_seen_as_failed(tmp_path: Path) -> None:
    events = [
        {"event": "exec", "time": "2026-11-20T10:00:00Z", "user": f"u{n}", "command": "x" * 500}
        for n in range(500)
    ]
    db = write_audit_database(tmp_path / "audit.db", events)
    chance, runs = random.Random(5), []
    for _ in range(ROUNDS):
        killed(RUNS, db, chance)
        connection = sqlite3.connect(db)
        assert check_integrity(connection) == []
        runs = history(connection, db, "mine", limit=100_000)
        for run in runs:
            positions = [section.position for section in read_sections(connection, run.id)]
            if run.status is Status.READY:
                assert positions == list(range(8))
            else:
                assert (run.status, run.error) == (Status.FAILED, NO_RUNNER)
                assert positions == list(range(len(positions)))
        (orphans,) = connection.execute(
            'SELECT count(*) FROM "_report_sections"'
            ' WHERE "run" NOT IN (SELECT "id" FROM "_report_runs")'
        ).fetchone()
        connection.close()
        told = [json.loads(line) for line in exported(db)]
        assert orphans == 0
        ended = sum(run.status is Status.READY for run in runs)
        assert sum(event["event"] == "secreports.report.run" for event in told) == ended
    statuses = [run.status for run in runs]
    assert statuses.count(Status.FAILED) >= ROUNDS // 3 and Status.READY in statuses
