"""The demo's logs as sources: the synthetic month and the bundled samples.

Their locations begin with ``demo:``, by which a demo database is told from one that
holds real logs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from ..events.canonical import write_json
from ..sources.model import Checkpoint, Chunk
from .generate import generate

PREFIX = "demo:"
SEED = 1
"""One seed for all: a day of the demo is then the same whenever it is made."""

CHUNK_LINES = 1_000


class DemoSource:
    """Lines made on the spot, always from the first; loading them again adds nothing."""

    def __init__(self, name: str, lines: Iterable[bytes]) -> None:
        self.name = name
        self.location = PREFIX + name
        self.size: int | None = None
        self.waiting_bytes = 0
        self.notes: list[str] = []
        self._lines = list(lines)

    def held(self, checkpoints: Iterable[Checkpoint]) -> Checkpoint | None:  # noqa: ARG002
        """None: there is no file that could have been read up to a point."""
        return None

    def chunks(self, checkpoint: Checkpoint | None) -> Iterator[Chunk]:  # noqa: ARG002
        """Yield all lines."""
        offset, seen = 0, hashlib.blake2b(digest_size=16)
        for first in range(0, len(self._lines), CHUNK_LINES):
            lines = self._lines[first : first + CHUNK_LINES]
            start = offset
            for line in lines:
                seen.update(line + b"\n")
                offset += len(line) + 1
            digest = seen.digest()
            yield Chunk(
                lines=lines,
                first_offset=start,
                first_number=first + 1,
                checkpoint=Checkpoint(
                    self.location, offset, first + len(lines), digest, digest, offset, 0
                ),
                bytes_read=offset,
            )


def demo_sources(end: datetime) -> list[DemoSource]:
    """The 30 days before ``end`` (which needs a time zone), and the published samples."""
    samples = (Path(__file__).parent / "samples.ndjson").read_bytes().splitlines()
    month = (write_json(event).encode() for event in generate(SEED, end, days=30))
    return [DemoSource("synthetic-month", month), DemoSource("samples", samples)]
