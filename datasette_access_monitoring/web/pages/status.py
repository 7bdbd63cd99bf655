"""The status page: what is wrong with the log and what to do, then the figures behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...clock import ago
from ...events.times import utc_date
from ...health.expecting import events_per_day
from ...health.model import DAY_MS, MOST_DAYS, Gap, Health, OriginState
from ...store.open_sessions import OpenSessions
from ..api.status import status_of
from ..collecting import jobs
from .layout import addresses, page

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

    from ...health.looking import Status
    from ...store.origins import Origin
    from ..api.calls import Call

_SHOWN_SOURCES = 100


@dataclass(frozen=True, slots=True)
class _Origin:
    """An origin as the page shows it."""

    facts: Origin
    state: OriginState
    lag: str
    per_day: float | None
    today: int
    gaps: list[str]


async def status(call: Call) -> Response:
    """Problems first."""
    found = await status_of(call)
    links = await addresses(call)
    found_jobs = jobs(call.datasette, call.database.name)
    may_query = await call.may("audit_query", "use")
    max_lag = call.optional_text("max_lag")
    sources = sorted(found.sources, key=lambda one: one.read_at, reverse=True)
    arguments = {"days": found.health.limits.days, "max_lag": max_lag}
    context: dict[str, Any] = {
        "status": found,
        "health": found.health,
        "rejected": sum(found.rejects.values()),
        "lag": _lag(found.health.facts.newest_ms, found.health),
        "origins": _origins(found.health),
        "sessions": [
            (one, links.to("/query", sql=sql, days=_days(found.health)) if sql else None)
            for one in found.health.facts.sessions
            for sql in [_query(one, found) if may_query else None]
        ],
        "jobs": found_jobs,
        "failing": [(job.name, message) for job in found_jobs for message in job.problems.values()],
        "sources": sources[:_SHOWN_SOURCES],
        "more_sources": max(0, len(sources) - _SHOWN_SOURCES),
        "fields": arguments,
        "max_days": MOST_DAYS,
        "json": links.to("/status.json", **arguments),
    }
    return await page(call, "status", context)


def _origins(health: Health) -> list[_Origin]:
    now = health.facts.now_ms
    return [
        _Origin(
            one,
            state,
            _lag(one.newest_ms, health),
            events_per_day(one, now, health.limits.days),
            one.days.get(now // DAY_MS, 0),
            [_words(gap) for gap in health.gaps if gap.origin == one.name],
        )
        for one, state in zip(health.facts.origins, health.states, strict=True)
    ]


def _lag(newest_ms: int | None, health: Health) -> str:
    return "" if newest_ms is None else ago((health.facts.now_ms - newest_ms) // 1000)


def _words(gap: Gap) -> str:
    first, last = (utc_date(day * DAY_MS) for day in (gap.first_day, gap.last_day))
    if gap.goes_on:
        return f"since {first}"
    return first if gap.days == 1 else f"{first} to {last}"


def _days(health: Health) -> int:
    """How far back a query sees the sessions that were looked at: also the day they may last."""
    limits = health.limits
    return limits.days + -(-limits.session_ms // DAY_MS) + 1


def _query(sessions: OpenSessions, status: Status) -> str | None:
    """Trino SQL for the sessions without an end; ``None`` where there are none to ask for."""
    views = {one.event: one.view for one in status.types}
    start, end = views.get(sessions.kind.start), views.get(sessions.kind.end)
    if not (sessions.open and start and end):
        return None
    before = utc_date(sessions.last_ms)
    return (
        f'SELECT event_time, "user", sid\nFROM {start}\n'
        f"WHERE sid NOT IN (SELECT sid FROM {end} WHERE sid IS NOT NULL)\n"
        f"  AND event_date <= DATE '{before}'\nORDER BY event_time DESC"
    )
