"""What happens before the first request: checks that stop a server, and what it must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasette.utils import StartupError

from ..compat.shown_configuration import mask_own_configuration
from ..compat.versions import check_version
from ..errors import ConfigError, StoreError
from . import collecting
from .canned_queries import publish
from .configuration import configuration

if TYPE_CHECKING:
    from datasette.app import Datasette


async def start(datasette: Datasette) -> None:
    """Refuse a Datasette that is too old and a wrong configuration; publish our queries.

    What is to be collected while the server runs is made ready.

    Our configuration is read here, once, and masked on Datasette's pages.
    """
    check_version()
    try:
        configuration(datasette)
    except ConfigError as error:
        raise StartupError(str(error)) from error
    mask_own_configuration(datasette)
    try:
        await collecting.prepare(datasette)
    except (ConfigError, StoreError) as error:
        raise StartupError(str(error)) from error
    await publish(datasette)
