"""Loading: source -> decode -> store, one committed batch after the other.

The one way into the database, whoever asks: ``datasette audit load``, ``sqlite-utils
load-audit-events``, the demo, a retry of rejects.  Prints nothing; progress goes to a
callback.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from .decoded import Decoded
from .errors import SourceError
from .events import Event, RejectReason, decode
from .helpers import decoded_in_order, helpers
from .sources.model import Checkpoint, Chunk, Source, choose_checkpoint
from .sources.rotated import rotated
from .store.database import settle
from .store.rows import rows_of
from .store.state import RejectState, read_checkpoints, read_rejects
from .store.write import PlacedReject, Writer, Written

RETRY_REJECTS, RETRY_BYTES = 1_000, 8 * 1024 * 1024
"""How many rejects, and bytes of them, are decoded and stored at a time."""

Progress = Callable[[Source, int], None]
"""Called with the source being read and how many of its bytes on disk are done."""


@dataclass(slots=True)
class LoadSummary:
    """What a load did.

    ``read`` counts the lines taken, blank ones left out; ``notes`` and ``failures`` (by the
    location of what failed) are for people, each naming its source.
    """

    read: int = 0
    written: Written = field(default_factory=Written)
    waiting: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def load(
    connection: sqlite3.Connection,
    sources: Iterable[Source],
    progress: Progress | None = None,
) -> LoadSummary:
    """Load every source from where it was left, committing batch by batch.

    A source that cannot be read (any further) is told in ``failures`` and the others go
    on; what was committed of it stays.  Raises ``StoreError`` when the database cannot
    take the events.
    """
    summary = Loader(connection).load(sources, progress or _unwatched)
    settle(connection)
    return summary


def _unwatched(source: Source, done: int) -> None:
    """Nobody watches."""


class Loader:
    """Loads sources into one database, again and again.  Not for use from several threads.

    ``stopped`` is asked after each batch: once it says so, what is left is for another time.
    """

    def __init__(
        self, connection: sqlite3.Connection, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self.connection = connection
        self.writer = Writer(connection)
        self._stopped = stopped

    def load(self, sources: Iterable[Source], progress: Progress = _unwatched) -> LoadSummary:
        """Load as the function of that name does."""
        started = time.monotonic()
        summary = LoadSummary()
        # Read once: a new file under a rotated log's name must not hide where that log was left.
        checkpoints = read_checkpoints(self.connection)
        loaded: set[str] = set()
        for source in sources:
            for one, checkpoint in _in_order(source, checkpoints, summary):
                if one.location not in loaded and not self._stopped():
                    loaded.add(one.location)
                    self._load(one, checkpoint, summary, progress)
        summary.seconds = time.monotonic() - started
        return summary

    def _load(
        self,
        source: Source,
        checkpoint: Checkpoint | None,
        summary: LoadSummary,
        progress: Progress,
    ) -> None:
        with _told(source, summary):
            waiting = False
            with helpers(_bytes_left(source, checkpoint)) as helping:
                for chunk, found in decoded_in_order(source.chunks(checkpoint), helping):
                    waiting = self._write(chunk, found, summary)
                    progress(source, chunk.bytes_read)
                    if self._stopped():
                        break
            if waiting:
                summary.waiting.append(source.name)

    def _write(self, chunk: Chunk, found: Decoded, summary: LoadSummary) -> bool:
        """Store a chunk; gives whether its last line is left, since it may yet go on."""
        rows, read = found.rows, found.read
        rejects = [
            PlacedReject(chunk.lines[index], *chunk.position(index), reject)
            for index, reject in found.rejects
        ]
        reached: Checkpoint = chunk.checkpoint
        waiting = chunk.is_part and reached.offset <= chunk.first_offset
        if chunk.unterminated is not None and chunk.checkpoint_with_unterminated is not None:
            # Half an object is never a whole one, so a last line that decodes is complete.
            last = decode(chunk.unterminated)
            if isinstance(last, Event):
                rows = rows + rows_of([last])
                reached = chunk.checkpoint_with_unterminated
                read += 1
            else:
                waiting = last is not None
        if reached.offset or rejects:
            # Else nothing is consumed yet, and where the log before this one was left still counts.
            summary.written += self.writer.write_rows(rows, rejects, reached)
        summary.read += read
        return waiting


def _bytes_left(source: Source, checkpoint: Checkpoint | None) -> int:
    """About how many bytes there are to read: on disk, or fewer."""
    return (source.size or 0) - (checkpoint.offset if checkpoint is not None else 0)


@contextmanager
def _told(source: Source, summary: LoadSummary) -> Iterator[None]:
    """Keep what reading a source has to say to people."""
    try:
        yield
    except SourceError as error:
        summary.failures[source.location] = str(error)
    summary.notes.extend(f"{source.name}: {note}" for note in source.notes)


def _in_order(
    source: Source, checkpoints: Sequence[Checkpoint], summary: LoadSummary
) -> Iterator[tuple[Source, Checkpoint | None]]:
    """The source with its checkpoint; before it, where it was replaced, what came until then."""
    try:
        checkpoint = choose_checkpoint(source, checkpoints)
        replaced = (
            checkpoint is not None
            and source.size is not None  # a stream never holds what was read of it before
            and checkpoint.location == source.location
            and source.held([checkpoint]) is None
        )
    except SourceError as error:
        summary.failures[source.location] = str(error)
        return
    if checkpoint is not None and replaced:
        for number, old in enumerate(rotated(source.location, checkpoint)):
            yield old, None if number else checkpoint
    yield source, checkpoint


def retry_rejects(connection: sqlite3.Connection) -> tuple[int, int]:
    """Decode every reject again and store what is an event by now.

    Returns how many rejects became events (or were events stored already), and how many
    are left.  Raises ``StoreError`` when the database cannot take them.
    """
    writer, taken, left = Writer(connection), 0, 0
    for batch in _reject_batches(connection):
        decoded = {
            reject.id: decode(reject.line)
            for reject in batch
            if reject.reason != RejectReason.PART_OF_A_LINE.value
        }
        events = {key: event for key, event in decoded.items() if isinstance(event, Event)}
        if events:
            writer.accept(events)
        taken += len(events)
        left += len(batch) - len(events)
    return taken, left


def _reject_batches(connection: sqlite3.Connection) -> Iterator[list[RejectState]]:
    last_id = 0
    while True:
        batch: list[RejectState] = []
        size = 0
        for reject in read_rejects(connection, after=last_id):
            batch.append(reject)
            size += len(reject.line)
            if size > RETRY_BYTES or len(batch) == RETRY_REJECTS:
                break
        if not batch:
            return
        last_id = batch[-1].id
        yield batch
