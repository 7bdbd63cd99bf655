"""An expression after binding: its SQLite text, its Trino type, and what it reads."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlglot import exp

from ..catalog.types import TrinoType


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """One place where an expression reads a column outside of any aggregate.

    ``level`` is the query level that the column belongs to: 0 is the outermost query.
    """

    sql: str
    level: int
    node: exp.Expr


@dataclass(frozen=True, slots=True)
class Bound:
    """One bound expression.

    ``atomic`` says that the text can stand next to any operator without parentheses.
    ``aggregates`` says that it holds an aggregate of its own query.  ``constant`` is the
    value of a literal, and ``None`` for everything else.
    """

    sql: str
    type: TrinoType
    columns: tuple[ColumnUse, ...] = ()
    aggregates: bool = False
    atomic: bool = True
    constant: str | int | None = None

    @property
    def operand(self) -> str:
        """The text as an operand: in parentheses unless it is atomic."""
        return self.sql if self.atomic else f"({self.sql})"

    def becomes(self, sql: str, kind: TrinoType) -> Bound:
        """The same expression in another form: what it reads stays."""
        if sql == self.sql:
            return replace(self, type=kind)
        return Bound(sql, kind, self.columns, self.aggregates)


def combine(sql: str, kind: TrinoType, *parts: Bound, atomic: bool = True) -> Bound:
    """An expression made of others: it reads what they read."""
    columns = tuple(use for part in parts for use in part.columns)
    return Bound(sql, kind, columns, any(part.aggregates for part in parts), atomic)


def text_literal(value: str) -> str:
    """A SQLite string literal."""
    return "'" + value.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """A SQLite identifier, quoted."""
    return '"' + identifier.replace('"', '""') + '"'
