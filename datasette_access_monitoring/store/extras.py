"""JSON that many events have beside their columns, kept once and referred to by number.

Labels, roles and versions are the same in event after event; written out each time they were a
sixth of the file.  JSON that comes once stays with its event.  One writer's picture of the table
is in memory, so there are bounds on how much is kept so; what is beyond stays with its events.
"""

from __future__ import annotations

import sqlite3

from .layout import EXTRAS_TABLE, documented_tables, quote
from .transaction import transaction

MAX_SHARED = 20_000
"""Most texts that are kept once."""

MAX_LENGTH = 2_000
"""Longest text that is, in characters."""

MAX_SEEN = 20_000
"""Most texts remembered for having come once."""


class Extras:
    """Used inside the transaction that stores the events."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._numbers: dict[str, int] = {}
        self._seen: set[str] = set()

    def refresh(self) -> None:
        """Read the table again: another connection has written, or a transaction was undone."""
        rows = self._connection.execute(f'SELECT "json", "id" FROM {quote(EXTRAS_TABLE)}')
        self._numbers = dict(rows.fetchall())

    def number(self, text: str) -> int | None:
        """The number that stands for the text; ``None``: it is to be kept with its event."""
        known = self._numbers.get(text)
        if known is not None:
            return known
        if text not in self._seen:
            if len(self._seen) >= MAX_SEEN:
                self._seen.clear()
            if len(text) <= MAX_LENGTH:
                self._seen.add(text)
            return None
        if len(self._numbers) >= MAX_SHARED:
            return None
        cursor = self._connection.execute(
            f'INSERT INTO {quote(EXTRAS_TABLE)} ("json") VALUES (?)', (text,)
        )
        assert cursor.lastrowid is not None
        self._seen.discard(text)
        self._numbers[text] = cursor.lastrowid
        return cursor.lastrowid


def remove_unused(connection: sqlite3.Connection) -> None:
    """Remove what no event refers to any more; reads all tables of events for it."""
    used = "\n  UNION ALL ".join(
        f'SELECT "_shared" FROM {quote(table)} WHERE "_shared" IS NOT NULL'
        for table in documented_tables()
    )
    with transaction(connection):
        connection.execute(f'DELETE FROM {quote(EXTRAS_TABLE)} WHERE "id" NOT IN (\n  {used}\n)')


def count_lost(connection: sqlite3.Connection, table: str) -> int:
    """How many events of a table refer to JSON that is not there: none, in a sound file."""
    (lost,) = connection.execute(
        f'SELECT count(*) FROM {quote(table)} WHERE "_shared" IS NOT NULL\n'
        f'AND "_shared" NOT IN (SELECT "id" FROM {quote(EXTRAS_TABLE)})'
    ).fetchone()
    return int(lost)
