"""Quantified comparisons, IN and EXISTS over queries, and scalar subqueries of any type."""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.errors import QueryError


@pytest.fixture(scope="module")
def world() -> World:
    world = World(":memory:")
    world.add("exec", "2026-11-20T10:00:00Z", user="a", command="cat")
    world.add("exec", "2026-11-20T11:00:00Z", user="b", command="ls")
    world.add("exec", "2026-11-20T12:00:00Z", user="b", command="rm")
    world.add("kube_request", "2026-11-21T10:00:00Z", user="b", kubernetes_groups=["x", "y"])
    return world


VALUES: list[tuple[str, str | None]] = [
    # ALL
    ("1 < ALL (VALUES 2, 3)", "true"),
    ("1 < ALL (VALUES 1, 3)", "false"),
    ("1 < ALL (VALUES 2, NULL)", None),
    ("3 < ALL (VALUES 2, NULL)", "false"),
    ("NULL < ALL (VALUES 2)", None),
    ("1 < ALL (SELECT 1 WHERE false)", "true"),
    ("NULL < ALL (SELECT 1 WHERE false)", "true"),
    ("2 <= ALL (VALUES 2, 3)", "true"),
    ("3 > ALL (VALUES 2, 1)", "true"),
    ("2 >= ALL (VALUES 2, 3)", "false"),
    ("1 = ALL (VALUES 1, 1)", "true"),
    ("1 = ALL (VALUES 1, 2)", "false"),
    ("1 = ALL (VALUES 1, NULL)", None),
    ("1 <> ALL (VALUES 2, 3)", "true"),
    ("1 <> ALL (VALUES 2, NULL)", None),
    ("1 <> ALL (VALUES 1, NULL)", "false"),
    # ANY and SOME
    ("1 < ANY (VALUES 0, 3)", "true"),
    ("5 < ANY (VALUES 2, 3)", "false"),
    ("5 < ANY (VALUES 2, NULL)", None),
    ("1 < ANY (VALUES 2, NULL)", "true"),
    ("1 < SOME (SELECT 1 WHERE false)", "false"),
    ("NULL < ANY (SELECT 1 WHERE false)", "false"),
    ("NULL < ANY (VALUES 1)", None),
    ("1 <= ANY (VALUES 1)", "true"),
    ("1 > ANY (VALUES 0, 5)", "true"),
    ("1 >= ANY (VALUES 2)", "false"),
    ("1 = ANY (VALUES 2, 1)", "true"),
    ("1 = SOME (VALUES 2, NULL)", None),
    ("1 <> ANY (VALUES 1, 1)", "false"),
    ("1 <> ANY (VALUES 1, 2)", "true"),
    ("1 <> ANY (VALUES 1, NULL)", None),
    # their NOT
    ("NOT 1 < ALL (VALUES 2, NULL)", None),
    ("NOT 5 < ANY (VALUES 2, NULL)", None),
    ("NOT 1 = ANY (VALUES 2, 3)", "true"),
    # types
    ("1 < ALL (VALUES 1.5, 2.5)", "true"),
    ("'b' > ALL (VALUES 'a', 'B')", "true"),
    ("DATE '2026-01-01' < ANY (VALUES TIMESTAMP '2026-01-01 10:00:00.000')", "true"),
    ("now() = ALL (VALUES now() AT TIME ZONE 'Asia/Tokyo')", "true"),
    ("true > ALL (VALUES false)", "true"),
    ("2 < ALL (TABLE t)", None),
    # IN
    ("1 IN (VALUES 1, 2)", "true"),
    ("3 IN (VALUES 1, 2)", "false"),
    ("3 IN (VALUES 1, NULL)", None),
    ("3 NOT IN (VALUES 1, NULL)", None),
    ("3 NOT IN (VALUES 1, 2)", "true"),
    ("NULL IN (VALUES 1)", None),
    ("NULL IN (SELECT 1 WHERE false)", "false"),
    ("1 IN ((SELECT 1))", "true"),
    ("1 IN (TABLE t)", None),
    ("3 IN (TABLE t)", "true"),
    ("1 IN (WITH u(x) AS (VALUES 1) SELECT x FROM u)", "true"),
    ("1 IN (SELECT 2 UNION SELECT 1)", "true"),
    ("1 IN (VALUES 1E0)", "true"),
    # IN of rows
    ("(1, 'a') IN (SELECT 1, 'a')", "true"),
    ("(1, 'a') IN (VALUES (1, 'b'), (2, 'a'))", "false"),
    ("(1, 'a') NOT IN (VALUES (1, 'b'), (2, 'a'))", "true"),
    ("((1, 'a')) IN (SELECT 1, 'a')", "true"),
    ("ROW(1, 2) IN (VALUES (1E0, 2.0))", "true"),
    ("(1, NULL) IN (VALUES (2, 3))", "false"),
    ("(1, NULL) IN (SELECT 1, 2 WHERE false)", "false"),
    ("(1, 2) IN (VALUES (1, NULL), (1, 2))", "true"),
    ("(1, 2) = ANY (VALUES (1, 2))", "true"),
    # IN of arrays and maps
    ("ARRAY[1] IN (VALUES ARRAY[2], ARRAY[1])", "true"),
    ("ARRAY[1] IN (VALUES ARRAY[2])", "false"),
    ("ARRAY[1] NOT IN (VALUES ARRAY[2])", "true"),
    ("ARRAY[1] IN (VALUES ARRAY[2], NULL)", None),
    ("ARRAY[1] IN (SELECT ARRAY[1] WHERE false)", "false"),
    ("ARRAY[1] IN (VALUES ARRAY[1E0])", "true"),
    ("map(ARRAY['a', 'b'], ARRAY[1, 2]) IN (VALUES map(ARRAY['b', 'a'], ARRAY[2, 1]))", "true"),
    # EXISTS
    ("EXISTS (VALUES NULL)", "true"),
    ("EXISTS (SELECT 1 WHERE false)", "false"),
    ("NOT EXISTS (SELECT 1 WHERE false)", "true"),
    ("EXISTS (SELECT count(*) WHERE false)", "true"),
    # scalar subqueries
    ("(SELECT ARRAY['a', NULL])", "[a, null]"),
    ("(SELECT ROW(1, 'a'))", "{field0=1, field1=a}"),
    ("(SELECT map(ARRAY['a'], ARRAY[1E0]))", "{a=1.0}"),
    ("(SELECT 1.50)", "1.50"),
    ("(SELECT true)", "true"),
    ("(SELECT now())", "2026-11-22 12:00:00.000 UTC"),
    ("(SELECT ARRAY[1] WHERE false)", None),
    ("(SELECT max(x) FROM (VALUES 1, 2) AS u(x))", "2"),
    ("(SELECT x FROM (VALUES 1, 2) AS u(x) ORDER BY x DESC LIMIT 1)", "2"),
    ("(SELECT max(x) FROM (VALUES 1) AS u(x) LIMIT 0)", None),
    ("(SELECT x FROM UNNEST(ARRAY['a']) AS u(x)) || '!'", "a!"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), VALUES)
