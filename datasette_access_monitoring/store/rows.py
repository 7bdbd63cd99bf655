"""Events as the rows of their tables: all that can be worked out without the database.

Pure.  What becomes of the rows is the business of ``write``; the statements that take them are
in ``layout``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from ..catalog import View, load_catalog
from ..events import Event
from ..events.canonical import write_json
from ..events.keys import Kind, SeenKinds
from ..events.split import Split, splitter
from ..events.times import utc_date
from .ids import ID_BITS, event_id
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
    """The rows of one event type, and the keys that no documented column reads."""

    type: str
    rows: list[Row]
    keys: Mapping[tuple[str, ...], Kind]


def times_of(rows: Iterable[Row]) -> list[int]:
    """When the events of rows were: milliseconds since 1970-01-01 UTC."""
    return [row[ID] >> ID_BITS for row in rows]


def rows_of(events: Iterable[Event]) -> list[TypeRows]:
    """Events as rows, type by type, in the order in which they came.

    Each event is done with before the next is asked for: what was decoded of it can go.
    """
    types: dict[str, _Documented | _Other] = {}
    for event in events:
        of_type = types.get(event.type)
        if of_type is None:
            plan = _plans().get(event.type)
            of_type = types[event.type] = _Other() if plan is None else _Documented(plan)
        of_type.add(event)
    return [
        TypeRows(event_type, of_type.rows, of_type.keys.found)
        for event_type, of_type in types.items()
    ]


class _Plan(NamedTuple):
    """How events of a documented type are split, and which columns say their type and time."""

    split: Split
    event: int
    time: int


@cache
def _plans() -> Mapping[str, _Plan]:
    return {view.event: _plan(view) for view in load_catalog().views.values()}


def _plan(view: View) -> _Plan:
    paths = [column.path for column in own_columns(view)]
    return _Plan(splitter(view), paths.index(("event",)), paths.index(("time",)))


class _Documented:
    """Takes the events of one documented type."""

    def __init__(self, plan: _Plan) -> None:
        self.rows: list[Row] = []
        self.keys = SeenKinds()
        self._plan = plan
        self._extras: set[str] = set()

    def add(self, event: Event) -> None:
        split, type_place, time_place = self._plan
        values, extra = split(event.data)
        values[type_place] = NO_TEXT  # the table says it
        if says_its_id(event.data["time"]):
            values[time_place] = NO_TEXT
        text: str | int = NO_TEXT
        if extra:
            text = write_json(extra)
            if text not in self._extras:
                self._extras.add(text)
                self.keys.add(extra)
        self.rows.append([*_head(event), *values, text, NO_NUMBER])


class _Other:
    """Takes the events of one type that the catalog does not know."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.keys = SeenKinds()

    def add(self, event: Event) -> None:
        self.rows.append([*_head(event), event.type, write_json(event.data)])
        self.keys.add(event.data)


def _head(event: Event) -> tuple[int, bytes, str]:
    return event_id(event.time_ms, event.fingerprint), event.fingerprint, utc_date(event.time_ms)
