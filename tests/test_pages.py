"""The pages as they are sent: who sees what, what runs, what is told, hostile values as text."""

from __future__ import annotations

import asyncio
import html
import re
from pathlib import Path
from typing import Any

import pytest
from access_world import actor, write_world
from conftest import ROOT, fetch, open_datasette, send, told
from datasette.utils import tilde_encode

from datasette_access_monitoring.compat.versions import IS_V1
from datasette_access_monitoring.web.pages.examples import EXAMPLES

HOME = "/-/access-monitoring"
REPORT = f"{HOME}/reports/privileged_access_report"
NOW = "as_of=2026-11-22"
HOSTILE = "<img src=x onerror=alert(1)>"
TURNED = "evil\u202etxt.exe"
LONG = "x" * 30_000 + "END"
EVENTS: list[dict[str, Any]] = [
    {"event": "exec", "time": "2026-11-20T10:00:00Z", "user": HOSTILE, "proto": "kube",
     "command": "javascript:alert(1)"},
    {"event": "exec", "time": "2026-11-20T11:00:00Z", "user": TURNED, "proto": "kube"},
    {"event": "exec", "time": "2026-11-20T12:00:00Z", "user": "=cmd()", "command": LONG},
    {"event": "turned\u202ename", "time": "2026-11-20T13:00:00Z", "user": "x"},
    {"event": '<b onclick="x">', "time": "2026-11-20T13:00:00Z", "user": "x"},
]  # fmt: skip


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_world(tmp_path / "audit.db", EVENTS)


@pytest.fixture
def datasette(audit: Path) -> Any:
    return open_datasette([audit])


async def text_of(datasette: Any, address: str, who: Any = ROOT, status: int = 200) -> str:
    response = await fetch(datasette, address, who)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return str(response.text)


