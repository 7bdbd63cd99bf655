"""``datasette audit demo``: a synthetic month in its own database, the report, the web page."""

from __future__ import annotations

import os
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import NoReturn

import click

from .common import DatabaseFile, one_line, principal
from .resources import reading

REPORT = "privileged_access_report"


@click.command()
@click.option(
    "--db",
    type=DatabaseFile(),
    default="audit-demo.db",
    show_default=True,
    help="The demo's own database; one that holds real logs is refused.",
)
@click.option(
    "--days",
    type=click.IntRange(1),
    default=7,
    show_default=True,
    help="How many days the report covers.",
)
@click.option("--serve/--no-serve", default=True, help="Whether to open Datasette afterwards.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8001,
    show_default=True,
    help="Where Datasette listens.",
)
def demo(db: Path, days: int, serve: bool, port: int) -> None:
    """See it work: a synthetic month of events, the Privileged Access Report, Datasette.

    Makes a log of 30 days that end now, clearly not a real one, loads it together with
    328 published sample events, prints the report and serves the database.
    """
    _load(db)
    _print_report(db, days)
    click.echo("Ask your own question:")
    click.echo(
        f"  datasette audit query exec --db {one_line(str(db))} --format table"
        " 'SELECT user, count(*) AS logins FROM user_login GROUP BY user'"
    )
    if serve:
        _serve(db, port)
    else:
        click.echo("See it in Datasette, with a link that signs you in:")
        click.echo(f"  datasette serve {one_line(str(db))} --root")


def _load(db: Path) -> None:
    from ..demo.sources import PREFIX, demo_sources
    from ..errors import StoreError
    from ..load import load
    from ..store.database import open_for_writing
    from ..store.state import read_source_states
    from .load import summary_line

    connection = open_for_writing(db)
    try:
        others = [
            state.location
            for state in read_source_states(connection)
            if not state.location.startswith(PREFIX)
        ]
        if others:
            raise StoreError(
                f"{db} holds events of {others[0]}; the demo never mixes with a real log: "
                "name another file with --db"
            )
        summary = load(connection, demo_sources(datetime.now(timezone.utc)))
    finally:
        connection.close()
    click.echo(f"Demo log loaded into {one_line(str(db))}: {summary_line(summary)}")
    click.echo()


def _print_report(db: Path, days: int) -> None:
    from ..reports.looking import result
    from ..reports.running import Order, run_report
    from ..reports.text import result_text
    from ..resources.model import Kind
    from ..resources.shipped import shipped

    order = Order(shipped()[Kind.SECURITY_REPORT, REPORT], days, None, principal())
    run = run_report(db, order)
    with reading(db) as connection:
        for piece in result_text(*result(connection, db, run.id)):
            click.echo(piece, nl=False)
    click.echo()


def _serve(db: Path, port: int) -> NoReturn:
    """Become Datasette itself over the database; it prints the one-time sign-in link.

    Not a child process: what stops us (SIGTERM, too) has to stop the server.
    """
    click.echo("Open the first link below: it signs you in, once.  Ctrl-C stops.")
    sys.stdout.flush()
    command = [sys.executable, "-m", "datasette", "serve", str(db), "--root", "--port", str(port)]
    os.execv(command[0], command)
