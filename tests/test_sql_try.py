"""TRY and typeof."""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_world import RELATIONS, World

from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql import udf
from datasette_access_monitoring.sql.translate import translate

# expression, value as text (None is NULL)
VALUES: list[tuple[str, str | None]] = [
    ("TRY(1 / 0)", None),
    ("TRY(1 / 1)", "1"),
    ("TRY(NULL)", None),
    ("TRY('trino_divide(' || 'SELECT')", "trino_divide(SELECT"),
    ("TRY(CAST('x' AS integer))", None),
    ("TRY(CAST('12' AS integer))", "12"),
    ("TRY(TRY_CAST('x' AS integer))", None),
    ("TRY(coalesce(TRY_CAST('x' AS integer), 5))", "5"),
    ("TRY(2147483647 + 1)", None),
    ("TRY(9223372036854775807 + 1)", None),
    ("TRY(ARRAY['a'][2])", None),
    ("TRY(json_extract('{}', '$' || '.*'))", None),
    ("TRY(date_add('year', 1, CAST('x' AS date)))", None),
    # the whole expression is NULL, not the part that fails
    ("TRY(coalesce(1 / 0, 5))", None),
    ("TRY((1 / 0) IS NULL)", None),
    ("TRY(CASE WHEN 1 / 0 IS NULL THEN 'a' ELSE 'b' END)", None),
    ("TRY(concat('a', CAST(1 / 0 AS varchar)))", None),
    ("coalesce(TRY(1 / 0), 7)", "7"),
    ("TRY(1 / 0) IS NULL", "true"),
    ("concat(CAST(TRY(4 / 2) AS varchar), coalesce(CAST(TRY(1 / 0) AS varchar), '-'), CAST(TRY(6 / 2) AS varchar))", "2-3"),
    # what is not reached cannot fail
    ("TRY(CASE WHEN true THEN 1 ELSE 1 / 0 END)", "1"),
    ("TRY(coalesce(5, 1 / 0))", "5"),
    ("TRY(if(false, 1 / 0, 3))", "3"),
    ("TRY(false AND 1 / 0 = 1)", "false"),
    ("TRY(true OR 1 / 0 = 1)", "true"),
    ("TRY(NULL AND 1 / 0 = 1)", None),
    ("TRY(true AND NULL)", None),
    ("TRY(false OR NULL)", None),
    ("TRY(NULL AND false)", "false"),
    ("TRY(NULL OR true)", "true"),
    ("TRY(true AND true AND 1 / 1 = 1)", "true"),
    ("TRY(NOT (false AND 1 / 0 = 1))", "true"),
    ("TRY(coalesce(false AND 1 / 0 = 1, true))", "false"),
    ("TRY(coalesce(NULL AND 1 / 0 = 1, true))", None),
    ("TRY(5 BETWEEN 6 AND 1 / 0)", "false"),
    ("TRY(5 BETWEEN 4 AND 1 / 0)", None),
    ("TRY(5 NOT BETWEEN 4 AND 12 / 2)", "false"),
    ("TRY(1 IN (1, 1 / 0))", "true"),
    ("TRY(1 IN (2, 1 / 0))", None),
    ("TRY(1 NOT IN (2, 1 / 1))", "false"),
    ("TRY(1 IN (2, 3))", "false"),
    # nor what stands right of a NULL
    ("TRY(coalesce(nullif(1, 1) + 1 / 0, 5))", "5"),
    ("TRY(coalesce(1 + 1 / 0, 5))", None),
    ("TRY((nullif(1, 1) = 1 / 0) IS NULL)", "true"),
    ("TRY(coalesce(CAST(NULL AS varchar) || CAST(1 / 0 AS varchar), 'x'))", "x"),
    ("typeof(TRY(1))", "integer"),
    # types
    ("typeof(1)", "integer"),
    ("typeof(2147483648)", "bigint"),
    ("typeof(1E0)", "double"),
    ("typeof(true)", "boolean"),
    ("typeof(NULL)", "unknown"),
    ("typeof('abc')", "varchar(3)"),
    ("typeof('')", "varchar(0)"),
    ("typeof('a' || 'b')", "varchar"),
    ("typeof(concat('a', 'b'))", "varchar"),
    ("typeof(CAST('a' AS varchar))", "varchar"),
    ("typeof(CAST(ARRAY['a'] AS array(varchar)))", "array(varchar)"),
    ("typeof(ARRAY[1])", "array(integer)"),
    ("typeof(JSON '1')", "json"),
    ("typeof(DATE '2026-11-22')", "date"),
    ("typeof(TIMESTAMP '2026-11-22 10:00:00')", "timestamp(0)"),
    ("typeof(TIMESTAMP '2026-11-22 10:00:00.123')", "timestamp(3)"),
    ("typeof(now())", "timestamp(3) with time zone"),
    ("typeof(INTERVAL '1' DAY)", "interval day to second"),
    ("typeof(INTERVAL '1' YEAR)", "interval year to month"),
    ("typeof(IPADDRESS '10.0.0.1')", "ipaddress"),
    ("typeof(count(*))", "bigint"),
]  # fmt: skip

