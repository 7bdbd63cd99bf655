"""A result as texts for a page: aligned by type, long ones folded, every character seen.

Pure.  What comes out is text, not HTML: the templates escape it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ...catalog.types import TrinoType
from ...sql.render import Row, value_text
from ...sql.translate import OutputColumn
from ...visible import visible

FOLDED = 200
"""Of a text that is longer than this, a page shows so much until it is unfolded."""

LONGEST = 20_000
"""Longest text that is unfolded, in characters; the JSON and CSV have all of it."""

_NUMERIC = frozenset({"integer", "bigint", "double", "decimal"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its name, its Trino type, and whether its values are numbers."""

    name: str
    type: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A value: ``None`` for NULL, a text, or the start of one.

    ``whole`` is all of a text of which ``text`` is the start, else ``''``; ``left_out`` counts the
    characters that not even ``whole`` has.
    """

    text: str | None
    whole: str = ""
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A result for a page, and how many of its rows are left out of it."""

    columns: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: int


def table(columns: Sequence[OutputColumn], rows: Sequence[Row], most: int) -> Table:
    """The first rows of a result, ``most`` at most."""
    kinds = [column.type for column in columns]
    return Table(
        tuple(
            Heading(visible(column.name), str(column.type), column.type.base in _NUMERIC)
            for column in columns
        ),
        tuple(tuple(_cells(kinds, row)) for row in rows[:most]),
        max(0, len(rows) - most),
    )


def _cells(kinds: Iterable[TrinoType], row: Sequence[Any]) -> Iterable[Cell]:
    return (cell(value_text(kind, value)) for kind, value in zip(kinds, row, strict=True))


def cell(text: str | None) -> Cell:
    """A text as a cell has it; line ends stay, other characters that nobody sees are escaped."""
    if text is None:
        return Cell(None)
    if len(text) <= FOLDED:
        return Cell(_seen(text))
    return Cell(_seen(text[:FOLDED]), _seen(text[:LONGEST]), max(0, len(text) - LONGEST))


def _seen(text: str) -> str:
    return "\n".join(map(visible, text.split("\n")))
