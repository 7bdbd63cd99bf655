"""Functions over window frames, against a plain reckoning of which rows a frame holds.

Trino's rules: an offset of RANGE from a NULL key means the NULLs themselves; NULLs belong to
another row's frame only where it is unbounded towards them; a frame may be empty.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.errors import QueryError

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="Python's own window functions need Python 3.11"
)

FIRST, BEFORE, HERE, AFTER, LAST = range(5)
_ROW = 0  # the only key of a window without ORDER BY


@dataclass(frozen=True)
class Frame:
    """A frame as in a query; edges are a side and a distance."""

    unit: str
    start: tuple[int, int]
    end: tuple[int, int]

    def __str__(self) -> str:
        return f"{self.unit} BETWEEN {_edge(*self.start)} AND {_edge(*self.end)}"

    @property
    def holds_its_row(self) -> bool:
        return self.start[0] <= HERE <= self.end[0]


def _edge(side: int, distance: int) -> str:
    words = ("UNBOUNDED PRECEDING", "{} PRECEDING", "CURRENT ROW", "{} FOLLOWING",
             "UNBOUNDED FOLLOWING")  # fmt: skip
    return words[side].format(distance)


def rows_of(frame: Frame, index: int, keys: Sequence[int | None], sign: int) -> range:
    """The positions in a frame, among rows in order by ``keys``; ``sign`` is -1 for DESC."""
    if frame.unit == "ROWS":
        return _rows(frame, index, len(keys))
    groups = [len(list(peers)) for _, peers in groupby(keys)]
    starts = [sum(groups[:number]) for number in range(len(groups) + 1)]
    mine = max(number for number in range(len(groups)) if starts[number] <= index)
    if frame.unit == "GROUPS":
        inner = _rows(frame, mine, len(groups))
        return range(starts[inner.start], starts[inner.stop]) if inner else range(0)
    lead = next((place for place, key in enumerate(keys) if key is not None), 0)
    known = [sign * key for key in keys if key is not None]

    def edge(side: int, distance: int, begins: bool) -> int:
        if side in (FIRST, LAST):
            return 0 if side == FIRST else len(keys)
        key = keys[index]
        if side == HERE or key is None:
            return starts[mine] if begins else starts[mine + 1]
        bound = sign * key + (distance if side == AFTER else -distance)
        return lead + sum(other < bound or (other == bound and not begins) for other in known)

    return range(edge(*frame.start, True), edge(*frame.end, False))


def _rows(frame: Frame, index: int, count: int) -> range:
    def edge(side: int, distance: int) -> int:
        return {FIRST: 0, BEFORE: index - distance, HERE: index, AFTER: index + distance,
                LAST: count - 1}[side]  # fmt: skip

    start, end = max(0, edge(*frame.start)), min(count - 1, edge(*frame.end))
    return range(start, end + 1) if start <= end else range(0)


def frames(units: Sequence[str]) -> st.SearchStrategy[Frame]:
    edges = st.tuples(st.integers(FIRST, LAST), st.integers(0, 3))
    return st.builds(Frame, st.sampled_from(units), edges, edges).filter(
        lambda frame: (
            frame.start[0] != LAST and frame.end[0] != FIRST and frame.start[0] <= frame.end[0]
        )
    )


ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(-3, 3),  # the key
        st.none() | st.integers(-9, 9),  # the value
        st.sampled_from("ab"),  # the partition
    ),
    min_size=1,
    max_size=9,
)


def _answers(
    world: World,
    rows: Sequence[tuple[Any, ...]],
    frame: Frame,
    order: str,
    functions: Sequence[str],
) -> list[tuple[Any, ...]]:
    values = ", ".join(
        f"({number}, {_sql(key)}, {_sql(value)}, '{part}')"
        for number, (key, value, part) in enumerate(rows)
    )
    over = f"OVER (PARTITION BY p ORDER BY {order} {frame})"
    listed = ", ".join(
        function.format(over=over) if "{over}" in function else f"{function} {over}"
        for function in functions
    )
    source = (
        "SELECT id, CAST(k AS bigint) AS k, CAST(v AS bigint) AS v, CAST(v AS double) AS d, p "
        f"FROM (VALUES {values}) AS t(id, k, v, p)"
    )
    return world.texts(f"SELECT {listed} FROM ({source}) AS s ORDER BY id")


def _sql(value: Any) -> str:
    return "NULL" if value is None else str(value)


def _expected(
    rows: Sequence[tuple[Any, ...]], frame: Frame, descending: bool, nulls_first: bool
) -> list[list[tuple[Any, ...]]]:
    """For each row, the rows of its frame in order."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for part in "ab":
        numbers = [number for number, row in enumerate(rows) if row[2] == part]
        numbers.sort(
            key=lambda number: (
                (rows[number][0] is None) != nulls_first,
                (rows[number][0] or 0) * (-1 if descending else 1),
                number,
            )
        )
        keys = [rows[number][0] for number in numbers]
        for index, number in enumerate(numbers):
            inside = rows_of(frame, index, keys, -1 if descending else 1)
            found[number] = [(numbers[place], *rows[numbers[place]]) for place in inside]
    return [found[number] for number in range(len(rows))]


Reckoning = Callable[[list[tuple[Any, ...]]], Any]


def _known(rows: list[tuple[Any, ...]]) -> list[int]:
    return [row[2] for row in rows if row[2] is not None]


