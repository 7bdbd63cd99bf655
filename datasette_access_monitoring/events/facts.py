"""What an event says of who, where and how it ended, wherever in the event that stands.

Pure.  Teleport writes the same fact under different keys: a certificate's user is
``identity.user``, an Access Request is ``id`` in its own events and one of ``access_requests`` in
those of the sessions that it opened.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from .canonical import write_json


class Fact(str, Enum):
    """What can be the same in two events.  The values stand in addresses; they do not change."""

    USER = "user"
    SESSION = "session"
    REQUEST = "request"
    HOST = "host"
    ADDRESS = "address"


PATHS: Mapping[Fact, tuple[tuple[str, ...], ...]] = {
    Fact.USER: (
        ("user",),
        ("identity", "user"),
        ("user_name",),
        ("reviewer",),
        ("updated_by",),
        ("participants",),
        ("impersonator",),
        ("identity", "impersonator"),
    ),
    Fact.SESSION: (("sid",), ("session_id",)),
    Fact.REQUEST: (("access_requests",), ("identity", "access_requests"), ("id",)),
    Fact.HOST: (
        ("server_hostname",),
        ("server_id",),
        ("node_name",),
        ("host_id",),
        ("desktop_name",),
        ("target_host",),
    ),
    Fact.ADDRESS: (
        ("addr.remote",),
        ("identity", "client_ip"),
        ("client_ip",),
        ("remote_addr",),
        ("server_addr",),
        ("desktop_addr",),
        ("src_addr",),
        ("dst_addr",),
    ),
}
"""The keys under which each fact stands, the most telling first.

A text is one, a list of texts several.  ``id`` is an Access Request's in its own events only.
"""

REQUEST_EVENTS = "access_request."
"""How the types of an Access Request's own events begin."""


class Outcome(str, Enum):
    """How what an event tells of ended.  The values stand in addresses; they do not change."""

    SUCCESS = "success"
    FAILURE = "failure"


CODE_LETTERS: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.SUCCESS: ("I",),
    Outcome.FAILURE: ("W", "E"),
}
"""What the codes of Teleport's events end with: information, a warning, an error."""


def said(data: Mapping[str, Any], fact: Fact) -> list[str]:
    """What an event says of a fact, the most telling first, nothing twice.

    Addresses come without their ports: a port is another one each time.
    """
    found: dict[str, None] = {}
    for path in PATHS[fact]:
        if path == ("id",) and not _text(data.get("event")).startswith(REQUEST_EVENTS):
            continue
        for value in _texts_at(data, path):
            text = without_port(value) if fact is Fact.ADDRESS else value
            if text:
                found[text] = None
    return list(found)


def outcome_of(data: Mapping[str, Any]) -> Outcome | None:
    """How it ended: by ``success``, else by the last letter of the code; ``None``: not said."""
    success = data.get("success")
    if isinstance(success, bool):
        return Outcome.SUCCESS if success else Outcome.FAILURE
    letter = _text(data.get("code"))[-1:]
    return next((one for one, letters in CODE_LETTERS.items() if letter in letters), None)


def without_port(address: str) -> str:
    """``10.0.0.1`` of ``10.0.0.1:22``, ``::1`` of ``[::1]:22``; anything else as it is."""
    host, colon, port = address.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit()):
        return address
    if host.startswith("[") and host.endswith("]"):
        return host[1:-1]
    return host if ":" not in host else address


def folded(text: str) -> str:
    """Text such that texts which differ in case, or in how they spell an accent, are equal.

    A letter without its accent is a part of the letter with it.
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())


def values(data: object) -> Iterator[str]:
    """Every text and number in an event, at any depth, as text; no keys, no true and false."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield write_json(value)


def _texts_at(data: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    value: Any = data
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, list):
        return [item for item in value if isinstance(item, str)]
    return [value] if isinstance(value, str) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
