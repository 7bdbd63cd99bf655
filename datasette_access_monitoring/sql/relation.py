"""What a view name in a query stands for, as the store tells it to the translator.

The seam between ``store`` and ``sql``: the store builds these, the translator reads
them.  Nothing here touches a database.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..catalog.types import TrinoType


@dataclass(frozen=True, slots=True)
class RelationColumn:
    """One column of a view: its name in a query, its Trino type, its SQLite expression.

    ``sql`` is an expression over the storage table that uses only SQLite's own functions.
    """

    name: str
    type: TrinoType
    sql: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A view on one engine.

    ``columns`` are exactly what ``SELECT *`` gives, in order.  ``source`` is the text after
    ``FROM``, ``conditions`` are joined by ``AND`` and may use the parameters ``:window_first``
    and ``:window_last``.  ``tables`` are the storage tables that reading the view reads.
    """

    name: str
    columns: tuple[RelationColumn, ...]
    source: str
    conditions: tuple[str, ...]
    tables: frozenset[str]
