"""SQLite functions over whole numbers and doubles: checks, arithmetic, bits, buckets.

Powers, logarithms and angles are in ``angles``.  Source of the rules: Trino's
``MathFunctions``, ``BitwiseFunctions`` and ``DoubleOperators``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from ..rules.numerals import BITS, java_text
from ..rules.times import NotSupportedValue

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_WORD = (1 << 64) - 1


def checked(kind: str) -> Callable[[Any], int]:
    """The check that a result of arithmetic is a number of the type."""
    limit = 1 << BITS[kind]

    def check(value: Any) -> int:
        # SQLite turns an overflow of 64 bits into a float.
        if not isinstance(value, int) or not -limit <= value < limit:
            raise ValueError(f"{kind} overflow: {value}")
        return value

    return check


_int64 = checked("bigint")


def absolute(kind: str, value: int) -> int:
    """The value without its sign; the smallest number has no counterpart."""
    if value == -(1 << BITS[kind]):
        raise ValueError(f"Value {value} is out of range for abs({kind})")
    return abs(value)


def divide(dividend: int, divisor: int) -> int:
    """The quotient, cut towards zero."""
    if divisor == 0:
        raise ValueError("Division by zero")
    quotient = abs(dividend) // abs(divisor)
    return _int64(quotient if (dividend < 0) == (divisor < 0) else -quotient)


def remainder(dividend: int, divisor: int) -> int:
    """What the division leaves, with the dividend's sign."""
    if divisor == 0:
        raise ValueError("Division by zero")
    rest = abs(dividend) % abs(divisor)
    return -rest if dividend < 0 else rest


