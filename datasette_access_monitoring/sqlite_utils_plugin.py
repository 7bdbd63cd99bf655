"""The same for sqlite-utils: every hook of its that we implement, and no more.

Work is imported where it is done, as in the package's own ``__init__``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pluggy import HookimplMarker

if TYPE_CHECKING:
    import sqlite3

    from click import Group

hookimpl = HookimplMarker("sqlite_utils")


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """For every new connection: add Trino's functions for plain SQL."""
    from .sql.sqlite_functions import register_plain

    register_plain(conn)


@hookimpl
def register_commands(cli: Group) -> None:
    """When the command line is built: add ``sqlite-utils load-audit-events``."""
    from .cli.load import sqlite_utils_command

    cli.add_command(sqlite_utils_command)
