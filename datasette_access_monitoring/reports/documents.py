"""Runs as Teleport's documents: ``security_report_state`` and ReportResult.

Field names are those of api/types/secreports/secreports.go and of secreports_service.proto.
What Teleport does not have (the moment that a run took as now, errors, truncation) has keys
of its own, and those only where they say something.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..events.times import rfc3339
from ..resources.documents import query_document
from ..sql.render import value_text
from .changes import Change, Changes, Comparison, NotCompared
from .model import Run, Section
from .progress import SectionProgress


def state_document(run: Run) -> dict[str, Any]:
    """The state of a run as a resource of Teleport's kind ``security_report_state``."""
    spec: dict[str, Any] = {"status": run.status.value, "updated_at": rfc3339(run.updated_at_ms)}
    if run.key.as_of_ms is not None:
        spec["as_of"] = rfc3339(run.key.as_of_ms)
    if run.error:
        spec["error"] = run.error
    return {
        "kind": "security_report_state",
        "version": "v1",
        "metadata": {"name": f"{run.key.report}_{run.key.days}_days"},
        "spec": spec,
    }


def result_document(run: Run, sections: Sequence[Section]) -> dict[str, Any]:
    """What a run found as Teleport's ReportResult: every value a text, NULL an empty one."""
    document: dict[str, Any] = {
        "name": run.report.name,
        "description": run.report.description,
        "audit_query_results": [
            _section(run.id, position, section) for position, section in enumerate(sections)
        ],
        "updated_at": rfc3339(run.updated_at_ms),
        "total_execution_time_in_millis": round(run.milliseconds),
        "days": run.key.days,
        "as_of": rfc3339(run.moment_ms),
    }
    if run.error:
        document["error"] = run.error
    return document


def _section(run: int, position: int, section: Section) -> dict[str, Any]:
    kinds = [column.type for column in section.columns]
    document: dict[str, Any] = {
        "audit_query": query_document(section.query, section.query.name),
        "result": {
            "column_info": [{"name": c.name, "type": str(c.type)} for c in section.columns],
            "rows": [
                {"data": [value_text(k, v) or "" for k, v in zip(kinds, row, strict=True)]}
                for row in section.rows
            ],
        },
        "result_id": f"{run}-{position}",
        "execution_time_in_millis": round(section.milliseconds),
    }
    if section.truncated:
        document["truncated"] = True
    if section.error:
        document["error"] = section.error
    return document


def run_document(run: Run) -> dict[str, Any]:
    """One run in a list of runs."""
    return {
        "id": run.id,
        "report": run.key.report,
        "days": run.key.days,
        "as_of": rfc3339(run.moment_ms),
        "status": run.status.value,
        "error": run.error,
        "started_at": rfc3339(run.started_at_ms),
        "started_by": run.started_by,
        "updated_at": rfc3339(run.updated_at_ms),
        "total_execution_time_in_millis": round(run.milliseconds),
    }


def progress_document(section: SectionProgress) -> dict[str, Any]:
    """Where a section of a run is."""
    return {
        "name": section.query.name,
        "title": section.query.title,
        "status": section.status.value,
        "rows": section.rows,
        "truncated": section.truncated,
    }


def changes_document(comparison: Comparison, sections: Sequence[Section]) -> dict[str, Any]:
    """What changed since an earlier run, section by section."""
    return {
        "since": run_document(comparison.since),
        "sections": [
            {"name": section.query.name, **_section_changes(found)}
            for section, found in zip(sections, comparison.sections, strict=True)
        ],
    }


def _section_changes(found: Changes | NotCompared) -> dict[str, Any]:
    if isinstance(found, NotCompared):
        return {"not_compared": found.reason}
    return {
        "column": found.column,
        "sums": found.sums,
        "new": [_change(one) for one in found.new],
        "gone": [_change(one) for one in found.gone],
        "up": [_change(one) for one in found.up],
        "down": [_change(one) for one in found.down],
        "same": found.same,
        "rows_before": found.rows_before,
        "rows_now": found.rows_now,
    }


def _change(one: Change) -> dict[str, Any]:
    return {"who": one.who, "before": one.before, "now": one.now}
