"""Queries that ask for too much: each ends in time, with a result or an error that says so."""

# ruff: noqa: E501 (tables of cases)
from __future__ import annotations

import sys
import time
from contextlib import suppress

import pytest
from sql_world import AS_OF_MS, RELATIONS, World

from datasette_access_monitoring.engine import Limits
from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.binding import statement
from datasette_access_monitoring.sql.binding.statement import MAX_SECONDS
from datasette_access_monitoring.sql.translate import translate
from datasette_access_monitoring.sql.window import Window

WINDOW = Window.last_days(365, AS_OF_MS)

BURDENS = [
    "SELECT count(*) FROM UNNEST(sequence(1, 10000)) a (x), UNNEST(sequence(1, 10000)) b (y), UNNEST(sequence(1, 10000)) c (z)",
    "SELECT sum(x * y) FROM UNNEST(sequence(1, 10000)) a (x), UNNEST(sequence(1, 10000)) b (y)",
    "SELECT x FROM UNNEST(sequence(1, 10000)) a (x), UNNEST(sequence(1, 10000)) b (y) ORDER BY y",
    "SELECT array_agg(x) FROM UNNEST(sequence(1, 10000)) a (x), UNNEST(sequence(1, 10000)) b (y)",
    "SELECT array_agg(command) FROM exec, UNNEST(sequence(1, 10000)) b (y)",
    "SELECT array_agg(DISTINCT x ORDER BY x) FROM UNNEST(sequence(1, 10000)) a (x), UNNEST(sequence(1, 10000)) b (y)",
    "SELECT map_agg(x * 10000 + y, command) FROM exec, UNNEST(sequence(1, 10000)) a (x), UNNEST(sequence(1, 10000)) b (y)",
    "SELECT histogram(x * 10000 + y) FROM UNNEST(sequence(1, 10000)) a (x), UNNEST(sequence(1, 10000)) b (y)",
    "SELECT listagg(command, ',') WITHIN GROUP (ORDER BY y) FROM exec, UNNEST(sequence(1, 10000)) b (y)",
    "SELECT approx_percentile(x, 0.5) FROM UNNEST(sequence(1, 10000)) a (x), UNNEST(sequence(1, 10000)) b (y)",
    "SELECT count(DISTINCT x * 10000 + y) FROM UNNEST(sequence(1, 10000)) a (x), UNNEST(sequence(1, 10000)) b (y)",
    "SELECT max_by(x, y, 100000000) FROM UNNEST(sequence(1, 10000)) a (x), UNNEST(sequence(1, 10000)) b (y)",
    "SELECT max(x, 100000000) FROM UNNEST(sequence(1, 10000)) a (x), UNNEST(sequence(1, 10000)) b (y)",
    "SELECT row_number() OVER (ORDER BY x), sum(x) OVER (ORDER BY y ROWS BETWEEN 5000 PRECEDING AND 5000 FOLLOWING) FROM UNNEST(sequence(1, 10000)) a (x), UNNEST(sequence(1, 100)) b (y)",
    "SELECT array_agg(x) OVER (ORDER BY x) FROM UNNEST(sequence(1, 10000)) a (x)",
    "SELECT array_agg(x) OVER (ORDER BY x ROWS BETWEEN 5000 PRECEDING AND CURRENT ROW) FROM UNNEST(sequence(1, 10000)) a (x)",
    "SELECT max(x) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM UNNEST(sequence(1, 10000)) a (x)",
    "SELECT length(lpad('x', 2000000000, 'y'))",
    "SELECT length(rpad('x', 2147483647, 'y'))",
    "SELECT cardinality(repeat('x', 1000000000))",
    "SELECT cardinality(repeat(command, 10000)) FROM exec",
    "SELECT cardinality(sequence(1, 1000000000))",
    "SELECT cardinality(flatten(repeat(sequence(1, 10000), 10000)))",
    "SELECT cardinality(transform(sequence(1, 10000), x -> transform(sequence(1, 10000), y -> x * y)))",
    "SELECT cardinality(transform(sequence(1, 10000), x -> sequence(1, 10000)))",
    "SELECT length(reduce(sequence(1, 10000), 'x', (s, x) -> s || s, s -> s))",
    "SELECT cardinality(reduce(sequence(1, 10000), ARRAY[1], (s, x) -> s || s, s -> s))",
    "SELECT reduce(sequence(1, 10000), 0, (s, x) -> s + x, s -> s) FROM exec",
    "SELECT cardinality(reduce(sequence(1, 10000), CAST(ARRAY[] AS array(bigint)), (s, x) -> s || x, s -> s))",
    "SELECT cardinality(combinations(sequence(1, 100), 5))",
    "SELECT cardinality(combinations(sequence(1, 10000), 3))",
    "SELECT cardinality(ngrams(sequence(1, 10000), 5000))",
    "SELECT cardinality(array_sort(sequence(1, 10000), (x, y) -> IF(x < y, 1, IF(x = y, 0, -1))))",
    "SELECT cardinality(array_distinct(transform(sequence(1, 10000), x -> ARRAY[x])))",
    "SELECT cardinality(array_union(sequence(1, 10000), sequence(5000, 14000))) FROM exec",
    "SELECT count(*) FROM exec WHERE contains(sequence(1, 10000), 10001)",
    "SELECT arrays_overlap(transform(sequence(1, 10000), x -> ARRAY[x]), transform(sequence(1, 10000), x -> ARRAY[-x]))",
    "SELECT array_intersect(transform(sequence(1, 10000), x -> ARRAY[x]), transform(sequence(1, 10000), x -> ARRAY[-x]))",
    "SELECT array_position(sequence(1, 10000), 10000) FROM exec",
    "SELECT map(sequence(1, 10000), sequence(1, 10000))[10000] FROM exec",
    "SELECT cardinality(map_filter(map(sequence(1, 10000), sequence(1, 10000)), (k, v) -> k > v)) FROM exec",
    "SELECT regexp_like(array_join(repeat('a', 10000), ''), '(a+)+$')",
    "SELECT regexp_like(array_join(repeat('a', 10000), '') || 'b', '(a+)+$')",
    "SELECT regexp_like(array_join(repeat('a', 10000), '') || 'b', '(a|aa)+$')",
    "SELECT regexp_like(array_join(repeat('a', 10000), '') || 'b', '(.*)(.*)(.*)(.*)(.*)[^b]$')",
    "SELECT regexp_like(array_join(repeat('ab', 10000), ''), '(a?b?){5000}c')",
    "SELECT regexp_like('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', '(a*)*c')",
    "SELECT regexp_like('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', '((a{0,50}){0,50}){0,50}c')",
    "SELECT regexp_like('x', '" + "(" * 500 + "a" + ")" * 500 + "')",
    "SELECT regexp_like('x', 'a{100000}')",
    "SELECT regexp_like('x', '((((a{100}){100}){100}){100})')",
    "SELECT length(regexp_replace(array_join(repeat('a', 10000), ''), '', array_join(repeat('b', 10000), '')))",
    "SELECT cardinality(regexp_extract_all(array_join(repeat('a', 10000), ''), ''))",
    "SELECT cardinality(regexp_split(command, '')) FROM exec",
    "SELECT cardinality(split(array_join(repeat('a', 10000), ''), 'a')) FROM exec",
    "SELECT length(array_join(repeat(command, 10000), command)) FROM exec",
    "SELECT length(replace(command, '', command)) FROM exec",
    "SELECT length(replace(replace(replace(command, 'x', command), 'x', command), 'x', command)) FROM exec",
    "SELECT length(translate(command, 'x', command)) FROM exec",
    "SELECT levenshtein_distance(command || command, command || 'y') FROM exec",
    "SELECT levenshtein_distance(array_join(repeat('a', 10000), ''), array_join(repeat('b', 10000), ''))",
    "SELECT hamming_distance(command, command) FROM exec",
    "SELECT from_base(array_join(repeat('z', 10000), ''), 36)",
    "SELECT CAST(array_join(repeat('9', 10000), '') AS double)",
    "SELECT CAST(array_join(repeat('9', 10000), '') AS decimal(38, 0))",
    "SELECT CAST(array_join(repeat('9', 10000), '') AS bigint)",
    "SELECT json_parse(array_join(repeat('[', 10000), ''))",
    "SELECT json_parse(array_join(repeat('[', 10000), '') || array_join(repeat(']', 10000), ''))",
    "SELECT json_parse(array_join(repeat('9', 10000), ''))",
    "SELECT json_extract(array_join(repeat('[', 10000), '') || array_join(repeat(']', 10000), ''), '$"
    + "[0]" * 1000
    + "')",
    "SELECT json_extract_scalar('{}', '$" + ".a" * 10000 + "')",
    "SELECT CAST(json_parse('"
    + "[" * 400
    + "]" * 400
    + "') AS "
    + "array(" * 40
    + "bigint"
    + ")" * 40
    + ")",
    "SELECT json_format(json_parse('{\"a\":1e999}'))",
    "SELECT date_add('year', 2147483647, current_date)",
    "SELECT date_add('day', 9223372036854775807, now())",
    "SELECT from_unixtime(1e300)",
    "SELECT from_unixtime(-1e18)",
    "SELECT power(10, 1000), power(10e0, 400), exp(1e3)",
    "SELECT DATE '2026-01-01' + INTERVAL '999999999' DAY",
    "SELECT cardinality(sequence(DATE '0001-01-01', DATE '9999-12-31'))",
    "SELECT cardinality(sequence(TIMESTAMP '0001-01-01 00:00:00', TIMESTAMP '9999-12-31 00:00:00', INTERVAL '1' SECOND))",
    "SELECT date_format(now(), '" + "%W" * 50000 + "')",
    "SELECT format_datetime(now(), '" + "yyyy" * 50000 + "')",
    "SELECT format_datetime(now(), '" + "y" * 100000 + "')",
    "SELECT date_parse('x', '" + "%Y" * 5000 + "')",
    "SELECT date_parse('" + "1" * 5000 + "', '" + "%Y" * 5000 + "')",
    "SELECT parse_datetime('" + "1" * 5000 + "', '" + "y" * 5000 + "')",
    "SELECT '" + "a" * 50000 + "' LIKE '" + "%a" * 20000 + "b'",
    "SELECT count(*) FROM exec WHERE command LIKE '" + "%_" * 5000 + "'",
    "SELECT count(*) FROM exec WHERE user IN (" + ", ".join(f"'{n}'" for n in range(20000)) + ")",
    "SELECT count(*) FROM exec WHERE " + " OR ".join(f"user LIKE '%{n}%'" for n in range(5000)),
    "SELECT CASE user " + " ".join(f"WHEN '{n}' THEN {n}" for n in range(5000)) + " END FROM exec",
    "SELECT " + " || ".join(["command"] * 5000) + " FROM exec",
    "SELECT " + ", ".join(f"{n}" for n in range(1900)) + " FROM exec",
    "SELECT " + ", ".join(f"{n}" for n in range(5000)) + " FROM exec",
    "SELECT concat(" + ", ".join(["command"] * 500) + ") FROM exec",
    "SELECT cardinality(ARRAY[" + ", ".join(["1"] * 20000) + "])",
    "SELECT greatest(" + ", ".join(["1"] * 300) + ")",
    "SELECT count(*) FROM (VALUES " + ", ".join(["(1)"] * 20000) + ") t (x)",
    "WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
    "WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t, UNNEST(sequence(1, 10000)) AS u (y)) SELECT count(*) FROM t",
    "WITH RECURSIVE t (x) AS (SELECT 'x' UNION ALL SELECT x || x || x || x || x || x || x || x FROM t WHERE length(x) < 1000000000) SELECT max(length(x)) FROM t",
    "SELECT count(*) FROM exec GROUP BY CUBE (user, uid, sid, time, code)",
    "SELECT "
    + ", ".join(f"row_number() OVER (ORDER BY user, {n})" for n in range(100))
    + " FROM exec",
    "SELECT count(*) FROM exec a, exec b, exec c, exec d WHERE regexp_like(a.command || b.command, '(x+)+y')",
    "SELECT max(a.command || b.command || c.command) FROM exec a, exec b, exec c",
    "SELECT count(*) FROM exec a FULL JOIN exec b ON a.user < b.user FULL JOIN exec c ON b.user < c.user FULL JOIN exec d ON c.user < d.user",
    "SELECT (SELECT count(*) FROM exec b, exec c WHERE b.user < a.user AND c.user < b.user) FROM exec a",
    "SELECT user FROM exec INTERSECT ALL SELECT b.user FROM exec b, exec c, exec d",
    "SELECT user FROM exec WHERE user > ALL (SELECT b.user || c.user || d.user FROM exec b, exec c, exec d)",
    "SELECT from_utf8(to_utf8(array_join(repeat(command, 10000), '')))  FROM exec",
    "SELECT sha512(to_utf8(array_join(repeat(command, 10000), '')))  FROM exec",
    "SELECT to_hex(to_utf8(array_join(repeat(command, 10000), '')))  FROM exec",
    "SELECT url_encode(array_join(repeat('é', 10000), ''))  FROM exec, UNNEST(sequence(1, 10000)) u (x)",
    "SELECT normalize(array_join(repeat('é', 10000), ''), NFD)  FROM exec, UNNEST(sequence(1, 10000)) u (x)",
    "SELECT soundex(array_join(repeat('é', 10000), ''))",
    "SELECT format('%1000000000d', 1)",
    "SELECT format('%s%s%s', command, command, command) FROM exec",
    "SELECT split_to_map(command, 'x', 'y') FROM exec",
    "SELECT cardinality(split_to_multimap(array_join(repeat('a=1', 10000), ','), ',', '=')) FROM exec",
    "SELECT zip_with(sequence(1, 10000), sequence(1, 10000), (x, y) -> x + y) FROM exec",
    "SELECT bit_count(9223372036854775807, 64), bitwise_left_shift(1, 1000000)",
    "SELECT CAST(1 AS decimal(38, 0)) * CAST(99999999999999999999999999999999999999 AS decimal(38, 0))",
    "SELECT width_bucket(x, sequence(1, 10000)) FROM UNNEST(sequence(1, 10000)) a (x)",
    "SELECT word_stem('x'), strpos('a', 'b', 1000000000)",
]
LIMITS = Limits(seconds=0.5, rows=100_000, bytes=64_000_000)


