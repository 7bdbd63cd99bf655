"""SQLite functions over IP addresses; see ``sql.addresses`` for their form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...catalog.types import IPADDRESS
from ..rules import addresses, values


def subnet_range(prefix: bytes) -> str:
    """An array of the lowest and the highest address of a prefix."""
    ends = addresses.first_address(prefix), addresses.last_address(prefix)
    return values.dump([values.nested(IPADDRESS, end) for end in ends])


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_network_contains", 2): addresses.contains,
    ("trino_ip_prefix", 2): addresses.prefix,
    ("trino_ip_subnet_min", 1): addresses.first_address,
    ("trino_ip_subnet_max", 1): addresses.last_address,
    ("trino_ip_subnet_range", 1): subnet_range,
    ("trino_is_subnet_of", 2): addresses.is_subnet_of,
}
"""Name and number of arguments -> function; none of them sees a NULL."""
