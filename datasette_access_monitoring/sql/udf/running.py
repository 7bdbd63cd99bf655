"""What a thread knows of the statement that it runs within ``collecting``."""

from __future__ import annotations

import math
import threading
import time


class Running(threading.local):
    """One thread's statement: its noted failures, and when its time is over.

    ``failures`` is ``None`` outside of ``collecting``.  ``deadline`` is as ``time.monotonic``
    counts.
    """

    failures: list[str] | None = None
    deadline: float = math.inf
    tried: bool = False  # whether a function inside of TRY has failed


running = Running()
"""The calling thread's statement."""


def time_left() -> float:
    """Seconds until the thread's statement must end; infinite where it need not."""
    return running.deadline - time.monotonic()
