"""Look at runs: their state as it is now, their results, their history.

Nothing is written.  A run that says it is running, and whose runner is gone, is seen as failed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import NoSuchRun
from ..store.report_runs import (
    RunKey,
    StoredRun,
    read_newest_finished,
    read_newest_ready,
    read_newest_run,
    read_previous_ready,
    read_run,
    read_runs,
    read_section_counts,
    read_sections,
)
from .changes import Comparison, compare
from .liveness import is_there
from .model import Run, Section, Status, run_of, section_of
from .progress import SectionProgress, progress

NO_RUNNER = "the process that ran it ended before it was done"


def look(connection: sqlite3.Connection, db: Path | str, run: int) -> Run:
    """The run of that id as it stands now.  Raises ``NoSuchRun``."""
    row = read_run(connection, run)
    if row is None:
        raise NoSuchRun(f"there is no run {run}")
    return _seen(connection, db, row)


def newest_run(connection: sqlite3.Connection, db: Path | str, key: RunKey) -> Run:
    """The newest run of that key as it stands now.  Raises ``NoSuchRun``."""
    row = read_newest_run(connection, key)
    if row is None:
        raise NoSuchRun(f"report {key.report!r} was never run {_over(key)}")
    return _seen(connection, db, row)


def newest_result(
    connection: sqlite3.Connection, db: Path | str, key: RunKey
) -> tuple[Run, list[Section]]:
    """The newest run of that key that went through all sections, with what they found.

    Raises ``NoSuchRun`` where there is none.
    """
    row = read_newest_finished(connection, key)
    if row is None:
        raise NoSuchRun(f"report {key.report!r} has no result {_over(key)}")
    return _seen(connection, db, row), sections_of(connection, run_of(row))


def result(connection: sqlite3.Connection, db: Path | str, run: int) -> tuple[Run, list[Section]]:
    """A run with what its sections have found so far.  Raises ``NoSuchRun``."""
    seen = look(connection, db, run)
    return seen, sections_of(connection, seen)


def newest_ready(connection: sqlite3.Connection, report: str) -> Run | None:
    """The newest run of a report that is READY, over any days; ``None`` where there is none."""
    row = read_newest_ready(connection, report)
    return None if row is None else run_of(row)


def how_far(connection: sqlite3.Connection, run: Run) -> list[SectionProgress]:
    """Where each section of a run is; what they found is not read."""
    return progress(run, read_section_counts(connection, run.id))


def comparison(
    connection: sqlite3.Connection, run: Run, sections: Sequence[Section]
) -> Comparison | None:
    """What changed since the READY run of the same report and days before a run that is READY.

    ``None`` where there is none.
    """
    if run.status is not Status.READY:
        return None
    key = run.key
    row = read_previous_ready(connection, key.report, days=key.days, before_ms=run.moment_ms)
    if row is None:
        return None
    since = run_of(row)
    return Comparison(since, compare(sections_of(connection, since), sections))


def sections_of(connection: sqlite3.Connection, run: Run) -> list[Section]:
    """What the sections of a run have found so far, in order."""
    return [
        section_of(row, run.report.queries[row.position])
        for row in read_sections(connection, run.id)
    ]


def history(
    connection: sqlite3.Connection,
    db: Path | str,
    report: str,
    *,
    before: int | None = None,
    limit: int,
) -> list[Run]:
    """Runs of a report over any days, newest first, those with an id below ``before``."""
    return [
        _seen(connection, db, row)
        for row in read_runs(connection, report, before=before, limit=limit)
    ]


def _seen(connection: sqlite3.Connection, db: Path | str, row: StoredRun) -> Run:
    if Status(row.status) is not Status.RUNNING or is_there(db, row.runner):
        return run_of(row)
    # It may have ended since the row was read, and the runner has gone after that.
    row = read_run(connection, row.id) or row
    run = run_of(row)
    if run.status is Status.RUNNING:
        return replace(run, status=Status.FAILED, error=NO_RUNNER)
    return run


def _over(key: RunKey) -> str:
    when = "" if key.as_of_ms is None else " as of that moment"
    return f"over {key.days} day{'s' if key.days != 1 else ''}{when}"
