"""What a view name in a query stands for, as the store tells it to the translator.

The seam between ``store`` and ``sql``: the store builds these, the translator reads
them.  Nothing here touches a database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..catalog.types import TrinoType

_TEXT = re.compile(r"'(?:[^']|'')*'")
# What a column of the table refers to in another one: of the names only the last is a column of it.
_LOOKUP = re.compile(r'\(SELECT "\w+" FROM "\w+" WHERE "\w+" = ("\w+")\)')
_NAME = re.compile(r'"((?:[^"]|"")*)"')


@dataclass(frozen=True, slots=True)
class RelationColumn:
    """One column of a view: its name in a query, its Trino type, its SQLite expression.

    ``sql`` is an expression over the storage table that uses SQLite's own functions and those
    of ``udf``; it names the table's columns in double quotes.  What it gives is the held form
    of ``values``, but for rows and maps, which storage has as JSON objects.
    """

    name: str
    type: TrinoType
    sql: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A view on one engine.

    ``columns`` are exactly what ``SELECT *`` gives, in order; ``further`` ones a query only
    gets by their names, where no column of any table goes by that name.  ``source`` is the
    text after ``FROM``, ``conditions`` are joined by ``AND`` and may use the parameters
    ``:window_first`` and ``:window_last``.  ``table`` is the storage table, or view, that
    ``source`` names; ``behind`` are the tables that it reads if it is a view.
    """

    name: str
    columns: tuple[RelationColumn, ...]
    source: str
    conditions: tuple[str, ...]
    table: str
    behind: frozenset[str] = frozenset()
    further: tuple[RelationColumn, ...] = ()

    @property
    def all_columns(self) -> tuple[RelationColumn, ...]:
        """What a query can name: the columns of ``SELECT *``, then the further ones."""
        return self.columns + self.further


def columns_read(sql: str) -> frozenset[str]:
    """The storage columns that an expression of a relation names."""
    return frozenset(
        name.replace('""', '"') for name in _NAME.findall(_LOOKUP.sub(r"\1", _TEXT.sub("", sql)))
    )
