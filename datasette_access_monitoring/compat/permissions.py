"""Permissions: how each Datasette asks for a verdict, and how it is asked for one."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..policy import Thing
from ..store.layout import PRIVATE_TABLES
from .versions import IS_V1, PLUGIN_NAME

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.permissions import Action, PermissionSQL, Resource

# 1.0: the stored queries that a thing stands for, by whether they are ours and write.
_QUERIES = {
    Thing.REPORT_QUERY: (1, 0),
    Thing.QUERY: (0, 0),
    Thing.WRITING_QUERY: (0, 1),
}
_DOWNLOAD = "view-database-download"


@dataclass(frozen=True, slots=True)
class Denial:
    """On which things in one database an action is denied.

    ``tables`` are the tables and views that stand in it now.
    """

    database: str
    things: Collection[Thing]
    tables: Collection[str]


def is_root(datasette: Datasette, actor: Mapping[str, Any] | None) -> bool:
    """Whether the actor is Datasette's root user, who may do everything.

    0.65 has no switch for it: there, whoever carries the id ``root`` has signed in with the
    link that ``--root`` prints, or was given that id on purpose.
    """
    enabled = datasette.root_enabled if IS_V1 else True
    return bool(enabled) and actor is not None and actor.get("id") == "root"


def databases_of(datasette: Datasette, action: str, resource: object) -> list[str]:
    """0.65: the names of the databases that a permission's resource may be or lie in.

    A resource is the database, or a tuple of the database and a thing inside it.  The
    download asks about the database's route, its place in the address, in place of its name.
    """
    name = resource[0] if isinstance(resource, tuple | list) and resource else resource
    return [
        database.name
        for database in datasette.databases.values()
        if database.name == name or (action == _DOWNLOAD and database.route == name)
    ]


def child_of(resource: object) -> str | None:
    """0.65: the name of the thing inside a database that a permission's resource is, if any."""
    if isinstance(resource, tuple | list) and len(resource) > 1:
        return str(resource[1])
    return None


async def allowed(
    datasette: Datasette,
    actor: Mapping[str, Any] | None,
    actions: Collection[str],
    database: str,
) -> frozenset[str]:
    """Which of these actions of our own the actor may do in a database."""
    if not IS_V1:
        answers = {
            action: await datasette.permission_allowed(actor, action, database, default=False)
            for action in actions
        }
    else:
        from datasette.resources import DatabaseResource

        resource = DatabaseResource(database)
        answers = await datasette.allowed_many(actions=actions, resource=resource, actor=actor)
    return frozenset(action for action, yes in answers.items() if yes)


async def may_view_database(
    datasette: Datasette, actor: Mapping[str, Any] | None, database: str
) -> bool:
    """Whether Datasette would show the actor the database's own page.

    1.0 is asked for the list of what it shows: a single question it answers from a memory that
    lasts for the request, and would keep for others who ask.
    """
    if not IS_V1:
        permissions = [("view-database", database), "view-instance"]
        visible, _ = await datasette.check_visibility(actor, permissions=permissions)
        return bool(visible)
    await datasette.refresh_schemas()
    page = await datasette.allowed_resources("view-database", actor, parent=database)
    return bool(page.resources)


async def may_view_query(
    datasette: Datasette, actor: Mapping[str, Any] | None, database: str, query: object
) -> bool:
    """0.65: whether Datasette would show the actor a named query's page."""
    permissions = [("view-query", query), ("view-database", database), "view-instance"]
    visible, _ = await datasette.check_visibility(actor, permissions=permissions)
    return bool(visible)


def own_actions(descriptions: Mapping[str, str]) -> list[Action]:
    """1.0: actions on databases, by name, as its ``register_actions`` hook returns them."""
    from datasette.permissions import Action
    from datasette.resources import DatabaseResource

    return [
        Action(name=name, description=description, resource_class=DatabaseResource)
        for name, description in descriptions.items()
    ]


def grants(action: str, verdicts: Mapping[str, bool], reason: str) -> PermissionSQL | None:
    """1.0: the rules that allow or deny one of our own actions, by database."""
    from datasette.permissions import PermissionSQL

    if not verdicts:
        return None
    parameter = _parameter(action)
    return PermissionSQL(
        sql=f"""
            SELECT json_extract(value, '$[0]') AS parent, NULL AS child,
              json_extract(value, '$[1]') AS allow, '{reason}' AS reason
            FROM json_each(:{parameter})
        """,
        params={parameter: json.dumps([[name, int(yes)] for name, yes in verdicts.items()])},
    )


