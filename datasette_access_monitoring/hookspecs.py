"""The hooks of ours that other plugins may implement.

A plugin implements them as it does Datasette's own, with ``from datasette import hookimpl``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pluggy import HookspecMarker

if TYPE_CHECKING:
    from .sources.kinds import SourceKind

hookspec = HookspecMarker("datasette")


@hookspec
def register_audit_sources() -> Sequence[SourceKind]:  # type: ignore[empty-body]
    """Once, when the server starts: kinds of source that events can be collected from."""