# expression, what the message says
ERRORS: list[tuple[str, str]] = [
    ("TRY(TRY(1))", "line 1:8: TRY inside of TRY: not supported yet"),
    ("TRY((SELECT 1))", "line 1:8: a subquery or a lambda inside of TRY: not supported yet"),
    ("TRY(1 IN (SELECT 1))", "a subquery or a lambda inside of TRY: not supported yet"),
    ("TRY(1, 2)", "TRY takes one expression"),
    ("TRY()", "TRY takes one expression"),
    ("TRY(user)", "Column 'user' cannot be resolved"),
    ("TRY('a' + 1)", "Cannot apply operator: varchar + integer"),
    # what Trino could do and we cannot is an error all the same
    ("TRY(0E0 / 0E0)", "NaN"),
    ("TRY(CAST('2026-11-22 10:00:00 Mars/Phobos' AS timestamp with time zone)) || 1 / 0", ""),
    ("coalesce(TRY(1 / 0), 1 / 0)", "Division by zero"),
    ("TRY(sum(1 / 0))", "Division by zero"),
    ("typeof(1 / 0)", "Division by zero"),
    ("typeof(lower('a'))", "typeof of a text that may have a length in its type: not supported"),
    ("typeof(ARRAY['a'])", "typeof of a text that may have a length in its type"),
    ("typeof(CAST('a' AS varchar(1)))", "typeof of a text that may have a length in its type"),
    ("typeof(CASE WHEN true THEN 'a' END)", "typeof of a text that may have a length in its type"),
    ("typeof()", "typeof takes one expression"),
    ("typeof(1, 2)", "typeof takes one expression"),
]  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    world = World(":memory:")
    for number in range(3):
        world.add("exec", f"2026-11-20T10:00:0{number}Z", exitCode=str(number), user=f"u{number}")
    world.add("exec", "2026-11-20T11:00:00Z", exitCode="x", user="u1")
    return world


@pytest.mark.parametrize(("expression", "expected"), VALUES, ids=[row[0] for row in VALUES])
def test_value(world: World, expression: str, expected: str | None) -> None:
    assert world.value(expression) == expected


@pytest.mark.parametrize(("expression", "message"), ERRORS, ids=[row[0] for row in ERRORS])
def test_error(world: World, expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "expression",
    [
        "1 + (" * 90 + "1" + ")" * 90,
        "1 / CAST(" * 40 + "1" + " AS integer)" * 40,
        "true AND (" * 90 + "true" + ")" * 90,
        "1 IN (1, (" * 40 + "1" + "))" * 40,
        " + ".join(["1 / 1"] * 200),
        " + ".join(["CAST(exitCode AS integer) / 1"] * 200),
        " AND ".join(["1 = 1 / 1"] * 500),
    ],
    ids=range(7),
)
def test_depth_and_length_are_no_burden(world: World, expression: str) -> None:
    start = time.monotonic()
    with suppress(QueryError):
        world.texts(f"SELECT TRY({expression}) FROM exec LIMIT 1")
    assert time.monotonic() - start < 5


def test_each_row_has_its_own_failure(world: World) -> None:
    rows = world.texts(
        "SELECT exitCode, TRY(6 / CAST(exitCode AS integer)) FROM exec ORDER BY event_time"
    )
    assert rows == [("0", None), ("1", "6"), ("2", "3"), ("x", None)]


