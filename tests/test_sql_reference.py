"""The reference page: made from the registry, and true about what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sql_world import RELATIONS, World

from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql import reference, refused
from datasette_access_monitoring.sql.functions import FUNCTIONS
from datasette_access_monitoring.sql.translate import translate

PAGE = Path(__file__).parent.parent / "docs" / "sql.md"


def test_the_page_is_what_the_registry_says() -> None:
    page = PAGE.read_text("utf-8")
    assert reference.updated(page) == page, (
        "python -m datasette_access_monitoring.sql.reference docs/sql.md makes it anew"
    )
    assert all(f"`{name}(" in page for name in FUNCTIONS)


def test_a_page_without_the_marks_is_an_error() -> None:
    with pytest.raises(ValueError, match="marks"):
        reference.updated("no marks")


@pytest.mark.parametrize("query", refused.SYNTAX.values(), ids=list(refused.SYNTAX))
def test_what_the_page_says_is_refused_is_refused(query: str) -> None:
    with pytest.raises(QueryError) as caught:
        World(":memory:").rows(query)
    assert "database refused" not in caught.value.message


@pytest.mark.parametrize("name", refused.FUNCTIONS)
def test_a_refused_function_says_why(name: str) -> None:
    assert name not in FUNCTIONS
    with pytest.raises(QueryError) as caught:
        translate(f"SELECT {name}(1)", RELATIONS)
    assert name.lower() in caught.value.message.lower()


def shown_types() -> list[tuple[str, str]]:
    """What the page's table of types says: an expression, and how its value is shown."""
    table = PAGE.read_text("utf-8").partition("## Types")[2].partition("## Syntax")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| `")]
    cells = [(re.findall("`([^`]+)`", row[1]), re.findall("`([^`]+)`", row[2])) for row in rows]
    return [(written[0], shown[0]) for written, shown in cells if written and shown]


def test_values_are_shown_as_the_page_says(world: World) -> None:
    assert len(shown_types()) > 12
    for written, shown in shown_types():
        assert world.value(written) == shown
