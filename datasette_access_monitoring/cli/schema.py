"""``datasette audit schema``: the views and their columns, with types and descriptions."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .common import db_option, echo_json, echo_table, format_option, one_line

if TYPE_CHECKING:
    from ..sql.relation import Relation, RelationColumn


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
    views = _documented()
    if db.exists():
        relations, events = _of_database(db)
        views.update(_seen(relations, events))
        if with_further:
            _add_further(views, relations)
    if view is not None:
        views = {view: _named(view, views)}
    if output_format == "table":
        _echo_tables(list(views.values()))
    elif output_format == "json":
        echo_json({"views": list(views.values())})
    else:
        import yaml

        click.echo(yaml.safe_dump({"views": list(views.values())}, sort_keys=False), nl=False)


def _named(view: str, views: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The view of that name, or of that event type's; names ignore case, as in SQL."""
    from ..catalog import view_name

    by_lower = {name.lower(): description for name, description in views.items()}
    name = view_name(view).lower()
    if name in by_lower:
        return by_lower[name]
    close = difflib.get_close_matches(name, by_lower, 1)
    hint = f"; did you mean {close[0]}?" if close else "; see: datasette audit schema"
    raise click.ClickException(one_line(f'no view "{view}"{hint}'))


def _documented() -> dict[str, dict[str, Any]]:
    """The catalog in the shape of Teleport's ``GetSchema`` answer, by view name."""
    from ..catalog import load_catalog

    return {
        view.name: {
            "name": view.name,
            "desc": view.description,
            "columns": [
                {"name": column.name, "type": str(column.type), "desc": column.description}
                for column in view.columns
            ],
        }
        for view in load_catalog().views.values()
    }


def _of_database(db: Path) -> tuple[Mapping[str, Relation], dict[str | None, str]]:
    """The views of a database, and the event type of each."""
    from ..store.database import open_for_reading
    from ..store.relations import read_relations
    from ..store.state import read_type_states

    connection = open_for_reading(db)
    try:
        events = {state.view: state.event for state in read_type_states(connection)}
        return read_relations(connection), events
    finally:
        connection.close()


def _seen(
    relations: Mapping[str, Relation], events: Mapping[str | None, str]
) -> dict[str, dict[str, Any]]:
    """The views that only this database has: undocumented types, and ``events`` over all."""
    from ..catalog import load_catalog

    documented = load_catalog().views
    return {
        name: {
            "name": name,
            "desc": "Every event of every type."
            if name == "events"
            else f"Events of type {events.get(name, '?')}, by the keys seen so far.",
            "columns": _described(relation.columns),
        }
        for name, relation in sorted(relations.items())
        if name not in documented
    }


def _add_further(views: dict[str, dict[str, Any]], relations: Mapping[str, Relation]) -> None:
    """Put the columns that only their names reach behind the others of their view."""
    for name, relation in relations.items():
        views[name]["columns"] += _described(relation.further)


def _described(columns: Iterable[RelationColumn]) -> list[dict[str, str]]:
    from ..catalog import load_catalog

    words = {**load_catalog().descriptions, "event_data": "The whole event, as JSON text."}
    return [
        {"name": column.name, "type": str(column.type), "desc": words.get(column.name, "")}
        for column in columns
    ]


def _echo_tables(views: list[dict[str, Any]]) -> None:
    from ..visible import visible

    for view in views:
        click.echo(f"{visible(view['name'])}: {visible(view['desc'])}")
        echo_table(
            ["Name", "Type", "Description"],
            [[column["name"], column["type"], column["desc"]] for column in view["columns"]],
        )
        click.echo()
