"""Cutting a stream of blocks into chunks of lines, and keeping track of the place.

Works on blocks of bytes from anywhere; opens nothing.  Memory is bounded by one
block and the longest line that is given whole, whatever the length of the input.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator

from ..errors import SourceError
from .gzipped import DamagedArchive
from .model import EDGE_BYTES, Checkpoint, Chunk
from .refusals import refuse_unreadable

BLOCK_BYTES = 4 << 20
"""Bytes to read at a time: what a chunk holds at most, apart from a longer line."""
CHUNK_LINES = 5_000
"""Lines in a chunk at most."""
LONGEST_LINE = 64 << 20
"""Bytes of a line that is given whole.  Teleport's own limit is 64 KiB by default."""
PART_BYTES = 16 << 20
"""Bytes in a part of a longer line."""
MOST_OF_A_LINE = 512 << 20
"""Bytes of a line in parts.  A file that goes on for longer without a newline is no log."""
_LINE_END = re.compile(rb"\r?\n")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def edge_digest(edge: bytes) -> bytes:
    """Give the 16 bytes by which a checkpoint remembers one edge of what was consumed."""
    return hashlib.blake2b(edge, digest_size=16).digest()


class Trail:
    """The place in an input and the bytes at both ends of what was consumed so far."""

    __slots__ = ("head", "lines", "offset", "tail")

    def __init__(
        self, offset: int = 0, lines: int = 0, head: bytes = b"", tail: bytes = b""
    ) -> None:
        self.offset = offset
        self.lines = lines
        self.head = head
        self.tail = tail

    def advance(self, data: bytes, start: int, stop: int, lines: int) -> None:
        """Consume ``data[start:stop]``, which holds ``lines`` lines."""
        if len(self.head) < EDGE_BYTES:
            self.head += data[start : min(stop, start + EDGE_BYTES - len(self.head))]
        self.tail = (self.tail + data[max(start, stop - EDGE_BYTES) : stop])[-EDGE_BYTES:]
        self.offset += stop - start
        self.lines += lines

    def copy(self) -> Trail:
        """Give the same place, to go on from by itself."""
        return Trail(self.offset, self.lines, self.head, self.tail)

    @property
    def within_line(self) -> bool:
        """Whether the last consumed line has not had its newline yet."""
        return self.offset > 0 and not self.tail.endswith(b"\n")


