"""What the facts mean: states, gaps and problems, each with what to do.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..clock import lasting
from ..events.times import rfc3339, utc_date
from ..store.origins import Origin
from .expecting import expected_from, is_silent
from .gaps import OriginDays, find_gaps
from .model import DAY_MS, Facts, Gap, Health, Limits, OriginState, Problem, ProblemKind


def judge(facts: Facts, limits: Limits) -> Health:
    """The health of a log of which these facts are known."""
    today = facts.now_ms // DAY_MS
    gaps = find_gaps([_days_of(one, facts.now_ms, limits) for one in facts.origins], today)
    states = [_state(one, facts.now_ms) for one in facts.origins]
    problems = [
        *_lag(facts, limits),
        *(_gap(one, limits) for one in gaps),
        *_rejects(facts.origins, limits),
        *_sessions(facts),
        *_clock(facts.origins, limits),
    ]
    return Health(facts, limits, states, gaps, problems)


def _days_of(origin: Origin, now_ms: int, limits: Limits) -> OriginDays:
    first = expected_from(origin, now_ms, limits.days)
    return OriginDays(origin.name, frozenset(origin.days), first, is_silent(origin, now_ms))


def _state(origin: Origin, now_ms: int) -> OriginState:
    if not origin.days:
        return OriginState.ENDED
    return OriginState.SILENT if is_silent(origin, now_ms) else OriginState.LIVE


def _lag(facts: Facts, limits: Limits) -> Iterator[Problem]:
    newest = facts.newest_ms
    if newest is None:
        yield Problem(
            ProblemKind.LAG,
            None,
            "no source has brought an event yet",
            "load a log (datasette audit load /var/lib/teleport/log), or have events pushed",
        )
    elif facts.now_ms - newest > limits.max_lag_ms:
        age, most = (lasting(ms // 1000) for ms in (facts.now_ms - newest, limits.max_lag_ms))
        yield Problem(
            ProblemKind.LAG,
            None,
            f"the newest event that a source brought is {age} old ({rfc3339(newest)}); "
            f"at most {most} is expected",
            "see that what loads or pushes events runs and is not refused, and that Teleport "
            "itself writes its log",
        )


def _gap(gap: Gap, limits: Limits) -> Problem:
    first, last = (utc_date(day * DAY_MS) for day in (gap.first_day, gap.last_day))
    if gap.goes_on:
        return Problem(
            ProblemKind.GAP,
            gap.origin,
            f"no events since {first}, while other sources have some",
            "see that this auth server runs, and that its log can be read where it is loaded; one "
            f"that was taken away for good counts as ended after {limits.days} days",
        )
    return Problem(
        ProblemKind.GAP,
        gap.origin,
        f"no events of {first}" + (f" to {last}" if gap.days > 1 else ""),
        "was the auth server down? If it ran, its log of that time is missing: load it, or find "
        "out who removed it",
    )


def _rejects(origins: Sequence[Origin], limits: Limits) -> Iterator[Problem]:
    for origin in origins:
        if origin.lately.rejected and origin.rejects:
            kept = ", ".join(
                f"{count:,} {reason}" for reason, count in sorted(origin.rejects.items())
            )
            yield Problem(
                ProblemKind.REJECTS,
                origin.name,
                f"lines that are no events, {origin.lately.rejected:,} in the last {limits.days} "
                f"days; kept are {kept}",
                "look at them with: datasette audit rejects; after a fix: datasette audit rejects "
                "--retry",
            )


def _sessions(facts: Facts) -> Iterator[Problem]:
    for one in facts.sessions:
        if one.open:
            yield Problem(
                ProblemKind.SESSIONS,
                None,
                f"{one.open:,} of {one.began:,} sessions ({one.kind.start}) from "
                f"{rfc3339(one.first_ms)} to {rfc3339(one.last_ms)} have no {one.kind.end}",
                "they still run, or what served them died before it told, or events are missing: "
                "look for gaps and rejects of those days, and load the missing logs",
            )


def _clock(origins: Iterable[Origin], limits: Limits) -> Iterator[Problem]:
    for origin in origins:
        if origin.lately.ahead:
            yield Problem(
                ProblemKind.CLOCK,
                origin.name,
                f"events from the future when they were read: {origin.lately.ahead:,} in the last "
                f"{limits.days} days, by up to {lasting(origin.lately.ahead_ms // 1000)}",
                "compare the clocks (timedatectl) of this machine and of the one that wrote them: "
                "one is wrong; or somebody made the times up",
            )
