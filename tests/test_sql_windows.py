"""Window functions: values, named windows, nulls left out, and where they may stand.

What a frame holds is tested in ``test_sql_window_frames``.
"""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.binding import window_functions

in_python = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="Python's own window functions need Python 3.11"
)


@pytest.fixture(scope="module")
def world() -> World:
    world = World(":memory:")
    for number, (user, login) in enumerate(
        [("alice", "root"), ("bob", None), ("alice", "ubuntu"), ("carol", "root"), ("alice", None)]
    ):
        world.add(
            "exec", f"2026-11-1{number}T10:00:00Z", user=user, login=login, command=str(number)
        )
    return world


def rows(*values: str) -> str:
    """A FROM with the columns ``x`` and ``y``."""
    return f" FROM (VALUES {', '.join(values)}) AS t(x, y) ORDER BY y"


# x has ties and a NULL; y is the order in which the values below are listed
TIES = rows("(10, 1)", "(20, 2)", "(20, 3)", "(NULL, 4)", "(30, 5)")
GAPS = rows("('a', 1)", "(NULL, 2)", "(NULL, 3)", "('b', 4)", "(NULL, 5)")
DAYS = rows(
    "(TIMESTAMP '2026-01-01 10:00:00', 1)",
    "(TIMESTAMP '2026-01-02 10:00:00', 2)",
    "(TIMESTAMP '2026-01-02 10:00:00.001', 3)",
    "(NULL, 4)",
)

