"""Arrays: making them, reading them, and every function over them, with Trino's values.

The values are those of Trino's documentation and of the rules in its functions' sources.
"""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

import json
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.catalog.types import parse_type
from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.rules import values
from datasette_access_monitoring.sql.udf import arrays

NULL_ARRAY = "CAST(NULL AS array(integer))"

# expression, value as text (None is NULL)
# fmt: off
MAKING: list[tuple[str, str | None]] = [
    ("ARRAY[]", "[]"),
    ("ARRAY[NULL]", "[null]"),
    ("ARRAY[1, NULL, 3]", "[1, null, 3]"),
    ("ARRAY[true, false, NULL]", "[true, false, null]"),
    ("ARRAY[1 = 1, 1 = 2]", "[true, false]"),
    ("ARRAY[1, 2.5]", "[1.0, 2.5]"),
    ("ARRAY[1E0, 2]", "[1.0, 2.0]"),
    ("ARRAY[1, 2E20, NULL]", "[1.0, 2.0E20, null]"),
    ("ARRAY[DATE '2026-01-31', NULL]", "[2026-01-31, null]"),
    ("ARRAY[TIMESTAMP '2026-01-31 10:00:00']", "[2026-01-31 10:00:00]"),
    ("ARRAY[TIMESTAMP '2026-01-31 10:00:00.000 +02:00']", "[2026-01-31 10:00:00.000 +02:00]"),
    ("ARRAY[DATE '2026-01-31', TIMESTAMP '2026-01-31 10:00:00.000']", "[2026-01-31 00:00:00.000, 2026-01-31 10:00:00.000]"),
    ("ARRAY[INTERVAL '1' DAY]", "[1 00:00:00.000]"),
    ("ARRAY[ARRAY[1], ARRAY[], NULL]", "[[1], [], null]"),
    ("ARRAY[ARRAY[1], ARRAY[2.5]]", "[[1.0], [2.5]]"),
    ("ARRAY['a''b', '\"', 'é', '\\', '']", "[a'b, \", é, \\, ]"),
    ("ARRAY[1] || ARRAY[2, NULL]", "[1, 2, null]"),
    ("ARRAY[1] || ARRAY[]", "[1]"),
    ("ARRAY[] || ARRAY[]", "[]"),
    ("ARRAY[1] || ARRAY[2E0]", "[1.0, 2.0]"),
    ("ARRAY[1] || 2", "[1, 2]"),
    ("1 || ARRAY[2]", "[1, 2]"),
    ("ARRAY[1] || 2 || 3", "[1, 2, 3]"),
    ("ARRAY['a'] || 'b' || ARRAY['c']", "[a, b, c]"),
    ("ARRAY[1] || CAST(NULL AS integer)", "[1, null]"),
    ("CAST(NULL AS integer) || ARRAY[1]", "[null, 1]"),
    (f"{NULL_ARRAY} || ARRAY[1]", None),
    (f"{NULL_ARRAY} || 1", None),
    ("ARRAY[ARRAY[1]] || ARRAY[2]", "[[1], [2]]"),
    ("ARRAY[1] || 2.5", "[1.0, 2.5]"),
    ("concat(ARRAY[1], ARRAY[2], ARRAY[3])", "[1, 2, 3]"),
    ("concat(ARRAY[1], 2)", "[1, 2]"),
    ("concat(1, ARRAY[2])", "[1, 2]"),
    ("repeat('a', 3)", "[a, a, a]"),
    ("repeat(1, 0)", "[]"),
    ("repeat(CAST(NULL AS varchar), 2)", "[null, null]"),
    ("repeat('a', NULL)", None),
    ("repeat(ARRAY[1], 2)", "[[1], [1]]"),
    ("repeat(1E0, 2)", "[1.0, 1.0]"),
    ("sequence(1, 5)", "[1, 2, 3, 4, 5]"),
    ("sequence(5, 1)", "[5, 4, 3, 2, 1]"),
    ("sequence(1, 1)", "[1]"),
    ("sequence(1, 10, 3)", "[1, 4, 7, 10]"),
    ("sequence(1, 9, 3)", "[1, 4, 7]"),
    ("sequence(10, 1, -4)", "[10, 6, 2]"),
    ("sequence(-2, 2)", "[-2, -1, 0, 1, 2]"),
    ("sequence(-5, 5, 3)", "[-5, -2, 1, 4]"),
    ("sequence(1, NULL)", None),
    ("cardinality(sequence(1, 10000))", "10000"),
    ("sequence(DATE '2026-02-27', DATE '2026-03-01')", "[2026-02-27, 2026-02-28, 2026-03-01]"),
    ("sequence(DATE '2026-03-01', DATE '2026-02-27')", "[2026-03-01, 2026-02-28, 2026-02-27]"),
    ("sequence(DATE '2026-01-01', DATE '2026-01-05', INTERVAL '2' DAY)", "[2026-01-01, 2026-01-03, 2026-01-05]"),
    ("sequence(DATE '2026-01-31', DATE '2026-05-01', INTERVAL '1' MONTH)", "[2026-01-31, 2026-02-28, 2026-03-31, 2026-04-30]"),
    ("sequence(DATE '2026-05-01', DATE '2026-03-01', INTERVAL '-1' MONTH)", "[2026-05-01, 2026-04-01, 2026-03-01]"),
    ("sequence(TIMESTAMP '2026-01-31 10:00:00.000', TIMESTAMP '2026-01-31 12:30:00.000', INTERVAL '1' HOUR)", "[2026-01-31 10:00:00.000, 2026-01-31 11:00:00.000, 2026-01-31 12:00:00.000]"),
    ("sequence(TIMESTAMP '2026-01-31 10:00:00.000', TIMESTAMP '2026-03-31 10:00:00.000', INTERVAL '1' MONTH)", "[2026-01-31 10:00:00.000, 2026-02-28 10:00:00.000, 2026-03-31 10:00:00.000]"),
]
# fmt: on

