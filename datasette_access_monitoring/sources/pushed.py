"""A body that was pushed over HTTP: decompressed, and split into the lines that it stands for.

Pure.  Teleport's event handler sends an event a request, Fluent Bit, Vector and Fluentd send
several: as an array, as lines, one after the other.  What a line is, is said in ``events``.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

import msgspec

from ..errors import BodyTooLarge, SourceError

ENCODINGS = ("identity", "gzip", "deflate")
"""The content encodings that are read."""

_GZIP, _ZLIB, _RAW = 31, 15, -15
_PIECE = 1024 * 1024
_lines_of_array = msgspec.json.Decoder(list[msgspec.Raw])
_one_value = msgspec.json.Decoder(msgspec.Raw)


def inflated(
    body: bytes, encoding: str, most: int, take: Callable[[int], None] = lambda _: None
) -> bytes:
    """The body as it was before it was encoded (one of ``ENCODINGS``).

    ``take`` is told of every piece that was made, by its length, and may raise to end it.  Raises
    ``BodyTooLarge`` when it gets longer than ``most`` bytes, before more of it is made, and
    ``SourceError`` when it cannot be decompressed.
    """
    if encoding == "identity":
        return body
    # "deflate" is zlib's format, but some clients send the bare stream.
    form = _GZIP if encoding == "gzip" else _ZLIB if _has_zlib_header(body) else _RAW
    parts, left = [], most
    try:
        for part in _parts(body, form):
            left -= len(part)
            if left < 0:
                raise BodyTooLarge(f"the body is longer than {most:,} bytes when decompressed")
            take(len(part))
            parts.append(part)
    except zlib.error as error:
        raise SourceError(f"the body is no {encoding}: {error}") from error
    return b"".join(parts)


def _parts(body: bytes, form: int) -> Iterator[bytes]:
    """What a body decompresses to, a piece at a time."""
    rest = body
    while rest:
        stream = zlib.decompressobj(form)
        while rest and not stream.eof:
            yield stream.decompress(rest, _PIECE)
            rest = stream.unconsumed_tail
        # What the last piece had no room for comes without more of the body.
        while not stream.eof and (more := stream.decompress(b"", _PIECE)):
            yield more
        if not stream.eof:
            raise SourceError("the body ends in the middle of what was compressed")
        # Of gzip there may be several, one after the other.
        rest = stream.unused_data if form == _GZIP else b""


def _has_zlib_header(body: bytes) -> bool:
    return len(body) > 1 and body[0] & 15 == 8 and int.from_bytes(body[:2], "big") % 31 == 0


def lines_of(body: bytes) -> list[bytes]:
    """The lines that a body stands for, blank ones left out.

    The items of a JSON array; one JSON value, which may be written over several lines; else its
    lines, be they JSON or not.
    """
    text = body.strip()
    if not text:
        return []
    if text.startswith(b"["):
        try:
            return [bytes(item) for item in _lines_of_array.decode(text)]
        except msgspec.DecodeError:
            pass  # lines may begin like an array, and what is none is kept as it came
    try:
        _one_value.decode(text)
    except msgspec.DecodeError:
        return [line for line in text.split(b"\n") if line.strip()]
    return [text]
