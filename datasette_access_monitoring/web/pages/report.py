"""A report: what its newest run found and what changed, earlier runs, running it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response

from ...errors import NoSuchRun
from ...events.times import rfc3339
from ...reports.looking import comparison, history, how_far, look, newest_run, sections_of
from ...reports.model import Run, Section, Status
from ...reports.running import Order
from ...store.report_runs import RunKey
from ..api.calls import MAX_DAYS
from ..api.reports import LARGEST_ID, is_of, report_of, told
from ..report_runs import begin
from ..working import path_of, reading
from .layout import addresses, page
from .report_sections import found

if TYPE_CHECKING:
    from ...reports.changes import Comparison
    from ...reports.progress import SectionProgress
    from ..api.calls import Call

_SHOWN_ROWS = 500
_SHOWN_RUNS = 20
_SHOWN_DAYS = (1, 7, 30, 90)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The newest runs, and the one that is shown, if there is one.

    ``progress`` says how far it is, of one that goes on; what it found is then in ``sections``
    only where that was asked for (``None``: it was not).
    """

    runs: list[Run]
    run: Run | None = None
    progress: list[SectionProgress] | None = None
    sections: list[Section] | None = None
    comparison: Comparison | None = None


async def one(call: Call, name: str) -> Response:
    """What the newest run over so many days found, or another run (``run``).

    Of one that goes on there is how far it is, again and again, and that tells of no event; what
    it found ``so_far`` is shown when it is asked for.
    """
    report = await report_of(call, name)
    wanted = call.number("run", 0, LARGEST_ID)
    so_far = call.flag("so_far")
    key = RunKey(name, call.days, call.as_of_ms)
    db = path_of(call.database)

    def find(connection: sqlite3.Connection) -> _Seen:
        runs = history(connection, db, name, limit=_SHOWN_RUNS)
        try:
            shown = look(connection, db, wanted) if wanted else newest_run(connection, db, key)
        except NoSuchRun:
            if wanted:
                raise
            return _Seen(runs)
        is_of(shown, name)
        goes_on = shown.status is Status.RUNNING
        progress = how_far(connection, shown) if goes_on else None
        if goes_on and not so_far:
            return _Seen(runs, shown, progress)
        sections = sections_of(connection, shown)
        return _Seen(runs, shown, progress, sections, comparison(connection, shown, sections))

    seen = await reading(call.database, find)
    context: dict[str, Any] = {
        "name": name,
        "report": report.spec,
        "runs": seen.runs,
        "max_days": MAX_DAYS,
        "most_runs": _SHOWN_RUNS,
        "shown_days": _SHOWN_DAYS,
        "days": key.days,
        "as_of": call.optional_text("as_of"),
    }
    if seen.run is not None:
        if seen.sections is not None:
            await told(call)
        at = seen.run.key.as_of_ms
        context |= {
            "run": seen.run,
            "days": seen.run.key.days,
            "as_of": "" if at is None else rfc3339(at),
            "progress": seen.progress,
            "comparison": seen.comparison,
            "is_found": seen.sections is not None,
            "sections_found": found(seen.run, seen.sections or [], seen.comparison, _SHOWN_ROWS),
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
