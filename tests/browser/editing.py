"""The query editor by hand: CodeMirror 5 in Datasette 0.65, CodeMirror 6 in 1.0."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from .tables import Table, result


def editor(page: Page) -> Locator:
    """Where the SQL is written; with the examples, once the scripts have put it there."""
    return page.locator(".CodeMirror, .cm-editor")


def ask(page: Page, sql: str) -> Table:
    """Paste a query in place of what is there, press Ctrl-Enter, and read the result."""
    editor(page).locator(".CodeMirror-line, .cm-line").first.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(sql)
    run_by_keys(page)
    return result(page)


def run_by_keys(page: Page) -> None:
    """Press Ctrl-Enter in the editor, and wait for the page that it brings."""
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(editor(page)).to_be_visible()
