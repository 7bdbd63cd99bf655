"""Running the report by its button, and reading it when it is done."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from datasette_access_monitoring.resources.canned import canned_reports

(REPORT,) = canned_reports()
ADDRESS = f"/reports/{REPORT.name}"


def run_report(page: Page) -> None:
    """Run it over the days that the page shows, and wait until it has been read to its end."""
    page.get_by_role("button", name="Run").click()
    is_done(page)


def is_done(page: Page) -> None:
    """Wait for the page of a run that has ended, which has its files."""
    expect(page.get_by_role("link", name="HTML file")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("status").first).to_contain_text("READY")
