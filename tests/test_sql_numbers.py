"""Functions of numbers with Trino's value for each: rounding, roots, angles, bases, bits, signs."""

# ruff: noqa: E501 (one row, one line)

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.functions import Function
from datasette_access_monitoring.sql.functions.numbers import ENTRIES
from datasette_access_monitoring.sql.udf import angles, numbers

VALUES: list[tuple[str, str | None]] = [
    # signs
    ("+1", "1"),
    ("+1E0", "1.0"),
    ("2 - +1", "1"),
    ("2 * -+1", "-2"),
    ("+ + 1", "1"),
    ("+CAST(NULL AS bigint)", None),
    ("-CAST(NULL AS integer)", None),
    ("-0E0", "-0.0"),
    ("-(-0E0)", "0.0"),
    ("1 / -0E0", "-Infinity"),
    ("-1.5E0", "-1.5"),
    ("ARRAY[+1, -1]", "[1, -1]"),
    # abs, sign
    ("abs(-3)", "3"),
    ("abs(-2147483647)", "2147483647"),
    ("abs(-(2147483648))", "2147483648"),
    ("-9223372036854775808", "-9223372036854775808"),
    ("-9223372036854775808 + 1", "-9223372036854775807"),
    ("abs(-1.5E0)", "1.5"),
    ("abs(-0E0)", "0.0"),
    ("abs(-infinity())", "Infinity"),
    ("abs(CAST(NULL AS integer))", None),
    ("sign(-7)", "-1"),
    ("sign(0)", "0"),
    ("sign(9223372036854775807)", "1"),
    ("sign(-7.5E0)", "-1.0"),
    ("sign(0E0)", "0.0"),
    ("sign(-infinity())", "-1.0"),
    ("sign(CAST(NULL AS double))", None),
    # ceil, floor, truncate
    ("ceil(5)", "5"),
    ("ceiling(-1.5E0)", "-1.0"),
    ("ceil(1.2E0)", "2.0"),
    ("ceil(-0.5E0)", "-0.0"),
    ("ceil(1E300)", "1.0E300"),
    ("ceil(infinity())", "Infinity"),
    ("floor(-1.5E0)", "-2.0"),
    ("floor(1.9E0)", "1.0"),
    ("floor(-5)", "-5"),
    ("floor(CAST(NULL AS double))", None),
    ("truncate(-1.9E0)", "-1.0"),
    ("truncate(-0.5E0)", "-0.0"),
    ("truncate(1.9E0)", "1.0"),
    ("truncate(infinity())", "Infinity"),
    # round
    ("round(5)", "5"),
    ("round(2.5E0)", "3.0"),
    ("round(-2.5E0)", "-3.0"),
    ("round(3.5E0)", "4.0"),
    ("round(0.49999999999999994E0)", "0.0"),
    ("round(-0.4E0)", "-0.0"),
    ("round(-0E0)", "0.0"),
    ("round(-0E0, 2)", "0.0"),
    # the parser's own tokenizer would read on to the next number
    ("1E5-3", "99997.0"),
    ("try(1.5e0+2)", "3.5"),
    ("0.1E0+0.2", "0.30000000000000004"),
    ("1E5+2E3-1e-1", "101999.9"),
    ("5.E1-.5", "49.5"),
    ("-1E0-1E0", "-2.0"),
    (".5E1 -3", "2.0"),
    ("1E5 -3", "99997.0"),
    ("1E+2-3", "97.0"),
    ("1E2-.5", "99.5"),
    ("round(4.145E0, 2)", "4.14"),
    ("round(1.005E0, 2)", "1.0"),
    ("round(1234.567E0, 1)", "1234.6"),
    ("round(1234.567E0, -2)", "1200.0"),
    ("round(-1250E0, -2)", "-1300.0"),
    ("round(300000.00000011094E0, 16)", "300000.00000011094"),
    ("round(123.4E0, 10000000)", "123.4"),
    ("round(123.456E0, -324)", "0.0"),
    ("round(1E20)", "1.0E20"),
    ("round(infinity(), 2)", "Infinity"),
    ("round(15, -1)", "20"),
    ("round(-15, -1)", "-20"),
    ("round(14, -1)", "10"),
    ("round(14, 3)", "14"),
    ("round(9223372036854775807, -18)", "9000000000000000000"),
    ("round(CAST(NULL AS bigint), -1)", None),
    ("round(1E0, NULL)", None),
    # remainders
    ("mod(7, 3)", "1"),
    ("mod(-7, 3)", "-1"),
    ("mod(7, -3)", "1"),
    ("mod(5.5E0, 2)", "1.5"),
    ("mod(-5.5E0, 2)", "-1.5"),
    ("mod(5E0, infinity())", "5.0"),
    ("mod(NULL, 2)", None),
    # powers and logarithms
    ("power(2, 10)", "1024.0"),
    ("pow(2, -1)", "0.5"),
    ("power(0, 0)", "1.0"),
    ("power(0, -1)", "Infinity"),
    ("power(10, 400)", "Infinity"),
    ("power(-10, 401)", "-Infinity"),
    ("power(-8, 2)", "64.0"),
    ("power(2, NULL)", None),
    ("sqrt(16)", "4.0"),
    ("sqrt(infinity())", "Infinity"),
    ("cbrt(27)", "3.0"),
    ("cbrt(-27)", "-3.0"),
    ("cbrt(1000000000000000000)", "1000000.0"),
    ("cbrt(0E0)", "0.0"),
    ("exp(0)", "1.0"),
    ("exp(1000)", "Infinity"),
    ("exp(-1000)", "0.0"),
    ("ln(1)", "0.0"),
    ("ln(0)", "-Infinity"),
    ("log2(8)", "3.0"),
    ("log10(1000)", "3.0"),
    ("log10(0)", "-Infinity"),
    ("log(2, 8)", "3.0"),
    ("log(1, 5)", "Infinity"),
    ("ln(NULL)", None),
    # angles
    ("sin(0)", "0.0"),
    ("cos(0)", "1.0"),
    ("tan(0)", "0.0"),
    ("asin(1)", "1.5707963267948966"),
    ("acos(1)", "0.0"),
    ("atan(infinity())", "1.5707963267948966"),
    ("atan2(0, -1)", "3.141592653589793"),
    ("sinh(0)", "0.0"),
    ("cosh(0)", "1.0"),
    ("cosh(-1000)", "Infinity"),
    ("sinh(-1000)", "-Infinity"),
    ("tanh(infinity())", "1.0"),
    ("degrees(pi())", "180.0"),
    ("radians(180)", "3.141592653589793"),
    ("sin(NULL)", None),
    # constants and what they are
    ("pi()", "3.141592653589793"),
    ("e()", "2.718281828459045"),
    ("infinity()", "Infinity"),
    ("-infinity()", "-Infinity"),
    ("infinity() = infinity()", "true"),
    ("is_finite(1E0)", "true"),
    ("is_finite(infinity())", "false"),
    ("NOT is_finite(infinity())", "true"),
    ("NOT is_finite(NULL)", None),
    ("is_infinite(-infinity())", "true"),
    ("NOT is_infinite(1E0)", "true"),
    ("NOT is_infinite(NULL)", None),
    ("is_nan(1E0)", "false"),
    ("NOT is_nan(1E0)", "true"),
    ("NOT is_nan(NULL)", None),
    # bases
    ("to_base(255, 16)", "ff"),
    ("to_base(-255, 2)", "-11111111"),
    ("to_base(0, 36)", "0"),
    ("to_base(NULL, 16)", None),
    ("from_base('ff', 16)", "255"),
    ("from_base('-FF', 16)", "-255"),
    ("from_base('+12', 3)", "5"),
    ("from_base('-8000000000000000', 16)", "-9223372036854775808"),
    ("from_base(NULL, 16)", None),
    # buckets
    ("width_bucket(3.14E0, 0, 4, 3)", "3"),
    ("width_bucket(2, 0, 4, 3)", "2"),
    ("width_bucket(-1, 0, 4, 3)", "0"),
    ("width_bucket(4, 0, 4, 3)", "4"),
    ("width_bucket(infinity(), 0, 4, 3)", "4"),
    ("width_bucket(1, 4, 0, 4)", "3"),
    ("width_bucket(5, 4, 0, 4)", "0"),
    ("width_bucket(3, ARRAY[0E0, 2E0, 4E0])", "2"),
    ("width_bucket(2, ARRAY[0E0, 2E0, 4E0])", "2"),
    ("width_bucket(-1, ARRAY[0E0, 2E0, 4E0])", "0"),
    ("width_bucket(9, ARRAY[0E0, 2E0, 4E0])", "3"),
    ("width_bucket(NULL, 0, 4, 3)", None),
    # bits
    ("bitwise_and(19, 25)", "17"),
    ("bitwise_or(19, 25)", "27"),
    ("bitwise_xor(19, 25)", "10"),
    ("bitwise_xor(-1, 1)", "-2"),
    ("bitwise_not(-12)", "11"),
    ("bitwise_not(NULL)", None),
    ("bitwise_and(1, NULL)", None),
    ("bitwise_left_shift(1, 2)", "4"),
    ("bitwise_left_shift(1, 31)", "-2147483648"),
    ("bitwise_left_shift(1, 32)", "0"),
    ("bitwise_left_shift(1, 64)", "0"),
    ("bitwise_left_shift(CAST(1 AS bigint), 63)", "-9223372036854775808"),
    ("bitwise_left_shift(CAST(5 AS bigint), 64)", "0"),
    ("bitwise_right_shift(8, 3)", "1"),
    ("bitwise_right_shift(-8, 3)", "536870911"),
    ("bitwise_right_shift(-8, 0)", "-8"),
    ("bitwise_right_shift(CAST(-1 AS bigint), 1)", "9223372036854775807"),
    ("bitwise_right_shift(-1, 64)", "0"),
    ("bitwise_right_shift_arithmetic(-8, 3)", "-1"),
    ("bitwise_right_shift_arithmetic(-8, 64)", "-1"),
    ("bitwise_right_shift_arithmetic(8, 64)", "0"),
    ("bit_count(9, 64)", "2"),
    ("bit_count(9, 8)", "2"),
    ("bit_count(-7, 64)", "62"),
    ("bit_count(-7, 8)", "6"),
    ("bit_count(NULL, 8)", None),
    # the largest and the smallest
    ("greatest(1, 3, 2)", "3"),
    ("greatest(1, NULL)", None),
    ("greatest(1, 2E0)", "2.0"),
    ("greatest(0E0, -0E0)", "0.0"),
    ("greatest(-0E0, 0E0)", "-0.0"),
    ("least(-0E0, 0E0)", "-0.0"),
    ("least('b', 'a', 'é')", "a"),
    ("greatest('a', 'B')", "a"),
    ("greatest('\U0001f600', '\uffff')", "\U0001f600"),
    ("greatest(true, false)", "true"),
    ("least(true, false)", "false"),
    ("least(DATE '2026-01-02', DATE '2026-01-01')", "2026-01-01"),
    ("greatest(DATE '2026-01-02', TIMESTAMP '2026-01-02 00:00:00.001')", "2026-01-02 00:00:00.001"),
    (
        "least(TIMESTAMP '2026-01-01 01:00:00 +02:00', TIMESTAMP '2026-01-01 00:00:00 UTC')",
        "2026-01-01 01:00:00 +02:00",
    ),
    (
        "greatest(TIMESTAMP '2026-01-01 02:00:00 +02:00', TIMESTAMP '2026-01-01 00:00:00 UTC')",
        "2026-01-01 02:00:00 +02:00",
    ),
    ("greatest(INTERVAL '1' DAY, INTERVAL '25' HOUR)", "1 01:00:00.000"),
    ("greatest(ARRAY[1, 2], ARRAY[1, 2, 0], ARRAY[1])", "[1, 2, 0]"),
    ("least(ARRAY[1.5E0], ARRAY[-2E0])", "[-2.0]"),
    ("greatest(ARRAY['a'], NULL)", None),
    ("greatest('b')", "b"),
    # nullif compares in the common type and keeps the first one's
    ("nullif(1, 1E0)", None),
    ("nullif(2, 1E0)", "2"),
    ("nullif(9007199254740993, 9007199254740992E0)", None),
    ("nullif(NULL, 1)", None),
    ("nullif(1, NULL)", "1"),
    ("nullif('a', 'A')", "a"),
    ("nullif(true, true)", None),
    ("nullif(ARRAY[1, NULL], ARRAY[1, NULL])", "[1, null]"),
    ("nullif(ARRAY[1], ARRAY[1E0])", None),
    ("nullif(DATE '2026-01-01', TIMESTAMP '2026-01-01 00:00:00')", None),
    (
        "nullif(TIMESTAMP '2026-01-01 02:00:00 +02:00', TIMESTAMP '2026-01-01 00:00:00 UTC')",
        None,
    ),
    ("coalesce(NULL, 1, 2E0)", "1.0"),
    ("coalesce(NULL, NULL)", None),
    ("if(NULL, 1, 2)", "2"),
    ("if(true, ARRAY[1], ARRAY[2E0])", "[1.0]"),
    ("if(false, 1 / 0, 2)", "2"),
    ("coalesce(1, 1 / 0)", "1"),
]

