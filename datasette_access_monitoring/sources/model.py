"""What a source of events is: lines in chunks, and how far they were read.

A source yields chunks of raw lines.  Each chunk carries the checkpoint that
holds once the chunk is stored, so that a store which commits both in one
transaction resumes exactly after a kill.  Nothing here reads anything, and
nothing here knows what a line means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

EDGE_BYTES = 4096
"""Bytes of each end of the consumed part that a checkpoint remembers."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a source was read.  The store keeps it as columns.

    Bytes are counted as the lines are: for a gzip archive, decompressed.
    """

    location: str
    """Absolute real path, or ``-`` for standard input.  Always storable text."""
    offset: int
    """Bytes consumed: the start of a line, or the end of an unterminated one that was taken."""
    lines: int
    """Lines consumed, so that line numbers go on after a resumption."""
    head: bytes
    """BLAKE2b-16 of the first ``min(offset, EDGE_BYTES)`` consumed."""
    tail: bytes
    """BLAKE2b-16 of the last ``min(offset, EDGE_BYTES)`` before ``offset``."""
    file_size: int
    """Size on disk when the file was opened (compressed size for gzip); 0 for a stream."""
    modified_ns: int
    """Modification time when the file was opened, in ns since the epoch; 0 for a stream."""
    complete: bool = False
    """Whether the input had ended here.  Never so for a plain file, which may always grow."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines in a row, with what is true of the source once they are stored."""

    lines: list[bytes]
    """Lines without their newline, but with a carriage return; also blank ones.  May be empty."""
    first_offset: int
    """Where the first line starts, in bytes from the start of the input."""
    first_number: int
    """Number of the first line, from 1."""
    checkpoint: Checkpoint
    """Holds once ``lines`` are stored."""
    bytes_read: int
    """Progress: bytes of the file on disk consumed so far (compressed for gzip)."""
    stripped: int = 0
    """Bytes of a byte order mark that the first line has lost."""
    unterminated: bytes | None = None
    """A last line that has no newline yet.  Take it if it is a whole event, else let it wait."""
    checkpoint_with_unterminated: Checkpoint | None = None
    """Holds once ``lines`` and ``unterminated`` are stored."""
    is_part: bool = False
    """Whether the one line is a part of a line that is too long to be given whole."""
    _starts: list[int] = field(default_factory=list, init=False, repr=False, compare=False)

    def position(self, index: int) -> tuple[int, int]:
        """Give (byte offset, line number from 1) of ``lines[index]``.

        ``len(lines)`` stands for the unterminated line.  Positions are computed
        on the first call only: a chunk without rejects never pays for them.
        """
        if not self._starts:
            start = self.first_offset
            extra = self.stripped
            for line in self.lines:
                self._starts.append(start)
                start += len(line) + 1 + extra
                extra = 0
            self._starts.append(start)
        return self._starts[index], self.first_number + index


class Source(Protocol):
    """A place that events come from.  Reading one raises ``SourceError``."""

    location: str
    """What checkpoints and rejects call it: absolute real path, or ``-``."""
    name: str
    """Short, for people."""
    size: int | None
    """Bytes on disk, for a progress bar; ``None`` when nobody knows."""
    waiting_bytes: int
    """After reading: length of an unterminated last line (whether or not it was taken)."""
    notes: list[str]
    """After reading: what a person should know, such as that the file was replaced."""

    def held(self, checkpoints: Iterable[Checkpoint]) -> Checkpoint | None:
        """Give the first checkpoint whose bytes the input still begins with, if any."""
        ...

    def chunks(self, checkpoint: Checkpoint | None) -> Iterator[Chunk]:
        """Yield what comes after ``checkpoint``, or everything if the input no longer holds it."""
        ...


def choose_checkpoint(source: Source, candidates: Iterable[Checkpoint]) -> Checkpoint | None:
    """Choose where reading ``source`` should resume, among all known checkpoints.

    The source's own checkpoint comes first.  If the file no longer holds it, a
    checkpoint of another location may fit, because logs get renamed and
    compressed: the one that saves most, from 4 KiB on.  If none fits, the source's own
    is given back all the same, so that ``chunks`` can say the file was replaced.
    Takes small reads, except for a gzip archive that starts like a candidate:
    that is decompressed up to the candidate's end.
    """
    own: Checkpoint | None = None
    others: list[Checkpoint] = []
    for candidate in candidates:
        if candidate.location == source.location:
            own = candidate if candidate.offset else None  # nothing read says nothing
        elif candidate.offset >= EDGE_BYTES:
            others.append(candidate)  # unrelated files may share less, and it saves nothing
    others.sort(key=lambda other: other.offset, reverse=True)
    return source.held([own, *others] if own else others) or own
