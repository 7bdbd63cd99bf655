"""Who may do what, as pure decisions; how Datasette asks and is answered is elsewhere.

Roles are Teleport's: rules allow verbs on kinds of resources, rules deny them, and a denial
wins.  Whoever has no role may do nothing here.  From that follows what Datasette's own actions
come to on an audit database.  There the answer is "no" or no opinion at all, never "yes": a
"yes" of ours would overrule what the operator closed on one Datasette version and not on the
other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .resources.model import Resource, Role, Rule

EVENT = "event"
"""What is no resource of ours, but has verbs: the events of the log."""

VERBS: Mapping[str, tuple[str, ...]] = {
    "audit_query": ("list", "read", "use", "create", "update", "delete"),
    "security_report": ("list", "read", "use", "create", "update", "delete"),
    "role": ("list", "read", "create", "update", "delete"),
    EVENT: ("list", "read", "create"),
}
"""The verbs that mean something here, by kind.

``list`` sees it in lists, ``read`` its definition and kept results, ``use`` runs it; of events,
``list`` sees how many there are and from where, ``list`` and ``read`` browse and search them,
``create`` brings new ones in.
"""

ANY = "*"
_ACTION_PREFIX = "access-monitoring-"


def own_action(kind: str, verb: str) -> str:
    """The name by which Datasette knows a verb on a kind: ``access-monitoring-audit-query-use``."""
    return f"{_ACTION_PREFIX}{kind}-{verb}".replace("_", "-")


OWN_ACTIONS: Mapping[str, tuple[str, str]] = {
    own_action(kind, verb): (kind, verb) for kind, verbs in VERBS.items() for verb in verbs
}
"""Kind and verb of each of our own actions."""


class Thing(Enum):
    """What in an audit database one of Datasette's actions can be about.

    A private table holds more than the log; a report query is one of a shipped report; a
    writing query is a named one that changes the database.
    """

    DATABASE = "the database"
    TABLE = "a table or view"
    PRIVATE_TABLE = "a private table"
    REPORT_QUERY = "a report query"
    WRITING_QUERY = "a query that writes"
    QUERY = "a named query"


@dataclass(frozen=True, slots=True)
class Access:
    """What somebody may do with one audit database: verbs on kinds, or everything as root."""

    verbs: frozenset[tuple[str, str]]
    is_root: bool = False

    def allows(self, kind: str, verb: str) -> bool:
        """Whether the verb is allowed on the kind."""
        return self.is_root or (kind, verb) in self.verbs


NOTHING = Access(frozenset())
"""What somebody without a role may do."""

EVERYTHING = Access(
    frozenset((kind, verb) for kind, verbs in VERBS.items() for verb in verbs), is_root=True
)
"""What Datasette's root user may do."""

BROWSE = frozenset({(EVENT, "list"), (EVENT, "read")})
"""What looking at events takes."""

_ASK = BROWSE | {("audit_query", "use")}
_REPORT = frozenset({("security_report", "read"), ("security_report", "use")})

# What Datasette's own actions need.  SQL of one's own reaches whatever the database's pages
# show, so it needs what they need; so does a named query that is none of our reports'.
_NEEDS: Mapping[str, Mapping[Thing, frozenset[tuple[str, str]]]] = {
    "view-database": {Thing.DATABASE: BROWSE},
    "view-table": {Thing.TABLE: BROWSE},
    "execute-sql": {Thing.DATABASE: _ASK},
    "view-query": {Thing.REPORT_QUERY: _REPORT, Thing.QUERY: _ASK},
}


def role_names(
    actor: Mapping[str, Any] | None,
    assigned: Mapping[str, Collection[str]],
    default: Collection[str],
) -> frozenset[str]:
    """The names of an actor's roles.

    Those in ``actor["roles"]`` and those ``assigned`` to its id, or, where it has neither, the
    ``default`` ones.  Whoever has not signed in (``None``, or an actor without an id) has none.
    A token (``actor["token"]``) knows the id of who made it, and not the roles that a login
    gave: with the default ones it might do what its owner may not.
    """
    if actor is None or actor.get("id") is None:
        return frozenset()
    given = actor.get("roles")
    names = _names(given) | frozenset(assigned.get(str(actor["id"]), ()))
    if names or given or actor.get("token"):
        return names
    return frozenset(default)


