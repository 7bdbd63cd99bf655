"""``datasette audit status``: what an audit database holds, and whether it is sound."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..clock import ago, now_ms
from .common import db_option, echo_json, echo_table, format_option, one_line, utc_text


@click.command()
@db_option
@click.option("--check", is_flag=True, help="Read the whole file and check that it is sound.")
@format_option("table", "json")
def status(db: Path, check: bool, output_format: str) -> None:
    """Show events, types, sources, rejects, size; with --check, that nothing is damaged.

    Ends with exit code 1 when the check finds a fault.
    """
    found = _collect(db, check)
    if output_format == "json":
        echo_json(found)
    else:
        _echo(db, found)
    if found["faults"]:
        raise SystemExit(1)


def _collect(db: Path, check: bool) -> dict[str, Any]:
    from ..store.database import open_for_reading
    from ..store.state import check_integrity, count_rejects, read_source_states, read_type_states

    connection = open_for_reading(db)
    try:
        types = read_type_states(connection)
        sources = read_source_states(connection)
        reasons = count_rejects(connection)
        faults = check_integrity(connection) if check else None
    finally:
        connection.close()
    now = now_ms()
    # How far behind the log is, its sources say: what people do here is an event at once.
    delivered = [state.last_event_ms for state in sources if state.last_event_ms is not None]
    newest = max(delivered, default=None)
    return {
        "database": str(db),
        "size_bytes": sum(part.stat().st_size for part in (db, Path(f"{db}-wal")) if part.exists()),
        "events": sum(state.events for state in types),
        "oldest_event": _time(min((state.first_ms for state in types), default=None)),
        "newest_event": _time(max((state.last_ms for state in types), default=None)),
        "newest_from_sources": _time(newest),
        "lag_seconds": None if newest is None else (now - newest) // 1000,
        "rejects": reasons,
        "types": [
            {
                "event": state.event,
                "view": state.view,
                "documented": state.documented,
                "events": state.events,
                "newest_event": _time(state.last_ms),
            }
            for state in types
        ],
        "sources": [
            {
                "location": state.location,
                "lines": state.lines,
                "events": state.events,
                "duplicates": state.duplicates,
                "rejects": state.rejects,
                "newest_event": _time(state.last_event_ms),
                "lag_seconds": None
                if state.last_event_ms is None
                else (now - state.last_event_ms) // 1000,
                "read_at": state.read_at,
            }
            for state in sources
        ],
        "faults": faults,
    }


def _time(time_ms: int | None) -> str | None:
    return None if time_ms is None else utc_text(time_ms)


def _echo(db: Path, found: dict[str, Any]) -> None:
    types = found["types"]
    documented = sum(state["documented"] for state in types)
    rejected = sum(found["rejects"].values())
    click.echo(f"Database   {one_line(str(db))}, {found['size_bytes'] / 1_000_000:,.1f} MB")
    click.echo(f"Events     {found['events']:,} of {len(types):,} types ({documented} documented)")
    if types:
        click.echo(f"From       {found['oldest_event']}")
        click.echo(f"To         {found['newest_event']}")
    if found["lag_seconds"] is not None:
        click.echo(f"Delivered  {found['newest_from_sources']} ({ago(found['lag_seconds'])})")
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in found["rejects"].items())
    click.echo(f"Rejects    {rejected:,}" + (f" ({reasons})" if reasons else ""))
    click.echo(f"Integrity  {_verdict(found['faults'])}")
    click.echo()
    echo_table(
        ["Source", "Lines", "Events", "Duplicates", "Rejects", "Newest event", "Read"],
        [
            [
                state["location"],
                f"{state['lines']:,}",
                f"{state['events']:,}",
                f"{state['duplicates']:,}",
                f"{state['rejects']:,}",
                state["newest_event"] or "",
                state["read_at"],
            ]
            for state in found["sources"]
        ],
    )
    click.echo()
    echo_table(
        ["Event type", "View", "Events", "Newest event"],
        [
            [state["event"], state["view"] or "", f"{state['events']:,}", state["newest_event"]]
            for state in types
        ],
    )


def _verdict(faults: list[str] | None) -> str:
    if faults is None:
        return "not checked (see --check)"
    return "sound" if not faults else one_line("; ".join(faults))
