"""What of a result can be drawn: guessed from its columns' types, or named by a report's query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from ..catalog.types import TrinoType
from ..resources.model import Chart
from ..sql.translate import OutputColumn

MOST_CHOICES = 6
"""How many charts of one result are offered."""

_TIMES = frozenset({"date", "timestamp", "timestamp with time zone"})
_NUMBERS = frozenset({"integer", "bigint", "double", "decimal"})
_NAMES = frozenset({"varchar", "boolean"})


class Mark(str, Enum):
    """How the points are drawn."""

    BARS = "bars"
    LINES = "lines"
    DOTS = "dots"


@dataclass(frozen=True, slots=True)
class Choice:
    """A chart of a result, by the positions of its columns.

    ``y`` is summed up, or ``None`` for the number of rows; ``series`` tells colours apart, or
    ``None`` for one colour.  Dots are drawn one for each row, of two columns of numbers.
    """

    mark: Mark
    x: int
    y: int | None
    series: int | None


def is_time(kind: TrinoType) -> bool:
    """Whether values of that type are moments or days."""
    return kind.base in _TIMES


def choices(columns: Sequence[OutputColumn]) -> tuple[Choice, ...]:
    """The charts of a result with these columns, the likeliest first; none where nothing fits."""
    found = dict.fromkeys([*_over_time(columns), *_by_name(columns), *_dots(columns)])
    return tuple(found)[:MOST_CHOICES]


def named(columns: Sequence[OutputColumn], chart: Chart) -> Choice | None:
    """The chart that a report's query asks for; ``None`` where its columns do not fit."""
    x, y = _position(columns, chart.x), _position(columns, chart.y)
    series = _position(columns, chart.color) if chart.color else None
    if x is None or y is None or (chart.color and series is None):
        return None
    if columns[y].type.base not in _NUMBERS or columns[x].type.base not in _TIMES | _NAMES:
        return None
    return Choice(Mark.BARS, x, y, series)


def _over_time(columns: Sequence[OutputColumn]) -> Iterator[Choice]:
    """By the first moment or day: a number for each name, the number alone, the rows."""
    names = _positions(columns, _NAMES)
    series: list[int | None] = [*names[:1], None]
    for x in _positions(columns, _TIMES)[:1]:
        for y in _amounts(columns):
            for mark in (Mark.BARS, Mark.LINES):
                yield from (Choice(mark, x, y, one) for one in series)


def _by_name(columns: Sequence[OutputColumn]) -> Iterator[Choice]:
    for x in _positions(columns, _NAMES)[:2]:
        for y in _amounts(columns):
            yield Choice(Mark.BARS, x, y, None)


def _dots(columns: Sequence[OutputColumn]) -> Iterator[Choice]:
    numbers = _positions(columns, _NUMBERS)
    names = _positions(columns, _NAMES)
    if len(numbers) >= 2:
        yield Choice(Mark.DOTS, numbers[0], numbers[1], names[0] if names else None)


def _amounts(columns: Sequence[OutputColumn]) -> list[int | None]:
    return [*_positions(columns, _NUMBERS)[:2]] or [None]


def _positions(columns: Sequence[OutputColumn], bases: frozenset[str]) -> list[int]:
    return [at for at, column in enumerate(columns) if column.type.base in bases]


def _position(columns: Sequence[OutputColumn], name: str) -> int | None:
    return next((at for at, column in enumerate(columns) if column.name == name), None)