# fmt: off
READING: list[tuple[str, str | None]] = [
    ("ARRAY[1, 2][2]", "2"),
    ("ARRAY[1, NULL][2]", None),
    ("ARRAY[1][NULL]", None),
    ("ARRAY[1E0, 2.5E0][2]", "2.5"),
    ("ARRAY[ARRAY[1, 2], ARRAY[3]][1][2]", "2"),
    ("ARRAY[true][1]", "true"),
    ("element_at(ARRAY[1, 2], -2)", "1"),
    ("element_at(ARRAY[1, 2], -3)", None),
    ("element_at(ARRAY[1, 2], 3)", None),
    ("element_at(ARRAY[1.5, 2], 1)", "1.5"),
    ("array_first(ARRAY[3, 4])", "3"),
    ("array_first(ARRAY[])", None),
    ("array_last(ARRAY[3, 4])", "4"),
    ("array_last(ARRAY[])", None),
    (f"array_last({NULL_ARRAY})", None),
    (f"cardinality({NULL_ARRAY})", None),
    ("contains(ARRAY[1.5, 2], 1.50)", "true"),
    ("contains(ARRAY[1E0], 1)", "true"),
    ("contains(ARRAY[true], false)", "false"),
    ("contains(ARRAY[DATE '2026-01-31'], DATE '2026-01-31')", "true"),
    ("contains(ARRAY[ARRAY[1], ARRAY[2]], ARRAY[2])", "true"),
    ("contains(ARRAY[], 1)", "false"),
    ("contains(ARRAY[NULL], 1)", None),
    ("NOT contains(ARRAY[1.5, NULL], 2.5)", None),
    ("NOT contains(ARRAY[1.5], 2.5)", "true"),
    ("contains(ARRAY[1, NULL], NULL)", None),
    (f"contains({NULL_ARRAY}, 1)", None),
    ("contains(ARRAY['é'], 'é')", "true"),
    ("contains(ARRAY['a'], 'A')", "false"),
    ("contains_sequence(ARRAY[1, 2, 3, 4], ARRAY[2, 3])", "true"),
    ("contains_sequence(ARRAY[1, 2, 3, 4], ARRAY[2, 4])", "false"),
    ("contains_sequence(ARRAY[1, 1, 2], ARRAY[1, 2])", "true"),
    ("contains_sequence(ARRAY[1, NULL, 3], ARRAY[NULL, 3])", "true"),
    ("contains_sequence(ARRAY[1], ARRAY[])", "true"),
    ("contains_sequence(ARRAY[], ARRAY[1])", "false"),
    (f"contains_sequence(ARRAY[1], {NULL_ARRAY})", None),
    ("NOT contains_sequence(ARRAY[1], ARRAY[2])", "true"),
    ("array_position(ARRAY['a', 'b', 'b'], 'b')", "2"),
    ("array_position(ARRAY['a', NULL, 'b'], 'b')", "3"),
    ("array_position(ARRAY['a'], CAST(NULL AS varchar))", None),
    ("array_position(ARRAY[1.5], 1.5)", "1"),
    ("array_join(ARRAY[1, NULL, 2], '-')", "1-2"),
    ("array_join(ARRAY[1, NULL, 2], '-', 'x')", "1-x-2"),
    ("array_join(ARRAY[1.50, 2], ',')", "1.50,2.00"),
    ("array_join(ARRAY[true, false], ',')", "true,false"),
    ("array_join(ARRAY[1E0], ',')", "1.0E0"),
    ("array_join(ARRAY[DATE '2026-01-31'], ',')", "2026-01-31"),
    ("array_join(ARRAY[NULL], ',')", ""),
    ("array_join(ARRAY[], ',')", ""),
    ("array_join(ARRAY['a', 'b'], NULL)", None),
    ("array_join(ARRAY['a', 'b'], '')", "ab"),
    ("array_min(ARRAY[3, 1, 2])", "1"),
    ("array_max(ARRAY['b', 'a'])", "b"),
    ("array_max(ARRAY[1, NULL])", None),
    ("array_min(ARRAY[])", None),
    (f"array_min({NULL_ARRAY})", None),
    ("array_max(ARRAY[1.5, 10.25])", "10.25"),
    ("array_max(ARRAY[2E0, 10E0])", "10.0"),
    ("array_min(ARRAY[ARRAY[2], ARRAY[1, 9]])", "[1, 9]"),
    ("array_max(ARRAY[TIMESTAMP '2026-01-01 10:00:00 +02:00', TIMESTAMP '2026-01-01 09:00:00 UTC'])", "2026-01-01 09:00:00 UTC"),
]
# fmt: on