@pytest.fixture(scope="module")
def burdened() -> World:
    world = World(":memory:")
    for number in range(300):
        world.add("exec", "2026-11-20T10:00:00Z", user=f"user{number}", command="x" * 1000)
    return world


SLACK_SECONDS = 0.5
# What a busy machine adds to one run it does not add to each.
LOOKS = 3


def overrun(world: World, text: str) -> float:
    """Seconds beyond the limit that a query held the process."""
    translation = translate(text, RELATIONS)
    start = time.monotonic()
    with suppress(QueryError):
        world.engine.run(translation, WINDOW, AS_OF_MS, LIMITS)
    return time.monotonic() - start - LIMITS.seconds


@pytest.mark.parametrize("text", BURDENS, ids=range(len(BURDENS)))
def test_a_burden_ends_in_time(burdened: World, text: str) -> None:
    """Whatever a query asks for, it has a result or an error when its time is over."""
    if "1000000000" in text and sys.version_info < (3, 11):
        pytest.skip("Python cannot set how long a text may be")
    try:
        burdened.run(text, limits=LIMITS)
    except QueryError as error:
        assert not error.message.startswith("the database refused the query")
    with suppress(QueryError):
        translate(text, RELATIONS)
        assert any(overrun(burdened, text) < SLACK_SECONDS for _ in range(LOOKS))


def test_a_translation_ends_in_time() -> None:
    windows = ", ".join(["sum(1) OVER w"] * 9_000)
    partition = ", ".join(["user"] * 50)
    text = f"SELECT ARRAY[{windows}] FROM exec WINDOW w AS (PARTITION BY {partition})"
    start = time.monotonic()
    with pytest.raises(QueryError):
        translate(text, RELATIONS)
    assert time.monotonic() - start < 2 * MAX_SECONDS


def test_a_translation_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement, "MAX_SECONDS", 0.0)
    with pytest.raises(QueryError, match="line 1:8: the query takes longer than 0 seconds"):
        translate("SELECT user FROM exec", RELATIONS)
