"""The pages that every other page leads to: each with its address, its name, and who may see it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from ..policy import BROWSE

Verb = tuple[str, str]
"""A kind of resource and a verb on it."""


@dataclass(frozen=True, slots=True)
class Section:
    """A page below our prefix; to see it takes all verbs of ``needs``, or any where it has none."""

    path: str
    label: str
    description: str
    needs: frozenset[Verb] = frozenset()

    def is_open_to(self, verbs: Set[Verb]) -> bool:
        """Whether somebody with these verbs may see it."""
        return bool(verbs) and self.needs <= verbs


SECTIONS = (
    Section("", "Overview", "How fresh the log is, what is in it, reports."),
    Section("/events", "Events", "Find who did what, and when.", BROWSE),
    Section("/query", "Query", "Ask the log in Trino SQL.", frozenset({("audit_query", "use")})),
    Section(
        "/reports",
        "Reports",
        "What they found, and running them.",
        frozenset({("security_report", "list")}),
    ),
    Section(
        "/queries",
        "Saved queries",
        "Trino SQL that was kept under a name.",
        frozenset({("audit_query", "list")}),
    ),
    Section(
        "/status",
        "Status",
        "Whether the log is fresh and whole.",
        frozenset({("event", "list")}),
    ),
    Section("/roles", "Roles", "Who may see what of this log.", frozenset({("role", "list")})),
)
"""In the order in which they are shown."""