# fmt: off
CHANGING: list[tuple[str, str | None]] = [
    ("array_distinct(ARRAY[2, 1, 2, NULL, NULL])", "[2, 1, null]"),
    ("array_distinct(ARRAY[])", "[]"),
    ("array_distinct(ARRAY[ARRAY[1], ARRAY[1], ARRAY[NULL], ARRAY[NULL]])", "[[1], [null]]"),
    ("array_distinct(ARRAY[map(ARRAY[1, 2], ARRAY[3, 4]), map(ARRAY[2, 1], ARRAY[4, 3])])", "[{1=3, 2=4}]"),
    ("array_distinct(ARRAY[TIMESTAMP '2026-01-01 10:00:00 +02:00', TIMESTAMP '2026-01-01 08:00:00 UTC'])", "[2026-01-01 10:00:00 +02:00]"),
    ("array_sort(ARRAY[3, NULL, 1, 2])", "[1, 2, 3, null]"),
    ("array_sort(ARRAY['é', 'z', 'a', 'Z'])", "[Z, a, z, é]"),
    ("array_sort(ARRAY[10E0, 9E0, -1E0])", "[-1.0, 9.0, 10.0]"),
    ("array_sort(ARRAY[ARRAY[2], ARRAY[1, 5], ARRAY[1]])", "[[1], [1, 5], [2]]"),
    ("array_sort(ARRAY[true, false])", "[false, true]"),
    ("array_sort(ARRAY[])", "[]"),
    ("array_union(ARRAY[1, NULL, 1], ARRAY[NULL, 2, 1])", "[1, null, 2]"),
    ("array_union(ARRAY[], ARRAY[])", "[]"),
    (f"array_union(ARRAY[1], {NULL_ARRAY})", None),
    ("array_intersect(ARRAY[5, 5, 1, NULL], ARRAY[NULL, 1, 2])", "[1, null]"),
    ("array_intersect(ARRAY[1, 2], ARRAY[2, 1, 3])", "[2, 1]"),
    ("array_intersect(ARRAY[1, 2], ARRAY[2, 1])", "[1, 2]"),
    ("array_intersect(ARRAY[1], ARRAY[])", "[]"),
    ("array_except(ARRAY[1, 1, 2, NULL], ARRAY[2])", "[1, null]"),
    ("array_except(ARRAY[1, NULL], ARRAY[NULL])", "[1]"),
    ("array_except(ARRAY[1, 1], ARRAY[])", "[1, 1]"),
    ("array_except(ARRAY[], ARRAY[1])", "[]"),
    ("arrays_overlap(ARRAY[1, 2], ARRAY[2, 3])", "true"),
    ("arrays_overlap(ARRAY[1], ARRAY[2])", "false"),
    ("arrays_overlap(ARRAY[1, NULL], ARRAY[2])", None),
    ("arrays_overlap(ARRAY[1, NULL], ARRAY[NULL, 1])", "true"),
    ("arrays_overlap(ARRAY[NULL], ARRAY[NULL])", None),
    ("arrays_overlap(ARRAY[NULL], ARRAY[])", "false"),
    ("NOT arrays_overlap(ARRAY[1], ARRAY[2])", "true"),
    ("NOT arrays_overlap(ARRAY[1, NULL], ARRAY[2])", None),
    ("array_remove(ARRAY[1, NULL, 2, 1], 1)", "[null, 2]"),
    ("array_remove(ARRAY[1, 2], NULL)", None),
    ("array_remove(ARRAY['a'], 'b')", "[a]"),
    ("array_histogram(ARRAY['a', 'b', 'a', NULL])", "{a=2, b=1}"),
    ("flatten(ARRAY[ARRAY[1], NULL, ARRAY[], ARRAY[2, NULL]])", "[1, 2, null]"),
    ("slice(ARRAY[1, 2, 3, 4], 2, 2)", "[2, 3]"),
    ("slice(ARRAY[1, 2, 3, 4], -2, 5)", "[3, 4]"),
    ("slice(ARRAY[1, 2, 3], -5, 4)", "[]"),
    ("slice(ARRAY[1, 2], 5, 1)", "[]"),
    ("slice(ARRAY[1, 2], 1, 0)", "[]"),
    ("slice(ARRAY[], 1, 1)", "[]"),
    ("trim_array(ARRAY[1, 2, 3, 4], 1)", "[1, 2, 3]"),
    ("trim_array(ARRAY[1, 2], 2)", "[]"),
    ("reverse(ARRAY[1, NULL, 3])", "[3, null, 1]"),
    ("reverse(ARRAY[])", "[]"),
    ("combinations(ARRAY['foo', 'bar', 'baz'], 2)", "[[foo, bar], [foo, baz], [bar, baz]]"),
    ("combinations(ARRAY[1, 2, 3, 4], 2)", "[[1, 2], [1, 3], [2, 3], [1, 4], [2, 4], [3, 4]]"),
    ("combinations(ARRAY[1, 2], 3)", "[]"),
    ("combinations(ARRAY[1, 2], 0)", "[[]]"),
    ("ngrams(ARRAY['foo', 'bar', 'baz', 'foo'], 2)", "[[foo, bar], [bar, baz], [baz, foo]]"),
    ("ngrams(ARRAY['foo', 'bar'], 5)", "[[foo, bar]]"),
    ("ngrams(ARRAY[1, 2, 3], 1)", "[[1], [2], [3]]"),
    ("zip(ARRAY[1, 2], ARRAY['1b', NULL, '3b'])", "[{field0=1, field1=1b}, {field0=2, field1=null}, {field0=null, field1=3b}]"),
    ("zip(ARRAY[], ARRAY[])", "[]"),
    ("zip(ARRAY[1], ARRAY[2], ARRAY[3])", "[{field0=1, field1=2, field2=3}]"),
]
# fmt: on

