"""FROM: VALUES, USING, join order, names with schemas, queries in parentheses and TABLE."""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

import pytest
from sql_world import World

from datasette_access_monitoring.errors import QueryError

Rows = list[tuple[str | None, ...]]


@pytest.fixture(scope="module")
def world() -> World:
    world = World(":memory:")
    world.add("exec", "2026-11-20T10:00:00Z", user="a", command="cat")
    world.add("exec", "2026-11-20T11:00:00Z", user="b", command="ls")
    world.add("kube_request", "2026-11-21T10:00:00Z", user="b", request_path="k1")
    world.add("kube_request", "2026-11-21T11:00:00Z", user="c", request_path="k2")
    return world


ANSWERS: dict[str, tuple[str, Rows]] = {
    # VALUES
    "VALUES of single values": ("VALUES 1, NULL, 2", [("1",), (None,), ("2",)]),
    "VALUES of rows": ("VALUES (1, 'a'), (2, 'b')", [("1", "a"), ("2", "b")]),
    "VALUES of values in parentheses": ("VALUES (1), ((2))", [("1",), ("2",)]),
    "VALUES of ROW": ("VALUES ROW(1, 'a'), (2, 'b')", [("1", "a"), ("2", "b")]),
    "VALUES take the wider type": ("VALUES 1, 2E0, NULL", [("1.0",), ("2.0",), (None,)]),
    "VALUES of decimals": ("VALUES 1.5, 2, 0.25", [("1.50",), ("2.00",), ("0.25",)]),
    "VALUES of dates and timestamps": (
        "VALUES DATE '2026-01-01', TIMESTAMP '2026-01-01 10:00:00.000'",
        [("2026-01-01 00:00:00.000",), ("2026-01-01 10:00:00.000",)]),
    "VALUES of arrays": ("VALUES ARRAY[1], ARRAY[2E0]", [("[1.0]",), ("[2.0]",)]),
    "VALUES in order": ("VALUES (1, 'b'), (2, 'a') ORDER BY 2 LIMIT 1", [("2", "a")]),
    "VALUES in parentheses": ("(VALUES 1, 2) ORDER BY 1 DESC", [("2",), ("1",)]),
    "VALUES in FROM": (
        "SELECT y, x FROM (VALUES (1, 'a'), (2, 'b')) AS t(x, y) WHERE t.x > 1", [("b", "2")]),
    "VALUES without an alias": ("SELECT * FROM (VALUES (1, 'a'))", [("1", "a")]),
    "VALUES in a WITH": (
        "WITH t(x) AS (VALUES 2, 1) SELECT x FROM t ORDER BY x", [("1",), ("2",)]),
    "VALUES joined": (
        "SELECT a.x, b.x FROM (VALUES 1, 2) AS a(x) LEFT JOIN (VALUES 2) AS b(x) ON a.x = b.x "
        "ORDER BY 1", [("1", None), ("2", "2")]),
    "VALUES of an expression": ("SELECT * FROM (VALUES upper('a') || 'b')", [("Ab",)]),
    "VALUES as a scalar": ("SELECT (VALUES 7)", [("7",)]),
    "VALUES of an outer column": (
        "SELECT user, (VALUES user || '!') FROM exec ORDER BY 1", [("a", "a!"), ("b", "b!")]),
    # TABLE and parentheses
    "TABLE": ("SELECT user FROM (TABLE exec) ORDER BY 1", [("a",), ("b",)]),
    "TABLE of a WITH": ("WITH t AS (SELECT 1 AS x) TABLE t", [("1",)]),
    "parentheses around a query": ("((SELECT 1))", [("1",)]),
    "parentheses with a limit outside": (
        "((SELECT user FROM exec ORDER BY user LIMIT 2)) ORDER BY user DESC LIMIT 1", [("b",)]),
    "WITH in parentheses": ("(WITH t AS (SELECT 1 AS x) SELECT x FROM t)", [("1",)]),
    "WITH before parentheses": ("WITH t AS (SELECT 1 AS x) (SELECT x FROM t)", [("1",)]),
    "a semicolon and comments": ("TABLE /* all */ exec LIMIT 0 -- none\n;", []),
    # a subquery in FROM sees the levels around its query
    "a correlated subquery in FROM": (
        "SELECT user, (SELECT x FROM (SELECT e.user || '!' AS x)) FROM exec e ORDER BY 1",
        [("a", "a!"), ("b", "b!")]),
    "a correlated union in FROM": (
        "SELECT (SELECT max(x) FROM (SELECT e.user AS x UNION ALL SELECT 'aa')) FROM exec e "
        "ORDER BY 1", [("aa",), ("b",)]),
    # joins
    "USING": ("SELECT user, command, request_path FROM exec JOIN kube_request USING (user)",
              [("b", "ls", "k1")]),
    "USING gives its columns once, and first": (
        "SELECT * FROM (VALUES (7, 1, 'l')) AS a(x, k, y) JOIN (VALUES ('r', 1)) AS b(z, k) "
        "USING (k)", [("1", "7", "l", "r")]),
    "USING two columns in the order that they are named": (
        "SELECT * FROM (VALUES (1, 2, 'l')) AS a(j, k, y) JOIN (VALUES (2, 1)) AS b(k, j) "
        "USING (k, j)", [("2", "1", "l")]),
    "LEFT JOIN USING": (
        "SELECT user, request_path FROM exec LEFT JOIN kube_request USING (user) ORDER BY 1",
        [("a", None), ("b", "k1")]),
    "RIGHT JOIN USING": (
        "SELECT user, command FROM exec RIGHT JOIN kube_request USING (user) ORDER BY 1",
        [("b", "ls"), ("c", None)]),
    "FULL JOIN USING": (
        "SELECT user, command, request_path FROM exec FULL JOIN kube_request USING (user) "
        "ORDER BY 1", [("a", "cat", None), ("b", "ls", "k1"), ("c", None, "k2")]),
    "USING over two types": (
        "SELECT k FROM (VALUES 1) AS a(k) JOIN (VALUES 1E0) AS b(k) USING (k)", [("1.0",)]),
    "USING with NULLs": (
        "SELECT k, x FROM (VALUES (1, 'a'), (NULL, 'b')) AS a(k, x) "
        "JOIN (VALUES 1, NULL) AS b(k) USING (k)", [("1", "a")]),
    "USING twice": (
        "SELECT * FROM (VALUES 1) AS a(k) JOIN (VALUES 1) AS b(k) USING (k) "
        "JOIN (VALUES 1) AS c(k) USING (k)", [("1",)]),
    "FULL JOIN USING twice": (
        "SELECT * FROM (VALUES 1) AS a(k) FULL JOIN (VALUES 2) AS b(k) USING (k) "
        "FULL JOIN (VALUES 2, 3) AS c(k) USING (k) ORDER BY 1", [("1",), ("2",), ("3",)]),
    "one table's columns leave out those of USING": (
        "SELECT a.*, b.* FROM (VALUES (1, 'l')) AS a(k, x) JOIN (VALUES (1, 'r')) AS b(k, y) "
        "USING (k)", [("l", "r")]),
    "USING in any case": (
        "SELECT USER FROM exec JOIN kube_request USING (User)", [("b",)]),
    "a RIGHT JOIN after a comma is a join of its own": (
        "SELECT z, x FROM (VALUES 8, 9) AS c(z), (VALUES 1) AS a(y) RIGHT JOIN (VALUES 1, 2) AS b(x) "
        "ON x = y ORDER BY 1, 2", [("8", "1"), ("8", "2"), ("9", "1"), ("9", "2")]),
    "a FULL JOIN after a comma": (
        "SELECT z, y, x FROM (VALUES 8) AS c(z), (VALUES 1) AS a(y) FULL JOIN (VALUES 2) AS b(x) "
        "ON x = y ORDER BY 2", [("8", "1", None), ("8", None, "2")]),
    "a comma over no rows": (
        "SELECT z, x FROM (SELECT 1 WHERE false) AS c(z), (VALUES 1) AS a(y) "
        "RIGHT JOIN (VALUES 1, 2) AS b(x) ON x = y", []),
    "a join in parentheses under a name": (
        "SELECT t.command, t.request_path FROM (exec e JOIN kube_request k ON e.user = k.user) "
        "AS t", [("ls", "k1")]),
    "a join in parentheses with names": (
        "SELECT p, q FROM ((SELECT 1) CROSS JOIN (SELECT 2)) AS t(p, q)", [("1", "2")]),
    "a join in parentheses that begins with VALUES": (
        "SELECT t.k, t.l FROM ((VALUES 1) AS a(k) CROSS JOIN (VALUES 2) AS b(l)) AS t", [("1", "2")]),
    "a table in parentheses": ("SELECT e.user FROM (exec) AS e ORDER BY 1", [("a",), ("b",)]),
    # names
    "a schema": ("SELECT user FROM public.exec ORDER BY 1", [("a",), ("b",)]),
    "a catalog and a schema in any case": (
        'SELECT e.user FROM AwsDataCatalog."access_monitoring".exec AS e ORDER BY 1',
        [("a",), ("b",)]),
    "a schema is never a WITH query": (
        "WITH exec AS (SELECT 'w' AS user) SELECT a.user, b.user FROM exec a, main.exec b "
        "ORDER BY 2", [("w", "a"), ("w", "b")]),
    "limit all": ("SELECT user FROM exec ORDER BY 1 LIMIT ALL", [("a",), ("b",)]),
    "offset in rows": ("SELECT user FROM exec ORDER BY 1 OFFSET 1 ROW", [("b",)]),
    "fetch next": (
        "SELECT user FROM exec ORDER BY 1 OFFSET 1 ROWS FETCH NEXT 5 ROWS ONLY", [("b",)]),
    "an ordinal in parentheses": ("SELECT user FROM exec ORDER BY (1) DESC", [("b",), ("a",)]),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_from_gives_trinos_rows(world: World, name: str) -> None:
    query, rows = ANSWERS[name]
    assert world.texts(query) == rows


TIES: dict[str, tuple[str, Rows]] = {
    "the last row's equals come too": ("ORDER BY x FETCH FIRST 2 ROWS WITH TIES", [("1",), ("2",), ("2",)]),
    "one row": ("ORDER BY x DESC FETCH FIRST ROW WITH TIES", [(None,), (None,)]),
    "NULLs are equal": ("ORDER BY x NULLS FIRST FETCH FIRST 1 ROW WITH TIES", [(None,), (None,)]),
    "after an offset": ("ORDER BY x OFFSET 2 FETCH FIRST 1 ROW WITH TIES", [("2",)]),
    "more than there are": ("ORDER BY x FETCH FIRST 9 ROWS WITH TIES", [("1",), ("2",), ("2",), ("3",), (None,), (None,)]),
    "of a constant order": (
        "ORDER BY true FETCH FIRST 1 ROW WITH TIES", [("1",), ("2",), ("2",), ("3",), (None,), (None,)]),
}  # fmt: skip


@pytest.mark.parametrize("name", TIES)
def test_fetch_with_ties(world: World, name: str) -> None:
    tail, rows = TIES[name]
    if "DESC" in tail:
        tail = tail.replace("DESC", "DESC NULLS FIRST")
    query = f"SELECT x FROM (VALUES 2, NULL, 1, 3, 2, NULL) AS t(x) {tail}"
    found = world.texts(query)
    assert sorted(found, key=str) == sorted(rows, key=str)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT DISTINCT x FROM (VALUES 2, 1, 2) AS t(x) ORDER BY x DESC FETCH FIRST 1 ROW WITH TIES",
         [("2",)]),
        ("SELECT x, count(*) AS n FROM (VALUES 2, 1, 3, 3) AS t(x) GROUP BY x ORDER BY n "
         "FETCH FIRST 1 ROW WITH TIES", [("1", "1"), ("2", "1")]),
        ("SELECT 1 AS x UNION ALL SELECT 1 ORDER BY x FETCH FIRST 1 ROW WITH TIES", [("1",), ("1",)]),
        ("SELECT y FROM (VALUES (1, 'a'), (2, 'b'), (1, 'c')) AS t(x, y) ORDER BY x "
         "FETCH FIRST 1 ROW WITH TIES", [("a",), ("c",)]),
        ("SELECT DISTINCT x FROM (VALUES now(), now() + INTERVAL '1' DAY, now()) AS t(x) ORDER BY x "
         "FETCH FIRST 1 ROW WITH TIES", [("2026-11-22 12:00:00.000 UTC",)]),
        ("SELECT DISTINCT x FROM (VALUES now(), now() + INTERVAL '1' DAY, now()) AS t(x) ORDER BY x DESC "
         "LIMIT 1", [("2026-11-23 12:00:00.000 UTC",)]),
    ],
)  # fmt: skip
def test_ties_and_distinct_of_other_queries(world: World, query: str, rows: Rows) -> None:
    assert sorted(world.texts(query)) == rows


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("VALUES (1, 2), 3", "Values rows have mismatched sizes: 2 vs 1"),
        ("VALUES 1, 'a'", "Values rows have mismatched types: integer vs varchar"),
        ("VALUES count(*)", "VALUES clause cannot contain aggregations"),
        ("VALUES user", "Column 'user' cannot be resolved"),
        ("SELECT * FROM (VALUES 1) AS t(x, y)", "Column alias list has 2 entries"),
        ("SELECT user FROM exec FETCH FIRST 1 ROW WITH TIES",
         "FETCH FIRST WITH TIES clause requires ORDER BY"),
        ("SELECT user FROM exec ORDER BY 1 FETCH FIRST 0 ROWS ONLY", "row count must be positive"),
        ("SELECT user FROM exec FETCH FIRST 5 PERCENT ROWS ONLY", "FETCH ... PERCENT"),
        ("SELECT user FROM exec ORDER BY (2)", "ORDER BY position 2 is not in select list"),
        ("SELECT e.user FROM exec e JOIN kube_request k USING (user)",
         "Column 'e.user' cannot be resolved"),
        ("SELECT 1 FROM exec JOIN kube_request USING (command)",
         "Column 'command' is missing from right side of join"),
        ("SELECT 1 FROM exec JOIN kube_request USING (nothing)",
         "Column 'nothing' is missing from left side of join"),
        ("SELECT 1 FROM exec JOIN kube_request USING (user, user)",
         "Column 'user' appears multiple times in USING clause"),
        ("SELECT 1 FROM exec a CROSS JOIN exec b JOIN kube_request USING (user)",
         "Column 'user' is ambiguous"),
        ("SELECT 1 FROM exec JOIN (VALUES 1) AS t(user) USING (user)",
         "Cannot apply operator: varchar = integer"),
        ("SELECT 1 FROM exec CROSS JOIN kube_request USING (user)", "CROSS JOIN has no condition"),
        ("SELECT 1 FROM exec JOIN kube_request USING (exec.user)",
         "USING takes names of columns without their tables"),
        ("SELECT 1 FROM exec OUTER JOIN kube_request ON true", "OUTER JOIN is LEFT, RIGHT or FULL"),
        ("SELECT user FROM exec ORDER BY 1 FETCH FIRST 2 ROWS",
         "line 1:34: FETCH FIRST ends with ONLY or WITH TIES"),
        ("SELECT user FROM exec ORDER BY 1 FETCH FIRST ROW WITH", "FETCH FIRST ends with"),
        ("SELECT user FROM exec ORDER BY 1 FETCH NEXT 2", "FETCH FIRST counts ROWS"),
        ("SELECT user FROM exec FETCH FIRST 2 ROWS ONLY LIMIT 1", "syntax error"),
        ("SELECT x FROM VALUES (1) AS t(x)", "VALUES in FROM stands in parentheses"),
        ("SELECT x FROM (SELECT 1) AS (x)", "a list of column names follows an alias"),
        ("SELECT 1 FROM exec STRAIGHT_JOIN kube_request ON true", "each JOIN needs its ON"),
        ("SELECT 1 FROM exec NATURAL JOIN kube_request", "NATURAL JOIN"),
        ("SELECT 1 FROM exec LEFT SEMI JOIN kube_request ON true", "LEFT SEMI JOIN"),
        ("SELECT 1 FROM (exec, kube_request)", "a comma between tables cannot stand in parentheses"),
        ("SELECT 1 FROM exec, LATERAL (SELECT exec.user) AS t(x)", "LATERAL"),
        ("SELECT 1 FROM exec CROSS JOIN LATERAL (SELECT exec.user) AS t(x)", "LATERAL"),
        ("SELECT 1 FROM exec, (SELECT exec.user) AS t(x)", "Column 'exec.user' cannot be resolved"),
        ("SELECT 1 FROM exec TABLESAMPLE BERNOULLI (10)", "TABLESAMPLE"),
        ("SELECT 1 FROM exec FOR UPDATE", "FOR UPDATE"),
        ("SELECT 1 FROM exec FOR VERSION AS OF 3", "FOR VERSION AS OF"),
        ("SELECT 1 FROM exec FOR TIMESTAMP AS OF now()", "FOR VERSION AS OF"),
        ("SELECT user FROM exec QUALIFY user = 'a'", "syntax error"),
        ("SELECT DISTINCT ON (user) user FROM exec", "DISTINCT ON"),
        ("SELECT 1 FROM elsewhere.exec", "line 1:15: Schema 'elsewhere' does not exist"),
        ("SELECT 1 FROM elsewhere.public.exec", "Catalog 'elsewhere' not found"),
        ("SELECT 1 FROM public.nothing", "no view 'nothing'"),
        ("WITH t AS (SELECT 1) SELECT 1 FROM public.t", "no view 't'"),
        ("SELECT 1 FROM a.b.c.exec", "Too many dots in table name"),
        ("SELECT 1 FROM sequence(1, 3)", "table functions: not supported"),
        ("SELECT 1 FROM TABLE(sequence(1, 3))", "table functions: not supported"),
        ("SELECT 1 FROM (VALUES 1) AS t(a) WHERE a IS NOT NULL = true",
         "line 1:54: syntax error: put the inner condition in parentheses"),
        ("SELECT 1 FROM (VALUES 1) AS t(a) WHERE a IS NULL IN (true)",
         "syntax error: put the inner condition in parentheses"),
    ],
)  # fmt: skip
def test_what_trino_or_sqlite_cannot_do_is_refused(world: World, query: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.texts(query)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("VALUES (1, 2)", ["_col0", "_col1"]),
        ("SELECT * FROM (VALUES (1, 2)) AS t(A, b)", ["A", "b"]),
        ("SELECT * FROM UNNEST(ARRAY[1]) WITH ORDINALITY", ["_col0", "_col1"]),
        ("SELECT * FROM (VALUES 1) AS a(k) JOIN (VALUES 1) AS b(K) USING (\"K\")", ["K"]),
        ("SELECT 1 AS x UNION ALL VALUES 2", ["x"]),
    ],
)  # fmt: skip
def test_columns_have_trinos_names(world: World, query: str, names: list[str]) -> None:
    assert [column.name for column in world.run(query).columns] == names


@pytest.mark.parametrize("levels", [15, 30])
@pytest.mark.parametrize(
    "shape",
    [
        "SELECT * FROM ({0}) AS t{1}",
        "SELECT user FROM ({0}) AS t{1} WHERE user = 'a' ORDER BY 1 LIMIT 5",
        "SELECT user FROM exec WHERE user IN ({0})",
        "SELECT user FROM exec WHERE EXISTS ({0}) AND user = 'a'",
        "SELECT user FROM exec WHERE user = 'a' UNION ({0})",
        "WITH c{1} AS ({0}) SELECT user FROM c{1}",
        "({0})",
    ],
)
def test_queries_nest_deep(world: World, shape: str, levels: int) -> None:
    query = "SELECT user FROM exec WHERE user = 'a'"
    for level in range(levels):
        query = shape.format(query, level)
    assert world.texts(query) == [("a",)]


def test_what_nests_too_deep_for_sqlite_says_so(world: World) -> None:
    query = "SELECT e.user AS x"
    for _ in range(30):
        query = f"SELECT x FROM ({query})"
    with pytest.raises(QueryError, match="nested too deeply"):
        world.texts(f"SELECT ({query}) FROM exec e")