def cells(page: str) -> list[str]:
    """The texts of the result's cells, as a browser shows them."""
    table = page[page.index('<table class="am-table">') : page.index("</table>")]
    body = table[table.index("<tbody>") :]
    found = re.findall(r"<td[^>]*>(.*?)</td>", body, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", one)).strip() for one in found]


async def run_report(datasette: Any, who: Any, address: str = f"{REPORT}?{NOW}") -> Any:
    return await send(
        datasette, "POST", address, who, "",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )  # fmt: skip


async def finished(datasette: Any, who: Any = ROOT) -> str:
    for _ in range(300):
        page = await text_of(datasette, f"{REPORT}?{NOW}", who)
        # A run that goes on is looked at again.
        if 'http-equiv="refresh"' not in page:
            assert "am-ready" in page
            return page
        await asyncio.sleep(0.1)
    raise AssertionError("the run did not end")


@pytest.mark.asyncio
@pytest.mark.parametrize("address", ["", "/query", "/query?sql=SELECT+1", "/reports"])
async def test_without_a_role_there_is_nothing(datasette: Any, address: str) -> None:
    for who in (None, {"id": "bob"}, actor("expired")):
        page = await text_of(datasette, HOME + address, who, 403)
        assert "privileged" not in page and "exec" not in page


@pytest.mark.asyncio
async def test_the_overview_has_what_the_verbs_open(datasette: Any) -> None:
    everything = await text_of(datasette, HOME, actor("auditor"))
    for word in (
        "Event types",
        "Sources",
        " ago</small>",
        "Privileged Access Report",
        "Query",
        "Run over the",
    ):
        assert word in everything, word
    browser = await text_of(datasette, HOME, actor("browser"))
    assert "Event types" in browser
    assert "Privileged" not in browser and f"{HOME}/query" not in browser
    lister = await text_of(datasette, HOME, actor("lister"))
    assert "Privileged Access Report" in lister and "Run over the" not in lister
    assert "Event types" not in lister and "Never run" not in lister and REPORT not in lister


@pytest.mark.asyncio
async def test_a_query_is_asked_by_a_link_and_told_once(datasette: Any, audit: Path) -> None:
    sql = "SELECT command, 1.50 AS price, NULL AS nothing FROM exec ORDER BY time LIMIT 1"
    page = await text_of(datasette, f"{HOME}/query?sql={sql}&days=7&{NOW}", actor("asker"))
    assert cells(page) == ["javascript:alert(1)", "1.50", "NULL"]
    assert "1 row\n" in page
    (event,) = told(audit, "secreports.audit.query.run")
    assert (event["query"], event["user"], event["success"]) == (sql, "the asker", True)
    assert event["via"] == "page"
    for name in ("csv", "json"):
        (link,) = re.findall(rf'href="([^"]+query\.{name}[^"]+)"', page)
        response = await fetch(datasette, html.unescape(link), actor("asker"))
        assert response.status_code == 200 and "1.50" in response.text


@pytest.mark.asyncio
async def test_nothing_is_run_until_it_is_asked(datasette: Any, audit: Path) -> None:
    page = await text_of(datasette, f"{HOME}/query", actor("asker"))
    assert "Result of the query" not in page
    page = await text_of(datasette, f"{HOME}/query?sql=SELECT+1&view=exec", actor("asker"))
    assert ">SELECT 1</textarea>" in page and "Columns of exec" in page
    assert "Result of the query" not in page and told(audit, "secreports.audit.query.run") == []
    assert "Columns of" not in await text_of(datasette, f"{HOME}/query", actor("asker"))
    await text_of(datasette, f"{HOME}/query?view=nothing", actor("asker"), 404)


@pytest.mark.asyncio
async def test_an_error_shows_its_place(datasette: Any, audit: Path) -> None:
    page = await text_of(datasette, f"{HOME}/query?sql=SELECT%0A%09usr+FROM+exec", ROOT, 400)
    assert "Column &#39;usr&#39; cannot be resolved; did you mean user?" in page
    assert '<pre class="am-place" tabindex="0">\tusr FROM exec\n\t^</pre>' in page
    assert "\tusr FROM exec</textarea>" in page
    (event,) = told(audit, "secreports.audit.query.run")
    assert event["success"] is False
    for wrong in ("days=0", "days=x", "as_of=never"):
        await text_of(datasette, f"{HOME}/query?sql=SELECT+1&{wrong}", ROOT, 400)
    await text_of(datasette, f"{HOME}/query?name=nothing", ROOT, 404)


@pytest.mark.asyncio
async def test_the_examples_run(datasette: Any) -> None:
    page = await text_of(datasette, f"{HOME}/query")
    for title, sql in EXAMPLES:
        assert html.escape(title, quote=False).replace("'", "&#39;") in page
        response = await fetch(datasette, f"{HOME}/query", ROOT, params={"sql": sql})
        assert response.status_code == 200, (sql, response.text)


@pytest.mark.asyncio
async def test_hostile_values_are_text(datasette: Any) -> None:
    page = await text_of(datasette, f"{HOME}/query?sql=SELECT+user,command+FROM+exec&{NOW}")
    assert HOSTILE not in page and html.escape(HOSTILE) in page
    assert TURNED not in page and "evil\\u202etxt.exe" in page
    assert "END" not in page and "(10,003 more characters" in page
    assert 'href="javascript:' not in page
    overview = await text_of(datasette, HOME)
    assert "<b onclick" not in overview and "&lt;b onclick=" in overview
    for page in (overview, await text_of(datasette, f"{HOME}/query")):
        assert "\u202e" not in page and "turned\\u202ename" in page
    name = await text_of(datasette, f"{HOME}/query?sql=SELECT+1+AS+%22{HOSTILE}%22")
    assert HOSTILE not in name
    await text_of(datasette, f"{HOME}/reports/{tilde_encode(HOSTILE)}", ROOT, 404)


@pytest.mark.asyncio
async def test_a_long_result_says_that_it_is_cut(audit: Path) -> None:
    datasette = open_datasette([audit], settings={"max_returned_rows": 2})
    page = await text_of(datasette, f"{HOME}/query?sql=SELECT+user+FROM+exec&{NOW}")
    assert "2 rows, and there are more" in page
    assert len(cells(page)) == 2


@pytest.mark.asyncio
async def test_a_report_is_run_and_read(datasette: Any, audit: Path) -> None:
    auditor = actor("auditor")
    page = await text_of(datasette, f"{REPORT}?{NOW}", auditor)
    assert "was never run" in page and told(audit, "secreports.report.run") == []
    answer = await run_report(datasette, auditor)
    assert answer.status_code == 302
    assert answer.headers["location"] == f"{REPORT}?days=7&as_of=2026-11-22"
    page = await finished(datasette, auditor)
    assert page.count('class="am-section"') == 9
    assert html.escape(HOSTILE) in page and HOSTILE not in page
    assert "Suggestion:" in page and "Open in the editor" in page
    (run,) = set(re.findall(r"\?run=(\d+)\"", page))
    assert "am-ready" in await text_of(datasette, f"{REPORT}?run={run}", auditor)
    await text_of(datasette, f"{REPORT}?run=99", auditor, 404)
    assert len(told(audit, "secreports.report.run")) == 1
    assert len(told(audit, "secreports.events.read")) >= 2
    listed = await text_of(datasette, f"{HOME}/reports", auditor)
    assert "READY" in listed and f'href="{REPORT}?run={run}"' in listed


@pytest.mark.asyncio
async def test_verbs_decide_what_a_report_s_page_offers(datasette: Any) -> None:
    await run_report(datasette, ROOT)
    await finished(datasette)
    page = await finished(datasette, actor("keeper"))
    assert "Run again" in page and "Open in the editor" in page
    page = await finished(datasette, actor("reporter"))
    assert "Run again" in page and "Open in the editor" not in page
    await text_of(datasette, REPORT, actor("lister"), 403)
    assert (await run_report(datasette, actor("lister"))).status_code == 403
    answer = await run_report(datasette, actor("starter"))
    assert answer.headers["location"] == f"{HOME}/reports", "who may not read is not sent there"


@pytest.mark.asyncio
async def test_a_form_of_another_site_runs_nothing(datasette: Any, audit: Path) -> None:
    answer = await fetch(
        datasette, REPORT, ROOT, method="POST",
        headers={"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    )  # fmt: skip
    assert answer.status_code == 403
    assert told(audit, "secreports.report.run") == []


@pytest.mark.asyncio
async def test_an_immutable_database_takes_no_run(audit: Path) -> None:
    datasette = open_datasette([], immutables=[str(audit)])
    answer = await run_report(datasette, ROOT)
    assert answer.status_code == 503 and "immutable" in answer.text


@pytest.mark.asyncio
async def test_datasette_s_pages_lead_here_who_may_go(datasette: Any) -> None:
    link = f'href="{HOME}"'
    assert link in await text_of(datasette, "/", actor("my-role"))
    assert HOME not in await text_of(datasette, "/", {"id": "bob"})
    assert HOME not in await text_of(datasette, "/", None)
    page = await text_of(datasette, "/audit", actor("auditor"))
    assert f"{HOME}/query?database=audit" in page and f"{HOME}/reports?database=audit" in page
    page = await text_of(datasette, "/audit", actor("browser"))
    assert f"{HOME}?database=audit" in page and f"{HOME}/query" not in page


@pytest.mark.asyncio
@pytest.mark.skipif(not IS_V1, reason="Datasette 0.65 has neither of the two menus")
async def test_datasette_1_s_first_page_and_jump_menu_lead_here_too(datasette: Any) -> None:
    page = await text_of(datasette, "/", actor("asker"))
    assert "How fresh the log is" in page

    async def jumps(who: Any) -> set[str]:
        found = (await fetch(datasette, "/-/jump.json?q=monitoring", who)).json()["matches"]
        return {one["url"] for one in found}

    assert f"{HOME}/query?database=audit" in await jumps(actor("asker"))
    assert f"{HOME}/query?database=audit" not in await jumps(actor("lister"))
    assert f"{HOME}/reports?database=audit" in await jumps(actor("lister"))
    assert await jumps({"id": "bob"}) == await jumps(None) == set()


@pytest.mark.asyncio
async def test_one_of_several_databases_stays_the_one(tmp_path: Path, audit: Path) -> None:
    other = write_world(tmp_path / "other.db", [])
    datasette = open_datasette([audit, other])
    assert f"{HOME}?database=other" in await text_of(datasette, "/")
    page = await text_of(datasette, f"{HOME}/query?database=other&sql=SELECT+1")
    assert f'href="{HOME}/reports?database=other"' in page
    assert '<input type="hidden" name="database" value="other">' in page
    assert "query.csv?database=other" in page
    await text_of(datasette, f"{HOME}/query?database=third", ROOT, 404)
    asked = await text_of(datasette, f"{HOME}/query", ROOT, 400)
    assert "audit, other" in asked


@pytest.mark.asyncio
async def test_addresses_keep_to_a_base_url(audit: Path) -> None:
    datasette = open_datasette([audit], settings={"base_url": "/here/"})
    page = await text_of(datasette, f"{HOME}/query?sql=SELECT+1")
    assert f'href="/here{HOME}/reports"' in page and f'action="/here{HOME}/query"' in page
    assert f'"{HOME}' not in page
    (style,) = re.findall(r'href="(/here[^"]+access_monitoring\.css)"', page)
    assert (await fetch(datasette, style.removeprefix("/here"))).status_code == 200
