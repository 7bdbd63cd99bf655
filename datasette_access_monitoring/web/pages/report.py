"""A report: what its newest run found and what changed, earlier runs, running it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response

from ...errors import NoSuchRun
from ...events.times import rfc3339
from ...reports.looking import comparison, history, newest_run, result
from ...reports.model import Run, Section, Status
from ...reports.running import Order
from ...store.report_runs import RunKey
from ..api.calls import MAX_DAYS
from ..api.reports import is_of, report_of, told
from ..report_runs import begin
from ..working import path_of, reading
from .layout import addresses, page
from .report_sections import found

if TYPE_CHECKING:
    from ...reports.changes import Comparison
    from ..api.calls import Call

_SHOWN_ROWS = 500
_SHOWN_RUNS = 20
_LARGEST_ID = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class _Seen:
    """The newest runs, the one that is shown (``None``: there is none), what it found."""

    runs: list[Run]
    run: Run | None
    sections: list[Section]
    comparison: Comparison | None


async def one(call: Call, name: str) -> Response:
    """What the newest run over so many days found, or a run of the past (``run``)."""
    report = await report_of(call, name)
    wanted = call.number("run", 0, _LARGEST_ID)
    key = RunKey(name, call.days, call.as_of_ms)
    db = path_of(call.database)

    def find(connection: sqlite3.Connection) -> _Seen:
        runs = history(connection, db, name, limit=_SHOWN_RUNS)
        try:
            run_id = wanted or newest_run(connection, db, key).id
        except NoSuchRun:
            return _Seen(runs, None, [], None)
        seen, sections = result(connection, db, run_id)
        is_of(seen, name)
        return _Seen(runs, seen, sections, comparison(connection, seen, sections))

    seen = await reading(call.database, find)
    context: dict[str, Any] = {
        "name": name,
        "report": report.spec,
        "runs": seen.runs,
        "max_days": MAX_DAYS,
        "days": key.days,
        "as_of": call.optional_text("as_of"),
    }
    if seen.run is not None:
        await told(call)
        at = seen.run.key.as_of_ms
        context |= {
            "run": seen.run,
            "days": seen.run.key.days,
            "as_of": "" if at is None else rfc3339(at),
            "running": seen.run.status is Status.RUNNING,
            "comparison": seen.comparison,
            "sections_found": found(seen.run, seen.sections, seen.comparison, _SHOWN_ROWS),
        }
    return await page(call, "report", context)


async def run(call: Call, name: str) -> Response:
    """Begin a run, or join the same one that is under way, and go where it is seen."""
    order = Order(await report_of(call, name), call.days, call.as_of_ms, call.principal)
    await begin(call.database, order)
    links = await addresses(call)
    as_of = call.optional_text("as_of")
    there = links.report(name, days=order.days, as_of=as_of)
    may_read = await call.may("security_report", "read")
    return Response.redirect(there if may_read else links.to("/reports"))