ERRORS: list[tuple[str, str]] = [
    ("+'a'", "line 1:9: Unary '+' operator cannot by applied to varchar type"),
    ("+true", "Unary '+' operator cannot by applied to boolean type"),
    ("-9223372036854775809", "line 1:9: -9223372036854775809 is smaller than a bigint"),
    ("-(-2147483648)", "integer overflow: 2147483648"),
    ("5 - -2147483648", "integer overflow: 2147483653"),
    ("abs(-2147483648)", "Value -2147483648 is out of range for abs(integer)"),
    ("abs(-2147483647 - 1)", "Value -2147483648 is out of range for abs(integer)"),
    (
        "abs(-9223372036854775807 - 1)",
        "Value -9223372036854775808 is out of range for abs(bigint)",
    ),
    ("-(-2147483647 - 1)", "integer overflow: 2147483648"),
    ("round(2147483647, -1)", "integer overflow: 2147483650"),
    ("round(9223372036854775807, -1)", "numerical overflow: 9223372036854775807"),
    ("round(1, -19)", "numerical overflow: 1"),
    (".5E1-3", "line 1:8: a space is needed between .5E1 and -"),
    ("try(.5e0+2)", "line 1:12: a space is needed between .5e0 and +"),
    ("mod(1, 0)", "Division by zero"),
    ("mod(1E0, 0)", "the result is NaN, which SQLite cannot hold"),
    ("nan()", "the result is NaN, which SQLite cannot hold"),
    ("infinity() - infinity()", "the result is NaN, which SQLite cannot hold"),
    ("sqrt(-1)", "the result is NaN, which SQLite cannot hold"),
    ("ln(-1)", "the result is NaN, which SQLite cannot hold"),
    ("log10(-1)", "the result is NaN, which SQLite cannot hold"),
    ("asin(2)", "the result is NaN, which SQLite cannot hold"),
    ("sin(infinity())", "the result is NaN, which SQLite cannot hold"),
    ("power(-8, 0.5E0)", "the result is NaN, which SQLite cannot hold"),
    ("power(1, infinity())", "the result is NaN, which SQLite cannot hold"),
    ("log(1, 1)", "the result is NaN, which SQLite cannot hold"),
    ("to_base(1, 1)", "Radix must be between 2 and 36"),
    ("to_base(1, 37)", "Radix must be between 2 and 36"),
    ("from_base('2', 2)", "Not a valid base-2 number: 2"),
    ("from_base('', 10)", "Not a valid base-10 number: "),
    ("from_base('-', 10)", "Not a valid base-10 number: -"),
    ("from_base('1 ', 10)", "Not a valid base-10 number: 1 "),
    ("from_base('8000000000000000', 16)", "Not a valid base-16 number: 8000000000000000"),
    ("from_base('\u0661', 10)", "digits other than 0 to 9 and a to z in '\u0661': not supported"),
    ("width_bucket(1, 0, 4, 0)", "bucketCount must be greater than 0"),
    ("width_bucket(1, 4, 4, 2)", "bounds cannot equal each other"),
    ("width_bucket(1, infinity(), 4, 2)", "first bound must be finite"),
    ("width_bucket(1, 4, infinity(), 2)", "second bound must be finite"),
    ("width_bucket(1, CAST(ARRAY[] AS array(double)))", "Bins cannot be an empty array"),
    ("width_bucket(1, ARRAY[2E0, 1E0])", "Bin values are not sorted in ascending order"),
    ("bit_count(9, 1)", "Bits specified in bit_count must be between 2 and 64, got 1"),
    ("bit_count(9, 65)", "Bits specified in bit_count must be between 2 and 64, got 65"),
    (
        "bit_count(128, 8)",
        "Number must be representable with the bits specified. 128 cannot be represented with 8 bits",
    ),
    (
        "greatest(1, 'a')",
        "line 1:8: Unexpected parameters (integer, varchar) for function",
    ),
    ("greatest(ARRAY[1, NULL], ARRAY[1, 2])", "ARRAY comparison not supported"),
    ("nullif(1, 'a')", "line 1:8: Types are not comparable with NULLIF: integer vs varchar"),
    ("if(1, 2)", "line 1:8: Unexpected parameters (integer, integer) for function if"),
    ("random()", "line 1:8: function random: not supported: its result is another one each time"),
    ("rand()", "line 1:8: function rand: not supported: its result is another one each time"),
]


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_a_function_of_numbers_has_trinos_value(
    world: World, expression: str, value: str | None
) -> None:
    assert world.value(expression) == value


