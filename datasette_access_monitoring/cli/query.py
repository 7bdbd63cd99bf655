"""``datasette audit query``: Trino SQL over the audit log."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .common import as_of_option, db_option, format_option, principal
from .recording import recorder
from .resources import FORMATS, advise, find, print_kept, remove, store, writing


@click.group()
def query() -> None:
    """Run audit queries; save them, show them, delete them."""


@query.command("exec")
@click.argument("sql", required=False)
@db_option
@click.option(
    "--days",
    type=click.IntRange(1),
    default=7,
    show_default=True,
    help="How many days back from now the query sees.",
)
@as_of_option
@format_option("json", "yaml", "csv", "table", "typed-json")
@click.option("--sqlite", is_flag=True, help="Print the SQLite translation, run nothing.")
def exec_(
    sql: str | None, db: Path, days: int, as_of_ms: int | None, output_format: str, sqlite: bool
) -> None:
    """Run a Trino SQL query, given as argument or on standard input.

    The JSON is what tctl audit query exec prints; typed-json keeps the types of values.

    \b
    datasette audit query exec 'SELECT event_time, user FROM user_login LIMIT 5'
    datasette audit query exec --days 30 --format table < query.sql
    """
    from ..asking import Question, ask, sqlite_of
    from ..engine import Engine
    from ..sql.render import render
    from ..sql.typed_json import typed_json

    question = Question(_query_text(sql), days, as_of_ms)
    with Engine.open(db) as engine:
        if sqlite:
            click.echo(sqlite_of(engine, question))
            return
        result = ask(engine, question, principal(), recorder(db))
    if output_format == "typed-json":
        click.echo(typed_json(result.columns, result.rows), nl=False)
    else:
        click.echo(render(output_format, result.columns, result.rows), nl=False)
    if result.truncated:
        click.echo(f"Note: only the first {len(result.rows):,} rows are shown", err=True)


@query.command("create")
@click.argument("sql", required=False)
@click.option("--name", required=True, help="What to call it.")
@click.option("--title", default="", help="A title, for lists and pages.")
@click.option("--description", default="", help="What it finds.")
@click.option("--force", is_flag=True, help="Replace the query of that name.")
@db_option
def create(sql: str | None, name: str, title: str, description: str, force: bool, db: Path) -> None:
    """Save a query, given as argument or on standard input."""
    from ..resources.documents import query_resource
    from ..resources.model import AuditQuery

    resource = query_resource(AuditQuery(name, title, description, "", None, _query_text(sql)))
    with writing(db) as writer:
        store(writer, resource, force=force)
    advise(db, [resource])


@query.command("get")
@click.argument("name")
@db_option
@format_option(*FORMATS)
def get(name: str, db: Path, output_format: str) -> None:
    """Show a saved query."""
    from ..resources.model import Kind

    print_kept(find(db, Kind.AUDIT_QUERY, name), Kind.AUDIT_QUERY, output_format)


@query.command("ls")
@db_option
@format_option(*FORMATS)
def ls(db: Path, output_format: str) -> None:
    """List the saved queries."""
    from ..resources.model import Kind

    print_kept(find(db, Kind.AUDIT_QUERY, None), Kind.AUDIT_QUERY, output_format)


@query.command("rm")
@click.argument("name")
@db_option
def rm(name: str, db: Path) -> None:
    """Delete a saved query."""
    from ..resources.model import Kind

    remove(db, Kind.AUDIT_QUERY, name)


def _query_text(sql: str | None) -> str:
    if sql is not None and sql != "-":
        return sql
    if sql is None and sys.stdin.isatty():
        raise click.UsageError("give a query as argument or on standard input")
    return sys.stdin.read()