# What does not depend on the order of rows that are peers.
UNORDERED: dict[str, Reckoning] = {
    "count(*)": len,
    "count(v)": lambda rows: len(_known(rows)),
    "count_if(v > 0)": lambda rows: sum(value > 0 for value in _known(rows)),
    "sum(v)": lambda rows: sum(_known(rows)) if _known(rows) else None,
    "min(v)": lambda rows: min(_known(rows), default=None),
    "max(v)": lambda rows: max(_known(rows), default=None),
}
# The same, in Python's own window functions.
IN_PYTHON: dict[str, Reckoning] = {
    "sum(d)": lambda rows: float(sum(_known(rows))) if _known(rows) else None,
    "avg(v)": lambda rows: sum(_known(rows)) / len(_known(rows)) if _known(rows) else None,
    "bitwise_xor_agg(v)": lambda rows: _xor(_known(rows)),
    "max(v, 1)": lambda rows: f"[{max(_known(rows))}]" if _known(rows) else None,
    "cardinality(array_agg(id) {over})": lambda rows: len(rows) or None,
}
# What depends on the order: for frames whose rows are all told apart by it.
ORDERED: dict[str, Reckoning] = {
    "first_value(v)": lambda rows: rows[0][2] if rows else None,
    "last_value(v)": lambda rows: rows[-1][2] if rows else None,
    "nth_value(v, 2)": lambda rows: rows[1][2] if len(rows) > 1 else None,
    "first_value(v) IGNORE NULLS": lambda rows: next(iter(_known(rows)), None),
    "last_value(v) IGNORE NULLS": lambda rows: next(reversed(_known(rows)), None),
    "nth_value(v, 2) IGNORE NULLS": lambda rows: _known(rows)[1] if len(_known(rows)) > 1 else None,
    "array_agg(id)": lambda rows: f"[{', '.join(str(row[0]) for row in rows)}]" if rows else None,
    "max_by(id, v)": lambda rows: _first_largest(rows),
}


def _xor(values: list[int]) -> int | None:
    result = 0
    for value in values:
        result ^= value
    return result if values else None


def _first_largest(rows: list[tuple[Any, ...]]) -> int | None:
    known = [row for row in rows if row[2] is not None]
    return max(known, key=lambda row: row[2])[0] if known else None


def _texts(reckonings: Sequence[Reckoning], rows: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    found = (reckoning(rows) for reckoning in reckonings)
    return tuple(None if value is None else str(value) for value in found)


def _order(descending: bool, nulls_first: bool) -> str:
    return f"k {'DESC' if descending else 'ASC'}" + (" NULLS FIRST" if nulls_first else "")


@settings(max_examples=150, deadline=None)
@given(ROWS, frames(["ROWS", "RANGE", "GROUPS"]), st.booleans(), st.booleans())
def test_a_frame_holds_the_rows_that_trino_says(
    world: World,
    rows: list[tuple[Any, ...]],
    frame: Frame,
    descending: bool,
    nulls_first: bool,
) -> None:
    functions = dict(UNORDERED)
    if frame.holds_its_row:
        functions |= IN_PYTHON
    if frame.unit == "ROWS":  # peers are in any order: only those of one key are compared
        rows = [row for number, row in enumerate(rows) if row[0] not in
                [other[0] for other in rows[:number] if other[2] == row[2]]]  # fmt: skip
        functions |= IN_PYTHON | ORDERED
    order = _order(descending, nulls_first)
    expected = [
        _texts(list(functions.values()), inside)
        for inside in _expected(rows, frame, descending, nulls_first)
    ]
    assert _answers(world, rows, frame, order, list(functions)) == expected


@settings(max_examples=60, deadline=None)
@given(ROWS, frames(["ROWS"]))
def test_rows_in_a_full_order_are_taken_in_it(
    world: World, rows: list[tuple[Any, ...]], frame: Frame
) -> None:
    expected = [
        _texts(list(ORDERED.values()), inside) for inside in _expected(rows, frame, False, False)
    ]
    assert _answers(world, rows, frame, "k, id", list(ORDERED)) == expected


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(0, 3))
def test_lag_and_lead_leave_nulls_out(
    world: World, rows: list[tuple[Any, ...]], offset: int
) -> None:
    whole = Frame("ROWS", (FIRST, 0), (LAST, 0))
    expected = []
    for number, inside in enumerate(_expected(rows, whole, False, False)):
        here = next(place for place, row in enumerate(inside) if row[0] == number)
        before = [row[2] for row in inside[:here] if row[2] is not None][::-1]
        after = [row[2] for row in inside[here + 1 :] if row[2] is not None]
        expected.append(
            tuple(
                str(found) if found is not None else None
                for found in (
                    inside[here][2]
                    if not offset
                    else listed[offset - 1]
                    if offset <= len(listed)
                    else 99
                    for listed in (before, after)
                )
            )
        )
    values = ", ".join(
        f"({number}, {_sql(key)}, CAST({_sql(value)} AS integer), '{part}')"
        for number, (key, value, part) in enumerate(rows)
    )
    over = "IGNORE NULLS OVER (PARTITION BY p ORDER BY k, id)"
    query = (
        f"SELECT lag(v, {offset}, 99) {over}, lead(v, {offset}, 99) {over} "
        f"FROM (VALUES {values}) AS t(id, k, v, p) ORDER BY id"
    )
    assert world.texts(query) == expected


@pytest.mark.parametrize("unit", ["RANGE", "GROUPS"])
def test_a_frame_without_its_row_is_refused_where_python_works_it_out(
    world: World, unit: str
) -> None:
    frame = f"{unit} BETWEEN 2 PRECEDING AND 1 PRECEDING"
    with pytest.raises(QueryError, match="without the present row: not supported"):
        world.value(f"array_agg(x) OVER (ORDER BY x {frame}) FROM (VALUES 1, 2) AS t(x)")
    assert world.texts(f"SELECT sum(x) OVER (ORDER BY x {frame}) FROM (VALUES 1, 2) AS t(x)") == [
        (None,),
        ("1",),
    ]
