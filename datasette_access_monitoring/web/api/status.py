"""How healthy the log is, for people's programs and for Prometheus.

Nothing here shows what is in an event, only how many there are, of which types and from where: so
it takes no right to read them, and the log is not told, however often somebody looks.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import TYPE_CHECKING

from datasette.utils.asgi import Response

from ...clock import length_ms, now_ms
from ...health.documents import status_document
from ...health.looking import Status, look, look_at_all, size_bytes
from ...health.metrics import CONTENT_TYPE, metrics_text
from ...health.model import DEFAULT_DAYS, MOST_DAYS, Limits
from ...store.state import count_events
from ..collecting import jobs
from ..working import path_of, reading
from .calls import Refused
from .responses import answer, headers

if TYPE_CHECKING:
    from .calls import Call

# Prometheus asks every few seconds, and sees each session while it is among the newest.
_SCRAPED_SESSIONS = 250


async def status(call: Call) -> Response:
    """What the database holds, its health, and what this server collects into it.

    Where the server cannot collect, all is not well, however healthy the log still is.
    """
    found = status_document(await status_of(call))
    collecting = [
        {"kind": job.name, "events": job.events, "problems": list(job.problems.values())}
        for job in jobs(call.datasette, call.database.name)
    ]
    healthy = found["healthy"] and not any(job["problems"] for job in collecting)
    own = {"healthy": healthy, "faults": None, "collecting": collecting}
    return answer(call, {**found, **own})


async def status_of(call: Call) -> Status:
    """The same, for the page.  Raises ``Refused``."""
    days, max_lag_ms = call.number("days", DEFAULT_DAYS, MOST_DAYS), max_lag_of(call)
    path = path_of(call.database)
    return await reading(
        call.database, lambda conn: look_at_all(conn, path, now_ms(), Limits(max_lag_ms, days))
    )


async def metrics(call: Call) -> Response:
    """The health of the log in Prometheus's text format."""
    path = path_of(call.database)
    failing: Counter[str] = Counter()
    for job in jobs(call.datasette, call.database.name):
        failing[job.name] += len(job.problems)

    def find(connection: sqlite3.Connection) -> str:
        events, types = count_events(connection)
        return metrics_text(
            look(connection, now_ms(), Limits(sessions=_SCRAPED_SESSIONS)),
            database=call.database.name,
            events=events,
            types=types,
            size=size_bytes(path),
            failing=failing,
        )

    text = await reading(call.database, find)
    return Response(text, headers=headers(call.datasette), content_type=CONTENT_TYPE)


def max_lag_of(call: Call) -> int:
    """How old the newest event may be, in milliseconds.  Raises ``Refused``."""
    text = call.optional_text("max_lag")
    if not text:
        return Limits().max_lag_ms
    try:
        return length_ms(text)
    except ValueError as error:
        raise Refused(400, f"max_lag: {error}") from error
