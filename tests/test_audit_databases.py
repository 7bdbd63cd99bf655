"""Audit databases are found by the mark in their file, at whatever moment they get it."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import threading
import weakref
from pathlib import Path

import pytest
from conftest import open_datasette, write_audit_database, write_ordinary_database

from datasette_access_monitoring.web import audit_databases as found

EVENT = {"event": "exec", "time": "2026-11-01T10:00:00Z", "user": "alice"}


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [
        write_audit_database(tmp_path / "audit.db", [EVENT]),
        write_ordinary_database(tmp_path / "plants.db"),
    ]


@pytest.mark.asyncio
async def test_what_has_the_mark_is_found_whatever_its_name(files: list[Path]) -> None:
    renamed = files[0].rename(files[0].with_name("holiday photos.db"))
    datasette = open_datasette([renamed, files[1]], memory=True)
    assert await found.audit_databases(datasette) == ["holiday photos"]
    assert await found.reach_of(datasette, "no such database") is None


@pytest.mark.asyncio
async def test_what_is_none_now_is_asked_again_and_what_was_one_stays_one(
    files: list[Path],
) -> None:
    datasette = open_datasette(files[1:])
    assert await found.reaches(datasette) == {}
    connection = sqlite3.connect(files[1])
    connection.execute(f"PRAGMA application_id = {found.APPLICATION_ID}")
    # Its connections were opened to something else, so nobody but root gets at it.
    assert await found.reaches(datasette) == {"plants": found.Reach.BEYOND}
    connection.execute("PRAGMA application_id = 0")
    connection.close()
    assert await found.reaches(datasette) == {"plants": found.Reach.BEYOND}


@pytest.mark.asyncio
async def test_a_mark_that_is_only_in_the_write_ahead_log_counts(files: list[Path]) -> None:
    writer = sqlite3.connect(files[1])
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute(f"PRAGMA application_id = {found.APPLICATION_ID}")
    assert found._MARK not in files[1].read_bytes()[:100]
    assert await found.audit_databases(open_datasette(files[1:])) == ["plants"]
    writer.close()


@pytest.mark.asyncio
async def test_memory_reaches_into_the_log_only_with_crossdb(files: list[Path]) -> None:
    apart = open_datasette(files, memory=True)
    assert await found.audit_databases(apart) == ["audit"]
    across = open_datasette(files, crossdb=True)
    assert await found.reaches(across) == {
        "_memory": found.Reach.BEYOND,
        "audit": found.Reach.ITSELF,
    }
    harmless = open_datasette(files[1:], crossdb=True)
    assert await found.reaches(harmless) == {}


@pytest.mark.asyncio
async def test_a_log_attached_by_another_plugin_counts(files: list[Path]) -> None:
    datasette = open_datasette(files[1:])
    original = datasette._prepare_connection

    def attach(connection: sqlite3.Connection, database: str) -> None:
        original(connection, database)
        if database == "plants":
            connection.execute("ATTACH DATABASE ? AS 'the \"log\"'", [str(files[0])])

    datasette._prepare_connection = attach
    assert await found.reaches(datasette) == {"plants": found.Reach.BEYOND}
    assert await found.audit_databases(datasette) == []
    main = await datasette.databases["plants"].execute_fn(found.schema_version)
    assert main is None


@pytest.mark.asyncio
async def test_who_asks_meanwhile_shares_the_answer_also_when_the_first_has_gone(
    files: list[Path],
) -> None:
    database = open_datasette(files[1:]).databases["plants"]
    go_on, calls = threading.Event(), []

    def slow(_: sqlite3.Connection) -> str:
        calls.append(1)
        go_on.wait(10)
        return "answer"

    first = asyncio.ensure_future(found.ask(database, slow))
    second = asyncio.ensure_future(found.ask(database, slow))
    await asyncio.sleep(0.05)
    first.cancel()
    await asyncio.sleep(0)
    go_on.set()
    assert await second == "answer"
    assert first.cancelled()
    assert len(calls) == 1
    assert await found.ask(database, slow) == "answer"
    assert len(calls) == 2


def test_each_event_loop_asks_for_itself(files: list[Path]) -> None:
    # Datasette 0.65 runs its startup in one loop and its requests in another.
    datasette = open_datasette(files[1:])
    for _ in range(3):
        assert asyncio.run(found.audit_databases(datasette)) == []


@pytest.mark.asyncio
async def test_a_database_that_is_let_go_is_forgotten(files: list[Path]) -> None:
    datasette = open_datasette(files)
    await found.audit_databases(datasette)
    database = weakref.ref(datasette.databases["audit"])
    datasette.remove_database("audit")
    gc.collect()
    assert database() is None
