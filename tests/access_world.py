"""Roles to be tried, and what each opens: written down by hand, from the documentation.

Each entry names a role, its document (``None``: it ships), and the verbs that it opens.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conftest import write_audit_database

from datasette_access_monitoring.resources.documents import resource_of
from datasette_access_monitoring.resources.keeping import create_resource, fixed_resources
from datasette_access_monitoring.self_audit import Principal
from datasette_access_monitoring.store.database import open_for_writing
from datasette_access_monitoring.store.write import Writer

ALL_VERBS = {
    "audit_query": {"list", "read", "use", "create", "update", "delete"},
    "security_report": {"list", "read", "use", "create", "update", "delete"},
    "role": {"list", "read", "create", "update", "delete"},
    "event": {"list", "read", "create"},
}
CELLS = [(kind, verb) for kind, verbs in ALL_VERBS.items() for verb in sorted(verbs)]


@dataclass(frozen=True)
class Tried:
    """A role, and the verbs that it opens by kind."""

    document: Mapping[str, Any] | None
    opens: Mapping[str, set[str]]

    def allows(self, kind: str, verb: str) -> bool:
        return verb in self.opens.get(kind, set())

    @property
    def browses(self) -> bool:
        return {"list", "read"} <= self.opens.get("event", set())

    @property
    def asks(self) -> bool:
        return self.browses and self.allows("audit_query", "use")

    @property
    def reports(self) -> bool:
        return {"read", "use"} <= self.opens.get("security_report", set())


def _role(allow: list[Any], deny: list[Any] | None = None, **metadata: str) -> dict[str, Any]:
    return {
        "kind": "role",
        "metadata": metadata,
        "spec": {"allow": {"rules": allow}, "deny": {"rules": deny or []}},
    }


def _rule(resources: list[str], verbs: list[str], where: str = "") -> dict[str, Any]:
    return {"resources": resources, "verbs": verbs, **({"where": where} if where else {})}


_USE = {"list", "read", "use"}
ROLES: Mapping[str, Tried] = {
    "auditor": Tried(
        None, {"audit_query": _USE, "security_report": _USE, "event": {"list", "read"}}
    ),
    "editor": Tried(None, ALL_VERBS),
    # The role of the Access Monitoring documentation.
    "my-role": Tried(
        _role([_rule(["security_report", "audit_query"], ["list", "read", "use"])]),
        {"audit_query": _USE, "security_report": _USE},
    ),
    "browser": Tried(_role([_rule(["event"], ["list", "read"])]), {"event": {"list", "read"}}),
    "lister": Tried(_role([_rule(["*"], ["list"])]), {kind: {"list"} for kind in ALL_VERBS}),
    "asker": Tried(_role([_rule(["audit_query"], ["use"])]), {"audit_query": {"use"}}),
    "sql": Tried(
        _role([_rule(["event"], ["*"]), _rule(["audit_query"], ["use"])]),
        {"event": ALL_VERBS["event"], "audit_query": {"use"}},
    ),
    "reporter": Tried(
        _role([_rule(["security_report"], ["read", "use"])]), {"security_report": {"read", "use"}}
    ),
    "starter": Tried(_role([_rule(["security_report"], ["use"])]), {"security_report": {"use"}}),
    "keeper": Tried(
        _role([_rule(["*"], ["*"])], [_rule(["role"], ["*"]), _rule(["*"], ["delete"])]),
        {kind: verbs - {"delete"} for kind, verbs in ALL_VERBS.items() if kind != "role"},
    ),
    "conditional": Tried(_role([_rule(["*"], ["*"], "contains(user.spec.traits, 'x')")]), {}),
    "teleports": Tried(_role([_rule(["session", "node"], ["*"])]), {}),
    "expired": Tried(_role([_rule(["*"], ["*"])], expires="2020-01-01T00:00:00Z"), {}),
    "unknown": Tried(None, {}),
}


def actor(role: str) -> dict[str, Any]:
    return {"id": f"the {role}", "roles": [role]}


def write_roles(path: Path) -> None:
    """Put the roles that do not ship into an audit database."""
    connection = open_for_writing(path)
    try:
        for name, tried in ROLES.items():
            if tried.document is None:
                continue
            document = json.loads(json.dumps(tried.document))
            document["metadata"]["name"] = name
            create_resource(
                Writer(connection), resource_of(name, document), fixed_resources(),
                Principal("test", "cli"), 0,
            )  # fmt: skip
    finally:
        connection.close()


def write_world(path: Path, events: list[dict[str, Any]]) -> Path:
    """An audit database with these events and all the roles."""
    write_audit_database(path, events)
    write_roles(path)
    return path
