"""The tables of report runs and of what their sections found.

Here a report is its document as text, and a section's rows are bytes; what they mean is the
business of ``reports``.  Everything that writes runs in the caller's transaction.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

KEPT_RUNS = 100
"""How many runs of a report are kept; older ones go when a run ends."""

_RUN = (
    '"id", "report", "days", "as_of_ms", "moment_ms", "status", "error", "document", "runner",\n'
    '  "started_at_ms", "started_by", "updated_at_ms", "milliseconds"'
)
# ``IS`` also finds NULL, which stands for a run as of now.
_OF_KEY = '"report" = :report AND "days" = :days AND "as_of_ms" IS :as_of_ms'


@dataclass(frozen=True, slots=True)
class RunKey:
    """What makes two runs the same: the report, its days, and the moment they end at.

    ``as_of_ms`` is in milliseconds since 1970 UTC; ``None`` is whenever it runs.
    """

    report: str
    days: int
    as_of_ms: int | None


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One run.  ``moment_ms`` is what it took as now; ``runner`` names the process at work."""

    id: int
    report: str
    days: int
    as_of_ms: int | None
    moment_ms: int
    status: str
    error: str
    document: str
    runner: str
    started_at_ms: int
    started_by: str
    updated_at_ms: int
    milliseconds: float


@dataclass(frozen=True, slots=True)
class StoredSection:
    """What one query of a run found: column names and types as JSON, rows as bytes."""

    run: int
    position: int
    columns: str
    rows: bytes
    row_count: int
    truncated: int
    milliseconds: float
    error: str


@dataclass(frozen=True, slots=True)
class SectionCount:
    """How many rows a section has kept, whether there were more, and whether it failed."""

    position: int
    rows: int
    truncated: int
    failed: int


def read_run(connection: sqlite3.Connection, run: int) -> StoredRun | None:
    """The run of that id, ``None`` where there is none."""
    return _one(connection, f'SELECT {_RUN} FROM "_report_runs" WHERE "id" = :id', {"id": run})


def read_newest_run(connection: sqlite3.Connection, key: RunKey) -> StoredRun | None:
    """The run of that key that was started last."""
    sql = f'SELECT {_RUN} FROM "_report_runs" WHERE {_OF_KEY} ORDER BY "id" DESC LIMIT 1'
    return _one(connection, sql, _parameters(key))


def read_running(connection: sqlite3.Connection, key: RunKey) -> StoredRun | None:
    """The run of that key that is under way, or was when its process ended."""
    sql = f'SELECT {_RUN} FROM "_report_runs" WHERE {_OF_KEY} AND "status" = \'RUNNING\''
    return _one(connection, sql, _parameters(key))


def read_newest_finished(connection: sqlite3.Connection, key: RunKey) -> StoredRun | None:
    """The newest run of that key that went through all of its sections."""
    sql = (
        f'SELECT {_RUN} FROM "_report_runs" WHERE {_OF_KEY} AND "status" <> \'RUNNING\'\n'
        'AND (SELECT count(*) FROM "_report_sections" WHERE "run" = "_report_runs"."id")\n'
        "  = json_array_length(\"document\", '$.spec.audit_queries')\n"
        'ORDER BY "id" DESC LIMIT 1'
    )
    return _one(connection, sql, _parameters(key))


def read_previous_ready(
    connection: sqlite3.Connection, report: str, *, days: int, before_ms: int
) -> StoredRun | None:
    """The READY run over so many days whose moment is the last before that one."""
    sql = (
        f'SELECT {_RUN} FROM "_report_runs"\n'
        'WHERE "report" = :report AND "days" = :days AND "status" = \'READY\'\n'
        '  AND "moment_ms" < :before_ms\n'
        'ORDER BY "moment_ms" DESC, "id" DESC LIMIT 1'
    )
    return _one(connection, sql, {"report": report, "days": days, "before_ms": before_ms})


def read_newest_ready(connection: sqlite3.Connection, report: str) -> StoredRun | None:
    """The READY run of a report that was started last, over any days."""
    sql = (
        f'SELECT {_RUN} FROM "_report_runs"\n'
        'WHERE "report" = :report AND "status" = \'READY\' ORDER BY "id" DESC LIMIT 1'
    )
    return _one(connection, sql, {"report": report})


