"""What an attack on the query syntax found: each query is as Trino answers it, or refused.

Source of the rules: Trino's ``SqlBase.g4``, ``StatementAnalyzer`` and ``AggregationAnalyzer``.
"""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

import sys

import pytest
from sql_world import RELATIONS, World

from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.translate import translate

Rows = list[tuple[str | None, ...]]


@pytest.fixture(scope="module")
def world() -> World:
    world = World(":memory:")
    world.add("exec", "2026-11-20T10:00:00Z", user="a", command="cat", proto="kube")
    world.add("exec", "2026-11-20T11:00:00Z", user="b", command="dd", proto=None)
    world.add("exec", "2026-11-21T10:00:00Z", user="b", command="ls", proto="ssh")
    return world


ANSWERS: dict[str, tuple[str, Rows]] = {
    "VALUES of a row in ROW": ("VALUES ROW(ROW(1, 2))", [("{field0=1, field1=2}",)]),
    "VALUES of a row in parentheses": ("VALUES (ROW(1, 2)), ((3, 4)), ((ROW(5, 6)))", [("1", "2"), ("3", "4"), ("5", "6")]),
    "VALUES of a row of one": ("VALUES ROW(1), (2), ((3)), 4", [("1",), ("2",), ("3",), ("4",)]),
    "IN of a query in two parentheses is a list": (
        "SELECT 1 IN ((SELECT 1 WHERE false)), 1 IN (SELECT 1 WHERE false), 1 IN ((SELECT 1)), 1 NOT IN (((SELECT 2)))",
        [(None, "false", "true", "true")]),
    "IN of a query that begins with parentheses": (
        "SELECT 3 IN ((VALUES 1, 3) LIMIT 1), 3 IN ((VALUES 1) UNION (VALUES 3))", [("false", "true")]),
    "an aggregate in ORDER BY of a column that is also shown": (
        "SELECT user, count(*) AS n FROM exec GROUP BY user ORDER BY max(user) DESC", [("b", "2"), ("a", "1")]),
    "an aggregate in ORDER BY of a column named with its table": (
        "SELECT max(user) AS user FROM exec AS e GROUP BY proto ORDER BY max(e.user), 1", [("a",), ("b",), ("b",)]),
    "a recursive query under an alias with names": (
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT t.m + 1 FROM r AS t(m) WHERE t.m < 3) SELECT n FROM r",
        [("1",), ("2",), ("3",)]),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(world: World, name: str) -> None:
    query, rows = ANSWERS[name]
    assert world.texts(query) == rows


REFUSED: list[tuple[str, str]] = [
    ("SELECT 3 IN ((VALUES 1, 3))", "Scalar sub-query has returned multiple rows"),
    ("SELECT ROW(1, 2) IN (VALUES ROW(ROW(1, 2)))", "must be of the same type for IN expression: row(integer, integer) vs row(row(integer, integer))"),
    ("SELECT r IN (SELECT r) FROM (SELECT ROW(1, 2) AS r)", "must be of the same type for IN expression: row(integer, integer) vs row(row(integer, integer))"),
    ("SELECT proto AS user FROM exec GROUP BY proto ORDER BY max(user)", "Invalid reference to output projection attribute from ORDER BY aggregation: user"),
    ("SELECT user AS u FROM exec GROUP BY user ORDER BY max(u)", "Invalid reference to output projection attribute from ORDER BY aggregation: u"),
    ("SELECT max(proto) AS user FROM exec GROUP BY proto ORDER BY count(*) FILTER (WHERE user = 'b')", "Invalid reference to output projection attribute from ORDER BY aggregation: user"),
    ("SELECT CAST(ROW(1) AS ROW(f integer)) AS r FROM (SELECT CAST(ROW(2) AS ROW(f integer)) AS r) GROUP BY r ORDER BY max(r.f)", "Invalid reference to output projection attribute from ORDER BY aggregation: r"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "message"), REFUSED)
