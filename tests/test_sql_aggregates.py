"""Aggregate functions: their values, NULLs, DISTINCT, ORDER BY and FILTER, by Trino's rules."""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.errors import QueryError


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
    """A FROM with one column ``x`` of the values."""
    return f" FROM (VALUES {', '.join(values)}) AS t(x)"


NUMBERS = rows("3", "NULL", "1", "4", "1")
NONE = NUMBERS + " WHERE x > 100"
NULLS = rows("CAST(NULL AS bigint)", "NULL")
WORDS = rows("'b'", "NULL", "'a'", "'Ä'", "'a'", "'😀'")
DECIMALS = rows("1.50", "NULL", "2.25", "-0.10")
DOUBLES = rows("1E0", "NULL", "2.5E0")
TRUTHS = rows("true", "NULL", "false")
MOMENTS = rows(
    "from_iso8601_timestamp('2026-01-01T00:00:00+02:00')",
    "from_iso8601_timestamp('2025-12-31T22:00:00Z')",
    "from_iso8601_timestamp('2026-01-01T00:00:00Z')",
)
ARRAYS = rows("ARRAY[2, 1]", "NULL", "ARRAY[10]", "ARRAY[2]")
PAIRS = " FROM (VALUES ('b', 1, 10), ('a', 2, NULL), ('b', 3, 30), (NULL, 4, 40), ('c', NULL, 50)) AS t(k, v, w)"
NO_PAIRS = PAIRS + " WHERE v > 100"

