"""Saved queries, reports and roles: list, get, create, update, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...advice import advice
from ...clock import now_ms
from ...resources.documents import read_resources
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
from ..working import changing, reading
from .calls import DEFAULT_SIZE, KINDS, MAX_SIZE, Call, Refused
from .responses import answer, page

if TYPE_CHECKING:
    from datasette.utils.asgi import Response


async def list_(call: Call, kinds: str) -> Response:
    """Page by page, by name: what is seen of them without reading them."""
    size = call.number("_size", DEFAULT_SIZE, MAX_SIZE)
    after = call.optional_text("_next")
    kept = await reading(
        call.database, lambda conn: list_resources(conn, Kind(KINDS[kinds]), call.fixed)
    )
    rest = [one for one in kept if one.resource.name > after]
    shown = rest[:size]
    more = len(rest) > size
    return page(
        call, kinds, [_entry(one) for one in shown], shown[-1].resource.name if more else None
    )


async def get(call: Call, kinds: str, name: str) -> Response:
    """One of them, as its document."""
    return answer(call, await _content(call, Kind(KINDS[kinds]), name))


async def create(call: Call, kinds: str) -> Response:
    """A new one; one that is there just as it is given is no error."""
    resource = _given(call, Kind(KINDS[kinds]))
    change = await changing(
        call.database,
        lambda writer: create_resource(writer, resource, call.fixed, call.principal, now_ms()),
    )
    status = 201 if change is Change.CREATED else 200
    return answer(call, await _changed(call, resource, change), status)


async def update(call: Call, kinds: str, name: str) -> Response:
    """One that is there gets another document; a revision in it must be the one it has."""
    resource = _given(call, Kind(KINDS[kinds]))
    if resource.name != name:
        raise Refused(400, f"the document's name is {resource.name!r}, the address has {name!r}")
    change = await changing(
        call.database,
        lambda writer: update_resource(writer, resource, call.fixed, call.principal, now_ms()),
    )
    return answer(call, await _changed(call, resource, change))


async def delete(call: Call, kinds: str, name: str) -> Response:
    """One is gone."""
    kind = Kind(KINDS[kinds])
    await changing(
        call.database,
        lambda writer: remove_resource(writer, kind, name, call.fixed, call.principal, now_ms()),
    )
    return answer(call, {"change": "deleted"})


def _given(call: Call, kind: Kind) -> Resource:
    """The resource that a body is: one document, as JSON or YAML."""
    try:
        text = call.body.decode()
    except UnicodeDecodeError as error:
        raise Refused(400, f"the body is no UTF-8: {error}") from error
    found = list(read_resources("the body", text))
    if len(found) != 1:
        raise Refused(400, f"the body must hold one document, not {len(found)}")
    if found[0].kind is not kind:
        raise Refused(400, f"the body is of kind {found[0].kind.value}, not {kind.value}")
    return found[0]


async def _changed(call: Call, resource: Resource, change: Change) -> dict[str, Any]:
    content = await _content(call, resource.kind, resource.name)
    notes = await reading(call.database, lambda conn: advice(resource, read_relations(conn)))
    return {**content, "change": change.value, "notes": notes}


async def _content(call: Call, kind: Kind, name: str) -> dict[str, Any]:
    kept = await reading(call.database, lambda conn: get_resource(conn, kind, name, call.fixed))
    return {"resource": documented(kept.resource), **_kept(kept)}


def _entry(kept: Kept) -> dict[str, Any]:
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
