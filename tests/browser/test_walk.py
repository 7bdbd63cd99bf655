"""Somebody's way through the demo: signing in, asking, running the report, taking files along."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

from playwright.sync_api import Page, expect
from spec_queries import SPEC_QUERIES

from datasette_access_monitoring.resources.canned import canned_reports
from datasette_access_monitoring.web.pages.examples import EXAMPLES

from .editing import ask, editor
from .serving import HOME
from .tables import of_csv, of_json, result, shown
from .visiting import Visitor

EDITOR_QUERIES = list(SPEC_QUERIES.values())[:6]
(REPORT,) = canned_reports()


def section(page: Page, label: str) -> None:
    """Go to a section of ours by its link."""
    page.get_by_role("navigation", name="Access Monitoring").get_by_role("link", name=label).click()
    expect(page.get_by_role("link", name=label, exact=True).first).to_have_attribute(
        "aria-current", "page"
    )


def test_the_printed_link_signs_in_once_and_the_menu_leads_here(visitor: Visitor) -> None:
    page = visitor.page
    visitor.refused(visitor.server.page(), 403)
    page.goto(visitor.server.link)
    expect(page.locator("header .actor")).to_have_text("root")
    page.locator("header summary").click()
    page.locator("header").get_by_role("link", name="Access Monitoring").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Access Monitoring")
    events = page.locator(".am-figures div").filter(has=page.get_by_text("Events", exact=True))
    assert int(events.locator("dd").inner_text().replace(",", "")) > 4_000
    expect(page.get_by_role("table").filter(has_text="cert.create")).to_be_visible()


def test_each_example_runs_when_it_is_clicked_and_when_it_is_pasted(visitor: Visitor) -> None:
    visitor.sign_in("ann")
    page = visitor.open()
    section(page, "Query")
    for (title, sql), pasted in zip(EXAMPLES, EDITOR_QUERIES, strict=True):
        page.get_by_role("link", name=title, exact=True).click()
        clicked = result(page)
        expect(page.locator("textarea#sql-editor")).to_have_value(sql)
        assert clicked[1], f"the demo has nothing for {title}"
        # A minute may have gone by, and taken an event out of the seven days.
        again = ask(page, pasted)
        assert again[0] == clicked[0] and again[1], title


def test_a_wrong_query_is_told_with_its_place_and_stays_in_the_editor(visitor: Visitor) -> None:
    visitor.sign_in("ann")
    page = visitor.page
    visitor.refused(visitor.server.page("/query?sql=SELECT+usr+FROM+exec"), 400)
    expect(page.get_by_role("alert")).to_contain_text("did you mean user?")
    expect(editor(page)).to_contain_text("SELECT usr FROM exec")


def test_a_view_shows_its_columns_and_a_column_goes_into_the_query(visitor: Visitor) -> None:
    visitor.sign_in("ann")
    page = visitor.open("/query")
    page.locator("a[data-view=cert_create]").click()
    columns = page.get_by_role("region", name="Columns of cert_create")
    columns.get_by_role("button", name="identity_user", exact=True).click()
    expect(editor(page)).to_contain_text("identity_user")
    page.locator("a[data-view=cert_create]").click()
    expect(columns).to_have_count(0)


def test_days_narrow_what_a_query_finds(visitor: Visitor) -> None:
    visitor.sign_in("ann")
    page = visitor.open("/query")
    found = {}
    for days in (1, 7, 30):
        page.get_by_label("Days back").fill(str(days))
        ((count,),) = ask(page, "SELECT count(*) AS n FROM session_start")[1]
        expect(page.get_by_label("Days back")).to_have_value(str(days))
        found[days] = int(count or 0)
    assert found[1] < found[7] < found[30]


def test_the_files_hold_what_the_page_shows(visitor: Visitor, tmp_path: Path) -> None:
    visitor.sign_in("ann")
    page = visitor.open("/query")
    # The same days for the page and the files, also when a minute has gone by.
    page.get_by_label("as of").fill(str(datetime.now(timezone.utc).date() - timedelta(days=1)))
    page.get_by_label("Days back").fill("30")
    for number, sql in enumerate(EDITOR_QUERIES):
        table = ask(page, sql)
        assert table[1], sql
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        assert download.value.suggested_filename == "audit-query.csv"
        file = tmp_path / f"{number}.csv"
        download.value.save_as(file)
        # A CSV cannot tell NULL from an empty text.
        whole = [[cell or None for cell in row] for row in table[1]]
        assert of_csv(file.read_bytes().decode()) == (table[0], whole)
        page.get_by_role("link", name="JSON").click()
        answer = json.loads(page.locator("pre").inner_text())
        assert of_json(answer, table) == table
        page.go_back()


def test_the_report_runs_section_by_section_and_again_over_other_days(visitor: Visitor) -> None:
    visitor.sign_in("ann")
    page = visitor.open()
    section(page, "Reports")
    page.get_by_role("link", name=REPORT.title).click()
    for days in (7, 30):
        page.get_by_label("Days back").fill(str(days))
        page.get_by_role("button", name="Show").click()
        page.get_by_role("button", name="Run").click()
        expect(page.get_by_role("status").first).to_contain_text(
            f"the {days} days before", timeout=60_000
        )
        for query in REPORT.queries:
            part = page.locator(f"section#{query.name}")
            expect(part.get_by_role("heading", name=query.title)).to_be_visible()
            expect(part).to_contain_text(query.suggestion)
            assert shown(page, query.title)[1], query.title
    runs = page.get_by_role("region", name="Runs of this report")
    expect(runs.get_by_role("row")).to_have_count(1 + 3)  # a heading; the demo's own run
    part = page.locator(f"section#{REPORT.queries[0].name}")
    there = shown(page, REPORT.queries[0].title)
    part.locator("summary").click()
    part.get_by_role("link", name="Open in the editor").click()
    expect(page.get_by_label("Days back")).to_have_value("30")
    assert result(page)[0] == there[0]


def test_who_has_no_role_is_refused_everywhere(visitor: Visitor) -> None:
    visitor.page.goto(visitor.server.sign_in("bob"))
    for path in ("", "/query", "/query?sql=SELECT+1", "/reports", f"/reports/{REPORT.name}"):
        visitor.refused(visitor.server.page(path), 403)
    visitor.page.goto(f"{visitor.server.base}/")
    expect(visitor.page.locator(f'a[href^="{HOME}"]')).to_have_count(0)
