"""Helpers for the tests of sources: reading one to its end as a loader would."""

from __future__ import annotations

from dataclasses import dataclass, field

from datasette_access_monitoring.sources.model import Checkpoint, Source


@dataclass
class Read:
    """What a loader has after reading a source once."""

    lines: list[bytes] = field(default_factory=list)
    positions: list[tuple[int, int]] = field(default_factory=list)
    checkpoint: Checkpoint | None = None
    unterminated: bytes | None = None
    chunks: int = 0


def read_source(
    source: Source,
    checkpoint: Checkpoint | None = None,
    *,
    take_unterminated: bool = False,
    stop_after: int | None = None,
) -> Read:
    """Read ``source``, or only its first ``stop_after`` chunks, as if killed then."""
    read = Read(checkpoint=checkpoint)
    if stop_after == 0:
        return read
    for chunk in source.chunks(checkpoint):
        read.chunks += 1
        read.lines += chunk.lines
        read.positions += [chunk.position(index) for index in range(len(chunk.lines))]
        read.checkpoint = chunk.checkpoint
        if chunk.unterminated is not None:
            read.unterminated = chunk.unterminated
            if take_unterminated:
                read.lines.append(chunk.unterminated)
                read.positions.append(chunk.position(len(chunk.lines)))
                read.checkpoint = chunk.checkpoint_with_unterminated
        if stop_after is not None and read.chunks >= stop_after:
            break
    return read
