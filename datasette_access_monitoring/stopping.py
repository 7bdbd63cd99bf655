"""Work that another thread may stop: whoever wants it stopped says so once.

It may be said before the work begins, and after it has ended, when it means nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stop:
    """One piece of work's way of being stopped."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = False
        self._end: Callable[[], None] | None = None

    def want(self) -> None:
        """Have the work stopped; from any thread."""
        with self._lock:
            self._wanted = True
            if self._end is not None:
                self._end()

    @contextmanager
    def calling(self, end: Callable[[], None]) -> Iterator[None]:
        """Within, ``end`` is called once a stop is wanted, in the thread of whoever wants it.

        At once, if it was wanted before.  Afterwards it is not called any more.
        """
        with self._lock:
            self._end = end
            if self._wanted:
                end()
        try:
            yield
        finally:
            with self._lock:
                self._end = None
