"""Numbers as texts and as one another, the way Trino's casts read, round and write them.

Source of the rules: Trino's ``VarcharOperators``, ``DoubleOperators``, ``DecimalCasts`` and
``DecimalConversions``, and the Java classes that they rest on.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal

from . import decimals
from .times import NotSupportedValue

BITS = {"integer": 31, "bigint": 63}
"""How many bits a whole number of the type has beside its sign."""

_SHOWN = {"integer": "INT", "bigint": "BIGINT"}
_WHOLE = re.compile(r"[+-]?[0-9]+")
# What Java's Double.parseDouble reads; a suffix of f or d means nothing to it.
_REAL = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[fFdD]?")
_HEXADECIMAL = re.compile(r"[+-]?0[xX].*")
_JAVA_SPACE = "".join(map(chr, range(0x21)))  # what String.trim takes off
_DECIMAL = re.compile(r"([+-]?)(?:([0-9]+)\.?([0-9]*)|\.([0-9]+))(?:[eE]([+-]?)0*([0-9]{1,10}))?")
_TOO_LONG = 1000


def whole_from_text(kind: str, text: str) -> int:
    """CAST of a varchar to integer or bigint."""
    _refuse_other_digits(text)
    limit = 1 << BITS[kind]
    _refuse_spaces(text, _WHOLE)
    digits = text.lstrip("+-").lstrip("0") or "0"
    if _WHOLE.fullmatch(text) and len(digits) <= 19:
        value = -int(digits) if text.startswith("-") else int(digits)
        if -limit <= value < limit:
            return value
    raise ValueError(f"Cannot cast '{text}' to {_SHOWN[kind]}")


def whole_from_bigint(value: int) -> int:
    """CAST of a bigint to integer."""
    if not -(1 << 31) <= value < 1 << 31:
        raise ValueError(f"Out of range for integer: {value}")
    return value


def whole_from_real(kind: str, value: float) -> int:
    """CAST of a double to integer or bigint; halves are rounded away from zero."""
    limit = 1 << BITS[kind]
    if math.isfinite(value):
        whole = int(Decimal(value).to_integral_value(ROUND_HALF_UP))
        if -limit <= whole < limit:
            return whole
    if kind == "integer":
        raise ValueError(f"Out of range for integer: {java_text(value)}")
    raise ValueError(f"Unable to cast {java_text(value)} to bigint")


def whole_from_decimal(kind: str, unscaled: int, scale: int) -> int:
    """CAST of a decimal to integer or bigint; halves are rounded away from zero."""
    limit = 1 << BITS[kind]
    whole = decimals.rescaled(unscaled, -scale)
    if not -limit <= whole < limit:
        raise ValueError(f"Cannot cast '{decimals.text(unscaled, scale)}' to {kind.upper()}")
    return whole


def real_from_text(text: str) -> float:
    """CAST of a varchar to double."""
    trimmed = text.strip(_JAVA_SPACE)
    read = _REAL.fullmatch(trimmed)
    if read is not None:
        return float(read[1])
    sign, word = (trimmed[0], trimmed[1:]) if trimmed[:1] in ("+", "-") else ("", trimmed)
    if word == "Infinity":
        return -math.inf if sign == "-" else math.inf
    if word == "NaN" or _HEXADECIMAL.fullmatch(trimmed):
        raise NotSupportedValue(f"CAST of '{text}' to double: not supported")
    raise ValueError(f"Cannot cast '{text}' to DOUBLE")


def real_to_text(value: float) -> str:
    """CAST of a double to varchar: ``1.5E0``, with the fewest digits that read back the same."""
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    sign, digits, exponent = shortest(value)
    if value == 0:
        return f"{sign}0E0"
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exponent}"


def java_text(value: float) -> str:
    """Java's ``Double.toString``: plain from 0.001 to below ten million, else scientific."""
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    sign, digits, exponent = shortest(value)
    if value == 0:
        return f"{sign}0.0"
    if not 1e-3 <= abs(value) < 1e7:
        return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exponent}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    digits = digits.ljust(exponent + 2, "0")
    return f"{sign}{digits[: exponent + 1]}.{digits[exponent + 1 :]}"


