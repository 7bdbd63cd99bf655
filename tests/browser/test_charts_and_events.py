"""Charts as those get them who cannot see them, and somebody's way through the events."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from datasette_access_monitoring.resources.canned import canned_reports

from .visiting import Visitor

(REPORT,) = canned_reports()
BY_DAY = "SELECT event_date, count(*) AS logins FROM user_login GROUP BY event_date ORDER BY 1"


def test_a_chart_is_one_picture_that_says_what_it_shows(visitor: Visitor) -> None:
    visitor.sign_in("ann")
    for path in ("", f"/query?sql={BY_DAY}", f"/reports/{REPORT.name}"):
        page = visitor.open(path)
        drawings = page.locator(".am-chart .am-drawing")
        expect(drawings.locator("svg").first).to_be_visible()
        for chart in drawings.all():
            expect(chart).to_have_role("img")
            name = chart.get_attribute("aria-label") or ""
            assert len(name) > 20 and "undefined" not in name and "null" not in name, name


def test_an_event_is_searched_opened_and_leads_to_those_like_it(visitor: Visitor) -> None:
    visitor.sign_in("ann")
    page = visitor.open("/events")
    page.get_by_label("User").fill("admin-annie")
    page.get_by_label("Days back").fill("30")
    page.get_by_role("button", name="Search").click()
    rows = page.get_by_role("region", name="Events").get_by_role("row")
    assert rows.count() > 1
    for text in rows.locator("td:nth-child(3)").all_inner_texts():
        assert text == "admin-annie"
    row = rows.nth(1)
    kind = row.locator("td").nth(1).inner_text()
    row.locator("summary").click()
    event = json.loads(row.locator("pre").inner_text())
    assert (event["event"], event["user"]) == (kind, "admin-annie")
    row.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(kind)
    page.get_by_role("link", name="same type").click()
    for text in rows.locator("td:nth-child(2)").all_inner_texts():
        assert text == kind
