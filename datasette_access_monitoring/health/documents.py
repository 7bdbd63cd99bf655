"""Health as documents for JSON: the same on the command line and over HTTP.  Pure."""

from __future__ import annotations

from typing import Any

from ..events.times import rfc3339, utc_date
from ..store.open_sessions import OpenSessions
from ..store.origins import Origin, Reading
from ..store.state import SourceState
from .expecting import events_per_day
from .looking import Status
from .model import DAY_MS, Health, OriginState, Problem


def status_document(status: Status) -> dict[str, Any]:
    """What a database holds, and its health.

    The times of what it holds are as people read them; all others are in RFC 3339, and lengths of
    time in seconds.
    """
    now_ms, newest = status.health.facts.now_ms, status.health.facts.newest_ms
    return {
        "size_bytes": status.size_bytes,
        "events": status.events,
        "oldest_event": _read(status.oldest_ms),
        "newest_event": _read(status.newest_ms),
        "newest_from_sources": _read(newest),
        "lag_seconds": None if newest is None else (now_ms - newest) // 1000,
        "rejects": dict(status.rejects),
        "types": [
            {
                "event": one.event,
                "view": one.view,
                "documented": one.documented,
                "events": one.events,
                "newest_event": _read(one.last_ms),
            }
            for one in status.types
        ],
        "sources": [_source(one, now_ms) for one in status.sources],
        **health_document(status.health),
    }


def _source(source: SourceState, now_ms: int) -> dict[str, Any]:
    newest = source.last_event_ms
    return {
        "location": source.location,
        "lines": source.lines,
        "events": source.events,
        "duplicates": source.duplicates,
        "rejects": source.rejects,
        "newest_event": _read(newest),
        "lag_seconds": None if newest is None else (now_ms - newest) // 1000,
        "read_at": source.read_at,
    }


def _read(time_ms: int | None) -> str | None:
    return None if time_ms is None else rfc3339(time_ms)[:19].replace("T", " ") + " UTC"


def health_document(health: Health) -> dict[str, Any]:
    """Everything that was found, with times in RFC 3339 and lengths of time in seconds."""
    facts, limits = health.facts, health.limits
    return {
        "as_of": rfc3339(facts.now_ms),
        "days": limits.days,
        "max_lag_seconds": limits.max_lag_ms // 1000,
        "healthy": not health.problems,
        "problems": [problem_document(one) for one in health.problems],
        "origins": [
            _origin(one, state, health)
            for one, state in zip(facts.origins, health.states, strict=True)
        ],
        "sessions": [_sessions(one) for one in facts.sessions],
    }


def problem_document(problem: Problem) -> dict[str, Any]:
    """One problem."""
    return {
        "kind": problem.kind.value,
        "origin": problem.origin,
        "message": problem.message,
        "advice": problem.advice,
    }


def _origin(origin: Origin, state: OriginState, health: Health) -> dict[str, Any]:
    now_ms, newest = health.facts.now_ms, origin.newest_ms
    rate = events_per_day(origin, now_ms, health.limits.days)
    return {
        "origin": origin.name,
        "state": state.value,
        "newest_event": None if newest is None else rfc3339(newest),
        "lag_seconds": None if newest is None else (now_ms - newest) // 1000,
        "read_at": None if origin.read_ms is None else rfc3339(origin.read_ms),
        "delay_seconds": None if origin.delay_ms is None else origin.delay_ms // 1000,
        "events_today": origin.days.get(now_ms // DAY_MS, 0),
        "events_per_day": None if rate is None else round(rate, 1),
        "known_from": None if origin.known_from is None else _date(origin.known_from),
        "gaps": [
            {"first": _date(gap.first_day), "last": _date(gap.last_day), "goes_on": gap.goes_on}
            for gap in health.gaps
            if gap.origin == origin.name
        ],
        **_reading(origin.all_time),
        "lately": _reading(origin.lately),
        "ahead_seconds": origin.lately.ahead_ms // 1000,
        "rejects": dict(origin.rejects),
    }


def _reading(reading: Reading) -> dict[str, int]:
    return {
        "events": reading.events,
        "duplicates": reading.duplicates,
        "rejected": reading.rejected,
        "ahead": reading.ahead,
    }


def _sessions(found: OpenSessions) -> dict[str, Any]:
    known = found.ends_come
    return {
        "start": found.kind.start,
        "end": found.kind.end,
        "from": rfc3339(max(0, found.first_ms)),
        "to": rfc3339(max(0, found.last_ms)),
        "began": found.began if known else None,
        "without_end": found.open if known else None,
    }


def _date(day: int) -> str:
    return utc_date(day * DAY_MS)
