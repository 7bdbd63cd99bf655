"""The event explorer as it is sent: what is found, how pages follow, hostile values, the verbs."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from access_world import actor, write_world
from conftest import ROOT, fetch, open_datasette, told
from test_pages import HOME, HOSTILE, LONG, NOW, TURNED, text_of

EVENTS_PAGE = f"{HOME}/events"
EVENTS: list[dict[str, Any]] = [
    {"event": "exec", "time": "2026-11-20T10:00:00Z", "user": HOSTILE, "sid": "s-1",
     "command": "javascript:alert(1)", "addr.remote": "10.0.0.1:2222", "code": "T3002I"},
    {"event": "exec", "time": "2026-11-20T11:00:00Z", "user": TURNED, "command": LONG},
    {"event": "session.start", "time": "2026-11-20T09:00:00Z", "user": "alice", "sid": "s-1",
     "server_hostname": "web-1", "access_requests": ["r-1"], "addr.remote": "10.0.0.1:1111"},
    {"event": "access_request.create", "time": "2026-11-20T08:00:00Z", "user": "alice", "id": "r-1",
     "reason": "=cmd()"},
    {"event": "user.login", "time": "2026-11-20T07:00:00Z", "user": "bob", "success": False,
     "error": "caf\u00e9 is closed"},
    {"event": 'odd<b onclick="x">', "time": "2026-11-01T07:00:00Z", "user": "&alice"},
]  # fmt: skip


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_world(tmp_path / "audit.db", EVENTS)


@pytest.fixture
def datasette(audit: Path) -> Any:
    return open_datasette([audit])


def times(page: str) -> list[str]:
    """The times of the events that a page shows, in order."""
    return re.findall(r'<td><a [^>]+><time datetime="2026-11-(..T..)', page)


def link(page: str, words: str) -> str:
    """The address of the first link with these words."""
    found = re.findall(rf'<a href="([^"]+)"[^>]*>{words}</a>', page)
    return html.unescape(found[0]) if found else ""


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", ["20T11", "20T10", "20T09", "20T08", "20T07"]),
        ("days=30", ["20T11", "20T10", "20T09", "20T08", "20T07", "01T07"]),
        ("q=ALICE", ["20T09", "20T08"]),
        ("q=<img", ["20T10"]),
        ("q=CAFE", ["20T07"]),
        ("q=END", ["20T11"]),
        ("q=+web-1+", ["20T09"]),
        ("q=command", []),
        ("type=exec", ["20T11", "20T10"]),
        ("type=exe", []),
        ("user=alice", ["20T09", "20T08"]),
        ("session=s-1", ["20T10", "20T09"]),
        ("request=r-1", ["20T09", "20T08"]),
        ("host=web-1", ["20T09"]),
        ("address=10.0.0.1", ["20T10", "20T09"]),
        ("outcome=failure", ["20T07"]),
        ("outcome=success", ["20T10"]),
        ("session=s-1&user=alice&q=web", ["20T09"]),
    ],
)
async def test_what_a_search_finds(datasette: Any, arguments: str, expected: list[str]) -> None:
    page = await text_of(datasette, f"{EVENTS_PAGE}?{NOW}&{arguments}")
    assert times(page) == expected
    if not expected:
        assert "No events" in page and "was searched" in page and link(page, "Search all days")


@pytest.mark.asyncio
async def test_pages_follow_each_other_to_the_end(datasette: Any) -> None:
    address, seen = f"{EVENTS_PAGE}?days=3&q=2026&_size=2&{NOW}", []
    page = await text_of(datasette, address)
    assert not link(page, "Newest")
    for _ in range(3):
        seen += times(page)
        older = link(page, "Older")
        if not older:
            break
        page = await text_of(datasette, older)
        assert times(await text_of(datasette, link(page, "Newest"))) == ["20T11", "20T10"]
    assert seen == ["20T11", "20T10", "20T09", "20T08", "20T07"]


@pytest.mark.asyncio
async def test_an_event_leads_to_what_is_like_it(datasette: Any) -> None:
    page = await text_of(datasette, f"{EVENTS_PAGE}?{NOW}&q=web-1")
    expected = {
        "same session": ["20T10", "20T09"], "same user": ["20T09", "20T08"],
        "same access request": ["20T09", "20T08"], "same host": ["20T09"],
        "same address": ["20T10", "20T09"], "same type": ["20T09"],
    }  # fmt: skip
    (own,) = re.findall(r'href="([^"]+/events/session_start-\d+[^"]*)"', page)
    single = await text_of(datasette, html.unescape(own))
    for words, found in expected.items():
        assert times(await text_of(datasette, link(page, words))) == found
        if words != "same type":
            assert "20T09" in times(await text_of(datasette, link(single, words)))
    assert "&#34;server_hostname&#34;: &#34;web-1&#34;" in page
    assert "&#34;server_hostname&#34;: &#34;web-1&#34;" in single


@pytest.mark.asyncio
async def test_what_people_wrote_is_text(datasette: Any) -> None:
    page = await text_of(datasette, f"{EVENTS_PAGE}?{NOW}&days=30")
    names = re.findall(r'href="([^"]+/events/\w+-\d+[^"]*)"', page)
    assert len(names) == len(EVENTS)
    for text in [page, *[await text_of(datasette, html.unescape(one)) for one in names]]:
        assert HOSTILE not in text and "<b onclick" not in text and "\u202e" not in text
        assert 'href="javascript' not in text
    assert html.escape(HOSTILE) in page and "evil\\u202etxt.exe" in page
    assert LONG not in page and "more characters are in the event" in page
    assert LONG in await text_of(datasette, html.unescape(names[0])), "the newest is the long one"
    searched = await text_of(datasette, f"{EVENTS_PAGE}?q={HOSTILE}&user={HOSTILE}&host={HOSTILE}")
    assert HOSTILE not in searched and searched.count(html.escape(HOSTILE)) >= 3


@pytest.mark.asyncio
async def test_a_look_is_told_once_with_the_search(datasette: Any, audit: Path) -> None:
    await text_of(datasette, f"{EVENTS_PAGE}?{NOW}&q=alice", actor("browser"))
    (event,) = told(audit, "secreports.events.read")
    assert event["path"] == f"{EVENTS_PAGE}?{NOW}&q=alice"
    assert (event["user"], event["via"]) == ("the browser", "page")
    page = await text_of(datasette, f"{EVENTS_PAGE}?q=events.read", actor("browser"))
    assert "secreports.events.read" in page, "what people do is an event like others"
    (own,) = set(re.findall(r'href="([^"]+/events/other-\d+[^"]*)"', page))
    await text_of(datasette, html.unescape(own), actor("browser"))
    assert len(told(audit, "secreports.events.read")) == 3


@pytest.mark.asyncio
async def test_it_takes_both_verbs(datasette: Any, audit: Path) -> None:
    for who in (None, {"id": "bob"}, actor("lister"), actor("asker"), actor("expired")):
        for address in (EVENTS_PAGE, f"{EVENTS_PAGE}/exec-1"):
            page = await text_of(datasette, address, who, 403)
            assert "alice" not in page
    assert told(audit, "secreports.events.read") == []
    refused = await text_of(datasette, EVENTS_PAGE, actor("lister"), 403)
    assert "you need the verb read on event in database audit" in refused
    assert f'href="{EVENTS_PAGE}"' not in await text_of(datasette, HOME, actor("lister"))
    overview = await text_of(datasette, HOME, actor("browser"))
    assert f'href="{EVENTS_PAGE}"' in overview and f'href="{EVENTS_PAGE}?type=exec"' in overview
    listed = await text_of(datasette, "/audit", actor("browser"))
    assert f"{EVENTS_PAGE}?database=audit" in listed


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "wrong",
    ["outcome=maybe", "_next=x", "_next=1-2", "_size=0", "_size=1001", "days=0", "as_of=never",
     f"q={'x' * 1_001}", f"_next={'9' * 17}-1-exec", f"_next=1-{'9' * 20}-exec"],
)  # fmt: skip
async def test_what_cannot_be_asked_is_refused(datasette: Any, wrong: str) -> None:
    await text_of(datasette, f"{EVENTS_PAGE}?{wrong}", ROOT, 400)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "name", ["1", "exec-1", "none-1", "exec--1", f"exec-{'9' * 19}", "exec-1x", "~2e~2e"]
)
async def test_an_address_of_no_event_is_not_found(datasette: Any, name: str) -> None:
    await text_of(datasette, f"{EVENTS_PAGE}/{name}", ROOT, 404)


@pytest.mark.asyncio
async def test_a_page_that_ran_out_of_time_says_so_and_goes_on(
    audit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datasette_access_monitoring.web.api.events.SECONDS", 0.0)
    datasette = open_datasette([audit])
    seen, page = [], await text_of(datasette, f"{EVENTS_PAGE}?as_of=2026-11-20T09:20:00Z&q=alice")
    for _ in range(20):
        seen += times(page)
        go_on = link(page, "Go on from there")
        assert go_on, "seven days are not searched in no time"
        assert "Searched back to" in page
        page = await text_of(datasette, go_on)
    assert seen == ["20T09", "20T08"]


@pytest.mark.asyncio
async def test_addresses_keep_to_a_base_url_and_a_database(tmp_path: Path, audit: Path) -> None:
    other = write_world(tmp_path / "other.db", EVENTS)
    datasette = open_datasette([audit, other], settings={"base_url": "/here/"})
    page = await text_of(datasette, f"{EVENTS_PAGE}?database=other&{NOW}&_size=1")
    assert '<input type="hidden" name="database" value="other">' in page
    for words in ("Older", "same user", "JSON"):
        address = link(page, words)
        assert address.startswith(f"/here{EVENTS_PAGE}") and "database=other" in address
    assert f'"{HOME}' not in page


@pytest.mark.asyncio
async def test_the_json_has_events_whole_and_page_by_page(datasette: Any, audit: Path) -> None:
    address = f"{EVENTS_PAGE}.json?{NOW}&days=30&_size=4"
    found: list[dict[str, Any]] = []
    while address:
        response = await fetch(datasette, address, actor("browser"))
        body = response.json()
        assert (body["ok"], body["database"], body["complete"]) == (True, "audit", True)
        assert (body["days"], body["as_of"]) == (30, "2026-11-22T23:59:59.999Z")
        found += body["events"]
        address = (body["next_url"] or "").removeprefix("http://localhost")
    newest_first = sorted(EVENTS, key=lambda one: str(one["time"]), reverse=True)
    assert [one["event"] for one in found] == newest_first
    assert body["searched_back_to"] == "2026-10-23T23:59:59.999Z"
    assert [one["outcome"] for one in found] == [None, "success", None, None, "failure", None]
    for one in found:
        response = await fetch(datasette, f"{EVENTS_PAGE}/{one['id']}.json", actor("browser"))
        assert response.json() == {"ok": True, "database": "audit", **one}
        assert json.loads(response.text)["time"].startswith(one["event"]["time"][:19])
    assert len(told(audit, "secreports.events.read")) == 2 + len(found)
    assert (await fetch(datasette, f"{EVENTS_PAGE}.json", actor("lister"))).status_code == 403
    assert (await fetch(datasette, f"{EVENTS_PAGE}/exec-1.json", ROOT)).status_code == 404
