"""Functions over times, as entries of the registry; what they do is in ``udf``."""

from __future__ import annotations

from collections.abc import Sequence

from ...catalog.types import TrinoType
from ..binding.bound import Bound
from .model import Form, Group, Writer
from .signatures import ResultRule

_group = Group("time")
_scalar = _group.scalar

_TIMES = ("date", "timestamp", "timestamp with time zone")
_FORMS = {"date": "date", "timestamp": "timestamp", "timestamp with time zone": "zoned"}
# A timestamp is text of fixed places: unit -> how much of it stays, and what stands for the rest.
_KEPT = {
    "second": (19, ".000"), "minute": (16, ":00.000"), "hour": (13, ":00:00.000"),
    "day": (10, " 00:00:00.000"), "month": (7, "-01 00:00:00.000"),
    "year": (4, "-01-01 00:00:00.000"),
}  # fmt: skip
_PLACES = {
    "year": (1, 4), "month": (6, 2), "day": (9, 2), "hour": (12, 2), "minute": (15, 2),
    "second": (18, 2), "millisecond": (21, 3),
}  # fmt: skip
_INTERVAL_PARTS = {
    "year": "{0} / 12", "month": "{0} % 12", "day": "{0} / 86400000",
    "hour": "{0} % 86400000 / 3600000", "minute": "{0} % 3600000 / 60000",
    "second": "{0} % 60000 / 1000", "millisecond": "{0} % 1000",
}  # fmt: skip


def _per_time(
    pattern: str, sql: str, kinds: Sequence[str] = _TIMES
) -> dict[str, str | Writer | Form]:
    """One signature for each kind of time; ``X`` is the type, ``FORM`` its SQLite form."""
    return {pattern.replace("X", kind): sql.replace("FORM", _FORMS[kind]) for kind in kinds}


def _like(index: int) -> ResultRule:
    """The result has the type of an argument, with its precision."""
    return lambda types: types[index]


def _truncated(arguments: Sequence[Bound], result: TrinoType) -> str:  # noqa: ARG001
    unit, moment = arguments
    kept = _KEPT.get(str(unit.constant).lower())
    if kept is None:
        return f"trino_date_trunc_timestamp({unit.sql}, {moment.sql})"
    return f"(substr({moment.sql}, 1, {kept[0]}) || '{kept[1]}')"


def _added(form: str) -> Writer:
    """date_add rounds to the precision of its argument."""

    def write(arguments: Sequence[Bound], result: TrinoType) -> str:
        listed = ", ".join(part.sql for part in arguments)
        sql = f"trino_date_add_{form}({listed})"
        digits = result.parameters[0]
        return sql if digits == 3 else f"trino_round_{form}({sql}, {digits})"

    return write


def _iso8601(form: str) -> Writer:
    return lambda arguments, result: (  # noqa: ARG005
        f"trino_iso8601_{form}({arguments[0].sql}, {arguments[0].type.parameters[0]})"
    )


def _part(unit: str, kinds: Sequence[str], interval: str | None) -> dict[str, str | Writer | Form]:
    """The signatures of one field: of times, and of an interval that has it."""
    forms = _per_time("(X) -> bigint", f"trino_part_FORM('{unit}', {{0}})", kinds)
    if unit in _PLACES:
        start, length = _PLACES[unit]
        for kind in (kind for kind in kinds if kind in _TIMES[:2]):
            forms[f"({kind}) -> bigint"] = f"CAST(substr({{0}}, {start}, {length}) AS INTEGER)"
    if interval is not None:
        sql = _INTERVAL_PARTS[unit]
        forms[f"({interval}) -> bigint"] = lambda arguments, result: (  # noqa: ARG005
            f"({sql.replace('{0}', arguments[0].operand)})"
        )
    return forms


# fmt: off
_scalar("from_iso8601_timestamp", "The moment that an ISO 8601 text means; UTC if it "
        "names no zone. Week dates and days of the year are read too.", {
    "(varchar) -> timestamp with time zone": "trino_from_iso8601_timestamp({0})",
})
_scalar("from_iso8601_date", "The day that an ISO 8601 date means.", {
    "(varchar) -> date": "trino_from_iso8601_date({0})",
})
_scalar("now", "The moment that the query takes as now.", {
    "() -> timestamp with time zone": "(:as_of_ms << 12)",
})
_scalar("current_timezone", "The zone of the session: always UTC.", {"() -> varchar": "'UTC'"})
_scalar("date", "The day of a timestamp or of a text YYYY-MM-DD.", {
    "(varchar) -> date": "trino_cast('varchar', 'date', {0})",
    "(timestamp) -> date": "substr({0}, 1, 10)",
    "(timestamp with time zone) -> date": "trino_zoned_date({0})",
})
_scalar("date_trunc", "The moment at which the millisecond, second, minute, hour, day, week, "
        "month, quarter or year began.", {
    "(varchar, date) -> date": "trino_date_trunc_date({0}, {1})",
    "(varchar, timestamp) -> timestamp": Form(_truncated, _like(1)),
    "(varchar, timestamp with time zone) -> timestamp with time zone":
        Form("trino_date_trunc_zoned({0}, {1})", _like(1)),
})
_scalar("date_diff", "The whole units of time from the second argument to the third.",
        _per_time("(varchar, X, X) -> bigint", "trino_date_diff_FORM({0}, {1}, {2})"))
