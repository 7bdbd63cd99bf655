"""A result as a page shows it, and as its files have it: the same shape, to be compared."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page, expect

Table = tuple[list[str], list[list[str | None]]]

_READ = """table => [
  [...table.tHead.rows[0].cells].map(cell => cell.textContent),
  [...table.tBodies[0].rows].map(row => [...row.cells].map(cell =>
    cell.querySelector('.am-null') ? null : cell.querySelector('bdi').textContent)),
]"""


def shown(page: Page, caption: str = "Result of the query") -> Table:
    """The table with this caption; NULL is ``None``, a folded text is there whole."""
    columns, rows = page.get_by_role("table", name=caption).evaluate(_READ)
    return columns, rows


def result(page: Page) -> Table:
    """The result of the query that was just run; it says how many rows there are."""
    heading = page.locator("#result")
    expect(heading).to_be_visible()
    found = re.match(r"([\d,]+) rows?\b", heading.inner_text())
    assert found, heading.inner_text()
    if found[1] == "0":
        return [], []
    table = shown(page)
    assert len(table[1]) == int(found[1].replace(",", ""))
    return table


def of_csv(text: str) -> Table:
    """A CSV file; it cannot tell NULL from an empty text."""
    columns, *rows = csv.reader(io.StringIO(text, newline=""))
    return columns, [[cell or None for cell in row] for row in rows]


def of_json(answer: Mapping[str, Any], page: Table) -> Table:
    """The same of the API's answer; an array or object in it counts as what the page has there."""
    columns = [column["name"] for column in answer["columns"]]
    pairs = zip(answer["rows"], page[1], strict=True)
    return columns, [
        [_text(cell, beside) for cell, beside in zip(*pair, strict=True)] for pair in pairs
    ]


def _text(value: Any, beside: str | None) -> str | None:
    if isinstance(value, list | dict):
        return beside
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)
