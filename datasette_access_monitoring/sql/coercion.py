"""Trino's implicit conversions: which type two values meet in, and how one becomes another.

Explicit conversions (CAST) are in ``casts``.  What each type's values look like in SQLite
is told in ``values``.  Source of the rules: Trino's ``TypeCoercion``.
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
    decimal,
)
from . import decimals
from .bound import Bound, text_literal

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


def coerce(bound: Bound, target: TrinoType) -> Bound:
    """The same value as ``target``; the caller has checked that it ``coerces``."""
    return bound.becomes(_convert(bound, target), target)


def _convert(bound: Bound, target: TrinoType) -> str:
    source = bound.type
    if source in (target, UNKNOWN):
        return bound.sql
    if target.base == "decimal":
        return _to_decimal(bound, target)
    if source.base == "decimal":
        return f"trino_decimal_double({bound.sql}, {source.parameters[1]})"
    if source.base in _NESTED:
        return _nested(bound, target)
    if source.base == target.base:
        return bound.sql  # a timestamp of another precision
    if target == DOUBLE:
        return f"CAST({bound.sql} AS REAL)"
    if source in (INTEGER, BIGINT):
        return bound.sql
    if source.base == "date":
        text = f"({bound.operand} || ' 00:00:00.000')"
        return text if target.base == "timestamp" else f"trino_timestamp_to_zone({text})"
    return f"trino_timestamp_to_zone({bound.sql})"


def _to_decimal(bound: Bound, target: TrinoType) -> str:
    precision, scale = target.parameters
    if bound.type.base == "decimal":
        before = bound.type.parameters[1]
        if before == scale:
            return bound.sql
        return f"trino_decimal_rescale({bound.sql}, {scale - before}, {precision})"
    if isinstance(bound.constant, int):
        return text_literal(decimals.held(bound.constant * 10**scale))
    return f"trino_decimal_of({bound.sql}, {scale})"


def _nested(bound: Bound, target: TrinoType) -> str:
    if same_form(bound.type, target):
        return bound.sql
    source, wanted = text_literal(str(bound.type)), text_literal(str(target))
    return f"trino_coerce({source}, {wanted}, {bound.sql})"


def same_form(source: TrinoType, target: TrinoType) -> bool:
    """Whether a nested value of one type is written the same way as one of the other."""
    if source.base in _NESTED:
        return all(map(same_form, source.arguments, target.arguments))
    if source == UNKNOWN or (source in (INTEGER, BIGINT) and target in (INTEGER, BIGINT)):
        return True
    if source.base == "decimal" and target.base == "decimal":
        return source.parameters[1] == target.parameters[1]
    return source.base == target.base


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
    if kind.base in ("timestamp with time zone", "map"):
        return True
    return any(has_own_equality(argument) for argument in kind.arguments)
