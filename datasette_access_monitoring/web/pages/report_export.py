"""A run of a report as one HTML file that is read without a server or a network."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from typing import TYPE_CHECKING, Any

import jinja2
from datasette.utils.asgi import Response

from ...clock import now_ms
from ...events.times import rfc3339
from ...reports.looking import comparison, newest_result, result
from ...reports.model import Run, Section, Status
from ...self_audit import Span, events_exported
from ...store.report_runs import RunKey
from ...visible import visible, visible_lines
from ..api.calls import Refused
from ..api.reports import LARGEST_ID, is_of, report_of
from ..working import path_of, reading, record
from .chart_scripts import PACKAGE, inline_scripts
from .report_sections import found

if TYPE_CHECKING:
    from ...reports.changes import Comparison
    from ..api.calls import Call

MOST_ROWS = 10_000
"""How many rows of a section are in the file; browsers get slow with more."""

_LONGEST_NAME = 100
_WORDS = {"rfc3339": rfc3339, "visible": visible, "visible_lines": visible_lines}


async def export(call: Call, name: str) -> Response:
    """The file of the newest result over so many days, or of another run (``run``)."""
    await report_of(call, name)
    key = RunKey(name, call.days, call.as_of_ms)
    wanted = call.number("run", 0, LARGEST_ID)
    db = path_of(call.database)

    def find(connection: sqlite3.Connection) -> tuple[Run, list[Section], Comparison | None]:
        run, sections = (
            result(connection, db, wanted) if wanted else newest_result(connection, db, key)
        )
        is_of(run, name)
        return run, sections, comparison(connection, run, sections)

    run, sections, changes = await reading(call.database, find)
    if run.status is Status.RUNNING:
        raise Refused(409, f"run {run.id} of report {name!r} goes on; export it when it has ended")
    now = now_ms()
    context = {
        "database": call.database.name,
        "title": run.report.title or name,
        "run": run,
        "comparison": changes,
        "exported_at_ms": now,
        "exported_by": call.principal.user,
        "scripts": inline_scripts(),
    }
    # Long tables take a second or two: other requests need not wait for them.
    text = await asyncio.to_thread(_text, context, sections, changes)
    span = Span(run.key.days, run.moment_ms)
    told = events_exported(call.principal, call.request.full_path, span, True, now)
    await record(call.database, told)
    return Response(
        text,
        headers={
            "content-disposition": f'attachment; filename="{file_name(run)}"',
            "x-content-type-options": "nosniff",
        },
        content_type="text/html; charset=utf-8",
    )


def file_name(run: Run) -> str:
    """The report, its days, and the day that they end at; letters that every system takes."""
    report = re.sub(r"[^A-Za-z0-9_-]+", "-", run.key.report)[:_LONGEST_NAME].strip("-")
    return f"{report or 'report'}-{run.key.days}-days-{rfc3339(run.moment_ms)[:10]}.html"


def _text(context: dict[str, Any], sections: list[Section], changes: Comparison | None) -> str:
    # Not Datasette's environment: its pages' frame would be loaded from the server.
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(PACKAGE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    template = environment.get_template("access_monitoring_report_export.html")
    shown = found(context["run"], sections, changes, MOST_ROWS)
    return template.render(context, sections_found=shown, **_WORDS)
