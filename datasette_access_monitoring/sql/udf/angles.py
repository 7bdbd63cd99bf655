"""SQLite functions of powers, logarithms and angles: those of Java's ``Math``, which Trino calls.

Where Java gives NaN there is an error, because SQLite cannot hold it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from .numbers import double_divide, real

_CONSTANTS = {"pi": math.pi, "e": math.e, "infinity": math.inf, "nan": math.nan}


def _total(function: Callable[[float], float]) -> Callable[[float], float]:
    """A function of Python's ``math``, NaN where that finds an argument out of its domain."""

    def call(value: float) -> float:
        try:
            return function(value)
        except ValueError:
            return real(math.nan)

    return call


def _growing(function: Callable[[float], float], below: float) -> Callable[[float], float]:
    """A function that has no bound; ``below`` is the sign of what a large negative value gives."""

    def call(value: float) -> float:
        try:
            return function(value)
        except OverflowError:
            return math.inf if value > 0 else below * math.inf

    return call


def power(base: float, exponent: float) -> float:
    """Java's ``Math.pow``."""
    if abs(base) == 1 and math.isinf(exponent):
        return real(math.nan)
    negative = math.copysign(1.0, base) < 0 and abs(math.fmod(exponent, 2)) == 1
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if negative else math.inf
    except ValueError:
        if base == 0:
            return -math.inf if negative else math.inf
        return real(math.nan)


def cbrt(value: float) -> float:
    """The double nearest to the cube root."""
    if value == 0 or math.isinf(value):
        return value
    exact = Fraction(abs(value))
    guess = abs(value) ** (1 / 3)
    guess -= (guess - abs(value) / guess**2) / 3
    near = (guess, math.nextafter(guess, 0), math.nextafter(guess, math.inf))
    best = min(near, key=lambda root: abs(Fraction(root) ** 3 - exact))
    return math.copysign(best, value)


def logarithm(value: float) -> float:
    """The natural logarithm; minus infinity of zero."""
    return -math.inf if value == 0 else _total(math.log)(value)


def logarithm_10(value: float) -> float:
    """The logarithm to base 10."""
    return -math.inf if value == 0 else _total(math.log10)(value)


def logarithm_to(base: float, value: float) -> float:
    """The logarithm to any base: a quotient of natural ones."""
    return double_divide(logarithm(value), logarithm(base))


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_constant", 1): lambda name: real(_CONSTANTS[name]),
    ("trino_sqrt", 1): _total(math.sqrt),
    ("trino_cbrt", 1): cbrt,
    ("trino_exp", 1): _growing(math.exp, 1.0),
    ("trino_ln", 1): logarithm,
    ("trino_log2", 1): lambda value: logarithm_to(2.0, value),
    ("trino_log10", 1): logarithm_10,
    ("trino_log", 2): logarithm_to,
    ("trino_power", 2): power,
    ("trino_sin", 1): _total(math.sin),
    ("trino_cos", 1): _total(math.cos),
    ("trino_tan", 1): _total(math.tan),
    ("trino_asin", 1): _total(math.asin),
    ("trino_acos", 1): _total(math.acos),
    ("trino_atan", 1): math.atan,
    ("trino_atan2", 2): math.atan2,
    ("trino_sinh", 1): _growing(math.sinh, -1.0),
    ("trino_cosh", 1): _growing(math.cosh, 1.0),
    ("trino_tanh", 1): math.tanh,
    ("trino_degrees", 1): math.degrees,
    ("trino_radians", 1): math.radians,
}
"""Name and number of arguments -> function; none of them sees a NULL."""
