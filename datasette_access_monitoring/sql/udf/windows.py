"""SQLite window functions in Python: what SQLite's own do not do, or not as Trino does.

A frame must always hold the row that it is for: Python's sqlite3 module crashes when it is
asked for the value of a frame without rows that never had one.  Whoever writes a call widens
the frame up to that row, and says how many rows at the beginning or end of the widened
frame are not in the query's: ``before`` and ``after``.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Any

from ..rules import times
from ..rules.times import NotSupportedValue
from .arranging import INNER
from .sorting import Budget

# Further away than any row; more would not fit SQLite's own reckoning of positions.
_FAR = 1 << 40


class _Frame:
    """The rows of the widened frame, as they come and go."""

    def __init__(self) -> None:
        self.rows: deque[tuple[Any, ...]] = deque()
        self.before = self.after = 0
        self.budget = Budget()

    def add(self, before: int, after: int, *row: Any) -> None:
        """One more row."""
        self.before, self.after = before, after
        self.budget.take(*row)
        self.rows.append(row)

    def drop(self) -> None:
        """The oldest row leaves."""
        if self.rows:
            self.budget.give(*self.rows.popleft())

    def inside(self) -> list[tuple[Any, ...]]:
        """The rows of the frame that the query means."""
        return list(islice(self.rows, self.before, max(0, len(self.rows) - self.after)))


class _Framed:
    """Another aggregate over a frame; while rows are only added, it goes on where it was."""

    def __init__(self) -> None:
        self.frame = _Frame()
        self.name = ""
        self.inner: Any = None
        self.new: list[tuple[Any, ...]] = []
        self.result: Any = None

    def step(self, name: str, before: int, after: int, *row: Any) -> None:
        self.name = name
        self.frame.add(before, after, *row)
        self.new.append(row)

    def inverse(self, *_: Any) -> None:
        self.frame.drop()
        self.inner = None

    def value(self) -> Any:
        if self.inner is None or self.frame.before or self.frame.after:
            self.inner, self.result = INNER[self.name](), None
            rows = self.frame.inside()
        else:
            rows = self.new
        self.new = []
        for row in rows:
            self.inner.step(*row)
        if rows:
            self.result = self.inner.finalize()
        return self.result

    def finalize(self) -> Any:
        return self.value()


class _Sliding:
    """The sum of numbers as doubles, added and taken away in the order in which Trino does."""

    def __init__(self) -> None:
        self.numbers: list[float | None] = []
        self.gone = self.before = self.after = 0
        self.start = self.end = -1
        self.total = 0.0
        self.count = 0
        self.budget = Budget()

    def step(self, before: int, after: int, value: float | None) -> None:
        self.before, self.after = before, after
        self.budget.take(value)
        self.numbers.append(None if value is None else float(value))

    def inverse(self, *_: Any) -> None:
        self.gone += 1

    def move(self) -> None:
        """Bring the sum to the present frame."""
        start, end = self.gone + self.before, len(self.numbers) - 1 - self.after
        if start > end:
            self.reset()
        elif start == self.start and end >= self.end:
            self.add(self.end + 1, end, 1)
            self.end = end
        else:
            self.rebuild(start, end)

    def rebuild(self, start: int, end: int) -> None:
        """Keep what the two frames share if that is less work than to begin again."""
        first, last = max(start, self.start), min(end, self.end)
        if last - first + 1 > (first - self.start) + (self.end - last):
            self.add(self.start, start - 1, -1)
            self.add(end + 1, self.end, -1)
            self.add(start, self.start - 1, 1)
            self.add(self.end + 1, end, 1)
        else:
            self.reset()
            self.add(start, end, 1)
        self.start, self.end = start, end

    def reset(self) -> None:
        """An empty sum."""
        self.start = self.end = -1
        self.total, self.count = 0.0, 0

    def add(self, start: int, end: int, sign: int) -> None:
        """Add the numbers from ``start`` to ``end``, or take them away."""
        for value in self.numbers[max(0, start) : end + 1]:
            if value is not None:
                self.total += sign * value
                self.count += sign

    def value(self) -> float | None:
        self.move()
        if not self.count:
            return None
        if math.isnan(self.total):
            raise NotSupportedValue("the result is NaN, which SQLite cannot hold")
        return self.result()

    def result(self) -> float:
        """What the query asks for."""
        return self.total

    def finalize(self) -> float | None:
        return self.value() if self.numbers else None


class _SlidingMean(_Sliding):
    """The mean of numbers, as a double."""

    def result(self) -> float:
        return self.total / self.count


class _Known:
    """The values that are not NULL among the rows that have come and not gone."""

    def __init__(self) -> None:
        self.values: deque[tuple[int, Any]] = deque()
        self.come = self.gone = 0
        self.budget = Budget()

    def add(self, value: Any) -> None:
        """One more row."""
        if value is not None:
            self.budget.take(value)
            self.values.append((self.come, value))
        self.come += 1

    def drop(self) -> None:
        """The oldest row leaves."""
        if self.values and self.values[0][0] == self.gone:
            self.budget.give(self.values.popleft()[1])
        self.gone += 1


class _Chosen:
    """``first_value``, ``last_value`` or ``nth_value`` of the frame's values that are not NULL.

    ``place`` counts from 1, or from the end with -1.
    """

    def __init__(self) -> None:
        self.known = _Known()
        self.before = self.after = 0
        self.place = 1

    def step(self, before: int, after: int, place: int, value: Any) -> None:
        self.before, self.after, self.place = before, after, place
        self.known.add(value)

    def inverse(self, *_: Any) -> None:
        self.known.drop()

    def value(self) -> Any:
        known = self.known
        inside = range(known.gone + self.before, known.come - self.after)
        values = reversed(known.values) if self.place < 0 else iter(known.values)
        found = (value for number, value in values if number in inside)
        return next(islice(found, abs(self.place) - 1, None), None)

    def finalize(self) -> Any:
        return self.value()


class _Behind:
    """``lag`` over values that are not NULL: the frame goes from the first row to this one."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.last: tuple[Any, Any, Any] = (None, None, None)
        self.known = 0
        self.budget = Budget()

    def step(self, value: Any, offset: int | None, default: Any) -> None:
        self.known = len(self.values)
        self.last = value, offset, default
        if value is not None:
            self.budget.take(value)
            self.values.append(value)

    def inverse(self, *_: Any) -> None:
        """Never asked for: the frame only grows."""

    def value(self) -> Any:
        value, offset, default = self.last
        if offset is None or offset == 0:
            return None if offset is None else value
        return self.values[self.known - offset] if offset <= self.known else default

    def finalize(self) -> Any:
        return self.value()


