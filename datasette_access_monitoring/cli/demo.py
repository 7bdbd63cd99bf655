"""``datasette audit demo``: a synthetic month in its own database, the report, the web page."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import DatabaseFile, now_ms, one_line

if TYPE_CHECKING:
    import sqlite3

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
    from ..store.database import open_for_reading

    _load(db)
    connection = open_for_reading(db)
    try:
        _print_report(connection, days)
    finally:
        connection.close()
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


def _print_report(connection: sqlite3.Connection, days: int) -> None:
    from ..engine import Engine
    from ..resources.canned import canned_reports
    from ..sql.render import render
    from ..sql.translate import translate
    from ..sql.window import Window
    from ..store.relations import read_relations

    (report,) = (report for report in canned_reports() if report.name == REPORT)
    relations, moment = read_relations(connection), now_ms()
    title = f"{report.title}, last {days} days"
    click.echo(f"{title}\n{'=' * len(title)}")
    for query in report.queries:
        click.echo()
        click.echo(f"{query.title}\n{'-' * len(query.title)}")
        translation = translate(query.query, relations)
        result = Engine(connection).run(translation, Window.last_days(days, moment), moment)
        if result.rows:
            click.echo(render("table", result.columns, result.rows), nl=False)
        else:
            click.echo("Nothing found.")
        click.echo(f"Suggestion: {one_line(query.suggestion)}")
    click.echo()


def _serve(db: Path, port: int) -> None:
    """Serve the database with Datasette itself, which prints the one-time sign-in link."""
    click.echo("Open the first link below: it signs you in, once.  Ctrl-C stops.")
    sys.stdout.flush()
    command = [sys.executable, "-m", "datasette", "serve", str(db), "--root", "--port", str(port)]
    try:
        raise SystemExit(subprocess.run(command, check=False).returncode)
    except KeyboardInterrupt:
        raise SystemExit(0) from None
