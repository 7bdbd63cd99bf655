"""What one translation knows as a whole: names given out, views used, CTEs, the window.

Each view becomes one private CTE that reads the used columns of its storage table within
the window.  Its name cannot be written in a query, so a query may define a CTE of the
view's own name, and nothing reaches a view past its window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from .bound import name, text_literal
from .relation import Relation, RelationColumn
from .scope import Field
from .source import Source, did_you_mean


@dataclass(frozen=True, slots=True)
class Table:
    """Something with columns that a FROM can name: a CTE or a view, under its SQLite name."""

    sql: str
    columns: tuple[Field, ...]
    expansions: int = 1
    """How many SELECTs SQLite makes of one mention: a CTE's text is put wherever it is named."""


MAX_EXPANSIONS = 1_000


@dataclass(slots=True)
class Statement:
    """The state of one translation; it lives as long as the call."""

    source: Source
    relations: Mapping[str, Relation]
    used: set[tuple[str, int]] = field(default_factory=set)
    views: list[str] = field(default_factory=list)
    ctes: list[str] = field(default_factory=list)
    expansions: int = 0
    _aliases: int = 0

    def alias(self, kind: str) -> str:
        """A name that no other part of the translated statement has."""
        self._aliases += 1
        return f"{kind}{self._aliases}"

    def view(self, node: exp.Table) -> Table:
        """The view that a table name means, or a ``QueryError`` that names the nearest one."""
        wanted = node.name.lower()
        relation = self.relations.get(wanted) or next(
            (known for key, known in self.relations.items() if key.lower() == wanted), None
        )
        if relation is None:
            near = did_you_mean(node.name, self.relations)
            raise self.source.error(f"no view {node.name!r}{near}", node)
        if relation.name not in self.views:
            self.views.append(relation.name)
        names = _unique([column.name for column in relation.columns])
        fields = (
            Field(column.name, column.type, inner, view=(relation.name, index))
            for index, (column, inner) in enumerate(zip(relation.columns, names, strict=True))
        )
        return Table(name(f"_w_{relation.name}"), tuple(fields))

    def expand(self, table: Table, node: exp.Expr) -> None:
        """Count one mention of a table; raises ``QueryError`` where SQLite would drown in text."""
        self.expansions += table.expansions
        if self.expansions > MAX_EXPANSIONS:
            raise self.source.error(
                f"the query comes to more than {MAX_EXPANSIONS:,} subqueries, "
                "since each mention of a WITH query repeats it",
                node,
            )

    def header(self) -> str:
        """The WITH clause: the windowed views, then the query's own CTEs."""
        parts = [self._window(self._relation(view)) for view in self.views] + self.ctes
        return "WITH " + ",\n".join(parts) + "\n" if parts else ""

    def tables(self) -> frozenset[str]:
        """The storage tables that the statement reads."""
        return frozenset(table for view in self.views for table in self._relation(view).tables)

    def _relation(self, view: str) -> Relation:
        return next(known for known in self.relations.values() if known.name == view)

    def _window(self, relation: Relation) -> str:
        names = _unique([column.name for column in relation.columns])
        columns = [
            f"{_value_sql(column)} AS {name(inner)}"
            for index, (column, inner) in enumerate(zip(relation.columns, names, strict=True))
            if (relation.name, index) in self.used
        ]
        where = " AND ".join(relation.conditions)
        return (
            f"{name('_w_' + relation.name)} AS NOT MATERIALIZED (\n"
            f"  SELECT {', '.join(columns) or '1 AS one'}\n"
            f"  FROM {relation.source}" + (f"\n  WHERE {where}" if where else "") + "\n)"
        )


def _value_sql(column: RelationColumn) -> str:
    """A column in the form that ``values`` tells: storage has rows as JSON objects."""
    kind = column.type
    if kind.base == "array" and kind.arguments[0].base == "row":
        return f"trino_rows({text_literal(str(kind))}, {column.sql})"
    return column.sql


def _unique(names: Sequence[str]) -> list[str]:
    """The names, each made different in SQLite's eyes, where ASCII case is equal."""
    seen: set[str] = set()
    result = []
    for given in names:
        inner, number = given, 1
        while inner.lower() in seen:
            number += 1
            inner = f"{given}_{number}"
        seen.add(inner.lower())
        result.append(inner)
    return result
