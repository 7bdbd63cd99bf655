"""WITH RECURSIVE, with Trino's limits.

Source: Trino's documentation of SELECT, "WITH RECURSIVE clause", and its StatementAnalyzer.
"""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

import pytest
from sql_world import World

from datasette_access_monitoring.errors import QueryError

Rows = list[tuple[str | None, ...]]


@pytest.fixture(scope="module")
def world() -> World:
    world = World(":memory:")
    world.add("exec", "2026-11-20T10:00:00Z", user="a", login="root")
    world.add("exec", "2026-11-20T11:00:00Z", user="root", login="db")
    return world


ANSWERS: dict[str, tuple[str, Rows]] = {
    "the documentation's example": (
        "WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 4) "
        "SELECT sum(n) FROM t", [("10",)]),
    "no step gives a row": (
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE false) SELECT n FROM t",
        [("1",)]),
    "no base": (
        "WITH RECURSIVE t(n) AS (SELECT 1 WHERE false UNION ALL SELECT n + 1 FROM t) SELECT n FROM t", []),
    "ten steps are the most": (
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 11) "
        "SELECT count(*), max(n) FROM t", [("11", "11")]),
    "several rows at each step": (
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + x FROM t CROSS JOIN (VALUES 1, 2) AS v(x) "
        "WHERE n < 3) SELECT n, count(*) FROM t GROUP BY n ORDER BY n",
        [("1", "1"), ("2", "1"), ("3", "2"), ("4", "1")]),
    "two columns": (
        "WITH RECURSIVE t(a, b) AS (SELECT 0, 1 UNION ALL SELECT b, a + b FROM t WHERE b < 9) "
        "SELECT a FROM t ORDER BY 1", [("0",), ("1",), ("1",), ("2",), ("3",), ("5",), ("8",)]),
    "a path through a view": (
        "WITH RECURSIVE t(login, path) AS (SELECT login, user || '>' || login FROM exec WHERE user = 'a' "
        "UNION ALL SELECT e.login, t.path || '>' || e.login FROM t JOIN exec e ON e.user = t.login) "
        "SELECT path FROM t ORDER BY path", [("a>root",), ("a>root>db",)]),
    "the step's columns become the base's types": (
        "WITH RECURSIVE t(n) AS (SELECT 1E0 UNION ALL SELECT 2 FROM t WHERE n < 2) SELECT n FROM t ORDER BY 1",
        [("1.0",), ("2.0",)]),
    "all columns of the step": (
        "WITH RECURSIVE t(n, m) AS (SELECT 1, 2 UNION ALL SELECT t.* FROM t WHERE m > 2) SELECT * FROM t",
        [("1", "2")]),
    "the step on the left of a LEFT JOIN": (
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t LEFT JOIN exec ON user = 'z' "
        "WHERE n < 3) SELECT n FROM t ORDER BY 1", [("1",), ("2",), ("3",)]),
    "an UNNEST in the step": (
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT u FROM t CROSS JOIN UNNEST(ARRAY[n + 1, n + 2]) "
        "AS x(u) WHERE n < 2) SELECT n FROM t ORDER BY 1", [("1",), ("2",), ("3",)]),
    "a base of several parts": (
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT 5 UNION ALL SELECT n + 1 FROM t WHERE n < 3) "
        "SELECT n FROM t ORDER BY 1", [("1",), ("2",), ("3",), ("5",)]),
    "both parts in parentheses": (
        "WITH RECURSIVE t(n) AS ((SELECT 1) UNION ALL (SELECT n + 1 FROM t WHERE n < 3)) "
        "SELECT n FROM t ORDER BY 1", [("1",), ("2",), ("3",)]),
    "a recursion named twice": (
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) "
        "SELECT a.n, b.n FROM t a JOIN t b ON a.n = b.n + 3 ORDER BY 1", [("4", "1"), ("5", "2")]),
    "a recursion over another": (
        "WITH RECURSIVE a(n) AS (VALUES 1 UNION ALL SELECT n + 1 FROM a WHERE n < 3), "
        "b(m) AS (SELECT max(n) FROM a UNION ALL SELECT m + 1 FROM b WHERE m < 5) "
        "SELECT m FROM b ORDER BY m", [("3",), ("4",), ("5",)]),
    "RECURSIVE without a recursion": (
        "WITH RECURSIVE t AS (SELECT 1 AS n), u(m) AS (SELECT n FROM t) SELECT m FROM u", [("1",)]),
    "arrays grow": (
        "WITH RECURSIVE t(x) AS (SELECT ARRAY[1] UNION ALL SELECT x || CAST(cardinality(x) AS integer) FROM t "
        "WHERE cardinality(x) < 3) SELECT x FROM t ORDER BY cardinality(x)", [("[1]",), ("[1, 1]",), ("[1, 1, 2]",)]),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_a_recursion_gives_trinos_rows(world: World, name: str) -> None:
    query, rows = ANSWERS[name]
    assert world.texts(query) == rows


