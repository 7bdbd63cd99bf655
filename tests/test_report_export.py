"""A report as one HTML file: all that it found, nothing hostile, told to the log."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from access_world import actor
from conftest import ROOT, fetch, open_datasette, send, told
from report_world import (
    ALICE,
    AS_OF_MS,
    EVENTS,
    HOSTILE,
    MINE,
    ran,
    under_way,
    words,
    write_reported,
)

from datasette_access_monitoring.reports.running import Order, run_report
from datasette_access_monitoring.resources.documents import report_resource
from datasette_access_monitoring.resources.model import AuditQuery, SecurityReport
from datasette_access_monitoring.web.pages import report_export


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_reported(tmp_path / "audit.db", EVENTS)


class Tags(HTMLParser):
    """The tags of a file with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


async def file_of(datasette: Any, address: str, who: Any = ROOT) -> Any:
    answer = await fetch(datasette, address, who)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer


@pytest.mark.asyncio
async def test_the_file_has_all_of_the_run(audit: Path) -> None:
    ran(audit, 18)
    run = ran(audit, 20)
    datasette = open_datasette([audit])
    answer = await file_of(datasette, f"{MINE}/export?run={run}", actor("reporter"))
    assert answer.headers["content-disposition"] == (
        'attachment; filename="mine-1-days-2026-11-20.html"'
    )
    seen = words(answer.text)
    for text in (
        "Mine", "What I ask.", "the 1 day before 2026-11-20 23:59:59 UTC", "alice",
        "by the reporter", "Who 5 rows", "What 9 rows", "Never 0 rows", "Nothing found.",
        "up: alice 3 → 5", "Suggestion: Ask them.", "GROUP BY event_date, user",
        "the run of 2026-11-18 23:59:59 UTC", "evil\\u202etxt.exe",
    ):  # fmt: skip
        assert text in seen, text


@pytest.mark.asyncio
async def test_the_file_loads_nothing_and_runs_only_what_draws_its_charts(audit: Path) -> None:
    ran(audit, 20)
    text = (await file_of(open_datasette([audit]), f"{MINE}/export?days=1&as_of=2026-11-20")).text
    scripts = re.findall("<script>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == 4
    for script in scripts:
        text = text.replace(script, "")
    assert HOSTILE not in text and "\u202e" not in text and "{{" not in text
    tags = Tags(text).found
    assert {"img", "link", "iframe", "form", "base"}.isdisjoint({tag for tag, _ in tags})
    assert [given for tag, given in tags if tag == "script"] == [{}] * 4
    links = [value for _, given in tags for name, value in given.items() if name in ("href", "src")]
    assert links and all((value or "").startswith("#section-") for value in links)
    assert not [name for _, given in tags for name in given if name.startswith("on")]
    (policy,) = (given for _, given in tags if given.get("http-equiv"))
    assert policy["http-equiv"] == "Content-Security-Policy"
    sums = (base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts)
    allowed = " ".join(f"'sha256-{one}'" for one in sums)
    assert (policy["content"] or "").startswith(f"default-src 'none'; script-src {allowed}; style")
    assert "url(" not in text and "@import" not in text


@pytest.mark.asyncio
async def test_an_export_is_told_as_one(audit: Path) -> None:
    run = ran(audit, 20)
    datasette = open_datasette([audit])
    await file_of(datasette, f"{MINE}/export?run={run}", actor("reporter"))
    (event,) = told(audit, "secreports.events.export")
    assert event["path"] == f"{MINE}/export?run={run}"
    assert (event["user"], event["via"], event["days"]) == ("the reporter", "page", 1)
    assert event["as_of"] == "2026-11-20T23:59:59.999Z"


@pytest.mark.asyncio
async def test_who_may_not_read_a_report_gets_no_file(audit: Path) -> None:
    ran(audit, 20)
    datasette = open_datasette([audit])
    for who in (None, {"id": "bob"}, actor("lister"), actor("starter"), actor("asker")):
        answer = await fetch(datasette, f"{MINE}/export?days=1&as_of=2026-11-20", who)
        assert answer.status_code == 403 and "alice" not in answer.text
    assert told(audit, "secreports.events.export") == []
    assert (await send(datasette, "POST", f"{MINE}/export", ROOT)).status_code == 405


@pytest.mark.asyncio
async def test_what_is_not_there_or_goes_on_is_no_file(audit: Path) -> None:
    datasette = open_datasette([audit])
    run = ran(audit, 20)
    other = MINE.replace("mine", "privileged_access_report")
    for address in (f"{MINE}/export", f"{MINE}/export?run=77", f"{other}/export?run={run}"):
        assert (await fetch(datasette, address, ROOT)).status_code == 404
    with under_way(audit, ended=1) as going_on:
        answer = await fetch(datasette, f"{MINE}/export?run={going_on}", ROOT)
    assert answer.status_code == 409 and "goes on" in answer.text


@pytest.mark.asyncio
async def test_long_sections_are_cut_and_say_so(
    audit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_export, "MOST_ROWS", 2)
    run = ran(audit, 20)
    text = (await file_of(open_datasette([audit]), f"{MINE}/export?run={run}")).text
    assert "3 more rows are not in this file." in words(text)


@pytest.mark.asyncio
async def test_a_failed_run_is_a_file_that_says_what_failed(audit: Path) -> None:
    bad = AuditQuery("bad", "", "", "", None, "SELECT user FROM nowhere")
    resource = report_resource(SecurityReport("mine", "", "", (bad,)))
    run = run_report(audit, Order(resource, 1, AS_OF_MS, ALICE))
    seen = words((await file_of(open_datasette([audit]), f"{MINE}/export?run={run.id}")).text)
    assert "FAILED" in seen and "no view 'nowhere'" in seen


def test_a_file_s_name_has_no_other_letters(audit: Path) -> None:
    query = AuditQuery("q", "", "", "", None, "SELECT 1")
    report = report_resource(SecurityReport("mine", "", "", (query,)))
    run = run_report(audit, Order(report, 7, AS_OF_MS, ALICE))
    for name, there in (
        ('a"b\n/../c', "a-b-c"), ("é", "report"), ("x" * 200, "x" * 100), ("a b", "a-b"),
    ):  # fmt: skip
        named = report_export.file_name(replace(run, key=replace(run.key, report=name)))
        assert named == f"{there}-7-days-2026-11-20.html"
