"""SQLite functions over bytes: hashes, their texts, and numbers as bytes.

What is no valid text of bytes is a ``ValueError``, by the rules of the Java classes that
Trino's ``VarbinaryFunctions`` and ``HmacFunctions`` call.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import re
import struct
import zlib
from collections.abc import Callable
from typing import Any

from ..rules.times import NotSupportedValue
from .text import bounded, short

Octets = str | bytes


def _ascii(text: Octets) -> str:
    """An encoded text that was given as text or as its bytes; other bytes stay what they are."""
    return text if isinstance(text, str) else text.decode("latin-1")


def from_hex(text: Octets) -> bytes:
    """The bytes of hexadecimal digits."""
    size = len(text.encode()) if isinstance(text, str) else len(text)
    if size % 2:
        raise ValueError(f"invalid input length {size}")
    digits = _ascii(text)
    wrong = re.search(r"[^0-9A-Fa-f]", digits)
    if wrong is not None:
        raise ValueError(f'not a hexadecimal digit: "{wrong[0]}" = {ord(wrong[0])}')
    return bytes.fromhex(digits)


_BASE64 = re.compile(r"(?:[0-9A-Za-z+/]{4})*(?:[0-9A-Za-z+/]{2}(?:==)?|[0-9A-Za-z+/]{3}=?)?")


def from_base64(text: Octets) -> bytes:
    """The bytes of base64 text; the padding may be missing, but not half of it."""
    digits = _ascii(text)
    if _BASE64.fullmatch(digits) is None:
        raise ValueError("Illegal base64 text: a wrong character, or a wrong ending")
    return base64.b64decode(digits.rstrip("=") + "=" * (-len(digits.rstrip("=")) % 4))


def from_base64url(text: Octets) -> bytes:
    """The bytes of base64 text with ``-`` and ``_``."""
    digits = _ascii(text)
    if "+" in digits or "/" in digits:
        raise ValueError("Illegal base64 character: + and / are written - and _")
    return from_base64(digits.replace("-", "+").replace("_", "/"))


def from_base32(text: Octets) -> bytes:
    """The bytes of base32 text in upper case; the padding may be missing."""
    digits = _ascii(text).rstrip("=")
    wrong = re.search(r"[^A-Z2-7]", digits)
    if len(digits) % 8 in (1, 3, 6):
        raise ValueError(f"Invalid input length {len(digits)}")
    if wrong is not None:
        raise ValueError(f"Unrecognized character: {wrong[0]}")
    return base64.b32decode(digits + "=" * (-len(digits) % 8))


_UTF8 = re.compile(
    rb"[\x00-\x7f]+|[\xc0-\xdf][\x80-\xbf]?|[\xe0-\xef][\x80-\xbf]{0,2}|[\xf0-\xf7][\x80-\xbf]{0,3}"
    rb"|[\xf8-\xfb][\x80-\xbf]{0,4}|[\xfc\xfd][\x80-\xbf]{0,5}|[\x80-\xff]"
)


def from_utf8(octets: bytes, replacement: str | int = "\ufffd") -> str:
    """The text; each sequence that is no UTF-8, as long as its first byte says, is replaced.

    The replacement is one character or none, or the number of one.
    """
    if isinstance(replacement, int):
        if not 0 <= replacement <= 0x10FFFF or 0xD800 <= replacement < 0xE000:
            raise ValueError("Invalid replacement character")
        replacement = chr(replacement)
    if len(replacement) > 1:
        raise ValueError("Replacement character string must empty or a single character")
    try:
        return octets.decode()
    except UnicodeDecodeError:
        short("from_utf8", octets)
        return "".join(_decoded(match[0], replacement) for match in _UTF8.finditer(octets))


def _decoded(sequence: bytes, replacement: str) -> str:
    try:
        return sequence.decode()
    except UnicodeDecodeError:
        return replacement


def substr(octets: bytes, start: int, length: int | None = None) -> bytes:
    """The bytes from ``start``, counted from 1 or from the end; position 0 gives none."""
    begin = start - 1 if start > 0 else len(octets) + start
    if start == 0 or begin < 0 or (length is not None and length <= 0):
        return b""
    return octets[begin:] if length is None else octets[begin : begin + length]


def concat(*parts: bytes) -> bytes:
    """The bytes one after the other."""
    bounded(sum(map(len, parts)))
    return b"".join(parts)


def lpad(octets: bytes, size: int, padding: bytes) -> bytes:
    """The bytes cut or filled on the left to a size."""
    return (_padding(octets, size, padding) + octets)[:size]


def rpad(octets: bytes, size: int, padding: bytes) -> bytes:
    """The bytes cut or filled on the right to a size."""
    return (octets + _padding(octets, size, padding))[:size]


def _padding(octets: bytes, size: int, padding: bytes) -> bytes:
    if not 0 <= size < 2**31:
        raise ValueError("Target length must be in the range [0..2147483647]")
    if not padding:
        raise ValueError("Padding bytes must not be empty")
    bounded(size)
    missing = max(0, size - len(octets))
    return (padding * (missing // len(padding) + 1))[:missing] if len(octets) <= size else b""


def _number(form: str) -> Callable[[bytes], int]:
    size = struct.calcsize(form)

    def read(octets: bytes) -> int:
        if len(octets) != size:
            raise ValueError(f"expected {size}-byte input, but got instead: {len(octets)}")
        return int(struct.unpack(form, octets)[0])

    return read


def from_ieee754(octets: bytes) -> float:
    """The double of eight bytes."""
    if len(octets) != 8:
        raise ValueError("Input floating-point value must be exactly 8 bytes long")
    value = float(struct.unpack(">d", octets)[0])
    if math.isnan(value):
        raise NotSupportedValue("the result is NaN: not supported")
    return value


def _hash(name: str) -> Callable[[bytes], bytes]:
    return lambda octets: hashlib.new(name, octets, usedforsecurity=False).digest()


def _keyed(name: str) -> Callable[[bytes, bytes], bytes]:
    def digest(octets: bytes, key: bytes) -> bytes:
        if not key:
            raise ValueError("Empty key")
        return hmac.new(key, octets, name).digest()

    return digest


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_to_utf8", 1): str.encode,
    ("trino_from_utf8", 1): from_utf8,
    ("trino_from_utf8", 2): from_utf8,
    ("trino_to_hex", 1): lambda octets: octets.hex().upper(),
    ("trino_from_hex", 1): from_hex,
    ("trino_to_base64", 1): lambda octets: base64.b64encode(octets).decode(),
    ("trino_from_base64", 1): from_base64,
    ("trino_to_base64url", 1): lambda octets: base64.urlsafe_b64encode(octets).decode(),
    ("trino_from_base64url", 1): from_base64url,
    ("trino_to_base32", 1): lambda octets: base64.b32encode(octets).decode(),
    ("trino_from_base32", 1): from_base32,
    ("trino_binary_substr", 2): substr,
    ("trino_binary_substr", 3): substr,
    ("trino_binary_concat", -1): concat,
    ("trino_binary_lpad", 3): lpad,
    ("trino_binary_rpad", 3): rpad,
    ("trino_binary_reverse", 1): lambda octets: octets[::-1],
    ("trino_crc32", 1): zlib.crc32,
    ("trino_to_big_endian_64", 1): lambda number: struct.pack(">q", number),
    ("trino_to_big_endian_32", 1): lambda number: struct.pack(">i", number),
    ("trino_from_big_endian_64", 1): _number(">q"),
    ("trino_from_big_endian_32", 1): _number(">i"),
    ("trino_to_ieee754_64", 1): lambda number: struct.pack(">d", number),
    ("trino_from_ieee754_64", 1): from_ieee754,
    **{(f"trino_{name}", 1): _hash(name) for name in ("md5", "sha1", "sha256", "sha512")},
    **{(f"trino_hmac_{name}", 2): _keyed(name) for name in ("md5", "sha1", "sha256", "sha512")},
}
"""Name and number of arguments -> function; none of them sees a NULL."""
