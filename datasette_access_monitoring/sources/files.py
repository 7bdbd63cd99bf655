"""A log file on disk as a source: plain or gzip, resumed from a checkpoint it still holds.

Opening, errors and the decision where to start live here; the two file kinds
are in ``inputs``, cutting lines in ``lines``.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import SourceError
from .inputs import GzipInput, LogFile, input_of
from .lines import Cutter, Trail
from .model import Checkpoint, Chunk


def storable(path: str) -> str:
    """Give a path as text that a database can hold, even if its bytes are no UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


@contextmanager
def explained(location: str) -> Iterator[None]:
    """Turn the operating system's errors into ``SourceError`` that say what to do."""
    try:
        yield
    except FileNotFoundError as error:
        raise SourceError(
            f"{location}: no such file or folder; check the path, or whether it was moved "
            "meanwhile (Teleport keeps its log in /var/lib/teleport/log)"
        ) from error
    except PermissionError as error:
        raise SourceError(
            f"{location}: permission denied; load it as a user who may read it "
            "(Teleport's log belongs to the user that runs Teleport, most often root)"
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise SourceError(
            f"{location}: cannot be read ({reason}); what was loaded before stays, load it again "
            "once that is mended"
        ) from error


class FileSource:
    """A regular file.  ``path`` should be real and absolute, since it names the checkpoint."""

    def __init__(self, path: str) -> None:
        self.location = storable(path)
        self.name = storable(Path(path).name)
        self.size: int | None = None
        self.waiting_bytes = 0
        self.notes: list[str] = []
        self._path = Path(path)
        with explained(self.location):
            self.size = self._path.stat().st_size

    def held(self, checkpoints: Iterable[Checkpoint]) -> Checkpoint | None:
        """Give the first checkpoint whose bytes the file still begins with, if any."""
        with self._opened() as (file, status):
            log = input_of(file, status)
            for checkpoint in checkpoints:
                if self._is_done(log, status, checkpoint) or log.wind(checkpoint) is not None:
                    return checkpoint
        return None

    def chunks(self, checkpoint: Checkpoint | None) -> Iterator[Chunk]:
        """Yield what comes after ``checkpoint``, or everything if the file does not hold it.

        An unchanged file yields nothing.  Raises ``SourceError`` if the file is
        gone, unreadable, no log, or a damaged archive.
        """
        self.waiting_bytes = 0
        self.notes = []
        with self._opened() as (file, status):
            log = input_of(file, status)
            if checkpoint is not None and self._is_done(log, status, checkpoint):
                return
            trail = self._start(log, checkpoint)
            cutter = Cutter(
                self.location,
                trail,
                file_size=status.st_size,
                modified_ns=status.st_mtime_ns,
                consumed=log.consumed,
            )
            if trail.offset and checkpoint and checkpoint.location != self.location:
                yield cutter.standing()  # known by its new name, even if nothing is new in it
            yield from cutter.chunks(log.blocks())
            if not log.can_grow:
                yield from cutter.ended()
                return
            for waiting in cutter.waiting():
                self.waiting_bytes = len(waiting.unterminated or b"")
                yield waiting

    def _start(self, log: LogFile, checkpoint: Checkpoint | None) -> Trail:
        """Decide where to read from, and note what a person would wonder about."""
        if checkpoint is None or checkpoint.offset == 0:
            return Trail()
        trail = log.wind(checkpoint)
        if trail is None:
            self.notes.append("replaced or cut off since the last load: read from its start")
            log.rewind()
            return Trail()
        if checkpoint.location != self.location:
            self.notes.append(
                f"continues {checkpoint.location}: read from line {checkpoint.lines + 1}"
            )
        return trail

    def _is_done(self, log: LogFile, status: os.stat_result, checkpoint: Checkpoint) -> bool:
        """Tell whether this archive was read to its end and not touched since.

        An archive is written once, so its size and time settle it without
        decompressing; for a plain file looking at its edges is as cheap.
        """
        return (
            isinstance(log, GzipInput)
            and checkpoint.complete
            and checkpoint.location == self.location
            and checkpoint.file_size == status.st_size
            and checkpoint.modified_ns == status.st_mtime_ns
        )

    @contextmanager
    def _opened(self) -> Iterator[tuple[io.FileIO, os.stat_result]]:
        with explained(self.location):
            if not stat.S_ISREG(self._path.stat().st_mode):
                # Said before opening, which would block on a FIFO without a writer.
                raise SourceError(f"{self.location}: not a file; name a log file or a folder")
            with self._path.open("rb", buffering=0) as file:
                yield file, os.fstat(file.fileno())
