"""Functions that take lambdas, with Trino's values; where lambdas can stand and what they see."""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.errors import QueryError

NULL_ARRAY = "CAST(NULL AS array(integer))"

# function, elements as written, what it gives for x -> x > 1
# fmt: off
MATCHES: list[tuple[str, str, str | None]] = [
    ("any_match", "ARRAY[1, 2]", "true"),
    ("any_match", "ARRAY[0, 1]", "false"),
    ("any_match", "ARRAY[1, NULL]", None),
    ("any_match", "ARRAY[2, NULL]", "true"),
    ("any_match", "ARRAY[]", "false"),
    ("any_match", NULL_ARRAY, None),
    ("all_match", "ARRAY[2, 3]", "true"),
    ("all_match", "ARRAY[1, 2]", "false"),
    ("all_match", "ARRAY[2, NULL]", None),
    ("all_match", "ARRAY[1, NULL]", "false"),
    ("all_match", "ARRAY[]", "true"),
    ("all_match", NULL_ARRAY, None),
    ("none_match", "ARRAY[0, 1]", "true"),
    ("none_match", "ARRAY[1, 2]", "false"),
    ("none_match", "ARRAY[1, NULL]", None),
    ("none_match", "ARRAY[2, NULL]", "false"),
    ("none_match", "ARRAY[]", "true"),
    ("none_match", NULL_ARRAY, None),
]
# fmt: on

