"""The status page, its JSON and its metrics: the same facts, for who may list events."""

from __future__ import annotations

import html
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from access_world import actor, write_roles
from cli_support import run
from conftest import ROOT, fetch, open_datasette, send, told, write_audit_database
from health_world import NOW_MS, deliver, events_on, read_at
from prometheus_client.parser import text_string_to_metric_families

from datasette_access_monitoring.compat.versions import IS_V1
from datasette_access_monitoring.web import collecting
from datasette_access_monitoring.web.api import status as api
from datasette_access_monitoring.web.collecting import Job

API = "/-/access-monitoring"
AUDITOR = actor("auditor")
LISTER = actor("lister")
A, B = "/log/a/1.log", "/log/b/1.log"


@pytest.fixture
def audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log with a gap, rejects, an open session and an event from the future."""
    path = tmp_path / "audit.db"
    starts = events_on(15, 16, event="session.start", sid="open", user="x")
    ends = events_on(15, event="session.end", sid="another")
    future = {"event": "exec", "time": "2026-11-20T13:00:00Z"}
    monkeypatch.setattr(api, "now_ms", lambda: NOW_MS)
    with read_at(monkeypatch, NOW_MS):
        deliver(path, A, [*events_on(13, 14, 15, 16, 18, 19, 20), *starts, *ends], [b"nonsense"])
        deliver(path, B, [*events_on(*range(13, 21), event="x"), future])
        deliver(path, B, events_on(13, event="x"))
    write_roles(path)
    return path


async def get(datasette: Any, path: str, who: Any = AUDITOR) -> Any:
    response = await fetch(datasette, f"{API}{path}", who)
    assert response.status_code == 200, response.text
    return response


def families(text: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Every sample by its name and labels, as the official parser reads them."""
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation and family.type in ("gauge", "counter")
        for sample in family.samples:
            labels = tuple(sorted(sample.labels.items()))
            assert labels not in found.setdefault(sample.name, {}), sample
            found[sample.name][labels] = sample.value
    return found


@pytest.mark.asyncio
async def test_the_page_says_each_problem_and_what_to_do(audit: Path) -> None:
    text = html.unescape((await get(open_datasette([audit]), "/status")).text)
    for said in (
        "4 problems",
        "no events of 2026-11-17",
        "1 in the last 7 days; kept are 1 bad JSON",
        "1 of 1 sessions (session.start)",
        "events from the future when they were read: 1 in the last 7 days, by up to 1 hour",
    ):
        assert said in text
    assert text.count("What to do: ") == 4


@pytest.mark.asyncio
async def test_a_healthy_log_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "now_ms", lambda: NOW_MS)
    with read_at(monkeypatch, NOW_MS):
        deliver(tmp_path / "audit.db", A, events_on(*range(13, 21)))
    datasette = open_datasette([tmp_path / "audit.db"])
    text = (await get(datasette, "/status", ROOT)).text
    assert "No problem" in text and "What to do" not in text
    assert (await get(datasette, "/status.json", ROOT)).json()["healthy"] is True
    strict = await get(datasette, "/status.json?max_lag=30m", ROOT)
    assert [one["kind"] for one in strict.json()["problems"]] == ["lag"]


@pytest.mark.asyncio
async def test_a_server_that_cannot_collect_is_not_healthy_though_its_log_still_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "audit.db"
    monkeypatch.setattr(api, "now_ms", lambda: NOW_MS)
    with read_at(monkeypatch, NOW_MS):
        deliver(path, A, events_on(*range(13, 21)))
    datasette = open_datasette([path])
    job = Job("files", "audit", path, lambda *_: None, {"x": "<b>x.log</b>: permission denied"})
    monkeypatch.setitem(collecting._jobs, datasette, [job])
    found = (await get(datasette, "/status.json", ROOT)).json()
    assert (found["healthy"], found["problems"]) == (False, [])
    text = (await get(datasette, "/status", ROOT)).text
    assert "1 problem</strong>" in text and "<b>" not in text
    job.problems = {}
    assert (await get(datasette, "/status.json", ROOT)).json()["healthy"] is True
    assert "No problem" in (await get(datasette, "/status", ROOT)).text


