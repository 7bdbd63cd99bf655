"""``datasette audit schema``: the views and their columns, with types and descriptions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .common import db_option, echo_json, echo_table, format_option
from .resources import reading

if TYPE_CHECKING:
    from ..schema import Views


@click.command()
@click.argument("view", required=False)
@db_option
@click.option(
    "--all",
    "with_further",
    is_flag=True,
    help="Also the columns that SELECT * leaves out: undocumented keys, label maps.",
)
@format_option("table", "json", "yaml")
def schema(view: str | None, db: Path, with_further: bool, output_format: str) -> None:
    """Show the views that queries can read, or the columns of one VIEW.

    Event types that are not documented have a view once the database holds an event of
    them, with the keys seen so far as columns.
    """
    from ..schema import find_view

    views = _views(db, with_further)
    shown = list(views.values()) if view is None else [find_view(view, views)]
    if output_format == "table":
        _echo_tables(shown)
    elif output_format == "json":
        echo_json({"views": shown})
    else:
        import yaml

        click.echo(yaml.safe_dump({"views": shown}, sort_keys=False), nl=False)


def _views(db: Path, with_further: bool) -> Views:
    from ..schema import documented_views, views_of, views_with_further_columns

    if not db.exists():
        return documented_views()
    with reading(db) as connection:
        return views_with_further_columns(connection) if with_further else views_of(connection)


def _echo_tables(views: list[dict[str, Any]]) -> None:
    from ..visible import visible

    for view in views:
        click.echo(f"{visible(view['name'])}: {visible(view['desc'])}")
        echo_table(
            ["Name", "Type", "Description"],
            [[column["name"], column["type"], column["desc"]] for column in view["columns"]],
        )
        click.echo()
