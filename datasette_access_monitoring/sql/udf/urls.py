"""SQLite functions over URLs: their parts, and the encoding of parameters.

A part that a URL lacks is an empty text, and a text that is no URL gives NULL: Trino's
``UrlFunctions``, which stand on ``java.net.URI`` and ``java.net.URLDecoder``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus, unquote_to_bytes

from ..rules import uris
from ..rules.times import NotSupportedValue
from .text import bounded

_LONGEST = 200_000
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
# The UTF-8 form of half a character beyond 16 bits: one error for Java, three for Python.
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")


def _utf8(octets: bytes) -> str:
    """Text of bytes, with U+FFFD for what is no UTF-8, as many as Java writes."""
    return "\ufffd".join(part.decode(errors="replace") for part in _SURROGATE.split(octets))


def _unescaped(text: str | None) -> str:
    """A part of a URL, decoded; empty if there is none."""
    return _ESCAPES.sub(lambda match: _utf8(unquote_to_bytes(match[0])), text or "")


def _parsed(url: str) -> uris.Uri | None:
    """The parts; raises ``NotSupportedValue`` for a text that takes much memory to read."""
    _bounded("url_extract", url)
    return uris.parse(url)


def _bounded(function: str, text: str) -> None:
    if len(text) > _LONGEST:
        raise NotSupportedValue(f"{function} of {len(text):,} characters: not supported")


def protocol(url: str) -> str | None:
    """The scheme."""
    uri = _parsed(url)
    return None if uri is None else uri.scheme or ""


def host(url: str) -> str | None:
    """The host; an IPv6 address in its brackets."""
    uri = _parsed(url)
    return None if uri is None else uri.host or ""


def port(url: str) -> int | None:
    """The port, NULL if none is written."""
    uri = _parsed(url)
    return None if uri is None or uri.port < 0 else uri.port


def path(url: str) -> str | None:
    """The path, decoded."""
    uri = _parsed(url)
    return None if uri is None else _unescaped(uri.path)


def query(url: str) -> str | None:
    """What follows the question mark, decoded."""
    uri = _parsed(url)
    return None if uri is None else _unescaped(uri.query)


def fragment(url: str) -> str | None:
    """What follows the ``#``, decoded."""
    uri = _parsed(url)
    return None if uri is None else _unescaped(uri.fragment)


def parameter(url: str, name: str) -> str | None:
    """The decoded value of the first parameter of a name, which is compared as it is written."""
    uri = _parsed(url)
    if uri is None or uri.query is None:
        return None
    for part in uri.query.split("&"):
        key, _, value = part.partition("=")
        if key == name:
            return decode(value)
    return None


def encode(text: str) -> str:
    """Text for a parameter of a URL: a space is ``+``, and all but letters, digits and
    ``.-*_`` is escaped."""
    bounded(3 * len(text))
    return quote_plus(text, safe="*").replace("~", "%7E")


_ESCAPE = re.compile("%(.{0,2})", re.DOTALL)


def decode(text: str) -> str:
    """The text that ``encode`` made it of; raises ``ValueError`` for an incomplete escape."""
    _bounded("url_decode", text)
    for match in _ESCAPE.finditer(text):
        if len(match[1]) < 2:
            raise ValueError("URLDecoder: Incomplete trailing escape (%) pattern")
        if match[1].startswith("+") or not match[1].isascii():
            raise NotSupportedValue(f"url_decode of {match[0]!r}: not supported")
        if re.fullmatch("[0-9A-Fa-f]{2}", match[1]) is None:
            raise ValueError(
                f"URLDecoder: Illegal hex characters in escape (%) pattern: {match[0]!r}"
            )
    return _unescaped(text.replace("+", " "))


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_url_protocol", 1): protocol,
    ("trino_url_host", 1): host,
    ("trino_url_port", 1): port,
    ("trino_url_path", 1): path,
    ("trino_url_query", 1): query,
    ("trino_url_fragment", 1): fragment,
    ("trino_url_parameter", 2): parameter,
    ("trino_url_encode", 1): encode,
    ("trino_url_decode", 1): decode,
}
"""Name and number of arguments -> function; none of them sees a NULL."""
