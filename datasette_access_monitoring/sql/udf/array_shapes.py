"""SQLite functions that make arrays of another shape, whatever the elements: slices, sequences.

Elements are moved as the JSON that they are; nothing here compares them.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable, Sequence
from typing import Any

from ...catalog.types import parse_type
from ..rules import reckoning, times, values
from .text import bounded

_MOST_REPEATED = 100_000
_MOST_COMBINED = 100_000
_LARGEST_COMBINATION = 5
_MOST_IN_SEQUENCE = 10_000
_INT32 = 1 << 31


def reverse(text: str) -> str:
    """The elements from the last to the first."""
    return values.dump(json.loads(text)[::-1])


def part(text: str, start: int, length: int) -> str:
    """``length`` elements from ``start``, counted from 1 or from the end."""
    if length < 0:
        raise ValueError("length must be greater than or equal to 0")
    if start == 0:
        raise ValueError("SQL array indices start at 1")
    items = json.loads(text)
    first = start if start > 0 else len(items) + start + 1
    if not items or first < 1:
        return "[]"
    return values.dump(items[first - 1 : first - 1 + length])


def trim(text: str, count: int) -> str:
    """The array without its last ``count`` elements."""
    items = json.loads(text)
    if count < 0:
        raise ValueError(f"size must not be negative: {count}")
    if count > len(items):
        raise ValueError(f"size must not exceed array cardinality {len(items)}: {count}")
    return values.dump(items[: len(items) - count])


def flatten(text: str) -> str:
    """The elements of the arrays in an array; an array that is NULL has none."""
    return values.dump([item for inner in json.loads(text) for item in inner or ()])


def repeat(kind: str, element: Any, count: int | None) -> str | None:
    """An array of one element ``count`` times; ``kind`` is the array's type."""
    if count is None:
        return None
    if count > _MOST_REPEATED:
        raise ValueError(
            f"count argument of repeat function must be less than or equal to {_MOST_REPEATED}"
        )
    if count < 0:
        raise ValueError("count argument of repeat function must be greater than or equal to 0")
    item = values.dump(values.nested(parse_type(kind).arguments[0], element))
    bounded((len(item) + 1) * count)
    return f"[{','.join([item] * count)}]"


def combinations(text: str, size: int) -> str:
    """Every choice of ``size`` elements, in Trino's order."""
    if size < 0:
        raise ValueError(f"combination size must not be negative: {size}")
    if size > _LARGEST_COMBINATION:
        raise ValueError(f"combination size must not exceed {_LARGEST_COMBINATION}: {size}")
    items = json.loads(text)
    if math.comb(len(items), size) * size > _MOST_COMBINED:
        raise ValueError("combinations exceed max size")
    backwards = (places[::-1] for places in itertools.combinations(range(len(items)), size))
    return _written(items, [places[::-1] for places in sorted(backwards)])


def ngrams(text: str, size: int) -> str:
    """Every ``size`` elements that stand one after another."""
    if size <= 0:
        raise ValueError("N must be positive")
    items = json.loads(text)
    size = min(size, len(items))
    starts = range(len(items) - size + 1)
    longest = max((len(values.dump(item)) for item in items), default=0) + 1
    bounded(longest * size * len(starts))
    return _written(items, [range(start, start + size) for start in starts])


def _written(items: Sequence[Any], choices: Sequence[Sequence[int]]) -> str:
    """An array of arrays, each of the elements at some places."""
    written = [values.dump(item) for item in items]
    longest = max(map(len, written), default=0) + 1
    bounded(sum(len(places) * longest + 2 for places in choices))
    inside = (",".join(written[place] for place in places) for places in choices)
    return f"[{','.join(f'[{group}]' for group in inside)}]"


def zipped(*arrays: str) -> str:
    """An array of rows, the first of the first elements; NULL where an array is over."""
    lists = [json.loads(text) for text in arrays]
    # Each row has its brackets, each array its commas and the word null for what it lacks.
    bounded(sum(map(len, arrays)) + (5 * len(lists) + 2) * max(map(len, lists)))
    return values.dump(list(itertools.zip_longest(*lists)))


