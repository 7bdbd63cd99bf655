"""IP addresses: casts, order, and which network holds which, with the values that Trino gives."""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.catalog.types import IPADDRESS, VARBINARY
from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.rules import addresses

# expression, value as text (None is NULL)
VALUES: list[tuple[str, str | None]] = [
    ("CAST('10.1.2.3' AS ipaddress)", "10.1.2.3"),
    ("IPADDRESS '10.0.0.0'", "10.0.0.0"),
    ("CAST('::ffff:10.1.2.3' AS ipaddress)", "10.1.2.3"),
    ("CAST('::ffff:0a01:0203' AS ipaddress)", "10.1.2.3"),
    ("CAST('2001:0db8:0000:0000:0000:ff00:0042:8329' AS ipaddress)", "2001:db8::ff00:42:8329"),
    ("CAST('2001:DB8:0:0:1:0:0:1' AS ipaddress)", "2001:db8::1:0:0:1"),
    ("CAST('2001:db8:0:1:1:1:1:1' AS ipaddress)", "2001:db8:0:1:1:1:1:1"),
    ("CAST('::' AS ipaddress)", "::"),
    ("CAST('::1.2.3.4' AS ipaddress)", "::102:304"),
    ("CAST(CAST('10.1.2.3' AS ipaddress) AS varchar)", "10.1.2.3"),
    ("CAST(CAST('::1' AS ipaddress) AS varchar)", "::1"),
    ("CAST(CAST('10.1.2.3' AS ipaddress) AS varbinary)", "00 00 00 00 00 00 00 00 00 00 ff ff 0a 01 02 03"),
    ("CAST(CAST(CAST('10.1.2.3' AS ipaddress) AS varbinary) AS ipaddress)", "10.1.2.3"),
    ("CAST(CAST(NULL AS varchar) AS ipaddress)", None),
    ("TRY_CAST('x' AS ipaddress)", None),
    ("TRY(CAST('x' AS ipaddress))", None),
    ("IPADDRESS '10.0.0.1' = IPADDRESS '::ffff:10.0.0.1'", "true"),
    ("IPADDRESS '9.0.0.1' < IPADDRESS '10.0.0.1'", "true"),
    ("IPADDRESS '255.255.255.255' < IPADDRESS '::1:0:0:0'", "true"),
    ("IPADDRESS '::1' < IPADDRESS '0.0.0.0'", "true"),
    ("IPADDRESS '10.0.0.1' <> NULL", None),
    ("IPADDRESS '10.0.0.1' IN (IPADDRESS '10.0.0.2', IPADDRESS '10.0.0.1')", "true"),
    ("contains('10.0.0.0/8', IPADDRESS '10.255.255.255')", "true"),
    ("contains('10.0.0.0/8', IPADDRESS '11.255.255.255')", "false"),
    ("NOT contains('10.0.0.0/8', IPADDRESS '11.255.255.255')", "true"),
    ("NOT contains('10.0.0.0/8', CAST(NULL AS ipaddress))", None),
    ("contains(CAST(NULL AS varchar), IPADDRESS '10.0.0.1')", None),
    ("contains('2001:0db8:0:0:0:ff00:0042:8329/128', IPADDRESS '2001:0db8:0:0:0:ff00:0042:8329')", "true"),
    ("contains('2001:0db8:0:0:0:ff00:0042:8329/128', IPADDRESS '2001:0db8:0:0:0:ff00:0042:8328')", "false"),
    ("contains('2001:db8::1/32', IPADDRESS '2001:db8:ffff::')", "true"),
    ("contains('0.0.0.0/0', IPADDRESS '1.2.3.4')", "true"),
    ("contains('::/0', IPADDRESS '2001:db8::')", "true"),
    ("contains('::/0', IPADDRESS '1.2.3.4')", "false"),
    ("contains('0.0.0.0/0', IPADDRESS '::1')", "false"),
    ("contains('10.0.0.1/32', IPADDRESS '10.0.0.1')", "true"),
    ("contains('10.0.0.0/+8', IPADDRESS '10.0.0.1')", "true"),
    ("contains('200.0.0.0/5', IPADDRESS '207.1.2.3')", "true"),
    # prefixes
    ("IPPREFIX '10.1.2.3/8'", "10.0.0.0/8"),
    ("IPPREFIX '64:ff9b::10.0.0.0/128'", "64:ff9b::a00:0/128"),
    ("CAST('2001:db8:ffff::/33' AS ipprefix)", "2001:db8:8000::/33"),
    ("CAST(IPPREFIX '::ffff:1.2.3.4/32' AS varchar)", "1.2.3.4/32"),
    ("CAST(IPADDRESS '1.2.3.4' AS ipprefix)", "1.2.3.4/32"),
    ("CAST(IPADDRESS '::1' AS ipprefix)", "::1/128"),
    ("CAST(IPPREFIX '1.2.3.4/16' AS ipaddress)", "1.2.0.0"),
    ("TRY_CAST('x' AS ipprefix)", None),
    ("IPPREFIX '1.2.3.4/16' = IPPREFIX '1.2.0.0/16'", "true"),
    ("IPPREFIX '1.2.3.4/16' < IPPREFIX '1.2.3.4/17'", "true"),
    ("ip_prefix(CAST('10.1.2.3' AS ipaddress), 24)", "10.1.2.0/24"),
    ("ip_prefix('192.168.255.255', 9)", "192.128.0.0/9"),
    ("ip_prefix('10.1.2.3', 0)", "0.0.0.0/0"),
    ("ip_prefix('2001:0db8:85a3:0001:0001:8a2e:0370:7334', 48)", "2001:db8:85a3::/48"),
    ("ip_prefix('10.1.2.3', NULL)", None),
    ("ip_subnet_min(IPPREFIX '192.64.1.1/9')", "192.0.0.0"),
    ("ip_subnet_max(IPPREFIX '192.64.1.1/9')", "192.127.255.255"),
    ("ip_subnet_max(IPPREFIX '0.0.0.0/0')", "255.255.255.255"),
    ("ip_subnet_max(IPPREFIX '2001:db8::/127')", "2001:db8::1"),
    ("ip_subnet_range(IPPREFIX '1.2.3.160/24')", "[1.2.3.0, 1.2.3.255]"),
    ("is_subnet_of(IPPREFIX '1.2.3.128/26', IPADDRESS '1.2.3.129')", "true"),
    ("is_subnet_of(IPPREFIX '64:fa9b::17/64', IPADDRESS '64:ffff::17')", "false"),
    ("NOT is_subnet_of(IPPREFIX '10.0.0.0/8', CAST(NULL AS ipaddress))", None),
    ("is_subnet_of(IPPREFIX '192.168.3.131/26', IPPREFIX '192.168.3.144/30')", "true"),
    ("is_subnet_of(IPPREFIX '192.168.3.144/30', IPPREFIX '192.168.3.131/26')", "false"),
]  # fmt: skip

