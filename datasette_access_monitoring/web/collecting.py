"""Collecting while the server runs: what is configured, each source in a thread of its own.

A thread, since reading, decoding and storing would hold up the requests; collecting itself is
``..collecting``.  What each of them is doing is told on the status page.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from ..collecting import Collector, collect
from ..compat import background
from ..config import ConfiguredSource
from ..errors import ConfigError, SourceError
from ..retaining import retain
from ..store.database import open_for_writing
from ..visible import visible
from .configuration import configuration
from .source_kinds import registered
from .working import path_of

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.database import Database

    from ..load import LoadSummary
    from ..sources.model import Source

_GRACE_SECONDS = 4.0
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Job:
    """One thing that goes on while the server runs, and what has come of it so far."""

    name: str
    """What it is, for people: the kind of the source, or ``keep_days``."""
    database: str
    path: Path
    work: Callable[[Job, threading.Event], None]
    """Goes on until the event is set."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """What is wrong at the moment: messages by location.  Replaced whole: pages read it too."""
    events: int = 0
    """New events since the server was started."""

    def progress(self, source: Source, done: int) -> None:
        """Nobody watches a server read."""

    def loaded(self, summary: LoadSummary) -> None:
        """Count what has come."""
        self.events += summary.written.new

    def problem(self, location: str, message: str | None) -> None:
        """Keep what is wrong, and put it into the server's log; ``None``: no more."""
        others = {key: text for key, text in self.problems.items() if key != location}
        if message is not None:
            self.problems = {**others, location: message}
            _log.warning("%s: %s", self.name, visible(message))
        elif location in self.problems:
            self.problems = others
            _log.warning("%s: %s: well again", self.name, visible(location))


_jobs: WeakKeyDictionary[Datasette, list[Job]] = WeakKeyDictionary()


def jobs(datasette: Datasette, database: str) -> list[Job]:
    """What goes on for a database while the server runs."""
    return [job for job in _jobs.get(datasette, []) if job.database == database]


async def prepare(datasette: Datasette) -> None:
    """At startup: make of the configuration what is to go on.

    A database that is to be filled becomes an audit database now, and so is closed before anybody
    can look into it.  Raises ``ConfigError`` and ``StoreError``.
    """
    configured = configuration(datasette)
    found = [_collecting(datasette, source) for source in configured.sources]
    found += [_keeping(datasette, name, days) for name, days in configured.keep_days.items()]
    for path in {job.path for job in found}:
        await asyncio.to_thread(_make_ready, path)
    if found:
        _jobs[datasette] = found
        background.register(datasette, "access-monitoring", _go_on)


def beside(datasette: Datasette) -> Callable[[background.App], background.App]:
    """The wrapper around the whole of Datasette under which it goes on, where one is needed."""
    return background.beside(datasette, _go_on)


def _make_ready(path: Path) -> None:
    open_for_writing(path).close()


def _collecting(datasette: Datasette, source: ConfiguredSource) -> Job:
    kinds = registered()
    kind = kinds.get(source.kind)
    if kind is None or kind.configure is None:
        known = ", ".join(name for name, one in kinds.items() if one.configure is not None)
        raise ConfigError(
            f"{source.place}.kind: {source.kind!r} is nothing to configure; known: {known}"
        )
    try:
        run = kind.configure(source.options)
    except SourceError as error:
        raise ConfigError(f"{source.place}.{error}") from error
    database = _database(datasette, source.database, f"{source.place}.database")

    def work(job: Job, stop: threading.Event) -> None:
        collect(job.name, run, Collector(job.path, stop, job))

    return Job(source.kind, database.name, path_of(database), work)


def _keeping(datasette: Datasette, name: str, days: int) -> Job:
    database = _database(datasette, name, f"keep_days.{name}")

    def work(job: Job, stop: threading.Event) -> None:
        retain(job.path, days, stop, job.problem)

    return Job("keep_days", name, path_of(database), work)


def _database(datasette: Datasette, name: str, place: str) -> Database:
    """The database that is named; without a name, the only one that can be meant."""
    possible = {
        each.name: each
        for each in datasette.databases.values()
        if each.path is not None and each.is_mutable and not each.is_memory
    }
    names = ", ".join(possible) or "none"
    if not name and len(possible) == 1:
        return next(iter(possible.values()))
    if not name:
        raise ConfigError(f"{place}: say which database is meant; there are: {names}")
    if name not in possible:
        raise ConfigError(
            f"{place}: {name!r} is no database that can be written to; there are: {names}"
        )
    return possible[name]


async def _go_on(datasette: Datasette) -> None:
    """Have every job do its work in a thread of its own, until this is cancelled."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=job.work, args=(job, stop), name=job.name, daemon=True)
        for job in _jobs.get(datasette, [])
    ]
    for thread in threads:
        thread.start()
    try:
        await asyncio.Event().wait()
    finally:
        stop.set()
        await asyncio.to_thread(_join, threads)


def _join(threads: list[threading.Thread]) -> None:
    """Wait for the end of what is being stored; what takes longer is killed with the server."""
    deadline = time.monotonic() + _GRACE_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
