"""A report's result for a terminal: each section with its title, table and suggestion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..events.times import rfc3339
from ..sql.render import table
from ..visible import visible
from .model import Run, Section


def result_text(run: Run, sections: Sequence[Section]) -> Iterator[str]:
    """The result in pieces, in order; nothing in them can fool a terminal."""
    days = run.key.days
    title = visible(run.report.title or run.report.name)
    # As of now is what a reader takes for granted.
    when = "" if run.key.as_of_ms is None else f" as of {rfc3339(run.key.as_of_ms)}"
    yield _heading(f"{title}, last {days} day{'s' if days != 1 else ''}{when}", "=")
    for section in sections:
        yield "\n"
        yield _heading(visible(section.query.title or section.query.name), "-")
        yield from _found(section)
        if section.query.suggestion:
            yield f"Suggestion: {visible(section.query.suggestion)}\n"


def _found(section: Section) -> Iterator[str]:
    if section.error:
        yield f"Failed: {visible(section.error)}\n"
    elif not section.rows:
        yield "Nothing found.\n"
    else:
        yield table(section.columns, section.rows)
        if section.truncated:
            yield f"Only the first {len(section.rows):,} rows are kept.\n"


def _heading(text: str, line: str) -> str:
    return f"{text}\n{line * len(text)}\n"