def read_runs(
    connection: sqlite3.Connection, report: str, *, before: int | None = None, limit: int
) -> list[StoredRun]:
    """Runs of a report, newest first, those with an id below ``before`` if that is given."""
    rows = connection.execute(
        f'SELECT {_RUN} FROM "_report_runs"\n'
        'WHERE "report" = :report AND (:before IS NULL OR "id" < :before)\n'
        'ORDER BY "id" DESC LIMIT :limit',
        {"report": report, "before": before, "limit": limit},
    )
    return [StoredRun(*row) for row in rows]


def read_sections(connection: sqlite3.Connection, run: int) -> list[StoredSection]:
    """The sections of a run that are done, in order."""
    rows = connection.execute(
        'SELECT "run", "position", "columns", "rows", "row_count", "truncated", "milliseconds",\n'
        '  "error" FROM "_report_sections" WHERE "run" = ? ORDER BY "position"',
        (run,),
    )
    return [StoredSection(*row) for row in rows]


def read_section_counts(connection: sqlite3.Connection, run: int) -> list[SectionCount]:
    """The counts of the sections of a run that are done, in order; their rows are not read."""
    rows = connection.execute(
        'SELECT "position", "row_count", "truncated", "error" <> \'\' FROM "_report_sections"\n'
        'WHERE "run" = ? ORDER BY "position"',
        (run,),
    )
    return [SectionCount(*row) for row in rows]


def insert_run(
    connection: sqlite3.Connection,
    key: RunKey,
    *,
    moment_ms: int,
    document: str,
    runner: str,
    started_by: str,
    now_ms: int,
) -> int:
    """Begin a run; gives its id.  Raises ``sqlite3.IntegrityError`` where one is under way."""
    cursor = connection.execute(
        'INSERT INTO "_report_runs" ("report", "days", "as_of_ms", "moment_ms", "status",\n'
        '  "document", "runner", "started_at_ms", "started_by", "updated_at_ms")\n'
        "VALUES (:report, :days, :as_of_ms, :moment_ms, 'RUNNING', :document, :runner,\n"
        "  :now_ms, :started_by, :now_ms)",
        {
            **_parameters(key),
            "moment_ms": moment_ms,
            "document": document,
            "runner": runner,
            "started_by": started_by,
            "now_ms": now_ms,
        },
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def insert_section(connection: sqlite3.Connection, section: StoredSection, now_ms: int) -> None:
    """Store what a section found; its run was at work at this moment."""
    connection.execute(
        'INSERT INTO "_report_sections" ("run", "position", "columns", "rows", "row_count",\n'
        '  "truncated", "milliseconds", "error") VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        (
            section.run,
            section.position,
            section.columns,
            section.rows,
            section.row_count,
            section.truncated,
            section.milliseconds,
            section.error,
        ),
    )
    connection.execute(
        'UPDATE "_report_runs" SET "updated_at_ms" = ? WHERE "id" = ?', (now_ms, section.run)
    )


def end_run(
    connection: sqlite3.Connection,
    run: int,
    *,
    status: str,
    error: str,
    milliseconds: float,
    now_ms: int,
) -> None:
    """A run has ended."""
    connection.execute(
        'UPDATE "_report_runs" SET "status" = ?, "error" = ?, "milliseconds" = ?,\n'
        '  "updated_at_ms" = ? WHERE "id" = ?',
        (status, error, milliseconds, now_ms, run),
    )


def drop_old_runs(connection: sqlite3.Connection, report: str) -> None:
    """Delete all but the newest ``KEPT_RUNS`` runs of a report."""
    old = (
        'SELECT "id" FROM "_report_runs" WHERE "report" = :report AND "status" <> \'RUNNING\'\n'
        'ORDER BY "id" DESC LIMIT -1 OFFSET :kept'
    )
    values = {"report": report, "kept": KEPT_RUNS}
    connection.execute(f'DELETE FROM "_report_sections" WHERE "run" IN ({old})', values)
    connection.execute(f'DELETE FROM "_report_runs" WHERE "id" IN ({old})', values)


def _parameters(key: RunKey) -> dict[str, Any]:
    return {"report": key.report, "days": key.days, "as_of_ms": key.as_of_ms}


def _one(connection: sqlite3.Connection, sql: str, values: dict[str, Any]) -> StoredRun | None:
    row = connection.execute(sql, values).fetchone()
    return None if row is None else StoredRun(*row)