def test_refused(world: World, query: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.texts(query)
    assert message in str(caught.value)


# What the parser reads, dropping some of it, and Trino's grammar has no rule for.
NO_GRAMMAR = [
    # commas, dots, stars and AS without anything
    "SELECT , user FROM exec", "SELECT count(, *) FROM exec", "SELECT ARRAY[1,]", "SELECT ARRAY[1][1,]",
    "SELECT user FROM exec GROUP BY , user", "SELECT user FROM exec ORDER BY , user", "SELECT user FROM exec LIMIT , 1",
    "SELECT user FROM exec, JOIN exec AS e ON true", "WITH a(, x) AS (SELECT 1) SELECT x FROM a", "SELECT 1 IN (, 1)",
    "SELECT user FROM . exec", "SELECT user FROM exec *", "TABLE exec *", "SELECT count(* EXCEPT) FROM exec",
    "SELECT AS user FROM exec", "SELECT user AS, proto FROM exec", "SELECT user FROM exec AS", "SELECT count(* AS) FROM exec",
    "WITH a AS (SELECT 1 AS x) AS SELECT x FROM a", "WITH AS a AS (SELECT 1 AS x) SELECT x FROM a", "WITH a AS (SELECT 1) + SELECT 1",
    "SELECT CAST(1 AS varchar())", "VALUES +(1, 'x')", "SELECT 1 = ANY +(SELECT 1)", "SELECT rank() OVER (PARTITION BY +user) FROM exec",
    "SELECT 'a' LIKE 'a' ESCAPE +'!'", "SELECT position('a' IN +'ba')",
    "SELECT trim(BOTH +'a' FROM 'aba')", "SELECT ARRAY(1, 2)", "SELECT ARRAY()",
    # words of other languages
    "SELECT user FROM exec NOT INDEXED", "SELECT user IS UNKNOWN FROM exec", "SELECT 1 BETWEEN ASYMMETRIC 1 AND 2",
    "SELECT x FROM (VALUES 1) AS t(x INTEGER)", "SELECT x FROM (VALUES 1) AS t(x NULL)", "SELECT substring('abc' FOR UPDATE FROM 1 FOR 2)",
    "SELECT substring('abc' FROM exec FROM 1 FOR 2)", "SELECT rank() OVER w FROM exec WINDOW w IGNORE NULLS AS (ORDER BY user)",
    "SELECT TIMESTAMP WITHOUT TIME ZONE '2020-01-01 00:00:00'", "SELECT TIMESTAMP WITH TIME ZONE '2020-01-01 00:00:00'",
    "SELECT ROW(ALL 1, 2)", "SELECT rank(ALL) OVER () FROM exec", "SELECT count(ALL *) FROM exec", "SELECT element_at(ARRAY[1], ALL (1))", "SELECT element_at(map(ARRAY['b'], ARRAY[1]), ALL 'b')", "SELECT lag(user, ALL 1) OVER (ORDER BY user) FROM exec",
    "SELECT transform(ARRAY[1], 1 -> 1)", "SELECT user FROM exec ORDER BY user ASC DESC", "SELECT user FROM exec LIMIT 1 ONLY",
    "SELECT user FROM exec ORDER BY 1 FETCH FIRST 1 ROWS ONLY WITH TIES", "SELECT 1 AS select", "SELECT 1 AS table", "SELECT 1 FROM exec end",
    # clauses out of their order
    "SELECT user FROM exec LIMIT 1 WHERE user = 'a'", "SELECT user FROM exec ORDER BY 1 WHERE user = 'a'", "SELECT user FROM exec OFFSET 1 ORDER BY 1",
    "SELECT user FROM exec LIMIT 1 ORDER BY 1", "SELECT user FROM exec WHERE true CROSS JOIN exec AS e", "SELECT user FROM exec ORDER BY 1 GROUP BY 1",
    "SELECT user FROM exec HAVING true GROUP BY user", "SELECT user FROM exec LIMIT 1 CROSS JOIN (VALUES 1) AS t(x)",
    "SELECT user FROM exec UNION ALL SELECT user FROM exec LIMIT 1 ORDER BY 1",
]  # fmt: skip


@pytest.mark.parametrize("query", NO_GRAMMAR)
def test_what_trinos_grammar_has_no_rule_for(world: World, query: str) -> None:
    with pytest.raises(QueryError):
        world.texts(query)


GRAMMAR = [
    "SELECT ALL user AS \"select\" FROM exec AS limit LIMIT ALL",
    "SELECT user window FROM exec AS offset OFFSET 1 ROW FETCH NEXT ROW ONLY",
    "SELECT count(ALL user), count(DISTINCT user), array_agg(ALL user ORDER BY user DESC NULLS FIRST) FILTER (WHERE true) FROM exec",
    "SELECT date, interval, \"time\" FROM (VALUES (1, 2, 3)) AS t (date, interval, \"time\")",
    "SELECT rank() OVER w, sum(1) OVER (w ROWS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING) FROM exec WINDOW w AS (PARTITION BY proto ORDER BY user)",
    "SELECT lag(user) IGNORE NULLS OVER (ORDER BY user), first_value(user) OVER (ORDER BY user GROUPS UNBOUNDED PRECEDING) FROM exec",
    "SELECT * FROM exec AS a LEFT OUTER JOIN exec AS b INNER JOIN exec AS c ON b.user = c.user ON a.user = b.user",
    "SELECT * FROM ((exec AS a CROSS JOIN exec AS b) JOIN (VALUES 1) AS c(x) ON true)",
    "SELECT * FROM ((SELECT 1 AS x) UNION ALL (SELECT 2)) AS t(y), ((VALUES 1) AS u(z) CROSS JOIN UNNEST(ARRAY[z]) WITH ORDINALITY AS v(w, o))",
    "SELECT ((SELECT 1) UNION (SELECT 1) ORDER BY 1 LIMIT 1) + ((SELECT 1)) IN ((SELECT 2), -+-3)",
    "SELECT reduce(ARRAY[1], 0, (s, x) -> s + x, s -> s), zip_with(ARRAY[1], ARRAY[2], (x, y) -> (x, y))[1][2], transform(ARRAY[ROW(1)], x -> x[1])",
    "SELECT CAST(ROW(1, 2, TIMESTAMP '2020-01-01 00:00:00', true) AS ROW(a integer, double precision, \"c d\" timestamp(3) with time zone, boolean)) IS NULL WHERE false AND 1 = 1",
    "SELECT CAST(NULL AS array(map(varchar, decimal(3, 1)))), CAST(NULL AS integer array), CAST(NULL AS row(x row(y array(bigint))))",
    "SELECT EXTRACT(DAY FROM DATE '2020-01-01'), position('a' IN 'b' || 'a'), substring('abc' FROM 1 + 1 FOR 2), trim(LEADING FROM ' a'), trim(BOTH 'a' FROM 'aba'), trim('a'), normalize('a', NFD)",
    "SELECT TIMESTAMP '2020-01-01 00:00:00' AT TIME ZONE INTERVAL '2' HOUR, INTERVAL -'1 02' DAY TO HOUR, current_timestamp(3), localtimestamp",
    "SELECT CASE WHEN NOT NOT true AND 1 NOT BETWEEN 2 AND 3 OR 'a' NOT LIKE 'b' ESCAPE '\\' THEN 1 END, CASE 1 WHEN 2 THEN 3 ELSE 4 END",
    "SELECT proto, user, grouping(proto, user) FROM exec GROUP BY DISTINCT proto, ROLLUP (user, (proto, user)), GROUPING SETS ((), proto, (user)), CUBE (user)",
    "SELECT array_join(ARRAY['a'], ',') FROM exec WHERE EXISTS (TABLE exec) AND 1 <> ALL (VALUES 2) AND user IS NOT DISTINCT FROM 'a' AND false",
    "WITH RECURSIVE a (x) AS (VALUES 1 UNION ALL SELECT x + 1 FROM a WHERE x < 2), b AS (TABLE a) SELECT a.*, b.x FROM a, b ;",
    "(SELECT 1 ORDER BY 1) UNION DISTINCT (VALUES 2) INTERSECT ALL SELECT 3 EXCEPT SELECT 4 ORDER BY 1 DESC NULLS LAST OFFSET 0 ROWS FETCH FIRST 2 ROWS WITH TIES",
]  # fmt: skip


@pytest.mark.parametrize("query", GRAMMAR)
def test_what_trinos_grammar_has_is_read(world: World, query: str) -> None:
    if "IGNORE NULLS" in query and sys.version_info < (3, 11):
        pytest.skip("Python's own window functions need Python 3.11")
    world.texts(query)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (f"SELECT {', '.join(['*'] * 5000)} FROM {', '.join(f'exec t{i}' for i in range(59))}", "more than 2,000 columns"),
        (f"SELECT user FROM exec ORDER BY {', '.join(['user'] * 2001)}", "more than 2,000 terms"),
        (f"SELECT sum(1) OVER w FROM exec WINDOW w AS (PARTITION BY {', '.join(['user'] * 51)})", "more than 50 keys"),
    ],
)  # fmt: skip
def test_a_short_query_cannot_ask_for_a_long_translation(
    world: World, query: str, message: str
) -> None:
    with pytest.raises(QueryError, match=message):
        world.texts(query)


