"""Rows: making them, comparing them, their fields, and what a name with dots means."""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

import time

import pytest
from sql_world import World

from datasette_access_monitoring.errors import QueryError

NAMED = "CAST(ROW('a', 1) AS ROW(x varchar, y integer))"

# expression, value as text (None is NULL)
# fmt: off
VALUES: list[tuple[str, str | None]] = [
    ("ROW(1, 'a')", "{field0=1, field1=a}"),
    ("(1, 'a')", "{field0=1, field1=a}"),
    ("ROW(NULL)", "{field0=null}"),
    ("ROW(1, ROW(2E0, ARRAY[3]))", "{field0=1, field1={field0=2.0, field1=[3]}}"),
    ("(1)", "1"),
    (NAMED, "{x=a, y=1}"),
    (f"{NAMED}.x", "a"),
    (f"{NAMED}.Y", "1"),
    (f'{NAMED}."X"', "a"),
    (f"({NAMED}).y", "1"),
    (f"{NAMED}[2]", "1"),
    ("ROW(1, 'a')[2]", "a"),
    ("(1, 'a')[1]", "1"),
    ("ROW(1E0)[1]", "1.0"),
    ("ROW(1.50)[1]", "1.50"),
    ("ROW(true)[1]", "true"),
    ("ROW(TIMESTAMP '2026-01-31 10:00:00.000 UTC')[1]", "2026-01-31 10:00:00.000 UTC"),
    ("CAST(NULL AS ROW(x varchar)).x", None),
    ("CAST(ROW(CAST(ROW(1) AS ROW(b integer))) AS ROW(a ROW(b integer))).a.b", "1"),
    ("ARRAY[ROW(1, 2), (3, 4)][2][1]", "3"),
    (f"ARRAY[{NAMED}][1].y", "1"),
    (f"map(ARRAY['k'], ARRAY[{NAMED}])['k'].x", "a"),
    ("(1, 2) = (1, 2)", "true"),
    ("(1, 2) = (1, 3)", "false"),
    ("(1, NULL) = (1, 2)", None),
    ("(1, NULL) = (2, 2)", "false"),
    ("(1, NULL) <> (2, 2)", "true"),
    ("NOT ((1, NULL) = (1, 2))", None),
    ("(1, 2E0) = (1E0, 2)", "true"),
    ("(1, 2) < (1, 3)", "true"),
    ("(2, 0) < (1, 9)", "false"),
    ("(1, 'b') >= (1, 'a')", "true"),
    ("(1, NULL) < (2, 0)", "true"),
    ("(1, 2) BETWEEN (1, 1) AND (1, 3)", "true"),
    ("ROW(NULL, NULL) IS NULL", "false"),
    ("CAST(NULL AS ROW(x integer)) IS NULL", "true"),
    ("(1, NULL) IS NOT DISTINCT FROM (1, NULL)", "true"),
    ("(1, 2) IN ((1, 2), (3, 4))", "true"),
    ("(1, 3) IN ((1, 2), (3, 4))", "false"),
    ("(1, NULL) IN ((1, 2), (3, 4))", None),
    ("(1, 3) NOT IN ((1, NULL), (3, 4))", None),
    ("(1, 3) NOT IN ((1, 2), (3, 4))", "true"),
    ("CAST(ROW(1, NULL) AS ROW(a varchar, b double))", "{a=1, b=null}"),
    ("CAST(ARRAY[ROW(1, '2')] AS array(row(a double, b integer)))", "[{a=1.0, b=2}]"),
    ("TRY_CAST(ROW('x') AS ROW(a integer))", None),
    ("typeof(ROW(1, 2E0))", "row(integer, double)"),
]
# fmt: on

# expression, what its error says
# fmt: off
ERRORS: list[tuple[str, str]] = [
    (f"{NAMED}.z", "Column 'z' cannot be resolved"),
    ("ROW(1).x", "Column 'x' cannot be resolved"),
    ("CAST(ROW(1, 2) AS ROW(x integer, x integer)).x", "Ambiguous row field reference: x"),
    ("(1 + 1).x", "Expression is not of type ROW: integer"),
    ("ROW(1)[2]", "Subscript index out of bounds: 2, max value is 1"),
    ("ROW(1)[0]", "Invalid subscript index: 0. ROW indices start at 1"),
    ("ROW(1)[1 + 0]", "Subscript expression on ROW requires a constant index"),
    ("ROW(1)['a']", "Subscript expression on ROW requires a constant index"),
    ("(1, NULL) < (1, 3)", "ROW comparison not supported for rows with null elements"),
    ("(1, 2) = (1, 2, 3)", "Cannot apply operator: row(integer, integer) = row(integer, integer, integer)"),
    ("(1, 'a') = ('a', 1)", "Cannot apply operator"),
    ("(1, 2) IN ((1, 2), 3)", "IN value and list items must be the same type"),
    ("CAST(ROW(1, 2) AS ROW(varchar))", "Cannot cast row(integer, integer) to row(varchar)"),
    ("CAST(ROW(1) AS varchar)", "Cannot cast row(integer) to varchar"),
    ("a.b.c.d.e", "a name of more than four parts"),
]
# fmt: on