_scalar("date_add", "The moment so many units of time later; a day that its month lacks becomes "
        "the month's last.", {
    "(varchar, bigint, date) -> date": "trino_date_add_date({0}, {1}, {2})",
    "(varchar, bigint, timestamp) -> timestamp": Form(_added("timestamp"), _like(2)),
    "(varchar, bigint, timestamp with time zone) -> timestamp with time zone":
        Form(_added("zoned"), _like(2)),
})
_scalar("last_day_of_month", "The last day of the month.",
        _per_time("(X) -> date", "trino_month_end_FORM({0})"))
for _names, _doc, _interval in (
    (("year",), "The year, also of an interval of months.", "interval year to month"),
    (("quarter",), "The quarter, 1 to 4.", None),
    (("month",), "The month, 1 to 12; of an interval the months beside its years.",
     "interval year to month"),
    (("week", "week_of_year"), "The ISO week, 1 to 53.", None),
    (("year_of_week", "yow"), "The year that the ISO week belongs to.", None),
    (("day", "day_of_month"), "The day of the month, or the days of an interval.",
     "interval day to second"),
    (("day_of_week", "dow"), "The day of the week, 1 (Monday) to 7.", None),
    (("day_of_year", "doy"), "The day of the year, 1 to 366.", None),
):
    for _name in _names:
        _scalar(_name, _doc, _part(_names[0], _TIMES, _interval))
for _name in ("hour", "minute", "second", "millisecond"):
    _scalar(_name, f"The {_name} of the time of day, or of an interval.",
            _part(_name, _TIMES[1:], "interval day to second"))
_scalar("date_format", "The time as text, by a pattern of MySQL's: %Y-%m-%d %H:%i:%s.",
        _per_time("(X, varchar) -> varchar", "trino_date_format_FORM({0}, {1})", _TIMES[1:]))
_scalar("date_parse", "The timestamp that a text means, by a pattern of MySQL's.", {
    "(varchar, varchar) -> timestamp": "trino_date_parse({0}, {1})",
})
_scalar("format_datetime", "The time as text, by a pattern of Joda-Time's: yyyy-MM-dd HH:mm:ss.",
        _per_time("(X, varchar) -> varchar", "trino_format_datetime_FORM({0}, {1})", _TIMES[1:]))
_scalar("parse_datetime", "The moment that a text means, by a pattern of Joda-Time's; UTC if "
        "it names no zone.", {
    "(varchar, varchar) -> timestamp with time zone": "trino_parse_datetime({0}, {1})",
})
_scalar("to_iso8601", "The day or time as ISO 8601 writes it.", {
    "(date) -> varchar": "({0})",
    "(timestamp) -> varchar": _iso8601("timestamp"),
    "(timestamp with time zone) -> varchar": _iso8601("zoned"),
})
_scalar("from_unixtime", "The moment so many seconds after 1970 began: in UTC, in a zone, or at "
        "an offset of hours and minutes.", {
    "(double) -> timestamp with time zone": "trino_from_unixtime({0})",
    "(double, varchar) -> timestamp with time zone": "trino_from_unixtime({0}, {1})",
    "(double, bigint, bigint) -> timestamp with time zone":
        "trino_from_unixtime({0}, {1}, {2})",
})
_scalar("to_unixtime", "The seconds since 1970 began.",
        _per_time("(X) -> double", "trino_to_unixtime_FORM({0})", _TIMES[1:]))
_scalar("at_timezone", "The same moment on the clocks of another zone; named zones are "
        "known from 1970 on.", {
    "(timestamp with time zone, varchar) -> timestamp with time zone":
        Form("trino_at_zone({0}, {1})", _like(0)),
    "(timestamp with time zone, interval day to second) -> timestamp with time zone":
        Form("trino_at_offset({0}, {1})", _like(0)),
})
_scalar("with_timezone", "The moment at which the clocks of a zone show the timestamp; what they "
        "skip is as much later.", {
    "(timestamp, varchar) -> timestamp with time zone": Form(
        "trino_with_zone({0}, {1})",
        lambda types: TrinoType("timestamp with time zone", parameters=types[0].parameters),
    ),
})
_scalar("timezone", "The zone of a timestamp, as UTC, +02:00 or Europe/Berlin.", {
    "(timestamp with time zone) -> varchar": "trino_zone_name({0})",
})
for _name, _doc in {
    "hour": "The hours that the zone's clocks are ahead of UTC.",
    "minute": "The minutes beside the hours that the zone's clocks are ahead of UTC.",
}.items():
    _scalar(f"timezone_{_name}", _doc, {
        "(timestamp with time zone) -> bigint": f"trino_zone_{_name}({{0}})",
    })
_scalar("to_milliseconds", "The milliseconds of an interval.", {
    "(interval day to second) -> bigint": "({0})",
})
_scalar("parse_duration", "The interval that a text like 3.5h or 10 ms means.", {
    "(varchar) -> interval day to second": "trino_parse_duration({0})",
})
_scalar("human_readable_seconds", "Seconds in words: 1 week, 2 days, 5 seconds.", {
    "(double) -> varchar": "trino_human_readable_seconds({0})",
})
# fmt: on

ENTRIES = tuple(_group.entries)
