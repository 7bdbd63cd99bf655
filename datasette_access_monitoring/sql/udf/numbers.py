"""SQLite functions over numbers, and the casts between them, texts and booleans."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..times import NotSupportedValue
from .text import WHITE_SPACE

_BITS = {"integer": 31, "bigint": 63}
_SHOWN = {"integer": "INT", "bigint": "BIGINT"}
_WHOLE = re.compile(r"[+-]?[0-9]+")
_REAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# Texts that Java reads as a double and that have no place in SQLite or no use here.
_JAVA_REAL = re.compile(r"[+-]?(?:NaN|Infinity|0[xX].*|.*[0-9.][fFdD])")


def checked(kind: str) -> Callable[[Any], int]:
    """The check that a result of arithmetic is a number of the type."""
    limit = 1 << _BITS[kind]

    def check(value: Any) -> int:
        # SQLite turns an overflow of 64 bits into a float.
        if not isinstance(value, int) or not -limit <= value < limit:
            raise ValueError(f"{kind} overflow: {value}")
        return value

    return check


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


def _int64(value: int) -> int:
    return checked("bigint")(value)


def _real(value: float) -> float:
    if math.isnan(value):
        raise NotSupportedValue("the result is NaN, which SQLite cannot hold")
    return value


def double_divide(dividend: float, divisor: float) -> float:
    """IEEE division: by zero it gives an infinity."""
    if divisor == 0:
        if dividend == 0:
            return _real(math.nan)
        return math.copysign(math.inf, dividend) * math.copysign(1.0, divisor)
    return _real(dividend / divisor)


def double_remainder(dividend: float, divisor: float) -> float:
    """Java's ``%``."""
    if divisor == 0 or math.isinf(dividend):
        return _real(math.nan)
    return math.fmod(dividend, divisor)


def whole_from_text(kind: str) -> Callable[[str], int]:
    """CAST of a varchar to integer or bigint."""

    def cast(text: str) -> int:
        if any(character.isdecimal() and not character.isascii() for character in text):
            raise NotSupportedValue(f"digits other than 0 to 9 in {text!r}: not supported")
        limit = 1 << _BITS[kind]
        digits = text.lstrip("+-").lstrip("0")
        if not _WHOLE.fullmatch(text) or len(digits) > 19 or not -limit <= int(text) < limit:
            raise ValueError(f"Cannot cast '{text}' to {_SHOWN[kind]}")
        return int(text)

    return cast


def whole_from_number(kind: str) -> Callable[[float], int]:
    """CAST of a bigint or a double to a smaller type; halves are rounded away from zero."""
    limit = 1 << _BITS[kind]

    def cast(value: float) -> int:
        if not math.isfinite(value):
            raise ValueError(f"Cannot cast {value} to {_SHOWN[kind]}")
        whole = int(Decimal(value).to_integral_value(ROUND_HALF_UP))
        if not -limit <= whole < limit:
            raise ValueError(f"Out of range for {kind}: {value}")
        return whole

    return cast


def real_from_text(text: str) -> float:
    """CAST of a varchar to double."""
    stripped = text.strip(WHITE_SPACE)
    if _REAL.fullmatch(stripped):
        return float(stripped)
    if _JAVA_REAL.fullmatch(stripped):
        raise NotSupportedValue(f"CAST of {text!r} to double: not supported")
    raise ValueError(f"Cannot cast '{text}' to DOUBLE")


def boolean_from_text(text: str) -> bool:
    """CAST of a varchar to boolean."""
    known = {"t": True, "true": True, "1": True, "f": False, "false": False, "0": False}
    if text.lower() not in known:
        raise ValueError(f"Cannot cast '{text}' to BOOLEAN")
    return known[text.lower()]


def real_to_text(value: float) -> str:
    """CAST of a double to varchar: ``1.5E0``, with the fewest digits that read back the same."""
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    sign, digits, exponent = shortest(value)
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exponent}"


def shortest(value: float) -> tuple[str, str, int]:
    """Sign, significant digits and exponent of a finite double, in scientific notation."""
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digits))
    power = len(text) - 1 + int(exponent)
    return "-" if sign else "", text.rstrip("0") or "0", power if text.strip("0") else 0


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_integer", 1): checked("integer"),
    ("trino_bigint", 1): checked("bigint"),
    ("trino_abs", 1): lambda value: _int64(abs(value)),
    ("trino_divide", 2): divide,
    ("trino_remainder", 2): remainder,
    ("trino_double_add", 2): lambda left, right: _real(left + right),
    ("trino_double_subtract", 2): lambda left, right: _real(left - right),
    ("trino_double_multiply", 2): lambda left, right: _real(left * right),
    ("trino_double_divide", 2): double_divide,
    ("trino_double_remainder", 2): double_remainder,
    ("trino_cast_double_varchar", 1): real_to_text,
}
"""Name and number of arguments -> function; none of them sees a NULL."""

CASTS: dict[tuple[str, int], Callable[..., Any]] = {
    ("bigint_integer", 1): whole_from_number("integer"),
    ("double_integer", 1): whole_from_number("integer"),
    ("double_bigint", 1): whole_from_number("bigint"),
    ("varchar_integer", 1): whole_from_text("integer"),
    ("varchar_bigint", 1): whole_from_text("bigint"),
    ("varchar_double", 1): real_from_text,
    ("varchar_boolean", 1): boolean_from_text,
}
"""Casts that may fail, by the types they are between: each has a TRY form."""
