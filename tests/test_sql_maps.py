"""Maps: making them, reading them, and every function over them, with Trino's values."""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

import pytest
from sql_world import World

from datasette_access_monitoring.errors import QueryError

NULL_MAP = "CAST(NULL AS map(varchar, integer))"
AB = "map(ARRAY['a', 'b'], ARRAY[1, 2])"

# expression, value as text (None is NULL)
# fmt: off
VALUES: list[tuple[str, str | None]] = [
    ("map()", "{}"),
    ("MAP()", "{}"),
    (AB, "{a=1, b=2}"),
    ("map(ARRAY[], ARRAY[])", "{}"),
    ("map(ARRAY['a'], ARRAY[NULL])", "{a=null}"),
    ("map(ARRAY[1.5], ARRAY[ARRAY[1]])", "{1.5=[1]}"),
    ("map(ARRAY[ARRAY[1], ARRAY[2]], ARRAY['x', 'y'])", "{[1]=x, [2]=y}"),
    ("map(NULL, ARRAY[1])", None),
    (f"{AB}['b']", "2"),
    ("map(ARRAY['a'], ARRAY[NULL])['a']", None),
    (f"{AB}[NULL]", None),
    (f"{NULL_MAP}['a']", None),
    ("map(ARRAY[1E0], ARRAY['x'])[1]", "x"),
    ("map(ARRAY[1, 2], ARRAY[1E0, 2.5E0])[2]", "2.5"),
    ("map(ARRAY[true], ARRAY['x'])[true]", "x"),
    ("map(ARRAY[DATE '2026-01-31'], ARRAY['x'])[DATE '2026-01-31']", "x"),
    ("map(ARRAY[(1, 'a')], ARRAY['x'])[(1, 'a')]", "x"),
    ("map(ARRAY['é', ''], ARRAY[1, 2])['']", "2"),
    (f"element_at({AB}, 'b')", "2"),
    (f"element_at({AB}, 'c')", None),
    (f"element_at({AB}, 'B')", None),
    (f"element_at({NULL_MAP}, 'c')", None),
    ("element_at(map(), 1)", None),
    (f"cardinality({AB})", "2"),
    ("cardinality(map())", "0"),
    (f"cardinality({NULL_MAP})", None),
    (f"map_keys({AB})", "[a, b]"),
    ("map_keys(map())", "[]"),
    (f"map_values({AB})", "[1, 2]"),
    ("map_values(map(ARRAY[1, 2], ARRAY[NULL, 1E0]))", "[null, 1.0]"),
    (f"map_keys({NULL_MAP})", None),
    ("map_entries(map(ARRAY[1, 2], ARRAY['x', 'y']))", "[{field0=1, field1=x}, {field0=2, field1=y}]"),
    ("map_entries(map())", "[]"),
    (f"map_entries({NULL_MAP})", None),
    ("map_from_entries(ARRAY[(1, 'x'), (2, NULL)])", "{1=x, 2=null}"),
    ("map_from_entries(ARRAY[ROW('a', 1.5)])", "{a=1.5}"),
    (f"map_from_entries(map_entries({AB})) = {AB}", "true"),
    ("multimap_from_entries(ARRAY[(1, 'x'), (2, 'y'), (1, 'z')])", "{1=[x, z], 2=[y]}"),
    ("multimap_from_entries(ARRAY[(1, NULL)])", "{1=[null]}"),
    # the last map comes first in the result
    ("map_concat(map(ARRAY['a', 'c'], ARRAY[1, 9]), map(ARRAY['b', 'a'], ARRAY[3, 2]))", "{b=3, a=2, c=9}"),
    ("map_concat(map(ARRAY['a'], ARRAY[1]), map())", "{a=1}"),
    ("map_concat(map(ARRAY['a'], ARRAY[1]), map(ARRAY['a'], ARRAY[2]), map(ARRAY['a'], ARRAY[3]))", "{a=3}"),
    (f"map_concat({AB}, {NULL_MAP})", None),
    ("map(ARRAY[1, 2], ARRAY[3, 4]) = map(ARRAY[2, 1], ARRAY[4, 3])", "true"),
    ("map(ARRAY[1], ARRAY[3]) = map(ARRAY[2], ARRAY[3])", "false"),
    ("map(ARRAY[1], ARRAY[NULL]) = map(ARRAY[1], ARRAY[3])", None),
    ("map(ARRAY[1], ARRAY[NULL]) = map(ARRAY[2], ARRAY[3])", "false"),
    ("map(ARRAY[1], ARRAY[3]) <> map(ARRAY[1], ARRAY[4])", "true"),
    ("map(ARRAY[1], ARRAY[3]) IN (map(ARRAY[1], ARRAY[3]))", "true"),
    ("map(ARRAY[1], ARRAY[NULL]) IS NOT DISTINCT FROM map(ARRAY[1], ARRAY[NULL])", "true"),
    ("CAST(map(ARRAY['1'], ARRAY[2]) AS map(integer, varchar))", "{1=2}"),
    ("CAST(map(ARRAY['1'], ARRAY[NULL]) AS map(integer, varchar))", "{1=null}"),
    ("TRY_CAST(map(ARRAY['x'], ARRAY[1]) AS map(integer, integer))", None),
    ("transform_keys(map(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> k || CAST(v AS varchar))", "{a1=1, b2=2}"),
    ("transform_keys(map(), (k, v) -> 1)", "{}"),
    ("transform_keys(map(ARRAY[1, 2], ARRAY[1.0, 1.4]), (k, v) -> map(ARRAY[1, 2], ARRAY['one', 'two'])[k])", "{one=1.0, two=1.4}"),
    (f"transform_keys({NULL_MAP}, (k, v) -> 1)", None),
    ("transform_values(map(ARRAY[1, 2, 3], ARRAY[10, 20, 30]), (k, v) -> v + k)", "{1=11, 2=22, 3=33}"),
    ("transform_values(map(ARRAY['a', 'b'], ARRAY[1, NULL]), (k, v) -> v IS NULL)", "{a=false, b=true}"),
    ("transform_values(map(ARRAY[1E0], ARRAY[2]), (k, v) -> k / v)", "{1.0=0.5}"),
    (f"transform_values({NULL_MAP}, (k, v) -> v)", None),
    ("map_filter(map(ARRAY[10, 20, 30], ARRAY['a', NULL, 'c']), (k, v) -> v IS NOT NULL)", "{10=a, 30=c}"),
    ("map_filter(map(ARRAY['k1', 'k2', 'k3'], ARRAY[20, 3, 15]), (k, v) -> v > 10)", "{k1=20, k3=15}"),
    ("map_filter(map(ARRAY[1], ARRAY[NULL]), (k, v) -> v > 10)", "{}"),
    ("map_filter(map(), (k, v) -> true)", "{}"),
    (f"map_filter({NULL_MAP}, (k, v) -> true)", None),
    ("map_zip_with(map(ARRAY[1, 2, 3], ARRAY['a', 'b', 'c']), map(ARRAY[1, 2, 3], ARRAY['d', 'e', 'f']), (k, v1, v2) -> concat(v1, v2))", "{1=ad, 2=be, 3=cf}"),
    ("map_zip_with(map(ARRAY['k1', 'k2'], ARRAY[1, 2]), map(ARRAY['k3', 'k2'], ARRAY[9, 4]), (k, v1, v2) -> (v1, v2))", "{k1={field0=1, field1=null}, k2={field0=2, field1=4}, k3={field0=null, field1=9}}"),
    ("map_zip_with(map(ARRAY['a'], ARRAY[1]), map(), (k, v1, v2) -> k)", "{a=a}"),
    (f"map_zip_with({AB}, {NULL_MAP}, (k, v1, v2) -> k)", None),
]
# fmt: on

