"""Lines of a log as rows of the database and rejects: all of loading that needs no database.

Pure.  Where lines come from is the business of ``sources``, storing them that of ``store``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .events import Event, Reject, RejectReason, decode
from .sources.model import Chunk
from .store.rows import TypeRows, rows_of


class Decoded(NamedTuple):
    """What some lines hold.

    ``rejects`` come with the place of their line among the lines; ``read`` counts the lines,
    blank ones left out.
    """

    rows: list[TypeRows]
    rejects: list[tuple[int, Reject]]
    read: int


def decoded_part(chunk: Chunk) -> Decoded:
    """What a chunk holds that is a part of a line: a reject, even where it looks like an event."""
    offset, number = chunk.position(0)
    detail = f"{len(chunk.lines[0]):,} bytes of line {number:,}, from byte {offset:,} of the log"
    return Decoded([], [(0, Reject(RejectReason.PART_OF_A_LINE, detail))], 1)


def decoded(lines: Iterable[bytes]) -> Decoded:
    """Decode lines without their newlines."""
    rejects: list[tuple[int, Reject]] = []
    rows = rows_of(_events(lines, rejects))
    return Decoded(rows, rejects, sum(len(one.rows) for one in rows) + len(rejects))


def _events(lines: Iterable[bytes], rejects: list[tuple[int, Reject]]) -> Iterator[Event]:
    """The events among the lines; what is none goes to ``rejects``."""
    for index, line in enumerate(lines):
        found = decode(line)
        if isinstance(found, Event):
            yield found
        elif found is not None:
            rejects.append((index, found))
