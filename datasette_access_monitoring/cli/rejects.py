"""``datasette audit rejects``: the lines that are no events, why, and trying them again."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .common import db_option, echo_json_array, echo_table, format_option

if TYPE_CHECKING:
    from ..store.state import RejectState

SHOWN_BYTES, SHOWN_REJECTS = 80, 1_000
"""How much of a line, and how many, the table shows; the JSON has all of them."""


@click.command()
@db_option
@click.option("--retry", is_flag=True, help="Read the rejected lines again, e.g. after an upgrade.")
@format_option("table", "json")
def rejects(db: Path, retry: bool, output_format: str) -> None:
    """List the lines that could not be read as events, whole, with place and reason."""
    if retry:
        _retry(db)
        return
    from ..store.database import open_for_reading
    from ..store.state import count_rejects, read_rejects

    connection = open_for_reading(db)
    try:
        if output_format == "json":
            echo_json_array(map(_as_json, read_rejects(connection)))
        else:
            _echo_table(read_rejects(connection), sum(count_rejects(connection).values()))
    finally:
        connection.close()


def _echo_table(found: Iterator[RejectState], count: int) -> None:
    if not count:
        click.echo("No rejects.")
        return
    rows = [
        [
            f"{reject.location}:{reject.number}",
            reject.reason,
            reject.detail,
            reject.line[:SHOWN_BYTES].decode("utf-8", "backslashreplace"),
        ]
        for reject in islice(found, SHOWN_REJECTS)
    ]
    echo_table(["Line", "Reason", "Detail", "Begins"], rows)
    if count > len(rows):
        click.echo(f"... and {count - len(rows):,} more; --format json prints all", err=True)


def _retry(db: Path) -> None:
    from ..load import retry_rejects
    from ..store.database import open_for_writing

    connection = open_for_writing(db)
    try:
        taken, left = retry_rejects(connection)
    finally:
        connection.close()
    click.echo(f"{taken:,} loaded, {left:,} still rejected")


def _as_json(reject: RejectState) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "location": reject.location,
        "line_number": reject.number,
        "offset": reject.offset,
        "reason": reject.reason,
        "detail": reject.detail,
        "rejected_at": reject.rejected_at,
    }
    try:
        shown["line"] = reject.line.decode()
    except UnicodeDecodeError:
        shown["line_base64"] = base64.b64encode(reject.line).decode()
    return shown
