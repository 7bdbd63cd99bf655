"""The views of an audit database, kept equal to what the catalog and the seen keys say.

Views hold no data.  Whenever the text of one is not what it should be, it is dropped
and made again.  The texts come from ``layout`` and ``other_types``.
"""

from __future__ import annotations

import sqlite3

from ..catalog import load_catalog
from .layout import SPANNING_VIEW, create_events_view, create_spanning_view, create_view, quote
from .transaction import transaction


def refresh_views(connection: sqlite3.Connection) -> None:
    """Make the documented views and the ones over all events what this release says."""
    views = load_catalog().views
    wanted = {name: create_view(view) for name, view in views.items()}
    wanted[SPANNING_VIEW] = create_spanning_view(views.values())
    wanted["events"] = create_events_view()
    stored = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'"))
    stale = {name: sql for name, sql in wanted.items() if stored.get(name) != sql}
    if stale:
        with transaction(connection):
            for name, sql in stale.items():
                replace_view(connection, name, sql)


def replace_view(connection: sqlite3.Connection, name: str, sql: str) -> None:
    """Make one view, dropping one of that name; runs in the caller's transaction."""
    connection.execute(f"DROP VIEW IF EXISTS {quote(name)}")
    connection.execute(sql)
