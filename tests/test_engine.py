"""The engine: limits, errors with their message, and a connection that stays as it was."""

from __future__ import annotations

import sqlite3
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import write_audit_database
from sql_world import AS_OF_MS, RELATIONS, World

from datasette_access_monitoring.engine import Engine, Limits
from datasette_access_monitoring.errors import QueryError, StoreError
from datasette_access_monitoring.sql.translate import Translation, translate
from datasette_access_monitoring.sql.window import Window

WINDOW = Window.last_days(30, AS_OF_MS)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "audit.db")
    for number in range(300):
        world.add("exec", "2026-11-20T10:00:00Z", user=f"user{number:03}", command="x" * 100)
    return world


def forged(sql: str, **reads: set[str]) -> Translation:
    columns = {table: frozenset(names) for table, names in reads.items()}
    return replace(translate("SELECT 1", {}), sql=sql, reads=columns)


def test_a_result_has_columns_rows_and_a_time(world: World) -> None:
    result = world.run("SELECT user, count(*) FROM exec GROUP BY user ORDER BY user LIMIT 2")
    assert [column.name for column in result.columns] == ["user", "_col1"]
    assert result.rows == [("user000", 1), ("user001", 1)]
    assert not result.truncated
    assert result.milliseconds > 0


def test_rows_end_at_the_limit(world: World) -> None:
    result = world.run("SELECT user FROM exec ORDER BY user", limits=Limits(rows=260))
    assert len(result.rows) == 260 and result.truncated
    result = world.run("SELECT user FROM exec", limits=Limits(rows=300))
    assert len(result.rows) == 300 and not result.truncated


def test_bytes_end_at_the_limit(world: World) -> None:
    result = world.run("SELECT command FROM exec", limits=Limits(bytes=1000))
    assert len(result.rows) == 10 and result.truncated


def test_time_ends_at_the_limit(world: World) -> None:
    start = time.monotonic()
    with pytest.raises(QueryError, match=r"longer than 0\.2 seconds"):
        world.run(
            "SELECT count(*) FROM exec a, exec b, exec c, exec d WHERE a.user < b.user",
            limits=Limits(seconds=0.2),
        )
    assert time.monotonic() - start < 5


def test_the_message_of_a_failed_value_is_kept(world: World) -> None:
    world.add("exec", "2026-11-20T10:00:00Z", user="bad", sid="garbage")
    with pytest.raises(QueryError) as caught:
        world.run("SELECT from_iso8601_timestamp(sid) FROM exec")
    assert str(caught.value) == 'Invalid format: "garbage"'
    # Nothing of it is left for the next query.
    assert world.rows("SELECT count(*) FROM exec") == [(301,)]


def test_a_failure_says_nothing_on_standard_error(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    sqlite3.enable_callback_tracebacks(True)  # as the hosts do
    with pytest.raises(QueryError, match="Division by zero"):
        world.run("SELECT 1 / 0")
    assert capfd.readouterr().err == ""


def test_the_connection_stays_as_it_was(world: World) -> None:
    for query in ("SELECT user FROM exec", "SELECT 1 / 0"):
        with suppress(QueryError):
            world.run(query)
        world.connection.execute("CREATE TABLE mine (x)")
        world.connection.execute("INSERT INTO mine VALUES (1)")
        world.connection.execute("DROP TABLE mine")
        assert not world.connection.execute("PRAGMA query_only").fetchone()[0]
    assert world.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] > 30


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM sqlite_master",
        'SELECT "user" FROM "_event_kube_request"',
        "DELETE FROM _event_exec",
        "CREATE TABLE x (y)",
        "ATTACH ':memory:' AS more",
        "PRAGMA journal_mode",
        "SELECT load_extension('x')",
        "SELECT randomblob(10)",
        "SELECT sqlite_version()",
        "SELECT * FROM pragma_table_info('_event_exec')",
        'SELECT "uid" FROM "_event_exec"',
        "SELECT * FROM _event_exec",
        "SELECT user FROM (SELECT * FROM _event_exec)",
        "WITH t AS (SELECT uid FROM _event_exec) SELECT count(*) FROM t",
        "WITH _q1 AS (SELECT uid FROM _event_exec) SELECT * FROM _q1",
        "SELECT (SELECT uid FROM _event_exec)",
        "SELECT count(*) FROM _event_kube_request",
        "SELECT rowid FROM _event_kube_request",
        "SELECT 1 FROM _event_exec ORDER BY uid",
        "SELECT count(*) FROM _event_exec GROUP BY uid",
        "SELECT * FROM json_tree('[1]')",
        "BEGIN",
    ],
)
def test_the_second_wall_holds_even_for_a_forged_translation(world: World, sql: str) -> None:
    world.connection.execute("SELECT 1 FROM _event_kube_request")
    with pytest.raises(QueryError, match="the database refused the query"):
        world.engine.run(forged(sql, _event_exec={"_id", "user"}), WINDOW, AS_OF_MS)
    assert world.rows("SELECT count(*) FROM exec") == [(300,)]


