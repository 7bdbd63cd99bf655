"""What a run's sections found that an earlier run's did not: who is new, gone, up, down.

Pure.  A section is compared by the column that says who: ``user``, and where there is none the
column that its chart tells series apart by.  How much each of them did is the sum of the
column ``count``, or, where there is none, the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..sql.render import value_text
from ..sql.translate import OutputColumn
from .model import Run, Section

_WHO = ("user", "identity_user", "user_name")
_HOW_MUCH = "count"
# Others have fractions, which add up differently in another order.
_WHOLE = frozenset({"tinyint", "smallint", "integer", "bigint"})


@dataclass(frozen=True, slots=True)
class Change:
    """One value of the column that says who (``None``: NULL), with its count then and now.

    A count of ``None`` means that it was not, or is not, in the result.
    """

    who: str | None
    before: int | None
    now: int | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in a section.

    ``column`` says who, ``''`` where no column does: then only the rows are compared.  ``sums``
    is the column that was added up for each of them, ``''`` where rows were counted.  Each list
    has the greatest change first; ``same`` is how many did as much as before.
    """

    column: str
    sums: str
    new: tuple[Change, ...]
    gone: tuple[Change, ...]
    up: tuple[Change, ...]
    down: tuple[Change, ...]
    same: int
    rows_before: int
    rows_now: int


@dataclass(frozen=True, slots=True)
class NotCompared:
    """A section that cannot be compared, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed since an earlier run, for each section in order."""

    since: Run
    sections: list[Changes | NotCompared]


def compare(before: Iterable[Section], now: Iterable[Section]) -> list[Changes | NotCompared]:
    """What changed in each section of a run since an earlier one, in order."""
    earlier = {section.query.name: section for section in before}
    return [changes(earlier.get(section.query.name), section) for section in now]


def changes(before: Section | None, now: Section) -> Changes | NotCompared:
    """What changed between two answers to one query; ``None``: it was not asked then."""
    if before is None:
        return NotCompared("the report did not have this query then")
    if before.query.query != now.query.query:
        return NotCompared("its SQL was another then")
    if before.error or now.error:
        return NotCompared("it failed")
    if before.truncated or now.truncated:
        return NotCompared("it found more rows than are kept")
    if before.columns != now.columns:
        return NotCompared("its columns were others then")
    names = [column.name.lower() for column in now.columns]
    who = _who(now, names)
    if who is None:
        return Changes("", "", (), (), (), (), 0, len(before.rows), len(now.rows))
    how_much = _how_much(now.columns, names)
    then, today = _counts(before, who, how_much), _counts(now, who, how_much)
    both = [(name, count, today[name]) for name, count in then.items() if name in today]
    return Changes(
        column=now.columns[who].name,
        sums="" if how_much is None else now.columns[how_much].name,
        new=_ordered(Change(name, None, n) for name, n in today.items() if name not in then),
        gone=_ordered(Change(name, n, None) for name, n in then.items() if name not in today),
        up=_ordered(Change(*one) for one in both if one[1] < one[2]),
        down=_ordered(Change(*one) for one in both if one[1] > one[2]),
        same=sum(was == is_ for _, was, is_ in both),
        rows_before=len(before.rows),
        rows_now=len(now.rows),
    )


def _who(section: Section, names: Sequence[str]) -> int | None:
    chart = section.query.chart
    wanted = [*_WHO, *([chart.color.lower()] if chart is not None else [])]
    # A name that two columns have says nothing for certain.
    return next((names.index(name) for name in wanted if names.count(name) == 1), None)


def _how_much(columns: Sequence[OutputColumn], names: Sequence[str]) -> int | None:
    if names.count(_HOW_MUCH) != 1:
        return None
    position = names.index(_HOW_MUCH)
    return position if columns[position].type.base in _WHOLE else None


def _counts(section: Section, who: int, how_much: int | None) -> dict[str | None, int]:
    by_value: dict[Any, int] = {}
    for row in section.rows:
        # As SUM does, NULL adds nothing.
        count = 1 if how_much is None else row[how_much] or 0
        by_value[row[who]] = by_value.get(row[who], 0) + count
    # Writing a value takes longer than adding up, so each is written once.
    kind = section.columns[who].type
    found: dict[str | None, int] = {}
    for value, count in by_value.items():
        name = value_text(kind, value)
        found[name] = found.get(name, 0) + count
    return found


def _ordered(found: Iterable[Change]) -> tuple[Change, ...]:
    def place(one: Change) -> tuple[int, bool, str]:
        return -abs((one.now or 0) - (one.before or 0)), one.who is None, one.who or ""

    return tuple(sorted(found, key=place))
