"""The two kinds of log file on disk, plain and gzip, as seekable inputs of blocks.

Each can be wound to a checkpoint, which proves that the bytes before it are
still the same, and then gives the blocks after it.  Cutting lines is elsewhere.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from itertools import chain
from typing import TypeAlias

from .gzipped import COMPRESSED_BLOCK_BYTES, DamagedArchive, Gunzip
from .lines import BLOCK_BYTES, Trail, edge_digest
from .model import EDGE_BYTES, Checkpoint
from .refusals import is_gzip


def input_of(file: io.FileIO, status: os.stat_result) -> LogFile:
    """Tell the kind of an opened file by its first bytes, whatever its name."""
    opening = file.read(EDGE_BYTES)
    if is_gzip(opening):
        return GzipInput(file)
    return PlainInput(file, status.st_size, opening)


class PlainInput:
    """A file of lines.  Reads up to the size that it had when it was opened.

    The bound keeps a load of a log that is being written from chasing its end.
    """

    can_grow = True
    """An unterminated last line may still get its end."""

    def __init__(self, file: io.FileIO, size: int, opening: bytes) -> None:
        self._file = file
        self._size = size
        self._opening = opening
        self._place = 0

    def wind(self, checkpoint: Checkpoint) -> Trail | None:
        """Compare the two edges of the consumed part: two small reads, one of them done."""
        offset = checkpoint.offset
        edge = min(offset, EDGE_BYTES)
        head = self._opening[:edge]
        if offset > self._size or edge_digest(head) != checkpoint.head:
            return None
        self._file.seek(offset - edge)
        tail = self._file.read(edge)
        if edge_digest(tail) != checkpoint.tail:
            return None
        self._place = offset
        return Trail(offset, checkpoint.lines, head, tail)

    def rewind(self) -> None:
        """Go back to the start."""
        self._place = 0

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes from the present place on, 4 MiB at a time."""
        self._file.seek(self._place)
        while self._place < self._size:
            block = self._file.read(min(BLOCK_BYTES, self._size - self._place))
            if not block:
                return  # cut off while it was read: the next load notices
            self._place += len(block)
            yield block

    def consumed(self, offset: int) -> int:
        """Give the bytes on disk that an offset stands for: as many."""
        return offset


class GzipInput:
    """A gzip archive of lines.  Winding it forward means decompressing it again."""

    can_grow = False
    """The archive is over where it ends."""

    def __init__(self, file: io.FileIO) -> None:
        self._file = file
        self._opening: bytes | None = None
        self._gunzip: Gunzip
        self._blocks: Iterator[bytes]
        self.rewind()

    def wind(self, checkpoint: Checkpoint) -> Trail | None:
        """Decompress up to the checkpoint, unless the start already differs."""
        edge = min(checkpoint.offset, EDGE_BYTES)
        if edge_digest(self._first_bytes()[:edge]) != checkpoint.head:
            return None
        self.rewind()
        trail = Trail()
        try:
            for block in self._blocks:
                stop = min(len(block), checkpoint.offset - trail.offset)
                trail.advance(block, 0, stop, 0)
                if trail.offset == checkpoint.offset:
                    self._blocks = chain([block[stop:]], self._blocks)
                    break
        except DamagedArchive:
            return None  # damaged before the checkpoint: reading from the start says where
        if trail.offset < checkpoint.offset or edge_digest(trail.tail) != checkpoint.tail:
            return None
        trail.lines = checkpoint.lines
        return trail

    def rewind(self) -> None:
        """Go back to the start."""
        self._file.seek(0)
        self._gunzip = Gunzip(iter(lambda: self._file.read(COMPRESSED_BLOCK_BYTES), b""))
        self._blocks = iter(self._gunzip)

    def blocks(self) -> Iterator[bytes]:
        """Yield the decompressed bytes from the present place on."""
        return self._blocks

    def consumed(self, offset: int) -> int:  # noqa: ARG002
        """Give the compressed bytes taken in so far, whatever they came to."""
        return self._gunzip.consumed

    def _first_bytes(self) -> bytes:
        """Give the first decompressed bytes, as many as a checkpoint remembers; read once."""
        if self._opening is None:
            self.rewind()
            opening = b""
            try:
                while len(opening) < EDGE_BYTES:
                    opening += next(self._blocks)[:EDGE_BYTES]
            except (StopIteration, DamagedArchive):
                pass  # a short archive: what there is decides
            self._opening = opening[:EDGE_BYTES]
        return self._opening


LogFile: TypeAlias = PlainInput | GzipInput