@pytest.mark.asyncio
async def test_a_database_without_events_has_all_three(tmp_path: Path) -> None:
    datasette = open_datasette([write_audit_database(tmp_path / "audit.db", [])])
    assert "no source has brought an event yet" in (await get(datasette, "/status", ROOT)).text
    assert (await get(datasette, "/status.json", ROOT)).json()["lag_seconds"] is None
    found = families((await get(datasette, "/metrics", ROOT)).text)
    assert found["access_monitoring_events"] == {(("database", "audit"),): 0}
    assert not any(found.get("access_monitoring_newest_event_timestamp_seconds", {}))


@pytest.mark.asyncio
async def test_the_json_has_what_the_command_prints(
    audit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = sys.modules["datasette_access_monitoring.cli.status"]
    monkeypatch.setattr(module, "now_ms", lambda: NOW_MS)
    printed = json.loads(run("status", "--db", audit, "--format", "json", "--days", 9).stdout)
    answered = (await get(open_datasette([audit]), "/status.json?days=9")).json()
    assert answered.pop("ok") is True
    assert answered.pop("collecting") == []  # only a server collects
    assert answered.pop("database") == "audit" and printed.pop("database") == str(audit)
    assert answered == printed


@pytest.mark.asyncio
async def test_the_number_of_open_sessions_leads_to_a_query_that_lists_them(audit: Path) -> None:
    datasette = open_datasette([audit])
    text = (await get(datasette, "/status")).text
    (link,) = re.findall(r'href="([^"]*/query\?[^"]*)"', text)
    address = html.unescape(link).replace("/query?", "/query.json?") + "&as_of=2026-11-20"
    response = await fetch(datasette, address, AUDITOR)
    assert response.status_code == 200, response.text
    assert [row[1:] for row in response.json()["rows"]] == [["x", "open"]] * 2
    assert "/query?" not in (await get(datasette, "/status", LISTER)).text


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "address", ["?days=0", "?days=3651", "?days=x", "?max_lag=1", "?max_lag=x"]
)
async def test_a_wrong_parameter_is_said(audit: Path, address: str) -> None:
    datasette = open_datasette([audit])
    for path in ("/status", "/status.json"):
        response = await fetch(datasette, f"{API}{path}{address}", AUDITOR)
        assert response.status_code == 400
        assert address[1:].partition("=")[0] in response.text


