"""Storage's own tables are not for Datasette's lists: people ask the views.

1.0 hides tables whose names begin with ``_`` by itself; 0.65 is told.  What keeps some of them
out of SQL's reach is in ``guard``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..catalog import load_catalog
from ..store.layout import STATE_TABLES, table_name
from .audit_databases import known_audit_databases

if TYPE_CHECKING:
    from datasette.app import Datasette


def hidden_tables(datasette: Datasette) -> dict[str, Any]:
    """Metadata that hides the storage tables of every database found to be ours, if any is."""
    ours = known_audit_databases(datasette)
    if not ours:
        return {}
    names = [*STATE_TABLES, *map(table_name, load_catalog().views.values())]
    tables = {name: {"hidden": True} for name in names}
    return {"databases": {name: {"tables": tables} for name in ours}}
