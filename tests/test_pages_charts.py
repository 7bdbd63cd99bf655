"""Charts on the pages: where they are, whose data they have, and that all they need is here."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from access_world import actor, write_world
from conftest import open_datasette
from test_pages import EVENTS, HOME, HOSTILE, NOW, finished, run_report, text_of


@pytest.fixture
def datasette(tmp_path: Path) -> Any:
    return open_datasette([write_world(tmp_path / "audit.db", EVENTS)])


def charts(page: str) -> list[list[dict[str, Any]]]:
    """The specifications of each chart of a page."""
    figures = re.findall(r'<figure class="am-chart".*?</figure>', page, re.DOTALL)
    return [
        [json.loads(html.unescape(one)) for one in re.findall(r'data-spec="([^"]*)"', figure)]
        for figure in figures
    ]


def drawn(spec: dict[str, Any]) -> int:
    return sum(value["y"] for value in spec["data"]["values"])


@pytest.mark.asyncio
async def test_the_overview_draws_the_last_days_and_says_them_as_a_table(datasette: Any) -> None:
    page = await text_of(datasette, HOME, actor("browser"))
    ((spec,),) = charts(page)
    assert HOSTILE not in page and "<b onclick" not in page
    days = page[page.index('aria-label="Events per day"') :]
    days = days[: days.index("</table>")]
    totals = re.findall(r'<th scope="row">([\d-]+)</th><td class="am-number">(\d+)</td>', days)
    assert sum(int(total) for _, total in totals) == drawn(spec) > 0
    assert charts(await text_of(datasette, HOME, actor("lister"))) == []


@pytest.mark.asyncio
async def test_a_result_can_be_drawn_in_several_ways(datasette: Any) -> None:
    sql = "SELECT event_date, user, count(*) AS n FROM exec GROUP BY 1, 2"
    page = await text_of(datasette, f"{HOME}/query?sql={sql}&{NOW}", actor("asker"))
    (specs,) = charts(page)
    assert len(specs) > 1 and all(drawn(spec) == 3 for spec in specs)
    assert "n by event_date for each user (bars)" in page and HOSTILE not in page
    for sql in ("SELECT 1", "SELECT user FROM exec WHERE user = 'nobody'"):
        page = await text_of(datasette, f"{HOME}/query?sql={sql}&{NOW}", actor("asker"))
        assert charts(page) == [] and "vega" not in page


@pytest.mark.asyncio
async def test_a_report_s_sections_have_theirs(datasette: Any) -> None:
    await run_report(datasette, actor("auditor"))
    page = await finished(datasette, actor("auditor"))
    found = charts(page)
    sections = page.split('class="am-section"')[1:]
    assert len(found) == sum("am-table" in section.split("<h2>Runs")[0] for section in sections)
    assert len(found) >= 1
    for (spec,) in found:
        assert spec["encoding"]["color"]["title"] == "user"
        first, end = spec["encoding"]["x"]["scale"]["domain"]
        assert (first["date"], end["date"]) == (15, 23), "all days of the run"


@pytest.mark.asyncio
async def test_the_scripts_come_from_here_and_only_with_a_chart(datasette: Any) -> None:
    page = await text_of(datasette, HOME, actor("browser"))
    own = [one for one in re.findall(r'<script src="([^"]+)"', page) if "access" in one]
    assert len(own) == 4 and all(one.startswith("/-/static-plugins/") for one in own)
    for address in own:
        response = await datasette.client.get(address)
        assert response.status_code == 200 and "javascript" in response.headers["content-type"]
    assert "vega" not in await text_of(datasette, f"{HOME}/reports", actor("auditor"))