async def denial(
    datasette: Datasette, action: str, denials: Collection[Denial], reason: str
) -> PermissionSQL | None:
    """1.0: the rules that deny one of Datasette's actions.

    A denial of a whole database is said of every child as well: a configured ``allow`` of a
    table or query is more specific and would win over it; at the same depth a denial wins.  The
    children are those that stand in the database now, those in Datasette's catalog, and
    whatever the configuration names.  ``None`` for an action that is not about databases.
    """
    from datasette.permissions import PermissionSQL
    from datasette.resources import DatabaseResource

    resource = datasette.actions[action].resource_class if action in datasette.actions else None
    if resource is None or DatabaseResource not in (resource, resource.parent_class):
        return None
    pairs: list[tuple[str, str | None]] = []
    whole: list[str] = []
    queries: list[tuple[str, int, int]] = []
    for one in denials:
        things = _things_of(resource)
        if things <= frozenset(one.things):
            whole.append(one.database)
            pairs += _all_of(datasette, action, one)
        elif Thing.PRIVATE_TABLE in one.things and Thing.PRIVATE_TABLE in things:
            pairs += ((one.database, name) for name in PRIVATE_TABLES)
        elif Thing.QUERY in things:
            queries += (
                (one.database, *_QUERIES[thing]) for thing in things & frozenset(one.things)
            )
    if not pairs and not queries:
        return None
    parameter = _parameter(action)
    known = await resource.resources_sql(datasette)
    values = {"pairs": pairs, "whole": whole, "queries": queries, "ours": PLUGIN_NAME}
    # No WITH: Datasette puts the text behind others with UNION ALL as it is.
    return PermissionSQL(
        sql=f"""
            SELECT json_extract(value, '$[0]') AS parent, json_extract(value, '$[1]') AS child,
              0 AS allow, '{reason}' AS reason
            FROM json_each(:{parameter}, '$.pairs')
            UNION ALL
            SELECT parent, child, 0 AS allow, '{reason}' AS reason
            FROM ({known}) WHERE child IS NOT NULL
              AND parent IN (SELECT value FROM json_each(:{parameter}, '$.whole'))
            UNION ALL
            SELECT queries.database_name AS parent, queries.name AS child, 0 AS allow,
              '{reason}' AS reason
            FROM json_each(:{parameter}, '$.queries') AS part, queries
            WHERE queries.database_name = json_extract(part.value, '$[0]')
              AND (queries.source = json_extract(:{parameter}, '$.ours'))
                = json_extract(part.value, '$[1]')
              AND queries.is_write = json_extract(part.value, '$[2]')
        """,
        params={parameter: json.dumps(values)},
    )


def _things_of(resource: type[Resource]) -> frozenset[Thing]:
    """1.0: what an action on this class of resources can be about."""
    from datasette.resources import QueryResource, TableResource

    if issubclass(resource, TableResource):
        return frozenset({Thing.TABLE, Thing.PRIVATE_TABLE})
    if issubclass(resource, QueryResource):
        return frozenset(_QUERIES)
    return frozenset({Thing.DATABASE})


def _all_of(datasette: Datasette, action: str, one: Denial) -> list[tuple[str, str | None]]:
    """1.0: a database, and everything in it that is known to be there or configured."""
    configured = ((datasette.config or {}).get("databases") or {}).get(one.database) or {}
    children = {
        *one.tables,
        *(configured.get("tables") or ()),
        *(configured.get("queries") or ()),
    }
    pairs: list[tuple[str, str | None]] = [(one.database, None)]
    pairs += ((one.database, child) for child in sorted(children))
    if action == _DOWNLOAD:  # which asks about the route, as in 0.65
        pairs.append((datasette.databases[one.database].route, None))
    return pairs


def _parameter(action: str) -> str:
    # Named after the action: Datasette joins the rules of an action and of the one that it
    # requires into one query without keeping their parameters apart.
    return "access_monitoring_" + re.sub(r"\W", "_", action)
