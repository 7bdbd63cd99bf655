"""What about a resource may not be what its author meant, though nothing in it is wrong.

Pure.  A query may be saved before there is an event that it asks for, and a role may open
nothing here; both are told, neither is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import policy
from .errors import QueryError
from .resources.model import AuditQuery, Resource, SecurityReport
from .sql.relation import Relation
from .sql.translate import translate


def advice(resource: Resource, relations: Mapping[str, Relation]) -> list[str]:
    """Notes on a resource over a database with these views, each one sentence."""
    spec = resource.spec
    if isinstance(spec, AuditQuery):
        fault = _fault(spec.query, relations)
        return [f"does not run on this database yet: {fault}"] if fault else []
    if isinstance(spec, SecurityReport):
        faults = ((query.name, _fault(query.query, relations)) for query in spec.queries)
        return [
            f"its query {name!r} does not run on this database yet: {fault}"
            for name, fault in faults
            if fault
        ]
    return policy.notes(spec)


def _fault(query: str, relations: Mapping[str, Relation]) -> str:
    try:
        translate(query, relations)
    except QueryError as error:
        return str(error)
    return ""