class Cutter:
    """Cuts the blocks of one input into chunks, from the place where ``trail`` stands.

    ``consumed`` gives the progress in bytes on disk for an offset in the lines.
    """

    def __init__(
        self,
        location: str,
        trail: Trail,
        *,
        file_size: int,
        modified_ns: int,
        consumed: Callable[[int], int],
    ) -> None:
        self._location = location
        self._trail = trail
        self._file_size = file_size
        self._modified_ns = modified_ns
        self._consumed = consumed
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._parted: Trail | None = None
        """Where the parts end that were given of a line; the trail stands before it."""

    def chunks(self, blocks: Iterable[bytes]) -> Iterator[Chunk]:
        """Yield all terminated lines of ``blocks``; what is left stays for the two ends below.

        A line beyond ``LONGEST_LINE`` comes in parts.  Raises ``SourceError`` for bytes that
        are no text, a line beyond ``MOST_OF_A_LINE`` and a damaged archive, after all whole
        lines before it.
        """
        fresh = True
        try:
            for block in blocks:
                if not block:
                    continue
                if fresh and self._trail.offset == 0:
                    refuse_unreadable(block, self._location)
                end = _LINE_END.match(block) if fresh and self._trail.within_line else None
                if end is not None:
                    # The line was taken before its newline was written: this makes no new line.
                    self._trail.advance(block, 0, end.end(), 0)
                    yield self.standing()
                    block = block[end.end() :]
                fresh = False
                yield from self._cut(block)
        except DamagedArchive as damage:
            raise SourceError(
                f"{self._location}: the archive {damage}, after {self._trail.offset} decompressed "
                f"bytes; its first {self._trail.lines} lines were read: get the whole file and "
                "load it again"
            ) from damage

    def waiting(self) -> Iterator[Chunk]:
        """Yield the unterminated line of an input that may grow, if there is one, as such."""
        if self._pending_bytes == 0 or self._parted is not None:
            return  # the end of a line in parts is no line
        line, stripped = self._take_pending()
        before = self._checkpoint()
        offset, number = self._trail.offset, self._trail.lines + 1
        self._trail.advance(line, 0, len(line), 1)
        yield Chunk(
            lines=[],
            first_offset=offset,
            first_number=number,
            checkpoint=before,
            bytes_read=self._progress(),
            unterminated=line[stripped:],
            checkpoint_with_unterminated=self._checkpoint(),
        )

    def ended(self) -> Iterator[Chunk]:
        """Yield the end of an input that is over: its unterminated line, or just the fact."""
        if self._parted is not None:
            yield from self._parts(b"", ended=True)
        line, stripped = self._take_pending()
        if line:
            yield self._advance([line], line, 0, len(line), stripped, complete=True)
        elif self._trail.offset:
            yield self.standing(complete=True)

    def standing(self, *, complete: bool = False) -> Chunk:
        """Give a chunk of no lines, which says where reading stands."""
        return self._advance([], b"", 0, 0, 0, complete=complete)

    def _cut(self, block: bytes) -> Iterator[Chunk]:
        newline = block.find(b"\n")
        stop = newline + 1 if newline >= 0 else len(block)
        if self._parted is not None or self._pending_bytes + stop > LONGEST_LINE:
            yield from self._parts(block[:stop], ended=newline >= 0)
            block = block[stop:]
        end = block.rfind(b"\n") + 1
        if end == 0:
            self._wait(block)
            return
        data = b"".join([*self._pending, block[:end]]) if self._pending else block[:end]
        self._pending, self._pending_bytes = [], 0
        if end < len(block):
            self._wait(block[end:])
        lines = data.split(b"\n")
        lines.pop()  # what follows the last newline: nothing
        stripped = self._mark(data)
        start = 0
        for first in range(0, len(lines), CHUNK_LINES):
            part = lines[first : first + CHUNK_LINES]
            stop = start + sum(map(len, part)) + len(part)
            yield self._advance(part, data, start, stop, stripped)
            start, stripped = stop, 0

    def _advance(
        self,
        lines: list[bytes],
        data: bytes,
        start: int,
        stop: int,
        stripped: int,
        *,
        complete: bool = False,
    ) -> Chunk:
        """Consume ``data[start:stop]`` and give it as the chunk of ``lines``."""
        if stripped:
            lines[0] = lines[0][stripped:]
        offset, number = self._trail.offset, self._trail.lines + 1
        self._trail.advance(data, start, stop, len(lines))
        return Chunk(
            lines=lines,
            first_offset=offset,
            first_number=number,
            checkpoint=self._checkpoint(complete=complete),
            bytes_read=self._progress(),
            stripped=stripped,
        )

    def _checkpoint(self, *, complete: bool = False) -> Checkpoint:
        trail = self._trail
        return Checkpoint(
            location=self._location,
            offset=trail.offset,
            lines=trail.lines,
            head=edge_digest(trail.head),
            tail=edge_digest(trail.tail),
            file_size=self._file_size,
            modified_ns=self._modified_ns,
            complete=complete,
        )

    def _progress(self) -> int:
        return self._consumed(self._trail.offset)

    def _mark(self, data: bytes) -> int:
        """Give the length of the byte order mark that ``data`` starts with."""
        at_start = self._trail.offset == 0 and data.startswith(BYTE_ORDER_MARK)
        return len(BYTE_ORDER_MARK) if at_start else 0

    def _wait(self, piece: bytes) -> None:
        self._pending.append(piece)
        self._pending_bytes += len(piece)

    def _take_pending(self) -> tuple[bytes, int]:
        line = b"".join(self._pending)
        self._pending, self._pending_bytes = [], 0
        return line, self._mark(line)

    def _parts(self, block: bytes, *, ended: bool) -> Iterator[Chunk]:
        """Yield what has come of a line beyond the limit, in parts; what is over waits.

        Only with the last part the line counts as consumed: read again from its start, it comes
        in the same parts.
        """
        reached = self._parted or self._trail.copy()
        self._parted = reached
        self._wait(block)
        if reached.offset - self._trail.offset + self._pending_bytes > MOST_OF_A_LINE:
            raise SourceError(
                f"{self._location}: line {self._trail.lines + 1}, from byte {self._trail.offset}, "
                f"is longer than {MOST_OF_A_LINE} bytes: this is no log with an event a line. What "
                "is before was read; mend or cut the file there and load it again"
            )
        if self._pending_bytes < PART_BYTES and not ended:
            return
        number = self._trail.lines + 1
        data = b"".join(self._pending)
        stop = len(data) if ended else len(data) // PART_BYTES * PART_BYTES
        self._pending, self._pending_bytes = [], 0
        if stop < len(data):
            self._wait(data[stop:])
        for start in range(0, max(stop, int(ended)), PART_BYTES):
            offset, end = reached.offset, min(start + PART_BYTES, stop)
            is_last = ended and end == stop
            reached.advance(data, start, end, int(is_last))
            if is_last:
                self._trail, self._parted = reached, None
            part = data[start:end].removesuffix(b"\n")
            yield Chunk(
                lines=[part] if part else [],
                first_offset=offset,
                first_number=number,
                checkpoint=self._checkpoint(),
                bytes_read=self._consumed(reached.offset),
                is_part=bool(part),
            )
