"""Work on an audit database away from the event loop: reading, running, changing, recording.

Each piece of work has a connection of its own, opened and closed with it: Datasette's are
shared by requests, and the engine's is bound to one query at a time.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ..errors import StoreError
from ..events import Event
from ..events.canonical import write_json
from ..stopping import Stop
from ..store.database import open_for_reading, open_for_writing
from ..store.faults import store_error
from ..store.write import Writer
from ..visible import escaped_json

if TYPE_CHECKING:
    from datasette.database import Database

    from ..engine import Engine

_Answer = TypeVar("_Answer")

RECORD_SECONDS = 5.0
"""How long an event of ours waits for another writer, before it goes to the server's log."""

_log = logging.getLogger(__name__)

# Queries may run for a minute each; whatever else the server does must not wait for them.
_searches = ThreadPoolExecutor(max_workers=2, thread_name_prefix="access-monitoring-search")
_queries = ThreadPoolExecutor(max_workers=4, thread_name_prefix="access-monitoring-query")


async def reading(database: Database, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
    """What a function makes of a connection that only reads.  Raises ``StoreError``."""
    return await asyncio.to_thread(_read, database, work)


async def searching(database: Database, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
    """The same for work that may take seconds: a little at a time, and others wait their turn."""
    return await asyncio.get_running_loop().run_in_executor(_searches, _read, database, work)


def _read(database: Database, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
    with _explained(database), closing(open_for_reading(_path(database))) as connection:
        return work(connection)


@contextmanager
def _explained(database: Database) -> Iterator[None]:
    """Turn SQLite's errors into ``StoreError``: a page, and the API, have words for that."""
    try:
        yield
    except sqlite3.Error as error:
        raise store_error(f"database {database.name}", error) from error


async def asking(
    database: Database, work: Callable[[Engine], _Answer], gone: Callable[[], Awaitable[None]]
) -> _Answer:
    """What a function makes of an engine; a few run at a time, and others wait their turn.

    ``gone`` returns when nobody waits for the answer any more: then the engine stops, and what
    it runs raises ``QueryError``.
    """
    stop = Stop()

    def run() -> _Answer:
        # Takes a while to import; a server without an audit database never does.
        from ..engine import Engine

        with Engine.open(_path(database), stop) as engine:
            return work(engine)

    async def stop_when_gone() -> None:
        await gone()
        stop.want()

    watch = asyncio.create_task(stop_when_gone())
    try:
        return await asyncio.get_running_loop().run_in_executor(_queries, run)
    finally:
        watch.cancel()
        stop.want()  # a server that shuts down may leave here before the query has ended


async def changing(database: Database, work: Callable[[Writer], _Answer]) -> _Answer:
    """What a function that changes something makes of a writer.  Raises ``StoreError``.

    A database that Datasette serves as immutable is not changed.
    """
    if not database.is_mutable:
        raise StoreError(
            f"database {database.name} is served as immutable; serve it without -i to change it"
        )

    def change() -> _Answer:
        with _explained(database), closing(open_for_writing(_path(database))) as connection:
            return work(Writer(connection))

    return await asyncio.to_thread(change)


async def record(database: Database, event: Event) -> None:
    """Put an event of ours into the log; what cannot be stored goes to the server's log."""
    await asyncio.to_thread(record_now, database, event)


def record_now(database: Database, event: Event) -> None:
    """The same, in the thread that calls."""
    try:
        if not database.is_mutable:
            raise StoreError(f"database {database.name} is served as immutable")
        with closing(open_for_writing(_path(database), RECORD_SECONDS)) as connection:
            writer = Writer(connection)
            with writer.transaction():
                writer.add([event])
    except StoreError as error:
        # On a line of its own, as in any log: it can be loaded later.
        _log.warning("not recorded: %s\n%s", error, escaped_json(write_json(event.data)))


def path_of(database: Database) -> Path:
    """The file of an audit database."""
    return _path(database)


def _path(database: Database) -> Path:
    assert database.path is not None, "an audit database has a file"
    return Path(database.path)
