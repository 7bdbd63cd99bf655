"""The first page: how fresh the log is, what is in it, and the reports."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from ...clock import ago, now_ms
from ...policy import BROWSE
from ...sql.rules.times import DAY_MS
from ...store.state import count_rejects, read_source_states, read_type_states
from ..working import reading
from .days import SHOWN_DAYS, last_days
from .layout import page
from .reports import tiles

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

    from ..api.calls import Call

_SHOWN_TYPES = 20


async def overview(call: Call) -> Response:
    """Of everything what the caller's verbs open."""
    may_browse = all([await call.may(*verb) for verb in BROWSE])
    may_list = await call.may("security_report", "list")

    def find(connection: sqlite3.Connection) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if may_browse:
            found["log"] = _log(connection)
        if may_list:
            found["reports"] = tiles(call, connection)
        return found

    return await page(call, "overview", await reading(call.database, find))


def _log(connection: sqlite3.Connection) -> dict[str, Any]:
    types = read_type_states(connection)
    sources = read_source_states(connection)
    # How far behind the log is, its sources say: what people do here is an event at once.
    delivered = [one.last_event_ms for one in sources if one.last_event_ms is not None]
    newest = max(delivered, default=None)
    now = now_ms()
    # Of a log that nothing is added to any more, its own last days.
    gone = newest is not None and newest < now - SHOWN_DAYS * DAY_MS
    return {
        "days": last_days(connection, newest if newest is not None and gone else now),
        "events": sum(one.events for one in types),
        "types": types[:_SHOWN_TYPES],
        "more_types": max(0, len(types) - _SHOWN_TYPES),
        "first_ms": min((one.first_ms for one in types), default=None),
        "newest_ms": newest,
        "lag": _lag(newest, now),
        "sources": [(one, _lag(one.last_event_ms, now)) for one in sources],
        "rejects": sum(count_rejects(connection).values()),
    }


def _lag(newest_ms: int | None, now: int) -> str | None:
    """How long ago the newest event was, in words."""
    return None if newest_ms is None else ago((now - newest_ms) // 1000)