# expression, value as text (None is NULL)
# fmt: off
VALUES: list[tuple[str, str | None]] = [
    ("filter(ARRAY[5, -6, NULL, 7], x -> x > 0)", "[5, 7]"),
    ("filter(ARRAY[5, NULL, 7, NULL], x -> x IS NOT NULL)", "[5, 7]"),
    ("filter(ARRAY[5, NULL], x -> x IS NULL)", "[null]"),
    ("filter(ARRAY[], x -> true)", "[]"),
    ("filter(ARRAY[1], x -> false)", "[]"),
    (f"filter({NULL_ARRAY}, x -> true)", None),
    ("filter(ARRAY[1E0, 2.5E0], x -> x > 2)", "[2.5]"),
    ("filter(ARRAY[1.50, 2], x -> x > 1.5)", "[2.00]"),
    ("filter(ARRAY[ARRAY[1], ARRAY[], NULL], x -> cardinality(x) = 0)", "[[]]"),
    ("transform(ARRAY[5, 6], x -> x + 1)", "[6, 7]"),
    ("transform(ARRAY[5, NULL, 6], x -> coalesce(x, 0) + 1)", "[6, 1, 7]"),
    ("transform(ARRAY['x', 'abc', 'z'], x -> x || '0')", "[x0, abc0, z0]"),
    ("transform(ARRAY[ARRAY[1, NULL, 2], ARRAY[3, NULL]], a -> filter(a, x -> x IS NOT NULL))", "[[1, 2], [3]]"),
    ("transform(ARRAY[], x -> 1)", "[]"),
    (f"transform({NULL_ARRAY}, x -> 1)", None),
    ("transform(ARRAY[1, 2], x -> NULL)", "[null, null]"),
    ("transform(ARRAY[1, 2], x -> x > 1)", "[false, true]"),
    ("transform(ARRAY[1, 2], x -> x / 2E0)", "[0.5, 1.0]"),
    ("transform(ARRAY[1, 2], x -> CAST(x AS decimal(3,1)))", "[1.0, 2.0]"),
    ("transform(ARRAY[1, 2], x -> (x, 'a'))", "[{field0=1, field1=a}, {field0=2, field1=a}]"),
    ("transform(ARRAY[1], x -> ARRAY[x, x])", "[[1, 1]]"),
    ("transform(ARRAY[TIMESTAMP '2026-01-01 00:00:00 UTC'], x -> x + INTERVAL '1' DAY)", "[2026-01-02 00:00:00.000 UTC]"),
    ("transform(ARRAY[DATE '2026-01-31'], x -> x + INTERVAL '1' MONTH)", "[2026-02-28]"),
    ("transform(ARRAY['é'], x -> upper(x))", "[É]"),
    ("transform(ARRAY[1, 2, 3], x -> x)[3]", "3"),
    ("transform(ARRAY[1, 2], x -> transform(ARRAY[10, 20], y -> x + y))", "[[11, 21], [12, 22]]"),
    ("transform(ARRAY[1, 2], x -> transform(ARRAY[10, 20], x -> x + 1))", "[[11, 21], [11, 21]]"),
    ("transform(transform(ARRAY[1, 2], x -> x * 2), x -> x + 1)", "[3, 5]"),
    ("transform(ARRAY[1], X -> x + x)", "[2]"),
    ('transform(ARRAY[1], "a b" -> "A B" + 1)', "[2]"),
    ("transform(ARRAY[1], (x) -> x + 1)", "[2]"),
    ("transform(ARRAY[1], date -> date + 1)", "[2]"),
    ("transform(ARRAY[CAST(ROW(1, 'a') AS ROW(n integer, t varchar))], r -> r.t)", "[a]"),
    ("transform(ARRAY[CAST(ROW(1, 'a') AS ROW(n integer, t varchar))], r -> R.N + 1)", "[2]"),
    ("transform(ARRAY[ROW(ROW(7))], r -> r[1][1])", "[7]"),
    ("transform(ARRAY['1', 'x'], x -> try_cast(x AS integer))", "[1, null]"),
    ("transform(ARRAY[1, 2], x -> CASE WHEN x = 1 THEN 'one' ELSE 'more' END)", "[one, more]"),
    ("zip_with(ARRAY[1, 3, 5], ARRAY['a', 'b', 'c'], (x, y) -> (y, x))", "[{field0=a, field1=1}, {field0=b, field1=3}, {field0=c, field1=5}]"),
    ("zip_with(ARRAY[1, 2], ARRAY[3, 4], (x, y) -> x + y)", "[4, 6]"),
    ("zip_with(ARRAY['a', 'b', 'c'], ARRAY['d', 'e', 'f'], (x, y) -> concat(x, y))", "[ad, be, cf]"),
    ("zip_with(ARRAY['a'], ARRAY['d', NULL, 'f'], (x, y) -> coalesce(x, y))", "[a, null, f]"),
    ("zip_with(ARRAY[1E0], ARRAY[2E0, 3E0], (x, y) -> y - coalesce(x, 0))", "[1.0, 3.0]"),
    ("zip_with(ARRAY[], ARRAY[], (x, y) -> 1)", "[]"),
    (f"zip_with({NULL_ARRAY}, ARRAY[1], (x, y) -> 1)", None),
    ("reduce(ARRAY[], 0, (s, x) -> s + 1, s -> s)", "0"),
    ("reduce(ARRAY[5, 20, 50], 0, (s, x) -> s + x, s -> s)", "75"),
    ("reduce(ARRAY[5, 20, NULL, 50], 0, (s, x) -> s + x, s -> s)", None),
    ("reduce(ARRAY[5, 20, NULL, 50], 0, (s, x) -> s + coalesce(x, 0), s -> s)", "75"),
    ("reduce(ARRAY[5, 20, NULL, 50], 0, (s, x) -> IF(x IS NULL, s, s + x), s -> s)", "75"),
    ("reduce(ARRAY[2147483647, 1], BIGINT '0', (s, x) -> s + x, s -> s)", "2147483648"),
    ("reduce(ARRAY[123456789012345, NULL, 54321], 0, (s, x) -> s + coalesce(x, 0), s -> s)", "123456789066666"),
    ("reduce(ARRAY[5, 6, 10, 20], ROW(0E0, 0), (s, x) -> ROW(x + s[1], s[2] + 1), s -> s[1] / s[2])", "10.25"),
    ("reduce(ARRAY[5, 6, 10, 20], CAST(ROW(0.0, 0) AS ROW(sum double, count integer)), (s, x) -> CAST(ROW(x + s.sum, s.count + 1) AS ROW(sum double, count integer)), s -> IF(s.count = 0, NULL, s.sum / s.count))", "10.25"),
    ("reduce(ARRAY['a', 'b'], '', (s, x) -> s || x, s -> length(s))", "2"),
    ("reduce(ARRAY[1], NULL, (s, x) -> coalesce(s, 0) + x, s -> s)", "1"),
    (f"reduce({NULL_ARRAY}, 0, (s, x) -> s + x, s -> s)", None),
    ("reduce(ARRAY[ARRAY[1, 2], ARRAY[3]], 0, (s, a) -> s + reduce(a, 0, (s, x) -> s + x, s -> s), s -> s)", "6"),
    ("array_sort(ARRAY[3, 2, 5, 1, 2], (x, y) -> IF(x < y, 1, IF(x = y, 0, -1)))", "[5, 3, 2, 2, 1]"),
    ("array_sort(ARRAY['bc', 'ab', 'dc'], (x, y) -> IF(x < y, 1, IF(x = y, 0, -1)))", "[dc, bc, ab]"),
    ("array_sort(ARRAY[3, 2, NULL, 5, NULL, 1, 2], (x, y) -> CASE WHEN x IS NULL THEN -1 WHEN y IS NULL THEN 1 WHEN x < y THEN 1 WHEN x = y THEN 0 ELSE -1 END)", "[null, null, 5, 3, 2, 2, 1]"),
    ("array_sort(ARRAY['a', 'abcd', 'abc'], (x, y) -> IF(length(x) < length(y), -1, IF(length(x) = length(y), 0, 1)))", "[a, abc, abcd]"),
    ("array_sort(ARRAY['bb', 'a', 'cc', 'd'], (x, y) -> IF(length(x) < length(y), -1, IF(length(x) = length(y), 0, 1)))", "[a, d, bb, cc]"),
    ("array_sort(ARRAY[1, 1], (x, y) -> 1)", "[1, 1]"),
    ("array_sort(ARRAY[1], (x, y) -> 5)", "[1]"),
    ("array_sort(ARRAY[], (x, y) -> 1)", "[]"),
    (f"array_sort({NULL_ARRAY}, (x, y) -> 1)", None),
    ("array_first(ARRAY[1, 2, 3], x -> x > 1)", "2"),
    ("array_first(ARRAY[1], x -> x > 1)", None),
    (f"array_first({NULL_ARRAY}, x -> true)", None),
    ("any_match(ARRAY[1E0], x -> x = 1)", "true"),
    ("any_match(ARRAY['x'], x -> x LIKE 'X')", "false"),
    ("any_match(map_entries(map(ARRAY['a'], ARRAY[1])), e -> e[1] = 'a')", "true"),
    ("any_match(ARRAY[1, 2], x -> any_match(ARRAY[2, 3], y -> x = y))", "true"),
]
# fmt: on

