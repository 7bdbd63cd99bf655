"""The texts of interval literals, such as ``'3' DAY`` and ``'1 02:30' DAY TO MINUTE``.

The grammar is that of Trino's ``DateTimeUtils``: no spaces but the one after the days, parts
from the end may be left out, seconds have a fraction that is cut to milliseconds.  Only
texts without a digit where one belongs (``''``, ``'1:'``), which mean 0 there, are errors.
"""

from __future__ import annotations

import re

from ..rules import time_fields, times

_NUMBER = "([+]?[0-9]{1,10})"
_SECONDS = r"([+]?[0-9]{1,10})(?:[.,]([0-9]*))?"
_UNITS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
_SIZES = (12, 1, times.DAY_MS, times.HOUR_MS, times.MINUTE_MS, times.SECOND_MS)
_BEFORE = {"MONTH": "-", "HOUR": " ", "MINUTE": ":", "SECOND": ":"}
_INT32 = 1 << 31
_MOST_DIGITS = 10  # of seconds and their fraction together


def value(text: str, first: str, last: str) -> int:
    """Milliseconds, or months for years and months; raises ``ValueError`` if the text is no such.

    ``first`` and ``last`` are the units between which it is written; they are the same for
    a single one.
    """
    units = _units(first, last)
    pattern = ""
    for unit in reversed(units):
        part = _SECONDS if unit == "SECOND" else _NUMBER
        before = _BEFORE[unit] if unit != first else ""
        pattern = f"{before}{part}{pattern}"
        if unit != first:
            pattern = f"(?:{pattern})?"
    match = re.fullmatch(f"(-?){pattern}", text)
    if match is None:
        raise ValueError(f"'{text[:100]}' is not a valid interval literal")
    sign, *parts = match.groups()
    numbers = [int(part or 0) for part in parts[: len(units)]]
    seconds = "".join(part or "" for part in parts[len(units) - 1 :]).lstrip("+")
    if max(numbers) >= _INT32 or len(seconds) > _MOST_DIGITS:
        raise ValueError(f"'{text[:100]}' is not a valid interval literal")
    sizes = [_SIZES[_UNITS.index(unit)] for unit in units]
    total = sum(number * size for number, size in zip(numbers, sizes, strict=True))
    if last == "SECOND":
        total += time_fields.fraction((parts[-1] or "")[:3], times.SECOND_MS)
    return -total if sign else total


def _units(first: str, last: str) -> tuple[str, ...]:
    begin, end = _UNITS.index(first), _UNITS.index(last)
    of_months = begin < 2
    if end < begin or of_months != (end < 2):
        raise ValueError(f"Invalid interval qualifier: {first} to {last}")
    return _UNITS[begin : end + 1]
