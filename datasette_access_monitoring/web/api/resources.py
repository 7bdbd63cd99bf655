"""Saved queries, reports and roles: list, get, create, update, delete."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ...advice import advice
from ...clock import now_ms
from ...errors import ResourceError
from ...resources.documents import read_one
from ...resources.keeping import (
    Change,
    Kept,
    create_resource,
    get_resource,
    list_resources,
    remove_resource,
    update_resource,
)
from ...resources.model import Kind, Resource, Role
from ...resources.writing import documented
from ...store.relations import read_relations
from ..access import loses_roles
from ..working import changing, reading
from .calls import DEFAULT_SIZE, KINDS, MAX_SIZE, Call, Refused
from .responses import answer, page

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

LOSES_ROLES = "with this you may change no roles any more: none of yours allows update on role"
"""What is said to who takes from themselves the right to change roles."""


async def list_(call: Call, kinds: str) -> Response:
    """Page by page, by name: what is seen of them without reading them."""
    shown, following = await listed(call, Kind(KINDS[kinds]))
    return page(call, kinds, [entry(one) for one in shown], following)


async def get(call: Call, kinds: str, name: str) -> Response:
    """One of them, as its document."""
    return answer(call, _content(await kept_of(call, Kind(KINDS[kinds]), name)))


async def create(call: Call, kinds: str) -> Response:
    """A new one; one that is there just as it is given is no error."""
    resource = await _given(call, Kind(KINDS[kinds]))
    notes = await notes_on(call, resource)
    change = await changing(
        call.database,
        lambda writer: create_resource(writer, resource, call.fixed, call.principal, now_ms()),
    )
    status = 201 if change is Change.CREATED else 200
    return answer(call, await _changed(call, resource, change, notes), status)


async def update(call: Call, kinds: str, name: str) -> Response:
    """One that is there gets another document; a revision in it must be the one it has."""
    resource = await _given(call, Kind(KINDS[kinds]))
    refuse_other_name(resource, name)
    notes = await notes_on(call, resource)
    change = await changing(
        call.database,
        lambda writer: update_resource(writer, resource, call.fixed, call.principal, now_ms()),
    )
    return answer(call, await _changed(call, resource, change, notes))


async def delete(call: Call, kinds: str, name: str) -> Response:
    """One is gone."""
    kind = Kind(KINDS[kinds])
    notes = await notes_on_loss(call, kind, name)
    await changing(
        call.database,
        lambda writer: remove_resource(writer, kind, name, call.fixed, call.principal, now_ms()),
    )
    return answer(call, {"change": "deleted", "notes": notes})


async def listed(call: Call, kind: Kind) -> tuple[list[Kept], str | None]:
    """One page of a list, and the name that the next one begins behind (``None``: the last)."""
    size = call.number("_size", DEFAULT_SIZE, MAX_SIZE)
    after = call.optional_text("_next")
    kept = await reading(call.database, lambda conn: list_resources(conn, kind, call.fixed))
    rest = [one for one in kept if one.resource.name > after]
    shown = rest[:size]
    return shown, shown[-1].resource.name if len(rest) > size else None


async def kept_of(call: Call, kind: Kind, name: str) -> Kept:
    """One of them.  Raises ``NoSuchResource``."""
    return await reading(call.database, lambda conn: get_resource(conn, kind, name, call.fixed))


async def notes_on(call: Call, resource: Resource) -> list[str]:
    """What about a resource that is to be stored may not be what its author meant."""
    notes = await reading(call.database, lambda conn: advice(resource, read_relations(conn)))
    if resource.kind is Kind.ROLE:
        notes += await _loss(call, resource.name, resource)
    return notes


async def notes_on_loss(call: Call, kind: Kind, name: str) -> list[str]:
    """The same on one that is to be deleted."""
    return await _loss(call, name, None) if kind is Kind.ROLE else []


async def _loss(call: Call, name: str, changed: Resource | None) -> list[str]:
    lost = await loses_roles(call.datasette, call.request.actor, call.database.name, name, changed)
    return [LOSES_ROLES] if lost else []


def refuse_other_name(resource: Resource, name: str) -> None:
    """Raise ``ResourceError`` for a document of another name than the one that it is for."""
    if resource.name != name:
        raise ResourceError(f"the document's name is {resource.name!r}, the address has {name!r}")


async def _given(call: Call, kind: Kind) -> Resource:
    """The resource that a body is: one document, as JSON or YAML."""
    try:
        text = call.body.decode()
    except UnicodeDecodeError as error:
        raise Refused(400, f"the body is no UTF-8: {error}") from error
    # Others need not wait: reading YAML is slow.
    return await asyncio.to_thread(read_one, "the body", text, kind)


async def _changed(
    call: Call, resource: Resource, change: Change, notes: list[str]
) -> dict[str, Any]:
    kept = await kept_of(call, resource.kind, resource.name)
    return {**_content(kept), "change": change.value, "notes": notes}


def _content(kept: Kept) -> dict[str, Any]:
    return {"resource": documented(kept.resource), **_kept(kept)}


def entry(kept: Kept) -> dict[str, Any]:
    """What a list says of one."""
    resource = kept.resource
    title = "" if isinstance(resource.spec, Role) else resource.spec.title
    described = resource.document["metadata"].get("description", "")
    description = described if isinstance(resource.spec, Role) else resource.spec.description
    return {
        "name": resource.name,
        "title": title,
        "description": description,
        "revision": resource.revision,
        **_kept(kept),
    }


def _kept(kept: Kept) -> dict[str, Any]:
    return {
        "origin": kept.origin.value,
        "updated_at": kept.updated_at or None,
        "updated_by": kept.updated_by or None,
    }