# aggregate, where its rows come from, value as text
VALUES: list[tuple[str, str, str | None]] = [
    # counts
    ("count(*)", NUMBERS, "5"),
    ("count()", NUMBERS, "5"),
    ("count(x)", NUMBERS, "4"),
    ("count(ALL x)", NUMBERS, "4"),
    ("count(DISTINCT x)", NUMBERS, "3"),
    ("count(*)", NONE, "0"),
    ("count(x)", NONE, "0"),
    ("count(NULL)", NUMBERS, "0"),
    ("count(DISTINCT x)", MOMENTS, "2"),
    ("count(DISTINCT x)", ARRAYS, "3"),
    ("count(DISTINCT x)", rows("MAP(ARRAY['a', 'b'], ARRAY[1, 2])", "MAP(ARRAY['b', 'a'], ARRAY[2, 1])"), "1"),
    ("count_if(x > 1)", NUMBERS, "2"),
    ("count_if(NOT (x > 1))", NUMBERS, "2"),
    ("count_if(x)", TRUTHS, "1"),
    ("count_if(DISTINCT x)", TRUTHS, "1"),
    ("count_if(DISTINCT x)", rows("true", "true", "false", "NULL"), "1"),
    ("count_if(DISTINCT x)", rows("false", "false"), "0"),
    ("count_if(x > 1)", NONE, "0"),
    ("approx_distinct(x)", NUMBERS, "3"),
    ("approx_distinct(x)", MOMENTS, "2"),
    ("approx_distinct(x, 0.01)", WORDS, "4"),
    ("approx_distinct(x)", NONE, "0"),
    # sums and means
    ("sum(x)", NUMBERS, "9"),
    ("sum(DISTINCT x)", NUMBERS, "8"),
    ("sum(x)", NONE, None),
    ("sum(x)", NULLS, None),
    ("sum(NULL)", NUMBERS, None),
    ("sum(x)", DECIMALS, "3.65"),
    ("sum(DISTINCT x)", rows("1.5", "1.5", "2.0"), "3.5"),
    ("sum(x)", DECIMALS + " WHERE x > 9", None),
    ("sum(x)", DOUBLES, "3.5"),
    ("sum(DISTINCT x)", rows("1E0", "1E0", "2E0"), "3.0"),
    ("sum(x)", rows("INTERVAL '1' DAY", "NULL", "INTERVAL '-2' HOUR"), "0 22:00:00.000"),
    ("sum(x)", rows("INTERVAL '1' YEAR", "INTERVAL '2' MONTH"), "1-2"),
    ("sum(x)", rows("2147483647", "1"), "2147483648"),
    # doubles are added one by one, as they come: later SQLites would make up for what is lost
    ("sum(x)", rows("1E100", "1E0", "-1E100"), "0.0"),
    ("sum(x ORDER BY x)", rows("1E100", "1E0", "-1E100"), "0.0"),
    ("sum(x ORDER BY abs(x) DESC)", rows("1E0", "-1E100", "1E100"), "1.0"),
    ("sum(DISTINCT x)", rows("1E100", "1E0", "1E0", "-1E100"), "0.0"),
    ("sum(x) FILTER (WHERE x > 0E0)", rows("1E0", "-1E100"), "1.0"),
    ("sum(x) FILTER (WHERE x > 5E0)", rows("1E0", "-1E100"), None),
    ("avg(x)", rows("1E100", "1E0", "-1E100"), "0.0"),
    ("avg(x)", rows("9007199254740993", "1"), "4.503599627370496E15"),
    ("avg(DISTINCT x)", rows("0E0", "-0E0", "3E0"), "1.5"),
    ("avg(x)", NUMBERS, "2.25"),
    ("avg(DISTINCT x)", NUMBERS, "2.6666666666666665"),
    ("avg(x)", NONE, None),
    ("avg(x)", DOUBLES, "1.75"),
    ("avg(x)", DECIMALS, "1.22"),
    ("avg(x)", rows("0.1", "0.2"), "0.2"),
    ("avg(x)", rows("-0.1", "-0.2"), "-0.2"),
    ("avg(x)", DECIMALS + " WHERE x > 9", None),
    ("avg(x)", rows("INTERVAL '1' SECOND", "INTERVAL '2' SECOND"), "0 00:00:01.500"),
    ("avg(x)", rows("INTERVAL '1' MONTH", "INTERVAL '2' MONTH"), "0-2"),
    ("avg(x)", rows("INTERVAL '-1' MONTH", "INTERVAL '-2' MONTH"), "-0-1"),
    # extremes
    ("min(x)", NUMBERS, "1"),
    ("max(x)", NUMBERS, "4"),
    ("max(DISTINCT x)", NUMBERS, "4"),
    ("max(x)", NONE, None),
    ("max(x)", WORDS, "😀"),
    ("min(x)", WORDS, "a"),
    ("max(x)", rows("''", "NULL"), ""),
    ("max(x)", TRUTHS, "true"),
    ("min(x)", TRUTHS, "false"),
    ("max(x)", DECIMALS, "2.25"),
    ("min(x)", DECIMALS, "-0.10"),
    ("max(x)", rows("2", "10.5"), "10.5"),
    ("max(x)", MOMENTS, "2026-01-01 00:00:00.000 UTC"),
    ("max(x)", rows("DATE '2026-01-01'", "DATE '2025-12-31'"), "2026-01-01"),
    ("max(x)", rows("TIMESTAMP '2026-01-01 10:00:00'", "NULL"), "2026-01-01 10:00:00"),
    ("min(x)", rows("INTERVAL '1' DAY", "INTERVAL '23' HOUR"), "0 23:00:00.000"),
    ("max(x)", rows("CAST('9.0.0.1' AS ipaddress)", "CAST('10.0.0.1' AS ipaddress)"), "10.0.0.1"),
    ("max(x)", ARRAYS, "[10]"),
    ("min(x)", ARRAYS, "[2]"),
    ("max(x)", ARRAYS + " WHERE x IS NULL", None),
    ("max(x, 2)", NUMBERS, "[4, 3]"),
    ("min(x, 2)", NUMBERS, "[1, 1]"),
    ("max(x, 9)", NUMBERS, "[4, 3, 1, 1]"),
    ("max(x, 2)", NULLS, None),
    ("max(x, 1)", ARRAYS, "[[10]]"),
    ("max(x, 1)", MOMENTS, "[2026-01-01 00:00:00.000 UTC]"),
    ("min_by(k, v)", PAIRS, "b"),
    ("max_by(k, v)", PAIRS, None),
    ("max_by(w, v)", PAIRS, "40"),
    ("min_by(w, k)", PAIRS, None),
    ("max_by(k, v)", NO_PAIRS, None),
    ("max_by(k, v, 3)", PAIRS, "[NULL, b, a]"),
    ("min_by(k, v, 2)", PAIRS, "[b, a]"),
    ("max_by(k, v, 2)", NO_PAIRS, None),
    ("max_by(k, ROW(v, w))", PAIRS + " WHERE v IS NOT NULL AND w IS NOT NULL", None),
    ("max_by(k, ARRAY[v])", PAIRS + " WHERE v < 4", "b"),
    ("arbitrary(x)", rows("NULL", "7"), "7"),
    ("any_value(x)", NULLS, None),
    ("any_value(x)", rows("NULL", "ARRAY[NULL]"), "[NULL]"),
    ("arbitrary(x ORDER BY x DESC)", NUMBERS, "4"),
    ("arbitrary(w ORDER BY v)", PAIRS, "10"),
    # booleans and bits
    ("bool_and(x)", TRUTHS, "false"),
    ("NOT bool_and(x)", TRUTHS, "true"),
    ("bool_or(x)", TRUTHS, "true"),
    ("NOT bool_or(x)", TRUTHS, "false"),
    ("every(x)", TRUTHS + " WHERE x", "true"),
    ("every(x)", TRUTHS + " WHERE x IS NULL", None),
    ("NOT every(x)", TRUTHS + " WHERE x IS NULL", None),
    ("bitwise_and_agg(x)", rows("12", "NULL", "-4"), "12"),
    ("bitwise_or_agg(x)", rows("12", "NULL", "-4"), "-4"),
    ("bitwise_xor_agg(x)", rows("12", "NULL", "-4"), "-16"),
    ("bitwise_xor_agg(x)", NONE, None),
    # collections
    ("array_agg(x)", NUMBERS, "[3, NULL, 1, 4, 1]"),
    ("array_agg(x)", NONE, None),
    ("array_agg(x)", NULLS, "[NULL, NULL]"),
    ("array_agg(NULL)", rows("1", "2"), "[NULL, NULL]"),
    ("array_agg(x ORDER BY x)", NUMBERS, "[1, 1, 3, 4, NULL]"),
    ("array_agg(x ORDER BY x DESC)", NUMBERS, "[4, 3, 1, 1, NULL]"),
    ("array_agg(x ORDER BY x DESC NULLS FIRST)", NUMBERS, "[NULL, 4, 3, 1, 1]"),
    ("array_agg(DISTINCT x ORDER BY x)", NUMBERS, "[1, 3, 4, NULL]"),
    ("array_agg(x ORDER BY x)", WORDS, "[a, a, b, Ä, 😀, NULL]"),
    ("array_agg(k ORDER BY w DESC, v)", PAIRS, "[c, NULL, b, b, a]"),
    ("array_agg(v ORDER BY k, v DESC NULLS FIRST)", PAIRS, "[2, 3, 1, NULL, 4]"),
    ("array_agg(x ORDER BY x)", DECIMALS, "[-0.10, 1.50, 2.25, NULL]"),
    ("array_agg(x ORDER BY x)", DOUBLES, "[1.0, 2.5, NULL]"),
    ("array_agg(x ORDER BY x)", ARRAYS, "[[2], [2, 1], [10], NULL]"),
    ("array_agg(DISTINCT x)", ARRAYS + " WHERE cardinality(x) = 1", "[[10], [2]]"),
    ("array_agg(DISTINCT x)", MOMENTS, "[2026-01-01 00:00:00.000 +02:00, 2026-01-01 00:00:00.000 UTC]"),
    ("array_agg(x)", TRUTHS, "[true, NULL, false]"),
    ("array_agg(x + 1 ORDER BY -x)", NUMBERS + " WHERE x > 1", "[5, 4]"),
    ("cardinality(array_agg(x))", NUMBERS, "5"),
    ("array_agg(x) FILTER (WHERE x > 1)", NUMBERS, "[3, 4]"),
    ("array_agg(x ORDER BY x DESC) FILTER (WHERE x > 1)", NUMBERS, "[4, 3]"),
    ("array_agg(x) FILTER (WHERE x > 100)", NUMBERS, None),
    ("sum(x) FILTER (WHERE x IS NULL)", NUMBERS, None),
    ("sum(DISTINCT x) FILTER (WHERE x < 4)", NUMBERS, "4"),
    ("count(*) FILTER (WHERE NULL)", NUMBERS, "0"),
    ("listagg(x) WITHIN GROUP (ORDER BY x)", WORDS, "aabÄ😀"),
    ("listagg(x, ', ') WITHIN GROUP (ORDER BY x DESC)", WORDS, "😀, Ä, b, a, a"),
    ("listagg(DISTINCT x, '-') WITHIN GROUP (ORDER BY x)", WORDS, "a-b-Ä-😀"),
    ("listagg(x, ',') WITHIN GROUP (ORDER BY x)", WORDS + " WHERE x IS NULL", None),
    ("listagg(x, ',') WITHIN GROUP (ORDER BY x)", rows("''", "''"), ","),
    ("listagg(k, '/') WITHIN GROUP (ORDER BY v)", PAIRS, "b/a/b/c"),
    ("listagg(x, '') WITHIN GROUP (ORDER BY x) FILTER (WHERE x <> 'a')", WORDS, "bÄ😀"),
    ("map_agg(k, v)", PAIRS, "{b=1, a=2, c=NULL}"),
    ("map_agg(k, v ORDER BY v DESC)", PAIRS, "{b=3, a=2, c=NULL}"),
    ("map_agg(k, v)", NO_PAIRS, None),
    ("map_agg(k, v)", PAIRS + " WHERE k IS NULL", None),
    ("multimap_agg(k, w)", PAIRS, "{b=[10, 30], a=[NULL], c=[50]}"),
    ("multimap_agg(k, w)", NO_PAIRS, None),
    ("map_union(x)", rows("MAP(ARRAY[1], ARRAY['a'])", "NULL", "MAP(ARRAY[2, 1], ARRAY['b', 'c'])"), "{1=a, 2=b}"),
    ("map_union(x)", rows("MAP(ARRAY[1], ARRAY['a'])") + " WHERE cardinality(x) > 1", None),
    ("histogram(x)", NUMBERS, "{3=1, 1=2, 4=1}"),
    ("histogram(x)", TRUTHS, "{true=1, false=1}"),
    ("histogram(x)", NULLS, None),
    ("histogram(DISTINCT x)", NUMBERS, "{3=1, 1=1, 4=1}"),
    ("approx_most_frequent(2, x, 10)", NUMBERS, "{1=2, 3=1}"),
    ("approx_most_frequent(5, x, 10)", WORDS, "{a=2, b=1, Ä=1, 😀=1}"),
    ("approx_most_frequent(2, x, 10)", NONE, None),
    # percentiles
    ("approx_percentile(x, 0.5)", rows("10", "20", "30", "40"), "30"),
    ("approx_percentile(x, 0.5)", rows("10", "NULL", "20", "30"), "20"),
    ("approx_percentile(x, 0E0)", NUMBERS, "1"),
    ("approx_percentile(x, 1E0)", NUMBERS, "4"),
    ("approx_percentile(x, 0.5)", DOUBLES, "2.5"),
    ("approx_percentile(x, 0.5)", NONE, None),
    ("approx_percentile(x, ARRAY[0.0, 0.5, 1.0])", rows("10", "20", "30"), "[10, 20, 30]"),
    ("approx_percentile(x, ARRAY[0.5])", NONE, None),
    # statistics
    ("stddev(x)", NUMBERS, "1.5"),
    ("stddev_samp(x)", rows("1"), None),
    ("stddev_pop(x)", rows("1"), "0.0"),
    ("stddev_pop(x)", NONE, None),
    ("variance(x)", NUMBERS, "2.25"),
    ("var_samp(x)", rows("1"), None),
    ("var_pop(x)", rows("1", "3"), "1.0"),
    ("var_pop(x)", DECIMALS + " WHERE x < 0", "0.0"),
    ("skewness(x)", rows("1", "2"), None),
    ("skewness(x)", rows("1", "2", "3"), "0.0"),
    ("kurtosis(x)", rows("1", "2", "3"), None),
    ("geometric_mean(x)", rows("2", "8"), "4.0"),
    ("geometric_mean(x)", rows("0", "8"), "0.0"),
    ("geometric_mean(x)", NONE, None),
    ("covar_pop(v, w)", PAIRS + " WHERE v IN (1, 3)", "10.0"),
    ("covar_samp(v, w)", PAIRS + " WHERE v IN (1, 3)", "20.0"),
    ("covar_samp(v, w)", PAIRS + " WHERE v = 1", None),
    ("covar_pop(v, w)", NO_PAIRS, None),
    ("round(corr(v, w), 6)", PAIRS + " WHERE v IN (1, 3)", "1.0"),
    ("corr(v, w)", PAIRS + " WHERE v = 1", None),
    ("round(regr_slope(w, v), 6)", PAIRS, "10.0"),
    ("round(regr_intercept(w, v), 6)", PAIRS, "0.0"),
    ("regr_slope(w, v)", PAIRS + " WHERE v = 1", None),
]  # fmt: skip


