"""What is pushed over HTTP on its way into the file: many requests, few transactions.

A thread for each database stores whatever is waiting, together; a request has its answer when
the transaction with its events is on disk.  How much may be under way at a time is bounded, in
bytes: whoever comes when it is full is told to come again.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import IntakeFull, StoreBusy, StoreError
from ..events import Event
from ..store.database import identity, open_for_writing, settle
from ..store.write import PlacedReject, Writer

LOCATION = "http"
"""What the source is called among the others."""

MOST_BYTES = 64 * 1024 * 1024
"""Bodies that are being read, decoded or waiting are not longer than this, all together."""

_MOST_EVENTS = 5_000
_IDLE_SECONDS = 5.0
# How long to wait for another writer: Teleport's event handler waits 30 seconds for an answer.
_BUSY_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Pushed:
    """What one request brought."""

    events: Sequence[Event]
    rejects: Sequence[PlacedReject]


class Passage:
    """How many bytes of one request are under way."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self.size = 0

    def take(self, size: int) -> None:
        """Take so many more bytes on the way.  Raises ``IntakeFull``."""
        self._intake.admit(size)
        self.size += size


class Intake:
    """The way into one database.  From any thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = threading.Condition()
        self._waiting: deque[tuple[Pushed, Future[None]]] = deque()
        self._bytes = 0
        self._is_storing = False

    @contextmanager
    def passage(self) -> Iterator[Passage]:
        """The way of one request: whatever it takes on it is given back at its end."""
        passage = Passage(self)
        try:
            yield passage
        finally:
            with self._changed:
                self._bytes -= passage.size

    def admit(self, size: int) -> None:
        """Count bytes that are now under way.  Raises ``IntakeFull``, and counts nothing then."""
        with self._changed:
            if self._bytes + size > MOST_BYTES:
                raise IntakeFull("as much as may be is on its way into the database; come again")
            self._bytes += size

    def put(self, pushed: Pushed) -> Future[None]:
        """Have it stored; what is given is done when it is on disk, or has the ``StoreError``."""
        done: Future[None] = Future()
        with self._changed:
            self._waiting.append((pushed, done))
            if not self._is_storing:
                self._is_storing = True
                threading.Thread(target=self._store, daemon=True, name="intake").start()
            self._changed.notify()
        return done

    def _store(self) -> None:
        """Store what waits, until nothing has come for a while; in a thread of its own."""
        batch = self._next_batch()
        while batch:
            try:
                with closing(open_for_writing(self._path, _BUSY_SECONDS)) as connection:
                    # A power cut, too, must not take what was said to be on disk.
                    connection.execute("PRAGMA synchronous = FULL")
                    writer = Writer(connection)
                    is_there = _there(self._path)
                    while batch and is_there():
                        _write(writer, batch, is_there)
                        batch = self._next_batch()
                    settle(connection)
            except Exception as error:  # whoever waits is told, and the next may have more luck
                _fail(batch, error)
                batch = self._next_batch()

    def _next_batch(self) -> list[tuple[Pushed, Future[None]]]:
        """What is stored together next; empty when the thread is to end."""
        batch: list[tuple[Pushed, Future[None]]] = []
        events = 0
        with self._changed:
            while not batch:
                if not self._changed.wait_for(lambda: bool(self._waiting), _IDLE_SECONDS):
                    self._is_storing = False
                    break
                while self._waiting and events < _MOST_EVENTS:
                    pushed, done = self._waiting.popleft()
                    # Nobody waits for what was cancelled, and nobody was told that it is on disk.
                    if done.set_running_or_notify_cancel():
                        batch.append((pushed, done))
                        events += len(pushed.events)
            return batch


def _there(path: Path) -> Callable[[], bool]:
    """Whether the file that has that name now still has it, whenever that is asked."""
    file = identity(path)
    return lambda: identity(path) == file


def _write(
    writer: Writer, batch: Sequence[tuple[Pushed, Future[None]]], is_there: Callable[[], bool]
) -> None:
    """Store a batch in one transaction; where that fails, each of it in its own.

    Not where another writer holds the file: each would wait for it as long as the batch has.
    ``is_there`` says whether the file that was written still has its name.
    """
    events = [event for pushed, _ in batch for event in pushed.events]
    rejects = [reject for pushed, _ in batch for reject in pushed.rejects]
    try:
        writer.receive(LOCATION, events, rejects)
    except StoreError as error:
        if len(batch) == 1 or isinstance(error, StoreBusy):
            _fail(batch, error)
            return
        for one in batch:
            _write(writer, [one], is_there)
        return
    if not is_there():
        _fail(batch, StoreError("the database was removed or replaced meanwhile: send it again"))
        return
    for _, done in batch:
        done.set_result(None)


def _fail(batch: Sequence[tuple[Pushed, Future[None]]], error: Exception) -> None:
    for _, done in batch:
        if not done.done():
            done.set_exception(error)
