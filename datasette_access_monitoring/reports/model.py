"""What a run of a report is, and what its sections found; from storage's rows to values.

How a run comes about is said in ``running``, how it is written in ``documents`` and ``text``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec

from ..catalog.types import parse_type
from ..resources.documents import resource_of
from ..resources.model import AuditQuery, SecurityReport
from ..sql.translate import OutputColumn
from ..store.report_runs import RunKey, StoredRun, StoredSection


class Status(str, Enum):
    """The state of a run, in Teleport's words."""

    RUNNING = "RUNNING"
    READY = "READY"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a report.

    ``report`` is the report as it was then.  Times are milliseconds since 1970 UTC;
    ``moment_ms`` is what the run took as now.  ``FAILED`` is a run of which a section, or all
    of it, gave no answer; ``error`` says why.
    """

    id: int
    key: RunKey
    report: SecurityReport
    status: Status
    error: str
    moment_ms: int
    started_at_ms: int
    started_by: str
    updated_at_ms: int
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Section:
    """What one query of a run found: ``rows`` hold SQLite's values, ``error`` why there are none.

    ``truncated`` says that there were more rows than are kept.
    """

    query: AuditQuery
    columns: tuple[OutputColumn, ...]
    rows: Sequence[Sequence[Any]]
    truncated: bool
    milliseconds: float
    error: str


def run_of(row: StoredRun) -> Run:
    """The run that a row of storage is."""
    report = resource_of(f"run {row.id} of {row.report!r}", json.loads(row.document)).spec
    assert isinstance(report, SecurityReport)
    return Run(
        id=row.id,
        key=RunKey(row.report, row.days, row.as_of_ms),
        report=report,
        status=Status(row.status),
        error=row.error,
        moment_ms=row.moment_ms,
        started_at_ms=row.started_at_ms,
        started_by=row.started_by,
        updated_at_ms=row.updated_at_ms,
        milliseconds=row.milliseconds,
    )


def section_of(row: StoredSection, query: AuditQuery) -> Section:
    """The section that a row of storage is, of the query that it answers."""
    return Section(
        query=query,
        columns=tuple(
            OutputColumn(name, parse_type(kind)) for name, kind in json.loads(row.columns)
        ),
        rows=msgspec.msgpack.decode(row.rows),
        truncated=bool(row.truncated),
        milliseconds=row.milliseconds,
        error=row.error,
    )


def stored_section(run: int, position: int, section: Section) -> StoredSection:
    """The row that storage keeps of a section."""
    columns = [[column.name, str(column.type)] for column in section.columns]
    return StoredSection(
        run=run,
        position=position,
        columns=json.dumps(columns, ensure_ascii=False),
        rows=msgspec.msgpack.encode(section.rows),
        row_count=len(section.rows),
        truncated=section.truncated,
        milliseconds=section.milliseconds,
        error=section.error,
    )
