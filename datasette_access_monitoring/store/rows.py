"""Events as the rows of their tables: all that can be worked out without the database.

Pure.  What becomes of the rows is the business of ``write``; the statements that take them are
in ``layout``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from ..catalog import View, load_catalog
from ..events import Event
from ..events.canonical import write_json
from ..events.keys import Kind, kinds_of_keys
from ..events.split import splitter
from ..events.times import utc_date
from .ids import event_id
from .layout import own_columns, says_its_id

Row = list[Any]
"""Id, hash, date, then what the table's statement takes; no None (see ``events.split``)."""

ID, HASH, DATE = 0, 1, 2
"""Where a row has its ``_id``, ``_hash`` and ``event_date``."""

EXTRA, SHARED = -2, -1
"""Where a row of a documented type has its ``_extra`` and ``_shared``."""

NO_TEXT, NO_NUMBER = 0, ""
"""What a statement takes for a NULL in a column of text, and of numbers."""


class TypeRows(NamedTuple):
    """The rows of one event type, the keys that no documented column reads, and the time span.

    Milliseconds since 1970-01-01 UTC, both included.
    """

    type: str
    rows: list[Row]
    keys: Mapping[tuple[str, ...], Kind]
    first_ms: int
    last_ms: int


def rows_of(events: Iterable[Event]) -> list[TypeRows]:
    """Events as rows, type by type, in the order in which they came."""
    by_type: dict[str, list[Event]] = {}
    for event in events:
        by_type.setdefault(event.type, []).append(event)
    return [_of_type(event_type, group) for event_type, group in by_type.items()]


def _of_type(event_type: str, events: Sequence[Event]) -> TypeRows:
    split = _splits().get(event_type)
    rows, keys = _whole(events) if split is None else split.rows(events)
    times = [event.time_ms for event in events]
    return TypeRows(event_type, rows, keys, min(times), max(times))


@cache
def _splits() -> Mapping[str, _Documented]:
    return {view.event: _Documented(view) for view in load_catalog().views.values()}


def _whole(events: Iterable[Event]) -> tuple[list[Row], Mapping[tuple[str, ...], Kind]]:
    rows = [[*_head(event), event.type, write_json(event.data)] for event in events]
    return rows, kinds_of_keys(event.data for event in events)


class _Documented:
    """Makes the rows of one documented type."""

    def __init__(self, view: View) -> None:
        paths = [column.path for column in own_columns(view)]
        self._split = splitter(view)
        self._event, self._time = paths.index(("event",)), paths.index(("time",))

    def rows(self, events: Iterable[Event]) -> tuple[list[Row], Mapping[tuple[str, ...], Kind]]:
        rows: list[Row] = []
        extras: dict[str, dict[str, Any]] = {}
        for event in events:
            values, extra = self._split(event.data)
            values[self._event] = NO_TEXT  # the table says it
            if says_its_id(event.data["time"]):
                values[self._time] = NO_TEXT
            text: str | int = NO_TEXT
            if extra:
                text = write_json(extra)
                extras[text] = extra
            rows.append([*_head(event), *values, text, NO_NUMBER])
        return rows, kinds_of_keys(extras.values())


def _head(event: Event) -> tuple[int, bytearray, str]:
    # A bytearray, for SQLite takes it as it is; bytes it would first look up an adapter for.
    return (
        event_id(event.time_ms, event.fingerprint),
        bytearray(event.fingerprint),
        utc_date(event.time_ms),
    )
