"""The pages that every other page leads to: each with its address, its name, and who may see it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

Verb = tuple[str, str]
"""A kind of resource and a verb on it."""


@dataclass(frozen=True, slots=True)
class Section:
    """A page below our prefix; to see it takes all verbs of ``needs``, or any where it has none."""

    path: str
    label: str
    description: str
    needs: tuple[Verb, ...] = ()

    def is_open_to(self, verbs: Collection[Verb]) -> bool:
        """Whether somebody with these verbs may see it."""
        return bool(verbs) and all(verb in verbs for verb in self.needs)


SECTIONS = (
    Section("", "Overview", "How fresh the log is, what is in it, reports."),
    Section("/query", "Query", "Ask the log in Trino SQL.", (("audit_query", "use"),)),
    Section(
        "/reports", "Reports", "What they found, and running them.", (("security_report", "list"),)
    ),
)
"""In the order in which they are shown."""
