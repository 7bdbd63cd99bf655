"""Writing: a batch of events and rejects, with the checkpoint it reaches, in one transaction.

Kill it anywhere: either the whole batch is in the file, with the checkpoint, or none of it.
Which lines make a batch is decided by the source; what a line is by ``events``.  Whoever
changes something else in the file does so in a writer's transaction, together with the
event that tells of it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from ..catalog import load_catalog
from ..errors import StoreError
from ..events import Event, Reject
from ..sources.model import Checkpoint
from .deliveries import count_delivery
from .extras import Extras
from .faults import store_error
from .ids import LOW_BITS, next_in_millisecond
from .layout import INSERT_OTHER, OTHER_TABLE, insert_row, quote, table_name
from .registry import Registry
from .rows import DATE, EXTRA, HASH, ID, NO_TEXT, SHARED, Row, TypeRows, rows_of, times_of
from .transaction import transaction


class PlacedReject(NamedTuple):
    """A line that is no event, with its place in its source."""

    line: bytes
    offset: int
    number: int
    reject: Reject


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch: events that are new, events already there, lines rejected."""

    new: int = 0
    duplicate: int = 0
    rejected: int = 0

    def __add__(self, other: Written) -> Written:
        return Written(
            self.new + other.new,
            self.duplicate + other.duplicate,
            self.rejected + other.rejected,
        )


@dataclass(frozen=True, slots=True)
class _Storage:
    """Where rows of one type go: the table, and the statement that takes a row."""

    insert: str
    table: str


