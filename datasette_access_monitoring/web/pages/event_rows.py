"""An event as a page shows it: a line that says what matters, its JSON, ways to what is like it.

Pure.  What comes out is text, not HTML: the templates escape it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from ...events.canonical import write_sorted_json
from ...events.facts import Fact, outcome_of, said
from ...store.search import FoundEvent
from ...visible import escaped_json, visible
from ..api.events import name_of

_MOST_PARTS = 5
_LONGEST_PART = 100

# What tells most, first.  Who did it and how it ended have columns of their own.
_TELLING = (
    ("error",),
    ("command",),
    ("path",),
    ("login",),
    ("server_hostname",),
    ("node_name",),
    ("db_service",),
    ("db_name",),
    ("db_user",),
    ("db_query",),
    ("kubernetes_cluster",),
    ("resource_namespace",),
    ("resource_name",),
    ("verb",),
    ("request_path",),
    ("app_name",),
    ("desktop_name",),
    ("windows_user",),
    ("program",),
    ("argv",),
    ("name",),
    ("cert_type",),
    ("bot_name",),
    ("token_name",),
    ("method",),
    ("role",),
    ("roles",),
    ("state",),
    ("reviewer",),
    ("reason",),
    ("query",),
    ("message",),
    ("addr.remote",),
    ("identity", "client_ip"),
)

_LIKE = {
    Fact.SESSION: "same session",
    Fact.USER: "same user",
    Fact.REQUEST: "same access request",
    Fact.HOST: "same host",
    Fact.ADDRESS: "same address",
}
_MOST_LIKE = 3


@dataclass(frozen=True, slots=True)
class Like:
    """A way to events that say the same of a fact: its words, the search's argument and value."""

    words: str
    argument: str
    value: str

    @property
    def shown(self) -> str:
        """The value as people see it, the start of a long one."""
        return _start(self.value)


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event.  ``parts`` are keys with their values; ``json`` is indented.

    ``plain_type`` is the type as it is, for addresses only.
    ``left_out`` counts the characters of the JSON that are not shown.
    """

    name: str
    time_ms: int
    type: str
    plain_type: str
    user: str
    outcome: str
    parts: tuple[tuple[str, str], ...]
    json: str
    left_out: int
    like: tuple[Like, ...]


def event_row(found: FoundEvent, longest_json: int) -> EventRow:
    """An event with so many characters of its JSON at most."""
    data = found.data
    outcome = outcome_of(data)
    text = escaped_json(msgspec.json.format(write_sorted_json(data), indent=2).decode())
    users = said(data, Fact.USER)
    return EventRow(
        name=name_of(found.key),
        time_ms=found.key.time_ms,
        type=visible(data["event"]),
        plain_type=data["event"],
        user=_start(users[0]) if users else "",
        outcome="" if outcome is None else outcome.value,
        parts=tuple(_parts(data)),
        json=text[:longest_json],
        left_out=max(0, len(text) - longest_json),
        like=tuple(
            Like(words, fact.value, value)
            for fact, words in _LIKE.items()
            for value in said(data, fact)[:_MOST_LIKE]
        ),
    )


def _parts(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The values that tell most of an event, each with its key."""
    left = _MOST_PARTS
    for path in _TELLING:
        value: Any = data
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, list):
            value = ", ".join(item for item in value if isinstance(item, str))
        if isinstance(value, str) and value:
            yield path[-1], _start(value)
            left -= 1
        if not left:
            return


def _start(text: str) -> str:
    if len(text) <= _LONGEST_PART:
        return visible(text)
    return f"{visible(text[:_LONGEST_PART])}…"