def test_try_in_every_clause(world: World) -> None:
    ratio = "TRY(6 / CAST(exitCode AS integer))"
    assert world.texts(f"SELECT count(*) FROM exec WHERE {ratio} IS NULL") == [("2",)]
    assert world.texts(f"SELECT exitCode FROM exec WHERE {ratio} > 3") == [("1",)]
    assert world.texts(
        f"SELECT {ratio}, count(*) FROM exec GROUP BY {ratio} ORDER BY count(*) DESC, 1"
    ) == [(None, "2"), ("3", "1"), ("6", "1")]
    assert world.texts(f"SELECT DISTINCT {ratio} AS r FROM exec ORDER BY r") == [
        ("3",),
        ("6",),
        (None,),
    ]
    assert world.texts(f"SELECT sum({ratio}), count({ratio}) FROM exec") == [("9", "2")]
    assert world.texts(
        f"SELECT max(r) FROM (SELECT {ratio} AS r FROM exec) WHERE r IS NOT NULL"
    ) == [("6",)]
    assert world.texts(
        f"SELECT count(*) FROM exec a JOIN (SELECT {ratio} AS r FROM exec) b ON TRY(1 / b.r) = 0"
    ) == [("8",)]


def test_aggregates_are_computed_before_try(world: World) -> None:
    assert world.texts(
        "SELECT user, TRY(count(*) / (count(*) - 1)) FROM exec GROUP BY user ORDER BY user"
    ) == [("u0", None), ("u1", "2"), ("u2", None)]
    assert world.texts(
        "SELECT TRY('COUNT(*) trino_divide(' || CAST(count(*) / 2 AS varchar)) FROM exec"
    ) == [("COUNT(*) trino_divide(2",)]
    assert world.texts(
        "SELECT TRY(sum(CAST(exitCode AS integer)) / (count(*) - 3)) FROM exec WHERE exitCode <> 'x'"
    ) == [(None,)]
    with pytest.raises(QueryError, match="Cannot cast 'x' to INT"):
        world.texts("SELECT TRY(sum(CAST(exitCode AS integer))) FROM exec")
    with pytest.raises(QueryError, match="Cannot cast 'x' to INT"):
        world.texts("SELECT TRY(count(*) FILTER (WHERE CAST(exitCode AS integer) > 0)) FROM exec")


def test_window_functions_are_computed_before_try(world: World) -> None:
    rows = world.texts(
        "SELECT exitCode, TRY(6 / (row_number() OVER (ORDER BY event_time) - 1)) FROM exec ORDER BY 1"
    )
    assert rows == [("0", None), ("1", "6"), ("2", "3"), ("x", "2")]
    with pytest.raises(QueryError, match="Cannot cast 'x' to INT"):
        world.texts("SELECT TRY(count(*) OVER (ORDER BY CAST(exitCode AS integer)) / 0) FROM exec")


# An expression, and what Trino's rules give for an exit code; ValueError where it fails.
Case = tuple[str, Callable[[str], Any]]
PLAIN: list[Case] = [
    ("0", lambda _: 0),
    ("2", lambda _: 2),
    ("CAST(NULL AS integer)", lambda _: None),
    ("CAST(exitCode AS integer)", int),
]


def _arithmetic(sign: str, left: Case, right: Case) -> Case:
    def value(code: str) -> Any:
        first = left[1](code)
        second = None if first is None else right[1](code)
        if second is None:
            return None
        if sign in "/%" and second == 0:
            raise ValueError
        return {
            "+": lambda: first + second,
            "*": lambda: first * second,
            "/": lambda: int(first / second),
            "%": lambda: first - int(first / second) * second,
        }[sign]()

    return f"({left[0]} {sign} {right[0]})", value


def _coalesce(left: Case, right: Case) -> Case:
    def value(code: str) -> Any:
        first = left[1](code)
        return right[1](code) if first is None else first

    return f"coalesce({left[0]}, {right[0]})", value


def _greater(left: Case, right: Case) -> Case:
    def value(code: str) -> Any:
        first = left[1](code)
        second = None if first is None else right[1](code)
        return None if second is None else first > second

    return f"({left[0]} > {right[0]})", value


