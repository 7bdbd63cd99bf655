"""A report's page and JSON: what changed since the run before, how a run is followed."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from access_world import actor, write_world
from conftest import ROOT, fetch, open_datasette

from datasette_access_monitoring.reports.running import Order, run_report
from datasette_access_monitoring.resources.documents import report_resource
from datasette_access_monitoring.resources.keeping import create_resource, fixed_resources
from datasette_access_monitoring.resources.model import AuditQuery, SecurityReport
from datasette_access_monitoring.self_audit import Principal
from datasette_access_monitoring.store.database import open_for_writing
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


def exec_by(user: str, day: int, count: int) -> list[dict[str, Any]]:
    time = f"2026-11-{day}T10:00:00Z"
    return [{"event": "exec", "time": time, "user": user, "ei": n} for n in range(count)]


EVENTS = [
    *exec_by("alice", 18, 3), *exec_by("dan", 18, 1), *exec_by("erin", 18, 2),
    *exec_by("alice", 20, 5), *exec_by("erin", 20, 1), *exec_by(HOSTILE, 20, 1),
    *exec_by(TURNED, 20, 1), *exec_by(LONG, 20, 1),
]  # fmt: skip


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    path = write_world(tmp_path / "audit.db", EVENTS)
    connection = open_for_writing(path)
    create_resource(Writer(connection), REPORT, fixed_resources(), ALICE, 0)
    connection.close()
    return path


REPORT = report_resource(SecurityReport("mine", "Mine", "What I ask.", QUERIES))


def ran(path: Path, day: int, days: int = 1) -> int:
    """Run the report over the days up to that one of November."""
    order = Order(REPORT, days, AS_OF_MS + (day - 20) * DAY_MS, ALICE)
    return run_report(path, order).id


async def text_of(datasette: Any, address: str, who: Any = ROOT) -> str:
    response = await fetch(datasette, address, who)
    assert response.status_code == 200, response.text
    return str(response.text)


def words(page: str) -> str:
    """A page as it is read."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


@pytest.mark.asyncio
async def test_each_section_says_what_changed_since_the_run_before(audit: Path) -> None:
    first, other_days, second = ran(audit, 18), ran(audit, 19, days=2), ran(audit, 20)
    datasette = open_datasette([audit])
    page = await text_of(datasette, f"{MINE}?run={second}", actor("reporter"))
    seen = words(page)
    assert "Since the run of 2026-11-18 23:59:59 UTC:" in seen
    assert "gone: dan 1" in seen and "up: alice 3 → 5" in seen and "down: erin 2 → 1" in seen
    assert f"new: {HOSTILE} 1, evil\\u202etxt.exe 1, {'x' * 200}… 1" in seen
    assert "3 rows more" in seen, "a section that does not say who"
    assert "none new, none gone, the same counts" in seen
    assert HOSTILE not in page and "\u202e" not in page and "x" * 20_001 not in page
    assert f'href="{MINE}?run={first}">the run of' in page
    for alone in (first, other_days):
        page = await text_of(datasette, f"{MINE}?run={alone}")
        assert "There is no earlier run over" in words(page) and "Since the run" not in page


@pytest.mark.asyncio
async def test_many_changes_are_named_up_to_a_number(tmp_path: Path) -> None:
    many = [event for n in range(27) for event in exec_by(f"user{n:02}", 22, 1)]
    path = write_world(tmp_path / "many.db", many)
    ran(path, 21), ran(path, 22)
    connection = open_for_writing(path)
    create_resource(Writer(connection), REPORT, fixed_resources(), ALICE, 0)
    connection.close()
    seen = words(await text_of(open_datasette([path]), f"{MINE}?days=1&as_of=2026-11-22"))
    assert "user19 1 and 7 more" in seen and "user20 1," not in seen


@pytest.mark.asyncio
async def test_the_json_has_the_changes_whole(audit: Path) -> None:
    first, second = ran(audit, 18), ran(audit, 20)
    datasette = open_datasette([audit])
    answer = await fetch(datasette, f"{MINE}/result.json?run={first}", ROOT)
    assert answer.json()["changes"] is None
    answer = await fetch(datasette, f"{MINE}/result.json?run={second}", ROOT)
    changes = answer.json()["changes"]
    assert changes["since"]["id"] == first
    users, commands, never = changes["sections"]
    assert users["gone"] == [{"who": "dan", "before": 1, "now": None}]
    assert users["up"] == [{"who": "alice", "before": 3, "now": 5}]
    assert [one["who"] for one in users["new"]] == [HOSTILE, TURNED, LONG]
    assert (users["name"], users["column"], users["sums"]) == ("users", "user", "count")
    assert (commands["column"], commands["rows_before"], commands["rows_now"]) == ("", 6, 9)
    assert never["rows_now"] == never["same"] == 0


@pytest.mark.asyncio
async def test_a_failed_run_is_not_compared_and_compared_with_none(audit: Path) -> None:
    failing = (*QUERIES[:1], AuditQuery("bad", "", "", "", None, "SELECT user FROM nowhere"))
    bad = report_resource(SecurityReport("mine", "Mine", "", failing))
    first = ran(audit, 18)
    failed = run_report(audit, Order(bad, 1, AS_OF_MS - DAY_MS, ALICE))
    second = ran(audit, 20)
    datasette = open_datasette([audit])
    assert "Since the run" not in await text_of(datasette, f"{MINE}?run={failed.id}")
    answer = await fetch(datasette, f"{MINE}/result.json?run={second}", ROOT)
    assert answer.json()["changes"]["since"]["id"] == first