@pytest.mark.asyncio
async def test_the_metrics_are_the_facts_in_prometheus_format(audit: Path) -> None:
    response = await get(open_datasette([audit]), "/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = families(response.text)

    def value(name: str, **labels: str) -> float:
        pairs = {"database": "audit", **labels}
        return found[f"access_monitoring_{name}"][tuple(sorted(pairs.items()))]

    assert value("events") == 19 + len(told(audit))
    assert value("size_bytes") >= audit.stat().st_size
    # Nobody knows when an event from the future was: it counts as of now.
    assert value("newest_event_timestamp_seconds") == NOW_MS / 1000
    assert value("origin_newest_event_timestamp_seconds", origin="/log/a") == NOW_MS / 1000 - 3600
    assert value("origin_events_total", origin="/log/a") == 10
    assert value("origin_events_total", origin="/log/b") == 9
    assert value("origin_duplicates_total", origin="/log/b") == 1
    assert value("origin_rejected_lines_total", origin="/log/a") == 1
    assert value("origin_rejects", origin="/log/a", reason="bad JSON") == 1
    assert value("origin_future_events_total", origin="/log/b") == 1
    assert value("origin_gap_days", origin="/log/a") == 1
    assert value("origin_gap_days", origin="/log/b") == 0
    assert value("sessions_without_end", start="session.start") == 1
    kinds = {kind: value("problems", kind=kind) for kind in ("lag", "gap", "rejects", "clock")}
    assert kinds == {"lag": 0, "gap": 1, "rejects": 1, "clock": 1}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "folder",
    [
        'a"b',
        "a\nb",
        "a\\",
        "a\\nb",
        "\u202e",
        'x",origin="y',
        "a}\n# TYPE evil gauge\nevil 1",
        "\r",
        "é😀",
    ],
    ids=range(9),
)  # fmt: skip
async def test_any_name_of_a_folder_is_one_label(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    path = tmp_path / "audit.db"
    monkeypatch.setattr(api, "now_ms", lambda: NOW_MS)
    with read_at(monkeypatch, NOW_MS):
        deliver(path, f"/{folder}/1.log", events_on(19, 20), [b"x"])
    datasette = open_datasette([path])
    text = (await get(datasette, "/metrics", ROOT)).text
    found = families(text)
    assert set(found["access_monitoring_origin_events_total"]) == {
        (("database", "audit"), ("origin", f"/{folder}"))
    }
    assert "evil" not in found
    page = (await get(datasette, "/status", ROOT)).text
    assert "\u202e" not in page and 'x",origin' not in page


@pytest.mark.asyncio
async def test_there_are_series_for_so_many_origins_and_none_for_those_that_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "audit.db"
    monkeypatch.setattr(api, "now_ms", lambda: NOW_MS)
    with read_at(monkeypatch, NOW_MS):
        deliver(path, "/log/ended/1.log", events_on(1))
        for number in range(103):
            deliver(path, f"/log/{number}/1.log", events_on(20, n=number))
        for day in range(30):
            deliver(path, f"/log/1/{day}.log", events_on(20, n=1000 + day))
    found = families((await get(open_datasette([path]), "/metrics", ROOT)).text)
    assert len(found["access_monitoring_origin_events_total"]) == 100
    assert found["access_monitoring_origins_left_out"] == {(("database", "audit"),): 4}


@pytest.mark.asyncio
async def test_looking_tells_the_log_nothing_but_a_refusal_does(audit: Path) -> None:
    datasette = open_datasette([audit])
    before = told(audit)
    for path in ("/status", "/status.json", "/metrics"):
        await get(datasette, path, LISTER)
    assert told(audit) == before
    for path in ("/status", "/status.json", "/metrics"):
        response = await fetch(datasette, f"{API}{path}", actor("reporter"))
        assert response.status_code == 403
    assert {event["event"] for event in told(audit)[len(before) :]} == {"secreports.access.denied"}


@pytest.mark.asyncio
async def test_who_may_list_events_finds_the_page(audit: Path) -> None:
    datasette = open_datasette([audit])
    assert f'href="{API}/status"' in (await get(datasette, "", LISTER)).text
    assert f'href="{API}/status"' not in (await get(datasette, "", actor("reporter"))).text
    assert f'<a href="{API}/status">Is the log fresh' in (await get(datasette, "")).text


@pytest.mark.asyncio
async def test_prometheus_comes_with_a_token_of_an_actor_that_may_list_events(audit: Path) -> None:
    role = {
        "kind": "role",
        "metadata": {"name": "monitor"},
        "spec": {"allow": {"rules": [{"resources": ["event"], "verbs": ["list"]}]}},
    }
    ours = {"roles": [role], "actors": {"prometheus": ["monitor"]}}
    config = {"plugins": {"datasette-access-monitoring": ours}}
    datasette = open_datasette([audit], config)
    await datasette.invoke_startup()
    for name, status in (("prometheus", 200), ("somebody", 403)):
        signed = datasette.sign({"a": name, "token": "dstok", "t": int(time.time())}, "token")
        bearer = {"authorization": f"Bearer dstok_{signed}"}
        who = None if IS_V1 else {"id": name}  # 0.65 has no tokens without a plugin
        for method in ("GET", "HEAD"):
            response = await fetch(datasette, f"{API}/metrics", who, method=method, headers=bearer)
            assert response.status_code == status
        if status == 200:
            response = await fetch(datasette, f"{API}/events.json", who, headers=bearer)
            assert response.status_code == 403  # it reads none


@pytest.mark.asyncio
async def test_nothing_is_sent_to_it(audit: Path) -> None:
    datasette = open_datasette([audit])
    for path in ("/status", "/status.json", "/metrics"):
        assert (await send(datasette, "POST", f"{API}{path}", ROOT, {})).status_code == 405
