"""The command line: ``datasette audit``, one file a command.

The modules of this package import click and nothing heavy at their top, because every
``datasette`` command imports them; what a command needs it imports when it runs.
"""

from __future__ import annotations

import click

from .common import AuditGroup
from .demo import demo
from .export import export
from .load import load
from .prune import prune
from .query import query
from .rejects import rejects
from .report import report
from .resources import create, get, rm
from .schema import schema
from .status import status


@click.group(cls=AuditGroup)
def audit() -> None:
    """Load an audit log into SQLite and query it with Trino SQL.

    The commands work on one database: --db, or $DATASETTE_AUDIT_DB, or audit.db.
    """


for command in (load, query, report, schema, create, get, rm, export, rejects, status, prune, demo):
    audit.add_command(command)


def register(cli: click.Group) -> None:
    """Add ``audit`` to Datasette's own command line."""
    cli.add_command(audit)