def _names(roles: object) -> frozenset[str]:
    """Role names as login plugins give them; what is no name of a role is none."""
    if isinstance(roles, str):
        return frozenset({roles})
    if not isinstance(roles, list | tuple | set | frozenset):
        return frozenset()
    return frozenset(name for name in roles if isinstance(name, str))


def access_of(roles: Iterable[Resource], now_ms: int) -> Access:
    """What the holder of all these roles may do at a moment (milliseconds since 1970 UTC).

    A role that has expired opens nothing.  It goes on denying nothing either: it is gone.
    """
    allowed: set[tuple[str, str]] = set()
    denied: set[tuple[str, str]] = set()
    for resource in roles:
        role = resource.spec
        if not isinstance(role, Role) or _has_expired(resource, now_ms):
            continue
        # A condition is about single resources, which nothing here can tell apart: an
        # allowance that depends on one is none, a denial that does holds always.
        allowed |= _verbs(rule for rule in role.allow if not rule.where)
        denied |= _verbs(role.deny)
    return Access(frozenset(allowed - denied))


def loses_roles(
    names: Collection[str],
    roles: Mapping[str, Resource],
    name: str,
    changed: Resource | None,
    now_ms: int,
) -> bool:
    """Whether a change of one role takes the right to change roles from who has these ``names``.

    ``roles`` are all that there are, by name; the one called ``name`` becomes ``changed``, which
    may be new, or goes (``None``).  The moment is in milliseconds since 1970 UTC.
    """
    others = {key: role for key, role in roles.items() if key != name}
    after = others if changed is None else {**others, name: changed}
    return _may_change_roles(names, roles, now_ms) and not _may_change_roles(names, after, now_ms)


def _may_change_roles(names: Collection[str], roles: Mapping[str, Resource], now_ms: int) -> bool:
    held = (roles[name] for name in names if name in roles)
    return access_of(held, now_ms).allows("role", "update")


def _has_expired(resource: Resource, now_ms: int) -> bool:
    return resource.expires_ms is not None and resource.expires_ms <= now_ms


def _verbs(rules: Iterable[Rule]) -> set[tuple[str, str]]:
    """Every verb on every kind that one of the rules names, itself or by ``*``."""
    return {
        (kind, verb)
        for rule in rules
        for kind, verbs in VERBS.items()
        for verb in verbs
        if not rule.resources.isdisjoint((kind, ANY)) and not rule.verbs.isdisjoint((verb, ANY))
    }


def denied(access: Access, action: str) -> frozenset[Thing]:
    """The things in an audit database on which one of Datasette's own actions is denied.

    Actions that are not named above (writing, downloading, other plugins' ones) are root's
    alone.  Private tables are nobody's to see as tables: what is in them has its own verbs.
    """
    if access.is_root:
        return frozenset({Thing.PRIVATE_TABLE}) if action == "view-table" else frozenset()
    needs = _NEEDS.get(action, {})
    return frozenset(
        thing for thing in Thing if thing not in needs or not needs[thing] <= access.verbs
    )


def notes(role: Role) -> list[str]:
    """What about a role may not be what was meant, each one sentence."""
    found = []
    if not _verbs(role.allow):
        kinds = ", ".join(VERBS)
        found.append(f"it opens nothing here: no rule of it allows a verb on {kinds}")
    if any(rule.where and _verbs([rule]) for rule in role.allow):
        found.append("a rule with a condition (where) opens nothing here")
    if any(rule.where and _verbs([rule]) for rule in role.deny):
        found.append("a denial with a condition (where) holds always here")
    return found
