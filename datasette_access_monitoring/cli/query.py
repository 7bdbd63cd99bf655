"""``datasette audit query``: Trino SQL over the audit log."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .common import as_of_option, db_option, format_option, now_ms


@click.group()
def query() -> None:
    """Run audit queries."""


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
    from ..engine import Engine, parameter_values
    from ..sql.render import render
    from ..sql.translate import translate
    from ..sql.typed_json import typed_json
    from ..sql.window import Window

    text = _query_text(sql)
    moment = now_ms() if as_of_ms is None else as_of_ms
    window = Window.last_days(days, moment)
    with Engine.open(db) as engine:
        translation = translate(text, engine.relations())
        if sqlite:
            values = parameter_values(window, moment)
            click.echo(translation.with_parameters({k: str(v) for k, v in values.items()}))
            return
        result = engine.run(translation, window, moment)
    if output_format == "typed-json":
        click.echo(typed_json(result.columns, result.rows), nl=False)
    else:
        click.echo(render(output_format, result.columns, result.rows), nl=False)
    if result.truncated:
        click.echo(f"Note: only the first {len(result.rows):,} rows are shown", err=True)


def _query_text(sql: str | None) -> str:
    if sql is not None and sql != "-":
        return sql
    if sql is None and sys.stdin.isatty():
        raise click.UsageError("give a query as argument or on standard input")
    return sys.stdin.read()