# fmt: off
COMPARING: list[tuple[str, str | None]] = [
    ("ARRAY[1, 2] = ARRAY[1, 2]", "true"),
    ("ARRAY[1, 2] = ARRAY[1]", "false"),
    ("ARRAY[1, NULL] = ARRAY[1]", "false"),
    ("ARRAY[1, NULL] = ARRAY[1, 2]", None),
    ("ARRAY[1] = ARRAY[1E0]", "true"),
    ("ARRAY[-1E0 * 0E0] = ARRAY[0E0]", "true"),
    ("ARRAY[1] < ARRAY[1, 0]", "true"),
    ("ARRAY[9] < ARRAY[10]", "true"),
    ("ARRAY[2] > ARRAY[1, 9]", "true"),
    ("ARRAY[] < ARRAY[1]", "true"),
    ("ARRAY[1] IN (ARRAY[2], ARRAY[1])", "true"),
    ("ARRAY[1] NOT IN (ARRAY[2], NULL)", None),
    ("ARRAY[1] NOT IN (ARRAY[2], ARRAY[NULL])", None),
    ("ARRAY[1] IN (ARRAY[1E0])", "true"),
    ("ARRAY[NULL] IS DISTINCT FROM ARRAY[NULL]", "false"),
    ("ARRAY[TIMESTAMP '2026-01-01 10:00:00 +02:00'] = ARRAY[TIMESTAMP '2026-01-01 08:00:00 UTC']", "true"),
]
# fmt: on

