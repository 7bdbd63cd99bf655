"""Random Trino expressions of a wanted type, every function of the registry among them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sql_literals import Literals, castless, ordered

from datasette_access_monitoring.catalog.types import (
    BIGINT,
    BOOLEAN,
    DOUBLE,
    INTERVAL_DAY_TO_SECOND,
    INTERVAL_YEAR_TO_MONTH,
    JSON,
    TIMESTAMP,
    TIMESTAMP_WITH_TIME_ZONE,
    VARCHAR,
    TrinoType,
    array,
    decimal,
    map_of,
)
from datasette_access_monitoring.sql.functions import FUNCTIONS, Function, Kind
from datasette_access_monitoring.sql.functions.signatures import Signature

_VARIABLES = frozenset("TUKVS")
_SCALARS = [entry for entry in FUNCTIONS.values() if entry.kind is Kind.SCALAR]
_AGGREGATES = [entry for entry in FUNCTIONS.values() if entry.kind is Kind.AGGREGATE]
_WINDOWS = [entry for entry in FUNCTIONS.values() if entry.kind is Kind.WINDOW]
_BY_ORDER = ("min", "max", "greatest", "least", "array_min", "array_max")
_FROM_JSON = ("boolean", "integer", "bigint", "double", "decimal", "varchar")


class Name(NamedTuple):
    """A column that is in sight: how it is written, and its type."""

    text: str
    type: TrinoType


@dataclass(frozen=True)
class Place:
    """What an expression may use: columns, and whether aggregates or windows can stand there."""

    names: tuple[Name, ...] = ()
    aggregates: bool = False
    windows: bool = False

    def plain(self) -> Place:
        return Place(self.names)

    def within(self, *names: Name) -> Place:
        """Inside a lambda: its parameters come first."""
        return Place((*names, *self.names))


class Expressions(Literals):
    """Makes expressions; functions get arguments of the types that their signatures ask for."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__(chance)
        self._count = 0

    def name(self) -> str:
        self._count += 1
        return f"n{self._count}"

    def typed_query(
        self, depth: int, wanted: Sequence[TrinoType] | None = None
    ) -> tuple[str, list[Name]]:
        """A query and its columns; ``wanted`` fixes their types."""
        raise NotImplementedError

    def aggregate(self, kind: TrinoType, place: Place) -> str:
        """An expression of a kind over an aggregate."""
        fitting = self.fitting(_AGGREGATES, kind)
        if not fitting or self.likely(5):
            name = "max" if ordered(kind) else "any_value"
            return f"{name}({self.expression(kind, place.plain(), 1)})"
        entry = self.chance.choice(fitting)
        chosen, variables = self.chance.choice(self.signatures(entry.signatures, kind))
        arguments = self.arguments(chosen, variables, place.plain(), 1)
        if entry.name == "count" and not arguments:
            return "count(*)"
        distinct = "DISTINCT " if self.likely(10) else ""
        text = f"{entry.name}({distinct}{', '.join(arguments)})"
        if entry.name == "listagg":
            text += f" WITHIN GROUP (ORDER BY {arguments[0]})"
        elif self.likely(10) and not distinct:
            text = f"{text[:-1]} ORDER BY {self.expression(self.ordered(), place.plain(), 0)})"
        if self.likely(10):
            text += f" FILTER (WHERE {self.expression(BOOLEAN, place.plain(), 1)})"
        return text

    def expression(self, kind: TrinoType, place: Place, depth: int) -> str:
        if self.likely(2):
            kind = self.type(1)  # of another type than is asked for: mostly refused
        choices = [name.text for name in place.names if name.type == kind]
        if choices and self.likely(45 if depth else 75):
            return self.chance.choice(choices)
        if not depth or self.likely(15):
            return self.literal(kind)
        shape = self.chance.random()
        if shape < 0.55:
            called = self.call(kind, place, depth - 1)
            if called:
                return called
        if shape < 0.62:
            return self.case(kind, place, depth - 1)
        if shape < 0.70:
            return self.cast(kind, place, depth - 1)
        if shape < 0.74 and place.windows:
            return self.window(kind, place)
        if shape < 0.76:
            text, _ = self.typed_query(0, [kind])
            name = "max" if ordered(kind) else "arbitrary"
            return f"({text})" if self.likely(30) else f"(SELECT {name}(x) FROM ({text}) AS t (x))"
        if shape < 0.80:
            return self.inside(kind, place, depth - 1)
        return self.operation(kind, place, depth - 1)

    def operation(self, kind: TrinoType, place: Place, depth: int) -> str:
        def one(other: TrinoType) -> str:
            return self.expression(other, place, depth)

        if kind == BOOLEAN:
            return self.condition(place, depth)
        if kind.base in ("integer", "bigint", "double", "decimal"):
            return f"({one(kind)} {self.chance.choice('+-*/%')} {one(kind)})"
        if kind == VARCHAR or kind.base == "array":
            return f"({one(kind)} || {one(kind)})"
        if kind.base in ("date", "timestamp", "timestamp with time zone"):
            interval = INTERVAL_YEAR_TO_MONTH if self.likely(50) else INTERVAL_DAY_TO_SECOND
            if kind == TIMESTAMP_WITH_TIME_ZONE and self.likely(20):
                return f"({one(kind)} AT TIME ZONE 'Asia/Tokyo')"
            return f"({one(kind)} {self.chance.choice('+-')} {one(interval)})"
        if kind == INTERVAL_DAY_TO_SECOND:
            return f"({one(TIMESTAMP)} - {one(TIMESTAMP)})"
        if kind.base == "row":
            return f"ROW({', '.join(one(inner) for inner in kind.arguments)})"
        return one(kind)

    def condition(self, place: Place, depth: int) -> str:
        def one(other: TrinoType) -> str:
            return self.expression(other, place, depth)

        kind = self.type(1)
        shape = self.chance.randrange(11)
        if shape in (3, 8, 10) and self.likely(90):
            kind = self.ordered()
        if shape == 0:
            return f"({one(BOOLEAN)} {self.chance.choice(('AND', 'OR'))} {one(BOOLEAN)})"
        if shape == 1:
            return f"(NOT {one(BOOLEAN)})"
        if shape == 2:
            return f"({one(kind)} IS {self.chance.choice(('', 'NOT '))}NULL)"
        if shape == 3:
            return f"({one(kind)} BETWEEN {one(kind)} AND {one(kind)})"
        if shape == 4:
            return f"({one(kind)} {self.chance.choice(('', 'NOT '))}IN ({one(kind)}, {one(kind)}))"
        if shape == 5:
            return f"({one(VARCHAR)} LIKE {one(VARCHAR)})"
        if shape == 6:
            return f"EXISTS ({self.typed_query(0)[0]})"
        if shape == 7:
            return f"({one(kind)} IN ({self.typed_query(0, [kind])[0]}))"
        if shape == 8:
            word = f"{self.chance.choice(('=', '<', '>='))} {self.chance.choice(('ALL', 'ANY'))}"
            return f"({one(kind)} {word} ({self.typed_query(0, [kind])[0]}))"
        if shape == 9:
            return f"({one(kind)} IS DISTINCT FROM {one(kind)})"
        return f"({one(kind)} {self.chance.choice(('=', '<>', '<', '<=', '>', '>='))} {one(kind)})"

    def case(self, kind: TrinoType, place: Place, depth: int) -> str:
        test = self.expression(BOOLEAN, place, depth)
        one, other = self.expression(kind, place, depth), self.expression(kind, place, depth)
        return f"CASE WHEN {test} THEN {one} ELSE {other} END"

    def cast(self, kind: TrinoType, place: Place, depth: int) -> str:
        if castless(kind):
            return self.literal(kind)
        given = [kind, JSON if kind.base in _FROM_JSON else kind]
        if not kind.arguments:
            given += [VARCHAR, VARCHAR, VARCHAR]
        if kind.base in ("integer", "bigint", "double", "decimal", "boolean", "varchar"):
            given += [BIGINT, DOUBLE, BOOLEAN, decimal(5, 2)]
        value = self.expression(self.chance.choice(given), place, depth)
        return f"{self.chance.choice(('CAST', 'TRY_CAST', 'TRY_CAST'))}({value} AS {kind})"

    def inside(self, kind: TrinoType, place: Place, depth: int) -> str:
        """A part of an array, a map or a row."""
        shape = self.chance.randrange(3)
        if shape == 0:
            return f"{self.expression(array(kind), place, depth)}[{self.scalar(BIGINT)}]"
        if shape == 1:
            return f"element_at({self.expression(map_of(VARCHAR, kind), place, depth)}, 'a')"
        row = TrinoType("row", (kind, VARCHAR), ("f", "g"))
        return f"{self.expression(row, place, depth)}.f"

    def window(self, kind: TrinoType, place: Place) -> str:
        plain = place.plain()
        fitting = self.fitting(_AGGREGATES + _WINDOWS, kind)
        if not fitting:
            return self.literal(kind)
        entry = self.chance.choice(fitting)
        chosen, variables = self.chance.choice(self.signatures(entry.signatures, kind))
        arguments = ", ".join(self.arguments(chosen, variables, plain, 0))
        parts = []
        if self.likely(50):
            parts.append(f"PARTITION BY {self.expression(self.type(1), plain, 0)}")
        if self.likely(80):
            parts.append(f"ORDER BY {self.expression(self.ordered(), plain, 0)}")
        if len(parts) and parts[-1].startswith("ORDER") and entry not in _WINDOWS:
            parts.append(self.chance.choice((
                "", "", "ROWS BETWEEN 1 PRECEDING AND CURRENT ROW", "ROWS UNBOUNDED PRECEDING",
                "RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
                "GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
            )))  # fmt: skip
        return f"{entry.name}({arguments}) OVER ({' '.join(parts)})"

    def call(self, kind: TrinoType, place: Place, depth: int) -> str | None:
        fitting = self.fitting(self.chance.sample(_SCALARS, 40), kind)
        if not fitting:
            return None
        entry = self.chance.choice(fitting)
        chosen, variables = self.chance.choice(self.signatures(entry.signatures, kind))
        if entry.name == "nullif":
            variables["U"] = variables["T"]
        return f"{entry.name}({', '.join(self.arguments(chosen, variables, place, depth))})"

    def fitting(self, entries: Sequence[Function], kind: TrinoType) -> list[Function]:
        """The functions that can give a type."""
        return [
            entry
            for entry in entries
            if self.signatures(entry.signatures, kind)
            and (ordered(kind) or entry.name not in _BY_ORDER)
        ]

    def signatures(
        self, signatures: Sequence[Signature], kind: TrinoType
    ) -> list[tuple[Signature, dict[str, TrinoType]]]:
        """The signatures whose result is of a kind, with what their variables are then."""
        found = []
        for one in signatures:
            variables: dict[str, TrinoType] = {}
            if _gives(one.result, kind, variables):
                found.append((one, variables))
        return found

    def arguments(
        self, chosen: Signature, variables: dict[str, TrinoType], place: Place, depth: int
    ) -> list[str]:
        count = len(chosen.arguments)
        if chosen.variadic:
            count += self.chance.randint(0, 2)
        wanted = chosen.wanted(count) or chosen.arguments
        return [self.argument(pattern, variables, place, depth) for pattern in wanted]

    def argument(
        self, pattern: TrinoType, variables: dict[str, TrinoType], place: Place, depth: int
    ) -> str:
        if pattern.base == "function":
            *inputs, output = (self.filled(part, variables) for part in pattern.arguments)
            names = [Name(self.name(), kind) for kind in inputs]
            body = self.expression(output, place.within(*names), depth)
            listed = ", ".join(name.text for name in names)
            return f"{listed if len(names) == 1 else f'({listed})'} -> {body}"
        return self.expression(self.filled(pattern, variables), place, depth)

    def filled(self, pattern: TrinoType, variables: dict[str, TrinoType]) -> TrinoType:
        if pattern.base in _VARIABLES:
            if pattern.base not in variables:
                variables[pattern.base] = self.ordered()
            return variables[pattern.base]
        if pattern.base == "decimal" and not pattern.parameters:
            return decimal(5, 2)
        if pattern.base == "row" and not pattern.arguments:
            return TrinoType("row", (VARCHAR, BIGINT), ("f", "g"))
        inside = tuple(self.filled(part, variables) for part in pattern.arguments)
        return TrinoType(pattern.base, inside, pattern.names, pattern.parameters)


def _gives(pattern: TrinoType, kind: TrinoType, variables: dict[str, TrinoType]) -> bool:
    """Whether a signature's result can be of a kind; sets the variables that this fixes."""
    if pattern.base in _VARIABLES:
        return variables.setdefault(pattern.base, kind) == kind
    if pattern.base != kind.base:
        return False
    if pattern.base in ("decimal", "row", "timestamp", "timestamp with time zone"):
        return True
    return len(pattern.arguments) == len(kind.arguments) and all(
        _gives(inner, part, variables)
        for inner, part in zip(pattern.arguments, kind.arguments, strict=True)
    )
