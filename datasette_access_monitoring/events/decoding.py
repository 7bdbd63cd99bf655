"""One line of a log to an ``Event``, or to a ``Reject`` that says why it is none.

Where the line came from, and what is done with it, is the business of ``sources``
and ``store``.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, NamedTuple

from .canonical import canonical_json, fingerprint, read_json
from .times import FIRST_MS, LAST_MS, parse_time

MAX_EVENT_BYTES = 4 * 1024 * 1024
"""Longest line taken as an event.  Teleport trims its events to 64 KiB in log files."""

MAX_DEPTH = 100
"""Deepest nesting of objects and arrays; SQLite's own JSON functions stop at 1,000."""

MAX_TYPE_LENGTH = 200
"""Longest event type, in characters."""


class RejectReason(str, Enum):
    """Why a line is no event.  The values are stored and shown; they do not change."""

    NOT_UTF8 = "invalid UTF-8"
    NOT_JSON = "bad JSON"
    NOT_AN_OBJECT = "not an object"
    NO_EVENT = "no event type"
    NO_TIME = "no readable time"
    TIME_OUT_OF_RANGE = "time out of range"
    TOO_LARGE = "too large"
    TOO_DEEP = "nested too deeply"
    PART_OF_A_LINE = "part of a line that is too large"


class Event(NamedTuple):
    """One audit event.

    ``time_ms`` is UTC milliseconds since 1970; ``fingerprint`` its identity (see
    ``canonical``); ``data`` the whole event as it was decoded, type and time included.
    """

    type: str
    time_ms: int
    fingerprint: bytes
    data: dict[str, Any]


class Reject(NamedTuple):
    """A line that is no event: why, and what exactly is wrong with it."""

    reason: RejectReason
    detail: str


def decode(line: bytes) -> Event | Reject | None:
    """Decode one line (without its newline); ``None`` for a blank one.

    Never raises for anything that a line can hold.  Of a key written twice in one
    object the last value counts, as in Go, which writes these logs.
    """
    if len(line) > MAX_EVENT_BYTES:
        return Reject(
            RejectReason.TOO_LARGE, f"{len(line):,} bytes; an event has at most {MAX_EVENT_BYTES:,}"
        )
    try:
        data = read_json(line)
    except UnicodeDecodeError as error:
        return Reject(RejectReason.NOT_UTF8, f"byte {error.object[error.start]:#04x}")
    except RecursionError:
        return _too_deep()
    except ValueError as error:
        return _unreadable(line, error)
    if not isinstance(data, dict):
        hint = "; write its events one a line: jq -c '.[]'" if isinstance(data, list) else ""
        return Reject(RejectReason.NOT_AN_OBJECT, f"the line holds {_kind(data)}{hint}")
    # Counting brackets is an upper bound on the depth, and all that most lines cost.
    if line.count(b"{") + line.count(b"[") > MAX_DEPTH and _depth(data) > MAX_DEPTH:
        return _too_deep()
    event_type = data.get("event")
    if not isinstance(event_type, str) or not event_type:
        return Reject(RejectReason.NO_EVENT, _missing(data, "event", "a non-empty string"))
    if len(event_type) > MAX_TYPE_LENGTH:
        return Reject(RejectReason.NO_EVENT, f'"event" is over {MAX_TYPE_LENGTH} characters long')
    return _timed(event_type, data)


def _timed(event_type: str, data: dict[str, Any]) -> Event | Reject:
    time = data.get("time")
    if not isinstance(time, str):
        return Reject(RejectReason.NO_TIME, _missing(data, "time", "an RFC 3339 string"))
    try:
        time_ms = parse_time(time)
    except ValueError as error:
        return Reject(RejectReason.NO_TIME, f'"time" is {time[:60]!r}: {error}')
    if not FIRST_MS <= time_ms <= LAST_MS:
        return Reject(
            RejectReason.TIME_OUT_OF_RANGE, f'"time" is {time[:60]!r}, not within 1970 to 2247'
        )
    return Event(event_type, time_ms, fingerprint(canonical_json(data)), data)


def _unreadable(line: bytes, error: ValueError) -> Reject | None:
    if not line.strip():
        return None
    try:
        line.decode()
    except UnicodeDecodeError as broken:
        return Reject(RejectReason.NOT_UTF8, f"byte {line[broken.start]:#04x} at {broken.start}")
    return Reject(RejectReason.NOT_JSON, str(error))


def _too_deep() -> Reject:
    return Reject(RejectReason.TOO_DEEP, f"more than {MAX_DEPTH} levels of objects and arrays")


def _depth(value: Any) -> int:
    """Depth of nesting, found level by level so that no depth can exhaust the stack."""
    depth, level = 0, [value]
    while level:
        containers = [item for item in level if isinstance(item, dict | list)]
        depth += bool(containers)
        level = [
            inner
            for item in containers
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
    return depth


def _missing(data: dict[str, Any], key: str, wanted: str) -> str:
    if key not in data:
        return f'there is no "{key}"'
    return f'"{key}" is {_kind(data[key])}, not {wanted}'


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a string" if value else "an empty string"
    return "an array" if isinstance(value, list) else "an object"
