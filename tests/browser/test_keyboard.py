"""The way from the printed link to a file of results, with nothing but a keyboard."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .editing import editor, run_by_keys
from .tables import of_csv, result
from .visiting import Visitor

SQL = "SELECT DISTINCT identity_user FROM cert_create ORDER BY identity_user"
MOST_KEYS = 60


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this text or value has the focus, and can be seen to have it."""
    for _ in range(MOST_KEYS):
        page.keyboard.press("Tab")
        focused = page.locator("*:focus")
        if focused.count() and name in focused.evaluate("it => [it.textContent.trim(), it.value]"):
            outline = focused.evaluate("it => getComputedStyle(it).outlineStyle")
            assert outline != "none", f"nothing shows that {name} has the focus"
            return
    raise AssertionError(f"the keyboard does not reach {name}")


def enter(page: Page, name: str) -> None:
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_from_the_printed_link_to_a_file_without_a_mouse(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(visitor.server.link)
    page.keyboard.press("Tab")
    for _ in range(MOST_KEYS):
        if page.locator("header summary:focus").count():
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    enter(page, "Access Monitoring")
    enter(page, "Query")
    for _ in range(MOST_KEYS):
        page.keyboard.press("Tab")
        if editor(page).locator("*:focus").count():
            break
    page.keyboard.type(SQL)
    run_by_keys(page)
    table = result(page)
    assert ["admin-annie"] in table[1]
    tab_to(page, "CSV")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert of_csv(download.value.path().read_bytes().decode()) == table
    # And back out of the editor: Tab leaves it, as it has to where nothing else does.
    page.keyboard.press("Shift+Tab")
    expect(page.locator("*:focus")).not_to_have_text("CSV")


def test_a_report_is_run_without_a_mouse(visitor: Visitor) -> None:
    visitor.sign_in("ann")
    page = visitor.open()
    enter(page, "Reports")
    enter(page, "Privileged Access Report")
    enter(page, "Run again over 7 days")
    expect(page.get_by_text("READY").first).to_be_visible(timeout=60_000)
