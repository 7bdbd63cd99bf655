"""Random types, and literals of each: the leaves of random queries."""

from __future__ import annotations

import random

from datasette_access_monitoring.catalog.types import (  # fmt: skip
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL_DAY_TO_SECOND,
    INTERVAL_YEAR_TO_MONTH,
    IPADDRESS,
    IPPREFIX,
    JSON,
    TIMESTAMP,
    TIMESTAMP_WITH_TIME_ZONE,
    UNKNOWN,
    VARBINARY,
    VARCHAR,
    TrinoType,
    array,
    decimal,
    map_of,
)

SCALARS = (
    BOOLEAN, INTEGER, BIGINT, DOUBLE, decimal(5, 2), decimal(38, 0), VARCHAR, VARCHAR, VARBINARY,
    JSON, DATE, TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE, INTERVAL_DAY_TO_SECOND,
    INTERVAL_YEAR_TO_MONTH, IPADDRESS, IPPREFIX,
)  # fmt: skip
_TEXTS = (
    "", "a", "A", "é", "ß", "日本", "\u202e", "\\", "''", "%", "_", "$", "1", "-1", "1.5", "true",
    "2026-11-20", "2026-11-20 10:00:00", "2026-11-20T10:00:00Z", "10.1.2.3", "10.0.0.0/8", "::1",
    "[1,2]", '{"a":{"b":[1,null]}}', "$.a", "$.a.b[0]", "day", "hour", "week", "%Y-%m-%d", "UTC",
    "yyyy-MM-dd", "America/New_York", "(a+)+$", "a|b", "(?i)A", "[a-z]*", "\\d+", "https://a.b/c?d=e#f",
    "alice", "alice,bob;carol", "a=1;b=2", "0041", "SGVsbG8=", "x" * 300, " x ", "a\0b", "\n",
)  # fmt: skip
_WHOLE = ("0", "1", "2", "3", "5", "10", "100", "2147483647", "1000000", "-1", "-2")
_WRITTEN = {
    "boolean": ("true", "false"),
    "integer": ("{whole}",),
    "bigint": ("{whole}", "BIGINT '{whole}'", "9223372036854775807"),
    "double": ("{whole}E0", "1.5E0", "-0E0", "1E308", "1E-320", "infinity()"),
    "varchar": ("'{text}'",),
    "varbinary": ("to_utf8('{text}')", "from_hex('00ff')"),
    "json": ("JSON '[1,null]'", "JSON '\"x\"'", "JSON 'null'", "JSON '{\"a\":1.5}'"),
    "date": ("DATE '2026-11-20'", "DATE '0001-01-01'", "DATE '9999-12-31'", "current_date"),
    "timestamp": (
        "TIMESTAMP '2026-11-20 10:00:00.123'", "TIMESTAMP '1969-12-31 23:59:59'", "localtimestamp",
    ),
    "timestamp with time zone": (
        "now()", "TIMESTAMP '2026-11-20 10:00:00 UTC'",
        "TIMESTAMP '2026-03-29 03:30:00 Europe/Berlin'",
        "from_iso8601_timestamp('2026-11-20T10:00:00+02:00')",
    ),
    "interval day to second": (
        "INTERVAL '1' DAY", "INTERVAL '-36' HOUR", "INTERVAL '1000000' DAY",
    ),
    "interval year to month": ("INTERVAL '1' MONTH", "INTERVAL '-10000' YEAR"),
    "ipaddress": ("IPADDRESS '10.1.2.3'", "IPADDRESS '::1'", "CAST('fe80::1' AS ipaddress)"),
    "ipprefix": ("IPPREFIX '10.0.0.0/8'", "CAST('::/0' AS ipprefix)"),
}  # fmt: skip


class Literals:
    """Random types and literals out of one source of chance."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def likely(self, percent: int) -> bool:
        return self.chance.random() * 100 < percent

    def type(self, depth: int = 2) -> TrinoType:
        if depth and self.likely(25):
            inner = self.type(depth - 1)
            shape = self.chance.choice(("array", "array", "map", "row"))
            if shape == "array":
                return array(inner)
            if shape == "map":
                return map_of(self.chance.choice((VARCHAR, BIGINT, DATE)), inner)
            return TrinoType("row", (inner, self.type(depth - 1)), ("f", "g"))
        return self.chance.choice(SCALARS)

    def ordered(self) -> TrinoType:
        """A type whose values have an order."""
        while not ordered(kind := self.type(1)):
            pass
        return kind

    def literal(self, kind: TrinoType) -> str:
        if kind == UNKNOWN:
            return "NULL"
        if self.likely(7):
            return "NULL" if self.likely(30) else self.null(kind)
        if kind.base == "array":
            some = [self.literal(kind.arguments[0]) for _ in range(self.chance.randint(0, 3))]
            made = f"ARRAY[{', '.join(some)}]"
            return (
                made if castless(kind) or (some and self.likely(50)) else f"CAST({made} AS {kind})"
            )
        if kind.base == "map":
            keys, items = kind.arguments
            return f"map(ARRAY[{self.literal(keys)}], ARRAY[{self.literal(items)}])"
        if kind.base == "row":
            fields = ", ".join(self.literal(inner) for inner in kind.arguments)
            return f"ROW({fields})" if castless(kind) else f"CAST(ROW({fields}) AS {kind})"
        return self.scalar(kind)

    def null(self, kind: TrinoType) -> str:
        """A NULL of a type; intervals have no cast."""
        return f"nullif({self.literal(kind)}, NULL)" if castless(kind) else f"CAST(NULL AS {kind})"

    def scalar(self, kind: TrinoType) -> str:
        if kind.base == "decimal":
            digits, scale = kind.parameters
            some = ("0", "1.5", "-0.01", "99", f"CAST(7 AS decimal({digits},{scale}))")
            return self.chance.choice(some)
        made = self.chance.choice(_WRITTEN[kind.base])
        if "{" not in made:
            return made
        text = self.chance.choice(_TEXTS).replace("'", "''").replace("\0", "")
        return made.replace("{text}", text).replace("{whole}", self.chance.choice(_WHOLE))


def ordered(kind: TrinoType) -> bool:
    """Whether values of a type have an order."""
    return kind.base not in ("json", "map") and all(map(ordered, kind.arguments))


def castless(kind: TrinoType) -> bool:
    """Whether a type is, or holds, one that CAST does not know."""
    return kind.base.startswith("interval") or any(map(castless, kind.arguments))
