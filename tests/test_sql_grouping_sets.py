"""GROUPING SETS, ROLLUP, CUBE and grouping(), with Trino's rules.

Source: Trino's documentation of SELECT, "GROUP BY clause", and its StatementAnalyzer.
"""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.errors import QueryError

Rows = list[tuple[str | None, ...]]
T = "(VALUES ('x', 'p', 1), ('x', 'q', 2), ('y', 'p', 4), ('y', NULL, 8)) AS t(a, b, n)"


ANSWERS: dict[str, tuple[str, Rows]] = {
    "GROUPING SETS": (
        "SELECT a, b, sum(n) FROM T GROUP BY GROUPING SETS ((a, b), a, ()) ORDER BY 1, 2, 3",
        [("x", "p", "1"), ("x", "q", "2"), ("x", None, "3"), ("y", "p", "4"), ("y", None, "8"),
         ("y", None, "12"), (None, None, "15")]),
    "ROLLUP": (
        "SELECT a, sum(n) FROM T GROUP BY ROLLUP (a) ORDER BY 2", [("x", "3"), ("y", "12"), (None, "15")]),
    "ROLLUP of two": (
        "SELECT a, b, sum(n) FROM T GROUP BY ROLLUP (a, b) ORDER BY 3, 1",
        [("x", "p", "1"), ("x", "q", "2"), ("x", None, "3"), ("y", "p", "4"), ("y", None, "8"),
         ("y", None, "12"), (None, None, "15")]),
    "CUBE": (
        "SELECT a, b, sum(n) FROM T GROUP BY CUBE (a, b) ORDER BY grouping(a, b), 1, 2",
        [("x", "p", "1"), ("x", "q", "2"), ("y", "p", "4"), ("y", None, "8"),
         ("x", None, "3"), ("y", None, "12"),
         (None, "p", "5"), (None, "q", "2"), (None, None, "8"),
         (None, None, "15")]),
    "keys in parentheses go together": (
        "SELECT a, b, sum(n) FROM T GROUP BY ROLLUP ((a, b)) ORDER BY 3",
        [("x", "p", "1"), ("x", "q", "2"), ("y", "p", "4"), ("y", None, "8"), (None, None, "15")]),
    "a product with a plain key": (
        "SELECT a, b, sum(n) FROM T GROUP BY a, ROLLUP (b) ORDER BY 1, 2, 3",
        [("x", "p", "1"), ("x", "q", "2"), ("x", None, "3"), ("y", "p", "4"), ("y", None, "8"),
         ("y", None, "12")]),
    "a product of two": (
        "SELECT a, sum(n) FROM T GROUP BY GROUPING SETS (a, ()), GROUPING SETS (a, ()) ORDER BY 2, 1",
        [("x", "3"), ("x", "3"), ("x", "3"), ("y", "12"), ("y", "12"), ("y", "12"), (None, "15")]),
    "equal sets are kept": (
        "SELECT a, sum(n) FROM T GROUP BY GROUPING SETS (a, a, (a)) ORDER BY 2",
        [("x", "3"), ("x", "3"), ("x", "3"), ("y", "12"), ("y", "12"), ("y", "12")]),
    "ALL keeps equal sets": (
        "SELECT sum(n) FROM T GROUP BY ALL GROUPING SETS ((), ())", [("15",), ("15",)]),
    "DISTINCT drops equal sets": (
        "SELECT a, sum(n) FROM T GROUP BY DISTINCT GROUPING SETS ((a, b), (b, a), (), ()) "
        "HAVING grouping(a, b) = 3", [(None, "15")]),
    "a plain key with ALL": ("SELECT a FROM T GROUP BY ALL a ORDER BY 1", [("x",), ("y",)]),
    "a plain key with DISTINCT": ("SELECT a FROM T GROUP BY DISTINCT a ORDER BY 1", [("x",), ("y",)]),
    "plain keys in parentheses": (
        "SELECT a, b FROM T GROUP BY (a, b) ORDER BY 1, 2",
        [("x", "p"), ("x", "q"), ("y", "p"), ("y", None)]),
    "a position in parentheses": ("SELECT a FROM T GROUP BY (1) ORDER BY 1", [("x",), ("y",)]),
    "the empty set": ("SELECT count(*) FROM T GROUP BY ()", [("4",)]),
    "the empty set of no rows is a row": ("SELECT 'z', count(*) FROM T WHERE false GROUP BY ()", [("z", "0")]),
    "the empty set without an aggregate": ("SELECT 'z' FROM T WHERE false GROUP BY ()", [("z",)]),
    "the empty set and a key of no rows": (
        "SELECT a, count(*) FROM T WHERE false GROUP BY ROLLUP (a)", [(None, "0")]),
    "a key alone of no rows": ("SELECT a FROM T WHERE false GROUP BY GROUPING SETS (a)", []),
    "no set is empty and no rows": ("SELECT a FROM T WHERE false GROUP BY GROUPING SETS (a, b)", []),
    "a key without an aggregate": (
        "SELECT a FROM T GROUP BY ROLLUP (a) ORDER BY a", [("x",), ("y",), (None,)]),
    # what a key shows, and what an aggregate reads
    "an aggregate reads the column as it is": (
        "SELECT a, max(a), count(a), count(b) FROM T GROUP BY ROLLUP (a) ORDER BY 1",
        [("x", "x", "2", "2"), ("y", "y", "2", "1"), (None, "y", "4", "3")]),
    "an aggregate with FILTER": (
        "SELECT a, count(*) FILTER (WHERE a = 'x') FROM T GROUP BY ROLLUP (a) ORDER BY 1",
        [("x", "2"), ("y", "0"), (None, "2")]),
    "an expression over a key": (
        "SELECT a || '!', coalesce(a, 'all'), a IS NULL FROM T GROUP BY ROLLUP (a) ORDER BY 2",
        [(None, "all", "true"), ("x!", "x", "false"), ("y!", "y", "false")]),
    "an expression as a plain key": (
        "SELECT upper(b), a, sum(n) FROM T GROUP BY upper(b), ROLLUP (a) ORDER BY 3, 2",
        [("P", "x", "1"), ("Q", "x", "2"), ("Q", None, "2"), ("P", "y", "4"), ("P", None, "5"),
         (None, "y", "8"), (None, None, "8")]),
    "a qualified name is the same key": (
        "SELECT t.a, sum(n) FROM T GROUP BY ROLLUP (a) ORDER BY t.a", [("x", "3"), ("y", "12"), (None, "15")]),
    # around
    "HAVING": (
        "SELECT a, sum(n) FROM T GROUP BY ROLLUP (a) HAVING sum(n) > 3 ORDER BY 2",
        [("y", "12"), (None, "15")]),
    "HAVING over a key": ("SELECT a FROM T GROUP BY ROLLUP (a) HAVING a IS NULL", [(None,)]),
    "HAVING over the empty set": (
        "SELECT a FROM T WHERE false GROUP BY ROLLUP (a) HAVING count(*) > 0", []),
    "ORDER BY an aggregate": (
        "SELECT a FROM T GROUP BY ROLLUP (a) ORDER BY sum(n) DESC", [(None,), ("y",), ("x",)]),
    "ORDER BY a constant of each set": (
        "SELECT a, grouping(a) AS g FROM T GROUP BY ROLLUP (a) ORDER BY g DESC, a",
        [(None, "1"), ("x", "0"), ("y", "0")]),
    "LIMIT and OFFSET": (
        "SELECT a FROM T GROUP BY ROLLUP (a) ORDER BY sum(n) DESC OFFSET 1 LIMIT 1", [("y",)]),
    "WITH TIES": (
        "SELECT a, b FROM T GROUP BY GROUPING SETS (a, b) ORDER BY grouping(a) FETCH FIRST 1 ROW WITH TIES",
        [("x", None), ("y", None)]),
    "DISTINCT": (
        "SELECT DISTINCT b FROM T GROUP BY CUBE (a, b) ORDER BY b", [("p",), ("q",), (None,)]),
    "in a subquery": (
        "SELECT max(s) FROM (SELECT sum(n) AS s FROM T GROUP BY ROLLUP (a))", [("15",)]),
    "in a set operation": (
        "SELECT a FROM T GROUP BY ROLLUP (a) EXCEPT SELECT 'x' ORDER BY 1", [("y",), (None,)]),
    "over a join": (
        "SELECT k, count(*) FROM (VALUES 1, 2) AS u(k) JOIN (VALUES 1, 1) AS v(k) USING (k) "
        "GROUP BY ROLLUP (k) ORDER BY 1", [("1", "2"), (None, "2")]),
    "over an UNNEST": (
        "SELECT x, count(*) FROM UNNEST(ARRAY[1E0, 2E0, 1E0]) AS u(x) GROUP BY ROLLUP (x) ORDER BY 1",
        [("1.0", "2"), ("2.0", "1"), (None, "3")]),
    "keys that are equal in several forms": (
        "SELECT count(*) FROM (VALUES now(), now() AT TIME ZONE 'Asia/Tokyo') AS u(x) "
        "GROUP BY ROLLUP (x) ORDER BY 1", [("2",), ("2",)]),
    "a correlated query": (
        "SELECT (SELECT sum(m) FROM (SELECT count(*) AS m FROM (VALUES 1, 1) AS v(k) "
        "WHERE v.k = u.k GROUP BY ROLLUP (k))) FROM (VALUES 1) AS u(k)", [("4",)]),
    "the empty set under a window": (
        "SELECT row_number() OVER (), sum(count(*)) OVER () FROM T GROUP BY ()", [("1", "4")]),
    "an aggregate in HAVING alone under a window": (
        "SELECT row_number() OVER () FROM T HAVING count(*) > 0", [("1",)]),
    # grouping()
    "grouping has a bit for each argument": (
        "SELECT grouping(a), grouping(b), grouping(a, b), grouping(b, a, b) FROM T "
        "GROUP BY GROUPING SETS (a, b, ()) ORDER BY 3, 1",
        [("0", "1", "1", "5"), ("0", "1", "1", "5"), ("1", "0", "2", "2"), ("1", "0", "2", "2"),
         ("1", "0", "2", "2"), ("1", "1", "3", "7")]),
    "grouping of a plain key": ("SELECT a, grouping(a) FROM T GROUP BY a ORDER BY 1", [("x", "0"), ("y", "0")]),
    "grouping in an expression": (
        "SELECT CASE WHEN grouping(a) = 1 THEN 'all' ELSE a END FROM T GROUP BY ROLLUP (a) ORDER BY 1",
        [("all",), ("x",), ("y",)]),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_grouping_sets_give_trinos_rows(world: World, name: str) -> None:
    query, rows = ANSWERS[name]
    assert world.texts(query.replace("FROM T", f"FROM {T}")) == rows


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT a, b FROM T GROUP BY ROLLUP (a)", "'b' must be an aggregate expression"),
        ("SELECT upper(a) FROM T GROUP BY ROLLUP (upper(a))",
         "GROUP BY expression must be a column reference"),
        ("SELECT a FROM T GROUP BY ROLLUP (1)", "GROUP BY expression must be a column reference"),
        ("SELECT a FROM T GROUP BY GROUPING SETS (ROLLUP (a), b)",
         "GROUP BY expression must be a column reference"),
        ("SELECT a FROM T GROUP BY ROLLUP (nothing)", "Column 'nothing' cannot be resolved"),
        ("SELECT a, upper(a) FROM T GROUP BY ROLLUP (a), upper(a)",
         "GROUP BY of an expression over a column of grouping sets: not supported"),
        ("SELECT (SELECT t.a) FROM T GROUP BY ROLLUP (a)",
         "over a column of grouping sets: not supported"),
        ("SELECT a, row_number() OVER () FROM T GROUP BY ROLLUP (a)",
         "window functions beside grouping sets: not supported"),
        ("SELECT a FROM T GROUP BY CUBE (a, b, n), CUBE (a, b, n), ROLLUP (a)",
         "GROUP BY has more than 64 grouping sets"),
        ("SELECT a FROM T GROUP BY CUBE (a, a, a, a, a, a, a)", "more than 64 grouping sets"),
        ("SELECT a FROM T GROUP BY a WITH ROLLUP", "ROLLUP"),
        ("SELECT a FROM T GROUP BY ALL", "GROUP BY needs an expression"),
        ("SELECT DISTINCT a FROM T GROUP BY ROLLUP (a) ORDER BY sum(n)",
         "For SELECT DISTINCT, ORDER BY expressions must appear in select list"),
        ("SELECT grouping(a) FROM T", "A GROUPING() operation can only be used with"),
        ("SELECT grouping(b) FROM T GROUP BY a", "The arguments to GROUPING() must be expressions"),
        ("SELECT grouping(upper(a)) FROM T GROUP BY upper(a)",
         "The arguments to GROUPING() must be expressions"),
        ("SELECT a FROM T WHERE grouping(a) = 0 GROUP BY a",
         "WHERE clause cannot contain aggregations, window functions or grouping operations"),
        ("SELECT sum(grouping(a)) FROM T GROUP BY a", "cannot contain aggregations"),
    ],
)  # fmt: skip
def test_what_is_refused(world: World, query: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.texts(query.replace("FROM T", f"FROM {T}"))
    assert message in str(caught.value)


def test_nested_grouping_sets_cannot_drown_sqlite(world: World) -> None:
    query = "SELECT x, count(*) AS n FROM (VALUES 1) AS t(x) GROUP BY CUBE (x, x, x, x, x)"
    for _ in range(5):
        query = f"SELECT x, (SELECT max(n) FROM ({query})) AS n FROM (VALUES 1) AS t(x) GROUP BY CUBE (x, x, x, x, x)"
    with pytest.raises(QueryError, match=r"more than 1,000 subqueries|too complex|too long"):
        world.texts(query)


CELLS = st.none() | st.sampled_from("xy")


@settings(deadline=None, max_examples=80)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, st.integers(0, 3)), max_size=6),
    form=st.sampled_from(["ROLLUP (a, b)", "CUBE (a, b)", "GROUPING SETS ((b), (), (a, b), b)"]),
)
def test_sets_are_groups_put_together(
    world: World, rows: list[tuple[str | None, str | None, int]], form: str
) -> None:
    sets = {
        "R": [(0, 1), (0,), ()],
        "C": [chosen for size in range(3) for chosen in combinations((0, 1), size)],
        "G": [(1,), (), (0, 1), (1,)],
    }[form[0]]
    expected = []
    for keys in sets:
        sums: dict[tuple[str | None, ...], list[int]] = defaultdict(list)
        if not keys:
            sums[()] = []
        for row in rows:
            sums[tuple(row[key] for key in keys)].append(row[2])
        for group, numbers in sums.items():
            shown: list[str | None] = [None, None]
            for key, value in zip(keys, group, strict=True):
                shown[key] = value
            total = str(sum(numbers)) if numbers else None
            expected.append((*shown, str(len(numbers)), total))
    cells = [f"({_text(a)}, {_text(b)}, {n})" for a, b, n in rows]
    listed = ", ".join(["(NULL, 'nothing', -1)", *cells])
    query = f"SELECT a, b, count(*), sum(n) FROM (VALUES {listed}) AS t(a, b, n) WHERE n >= 0 GROUP BY {form}"
    assert sorted(world.texts(query), key=str) == sorted(expected, key=str)


def _text(cell: str | None) -> str:
    return "NULL" if cell is None else f"'{cell}'"
