"""Saving a query, and making the documentation's role: what who has it may do, and may not."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from .editing import ask
from .reporting import ADDRESS, run_report
from .serving import Server
from .tables import result
from .visiting import visiting

SQL = "SELECT identity_user, count(*) AS certificates FROM cert_create GROUP BY 1 ORDER BY 1"


def test_a_query_is_saved_run_by_its_name_and_deleted(chromium: Browser, demo: Server) -> None:
    with visiting(chromium, demo) as ed:
        ed.sign_in("ed")
        page = ed.open("/query")
        assert ask(page, SQL)[1]
        page.get_by_role("link", name="Save as audit query").click()
        expect(page.get_by_label("Trino SQL")).to_have_value(SQL)
        page.get_by_label("Name").fill("certificates")
        page.get_by_label("Title").fill("Certificates by user")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Certificates by user")
        page.get_by_role("link", name="Run", exact=True).click()
        assert ["admin-annie"] in [row[:1] for row in result(page)[1]]
        page = ed.open("/queries")
        page.get_by_role("link", name="Delete certificates").click()
        page.get_by_role("button", name="Delete").click()
        expect(page.get_by_text("certificates has been deleted")).to_be_visible()
        expect(page.locator("table").get_by_text("certificates")).to_have_count(0)


def test_a_role_made_by_the_form_opens_what_it_says_and_no_more(
    chromium: Browser, demo: Server
) -> None:
    with visiting(chromium, demo) as ed, visiting(chromium, demo) as mia:
        mia.page.goto(demo.sign_in("mia"))
        mia.refused(demo.page(), 403)
        ed.sign_in("ed")
        page = ed.open("/roles")
        page.get_by_role("link", name="New role").click()
        page.get_by_label("Name").fill("my-role")
        for kind in ("security_report", "audit_query"):
            for verb in ("list", "read", "use"):
                page.get_by_label(f"{verb} {kind}", exact=True).check()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("my-role")

        sections = mia.open().get_by_role("navigation", name="Access Monitoring")
        expect(sections.get_by_role("link", name="Query")).to_be_visible()
        expect(sections.get_by_role("link", name="Events")).to_have_count(0)
        expect(sections.get_by_role("link", name="Roles")).to_have_count(0)
        mia.open(f"/query?sql={SQL}")
        assert result(mia.page)[1]
        run_report(mia.open(f"{ADDRESS}?days=3"))
        for path in ("/roles", "/roles/my-role", "/new-role", "/new-query", "/events"):
            mia.refused(demo.page(path), 403)
        for path in ("/audit", "/audit/cert_create"):
            mia.refused(f"{demo.base}{path}", 403)

        page.get_by_role("link", name="Delete", exact=True).click()
        page.get_by_role("button", name="Delete").click()
        mia.refused(demo.page(), 403)