# expression, what its error says
# fmt: off
ERRORS: list[tuple[str, str]] = [
    (f"{AB}['c']", "Key not present in map: c"),
    ("map(ARRAY[1.50], ARRAY[1])[2]", "Key not present in map: 2.00"),
    ("map()[1]", "Key not present in map: "),
    (f"{AB}[1]", "a map's subscript must be of its keys' type varchar: actual type integer"),
    (f"element_at({AB}, 1)", "Unexpected parameters (map(varchar, integer), integer) for function element_at"),
    ("map(ARRAY[ARRAY[1]], ARRAY[1])[ARRAY[NULL]]", "map key cannot be null or contain nulls"),
    ("map(ARRAY['a', 'a'], ARRAY[1, 2])", "Duplicate map keys (a) are not allowed"),
    ("map(ARRAY[0E0, -1E0 * 0E0], ARRAY[1, 2])", "Duplicate map keys"),
    ("map(ARRAY['a', NULL], ARRAY[1, 2])", "map key cannot be null"),
    ("map(ARRAY[ARRAY[1, NULL]], ARRAY[1])", "map key cannot be indeterminate"),
    ("map(ARRAY['a'], ARRAY[1, 2])", "Key and value arrays must be the same length"),
    ("map(ARRAY['a'])", "Unexpected parameters (array(varchar)) for function map"),
    ("map('a', 1)", "Unexpected parameters (varchar, integer) for function map"),
    ("map_from_entries(ARRAY[(1, 'x'), NULL])", "map entry cannot be null"),
    ("map_from_entries(ARRAY[(NULL, 'x')])", "map key cannot be null"),
    ("map_from_entries(ARRAY[(1, 'x'), (1, 'y')])", "Duplicate keys (1) are not allowed"),
    ("map_from_entries(ARRAY[(1, 'x', 2)])", "an entry is a row of a key and a value"),
    ("multimap_from_entries(ARRAY[(NULL, 'x')])", "map key cannot be null"),
    ("map_concat(map())", "Unexpected parameters (map(unknown, unknown)) for function map_concat"),
    (f"{AB} < {AB}", "Cannot apply operator: map(varchar, integer) < map(varchar, integer)"),
    ("CAST(map(ARRAY['1', '01'], ARRAY[1, 2]) AS map(integer, integer))", "duplicate keys"),
    ("CAST(map() AS varchar)", "Cannot cast map(unknown, unknown) to varchar"),
    (f"transform_keys({AB}, (k, v) -> 1)", "Duplicate keys (1) are not allowed"),
    (f"transform_keys({AB}, (k, v) -> CAST(NULL AS integer))", "map key cannot be null"),
    (f"map_filter({AB}, k -> true)", "Expected a lambda that takes 2 argument(s) but got 1"),
    (f"map_filter({AB}, (k, v) -> v)", "Unexpected parameters"),
]
# fmt: on


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_an_expression_over_maps_has_its_value_in_trino(
    world: World, expression: str, value: str | None
) -> None:
    assert world.value(expression) == value


@pytest.mark.parametrize(("expression", "message"), ERRORS)
def test_an_expression_over_maps_fails_as_in_trino(
    world: World, expression: str, message: str
) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert message in str(caught.value)


def test_equal_maps_are_one_group_whatever_the_order_of_their_keys(world: World) -> None:
    maps = (
        "SELECT map(ARRAY[1, 2], ARRAY['a', 'b']) AS m "
        "UNION ALL SELECT map(ARRAY[2, 1], ARRAY['b', 'a'])"
    )
    assert world.texts(f"SELECT count(*) FROM ({maps}) GROUP BY m") == [("2",)]
    assert len(world.texts(f"SELECT DISTINCT m FROM ({maps})")) == 1