def _is_null(part: Case) -> Case:
    return f"({part[0]} IS NULL)", lambda code: part[1](code) is None


def _and(left: Case, right: Case) -> Case:
    def value(code: str) -> Any:
        first = left[1](code)
        if first is False:
            return False
        second = right[1](code)
        return False if second is False else None if None in (first, second) else True

    return f"({left[0]} AND {right[0]})", value


def _or(left: Case, right: Case) -> Case:
    def value(code: str) -> Any:
        first = left[1](code)
        if first:
            return True
        second = right[1](code)
        return True if second else None if None in (first, second) else False

    return f"({left[0]} OR {right[0]})", value


def _if(condition: Case, then: Case, other: Case) -> Case:
    def value(code: str) -> Any:
        return then[1](code) if condition[1](code) else other[1](code)

    return f"CASE WHEN {condition[0]} THEN {then[0]} ELSE {other[0]} END", value


def _deeper(inner: st.SearchStrategy[Case]) -> st.SearchStrategy[Case]:
    atoms = st.one_of(st.builds(_greater, inner, inner), st.builds(_is_null, inner))
    conditions = atoms | st.builds(_and, atoms, atoms) | st.builds(_or, atoms, atoms)
    return st.one_of(
        st.builds(_arithmetic, st.sampled_from("+*/%"), inner, inner),
        st.builds(_coalesce, inner, inner),
        st.builds(_if, conditions, inner, inner),
    )


CASES = st.recursive(st.sampled_from(PLAIN), _deeper, max_leaves=6)


@settings(deadline=None, max_examples=100)
@given(cases=st.lists(CASES, min_size=1, max_size=3))
def test_try_computes_what_trino_computes(world: World, cases: list[Case]) -> None:
    expected = [tuple(_tried(value, code) for _, value in cases) for code in ("0", "1", "2", "x")]
    listed = ", ".join(f"TRY({text})" for text, _ in cases)
    assert world.rows(f"SELECT {listed} FROM exec ORDER BY exitCode") == expected


def _tried(value: Callable[[str], Any], code: str) -> Any:
    try:
        return value(code)
    except ValueError:
        return None


def test_what_is_computed_below_fails_as_ever(world: World) -> None:
    """In Trino a subquery's column is computed before the TRY around it."""
    with pytest.raises(QueryError, match="Cannot cast 'x' to INT"):
        world.texts("SELECT TRY(c) FROM (SELECT CAST(exitCode AS integer) AS c FROM exec)")


def test_typeof_of_columns(world: World) -> None:
    assert world.texts(
        "SELECT typeof(user), typeof(event_time), typeof(event_date) FROM exec LIMIT 1"
    ) == [("varchar", "timestamp(3)", "date")]
    with pytest.raises(QueryError, match="may have a length"):
        world.texts("SELECT typeof(x) FROM (SELECT 'abc' AS x)")


def test_a_failure_stays_in_its_thread() -> None:
    def attempt(number: int) -> None:
        world = World(":memory:")
        for _ in range(50):
            values.append((number, world.value(f"TRY(6 / {number})")))

    values: list[tuple[int, str | None]] = []
    threads = [threading.Thread(target=attempt, args=(number,)) for number in (0, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(values) == {(0, None), (3, "2")}


def test_every_function_has_its_form_inside_of_try() -> None:
    plain = {name for name in udf.NAMES if not name.startswith("trino_tried_")}
    tried = udf.NAMES - plain
    assert all(udf.inside_try(name.replace("tried_", "", 1)) == name for name in tried)
    assert "trino_tried_divide" in tried


def test_a_statement_that_broke_off_leaves_the_next_one_alone() -> None:
    """On a host's own connection nothing tells that another statement begins."""
    world = World(":memory:")
    failing = "SELECT trino_tried_divide(1, 0) + abs(-9223372036854775808)"
    with pytest.raises(sqlite3.Error):
        world.connection.execute(failing).fetchall()
    whole = translate("SELECT TRY(1 / 1), TRY(1 / 0), TRY(2 / 1)", RELATIONS)
    assert world.connection.execute(whole.sql).fetchall() == [(1, None, 2)]