# function, where its rows come from, values as texts
VALUES: list[tuple[str, str, list[str | None]]] = [
    ("row_number() OVER (ORDER BY y)", TIES, ["1", "2", "3", "4", "5"]),
    ("row_number() OVER (ORDER BY y DESC)", TIES, ["5", "4", "3", "2", "1"]),
    ("rank() OVER (ORDER BY x)", TIES, ["1", "2", "2", "5", "4"]),
    ("rank() OVER (ORDER BY x DESC)", TIES, ["4", "2", "2", "5", "1"]),
    ("rank() OVER (ORDER BY x NULLS FIRST)", TIES, ["2", "3", "3", "1", "5"]),
    ("rank() OVER ()", TIES, ["1", "1", "1", "1", "1"]),
    ("rank() OVER (ORDER BY ARRAY[y % 2, y] DESC)", TIES + " LIMIT 3", ["3", "5", "2"]),
    ("dense_rank() OVER (ORDER BY x)", TIES, ["1", "2", "2", "4", "3"]),
    ("percent_rank() OVER (ORDER BY x)", TIES, ["0.0", "0.25", "0.25", "1.0", "0.75"]),
    ("percent_rank() OVER (PARTITION BY y)", TIES, ["0.0"] * 5),
    ("cume_dist() OVER (ORDER BY x)", TIES, ["0.2", "0.6", "0.6", "1.0", "0.8"]),
    ("ntile(2) OVER (ORDER BY y)", TIES, ["1", "1", "1", "2", "2"]),
    ("ntile(9) OVER (ORDER BY y)", TIES, ["1", "2", "3", "4", "5"]),
    ("ntile(y) OVER (ORDER BY y)", TIES, ["1", "1", "2", "3", "5"]),
    ("ntile(x) OVER (ORDER BY y)", TIES, ["1", "2", "3", None, "5"]),
    ("lag(x) OVER (ORDER BY y)", TIES, [None, "10", "20", "20", None]),
    ("lead(x) OVER (ORDER BY y)", TIES, ["20", "20", None, "30", None]),
    ("lag(x, 2) OVER (ORDER BY y)", TIES, [None, None, "10", "20", "20"]),
    ("lag(x, 0) OVER (ORDER BY y)", TIES, ["10", "20", "20", None, "30"]),
    ("lag(x, 2, -1) OVER (ORDER BY y)", TIES, ["-1", "-1", "10", "20", "20"]),
    ("lead(x, 1, y) OVER (ORDER BY y)", TIES, ["20", "20", None, "30", "5"]),
    ("lead(x, 5000000000, 7) OVER (ORDER BY y)", TIES, ["7"] * 5),
    ("lag(x, y) OVER (ORDER BY y)", TIES, [None] * 5),
    ("lag(y, x, 7) OVER (ORDER BY y)", TIES, ["7", "7", "7", None, "7"]),
    ("lag(x, 1, 1.5) OVER (ORDER BY y)", TIES, ["1.5", "10.0", "20.0", "20.0", None]),
    ("first_value(y) OVER (ORDER BY x, y)", TIES, ["1"] * 5),
    ("last_value(y) OVER (ORDER BY x NULLS FIRST, y)", TIES, ["1", "2", "3", "4", "5"]),
    ("nth_value(x, 2) OVER (ORDER BY y)", TIES, [None, "20", "20", "20", "20"]),
    ("nth_value(x, x) OVER (ORDER BY y)", TIES, [None] * 5),
    ("first_value(x) RESPECT NULLS OVER (ORDER BY y DESC)", GAPS, [None] * 5),
    ("count(*) OVER ()", TIES, ["5"] * 5),
    ("count(x) OVER (ORDER BY y)", TIES, ["1", "2", "3", "3", "4"]),
    ("sum(x) OVER (ORDER BY x)", TIES, ["10", "50", "50", "80", "80"]),
    ("sum(x) OVER (PARTITION BY x)", TIES, ["10", "40", "40", None, "30"]),
    ("sum(x) OVER (ORDER BY y ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING)", TIES, [None, "10", "30", "40", "20"]),
    ("sum(x) OVER (ORDER BY y ROWS 1 PRECEDING)", TIES, ["10", "30", "40", "20", "30"]),
    ("count(*) OVER (ORDER BY x RANGE BETWEEN 10 PRECEDING AND CURRENT ROW)", TIES, ["1", "3", "3", "1", "3"]),
    ("count(*) OVER (ORDER BY x DESC RANGE BETWEEN 10 PRECEDING AND CURRENT ROW)", TIES, ["3", "3", "3", "1", "1"]),
    ("count(*) OVER (ORDER BY 2147483642 + y RANGE BETWEEN 2147483648 PRECEDING AND 2147483648 FOLLOWING)", TIES, ["5"] * 5),
    ("count(*) OVER (ORDER BY 2147483642 + y RANGE BETWEEN 1 PRECEDING AND CURRENT ROW)", TIES, ["1", "2", "2", "2", "2"]),
    ("count(*) OVER (ORDER BY 2147483642 + y DESC RANGE BETWEEN CURRENT ROW AND 1 FOLLOWING)", TIES, ["1", "2", "2", "2", "2"]),
    ("count(*) OVER (ORDER BY x GROUPS 1 PRECEDING)", TIES, ["1", "3", "3", "2", "3"]),
    ("count(*) OVER (ORDER BY CAST(x AS double) RANGE BETWEEN CURRENT ROW AND 10.5 FOLLOWING)", TIES, ["3", "3", "3", "1", "1"]),
    ("count(*) OVER (ORDER BY x / 10E0 DESC RANGE BETWEEN 0 PRECEDING AND 1E0 FOLLOWING)", TIES, ["1", "3", "3", "1", "3"]),
    ("count(*) OVER (ORDER BY y / 10E0 RANGE BETWEEN 0.1 FOLLOWING AND 0.1 FOLLOWING)", TIES, ["1", "0", "1", "1", "0"]),
    ("count(*) OVER (ORDER BY x RANGE INTERVAL '1' DAY PRECEDING)", DAYS, ["1", "2", "2", "1"]),
    ("count(*) OVER (ORDER BY CAST(x AS date) RANGE INTERVAL '1' DAY PRECEDING)", DAYS, ["1", "3", "3", "1"]),
    ("bool_or(x > 10) OVER (ORDER BY y)", TIES, ["false", "true", "true", "true", "true"]),
    ("max(x) OVER (ORDER BY y ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)", TIES, ["30", "30", "30", "30", None]),
    ("sum(y) OVER (PARTITION BY x IS NULL ORDER BY y)", TIES, ["1", "3", "6", "4", "11"]),
    ("sum(INTERVAL '1' DAY) OVER (ORDER BY y)", GAPS, ["1 00:00:00.000", "2 00:00:00.000", "3 00:00:00.000", "4 00:00:00.000", "5 00:00:00.000"]),
    ("upper(lag(x) OVER (ORDER BY y)) || '!'", GAPS, [None, "A!", None, None, "B!"]),
]  # fmt: skip


@pytest.mark.parametrize(("function", "source", "values"), VALUES)
def test_a_window_function_has_trinos_values(
    world: World, function: str, source: str, values: list[str | None]
) -> None:
    assert world.texts(f"SELECT {function}{source}") == [(value,) for value in values]


