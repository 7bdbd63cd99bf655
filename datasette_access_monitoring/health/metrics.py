"""Health in Prometheus's text format.  Pure.

A series for each origin that brings events, not for each file of it, and never more than
``MOST_ORIGINS``: what is left out is counted.  Values of labels are escaped as the format asks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..store.origins import Origin
from .model import Health, OriginState, ProblemKind

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MOST_ORIGINS = 100

Labels = Mapping[str, str]
Samples = Sequence[tuple[Labels, float | int | None]]


@dataclass(frozen=True, slots=True)
class Family:
    """One metric: its name without our prefix, its type, what it means, and its samples.

    A sample whose value is ``None`` is not known, and left out.
    """

    name: str
    type: str
    help: str
    samples: Samples


def metrics_text(
    health: Health,
    *,
    database: str,
    events: int,
    types: int,
    size: int,
    failing: Mapping[str, int],
) -> str:
    """The health of a database that holds so many events, of so many types, in so many bytes.

    ``failing`` is what the server that answers collects into it, by kind: how many problems that
    has at the moment.
    """
    shown = _shown(health)
    families = [
        *_of_database(health, events, types, size, len(health.facts.origins) - len(shown)),
        *_of_origins(health, shown),
        *_of_sessions(health),
        Family(
            "collecting_problems",
            "gauge",
            "What this server cannot read or store at the moment, by kind of source.",
            [({"kind": kind}, count) for kind, count in failing.items()],
        ),
    ]
    return "".join(_text(family, {"database": database}) for family in families if family.samples)


def _shown(health: Health) -> list[Origin]:
    """The origins that have not ended, by name; of too many those that were read last."""
    pairs = zip(health.facts.origins, health.states, strict=True)
    found = [origin for origin, state in pairs if state is not OriginState.ENDED]
    found.sort(key=lambda one: one.read_ms or 0, reverse=True)
    return sorted(found[:MOST_ORIGINS], key=lambda one: one.name)


def _of_database(
    health: Health, events: int, types: int, size: int, left_out: int
) -> Iterable[Family]:
    found = Counter(problem.kind for problem in health.problems)
    newest = health.facts.newest_ms

    def one(name: str, help_: str, value: float | int | None) -> Family:
        return Family(name, "gauge", help_, [({}, value)])

    yield one("events", "Events in the database.", events)
    yield one("event_types", "Event types in the database.", types)
    yield one("size_bytes", "Length of the database on disk.", size)
    yield one(
        "newest_event_timestamp_seconds",
        "Time of the newest event that a source brought, none from the future.",
        None if newest is None else newest / 1000,
    )
    yield Family(
        "problems",
        "gauge",
        "Problems that the status page shows, by kind.",
        [({"kind": kind.value}, found[kind]) for kind in ProblemKind],
    )
    yield one("origins_left_out", "Origins without series: ended ones, and too many.", left_out)


def _of_origins(health: Health, origins: Sequence[Origin]) -> Iterable[Family]:
    gaps: Counter[str] = Counter()
    for gap in health.gaps:
        gaps[gap.origin] += gap.days

    def each(name: str, type_: str, help_: str, values: Iterable[float | int | None]) -> Family:
        labels = ({"origin": one.name} for one in origins)
        return Family(f"origin_{name}", type_, help_, list(zip(labels, values, strict=True)))

    yield each(
        "events_total", "counter", "New events read.", (one.all_time.events for one in origins)
    )
    yield each(
        "duplicates_total",
        "counter",
        "Events read that were there already.",
        (one.all_time.duplicates for one in origins),
    )
    yield each(
        "rejected_lines_total",
        "counter",
        "Lines read that are no events.",
        (one.all_time.rejected for one in origins),
    )
    yield each(
        "future_events_total",
        "counter",
        "Events from the future when they were read.",
        (one.all_time.ahead for one in origins),
    )
    yield each(
        "newest_event_timestamp_seconds",
        "gauge",
        "Time of the newest event, none from the future.",
        (None if one.newest_ms is None else one.newest_ms / 1000 for one in origins),
    )
    yield each(
        "read_timestamp_seconds",
        "gauge",
        "When something was read last.",
        (None if one.read_ms is None else one.read_ms / 1000 for one in origins),
    )
    yield each(
        "gap_days",
        "gauge",
        "Days without events that should have some.",
        (gaps[one.name] for one in origins),
    )
    yield Family(
        "origin_rejects",
        "gauge",
        "Lines that are no events and are kept, by reason.",
        [
            ({"origin": one.name, "reason": reason}, count)
            for one in origins
            for reason, count in sorted(one.rejects.items())
        ],
    )


def _of_sessions(health: Health) -> Iterable[Family]:
    known = [one for one in health.facts.sessions if one.ends_come]
    yield Family(
        "sessions_without_end",
        "gauge",
        "Of the sessions that were looked at, those without an end in the log.",
        [({"start": one.kind.start}, one.open) for one in known],
    )
    yield Family(
        "sessions_looked_at",
        "gauge",
        "Sessions that should have ended and were looked at, the newest.",
        [({"start": one.kind.start}, one.began) for one in known],
    )


def _text(family: Family, common: Labels) -> str:
    name = f"access_monitoring_{family.name}"
    lines = [f"# HELP {name} {family.help}", f"# TYPE {name} {family.type}"]
    lines += [
        f"{name}{{{_pairs({**common, **labels})}}} {value}"
        for labels, value in family.samples
        if value is not None
    ]
    return "\n".join(lines) + "\n"


def _pairs(labels: Labels) -> str:
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())


def _escaped(value: str) -> str:
    """The value of a label, as the format asks.

    Half a surrogate pair, which UTF-8 cannot hold, becomes ``?``; so does NUL, where Prometheus
    would stop reading.
    """
    held = value.encode("utf-8", "replace").decode().replace("\0", "?")
    return held.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