class _Ahead:
    """``lead`` over values that are not NULL: the frame goes from this row to the last."""

    def __init__(self) -> None:
        self.known = _Known()
        self.asked: deque[tuple[int | None, Any]] = deque()

    def step(self, value: Any, offset: int | None, default: Any) -> None:
        self.known.add(value)
        self.known.budget.take(default)
        self.asked.append((offset, default))

    def inverse(self, *_: Any) -> None:
        self.known.drop()
        if self.asked:
            self.known.budget.give(self.asked.popleft()[1])

    def value(self) -> Any:
        known = self.known
        offset, default = self.asked[0] if self.asked else (None, None)
        if offset is None:
            return None
        own = bool(known.values) and known.values[0][0] == known.gone
        if not offset:
            return known.values[0][1] if own else None
        index = own + offset - 1
        return known.values[index][1] if index < len(known.values) else default

    def finalize(self) -> Any:
        return self.value()


def offset(count: int) -> int:
    """The offset of ``lag`` and ``lead``."""
    if count < 0:
        raise ValueError("Offset must be at least 0")
    return min(count, _FAR)


def place(count: int) -> int:
    """The position that ``nth_value`` asks for."""
    if count < 1:
        raise ValueError("Offset must be at least 1")
    return min(count, _FAR)


def bucket(buckets: int, row: int, rows: int) -> int:
    """``ntile``: which of the buckets the row is in, both counted from 1."""
    if buckets <= 0:
        raise ValueError("Buckets must be greater than 0")
    index = row - 1
    if rows < buckets:
        return row
    size, larger = divmod(rows, buckets)
    if index < (size + 1) * larger:
        return index // (size + 1) + 1
    return (index - larger) // size + 1


def moment(text: str) -> int:
    """A date or timestamp in milliseconds, for frames of a length of time."""
    return times.moment_of_date(text) if len(text) == 10 else times.moment_of_timestamp(text)


def within(kind: str, key: int, least: int, most: int) -> int:
    """The key of a RANGE frame itself, if its edges are numbers of their type."""
    if not least <= key <= most:
        raise ValueError(f"the edge of a window frame is out of range for {kind}: {key}")
    return key


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_offset", 1): offset,
    ("trino_place", 1): place,
    ("trino_bucket", 3): bucket,
    ("trino_moment", 1): moment,
    ("trino_within", 4): within,
}
"""Name and number of arguments -> function; none of them sees a NULL."""

AGGREGATES: dict[tuple[str, int], type[Any]] = {
    ("trino_framed", -1): _Framed,
    ("trino_sliding_sum", 3): _Sliding,
    ("trino_sliding_avg", 3): _SlidingMean,
    ("trino_chosen", 4): _Chosen,
    ("trino_behind", 3): _Behind,
    ("trino_ahead", 3): _Ahead,
}
"""Name and number of arguments (-1 is any) -> class; their steps see NULLs."""
