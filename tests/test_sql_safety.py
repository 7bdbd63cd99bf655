"""Attacks on the translator: whatever is written, only windowed views are read, or nothing."""

# ruff: noqa: E501 (tables of cases)
from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spec_queries import SPEC_QUERIES
from sql_world import RELATIONS, World

from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.translate import translate

ATTACKS = [
    "SELECT * FROM sqlite_master",
    "SELECT * FROM main.sqlite_master",
    'SELECT * FROM "_event_exec"',
    'SELECT * FROM "_w_exec"',
    "SELECT * FROM pragma_table_info('_event_exec')",
    "SELECT * FROM json_each('[1]')",
    "SELECT * FROM exec; DROP TABLE _event_exec",
    "DROP TABLE _event_exec",
    "INSERT INTO exec SELECT * FROM exec",
    "WITH x AS (DELETE FROM exec RETURNING *) SELECT * FROM x",
    "ATTACH 'x' AS y",
    "PRAGMA query_only = 0",
    "VACUUM INTO 'x'",
    "EXPLAIN SELECT 1",
    "SELECT load_extension('x')",
    "SELECT readfile('/etc/passwd')",
    "SELECT writefile('x', 'y')",
    "SELECT randomblob(1000000000)",
    "SELECT zeroblob(1000000000)",
    "SELECT printf('%1000000000d', 1)",
    "SELECT trino_lower('A')",
    "SELECT f__trino_lower('A')",
    "SELECT fts3_tokenizer('x')",
    "SELECT _id FROM exec",
    "SELECT rowid FROM exec",
    "SELECT exec FROM exec",
    'SELECT "a string" FROM exec',
    "SELECT ?",
    "SELECT :window_first",
    "SELECT @x",
    "SELECT $1",
    "SELECT 1 FROM exec INDEXED BY x",
    "SELECT x'00'",
    "SELECT `user` FROM exec",
    "SELECT [user] FROM exec",
    "SELECT user COLLATE nocase FROM exec",
    "SELECT user GLOB 'a' FROM exec",
    "SELECT user REGEXP 'a' FROM exec",
    "SELECT user MATCH 'a' FROM exec",
    "SELECT 1 WHERE 1 == 1",
    "SELECT 'a'::varchar",
    "SELECT 1 /* unterminated",
    "SELECT 1 /* a /* b */ c */",
    "SELECT 'a\0b'",
    "SELECT \ud800",
    "SELECT " + "(" * 5_000 + "1" + ")" * 5_000,
    "SELECT " + "NOT " * 5_000 + "true",
    "SELECT " + "- " * 5_000 + "1",
    "SELECT " + "CASE WHEN true THEN " * 2_000 + "1" + " END" * 2_000,
    "SELECT " + "1 + " * 20_000 + "1",
    "SELECT '" + "a" * 300_000 + "'",
    "SELECT " + "(" * 60 + "true" + " BETWEEN false AND true)" * 60,
    "SELECT " + "(SELECT " * 45 + "true" + " BETWEEN false AND true) BETWEEN false AND true" * 45,
    "SELECT " + "CASE " * 60 + "1" + " WHEN 1 THEN 1 WHEN 2 THEN 2 WHEN 3 THEN 3 END" * 60,
    "SELECT * FROM sqlite_schema",
    "SELECT * FROM temp.sqlite_temp_master",
    "SELECT * FROM dbstat",
    "SELECT * FROM pragma_database_list",
    "SELECT * FROM main._events",
    "SELECT * FROM _events",
    "SELECT * FROM access_monitoring._event_exec",
    "SELECT * FROM access_monitoring.sqlite_master",
    "SELECT * FROM a.b.c.exec",
    "SELECT * FROM 'exec'",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM \uff45xec",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM fsdir('/')",
    "SELECT * FROM generate_series(1, 10)",
    "SELECT * FROM TABLE(sequence(1, 5))",
    "SELECT * FROM TABLE(exclude_columns(TABLE(exec), DESCRIPTOR(user)))",
    "SELECT * FROM exec, json_each('[1]')",
    "SELECT * FROM exec, LATERAL json_each('[1]')",
    "SELECT * FROM UNNEST(json_each('[1]'))",
    "SELECT * FROM UNNEST((SELECT sql FROM sqlite_master))",
    "SELECT * FROM (VALUES (1)) AS t (x), LATERAL (SELECT * FROM sqlite_master)",
    "TABLE sqlite_master",
    'TABLE "_event_exec"',
    "VALUES ((SELECT sql FROM sqlite_master))",
    "WITH RECURSIVE t (n) AS (SELECT sql FROM sqlite_master UNION ALL SELECT n FROM t) SELECT n FROM t",
    "SELECT any_match(ARRAY[1], x -> load_extension('x'))",
    "SELECT transform(ARRAY['a'], x -> readfile(x))",
    "SELECT transform(ARRAY['a'], x -> _id) FROM exec",
    "SELECT transform(ARRAY['a'], x -> trino_lower(x))",
    "SELECT transform(ARRAY['a'], x -> j.value)",
    "SELECT transform(ARRAY['a'], x -> j1.value)",
    "SELECT transform(ARRAY['a'], value -> key)",
    "SELECT filter(ARRAY[1], x -> EXISTS (SELECT 1 FROM sqlite_master))",
    "SELECT reduce(ARRAY[1], 0, (s, x) -> s + (SELECT count(*) FROM sqlite_master), s -> s)",
    "SELECT row_number() OVER (ORDER BY _id) FROM exec",
    "SELECT max(rowid) OVER () FROM exec",
    'SELECT count(*) OVER (PARTITION BY "a string") FROM exec',
    "SELECT sum(1) OVER (ORDER BY (SELECT sql FROM sqlite_master)) FROM exec",
    "SELECT count(*) OVER w FROM exec",
    "SELECT count(*) OVER (w) FROM exec WINDOW w AS (PARTITION BY _hash)",
    "SELECT json_group_array(user) FROM exec",
    "SELECT group_concat(user) FROM exec",
    "SELECT total(1)",
    "SELECT t1.user FROM exec",
    'SELECT "_w_exec".user FROM exec',
    'SELECT "_w_exec"."_extra" FROM exec',
    "SELECT _hash FROM exec",
    "SELECT _extra FROM exec",
    "SELECT exec._id FROM exec",
    "SELECT oid FROM exec",
    "SELECT _rowid_ FROM exec",
    "SELECT e.* FROM exec AS e (rowid)",
    "SELECT user FROM exec GROUP BY GROUPING SETS ((_id))",
    "SELECT user FROM exec ORDER BY _id",
    "SELECT user FROM exec WHERE _id > 0",
    "SELECT a.user FROM exec a JOIN exec b USING (_id)",
    "SELECT user FROM exec NATURAL JOIN cert_create",
    "SELECT grouping(_id) FROM exec GROUP BY user",
    "SELECT user FROM exec FOR UPDATE",
    "SELECT * FROM exec FOR VERSION AS OF 1",
    "SELECT * FROM exec FOR TIMESTAMP AS OF now()",
    "SELECT * FROM exec TABLESAMPLE BERNOULLI (10)",
    "SELECT * FROM exec PIVOT (count(*) FOR user IN ('a'))",
    "SELECT * FROM exec MATCH_RECOGNIZE (PATTERN (A) DEFINE A AS true)",
    "SELECT TOP 1 user FROM exec",
    "SELECT user INTO x FROM exec",
    "SELECT DISTINCT ON (user) user FROM exec",
    "SELECT * EXCEPT (user) FROM exec",
    "SELECT * REPLACE (1 AS user) FROM exec",
    "SELECT user FROM exec QUALIFY row_number() OVER (ORDER BY user) = 1",
    "SELECT user FROM exec ORDER BY ALL",
    "SELECT user FROM exec USING SAMPLE 1",
    "SELECT user FROM exec LIMIT 1 BY user",
    "SELECT user FROM exec FORMAT JSON",
    "SELECT user FROM exec SETTINGS x = 1",
    "SELECT user FROM exec PREWHERE true",
    "SELECT user FROM exec CONNECT BY user = user",
    "SELECT user FROM exec START WITH user = 'x' CONNECT BY PRIOR user = user",
    "SELECT user FROM exec CLUSTER BY user",
    "SELECT user FROM exec LATERAL VIEW explode(x) t AS y",
    "FROM exec SELECT user",
    "SHOW TABLES",
    "SHOW CREATE VIEW exec",
    "DESCRIBE exec",
    "DESCRIBE OUTPUT x",
    "SET SESSION x = 1",
    "RESET SESSION x",
    "USE x",
    "CALL x()",
    "GRANT SELECT ON exec TO x",
    "PREPARE x FROM SELECT 1",
    "EXECUTE x",
    "EXECUTE IMMEDIATE 'SELECT 1'",
    "DEALLOCATE PREPARE x",
    "COMMIT",
    "ROLLBACK",
    "START TRANSACTION",
    "BEGIN",
    "SAVEPOINT x",
    "ANALYZE exec",
    "REINDEX",
    "DETACH x",
    "UPDATE exec SET user = ''",
    "DELETE FROM exec",
    "TRUNCATE TABLE exec",
    "REPLACE INTO exec VALUES (1)",
    "ALTER TABLE exec RENAME TO x",
    "CREATE VIEW x AS SELECT 1",
    "CREATE TABLE x AS SELECT 1",
    "CREATE TEMP TABLE x AS SELECT 1",
    "CREATE FUNCTION x() RETURNS integer RETURN 1",
    "WITH FUNCTION x() RETURNS integer RETURN 1 SELECT x()",
    "MERGE INTO exec USING exec ON true WHEN MATCHED THEN DELETE",
    "COPY exec TO 'x'",
    "UNLOAD (SELECT 1) TO 's3://x'",
    "LOAD DATA INFILE 'x' INTO TABLE exec",
    "KILL 1",
    "EXPLAIN QUERY PLAN SELECT 1",
    "EXPLAIN ANALYZE SELECT 1",
    "WITH x AS (UPDATE exec SET user = '' RETURNING *) SELECT * FROM x",
    "SELECT (DELETE FROM exec)",
    "SELECT current_setting('x')",
    "SELECT U&'\\0041'",
    "SELECT E'x'",
    "SELECT $$x$$",
    "SELECT {fn now()}",
    "SELECT {d '2026-01-01'}",
    "SELECT {{ x }}",
    "SELECT {% x %}",
    "SELECT #x",
    "SELECT user -> 'x' FROM exec",
    "SELECT user ->> 'x' FROM exec",
    "SELECT user #> 'x' FROM exec",
    "SELECT user ~ 'x' FROM exec",
    "SELECT 1 & 2",
    "SELECT 1 << 2",
    "SELECT ~1",
    "SELECT 1 // 2",
    "SELECT 1 ** 2",
    "SELECT 1 DIV 2",
    "SELECT NOT NULL ISNULL",
    "SELECT 'a' 'b'",
    "SELECT user SIMILAR TO 'a' FROM exec",
    "SELECT user ILIKE 'a' FROM exec",
    "SELECT user RLIKE 'a' FROM exec",
    "SELECT CAST(1 AS ANY)",
    "SELECT CAST('x' AS regclass)",
    "SELECT CAST(1 AS unsigned)",
    "SELECT CONVERT(1, CHAR)",
    "SELECT 1 AS x WHERE x = 1",
    "SELECT iif(true, 1, 2)",
    "SELECT ifnull(1, 2)",
    "SELECT quote('x')",
    "SELECT hex('x')",
    "SELECT char(65)",
    "SELECT unicode('x')",
    "SELECT glob('a', 'b')",
    "SELECT last_insert_rowid()",
    "SELECT changes()",
    "SELECT total_changes()",
    "SELECT sqlite_compileoption_get(1)",
    "SELECT sqlite_source_id()",
    "SELECT likelihood(1, 0.5)",
    "SELECT julianday('now')",
    "SELECT strftime('%s', 'now')",
    "SELECT datetime('now')",
    "SELECT edit('x')",
    "SELECT eval('SELECT 1')",
    "SELECT getenv('HOME')",
    "SELECT system('x')",
    "SELECT http_get('x')",
    "SELECT random()",
    "SELECT uuid()",
    "SELECT " + "1" * 10_000,
    "SELECT 0." + "1" * 5_000,
    "SELECT " + "x" * 20_000 + " FROM exec",
    'SELECT "' + "x" * 20_000 + '" FROM exec',
    "SELECT * FROM " + "x" * 20_000,
    "SELECT " + "f" * 20_000 + "(1)",
    "SELECT " + "ARRAY[" * 1_000 + "1" + "]" * 1_000,
    "SELECT " + "ROW(" * 1_000 + "1" + ")" * 1_000,
    "SELECT " + "abs(" * 1_000 + "1" + ")" * 1_000,
    "SELECT " + "transform(ARRAY[1], x -> " * 200 + "ARRAY[1]" + ")" * 200,
    "SELECT " + "(SELECT " * 500 + "1" + ")" * 500,
    "SELECT * FROM " + "(SELECT * FROM " * 500 + "exec" + ")" * 500,
    "SELECT * FROM " + "(" * 500 + "exec" + ")" * 500,
    "SELECT " + "CAST(" * 1_000 + "1" + " AS bigint)" * 1_000,
    "SELECT " + "try(" * 1_000 + "1" + ")" * 1_000,
    "SELECT " + "-(" * 1_000 + "1" + ")" * 1_000,
    "SELECT CAST(NULL AS " + "array(" * 1_000 + "bigint" + ")" * 1_000 + ")",
    "SELECT CAST(NULL AS row("
    + ", ".join(f"c{n} array(row(x array(bigint)))" for n in range(20_000))
    + "))",
    "SELECT 1" + "[1]" * 3_000,
    "SELECT x" + ".x" * 3_000 + " FROM exec",
    "WITH "
    + ", ".join(
        f"t{n} AS (SELECT * FROM t{n - 1} UNION ALL SELECT * FROM t{n - 1})"
        if n
        else "t0 AS (SELECT 1 AS x)"
        for n in range(40)
    )
    + " SELECT count(*) FROM t39",
    "WITH t0 AS (SELECT 'x' AS x), "
    + ", ".join(f"t{n} AS (SELECT x || x AS x FROM t{n - 1})" for n in range(1, 40))
    + " SELECT length(x) FROM t39",
    "WITH t0 AS (SELECT ARRAY[1] AS x), "
    + ", ".join(f"t{n} AS (SELECT x || x AS x FROM t{n - 1})" for n in range(1, 40))
    + " SELECT cardinality(x) FROM t39",
    "SELECT count(*) FROM exec GROUP BY CUBE (" + ", ".join(f"c{n}" for n in range(30)) + ")",
    "SELECT count(*) FROM exec GROUP BY CUBE (user, uid, sid, time, code, command, login, namespace, proto, event, server_id, server_addr)",
    "SELECT count(*) FROM exec GROUP BY " + ", ".join(["ROLLUP (user, uid)"] * 12),
    "SELECT INTERVAL '" + "9" * 1000 + "' DAY",
    "SELECT count(*) FROM " + ", ".join(["exec"] * 200),
    "SELECT " + "'x' LIKE " * 100 + "'x'",
    "SELECT x FROM (SELECT 1 AS x" + " UNION ALL SELECT 1" * 30_000 + ")",
    "SELECT 1 IN (" + "SELECT 1 WHERE 1 IN (" * 300 + "SELECT 1" + ")" * 301,
    "",
    ";",
]