@pytest.mark.parametrize(("expression", "message"), ERRORS)
def test_an_error_of_numbers_is_as_in_trino(world: World, expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert str(caught.value).startswith(message)


_SAMPLES = {
    "integer": "1",
    "bigint": "CAST(1 AS bigint)",
    "double": "1E0",
    "decimal": "1.5",
    "varchar": "'1'",
    "array(double)": "ARRAY[1E0]",
}
_NULLS = {name: f"CAST(NULL AS {name})" for name in _SAMPLES}


@pytest.mark.parametrize("function", ENTRIES, ids=lambda function: function.name)
def test_null_in_any_place_gives_null(world: World, function: Function) -> None:
    for signature in function.signatures:
        kinds = [str(kind) for kind in signature.arguments]
        for place in range(len(kinds)):
            arguments = [
                (_NULLS if index == place else _SAMPLES)[kind] for index, kind in enumerate(kinds)
            ]
            assert world.value(f"{function.name}({', '.join(arguments)})") is None


_FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(_FINITE)
def test_the_cube_root_is_the_nearest_double(value: float) -> None:
    root = angles.cbrt(value)
    error = abs(Fraction(root) ** 3 - Fraction(value))
    for other in (math.nextafter(root, -math.inf), math.nextafter(root, math.inf)):
        assert error <= abs(Fraction(other) ** 3 - Fraction(value))


@given(_FINITE)
def test_whole_numbers_around_a_double(value: float) -> None:
    assert numbers.floor(value) == math.floor(value)
    assert numbers.ceiling(value) == math.ceil(value)
    assert numbers.truncate(value) == math.trunc(value)
    nearest = numbers.round_double(value, 0)
    assert abs(Fraction(nearest) - Fraction(value)) <= Fraction(1, 2)


@given(st.integers(-(1 << 63), (1 << 63) - 1), st.integers(2, 36))
def test_digits_in_a_base_read_back(value: int, base: int) -> None:
    text = numbers.to_base(value, base)
    assert int(text, base) == value
    assert numbers.from_base(text.upper(), base) == value


@given(st.integers(-(1 << 63), (1 << 63) - 1), st.integers(0, 63))
@settings(max_examples=200)
def test_shifts_are_those_of_64_bits(value: int, places: int) -> None:
    word = value & ((1 << 64) - 1)

    def signed(bits: int) -> int:
        bits &= (1 << 64) - 1
        return bits - (1 << 64) if bits >> 63 else bits

    assert numbers.left_shift("bigint", value, places) == signed(word << places)
    assert numbers.right_shift("bigint", value, places) == signed(word >> places)
    assert numbers.right_shift_arithmetic("bigint", value, places) == value >> places
