"""The plain forms for a saved query and for a role: from their fields to a document, and back.

Pure.  A form says less than a document can.  What it does not say stays as it is in the document
that it is laid over; a document that it would say wrongly has none and is edited as YAML.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import ResourceError
from ...policy import VERBS
from ...resources.documents import resource_of
from ...resources.fields import MAX_TEXT
from ...resources.model import AuditQuery, Kind, Resource, Role
from ...visible import is_hidden

Text = Callable[[str], str]
"""What stands in a field of a form, ``''`` where nothing does."""


@dataclass(frozen=True, slots=True)
class QueryForm:
    """The fields for a saved query."""

    name: str = ""
    title: str = ""
    description: str = ""
    sql: str = ""

    def document(self, base: Mapping[str, Any]) -> dict[str, Any]:
        """The document ``base`` with what the form says in its place."""
        said = {"title": self.title, "description": self.description, "query": self.sql}
        return {
            **base,
            "kind": Kind.AUDIT_QUERY.value,
            "metadata": {**base.get("metadata", {}), "name": self.name},
            "spec": {"name": self.name, **base.get("spec", {}), **said},
        }

    @property
    def can_be_seen(self) -> bool:
        """Whether no field holds a character that nobody sees there, or that it would lose."""
        sql = self.sql.replace("\t", "")
        return _can_be_seen(self.name, self.title) and _can_be_seen(*_lines(self.description, sql))


@dataclass(frozen=True, slots=True)
class RoleForm:
    """The fields for a role; ``verbs`` are the boxes that are checked, as kinds and verbs."""

    name: str = ""
    description: str = ""
    verbs: frozenset[tuple[str, str]] = frozenset()

    def document(self, base: Mapping[str, Any]) -> dict[str, Any]:
        """The document ``base`` with what the form says in its place."""
        spec = base.get("spec", {})
        allow = {**(spec.get("allow") or {}), "rules": rules_of(self.verbs)}
        said = {"name": self.name, "description": self.description}
        return {
            **base,
            "kind": Kind.ROLE.value,
            "metadata": {**base.get("metadata", {}), **said},
            "spec": {**spec, "allow": allow},
        }

    @property
    def can_be_seen(self) -> bool:
        """Whether no field holds a character that nobody sees there, or that it would lose."""
        return _can_be_seen(self.name, *_lines(self.description))


Form = QueryForm | RoleForm


def filled_in(kind: Kind, text: Text) -> Form:
    """The form as somebody filled it in; lines end as here, not as browsers send them."""
    name = text("name").strip()
    description = _one_line_end(text("description"))
    if kind is Kind.ROLE:
        checked = {
            (about, verb)
            for about, verbs in VERBS.items()
            for verb in verbs
            if text(f"{about}.{verb}")
        }
        return RoleForm(name, description, frozenset(checked))
    return QueryForm(name, text("title"), description, _one_line_end(text("sql")))


def read_form(form: Form, base: Mapping[str, Any]) -> Resource:
    """The resource that a form makes of a document.  Raises ``ResourceError``."""
    if len(form.description) + (len(form.sql) if isinstance(form, QueryForm) else 0) > MAX_TEXT:
        raise ResourceError(f"the form is longer than {MAX_TEXT:,} characters")
    return resource_of("the form", form.document(base))


def form_over(resource: Resource) -> Form | None:
    """The form for changing a resource; ``None`` where it would say something else."""
    form = _form(resource)
    return form if form is not None and form.can_be_seen else None


def form_like(resource: Resource) -> Form | None:
    """The form for another resource that is to be alike; ``None`` where it cannot say it all."""
    form = form_over(resource)
    if form is None or read_form(form, {}).document != read_form(form, resource.document).document:
        return None
    return form


def rules_of(verbs: Collection[tuple[str, str]]) -> list[dict[str, list[str]]]:
    """The rules that allow just these verbs on kinds: one for each set of verbs."""
    kinds: dict[tuple[str, ...], list[str]] = {}
    for kind, known in VERBS.items():
        chosen = tuple(verb for verb in known if (kind, verb) in verbs)
        if chosen:
            kinds.setdefault(chosen, []).append(kind)
    return [{"resources": of, "verbs": list(chosen)} for chosen, of in kinds.items()]


def _form(resource: Resource) -> Form | None:
    spec, name = resource.spec, resource.name
    if isinstance(spec, AuditQuery):
        return QueryForm(name, spec.title, spec.description, spec.query)
    if isinstance(spec, Role) and not spec.deny and all(map(_is_plain, _written_rules(resource))):
        described = resource.document["metadata"].get("description", "")
        rules = spec.allow
        verbs = {(kind, verb) for one in rules for kind in one.resources for verb in one.verbs}
        return RoleForm(name, described, frozenset(verbs))
    return None


def _written_rules(role: Resource) -> Sequence[Mapping[str, Any]]:
    return (role.document["spec"].get("allow") or {}).get("rules") or []


def _is_plain(rule: Mapping[str, Any]) -> bool:
    """Whether a rule says nothing but verbs on kinds that have them here."""
    return set(rule) == {"resources", "verbs"} and all(
        kind in VERBS and set(rule["verbs"]) <= set(VERBS[kind]) for kind in rule["resources"]
    )


def _one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n")


def _lines(*texts: str) -> list[str]:
    return [line for text in texts for line in text.split("\n")]


def _can_be_seen(*texts: str) -> bool:
    return not any(is_hidden(character) for text in texts for character in text)