TOO_DEEP = "Recursion depth limit exceeded (10). Use 'max_recursion_depth' session property"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 12) SELECT n FROM t", TOO_DEEP),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT * FROM t) SELECT n FROM t", TOO_DEEP),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT * FROM t) SELECT count(*) FROM t", TOO_DEEP),
        ("WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT n FROM t",
         "missing column aliases in recursive WITH query"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT n + 1 FROM t) SELECT n FROM t",
         "recursion by UNION: not supported; write UNION ALL"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1E0 FROM t) SELECT n FROM t",
         "recursion step relation output type (double) is not coercible to recursion base relation output type (integer) at column 1"),
        ("WITH RECURSIVE t(n) AS (SELECT NULL UNION ALL SELECT 2 FROM t) SELECT n FROM t",
         "recursion step relation output type (integer) is not coercible"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n, 2 FROM t) SELECT n FROM t",
         "base and step relations of recursion have different number of fields: 1, 2"),
        ("WITH RECURSIVE t(n, m) AS (SELECT 1 UNION ALL SELECT n FROM t) SELECT n FROM t",
         "Column alias list has 2 entries but 't' has 1 columns"),
        ("WITH RECURSIVE t(n) AS (SELECT n FROM t UNION ALL SELECT n FROM t) SELECT n FROM t",
         "WITH table name is referenced in the base relation of recursion"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT a.n FROM t a CROSS JOIN t b) SELECT n FROM t",
         "multiple recursive references in the step relation of recursion"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT 2 FROM exec WHERE EXISTS (SELECT 1 FROM t)) SELECT n FROM t",
         "recursive reference outside of the FROM clause of the step relation of recursion"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT (SELECT n FROM t)) SELECT n FROM t",
         "recursive reference outside of the FROM clause"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM exec LEFT JOIN t ON true) SELECT n FROM t",
         "recursive reference in LEFT join"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t RIGHT JOIN exec ON true) SELECT n FROM t",
         "recursive reference in RIGHT join"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t FULL JOIN exec ON true) SELECT n FROM t",
         "recursive reference in FULL join"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t ORDER BY 1) SELECT n FROM t",
         "immediate ORDER BY clause in recursive query is not supported"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t LIMIT 3) SELECT n FROM t",
         "immediate LIMIT clause in recursive query is not supported"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL (SELECT n + 1 FROM t LIMIT 3)) SELECT n FROM t",
         "LIMIT in the step relation of recursion: not supported"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT DISTINCT n + 1 FROM t) SELECT n FROM t",
         "DISTINCT in the step relation of recursion: not supported"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n FROM t GROUP BY n) SELECT n FROM t",
         "GROUP BY in the step relation of recursion: not supported"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT max(n) + 1 FROM t) SELECT n FROM t",
         "max in the step relation of recursion: not supported"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT row_number() OVER () FROM t) SELECT n FROM t",
         "row_number in the step relation of recursion: not supported"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 EXCEPT SELECT n FROM t) SELECT n FROM t",
         "recursive reference not allowed in this context"),
        ("WITH RECURSIVE exec(n) AS (SELECT user FROM exec) SELECT n FROM exec",
         "recursive reference not allowed in this context"),
        ("WITH t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t", "no view 't'"),
    ],
)  # fmt: skip
def test_what_trino_refuses_is_refused(world: World, query: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.texts(query)
    assert message in str(caught.value)
