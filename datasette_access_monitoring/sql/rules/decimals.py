"""Decimals as SQLite holds them, and the types that arithmetic on them gives.

A ``decimal(p,s)`` is held as the text of ``unscaled + 10**38`` in 39 digits, so that the order
and equality of the texts, at one scale, are those of the numbers.  Source of the rules:
Trino's ``DecimalOperators``, ``Decimals`` and ``MathFunctions``.
"""

from __future__ import annotations

import re

from ...catalog.types import TrinoType, decimal

MAX_PRECISION = 38
SHORT_PRECISION = 18
"""Trino holds decimals of up to so many digits as 64-bit numbers."""

_OFFSET: int = 10**MAX_PRECISION
_LITERAL = re.compile(r"([+-]?)([0-9]*)\.?([0-9]*)")


def held(unscaled: int) -> str:
    """The text of an unscaled value; raises ``ValueError`` beyond 38 digits."""
    if not -_OFFSET < unscaled < _OFFSET:
        raise ValueError("Decimal overflow")
    return f"{unscaled + _OFFSET:039d}"


def unscaled(text: str) -> int:
    """The unscaled value of a text that ``held`` made."""
    return int(text) - _OFFSET


def fits(value: int, precision: int) -> bool:
    """Whether an unscaled value has at most so many digits."""
    return bool(abs(value) < 10**precision)


def divided(value: int, divisor: int) -> int:
    """The quotient, rounded half away from zero."""
    quotient, rest = divmod(abs(value), abs(divisor))
    quotient += 2 * rest >= abs(divisor)
    return quotient if (value < 0) == (divisor < 0) else -quotient


def rescaled(value: int, shift: int) -> int:
    """An unscaled value with ``shift`` more digits after the point, or fewer, rounded."""
    return int(value * 10**shift) if shift >= 0 else divided(value, int(10**-shift))


def text(value: int, scale: int) -> str:
    """``-12.50``: as many digits after the point as the scale says."""
    sign, digits = "-" if value < 0 else "", str(abs(value)).rjust(scale + 1, "0")
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}" if scale else f"{sign}{digits}"


def to_double(value: int, precision: int, scale: int) -> float:
    """The double that Trino converts to: for up to 18 digits a quotient of two doubles, which
    may be off by one place, and the nearest one for more."""
    if precision <= SHORT_PRECISION:
        return float(value) / float(10**scale)
    return float(text(value, scale))


def read_literal(written: str) -> tuple[int, TrinoType]:
    """The unscaled value and the type of ``12.50``; raises ``ValueError``."""
    match = _LITERAL.fullmatch(written)
    if match is None or not (match[2] or match[3]):
        raise ValueError(f"Invalid DECIMAL value '{written}'")
    whole, fraction = match[2].lstrip("0"), match[3]
    precision = max(1, len(whole) + len(fraction))
    if precision > MAX_PRECISION:
        raise ValueError("Value exceeds maximum precision")
    value = int(whole + fraction or "0")
    return -value if match[1] == "-" else value, decimal(precision, len(fraction))


def result_type(symbol: str, left: TrinoType, right: TrinoType) -> TrinoType:
    """The type of ``left symbol right``; raises ``ValueError`` if there is no such decimal."""
    (p1, s1), (p2, s2) = left.parameters, right.parameters
    scale = max(s1, s2)
    if symbol in "+-":
        return decimal(min(MAX_PRECISION, max(p1 - s1, p2 - s2) + scale + 1), scale)
    if symbol == "/":
        return decimal(min(MAX_PRECISION, p1 + s2 + max(s2 - s1, 0)), scale)
    if symbol == "%":
        return decimal(min(p1 - s1, p2 - s2) + scale, scale)
    precision = min(MAX_PRECISION, p1 + p2)
    if s1 + s2 > precision:
        raise ValueError(f"DECIMAL scale must be in range [0, precision ({precision})]: {s1 + s2}")
    return decimal(precision, s1 + s2)


def rounded_type(kind: TrinoType) -> TrinoType:
    """The type of ``round(x)``, ``ceil(x)`` and ``floor(x)``."""
    precision, scale = kind.parameters
    return decimal(min(MAX_PRECISION, precision - scale + min(1, scale)), 0)


def rounded_to_type(kind: TrinoType) -> TrinoType:
    """The type of ``round(x, d)``."""
    precision, scale = kind.parameters
    return decimal(min(MAX_PRECISION, precision + 1), scale)


def truncated_type(kind: TrinoType) -> TrinoType:
    """The type of ``truncate(x)``."""
    precision, scale = kind.parameters
    return decimal(max(1, precision - scale), 0)