def test_the_query_of_a_view_may_read_its_table(world: World) -> None:
    translation = forged("SELECT count(*) FROM _event_exec", _event_exec={"_id"})
    assert world.engine.run(translation, WINDOW, AS_OF_MS).rows == [(300,)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT user FROM _event_exec",
        "SELECT user FROM (SELECT user FROM _event_exec) AS _events",
        "SELECT (SELECT user FROM _event_exec LIMIT 1) FROM _events",
        "SELECT event_data FROM _events",
    ],
)
def test_a_table_behind_a_view_is_read_through_it_only(world: World, sql: str) -> None:
    world.connection.execute(
        "CREATE VIEW _events AS SELECT _id, user, command AS event_data FROM _event_exec"
    )
    behind = {"_events": frozenset({"_event_exec"})}
    through = forged("SELECT count(user) FROM _events", _events={"_id", "user"})
    result = world.engine.run(replace(through, behind=behind), WINDOW, AS_OF_MS)
    assert result.rows == [(300,)]
    with pytest.raises(QueryError, match="the database refused the query"):
        world.engine.run(replace(through, behind=behind, sql=sql), WINDOW, AS_OF_MS)


def test_the_time_limit_does_not_wait_for_a_number_of_steps(world: World) -> None:
    """Each row is one slow step of SQLite; a thousand of them come before its next look."""
    slow = "instr(hex(zeroblob(8000000)), 'x')"
    sql = (
        f"WITH _q1 AS ({' UNION ALL '.join([f'SELECT {slow} AS x'] * 200)}) SELECT sum(x) FROM _q1"
    )
    with (
        pytest.MonkeyPatch.context() as patch,
        pytest.raises(QueryError, match=r"longer than 0\.3 seconds"),
    ):
        patch.setattr(
            "datasette_access_monitoring.engine._FUNCTIONS",
            frozenset({"instr", "hex", "zeroblob", "sum"}),
        )
        start = time.monotonic()
        world.engine.run(forged(sql), WINDOW, AS_OF_MS, Limits(seconds=0.3))
    assert time.monotonic() - start < 0.3 + 0.5


def test_the_next_query_is_not_interrupted(world: World) -> None:
    threads = threading.active_count()
    for _ in range(20):
        with suppress(QueryError):
            world.run("SELECT count(*) FROM exec a, exec b", limits=Limits(seconds=0.002))
        assert world.connection.execute("SELECT count(*) FROM _event_exec").fetchone() == (300,)
    assert threading.active_count() == threads


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python cannot set SQLite's limits")
def test_a_value_that_is_too_long_is_told(world: World) -> None:
    sql = "SELECT max(reduce(sequence(1, 10), command, (s, x) -> s || s, s -> s)) FROM exec"
    with pytest.raises(QueryError, match="a value of more than 50,000 bytes: not supported"):
        world.run(sql, limits=Limits(text=50_000))


def test_an_engine_opens_a_database_to_read_it(tmp_path: Path) -> None:
    path = write_audit_database(
        tmp_path / "real.db", [{"event": "exec", "time": "2026-11-20T10:00:00Z", "user": "ann"}]
    )
    with Engine.open(path) as engine:
        translation = translate("SELECT user FROM exec", engine.relations())
        assert engine.run(translation, WINDOW, AS_OF_MS).rows == [("ann",)]
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        engine.relations()
    with pytest.raises(StoreError), Engine.open(tmp_path / "none.db"):
        pass


def test_now_is_what_the_caller_says(world: World) -> None:
    translation = translate("SELECT now(), current_date, localtimestamp", RELATIONS)
    row = world.engine.run(translation, WINDOW, 86_400_000).rows[0]
    assert row == (86_400_000 << 12, "1970-01-02", "1970-01-02 00:00:00.000")


def test_a_row_factory_of_the_host_does_not_matter(world: World) -> None:
    world.connection.row_factory = sqlite3.Row
    assert world.rows("SELECT 1, 1") == [(1, 1)]


@pytest.mark.parametrize(
    "expression",
    [
        "replace({x}, 'x', {x})",
        "array_join(ARRAY[{x}, {x}, {x}, {x}, {x}, {x}], {x})",
        "concat({x}, {x}, {x}, {x}, {x}, {x}, {x}, {x})",
    ],
)
def test_a_text_cannot_grow_without_end(world: World, expression: str) -> None:
    query = "SELECT command AS x FROM exec WHERE user = 'user001'"
    for level in range(5):
        query = f"SELECT {expression.format(x=f't{level}.x')} AS x FROM ({query}) AS t{level}"
    with pytest.raises(QueryError):
        world.run(f"SELECT length(x) FROM ({query})", limits=Limits(bytes=1_000_000))


def test_a_column_cannot_double_without_end(world: World) -> None:
    query = "SELECT command AS x FROM exec"
    for level in range(40):
        query = f"SELECT x || x AS x FROM ({query}) AS t{level}"
    with pytest.raises(QueryError, match="too complex"):
        world.run(query)


def test_a_sum_out_of_range_is_an_error(world: World) -> None:
    with pytest.raises(QueryError, match="bigint overflow"):
        world.run("SELECT sum(9223372036854775807) FROM exec")