@pytest.mark.parametrize(("aggregate", "source", "value"), VALUES)
def test_an_aggregate_has_trinos_value(
    world: World, aggregate: str, source: str, value: str | None
) -> None:
    shown = world.texts(f"SELECT {aggregate}{source}")
    assert [tuple(_nulls(text) for text in row) for row in shown] == [(_nulls(value),)]


def _nulls(text: str | None) -> str | None:
    """A text in which NULLs inside of others are written one way."""
    return None if text is None else text.replace("null", "NULL")


# aggregate, where its rows come from, part of the message
ERRORS: list[tuple[str, str, str]] = [
    ("sum(x)", rows("9223372036854775807", "1"), "bigint overflow"),
    ("sum(x)", rows("DECIMAL '99999999999999999999999999999999999999'", "DECIMAL '1'"), "Decimal overflow"),
    ("sum(x)", rows("infinity()", "-infinity()"), "NaN"),
    ("avg(x)", rows("infinity()", "-infinity()"), "NaN"),
    ("stddev(x)", rows("infinity()", "1E0"), "NaN"),
    ("skewness(x)", rows("1", "1", "1"), "NaN"),
    ("geometric_mean(x)", rows("-1"), "NaN"),
    ("max(x, 0)", NUMBERS, "second argument of max_n/min_n must be positive"),
    ("max(x, -1)", NUMBERS, "second argument of max_n/min_n must be positive"),
    ("max_by(k, v, 0)", PAIRS, "third argument of max_by must be a positive integer; found 0"),
    ("max(x, 10001)", NUMBERS, "must be less than or equal to 10000; found 10001"),
    ("approx_distinct(x, 0.5)", NUMBERS, "Max standard error must be in [0.0040625, 0.26]: 0.5"),
    ("approx_distinct(x, 0E0)", NUMBERS, "Max standard error must be in [0.0040625, 0.26]: 0E0"),
    ("approx_most_frequent(1, x, 10)", NUMBERS, "bucket count must be greater than one, input bucket count: 1"),
    ("approx_percentile(x, 1.5)", NUMBERS, "Percentile must be between 0 and 1"),
    ("approx_percentile(x, ARRAY[0.5, NULL])", NUMBERS, "Percentile cannot be null"),
    ("max(x)", rows("ARRAY[1, NULL]", "ARRAY[1, 2]"), "omparison not supported"),
    ("sum(x)", WORDS, "line 1:8: Unexpected parameters (varchar) for function sum. Expected: sum(bigint)"),
    ("avg(x)", TRUTHS, "Unexpected parameters (boolean) for function avg"),
    ("bool_or(x)", NUMBERS, "Unexpected parameters (integer) for function bool_or"),
    ("max(x)", rows("MAP(ARRAY[1], ARRAY[1])"), "map(integer, integer) has no order"),
    ("max_by(1, x)", rows("MAP(ARRAY[1], ARRAY[1])"), "map(integer, integer) has no order"),
    ("array_agg(x ORDER BY x)", rows("MAP(ARRAY[1], ARRAY[1])"), "is not orderable"),
    ("count(DISTINCT v, w)", PAIRS, "Unexpected parameters (integer, integer) for function count"),
    ("count(DISTINCT *)", PAIRS, "line 1:"),
    ("sum(*)", NUMBERS, "only count can take *"),
    ("array_agg(DISTINCT k ORDER BY v)", PAIRS, "For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments"),
    ("array_agg(DISTINCT x + 1 ORDER BY x)", NUMBERS, "ORDER BY expressions must appear in arguments"),
    ("listagg(x, ',')", WORDS, "listagg needs WITHIN GROUP (ORDER BY ...)"),
    ("listagg(x) WITHIN GROUP (ORDER BY x)", NUMBERS, "Unexpected parameters (integer) for function listagg"),
    ("listagg(x, ',' ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY x)", WORDS, "syntax error"),
    ("listagg(x, x) WITHIN GROUP (ORDER BY x)", WORDS, "the separator of listagg is a text in quotes"),
    ("array_agg(x) WITHIN GROUP (ORDER BY x)", NUMBERS, "it has no WITHIN GROUP"),
    ("upper(x) WITHIN GROUP (ORDER BY x)", WORDS, "upper is no aggregate function"),
    ("upper(x) FILTER (WHERE true)", WORDS, "upper is no aggregate function"),
    ("upper(x ORDER BY x)", WORDS, "upper is no aggregate function"),
    ("upper(DISTINCT x)", WORDS, "upper is no aggregate function"),
    ("count(*) FILTER (WHERE x)", NUMBERS, "FILTER WHERE clause must evaluate to a boolean"),
    ("sum(count(*))", NUMBERS, "cannot contain aggregations"),
    ("array_agg(x ORDER BY count(*))", NUMBERS, "cannot contain aggregations"),
    ("checksum(x)", NUMBERS, "function checksum: not supported"),
    ("approx_set(x)", NUMBERS, "function approx_set: not supported"),
    ("numeric_histogram(3, x)", NUMBERS, "function numeric_histogram: not supported"),
    ("reduce_agg(x, 0, (a, b) -> a + b, (a, b) -> a + b)", NUMBERS, "reduce_agg: not supported"),
]  # fmt: skip