IN_PYTHON: list[tuple[str, str, list[str | None]]] = [
    ("avg(x) OVER (ORDER BY y)", TIES, ["10.0", "15.0", "16.666666666666668", "16.666666666666668", "20.0"]),
    ("lag(x) IGNORE NULLS OVER (ORDER BY y)", GAPS, [None, "a", "a", "a", "b"]),
    ("lag(x, 2, '-') IGNORE NULLS OVER (ORDER BY y)", GAPS, ["-", "-", "-", "-", "a"]),
    ("lead(x) IGNORE NULLS OVER (ORDER BY y)", GAPS, ["b", "b", "b", None, None]),
    ("lead(x, 0, '-') IGNORE NULLS OVER (ORDER BY y)", GAPS, ["a", None, None, "b", None]),
    ("lead(x, NULL, '-') IGNORE NULLS OVER (ORDER BY y)", GAPS, [None] * 5),
    ("lag(x, 1, y) IGNORE NULLS OVER (ORDER BY y)", TIES, ["1", "10", "20", "20", "20"]),
    ("first_value(x) IGNORE NULLS OVER (ORDER BY y DESC)", GAPS, ["b", "b", "b", "b", None]),
    ("last_value(x) IGNORE NULLS OVER (ORDER BY y)", GAPS, ["a", "a", "a", "b", "b"]),
    ("nth_value(x, 2) IGNORE NULLS OVER (ORDER BY y)", GAPS, [None, None, None, "b", "b"]),
    ("last_value(x) IGNORE NULLS OVER (ORDER BY y ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING)", GAPS, [None, "a", "a", None, "b"]),
    ("array_agg(x) OVER (ORDER BY y ROWS 1 PRECEDING)", GAPS, ["[a]", "[a, null]", "[null, null]", "[null, b]", "[b, null]"]),
    ("array_agg(x) OVER (ORDER BY y ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING)", GAPS, ["[null]", "[null]", "[b]", "[null]", None]),
    ("cardinality(array_agg(y) OVER (ORDER BY x))", TIES, ["1", "3", "3", "5", "4"]),
    ("max_by(y, x) OVER (ORDER BY y)", TIES, ["1", "2", "2", "2", "5"]),
    ("map_agg(y, x) OVER (ORDER BY y ROWS 1 PRECEDING)", TIES, ["{1=10}", "{1=10, 2=20}", "{2=20, 3=20}", "{3=20, 4=null}", "{4=null, 5=30}"]),
    ("sum(1.5) OVER (ORDER BY y ROWS 1 PRECEDING)", TIES, ["1.5", "3.0", "3.0", "3.0", "3.0"]),
    ("sum(CAST(x AS double)) OVER (ORDER BY y ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING)", TIES, ["40.0", "20.0", "30.0", "30.0", None]),
    ("stddev(x) OVER (ORDER BY y ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)", TIES, ["8.164965809277259", "5.773502691896258", "7.0710678118654755", None, None]),
    ("max(x, 1) OVER (ORDER BY y)", TIES, ["[10]", "[20]", "[20]", "[20]", "[30]"]),
    ("max(ARRAY[y]) OVER (ORDER BY y DESC)", TIES, ["[5]"] * 5),
    ("approx_percentile(x, 1.0) OVER ()", TIES, ["30"] * 5),
    ("any_value(x) OVER (ORDER BY y)", TIES, ["10"] * 5),
    ("arbitrary(x) OVER (ORDER BY y DESC)", GAPS, ["b", "b", "b", "b", None]),
    ("any_value(x) OVER (ORDER BY y ROWS 1 PRECEDING)", TIES, ["10", "10", "20", "20", "30"]),
    ("sum(1E100 * (2 - y)) OVER (ORDER BY y ROWS 1 PRECEDING)", TIES, ["1.0E100", "1.0E100", "-1.0E100", "-3.0000000000000002E100", "-5.0E100"]),
    ("sum(CAST(x AS double)) OVER (ORDER BY y)", TIES, ["10.0", "30.0", "50.0", "50.0", "80.0"]),
    ("sum(CAST(x AS double)) OVER (ORDER BY y ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)", TIES, [None, "10.0", "30.0", "50.0", "50.0"]),
    ("avg(CAST(x AS double)) OVER (PARTITION BY x)", TIES, ["10.0", "20.0", "20.0", None, "30.0"]),
    ("approx_most_frequent(2, least(y, 3), 9) OVER (ORDER BY y)", TIES, ["{1=1}", "{1=1, 2=1}", "{1=1, 2=1}", "{3=2, 1=1}", "{3=3, 1=1}"]),
]  # fmt: skip