# expression, what the message says
ERRORS: list[tuple[str, str]] = [
    ("CAST('' AS ipaddress)", "Cannot cast value to IPADDRESS: "),
    ("CAST('10.1.2' AS ipaddress)", "Cannot cast value to IPADDRESS: 10.1.2"),
    ("CAST('10.1.2.03' AS ipaddress)", "Cannot cast value to IPADDRESS: 10.1.2.03"),
    ("CAST('10.1.2.256' AS ipaddress)", "Cannot cast value to IPADDRESS: 10.1.2.256"),
    ("CAST(' 10.1.2.3' AS ipaddress)", "Cannot cast value to IPADDRESS:  10.1.2.3"),
    ("CAST('1:2:3:4:5:6:7' AS ipaddress)", "Cannot cast value to IPADDRESS: 1:2:3:4:5:6:7"),
    ("CAST('1::2::3' AS ipaddress)", "Cannot cast value to IPADDRESS: 1::2::3"),
    ("CAST('fe80::1%eth0' AS ipaddress)", "zones and digits other than 0 to 9: not supported"),
    ("TRY_CAST('fe80::1%eth0' AS ipaddress)", "not supported"),
    ("CAST(1 AS ipaddress)", "Cannot cast integer to ipaddress"),
    ("CAST(IPADDRESS '::1' AS bigint)", "Cannot cast ipaddress to bigint"),
    ("IPADDRESS '10.0.0.1' = '10.0.0.1'", "Cannot apply operator: ipaddress = varchar"),
    ("contains('10.0.0.0', IPADDRESS '10.0.0.1')", "Invalid CIDR"),
    ("contains('10.0.0.1/8', IPADDRESS '10.0.0.1')", "Invalid CIDR"),
    ("contains('x/8', IPADDRESS '10.0.0.1')", "Invalid network IP address"),
    ("contains('10.0.0.0/33', IPADDRESS '10.0.0.1')", "Prefix length exceeds address length"),
    ("contains('10.0.0.0/-1', IPADDRESS '10.0.0.1')", "Invalid prefix length"),
    ("contains('10.0.0.0/', IPADDRESS '10.0.0.1')", 'For input string: ""'),
    ("contains('10.0.0.0/x', IPADDRESS '10.0.0.1')", 'For input string: "x"'),
    ("CAST('10.0.0.1' AS ipprefix)", "Cannot cast value to IPPREFIX: 10.0.0.1"),
    ("CAST('10.0.0.1/33' AS ipprefix)", "Cannot cast value to IPPREFIX: 10.0.0.1/33"),
    ("CAST('10.0.0.1/-1' AS ipprefix)", "Cannot cast value to IPPREFIX: 10.0.0.1/-1"),
    ("CAST('2001:db8::1::1/128' AS ipprefix)", "Cannot cast value to IPPREFIX: 2001:db8::1::1/128"),
    ("ip_prefix(IPADDRESS '10.1.2.3', 33)", "IPv4 subnet size must be in range [0, 32]"),
    ("ip_prefix('2001:db8::1', 129)", "IPv6 subnet size must be in range [0, 128]"),
    ("ip_prefix('x', 8)", "Cannot cast value to IPADDRESS: x"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), VALUES, ids=[row[0] for row in VALUES])
def test_value(world: World, expression: str, expected: str | None) -> None:
    assert world.value(expression) == expected


@pytest.mark.parametrize(("expression", "message"), ERRORS, ids=[row[0] for row in ERRORS])
def test_error(world: World, expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert message in str(caught.value)


@pytest.mark.parametrize("length", [0, 3, 5, 15, 17])
def test_bytes_of_another_length_are_no_address(length: int) -> None:
    with pytest.raises(ValueError, match=f"Invalid IP address binary length: {length}"):
        addresses.cast(VARBINARY, IPADDRESS, bytes(length))


@given(st.ip_addresses())
def test_an_address_is_what_it_is_written_as(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    held = addresses.parsed(str(address))
    assert len(held) == 16
    assert addresses.parsed(addresses.shown(held)) == held


@given(st.ip_addresses(v=4), st.ip_addresses(v=4), st.integers(0, 32))
def test_a_network_holds_what_begins_alike(
    first: ipaddress.IPv4Address, other: ipaddress.IPv4Address, length: int
) -> None:
    network = ipaddress.IPv4Network((first, length), strict=False)
    held = addresses.parsed(str(other))
    assert addresses.contains(str(network), held) == (other in network)