def test_an_expression_over_a_query(world: World, expression: str, expected: str | None) -> None:
    query = f"WITH t AS (SELECT * FROM (VALUES 3, NULL)) SELECT {expression}"
    assert world.texts(query) == [(expected,)]


QUERIES: dict[str, tuple[str, list[tuple[str | None, ...]]]] = {
    "ALL over groups in HAVING": (
        "SELECT user FROM exec GROUP BY user HAVING count(*) >= ALL "
        "(SELECT count(*) FROM exec GROUP BY user)", [("b",)]),
    "ANY in WHERE": ("SELECT command FROM exec WHERE user = ANY (SELECT user FROM kube_request) "
                     "ORDER BY 1", [("ls",), ("rm",)]),
    "a correlated ALL": (
        "SELECT command FROM exec e WHERE command >= ALL "
        "(SELECT command FROM exec x WHERE x.user = e.user) ORDER BY 1", [("cat",), ("rm",)]),
    "an ALL over outer columns": (
        "SELECT command FROM exec e WHERE 'b' = ALL (SELECT e.user FROM kube_request) ORDER BY 1",
        [("ls",), ("rm",)]),
    "IN of rows of columns": (
        "SELECT command FROM exec WHERE (user, command) IN (SELECT user, max(command) FROM exec "
        "GROUP BY user) ORDER BY 1", [("cat",), ("rm",)]),
    "NOT IN of rows of columns": (
        "SELECT command FROM exec WHERE (user, command) NOT IN (SELECT user, max(command) FROM exec "
        "GROUP BY user)", [("ls",)]),
    "IN of a grouped value": (
        "SELECT user FROM exec GROUP BY user HAVING count(*) IN (VALUES 2)", [("b",)]),
    "IN of arrays of columns": (
        "SELECT user FROM kube_request WHERE kubernetes_groups IN (VALUES ARRAY['x', 'y'])",
        [("b",)]),
    "a scalar subquery two levels up": (
        "SELECT user, (SELECT (SELECT count(*) FROM exec x WHERE x.user = e.user)) FROM exec e "
        "WHERE command <> 'rm' ORDER BY 1", [("a", "1"), ("b", "2")]),
    "a limit in a correlated subquery": (
        "SELECT user, (SELECT x.command FROM exec x WHERE x.user = e.user ORDER BY x.command DESC "
        "LIMIT 1) FROM exec e WHERE command <> 'rm' ORDER BY 1", [("a", "cat"), ("b", "rm")]),
    "a set operation in a correlated subquery": (
        "SELECT command FROM exec e WHERE EXISTS (SELECT e.user INTERSECT SELECT 'a')", [("cat",)]),
    "a WITH inside of a subquery": (
        "SELECT (WITH t AS (SELECT max(user) AS m FROM exec) SELECT m FROM t)", [("b",)]),
    "an aggregate in ORDER BY alone": ("SELECT 1 FROM exec ORDER BY count(*)", [("1",)]),
    "an aggregate in HAVING alone": ("SELECT 'x' FROM exec HAVING count(*) > 2", [("x",)]),
    "an aggregate in HAVING alone that does not hold": (
        "SELECT 'x' FROM exec HAVING count(*) > 3", []),
    "an aggregate in HAVING alone over no rows": (
        "SELECT 'x' FROM exec WHERE false HAVING count(*) = 0", [("x",)]),
}  # fmt: skip


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_over_queries(world: World, name: str) -> None:
    query, rows = QUERIES[name]
    assert world.texts(query) == rows


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("1 < ALL (VALUES 'a')", "Cannot compare in quantified comparison: integer and varchar"),
        ("1 < ALL (VALUES (1, 2))", "Multiple columns returned by subquery"),
        ("ARRAY[1] < ALL (VALUES ARRAY[1])", "quantified comparison of array(integer) values"),
        ("map(ARRAY[1], ARRAY[1]) <> ANY (SELECT map(ARRAY[1], ARRAY[1]))", "quantified comparison of map"),
        ("1 < ALL (1, 2)", "line 1:12"),
        ("1 = ANY (ARRAY[1])", "ANY is followed by a query"),
        ("1 IN (VALUES 'a')", "must be of the same type for IN expression: integer vs varchar"),
        ("1 IN (VALUES (1, 2))", "Multiple columns returned by subquery"),
        ("(1, 2) IN (VALUES 1)", "must be of the same type for IN expression: row(integer, integer) vs row(integer)"),
        ("(1, 2) IN (VALUES (1, 'a'))", "must be of the same type for IN expression"),
        ("(1, NULL) IN (VALUES (1, 2))", "IN over rows or arrays that hold NULLs: not supported"),
        ("(1, 2) IN (VALUES (1, NULL))", "IN over rows or arrays that hold NULLs: not supported"),
        ("ARRAY[NULL, 1] IN (VALUES ARRAY[2, 1])", "IN over rows or arrays that hold NULLs"),
        ("(SELECT 1 UNION ALL SELECT 2)", "Scalar sub-query has returned multiple rows"),
        ("(VALUES 1, 2)", "Scalar sub-query has returned multiple rows"),
    ],
)  # fmt: skip
def test_what_trino_refuses_or_leaves_open_is_an_error(
    world: World, expression: str, message: str
) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert message in str(caught.value)


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
NUMBERS = st.none() | st.integers(0, 3)


@settings(deadline=None, max_examples=200)
@given(
    value=NUMBERS,
    rows=st.lists(NUMBERS, max_size=4),
    sign=st.sampled_from(sorted(OPERATORS)),
    word=st.sampled_from(["ALL", "ANY", "SOME"]),
)
def test_quantifiers_are_three_valued(
    world: World, value: int | None, rows: list[int | None], sign: str, word: str
) -> None:
    outcomes = [
        None if value is None or row is None else OPERATORS[sign](value, row) for row in rows
    ]
    decisive = word != "ALL"
    expected: bool | None = not decisive
    if decisive in outcomes:
        expected = decisive
    elif None in outcomes:
        expected = None
    listed = ", ".join("NULL" if row is None else str(row) for row in [*rows, 9])
    query = f"SELECT x FROM (VALUES {listed}) AS t(x) WHERE x IS NULL OR x < 9"
    shown = "CAST(NULL AS integer)" if value is None else str(value)
    text = {True: "true", False: "false", None: None}[expected]
    assert world.value(f"{shown} {sign} {word} ({query})") == text
