"""What saved queries and roles are called on pages and in their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...resources.model import Kind


@dataclass(frozen=True, slots=True)
class Words:
    """One kind of resources: its word in addresses, its section, one of them, making a new one.

    ``new`` is an address of its own, not one below ``kinds``: there it could be a name.
    """

    kind: Kind
    kinds: str
    section: str
    one: str
    new: str


_ALL = (
    Words(Kind.AUDIT_QUERY, "queries", "Saved queries", "saved query", "new-query"),
    Words(Kind.ROLE, "roles", "Roles", "role", "new-role"),
)

WORDS: Mapping[str, Words] = {
    address: words for words in _ALL for address in (words.kinds, words.new)
}
"""By the first part of an address: ``queries``, ``new-query``, ``roles``, ``new-role``."""
