"""The plugin's configuration as the operator gave it to Datasette, read once an instance."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from ..compat.versions import PLUGIN_NAME
from ..config import Configuration, read_configuration
from ..resources.keeping import Fixed, fixed_resources

if TYPE_CHECKING:
    from datasette.app import Datasette

_read: WeakKeyDictionary[Datasette, tuple[Configuration, Fixed]] = WeakKeyDictionary()


def configuration(datasette: Datasette) -> Configuration:
    """What the operator configured.  Raises ``ConfigError`` with the key that is wrong."""
    return _once(datasette)[0]


def fixed(datasette: Datasette) -> Fixed:
    """The resources that ship, and the roles that the operator configured."""
    return _once(datasette)[1]


def _once(datasette: Datasette) -> tuple[Configuration, Fixed]:
    held = _read.get(datasette)
    if held is None:
        source = f"plugins.{PLUGIN_NAME}"
        read = read_configuration(source, datasette.plugin_config(PLUGIN_NAME))
        held = _read[datasette] = (read, fixed_resources(read.roles))
    return held
