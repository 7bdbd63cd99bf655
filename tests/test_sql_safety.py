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
    "SELECT * FROM main.exec",
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
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t",
    "SELECT " + "(" * 5_000 + "1" + ")" * 5_000,
    "SELECT " + "NOT " * 5_000 + "true",
    "SELECT " + "- " * 5_000 + "1",
    "SELECT " + "CASE WHEN true THEN " * 2_000 + "1" + " END" * 2_000,
    "SELECT " + "1 + " * 20_000 + "1",
    "SELECT '" + "a" * 300_000 + "'",
    "SELECT " + "(" * 60 + "true" + " BETWEEN false AND true)" * 60,
    "SELECT " + "(SELECT " * 45 + "true" + " BETWEEN false AND true) BETWEEN false AND true" * 45,
    "SELECT " + "CASE " * 60 + "1" + " WHEN 1 THEN 1 WHEN 2 THEN 2 WHEN 3 THEN 3 END" * 60,
    "",
    ";",
]


@pytest.mark.parametrize("text", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_is_refused(text: str) -> None:
    start = time.monotonic()
    with pytest.raises(QueryError) as caught:
        translate(text, RELATIONS)
    assert len(str(caught.value)) < 500
    assert time.monotonic() - start < 5


def test_long_conditions_are_fine() -> None:
    world = World(":memory:")
    world.add("exec", "2026-11-20T10:00:00Z", user="u7")
    words = " OR ".join(f"user = 'u{number}'" for number in range(900))
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
