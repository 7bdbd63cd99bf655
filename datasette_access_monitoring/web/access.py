"""Datasette asks who may do what; here the decision of ``policy`` becomes its answer.

Each Datasette version asks in its own way, by a hook of its own; both get the same verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from .. import compat, policy
from .audit_databases import audit_databases, is_audit_database, tables_and_views

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.permissions import PermissionSQL


async def refusal(
    datasette: Datasette, actor: Mapping[str, Any] | None, action: str, resource: object
) -> Literal[False] | None:
    """0.65's question: may the actor do this to that?  ``False``, or ``None`` for no opinion."""
    names = compat.databases_of(datasette, action, resource)
    audit = [name for name in names if await is_audit_database(datasette, name)]
    closed = policy.closed_databases(audit, is_root=compat.is_root(datasette, actor))
    return policy.verdict(names, closed)


async def rules(
    datasette: Datasette, actor: Mapping[str, Any] | None, action: str
) -> PermissionSQL | None:
    """1.0's question: what are the rules for this action, on everything at once?"""
    is_root = compat.is_root(datasette, actor)
    closed = policy.closed_databases(await audit_databases(datasette), is_root=is_root)
    children = await tables_and_views(datasette, sorted(closed))
    return await compat.denial(datasette, action, children, policy.REASON)
