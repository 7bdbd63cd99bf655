"""``datasette audit export``: the stored events, exactly as they came, as JSON lines."""

from __future__ import annotations

import sys
from itertools import chain
from pathlib import Path

import click

from ..clock import now_ms
from .common import as_of_option, db_option, principal
from .recording import recorder


@click.command()
@db_option
@click.option("--event", metavar="TYPE", help="Only this event type, by its name or its view's.")
@click.option("--days", type=click.IntRange(1), help="Only the last days.  [default: all]")
@as_of_option
def export(db: Path, event: str | None, days: int | None, as_of_ms: int | None) -> None:
    """Print the events as JSON lines, oldest first, keys sorted, values as they came."""
    from ..events.times import FIRST_MS, LAST_MS
    from ..self_audit import Span, events_exported
    from ..sql.window import Window
    from ..store.database import open_for_reading
    from ..store.read import read_events

    first_ms, last_ms = FIRST_MS, LAST_MS if as_of_ms is None else as_of_ms
    if days is not None:
        window = Window.last_days(days, now_ms() if as_of_ms is None else as_of_ms)
        first_ms, last_ms = window.first_ms, window.last_ms
    connection = open_for_reading(db)
    try:
        # One state of the log, fixed before the event that tells of the export is in it.
        connection.execute("BEGIN")
        events = read_events(connection, event=event, first_ms=first_ms, last_ms=last_ms)
        first = next(events, None)
        span = Span(days, as_of_ms)
        exported = events_exported(principal(), event or "events", span, True, now_ms())
        recorder(db)(exported)
        for line in events if first is None else chain((first,), events):
            sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()
    finally:
        connection.close()