# expression, what its error says
# fmt: off
ERRORS: list[tuple[str, str]] = [
    ("filter(ARRAY[1], x -> x)", "Unexpected parameters (array(integer), function(integer, integer)) for function filter. Expected: filter(array(T), function(T, boolean))"),
    ("filter(ARRAY[1], x -> NULL)", "Unexpected parameters (array(integer), function(integer, unknown)) for function filter"),
    ("filter(1, x -> true)", "Unexpected parameters (integer, <function>) for function filter"),
    ("filter(NULL, x -> true)", "Unexpected parameters (unknown, <function>) for function filter"),
    ("filter(ARRAY[1])", "Unexpected parameters (array(integer)) for function filter"),
    ("cardinality(x -> x)", "Unexpected parameters (<function>) for function cardinality"),
    ("transform(x -> x, ARRAY[1])", "Unexpected parameters (<function>, array(integer)) for function transform"),
    ("transform(ARRAY[1], (x, y) -> x)", "Expected a lambda that takes 1 argument(s) but got 2"),
    ("zip_with(ARRAY[1], ARRAY[1], x -> x)", "Expected a lambda that takes 2 argument(s) but got 1"),
    ("zip_with(ARRAY[1], ARRAY[1], (x, X) -> x)", "Lambda expression has duplicate argument names"),
    ("transform(ARRAY[1], x -> y)", "Column 'y' cannot be resolved"),
    ("transform(ARRAY[1], x -> x.y)", "Column 'y' cannot be resolved"),
    ("transform(ARRAY[1], x -> x || 'a')", "Unexpected parameters (integer, varchar) for function concat"),
    ("transform(ARRAY[1], x -> (SELECT x))", "Lambda expression cannot contain subqueries"),
    ("transform(ARRAY[1], x -> x IN (SELECT 1))", "Lambda expression cannot contain subqueries"),
    ("transform(ARRAY[1], x -> EXISTS (SELECT 1))", "Lambda expression cannot contain subqueries"),
    ("transform(ARRAY[1], x -> sum(x))", "Lambda expression cannot contain aggregations, window functions or grouping operations: [sum]"),
    ("transform(ARRAY[1], x -> row_number() OVER ())", "Lambda expression cannot contain aggregations, window functions or grouping operations: [row_number]"),
    ("transform(ARRAY[1, 0], x -> 1 / x)", "Division by zero"),
    ("transform(ARRAY['x'], x -> CAST(x AS integer))", "Cannot cast 'x' to INT"),
    ("any_match(ARRAY['x'], x -> CAST(x AS integer) = 1)", "Cannot cast 'x' to INT"),
    ("reduce(ARRAY[1, 2], 0, (s, x) -> CAST(s AS varchar), s -> s)", "for function reduce"),
    ("reduce(ARRAY[1.5, 2.5], 0, (s, x) -> s + x, s -> s)", "the type of the state does not settle"),
    ("reduce(ARRAY[2147483647, 1], 0, (s, x) -> s + x, s -> s)", "integer overflow"),
    ("reduce(ARRAY[1], max(1), (s, x) -> s, s -> s)", "reduce from an aggregate: not supported"),
    ("filter(ARRAY[count(1) OVER ()], x -> true)", "filter of a window function: not supported"),
    ("array_sort(ARRAY[1, 2], (x, y) -> 5)", "Lambda comparator must return either -1, 0, or 1"),
    ("array_sort(ARRAY[1, 2], (x, y) -> NULL)", "for function array_sort"),
    ("array_sort(ARRAY[1, 2], (x, y) -> CAST(NULL AS integer))", "Lambda comparator must return either -1, 0, or 1"),
    ("array_sort(ARRAY[1, 2], (x, y) -> 1)", "Lambda comparator violates the comparator contract"),
    ("array_sort(ARRAY[1, 2, 3], (x, y) -> IF(x % 3 < y % 3, 1, -1) * IF(x + y = 5, -1, 1))", "Lambda comparator violates the comparator contract"),
    ("array_sort(ARRAY[1, 2], (x, y) -> BIGINT '1')", "function(integer, integer, bigint)"),
    ("x -> 1", "-> outside of the arguments of a function"),
    ("upper(x -> y -> 1)", "not supported"),
    ("transform(ARRAY[1], x -> x.a.b.c.d)", "a name of more than four parts"),
    ("transform(ARRAY[1], () -> 1)", "syntax error"),
]
# fmt: on


