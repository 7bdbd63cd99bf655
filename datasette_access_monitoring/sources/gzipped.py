"""Decompressing gzip as a stream: several members, bounded memory, damage told apart.

Knows blocks of bytes only, neither files nor lines.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The class of decompressobj() has no public name at run time.
    from zlib import _Decompress

COMPRESSED_BLOCK_BYTES = 256 << 10
"""Compressed bytes to feed at a time: an audit log shrinks about tenfold or more."""
_OUTPUT_BYTES = 4 << 20
_GZIP_WINDOW = 31  # zlib's number for "gzip header, largest window, check the sum"


class DamagedArchive(Exception):
    """The archive ends early or is corrupt; its text completes "the archive ..."."""


class Gunzip:
    """Iterates over the decompressed blocks of a gzip stream, each 4 MiB at most.

    ``consumed`` counts the compressed bytes taken in so far.  Raises
    ``DamagedArchive`` after everything that could be decompressed.
    """

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self.consumed = 0
        self._blocks = blocks

    def __iter__(self) -> Iterator[bytes]:
        """Decompress from the first block on; can be done once."""
        member: _Decompress | None = None
        for data in self._blocks:
            self.consumed += len(data)
            while data:
                if member is None:
                    data = data.lstrip(b"\0")  # padding, which tapes and some tools leave
                    if not data:
                        break
                    member = zlib.decompressobj(wbits=_GZIP_WINDOW)
                before = member.copy()
                try:
                    output = member.decompress(data, _OUTPUT_BYTES)
                except zlib.error as error:
                    yield from _salvage(before, data)
                    raise DamagedArchive(f"is corrupt ({error})") from error
                data = member.unused_data if member.eof else member.unconsumed_tail
                if member.eof:
                    member = None
                if output:
                    yield output
        if member is not None:
            yield from _finish(member)


def _finish(member: _Decompress) -> Iterator[bytes]:
    """Give what the last member still holds; its end may be among that."""
    try:
        output = member.flush()
    except zlib.error as error:
        raise DamagedArchive(f"is corrupt ({error})") from error
    if output:
        yield output
    if not member.eof:
        raise DamagedArchive("ends early")


def _salvage(member: _Decompress, data: bytes) -> Iterator[bytes]:
    """Decompress ``data`` up to the very byte at which it is corrupt.

    One call for all of it would lose its output together with the error.
    """
    outputs: list[bytes] = []
    size = 0
    for index in range(len(data)):
        try:
            output = member.decompress(data[index : index + 1])
        except zlib.error:
            break
        outputs.append(output)
        size += len(output)
        if size >= _OUTPUT_BYTES:
            yield b"".join(outputs)
            outputs, size = [], 0
    yield b"".join(outputs)
