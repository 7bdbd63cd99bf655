"""Deleting a saved query or a role: asked first, and again where it takes something away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datasette.utils.asgi import Response

from ...clock import now_ms
from ...resources.keeping import Origin, fixed_error, remove_resource
from ..api.resources import kept_of, notes_on_loss
from ..working import changing
from .confirming import confirmation, is_confirmed
from .layout import addresses
from .resource_words import WORDS
from .resources import resource_page

if TYPE_CHECKING:
    from ..api.calls import Call


async def ask(call: Call, kinds: str, name: str) -> Response:
    """Whether it is to go."""
    return await _question(call, kinds, name, ())


async def delete(call: Call, kinds: str, name: str) -> Response:
    """It goes."""
    words = WORDS[kinds]
    warnings = await notes_on_loss(call, words.kind, name)
    if not is_confirmed(call, warnings):
        return await _question(call, kinds, name, warnings)
    await changing(
        call.database,
        lambda writer: remove_resource(
            writer, words.kind, name, call.fixed, call.principal, now_ms()
        ),
    )
    links = await addresses(call)
    may_list = await call.may(words.kind.value, "list")
    response = Response.redirect(links.to(f"/{kinds}" if may_list else ""))
    call.datasette.add_message(call.request, f"The {words.one} {name} has been deleted.")
    return response


async def _question(call: Call, kinds: str, name: str, warnings: Sequence[str]) -> Response:
    words = WORDS[kinds]
    kept = await kept_of(call, words.kind, name)
    if kept.origin is not Origin.STORED:
        raise fixed_error(kept)
    context = {"name": name, "warnings": warnings, "confirmation": confirmation(warnings)}
    status = 409 if warnings else 200
    return await resource_page(call, words, "resource_deletion", context, status=status)
