"""Running reports, their state, their results and their history."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...clock import now_ms
from ...errors import NoSuchRun
from ...reports.documents import (
    changes_document,
    progress_document,
    result_document,
    run_document,
    state_document,
)
from ...reports.looking import (
    comparison,
    history,
    how_far,
    look,
    newest_result,
    newest_run,
    result,
)
from ...reports.running import Order
from ...resources.keeping import get_resource
from ...resources.model import Kind, Resource
from ...self_audit import events_read
from ...store.report_runs import RunKey
from ..report_runs import begin
from ..working import path_of, reading, record
from .calls import DEFAULT_SIZE, MAX_SIZE, Call
from .responses import answer, page

if TYPE_CHECKING:
    import sqlite3

    from datasette.utils.asgi import Response

    from ...reports.changes import Comparison
    from ...reports.model import Run, Section
    from ...reports.progress import SectionProgress

LARGEST_ID = (1 << 63) - 1
"""The largest number that a run can have."""


async def run(call: Call, name: str) -> Response:
    """Run a report, or join the same run that is under way; ``wait`` for its end or not.

    What went wrong in a query may be in the words of an event, which takes ``read`` to see.
    """
    order = Order(await report_of(call, name), call.days, call.as_of_ms, call.principal)
    wait = call.flag("wait")
    run_id, ended = await begin(call.database, order)
    if wait:
        await ended
    seen = await reading(call.database, lambda conn: look(conn, path_of(call.database), run_id))
    if seen.started_by != call.principal.user:
        await told(call)  # the event of the run itself tells of who began it
    if not await call.may("security_report", "read"):
        seen = replace(seen, error="")
    content = {"run": run_document(seen), "state": state_document(seen)}
    return answer(call, content, 200 if wait else 202)


async def state(call: Call, name: str) -> Response:
    """The state of the newest run over so many days, or of another (``run``), and how far it is.

    It tells of no event, so the log is not told; who follows a run may ask every second.
    """
    key = await _key(call, name)
    run_id = call.number("run", 0, LARGEST_ID)
    db = path_of(call.database)

    def find(connection: sqlite3.Connection) -> tuple[Run, list[SectionProgress]]:
        seen = look(connection, db, run_id) if run_id else newest_run(connection, db, key)
        is_of(seen, name)
        return seen, how_far(connection, seen)

    seen, sections = await reading(call.database, find)
    content = {
        "run": run_document(seen),
        "state": state_document(seen),
        "sections": [progress_document(section) for section in sections],
    }
    return answer(call, content)


async def result_(call: Call, name: str) -> Response:
    """What the newest run over so many days found, or a run of the past (``run``)."""
    key = await _key(call, name)
    run_id = call.number("run", 0, LARGEST_ID)
    db = path_of(call.database)

    def find(connection: sqlite3.Connection) -> tuple[Run, list[Section], Comparison | None]:
        if run_id:
            seen, sections = result(connection, db, run_id)
        else:
            seen, sections = newest_result(connection, db, key)
        is_of(seen, name)
        return seen, sections, comparison(connection, seen, sections)

    seen, sections, changes = await reading(call.database, find)
    await told(call)
    content = {
        "run": run_document(seen),
        "result": result_document(seen, sections),
        "changes": None if changes is None else changes_document(changes, sections),
    }
    return answer(call, content)


async def runs(call: Call, name: str) -> Response:
    """The runs of a report that are kept, over any days, newest first."""
    await report_of(call, name)
    size = call.number("_size", DEFAULT_SIZE, MAX_SIZE)
    before = call.number("_next", 0, LARGEST_ID) or None
    found = await reading(
        call.database,
        lambda conn: history(conn, path_of(call.database), name, before=before, limit=size + 1),
    )
    shown = found[:size]
    more = str(shown[-1].id) if len(found) > size else None
    return page(call, "runs", [run_document(one) for one in shown], more)


async def told(call: Call) -> None:
    """Tell the log that the caller looked at what a report has found."""
    read = events_read(call.principal, call.request.full_path, True, now_ms())
    await record(call.database, read)


async def report_of(call: Call, name: str) -> Resource:
    """The report of that name.  Raises ``NoSuchResource``."""
    kept = await reading(
        call.database, lambda conn: get_resource(conn, Kind.SECURITY_REPORT, name, call.fixed)
    )
    return kept.resource


def is_of(run: Run, report: str) -> None:
    """Raise ``NoSuchRun`` for a run of another report: each is asked for by its own."""
    if run.key.report != report:
        raise NoSuchRun(f"there is no run {run.id} of report {report!r}")


async def _key(call: Call, name: str) -> RunKey:
    await report_of(call, name)
    return RunKey(name, call.days, call.as_of_ms)
