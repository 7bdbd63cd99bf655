"""Datasette asks who may do what; here the decisions of ``policy`` become its answers.

Each Datasette version asks in its own way, by a hook of its own; both get the same verdict.
Roles are looked up at every question, so that one that is changed or taken away counts at once.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .. import policy
from ..clock import now_ms
from ..compat import named_queries, permissions
from ..errors import ResourceError
from ..policy import Access, Thing
from ..resources.documents import resource_of
from ..resources.model import Kind, Resource
from ..store.layout import PRIVATE_TABLES
from .audit_databases import Reach, ask, reach_of, reaches, tables_and_views
from .canned_queries import report_query_names
from .configuration import configuration, fixed
from .guard import unguarded

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.permissions import Action, PermissionSQL

REASON = "roles decide who may see an audit database"
"""Why, for Datasette's permission pages."""

_log = logging.getLogger(__name__)
_private = frozenset(PRIVATE_TABLES)

# Whether Datasette is being asked for its own answer, without ours.
_aside: ContextVar[bool] = ContextVar("access_monitoring_aside", default=False)


async def access_to(
    datasette: Datasette, actor: Mapping[str, Any] | None, database: str
) -> Access | None:
    """What an actor's roles open in an audit database; ``None`` for a database that is none."""
    reach = await reach_of(datasette, database)
    return None if reach is None else await _access(datasette, actor, database, reach)


async def may(
    datasette: Datasette, actor: Mapping[str, Any] | None, kind: str, verb: str, database: str
) -> bool:
    """Whether an actor may do that in an audit database, by its roles and by the operator."""
    return (kind, verb) in await _verbs(datasette, actor, database, [policy.own_action(kind, verb)])


async def verbs_of(
    datasette: Datasette, actor: Mapping[str, Any] | None, database: str
) -> frozenset[tuple[str, str]]:
    """All that an actor may do in an audit database, as kinds and verbs."""
    return await _verbs(datasette, actor, database, list(policy.OWN_ACTIONS))


async def visible_databases(datasette: Datasette, actor: Mapping[str, Any] | None) -> list[str]:
    """The audit databases in which an actor's roles open anything."""
    found = []
    for name, reach in (await reaches(datasette)).items():
        if reach is Reach.ITSELF:
            access = await _access(datasette, actor, name, reach)
            if access.verbs and await _is_let_in(datasette, actor, name):
                found.append(name)
    return found


async def loses_roles(
    datasette: Datasette,
    actor: Mapping[str, Any] | None,
    database: str,
    name: str,
    changed: Resource | None,
) -> bool:
    """Whether an actor who makes this of a role (``None``: deletes it) may then change none."""
    if permissions.is_root(datasette, actor):
        return False
    names = _role_names(datasette, actor)
    return policy.loses_roles(names, await _roles(datasette, database), name, changed, now_ms())


async def _verbs(
    datasette: Datasette, actor: Mapping[str, Any] | None, database: str, actions: list[str]
) -> frozenset[tuple[str, str]]:
    # Our own actions are asked for as Datasette's, so that tokens with restrictions count.
    allowed = await permissions.allowed(datasette, actor, actions, database)
    if not allowed or not await _is_let_in(datasette, actor, database):
        return frozenset()
    return frozenset(policy.OWN_ACTIONS[action] for action in allowed)


async def _is_let_in(datasette: Datasette, actor: Mapping[str, Any] | None, database: str) -> bool:
    """Whether Datasette would show the actor the database's page, if not for us.

    Whom the operator keeps out (an ``allow`` block, another plugin) has no way in here either.
    """
    with _ours_aside():
        return await permissions.may_view_database(datasette, actor, database)


async def verdict(
    datasette: Datasette, actor: Mapping[str, Any] | None, action: str, resource: object
) -> bool | None:
    """0.65's question: may the actor do this to that?  ``None`` for no opinion."""
    if _aside.get():
        return None
    names = permissions.databases_of(datasette, action, resource)
    found = [await _verdict(datasette, actor, action, resource, name) for name in names]
    given = [one for one in found if one is not None]
    return all(given) if given else None


