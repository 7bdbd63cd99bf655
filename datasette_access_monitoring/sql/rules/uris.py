"""URIs as Java's ``java.net.URI`` takes them apart, which Trino's ``url_extract`` functions use.

Pure.  It is RFC 2396 with Java's deviations: visible characters beyond ASCII may stand where
escapes may, an authority that is no server has no host, and what follows ``scheme:`` without
a slash is opaque and has no path.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from .times import NotSupportedValue

# Visible, beyond ASCII: neither control nor white space of Unicode's Z categories.
_OTHER = r"[^\x00-\x7f\x80-\x9f\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
_ESCAPED = rf"%[0-9A-Fa-f]{{2}}|{_OTHER}"
_ALNUM = "0-9A-Za-z"
_UNRESERVED = _ALNUM + r"_\-!.~'()*"


def _run(characters: str) -> re.Pattern[str]:
    return re.compile(rf"(?:[{characters}]|{_ESCAPED})*")


_URIC = _run(_UNRESERVED + r";/?:@&=+$,\[\]")
_PATH = _run(_UNRESERVED + r":@&=+$,;/")
_USER_INFO = _run(_UNRESERVED + r";:&=+$,")
_SERVER = _run(_UNRESERVED + r";:&=+$,@\[\]")
_SERVER_WITH_PERCENT = re.compile(rf"(?:[{_UNRESERVED};:&=+$,@\[\]%]|{_OTHER})*")
_REGISTRY = _run(_UNRESERVED + r"$,;:@&=+")
_SCHEME = re.compile(r"[A-Za-z][0-9A-Za-z+\-.]*")
_LABEL = r"[0-9A-Za-z](?:[0-9A-Za-z\-]*[0-9A-Za-z])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?=[A-Za-z]){_LABEL}\.?|{_LABEL}\.?")
_IPV4 = re.compile(r"[0-9]+(?:\.[0-9]+){3}")
_SCOPE = re.compile(r"[0-9A-Za-z_.]+")
_MAX_PORT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Uri:
    """The parts of a URI as they are written; ``None`` for what it lacks, -1 for no port."""

    scheme: str | None = None
    host: str | None = None
    port: int = -1
    path: str | None = None
    query: str | None = None
    fragment: str | None = None


def parse(text: str) -> Uri | None:
    """The parts of a text, or ``None`` where it is no URI for Java."""
    body, mark, fragment = text.partition("#")
    if _URIC.fullmatch(fragment) is None:
        return None
    ending = fragment if mark else None
    start = re.match(r"[^/?#:]*:", body)
    if start is None:
        return _hierarchical(None, body, ending)
    scheme, rest = start[0][:-1], body[start.end() :]
    if _SCHEME.fullmatch(scheme) is None:
        return None
    if rest.startswith("/"):
        return _hierarchical(scheme, rest, ending)
    if not rest or _URIC.fullmatch(rest) is None:
        return None
    return Uri(scheme, fragment=ending)


def _hierarchical(scheme: str | None, body: str, fragment: str | None) -> Uri | None:
    server: tuple[str | None, int] | None = (None, -1)
    if body.startswith("//"):
        authority = re.match(r"[^/?]*", body[2:])
        written = authority[0] if authority else ""
        body = body[2 + len(written) :]
        if not written and not body and fragment is None:
            return None
        server = _authority(written) if written else server
    path, mark, query = body.partition("?")
    if server is None or _PATH.fullmatch(path) is None or _URIC.fullmatch(query) is None:
        return None
    return Uri(scheme, *server, path, query if mark else None, fragment)


def _authority(text: str) -> tuple[str | None, int] | None:
    """Host and port; neither for a registry; ``None`` for what is no authority."""
    allowed = _SERVER_WITH_PERCENT if text.find("]") > 0 else _SERVER
    server = _server(text) if allowed.fullmatch(text) is not None else None
    if server is not None:
        return server
    return None if _REGISTRY.fullmatch(text) is None else (None, -1)


def _server(text: str) -> tuple[str | None, int] | None:
    user, mark, rest = text.partition("@")
    if not mark:
        rest = text
    elif _USER_INFO.fullmatch(user) is None:
        return None
    if rest.startswith("["):
        host, end, after = rest.partition("]")
        host += end
        if not end or not _is_ipv6(host[1:-1]):
            return None
    else:
        host, colon, digits = rest.partition(":")
        after = colon + digits
        if not _is_ipv4(host) and _HOST.fullmatch(host) is None:
            return None
    return _with_port(host, after)


def _with_port(host: str, after: str) -> tuple[str | None, int] | None:
    if after in ("", ":"):
        return host, -1
    digits = after[1:]
    if not after.startswith(":") or not (digits.isascii() and digits.isdigit()):
        return None
    # Longer numbers would take long to read.
    short = digits.lstrip("0")[:11] or "0"
    return (host, int(short)) if int(short) <= _MAX_PORT else None


def _is_ipv4(text: str) -> bool:
    parts = text.split(".") if _IPV4.fullmatch(text) else []
    return len(parts) == 4 and all(int(part.lstrip("0")[:4] or "0") <= 255 for part in parts)


def _is_ipv6(text: str) -> bool:
    address, mark, scope = text.partition("%")
    if mark and _SCOPE.fullmatch(scope) is None:
        return False
    try:
        ipaddress.IPv6Address(address)
    except ValueError as error:
        if "." in address:
            raise NotSupportedValue(
                f"the address [{text[:100]}] in a URL: not supported"
            ) from error
        return False
    return True
