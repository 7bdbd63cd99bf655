"""Expressions of one type as expressions of another, and the forms in which they compare.

Which types convert is told in ``rules.coercion``, what values look like in SQLite in
``rules.values``.
"""

from __future__ import annotations

from ...catalog.types import (
    BIGINT,
    DOUBLE,
    INTEGER,
    TIMESTAMP,
    TIMESTAMP_WITH_TIME_ZONE,
    UNKNOWN,
    TrinoType,
)
from ..rules import decimals
from ..rules.coercion import common, has_own_equality, same_form
from .bound import Bound, text_literal

_NESTED = ("array", "map", "row")


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
        precision, scale = source.parameters
        return f"trino_decimal_double({bound.sql}, {precision}, {scale})"
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
    if isinstance(bound.constant, int) and decimals.fits(bound.constant * 10**scale, precision):
        return text_literal(decimals.held(bound.constant * 10**scale))
    return f"trino_decimal_of({bound.sql}, {scale}, {precision})"


def _nested(bound: Bound, target: TrinoType) -> str:
    if same_form(bound.type, target):
        return bound.sql
    source, wanted = text_literal(str(bound.type)), text_literal(str(target))
    return f"trino_coerce({source}, {wanted}, {bound.sql})"


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


def sortable(bound: Bound) -> str:
    """The SQLite expression whose order is the value's, of any type that ``is_orderable``."""
    if bound.type.base in ("array", "row"):
        return f"trino_sort_key({text_literal(str(bound.type))}, {bound.sql})"
    return comparable(bound)


def key_of(bound: Bound) -> str:
    """The SQLite expression that two values share exactly when they are not distinct."""
    if bound.type.base == TIMESTAMP_WITH_TIME_ZONE.base:
        return comparable(bound)
    if not has_own_equality(bound.type):
        return bound.sql
    return f"trino_key({text_literal(str(bound.type))}, {bound.sql})"
