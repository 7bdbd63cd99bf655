"""``datasette audit create``, ``get`` and ``rm``: resources in the documents of ``tctl``.

The commands for one kind of resource (``query``, ``report``) use what is here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..clock import now_ms
from .common import db_option, echo_table, format_option, one_line, principal

if TYPE_CHECKING:
    import sqlite3

    from ..resources.keeping import Change, Kept
    from ..resources.model import Kind, Resource
    from ..store.write import Writer

FORMATS = ("yaml", "json", "text")

_PLURALS = {
    "audit_queries": "audit_query",
    "security_reports": "security_report",
    "roles": "role",
}


@click.command()
@click.argument("files", nargs=-1, type=click.Path(allow_dash=True, path_type=Path))
@click.option(
    "-f", "--file", "more", multiple=True, type=click.Path(allow_dash=True, path_type=Path),
    help="The same as FILES.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Replace resources that exist already.")
@db_option
def create(files: tuple[Path, ...], more: tuple[Path, ...], force: bool, db: Path) -> None:
    """Create resources from YAML or JSON: audit_query, security_report, role.

    A file may hold several documents; - is standard input.  What a Teleport cluster exports
    (tctl get) can be taken as it is.  A document that is there already is left alone.

    \b
    datasette audit create -f role.yaml
    tctl get security_report/night | datasette audit create -
    """
    from ..resources.documents import read_resources

    paths = (*files, *more)
    if not paths:
        raise click.UsageError("name a file with YAML or JSON, or - for standard input")
    # All are read before one is stored: a mistake in the last document stops the first.
    resources = [one for path in paths for one in read_resources(*_text(path))]
    if not resources:
        raise click.ClickException("there is no document in " + ", ".join(map(str, paths)))
    with writing(db) as writer:
        for resource in resources:
            change = store(writer, resource, force=force)
            label = f'{resource.kind.value} "{one_line(resource.name)}"'
            done = {"created": "has been created", "updated": "has been updated"}
            click.echo(f"{label} {done.get(change.value, 'is unchanged')}")
    advise(db, resources)


@click.command()
@click.argument("reference", metavar="KIND[/NAME]")
@db_option
@format_option(*FORMATS)
def get(reference: str, db: Path, output_format: str) -> None:
    """Print a resource, or all of a kind: audit_query, security_report, role.

    The YAML and JSON are what tctl get prints, and what create takes.  Shipped resources are
    among them.
    """
    kind, name = _reference(reference)
    print_kept(find(db, kind, name), kind, output_format)


@click.command()
@click.argument("reference", metavar="KIND/NAME")
@db_option
def rm(reference: str, db: Path) -> None:
    """Delete a resource."""
    kind, name = _reference(reference)
    if name is None:
        raise click.UsageError(f"name one to delete: {kind.value}/NAME")
    remove(db, kind, name)
    click.echo(f'{kind.value} "{one_line(name)}" has been deleted')


@contextmanager
def reading(db: Path) -> Iterator[sqlite3.Connection]:
    """A connection that only reads."""
    from ..store.database import open_for_reading

    connection = open_for_reading(db)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def writing(db: Path) -> Iterator[Writer]:
    """A writer on a database that is made where there is none, as ``load`` makes it."""
    from ..store.database import open_for_writing
    from ..store.write import Writer

    connection = open_for_writing(db)
    try:
        yield Writer(connection)
    finally:
        connection.close()


def store(writer: Writer, resource: Resource, *, force: bool) -> Change:
    """Create a resource; with ``force`` in place of the one that has its name."""
    from ..errors import ResourceExists
    from ..resources.keeping import create_resource, fixed_resources, replace_resource

    if force:
        return replace_resource(writer, resource, fixed_resources(), principal(), now_ms())
    try:
        return create_resource(writer, resource, fixed_resources(), principal(), now_ms())
    except ResourceExists as error:
        raise click.ClickException(one_line(f"{error}; replace it with --force")) from error


def remove(db: Path, kind: Kind, name: str) -> None:
    """Delete a stored resource."""
    from ..resources.keeping import fixed_resources, remove_resource

    with reading(db):  # a database that is not there is not made to find nothing in it
        pass
    with writing(db) as writer:
        remove_resource(writer, kind, name, fixed_resources(), principal(), now_ms())


def find(db: Path, kind: Kind, name: str | None) -> list[Kept]:
    """The resource of that name; without a name all of the kind."""
    from ..resources.keeping import fixed_resources, get_resource, list_resources

    with reading(db) as connection:
        if name is None:
            return list_resources(connection, kind, fixed_resources())
        return [get_resource(connection, kind, name, fixed_resources())]


def print_kept(kept: Sequence[Kept], kind: Kind, output_format: str) -> None:
    """Print resources of one kind as documents or, as ``text``, in a table."""
    from ..resources.writing import resources_json, resources_yaml

    if output_format == "text":
        header, rows = _TABLES[kind.value](kept)
        changed = [[one.origin.value, one.updated_at, one.updated_by] for one in kept]
        table = [[*row, *more] for row, more in zip(rows, changed, strict=True)]
        echo_table([*header, "Origin", "Updated", "By"], table)
        return
    write = resources_yaml if output_format == "yaml" else resources_json
    click.echo(write([one.resource for one in kept]), nl=False)


def advise(db: Path, resources: Sequence[Resource]) -> None:
    """Say on stderr what about these resources may not be what was meant."""
    from ..advice import advice
    from ..store.relations import read_relations

    with reading(db) as connection:
        relations = read_relations(connection)
    for resource in resources:
        for note in advice(resource, relations):
            label = f'{resource.kind.value} "{resource.name}"'
            click.echo(f"Note: {one_line(f'{label}: {note}')}", err=True)


def _text(path: Path) -> tuple[str, str]:
    """What a file is called in errors, and what is in it."""
    from ..errors import ResourceError

    if str(path) == "-":
        return "standard input", sys.stdin.read()
    try:
        return str(path), path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ResourceError(f"{path}: cannot be read: {error}") from error


def _reference(text: str) -> tuple[Kind, str | None]:
    from ..resources.model import Kind

    kind, slash, name = text.partition("/")
    try:
        found = Kind(_PLURALS.get(kind, kind))
    except ValueError:
        known = ", ".join(one.value for one in Kind)
        raise click.UsageError(f"no kind {kind!r}; kinds: {known}") from None
    if slash and not name:
        raise click.UsageError(f"{text!r} lacks the name behind the /")
    return found, name or None


def _query_table(kept: Sequence[Kept]) -> tuple[list[str], list[list[str]]]:
    specs = [one.resource.document["spec"] for one in kept]
    names = [one.resource.name for one in kept]
    rows = [
        [name, spec.get("title", ""), spec["query"], spec.get("description", "")]
        for name, spec in zip(names, specs, strict=True)
    ]
    return ["Name", "Title", "Query", "Description"], rows


def _report_table(kept: Sequence[Kept]) -> tuple[list[str], list[list[str]]]:
    rows = []
    for one in kept:
        spec = one.resource.document["spec"]
        queries = ", ".join(query.get("name", "") for query in spec["audit_queries"])
        rows.append([one.resource.name, spec.get("title", ""), queries, spec.get("desc", "")])
    return ["Name", "Title", "Audit Queries", "Description"], rows


def _role_table(kept: Sequence[Kept]) -> tuple[list[str], list[list[str]]]:
    rows = []
    for one in kept:
        spec = one.resource.document["spec"]
        sides = [(spec.get(side) or {}).get("rules") or [] for side in ("allow", "deny")]
        rows.append([one.resource.name, *map(_rules_text, sides)])
    return ["Role", "Access to resources", "Denied"], rows


def _rules_text(rules: Sequence[dict[str, list[str]]]) -> str:
    """Rules in one line, in tctl's way: ``security_report,audit_query:list,read,use``."""
    return "; ".join(f"{','.join(rule['resources'])}:{','.join(rule['verbs'])}" for rule in rules)


_TABLES = {
    "audit_query": _query_table,
    "security_report": _report_table,
    "role": _role_table,
}
