"""Trino's implicit conversions: which type two values meet in, and how one becomes another.

Explicit conversions (CAST) are in ``casts``.  The SQLite form of each type:
boolean 0/1; integer, bigint INTEGER; double REAL; varchar TEXT; date ``YYYY-MM-DD``;
timestamp ``YYYY-MM-DD HH:MM:SS.mmm`` whatever its precision; timestamp with time zone
INTEGER, milliseconds << 12 | zone; intervals INTEGER milliseconds or months; arrays and
rows compact JSON text.
"""

from __future__ import annotations

from ..catalog.types import (
    BIGINT,
    DOUBLE,
    INTEGER,
    TIMESTAMP,
    TIMESTAMP_WITH_TIME_ZONE,
    UNKNOWN,
    TrinoType,
)
from .bound import Bound

_WIDENING = ("integer", "bigint", "double")
_TIMES = ("date", "timestamp", "timestamp with time zone")


def is_number(kind: TrinoType) -> bool:
    """Whether arithmetic knows the type."""
    return kind.base in _WIDENING


def is_time(kind: TrinoType) -> bool:
    """Whether the type is a date or a timestamp."""
    return kind.base in _TIMES


def is_interval(kind: TrinoType) -> bool:
    """Whether the type is one of the two intervals."""
    return kind.base.startswith("interval ")


def common(left: TrinoType, right: TrinoType) -> TrinoType | None:
    """The type that both convert to without a CAST, or ``None`` when Trino has none."""
    if left == right or right == UNKNOWN:
        return left
    if left == UNKNOWN:
        return right
    for order in (_WIDENING, _TIMES):
        if left.base in order and right.base in order:
            wider = max(left, right, key=lambda kind: order.index(kind.base))
            if wider.base.startswith("timestamp"):
                return TrinoType(wider.base, parameters=(_precision(left, right),))
            return wider
    if left.base == right.base == "array":
        element = common(left.arguments[0], right.arguments[0])
        # Elements are not converted, so only types of the same form meet.
        if element is not None and element != DOUBLE and not is_time(element):
            return left if element == left.arguments[0] else right
    return None


def _precision(left: TrinoType, right: TrinoType) -> int:
    return max((*left.parameters, *right.parameters), default=3)


def coerces(source: TrinoType, target: TrinoType) -> bool:
    """Whether a value of ``source`` may stand where ``target`` is asked for."""
    return source == UNKNOWN or common(source, target) == target


def coerce(bound: Bound, target: TrinoType) -> Bound:
    """The same value as ``target``; the caller has checked that it ``coerces``."""
    return bound.becomes(_convert(bound, target), target)


def _convert(bound: Bound, target: TrinoType) -> str:
    source = bound.type
    if source.base == target.base or source == UNKNOWN:
        return bound.sql
    if target == DOUBLE:
        return f"CAST({bound.sql} AS REAL)"
    if source in (INTEGER, BIGINT):
        return bound.sql
    if source.base == "date":
        text = f"({bound.operand} || ' 00:00:00.000')"
        return text if target.base == "timestamp" else f"trino_timestamp_to_zone({text})"
    return f"trino_timestamp_to_zone({bound.sql})"


def meet(left: Bound, right: Bound) -> tuple[Bound, Bound] | None:
    """Both values in their common type, ready to be compared, or ``None`` if they have none.

    A timestamp meets a timestamp with time zone as UTC text: Trino reads a timestamp in the
    session's zone, UTC here, and text keeps the comparison of a column with ``now()`` cheap.
    """
    kind = common(left.type, right.type)
    if kind is None:
        return None
    if kind.base == "timestamp with time zone" and left.type.base != right.type.base:
        return _as_utc_text(left), _as_utc_text(right)
    return coerce(left, kind), coerce(right, kind)


def _as_utc_text(bound: Bound) -> Bound:
    if bound.type.base == "timestamp with time zone":
        return bound.becomes(f"trino_utc_text({bound.sql})", TIMESTAMP)
    return coerce(bound, TIMESTAMP)


def comparable(bound: Bound) -> str:
    """The SQLite expression whose order and equality are the value's.

    A timestamp with time zone compares its moment, whatever its zone.
    """
    if bound.type.base == TIMESTAMP_WITH_TIME_ZONE.base:
        return f"({bound.operand} >> 12)"
    return bound.operand


def has_own_equality(kind: TrinoType) -> bool:
    """Whether equal values may differ in their SQLite form, or the reverse."""
    if kind.base in ("timestamp with time zone", "row", "json"):
        return True
    return any(has_own_equality(argument) for argument in kind.arguments)
