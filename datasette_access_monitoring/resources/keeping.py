"""Where resources are: those that ship, those of a configuration, those stored in a database.

Every change is one transaction with the event that tells of it.  Shipped and configured
resources are fixed: they come first under their names, and nobody changes them here; a copy
under another name is anybody's who may create one.  Who may is the business of ``policy``.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from ..errors import NoSuchResource, ResourceChanged, ResourceExists, ResourceIsFixed
from ..events.times import rfc3339
from ..self_audit import Principal, resource_changed
from ..store.resources import (
    StoredResource,
    delete_resource,
    read_resource,
    read_resources,
    write_resource,
)
from ..store.write import Writer
from .documents import resource_of
from .model import Kind, Resource
from .shipped import shipped


class Origin(str, Enum):
    """Where a resource comes from."""

    SHIPPED = "shipped"
    CONFIGURED = "configured"
    STORED = "stored"


class Change(str, Enum):
    """What became of a resource."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Kept:
    """A resource that is there: when it was changed last (UTC, RFC 3339) and by whom.

    Both are ``''`` for a fixed one.
    """

    resource: Resource
    origin: Origin
    updated_at: str = ""
    updated_by: str = ""


Fixed = Mapping[tuple[Kind, str], Kept]
"""The resources that nobody changes here, by kind and name."""


def fixed_resources(configured: Mapping[tuple[Kind, str], Resource] | None = None) -> Fixed:
    """What ships, and what a configuration has besides."""
    return {
        **{key: Kept(one, Origin.CONFIGURED) for key, one in (configured or {}).items()},
        **{key: Kept(one, Origin.SHIPPED) for key, one in shipped().items()},
    }


def list_resources(connection: sqlite3.Connection, kind: Kind, fixed: Fixed) -> list[Kept]:
    """All resources of a kind, by name.  Raises ``ResourceError`` for a damaged document."""
    found = {row.name: _kept(row) for row in read_resources(connection, kind.value)}
    found.update({name: kept for (of, name), kept in fixed.items() if of is kind})
    return [found[name] for name in sorted(found)]


def get_resource(connection: sqlite3.Connection, kind: Kind, name: str, fixed: Fixed) -> Kept:
    """The resource of that kind and name.  Raises ``NoSuchResource`` where there is none."""
    if (kind, name) in fixed:
        return fixed[kind, name]
    row = read_resource(connection, kind.value, name)
    if row is None:
        raise NoSuchResource(f"there is no {kind.value} {name!r}")
    return _kept(row)


def create_resource(
    writer: Writer, resource: Resource, fixed: Fixed, principal: Principal, now_ms: int
) -> Change:
    """Store a resource that is new, or is there just as it is given.

    Raises ``ResourceExists`` where there is another one of its kind and name, and
    ``ResourceIsFixed`` where that one is fixed.
    """
    with writer.transaction() as connection:
        held = _held(connection, resource, fixed)
        if held is None:
            return _write(writer, connection, resource, Change.CREATED, principal, now_ms)
        if held.resource.document == resource.document:
            return Change.UNCHANGED
        raise ResourceExists(f"{resource.kind.value} {resource.name!r} already exists")


def replace_resource(
    writer: Writer, resource: Resource, fixed: Fixed, principal: Principal, now_ms: int
) -> Change:
    """Store a resource in place of the one of its kind and name, if there is one.

    Raises ``ResourceIsFixed`` where that one is fixed.
    """
    with writer.transaction() as connection:
        held = _held(connection, resource, fixed)
        if held is not None and held.resource.document == resource.document:
            return Change.UNCHANGED
        change = Change.CREATED if held is None else Change.UPDATED
        return _write(writer, connection, resource, change, principal, now_ms)


def update_resource(
    writer: Writer, resource: Resource, fixed: Fixed, principal: Principal, now_ms: int
) -> Change:
    """Store a resource in place of the one that it was made from, which its revision names.

    One without a revision replaces whatever is there.  Raises ``NoSuchResource``,
    ``ResourceIsFixed``, and ``ResourceChanged`` where the stored one has another revision.
    """
    with writer.transaction() as connection:
        held = _held(connection, resource, fixed)
        if held is None:
            raise NoSuchResource(f"there is no {resource.kind.value} {resource.name!r}")
        if resource.revision and resource.revision != held.resource.revision:
            raise ResourceChanged(
                f"{resource.kind.value} {resource.name!r} has changed since revision "
                f"{resource.revision}; get it again and make the change there"
            )
        if held.resource.document == resource.document:
            return Change.UNCHANGED
        return _write(writer, connection, resource, Change.UPDATED, principal, now_ms)


def remove_resource(
    writer: Writer, kind: Kind, name: str, fixed: Fixed, principal: Principal, now_ms: int
) -> None:
    """Delete a stored resource.  Raises ``NoSuchResource`` and ``ResourceIsFixed``."""
    with writer.transaction() as connection:
        if (kind, name) in fixed:
            raise fixed_error(fixed[kind, name])
        row = read_resource(connection, kind.value, name)
        if row is None:
            raise NoSuchResource(f"there is no {kind.value} {name!r}")
        delete_resource(connection, kind.value, name)
        event = resource_changed(principal, "delete", kind.value, name, row.revision, now_ms)
        writer.add([event])


def _held(connection: sqlite3.Connection, resource: Resource, fixed: Fixed) -> Kept | None:
    """What is there under the resource's name; the fixed one only where it is the same."""
    kept = fixed.get((resource.kind, resource.name))
    if kept is not None:
        if kept.resource.document != resource.document:
            raise fixed_error(kept)
        return kept
    row = read_resource(connection, resource.kind.value, resource.name)
    return None if row is None else _kept(row)


def _write(
    writer: Writer,
    connection: sqlite3.Connection,
    resource: Resource,
    change: Change,
    principal: Principal,
    now_ms: int,
) -> Change:
    revision = str(uuid.uuid4())
    kind, name = resource.kind.value, resource.name
    write_resource(
        connection,
        StoredResource(
            kind,
            name,
            json.dumps(resource.document, ensure_ascii=False, sort_keys=True),
            revision,
            rfc3339(now_ms),
            principal.user,
        ),
    )
    verb = "create" if change is Change.CREATED else "update"
    writer.add([resource_changed(principal, verb, kind, name, revision, now_ms)])
    return change


def fixed_error(kept: Kept) -> ResourceIsFixed:
    """The error of who would change a fixed resource: where it stands, and what to do."""
    resource = kept.resource
    where = {
        Origin.SHIPPED: "ships with the plugin and cannot be changed; copy it under another name",
        Origin.CONFIGURED: "stands in the plugin's configuration; change it there",
    }[kept.origin]
    return ResourceIsFixed(f"{resource.kind.value} {resource.name!r} {where}")


def _kept(row: StoredResource) -> Kept:
    source = f"the stored {row.kind} {row.name!r}"
    resource = replace(resource_of(source, json.loads(row.document)), revision=row.revision)
    return Kept(resource, Origin.STORED, row.updated_at, row.updated_by)
