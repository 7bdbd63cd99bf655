"""Functions over IP addresses, as entries of the registry; what they do is in ``udf``.

``contains`` of a network is an entry of the arrays' functions.
"""

from __future__ import annotations

from .model import Group

_group = Group("ip")
_scalar = _group.scalar

# fmt: off
_scalar("ip_prefix", "The prefix of so many bits that an address is in.", {
    "(ipaddress, bigint) -> ipprefix": "trino_ip_prefix({0}, {1})",
    "(varchar, bigint) -> ipprefix": "trino_ip_prefix("
        "trino_cast('varchar', 'ipaddress', {0}), {1})",
})
_scalar("ip_subnet_min", "The lowest address of a prefix.", {
    "(ipprefix) -> ipaddress": "trino_ip_subnet_min({0})",
})
_scalar("ip_subnet_max", "The highest address of a prefix.", {
    "(ipprefix) -> ipaddress": "trino_ip_subnet_max({0})",
})
_scalar("ip_subnet_range", "The lowest and the highest address of a prefix.", {
    "(ipprefix) -> array(ipaddress)": "trino_ip_subnet_range({0})",
})
_scalar("is_subnet_of", "Whether an address, or all addresses of a prefix, are in the first "
        "prefix.", {
    "(ipprefix, ipaddress) -> boolean": "trino_is_subnet_of({0}, {1})",
    "(ipprefix, ipprefix) -> boolean": "trino_is_subnet_of({0}, {1})",
})
# fmt: on

ENTRIES = tuple(_group.entries)