@pytest.mark.parametrize("text", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_is_refused(text: str) -> None:
    start = time.monotonic()
    with pytest.raises(QueryError) as caught:
        translate(text, RELATIONS)
    assert len(str(caught.value)) < 1_100
    assert time.monotonic() - start < 5


def test_long_conditions_are_fine() -> None:
    world = World(":memory:")
    world.add("exec", "2026-11-20T10:00:00Z", user="u7")
    for count in (900, 5_000):
        words = " OR ".join(f"user = 'u{number}'" for number in range(count))
        assert world.rows(f"SELECT user FROM exec WHERE {words}") == [("u7",)]
        words = " AND ".join(f"user <> 'v{number}'" for number in range(count))
        assert world.rows(f"SELECT user FROM exec WHERE {words}") == [("u7",)]
    listed = ", ".join(f"'u{number}'" for number in range(5_000))
    assert world.rows(f"SELECT user FROM exec WHERE user IN ({listed})") == [("u7",)]


def test_all_views_fit_into_one_union() -> None:
    world = World(":memory:")
    world.add("exec", "2026-11-20T10:00:00Z", uid="1")
    union = " UNION ALL ".join(f"SELECT event_date, uid FROM {view}" for view in RELATIONS)
    assert world.rows(f"SELECT count(*) FROM ({union})") == [(1,)]


PIECES = sorted({word for query in SPEC_QUERIES.values() for word in query.split()} | {
    "(", ")", ",", "'", '"', ".", "*", "IN", "NOT", "UNION", "WITH", "x", "1", "CAST", "AS", "[", "]",
    "OVER", "CASE", "END", "JOIN", "ON", "LIMIT", "->", "||", ";", "VALUES", "UNNEST", "LIKE", "ESCAPE",
    "EXTRACT", "POSITION", "TRY_CAST", "date", "TIMESTAMP", "INTERVAL", "FILTER", "EXISTS", "{", "@", "::",
})  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(words=st.lists(st.sampled_from(PIECES), max_size=25))
def test_any_words_are_translated_or_refused(words: list[str]) -> None:
    """Nothing but a ``QueryError`` comes out of texts that are near to queries."""
    with suppress(QueryError):
        translate("SELECT " + " ".join(words), RELATIONS)


@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_a_damaged_query_is_translated_or_refused(data: st.DataObject) -> None:
    query = data.draw(st.sampled_from(sorted(SPEC_QUERIES.values())))
    place = data.draw(st.integers(0, len(query)))
    length = data.draw(st.integers(0, 6))
    filler = data.draw(st.text(max_size=4))
    with suppress(QueryError):
        translate(query[:place] + filler + query[place + length :], RELATIONS)
