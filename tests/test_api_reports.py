"""The API's reports: run with and without waiting, state, results, history."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from access_world import actor, write_world
from conftest import fetch, open_datasette, send, told

from datasette_access_monitoring.web import report_runs

API = "/-/access-monitoring"
AUDITOR = {"id": "ann", "roles": ["auditor"]}
PAR = f"{API}/reports/privileged_access_report"
EVENTS = [
    {"event": "exec", "time": f"2026-11-{day}T10:00:00Z", "user": "x", "proto": "kube"}
    for day in (18, 20)
]


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_world(tmp_path / "audit.db", EVENTS)


@pytest.fixture
def datasette(audit: Path) -> Any:
    return open_datasette([audit])


def kube_execs(result: dict[str, Any]) -> list[list[str]]:
    (found,) = [
        [row["data"] for row in section["result"]["rows"]]
        for section in result["audit_query_results"]
        if section["audit_query"]["name"] == "kube_execs"
    ]
    return found


@pytest.mark.asyncio
async def test_run_and_wait(datasette: Any, audit: Path) -> None:
    order = {"days": 2, "as_of": "2026-11-20", "wait": True}
    response = await send(datasette, "POST", f"{PAR}/run.json", AUDITOR, order)
    assert response.status_code == 200, response.text
    run = response.json()["run"]
    assert (run["status"], run["days"], run["started_by"]) == ("READY", 2, "ann")
    assert response.json()["state"]["kind"] == "security_report_state"
    query = "days=2&as_of=2026-11-20"
    state = (await fetch(datasette, f"{PAR}/state.json?{query}", AUDITOR)).json()
    assert state["run"] == run
    result = (await fetch(datasette, f"{PAR}/result.json?{query}", AUDITOR)).json()
    assert result["run"] == run
    assert kube_execs(result["result"]) == [["2026-11-20", "1", "x"]]
    (event,) = told(audit, "secreports.report.run")
    assert (event["user"], event["via"], event["days"]) == ("ann", "api", 2)
    (read,) = told(audit, "secreports.events.read")
    assert read["path"] == f"{PAR}/result.json?{query}"


@pytest.mark.asyncio
async def test_run_without_waiting(datasette: Any) -> None:
    response = await send(datasette, "POST", f"{PAR}/run.json", AUDITOR, {"days": 30})
    assert response.status_code == 202
    run = response.json()["run"]
    assert run["status"] in ("RUNNING", "READY")
    for _ in range(600):
        state = (await fetch(datasette, f"{PAR}/state.json?days=30", AUDITOR)).json()
        if state["run"]["status"] != "RUNNING":
            break
        await asyncio.sleep(0.05)
    assert (state["run"]["id"], state["run"]["status"]) == (run["id"], "READY")
    result = await fetch(datasette, f"{PAR}/result.json?run={run['id']}", AUDITOR)
    assert result.json()["run"]["id"] == run["id"]


@pytest.mark.asyncio
async def test_two_at_once_are_one_run(datasette: Any) -> None:
    order = {"as_of": "2026-11-20", "wait": True}
    responses = await asyncio.gather(
        *(send(datasette, "POST", f"{PAR}/run.json", AUDITOR, order) for _ in range(3))
    )
    assert [response.status_code for response in responses] == [200, 200, 200]
    runs = (await fetch(datasette, f"{PAR}/runs.json", AUDITOR)).json()["runs"]
    assert {response.json()["run"]["id"] for response in responses} == {run["id"] for run in runs}
    assert len(runs) < 3 or len({run["started_at"] for run in runs}) == 3


@pytest.mark.asyncio
async def test_only_so_many_run_at_a_time(datasette: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_runs, "_places", threading.BoundedSemaphore(1))
    assert report_runs._places.acquire()
    response = await send(datasette, "POST", f"{PAR}/run.json", AUDITOR, {})
    assert response.status_code == 503
    report_runs._places.release()
    response = await send(datasette, "POST", f"{PAR}/run.json", AUDITOR, {"wait": True})
    assert response.status_code == 200
    assert report_runs._places.acquire(timeout=10)


@pytest.mark.asyncio
async def test_history_goes_page_by_page(datasette: Any) -> None:
    for days in (1, 2, 3):
        await send(datasette, "POST", f"{PAR}/run.json", AUDITOR, {"days": days, "wait": True})
    first = (await fetch(datasette, f"{PAR}/runs.json?_size=2", AUDITOR)).json()
    assert [run["days"] for run in first["runs"]] == [3, 2]
    address = urlsplit(first["next_url"])
    rest = (await fetch(datasette, f"{address.path}?{address.query}", AUDITOR)).json()
    assert [run["days"] for run in rest["runs"]] == [1]
    assert rest["next"] is None


@pytest.mark.asyncio
async def test_a_failing_section_is_in_the_result(datasette: Any) -> None:
    spec = {"queries": [{"name": "a", "query": "SELECT 1"}, {"name": "b", "query": "SELECT x"}]}
    document = {"kind": "security_report", "metadata": {"name": "mine"}, "spec": spec}
    editor = {"id": "ed", "roles": ["editor"]}
    await send(datasette, "POST", f"{API}/reports.json", editor, document)
    path = f"{API}/reports/mine"
    run = await send(datasette, "POST", f"{path}/run.json", editor, {"wait": True})
    assert run.json()["state"]["spec"]["status"] == "FAILED"
    result = (await fetch(datasette, f"{path}/result.json", editor)).json()["result"]
    first, second = result["audit_query_results"]
    assert first["result"]["rows"] == [{"data": ["1"]}] and "error" not in first
    assert "'x' cannot be resolved" in second["error"]


@pytest.mark.asyncio
async def test_what_is_not_there_is_told(datasette: Any) -> None:
    for path, message in (
        (f"{PAR}/state.json", "was never run"),
        (f"{PAR}/result.json", "has no result"),
        (f"{PAR}/result.json?run=77", "no run 77"),
        (f"{API}/reports/x/state.json", "no security_report 'x'"),
        (f"{API}/reports/x/runs.json", "no security_report 'x'"),
    ):
        response = await fetch(datasette, path, AUDITOR)
        assert response.status_code == 404
        assert message in response.json()["error"]
    response = await send(datasette, "POST", f"{API}/reports/x/run.json", AUDITOR, {})
    assert response.status_code == 404


@pytest.mark.asyncio
async def test_a_run_of_another_report_is_not_shown_as_this_one_s(datasette: Any) -> None:
    spec = {"queries": [{"name": "a", "query": "SELECT 1"}]}
    document = {"kind": "security_report", "metadata": {"name": "mine"}, "spec": spec}
    editor = {"id": "ed", "roles": ["editor"]}
    await send(datasette, "POST", f"{API}/reports.json", editor, document)
    run = await send(datasette, "POST", f"{API}/reports/mine/run.json", editor, {"wait": True})
    response = await fetch(datasette, f"{PAR}/result.json?run={run.json()['run']['id']}", editor)
    assert response.status_code == 404


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"days": True}, "days must be"),
        ({"days": "x"}, "days must be"),
        ({"wait": "maybe"}, "wait must be true or false"),
        ({"wait": 5}, "wait must be true or false"),
        ({"as_of": 5}, "as_of must be a text"),
    ],
)
async def test_a_wrong_order_is_told(datasette: Any, body: dict[str, Any], message: str) -> None:
    response = await send(datasette, "POST", f"{PAR}/run.json", AUDITOR, body)
    assert response.status_code == 400 and message in response.json()["error"]


@pytest.mark.asyncio
async def test_who_may_start_it_may_not_for_that_read_it(datasette: Any) -> None:
    starter, reporter = actor("starter"), actor("reporter")
    run = await send(datasette, "POST", f"{PAR}/run.json", starter, {"wait": True})
    assert run.status_code == 200
    for path in (f"{PAR}/result.json", f"{PAR}/state.json", f"{PAR}/runs.json", f"{PAR}.json"):
        assert (await fetch(datasette, path, starter)).status_code == 403
        assert (await fetch(datasette, path, reporter)).status_code == 200


@pytest.mark.asyncio
async def test_an_error_in_the_words_of_an_event_needs_read_to_be_seen(
    datasette: Any,
) -> None:
    document = {
        "kind": "security_report", "version": "v1", "metadata": {"name": "peek"},
        "spec": {"title": "Peek", "audit_queries": [
            {"name": "q", "title": "Q", "query": "SELECT CAST(user AS bigint) FROM exec"}
        ]},
    }  # fmt: skip
    created = await send(datasette, "POST", f"{API}/reports.json", actor("editor"), document)
    assert created.status_code == 201, created.text
    for who, sees in ((actor("starter"), False), (actor("reporter"), True)):
        run = await send(
            datasette, "POST", f"{API}/reports/peek/run.json", who, {"wait": True, "days": 30}
        )
        assert run.status_code == 200, run.text
        assert run.json()["run"]["status"] == "FAILED"
        assert ("Cannot cast 'x'" in run.text) is sees


@pytest.mark.asyncio
async def test_who_joins_a_run_of_another_is_told_too(
    datasette: Any, audit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = await send(datasette, "POST", f"{PAR}/run.json", AUDITOR, {"wait": True})

    async def joined(*_: Any) -> tuple[int, Any]:
        return begun.json()["run"]["id"], asyncio.sleep(0)

    monkeypatch.setattr("datasette_access_monitoring.web.api.reports.begin", joined)
    await send(datasette, "POST", f"{PAR}/run.json", actor("reporter"), {"wait": True})
    (read,) = told(audit, "secreports.events.read")
    assert (read["user"], read["path"]) == ("the reporter", f"{PAR}/run.json")
