"""The SQLite function behind ``format``: it gets each value after the name of its type."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ...catalog.types import parse_type
from ..rules import decimals, formatting


def format_(pattern: str | None, *typed: Any) -> str | None:
    """The pattern with the values; NULL only if the pattern is."""
    if pattern is None:
        return None
    return formatting.formatted(pattern, list(map(_java, typed[::2], typed[1::2])))


def _java(kind: str, value: Any) -> formatting.Value:
    """A held value as what Trino hands to Java's formatter."""
    known = parse_type(kind)
    if value is None:
        return None
    if known.base == "boolean":
        return bool(value)
    if known.base == "decimal":
        scale = known.parameters[1]
        return Decimal(decimals.text(decimals.unscaled(value), scale))
    if known.base == "timestamp":
        return _local(value)
    return float(value) if known.base == "double" else value


def _local(timestamp: str) -> str:
    """``LocalDateTime.toString``: without what comes after the minutes if it is zero."""
    text = timestamp.replace(" ", "T")
    return text.removesuffix(".000").removesuffix(":00") if text.endswith(".000") else text


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {}
"""None that never sees a NULL."""

OPEN: dict[tuple[str, int], Callable[..., Any]] = {("trino_format", -1): format_}
"""Name and number of arguments -> function, for those that see NULLs."""
