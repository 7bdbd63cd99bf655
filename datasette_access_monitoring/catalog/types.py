"""Trino's types as values, and the parser of their spelling.

A type is named in the catalog (``array(varchar)``), inferred for every expression
of a query, and decides how a result is shown.  What a type's values look like in
SQLite is the business of ``store`` and ``sql``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..errors import CatalogError


@dataclass(frozen=True, slots=True)
class TrinoType:
    """One Trino type.

    ``arguments`` holds the types inside (an array's element, a map's key and value,
    a row's fields), ``names`` a row's field names (``None`` for an unnamed field),
    ``parameters`` the numbers (a timestamp's precision, a decimal's precision and scale).
    """

    base: str
    arguments: tuple[TrinoType, ...] = ()
    names: tuple[str | None, ...] = ()
    parameters: tuple[int, ...] = ()

    def __str__(self) -> str:
        """Trino's own spelling, as ``typeof()`` prints it; ``parse_type`` reads it back."""
        if self.base == "row":
            fields = (
                f"{_field_name(name)} {kind}" if name is not None else str(kind)
                for name, kind in zip(self.names, self.arguments, strict=True)
            )
            return f"row({', '.join(fields)})"
        inside = ", ".join(map(str, self.arguments)) or ",".join(map(str, self.parameters))
        listed = f"({inside})" if inside else ""
        head, _, tail = self.base.partition(" ")
        if head == "interval":
            return self.base
        return f"{head}{listed} {tail}" if tail else self.base + listed


_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _field_name(name: str) -> str:
    if _PLAIN_NAME.fullmatch(name):
        return name
    return '"' + name.replace('"', '""') + '"'


BOOLEAN = TrinoType("boolean")
INTEGER = TrinoType("integer")
BIGINT = TrinoType("bigint")
DOUBLE = TrinoType("double")
VARCHAR = TrinoType("varchar")
VARBINARY = TrinoType("varbinary")
JSON = TrinoType("json")
DATE = TrinoType("date")
TIMESTAMP = TrinoType("timestamp", parameters=(3,))
TIMESTAMP_WITH_TIME_ZONE = TrinoType("timestamp with time zone", parameters=(3,))
INTERVAL_DAY_TO_SECOND = TrinoType("interval day to second")
INTERVAL_YEAR_TO_MONTH = TrinoType("interval year to month")
IPADDRESS = TrinoType("ipaddress")
IPPREFIX = TrinoType("ipprefix")
UNKNOWN = TrinoType("unknown")


def array(element: TrinoType) -> TrinoType:
    """The type of arrays of ``element``."""
    return TrinoType("array", (element,))


def map_of(key: TrinoType, value: TrinoType) -> TrinoType:
    """The type of maps from ``key`` to ``value``."""
    return TrinoType("map", (key, value))


def decimal(precision: int, scale: int) -> TrinoType:
    """The type of decimals of so many digits, ``scale`` of them after the point."""
    return TrinoType("decimal", parameters=(precision, scale))


_SCALARS = {
    str(kind): kind
    for kind in (BOOLEAN, INTEGER, BIGINT, DOUBLE, VARCHAR, VARBINARY, JSON, DATE, IPADDRESS,
                 IPPREFIX, UNKNOWN, INTERVAL_DAY_TO_SECOND, INTERVAL_YEAR_TO_MONTH)
}  # fmt: skip
_WORDS = re.compile(
    r"interval (?:day to second|year to month)"
    r"|timestamp(?:\(([0-9]+)\))?( with time zone)?"
    r"|decimal\(([0-9]+), ?([0-9]+)\)"
    r"|[A-Za-z_][A-Za-z0-9_]*"
)
_NAME = re.compile(r'([A-Za-z_][A-Za-z0-9_]*|"(?:[^"]|"")+") (?=[A-Za-z])')
_MOST_NESTING = 50


@lru_cache(maxsize=1024)
def parse_type(text: str) -> TrinoType:
    """Read a type as Trino spells it: a scalar, ``array(T)``, ``map(K, V)``, ``row(name T, ...)``.

    Raises ``CatalogError`` naming the text and the place where it stops being a type.
    """
    kind, end = _parse(text, 0, 0)
    if end != len(text):
        raise _error(text, end, f"unexpected {text[end]!r}")
    return kind


def _parse(text: str, start: int, depth: int) -> tuple[TrinoType, int]:
    match = _WORDS.match(text, start)
    if match is None or depth > _MOST_NESTING:
        raise _error(text, start, "a type is expected")
    word, end = match[0], match.end()
    if word in _SCALARS:
        return _SCALARS[word], end
    if word.startswith("timestamp"):
        base = "timestamp" + (match[2] or "")
        return TrinoType(base, parameters=(int(match[1] or 3),)), end
    if word.startswith("decimal("):
        return decimal(int(match[3]), int(match[4])), end
    if word not in ("array", "map", "row") or not text.startswith("(", end):
        raise _error(text, start, f"unknown type {word!r}")
    names: list[str | None] = []
    inside: list[TrinoType] = []
    while not text.startswith(")", end) or not inside:
        if inside and not text.startswith(",", end):
            raise _error(text, end, "expected ',' or ')'")
        end += 1
        end += text.startswith(" ", end)
        name = _NAME.match(text, end) if word == "row" else None
        if name is not None and not _WORDS.fullmatch(text[end : _stop(text, end)]):
            quoted = name[1].startswith('"')
            names.append(name[1][1:-1].replace('""', '"') if quoted else name[1])
            end = name.end()
        else:
            names.append(None)
        kind, end = _parse(text, end, depth + 1)
        inside.append(kind)
    if len(inside) != {"array": 1, "map": 2}.get(word, len(inside)):
        raise _error(text, start, f"{word} has another number of types inside")
    return TrinoType(word, tuple(inside), tuple(names) if word == "row" else ()), end + 1


def _stop(text: str, start: int) -> int:
    """Where a field of a row that is no row itself would end: its name may look like a type's."""
    ends = [text.find(mark, start) for mark in (",", ")", "(")]
    return min((end for end in ends if end >= 0), default=len(text))


def _error(text: str, place: int, what: str) -> CatalogError:
    return CatalogError(f"type {text!r}: {what} at position {place + 1}")
