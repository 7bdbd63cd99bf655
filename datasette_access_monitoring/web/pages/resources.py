"""The lists of saved queries and of roles, and one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...advice import advice
from ...clock import now_ms
from ...policy import VERBS, access_of
from ...resources.model import AuditQuery, Kind, Resource
from ...resources.writing import resources_yaml
from ...store.relations import read_relations
from ..api.resources import entry, kept_of, listed
from ..working import reading
from .layout import addresses, page
from .resource_words import WORDS, Words

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

    from ..api.calls import Call


async def all_(call: Call, kinds: str) -> Response:
    """What is seen of them without reading them, page by page."""
    words = WORDS[kinds]
    shown, following = await listed(call, words.kind)
    links = await addresses(call)
    size = call.optional_text("_size")
    context = {
        "words": words,
        "entries": [entry(one) for one in shown],
        "more": following and links.to(f"/{kinds}", _next=following, _size=size),
    }
    return await resource_page(call, words, "resources", context)


async def one(call: Call, kinds: str, name: str) -> Response:
    """What one of them says, and what about it may not be meant."""
    words = WORDS[kinds]
    kept = await kept_of(call, words.kind, name)
    resource = kept.resource
    context = {
        "entry": entry(kept),
        "document": resources_yaml([resource]),
        "notes": await _notes(call, resource),
        **(_query(resource.spec) if isinstance(resource.spec, AuditQuery) else _role(resource)),
    }
    return await resource_page(call, words, "resource", context)


async def resource_page(
    call: Call, words: Words, template: str, context: dict[str, Any], *, status: int = 200
) -> Response:
    """A page of this section."""
    frame = {"section": words.section, "words": words, "kinds": VERBS}
    return await page(call, template, {**frame, **context}, status=status)


def _query(query: AuditQuery) -> dict[str, Any]:
    return {"query": query}


def _role(role: Resource) -> dict[str, Any]:
    now = now_ms()
    return {
        "opens": access_of([role], now).verbs,
        "expires_ms": role.expires_ms,
        "expired": role.expires_ms is not None and role.expires_ms <= now,
    }


async def _notes(call: Call, resource: Resource) -> list[str]:
    # What a query lacks to run tells which views and columns there are.
    if resource.kind is Kind.AUDIT_QUERY and not await call.may("audit_query", "use"):
        return []
    return await reading(call.database, lambda conn: advice(resource, read_relations(conn)))
