"""SQLite functions over decimals; their form and their types are in ``sql.decimals``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import decimals


def of_integer(value: int, scale: int) -> str:
    """A whole number as a decimal with so many digits after the point."""
    return decimals.held(value * 10**scale)


def rescale(text: str, shift: int, precision: int) -> str:
    """The same number with ``shift`` more digits after the point; fails beyond the precision."""
    value = decimals.rescaled(decimals.unscaled(text), shift)
    if not decimals.fits(value, precision):
        raise ValueError("Decimal overflow")
    return decimals.held(value)


def to_double(text: str, scale: int) -> float:
    """The nearest double."""
    return float(decimals.text(decimals.unscaled(text), scale))


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_decimal_of", 2): of_integer,
    ("trino_decimal_rescale", 3): rescale,
    ("trino_decimal_double", 2): to_double,
}
"""Name and number of arguments -> function; none of them sees a NULL."""

CASTS: dict[tuple[str, int], Callable[..., Any]] = {}
"""Casts that may fail, by the types they are between: each has a TRY form."""
