"""``datasette audit report``: list reports, run them, see their state, results and history."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .common import as_of_option, db_option, echo_table, format_option, one_line, principal
from .resources import FORMATS, find, print_kept, reading

if TYPE_CHECKING:
    from ..reports.model import Run, Section
    from ..reports.running import Progress
    from ..resources.model import AuditQuery, Resource
    from ..store.report_runs import RunKey

_LONGEST_START = 60.0
"""Seconds that a run in the background may take to begin."""


@click.group()
def report() -> None:
    """Security reports: list them, run them, see what they found."""


def days_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--days``, how far back the report looks."""
    return click.option(
        "--days",
        type=click.IntRange(1),
        default=7,
        show_default=True,
        help="How many days back the report looks.",
    )(command)


@report.command("ls")
@db_option
@format_option(*FORMATS)
def ls(db: Path, output_format: str) -> None:
    """List the reports."""
    from ..resources.model import Kind

    print_kept(find(db, Kind.SECURITY_REPORT, None), Kind.SECURITY_REPORT, output_format)


@report.command("run")
@click.argument("name")
@db_option
@days_option
@as_of_option
@click.option("--wait/--no-wait", default=True, help="Whether to wait for the end of the run.")
def run(name: str, db: Path, days: int, as_of_ms: int | None, wait: bool) -> None:
    """Run a report and keep what it finds, for get.

    A run of the same report, days and --as-of that is under way is waited for instead.  Ends
    with exit code 1 when a section, or all of it, failed.
    """
    resource = _report(db, name)
    if not wait:
        _start(db, _key(resource, days, as_of_ms))
        return
    from ..reports.model import Status
    from ..reports.running import Order, run_report

    order = Order(resource, days, as_of_ms, principal())
    with _progress_bar(resource) as bar:
        ended = run_report(db, order, _progress(bar))
    if ended.status is not Status.READY:
        raise click.ClickException(one_line(f"report {name!r} failed: {ended.error}"))


@report.command("state")
@click.argument("name")
@db_option
@days_option
@as_of_option
@format_option(*FORMATS)
def state(name: str, db: Path, days: int, as_of_ms: int | None, output_format: str) -> None:
    """Show whether the newest run is RUNNING, READY or FAILED."""
    from ..reports.documents import state_document
    from ..reports.looking import newest_run
    from ..resources.writing import json_text, yaml_text

    resource = _report(db, name)
    with reading(db) as connection:
        newest = newest_run(connection, db, _key(resource, days, as_of_ms))
    if output_format == "text":
        _echo_runs([newest])
    else:
        write = yaml_text if output_format == "yaml" else json_text
        click.echo(write(state_document(newest)), nl=False)


@report.command("get")
@click.argument("name")
@db_option
@days_option
@as_of_option
@click.option("--run", "run_id", type=int, help="A run of the past, by its number in history.")
@click.option("--query", "query_name", help="Only this query of the report; CSV needs it.")
@format_option(*FORMATS, "csv")
def get(
    name: str,
    db: Path,
    days: int,
    as_of_ms: int | None,
    run_id: int | None,
    query_name: str | None,
    output_format: str,
) -> None:
    """Print what the newest run found; see run and history.

    The YAML and JSON are what tctl audit report get prints, every value a text.
    """
    from ..reports.documents import result_document
    from ..reports.text import result_text
    from ..resources.writing import json_text, yaml_text
    from ..sql.render import csv_text

    seen, sections = _result(db, _key(_report(db, name), days, as_of_ms), run_id)
    if query_name is not None:
        sections = [one for one in sections if one.query.name == query_name]
        if not sections:
            raise click.ClickException(one_line(f"the result has no query {query_name!r}"))
    if output_format == "csv":
        if len(sections) != 1:
            names = ", ".join(one.query.name for one in sections)
            raise click.UsageError(f"CSV holds one table; name its query with --query: {names}")
        click.echo(csv_text(sections[0].columns, sections[0].rows), nl=False)
    elif output_format == "text":
        for piece in result_text(seen, sections):
            click.echo(piece, nl=False)
    else:
        write = yaml_text if output_format == "yaml" else json_text
        click.echo(write(result_document(seen, sections)), nl=False)
    for section in sections:
        if section.error:
            fault = one_line(f"{section.query.name} failed: {section.error}")
            click.echo(f"Note: {fault}", err=True)


