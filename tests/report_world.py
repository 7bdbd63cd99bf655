"""A report of its own over hostile events, its runs, and its pages as they are read."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from access_world import write_world
from conftest import ROOT, fetch

from datasette_access_monitoring.catalog import parse_type
from datasette_access_monitoring.reports.liveness import runner
from datasette_access_monitoring.reports.model import Section, stored_section
from datasette_access_monitoring.reports.running import Order, run_report
from datasette_access_monitoring.resources.documents import report_resource
from datasette_access_monitoring.resources.keeping import create_resource, fixed_resources
from datasette_access_monitoring.resources.model import AuditQuery, SecurityReport
from datasette_access_monitoring.self_audit import Principal
from datasette_access_monitoring.sql.translate import OutputColumn
from datasette_access_monitoring.store.database import open_for_writing
from datasette_access_monitoring.store.report_runs import RunKey, insert_run, insert_section
from datasette_access_monitoring.store.write import Writer

MINE = "/-/access-monitoring/reports/mine"
HOSTILE = "<img src=x onerror=alert(1)>"
TURNED = "evil\u202etxt.exe"
LONG = "x" * 30_000
ALICE = Principal("alice", "cli")
DAY_MS = 86_400_000
AS_OF_MS = 1_795_219_199_999  # 2026-11-20T23:59:59.999Z
QUERIES = (
    AuditQuery("users", "Who", "", "Ask them.", None,
               "SELECT event_date, count(*) AS count, user FROM exec GROUP BY event_date, user"),
    AuditQuery("commands", "What", "", "", None, "SELECT command FROM exec"),
    AuditQuery("never", "Never", "", "", None, "SELECT user FROM exec WHERE false"),
)  # fmt: skip
REPORT = report_resource(SecurityReport("mine", "Mine", "What I ask.", QUERIES))


def exec_by(user: str, day: int, count: int) -> list[dict[str, Any]]:
    time = f"2026-11-{day}T10:00:00Z"
    return [{"event": "exec", "time": time, "user": user, "ei": n} for n in range(count)]


EVENTS = [
    *exec_by("alice", 18, 3), *exec_by("dan", 18, 1), *exec_by("erin", 18, 2),
    *exec_by("alice", 20, 5), *exec_by("erin", 20, 1), *exec_by(HOSTILE, 20, 1),
    *exec_by(TURNED, 20, 1), *exec_by(LONG, 20, 1),
]  # fmt: skip


def write_reported(path: Path, events: list[dict[str, Any]]) -> Path:
    """An audit database with these events, all the roles, and the report."""
    write_world(path, events)
    with closing(open_for_writing(path)) as connection:
        create_resource(Writer(connection), REPORT, fixed_resources(), ALICE, 0)
    return path


def ran(path: Path, day: int, days: int = 1) -> int:
    """Run the report over the days up to that one of November."""
    order = Order(REPORT, days, AS_OF_MS + (day - 20) * DAY_MS, ALICE)
    return run_report(path, order).id


@contextmanager
def under_way(path: Path, ended: int) -> Iterator[int]:
    """A run of the report that goes on, with so many sections ended."""
    connection = open_for_writing(path)
    with runner(path) as name, closing(connection):
        run = insert_run(
            connection, RunKey("mine", 7, None), moment_ms=AS_OF_MS, runner=name,
            document=json.dumps(REPORT.document), started_by="alice", now_ms=AS_OF_MS,
        )  # fmt: skip
        for position in range(ended):
            columns = (OutputColumn("user", parse_type("varchar")),)
            rows = [[f"found{position}"]] * (position + 1)
            found = Section(QUERIES[position], columns, rows, False, 1.0, "")
            insert_section(connection, stored_section(run, position, found), AS_OF_MS)
        yield run


async def text_of(datasette: Any, address: str, who: Any = ROOT) -> str:
    response = await fetch(datasette, address, who)
    assert response.status_code == 200, response.text
    return str(response.text)


def words(page: str) -> str:
    """A page as it is read."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())