@pytest.mark.parametrize(("aggregate", "source", "message"), ERRORS)
def test_an_aggregate_is_an_error_as_in_trino(
    world: World, aggregate: str, source: str, message: str
) -> None:
    with pytest.raises(QueryError) as caught:
        world.texts(f"SELECT {aggregate}{source}")
    assert message in str(caught.value)


QUERIES: list[tuple[str, list[tuple[str | None, ...]]]] = [
    (
        "SELECT user, array_agg(command ORDER BY command DESC), count(DISTINCT login) FROM exec GROUP BY user ORDER BY user",
        [("alice", "[4, 2, 0]", "2"), ("bob", "[1]", "0"), ("carol", "[3]", "1")],
    ),
    ("SELECT 1 FROM exec HAVING count(*) > 1", [("1",)]),
    ("SELECT 1 FROM exec HAVING count(*) > 100", []),
    ("SELECT 'x' FROM exec ORDER BY count(*)", [("x",)]),
    ("SELECT max(user) FROM exec ORDER BY min(user)", [("carol",)]),
    (
        "SELECT user FROM exec GROUP BY user ORDER BY max_by(command, command) DESC",
        [("alice",), ("carol",), ("bob",)],
    ),
    (
        "SELECT user FROM exec GROUP BY user HAVING array_agg(login ORDER BY command) = ARRAY['root']",
        [("carol",)],
    ),
    (
        "SELECT (SELECT listagg(login, '+') WITHIN GROUP (ORDER BY login) FROM exec e WHERE e.user = x) FROM (VALUES 'alice', 'bob') AS t(x)",
        [("root+ubuntu",), (None,)],
    ),
    ("SELECT array_agg(x) FROM (SELECT DISTINCT user AS x FROM exec ORDER BY 1) AS t", [("[alice, bob, carol]",)]),
    ("SELECT cardinality(map_agg(user, login)) FROM exec", [("3",)]),
    ("SELECT typeof(max(1, 2)), typeof(sum(1.5)), typeof(avg(1.25)), typeof(avg(1))", [("array(integer)", "decimal(38,1)", "decimal(3,2)", "double")]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), QUERIES)
