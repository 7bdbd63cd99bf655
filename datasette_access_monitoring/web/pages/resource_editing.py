"""Making and changing a saved query or a role: a plain form, or its document as YAML.

Whatever goes wrong, what somebody has typed comes back with the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response

from ...clock import now_ms
from ...errors import AccessMonitoringError, NoSuchResource, ResourceChanged, ResourceError
from ...resources.documents import MAX_NAME, read_one
from ...resources.keeping import Change, Kept, Origin, create_resource, fixed_error, update_resource
from ...resources.model import Kind, Resource
from ...resources.writing import resources_yaml, yaml_text
from ...visible import visible
from ..api.calls import Call, Refused
from ..api.resources import entry, kept_of, notes_on, refuse_other_name
from ..api.responses import status_of
from ..working import changing
from .confirming import confirmation, is_confirmed
from .layout import addresses
from .resource_forms import Form, RoleForm, filled_in, form_like, form_over, read_form
from .resource_words import WORDS, Words
from .resources import resource_page

if TYPE_CHECKING:
    from ...store.write import Writer

_LONGEST_LINE = 200
# What a new role's document begins with: the role of Teleport's documentation.
_EXAMPLE = frozenset(
    (kind, verb) for kind in ("audit_query", "security_report") for verb in ("list", "read", "use")
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is being written: a form, or where there is none (``None``) the text of a document.

    ``name`` is that of the resource that it changes, ``''`` for a new one, and ``revision`` the
    state that it was made from.
    """

    words: Words
    name: str
    form: Form | None
    text: str = ""
    revision: str = ""


async def new(call: Call, new: str) -> Response:
    """The form for a new one, with what the address gives or with what another one has."""
    words = WORDS[new]
    copied = call.optional_text("copy")
    if not copied:
        form = filled_in(words.kind, call.optional_text)
        as_form = form.can_be_seen and not _wants_yaml(call)
        draft = Draft(words, "", form) if as_form else _as_yaml(Draft(words, "", form), {})
        return await _editor(call, draft)
    await _must(call, words.kind, "read")
    resource = (await kept_of(call, words.kind, copied)).resource
    like = form_like(resource)
    if like is not None and not _wants_yaml(call):
        return await _editor(call, Draft(words, "", replace(like, name="")))
    return await _editor(call, Draft(words, "", None, _yaml(resource)))


async def create(call: Call, new: str) -> Response:
    """Store a new one."""

    def store(writer: Writer, resource: Resource) -> Change:
        return create_resource(writer, resource, call.fixed, call.principal, now_ms())

    return await _submitted(call, _posted(call, WORDS[new], ""), {}, store)


async def edit(call: Call, kinds: str, name: str) -> Response:
    """The form for one that is there; its document where the form cannot hold it."""
    words = WORDS[kinds]
    resource = (await _held(call, words, name)).resource
    form = None if _wants_yaml(call) else form_over(resource)
    text = _yaml(resource) if form is None else ""
    return await _editor(call, Draft(words, name, form, text, resource.revision))


async def save(call: Call, kinds: str, name: str) -> Response:
    """Store it in place of the one that it was made from."""
    draft = _posted(call, WORDS[kinds], name)
    try:
        held = await _held(call, draft.words, name)
    except NoSuchResource as gone:
        return await _editor(call, draft, error=gone)

    def store(writer: Writer, resource: Resource) -> Change:
        return update_resource(writer, resource, call.fixed, call.principal, now_ms())

    return await _submitted(call, draft, held.resource.document, store)


async def _submitted(
    call: Call,
    draft: Draft,
    base: Mapping[str, Any],
    store: Callable[[Writer, Resource], Change],
) -> Response:
    """Store a draft; the editor again for what is wrong with it, or may not be meant."""
    if draft.form is not None and _wants_yaml(call):
        return await _editor(call, _as_yaml(draft, base))
    try:
        resource = await _read(draft, base)
        warnings = await notes_on(call, resource)
        if not is_confirmed(call, warnings):
            return await _editor(call, draft, warnings=warnings)
        await changing(call.database, lambda writer: store(writer, resource))
    except ResourceChanged as changed:
        held = await _held(call, draft.words, draft.name)
        mine = replace(draft, revision=held.resource.revision)
        return await _editor(call, mine, error=changed, held=held)
    except AccessMonitoringError as error:
        return await _editor(call, draft, error=error)
    return await shown(call, draft.words, resource.name)