# fmt: off
CASTS: list[tuple[str, str | None]] = [
    ("CAST(ARRAY['1', NULL, '2'] AS array(integer))", "[1, null, 2]"),
    ("CAST(ARRAY[1, 2] AS array(varchar))", "[1, 2]"),
    ("CAST(ARRAY[ARRAY['1.5']] AS array(array(double)))", "[[1.5]]"),
    ("CAST(ARRAY[1.4, 2.5] AS array(integer))", "[1, 3]"),
    ("TRY_CAST(ARRAY['1', 'x'] AS array(integer))", None),
    ("CAST(NULL AS array(integer))", None),
    ("CAST(ARRAY['true', 'f'] AS array(boolean)) = ARRAY[true, false]", "true"),
    ("CAST(ARRAY[] AS array(varchar))", "[]"),
]
# fmt: on

ALL = [*MAKING, *READING, *CHANGING, *COMPARING, *CASTS]

# expression, what its error says
# fmt: off
ERRORS: list[tuple[str, str]] = [
    ("ARRAY[1, 'a']", "All ARRAY elements must be the same type: integer, found varchar"),
    ("ARRAY[1][0]", "SQL array indices start at 1"),
    ("ARRAY[1][-1]", "Array subscript is negative: -1"),
    ("ARRAY[1][2]", "Array subscript must be less than or equal to array length: 2 > 1"),
    ("ARRAY[1]['a']", "an array's subscript must be a bigint: actual type varchar"),
    ("1[1]", "unexpected ["),
    ("element_at(ARRAY[1], 0)", "SQL array indices start at 1"),
    ("ARRAY[1] || 'a'", "Unexpected parameters (array(integer), varchar) for function concat"),
    ("ARRAY[1] || NULL", "Unexpected parameters (array(integer), unknown) for function concat"),
    ("concat(ARRAY[1], NULL)", "concat of an array and NULL: write || and a NULL with a CAST"),
    ("contains(ARRAY[ARRAY[1, NULL]], ARRAY[1, 2])", "contains does not support arrays with elements that are null or contain null"),
    ("array_position(ARRAY[ARRAY[NULL]], ARRAY[1])", "array_position does not support arrays with elements that are null or contain null"),
    ("array_remove(ARRAY[ARRAY[NULL]], ARRAY[1])", "array_remove does not support arrays with elements that are null or contain null"),
    ("contains(ARRAY[1], 'a')", "Unexpected parameters (array(integer), varchar) for function contains"),
    ("array_join(ARRAY[ARRAY[1]], ',')", "Input type array(integer) not supported"),
    ("array_sort(ARRAY[map()])", "values of type map(unknown, unknown) have no order"),
    ("array_max(ARRAY[ARRAY[map()]])", "have no order"),
    ("array_sort(ARRAY[ARRAY[1], ARRAY[NULL]])", "ARRAY comparison not supported for arrays with null elements"),
    ("ARRAY[NULL] < ARRAY[1]", "ARRAY comparison not supported for arrays with null elements"),
    ("repeat('a', -1)", "count argument of repeat function must be greater than or equal to 0"),
    ("repeat('a', 100001)", "count argument of repeat function must be less than or equal to 100000"),
    ("sequence(1, 2, 0)", "step must not be zero"),
    ("sequence(2, 1, 1)", "sequence stop value should be greater than or equal to start value"),
    ("sequence(1, 10001)", "result of sequence function must not have more than 10000 entries"),
    ("sequence(-9223372036854775807, 9223372036854775807)", "must not have more than 10000 entries"),
    ("sequence(DATE '2026-01-01', DATE '2026-01-02', INTERVAL '1' HOUR)", "sequence step must be a day interval"),
    ("slice(ARRAY[1], 0, 1)", "SQL array indices start at 1"),
    ("slice(ARRAY[1], 1, -1)", "length must be greater than or equal to 0"),
    ("trim_array(ARRAY[1], -1)", "size must not be negative: -1"),
    ("trim_array(ARRAY[1], 2)", "size must not exceed array cardinality 1: 2"),
    ("combinations(ARRAY[1], 6)", "combination size must not exceed 5: 6"),
    ("combinations(ARRAY[1], -1)", "combination size must not be negative: -1"),
    ("combinations(sequence(1, 1000), 3)", "combinations exceed max size"),
    ("ngrams(ARRAY[1], 0)", "N must be positive"),
    ("shuffle(ARRAY[1])", "shuffle"),
    ("CAST(ARRAY['x'] AS array(integer))", "Cannot cast 'x' to INT"),
    ("CAST(ARRAY[1] AS varchar)", "Cannot cast array(integer) to varchar"),
    ("CAST(ARRAY[1] AS array(array(integer)))", "Cannot cast array(integer) to array(array(integer))"),
]
# fmt: on