async def _verdict(
    datasette: Datasette,
    actor: Mapping[str, Any] | None,
    action: str,
    resource: object,
    database: str,
) -> bool | None:
    access = await access_to(datasette, actor, database)
    if access is None:
        return None
    if action in policy.OWN_ACTIONS:
        return access.allows(*policy.OWN_ACTIONS[action])
    thing = await _thing(datasette, action, database, permissions.child_of(resource))
    if thing in policy.denied(access, action):
        return False
    if thing is Thing.REPORT_QUERY and Thing.DATABASE in policy.denied(access, "view-database"):
        # Without an opinion here 0.65 goes on to the database, which is closed.  What it
        # would have answered without us is what 1.0 answers.
        with _ours_aside():
            return await permissions.may_view_query(datasette, actor, database, resource)
    return None


async def rules(
    datasette: Datasette, actor: Mapping[str, Any] | None, action: str
) -> PermissionSQL | None:
    """1.0's question: what are the rules for this action, on everything at once?"""
    if _aside.get():
        return None
    found = {
        name: await _access(datasette, actor, name, reach)
        for name, reach in (await reaches(datasette)).items()
    }
    if action in policy.OWN_ACTIONS:
        verb = policy.OWN_ACTIONS[action]
        verdicts = {name: access.allows(*verb) for name, access in found.items()}
        return permissions.grants(action, verdicts, REASON)
    denials = [
        permissions.Denial(name, things, await tables_and_views(datasette.databases[name]))
        for name, access in found.items()
        if (things := policy.denied(access, action))
    ]
    return await permissions.denial(datasette, action, denials, REASON)


def own_actions() -> list[Action]:
    """1.0's question: which actions are ours?"""
    return permissions.own_actions(
        {
            name: f"Access Monitoring: {verb} {kind}"
            for name, (kind, verb) in policy.OWN_ACTIONS.items()
        }
    )


async def _access(
    datasette: Datasette, actor: Mapping[str, Any] | None, database: str, reach: Reach
) -> Access:
    if permissions.is_root(datasette, actor):
        return policy.EVERYTHING
    if reach is not Reach.ITSELF:
        return policy.NOTHING
    names = _role_names(datasette, actor)
    if not names:
        return policy.NOTHING
    roles = await _roles(datasette, database)
    return policy.access_of((roles[name] for name in names if name in roles), now_ms())


def _role_names(datasette: Datasette, actor: Mapping[str, Any] | None) -> frozenset[str]:
    settings = configuration(datasette)
    return policy.role_names(actor, settings.actors, settings.default_roles)


async def _roles(datasette: Datasette, database: str) -> dict[str, Resource]:
    """The roles that there are in an audit database, by name; the fixed ones come first."""
    found: dict[str, Resource] = {}
    for name, document in await ask(datasette.databases[database], _stored_roles):
        role = _role(database, name, document)
        if role is not None:
            found[name] = role
    held = {
        name: kept.resource for (kind, name), kept in fixed(datasette).items() if kind is Kind.ROLE
    }
    return {**found, **held}


def _read_roles(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    try:
        rows = connection.execute(
            'SELECT "name", "document" FROM "_resources" WHERE "kind" = \'role\''
        )
        return [(name, document) for name, document in rows]
    except sqlite3.OperationalError:
        return []  # a file that was not finished, or is from an older release, has no roles


_stored_roles = unguarded(_read_roles)


@lru_cache(maxsize=1024)
def _role(database: str, name: str, document: str) -> Resource | None:
    """A stored role; one that is damaged opens nothing, and is told once."""
    try:
        return resource_of(f"role {name!r} of database {database!r}", json.loads(document))
    except (ResourceError, ValueError) as error:
        _log.warning("a role opens nothing: %s", error)
        return None


async def _thing(datasette: Datasette, action: str, database: str, child: str | None) -> Thing:
    """What in an audit database a question of 0.65 is about."""
    if child is None:
        return Thing.DATABASE
    if action == "view-query":
        if child in await report_query_names(datasette, database):
            return Thing.REPORT_QUERY
        query = await named_queries.named_query(datasette, database, child)
        return Thing.WRITING_QUERY if query is not None and query.writes else Thing.QUERY
    return Thing.PRIVATE_TABLE if child.lower() in _private else Thing.TABLE


@contextmanager
def _ours_aside() -> Iterator[None]:
    token = _aside.set(True)
    try:
        yield
    finally:
        _aside.reset(token)
