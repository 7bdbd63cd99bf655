"""Standard input, FIFOs and other streams as a source: read once, never resumed.

A stream's checkpoints still are worth storing: the file that was piped in can
be recognised by them later.
"""

from __future__ import annotations

import io
import os
import selectors
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from ..errors import SourceError
from .files import explained, storable
from .gzipped import Gunzip
from .lines import BLOCK_BYTES, Cutter, Trail
from .model import Checkpoint, Chunk
from .refusals import GZIP_MAGIC, is_gzip

STANDARD_INPUT = "-"
PATIENCE_SECONDS = 0.2
"""How long to wait for more of a live stream before passing on what has come."""
_READ_BYTES = 256 << 10


class StreamSource:
    """A stream of lines, possibly gzip.  ``opened`` opens it when reading begins."""

    def __init__(
        self,
        location: str,
        name: str,
        opened: Callable[[], AbstractContextManager[io.BufferedIOBase]],
    ) -> None:
        self.location = location
        self.name = name
        self.size: int | None = None
        self.waiting_bytes = 0
        self.notes: list[str] = []
        self._opened = opened

    def held(self, checkpoints: Iterable[Checkpoint]) -> Checkpoint | None:  # noqa: ARG002
        """Give nothing: a stream cannot be looked at without consuming it."""
        return None

    def chunks(self, checkpoint: Checkpoint | None) -> Iterator[Chunk]:  # noqa: ARG002
        """Yield everything that comes, whatever the checkpoint.

        A pause of the writer ends a chunk, so that a live stream is stored as it
        comes.  Raises ``SourceError`` if this is no log or a damaged archive.
        """
        with explained(self.location), self._opened() as stream:
            blocks = _blocks(stream)
            first = next(blocks, b"")
            whole = _chained(first, blocks)
            cutter = Cutter(
                self.location, Trail(), file_size=0, modified_ns=0, consumed=lambda offset: offset
            )
            yield from cutter.chunks(Gunzip(whole) if is_gzip(first) else whole)
            yield from cutter.ended()


def standard_input(stream: io.BufferedIOBase | None = None) -> StreamSource:
    """Give standard input (or ``stream`` in its place), which stays open."""

    def opened() -> AbstractContextManager[io.BufferedIOBase]:
        chosen = stream or getattr(sys.stdin, "buffer", None)
        if not isinstance(chosen, io.BufferedIOBase):
            raise SourceError("-: there is no standard input; name a file instead")
        return nullcontext(chosen)

    return StreamSource(STANDARD_INPUT, "standard input", opened)


def stream_at(path: str) -> StreamSource:
    """Give the FIFO or device at ``path``, such as a shell's process substitution."""
    location = storable(str(Path(path).absolute()))
    return StreamSource(location, storable(path), lambda: Path(path).open("rb"))


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _blocks(stream: io.BufferedIOBase) -> Iterator[bytes]:
    """Yield what comes, 4 MiB at a time or as much as there is before the writer pauses."""
    pieces: list[bytes] = []
    size = 0
    while piece := stream.read1(_READ_BYTES):
        pieces.append(piece)
        size += len(piece)
        enough = size >= len(GZIP_MAGIC)  # to tell the kind of the input
        if size >= BLOCK_BYTES or (enough and not _more_is_ready(stream)):
            yield b"".join(pieces)
            pieces, size = [], 0
    if pieces:
        yield b"".join(pieces)


def _more_is_ready(stream: io.BufferedIOBase) -> bool:
    # Not select.select: that cannot ask about a process's thousandth file.
    with selectors.DefaultSelector() as selector:
        try:
            selector.register(stream, selectors.EVENT_READ)
            return bool(selector.select(PATIENCE_SECONDS))
        except (OSError, ValueError):
            return True  # cannot be asked (files, bytes in memory, pipes on Windows): just read on


def is_stream(status: os.stat_result) -> bool:
    """Tell whether a path stands for something that can be read but not gone back in."""
    return stat.S_ISFIFO(status.st_mode) or stat.S_ISCHR(status.st_mode)
