"""UNNEST in FROM: arrays, maps and rows as rows, lateral, with Trino's rules.

Source: Trino's documentation of SELECT, "UNNEST", and its StatementAnalyzer.
"""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

from itertools import zip_longest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.errors import QueryError

Rows = list[tuple[str | None, ...]]


@pytest.fixture(scope="module")
def world() -> World:
    world = World(":memory:")
    world.add("kube_request", "2026-11-21T10:00:00Z", user="a", kubernetes_groups=["x", "y"])
    world.add("kube_request", "2026-11-21T11:00:00Z", user="b", kubernetes_groups=[])
    world.add("kube_request", "2026-11-21T12:00:00Z", user="c")
    ids = [{"kind": "node", "name": "n"}, None, {"name": 'Ü"', "kind": "db"}]
    world.add("access_request_create", "2026-11-21T10:00:00Z", user="a", resource_ids=ids)
    return world


ANSWERS: dict[str, tuple[str, Rows]] = {
    "of a literal": ("SELECT * FROM UNNEST(ARRAY[3, NULL, 1])", [("3",), (None,), ("1",)]),
    "with names": ("SELECT t.x FROM UNNEST(ARRAY[3, 1]) AS t(x) ORDER BY x", [("1",), ("3",)]),
    "an alias without AS": ("SELECT x FROM UNNEST(ARRAY[3]) t(x)", [("3",)]),
    "an alias without names": ("SELECT t.* FROM UNNEST(ARRAY[3]) AS t", [("3",)]),
    "no element": ("SELECT x FROM UNNEST(ARRAY[]) AS t(x)", []),
    "NULL": ("SELECT x FROM UNNEST(CAST(NULL AS array(integer))) AS t(x)", []),
    "several arrays go side by side": (
        "SELECT * FROM UNNEST(ARRAY[1, 2], ARRAY['a'], ARRAY[true, false, true]) AS t(n, s, b)",
        [("1", "a", "true"), ("2", None, "false"), (None, None, "true")]),
    "a NULL beside an array": (
        "SELECT * FROM UNNEST(CAST(NULL AS array(integer)), ARRAY['a']) AS t(n, s)", [(None, "a")]),
    "WITH ORDINALITY counts from 1": (
        "SELECT x, n FROM UNNEST(ARRAY['a', 'b']) WITH ORDINALITY AS t(x, n)",
        [("a", "1"), ("b", "2")]),
    "WITH ORDINALITY without a name": (
        "SELECT * FROM UNNEST(ARRAY['a', 'b']) WITH ORDINALITY", [("a", "1"), ("b", "2")]),
    "WITH ORDINALITY of several": (
        "SELECT * FROM UNNEST(ARRAY['a'], ARRAY[1, 2]) WITH ORDINALITY t(x, y, n)",
        [("a", "1", "1"), (None, "2", "2")]),
    "a map": (
        "SELECT k, v FROM UNNEST(map(ARRAY['a', 'b'], ARRAY[1, NULL])) AS t(k, v) ORDER BY k",
        [("a", "1"), ("b", None)]),
    "a map beside an array": (
        "SELECT * FROM UNNEST(map(ARRAY['a'], ARRAY[1]), ARRAY['x', 'y']) AS t(k, v, x)",
        [("a", "1", "x"), (None, None, "y")]),
    "rows give their fields": (
        "SELECT r.kind, r.name FROM access_request_create CROSS JOIN UNNEST(resource_ids) AS r",
        [("node", "n"), (None, None), ("db", 'Ü"')]),
    "rows under other names": (
        "SELECT b, c FROM access_request_create CROSS JOIN UNNEST(resource_ids) AS r(a, b, c, d)",
        [("node", "n"), (None, None), ("db", 'Ü"')]),
    "unnamed rows": (
        "SELECT * FROM UNNEST(ARRAY[ROW(1, 'a'), NULL, ROW(2, 'b')]) AS t(n, s)",
        [("1", "a"), (None, None), ("2", "b")]),
    "rows beside an array": (
        "SELECT * FROM UNNEST(ARRAY[ROW(1, 'a')], ARRAY[7, 8]) AS t(n, s, m)",
        [("1", "a", "7"), (None, None, "8")]),
    # lateral
    "a column to the left": (
        "SELECT user, g FROM kube_request CROSS JOIN UNNEST(kubernetes_groups) AS t(g) ORDER BY g",
        [("a", "x"), ("a", "y")]),
    "after a comma": (
        "SELECT k.user, g FROM kube_request k, UNNEST(k.kubernetes_groups) AS t(g) ORDER BY g",
        [("a", "x"), ("a", "y")]),
    "after two commas": (
        "SELECT k.user, g FROM kube_request k, (VALUES 1), UNNEST(k.kubernetes_groups) AS t(g) "
        "ORDER BY g", [("a", "x"), ("a", "y")]),
    "INNER JOIN ON TRUE": (
        "SELECT user, g FROM kube_request JOIN UNNEST(kubernetes_groups) AS t(g) ON TRUE ORDER BY g",
        [("a", "x"), ("a", "y")]),
    "LEFT JOIN keeps rows without elements": (
        "SELECT user, g, n FROM kube_request LEFT JOIN UNNEST(kubernetes_groups) WITH ORDINALITY "
        "AS t(g, n) ON TRUE ORDER BY user, g",
        [("a", "x", "1"), ("a", "y", "2"), ("b", None, None), ("c", None, None)]),
    "of what another gives": (
        "SELECT y FROM UNNEST(ARRAY[ARRAY['a', NULL], ARRAY['b']]) AS t(x) "
        "CROSS JOIN UNNEST(x) AS u(y)", [("a",), (None,), ("b",)]),
    "in parentheses": (
        "SELECT w.x, g FROM (VALUES 'x', 'z') AS w(x) LEFT JOIN (kube_request k "
        "CROSS JOIN UNNEST(kubernetes_groups) AS t(g)) ON w.x = g ORDER BY 1",
        [("x", "x"), ("z", None)]),
    "before a RIGHT JOIN": (
        "SELECT g, x FROM kube_request CROSS JOIN UNNEST(kubernetes_groups) AS t(g) "
        "RIGHT JOIN (VALUES 'x', 'z') AS w(x) ON x = g ORDER BY x", [("x", "x"), (None, "z")]),
    "before a FULL JOIN": (
        "SELECT g, x FROM kube_request CROSS JOIN UNNEST(kubernetes_groups) AS t(g) "
        "FULL JOIN (VALUES 'x', 'z') AS w(x) ON x = g ORDER BY x, g",
        [("x", "x"), (None, "z"), ("y", None)]),
    "in a correlated subquery": (
        "SELECT user, (SELECT max(g) FROM UNNEST(k.kubernetes_groups) AS t(g)) FROM kube_request k "
        "ORDER BY user", [("a", "y"), ("b", None), ("c", None)]),
    "in EXISTS": (
        "SELECT user FROM kube_request k WHERE EXISTS "
        "(SELECT 1 FROM UNNEST(k.kubernetes_groups) AS t(g) WHERE g = 'y')", [("a",)]),
    "in IN": (
        "SELECT user FROM kube_request k WHERE 'x' IN "
        "(SELECT g FROM UNNEST(kubernetes_groups) AS t(g))", [("a",)]),
    "grouped": (
        "SELECT g, count(*) FROM kube_request CROSS JOIN UNNEST(kubernetes_groups) AS t(g) "
        "GROUP BY g ORDER BY g DESC", [("y", "1"), ("x", "1")]),
    "a row's field grouped": (
        "SELECT r.kind, count(*) FROM access_request_create CROSS JOIN UNNEST(resource_ids) AS r "
        "GROUP BY r.kind ORDER BY 1", [("db", "1"), ("node", "1"), (None, "1")]),
    # elements of each type
    "doubles": (
        "SELECT x, x / 2 FROM UNNEST(ARRAY[1E0, 1E300, infinity()]) AS t(x)",
        [("1.0", "0.5"), ("1.0E300", "5.0E299"), ("Infinity", "Infinity")]),
    "decimals": ("SELECT x + 1 FROM UNNEST(ARRAY[1.5, -2.25]) AS t(x)", [("2.50",), ("-1.25",)]),
    "booleans": (
        "SELECT x, NOT x FROM UNNEST(ARRAY[true, NULL]) AS t(x)", [("true", "false"), (None, None)]),
    "bigints": (
        "SELECT x FROM UNNEST(ARRAY[9223372036854775807]) AS t(x)", [("9223372036854775807",)]),
    "dates": (
        "SELECT x + INTERVAL '1' DAY FROM UNNEST(ARRAY[DATE '2026-01-31']) AS t(x)",
        [("2026-02-01",)]),
    "moments": (
        "SELECT x FROM UNNEST(ARRAY[now()]) AS t(x) GROUP BY x", [("2026-11-22 12:00:00.000 UTC",)]),
    "arrays": (
        "SELECT x, cardinality(x) FROM UNNEST(ARRAY[ARRAY['a', NULL], ARRAY['\"ü'], NULL]) AS t(x)",
        [("[a, null]", "2"), ('["ü]', "1"), (None, None)]),
    "maps": (
        "SELECT x['k'] FROM UNNEST(ARRAY[map(ARRAY['k'], ARRAY[1E0])]) AS t(x)", [("1.0",)]),
    "texts that look like JSON": (
        "SELECT x FROM UNNEST(ARRAY['[1]', '{}', 'null', '', '\"']) AS t(x)",
        [("[1]",), ("{}",), ("null",), ("",), ('"',)]),
    "texts beside others that look like JSON": (
        "SELECT x FROM UNNEST(ARRAY['[1]', '{}', 'null', '', '\"'], ARRAY[1]) AS t(x, y)",
        [("[1]",), ("{}",), ("null",), ("",), ('"',)]),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_unnest_gives_trinos_rows(world: World, name: str) -> None:
    query, rows = ANSWERS[name]
    assert world.texts(query) == rows


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT 1 FROM UNNEST(1)", "line 1:22: Cannot unnest type: integer"),
        ("SELECT 1 FROM UNNEST('a')", "Cannot unnest type: varchar"),
        ("SELECT 1 FROM UNNEST(NULL)", "Cannot unnest type: unknown"),
        ("SELECT 1 FROM UNNEST(ARRAY[ROW(1, 2)]) AS t(x)",
         "Column alias list has 1 entries but 't' has 2 columns available"),
        ("SELECT 1 FROM UNNEST(ARRAY[1]) AS t(x, n)", "Column alias list has 2 entries"),
        ("SELECT 1 FROM UNNEST(ARRAY[1]) WITH OFFSET AS n", "WITH ORDINALITY"),
        ("SELECT 1 FROM UNNEST(kubernetes_groups)", "Column 'kubernetes_groups' cannot be resolved"),
        ("SELECT 1 FROM UNNEST(kubernetes_groups), kube_request",
         "Column 'kubernetes_groups' cannot be resolved"),
        ("SELECT 1 FROM kube_request k, exec CROSS JOIN UNNEST(k.kubernetes_groups)",
         "Column 'k.kubernetes_groups' cannot be resolved"),
        ("SELECT 1 FROM kube_request JOIN UNNEST(kubernetes_groups) AS t(g) ON g = 'x'",
         "INNER JOIN involving UNNEST is only supported with condition ON TRUE"),
        ("SELECT 1 FROM kube_request LEFT JOIN UNNEST(kubernetes_groups) AS t(g) ON g = 'x'",
         "LEFT JOIN involving UNNEST is only supported with condition ON TRUE"),
        ("SELECT 1 FROM kube_request LEFT JOIN UNNEST(kubernetes_groups) AS t(user) USING (user)",
         "LEFT JOIN involving UNNEST is only supported with condition ON TRUE"),
        ("SELECT 1 FROM kube_request RIGHT JOIN UNNEST(kubernetes_groups) ON TRUE",
         "RIGHT JOIN involving UNNEST: not supported"),
        ("SELECT 1 FROM kube_request FULL JOIN UNNEST(ARRAY[1]) ON TRUE",
         "FULL JOIN involving UNNEST: not supported"),
        ("SELECT 1 FROM kube_request k, UNNEST(k.kubernetes_groups) AS t(g) "
         "RIGHT JOIN (VALUES 'x') AS w(x) ON x = g", "RIGHT or FULL JOIN of an UNNEST after a comma"),
        ("SELECT 1 FROM kube_request CROSS JOIN UNNEST(array_agg(user))",
         "UNNEST cannot contain aggregations"),
    ],
)  # fmt: skip
def test_what_trino_or_sqlite_cannot_do_is_refused(world: World, query: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.texts(query)
    assert message in str(caught.value)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0'"), max_size=5)
ARRAYS = st.none() | st.lists(st.none() | TEXTS, max_size=4)


def _literal(elements: list[str | None] | None) -> str:
    if elements is None:
        return "CAST(NULL AS array(varchar))"
    listed = ", ".join("NULL" if element is None else f"'{element}'" for element in elements)
    return f"CAST(ARRAY[{listed}] AS array(varchar))"


@settings(deadline=None, max_examples=100)
@given(arrays=st.lists(ARRAYS, min_size=1, max_size=3))
def test_several_arrays_go_side_by_side(
    world: World, arrays: list[list[str | None] | None]
) -> None:
    listed = ", ".join(map(_literal, arrays))
    expected = list(zip_longest(*(array or [] for array in arrays)))
    assert world.texts(f"SELECT * FROM UNNEST({listed})") == expected
