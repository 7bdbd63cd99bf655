"""URLs: their parts as java.net.URI takes them apart, and the encoding of parameters."""

# ruff: noqa: E501 (one row, one line; letters of every kind)
from __future__ import annotations

import pytest
from sql_world import World

from datasette_access_monitoring.errors import QueryError

# URL -> protocol, host, port, path, query, fragment
PARTS: dict[str, tuple[str | None, ...]] = {
    "http://example.com/path1/p.php?k1=v1&k2=v2#Ref1": ("http", "example.com", None, "/path1/p.php", "k1=v1&k2=v2", "Ref1"),
    "http://example.com/path1/p.php?": ("http", "example.com", None, "/path1/p.php", "", ""),
    "http://example.com:8080/path1/p.php?k1=v1&k2=v2#Ref1": ("http", "example.com", "8080", "/path1/p.php", "k1=v1&k2=v2", "Ref1"),
    "https://username@example.com": ("https", "example.com", None, "", "", ""),
    "https://username:password@example.com": ("https", "example.com", None, "", "", ""),
    "mailto:test@example.com": ("mailto", "", None, "", "", ""),
    "foo": ("", "", None, "foo", "", ""),
    "": ("", "", None, "", "", ""),
    "http://example.com/^": (None,) * 6,
    "HTTP://A.COM/": ("HTTP", "A.COM", None, "/", "", ""),
    "//h/p": ("", "h", None, "/p", "", ""),
    "file:///etc/passwd": ("file", "", None, "/etc/passwd", "", ""),
    "http:a/b": ("http", "", None, "", "", ""),
    "http://a:/": ("http", "a", None, "/", "", ""),
    "http://a:80?x": ("http", "a", "80", "", "x", ""),
    "http://a:08/": ("http", "a", "8", "/", "", ""),
    # No host by Java's rules: underscores, a last label that is no name, odd ports.
    "http://ex_a.com/p": ("http", "", None, "/p", "", ""),
    "http://a.1/": ("http", "", None, "/", "", ""),
    "http://1.2.3.4/": ("http", "1.2.3.4", None, "/", "", ""),
    "http://1.2.3.256/": ("http", "", None, "/", "", ""),
    "http://a-.com/": ("http", "", None, "/", "", ""),
    "http://a.b./": ("http", "a.b.", None, "/", "", ""),
    "http://a:b:c/": ("http", "", None, "/", "", ""),
    "http://a:99999999999/": ("http", "", None, "/", "", ""),
    "http://a@b@c/": ("http", "", None, "/", "", ""),
    "http://[::1]:80/": ("http", "[::1]", "80", "/", "", ""),
    "http://[fe80::1%eth0]/": ("http", "[fe80::1%eth0]", None, "/", "", ""),
    # Escapes are decoded, other characters stay.
    "http://a/%C3%A9%41?%20#%41": ("http", "a", None, "/éA", " ", "A"),
    "http://a/%ff%ed%a0%80": ("http", "a", None, "/\ufffd\ufffd", "", ""),
    "http://é.com/é?é#é": ("http", "", None, "/é", "é", "é"),
    "http://a/?[b]": ("http", "a", None, "/", "[b]", ""),
    "http://a/b?c?d": ("http", "a", None, "/b", "c?d", ""),
    **dict.fromkeys(
        ("http://", "http:", "a:", "1a:b", "a_b:c", "::", "http://[zz]/", "http://[]/", "http://a/%zz", "http://a/%",
         "http://a/ b", "http://a/\u00a0b", "http://a/[b]", "http://a/|", "http://a/{}", "http://a/\\", "http://a\n",
         "http://a/b#c#d", "http://[::1]a/", "http://[1::2::3]/"),
        (None,) * 6,
    ),
}  # fmt: skip
VALUES: list[tuple[str, str | None]] = [
    ("url_extract_parameter('http://example.com/path1/p.php?k1=v1&k2=v2&k3&k4#Ref1', 'k1')", "v1"),
    ("url_extract_parameter('http://example.com/path1/p.php?k1=v1&k2=v2&k3&k4#Ref1', 'k2')", "v2"),
    ("url_extract_parameter('http://example.com/path1/p.php?k1=v1&k2=v2&k3&k4#Ref1', 'k3')", ""),
    ("url_extract_parameter('http://example.com/path1/p.php?k1=v1&k2=v2&k3&k4#Ref1', 'k5')", None),
    ("url_extract_parameter('http://example.com/path1/p.php?k1=v1&k1=v2&k1&k1#Ref1', 'k1')", "v1"),
    ("url_extract_parameter('http://example.com/path1/p.php?k1&k1=v1&k1&k1#Ref1', 'k1')", ""),
    ("url_extract_parameter('http://example.com/path1/p.php?k=a=b=c&x=y#Ref1', 'k')", "a=b=c"),
    ("url_extract_parameter('http://example.com/path1/p.php?k1=a%26k2%3Db&k2=c#Ref1', 'k2')", "c"),
    ("url_extract_parameter('http://a/?k=a+b%26', 'k')", "a b&"),
    ("url_extract_parameter('http://a/?%6B=1', 'k')", None),
    ("url_extract_parameter('foo', 'k1')", None),
    ("url_extract_parameter('http://a/^?k=1', 'k')", None),
    ("url_extract_parameter(NULL, 'k')", None),
    ("url_extract_parameter('http://a/?k=1', NULL)", None),
    ("url_extract_port(NULL)", None),
    ("url_extract_protocol(NULL)", None),
    ("url_extract_query(NULL)", None),
    ("url_extract_fragment('http://a/#x')", "x"),
    ("url_encode('http://test?a=b&c=d')", "http%3A%2F%2Ftest%3Fa%3Db%26c%3Dd"),
    ("url_encode('~@:.-*_+ ☃')", "%7E%40%3A.-*_%2B+%E2%98%83"),
    ("url_encode('𩸽')", "%F0%A9%B8%BD"),
    ("url_encode('')", ""),
    ("url_encode(NULL)", None),
    ("url_decode('http%3A%2F%2F%E3%83%86%E3%82%B9%E3%83%88')", "http://テスト"),
    ("url_decode('%7E%40%3A.-*_%2B+%E2%98%83')", "~@:.-*_+ ☃"),
    ("url_decode('%e2%82(')", "\ufffd("),
    ("url_decode('é')", "é"),
    ("url_decode('')", ""),
    ("try(url_decode('%'))", None),
]  # fmt: skip
ERRORS: list[tuple[str, str]] = [
    ("url_decode('a%')", "URLDecoder: Incomplete trailing escape (%) pattern"),
    ("url_decode('%4')", "URLDecoder: Incomplete trailing escape (%) pattern"),
    ("url_decode('%zz')", "URLDecoder: Illegal hex characters in escape (%) pattern: '%zz'"),
    ("url_decode('%+1')", "url_decode of '%+1': not supported"),
    ("url_extract_host('http://[::01.2.3.4]/')", "the address [::01.2.3.4] in a URL: not supported"),
]  # fmt: skip


@pytest.mark.parametrize("url", PARTS)
def test_a_url_has_the_parts_that_java_finds(world: World, url: str) -> None:
    calls = ", ".join(
        f"url_extract_{part}(x)"
        for part in ("protocol", "host", "port", "path", "query", "fragment")
    )
    text = url.replace("'", "''")
    assert world.texts(f"SELECT {calls} FROM (SELECT '{text}' AS x)") == [PARTS[url]]


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_a_function_has_trinos_value(world: World, expression: str, value: str | None) -> None:
    assert world.value(expression) == value


@pytest.mark.parametrize(("expression", "message"), ERRORS)
def test_a_function_fails_as_in_trino(world: World, expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert caught.value.message == message