def shortest(value: float) -> tuple[str, str, int]:
    """Sign, significant digits and exponent of a finite double, in scientific notation."""
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digits))
    power = len(text) - 1 + int(exponent)
    return "-" if sign else "", text.rstrip("0") or "0", power if text.strip("0") else 0


def decimal_from_text(text: str, precision: int, scale: int) -> int:
    """CAST of a varchar to a decimal, as an unscaled value; halves are rounded away from zero."""
    _refuse_other_digits(text)
    _refuse_spaces(text, _DECIMAL)
    named = f"Cannot cast VARCHAR '{text}' to DECIMAL({precision}, {scale})."
    read = _DECIMAL.fullmatch(text)
    if read is None or int(read[6] or 0) >= 1 << 31:
        raise ValueError(f"{named} Value is not a number.")
    sign, whole, fraction, only = read.group(1, 2, 3, 4)
    exponent = int((read[5] or "") + (read[6] or "0"))
    tail = fraction or only or ""
    digits = ((whole or "") + tail).lstrip("0")
    if not digits:
        return 0
    shift = exponent - len(tail) + scale  # the value is digits * 10**shift
    if len(digits) + shift > precision + 1:
        raise ValueError(f"{named} Value too large.")
    if len(digits) + shift < 0:
        return 0
    if len(digits) > _TOO_LONG:
        # A digit that is not zero far behind the one that decides on rounding changes nothing.
        digits, shift = digits[:_TOO_LONG], shift + len(digits) - _TOO_LONG
    value = decimals.rescaled(int(digits), shift)
    if not decimals.fits(value, precision):
        raise ValueError(f"{named} Value too large.")
    return -value if sign == "-" else value


def decimal_from_real(value: float, precision: int, scale: int) -> int:
    """CAST of a double to a decimal, as an unscaled value: of the shortest text of the double."""
    if math.isfinite(value):
        sign, digits, exponent = shortest(value)
        if exponent + scale < precision + 1:
            unscaled = decimals.rescaled(int(digits), exponent - len(digits) + 1 + scale)
            if decimals.fits(unscaled, precision):
                return -unscaled if sign else unscaled
    raise ValueError(f"Cannot cast DOUBLE '{java_text(value)}' to DECIMAL({precision}, {scale})")


def decimal_from_whole(kind: str, value: int, precision: int, scale: int) -> int:
    """CAST of an integer or bigint to a decimal, as an unscaled value."""
    unscaled = int(value * 10**scale)
    if not decimals.fits(unscaled, precision):
        raise ValueError(f"Cannot cast {kind.upper()} '{value}' to DECIMAL({precision}, {scale})")
    return unscaled


def decimal_from_decimal(unscaled: int, source: tuple[int, ...], target: tuple[int, ...]) -> int:
    """CAST between decimals, given as precision and scale; halves are rounded away from zero."""
    value = decimals.rescaled(unscaled, target[1] - source[1])
    if not decimals.fits(value, target[0]):
        raise ValueError(
            f"Cannot cast DECIMAL({source[0]}, {source[1]}) "
            f"'{decimals.text(unscaled, source[1])}' to DECIMAL({target[0]}, {target[1]})"
        )
    return value


def boolean_from_text(text: str) -> bool:
    """CAST of a varchar to boolean."""
    known = {"t": True, "true": True, "1": True, "f": False, "false": False, "0": False}
    if text.lower() not in known:
        raise ValueError(f"Cannot cast '{text}' to BOOLEAN")
    return known[text.lower()]


def _refuse_other_digits(text: str) -> None:
    """Java reads the digits of every script; these casts read 0 to 9."""
    if any(character.isdecimal() and not character.isascii() for character in text):
        raise NotSupportedValue(f"digits other than 0 to 9 in '{text}': not supported")


def _refuse_spaces(text: str, number: re.Pattern[str]) -> None:
    """Trino fails at spaces around a number up to its release 457, and reads the number since."""
    trimmed = text.strip(_JAVA_SPACE)
    if trimmed != text and number.fullmatch(trimmed):
        raise NotSupportedValue(
            f"CAST of spaces around the number in '{text[:100]}': not supported; "
            "trim(x) takes them off"
        )
