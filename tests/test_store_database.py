"""Opening: what is made, what is refused, and what is said about it."""

import os
import shutil
import sqlite3
import subprocess
import sys

import pytest
from older_files import take_back_to

from datasette_access_monitoring.errors import StoreError
from datasette_access_monitoring.store import database
from datasette_access_monitoring.store.database import (
    APPLICATION_ID,
    SCHEMA_VERSION,
    open_for_reading,
    open_for_writing,
)
from datasette_access_monitoring.store.layout import PRIVATE_TABLES
from datasette_access_monitoring.store.transaction import transaction


def test_a_new_file_carries_the_mark_before_anything_else(tmp_path):
    path = tmp_path / "audit.db"
    connection = open_for_writing(path)
    # Bytes 68-71 of the file itself, not of the write-ahead log beside it.
    assert path.read_bytes()[68:72] == APPLICATION_ID.to_bytes(4, "big")
    connection.close()


def test_reading_needs_a_file_that_is_ours(tmp_path):
    with pytest.raises(StoreError, match=r"no such audit database.*datasette audit load"):
        open_for_reading(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "text.db").write_text(
        "not a database at all, but long enough to be read as one" * 9
    )
    with pytest.raises(StoreError, match="not a SQLite database"):
        open_for_reading(tmp_path / "text.db")
    with pytest.raises(StoreError, match="not a SQLite database"):
        open_for_writing(tmp_path / "text.db")


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(StoreError, match="check that its folder exists"):
        open_for_writing(tmp_path / "none" / "audit.db")


def test_a_damaged_file_is_named(tmp_path):
    path = tmp_path / "audit.db"
    open_for_writing(path).close()
    content = bytearray(path.read_bytes())
    content[100:2000] = b"\xff" * 1900
    path.write_bytes(content)
    for opened in (open_for_reading, open_for_writing):
        with pytest.raises(StoreError, match=r"is damaged.*load the logs again"):
            opened(path)


def test_another_programs_database_is_left_alone(tmp_path):
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE t (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not an audit database"):
        open_for_reading(path)
    with pytest.raises(StoreError, match=r"holds something else.*--db"):
        open_for_writing(path)
    assert path.read_bytes() == before


def test_a_newer_layout_is_refused(tmp_path):
    open_for_writing(tmp_path / "audit.db").close()
    newer = sqlite3.connect(tmp_path / "audit.db")
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    for opened in (open_for_reading, open_for_writing):
        with pytest.raises(StoreError, match="newer release"):
            opened(tmp_path / "audit.db")


def only_marked(path):
    marked = sqlite3.connect(path)
    marked.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    marked.close()
    return path


@pytest.mark.parametrize("opened", [open_for_reading, open_for_writing])
def test_a_file_that_was_only_marked_is_finished_by_whoever_opens_it(tmp_path, opened):
    connection = opened(only_marked(tmp_path / "audit.db"))
    assert connection.execute("SELECT count(*) FROM exec").fetchone() == (0,)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    connection.close()


def test_a_file_of_an_older_release_is_brought_up_to_date_by_whoever_opens_it(tmp_path):
    open_for_writing(tmp_path / "audit.db").close()
    take_back_to(tmp_path / "audit.db", 1)
    connection = open_for_reading(tmp_path / "audit.db")
    for table in (*PRIVATE_TABLES, "_event_days", "_source_days", "_reject_counts"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    connection.close()


def test_one_that_cannot_be_brought_up_to_date_now_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    path = only_marked(tmp_path / "audit.db")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"could not be brought up to date.*another writer"):
        open_for_reading(path)
    other.execute("ROLLBACK")
    open_for_reading(path).close()


def test_opening_again_changes_nothing(tmp_path):
    open_for_writing(tmp_path / "audit.db").close()
    schema = "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2"
    with sqlite3.connect(tmp_path / "audit.db") as connection:
        before = connection.execute(schema).fetchall()
        connection.execute("PRAGMA schema_version")
    open_for_writing(tmp_path / "audit.db").close()
    with sqlite3.connect(tmp_path / "audit.db") as connection:
        assert connection.execute(schema).fetchall() == before


def test_a_view_that_is_not_as_it_should_be_is_made_again(tmp_path):
    open_for_writing(tmp_path / "audit.db").close()
    spoiled = sqlite3.connect(tmp_path / "audit.db")
    spoiled.execute("DROP VIEW exec")
    spoiled.execute("CREATE VIEW exec AS SELECT 1 AS wrong")
    spoiled.commit()
    spoiled.close()
    connection = open_for_writing(tmp_path / "audit.db")
    assert connection.execute("SELECT * FROM exec").description[0][0] == "event_date"
    connection.close()


def test_a_reading_connection_cannot_write(tmp_path):
    open_for_writing(tmp_path / "audit.db").close()
    connection = open_for_reading(tmp_path / "audit.db")
    with pytest.raises(sqlite3.OperationalError):
        connection.execute('DELETE FROM "_sources"')
    connection.close()


def test_a_transaction_is_whole_or_not_at_all(tmp_path):
    connection = open_for_writing(tmp_path / "audit.db")
    insert = 'INSERT INTO "_event_types" ("event", "documented") VALUES (?, 0)'
    with pytest.raises(KeyboardInterrupt), transaction(connection):
        connection.execute(insert, ("a",))
        raise KeyboardInterrupt
    with transaction(connection):
        connection.execute(insert, ("b",))
    assert connection.execute('SELECT "event" FROM "_event_types"').fetchall() == [("b",)]
    connection.close()


def test_several_first_writers_of_one_file_all_get_it(tmp_path):
    log = tmp_path / "events.log"
    log.write_text('{"event":"exec","time":"2026-11-20T10:00:00Z"}\n')
    for round_number in range(2):
        path = tmp_path / f"{round_number}.db"
        command = [sys.executable, "-m", "datasette", "audit", "load", "--db", path, log]
        writers = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(8)
        ]
        for writer in writers:
            out, err = writer.communicate(timeout=120)
            assert writer.returncode == 0, err
            assert " rejected, " in out
        connection = open_for_reading(path)
        assert connection.execute("SELECT count(*) FROM exec").fetchone() == (1,)
        connection.close()


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None,
    reason="only root can mount a read-only folder",
)
def test_a_database_in_a_read_only_place_can_be_read(tmp_path):
    place = tmp_path / "place"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", place], check=False).returncode
    if mounted != 0:
        pytest.skip("this machine lets nobody mount")
    try:
        open_for_writing(place / "audit.db").close()
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        assert not list(place.glob("*-wal"))
        connection = open_for_reading(place / "audit.db")
        assert connection.execute("SELECT count(*) FROM exec").fetchone() == (0,)
        connection.close()
    finally:
        subprocess.run(["umount", place], check=True)
