"""UNION, INTERSECT and EXCEPT, DISTINCT and ALL, over every type, with Trino's precedence."""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.errors import QueryError

Rows = list[tuple[str | None, ...]]


ANSWERS: dict[str, tuple[str, Rows]] = {
    "UNION": ("VALUES 1, 1, NULL UNION VALUES 2, NULL", [("1",), ("2",), (None,)]),
    "UNION DISTINCT": ("SELECT 1 UNION DISTINCT SELECT 1", [("1",)]),
    "UNION ALL": ("VALUES 1, 1 UNION ALL VALUES 1", [("1",), ("1",), ("1",)]),
    "INTERSECT": ("VALUES 1, 1, 2, NULL INTERSECT VALUES 1, NULL", [("1",), (None,)]),
    "INTERSECT ALL": (
        "VALUES 1, 1, 1, 2, NULL INTERSECT ALL VALUES 1, 1, 2, 2, NULL, NULL",
        [("1",), ("1",), ("2",), (None,)]),
    "EXCEPT": ("VALUES 1, 1, 2, NULL EXCEPT VALUES 2", [("1",), (None,)]),
    "EXCEPT DISTINCT": ("VALUES 1, 1, 2 EXCEPT DISTINCT VALUES 2", [("1",)]),
    "EXCEPT ALL": (
        "VALUES 1, 1, 1, 2, NULL, NULL EXCEPT ALL VALUES 1, 2, 2, NULL", [("1",), ("1",), (None,)]),
    "EXCEPT ALL of columns": (
        "VALUES (1, 'a'), (1, 'a'), (1, 'b') EXCEPT ALL VALUES (1, 'a')", [("1", "a"), ("1", "b")]),
    # precedence: INTERSECT binds tighter, the others go from the left
    "UNION, then INTERSECT": ("SELECT 1 UNION SELECT 2 INTERSECT SELECT 3", [("1",)]),
    "INTERSECT, then UNION": ("SELECT 1 INTERSECT SELECT 2 UNION SELECT 3", [("3",)]),
    "EXCEPT, then INTERSECT": ("SELECT 1 EXCEPT SELECT 1 INTERSECT SELECT 2", [("1",)]),
    "EXCEPT, then UNION": ("SELECT 1 EXCEPT SELECT 1 UNION SELECT 3", [("3",)]),
    "UNION ALL, then EXCEPT": ("SELECT 1 UNION ALL SELECT 1 EXCEPT SELECT 1", []),
    "UNION ALL, then EXCEPT ALL": ("SELECT 1 UNION ALL SELECT 1 EXCEPT ALL SELECT 1", [("1",)]),
    "INTERSECT ALL on the right": (
        "VALUES 1 UNION ALL VALUES 2, 2 INTERSECT ALL VALUES 2, 2", [("1",), ("2",), ("2",)]),
    "parentheses": ("SELECT 1 EXCEPT (SELECT 1 UNION SELECT 3)", []),
    "UNION ALL drops no double that UNION left out": (
        "SELECT 1 UNION SELECT 1 UNION ALL SELECT 1", [("1",), ("1",)]),
    "UNION takes doubles from UNION ALL": ("SELECT 1 UNION ALL SELECT 1 UNION SELECT 1", [("1",)]),
    # order and limit of the whole
    "ORDER BY and LIMIT": (
        "SELECT 1 AS x UNION ALL SELECT 3 UNION ALL SELECT 2 ORDER BY x DESC LIMIT 2", [("2",), ("3",)]),
    "ORDER BY an expression": ("SELECT 1 AS x UNION SELECT -2 ORDER BY abs(x) LIMIT 1", [("1",)]),
    "OFFSET": ("VALUES 1 EXCEPT ALL VALUES 2 OFFSET 1", []),
    "operands keep their limits": (
        "(SELECT x FROM (VALUES 1, 2) AS t(x) ORDER BY x DESC LIMIT 1) UNION ALL (VALUES 7)",
        [("2",), ("7",)]),
    # types
    "the wider type": ("SELECT 1 INTERSECT SELECT 1E0", [("1.0",)]),
    "decimals": ("SELECT 1.5 INTERSECT SELECT 1.50", [("1.50",)]),
    "a date and a timestamp": (
        "SELECT DATE '2026-01-01' INTERSECT ALL SELECT TIMESTAMP '2026-01-01 00:00:00.000'",
        [("2026-01-01 00:00:00.000",)]),
    "NULL of no type": ("SELECT NULL UNION SELECT 1", [("1",), (None,)]),
    "moments in two zones, UNION": (
        "SELECT count(*) FROM (SELECT now() UNION SELECT now() AT TIME ZONE 'Asia/Tokyo')", [("1",)]),
    "moments in two zones, INTERSECT": (
        "SELECT count(*) FROM (SELECT now() INTERSECT SELECT now() AT TIME ZONE 'Asia/Tokyo')", [("1",)]),
    "moments in two zones, EXCEPT": (
        "SELECT count(*) FROM (SELECT now() EXCEPT SELECT now() AT TIME ZONE 'Asia/Tokyo')", [("0",)]),
    "moments in two zones, EXCEPT ALL": (
        "SELECT count(*) FROM (SELECT * FROM (VALUES now(), now()) EXCEPT ALL "
        "SELECT now() AT TIME ZONE 'Asia/Tokyo')", [("1",)]),
    "arrays": ("VALUES ARRAY[1, NULL] INTERSECT VALUES ARRAY[1, NULL]", [("[1, null]",)]),
    "arrays of two types": ("VALUES ARRAY[1] UNION VALUES ARRAY[1E0]", [("[1.0]",)]),
    "rows": ("SELECT ROW(1, 'a') EXCEPT ALL SELECT ROW(1, 'b')", [("{field0=1, field1=a}",)]),
    "maps in two orders": (
        "SELECT map(ARRAY['a', 'b'], ARRAY[1, 2]) EXCEPT SELECT map(ARRAY['b', 'a'], ARRAY[2, 1])", []),
    "maps in two orders, ALL": (
        "SELECT cardinality(x) FROM (SELECT map(ARRAY['a', 'b'], ARRAY[1, 2]) AS x INTERSECT ALL "
        "SELECT map(ARRAY['b', 'a'], ARRAY[2, 1]))", [("2",)]),
    # places
    "in a correlated subquery": (
        "SELECT x FROM (VALUES 1, 2) AS t(x) WHERE EXISTS (SELECT t.x INTERSECT ALL SELECT 2)", [("2",)]),
    "in a WITH": ("WITH t AS (SELECT 1 AS x EXCEPT ALL SELECT 2) SELECT x FROM t", [("1",)]),
    "TABLE": ("WITH t(x) AS (VALUES 1, 2) TABLE t EXCEPT TABLE t", []),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_set_operations_give_trinos_rows(world: World, name: str) -> None:
    query, rows = ANSWERS[name]
    assert sorted(world.texts(query), key=_nulls_last) == rows


def _nulls_last(row: tuple[str | None, ...]) -> list[tuple[bool, str]]:
    return [(cell is None, cell or "") for cell in row]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT 1 EXCEPT ALL SELECT 1, 2", "EXCEPT ALL query has different number of fields: 1, 2"),
        ("SELECT 1 INTERSECT SELECT 'a'",
         "column 1 in INTERSECT query has incompatible types: integer, varchar"),
        ("SELECT 1 ORDER BY 1 UNION SELECT 2", "ORDER BY and LIMIT come after the whole query"),
        ("SELECT 1 LIMIT 1 UNION SELECT 2", "ORDER BY and LIMIT come after the whole query"),
        ("SELECT 1 UNION CORRESPONDING SELECT 2", "CORRESPONDING"),
        ("SELECT 1 UNION ALL BY NAME SELECT 2", "BY NAME"),
        ("SELECT 1 AS x UNION SELECT 2 AS y ORDER BY y", "Column 'y' cannot be resolved"),
    ],
)  # fmt: skip
def test_what_is_refused(world: World, query: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.texts(query)
    assert message in str(caught.value)


SIDES = st.lists(st.none() | st.integers(0, 2), max_size=5)


@settings(deadline=None, max_examples=150)
@given(
    left=SIDES,
    right=SIDES,
    word=st.sampled_from(["UNION", "INTERSECT", "EXCEPT"]),
    quantity=st.sampled_from(["", " ALL", " DISTINCT"]),
    cast=st.sampled_from(["{}", "from_unixtime({})", "ARRAY[{}]", "map(ARRAY['k'], ARRAY[{}])"]),
)
def test_operations_count_like_multisets(
    world: World,
    left: list[int | None],
    right: list[int | None],
    word: str,
    quantity: str,
    cast: str,
) -> None:
    one, other = Counter(left), Counter(right)
    whole = {"UNION": one + other, "INTERSECT": one & other, "EXCEPT": one - other}[word]
    if quantity != " ALL":
        if word == "EXCEPT":
            whole = Counter({value: 1 for value in one if value not in other})
        whole = Counter(dict.fromkeys(whole, 1))
    query = f"{_side(left, cast)} {word}{quantity} {_side(right, cast)}"
    number = {
        "{}": "v", "from_unixtime({})": "CAST(to_unixtime(v) AS integer)",
        "ARRAY[{}]": "v[1]", "map(ARRAY['k'], ARRAY[{}])": "v['k']",
    }[cast]  # fmt: skip
    found = Counter(row[0] for row in world.rows(f"SELECT {number} FROM ({query})"))
    assert found == whole


def _side(values: list[int | None], cast: str) -> str:
    listed = ", ".join("NULL" if value is None else str(value) for value in [9, *values])
    return f"SELECT {cast.format('x')} AS v FROM (VALUES {listed}) AS t(x) WHERE x IS NULL OR x < 9"
