"""JSON in and out, exactly: one decoder, one canonical form, one fingerprint.

Two events are the same when their canonical JSON is equal: keys sorted, no spaces,
``1`` and ``1.0`` equal.  Integers of any size keep every digit.  What an event is,
and which lines are none, is decided in ``decoding``.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

FINGERPRINT_BYTES = 16
"""Length of a fingerprint.  128 bits: two different events cannot be made to share one."""


class Number(float):
    """A JSON number that was written as a float.

    The JSON encoder does not know this subclass and so asks a hook how to write it:
    that is how the canonical form folds ``1.0`` into ``1`` at no cost to the events
    without floats, which are nearly all of them.
    """

    __slots__ = ()


def _read_float(text: str) -> Number:
    number = Number(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {text[:40]} is too large")
    return number


def _as_written(value: object) -> float:
    if isinstance(value, Number):
        return float(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")


def _as_canonical(value: object) -> int | float:
    number = _as_written(value)
    return int(number) if number.is_integer() else number


_decoder = msgspec.json.Decoder(float_hook=_read_float)
_encoder = msgspec.json.Encoder(enc_hook=_as_written)
_sorted_encoder = msgspec.json.Encoder(enc_hook=_as_written, order="sorted")
_canonical_encoder = msgspec.json.Encoder(enc_hook=_as_canonical, order="sorted")


def read_json(text: bytes | str) -> Any:
    """Decode JSON; floats come as ``Number``, integers of any size exactly.

    Raises ``ValueError`` (``UnicodeDecodeError`` among them) for what is no JSON, and
    ``RecursionError`` for JSON nested too deeply to hold.
    """
    return _decoder.decode(text)


def write_json(value: Any) -> str:
    """Compact JSON text with keys as they stand and numbers as they were written."""
    return _encoder.encode(value).decode()


def write_sorted_json(value: Any) -> bytes:
    """Compact JSON with sorted keys, numbers kept as they were written (``1.0`` stays)."""
    return _sorted_encoder.encode(value)


def canonical_json(value: Any) -> bytes:
    """The form in which equal events are equal bytes: sorted, compact, ``1.0`` as ``1``."""
    return _canonical_encoder.encode(value)


def fingerprint(canonical: bytes) -> bytes:
    """The 16-byte BLAKE2b of an event's canonical JSON: its identity."""
    return hashlib.blake2b(canonical, digest_size=FINGERPRINT_BYTES).digest()
