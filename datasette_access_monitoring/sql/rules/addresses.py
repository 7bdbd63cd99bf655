"""IP addresses and prefixes: reading and writing them, and which network holds which.

An address is held as its 16 bytes, one of version 4 mapped into version 6 (``::ffff:a.b.c.d``);
a prefix as its first address and a byte, its length.  Source of the rules: Trino's
``IpAddressOperators`` and ``IpAddressFunctions``, and for prefixes, which Trino does not have,
Presto's ``IpPrefixOperators`` and ``IpPrefixFunctions``.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Any

from ...catalog.types import TrinoType
from .times import NotSupportedValue

_MAPPED = bytes(10) + b"\xff\xff"
_LENGTH = re.compile(r"([+-]?)([0-9]+)")


def cast(source: TrinoType, target: TrinoType, value: Any) -> Any:
    """A held value as another type, one of them an address or prefix; raises ``ValueError``."""
    return _CASTS[source.base, target.base](value)


def shown(address: bytes) -> str:
    """``10.1.2.3``, or the short form of version 6 (RFC 5952)."""
    version_6 = ipaddress.IPv6Address(address)
    return str(version_6.ipv4_mapped or version_6)


def parsed(text: str) -> bytes:
    """The address that a text spells; raises ``ValueError`` for any other text."""
    try:
        return _parsed(text)
    except NotSupportedValue:
        raise
    except ValueError as error:
        raise ValueError(f"Cannot cast value to IPADDRESS: {text}") from error


def _parsed(text: str) -> bytes:
    if "%" in text or not text.isascii():
        raise NotSupportedValue(
            f"the address {text!r}: zones and digits other than 0 to 9: not supported"
        )
    if ":" in text:
        return ipaddress.IPv6Address(text).packed
    return _MAPPED + ipaddress.IPv4Address(text).packed


def _to_bytes(address: bytes) -> bytes:
    return address


def _from_bytes(value: bytes) -> bytes:
    if len(value) == 4:
        return _MAPPED + value
    if len(value) != 16:
        raise ValueError(f"Invalid IP address binary length: {len(value)}")
    return value


def contains(network: str, address: bytes) -> bool:
    """Whether a network such as ``10.0.0.0/8`` holds the address; never one of the other version.

    Raises ``ValueError`` for what is no network, among them a version 4 network with bits
    set behind its length.
    """
    base, separator, length = network.partition("/")
    if not separator:
        raise ValueError("Invalid CIDR")
    try:
        first = _short(_parsed(base))
    except NotSupportedValue:
        raise
    except ValueError as error:
        raise ValueError("Invalid network IP address") from error
    behind = len(first) * 8 - _prefix_length(length, len(first) * 8)
    start = int.from_bytes(first, "big")
    if len(first) == 4 and start & ((1 << behind) - 1):
        raise ValueError("Invalid CIDR")
    other = _short(address)
    return len(first) == len(other) and start >> behind == int.from_bytes(other, "big") >> behind


def prefix(address: bytes, length: int) -> bytes:
    """The prefix of so many bits that an address is in; raises ``ValueError`` for no length."""
    short = _short(address)
    bits = len(short) * 8
    if not 0 <= length <= bits:
        version = 4 if bits == 32 else 6
        raise ValueError(f"IPv{version} subnet size must be in range [0, {bits}]")
    behind = bits - length
    first = int.from_bytes(short, "big") >> behind << behind
    return address[: 16 - len(short)] + first.to_bytes(len(short), "big") + bytes([length])


def shown_prefix(value: bytes) -> str:
    """``10.0.0.0/8``."""
    return f"{shown(value[:16])}/{value[16]}"


def parsed_prefix(text: str) -> bytes:
    """The prefix that a text spells, bits behind its length cleared; raises ``ValueError``."""
    base, _, length = text.partition("/")
    try:
        address = _parsed(base)
        return prefix(address, _prefix_length(length, len(_short(address)) * 8))
    except NotSupportedValue:
        raise
    except ValueError as error:
        raise ValueError(f"Cannot cast value to IPPREFIX: {text}") from error


def first_address(value: bytes) -> bytes:
    """The lowest address of a prefix."""
    return value[:16]


def last_address(value: bytes) -> bytes:
    """The highest address of a prefix."""
    bits = len(_short(value[:16])) * 8
    last = int.from_bytes(value[:16], "big") | ((1 << (bits - value[16])) - 1)
    return last.to_bytes(16, "big")


def is_subnet_of(value: bytes, inner: bytes) -> bool:
    """Whether all addresses of ``inner``, an address or a prefix, are in the prefix."""
    first, last = (inner, inner) if len(inner) == 16 else (inner[:16], last_address(inner))
    return first_address(value) <= first and last <= last_address(value)


def _as_prefix(address: bytes) -> bytes:
    return prefix(address, len(_short(address)) * 8)


def _prefix_length(text: str, most: int) -> int:
    found = _LENGTH.fullmatch(text)
    if found is None or len(found[2].lstrip("0")) > 9:
        raise ValueError(f'For input string: "{text}"')
    length = int(found[0])
    if length < 0:
        raise ValueError("Invalid prefix length")
    if length > most:
        raise ValueError("Prefix length exceeds address length")
    return length


def _short(address: bytes) -> bytes:
    """4 bytes for an address of version 4."""
    return address[12:] if address.startswith(_MAPPED) else address


_CASTS: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("varchar", "ipaddress"): parsed,
    ("ipaddress", "varchar"): shown,
    ("varbinary", "ipaddress"): _from_bytes,
    ("ipaddress", "varbinary"): _to_bytes,
    ("varchar", "ipprefix"): parsed_prefix,
    ("ipprefix", "varchar"): shown_prefix,
    ("ipaddress", "ipprefix"): _as_prefix,
    ("ipprefix", "ipaddress"): first_address,
}
