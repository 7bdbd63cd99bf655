"""Run a report: claim it, ask its queries one by one, keep what they find.

Two who want the same run at the same time get one: the second waits for the first.  Each
section is committed when it is done, and the end of the run together with the event that
tells of it; a process that is killed leaves a run without a runner, which counts as failed.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ..clock import now_ms
from ..engine import Engine, Limits
from ..errors import QueryError
from ..resources.model import AuditQuery, Resource, SecurityReport
from ..self_audit import Outcome, Principal, Span, report_run
from ..sql.relation import Relation
from ..sql.translate import translate
from ..sql.window import Window
from ..store.database import open_for_writing
from ..store.report_runs import (
    RunKey,
    drop_old_runs,
    end_run,
    insert_run,
    insert_section,
    read_running,
)
from ..store.write import Writer
from .liveness import is_there, runner
from .looking import NO_RUNNER, look
from .model import Run, Section, Status, stored_section

LIMITS = Limits(rows=100_000, bytes=32 * 1024 * 1024)
"""How far a section may go: what it finds is kept, and shown on one page."""

_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Order:
    """Which report to run, over how many days that end when (``None``: now), and for whom."""

    report: Resource
    days: int
    as_of_ms: int | None
    principal: Principal

    @property
    def key(self) -> RunKey:
        """What makes another order the same."""
        return RunKey(self.report.name, self.days, self.as_of_ms)


Progress = Callable[[int, AuditQuery | None], None]
"""Called with how many sections are done, and the one that comes next."""


def run_report(
    db: Path | str,
    order: Order,
    progress: Progress | None = None,
    claimed: Callable[[int], None] | None = None,
) -> Run:
    """Run a report to its end, or wait for the end of the same run that is under way.

    ``claimed`` is told the id of the run as soon as there is one.  Raises ``StoreError`` where
    the database cannot take the results.
    """
    with runner(db) as name, closing(open_for_writing(db)) as connection:
        writer = Writer(connection)
        while True:
            claim = _claim(writer, db, order, name)
            if claimed is not None:
                claimed(claim.run)
            if claim.is_ours:
                _work(db, writer, claim, order, progress)
                return look(connection, db, claim.run)
            seen = _wait(connection, db, claim.run)
            if seen.error != NO_RUNNER:
                return seen


@dataclass(frozen=True, slots=True)
class _Claim:
    """A run, what it takes as now, and whether it is ours to do."""

    run: int
    moment_ms: int
    is_ours: bool


def _claim(writer: Writer, db: Path | str, order: Order, name: str) -> _Claim:
    """Begin the run, or find the one that is under way; one without a runner is ended first."""
    with writer.transaction() as connection:
        running = read_running(connection, order.key)
        if running is not None:
            if is_there(db, running.runner):
                return _Claim(running.id, running.moment_ms, False)
            end_run(
                connection,
                running.id,
                status=Status.FAILED.value,
                error=NO_RUNNER,
                milliseconds=running.updated_at_ms - running.started_at_ms,
                now_ms=running.updated_at_ms,
            )
        now = now_ms()
        moment = now if order.as_of_ms is None else order.as_of_ms
        run = insert_run(
            connection,
            order.key,
            moment_ms=moment,
            document=json.dumps(order.report.document, ensure_ascii=False),
            runner=name,
            started_by=order.principal.user,
            now_ms=now,
        )
        return _Claim(run, moment, True)


def _wait(connection: sqlite3.Connection, db: Path | str, run: int) -> Run:
    while (seen := look(connection, db, run)).status is Status.RUNNING:
        time.sleep(_POLL_SECONDS)
    return seen


def _work(
    db: Path | str, writer: Writer, claim: _Claim, order: Order, progress: Progress | None
) -> None:
    """Do a run that is ours; however it ends, that it has ended is stored."""
    started = time.monotonic()
    faults: list[str] = []
    rows = 0
    try:
        for position, section in enumerate(_sections(db, order, claim.moment_ms, progress)):
            row = stored_section(claim.run, position, section)
            with writer.transaction() as connection:
                insert_section(connection, row, now_ms())
            rows += len(section.rows)
            if section.error:
                faults.append(f"{section.query.name}: {section.error}")
    except BaseException as error:
        faults.append(str(error) or type(error).__name__)
        raise
    finally:
        elapsed = (time.monotonic() - started) * 1000
        outcome = Outcome(not faults, "; ".join(faults), elapsed, rows)
        _end(writer, claim.run, order, outcome)


def _end(writer: Writer, run: int, order: Order, outcome: Outcome) -> None:
    now = now_ms()
    status = Status.READY if outcome.success else Status.FAILED
    span = Span(order.days, order.as_of_ms)
    with writer.transaction() as connection:
        end_run(
            connection,
            run,
            status=status.value,
            error=outcome.error,
            milliseconds=outcome.milliseconds or 0.0,
            now_ms=now,
        )
        drop_old_runs(connection, order.report.name)
        writer.add([report_run(order.principal, order.report.name, span, outcome, now)])


def _sections(
    db: Path | str, order: Order, moment_ms: int, progress: Progress | None
) -> Iterator[Section]:
    """Each query's answer, all over the log as it was when the first was asked."""
    window = Window.last_days(order.days, moment_ms)
    assert isinstance(order.report.spec, SecurityReport)
    queries = order.report.spec.queries
    with Engine.open(db) as engine, engine.snapshot():
        relations = engine.relations()
        for position, query in enumerate(queries):
            if progress is not None:
                progress(position, query)
            yield _section(engine, relations, query, window, moment_ms)
    if progress is not None:
        progress(len(queries), None)


def _section(
    engine: Engine,
    relations: Mapping[str, Relation],
    query: AuditQuery,
    window: Window,
    moment_ms: int,
) -> Section:
    started = time.monotonic()
    try:
        translation = translate(query.query, relations)
        result = engine.run(translation, window, moment_ms, LIMITS)
    except QueryError as error:
        elapsed = (time.monotonic() - started) * 1000
        return Section(query, (), (), False, elapsed, str(error))
    return Section(query, result.columns, result.rows, result.truncated, result.milliseconds, "")