def test_a_query_that_aggregates(
    world: World, query: str, expected: list[tuple[str | None, ...]]
) -> None:
    assert world.texts(query) == expected


SMALL = st.lists(st.none() | st.integers(-5, 5), min_size=1, max_size=12)


def _values(numbers: Sequence[int | None]) -> str:
    listed = ", ".join(
        f"({index}, CAST({'NULL' if number is None else number} AS double))"
        for index, number in enumerate(numbers)
    )
    return f"FROM (VALUES {listed}) AS t(id, x)"


@settings(max_examples=60, deadline=None)
@given(SMALL)
def test_statistics_are_those_of_the_known_values(world: World, numbers: list[int | None]) -> None:
    known = [float(number) for number in numbers if number is not None]
    row = world.rows(f"SELECT var_pop(x), stddev_samp(x), covar_pop(x, id) {_values(numbers)}")[0]
    ids = [float(index) for index, number in enumerate(numbers) if number is not None]
    expected = (
        statistics.pvariance(known) if known else None,
        statistics.stdev(known) if len(known) > 1 else None,
        sum(a * b for a, b in zip(known, ids, strict=True)) / len(known)
        - statistics.fmean(known) * statistics.fmean(ids)
        if known
        else None,
    )
    for found, wanted in zip(row, expected, strict=True):
        assert (found is None) == (wanted is None)
        assert found is None or math.isclose(found, wanted, abs_tol=1e-9)


