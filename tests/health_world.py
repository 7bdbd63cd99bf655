"""Logs as auth servers leave them, with moments of one's own choice: what health tests share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from datasette_access_monitoring.events import Event, decode
from datasette_access_monitoring.events.times import parse_time
from datasette_access_monitoring.health.looking import look
from datasette_access_monitoring.health.model import Health, Limits
from datasette_access_monitoring.sources.model import Checkpoint
from datasette_access_monitoring.store import deliveries
from datasette_access_monitoring.store.database import open_for_reading, open_for_writing
from datasette_access_monitoring.store.write import PlacedReject, Writer

NOW = "2026-11-20T12:00:00Z"
NOW_MS = parse_time(NOW)


def events_on(*days: int, event: str = "exec", **fields: Any) -> list[dict[str, Any]]:
    """An event at noon of each of these days of November 2026, but today at 11."""
    return [
        {"event": event, "time": f"2026-11-{day:02}T{11 if day == 20 else 12}:00:00Z", **fields}
        for day in days
    ]


@contextmanager
def read_at(monkeypatch: pytest.MonkeyPatch, moment_ms: int) -> Iterator[None]:
    """What is stored inside was read at that moment."""
    with monkeypatch.context() as patched:
        patched.setattr(deliveries, "now_ms", lambda: moment_ms)
        yield


def deliver(
    path: Path, location: str, events: Iterable[Mapping[str, Any]], rejects: Iterable[bytes] = ()
) -> None:
    """Store what a source brought, with lines that are no events."""
    decoded = [decode(json.dumps(event).encode()) for event in events]
    lines = [PlacedReject(line, at, at, decode(line)) for at, line in enumerate(rejects)]  # type: ignore[arg-type]
    connection = open_for_writing(path)
    checkpoint = Checkpoint(location, 0, len(decoded), b"", b"", 0, 0)
    Writer(connection).write([one for one in decoded if isinstance(one, Event)], lines, checkpoint)
    connection.close()


def health_of(path: Path, now_ms: int = NOW_MS, limits: Limits | None = None) -> Health:
    connection = open_for_reading(path)
    try:
        return look(connection, now_ms, limits or Limits())
    finally:
        connection.close()


def kinds(health: Health) -> list[tuple[str, str | None]]:
    return [(one.kind.value, one.origin) for one in health.problems]
