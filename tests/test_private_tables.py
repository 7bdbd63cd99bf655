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
from datasette_access_monitoring.web.storage_tables import guard_new, unguarded

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
    guard_new(connection)
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
    guard_new(connection)
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
    guard_new(connection)
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
