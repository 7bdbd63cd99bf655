"""Trino's implicit conversions between types: which type two of them meet in.

How an expression becomes one of another type is in ``binding.conversion``, explicit conversions
(CAST) in ``casting``.  Source of the rules: Trino's ``TypeCoercion``.
"""

from __future__ import annotations

from ...catalog.types import BIGINT, INTEGER, UNKNOWN, TrinoType, decimal

_WIDENING = ("integer", "bigint", "decimal", "double")
_TIMES = ("date", "timestamp", "timestamp with time zone")
_NESTED = ("array", "map", "row")
_WHOLE_DIGITS = {"integer": 10, "bigint": 19}


def is_number(kind: TrinoType) -> bool:
    """Whether arithmetic knows the type."""
    return kind.base in _WIDENING


def is_time(kind: TrinoType) -> bool:
    """Whether the type is a date or a timestamp."""
    return kind.base in _TIMES


def is_interval(kind: TrinoType) -> bool:
    """Whether the type is one of the two intervals."""
    return kind.base.startswith("interval ")


def is_nested(kind: TrinoType) -> bool:
    """Whether values of the type hold other values: arrays, maps and rows."""
    return kind.base in _NESTED


def as_decimal(kind: TrinoType) -> TrinoType:
    """The decimal that every integer of a type fits in; a decimal is itself."""
    return decimal(_WHOLE_DIGITS[kind.base], 0) if kind.base in _WHOLE_DIGITS else kind


def common(left: TrinoType, right: TrinoType) -> TrinoType | None:
    """The type that both convert to without a CAST, or ``None`` when Trino has none."""
    if left == right or right == UNKNOWN:
        return left
    if left == UNKNOWN:
        return right
    if left.base in _WIDENING and right.base in _WIDENING:
        wider = max(left, right, key=lambda kind: _WIDENING.index(kind.base))
        return _common_decimal(left, right) if wider.base == "decimal" else wider
    if left.base in _TIMES and right.base in _TIMES:
        wider = max(left, right, key=lambda kind: _TIMES.index(kind.base))
        precision = max((*left.parameters, *right.parameters), default=3)
        return TrinoType(wider.base, parameters=(precision,))
    if left.base in _NESTED and left.base == right.base:
        return _common_nested(left, right)
    return None


def _common_decimal(left: TrinoType, right: TrinoType) -> TrinoType:
    (p1, s1), (p2, s2) = as_decimal(left).parameters, as_decimal(right).parameters
    scale = max(s1, s2)
    return decimal(min(38, max(p1 - s1, p2 - s2) + scale), scale)


def _common_nested(left: TrinoType, right: TrinoType) -> TrinoType | None:
    if len(left.arguments) != len(right.arguments):
        return None
    inside = [common(a, b) for a, b in zip(left.arguments, right.arguments, strict=True)]
    found = tuple(kind for kind in inside if kind is not None)
    if len(found) != len(inside):
        return None
    # A field keeps its name only where both rows call it the same.
    names = tuple(a if a == b else None for a, b in zip(left.names, right.names, strict=True))
    return TrinoType(left.base, found, names)


def coerces(source: TrinoType, target: TrinoType) -> bool:
    """Whether a value of ``source`` may stand where ``target`` is asked for."""
    return source == UNKNOWN or common(source, target) == target


def is_orderable(kind: TrinoType) -> bool:
    """Whether values of the type have an order: maps and json have none."""
    return kind.base not in ("map", "json") and all(map(is_orderable, kind.arguments))


def same_form(source: TrinoType, target: TrinoType) -> bool:
    """Whether a nested value of one type is written the same way as one of the other."""
    if source.base in _NESTED:
        return all(map(same_form, source.arguments, target.arguments))
    if source == UNKNOWN or (source in (INTEGER, BIGINT) and target in (INTEGER, BIGINT)):
        return True
    if source.base == "decimal" and target.base == "decimal":
        return source.parameters[1] == target.parameters[1]
    return source.base == target.base


def has_own_equality(kind: TrinoType) -> bool:
    """Whether equal values may differ in their SQLite form, or the reverse."""
    if kind.base in ("timestamp with time zone", "map"):
        return True
    # Inside of others a double is text, and 0.0 equals -0.0.
    return any(
        argument.base == "double" or has_own_equality(argument) for argument in kind.arguments
    )