def round_whole(value: int, digits: int) -> int:
    """Rounded to a power of ten if ``digits`` is negative; halves go away from zero."""
    if digits >= 0:
        return value
    if digits < -18:
        raise ValueError(f"numerical overflow: {value}")
    factor = int(10**-digits)
    rounded = (abs(value) + factor // 2) // factor * factor
    if rounded >= 1 << 63:
        raise ValueError(f"numerical overflow: {value}")
    return -rounded if value < 0 else rounded


def real(value: float) -> float:
    """A double that SQLite can hold."""
    if math.isnan(value):
        raise NotSupportedValue("the result is NaN, which SQLite cannot hold")
    return value


def double_divide(dividend: float, divisor: float) -> float:
    """IEEE division: by zero it gives an infinity."""
    if divisor == 0:
        if dividend == 0:
            return real(math.nan)
        return math.copysign(math.inf, dividend) * math.copysign(1.0, divisor)
    return real(dividend / divisor)


def double_remainder(dividend: float, divisor: float) -> float:
    """Java's ``%``."""
    if divisor == 0 or math.isinf(dividend):
        return real(math.nan)
    return math.fmod(dividend, divisor)


def double_sign(value: float) -> float:
    """-1, 0 or 1; a zero keeps its own sign."""
    return math.copysign(1.0, value) if value else value


def floor(value: float) -> float:
    """The whole number at or below."""
    return value if math.isinf(value) else math.copysign(float(math.floor(value)), value)


def ceiling(value: float) -> float:
    """The whole number at or above; minus zero for what is between -1 and 0."""
    return value if math.isinf(value) else math.copysign(float(math.ceil(value)), value)


def truncate(value: float) -> float:
    """The whole number towards zero."""
    return math.copysign(floor(abs(value)), value)


def round_double(value: float, digits: int) -> float:
    """Rounded at so many digits after the point: scaled by a power of ten, rounded, and back."""
    if math.isinf(value):
        return value
    if digits < -323:
        return -0.0 if value < 0 else 0.0
    factor = 10.0**digits if digits <= 308 else math.inf
    scaled = abs(value) * factor
    if not math.isfinite(scaled):
        return value
    rounded = float(_nearest(scaled)) / factor
    return -rounded if value < 0 else rounded  # a minus zero loses its sign


def _nearest(value: float) -> int:
    """The nearest whole number of a positive double, halves up."""
    whole = math.floor(value)
    return whole + (value - whole >= 0.5)


def to_base(value: int, base: int) -> str:
    """The digits of a number."""
    _check_base(base)
    rest, digits = abs(value), ""
    while rest:
        rest, digit = divmod(rest, base)
        digits = _DIGITS[digit] + digits
    return f"{'-' if value < 0 else ''}{digits or '0'}"


def from_base(text: str, base: int) -> int:
    """The number that digits write."""
    _check_base(base)
    if any(character.isalnum() and not character.isascii() for character in text):
        raise NotSupportedValue(f"digits other than 0 to 9 and a to z in '{text}': not supported")
    digits = (text[1:] if text[:1] in ("+", "-") else text).lower()
    significant = digits.lstrip("0") if digits else ""
    known = _DIGITS[:base]
    if digits and len(significant) <= 64 and all(digit in known for digit in significant):
        value = int(significant or "0", base)
        value = -value if text.startswith("-") else value
        if -(1 << 63) <= value < 1 << 63:
            return value
    raise ValueError(f"Not a valid base-{base} number: {text[:100]}")


def _check_base(base: int) -> None:
    if not 2 <= base <= 36:
        raise ValueError("Radix must be between 2 and 36")


def width_bucket(value: float, first: float, last: float, count: int) -> int:
    """The bucket of so many equal ones between two bounds: 0 is below, count + 1 above."""
    for wrong, message in (
        (count <= 0, "bucketCount must be greater than 0"),
        (math.isinf(first), "first bound must be finite"),
        (math.isinf(last), "second bound must be finite"),
        (first == last, "bounds cannot equal each other"),
    ):
        if wrong:
            raise ValueError(message)
    lower, upper = min(first, last), max(first, last)
    if value < lower:
        bucket = 0
    elif value >= upper:
        bucket = count + 1
    else:
        place = real(float(count) * (value - lower) / (upper - lower)) + 1
        bucket = int(min(place, float(1 << 62)))
    if bucket >= 1 << 62:
        raise ValueError(f"Bucket for value {java_text(value)} is out of range")
    return count - bucket + 1 if first > last else bucket


def width_bucket_of(value: float, bins: str) -> int:
    """The bucket between the values of a sorted array: how many of them are not above."""
    edges = json.loads(bins)
    if not edges:
        raise ValueError("Bins cannot be an empty array")
    if None in edges:
        raise NotSupportedValue("width_bucket of an array with NULL: not supported")
    lower, upper = 0, len(edges)
    while lower < upper:
        if float(edges[lower]) > float(edges[upper - 1]):
            raise ValueError("Bin values are not sorted in ascending order")
        index = (lower + upper) // 2
        edge = float(edges[index])
        if math.isinf(edge):
            raise ValueError(f"Bin value must be finite, got {java_text(edge)}")
        if value < edge:
            upper = index
        else:
            lower = index + 1
    return lower


def _signed(word: int, bits: int) -> int:
    """The number that so many low bits write in two's complement."""
    word &= (1 << bits) - 1
    return word - (1 << bits) if word >> (bits - 1) else word


def left_shift(kind: str, value: int, places: int) -> int:
    """The bits moved left."""
    # Java counts a shift of a 64-bit number by the low six bits of its count.
    return 0 if places >= 64 else _signed(value << (places & 63), BITS[kind] + 1)


def right_shift(kind: str, value: int, places: int) -> int:
    """The bits moved right, zeros coming in."""
    if places >= 64:
        return 0
    if places == 0:
        return value
    word = value & ((1 << BITS[kind] + 1) - 1)
    return _signed(word >> (places & 63), 64)


def right_shift_arithmetic(kind: str, value: int, places: int) -> int:  # noqa: ARG001
    """The bits moved right, the sign coming in."""
    if places >= 64:
        return -1 if value < 0 else 0
    return value >> (places & 63)


def bit_count(value: int, bits: int) -> int:
    """How many of so many bits are set."""
    if not 2 <= bits <= 64:
        raise ValueError(f"Bits specified in bit_count must be between 2 and 64, got {bits}")
    if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
        raise ValueError(
            f"Number must be representable with the bits specified. "
            f"{value} cannot be represented with {bits} bits"
        )
    return bin(value & ((1 << bits) - 1)).count("1")


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_integer", 1): checked("integer"),
    ("trino_bigint", 1): checked("bigint"),
    ("trino_abs", 2): absolute,
    ("trino_divide", 2): divide,
    ("trino_remainder", 2): remainder,
    ("trino_sign", 1): lambda value: (value > 0) - (value < 0),
    ("trino_round_whole", 2): round_whole,
    ("trino_double_add", 2): lambda left, right: real(left + right),
    ("trino_double_subtract", 2): lambda left, right: real(left - right),
    ("trino_double_multiply", 2): lambda left, right: real(left * right),
    ("trino_double_divide", 2): double_divide,
    ("trino_double_remainder", 2): double_remainder,
    ("trino_double_sign", 1): double_sign,
    ("trino_floor", 1): floor,
    ("trino_ceiling", 1): ceiling,
    ("trino_truncate", 1): truncate,
    ("trino_round", 2): round_double,
    ("trino_is_nan", 1): lambda _: False,
    ("trino_to_base", 2): to_base,
    ("trino_from_base", 2): from_base,
    ("trino_width_bucket", 4): width_bucket,
    ("trino_width_bucket", 2): width_bucket_of,
    ("trino_bitwise_xor", 2): lambda left, right: left ^ right,
    ("trino_bitwise_left_shift", 3): left_shift,
    ("trino_bitwise_right_shift", 3): right_shift,
    ("trino_bitwise_right_shift_arithmetic", 3): right_shift_arithmetic,
    ("trino_bit_count", 2): bit_count,
}
"""Name and number of arguments -> function; none of them sees a NULL."""
