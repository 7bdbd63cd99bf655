"""What the resources are: audit queries, security reports, roles, and the header they share.

Plain frozen values; how they are read and written is said in ``documents``, where they are
kept in ``keeping``, what a role opens in ``policy``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Kind(str, Enum):
    """The kinds of resources, by Teleport's names."""

    AUDIT_QUERY = "audit_query"
    SECURITY_REPORT = "security_report"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Chart:
    """What a query's chart shows, in names of its result columns.

    ``color`` is the column that tells series apart, ``''`` for a chart of one series.
    """

    x: str
    y: str
    color: str


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """One saved query: ``query`` is Trino SQL, everything else is for people.

    ``suggestion`` says what to do about the rows that it finds.  Inside a report ``name`` tells
    its queries apart.  All but ``query`` may be ``''``.
    """

    name: str
    title: str
    description: str
    suggestion: str
    chart: Chart | None
    query: str


@dataclass(frozen=True, slots=True)
class SecurityReport:
    """A set of audit queries that are read together, in order."""

    name: str
    title: str
    description: str
    queries: tuple[AuditQuery, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Which verbs on which kinds; ``*`` stands for all.

    ``where`` is Teleport's condition on single resources, ``''`` for a rule without one.
    """

    resources: frozenset[str]
    verbs: frozenset[str]
    where: str


@dataclass(frozen=True, slots=True)
class Role:
    """What its holders may do, as far as rules say it; a denial wins over whatever is allowed."""

    name: str
    allow: tuple[Rule, ...]
    deny: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource with its header.

    ``document`` is the whole of it in Teleport's JSON form, but for the revision; two resources
    are the same when their documents are equal.  ``spec`` is what it says.  From ``expires_ms``
    on (milliseconds since 1970 UTC; ``None``: never) it counts as gone.  ``revision`` names
    the state that it was read in, ``''`` where it says none.
    """

    kind: Kind
    name: str
    document: Mapping[str, Any]
    spec: AuditQuery | SecurityReport | Role
    expires_ms: int | None = None
    revision: str = ""
