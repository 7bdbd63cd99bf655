"""Running reports for people on the web: in threads of their own, a few at a time.

A thread ends with the server, without being waited for; the run then counts as failed.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from ..errors import StoreError, TooManyRuns
from ..reports.model import Run
from ..reports.running import Order, run_report
from .working import path_of

if TYPE_CHECKING:
    from datasette.database import Database

MOST_RUNS = 4
"""How many reports run at a time in one server."""

_places = threading.BoundedSemaphore(MOST_RUNS)


async def begin(database: Database, order: Order) -> tuple[int, asyncio.Future[Run]]:
    """Begin a run; gives its id, and the run when it has ended.

    A run of the same report over the same time that is under way is joined.  Raises
    ``TooManyRuns``, and ``StoreError`` where the database cannot take a run.
    """
    if not database.is_mutable:
        raise StoreError(
            f"database {database.name} is served as immutable; nothing can be kept in it"
        )
    if not _places.acquire(blocking=False):
        raise TooManyRuns(f"{MOST_RUNS} reports are running; try again when one has ended")
    claimed: Future[int] = Future()
    ended: Future[Run] = Future()

    def tell(run: int) -> None:
        if not claimed.done():
            claimed.set_result(run)

    def work() -> None:
        try:
            ended.set_result(run_report(path_of(database), order, claimed=tell))
        except BaseException as error:  # whatever it is, it is told to who waits
            if not claimed.done():
                claimed.set_exception(error)
            ended.set_exception(error)
        finally:
            _places.release()

    threading.Thread(target=work, name=f"report {order.report.name}", daemon=True).start()
    waiting = asyncio.wrap_future(ended)
    # Nobody may be waiting any more; that is no reason for a warning.
    waiting.add_done_callback(lambda future: future.cancelled() or future.exception())
    return await asyncio.wrap_future(claimed), waiting