@pytest.fixture(scope="module")
def world() -> World:
    world = World(":memory:")
    world.add("exec", "2026-11-20T10:00:00.000Z", user="alice", login="root")
    world.add("exec", "2026-11-20T11:00:00.000Z", user="bob", login="root")
    world.add("exec", "2026-11-20T12:00:00.000Z", user="carol", login="ubuntu")
    world.add(
        "session_start", "2026-11-20T10:00:00.000Z", user="alice", initial_command=["ls", "alice"]
    )
    world.add("session_start", "2026-11-20T11:00:00.000Z", user="bob", initial_command=[])
    world.add("session_start", "2026-11-20T12:00:00.000Z", user="carol", initial_command=None)
    return world


@pytest.mark.parametrize(("function", "array", "value"), MATCHES)
def test_a_match_is_three_valued(
    world: World, function: str, array: str, value: str | None
) -> None:
    call = f"{function}({array}, x -> x > 1)"
    opposite = {"true": "false", "false": "true", None: None}[value]
    assert (world.value(call), world.value(f"NOT {call}")) == (value, opposite)


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_an_expression_with_a_lambda_has_its_value_in_trino(
    world: World, expression: str, value: str | None
) -> None:
    assert world.value(expression) == value


@pytest.mark.parametrize(("expression", "message"), ERRORS)
def test_an_expression_with_a_lambda_fails_as_in_trino(
    world: World, expression: str, message: str
) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert message in str(caught.value)


def column(world: World, sql: str) -> list[str | None]:
    return [row[0] for row in world.texts(sql)]


def test_a_lambda_sees_the_columns_around_it_behind_its_parameters(world: World) -> None:
    found = "SELECT user FROM session_start WHERE any_match(initial_command, c -> c = user)"
    assert column(world, found) == ["alice"]
    hidden = "SELECT any_match(initial_command, user -> user = 'ls') FROM session_start"
    assert column(world, hidden) == ["true", "false", None]
    qualified = (
        "SELECT transform(initial_command, user -> user || s.user) FROM session_start s "
        "ORDER BY s.user LIMIT 1"
    )
    assert column(world, qualified) == ["[lsalice, alicealice]"]


def test_a_parameter_hides_an_output_column_in_order_by(world: World) -> None:
    sql = "SELECT user AS x FROM exec ORDER BY any_match(ARRAY['bob'], x -> x = user) DESC, 1"
    assert column(world, sql) == ["bob", "alice", "carol"]