@in_python
@pytest.mark.parametrize(("function", "source", "values"), IN_PYTHON)
def test_a_window_function_of_our_own_has_trinos_values(
    world: World, function: str, source: str, values: list[str | None]
) -> None:
    shown = world.texts(f"SELECT {function}{source}")
    assert [text.replace("NULL", "null") if text else text for (text,) in shown] == values


# function, part of the message
ERRORS: list[tuple[str, str]] = [
    ("lag(x, -1) OVER (ORDER BY y)", "Offset must be at least 0"),
    ("nth_value(x, 0) OVER (ORDER BY y)", "Offset must be at least 1"),
    ("ntile(0) OVER (ORDER BY y)", "Buckets must be greater than 0"),
    ("ntile(-1) OVER (ORDER BY y)", "Buckets must be greater than 0"),
    ("lag(x) OVER ()", "line 1:8: lag function requires an ORDER BY window clause"),
    ("lead(x) OVER (PARTITION BY x)", "lead function requires an ORDER BY window clause"),
    ("lag(x) OVER (ORDER BY y ROWS 1 PRECEDING)", "Cannot specify window frame for lag function"),
    ("lag(x, 1, 'a') OVER (ORDER BY y)", "Unexpected parameters (integer, integer, varchar) for function lag"),
    ("lag(x, 1 IGNORE NULLS) OVER (ORDER BY y)", "IGNORE NULLS and RESPECT NULLS stand before OVER"),
    ("rank() IGNORE NULLS OVER (ORDER BY y)", "Cannot specify null treatment clause for rank function"),
    ("sum(x) RESPECT NULLS OVER (ORDER BY y)", "Cannot specify null treatment clause for sum function"),
    ("row_number()", "line 1:8: row_number is a window function: OVER must follow"),
    ("row_number() FILTER (WHERE true)", "row_number is no aggregate function"),
    ("upper('a') OVER ()", "line 1:8: Not a window function: upper"),
    ("count(DISTINCT x) OVER ()", "DISTINCT in window function parameters not yet supported: count"),
    ("approx_distinct(x) OVER ()", "approx_distinct(...) OVER: not supported"),
    ("array_agg(x ORDER BY x) OVER ()", "Window function with ORDER BY is not supported"),
    ("sum(x) FILTER (WHERE x > 1) OVER ()", "FILTER is not yet supported for window functions"),
    ("sum(row_number() OVER ()) OVER ()", "Cannot nest window functions or row pattern measures inside window function arguments"),
    ("sum(x) OVER (ORDER BY row_number() OVER ())", "Cannot nest window functions or row pattern measures inside window specification"),
    ("sum(x) OVER (PARTITION BY rank() OVER ())", "inside window specification"),
    ("sum(row_number() OVER ())", "cannot contain aggregations, window functions or grouping operations: [row_number]"),
    ("sum('a') OVER ()", "Unexpected parameters (varchar) for function sum"),
    ("rank() OVER (ORDER BY MAP(ARRAY[1], ARRAY[1]))", "map(integer, integer) is not orderable, and therefore cannot be used in window function ORDER BY"),
    ("sum(x) OVER (ROWS UNBOUNDED FOLLOWING)", "Window frame start cannot be UNBOUNDED FOLLOWING"),
    ("sum(x) OVER (ROWS BETWEEN 1 PRECEDING AND UNBOUNDED PRECEDING)", "Window frame end cannot be UNBOUNDED PRECEDING"),
    ("sum(x) OVER (ROWS BETWEEN CURRENT ROW AND 1 PRECEDING)", "Window frame starting from CURRENT ROW cannot end with PRECEDING"),
    ("sum(x) OVER (ROWS BETWEEN 1 FOLLOWING AND 1 PRECEDING)", "Window frame starting from FOLLOWING cannot end with PRECEDING"),
    ("sum(x) OVER (ROWS BETWEEN 1 FOLLOWING AND CURRENT ROW)", "Window frame starting from FOLLOWING cannot end with CURRENT ROW"),
    ("sum(x) OVER (ORDER BY y ROWS -1 PRECEDING)", "Window frame offset value must not be negative or null"),
    ("sum(x) OVER (ORDER BY y RANGE -1 PRECEDING)", "Window frame offset value must not be negative or null"),
    ("sum(x) OVER (ORDER BY y ROWS 1.5 PRECEDING)", "must be exact numeric type with scale 0"),
    ("sum(x) OVER (ORDER BY y ROWS 'a' PRECEDING)", "must be exact numeric type with scale 0"),
    ("sum(x) OVER (ORDER BY y ROWS x PRECEDING)", "the distance of a window frame that is no literal: not supported"),
    ("sum(x) OVER (RANGE 1 PRECEDING)", "Window frame of type RANGE PRECEDING or FOLLOWING requires ORDER BY"),
    ("sum(x) OVER (PARTITION BY y GROUPS 1 PRECEDING)", "Window frame of type GROUPS PRECEDING or FOLLOWING requires ORDER BY"),
    ("count(*) OVER (ORDER BY -2147483647 - y / 5 RANGE 1 PRECEDING)", "out of range for integer: -2147483648"),
    ("count(*) OVER (ORDER BY 2147483642 + y RANGE BETWEEN CURRENT ROW AND 1 FOLLOWING)", "integer: 2147483647"),
    ("max(1) OVER (ORDER BY 2147483642 + y DESC RANGE BETWEEN 1 PRECEDING AND 9 FOLLOWING)", "integer: 2147483647"),
    ("max(1) OVER (ORDER BY -2147483648 + y DESC RANGE BETWEEN 1 FOLLOWING AND 2 FOLLOWING)", "integer: -2147483647"),
    ("count(*) OVER (ORDER BY 9223372036854775802 + y RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING)", "bigint: 9223372036854775807"),
    ("sum(x) OVER (ORDER BY x, y RANGE 1 PRECEDING)", "requires single sort item in ORDER BY (actual: 2)"),
    ("sum(x) OVER (ORDER BY 'a' RANGE 1 PRECEDING)", "a RANGE frame over varchar with this distance: not supported"),
    ("sum(x) OVER (ORDER BY x RANGE 1.5 PRECEDING)", "a RANGE frame over integer with this distance: not supported"),
    ("sum(x) OVER (ORDER BY 1E0 * x RANGE 0.1 PRECEDING)", "a RANGE frame of PRECEDING over double: not supported"),
    ("sum(x) OVER (ORDER BY 1E0 * x RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)", "PRECEDING over double: not supported"),
    ("sum(x) OVER (ORDER BY 1E0 * x RANGE 1E400 PRECEDING)", "a RANGE frame over double with this distance: not supported"),
    ("sum(x) OVER (ORDER BY DATE '2026-01-01' RANGE INTERVAL '1' HOUR PRECEDING)", "Cannot add hour, minutes or seconds to a date"),
    ("sum(x) OVER (ORDER BY DATE '2026-01-01' RANGE INTERVAL '1' MONTH PRECEDING)", "a window frame of months or years: not supported"),
    ("sum(x) OVER (ORDER BY DATE '2026-01-01' RANGE 1 PRECEDING)", "a RANGE frame over date with this distance: not supported"),
    ("sum(x) OVER (ORDER BY y ROWS 1 PRECEDING EXCLUDE TIES)", "EXCLUDE in a window frame: not supported"),
    ("sum(x) OVER (ORDER BY y ROWS BETWEEN 1 PRECEDING AND 1)", "syntax error"),
    ("sum(x) OVER (ORDER BY y ROWS 1)", "syntax error"),
    ("sum(x) OVER (ORDER BY y ROWS BETWEEN UNBOUNDED AND CURRENT ROW)", "syntax error"),
    ("sum(x) OVER w", "line 1:8: Cannot resolve WINDOW name w"),
    ("sum(x) OVER (w ORDER BY y)", "line 1:8: Cannot resolve WINDOW name w"),
    ("sum(z) OVER ()", "Column 'z' cannot be resolved"),
    ("sum(x) OVER (ORDER BY z)", "Column 'z' cannot be resolved"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "message"), ERRORS)
