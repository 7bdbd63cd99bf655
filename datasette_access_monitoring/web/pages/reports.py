"""The list of reports, each with its newest run."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from ...reports.looking import history
from ...reports.model import Run
from ...resources.keeping import list_resources
from ...resources.model import Kind, SecurityReport
from ..working import path_of, reading
from .layout import page

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

    from ..api.calls import Call


async def all_(call: Call) -> Response:
    """The reports, each with its newest run."""
    reports = await reading(call.database, lambda conn: reports_and_runs(call, conn))
    return await page(call, "reports", {"reports": reports})


def reports_and_runs(
    call: Call, connection: sqlite3.Connection
) -> list[tuple[str, SecurityReport, Run | None]]:
    """Every report by name, with its newest run over any days."""
    found = []
    for kept in list_resources(connection, Kind.SECURITY_REPORT, call.fixed):
        spec, name = kept.resource.spec, kept.resource.name
        assert isinstance(spec, SecurityReport)
        newest = history(connection, path_of(call.database), name, limit=1)
        found.append((name, spec, newest[0] if newest else None))
    return found
