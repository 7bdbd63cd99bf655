"""Recognising input that is no log, by its first bytes, and saying what to do instead.

Pure: bytes in, ``SourceError`` out.
"""

from __future__ import annotations

from ..errors import SourceError

GZIP_MAGIC = b"\x1f\x8b"

_ARCHIVES = (
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard", "zstdcat"),
    (b"\xfd7zXZ\x00", "compressed with xz", "xzcat"),
    (b"BZh", "compressed with bzip2", "bzcat"),
    (b"PK\x03\x04", "a zip archive", "unzip -p"),
)
_TAR_MAGIC_AT = 257
_INSPECTED_BYTES = 4096


def is_gzip(opening: bytes) -> bool:
    """Tell whether an input that starts with ``opening`` is a gzip archive."""
    return opening.startswith(GZIP_MAGIC)


def refuse_unreadable(opening: bytes, location: str) -> None:
    """Raise ``SourceError`` if the (decompressed) first bytes are not those of a text."""
    for magic, what, command in _ARCHIVES:
        if opening.startswith(magic):
            raise SourceError(
                f"{location}: this is {what}, which cannot be read directly; "
                f"give its content on standard input: {command} FILE | datasette audit load -"
            )
    if opening.startswith(b"ustar", _TAR_MAGIC_AT):
        raise SourceError(f"{location}: this is a tar archive; unpack it and load the folder")
    if b"\0" in opening[:_INSPECTED_BYTES]:
        raise SourceError(
            f"{location}: this is binary data, not a log of JSON lines; "
            "give the audit log itself (UTF-8 text, one event per line)"
        )
