"""Who may do what, as pure decisions; how Datasette asks and is answered is elsewhere.

For Datasette's own actions there is one rule until roles exist: an audit database, and
everything inside it, is for root alone.  Such a rule only narrows: the answer is "no" or
no opinion at all, never "yes".  A "yes" of ours would overrule what the operator closed on
one Datasette version and not on the other.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

REASON = "an audit database is for root only"
"""Why, for Datasette's permission pages."""


def closed_databases(audit_databases: Collection[str], *, is_root: bool) -> frozenset[str]:
    """Which databases are closed to an actor, given all audit databases by name.

    To close a database is to close it whole: its pages, tables, views, rows, queries, its
    SQL, its download, writing to it, whatever action is asked about.
    """
    return frozenset() if is_root else frozenset(audit_databases)


def verdict(databases: Collection[str], closed: Collection[str]) -> Literal[False] | None:
    """The answer about a thing in one of ``databases``: ``False``, or ``None`` for no opinion.

    A thing in no database, such as the whole instance, is closed by no rule here.
    """
    return False if any(database in closed for database in databases) else None
