"""Roles, saved queries and kept results are out of plain SQL's reach on Datasette's connections."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from access_world import write_world
from conftest import ROOT, fetch, open_datasette, write_audit_database, write_ordinary_database

from datasette_access_monitoring.reports.running import Order, run_report
from datasette_access_monitoring.resources.model import Kind
from datasette_access_monitoring.resources.shipped import shipped
from datasette_access_monitoring.self_audit import Principal
from datasette_access_monitoring.store.layout import PRIVATE_TABLES
from datasette_access_monitoring.web.guard import guard_new, unguarded

EVENTS = [{"event": "exec", "time": "2026-11-20T10:00:00Z", "user": "eve", "proto": "kube"}]
SQL = {"id": "sue", "roles": ["sql"]}
# In what the private tables hold, and nowhere else.
SECRETS = ("security_report", "kube_execs", "keeper", "The following query identifies")


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    path = write_world(tmp_path / "audit.db", EVENTS)
    report = shipped()[Kind.SECURITY_REPORT, "privileged_access_report"]
    run_report(path, Order(report, 7, 1_795_219_199_999, Principal("test", "cli")))
    return path


@pytest.mark.asyncio
@pytest.mark.parametrize("actor", [SQL, ROOT])
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM _resources",
        'SELECT "document" || \'x\' FROM main."_RESOURCES"',
        "SELECT name, document FROM _resources WHERE kind = 'role'",
        'SELECT "name", "document" FROM "_resources" WHERE "kind" = \'role\'',
        "SELECT group_concat(document) FROM (SELECT * FROM _report_runs)",
        "SELECT hex(rows), columns FROM _report_sections",
        "WITH x AS (SELECT document FROM _resources) SELECT * FROM x UNION SELECT user FROM exec",
        "SELECT (SELECT document FROM _resources LIMIT 1) FROM exec",
        "SELECT count(*) FROM _resources WHERE document LIKE '%keeper%'",
        "SELECT sql FROM sqlite_master WHERE name = '_resources'",
    ],
)
async def test_sql_reads_them_as_empty(audit: Path, actor: Mapping[str, Any], sql: str) -> None:
    datasette = open_datasette([audit])
    await datasette.invoke_startup()
    for address in ("/audit.json", "/audit", "/audit.csv"):
        response = await fetch(
            datasette, address, actor, params={"sql": sql, "_shape": "array"},
            follow_redirects=True,
        )  # fmt: skip
        assert response.status_code == 200, response.text
        shown = response.text.replace("LIKE &#39;%keeper%&#39;", "")
        for secret in SECRETS:
            assert secret not in shown or address == "/audit", secret
    rows = (await fetch(datasette, "/audit.json", actor, params={"sql": sql, "_shape": "arrays"},
                        follow_redirects=True)).json()["rows"]  # fmt: skip
    if "LIKE" in sql:
        assert rows == [[0]]
    elif "sqlite_master" not in sql:
        assert {value for row in rows for value in row} <= {None, "", "eve"}


# SQLite's authorizer is not asked about the columns that these join by.
JOINS = [
    "SELECT document FROM (SELECT 'x' AS document) FULL JOIN _resources USING (document)",
    "SELECT * FROM (SELECT 'x' AS document) NATURAL FULL JOIN \"_RESOURCES\"",
    "/* a */ SELECT 1 FROM (SELECT 'role' AS kind, 'keeper' AS name) JOIN [_resources] "
    "USiNG(kind, name) LIMIT 1",
    "SELECT rows FROM (SELECT 'x' AS rows) FULL JOIN main.`_report_sections` USING (rows)",
    "WITH x AS (SELECT * FROM (SELECT 1 AS document) NATURAL LEFT JOIN _report_runs) "
    "SELECT count(*) FROM x",
    "-- a comment\nSELECT document FROM (SELECT 'x' AS document) LEFT JOIN _resources "
    "USING (document)",
    "SELECT (SELECT document FROM (SELECT 'x' AS document) FULL JOIN _resources "
    "USING (document) LIMIT 1 OFFSET 1)",
]


def is_stopped(text: str) -> bool:
    return any(said in text.lower() for said in ("interrupted", "took too long", "has changed"))


needs_full_join = pytest.mark.skipif(
    sqlite3.sqlite_version_info < (3, 39), reason="this SQLite has no FULL JOIN"
)


@needs_full_join
@pytest.mark.asyncio
@pytest.mark.parametrize("actor", [SQL, ROOT])
@pytest.mark.parametrize("sql", JOINS)
async def test_columns_that_a_join_is_by_are_out_of_reach_too(
    audit: Path, actor: Mapping[str, Any], sql: str
) -> None:
    datasette = open_datasette([audit])
    await datasette.invoke_startup()
    for suffix in (".json", "", ".csv"):
        response = await fetch(
            datasette, f"/audit{suffix}", actor, params={"sql": sql}, follow_redirects=True
        )
        assert response.status_code in ((400, 500) if suffix else (200, 400)), response.text
        assert is_stopped(response.text)
        for secret in (word for word in SECRETS if word not in sql):
            assert secret not in response.text


@needs_full_join
@pytest.mark.parametrize("sql", JOINS)
def test_they_are_so_also_when_the_schema_has_just_changed(audit: Path, sql: str) -> None:
    connection = sqlite3.connect(audit)
    guard_new(None, None, connection)
    for number in range(5):
        connection.execute("SELECT * FROM exec").fetchall()
        with sqlite3.connect(audit) as other:
            other.execute(f"CREATE TABLE another_{number} (x)")
        other.close()
        with pytest.raises(sqlite3.OperationalError, match=r"interrupted|has changed"):
            connection.execute(sql).fetchall()
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            connection.execute(sql).fetchall()
    # Whatever is asked next is answered.
    assert connection.execute("SELECT user FROM exec").fetchall() == [("eve",)]
    many = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 9999) "
    assert connection.execute(f"{many} SELECT max(x) FROM n").fetchone() == (9999,)


@pytest.mark.asyncio
async def test_joins_of_other_tables_are_not_stopped(audit: Path, tmp_path: Path) -> None:
    plants = write_ordinary_database(tmp_path / "plants.db")
    with sqlite3.connect(plants) as connection:
        connection.execute("CREATE TABLE _resources (name)")
        connection.execute("INSERT INTO _resources VALUES ('fern')")
    connection.close()
    datasette = open_datasette([audit, plants], crossdb=True)
    await datasette.invoke_startup()
    for address, sql in (
        ("/plants.json", "SELECT name FROM _resources NATURAL JOIN (SELECT 'fern' AS name)"),
        ("/audit.json", "SELECT a.user AS name FROM exec a JOIN exec b USING (event_time) LIMIT 1"),
        ("/audit.json", "SELECT 'x' AS name FROM exec WHERE user <> '_resources' LIMIT 1"),
        ("/_memory.json", "SELECT name FROM plants._resources"),
    ):
        response = await fetch(
            datasette, address, ROOT, params={"sql": sql, "_shape": "objects"},
            follow_redirects=True,
        )  # fmt: skip
        assert response.status_code == 200, response.text
        assert response.json()["rows"][0]["name"] in ("fern", "eve", "x")


@pytest.mark.asyncio
async def test_across_databases_they_are_out_of_reach_too(audit: Path) -> None:
    datasette = open_datasette([audit], crossdb=True)
    await datasette.invoke_startup()
    response = await fetch(
        datasette, "/_memory.json", ROOT, follow_redirects=True,
        params={"sql": "SELECT document FROM audit._resources", "_shape": "arrays"},
    )  # fmt: skip
    assert {row[0] for row in response.json()["rows"]} == {None}
    sql = "SELECT kind FROM (SELECT 1 AS kind) LEFT JOIN audit._resources USING (kind)"
    response = await fetch(
        datasette, "/_memory.json", ROOT, params={"sql": sql}, follow_redirects=True
    )
    assert response.status_code in (400, 500) and is_stopped(response.text)


@pytest.mark.asyncio
async def test_tables_of_these_names_elsewhere_are_their_owners(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    sqlite3.connect(path).execute("VACUUM").close()
    datasette = open_datasette([path], memory=True)
    await datasette.invoke_startup()
    for name in ("other", "_memory"):
        database = datasette.get_database(name)
        for sql in ("CREATE TABLE _resources (name)", "INSERT INTO _resources VALUES ('mine')"):
            await database.execute_write(sql)
        if name == "other":
            result = await database.execute("SELECT name FROM _resources")
            assert [row[0] for row in result.rows] == ["mine"]


@pytest.mark.asyncio
@pytest.mark.parametrize("sql", ["SELECT document FROM _resources", JOINS[2]])
async def test_a_file_that_is_locked_when_it_is_opened_is_guarded_all_the_same(
    audit: Path, sql: str
) -> None:
    blocker = sqlite3.connect(audit, isolation_level=None)
    blocker.execute("PRAGMA locking_mode = EXCLUSIVE")
    blocker.execute("BEGIN EXCLUSIVE")
    connection = sqlite3.connect(audit, timeout=0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        connection.execute("SELECT count(*) FROM sqlite_master")
    guard_new(None, None, connection)
    blocker.execute("ROLLBACK")
    blocker.close()
    try:
        assert set(connection.execute(sql).fetchall()) == {(None,)}
    except sqlite3.OperationalError as error:
        assert str(error) == "interrupted"


@pytest.mark.asyncio
async def test_an_ordinary_file_that_becomes_an_audit_database_in_place_is_root_s_alone(
    audit: Path, tmp_path: Path
) -> None:
    path = write_ordinary_database(tmp_path / "plants.db")
    datasette = open_datasette([path])
    for _ in range(6):
        assert (await fetch(datasette, "/plants/plants.json", SQL)).status_code == 200
    source, target = sqlite3.connect(audit), sqlite3.connect(path)
    source.backup(target)
    source.close()
    target.close()
    for address in ("/plants.json", "/plants/exec.json", "/plants.json?sql=select+1"):
        for who in (SQL, {"id": "ed", "roles": ["editor"]}):
            assert (await fetch(datasette, address, who, follow_redirects=True)).status_code == 403
        assert (await fetch(datasette, address, ROOT, follow_redirects=True)).status_code == 200


@pytest.mark.asyncio
@pytest.mark.parametrize("actor", [SQL, ROOT, {"id": "ed", "roles": ["editor"]}])
@pytest.mark.parametrize("table", PRIVATE_TABLES)
async def test_their_pages_are_nobodys(audit: Path, actor: Mapping[str, Any], table: str) -> None:
    datasette = open_datasette([audit])
    await datasette.invoke_startup()
    for suffix in ("", ".json", ".csv", "?_facet=kind"):
        response = await fetch(datasette, f"/audit/{table}{suffix}", actor)
        assert response.status_code == 403, suffix
    listed = (await fetch(datasette, "/audit.json", actor)).json()["tables"]
    assert table not in [one["name"] for one in listed] and len(listed) > 35


@pytest.mark.parametrize("table", PRIVATE_TABLES)
def test_they_cannot_be_written_on_such_a_connection(audit: Path, table: str) -> None:
    connection = sqlite3.connect(audit)
    guard_new(None, None, connection)
    for sql in (
        f"DELETE FROM {table}",
        f"INSERT INTO {table} DEFAULT VALUES",
        f"DROP TABLE {table}",
        f"ALTER TABLE {table} ADD COLUMN x",
        f"ALTER TABLE {table} RENAME TO x",
    ):
        with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|prohibited"):
            connection.execute(sql)
    connection.execute("DELETE FROM _rejects")


def test_ours_reads_them_and_leaves_no_statement_behind(audit: Path) -> None:
    connection = sqlite3.connect(audit)
    guard_new(None, None, connection)
    sql = "SELECT document FROM _resources ORDER BY 1"
    assert set(connection.execute(sql).fetchall()) == {(None,)}
    read = unguarded(lambda conn: conn.execute(sql).fetchall())
    assert all("role" in document for (document,) in read(connection))
    assert set(connection.execute(sql).fetchall()) == {(None,)}
    with pytest.raises(ZeroDivisionError):
        unguarded(lambda _: 1 / 0)(connection)
    assert set(connection.execute(sql).fetchall()) == {(None,)}


def test_other_databases_keep_the_authorizer_that_they_have(tmp_path: Path) -> None:
    connection = sqlite3.connect(write_ordinary_database(tmp_path / "plants.db"))
    connection.execute("CREATE TABLE _resources (document)")
    connection.execute("INSERT INTO _resources VALUES ('mine')")
    connection.set_authorizer(
        lambda _, first, *__: sqlite3.SQLITE_DENY if first == "plants" else sqlite3.SQLITE_OK
    )
    guard_new(None, None, connection)
    assert connection.execute("SELECT document FROM _resources").fetchall() == [("mine",)]
    with pytest.raises(sqlite3.DatabaseError, match="prohibited"):
        connection.execute("SELECT * FROM plants")


@pytest.mark.asyncio
async def test_a_file_that_becomes_an_audit_database_is_guarded_on_the_open_connections(
    tmp_path: Path,
) -> None:
    path = tmp_path / "audit.db"
    sqlite3.connect(path).execute("VACUUM").close()
    datasette = open_datasette([path])
    for _ in range(6):
        await fetch(datasette, "/audit.json?sql=select+1", ROOT, follow_redirects=True)
    write_world(path, EVENTS)
    for _ in range(6):
        response = await fetch(
            datasette, "/audit.json", ROOT, follow_redirects=True,
            params={"sql": "SELECT document FROM _resources", "_shape": "arrays"},
        )  # fmt: skip
        assert {row[0] for row in response.json()["rows"]} == {None}


@pytest.mark.asyncio
async def test_a_file_without_these_tables_yet_has_no_stored_roles(tmp_path: Path) -> None:
    path = write_audit_database(tmp_path / "audit.db", EVENTS)
    connection = sqlite3.connect(path)
    for table in PRIVATE_TABLES:
        connection.execute(f"DROP TABLE {table}")
    connection.close()
    datasette = open_datasette([path])
    for role, status in (("sql", 403), ("auditor", 200)):
        response = await fetch(datasette, "/audit/exec", {"id": "a", "roles": [role]})
        assert response.status_code == status
