"""The ways from Datasette's pages to ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from .access import verbs_of, visible_databases
from .deeds import PREFIX

if TYPE_CHECKING:
    from datasette.app import Datasette


async def menu(datasette: Datasette, actor: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """For the menu of every page: one link for each audit database that the actor may see."""
    names = await visible_databases(datasette, actor)
    label = "Access Monitoring"
    if len(names) == 1:
        return [{"href": datasette.urls.path(PREFIX), "label": label}]
    return [{"href": _address(datasette, "", name), "label": f"{label}: {name}"} for name in names]


async def of_database(
    datasette: Datasette, actor: Mapping[str, Any] | None, database: str
) -> list[dict[str, str]]:
    """For the page of a database: what the actor may do in it with Access Monitoring."""
    if database not in await visible_databases(datasette, actor):
        return []
    verbs = await verbs_of(datasette, actor, database)
    found = [("", "Access Monitoring", "How fresh the log is, what is in it, reports.")]
    if ("audit_query", "use") in verbs:
        found.append(("/query", "Query with Trino SQL", "The editor of Access Monitoring."))
    if ("security_report", "list") in verbs:
        found.append(("/reports", "Security reports", "What they found, and running them."))
    if ("audit_query", "list") in verbs:
        found.append(("/queries", "Saved queries", "Trino SQL that was kept under a name."))
    if ("role", "list") in verbs:
        found.append(("/roles", "Roles", "Who may see what of this audit log."))
    return [
        {"href": _address(datasette, path, database), "label": label, "description": description}
        for path, label, description in found
    ]


def _address(datasette: Datasette, path: str, database: str) -> str:
    return f"{datasette.urls.path(PREFIX + path)}?{urlencode({'database': database})}"