async def shown(call: Call, words: Words, name: str) -> Response:
    """The way to one that has been saved, or as near to it as the caller may come."""
    links = await addresses(call)
    if await call.may(words.kind.value, "read"):
        there = links.resource(words.kinds, name)
    else:
        may_list = await call.may(words.kind.value, "list")
        there = links.to(f"/{words.kinds}" if may_list else "")
    response = Response.redirect(there)
    call.datasette.add_message(call.request, f"The {words.one} {name} has been saved.")
    return response


def _posted(call: Call, words: Words, name: str) -> Draft:
    revision = call.optional_text("revision")
    if "document" in call.values:
        text = call.optional_text("document").replace("\r\n", "\n")
        return Draft(words, name, None, text, revision)
    form = filled_in(words.kind, call.optional_text)
    return Draft(words, name, replace(form, name=name) if name else form, "", revision)


async def _read(draft: Draft, base: Mapping[str, Any]) -> Resource:
    """The resource that a draft is.  Raises ``ResourceError``."""
    if draft.form is not None:
        resource = read_form(draft.form, base)
    else:
        # Others need not wait: reading YAML is slow.
        resource = await asyncio.to_thread(read_one, "the text", draft.text, draft.words.kind)
    if draft.name:
        refuse_other_name(resource, draft.name)
    return resource if resource.revision else replace(resource, revision=draft.revision)


def _as_yaml(draft: Draft, base: Mapping[str, Any]) -> Draft:
    """The same draft as the text of a document."""
    form = draft.form
    assert form is not None
    if isinstance(form, RoleForm) and form == RoleForm():
        form = replace(form, verbs=_EXAMPLE)
    return replace(draft, form=None, text=yaml_text(form.document(base)))


async def _editor(
    call: Call,
    draft: Draft,
    *,
    error: AccessMonitoringError | None = None,
    warnings: Sequence[str] = (),
    held: Kept | None = None,
) -> Response:
    """The page on which a draft is written, with what is wrong, and who was faster (``held``)."""
    links, words = await addresses(call), draft.words
    context = {
        "draft": draft,
        "action": links.resource(words.kinds, draft.name, "/edit")
        if draft.name
        else links.to(f"/{words.new}"),
        "max_name": MAX_NAME,
        "error": None if error is None else str(error),
        "place": _place(draft.text, error),
        "warnings": warnings,
        "confirmation": confirmation(warnings),
        "held": held and {**entry(held), "document": _yaml(held.resource)},
    }
    status = 409 if warnings else 200 if error is None else status_of(error)
    return await resource_page(call, words, "resource_editor", context, status=status)


def _place(text: str, error: AccessMonitoringError | None) -> str:
    """The line of a text that an error is about, with its number; ``''`` where there is none."""
    line = error.line if isinstance(error, ResourceError) else None
    lines = text.split("\n")
    if line is None or not 1 <= line <= len(lines):
        return ""
    return f"{line} | {visible(lines[line - 1][:_LONGEST_LINE])}"


async def _held(call: Call, words: Words, name: str) -> Kept:
    """The resource that is to be changed.  Raises ``Refused``, ``NoSuchResource`` and
    ``ResourceIsFixed``.
    """
    await _must(call, words.kind, "read")
    kept = await kept_of(call, words.kind, name)
    if kept.origin is not Origin.STORED:
        raise fixed_error(kept)
    return kept


async def _must(call: Call, kind: Kind, verb: str) -> None:
    if not await call.may(kind.value, verb):
        raise Refused(403, f"you need the verb {verb} on {kind.value} as well")


def _yaml(resource: Resource) -> str:
    """A document as it is changed: what it was made from stands beside it."""
    return resources_yaml([replace(resource, revision="")])


def _wants_yaml(call: Call) -> bool:
    return call.optional_text("show") == "yaml"
