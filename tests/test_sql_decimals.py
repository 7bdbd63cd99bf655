"""Decimals: their literals, the types and values of arithmetic, rounding, comparison.

Values follow Trino's rules for the precision and scale of each result; a decimal shows as many
digits after the point as its scale.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.catalog.types import decimal
from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.rules import decimals
from datasette_access_monitoring.sql.udf import decimals as functions

VALUES: list[tuple[str, str | None]] = [
    # literals: leading zeros do not count, trailing ones do
    ("1.5", "1.5"),
    (".5", "0.5"),
    ("00.50", "0.50"),
    ("123.", "123"),
    ("0.0", "0.0"),
    ("-0.0", "0.0"),
    ("12345678901234567890123456789012345678.", "12345678901234567890123456789012345678"),
    ("0.12345678901234567890123456789012345678", "0.12345678901234567890123456789012345678"),
    ("DECIMAL '12.50'", "12.50"),
    ("DECIMAL '-001.5'", "-1.5"),
    ("DECIMAL '+.5'", "0.5"),
    ("DECIMAL '7'", "7"),
    # + - * / %
    ("1.5 + 2.25", "3.75"),
    ("1.5 + 2", "3.5"),
    ("1.5 - 2.50", "-1.00"),
    ("0.1 + 0.2", "0.3"),
    ("1.5 * 2.50", "3.750"),
    ("1.5 * -2", "-3.0"),
    ("7 / 2.0", "3.5"),
    ("10 / 3.0", "3.3"),
    ("20 / 3.0", "6.7"),
    ("-20 / 3.0", "-6.7"),
    ("1.0 / 3", "0.3"),
    ("100.0 * 2 / 3", "66.7"),
    ("1 / 8.00", "0.13"),
    ("1 / -8.00", "-0.13"),
    ("2.5 / 0.0001", "25000.0000"),
    ("7.5 % 2", "1.5"),
    ("-7.5 % 2", "-1.5"),
    ("7.5 % -2", "1.5"),
    ("7 % 2.25", "0.25"),
    ("mod(7, 2.25)", "0.25"),
    ("mod(-7.5, 2.5)", "0.0"),
    ("1.5 + NULL", None),
    ("NULL / 1.5", None),
    ("CAST(NULL AS decimal(3,1)) + 1", None),
    # with the other numbers
    ("1.5 + 1E0", "2.5"),
    ("1E0 / 4.0", "0.25"),
    ("0.1 + 0.2 = 0.3", "true"),
    ("0.1E0 + 0.2E0 = 0.3", "false"),
    ("9007199254740993 = 9007199254740992.0", "false"),
    ("9007199254740993 = 9007199254740993.0", "true"),
    ("-(1.5)", "-1.5"),
    ("- -1.5", "1.5"),
    ("-CAST(NULL AS decimal(3,1))", None),
    # comparison is of numbers, whatever the scales
    ("1.5 = 1.50", "true"),
    ("1.5 <> 1.50", "false"),
    ("1.49 < 1.5", "true"),
    ("-1.5 < -1.49", "true"),
    ("-1.5 < 0", "true"),
    ("10.0 > 9", "true"),
    ("1.5 IS DISTINCT FROM 1.500", "false"),
    ("1.5 BETWEEN 1 AND 2", "true"),
    ("1.5 IN (1, 1.50)", "true"),
    ("1.5 NOT IN (1, 2.25, NULL)", None),
    ("NOT (1.5 = NULL)", None),
    ("CASE 1.50 WHEN 1.5 THEN 'a' ELSE 'b' END", "a"),
    ("CASE WHEN true THEN 1 ELSE 2.55 END", "1.00"),
    # functions
    ("abs(-1.50)", "1.50"),
    ("abs(1.5)", "1.5"),
    ("sign(-1.50)", "-1"),
    ("sign(0.0)", "0"),
    ("sign(0.01)", "1"),
    ("ceil(1.2)", "2"),
    ("ceiling(-1.2)", "-1"),
    ("ceil(1.0)", "1"),
    ("ceil(9.9)", "10"),
    ("floor(-1.5)", "-2"),
    ("floor(1.9)", "1"),
    ("floor(0.0)", "0"),
    ("floor(-9.9)", "-10"),
    ("round(2.5)", "3"),
    ("round(-2.5)", "-3"),
    ("round(2.49)", "2"),
    ("round(9.5)", "10"),
    ("round(66.666, 1)", "66.700"),
    ("round(66.666, 5)", "66.666"),
    ("round(66.666, 0)", "67.000"),
    ("round(66.666, -1)", "70.000"),
    ("round(66.666, -2)", "100.000"),
    ("round(66.666, -3)", "0.000"),
    ("round(-66.65, 1)", "-66.70"),
    ("round(99.95, 1)", "100.00"),
    ("round(CAST(NULL AS decimal(3,1)), 1)", None),
    ("round(1.5, NULL)", None),
    ("truncate(-66.666)", "-66"),
    ("truncate(0.9)", "0"),
    ("truncate(66.666, 1)", "66.600"),
    ("truncate(-66.666, 1)", "-66.600"),
    ("truncate(66.666, -1)", "60.000"),
    ("truncate(66.666, -2)", "0.000"),
    ("truncate(5)", "5"),
    ("round(0.5)", "1"),
    ("sqrt(2.25)", "1.5"),
    ("power(1.5, 2)", "2.25"),
    ("abs(CAST(NULL AS decimal(3,1)))", None),
    # choice
    ("greatest(1.5, 2)", "2.0"),
    ("least(1.5, 1.25)", "1.25"),
    ("greatest(-1.5, NULL)", None),
    ("coalesce(NULL, 1.5, 2.25)", "1.50"),
    ("nullif(1.5, 1.50)", None),
    ("nullif(1.50, 2)", "1.50"),
    ("if(true, 1, 2.5)", "1.0"),
    ("ARRAY[1.5, 2, 0.25]", "[1.50, 2.00, 0.25]"),
    ("ARRAY[1.5] = ARRAY[1.50]", "true"),
]

ERRORS: list[tuple[str, str]] = [
    ("1 / 0.0", "Division by zero"),
    ("1.5 / 0", "Division by zero"),
    ("1.5 % 0", "Division by zero"),
    ("mod(1.5, 0.0)", "Division by zero"),
    (
        "99999999999999999999999999999999999999. + 1",
        "Decimal overflow",
    ),
    ("-99999999999999999999999999999999999999. - 1", "Decimal overflow"),
    ("10000000000000000000. * 10000000000000000000.", "Decimal overflow"),
    ("10000000000000000000000000000000000000. + 0.5", "Decimal overflow"),
    ("10000000000000000000000000000000000000. / 0.01", "Decimal overflow"),
    ("99999999999999999999999999999999999999. = 0.5", "Decimal overflow"),
    ("round(99999999999999999999999999999999999999., -1)", "Decimal overflow"),
    (
        "0.12345678901234567890 * 0.12345678901234567890",
        "line 1:8: DECIMAL scale must be in range [0, precision (38)]: 40",
    ),
    (
        "123456789012345678901234567890123456789.",
        "line 1:8: Value exceeds maximum precision",
    ),
    ("DECIMAL 'x'", "line 1:16: Invalid DECIMAL value 'x'"),
    ("DECIMAL ''", "line 1:16: Invalid DECIMAL value ''"),
    ("DECIMAL '1e5'", "line 1:16: Invalid DECIMAL value '1e5'"),
    ("+1.5", "line 1:9: Unary '+' operator cannot by applied to decimal(2,1) type"),
    ("1.5 = '1.5'", "line 1:8: Cannot apply operator: decimal(2,1) = varchar"),
    ("1.5 || 'a'", "line 1:8: "),
    ("nullif(1.5, 'a')", "line 1:8: Types are not comparable with NULLIF: decimal(2,1) vs varchar"),
]

TYPES: list[tuple[str, str]] = [
    ("1.5", "decimal(2,1)"),
    ("00.50", "decimal(2,2)"),
    ("0.", "decimal(1,0)"),
    ("1.5 + 2.25", "decimal(4,2)"),
    ("1.5 + 2", "decimal(12,1)"),
    ("1.5 * 2.25", "decimal(5,3)"),
    ("1.5 / 2.25", "decimal(5,2)"),
    ("2.25 / 1.5", "decimal(4,2)"),
    ("100.0 * 2 / 3", "decimal(14,1)"),
    ("1.5 % 2.25", "decimal(3,2)"),
    ("1.5 + 1E0", "double"),
    ("round(66.666)", "decimal(3,0)"),
    ("round(66.666, 1)", "decimal(6,3)"),
    ("ceil(1.25)", "decimal(2,0)"),
    ("truncate(0.5)", "decimal(1,0)"),
    ("truncate(12.5, 1)", "decimal(3,1)"),
    ("sign(1.25)", "decimal(1,0)"),
    ("abs(1.25)", "decimal(3,2)"),
    ("mod(7.25, 2.5)", "decimal(3,2)"),
    ("greatest(1.5, 22)", "decimal(11,1)"),
    ("1.5 + CAST(1 AS bigint)", "decimal(21,1)"),
    ("CAST(1 AS decimal)", "decimal(38,0)"),
    ("CAST(1 AS decimal(5))", "decimal(5,0)"),
    ("CAST(1 AS decimal(5, 2))", "decimal(5,2)"),
]


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_a_decimal_expression_has_trinos_value(
    world: World, expression: str, value: str | None
) -> None:
    assert world.value(expression) == value


@pytest.mark.parametrize(("expression", "message"), ERRORS)
def test_a_decimal_error_is_as_in_trino(world: World, expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(("expression", "kind"), TYPES)
def test_a_decimal_result_has_trinos_type(world: World, expression: str, kind: str) -> None:
    assert str(world.run(f"SELECT {expression}").columns[0].type) == kind


@pytest.mark.parametrize(
    ("left", "symbol", "right", "kind"),
    [
        ((38, 0), "+", (38, 0), (38, 0)),
        ((38, 10), "-", (10, 5), (38, 10)),
        ((20, 5), "*", (20, 5), (38, 10)),
        ((38, 0), "/", (38, 10), (38, 10)),
        ((10, 2), "/", (5, 0), (10, 2)),
        ((5, 0), "/", (10, 2), (9, 2)),
        ((38, 38), "%", (38, 0), (38, 38)),
    ],
)
def test_a_result_type_is_capped_at_38_digits(
    left: tuple[int, int], symbol: str, right: tuple[int, int], kind: tuple[int, int]
) -> None:
    assert decimals.result_type(symbol, decimal(*left), decimal(*right)) == decimal(*kind)


_NUMBERS = st.integers(-(10**18) + 1, 10**18 - 1)
_SCALES = st.integers(0, 9)


def _text(unscaled: int, scale: int) -> Decimal:
    return Decimal(f"{unscaled}E-{scale}")


@given(_NUMBERS, _SCALES, _NUMBERS, _SCALES)
@settings(max_examples=300, deadline=None)
def test_arithmetic_is_that_of_decimal_numbers(a: int, s1: int, b: int, s2: int) -> None:
    scale = max(s1, s2)
    left, right = decimals.held(a), decimals.held(b)
    with localcontext() as context:
        context.prec = 100
        context.rounding = ROUND_HALF_UP
        x, y = _text(a, s1), _text(b, s2)
        total = functions.add(left, right, scale - s1, scale - s2)
        assert _text(decimals.unscaled(total), scale) == x + y
        product = decimals.unscaled(functions.multiply(left, right))
        assert _text(product, s1 + s2) == x * y
        assert (left < right) == (a < b)
        if b:
            rest = functions.remainder(left, right, scale - s1, scale - s2)
            assert _text(decimals.unscaled(rest), scale) == x % y
            exact = (x / y).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
            quotient = functions.divide(left, right, scale - s1 + s2)
            assert _text(decimals.unscaled(quotient), scale) == exact


@given(st.integers(-(10**38) + 1, 10**38 - 1), st.integers(0, 38))
def test_a_held_decimal_reads_back(unscaled: int, scale: int) -> None:
    assert decimals.unscaled(decimals.held(unscaled)) == unscaled
    assert Decimal(decimals.text(unscaled, scale)) == _text(unscaled, scale)


@given(st.integers(-(10**17), 10**17), st.integers(0, 17), st.integers(-20, 20))
def test_rounding_is_half_away_from_zero(unscaled: int, scale: int, digits: int) -> None:
    text = decimals.held(unscaled)
    with localcontext() as context:
        context.prec = 100
        step = Decimal(1).scaleb(-min(digits, scale))
        rounded = (_text(unscaled, scale) / step).quantize(Decimal(1), ROUND_HALF_UP) * step
        got = functions.round_to(text, digits, 18, scale)
        assert _text(decimals.unscaled(got), scale) == rounded
