"""A result as texts for a page: aligned by type, long ones folded, every character seen.

Pure.  What comes out is text, not HTML: the templates escape it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from ...catalog.types import TrinoType
from ...sql.render import Row, value_text
from ...sql.rules import times
from ...sql.translate import OutputColumn
from ...visible import visible

FOLDED = 200
"""Of a text that is longer than this, a page shows so much until it is unfolded."""

LONGEST = 20_000
"""Longest text that is unfolded, in characters; the JSON and CSV have all of it."""

_NUMERIC = frozenset({"integer", "bigint", "double", "decimal"})
_EXACT = frozenset({"integer", "bigint", "decimal"})
# Held as whole numbers in their order, of which the text says nothing.
_COUNTED = frozenset({"interval day to second", "interval year to month"})
_ADDRESSES = frozenset({"ipaddress", "ipprefix"})


class Order(Enum):
    """How the values of a column come one after the other, as a page's script sorts them.

    ``EXACT`` are numbers that no double need be able to hold, of one scale.
    """

    EXACT = "exact"
    DOUBLE = "double"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its name, its Trino type, whether its values are numbers, and their order."""

    name: str
    type: str
    numeric: bool
    order: Order


@dataclass(frozen=True, slots=True)
class Cell:
    """A value: ``None`` for NULL, a text, or the start of one.

    ``whole`` is all of a text of which ``text`` is the start, else ``''``; ``left_out`` counts the
    characters that not even ``whole`` has.  ``key`` is what it is sorted by where that is not the
    text.
    """

    text: str | None
    whole: str = ""
    left_out: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A result for a page, and how many of its rows are left out of it.

    ``cut`` says that there are more rows than those in it, known or not.
    """

    columns: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: int
    cut: bool


def table(
    columns: Sequence[OutputColumn], rows: Sequence[Row], most: int, truncated: bool = False
) -> Table:
    """The first rows of a result, ``most`` at most; ``truncated``: the rows are not all of it."""
    kinds = [column.type for column in columns]
    return Table(
        tuple(
            Heading(
                visible(column.name),
                str(column.type),
                column.type.base in _NUMERIC,
                _order(column.type),
            )
            for column in columns
        ),
        tuple(tuple(_cells(kinds, row)) for row in rows[:most]),
        max(0, len(rows) - most),
        truncated or len(rows) > most,
    )


def _order(kind: TrinoType) -> Order:
    if kind.base == "double":
        return Order.DOUBLE
    counted = kind.base in _EXACT or kind.base in _COUNTED or _is_zoned(kind)
    return Order.EXACT if counted else Order.TEXT


def _is_zoned(kind: TrinoType) -> bool:
    return kind.base == "timestamp with time zone"


def _cells(kinds: Iterable[TrinoType], row: Sequence[Any]) -> Iterable[Cell]:
    for kind, value in zip(kinds, row, strict=True):
        found = cell(value_text(kind, value))
        key = "" if value is None else _key(kind, value)
        yield replace(found, key=key) if key else found


def _key(kind: TrinoType, value: Any) -> str:
    """What a value is sorted by where that is not its text."""
    if kind.base in _COUNTED:
        return str(value)
    if _is_zoned(kind):
        return str(times.unpack(value)[0])
    return value.hex() if kind.base in _ADDRESSES else ""


def cell(text: str | None) -> Cell:
    """A text as a cell has it; line ends stay, other characters that nobody sees are escaped."""
    if text is None:
        return Cell(None)
    if len(text) <= FOLDED:
        return Cell(seen(text))
    return Cell(seen(text[:FOLDED]), seen(text[:LONGEST]), max(0, len(text) - LONGEST))


def seen(text: str) -> str:
    """A text whose every character is seen; line ends stay."""
    return "\n".join(map(visible, text.split("\n")))
