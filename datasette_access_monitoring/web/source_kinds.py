"""The kinds of source that there are: ours, and those of other plugins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from datasette.plugins import pm

from .. import hookspecs
from ..errors import ConfigError
from ..sources import following
from ..sources.kinds import SourceKind
from .api.routes import ingest_routes

# Whoever has implemented a hook before it was specified is checked now.
pm.add_hookspecs(hookspecs)


def shipped() -> list[SourceKind]:
    """Log files that are followed, and events that are pushed over HTTP."""
    return [
        SourceKind("files", configure=following.configure),
        SourceKind("http", routes=ingest_routes()),
    ]


def registered() -> dict[str, SourceKind]:
    """Every kind by its name.  Raises ``ConfigError`` when two have the same."""
    kinds: dict[str, SourceKind] = {}
    for several in pm.hook.register_audit_sources():
        for kind in several:
            if kind.name in kinds:
                raise ConfigError(
                    f"two plugins register the source kind {kind.name!r}; uninstall one of them"
                )
            kinds[kind.name] = kind
    return kinds


def routes() -> list[tuple[str, Callable[..., Any]]]:
    """The addresses that events are sent to."""
    return [route for kind in registered().values() for route in kind.routes]
