"""``datasette audit load``, and the same command for sqlite-utils.

Progress and the summary line live here; loading itself is ``..load``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .common import DatabaseFile, db_option, errors_told, one_line

if TYPE_CHECKING:
    from ..load import LoadSummary, Progress
    from ..sources.model import Source


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@db_option
@click.option(
    "--follow",
    is_flag=True,
    help="Go on with what is appended, and with new files, until it is stopped (Ctrl-C, SIGTERM).",
)
def load(sources: tuple[str, ...], db: Path, follow: bool) -> None:
    """Load audit logs: files, directories, globs, .gz, or - for standard input.

    A directory may be Teleport's own, /var/lib/teleport/log.  Loading goes on where it
    stopped: only new lines are read, an event is never stored twice, and a line that is
    no event is kept for: datasette audit rejects

    \b
    datasette audit load /var/lib/teleport/log
    datasette audit load --follow /var/lib/teleport/log
    datasette audit load 'logs/2026-11-*.log.gz'
    kubectl logs deploy/teleport-auth | datasette audit load -
    """
    if follow:
        from .follow import run_follow

        run_follow(db, sources)
    else:
        run_load(db, sources)


@click.command("load-audit-events")
@click.argument("path", type=DatabaseFile())
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
def sqlite_utils_command(path: Path, sources: tuple[str, ...]) -> None:
    """Load audit logs into the audit database PATH, as: datasette audit load --db PATH

    \b
    sqlite-utils load-audit-events audit.db /var/lib/teleport/log
    """
    with errors_told():
        run_load(path, sources)


def run_load(db: Path, arguments: tuple[str, ...]) -> None:
    """Load into ``db``, show progress on a terminal, print the summary; exit 1 on a failure."""
    from ..errors import StoreError
    from ..load import load as load_sources
    from ..sources.discover import discover
    from ..store.database import identity, open_for_writing

    sources = discover(arguments)
    refuse_own_source(db, [source.location for source in sources])
    connection = open_for_writing(db)
    file = identity(db)
    try:
        with _progress_bar(sources) as bar:
            summary = load_sources(connection, sources, _progress(sources, bar))
    except KeyboardInterrupt:
        click.echo("\nStopped. What was read is kept; load again to go on.", err=True)
        raise SystemExit(130) from None
    finally:
        connection.close()
    if identity(db) != file:
        raise StoreError(f"{db} was removed or replaced while it was loaded into; load again")
    report(summary)
    if summary.failures:
        raise SystemExit(1)


def refuse_own_source(db: Path, locations: Sequence[str]) -> None:
    """A mistyped ``--db`` must not turn the log itself into a database."""
    for path in map(Path, locations):
        if db.exists() and path.exists() and db.samefile(path):
            raise click.UsageError(f"--db names the log itself: {one_line(str(db))}")


def report(summary: LoadSummary) -> None:
    """Print what a load did: one line on stdout, whatever needs a person on stderr."""
    for note in summary.notes:
        click.echo(f"Note: {one_line(note)}", err=True)
    for name in summary.waiting:
        click.echo(f"Note: {one_line(name)}: the last line is unfinished; it waits", err=True)
    for failure in summary.failures.values():
        click.echo(f"Error: {one_line(failure)}", err=True)
    click.echo(summary_line(summary))
    if summary.written.rejected:
        click.echo("See what was rejected, and why: datasette audit rejects", err=True)


def summary_line(summary: LoadSummary) -> str:
    """The line that ends a load: read, new, duplicate, rejected, and the rate."""
    written = summary.written
    rate = summary.read / summary.seconds if summary.seconds else 0.0
    return (
        f"{summary.read:,} read, {written.new:,} new, {written.duplicate:,} duplicate, "
        f"{written.rejected:,} rejected, {rate:,.0f} events/s"
    )


def _progress_bar(sources: list[Source]) -> Any:
    if not sys.stderr.isatty():
        return nullcontext()
    sizes = [source.size for source in sources]
    known = None if None in sizes else sum(size or 0 for size in sizes)
    return click.progressbar(length=known, label="Loading", file=sys.stderr, item_show_func=_shown)


def _shown(source: Source | None) -> str | None:
    return one_line(source.name) if source is not None else None


def _progress(sources: list[Source], bar: Any) -> Progress | None:
    """Turn "so many bytes of this source" into steps of one bar over all sources."""
    if bar is None:
        return None
    starts: dict[str, int] = {}
    start = 0
    for source in sources:
        starts[source.location] = start
        start += source.size or 0
    position = 0

    def advance(source: Source, done: int) -> None:
        # Bytes that an earlier load has read count as done: the bar starts there.
        nonlocal position
        reached = starts[source.location] + done
        bar.update(max(0, reached - position), source)
        position = max(position, reached)

    return advance
