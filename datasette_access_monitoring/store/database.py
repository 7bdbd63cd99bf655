"""Opening an audit database: creating, recognising, refusing.

An audit database is a SQLite file that carries our ``application_id``.  The schema is
in ``migrations`` and ``layout``; what goes in and out in ``write``, ``read`` and ``state``.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import StoreError
from .faults import store_error
from .transaction import transaction
from .views import refresh_views

_log = logging.getLogger(__name__)

APPLICATION_ID = 0x54414D31
"""``PRAGMA application_id`` of every audit database (``TAM1``)."""

SCHEMA_VERSION = 7
"""``PRAGMA user_version`` of a database that has all migrations of this release."""

LOG_BYTES = 64 * 1024 * 1024
"""How long SQLite's write-ahead log stays once nobody reads in it any more."""

PAGE_BYTES = 16_384
"""Size of a page of a new file: larger ones waste less room at their ends."""

BUSY_SECONDS = 60.0
"""How long to wait for another writer before giving up."""


def open_for_writing(path: Path | str, busy_seconds: float | None = None) -> sqlite3.Connection:
    """Open an audit database for loading; create it where there is no file.

    The connection is in autocommit mode: transactions are explicit.  Whatever is done on it
    waits for another writer for ``busy_seconds``, ``BUSY_SECONDS`` if not said.  Raises
    ``StoreError`` for a file that is something else, for one made by a newer release, and where
    the file cannot be written.
    """
    with _explained(path):
        timeout = BUSY_SECONDS if busy_seconds is None else busy_seconds
        connection = sqlite3.connect(path, timeout=timeout, isolation_level=None)
        try:
            connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            _claim(connection, path)
            _use_write_ahead_log(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA cache_size = -65536")
            connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
            _migrate(connection)
            refresh_views(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def identity(path: Path | str) -> tuple[int, int] | None:
    """Which file has that name now; ``None``: none has.

    Who has a file open goes on writing into it when it is removed, and nobody finds it again.
    """
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def settle(connection: sqlite3.Connection) -> None:
    """Put what is in the write-ahead log into the file and empty the log.

    A reader that is in the midst of it holds that up; it is not waited for, and whoever writes
    next tries again.
    """
    (timeout,) = connection.execute("PRAGMA busy_timeout").fetchone()
    try:
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError as error:
        # A full disk, say.  All that was committed is on disk, in the log.
        _log.info("the write-ahead log stays as it is: %s", error)
    finally:
        connection.execute(f"PRAGMA busy_timeout = {timeout}")


def open_for_reading(path: Path | str) -> sqlite3.Connection:
    """Open an audit database for reading only; its writer goes on.

    It is not changed, but for one that an older release made, or that was not finished: that
    is brought up to date.  Raises ``StoreError`` where there is no file, and where it is no
    audit database.
    """
    if not Path(path).exists():
        raise StoreError(
            f"{path}: no such audit database; make one with: datasette audit load --db {path} LOG"
        )
    with _explained(path):
        connection = _connect_for_reading(Path(path).absolute())
        try:
            if _is_older(connection, path):
                connection.close()
                _bring_up_to_date(path)
                connection = _connect_for_reading(Path(path).absolute())
            connection.execute("PRAGMA query_only = ON")
            # The pragmas above read the header only; damage behind it shows here.
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection


def _is_older(connection: sqlite3.Connection, path: Path | str) -> bool:
    """Whether an audit database lacks a part of this release's schema."""
    if _pragma(connection, "application_id") != APPLICATION_ID:
        raise StoreError(f"{path} is a SQLite database, but not an audit database")
    _check_version(connection, path)
    return _pragma(connection, "user_version") < SCHEMA_VERSION


def _bring_up_to_date(path: Path | str) -> None:
    try:
        open_for_writing(path).close()
    except StoreError as error:
        raise StoreError(
            f"{path} was not finished or is from an older release, and could not be brought up "
            f"to date: {error}"
        ) from error


def _connect_for_reading(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, also where SQLite may put no files beside the database."""

    def connect(options: str) -> sqlite3.Connection:
        uri = f"{path.as_uri()}?{options}"
        return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)

    connection = connect("mode=ro")
    try:
        _pragma(connection, "application_id")
    except sqlite3.OperationalError:
        connection.close()
        log = Path(f"{path}-wal")
        if os.access(path.parent, os.W_OK) or (log.exists() and log.stat().st_size):
            raise
        # In a folder that is read-only nobody can be writing: the file will not change.
        return connect("mode=ro&immutable=1")
    except BaseException:
        connection.close()
        raise
    return connection


def _claim(connection: sqlite3.Connection, path: Path | str) -> None:
    """Mark an empty file as ours, before it holds anything; refuse what is another's.

    The mark is committed in rollback-journal mode, so it stands in the file's header from
    the first moment: whoever guards audit databases can tell one before its first event.
    """
    if _pragma(connection, "application_id") != APPLICATION_ID:
        with transaction(connection):  # of several first writers, one marks the file
            if _pragma(connection, "application_id") != APPLICATION_ID:
                if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise StoreError(
                        f"{path} is a database that holds something else; "
                        "name another file with --db for the audit log"
                    )
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    _check_version(connection, path)


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch to WAL, waiting for others: here SQLite does not wait by itself."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date; of several writers that find it old, one does it."""
    if _pragma(connection, "user_version") < SCHEMA_VERSION:
        from .migrations import migrate

        with transaction(connection):
            if _pragma(connection, "user_version") < SCHEMA_VERSION:
                migrate(connection)


def _check_version(connection: sqlite3.Connection, path: Path | str) -> None:
    version = _pragma(connection, "user_version")
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"{path} has layout {version}, made by a newer release; "
            "upgrade datasette-access-monitoring"
        )


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


@contextmanager
def _explained(path: Path | str) -> Iterator[None]:
    """Turn SQLite's errors on opening into ones that say which file and what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise store_error(str(path), error) from error
