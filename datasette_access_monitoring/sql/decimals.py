"""Decimals as SQLite holds them, and the types that arithmetic on them gives.

A ``decimal(p,s)`` is held as the text of ``unscaled + 10**38`` in 39 digits, so that the order
and equality of the texts, at one scale, are those of the numbers.  Source of the rules:
Trino's ``DecimalOperators`` and ``Decimals``.
"""

from __future__ import annotations

MAX_PRECISION = 38
_OFFSET: int = 10**MAX_PRECISION


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
