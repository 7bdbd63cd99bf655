"""What Datasette shows of its configuration: 1.0 at ``/-/config``, 0.65 at ``/-/metadata``.

To whoever may see the instance, mostly everybody; only values under keys that sound like secrets
are masked.  Who has which roles, and what these open, is not for everybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .versions import IS_V1, PLUGIN_NAME

if TYPE_CHECKING:
    from datasette.app import Datasette

MASK = "***"
"""What stands in place of a value, as in Datasette's own masking."""


def mask_own_configuration(datasette: Datasette) -> None:
    """Mask our part of the configuration, from now on: it has been read."""
    if IS_V1:
        datasette.config = _masked(datasette.config)
    else:
        datasette._metadata_local = _masked(datasette._metadata_local)


def _masked(configuration: dict[str, Any] | None) -> dict[str, Any] | None:
    """The configuration, which may be somebody else's too, with our part of it masked."""
    plugins = (configuration or {}).get("plugins") or {}
    if configuration is None or PLUGIN_NAME not in plugins:
        return configuration
    return {**configuration, "plugins": {**plugins, PLUGIN_NAME: MASK}}