def test_a_window_function_is_an_error_as_in_trino(
    world: World, function: str, message: str
) -> None:
    with pytest.raises(QueryError) as caught:
        world.texts(f"SELECT {function}{TIES}")
    assert message in str(caught.value)


@in_python
@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("lead(x, -1) IGNORE NULLS OVER (ORDER BY y)", "Offset must be at least 0"),
        ("nth_value(x, y) IGNORE NULLS OVER (ORDER BY y)", "takes a number for n"),
        ("nth_value(x, 0) IGNORE NULLS OVER (ORDER BY y)", "takes a number for n"),
        ("max(x, 0) OVER (ORDER BY y)", "second argument of max_n/min_n must be positive"),
        ("sum(infinity() * x) OVER (ORDER BY y ROWS CURRENT ROW)", "NaN"),
    ],
)
def test_a_window_function_of_our_own_is_an_error_as_in_trino(
    world: World, function: str, message: str
) -> None:
    with pytest.raises(QueryError) as caught:
        world.texts(f"SELECT {function} FROM (VALUES (0, 1)) AS t(x, y)")
    assert message in str(caught.value)


QUERIES: list[tuple[str, list[tuple[str | None, ...]]]] = [
    (
        "SELECT user, rank() OVER w, count(*) OVER (PARTITION BY user) FROM exec WINDOW w AS (ORDER BY user) ORDER BY command",
        [("alice", "1", "3"), ("bob", "4", "1"), ("alice", "1", "3"), ("carol", "5", "1"), ("alice", "1", "3")],
    ),
    (
        "SELECT count(*) OVER v, count(*) OVER u FROM exec WINDOW w AS (PARTITION BY user), v AS (w ORDER BY command), u AS (v ROWS CURRENT ROW) ORDER BY command",
        [("1", "1"), ("1", "1"), ("2", "1"), ("1", "1"), ("3", "1")],
    ),
    (
        "SELECT user, count(*), sum(count(*)) OVER (ORDER BY user), rank() OVER (ORDER BY count(*) DESC) FROM exec GROUP BY user ORDER BY user",
        [("alice", "3", "3", "1"), ("bob", "1", "4", "2"), ("carol", "1", "5", "2")],
    ),
    (
        "SELECT user FROM exec GROUP BY user ORDER BY row_number() OVER (ORDER BY count(*) DESC, user DESC)",
        [("alice",), ("carol",), ("bob",)],
    ),
    (
        "SELECT command FROM exec ORDER BY row_number() OVER (PARTITION BY user ORDER BY command), user",
        [("0",), ("1",), ("3",), ("2",), ("4",)],
    ),
    (
        "SELECT * FROM (SELECT user, command, row_number() OVER (PARTITION BY user ORDER BY command DESC) AS r FROM exec) WHERE r = 1 ORDER BY user",
        [("alice", "4", "1"), ("bob", "1", "1"), ("carol", "3", "1")],
    ),
    ("SELECT DISTINCT count(*) OVER (PARTITION BY user) FROM exec ORDER BY 1", [("1",), ("3",)]),
    ("SELECT row_number() OVER (ORDER BY user) AS n FROM exec ORDER BY n DESC LIMIT 2", [("5",), ("4",)]),
    ("SELECT max(command) || CAST(rank() OVER () AS varchar) FROM exec", [("41",)]),
    ("SELECT count(*) OVER () FROM exec WHERE user = 'nobody'", []),
    (
        "SELECT user, (SELECT sum(length(e.user) + x) OVER () FROM (VALUES 1) AS v(x)) FROM exec e WHERE user <> 'alice' ORDER BY 1",
        [("bob", "4"), ("carol", "6")],
    ),
    (
        "SELECT x, count(*) OVER (PARTITION BY x) FROM (VALUES from_iso8601_timestamp('2026-01-01T00:00:00+02:00'), from_iso8601_timestamp('2025-12-31T22:00:00Z')) AS t(x) ORDER BY CAST(x AS varchar)",
        [("2025-12-31 22:00:00.000 UTC", "2"), ("2026-01-01 00:00:00.000 +02:00", "2")],
    ),
    (
        "SELECT event_date, count(*) OVER (ORDER BY event_time RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND INTERVAL '1' DAY FOLLOWING) FROM exec ORDER BY 1 LIMIT 2",
        [("2026-11-10", "2"), ("2026-11-11", "3")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), QUERIES)
def test_a_query_with_windows(
    world: World, query: str, expected: list[tuple[str | None, ...]]
) -> None:
    assert world.texts(query) == expected


REFUSED: list[tuple[str, str]] = [
    (
        "SELECT 1 FROM exec WHERE row_number() OVER () = 1",
        "line 1:26: WHERE clause cannot contain aggregations, window functions or grouping operations: [row_number]",
    ),
    ("SELECT 1 FROM exec GROUP BY rank() OVER ()", "GROUP BY clause cannot contain aggregations, window functions"),
    ("SELECT rank() OVER () FROM exec GROUP BY 1", "GROUP BY clause cannot contain aggregations, window functions"),
    ("SELECT user FROM exec GROUP BY user HAVING rank() OVER () = 1", "HAVING clause cannot contain window functions"),
    ("SELECT user, rank() OVER (ORDER BY command) FROM exec GROUP BY user", "'command' must be an aggregate expression"),
    ("SELECT user, sum(length(command)) OVER () FROM exec GROUP BY user", "'command' must be an aggregate expression"),
    ("SELECT rank() OVER w FROM exec WINDOW w AS (ORDER BY user), W AS ()", "WINDOW W specified twice"),
    ("SELECT rank() OVER w FROM exec WINDOW w AS (v), v AS (ORDER BY user)", "Cannot resolve WINDOW name v"),
    (
        "SELECT rank() OVER (w PARTITION BY user) FROM exec WINDOW w AS ()",
        "WINDOW specification with named WINDOW reference cannot specify PARTITION BY",
    ),
    (
        "SELECT rank() OVER (w ORDER BY user) FROM exec WINDOW w AS (ORDER BY user)",
        "Cannot specify ORDER BY if referenced named WINDOW specifies ORDER BY",
    ),
    (
        "SELECT rank() OVER (w ORDER BY user) FROM exec WINDOW w AS (ROWS 1 PRECEDING)",
        "Cannot reference named WINDOW containing frame specification",
    ),
    ("SELECT 1 FROM exec WINDOW w AS (ORDER BY nothing)", "Column 'nothing' cannot be resolved"),
    ("SELECT (SELECT rank() OVER w FROM exec LIMIT 1) FROM exec WINDOW w AS ()", "Cannot resolve WINDOW name w"),
    ("SELECT rank() OVER () AS r FROM exec ORDER BY sum(r) OVER ()", "Cannot nest window functions"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "message"), REFUSED)
def test_a_window_is_refused_where_it_cannot_stand(world: World, query: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.texts(query)
    assert message in str(caught.value)


def test_without_pythons_window_functions_theirs_are_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_functions, "HAS_WINDOWS", False)
    for function in (
        "array_agg(x) OVER ()",
        "lag(x) IGNORE NULLS OVER (ORDER BY y)",
        "avg(x) OVER ()",
        "sum(CAST(x AS double)) OVER (ORDER BY y ROWS 1 PRECEDING)",
    ):
        with pytest.raises(QueryError, match="needs Python 3"):
            world.texts(f"SELECT {function}{TIES}")
    assert world.texts(f"SELECT sum(x) OVER (){TIES} LIMIT 1") == [("80",)]


@in_python
@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.floats(-1e9, 1e9) | st.just(1e300), min_size=1, max_size=8),
    st.integers(0, 3),
    st.integers(0, 3),
)
def test_sliding_sums_take_numbers_away_only_while_that_is_less_work(
    world: World, numbers: list[float], before: int, after: int
) -> None:
    values = ", ".join(
        f"({index}, CAST('{number!r}' AS double))" for index, number in enumerate(numbers)
    )
    found = world.rows(
        f"SELECT sum(x) OVER (ORDER BY id ROWS BETWEEN {before} PRECEDING AND {after} FOLLOWING) "
        f"FROM (VALUES {values}) AS t(id, x) ORDER BY id"
    )
    assert [value for (value,) in found] == _sliding(numbers, before, after)


def _sliding(numbers: list[float], before: int, after: int) -> list[float]:
    """The sums as Trino's ``AggregationWindowFunction`` comes to them."""
    result, total, last = [], 0.0, (-1, -1)
    for index in range(len(numbers)):
        start, end = max(0, index - before), min(len(numbers) - 1, index + after)
        kept = set(range(start, end + 1)) & (
            set() if last[0] < 0 else set(range(last[0], last[1] + 1))
        )
        dropped = [] if last[0] < 0 else [i for i in range(last[0], last[1] + 1) if i not in kept]
        if last[0] >= 0 and (len(kept) > len(dropped) or start == last[0]):
            for place in dropped:
                total -= numbers[place]
            for place in (i for i in range(start, end + 1) if i not in kept):
                total += numbers[place]
        else:
            total = 0.0
            for place in range(start, end + 1):
                total += numbers[place]
        last = start, end
        result.append(total)
    return result
