"""``datasette audit prune``: remove events that are older than so many days."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..clock import now_ms
from .common import as_of_option, db_option, echo_json, echo_table, format_option, principal

if TYPE_CHECKING:
    from ..prune import Plan


@click.command()
@db_option
@click.option(
    "--keep-days",
    type=click.IntRange(1, 36_500),
    required=True,
    metavar="N",
    help="Keep today and the N days before it, in UTC; remove every event before them.",
)
@as_of_option
@click.option("--dry-run", is_flag=True, help="Only show what would be removed.")
@click.option(
    "--vacuum",
    is_flag=True,
    help="Make the file smaller afterwards; takes as much free disk again, and other writers wait.",
)
@format_option("table", "json")
def prune(
    db: Path,
    keep_days: int,
    as_of_ms: int | None,
    dry_run: bool,
    vacuum: bool,
    output_format: str,
) -> None:
    """Remove events that are older than so many days; there is no way back.

    Whole days go, the oldest first, in small transactions: readers and loaders go on.  The log
    is told before anything is removed.  Rejects, saved queries, roles and report runs stay.

    Today is what the clock says, but at most the day after the newest event that a source
    brought: a clock that is wrong removes nothing.  --as-of counts from a day that you name.
    """
    from ..store.database import open_for_reading, open_for_writing

    connection = open_for_reading(db) if dry_run else open_for_writing(db)
    try:
        from .. import prune as pruning

        now = now_ms()
        if as_of_ms is None:
            planned = pruning.plan(connection, keep_days, now)
            _note_day(planned, now)
        else:
            planned = pruning.plan_as_of(connection, keep_days, as_of_ms)
        if not dry_run:
            with _progress_bar(planned) as bar:
                update = bar.update if bar else _ignore
                planned = pruning.prune(connection, planned, principal(), now, update)
            if vacuum:
                from ..store.retention import shrink

                shrink(connection)
    except KeyboardInterrupt:
        click.echo("\nStopped. What is removed is gone; prune again to go on.", err=True)
        raise SystemExit(130) from None
    finally:
        connection.close()
    if output_format == "json":
        echo_json(_document(planned, dry_run))
    else:
        _echo(planned, "would be removed" if dry_run else "removed")


def _note_day(planned: Plan, now: int) -> None:
    """Say so where days are not counted from the clock's day."""
    from ..events.times import utc_date

    if (today := utc_date(planned.as_of_ms)) != (clock := utc_date(now)):
        click.echo(
            f"Note: days are counted from {today}, the day after the newest event that a source "
            f"brought; the clock says {clock}. Name another day with --as-of",
            err=True,
        )


def _ignore(removed: int) -> None:
    """Nobody watches."""


def _progress_bar(planned: Plan) -> Any:
    if not sys.stderr.isatty():
        return nullcontext()
    return click.progressbar(length=planned.events, label="Removing", file=sys.stderr)


def _echo(planned: Plan, done: str) -> None:
    if not planned.outdated:
        click.echo(f"No events before {planned.first_kept}: nothing {done}.")
        return
    echo_table(
        ["Event type", "Days", "Events"],
        [[event, f"{days:,}", f"{events:,}"] for event, days, events in _by_type(planned)],
    )
    days = [one.event_date for one in planned.outdated]
    click.echo(f"{planned.events:,} events {done}, of {min(days)} to {max(days)}")


def _by_type(planned: Plan) -> list[tuple[str, int, int]]:
    """Event type, days, events; most events first."""
    found: dict[str, tuple[int, int]] = {}
    for one in planned.outdated:
        days, events = found.get(one.event, (0, 0))
        found[one.event] = (days + 1, events + one.events)
    rows = [(event, days, events) for event, (days, events) in found.items()]
    return sorted(rows, key=lambda row: (-row[2], row[0]))


def _document(planned: Plan, dry_run: bool) -> dict[str, Any]:
    from ..events.times import utc_date

    return {
        "as_of_day": utc_date(planned.as_of_ms),
        "first_kept_day": planned.first_kept,
        "dry_run": dry_run,
        "events": planned.events,
        "types": [
            {"event": event, "days": days, "events": events}
            for event, days, events in _by_type(planned)
        ],
    }