@settings(max_examples=60, deadline=None)
@given(SMALL, st.booleans(), st.booleans(), st.booleans())
def test_order_and_distinct_inside_are_those_of_a_list(
    world: World, numbers: list[int | None], distinct: bool, descending: bool, first: bool
) -> None:
    kept = list(dict.fromkeys(numbers)) if distinct else numbers
    known = sorted((n for n in kept if n is not None), reverse=descending)
    nulls = [None] * (len(kept) - len(known))
    expected = nulls + known if first else known + nulls
    order = f"{'DESC' if descending else 'ASC'} NULLS {'FIRST' if first else 'LAST'}"
    words = "DISTINCT " if distinct else ""
    found = world.rows(
        f"SELECT array_agg({words}x ORDER BY x {order}) FROM (SELECT CAST(x AS bigint) AS x {_values(numbers)}) AS s"
    )
    assert found == [(str(expected).replace(" ", "").replace("None", "null"),)]


def test_an_aggregate_keeps_no_more_than_its_limit(world: World) -> None:
    long = "replace(replace(replace('aaaaa', 'a', 'bbbbbbbbbb'), 'b', 'cccccccccc'), 'c', 'dddddddddd')"
    many = f"FROM UNNEST(sequence(1, 4100)) AS a(x) CROSS JOIN (SELECT {long} AS y) AS b"
    with pytest.raises(QueryError, match="an aggregate over more than"):
        world.texts(f"SELECT cardinality(array_agg(y)) {many}")
    for few in ("max_by(y, x, 5000)", "max_by(x, y, 5000)", "min(y, 5000)"):
        with pytest.raises(QueryError, match="an aggregate over more than"):
            world.texts(f"SELECT cardinality({few}) {many}")
    assert world.texts(f"SELECT cardinality(max_by(y, x, 10)) {many}") == [("10",)]
    with pytest.raises(QueryError, match="maximum output length 1048576"):
        world.texts(f"SELECT length(listagg(y) WITHIN GROUP (ORDER BY x)) {many} WHERE x < 300")
