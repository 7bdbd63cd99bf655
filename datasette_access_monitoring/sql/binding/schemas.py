"""The catalogs and schemas under which a query may name a view.

Queries are pasted from places where the views stand in some schema; here all of these are
the same, and anything else is refused in Trino's words.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from ..parsing.source import Source

CATALOGS = frozenset({"awsdatacatalog", "hive", "teleport"})
SCHEMAS = frozenset({"access_monitoring", "default", "main", "public"})


def known_schema(schema: Sequence[str], catalog: Sequence[str]) -> bool:
    """Whether the names, at most one of each, are those of a schema and a catalog."""
    return all(name.lower() in SCHEMAS for name in schema) and all(
        name.lower() in CATALOGS for name in catalog
    )


def check_schema(source: Source, node: exp.Table | exp.Column) -> None:
    """Raise ``QueryError`` for a name in a catalog or schema that there is not."""
    catalog, schema = node.args.get("catalog"), node.args.get("db")
    if catalog is not None and catalog.name.lower() not in CATALOGS:
        raise source.error(f"Catalog '{catalog.name}' not found", node)
    if schema is not None and schema.name.lower() not in SCHEMAS:
        raise source.error(f"Schema '{schema.name}' does not exist", node)
