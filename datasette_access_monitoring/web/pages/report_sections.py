"""What a run's sections found, as a page or a file shows it: charts, tables, what has changed.

Pure.  What comes out is text, not HTML: the templates escape it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...charts.choosing import choices, named
from ...charts.drawing import Drawing, drawing
from ...reports.changes import Change, Changes, Comparison, NotCompared
from ...reports.model import Run, Section
from ...sql.window import Window
from .cells import Cell, Table, cell, table

SHOWN_CHANGES = 20
"""How many of those who are new, gone, up or down are named."""


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One of those who are new, gone, up or down, and its count then and now."""

    who: Cell
    before: int | None
    now: int | None


@dataclass(frozen=True, slots=True)
class Moved:
    """Those who moved one way, by a word for it, and how many of them are not named."""

    word: str
    shown: tuple[ShownChange, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Found:
    """A section with its rows as a table, and what changed in it.

    ``drawing`` is its chart, ``None`` where its columns do not fit one or it found nothing;
    ``not_compared`` says why ``changes`` is ``None`` though there is an earlier run.
    """

    section: Section
    table: Table
    drawing: Drawing | None
    changes: Changes | None
    moved: tuple[Moved, ...]
    not_compared: str


def found(
    run: Run, sections: Sequence[Section], comparison: Comparison | None, most_rows: int
) -> list[Found]:
    """The sections of a run, ``most_rows`` of each in its table."""
    compared: Sequence[Changes | NotCompared | None] = (
        [None] * len(sections) if comparison is None else comparison.sections
    )
    return [
        _found(run, section, one, most_rows)
        for section, one in zip(sections, compared, strict=True)
    ]


def _found(
    run: Run, section: Section, compared: Changes | NotCompared | None, most_rows: int
) -> Found:
    shown = table(section.columns, section.rows, most_rows, section.truncated)
    drawn = _drawing(run, section)
    if not isinstance(compared, Changes):
        reason = "" if compared is None else compared.reason
        return Found(section, shown, drawn, None, (), reason)
    lists = (
        ("new", compared.new),
        ("gone", compared.gone),
        ("up", compared.up),
        ("down", compared.down),
    )
    moved = tuple(_moved(word, some) for word, some in lists if some)
    return Found(section, shown, drawn, compared, moved, "")


def _drawing(run: Run, section: Section) -> Drawing | None:
    """The chart of a section, over all days of its run: what it asks for, or what fits best."""
    asked = section.query.chart
    choice = None if asked is None else named(section.columns, asked)
    if choice is None:
        choice = next(iter(choices(section.columns)), None)
    if choice is None:
        return None
    window = Window.last_days(run.key.days, run.moment_ms)
    return drawing(section.columns, section.rows, choice, window)


def _moved(word: str, some: Sequence[Change]) -> Moved:
    shown = tuple(ShownChange(cell(one.who), one.before, one.now) for one in some[:SHOWN_CHANGES])
    return Moved(word, shown, max(0, len(some) - SHOWN_CHANGES))