@pytest.mark.parametrize(("expression", "value"), ALL)
def test_an_expression_over_arrays_has_its_value_in_trino(
    world: World, expression: str, value: str | None
) -> None:
    assert world.value(expression) == value


@pytest.mark.parametrize(("expression", "message"), ERRORS)
def test_an_expression_over_arrays_fails_as_in_trino(
    world: World, expression: str, message: str
) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert message in str(caught.value)


@pytest.mark.parametrize("count", [89, 90, 91, 127, 128, 1000, 8101])
def test_an_array_may_be_written_with_any_number_of_elements(world: World, count: int) -> None:
    listed = ", ".join(map(str, range(count)))
    (row,) = world.rows(f"SELECT ARRAY[{listed}]")
    assert json.loads(row[0]) == list(range(count))


def test_an_array_with_a_nul_character_is_refused_where_sqlite_would_cut_it(world: World) -> None:
    if sqlite3.sqlite_version_info >= (3, 45):
        pytest.skip("this SQLite keeps NUL characters")
    with pytest.raises(QueryError) as caught:
        world.value("transform(ARRAY[json_extract_scalar('\"a\\u0000b\"', '$')], x -> x)")
    assert "NUL" in str(caught.value)


@pytest.mark.parametrize("text", ['["a"]', '["a\\\\u0000"]', "[1,null]", '["\\\\\\\\u0000"]'])
def test_an_array_without_nul_characters_passes_as_it_is(text: str) -> None:
    assert arrays.each(text) == text


