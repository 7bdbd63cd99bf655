"""Values at the edges of what the functions over texts, JSON, times and arrays take."""

from __future__ import annotations

import pytest
from sql_world import World

from datasette_access_monitoring.errors import QueryError

TOO_LONG = [
    ("json_array_length(rpad('[1', 1000001, ',1'))", "JSON of 1,000,001 characters: not supported"),
    ("json_array_contains(rpad('[1', 1000001, ',1'), 5)", "JSON of 1,000,001 characters"),
    ("json_extract_scalar(rpad('{\"a\":1,', 1000001, '\"x\":1,'), '$.zz')", "JSON of 1,000,001"),
    ("json_extract(rpad('[', 1000001, '1,'), '$[0]')", "JSON of 1,000,001 characters"),
    ("json_size(rpad('[', 1000001, '1,'), '$')", "JSON of 1,000,001 characters"),
    ("json_parse(rpad('[1', 1000000, ',1') || ']')", "JSON of 1,000,001 characters"),
    ("is_json_scalar(rpad('1', 1000001, '1'))", "JSON of 1,000,001 characters"),
    ("CAST(rpad('a', 1000001, '\"') AS json)", "CAST of 1,000,001 characters: not supported"),
    ("CAST(split(rpad('1', 1000001, ',1'), ',') AS array(integer))", "CAST of "),
    (
        "url_extract_host('http://' || rpad('a', 200000, '.a'))",
        "url_extract of 200,007 characters: not supported",
    ),
    ("url_extract_parameter('http://a?' || rpad('x=1', 200000, '&x=1'), 'y')", "url_extract of "),
    ("url_decode(rpad('', 300000, '%41'))", "url_decode of 300,000 characters: not supported"),
    ("upper(rpad('é', 1000001, 'é'))", "upper of 1,000,001 characters: not supported"),
    ("lower(rpad('é', 1000001, 'É'))", "lower of 1,000,001 characters: not supported"),
    ("strpos(rpad('a', 6000000, 'a'), 'a', -6000000)", "strpos for so long a text so many times"),
    (
        "from_utf8(from_hex(rpad('', 2000002, 'ff')))",
        "from_utf8 of 1,000,001 characters: not supported",
    ),
    (
        "zip(split(rpad('1', 4000000, ',1'), ','), ARRAY[1], ARRAY[1], ARRAY[1], ARRAY[1])",
        "is too long: 16,777,216 is the limit",
    ),
    (
        "array_sort(transform(split(rpad('1', 300000, ',1'), ','), x -> ARRAY[x]))",
        r"array_sort of more than 100,000 values of type array\(varchar\): not supported",
    ),
]


@pytest.mark.parametrize(("expression", "message"), TOO_LONG)
def test_what_one_call_would_take_long_for_is_refused(
    world: World, expression: str, message: str
) -> None:
    with pytest.raises(QueryError, match=message):
        world.value(expression)


def test_long_texts_that_are_quickly_read_stay(world: World) -> None:
    assert world.value("length(upper(rpad('a', 2000000, 'b')))") == "2000000"
    assert world.value("length(from_utf8(to_utf8(rpad('é', 2000000, 'é'))))") == "2000000"
    assert world.value("json_array_length(rpad('[1', 99999, ',1') || ']')") is None
    assert world.value("json_array_length(rpad('[1', 100000, ',1') || ']')") == "50000"


SPLIT_PARTS = [
    ("split_part('aж😀', '', 3)", "😀"),
    ("split_part('aж😀', '', 4)", None),
    ("split_part('', '', 1)", None),
    ("split_part('', ',', 1)", ""),
    ("split_part('a,b,c', ',', 2)", "b"),
    ("split_part('a,b,c', ',', 3)", "c"),
    ("split_part('a,b,c', ',', 4)", None),
    ("split_part('a,b,', ',', 3)", ""),
    ("split_part('aaa', 'aa', 2)", "a"),
    ("split_part('a,b', ',', 9223372036854775807)", None),
]


@pytest.mark.parametrize(("expression", "value"), SPLIT_PARTS)
def test_split_part_looks_no_further_than_asked(
    world: World, expression: str, value: str | None
) -> None:
    assert world.value(expression) == value


# Older versions of Trino add months in UTC, newer ones in the value's time zone.
MONTHS_ALIKE = [
    (
        "TIMESTAMP '2026-01-31 10:00:00 UTC' + INTERVAL '1' MONTH",
        "2026-02-28 10:00:00 UTC",
    ),
    (
        "TIMESTAMP '2026-01-15 10:00:00 America/New_York' + INTERVAL '1' MONTH",
        "2026-02-15 10:00:00 America/New_York",
    ),
    (
        "INTERVAL '1' YEAR + TIMESTAMP '2026-01-15 10:00:00 +05:30'",
        "2027-01-15 10:00:00 +05:30",
    ),
    (
        "TIMESTAMP '2026-02-15 10:00:00 Asia/Tokyo' - INTERVAL '1' MONTH",
        "2026-01-15 10:00:00 Asia/Tokyo",
    ),
]
MONTHS_DIFFERENT = [
    "TIMESTAMP '2026-03-01 08:00:00 Asia/Tokyo' + INTERVAL '1' MONTH",
    "TIMESTAMP '2026-02-15 10:00:00 America/New_York' + INTERVAL '1' MONTH",
    "TIMESTAMP '2026-03-31 10:00:00 Europe/Berlin' - INTERVAL '1' MONTH",
    "INTERVAL '1' MONTH + TIMESTAMP '2026-02-28 23:00:00 -05:00'",
    "try(TIMESTAMP '2026-03-01 08:00:00 Asia/Tokyo' + INTERVAL '1' MONTH)",
]


@pytest.mark.parametrize(("expression", "value"), MONTHS_ALIKE)
def test_months_are_added_where_the_versions_agree(
    world: World, expression: str, value: str
) -> None:
    assert world.value(expression) == value


@pytest.mark.parametrize("expression", MONTHS_DIFFERENT)
def test_months_are_refused_where_the_versions_differ(world: World, expression: str) -> None:
    with pytest.raises(QueryError, match=r"an interval of months added to .*versions differ"):
        world.value(expression)
