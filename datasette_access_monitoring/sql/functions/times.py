"""Functions over times, as entries of the registry; what they do is in ``udf``."""

from __future__ import annotations

from collections.abc import Sequence

from .model import Form, Group, Writer

_group = Group("time")
_scalar = _group.scalar

_TIMES = ("date", "timestamp", "timestamp with time zone")
_FORMS = {"date": "date", "timestamp": "timestamp", "timestamp with time zone": "zoned"}


def _per_time(
    pattern: str, sql: str, kinds: Sequence[str] = _TIMES
) -> dict[str, str | Writer | Form]:
    """One signature for each kind of time; ``X`` is the type, ``FORM`` its SQLite form."""
    return {pattern.replace("X", kind): sql.replace("FORM", _FORMS[kind]) for kind in kinds}


# fmt: off
_scalar("from_iso8601_timestamp", "The moment that an ISO 8601 text means; UTC if it "
        "names no zone.", {
    "(varchar) -> timestamp with time zone": "trino_from_iso8601_timestamp({0})",
})
_scalar("now", "The moment that the query takes as now.", {
    "() -> timestamp with time zone": "(:as_of_ms << 12)",
})
_scalar("date", "The day of a timestamp or of a text YYYY-MM-DD.", {
    "(varchar) -> date": "trino_cast_varchar_date({0})",
    "(timestamp) -> date": "substr({0}, 1, 10)",
    "(timestamp with time zone) -> date": "trino_cast_zoned_date({0})",
})
_scalar("date_trunc", "The moment at which the second, minute, hour, day, week, month, "
        "quarter or year began.", _per_time("(varchar, X) -> X", "trino_date_trunc_FORM({0}, {1})"))
_scalar("date_diff", "The whole units of time from the second argument to the third.",
        _per_time("(varchar, X, X) -> bigint", "trino_date_diff_FORM({0}, {1}, {2})"))
_scalar("date_add", "The moment so many units of time later.",
        _per_time("(varchar, bigint, X) -> X", "trino_date_add_FORM({0}, {1}, {2})"))
for _name, _doc in {
    "year": "The year.", "quarter": "The quarter, 1 to 4.", "month": "The month, 1 to 12.",
    "week": "The ISO week, 1 to 53.", "day": "The day of the month.",
    "day_of_week": "The day of the week, 1 (Monday) to 7.",
    "day_of_year": "The day of the year, 1 to 366.",
}.items():
    _scalar(_name, _doc, _per_time("(X) -> bigint", f"trino_part_FORM('{_name}', {{0}})"))
for _name in ("hour", "minute", "second", "millisecond"):
    _scalar(_name, f"The {_name} of the time of day.",
            _per_time("(X) -> bigint", f"trino_part_FORM('{_name}', {{0}})", _TIMES[1:]))
# fmt: on

ENTRIES = tuple(_group.entries)