LETTERS = st.text(alphabet='aé"\\\n \x01%_:.😀', max_size=3)


@given(st.lists(st.none() | LETTERS, max_size=4), LETTERS)
def test_the_short_way_to_contains_says_what_the_long_way_says(
    items: list[str | None], wanted: str
) -> None:
    text = values.dump(items)
    assert arrays.contains(text, wanted) is arrays.contains_any("array(varchar)", text, wanted)


@pytest.mark.parametrize(
    "kind", ["integer", "double", "varchar", "array(double)", "row(integer, varchar)"]
)
@given(data=st.data())
def test_sort_keys_are_ordered_as_the_values_are(kind: str, data: st.DataObject) -> None:
    plain = {
        "integer": st.integers(-(2**31), 2**31 - 1),
        "double": st.floats(allow_nan=False).map(repr),
        "varchar": st.text(alphabet="a!é😀", max_size=3),
    }
    inside = {
        **plain,
        "array(double)": st.lists(plain["double"], max_size=3),
        "row(integer, varchar)": st.tuples(plain["integer"], plain["varchar"]).map(list),
    }[kind]
    left, right = data.draw(inside), data.draw(inside)
    own = parse_type(kind)
    first, second = values.sort_key(own, left), values.sort_key(own, right)
    assert (first > second) - (first < second) == values.compare(own, left, right)


def test_arrays_are_ordered_and_grouped_by_what_they_hold(world: World) -> None:
    one = "SELECT ARRAY[10] AS a UNION ALL SELECT ARRAY[9] UNION ALL SELECT ARRAY[9, 1]"
    assert world.texts(f"SELECT a FROM ({one}) ORDER BY a") == [("[9]",), ("[9, 1]",), ("[10]",)]
    assert world.texts(f"SELECT a FROM ({one}) ORDER BY a DESC LIMIT 1") == [("[10]",)]
    zeros = "SELECT ARRAY[0E0] AS a UNION ALL SELECT ARRAY[-1E0 * 0E0]"
    assert world.texts(f"SELECT count(*) FROM ({zeros}) GROUP BY a") == [("2",)]
    zones = (
        "SELECT ARRAY[TIMESTAMP '2026-01-01 10:00:00 +02:00'] AS a "
        "UNION ALL SELECT ARRAY[TIMESTAMP '2026-01-01 08:00:00 UTC']"
    )
    assert world.texts(f"SELECT count(*) FROM ({zones}) GROUP BY a") == [("2",)]


def test_arrays_of_columns_are_read_by_subscript_and_field() -> None:
    world = World(":memory:")
    world.add(
        "access_request_create",
        "2026-11-20T10:00:00.000Z",
        resource_ids=[{"kind": "node", "name": "a"}, {"kind": "db", "name": None}],
        roles=["admin", "editor"],
    )
    assert world.texts(
        "SELECT resource_ids[1].kind, resource_ids[2].name, element_at(resource_ids, 3).kind, "
        "roles[2] || '!', cardinality(resource_ids) FROM access_request_create"
    ) == [("node", None, None, "editor!", "2")]
