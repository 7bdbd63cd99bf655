"""What changed between two runs' sections: laws for all of them, and cases by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_access_monitoring.catalog import parse_type
from datasette_access_monitoring.reports.changes import (
    Change,
    Changes,
    NotCompared,
    changes,
    compare,
)
from datasette_access_monitoring.reports.model import Section
from datasette_access_monitoring.resources.model import AuditQuery, Chart
from datasette_access_monitoring.sql.translate import OutputColumn

QUERY = AuditQuery("q", "", "", "", Chart("event_date", "count", "node_name"), "SELECT 1")
DAY_COUNT_USER = {"event_date": "date", "count": "bigint", "user": "varchar"}
ROWS = st.lists(
    st.tuples(
        st.just("2026-11-20"),
        st.none() | st.integers(-5, 2**62),
        st.none() | st.sampled_from(["", "alice", "bob", "carol", "NULL"]) | st.text(max_size=3),
    ),
    max_size=12,
)


def section(columns: dict[str, str], rows: Sequence[Sequence[Any]], **other: Any) -> Section:
    typed = tuple(OutputColumn(name, parse_type(kind)) for name, kind in columns.items())
    return replace(Section(QUERY, typed, rows, False, 1.0, ""), **other)


def changed(before: Section, now: Section) -> Changes:
    found = changes(before, now)
    assert isinstance(found, Changes)
    return found


def mirrored(found: tuple[Change, ...]) -> tuple[Change, ...]:
    return tuple(Change(one.who, one.now, one.before) for one in found)


@given(ROWS)
def test_nothing_changes_between_a_result_and_itself(rows: list[Any]) -> None:
    one = section(DAY_COUNT_USER, rows)
    found = changed(one, one)
    assert not [*found.new, *found.gone, *found.up, *found.down]
    assert found.same == len({who for _, _, who in rows})
    assert found.rows_before == found.rows_now


@given(ROWS, ROWS)
def test_backwards_it_is_the_mirror_image(before: list[Any], now: list[Any]) -> None:
    there = changed(section(DAY_COUNT_USER, before), section(DAY_COUNT_USER, now))
    back = changed(section(DAY_COUNT_USER, now), section(DAY_COUNT_USER, before))
    assert back.new == mirrored(there.gone) and back.gone == mirrored(there.new)
    assert back.up == mirrored(there.down) and back.down == mirrored(there.up)
    assert back.same == there.same
    assert (back.rows_before, back.rows_now) == (there.rows_now, there.rows_before)


@given(ROWS, ROWS, st.sampled_from(["bigint", "double"]))
def test_everybody_is_in_one_place_with_what_they_did(
    before: list[Any], now: list[Any], kind: str
) -> None:
    columns = {**DAY_COUNT_USER, "count": kind}
    found = changed(section(columns, before), section(columns, now))
    moved = [*found.new, *found.gone, *found.up, *found.down]
    users_before, users_now = ({who for _, _, who in rows} for rows in (before, now))
    assert len({one.who for one in moved}) == len(moved)
    assert len(moved) + found.same == len(users_before | users_now)
    assert {one.who for one in found.new} == users_now - users_before
    assert {one.who for one in found.gone} == users_before - users_now

    def did(rows: list[Any], user: str | None) -> int | None:
        own = [count or 0 if kind == "bigint" else 1 for _, count, who in rows if who == user]
        return sum(own) if own else None

    for one in moved:
        assert (one.before, one.now) == (did(before, one.who), did(now, one.who))
        assert one.before != one.now


def test_counts_of_several_days_are_added_and_the_greatest_change_comes_first() -> None:
    before = [("2026-11-17", 3, "alice"), ("2026-11-18", 1, "dan"), ("2026-11-18", 9, "erin")]
    now = [
        ("2026-11-20", 2, "bob"), ("2026-11-20", 7, "carol"), ("2026-11-20", 4, "alice"),
        ("2026-11-21", 1, "alice"), ("2026-11-21", 2, "erin"),
    ]  # fmt: skip
    found = changed(section(DAY_COUNT_USER, before), section(DAY_COUNT_USER, now))
    assert (found.column, found.sums) == ("user", "count")
    assert found.new == (Change("carol", None, 7), Change("bob", None, 2))
    assert found.gone == (Change("dan", 1, None),)
    assert found.up == (Change("alice", 3, 5),)
    assert found.down == (Change("erin", 9, 2),)
    assert (found.same, found.rows_before, found.rows_now) == (0, 3, 5)


@pytest.mark.parametrize(
    ("columns", "column", "sums"),
    [
        (("user", "n"), "user", ""),
        (("node_name", "user"), "user", ""),
        (("identity_user", "count"), "identity_user", "count"),
        (("User", "COUNT"), "User", "COUNT"),
        (("node_name", "count"), "node_name", "count"),
        (("command", "count"), "", ""),
    ],
)
def test_the_columns_names_say_who_and_how_much(
    columns: tuple[str, str], column: str, sums: str
) -> None:
    typed = {columns[0]: "varchar", columns[1]: "bigint"}
    found = changed(section(typed, [("a", 1)]), section(typed, [("a", 4), ("b", 1)]))
    assert (found.column, found.sums) == (column, sums)
    assert (found.rows_before, found.rows_now) == (1, 2)


def test_a_name_that_two_columns_have_says_nothing() -> None:
    user = OutputColumn("user", parse_type("varchar"))
    one = replace(section({}, [("a", "b")]), columns=(user, user))
    assert changed(one, replace(one, rows=[])).column == ""
    count = OutputColumn("count", parse_type("bigint"))
    one = replace(section({}, [("a", 5, 6)]), columns=(user, count, count))
    assert changed(replace(one, rows=[]), one).new == (Change("a", None, 1),)


@pytest.mark.parametrize(
    "other",
    [
        {"error": "too slow", "rows": ()},
        {"truncated": True},
        {"query": replace(QUERY, query="SELECT 2")},
        {"columns": ()},
    ],
)
def test_what_cannot_be_compared_says_so(other: dict[str, Any]) -> None:
    whole = section(DAY_COUNT_USER, [("2026-11-20", 1, "a")])
    for pair in ((whole, replace(whole, **other)), (replace(whole, **other), whole)):
        assert isinstance(changes(*pair), NotCompared)


def test_sections_are_found_by_their_query_s_name() -> None:
    first = section(DAY_COUNT_USER, [("2026-11-20", 1, "a")])
    second = replace(first, query=replace(QUERY, name="second"))
    moved, new = compare([first], [replace(first, rows=[]), second])
    assert isinstance(moved, Changes) and moved.gone == (Change("a", 1, None),)
    assert isinstance(new, NotCompared) and "did not have" in new.reason
