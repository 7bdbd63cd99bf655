"""What binding gives: an expression or a query in SQLite, its types, and what it reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from ...catalog.types import TrinoType


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """One place where an expression reads a column outside of any aggregate.

    ``level`` is the query level that the column belongs to: 0 is the outermost query.
    """

    sql: str
    level: int
    node: exp.Expr


_NUMBER = re.compile(r"[-+() ]*[0-9]+[) ]*")


@dataclass(frozen=True, slots=True)
class Bound:
    """One bound expression.

    ``atomic`` says that the text can stand next to any operator without parentheses.
    ``aggregates`` says that it holds an aggregate of its own query.  ``constant`` is the
    value of a literal, and ``None`` for everything else.  ``weight`` counts what SQLite will
    have to hold when it puts the columns of subqueries in the place of their names.
    ``labels`` says that it is a column of labels: a map that differs from event to event,
    whose subscript gives NULL for a key that is not there.  ``windows`` says that it holds a
    window function of its own query.
    """

    sql: str
    type: TrinoType
    columns: tuple[ColumnUse, ...] = ()
    aggregates: bool = False
    atomic: bool = True
    constant: str | int | None = None
    weight: int = 1
    labels: bool = False
    windows: bool = False

    @property
    def operand(self) -> str:
        """The text as an operand: in parentheses unless it is atomic."""
        return self.sql if self.atomic else f"({self.sql})"

    @property
    def is_number(self) -> bool:
        """Whether the text is a whole number, which ORDER BY and GROUP BY take for a position."""
        return _NUMBER.fullmatch(self.sql) is not None

    def becomes(self, sql: str, kind: TrinoType) -> Bound:
        """The same expression in another form: what it reads stays."""
        if sql == self.sql:
            return replace(self, type=kind)
        return Bound(
            sql, kind, self.columns, self.aggregates, weight=self.weight, windows=self.windows
        )


@dataclass(frozen=True, slots=True)
class OutputField:
    """One column that a query gives: its name (``None`` if it has none), type and weight."""

    name: str | None
    type: TrinoType
    weight: int = 1


@dataclass(frozen=True, slots=True)
class BoundQuery:
    """A query in SQLite: the SELECT list apart, so that whoever uses it names the columns.

    ``escaped`` are the columns of outer levels that it reads.  ``one_row`` says that it
    gives exactly one row whatever the data.
    """

    columns: tuple[OutputField, ...]
    select: str
    items: tuple[str, ...]
    rest: str
    escaped: tuple[ColumnUse, ...] = ()
    one_row: bool = False

    def text(self, names: Sequence[str]) -> str:
        """The SELECT statement with its columns under the given names."""
        listed = ", ".join(
            f"{item} AS {name(own)}" for item, own in zip(self.items, names, strict=True)
        )
        return f"{self.select} {listed}" + (f"\n{self.rest}" if self.rest else "")

    def inner_names(self) -> list[str]:
        """The names of the columns where the query is a part of another: all different."""
        return [f"c{index + 1}" for index in range(len(self.columns))]


def combine(sql: str, kind: TrinoType, *parts: Bound, atomic: bool = True) -> Bound:
    """An expression made of others: it reads what they read."""
    columns = tuple(use for part in parts for use in part.columns)
    aggregates = any(part.aggregates for part in parts)
    weight = 1 + sum(part.weight for part in parts)
    windows = any(part.windows for part in parts)
    return Bound(sql, kind, columns, aggregates, atomic, weight=weight, windows=windows)


def text_literal(value: str) -> str:
    """A SQLite string literal."""
    return "'" + value.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """A SQLite identifier, quoted."""
    return '"' + identifier.replace('"', '""') + '"'