@report.command("history")
@click.argument("name")
@db_option
@format_option("text", "yaml", "json")
def history_(name: str, db: Path, output_format: str) -> None:
    """List the runs of a report that are kept, newest first."""
    from ..reports.documents import run_document
    from ..reports.looking import history
    from ..resources.writing import json_text, yaml_text
    from ..store.report_runs import KEPT_RUNS

    resource = _report(db, name)
    with reading(db) as connection:
        runs = history(connection, db, resource.name, limit=KEPT_RUNS + 1)
    if output_format == "text":
        _echo_runs(runs)
        return
    write = yaml_text if output_format == "yaml" else json_text
    click.echo(write({"runs": [run_document(one) for one in runs]}), nl=False)


def _report(db: Path, name: str) -> Resource:
    from ..resources.model import Kind

    (kept,) = find(db, Kind.SECURITY_REPORT, name)
    return kept.resource


def _key(resource: Resource, days: int, as_of_ms: int | None) -> RunKey:
    from ..store.report_runs import RunKey

    return RunKey(resource.name, days, as_of_ms)


def _result(db: Path, key: RunKey, run_id: int | None) -> tuple[Run, list[Section]]:
    """The result that is asked for; a run that ended without one is told on stderr."""
    from ..errors import NoSuchRun
    from ..reports.looking import newest_result, newest_run, result

    with reading(db) as connection:
        if run_id is not None:
            seen, sections = result(connection, db, run_id)
            if seen.key.report != key.report:
                raise NoSuchRun(f"run {run_id} is one of report {seen.key.report!r}")
            return seen, sections
        try:
            seen, sections = newest_result(connection, db, key)
        except NoSuchRun as error:
            raise NoSuchRun(
                f"{error}; make one with: datasette audit report run {key.report} --days {key.days}"
            ) from error
        newest = newest_run(connection, db, key)
    if newest.id != seen.id:
        state = f"is {newest.status.value}" + (f": {newest.error}" if newest.error else "")
        click.echo(f"Note: a newer run {one_line(state)}; this is run {seen.id}", err=True)
    return seen, sections


def _echo_runs(runs: Sequence[Run]) -> None:
    from ..events.times import rfc3339

    echo_table(
        ["Run", "Days", "As of", "Status", "Updated", "Started by", "Milliseconds", "Error"],
        [
            [
                str(one.id),
                str(one.key.days),
                rfc3339(one.moment_ms),
                one.status.value,
                rfc3339(one.updated_at_ms),
                one.started_by,
                f"{one.milliseconds:,.0f}",
                one.error,
            ]
            for one in runs
        ],
    )


def _start(db: Path, key: RunKey) -> None:
    """Start a run in a process of its own and return once it has begun, or has ended.

    Nothing is started where the same run is under way.
    """
    from ..events.times import rfc3339
    from ..reports.model import Status

    newest = _newest(db, key)
    if newest is not None and newest.status is Status.RUNNING:
        return
    before = 0 if newest is None else newest.id
    as_of = [] if key.as_of_ms is None else ["--as-of", rfc3339(key.as_of_ms)]
    words = ["--db", str(db), "--days", str(key.days), *as_of, "--", key.report]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "datasette", "audit", "report", "run", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,  # closing the terminal does not end it
        )
        deadline = time.monotonic() + _LONGEST_START
        while time.monotonic() < deadline:
            has_ended = process.poll() is not None
            newest = _newest(db, key)
            if newest is not None and newest.id > before:
                return
            if has_ended:
                errors.seek(0)
                said = errors.read().decode(errors="replace").removeprefix("Error: ")
                raise click.ClickException(one_line(said))
            time.sleep(0.05)
        process.kill()
    raise click.ClickException(f"the run did not begin within {_LONGEST_START:g} seconds")


def _newest(db: Path, key: RunKey) -> Run | None:
    from ..errors import NoSuchRun
    from ..reports.looking import newest_run

    with reading(db) as connection:
        try:
            return newest_run(connection, db, key)
        except NoSuchRun:
            return None


def _progress_bar(resource: Resource) -> Any:
    if not sys.stderr.isatty():
        return nullcontext()
    queries = resource.document["spec"]["audit_queries"]
    return click.progressbar(
        length=len(queries), label="Running", file=sys.stderr, item_show_func=_shown
    )


def _shown(query: AuditQuery | None) -> str | None:
    return None if query is None else one_line(query.title or query.name)


def _progress(bar: Any) -> Progress | None:
    """Turn "so many sections are done, this one comes next" into steps of a bar."""
    if bar is None:
        return None

    def advance(done: int, query: AuditQuery | None) -> None:
        bar.update(done - bar.pos, query)

    return advance
