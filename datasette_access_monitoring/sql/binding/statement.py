"""What one translation knows as a whole: names given out, views used, CTEs, the window.

Each view becomes one private CTE that reads the used columns of its storage table within
the window.  Its name cannot be written in a query, so a query may define a CTE of the
view's own name, and nothing reaches a view past its window.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from ...suggestions import did_you_mean
from ..parsing.source import Source
from ..relation import Relation, RelationColumn, columns_read
from .bound import BoundQuery, name, text_literal
from .schemas import check_schema
from .scope import Field


@dataclass(frozen=True, slots=True)
class Table:
    """Something with columns that a FROM can name: a CTE or a view, under its SQLite name."""

    sql: str
    columns: tuple[Field, ...]
    expansions: int = 1
    """How many SELECTs SQLite makes of one mention: a CTE's text is put wherever it is named."""


MAX_EXPANSIONS = 1_000
MAX_SECONDS = 10.0
"""How long a translation may take; a usual one takes milliseconds, the longest text seconds."""
_INTERNAL = re.compile(r'"_q[0-9]+"')


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
    _deadline: float = field(default_factory=lambda: time.monotonic() + MAX_SECONDS)

    def check_time(self, node: exp.Expr) -> None:
        """Raise ``QueryError`` when the translation has taken too long."""
        if time.monotonic() > self._deadline:
            raise self.source.error(
                f"the query takes longer than {MAX_SECONDS:g} seconds to translate: "
                "it is too complex",
                node,
            )

    _sizes: dict[str, int] = field(default_factory=dict)

    def alias(self, kind: str) -> str:
        """A name that no other part of the translated statement has."""
        self._aliases += 1
        return f"{kind}{self._aliases}"

    def derived(self, query: BoundQuery) -> str:
        """A query as an item of FROM, without an alias.

        One that reads nothing around it goes into the header: in the place where it stands,
        it would bring SQLite's parser nearer to the end of its stack.
        """
        text = query.text(query.inner_names())
        if query.escaped:
            return f"(\n{text}\n)"
        internal = name(self.alias("_q"))
        self.define(internal, "", text)
        return internal

    def define(self, internal: str, columns: str, text: str) -> None:
        """Put a query into the header, under an internal name and with a list of columns."""
        self.ctes.append(f"{internal}{columns} AS (\n{text}\n)")
        self._sizes[internal] = self.size(text)

    def size(self, sql: str) -> int:
        """How long a text is with the header's queries in the place of their names."""
        mentioned = _INTERNAL.findall(sql)
        return len(sql) + sum(self._sizes.get(internal, 0) for internal in mentioned)

    def view(self, node: exp.Table) -> Table:
        """The view that a table name means, or a ``QueryError`` that names the nearest one."""
        check_schema(self.source, node)
        wanted = node.name.lower()
        relation = self.relations.get(wanted) or next(
            (known for key, known in self.relations.items() if key.lower() == wanted), None
        )
        if relation is None:
            near = did_you_mean(node.name, self.relations)
            raise self.source.error(f"no view {node.name!r}{near}", node)
        if relation.name not in self.views:
            self.views.append(relation.name)
        names = _unique([column.name for column in relation.all_columns])
        shown = len(relation.columns)
        fields = (
            Field(column.name, column.type, inner, view=(relation.name, at), hidden=at >= shown)
            for at, (column, inner) in enumerate(zip(relation.all_columns, names, strict=True))
        )
        return Table(name(f"_w_{relation.name}"), tuple(fields))

    def expand(self, table: Table, node: exp.Expr) -> None:
        """Count one mention of a table; raises ``QueryError`` where SQLite would drown in text."""
        self.count(table.expansions, node)

    def count(self, expansions: int, node: exp.Expr) -> None:
        """Count SELECTs that the statement comes to."""
        self.expansions += expansions
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

    def reads(self) -> dict[str, frozenset[str]]:
        """The storage columns that the statement reads, by table."""
        reads: dict[str, frozenset[str]] = {}
        for relation in map(self._relation, self.views):
            texts = [column.sql for column, _ in self._used(relation)]
            found = frozenset[str]().union(*map(columns_read, (*texts, *relation.conditions)))
            reads[relation.table] = reads.get(relation.table, frozenset()) | found
        return reads

    def behind(self) -> dict[str, frozenset[str]]:
        """The tables that storage's own views read, by view."""
        relations = map(self._relation, self.views)
        return {relation.table: relation.behind for relation in relations if relation.behind}

    def _relation(self, view: str) -> Relation:
        return next(known for known in self.relations.values() if known.name == view)

    def _used(self, relation: Relation) -> list[tuple[RelationColumn, str]]:
        """The columns of a view that the query names, each with its name inside."""
        names = _unique([column.name for column in relation.all_columns])
        return [
            (column, inner)
            for index, (column, inner) in enumerate(zip(relation.all_columns, names, strict=True))
            if (relation.name, index) in self.used
        ]

    def _window(self, relation: Relation) -> str:
        columns = [
            f"{_value_sql(column)} AS {name(inner)}" for column, inner in self._used(relation)
        ]
        where = " AND ".join(relation.conditions)
        return (
            f"{name('_w_' + relation.name)} AS NOT MATERIALIZED (\n"
            f"  SELECT {', '.join(columns) or '1 AS one'}\n"
            f"  FROM {relation.source}" + (f"\n  WHERE {where}" if where else "") + "\n)"
        )


def _value_sql(column: RelationColumn) -> str:
    """A column in the form that ``values`` tells: storage has rows and maps as JSON objects."""
    kind = column.type
    if kind.base == "array" and kind.arguments[0].base == "row":
        return f"trino_rows({text_literal(str(kind))}, {column.sql})"
    if kind.base == "map":
        return f"trino_label_map({text_literal(str(kind))}, {column.sql})"
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
