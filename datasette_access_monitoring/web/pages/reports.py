"""The list of reports, and a report: what its newest run found, earlier ones, running it."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response

from ...charts.choosing import choices, named
from ...charts.drawing import Drawing, drawing
from ...errors import NoSuchRun
from ...events.times import rfc3339
from ...reports.looking import history, newest_run, result
from ...reports.model import Run, Section, Status
from ...reports.running import Order
from ...resources.keeping import list_resources
from ...resources.model import Kind, SecurityReport
from ...sql.window import Window
from ...store.report_runs import RunKey
from ..api.calls import MAX_DAYS
from ..api.reports import report_of, told
from ..report_runs import begin
from ..working import path_of, reading
from .cells import table
from .layout import addresses, page

if TYPE_CHECKING:
    from ..api.calls import Call

_SHOWN_ROWS = 500
_SHOWN_RUNS = 20
_LARGEST_ID = (1 << 63) - 1


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


async def one(call: Call, name: str) -> Response:
    """What the newest run over so many days found, or a run of the past (``run``)."""
    report = await report_of(call, name)
    wanted = call.number("run", 0, _LARGEST_ID)
    key = RunKey(name, call.days, call.as_of_ms)
    db = path_of(call.database)

    def find(
        connection: sqlite3.Connection,
    ) -> tuple[tuple[Run, list[Section]] | None, list[Run]]:
        runs = history(connection, db, name, limit=_SHOWN_RUNS)
        try:
            run_id = wanted or newest_run(connection, db, key).id
        except NoSuchRun:
            return None, runs
        found = result(connection, db, run_id)
        if found[0].key.report != name:
            raise NoSuchRun(f"there is no run {run_id} of report {name!r}")
        return found, runs

    found, runs = await reading(call.database, find)
    context: dict[str, Any] = {
        "name": name,
        "report": report.spec,
        "runs": runs,
        "max_days": MAX_DAYS,
        "days": key.days,
        "as_of": call.optional_text("as_of"),
    }
    if found is not None:
        run_, sections = found
        await told(call)
        at = run_.key.as_of_ms
        context |= {
            "run": run_,
            "days": run_.key.days,
            "as_of": "" if at is None else rfc3339(at),
            "drawn": True,
            "running": run_.status is Status.RUNNING,
            "sections_found": [
                (
                    section,
                    table(section.columns, section.rows, _SHOWN_ROWS, section.truncated),
                    _drawing(run_, section),
                )
                for section in sections
            ],
        }
    return await page(call, "report", context)


def _drawing(run_: Run, section: Section) -> Drawing | None:
    """The chart of a section, over all days of its run: what it asks for, or what fits best."""
    asked = section.query.chart
    choice = None if asked is None else named(section.columns, asked)
    if choice is None:
        choice = next(iter(choices(section.columns)), None)
    if choice is None:
        return None
    window = Window.last_days(run_.key.days, run_.moment_ms)
    return drawing(section.columns, section.rows, choice, window)


async def run(call: Call, name: str) -> Response:
    """Begin a run, or join the same one that is under way, and go where it is seen."""
    order = Order(await report_of(call, name), call.days, call.as_of_ms, call.principal)
    await begin(call.database, order)
    links = await addresses(call)
    as_of = call.optional_text("as_of")
    there = links.report(name, days=order.days, as_of=as_of)
    may_read = await call.may("security_report", "read")
    return Response.redirect(there if may_read else links.to("/reports"))
