"""Trino's types as values, and the parser of their spelling.

A type is named in the catalog (``array(varchar)``), inferred for every expression
of a query, and decides how a result is shown.  What a type's values look like in
SQLite is the business of ``store`` and ``sql``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

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
        """Trino's own spelling, as ``typeof()`` prints it."""
        if self.base == "row":
            fields = (
                f"{name} {kind}" if name is not None else str(kind)
                for name, kind in zip(self.names, self.arguments, strict=True)
            )
            return f"row({', '.join(fields)})"
        inside = [str(argument) for argument in self.arguments]
        inside += [str(parameter) for parameter in self.parameters]
        listed = f"({', '.join(inside)})" if inside else ""
        head, _, tail = self.base.partition(" ")
        return f"{head}{listed} {tail}" if tail else self.base + listed


BOOLEAN = TrinoType("boolean")
INTEGER = TrinoType("integer")
BIGINT = TrinoType("bigint")
DOUBLE = TrinoType("double")
VARCHAR = TrinoType("varchar")
JSON = TrinoType("json")
DATE = TrinoType("date")
TIMESTAMP = TrinoType("timestamp", parameters=(3,))
TIMESTAMP_WITH_TIME_ZONE = TrinoType("timestamp with time zone", parameters=(3,))
INTERVAL_DAY_TO_SECOND = TrinoType("interval day to second")
INTERVAL_YEAR_TO_MONTH = TrinoType("interval year to month")
UNKNOWN = TrinoType("unknown")


def array(element: TrinoType) -> TrinoType:
    """The type of arrays of ``element``."""
    return TrinoType("array", (element,))


_SCALARS = {
    str(kind): kind
    for kind in (BOOLEAN, INTEGER, BIGINT, DOUBLE, VARCHAR, JSON, DATE, TIMESTAMP,
                 TIMESTAMP_WITH_TIME_ZONE)
} | {"timestamp": TIMESTAMP, "timestamp with time zone": TIMESTAMP_WITH_TIME_ZONE}  # fmt: skip
_TOKEN = re.compile(r"\s*(?:([A-Za-z_][A-Za-z0-9_]*)|([(),]))")


def parse_type(text: str) -> TrinoType:
    """Read a type as the catalog spells it: a scalar, ``array(T)`` or ``row(name T, ...)``.

    Raises ``CatalogError`` naming the text and the place where it stops being a type.
    """
    if text in _SCALARS:
        return _SCALARS[text]
    tokens: list[tuple[str, int]] = []
    position = 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None:
            raise CatalogError(f"type {text!r}: unexpected character at position {position + 1}")
        tokens.append((match.group(1) or match.group(2), match.start() + 1))
        position = match.end()
    kind, rest = _parse(text, tokens)
    if rest:
        raise CatalogError(f"type {text!r}: unexpected {rest[0][0]!r} at position {rest[0][1]}")
    return kind


_Tokens = list[tuple[str, int]]


def _parse(text: str, tokens: _Tokens) -> tuple[TrinoType, _Tokens]:
    if not tokens:
        raise CatalogError(f"type {text!r} ends too early")
    (name, position), rest = tokens[0], tokens[1:]
    if name in _SCALARS:
        return _SCALARS[name], rest
    if name == "array":
        element, rest = _parse(text, _expect(text, rest, "("))
        return array(element), _expect(text, rest, ")")
    if name == "row":
        names: list[str | None] = []
        fields: list[TrinoType] = []
        rest = _expect(text, rest, "(")
        while True:
            if not rest:
                raise CatalogError(f"type {text!r} ends too early")
            names.append(rest[0][0])
            field, rest = _parse(text, rest[1:])
            fields.append(field)
            if rest and rest[0][0] == ",":
                rest = rest[1:]
                continue
            return TrinoType("row", tuple(fields), tuple(names)), _expect(text, rest, ")")
    raise CatalogError(f"type {text!r}: unknown type {name!r} at position {position}")


def _expect(text: str, tokens: _Tokens, wanted: str) -> _Tokens:
    if not tokens or tokens[0][0] != wanted:
        raise CatalogError(f"type {text!r}: expected {wanted!r}")
    return tokens[1:]