@pytest.mark.parametrize("query", ["SELECT count(*) OVER FROM exec", "SELECT 1 FETCH"])
def test_a_word_that_the_parser_would_half_read_is_no_alias(query: str) -> None:
    with pytest.raises(QueryError, match="syntax error near"):
        World(":memory:").rows(query)


# Words that Trino does not reserve, and some that other languages do.
WORDS = [
    "ABSENT",
    "ADD",
    "ADMIN",
    "AFTER",
    "ANALYZE",
    "ANY",
    "ARRAY",
    "ASC",
    "AT",
    "AUTHORIZATION",
    "BEGIN",
    "BERNOULLI",
    "BOTH",
    "CALL",
    "CALLED",
    "CASCADE",
    "CATALOG",
    "CATALOGS",
    "COLUMN",
    "COLUMNS",
    "COMMENT",
    "COMMIT",
    "COMMITTED",
    "CONDITIONAL",
    "COUNT",
    "COPARTITION",
    "CURRENT",
    "DATA",
    "DATE",
    "DAY",
    "DECLARE",
    "DEFAULT",
    "DEFINE",
    "DEFINER",
    "DENY",
    "DESC",
    "DESCRIPTOR",
    "DETERMINISTIC",
    "DISTRIBUTED",
    "DO",
    "DOUBLE",
    "EMPTY",
    "ELSEIF",
    "ENCODING",
    "ERROR",
    "EXCLUDING",
    "EXECUTE",
    "EXPLAIN",
    "FAST",
    "FETCH",
    "FILTER",
    "FINAL",
    "FIRST",
    "FOLLOWING",
    "FORMAT",
    "FORWARD",
    "FUNCTION",
    "FUNCTIONS",
    "GRACE",
    "GRANT",
    "GRANTED",
    "GRANTS",
    "GRAPHVIZ",
    "GROUPS",
    "HOUR",
    "IF",
    "IGNORE",
    "IMMEDIATE",
    "INCLUDING",
    "INITIAL",
    "INPUT",
    "INTERVAL",
    "INVOKER",
    "IO",
    "ISOLATION",
    "ITERATE",
    "JSON",
    "KEEP",
    "KEY",
    "KEYS",
    "LAST",
    "LANGUAGE",
    "LATERAL",
    "LEADING",
    "LEAVE",
    "LEVEL",
    "LIMIT",
    "LOCAL",
    "LOGICAL",
    "LOOP",
    "MAP",
    "MATCH",
    "MATCHED",
    "MATCHES",
    "MATCH_RECOGNIZE",
    "MATERIALIZED",
    "MEASURES",
    "MERGE",
    "MINUTE",
    "MONTH",
    "NESTED",
    "NEXT",
    "NFC",
    "NFD",
    "NFKC",
    "NFKD",
    "NO",
    "NONE",
    "NULLIF",
    "NULLS",
    "OBJECT",
    "OF",
    "OFFSET",
    "OMIT",
    "ONE",
    "ONLY",
    "OPTION",
    "ORDINALITY",
    "OUTPUT",
    "OVER",
    "OVERFLOW",
    "PARTITION",
    "PARTITIONS",
    "PASSING",
    "PAST",
    "PATH",
    "PATTERN",
    "PER",
    "PERIOD",
    "PERMUTE",
    "PLAN",
    "POSITION",
    "PRECEDING",
    "PRECISION",
    "PRIVILEGES",
    "PROPERTIES",
    "PRUNE",
    "QUOTES",
    "RANGE",
    "READ",
    "REFRESH",
    "RENAME",
    "REPEAT",
    "REPEATABLE",
    "REPLACE",
    "RESET",
    "RESPECT",
    "RESTRICT",
    "RETURN",
    "RETURNING",
    "RETURNS",
    "REVOKE",
    "ROLE",
    "ROLES",
    "ROLLBACK",
    "ROW",
    "ROWS",
    "RUNNING",
    "SCALAR",
    "SCHEMA",
    "SCHEMAS",
    "SECOND",
    "SECURITY",
    "SEEK",
    "SERIALIZABLE",
    "SESSION",
    "SET",
    "SETS",
    "SHOW",
    "SOME",
    "START",
    "STATS",
    "STRING",
    "SUBSET",
    "SUBSTRING",
    "SYSTEM",
    "TABLES",
    "TABLESAMPLE",
    "TEMPORARY",
    "TEXT",
    "TIES",
    "TIME",
    "TIMESTAMP",
    "TO",
    "TRAILING",
    "TRANSACTION",
    "TRUNCATE",
    "TRY_CAST",
    "TYPE",
    "UNBOUNDED",
    "UNCOMMITTED",
    "UNCONDITIONAL",
    "UNIQUE",
    "UNKNOWN",
    "UNMATCHED",
    "UNTIL",
    "UPDATE",
    "USE",
    "USER",
    "UTF16",
    "UTF32",
    "UTF8",
    "VALIDATE",
    "VALUE",
    "VERBOSE",
    "VERSION",
    "VIEW",
    "WHILE",
    "WINDOW",
    "WITHIN",
    "WITHOUT",
    "WORK",
    "WRAPPER",
    "WRITE",
    "YEAR",
    "ZONE",
    "QUALIFY",
    "TOP",
    "PIVOT",
    "UNPIVOT",
    "SEMI",
    "ANTI",
    "ASOF",
    "STRAIGHT_JOIN",
    "GLOBAL",
    "CLUSTER",
    "DISTRIBUTE",
    "SORT",
    "PREWHERE",
    "SETTINGS",
    "INDEXED",
    "RLIKE",
    "ILIKE",
    "REGEXP",
    "GLOB",
    "DIV",
    "MOD",
    "XOR",
    "COLLATE",
]
# A query with a word as a name, and the name of its one column.
NAMED = {
    "SELECT count(*) {word} FROM exec": "{word}",
    "SELECT uid {word} FROM exec": "{word}",
    "SELECT 1 {word}": "{word}",
    "SELECT max(uid) {word} FROM exec GROUP BY user": "{word}",
    "SELECT {word}.uid FROM exec {word}": "uid",
    "SELECT t.uid FROM exec t, kube_request {word}": "uid",
    "SELECT x.{word} FROM (SELECT uid AS {word} FROM exec) x": "{word}",
    "SELECT {word} FROM (SELECT uid AS {word} FROM exec)": "{word}",
    "WITH {word} AS (SELECT uid FROM exec) SELECT uid FROM {word}": "uid",
    "SELECT max({word}) AS m FROM (SELECT uid AS {word} FROM exec)": "m",
    "SELECT uid AS {word} FROM exec ORDER BY {word}": "{word}",
}


@pytest.mark.parametrize("query", NAMED)
def test_a_word_is_the_name_that_it_is_to_trino_or_refused(query: str) -> None:
    for word in WORDS:
        try:
            columns = translate(query.format(word=word), RELATIONS).columns
        except QueryError:
            continue
        assert [column.name for column in columns] == [NAMED[query].format(word=word)], word