class Writer:
    """Writes batches to one audit database.  Not for use from several threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        catalog = load_catalog()
        self._connection = connection
        self._registry = Registry(connection, catalog)
        self._extras = Extras(connection)
        self._storage = {
            view.event: _Storage(insert_row(view), table_name(view))
            for view in catalog.views.values()
        }
        self._other = _Storage(INSERT_OTHER, OTHER_TABLE)

    def write(
        self,
        events: Sequence[Event],
        rejects: Sequence[PlacedReject],
        checkpoint: Checkpoint,
    ) -> Written:
        """Store a batch and how far its source has now been read, in one transaction."""
        return self.write_rows(rows_of(events), rejects, checkpoint)

    def write_rows(
        self,
        types: Sequence[TypeRows],
        rejects: Sequence[PlacedReject],
        checkpoint: Checkpoint,
    ) -> Written:
        """Store a batch whose events are rows already, as ``write`` does.

        An event that is there already is counted and left alone, so writing a batch again
        changes nothing.  Raises ``StoreError`` when the file cannot take it; nothing of the
        batch is stored then.
        """
        with self.transaction():
            written = self._add_types(types)
            self._write_rejects(rejects, checkpoint.location)
            written += Written(rejected=len(rejects))
            self._write_checkpoint(checkpoint, written, _times(types))
        return written

    def receive(
        self,
        location: str,
        events: Sequence[Event],
        rejects: Sequence[PlacedReject],
        cursor: bytes = b"",
    ) -> Written:
        """Store what a source sent that keeps its own place, in one transaction.

        It is counted under ``location``; ``cursor`` is what the source goes on from, in its own
        terms.  Raises ``StoreError`` as ``write`` does.
        """
        with self.transaction() as connection:
            types = rows_of(events)
            written = self._add_types(types)
            self._write_rejects(rejects, location)
            written += Written(rejected=len(rejects))
            row = connection.execute(
                'SELECT "lines" FROM "_sources" WHERE "location" = ?', (location,)
            ).fetchone()
            lines = (row[0] if row else 0) + len(events) + len(rejects)
            checkpoint = Checkpoint(location, 0, lines, b"", b"", 0, 0)
            self._write_checkpoint(checkpoint, written, _times(types))
            if cursor:
                connection.execute(
                    'UPDATE "_sources" SET "cursor" = ? WHERE "location" = ?', (cursor, location)
                )
        return written

    def accept(self, rejects: Mapping[int, Event]) -> Written:
        """Store rejects that turned out to be events, by reject id, in one transaction.

        They leave the rejects as they enter the events.  Raises ``StoreError`` as ``write`` does.
        """
        with self.transaction():
            written = self.add(list(rejects.values()))
            self._connection.executemany(
                'DELETE FROM "_rejects" WHERE "id" = ?', ((key,) for key in rejects)
            )
        return written

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all that is done in it on the connection that it gives, or nothing.

        SQLite's errors become ``StoreError``.
        """
        try:
            with transaction(self._connection):
                if self._registry.refresh():
                    self._extras.refresh()
                yield self._connection
        except BaseException as error:
            self._registry.forget()
            if isinstance(error, sqlite3.Error):
                raise store_error("nothing could be stored, and nothing was", error) from error
            raise

    def add(self, events: Sequence[Event]) -> Written:
        """Store events in the transaction that is open."""
        return self._add_types(rows_of(events))

    def _add_types(self, types: Iterable[TypeRows]) -> Written:
        return sum(map(self._add_rows, types), Written())

    def _add_rows(self, of_type: TypeRows) -> Written:
        storage = self._storage.get(of_type.type, self._other)
        self._registry.note(of_type.type, of_type.keys)
        if storage is not self._other:
            self._share_extras(of_type.rows)
        new = self._insert_days(of_type.type, storage, of_type.rows)
        self._count(of_type, new)
        return Written(new=new, duplicate=len(of_type.rows) - new)

    def _share_extras(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if row[EXTRA] != NO_TEXT:
                number = self._extras.number(row[EXTRA])
                if number is not None:
                    row[EXTRA], row[SHARED] = NO_TEXT, number

    def _insert_days(self, event_type: str, storage: _Storage, rows: Sequence[Row]) -> int:
        """Insert rows of one type, day by day, counting each; gives how many are new."""
        counts: dict[str, int] = {}
        for day, of_day in groupby(rows, itemgetter(DATE)):
            new = _insert(self._connection, storage, list(of_day))
            counts[day] = counts.get(day, 0) + new
        self._connection.executemany(
            'INSERT INTO "_event_days" ("event_date", "event", "events") VALUES (?, ?, ?)\n'
            'ON CONFLICT DO UPDATE SET "events" = "events" + excluded."events"',
            ((day, event_type, new) for day, new in counts.items() if new),
        )
        return sum(counts.values())

    def _count(self, of_type: TypeRows, new: int) -> None:
        times = times_of(of_type.rows)
        self._connection.execute(
            'UPDATE "_event_types" SET "events" = "events" + :new,\n'
            '  "first_ms" = min(coalesce("first_ms", :first), :first),\n'
            '  "last_ms" = max(coalesce("last_ms", :last), :last)\n'
            'WHERE "event" = :event',
            {
                "new": new,
                "first": min(times),
                "last": max(times),
                "event": of_type.type,
            },
        )

    def _write_rejects(self, rejects: Sequence[PlacedReject], location: str) -> None:
        # The same bytes at the same place of a log are one reject, whatever the log is called
        # by now: logs get renamed, compressed and copied.
        now = _now()
        self._connection.executemany(
            'INSERT INTO "_rejects" ("location", "offset", "number", "digest", "line", "reason",\n'
            '  "detail", "rejected_at") VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
            (
                (
                    location,
                    placed.offset,
                    placed.number,
                    hashlib.blake2b(placed.line, digest_size=16).digest(),
                    placed.line,
                    placed.reject.reason.value,
                    placed.reject.detail,
                    now,
                )
                for placed in rejects
            ),
        )

    def _write_checkpoint(
        self, checkpoint: Checkpoint, written: Written, times: Sequence[int]
    ) -> None:
        self._connection.execute(
            'INSERT INTO "_sources" ("location", "offset", "lines", "head", "tail", "file_size",\n'
            '  "modified_ns", "complete", "events", "duplicates", "last_event_ms",\n'
            '  "read_at") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\n'
            'ON CONFLICT ("location") DO UPDATE SET\n'
            '  "offset" = excluded."offset", "lines" = excluded."lines",\n'
            '  "head" = excluded."head", "tail" = excluded."tail",\n'
            '  "file_size" = excluded."file_size", "modified_ns" = excluded."modified_ns",\n'
            '  "complete" = excluded."complete",\n'
            '  "events" = "events" + excluded."events",\n'
            '  "duplicates" = "duplicates" + excluded."duplicates",\n'
            '  "last_event_ms" = nullif(max(coalesce("last_event_ms", 0),\n'
            '    coalesce(excluded."last_event_ms", 0)), 0),\n'
            '  "read_at" = excluded."read_at"',
            (
                checkpoint.location,
                checkpoint.offset,
                checkpoint.lines,
                checkpoint.head,
                checkpoint.tail,
                checkpoint.file_size,
                checkpoint.modified_ns,
                checkpoint.complete,
                written.new,
                written.duplicate,
                max(times, default=None),
                _now(),
            ),
        )
        count_delivery(
            self._connection,
            checkpoint.location,
            times,
            new=written.new,
            duplicate=written.duplicate,
            rejected=written.rejected,
        )


def _times(types: Iterable[TypeRows]) -> list[int]:
    return [time for of_type in types for time in times_of(of_type.rows)]


def _insert(connection: sqlite3.Connection, storage: _Storage, rows: Sequence[Row]) -> int:
    """Insert rows whose id is free, then see to the others; gives how many are new.

    Most batches are all new and cost no look-up at all.
    """
    before = connection.total_changes
    connection.executemany(storage.insert, rows)
    new = connection.total_changes - before
    if new < len(rows):
        new += sum(_place(connection, storage, row) for row in rows)
    return new


def _place(connection: sqlite3.Connection, storage: _Storage, row: Row) -> int:
    """Store a row under the next free id of its millisecond; 0 if it is stored already."""
    wanted, fingerprint = row[ID], row[HASH]
    select = f'SELECT "_hash" FROM {quote(storage.table)} WHERE "_id" = ?'
    for step in range(LOW_BITS + 1):
        candidate = next_in_millisecond(wanted, step)
        stored = connection.execute(select, (candidate,)).fetchone()
        if stored is None:
            connection.execute(storage.insert, (candidate, *row[1:]))
            return 1
        if stored[0] == fingerprint:
            return 0
    raise StoreError(f"more than {LOW_BITS:,} events of one type in one millisecond")


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
