"""The list of reports, each with its newest run and what the newest result found most of."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...reports.looking import history, how_far, newest_ready
from ...reports.model import Run, Status
from ...reports.progress import SectionProgress
from ...resources.keeping import list_resources
from ...resources.model import Kind, SecurityReport
from ..working import path_of, reading
from .layout import page

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

    from ..api.calls import Call

_SHOWN_SECTIONS = 3


@dataclass(frozen=True, slots=True)
class Tile:
    """A report in a list.

    ``newest`` is its newest run over any days, ``ready`` the newest that is READY, ``worst`` its
    sections with the most rows; ``finding`` counts those that found something.
    """

    name: str
    report: SecurityReport
    newest: Run | None
    ready: Run | None
    worst: tuple[SectionProgress, ...]
    finding: int


async def all_(call: Call) -> Response:
    """The reports, each with its newest run."""
    found = await reading(call.database, lambda conn: tiles(call, conn))
    return await page(call, "reports", {"reports": found})


def tiles(call: Call, connection: sqlite3.Connection) -> list[Tile]:
    """Every report by name; how much its sections found is counted, and no row is read."""
    return [
        _tile(call, connection, kept.resource.name, kept.resource.spec)
        for kept in list_resources(connection, Kind.SECURITY_REPORT, call.fixed)
        if isinstance(kept.resource.spec, SecurityReport)
    ]


def _tile(call: Call, connection: sqlite3.Connection, name: str, report: SecurityReport) -> Tile:
    runs = history(connection, path_of(call.database), name, limit=1)
    newest = runs[0] if runs else None
    is_ready = newest is not None and newest.status is Status.READY
    ready = newest if is_ready else newest_ready(connection, name)
    finding = [] if ready is None else _finding(how_far(connection, ready))
    return Tile(name, report, newest, ready, tuple(finding[:_SHOWN_SECTIONS]), len(finding))


def _finding(sections: Sequence[SectionProgress]) -> list[SectionProgress]:
    """The sections that found something, most rows first."""
    return sorted((one for one in sections if one.rows), key=lambda one: -(one.rows or 0))
