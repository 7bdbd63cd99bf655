"""Who makes a request, as the log tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..self_audit import Principal


def principal(actor: Mapping[str, Any] | None, scope: Mapping[str, Any], via: str) -> Principal:
    """The principal that an actor (``None``: not signed in) is, from where its request came."""
    user = None if actor is None else actor.get("id")
    client = scope.get("client")
    return Principal("" if user is None else str(user), via, str(client[0]) if client else "")
