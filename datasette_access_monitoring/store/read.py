"""Reading events back out of storage, exactly as they came.

``export`` proves that nothing is lost: the events it gives are, as canonical JSON, the
events that were loaded.  Reading them through SQL is the business of the views.
"""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby

from ..catalog import load_catalog
from ..errors import StoreError
from ..events.canonical import read_json, write_sorted_json
from ..events.times import FIRST_MS, LAST_MS
from .ids import ID_BITS, id_range
from .layout import OTHER_TABLE, event_data_sql, quote, table_name
from .registry import read_types


def read_events(
    connection: sqlite3.Connection,
    *,
    event: str | None = None,
    first_ms: int = FIRST_MS,
    last_ms: int = LAST_MS,
) -> Iterator[bytes]:
    """The stored events, oldest first, each as compact JSON with sorted keys.

    ``event`` limits them to one event type, given by its name or its view's; ``first_ms``
    and ``last_ms`` (UTC milliseconds since 1970, both inclusive) to a range of time.
    The same events always come in the same order, whatever the order of loading.
    Raises ``StoreError`` for a type that is not in the database.
    """
    first_id, last_id = id_range(first_ms, last_ms)
    rows: Iterable[tuple[int, str]] = heapq.merge(
        *(
            connection.execute(
                f'SELECT "_id", {data} FROM {quote(table)}\n'
                f'WHERE "_id" BETWEEN ? AND ?{condition} ORDER BY "_id"',
                (first_id, last_id, *values),
            )
            for table, data, condition, values in _places(connection, event)
        ),
        key=lambda row: row[0],
    )
    for _, together in groupby(rows, key=lambda row: row[0] >> ID_BITS):
        yield from sorted(write_sorted_json(read_json(data)) for _, data in together)


def _places(
    connection: sqlite3.Connection, event: str | None
) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Where the wanted events are: table, expression for the JSON, condition, its values."""
    views = load_catalog().views.values()
    places: list[tuple[str, str, str, tuple[str, ...]]] = [
        (table_name(view), event_data_sql(view), "", ())
        for view in views
        if event is None or event in (view.name, view.event)
    ]
    if event is None:
        places.append((OTHER_TABLE, '"event_data"', "", ()))
    elif not places:
        names = [
            name for name, seen in read_types(connection).items() if event in (name, seen.view)
        ]
        if not names:
            raise StoreError(
                f"no event type {event!r} in this database; see: datasette audit status"
            )
        places = [(OTHER_TABLE, '"event_data"', ' AND "event" = ?', (name,)) for name in names]
    return places
