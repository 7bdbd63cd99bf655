"""Searching events, and one event by its address; what pages and JSON share of it.

An event's address has its key; where a page goes on is a key, too, with the moment that the
search took as now, so that the days are the same on every page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...clock import now_ms
from ...errors import NoSuchEvent
from ...events.facts import Fact, Outcome, outcome_of
from ...events.times import rfc3339
from ...policy import BROWSE
from ...self_audit import events_read
from ...sql.rules.times import DAY_MS
from ...store.search import Found, FoundEvent, Key, Limits, Search, event_of, search
from ..working import reading, record, searching
from .calls import DEFAULT_SIZE, MAX_SIZE, Call, Refused
from .responses import answer, page

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

MAX_TEXT = 1_000
"""Longest text that is looked for, in characters."""

SECONDS = 2.0
"""How long one page is looked for."""

_KEY = re.compile(r"(\w{1,100})-(\d{1,19})", re.ASCII)
_TOKEN = re.compile(r"(\d{1,16})-(\d{1,19})-(\w{0,100})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call looks for, over how many days before which moment, and from where on."""

    search: Search
    days: int
    moment_ms: int
    after: Key | None


async def list_(call: Call) -> Response:
    """A page of events, newest first."""
    asked = await asked_of(call)
    found = await found_by(call, asked, call.number("_size", DEFAULT_SIZE, MAX_SIZE))
    return page(
        call,
        "events",
        [_document(one) for one in found.events],
        token(asked, found),
        complete=not found.ran_out,
        searched_back_to=rfc3339(searched_back_to(asked, found)),
        days=asked.days,
        as_of=rfc3339(asked.moment_ms),
    )


async def one(call: Call, name: str) -> Response:
    """One event."""
    return answer(call, _document(await event_named(call, name)))


async def asked_of(call: Call) -> Asked:
    """What a call looks for.  Raises ``Refused``, also for who may not look at events."""
    await _browses(call)
    given = _token_of(call)
    as_of = call.as_of_ms
    moment = given[0] if given else now_ms() if as_of is None else as_of
    outcome = call.optional_text("outcome")
    if outcome not in ("", *(known.value for known in Outcome)):
        raise Refused(400, f"outcome must be {' or '.join(known.value for known in Outcome)}")
    says = {fact: text for fact in Fact if (text := _short(call, fact.value))}
    wanted = Search(
        first_ms=moment - call.days * DAY_MS,
        last_ms=moment,
        text=_short(call, "q"),
        type=_short(call, "type"),
        says=says,
        outcome=Outcome(outcome) if outcome else None,
    )
    return Asked(wanted, call.days, moment, given[1] if given else None)


async def found_by(call: Call, asked: Asked, size: int) -> Found:
    """A page of what is looked for; told to the log."""
    limits = Limits(size, seconds=SECONDS)
    found = await searching(
        call.database, lambda conn: search(conn, asked.search, limits, asked.after)
    )
    await _told(call)
    return found


async def event_named(call: Call, name: str) -> FoundEvent:
    """The event that an address names; told to the log.  Raises ``NoSuchEvent``, ``Refused``."""
    await _browses(call)
    match = _KEY.fullmatch(name)
    if match is None:
        raise NoSuchEvent(f"there is no event {name!r}")
    key = Key(int(match[2]), match[1])
    data = await reading(call.database, lambda conn: event_of(conn, key))
    await _told(call)
    return FoundEvent(key, data)


def name_of(key: Key) -> str:
    """The name of an event in addresses."""
    return f"{key.place}-{key.id}"


def token(asked: Asked, found: Found) -> str | None:
    """Where the next page goes on; ``None``: this is the last."""
    if found.last is None:
        return None
    return f"{asked.moment_ms}-{found.last.id}-{found.last.place}"


def searched_back_to(asked: Asked, found: Found) -> int:
    """The time down to which a page has looked at everything, in milliseconds since 1970."""
    if found.last is None:
        return max(0, asked.search.first_ms)
    return found.last.time_ms


async def _browses(call: Call) -> None:
    for kind, verb in sorted(BROWSE):
        await call.require(kind, verb)


async def _told(call: Call) -> None:
    """Tell the log that the caller looked at events, and for which."""
    read = events_read(call.principal, call.request.full_path, True, now_ms())
    await record(call.database, read)


def _token_of(call: Call) -> tuple[int, Key] | None:
    text = call.optional_text("_next")
    if not text:
        return None
    match = _TOKEN.fullmatch(text)
    if match is None:
        raise Refused(400, "_next must be what the page before gave")
    return int(match[1]), Key(int(match[2]), match[3])


def _short(call: Call, name: str) -> str:
    text = call.optional_text(name).strip()
    if len(text) > MAX_TEXT:
        raise Refused(400, f"{name} is longer than {MAX_TEXT:,} characters")
    return text


def _document(found: FoundEvent) -> dict[str, Any]:
    outcome = outcome_of(found.data)
    return {
        "id": name_of(found.key),
        "time": rfc3339(found.key.time_ms),
        "outcome": None if outcome is None else outcome.value,
        "event": found.data,
    }
