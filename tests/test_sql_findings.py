"""Faults that were found once, each with the query that showed it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.engine import Limits
from datasette_access_monitoring.errors import QueryError


@pytest.fixture(scope="module")
def world() -> World:
    world = World(":memory:")
    world.add("user_login", "2026-11-22T10:00:00Z", user="alice", success=1)
    world.add("user_login", "2026-11-22T10:00:01Z", user="bob", success=0)
    world.add("user_login", "2026-11-22T10:00:02Z", user="Bob")
    world.add("user_login", "2020-01-01T10:00:00Z", user="outside the window")
    return world


PLACES = st.sampled_from(["{0}", "{1}", "{*}", "{||}", "{}", "{{", "''", '"', "'", "--", "/*", "x"])


@given(st.lists(PLACES, max_size=6).map("".join))
def test_a_text_stays_a_text_whatever_it_holds(world: World, text: str) -> None:
    literal = "'" + text.replace("'", "''") + "'"
    query = (
        f"SELECT coalesce(NULL, {literal}), coalesce({literal}, {literal}), concat({literal}, 'a'),"
        f" replace('b', 'b', {literal}), CAST({literal} AS varchar), if(true, {literal}),"
        f" greatest({literal}, {literal}), nullif({literal}, 'z')"
    )
    assert world.rows(query) == [(text, text, text + "a", text, text, text, text, text)]


def test_no_text_opens_a_way_out_of_the_window(world: World) -> None:
    text = " ) || (SELECT count(*) FROM main._event_user_login) || coalesce(1 /*{||}"
    assert world.rows(f"SELECT coalesce('', '{text}') FROM user_login LIMIT 1", days=1) == [("",)]


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("CAST(user = 'bob' AS integer) + 1", [2, 1, 1]),
        ("CAST(user = 'bob' AS integer) * 10", [10, 0, 0]),
        ("1 = CAST(user = 'bob' AS integer)", [1, 0, 0]),
        ("CAST(user = 'bob' AS integer) > 0", [1, 0, 0]),
        ("CAST(user = 'bob' AS integer) BETWEEN 1 AND 1", [1, 0, 0]),
        ("CAST(user IS NULL AS bigint) - CAST(user IS NOT NULL AS bigint)", [-1, -1, -1]),
        ("CAST(user LIKE 'b%' AS integer) * 10", [10, 0, 0]),
        ("2 * CAST(7 / 2 AS bigint)", [6, 6, 6]),
        ("2 * greatest(7 / 2)", [6, 6, 6]),
    ],
)
def test_a_cast_keeps_what_it_casts_together(
    world: World, expression: str, values: list[int]
) -> None:
    rows = world.rows(f"SELECT {expression} FROM user_login ORDER BY user = 'bob' DESC")
    assert [row[0] for row in rows] == values


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("date_diff('hour', from_iso8601_timestamp('2026-11-22T12:00:00+02:00'),"
         " from_iso8601_timestamp('2026-11-22T10:00:00Z'))", "0"),
        ("date_diff('minute', from_iso8601_timestamp('2026-11-22T10:00:00Z'),"
         " from_iso8601_timestamp('2026-11-22T15:30:00+05:30'))", "0"),
        ("date_diff('hour', from_iso8601_timestamp('2026-11-22T12:00:00+02:00'), now())", "2"),
        ("TIMESTAMP '2026-01-01 10:00:00' + INTERVAL '0.5' SECOND", "2026-01-01 10:00:00.500"),
        ("TIMESTAMP '2026-01-01 10:00:00' - INTERVAL '0.5' SECOND", "2026-01-01 09:59:59.500"),
        ("59234.80025713133E0", "59234.80025713133"),
        ("sum(1.5E0)", "1.5"),
        ("sum(DISTINCT 1.5E0)", "1.5"),
        ("avg(1.5E0) FILTER (WHERE false)", None),
        ("avg(CAST(NULL AS double))", None),
        ("59234.80025713133E0 = CAST('59234.80025713133' AS double)", "true"),
    ],
)  # fmt: skip
def test_value(world: World, expression: str, text: str) -> None:
    assert world.texts(f"SELECT {expression}") == [(text,)]


def test_equal_moments_of_different_zones_are_equal_in_order_by(world: World) -> None:
    parts = " UNION ALL ".join(
        f"SELECT from_iso8601_timestamp('{moment}') AS x, '{name}' AS y"
        for moment, name in [
            ("2026-01-01T12:00:00+02:00", "b"),
            ("2026-01-01T10:00:00Z", "c"),
            ("2026-01-01T05:00:00-05:00", "a"),
        ]
    )
    for direction in ("", "DESC"):
        rows = world.rows(f"SELECT y FROM ({parts}) AS t ORDER BY x {direction}, y")
        assert rows == [("a",), ("b",), ("c",)]


def test_parentheses_are_no_part_of_a_name(world: World) -> None:
    names = [column.name for column in world.run("SELECT (user), ((uid)) FROM exec").columns]
    assert names == ["user", "uid"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT sum(d) FROM (SELECT 1E0 / 0E0 AS d UNION ALL SELECT -1E0 / 0E0) AS t", "NaN"),
        ("SELECT avg(d) FROM (SELECT 1E0 / 0E0 AS d UNION ALL SELECT -1E0 / 0E0) AS t", "NaN"),
        ("SELECT concat('a', + 'b')", "Unary '+' operator cannot by applied to varchar type"),
        ("SELECT user FROM exec LIMIT 1 UNION SELECT 'x'", "in parentheses"),
        ("SELECT user FROM exec ORDER BY user UNION ALL SELECT 'x' LIMIT 1", "in parentheses"),
        ("SELECT 1 = 1 = true", "in parentheses"),
        ("SELECT user IS NULL IS NULL FROM exec", "in parentheses"),
        ("SELECT user IN ('bob') = true FROM exec", "in parentheses"),
        ("SELECT user LIKE 'b%' = true FROM exec", "in parentheses"),
        ("SELECT * FROM (FROM exec)", "SELECT"),
        ("SELECT user FROM exec LIMIT 2 OFFSET 1", "OFFSET comes before LIMIT"),
        ("SELECT user FROM exec FETCH FIRST 0 ROWS ONLY", "must be positive"),
        (f"SELECT {'9' * 5000}", "too long"),
        (f"SELECT user FROM exec LIMIT {'9' * 5000}", "too long"),
        (f"SELECT CAST('{'9' * 5000}' AS integer)", "Cannot cast"),
        (f"SELECT from_iso8601_timestamp('{'9' * 5000}')", "Invalid format"),
        (f"SELECT 1 FROM {', '.join(f'exec a{n}' for n in range(4000))}", "more than 60 tables"),
    ],
    ids=lambda text: text[:60],
)  # fmt: skip
def test_refused(world: World, query: str, says: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.run(query)
    assert says in str(caught.value) and len(str(caught.value)) < 6_000


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (1 = 1) = true",
        "SELECT ei + 1, count(*) + 1, (ei) + 1, 1 + 1, '1' || '2' FROM exec GROUP BY ei",
        "SELECT date(event_time) + INTERVAL '1' DAY FROM exec",
        "SELECT (user IS NULL) IS NULL FROM exec",
        "SELECT NOT user = 'bob' FROM exec",
        "SELECT user FROM exec OFFSET 1 LIMIT 2",
        "(SELECT user FROM exec LIMIT 1) UNION SELECT 'x'",
        "SELECT user FROM exec WHERE user LIKE 'a!%' ESCAPE '!' AND user IS NOT NULL",
    ],
)
def test_not_refused(world: World, query: str) -> None:
    world.run(query)


def test_ctes_that_multiply_are_refused_before_they_cost_anything(world: World) -> None:
    ctes = ", ".join(f"a{n} AS (SELECT p.x FROM a{n - 1} p, a{n - 1} q)" for n in range(1, 40))
    started = time.monotonic()
    with pytest.raises(QueryError, match="subqueries"):
        world.run(f"WITH a0 AS (SELECT 1 AS x), {ctes} SELECT count(*) FROM a39")
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "query",
    [
        # One long search: refused by its size, since nothing can interrupt it.
        "SELECT count(*) FROM user_login WHERE replace(rpad, 'a', '{a}') LIKE '%{u}b%'",
        # Many long calls: the clock is looked at between them.
        "SELECT {lengths} FROM (SELECT replace(user || '{a}', 'a', '{b}') AS b FROM user_login)",
    ],
)
def test_functions_end_with_the_querys_time(world: World, query: str) -> None:
    text = query.format(
        a="a" * 1000,
        b="a" * 3000,
        u="_" * 100_000,
        lengths=", ".join(f"length(replace(b, 'a', 'c{n}'))" for n in range(40)),
    ).replace("rpad", f"'{'a' * 1000}'")
    started = time.monotonic()
    with pytest.raises(QueryError, match=r"too long|longer than"):
        world.run(text, limits=Limits(seconds=0.3))
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("x = 2 AND 1 / (x - 1) = 1", "false"),
        ("x = 1 OR 1 / (x - 1) = 1", "true"),
        ("NOT (x = 2 AND 1 / (x - 1) = 1)", "true"),
        ("cardinality(a) > 1 AND a[2] = 'b'", "false"),
        ("CAST(NULL AS boolean) AND x = 1", None),
        ("CAST(NULL AS boolean) AND 1 / x = 2", "false"),
        ("CAST(NULL AS boolean) OR 1 / x = 1", "true"),
    ],
)
def test_a_condition_as_a_value_stops_where_it_is_settled(condition: str, value: str) -> None:
    world = World(":memory:")
    query = f"SELECT {condition} FROM (SELECT CAST(1 AS bigint) AS x, ARRAY['a'] AS a)"
    assert world.texts(query) == [(value,)]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("user FROM user_login ORDER BY (false AND user = 'x'), user", ["Bob", "alice", "bob"]),
        ("user FROM user_login ORDER BY user = 'x' AND false, user", ["Bob", "alice", "bob"]),
        ("user FROM user_login ORDER BY user <> 'bob' AND true, user", ["bob", "Bob", "alice"]),
        ("count(*) FROM user_login GROUP BY (false AND user = 'x')", [3]),
        ("DISTINCT user = 'x' AND false FROM user_login ORDER BY user = 'x' AND false", [0]),
    ],
)
def test_a_condition_that_is_surely_false_is_no_column_number(
    world: World, query: str, rows: list[object]
) -> None:
    assert world.rows(f"SELECT {query}") == [(value,) for value in rows]
