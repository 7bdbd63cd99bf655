"""What people do through us, as events of the log itself.

Pure: values in, an ``Event`` out.  Running a query and running a report are Teleport's events
(``secreports.audit.query.run``, ``secreports.report.run``, with their codes and fields); the
others follow their pattern: ``secreports.`` in front, codes from SRE101 on, ``W`` for a refusal.
Who stores the events, and when, is the business of those who do what they tell of.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .events import Event, decode
from .events.times import rfc3339

MAX_TEXT = 262_144
"""Longest text that an event keeps whole, in characters: no less than the longest audit query.

Of a longer one it keeps both ends, the length and the SHA-256.
"""

MAX_REFUSED_TEXT = 2_048
"""The same for what was refused, which anybody can send."""

_CHANGES = {
    ("audit_query", "create"): "SRE101I",
    ("audit_query", "update"): "SRE102I",
    ("audit_query", "delete"): "SRE103I",
    ("security_report", "create"): "SRE111I",
    ("security_report", "update"): "SRE112I",
    ("security_report", "delete"): "SRE113I",
    ("role", "create"): "SRE121I",
    ("role", "update"): "SRE122I",
    ("role", "delete"): "SRE123I",
}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who does something.

    ``user`` is an actor's id, or the name that the operating system knows a user of the command
    line by; ``''`` is somebody who has not signed in, or nobody.  ``via`` says how: ``cli``,
    ``api``, ``page`` (one of ours), ``datasette`` (Datasette's own pages and API) or
    ``configuration``.  ``address`` is where a request came from.
    """

    user: str
    via: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How something ended: whether it worked, why not, how long it took, how many rows it gave.

    ``None`` stands for what is not known.
    """

    success: bool | None
    error: str = ""
    milliseconds: float | None = None
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The days that something looked at, back from ``as_of_ms`` (``None``: the moment it ran)."""

    days: int | None
    as_of_ms: int | None = None


def query_run(
    principal: Principal,
    query: str,
    span: Span,
    outcome: Outcome,
    now_ms: int,
    name: str = "",
    parameters: Mapping[str, str] | None = None,
) -> Event:
    """A query was run; ``name`` is that of a saved one, ``parameters`` are those of the SQL."""
    return _event(
        principal,
        "secreports.audit.query.run",
        "SRE001I",
        now_ms,
        {
            "query": query,
            "name": name,
            "parameters": _whole(parameters or {}) or None,
            **_span(span),
            **_outcome(outcome),
        },
    )


def report_run(
    principal: Principal, report: str, span: Span, outcome: Outcome, now_ms: int
) -> Event:
    """A report was run; its name in the event has the days in it, as in Teleport's."""
    return _event(
        principal,
        "secreports.report.run",
        "SRE002I",
        now_ms,
        {
            "name": f"{report}_{span.days}_days",
            "report": report,
            **_span(span),
            **_outcome(outcome),
        },
    )


def resource_changed(
    principal: Principal, verb: str, kind: str, name: str, revision: str, now_ms: int
) -> Event:
    """A resource was created, updated or deleted (``verb``); ``revision`` is its new state."""
    fields = {"name": name, "revision": revision, "success": True}
    return _event(principal, f"secreports.{kind}.{verb}", _CHANGES[kind, verb], now_ms, fields)


def denied(
    principal: Principal, method: str, path: str, reason: str, suppressed: int, now_ms: int
) -> Event:
    """Somebody was refused what they asked for.

    ``suppressed`` counts the refusals before it that have no event of their own.
    """
    return _event(
        principal,
        "secreports.access.denied",
        "SRE131W",
        now_ms,
        {
            "method": method,
            "path": _cut(path, MAX_REFUSED_TEXT),
            "error": _cut(reason, MAX_REFUSED_TEXT),
            "success": False,
            "suppressed": suppressed or None,
        },
    )


def events_read(principal: Principal, path: str, success: bool, now_ms: int) -> Event:
    """Somebody looked at events as they lie in the database, on a page or as JSON."""
    fields = {"path": path, "success": success}
    return _event(principal, "secreports.events.read", "SRE141I", now_ms, fields)


def events_exported(
    principal: Principal, what: str, span: Span, success: bool, now_ms: int
) -> Event:
    """Events left the database in bulk; ``what`` says which, in the words that asked for it."""
    fields = {"path": what, **_span(span), "success": success}
    return _event(principal, "secreports.events.export", "SRE142I", now_ms, fields)


def events_pruned(principal: Principal, first_kept: str, events: int, now_ms: int) -> Event:
    """So many events before the day ``first_kept`` (UTC) are about to be removed for good."""
    fields = {"before": first_kept, "events": events}
    return _event(principal, "secreports.events.prune", "SRE143W", now_ms, fields)


def database_changed(
    principal: Principal, method: str, path: str, success: bool, now_ms: int
) -> Event:
    """Somebody changed the database itself, past everything that is ours."""
    fields = {"method": method, "path": path, "success": success}
    return _event(principal, "secreports.database.change", "SRE151W", now_ms, fields)


def _span(span: Span) -> dict[str, Any]:
    return {
        "days": span.days,
        "as_of": None if span.as_of_ms is None else rfc3339(span.as_of_ms),
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    milliseconds = outcome.milliseconds
    return {
        "success": outcome.success,
        "error": outcome.error,
        "rows": outcome.rows,
        "total_execution_time_in_millis": None if milliseconds is None else round(milliseconds),
    }


def _event(
    principal: Principal, event_type: str, code: str, now_ms: int, fields: Mapping[str, Any]
) -> Event:
    """The event, by the way that all events take: as a line of a log that is decoded."""
    data: dict[str, Any] = {
        "event": event_type,
        "code": code,
        "time": rfc3339(now_ms),
        "uid": str(uuid.uuid4()),
        "ei": 0,
        "user": principal.user,
        "via": principal.via,
        "addr.remote": principal.address,
        **fields,
    }
    kept = {key: value for key, value in data.items() if value is not None and value != ""}
    for key, value in kept.items():
        if isinstance(value, str):
            kept[key] = _storable(value)
    event = decode(json.dumps(kept, ensure_ascii=False).encode())
    assert isinstance(event, Event), "an event of our own is one"
    return event


def _storable(text: str) -> str:
    """Text that can be stored whatever it was: no halves of characters, and not too long."""
    return _cut(text.encode("utf-8", "backslashreplace").decode(), MAX_TEXT)


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
    half = most // 2
    return f"{text[:half]} … ({len(text):,} characters, SHA-256 {digest}) … {text[-half:]}"


def _whole(parameters: Mapping[str, str]) -> dict[str, str]:
    """As many of the parameters as fit into an event."""
    kept: dict[str, str] = {}
    room = MAX_TEXT
    for name, value in parameters.items():
        length = len(name) + len(value)
        if length <= room:
            kept[_storable(name)] = _storable(value)
            room -= length
    return kept
