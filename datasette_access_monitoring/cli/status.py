"""``datasette audit status``: what an audit database holds, and how healthy it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..clock import ago, length_ms, now_ms
from .common import db_option, echo_json, echo_table, format_option, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..health.looking import Status
    from ..health.model import Problem

_KINDS = ("lag", "gap", "rejects", "sessions", "clock")


class Length(click.ParamType[int]):
    """A length of time in milliseconds: ``90s``, ``15m``, ``1h``, ``2d``."""

    name = "length"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the text of an option."""
        if isinstance(value, int):
            return value
        try:
            return length_ms(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@db_option
@click.option("--check", is_flag=True, help="Read the whole file and check that it is sound.")
@click.option("--fail", is_flag=True, help="End with exit code 1 when there is a problem.")
@click.option(
    "--max-lag",
    "max_lag_ms",
    type=Length(),
    default="1d",
    show_default=True,
    metavar="LENGTH",
    help="How old the newest event may be: 90s, 15m, 1h, 2d.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 3_650),
    default=7,
    show_default=True,
    help="How many days before today to look at for problems.",
)
@click.option(
    "--ignore",
    "ignored",
    type=click.Choice(_KINDS),
    multiple=True,
    help="Leave out problems of a kind.  May be given several times.",
)
@format_option("table", "json", "problems")
def status(
    db: Path,
    check: bool,
    fail: bool,
    max_lag_ms: int,
    days: int,
    ignored: tuple[str, ...],
    output_format: str,
) -> None:
    """Show what the database holds, and whether the log is fresh and whole.

    Problems are: events that stopped coming (lag), days without events from a source that had
    some (gap), lines that are no events (rejects), sessions without an end (sessions), events
    from the future (clock).  With --format problems only these are printed, one a line.

    Exit codes: 0 fine; 1 with --fail, a problem was found; 1 with --check, the file is damaged; 1
    also when the database cannot be read; 2 wrong use.
    """
    found, problems, faults = _look(db, check, max_lag_ms, days, ignored)
    if output_format == "json":
        echo_json(_document(db, found, problems, faults))
    elif output_format == "problems":
        for problem in problems:
            click.echo(_line(problem))
        for fault in faults or []:
            click.echo(f"damage: {one_line(fault)}")
    else:
        _echo(db, found, problems, faults)
    if faults or (fail and problems):
        raise SystemExit(1)


def _look(
    db: Path, check: bool, max_lag_ms: int, days: int, ignored: tuple[str, ...]
) -> tuple[Status, list[Problem], list[str] | None]:
    from ..health.looking import look_at_all
    from ..health.model import Limits
    from ..store.database import open_for_reading
    from ..store.state import check_integrity

    connection = open_for_reading(db)
    try:
        found = look_at_all(connection, db, now_ms(), Limits(max_lag_ms, days))
        faults = check_integrity(connection) if check else None
    finally:
        connection.close()
    return found, [one for one in found.health.problems if one.kind.value not in ignored], faults


def _document(
    db: Path, found: Status, problems: Sequence[Problem], faults: list[str] | None
) -> dict[str, Any]:
    from ..health.documents import problem_document, status_document

    return {
        "database": str(db),
        **status_document(found),
        "healthy": not problems,
        "problems": [problem_document(one) for one in problems],
        "faults": faults,
    }


def _line(problem: Problem) -> str:
    where = "" if problem.origin is None else f" {problem.origin}:"
    return one_line(f"{problem.kind.value}:{where} {problem.message}. What to do: {problem.advice}")


def _echo(db: Path, found: Status, problems: Sequence[Problem], faults: list[str] | None) -> None:
    documented = sum(one.documented for one in found.types)
    click.echo(f"Database   {one_line(str(db))}, {found.size_bytes / 1_000_000:,.1f} MB")
    click.echo(
        f"Events     {found.events:,} of {len(found.types):,} types ({documented} documented)"
    )
    if found.types:
        click.echo(f"From       {_time(found.oldest_ms)}")
        click.echo(f"To         {_time(found.newest_ms)}")
    facts = found.health.facts
    if facts.newest_ms is not None:
        lag = ago((facts.now_ms - facts.newest_ms) // 1000)
        click.echo(f"Delivered  {_time(facts.newest_ms)} ({lag})")
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in found.rejects.items())
    rejected = sum(found.rejects.values())
    click.echo(f"Rejects    {rejected:,}" + (f" ({reasons})" if reasons else ""))
    click.echo(f"Integrity  {_verdict(faults)}")
    click.echo(f"Problems   {len(problems) or 'none'}")
    for problem in problems:
        click.echo(f"  {_line(problem)}")
    click.echo()
    _echo_origins(found)
    click.echo()
    _echo_sources(found)
    click.echo()
    echo_table(
        ["Event type", "View", "Events", "Newest event"],
        [[one.event, one.view or "", f"{one.events:,}", _time(one.last_ms)] for one in found.types],
    )


def _echo_origins(found: Status) -> None:
    from ..health.expecting import events_per_day

    health = found.health
    now = health.facts.now_ms
    rates = [events_per_day(one, now, health.limits.days) for one in health.facts.origins]
    echo_table(
        ["Origin", "State", "Newest event", "Events a day", "Today", "Gaps", "Rejects"],
        [
            [
                one.name,
                state.value,
                _time(one.newest_ms),
                "" if rate is None else f"{rate:,.0f}",
                f"{one.days.get(now // 86_400_000, 0):,}",
                f"{sum(gap.days for gap in health.gaps if gap.origin == one.name):,}",
                f"{sum(one.rejects.values()):,}",
            ]
            for one, state, rate in zip(health.facts.origins, health.states, rates, strict=True)
        ],
    )


def _echo_sources(found: Status) -> None:
    echo_table(
        ["Source", "Lines", "Events", "Duplicates", "Rejects", "Newest event", "Read"],
        [
            [
                one.location,
                f"{one.lines:,}",
                f"{one.events:,}",
                f"{one.duplicates:,}",
                f"{one.rejects:,}",
                _time(one.last_event_ms),
                one.read_at,
            ]
            for one in found.sources
        ],
    )


def _time(time_ms: int | None) -> str:
    from .common import utc_text

    return "" if time_ms is None else utc_text(time_ms)


def _verdict(faults: list[str] | None) -> str:
    if faults is None:
        return "not checked (see --check)"
    return "sound" if not faults else one_line("; ".join(faults))
