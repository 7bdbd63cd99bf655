"""A report's page and JSON: what changed since the run before, how a run is followed."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest
from access_world import actor
from conftest import ROOT, fetch, open_datasette, told
from report_world import (
    ALICE,
    AS_OF_MS,
    DAY_MS,
    EVENTS,
    HOSTILE,
    LONG,
    MINE,
    QUERIES,
    TURNED,
    exec_by,
    ran,
    text_of,
    under_way,
    words,
    write_reported,
)

from datasette_access_monitoring.reports.running import Order, run_report
from datasette_access_monitoring.resources.documents import report_resource
from datasette_access_monitoring.resources.model import AuditQuery, SecurityReport
from datasette_access_monitoring.store.database import open_for_writing
from datasette_access_monitoring.store.report_runs import read_section_counts


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_reported(tmp_path / "audit.db", EVENTS)


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
    path = write_reported(tmp_path / "many.db", many)
    ran(path, 21), ran(path, 22)
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


@pytest.mark.asyncio
async def test_a_run_is_followed_without_telling_the_log(audit: Path) -> None:
    datasette = open_datasette([audit])
    reporter = actor("reporter")
    with under_way(audit, ended=2) as run:
        for address in (f"{MINE}?days=7", f"{MINE}?run={run}"):
            page = await text_of(datasette, address, reporter)
            assert "2 of 3 sections done" in words(page)
            listed = words(page[page.index("<ol id") : page.index("</ol>")])
            assert listed == "Who READY 1 row What READY 2 rows Never RUNNING"
            assert '<noscript><meta http-equiv="refresh"' in page
            assert "found0" not in page and f'data-state="{MINE}/state.json?run={run}"' in page
        state = (await fetch(datasette, f"{MINE}/state.json?run={run}", reporter)).json()
        assert [one["status"] for one in state["sections"]] == ["READY", "READY", "RUNNING"]
        assert [one["rows"] for one in state["sections"]] == [1, 2, None]
        assert told(audit, "secreports.events.read") == []
        page = await text_of(datasette, f"{MINE}?run={run}&so_far=1", reporter)
        assert "found1" in page and "http-equiv" not in page
        assert len(told(audit, "secreports.events.read")) == 1
    state = (await fetch(datasette, f"{MINE}/state.json?run={run}", reporter)).json()
    assert [one["status"] for one in state["sections"]] == ["READY", "READY", "FAILED"]
    page = await text_of(datasette, f"{MINE}?run={run}", reporter)
    assert "found0" in page and "am-failed" in page and "am-progress" not in page
    assert len(told(audit, "secreports.events.read")) == 2


@pytest.mark.asyncio
async def test_the_state_of_another_report_s_run_is_not_this_one_s(audit: Path) -> None:
    run = ran(audit, 20)
    other = MINE.replace("mine", "privileged_access_report")
    for path in ("/state.json", "", "/result.json"):
        answer = await fetch(open_datasette([audit]), f"{other}{path}?run={run}", ROOT)
        assert answer.status_code == 404


@pytest.mark.asyncio
async def test_days_are_a_click_away(audit: Path) -> None:
    page = await text_of(open_datasette([audit]), f"{MINE}?days=30&as_of=2026-11-20")
    for days in (1, 7, 30, 90):
        assert f'href="{MINE}?days={days}&amp;as_of=2026-11-20"' in page
    assert re.findall(r'aria-current="true">([^<]+)<', page) == ["30 days"]


@pytest.mark.asyncio
async def test_a_tile_names_the_sections_that_found_most(audit: Path) -> None:
    datasette = open_datasette([audit])
    run = ran(audit, 20, days=7)
    with under_way(audit, ended=1):
        for address in ("/-/access-monitoring/reports", "/-/access-monitoring"):
            page = await text_of(datasette, address)
            seen = words(page)
            assert "RUNNING over 7 days" in seen
            assert "2 of 3 sections found something 20" in seen
            assert "most: What 15 rows Who 8 rows" in seen
            assert f'href="{MINE}?run={run}#commands"' in page
    listed = await text_of(datasette, "/-/access-monitoring/reports", actor("lister"))
    assert "Mine" in listed and "found something" not in listed and "rows" not in listed


def test_how_much_was_found_is_counted_without_reading_it(audit: Path) -> None:
    with closing(open_for_writing(audit)) as connection:
        asked: list[str] = []
        connection.set_trace_callback(asked.append)
        read_section_counts(connection, 1)
        plan = connection.execute(f"EXPLAIN QUERY PLAN {asked[0]}").fetchall()
    assert "COVERING INDEX" in plan[0][-1]
