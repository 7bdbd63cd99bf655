"""The event explorer: all events, newest first, by what is in them; and one event."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from ...clock import now_ms
from ...events.facts import Fact, Outcome
from ...sql.rules.times import DAY_MS
from ...store.state import read_type_states
from ..api.calls import MAX_DAYS
from ..api.events import (
    MAX_TEXT,
    Asked,
    asked_of,
    event_named,
    found_by,
    name_of,
    searched_back_to,
    token,
)
from ..working import reading
from .event_rows import event_row
from .layout import addresses, page

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

    from ..api.calls import Call

_SIZES = (50, 1_000)
_SHOWN_TYPES = 300
_SHOWN_JSON = 10_000
_LONGEST_JSON = 1_000_000

# The fact that has a field of its own; the others have one while they are asked for.
_ALWAYS = Fact.USER


async def search(call: Call) -> Response:
    """What is looked for, and a page of what was found."""
    asked = await asked_of(call)
    size = call.number("_size", *_SIZES)
    found = await found_by(call, asked, size)
    links = await addresses(call)
    types = await reading(call.database, _types)
    arguments = _arguments(call, asked)
    next_ = token(asked, found)
    span = {"days": arguments["days"], "as_of": arguments["as_of"]}
    context: dict[str, Any] = {
        "fields": arguments,
        "max_days": MAX_DAYS,
        "max_text": MAX_TEXT,
        "types": types,
        "outcomes": [one.value for one in Outcome],
        "says": {
            fact.value: arguments[fact.value]
            for fact in Fact
            if fact is not _ALWAYS and fact in asked.search.says
        },
        "span": span,
        "rows": [event_row(one, _SHOWN_JSON) for one in found.events],
        "is_filtered": bool(
            asked.search.text or asked.search.type or asked.search.says or asked.search.outcome
        ),
        "searched_back_to": searched_back_to(asked, found),
        "first_ms": max(0, asked.search.first_ms),
        "moment_ms": asked.moment_ms,
        "ran_out": found.ran_out,
        "newest": links.to("/events", **arguments) if asked.after else None,
        "older": links.to("/events", **arguments, _next=next_) if next_ else None,
        "every_day": links.to("/events", **{**arguments, "days": MAX_DAYS}),
        "json": links.to("/events.json", **arguments, _next=call.optional_text("_next")),
    }
    return await page(call, "events", context)


async def one(call: Call, name: str) -> Response:
    """One event, whole."""
    found = await event_named(call, name)
    links = await addresses(call)
    # Searches from here reach back to the event, whenever it was.
    days = max(call.days, -(-(now_ms() - found.key.time_ms) // DAY_MS) + 1)
    context = {
        "event": event_row(found, _LONGEST_JSON),
        "span": {"days": min(days, MAX_DAYS), "as_of": ""},
        "json": links.to(f"/events/{name_of(found.key)}.json"),
    }
    return await page(call, "event", context)


def _arguments(call: Call, asked: Asked) -> dict[str, Any]:
    """The search as arguments of an address, and as what the form's fields hold."""
    wanted = asked.search
    size = call.optional_text("_size")
    return {
        "q": wanted.text,
        "type": wanted.type,
        "outcome": "" if wanted.outcome is None else wanted.outcome.value,
        **{fact.value: wanted.says.get(fact, "") for fact in Fact},
        "days": asked.days,
        "as_of": call.optional_text("as_of"),
        **({"_size": size} if size else {}),
    }


def _types(connection: sqlite3.Connection) -> list[str]:
    return [one.event for one in read_type_states(connection)[:_SHOWN_TYPES]]
