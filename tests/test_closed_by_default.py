"""Without a role an audit database is closed to everyone but root, on every way in."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import (
    BOB,
    ROOT,
    fetch,
    open_datasette,
    without_our_plugin,
    write_audit_database,
    write_ordinary_database,
)

# Every value that the events hold has this word in it, and so has a key: should it be in a
# response, then so is a part of the log.
SECRET = "sekret"
EVENTS = [
    {
        "event": "exec",
        "code": f"{SECRET}-code",
        "time": f"2026-11-0{day}T10:00:00Z",
        "user": f"{SECRET}-user",
        "login": "root",
        "proto": "kube",
        "command": f"cat /{SECRET}",
        "uid": f"{SECRET}-{day}",
    }
    for day in range(1, 6)
] + [
    {"event": "odd.thing", "time": "2026-11-01T10:00:00Z", f"{SECRET}_key": SECRET, "user": SECRET}
]
VIEWS = ("exec", "odd_thing", "events", "_events")
TABLES = ("_event_exec", "_event_other", "sqlite_master")
YES: Mapping[str, Any] = {"allow": True}
# An operator (or somebody who changed the operator's file) allows all there is to allow.
OPEN = {
    "allow": True,
    "allow_sql": True,
    "permissions": {"view-database": True, "execute-sql": True, "insert-row": True},
    "databases": {
        name: {
            "allow": True,
            "allow_sql": True,
            "permissions": {"view-table": True, "insert-row": True, "execute-write-sql": True},
            "tables": dict.fromkeys((*VIEWS, *TABLES), YES),
            "queries": {
                "mine": {"sql": "SELECT * FROM exec", "allow": True},
                "kube_execs": {"sql": "SELECT * FROM exec", "allow": True},
            },
        }
        for name in ("audit", "_memory")
    },
}
STRANGERS = [
    pytest.param(None, id="anonymous"),
    pytest.param(BOB, id="bob"),
    pytest.param({"id": "Root"}, id="other-root"),
    pytest.param({"name": "root"}, id="no-id"),
]


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_audit_database(tmp_path / "audit.db", EVENTS)


@pytest.fixture
def plants(tmp_path: Path) -> Path:
    return write_ordinary_database(tmp_path / "plants.db")


def row_id(audit: Path) -> str:
    connection = sqlite3.connect(audit)
    (found,) = connection.execute('SELECT "_id" FROM "_event_exec"').fetchone()
    connection.close()
    return str(found)


def everything(audit: Path) -> list[str]:
    """All that is in the file, as SQL, but for the refusals that are told in the log."""
    connection = sqlite3.connect(audit)
    lines = [line for line in connection.iterdump() if "secreports" not in line]
    connection.close()
    return lines


PARTS = {
    "database": ["audit", "_memory"],
    "table": ["exec", "odd_thing", "_event_exec"],
    "query": ["mine", "kube_execs"],
    "path": ["style.css"],
    "rest": [""],
}
SQL = "select+*+from+exec+limit+9"
QUERIES = ("", f"?sql={SQL}&q=e&table=exec&_facet=user&_search=sek*&_where=1&_size=max")


def addresses(datasette: Any, row: str) -> Iterator[str]:
    """Every address that this Datasette routes, with the audit database in its places."""
    for pattern, _ in datasette._routes():
        found = [re.sub(r"\(\\\.\(\?P<format>[^)]*\)\)\?", "{format}", pattern.pattern)]
        for name, values in {**PARTS, "pks": [row]}.items():
            group = re.compile(rf"\(\?P<{name}>[^)]*\)")
            found = [
                group.sub(value, text)
                for text in found
                for value in (values if group.search(text) else [""])
            ]
        for text in found:
            plain = text.replace("\\", "").rstrip("$")
            if "{format}" not in plain:
                yield plain
                continue
            for suffix in ("", ".json", ".csv", ".blob"):
                yield plain.replace("{format}", suffix)


CROSS = [
    "/_memory?sql=select+*+from+[audit].exec",
    "/_memory.json?sql=select+*+from+[audit].exec",
    "/_memory/-/query.json?sql=select+*+from+[audit].exec",
    "/_memory/-/query?sql=select+*+from+[audit]._event_exec",
    "/_memory.csv?sql=select+group_concat(command)+from+audit.exec",
]
BODY = {
    "sql": "DELETE FROM _event_exec",
    "row": {"_id": 1, "user": "mallory"},
    "rows": [{"_id": 1, "user": "mallory"}],
    "update": {"user": "mallory"},
    "table": "mallory",
    "name": "mallory",
    "confirm": True,
}


@pytest.mark.asyncio
@pytest.mark.parametrize("actor", STRANGERS[:2])
@pytest.mark.parametrize("config", [{}, OPEN], ids=["no-config", "everything-allowed"])
async def test_no_address_shows_anything_of_the_log_or_changes_it(
    audit: Path, plants: Path, actor: Mapping[str, Any] | None, config: Mapping[str, Any]
) -> None:
    datasette = open_datasette([audit, plants], config, crossdb=True)
    await datasette.invoke_startup()
    before = everything(audit)
    asked = 0
    for address in [*addresses(datasette, row_id(audit)), *CROSS]:
        inside = re.match(r"/(audit|_memory)\b", address)
        for method, query in [("POST", ""), *(("GET", query) for query in QUERIES)]:
            if "?" in address and query:
                continue
            body = {"json": BODY} if method == "POST" else {}
            response = await fetch(datasette, address + query, actor, method=method, **body)
            asked += 1
            where = f"{method} {address}{query}: {response.status_code}"
            assert SECRET not in response.text, where
            assert SECRET not in str(response.headers), where
            # The list of a database's queries is a page that leaves out each closed query.
            if inside and "/-/queries" not in address:
                assert response.status_code >= 300, where
    assert asked > 200
    assert everything(audit) == before


@pytest.mark.asyncio
@pytest.mark.parametrize("actor", STRANGERS)
async def test_the_answer_is_a_refusal_whatever_the_configuration_allows(
    audit: Path, actor: Mapping[str, Any] | None
) -> None:
    datasette = open_datasette([audit], OPEN, crossdb=True)
    row = f"/audit/_event_exec/{row_id(audit)}"
    for address in [
        "/audit",
        "/audit.json",
        "/audit/exec",
        "/audit/exec.json",
        "/audit/exec.csv",
        "/audit/exec?_search=x",
        "/audit/exec?_facet=user",
        "/audit/_event_exec",
        row,
        f"{row}.json",
        "/audit.db",
        "/audit/kube_execs",
        "/audit/kube_execs.json",
        "/audit/mine",
        "/_memory",
        "/_memory/mine",
    ]:
        response = await fetch(datasette, address, actor)
        assert (address, response.status_code) == (address, 403)


@pytest.mark.asyncio
async def test_root_sees_what_the_others_do_not(audit: Path, plants: Path) -> None:
    datasette = open_datasette([audit, plants], crossdb=True)
    for address in [
        "/audit/exec",
        "/audit/exec.json",
        "/audit/exec.csv",
        "/audit/exec?_facet=user",
        "/audit/odd_thing.json",
        f"/audit/_event_exec/{row_id(audit)}.json",
        f"/audit.json?sql={SQL}",
        "/audit/kube_execs.json?days=36500",
        CROSS[1],
    ]:
        response = await fetch(datasette, address, ROOT, follow_redirects=True)
        assert (address, response.status_code) == (address, 200)
        assert SECRET in response.text, address
    front = await fetch(datasette, "/", ROOT)
    assert 'href="/audit"' in front.text


@pytest.mark.asyncio
@pytest.mark.parametrize("actor", STRANGERS)
async def test_listings_leave_it_out_and_keep_the_others(
    audit: Path, plants: Path, actor: Mapping[str, Any] | None
) -> None:
    datasette = open_datasette([audit, plants], OPEN)
    for address in ("/", "/-/jump.json", "/-/tables.json", "/-/schema.json", "/-/queries.json"):
        response = await fetch(datasette, address, actor)
        assert "audit" not in response.text, address
        assert "exec" not in response.text, address
    assert 'href="/plants"' in (await fetch(datasette, "/", actor)).text


@pytest.mark.asyncio
@pytest.mark.parametrize("actor", STRANGERS)
async def test_the_pages_of_the_instance_stay_open(
    audit: Path, plants: Path, actor: Mapping[str, Any] | None
) -> None:
    datasette = open_datasette([audit, plants])
    for page in ("/", "/-/databases.json", "/-/plugins.json", "/-/versions.json", "/-/settings"):
        assert (await fetch(datasette, page, actor)).status_code == 200
    assert "plants" in (await fetch(datasette, "/-/databases.json", actor)).text


@pytest.mark.asyncio
@pytest.mark.parametrize("actor", [None, BOB, ROOT])
@pytest.mark.parametrize("config", [{}, {"allow": {"id": "bob"}}], ids=["no-config", "for-bob"])
async def test_an_ordinary_database_is_as_it_is_without_the_plugin(
    plants: Path, actor: Mapping[str, Any] | None, config: Mapping[str, Any]
) -> None:
    async def pages() -> list[tuple[int, str]]:
        datasette = open_datasette([plants], config, crossdb=True)
        found = []
        for address in [
            "/",
            "/plants",
            "/plants.json",
            "/plants.json?sql=select+*+from+plants",
            "/plants/plants",
            "/plants/plants.csv?_facet=kind&_where=1",
            "/plants/trees.json",
            "/plants/plants/1",
            "/plants.db",
            "/_memory.json?sql=select+*+from+[plants].plants",
        ]:
            response = await fetch(datasette, address, actor, follow_redirects=True)
            text = re.sub(r'[0-9.]+ms|"query_ms": [0-9.]+', "", response.text)
            found.append(
                (response.status_code, re.sub(r'name="csrftoken" value="[^"]*"', "", text))
            )
        return found

    with_it = await pages()
    with without_our_plugin():
        assert await pages() == with_it


@pytest.mark.asyncio
async def test_an_immutable_one_cannot_be_downloaded_by_name_or_by_route(audit: Path) -> None:
    datasette = open_datasette([], immutables=[str(audit)])
    database = datasette.databases["audit"]
    assert (await fetch(datasette, "/audit.db")).status_code == 403
    assert (await fetch(datasette, "/audit.db", ROOT)).status_code == 200
    database.route = "logbook"
    assert (await fetch(datasette, "/logbook.db", BOB)).status_code == 403
    assert (await fetch(datasette, "/logbook/exec.json", BOB)).status_code == 403
    assert (await fetch(datasette, "/logbook.db", ROOT)).status_code == 200


@pytest.mark.asyncio
async def test_a_database_in_memory_that_carries_the_mark_is_closed() -> None:
    datasette = open_datasette([])
    database = datasette.add_memory_database("memory_log")
    assert (await fetch(datasette, "/memory_log")).status_code == 200
    await database.execute_write("CREATE TABLE notes (text)", block=True)
    await database.execute_write(f"PRAGMA application_id = {0x54414D31}", block=True)
    assert (await fetch(datasette, "/memory_log")).status_code == 403
    assert (await fetch(datasette, "/memory_log/notes.json", BOB)).status_code == 403
    assert (await fetch(datasette, "/memory_log/notes.json", ROOT)).status_code == 200


@pytest.mark.asyncio
async def test_an_empty_file_closes_the_moment_a_log_is_loaded_into_it(
    tmp_path: Path, plants: Path
) -> None:
    path = tmp_path / "audit.db"
    sqlite3.connect(path).execute("VACUUM").close()
    datasette = open_datasette([path, plants], crossdb=True)
    assert (await fetch(datasette, "/audit")).status_code == 200
    assert (await fetch(datasette, "/_memory")).status_code == 200
    write_audit_database(path, EVENTS)
    for address in ("/audit", "/audit/exec.json", "/_memory", *CROSS[:2]):
        response = await fetch(datasette, address)
        assert response.status_code == 403, address
        assert SECRET not in response.text
    assert (await fetch(datasette, "/audit/exec.json", ROOT)).status_code == 200
    assert (await fetch(datasette, "/plants")).status_code == 200


@pytest.mark.asyncio
async def test_a_file_replaced_by_an_audit_database_is_closed_on_every_thread(
    audit: Path, plants: Path
) -> None:
    datasette = open_datasette([plants])
    assert (await fetch(datasette, "/plants/plants.json")).status_code == 200
    audit.replace(plants)
    for _ in range(6):
        assert (await fetch(datasette, "/plants")).status_code == 403
