"""SQLite functions over decimals; their form and their types are in ``sql.decimals``.

A text is a decimal as SQLite holds it; scales and precisions are those of the types.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..rules import decimals
from ..rules.times import NotSupportedValue

_LIMIT = 10**decimals.MAX_PRECISION


def of_integer(value: int, scale: int, precision: int) -> str:
    """A whole number as a decimal."""
    return _held(value * 10**scale, precision)


def rescale(text: str, shift: int, precision: int) -> str:
    """The same number with ``shift`` more digits after the point; fails beyond the precision."""
    return _held(decimals.rescaled(decimals.unscaled(text), shift), precision)


def to_double(text: str, precision: int, scale: int) -> float:
    """The double that Trino converts to."""
    return decimals.to_double(decimals.unscaled(text), precision, scale)


def _held(value: int, precision: int = decimals.MAX_PRECISION) -> str:
    if not decimals.fits(value, precision):
        raise ValueError("Decimal overflow")
    return decimals.held(value)


def _widened(text: str, shift: int) -> int:
    """The unscaled value at the scale of the result, which must fit in 38 digits too."""
    value = int(decimals.unscaled(text) * 10**shift)
    if abs(value) >= _LIMIT:
        raise ValueError("Decimal overflow")
    return value


def add(left: str, right: str, left_shift: int, right_shift: int) -> str:
    """The sum, of values that are first given so many more digits after the point."""
    return _held(_widened(left, left_shift) + _widened(right, right_shift))


def subtract(left: str, right: str, left_shift: int, right_shift: int) -> str:
    """The difference, of values that are first given so many more digits after the point."""
    return _held(_widened(left, left_shift) - _widened(right, right_shift))


def multiply(left: str, right: str) -> str:
    """The product; its scale is the sum of the scales."""
    return _held(decimals.unscaled(left) * decimals.unscaled(right))


def divide(left: str, right: str, shift: int) -> str:
    """The quotient, rounded half away from zero, of a dividend with ``shift`` more digits."""
    divisor = decimals.unscaled(right)
    if divisor == 0:
        raise ValueError("Division by zero")
    if shift >= decimals.MAX_PRECISION:
        raise ValueError("Decimal overflow")
    return _held(decimals.divided(decimals.unscaled(left) * 10**shift, divisor))


def remainder(left: str, right: str, left_shift: int, right_shift: int) -> str:
    """What a division leaves, with the dividend's sign."""
    dividend = decimals.unscaled(left) * 10**left_shift
    divisor = decimals.unscaled(right) * 10**right_shift
    if divisor == 0:
        raise ValueError("Division by zero")
    rest = abs(dividend) % abs(divisor)
    return _held(-rest if dividend < 0 else rest)


def negate(text: str) -> str:
    """The number with the other sign."""
    return decimals.held(-decimals.unscaled(text))


def absolute(text: str) -> str:
    """The number without its sign."""
    return decimals.held(abs(decimals.unscaled(text)))


def sign(text: str) -> str:
    """-1, 0 or 1."""
    value = decimals.unscaled(text)
    return decimals.held((value > 0) - (value < 0))


def floor(text: str, scale: int) -> str:
    """The whole number at or below."""
    return decimals.held(decimals.unscaled(text) // 10**scale)


def ceiling(text: str, scale: int) -> str:
    """The whole number at or above."""
    return decimals.held(-(-decimals.unscaled(text) // 10**scale))


def round_whole(text: str, scale: int) -> str:
    """The nearest whole number; halves are rounded away from zero."""
    return decimals.held(decimals.rescaled(decimals.unscaled(text), -scale))


def round_to(text: str, digits: int, precision: int, scale: int) -> str:
    """Rounded to so many digits after the point (before it if negative), at the same scale."""
    value = decimals.unscaled(text)
    if digits >= scale:
        return text
    drop = scale - digits
    if drop >= decimals.MAX_PRECISION:
        if precision < decimals.SHORT_PRECISION:
            return decimals.held(0)
        raise NotSupportedValue(f"round to {digits} digits of a decimal: not supported")
    return _held(decimals.rescaled(value, -drop) * 10**drop, min(38, precision + 1))


def truncate(text: str, scale: int) -> str:
    """The whole number without the digits after the point."""
    return decimals.held(_cut(decimals.unscaled(text), scale))


def truncate_to(text: str, digits: int, precision: int, scale: int) -> str:
    """Without the digits after so many behind the point, at the same scale."""
    if digits >= scale:
        return text
    if precision - scale + digits <= 0:
        return decimals.held(0)
    drop = scale - digits
    return decimals.held(_cut(decimals.unscaled(text), drop) * 10**drop)


def _cut(value: int, digits: int) -> int:
    """The unscaled value without its last digits."""
    whole = int(abs(value) // 10**digits)
    return -whole if value < 0 else whole


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_decimal_of", 3): of_integer,
    ("trino_decimal_rescale", 3): rescale,
    ("trino_decimal_double", 3): to_double,
    ("trino_decimal_add", 4): add,
    ("trino_decimal_subtract", 4): subtract,
    ("trino_decimal_multiply", 2): multiply,
    ("trino_decimal_divide", 3): divide,
    ("trino_decimal_remainder", 4): remainder,
    ("trino_decimal_negate", 1): negate,
    ("trino_decimal_abs", 1): absolute,
    ("trino_decimal_sign", 1): sign,
    ("trino_decimal_floor", 2): floor,
    ("trino_decimal_ceiling", 2): ceiling,
    ("trino_decimal_round", 2): round_whole,
    ("trino_decimal_round", 4): round_to,
    ("trino_decimal_truncate", 2): truncate,
    ("trino_decimal_truncate", 4): truncate_to,
}
"""Name and number of arguments -> function; none of them sees a NULL."""