def test_lambdas_over_aggregates(world: World) -> None:
    sql = (
        "SELECT login, transform(array_agg(user ORDER BY user), u -> u || '@' || login) "
        "FROM exec GROUP BY login ORDER BY login"
    )
    assert world.texts(sql) == [("root", "[alice@root, bob@root]"), ("ubuntu", "[carol@ubuntu]")]
    having = (
        "SELECT login FROM exec GROUP BY login HAVING any_match(array_agg(user), u -> u = 'bob')"
    )
    assert column(world, having) == ["root"]
    reduced = "SELECT reduce(array_agg(user ORDER BY user), '', (s, x) -> s || x || login, s -> s) FROM exec GROUP BY login"
    assert sorted(map(str, column(world, reduced))) == ["alicerootbobroot", "carolubuntu"]
    counted = "SELECT cardinality(filter(array_agg(user), u -> u > 'a')) FROM exec WHERE false"
    assert column(world, counted) == [None]
    inside = (
        "SELECT sum(reduce(initial_command, 0, (s, c) -> s + length(c), s -> s)) FROM session_start"
    )
    assert column(world, inside) == ["7"]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT transform(array_agg(1), u -> u) FROM exec",
        "SELECT transform(ARRAY[count(*)], n -> n) FROM exec",
        "SELECT count(*) AS c FROM exec ORDER BY transform(ARRAY[1], x -> c)",
    ],
)
def test_aggregates_that_sqlite_would_take_for_the_subquerys_are_refused(
    world: World, sql: str
) -> None:
    with pytest.raises(QueryError) as caught:
        world.texts(sql)
    assert "aggregate" in str(caught.value)


def test_a_lambda_must_not_read_ungrouped_columns(world: World) -> None:
    with pytest.raises(QueryError) as caught:
        world.texts("SELECT transform(array_agg(user), u -> u || login) FROM exec")
    assert "'login' must be an aggregate expression" in str(caught.value)
    grouped = (
        "SELECT transform(ARRAY[1], n -> login), count(*) FROM exec "
        "GROUP BY transform(ARRAY[1], m -> login) ORDER BY 2 DESC"
    )
    assert world.texts(grouped) == [("[root]", "2"), ("[ubuntu]", "1")]


def test_lambdas_nest_to_a_depth_and_not_further(world: World) -> None:
    def nested(depth: int) -> str:
        text = "0"
        for level in range(depth):
            text = f"reduce(ARRAY[1], 0, (s, x{level}) -> s + x{level} + {text}, s -> s)"
        return text

    assert world.value(nested(4)) == "4"
    with pytest.raises(QueryError) as caught:
        world.value(nested(5))
    assert "nested too deeply" in str(caught.value)


def test_a_call_of_a_lambda_is_bounded(world: World) -> None:
    with pytest.raises(QueryError) as caught:
        world.value("array_sort(sequence(1, 3000), (x, y) -> 0)")
    assert "not supported for more than 2,000 elements" in str(caught.value)
    with pytest.raises(QueryError) as caught:
        world.value("transform(sequence(1, 10000), x -> array_join(repeat('a', 9999), ''))")
    assert "is too long" in str(caught.value)


ITEMS = st.lists(st.none() | st.integers(-3, 3), max_size=5)


def written(items: list[int | None]) -> str:
    listed = ", ".join("NULL" if item is None else str(item) for item in items)
    return f"CAST(ARRAY[{listed}] AS array(integer))"


def shown(items: list[int | None]) -> str:
    return f"[{', '.join('null' if item is None else str(item) for item in items)}]"


@given(items=ITEMS)
def test_filter_transform_and_sort_are_what_they_are_in_python(
    world: World, items: list[int | None]
) -> None:
    array = written(items)
    doubled = [None if item is None else item * 2 for item in items]
    kept = [item for item in items if item is not None and item > 0]
    numbers = [item for item in items if item is not None]
    compare = "(x, y) -> IF(x < y, 1, IF(x = y, 0, -1))"
    assert world.value(f"transform({array}, x -> x * 2)") == shown(doubled)
    assert world.value(f"filter({array}, x -> x > 0)") == shown(kept)
    assert world.value(f"array_sort({written(numbers)}, {compare})") == shown(
        sorted(numbers, reverse=True)
    )