@pytest.fixture(scope="module")
def world() -> World:
    world = World(":memory:")
    world.add("exec", "2026-11-20T10:00:00.000Z", user="alice", login="root")
    world.add("exec", "2026-11-20T11:00:00.000Z", user="bob", login="ubuntu")
    return world


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_an_expression_over_rows_has_its_value_in_trino(
    world: World, expression: str, value: str | None
) -> None:
    assert world.value(expression) == value


@pytest.mark.parametrize(("expression", "message"), ERRORS)
def test_an_expression_over_rows_fails_as_in_trino(
    world: World, expression: str, message: str
) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert message in str(caught.value)


ROWS = "(SELECT CAST(ROW(user, login) AS ROW(a varchar, user varchar)) AS r, user FROM exec)"


@pytest.mark.parametrize(
    ("select", "values"),
    [
        (f"r.a FROM {ROWS}", ["alice", "bob"]),
        (f"t.r.a FROM {ROWS} t", ["alice", "bob"]),
        (f"(r).a FROM {ROWS}", ["alice", "bob"]),
        (f"(t.r).a FROM {ROWS} t", ["alice", "bob"]),
        # a table's column comes before a field of a column of the same name
        (f"r.user FROM {ROWS} AS r", ["alice", "bob"]),
        (f"r.r.user FROM {ROWS} AS r", ["root", "ubuntu"]),
        (f"r.a FROM {ROWS} AS r", ["alice", "bob"]),
        # the innermost level that knows the first name decides
        (f"(SELECT max(r.a) FROM (SELECT CAST(ROW('x') AS ROW(a varchar)) AS r)) FROM {ROWS} r",
         ["x", "x"]),
        ("main.exec.user FROM exec", ["alice", "bob"]),
    ],
)  # fmt: skip
def test_a_name_with_dots_is_a_column_or_a_field(
    world: World, select: str, values: list[str]
) -> None:
    assert sorted(row[0] or "" for row in world.texts(f"SELECT {select}")) == values


@pytest.mark.parametrize(
    "select",
    [
        f"r.nothing FROM {ROWS}",
        f"t.r.nothing FROM {ROWS} t",
        f"user.a FROM {ROWS}",
        "nowhere.exec.user FROM exec",
        "nowhere.exec.* FROM exec",
    ],
)
def test_a_name_with_dots_that_means_nothing_is_an_error(world: World, select: str) -> None:
    with pytest.raises(QueryError):
        world.texts(f"SELECT {select}")


def test_rows_are_grouped_ordered_and_found(world: World) -> None:
    assert world.texts("SELECT user FROM exec ORDER BY ROW(login, user) DESC") == [
        ("bob",),
        ("alice",),
    ]
    assert world.texts("SELECT user FROM exec WHERE (user, login) IN (('bob', 'ubuntu'))") == [
        ("bob",)
    ]
    counted = f"SELECT r.a, count(*) FROM {ROWS} GROUP BY r.a ORDER BY 1"
    assert world.texts(counted) == [("alice", "1"), ("bob", "1")]
    assert len(world.texts(f"SELECT DISTINCT r FROM {ROWS}")) == 2


def test_a_field_of_a_row_gives_its_name_to_the_column(world: World) -> None:
    result = world.run(f"SELECT r.a, t.r.a, (r).a, r[1] FROM {ROWS} t")
    assert [column.name for column in result.columns] == ["a", "a", "a", "_col3"]


@pytest.mark.parametrize("opening", ["ARRAY[", "ROW(", "ARRAY[ROW("])
def test_arrays_and_rows_nest_as_deep_as_the_parser_reads_in_time(
    world: World, opening: str
) -> None:
    closing = {"ARRAY[": "]", "ROW(": ")", "ARRAY[ROW(": ")]"}[opening]
    assert world.value(f"cardinality(ARRAY[{opening * 3}1{closing * 3}])") == "1"
    start = time.monotonic()
    with pytest.raises(QueryError) as caught:
        world.value(opening * 40 + "1" + closing * 40)
    assert "nested too deeply" in str(caught.value)
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("step", ["ARRAY[x]", "ROW(x, x)", "map(ARRAY[x], ARRAY[x])"])
def test_a_type_that_grows_through_queries_has_a_limit(world: World, step: str) -> None:
    steps = "".join(f", q{i} AS (SELECT {step} AS x FROM q{i - 1})" for i in range(1, 60))
    with pytest.raises(QueryError) as caught:
        world.texts(f"WITH q0 AS (SELECT 1 AS x){steps} SELECT x FROM q59")
    assert "holds too many others" in str(caught.value)
