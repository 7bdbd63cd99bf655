"""CAST and TRY_CAST between single values: which there are, what they give, how they fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.catalog.types import parse_type
from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.rules import casting, decimals, numerals

VALUES: list[tuple[str, str | None]] = [
    # boolean
    ("CAST(true AS integer)", "1"),
    ("CAST(false AS bigint)", "0"),
    ("CAST(true AS double)", "1.0"),
    ("CAST(true AS decimal(3,1))", "1.0"),
    ("CAST(false AS decimal(1,1))", "0.0"),
    ("CAST(true AS varchar)", "true"),
    ("CAST(1 = 2 AS varchar)", "false"),
    ("CAST(true AS varchar(4))", "true"),
    ("CAST(CAST(NULL AS boolean) AS varchar)", None),
    # integers
    ("CAST(0 AS boolean)", "false"),
    ("CAST(-2 AS boolean)", "true"),
    ("CAST(5 AS bigint)", "5"),
    ("CAST(5 AS double)", "5.0"),
    ("CAST(9007199254740993 AS double)", "9.007199254740992E15"),
    ("CAST(-5 AS varchar)", "-5"),
    ("CAST(9223372036854775807 AS varchar)", "9223372036854775807"),
    ("CAST(12345 AS varchar(5))", "12345"),
    ("CAST(5 AS decimal)", "5"),
    ("CAST(5 AS decimal(3,2))", "5.00"),
    ("CAST(2147483648 AS decimal(12,2))", "2147483648.00"),
    ("CAST(CAST(7 AS bigint) AS integer)", "7"),
    ("CAST(CAST(-2147483648 AS bigint) AS integer)", "-2147483648"),
    ("TRY_CAST(2147483648 AS integer)", None),
    ("TRY_CAST(1000 AS decimal(3,0))", None),
    ("TRY_CAST(9223372036854775807 AS decimal(38,30))", None),
    # double
    ("CAST(0E0 AS boolean)", "false"),
    ("CAST(0.1E0 AS boolean)", "true"),
    ("CAST(2.5E0 AS integer)", "3"),
    ("CAST(-2.5E0 AS integer)", "-3"),
    ("CAST(0.49999999999999994E0 AS integer)", "0"),
    ("CAST(2147483647.4E0 AS integer)", "2147483647"),
    ("CAST(9007199254740993E0 AS bigint)", "9007199254740992"),
    ("TRY_CAST(1E19 AS bigint)", None),
    ("TRY_CAST(infinity() AS integer)", None),
    ("CAST(15000000E0 AS varchar)", "1.5E7"),
    ("CAST(0.1E0 AS varchar)", "1.0E-1"),
    ("CAST(1E0 AS varchar)", "1.0E0"),
    ("CAST(0E0 AS varchar)", "0E0"),
    ("CAST(-0E0 AS varchar)", "-0E0"),
    ("CAST(-infinity() AS varchar)", "-Infinity"),
    ("CAST(1.5E0 AS varchar(5))", "1.5E0"),
    ("CAST(1.005E0 AS decimal(4,2))", "1.01"),
    ("CAST(-1.005E0 AS decimal(4,2))", "-1.01"),
    ("CAST(1E10 AS decimal(11,0))", "10000000000"),
    ("CAST(1E-10 AS decimal(3,1))", "0.0"),
    ("CAST(5E-1 AS decimal(1,0))", "1"),
    ("TRY_CAST(100E0 AS decimal(2,0))", None),
    ("TRY_CAST(infinity() AS decimal(38,0))", None),
    # decimal
    ("CAST(0.0 AS boolean)", "false"),
    ("CAST(0.1 AS boolean)", "true"),
    ("CAST(1.5 AS integer)", "2"),
    ("CAST(-1.5 AS integer)", "-2"),
    ("CAST(1.49 AS bigint)", "1"),
    ("CAST(12.50 AS varchar)", "12.50"),
    ("CAST(-0.05 AS varchar)", "-0.05"),
    ("CAST(12.50 AS varchar(5))", "12.50"),
    ("CAST(12.5 AS double)", "12.5"),
    ("CAST(0.1 AS double)", "0.1"),
    ("CAST(12345678901234567890.5 AS double)", "1.2345678901234567E19"),
    # up to 18 digits it is a quotient of two doubles, beyond that the nearest double
    ("CAST(61.8227913935318852 AS double)", "61.822791393531894"),
    ("61.8227913935318852 + 0E0", "61.822791393531894"),
    ("CAST(ARRAY[61.8227913935318852] AS array(double))", "[61.822791393531894]"),
    ("CAST(61.82279139353188520 AS double)", "61.82279139353189"),
    ("CAST(12.55 AS decimal(3,1))", "12.6"),
    ("CAST(-12.55 AS decimal(3,1))", "-12.6"),
    ("CAST(1.5 AS decimal(10,4))", "1.5000"),
    ("CAST(9.95 AS decimal(3,1))", "10.0"),
    ("TRY_CAST(9.95 AS decimal(2,1))", None),
    ("TRY_CAST(3000000000.0 AS integer)", None),
    ("TRY_CAST(99999999999999999999999999999999999999. AS decimal(38,1))", None),
    # varchar to numbers and boolean
    ("CAST('T' AS boolean)", "true"),
    ("CAST('false' AS boolean)", "false"),
    ("CAST('0' AS boolean)", "false"),
    ("TRY_CAST('' AS boolean)", None),
    ("TRY_CAST(' true' AS boolean)", None),
    ("CAST('+5' AS integer)", "5"),
    ("CAST('-0' AS integer)", "0"),
    ("CAST('-2147483648' AS integer)", "-2147483648"),
    ("CAST('-9223372036854775808' AS bigint)", "-9223372036854775808"),
    ("CAST('0000000000000000000000000000000000005' AS bigint)", "5"),
    ("TRY_CAST('1.0' AS integer)", None),
    ("TRY_CAST(' ' AS bigint)", None),
    ("TRY_CAST('1 1' AS bigint)", None),
    ("TRY_CAST('\xa01' AS bigint)", None),
    ("TRY_CAST('' AS integer)", None),
    ("TRY_CAST('+' AS integer)", None),
    ("TRY_CAST('+-5' AS integer)", None),
    ("TRY_CAST('9223372036854775808' AS bigint)", None),
    ("TRY_CAST('1e3' AS bigint)", None),
    ("CAST(' 1.5 ' AS double)", "1.5"),
    ("CAST('\t1.5\n' AS double)", "1.5"),
    ("CAST('\x011\x1f' AS double)", "1.0"),
    ("CAST('1.5d' AS double)", "1.5"),
    ("CAST('1e400' AS double)", "Infinity"),
    ("CAST('-1e-400' AS double)", "-0.0"),
    ("CAST('.5' AS double)", "0.5"),
    ("CAST('5.' AS double)", "5.0"),
    ("CAST('-Infinity' AS double)", "-Infinity"),
    ("CAST('+Infinity' AS double)", "Infinity"),
    ("TRY_CAST('infinity' AS double)", None),
    ("TRY_CAST('\u20031.5' AS double)", None),
    ("TRY_CAST('\xa01.5' AS double)", None),
    ("TRY_CAST('1_000' AS double)", None),
    ("TRY_CAST('' AS double)", None),
    ("TRY_CAST('.' AS double)", None),
    ("CAST('12.345' AS decimal(4,2))", "12.35"),
    ("CAST('-12.345' AS decimal(4,2))", "-12.35"),
    ("CAST('1e2' AS decimal(5,1))", "100.0"),
    ("CAST('125e-2' AS decimal(5,1))", "1.3"),
    ("CAST('.5' AS decimal(1,0))", "1"),
    ("CAST('5.' AS decimal(1,0))", "5"),
    ("CAST('0e999999999' AS decimal(1,0))", "0"),
    ("CAST('1e-999999999' AS decimal(1,0))", "0"),
    ("CAST('1e0000000000000000001' AS decimal(2,0))", "10"),
    ("CAST('99999999999999999999999999999999999999' AS decimal(38,0))", "9" * 38),
    ("TRY_CAST('1e999999999' AS decimal(38,0))", None),
    ("TRY_CAST('9.95' AS decimal(2,1))", None),
    ("TRY_CAST(' x' AS decimal(2,1))", None),
    ("TRY_CAST(' ' AS decimal(2,1))", None),
    ("TRY_CAST('' AS decimal(2,1))", None),
    ("TRY_CAST('NaN' AS decimal(2,1))", None),
    ("CAST(NULL AS decimal(2,1))", None),
    # varchar
    ("CAST('abc' AS varchar)", "abc"),
    ("CAST('abc' AS varchar(2))", "ab"),
    ("CAST('abc' AS varchar(5))", "abc"),
    ("CAST('abc' AS varchar(0))", ""),
    ("CAST('\U0001f600é' AS varchar(1))", "\U0001f600"),
    ("CAST(NULL AS varchar(2))", None),
    ("CAST('é' AS varbinary)", "c3 a9"),
    ("TRY_CAST(12345 AS varchar(2))", None),
    ("TRY_CAST(DATE '2026-11-22' AS varchar(9))", None),
    # times
    ("CAST('2026-11-22' AS date)", "2026-11-22"),
    ("CAST(' 2026-11-22 ' AS date)", "2026-11-22"),
    ("CAST('2026-1-2' AS date)", "2026-01-02"),
    ("TRY_CAST('2026-02-30' AS date)", None),
    ("TRY_CAST('2026-11-22 10:00' AS date)", None),
    ("CAST('2026-11-22' AS timestamp)", "2026-11-22 00:00:00.000"),
    ("CAST('2026-11-22 10:00' AS timestamp)", "2026-11-22 10:00:00.000"),
    ("CAST('2026-11-22 10:00:00.1235' AS timestamp)", "2026-11-22 10:00:00.124"),
    ("CAST('2026-11-22 10:00:00.4999' AS timestamp(0))", "2026-11-22 10:00:00"),
    ("CAST('2026-11-22 23:59:59.5' AS timestamp(0))", "2026-11-23 00:00:00"),
    ("CAST('2026-11-22 10:00:00.06' AS timestamp(1))", "2026-11-22 10:00:00.1"),
    ("TRY_CAST('x' AS timestamp)", None),
    (
        "CAST('2026-11-22 10:00:00 +02:00' AS timestamp with time zone)",
        "2026-11-22 10:00:00.000 +02:00",
    ),
    ("CAST('2026-11-22 10:00:00' AS timestamp with time zone)", "2026-11-22 10:00:00.000 UTC"),
    ("CAST('2026-11-22 10:00:00.5 UTC' AS timestamp(0) with time zone)", "2026-11-22 10:00:01 UTC"),
    (
        "CAST('2026-07-01 10:00:00 Europe/Prague' AS timestamp with time zone)",
        "2026-07-01 10:00:00.000 Europe/Prague",
    ),
    ("TRY_CAST('2026-11-22 10:00:00 Nowhere/City' AS timestamp with time zone)", None),
    ("CAST(DATE '2026-11-22' AS varchar)", "2026-11-22"),
    ("CAST(DATE '2026-11-22' AS timestamp)", "2026-11-22 00:00:00.000"),
    ("CAST(DATE '2026-11-22' AS timestamp(0))", "2026-11-22 00:00:00"),
    ("CAST(DATE '2026-11-22' AS timestamp with time zone)", "2026-11-22 00:00:00.000 UTC"),
    ("CAST(TIMESTAMP '2026-11-22 09:05:07.000' AS varchar)", "2026-11-22 09:05:07.000"),
    ("CAST(TIMESTAMP '2026-11-22 09:05:07' AS varchar)", "2026-11-22 09:05:07"),
    ("CAST(TIMESTAMP '2026-11-22 09:05:07.5' AS varchar)", "2026-11-22 09:05:07.5"),
    ("CAST(TIMESTAMP '2026-11-22 09:05:07.5' AS date)", "2026-11-22"),
    ("CAST(TIMESTAMP '2026-11-22 09:05:07.567' AS timestamp(1))", "2026-11-22 09:05:07.6"),
    ("CAST(TIMESTAMP '2026-12-31 23:59:59.500' AS timestamp(0))", "2027-01-01 00:00:00"),
    ("CAST(TIMESTAMP '1969-12-31 23:59:59.500' AS timestamp(0))", "1970-01-01 00:00:00"),
    ("CAST(TIMESTAMP '1969-12-31 23:59:59.499' AS timestamp(0))", "1969-12-31 23:59:59"),
    ("CAST(TIMESTAMP '2026-11-22 09:05:07' AS timestamp(3))", "2026-11-22 09:05:07.000"),
    (
        "CAST(TIMESTAMP '2026-11-22 09:05:07.567' AS timestamp(0) with time zone)",
        "2026-11-22 09:05:08 UTC",
    ),
    ("CAST(TIMESTAMP '2026-11-22 01:00:00 +02:00' AS date)", "2026-11-22"),
    ("CAST(TIMESTAMP '2026-11-22 01:00:00 +02:00' AS timestamp)", "2026-11-22 01:00:00.000"),
    ("CAST(TIMESTAMP '2026-11-22 01:00:00.5 +02:00' AS timestamp(0))", "2026-11-22 01:00:01"),
    ("CAST(TIMESTAMP '2026-11-22 01:00:00 +02:00' AS varchar)", "2026-11-22 01:00:00 +02:00"),
    (
        "CAST(TIMESTAMP '2026-11-22 01:00:00.5 +02:00' AS timestamp(0) with time zone)",
        "2026-11-22 01:00:01 +02:00",
    ),
    ("CAST(INTERVAL '36' HOUR AS varchar)", "1 12:00:00.000"),
    ("CAST(INTERVAL '-1' DAY AS varchar)", "-1 00:00:00.000"),
    ("CAST(INTERVAL '14' MONTH AS varchar)", "1-2"),
    ("CAST(CAST(NULL AS timestamp) AS varchar)", None),
    # typed literals are casts, but for decimals
    ("BIGINT '5'", "5"),
    ("DOUBLE '1.5'", "1.5"),
    ("BOOLEAN 'true'", "true"),
    ("CAST('1.5' AS decimal)", "2"),
    ("TRY_CAST('1.5' AS decimal)", "2"),
    ("DECIMAL '1.5'", "1.5"),
    # names of types
    ("CAST('5' AS INT)", "5"),
    ("CAST('5' AS DOUBLE PRECISION)", "5.0"),
]

ERRORS: list[tuple[str, str]] = [
    ("CAST(2147483648 AS integer)", "Out of range for integer: 2147483648"),
    ("CAST(3E9 AS integer)", "Out of range for integer: 3.0E9"),
    ("CAST(1E19 AS bigint)", "Unable to cast 1.0E19 to bigint"),
    ("CAST(infinity() AS bigint)", "Unable to cast Infinity to bigint"),
    ("CAST(100E0 AS decimal(2,0))", "Cannot cast DOUBLE '100.0' to DECIMAL(2, 0)"),
    ("CAST(1000 AS decimal(3,0))", "Cannot cast INTEGER '1000' to DECIMAL(3, 0)"),
    ("CAST(1 AS decimal(2,2))", "Cannot cast INTEGER '1' to DECIMAL(2, 2)"),
    ("CAST(true AS decimal(1,1))", "CAST of true to decimal(1,1): not supported"),
    ("TRY_CAST(true AS decimal(1,1))", "CAST of true to decimal(1,1): not supported"),
    (
        "CAST(' 1' AS integer)",
        "CAST of spaces around the number in ' 1': not supported; trim(x) takes them off",
    ),
    ("TRY_CAST('1\n' AS bigint)", "CAST of spaces around the number"),
    ("TRY_CAST(' 1' AS decimal(2,1))", "CAST of spaces around the number"),
    ("CAST(9.95 AS decimal(2,1))", "Cannot cast DECIMAL(3, 2) '9.95' to DECIMAL(2, 1)"),
    ("CAST(3000000000.0 AS integer)", "Cannot cast '3000000000.0' to INTEGER"),
    (
        "CAST('x' AS decimal(3,1))",
        "Cannot cast VARCHAR 'x' to DECIMAL(3, 1). Value is not a number.",
    ),
    (
        "CAST('100' AS decimal(3,1))",
        "Cannot cast VARCHAR '100' to DECIMAL(3, 1). Value too large.",
    ),
    ("CAST('x' AS integer)", "Cannot cast 'x' to INT"),
    ("CAST('x' AS bigint)", "Cannot cast 'x' to BIGINT"),
    ("CAST('x' AS double)", "Cannot cast 'x' to DOUBLE"),
    ("CAST('yes' AS boolean)", "Cannot cast 'yes' to BOOLEAN"),
    ("CAST('\u20031.5' AS double)", "Cannot cast '\u20031.5' to DOUBLE"),
    ("CAST('NaN' AS double)", "CAST of 'NaN' to double: not supported"),
    ("TRY_CAST('NaN' AS double)", "CAST of 'NaN' to double: not supported"),
    ("TRY_CAST('0x1p3' AS double)", "CAST of '0x1p3' to double: not supported"),
    ("TRY_CAST('\u0661' AS integer)", "digits other than 0 to 9 in '\u0661': not supported"),
    ("TRY_CAST('\u0661' AS decimal(2,0))", "digits other than 0 to 9 in '\u0661': not supported"),
    ("CAST(12345 AS varchar(2))", "Value 12345 cannot be represented as varchar(2)"),
    ("CAST('2026-02-30' AS date)", "Value cannot be cast to date: 2026-02-30"),
    (
        "TRY_CAST('2026-11-22 10:00:00 UTC' AS timestamp)",
        "CAST of '2026-11-22 10:00:00 UTC' to timestamp: a text with a time zone is not supported",
    ),
    ("CAST('x' AS timestamp)", "Value cannot be cast to timestamp: x"),
    (
        "CAST('x' AS timestamp with time zone)",
        "Value cannot be cast to timestamp with time zone: x",
    ),
    ("CAST(1 AS date)", "line 1:13: Cannot cast integer to date"),
    ("CAST(DATE '2026-01-01' AS integer)", "line 1:18: Cannot cast date to integer"),
    ("CAST('1' AS varchar(x))", "X is no parameter of a type"),
    ("CAST(1 AS varbinary)", "line 1:13: Cannot cast integer to varbinary"),
    ("CAST(ARRAY['a'] AS varchar)", "line 1:19: Cannot cast array(varchar) to varchar"),
    ("CAST(1 AS array(integer))", "line 1:13: Cannot cast integer to array(integer)"),
    ("CAST(1 AS decimal(39,0))", "line 1:26: DECIMAL precision must be in range [1, 38]: 39"),
    ("CAST(1 AS decimal(0,0))", "line 1:26: DECIMAL precision must be in range [1, 38]: 0"),
    ("CAST(1 AS decimal(2,3))", "line 1:26: DECIMAL scale must be in range [0, precision (2)]: 3"),
    ("CAST(1 AS real)", "line 1:13: type real: not supported yet"),
    ("CAST(1 AS smallint)", "line 1:13: type smallint: not supported yet"),
    ("CAST('a' AS char(3))", "line 1:13: type char(3): not supported yet"),
    ("CAST('10:00' AS time)", "line 1:13: type time: not supported yet"),
    ("CAST('a' AS text)", "line 1:20: Unknown type: text"),
    ("CAST('a' AS timestamp(6))", "line 1:13: timestamp(6): times are held to the millisecond"),
    ("CAST(ARRAY['abc'] AS array(varchar(2)))", "line 1:"),
]

CASTABLE: list[tuple[str, str, bool]] = [
    ("integer", "varchar", True),
    ("varchar", "varbinary", True),
    ("varbinary", "varchar", False),
    ("boolean", "date", False),
    ("date", "bigint", False),
    ("timestamp(3)", "timestamp(0)", True),
    ("interval day to second", "varchar", True),
    ("varchar", "interval day to second", False),
    ("decimal(5,2)", "decimal(3,0)", True),
    ("array(integer)", "array(varchar)", True),
    ("array(integer)", "array(date)", False),
    ("array(integer)", "varchar", False),
    ("map(varchar, integer)", "map(varchar, double)", True),
    ("map(varchar, integer)", "map(date, double)", True),
    ("map(integer, integer)", "map(date, double)", False),
    ("row(a integer, b varchar)", "row(varchar, double)", True),
    ("row(a integer)", "row(integer, integer)", False),
    ("unknown", "date", True),
    ("array(unknown)", "array(date)", True),
    ("date", "json", True),
    ("timestamp(3) with time zone", "json", False),
    ("map(varchar, integer)", "json", True),
    ("map(date, integer)", "json", False),
    ("json", "array(map(varchar, double))", True),
    ("json", "date", False),
    ("json", "map(json, integer)", False),
    ("varchar", "ipaddress", True),
    ("ipaddress", "varbinary", True),
    ("ipprefix", "varbinary", False),
    ("integer", "ipaddress", False),
]


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_a_cast_gives_trinos_value(world: World, expression: str, value: str | None) -> None:
    assert world.value(expression) == value


@pytest.mark.parametrize(("expression", "message"), ERRORS)
def test_a_cast_fails_as_in_trino(world: World, expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(("source", "target", "expected"), CASTABLE)
def test_which_types_can_be_cast(source: str, target: str, expected: bool) -> None:
    assert casting.castable(parse_type(source), parse_type(target)) is expected


_IN_SQLITE = [
    ("boolean", "varchar", [0, 1]),
    ("boolean", "integer", [0, 1]),
    ("boolean", "double", [0, 1]),
    ("integer", "boolean", [-1, 0, 2147483647]),
    ("integer", "double", [-1, 0, 2147483647]),
    ("bigint", "varchar", [-(1 << 63), 0, (1 << 63) - 1]),
    ("bigint", "double", [-(1 << 63), (1 << 53) + 1, (1 << 63) - 1]),
    ("double", "boolean", [0.0, -0.0, 5e-324, float("inf")]),
    ("date", "varchar", ["0001-01-01", "2026-11-22"]),
    ("timestamp(3)", "date", ["0001-01-01 00:00:00.000", "2026-11-22 23:59:59.999"]),
    ("timestamp(1)", "varchar", ["2026-11-22 23:59:59.900"]),
    ("date", "timestamp(3)", ["2026-11-22"]),
]


@pytest.mark.parametrize(("source", "target", "held"), _IN_SQLITE)
def test_what_sqlite_casts_by_itself_is_the_same(
    world: World, source: str, target: str, held: list[object]
) -> None:
    kinds = parse_type(source), parse_type(target)
    for value in held:
        text = casting.cast(kinds[0], parse_type("varchar"), value)
        if source == "double":
            text = repr(value).replace("inf", "Infinity")
        given = f"CAST('{text}' AS {source})"
        assert world.rows(f"SELECT CAST({given} AS {target})") == [(casting.cast(*kinds, value),)]


@given(st.floats(allow_nan=False))
def test_a_double_reads_back_from_its_text(value: float) -> None:
    assert repr(numerals.real_from_text(numerals.real_to_text(value))) == repr(value)
    assert repr(numerals.real_from_text(numerals.java_text(value))) == repr(value)


@given(st.integers(-(10**38) + 1, 10**38 - 1), st.integers(0, 38))
def test_a_decimal_reads_back_from_its_text(unscaled: int, scale: int) -> None:
    text = decimals.text(unscaled, scale)
    assert numerals.decimal_from_text(text, 38, scale) == unscaled


def test_long_texts_are_read_in_little_time() -> None:
    digits = "1" * 1_000_000
    assert numerals.real_from_text(f"0.{digits}") == pytest.approx(1 / 9)
    assert numerals.decimal_from_text(f"0.{digits}", 5, 4) == 1111
    with pytest.raises(ValueError, match="to INT"):
        numerals.whole_from_text("integer", digits)
