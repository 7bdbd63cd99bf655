"""``datasette audit load --follow``: what people see of it, and how it ends.

Collecting itself is ``..collecting``, following files ``..sources.following``.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..clock import now_ms
from .common import one_line, utc_text
from .load import refuse_own_source, report

if TYPE_CHECKING:
    from ..load import LoadSummary
    from ..sources.model import Source

TELL_SECONDS = 60.0
"""How often a line says what has come, at most, where nobody watches a terminal."""
_REDRAW_SECONDS = 0.2


def run_follow(db: Path, arguments: tuple[str, ...]) -> None:
    """Follow files and folders into ``db`` until SIGINT or SIGTERM; print the summary then.

    Problems and what has come are told on stderr.  Ends with exit code 0 when it is stopped.
    """
    from ..collecting import Collector
    from ..errors import Stopped
    from ..sources.following import follow
    from ..sources.streams import STANDARD_INPUT
    from ..store.database import open_for_writing

    if STANDARD_INPUT in arguments:
        raise click.UsageError("standard input is read to its end anyway: leave --follow out")
    refuse_own_source(db, arguments)
    open_for_writing(db).close()  # what is wrong with it is said now, and ends this
    stop = threading.Event()
    told = _Told(terminal=sys.stderr.isatty())
    collector = Collector(db, stop, told)
    click.echo(
        f"Following {one_line(', '.join(arguments))} into {one_line(str(db))}; Ctrl-C ends it.",
        err=True,
    )
    with _signals_stop(stop):
        try:
            follow(arguments, collector)
        except Stopped:
            pass  # as it should end
        finally:
            collector.close()
    told.clear()
    report(told.total)


@contextmanager
def _signals_stop(stop: threading.Event) -> Iterator[None]:
    """Within, SIGINT and SIGTERM set ``stop``; the second one does what it always does."""

    def handle(number: int, frame: Any) -> None:  # noqa: ARG001
        stop.set()
        restore()  # whoever is in a hurry sends it twice

    def restore() -> None:
        for number, handler in before:
            signal.signal(number, handler)

    ending = (signal.SIGINT, signal.SIGTERM)
    before = [(number, signal.signal(number, handle)) for number in ending]
    try:
        yield
    finally:
        restore()


class _Told:
    """What is told on stderr: a line that is redrawn on a terminal, else one a minute."""

    def __init__(self, *, terminal: bool) -> None:
        from ..load import LoadSummary

        self.total = LoadSummary()
        self._terminal = terminal
        self._untold = 0
        self._told_at = 0.0
        self._under_way = ""

    def progress(self, source: Source, done: int) -> None:
        """Say which file is being read, and how far."""
        share = f" {100 * done // source.size} %" if source.size else ""
        self._under_way = f", reading {one_line(source.name)}{share}"
        self._draw(_REDRAW_SECONDS)

    def loaded(self, summary: LoadSummary) -> None:
        """Count what has come, and say so."""
        for note in summary.notes:
            self._line(f"Note: {one_line(note)}")
        self.total.read += summary.read
        self.total.written += summary.written
        self.total.seconds += summary.seconds
        self._untold += summary.read
        self._under_way = ""
        if self._terminal:
            self._draw(0.0)
        elif self._untold and time.monotonic() - self._told_at > TELL_SECONDS:
            self._line(f"{self._untold:,} read")
            self._untold, self._told_at = 0, time.monotonic()

    def problem(self, location: str, message: str | None) -> None:
        """Say what is wrong, and when it is well again."""
        if message is None:
            self._line(f"Note: {one_line(location)}: it can be read and stored again")
        else:
            self._line(f"Error: {one_line(message)}")

    def clear(self) -> None:
        """Take the line that is redrawn away."""
        if self._terminal:
            click.echo("\r\x1b[K", nl=False, err=True)

    def _line(self, text: str) -> None:
        self.clear()
        click.echo(f"{utc_text(now_ms())} {text}", err=True)

    def _draw(self, pause: float) -> None:
        if self._terminal and time.monotonic() - self._told_at >= pause:
            self._told_at = time.monotonic()
            self.clear()
            click.echo(
                f"{self.total.read:,} read, {self.total.written.new:,} new{self._under_way}",
                nl=False,
                err=True,
            )
