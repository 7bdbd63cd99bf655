"""Keeping so many days of events for as long as it runs: what has got too old goes, every day.

What goes, and how, is said in ``prune``.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from .clock import now_ms
from .errors import Stopped, StoreError
from .prune import plan, prune
from .self_audit import Principal
from .store.database import open_for_writing

LOOK_SECONDS = 600.0
"""How often is looked whether a day is over, or what could not be removed can be now."""

_CONFIGURATION = Principal(user="", via="configuration")

Tell = Callable[[str, "str | None"], None]
"""Called with the database's path and what is wrong with it, ``None`` when nothing is any more."""


def retain(path: Path, keep_days: int, stop: threading.Event, tell: Tell) -> None:
    """Remove what is older than so many days, now and when a day is over, until ``stop`` is set."""

    def check(removed: int) -> None:  # noqa: ARG001
        if stop.is_set():
            raise Stopped("stopped")

    while True:
        try:
            with closing(open_for_writing(path)) as connection:
                now = now_ms()
                prune(connection, plan(connection, keep_days, now), _CONFIGURATION, now, check)
            tell(str(path), None)
        except Stopped:
            return
        except (StoreError, sqlite3.Error) as error:
            tell(str(path), f"events that are too old could not be removed: {error}")
        if stop.wait(LOOK_SECONDS):
            return
