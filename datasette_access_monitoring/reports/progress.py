"""How far a run is: the state of each of its sections, without what they found.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from ..resources.model import AuditQuery
from ..store.report_runs import SectionCount
from .model import Run, Status


class SectionStatus(str, Enum):
    """The state of a section: a run's, in Teleport's words, and that its turn has not come."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    READY = "READY"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """Where a section is.  ``rows`` are those that are kept (``None``: it has not ended).

    ``truncated`` says that there were more.  A section that a run ended without has failed.
    """

    query: AuditQuery
    status: SectionStatus
    rows: int | None
    truncated: bool


def progress(run: Run, ended: Sequence[SectionCount]) -> list[SectionProgress]:
    """Where each section of a run is, in order, by the counts of those that have ended."""
    counts = {one.position: one for one in ended}
    goes_on = run.status is Status.RUNNING
    # They are asked one after the other.
    current = next((n for n in range(len(run.report.queries)) if n not in counts), None)
    found = []
    for position, query in enumerate(run.report.queries):
        count = counts.get(position)
        if count is not None:
            status = SectionStatus.FAILED if count.failed else SectionStatus.READY
            found.append(SectionProgress(query, status, count.rows, bool(count.truncated)))
            continue
        status = SectionStatus.RUNNING if position == current else SectionStatus.WAITING
        status = status if goes_on else SectionStatus.FAILED
        found.append(SectionProgress(query, status, None, False))
    return found