def sequence(start: int, stop: int, step: int | None = None) -> str:
    """The whole numbers from ``start`` to ``stop``; the step is 1, or -1 downwards."""
    if step is None:
        step = 1 if stop >= start else -1
    _check_step(start, stop, step)
    return values.dump(range_list(start, _length((stop - start) // step + 1), step))


def range_list(start: int, length: int, step: int) -> list[int]:
    """So many whole numbers."""
    return [start + step * index for index in range(length)]


def _check_step(start: Any, stop: Any, step: int) -> None:
    if step == 0:
        raise ValueError("step must not be zero")
    if (start > stop) if step > 0 else (start < stop):
        raise ValueError(
            "sequence stop value should be greater than or equal to start value if step is "
            "greater than zero otherwise stop should be less than or equal to start"
        )


def _length(length: int) -> int:
    if length > _MOST_IN_SEQUENCE:
        raise ValueError(
            f"result of sequence function must not have more than {_MOST_IN_SEQUENCE} entries"
        )
    return length


def dates(start: str, stop: str, step: int | None = None) -> str:
    """Days from ``start`` to ``stop``; the step is an interval in milliseconds, or one day."""
    first, last = (times.moment_of_date(text) // times.DAY_MS for text in (start, stop))
    if step is None:
        step = times.DAY_MS if last >= first else -times.DAY_MS
    if step % times.DAY_MS:
        raise ValueError("sequence step must be a day interval if start and end values are dates")
    days = step // times.DAY_MS
    _check_step(first, last, days)
    numbers = range_list(first, _length((last - first) // days + 1), days)
    return values.dump([times.date_text(number) for number in numbers])


def months_of_dates(start: str, stop: str, step: int) -> str:
    """Days some months apart, all counted from the first."""
    return _months(start, stop, step, times.moment_of_date, _date_of)


def _date_of(moment: int) -> str:
    return times.date_text(moment // times.DAY_MS)


def timestamps(start: str, stop: str, step: int) -> str:
    """Timestamps an interval of milliseconds apart."""
    first, last = times.moment_of_timestamp(start), times.moment_of_timestamp(stop)
    _check_step(first, last, step)
    numbers = range_list(first, _length((last - first) // step + 1), step)
    return values.dump([times.timestamp_text(number) for number in numbers])


def months_of_timestamps(start: str, stop: str, step: int) -> str:
    """Timestamps some months apart, all counted from the first."""
    return _months(start, stop, step, times.moment_of_timestamp, times.timestamp_text)


def _months(
    start: str, stop: str, step: int, read: Callable[[str], int], write: Callable[[int], str]
) -> str:
    _check_step(start, stop, step)
    first = read(start)
    length = _length(reckoning.difference("month", first, read(stop)) // step + 1)
    months = range_list(0, length, step)
    return values.dump([write(reckoning.add("month", count, first)) for count in months])


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_array_reverse", 1): reverse,
    ("trino_slice", 3): part,
    ("trino_trim_array", 2): trim,
    ("trino_flatten", 1): flatten,
    ("trino_combinations", 2): combinations,
    ("trino_ngrams", 2): ngrams,
    ("trino_zip_arrays", -1): zipped,
    ("trino_sequence", 2): sequence,
    ("trino_sequence", 3): sequence,
    ("trino_sequence_dates", 2): dates,
    ("trino_sequence_dates", 3): dates,
    ("trino_sequence_dates_months", 3): months_of_dates,
    ("trino_sequence_timestamps", 3): timestamps,
    ("trino_sequence_timestamps_months", 3): months_of_timestamps,
}
"""Name and number of arguments -> function; none of them sees a NULL."""

OPEN: dict[tuple[str, int], Callable[..., Any]] = {("trino_repeat", 3): repeat}
"""The same for functions that see NULLs."""
