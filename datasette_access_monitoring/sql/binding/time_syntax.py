"""Syntax over times: interval literals, AT TIME ZONE, EXTRACT, and the clocks of the query.

The query's time is ``:as_of_ms``; its session is in UTC.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ...catalog.types import (
    DATE,
    INTERVAL_DAY_TO_SECOND,
    INTERVAL_YEAR_TO_MONTH,
    TIMESTAMP,
    TIMESTAMP_WITH_TIME_ZONE,
    UNKNOWN,
    TrinoType,
)
from ..rules import zones
from . import intervals
from .bound import Bound, combine
from .context import Context
from .conversion import coerce

_MOST_DIGITS = 3
_ZONED = TIMESTAMP_WITH_TIME_ZONE.base
_STAMPS = (TIMESTAMP.base, _ZONED)
_DAYS = (DATE.base, *_STAMPS)
_FIELDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("YEAR", "MONTH"), (*_DAYS, INTERVAL_YEAR_TO_MONTH.base)),
    "DAY": (*_DAYS, INTERVAL_DAY_TO_SECOND.base),
    **dict.fromkeys(
        ("QUARTER", "WEEK", "DAY_OF_MONTH", "DAY_OF_WEEK", "DOW", "DAY_OF_YEAR", "DOY",
         "YEAR_OF_WEEK", "YOW"),
        _DAYS,
    ),
    **dict.fromkeys(("HOUR", "MINUTE", "SECOND"), (*_STAMPS, INTERVAL_DAY_TO_SECOND.base)),
    **dict.fromkeys(("TIMEZONE_HOUR", "TIMEZONE_MINUTE"), (_ZONED,)),
}  # fmt: skip


def _interval(context: Context, node: exp.Interval) -> Bound:
    literal, sign = node.this, 1
    if isinstance(literal, exp.Neg):
        literal, sign = literal.this, -1
    given = node.args.get("unit")
    first = last = given
    if isinstance(given, exp.IntervalSpan):
        first, last = given.this, given.expression
    if not (
        isinstance(literal, exp.Literal)
        and isinstance(first, exp.Var)
        and isinstance(last, exp.Var)
    ):
        raise context.error("write INTERVAL '1' DAY or INTERVAL '1 02:30' DAY TO MINUTE", node)
    unit = first.name.upper()
    try:
        if given is not first and unit == last.name.upper():
            raise ValueError(f"Invalid interval qualifier: {unit} to {unit}")
        value = intervals.value(literal.name, unit, last.name.upper())
    except ValueError as error:
        raise context.error(str(error), node) from error
    months = unit in ("YEAR", "MONTH")
    kind = INTERVAL_YEAR_TO_MONTH if months else INTERVAL_DAY_TO_SECOND
    return Bound(str(sign * value), kind, atomic=sign * value >= 0)


def _at_time_zone(context: Context, node: exp.AtTimeZone) -> Bound:
    """A moment on the clocks of a zone; the zone is a literal, as Trino's grammar has it."""
    value = context.bind(node.this)
    zone = node.args["zone"]
    if value.type != UNKNOWN and not value.type.base.startswith("timestamp"):
        raise context.error(
            "Type of value must be a time or timestamp with or without time zone "
            f"(actual {value.type})",
            node,
        )
    kind = TrinoType(_ZONED, parameters=value.type.parameters or (3,))
    moment = coerce(value, kind)
    if isinstance(zone, exp.Interval):
        return combine(f"trino_at_offset({moment.sql}, {context.bind(zone).sql})", kind, moment)
    if not isinstance(zone, exp.Literal) or not zone.is_string:
        raise context.error(
            "AT TIME ZONE is followed by a text in quotes or an interval; "
            "at_timezone(x, zone) takes any zone",
            node,
        )
    try:
        zones.zone_id(zone.name)
    except ValueError as error:
        raise context.error(str(error), zone) from error
    return combine(f"trino_at_zone({moment.sql}, {context.bind(zone).sql})", kind, moment)


def check_field(context: Context, node: exp.Extract, kind: TrinoType) -> None:
    """Raise ``QueryError`` for a field that EXTRACT does not know, or that the type lacks."""
    field = node.name.upper()
    if field not in _FIELDS:
        raise context.error(f"Invalid EXTRACT field: {node.name}", node)
    if kind != UNKNOWN and kind.base not in _FIELDS[field]:
        raise context.error(f"Cannot extract {field} from {kind}", node)


def _now(context: Context, node: exp.CurrentTimestamp) -> Bound:
    digits = _digits(context, node)
    kind = TrinoType(_ZONED, parameters=(digits,))
    sql = "(:as_of_ms << 12)"
    return Bound(sql if digits == 3 else f"trino_round_zoned({sql}, {digits})", kind)


def _local_now(context: Context, node: exp.Localtimestamp) -> Bound:
    digits = _digits(context, node)
    sql = "trino_utc_text(:as_of_ms << 12)"
    kind = TrinoType(TIMESTAMP.base, parameters=(digits,))
    return Bound(sql if digits == 3 else f"trino_round_timestamp({sql}, {digits})", kind)


def _digits(context: Context, node: exp.Expr) -> int:
    """The precision written in parentheses, or 3."""
    written = node.this
    if written is None:
        return _MOST_DIGITS
    if not isinstance(written, exp.Literal) or not written.name.isdecimal():
        raise context.error("the precision is a number", node)
    if int(written.name) > _MOST_DIGITS:
        raise context.error("times are held to the millisecond, precision 3", node)
    return int(written.name)


def _today(context: Context, node: exp.CurrentDate) -> Bound:  # noqa: ARG001
    return Bound("trino_date_of(:as_of_ms)", DATE)


HANDLERS: dict[Any, Any] = {
    exp.Interval: _interval,
    exp.AtTimeZone: _at_time_zone,
    exp.CurrentTimestamp: _now,
    exp.CurrentDate: _today,
    exp.Localtimestamp: _local_now,
}
