"""What brings together elements for a lambda, and what it gives for them.

The aggregates are fed the rows of SQLite's ``json_each``: ``place`` is an element's index, and NULL
for the one row that stands for an array that is NULL itself.
"""

from __future__ import annotations

import functools
import json
from array import array
from collections.abc import Callable
from typing import Any, TypeAlias

from ...catalog.types import TrinoType, parse_type
from ..rules import values
from ..rules.times import NotSupportedValue
from .text import bounded

_MOST_COMPARED = 2_000

Orders: TypeAlias = "array[int]"


class Collect:
    """An array of the held values, in the order of their places; ``kind`` is their type."""

    def __init__(self) -> None:
        self._items: list[tuple[int, Any]] = []
        self._null = False
        self._length = 0
        self._kind: TrinoType | None = None

    def step(self, kind: str, place: int | None, value: Any) -> None:
        """One element; raises ``ValueError`` when they are too much together."""
        if place is None:
            self._null = True
            return
        self._kind = self._kind or parse_type(kind)
        self._length += len(value) if isinstance(value, (str, bytes)) else 8
        bounded(self._length)
        self._items.append((place, values.nested(self._kind, value)))

    def finalize(self) -> str | None:
        """The array; NULL if the array that the elements came from is."""
        if self._null:
            return None
        self._items.sort(key=_place)
        return values.dump([value for _, value in self._items])


def _place(item: tuple[int, Any]) -> int:
    return item[0]


class Sort:
    """An array ordered by comparisons of all pairs of its elements.

    A pair of an element with itself brings its held value, any other pair what the comparator
    says: -1, 0 or 1.
    """

    def __init__(self) -> None:
        self._items: dict[int, Any] = {}
        # For each element what it compares to the others as, by their places.
        self._orders: dict[int, Orders] = {}
        self._null = False

    def step(self, kind: str, first: int | None, second: int, value: Any) -> None:
        """One pair; raises ``ValueError`` for another result than -1, 0 and 1."""
        if first is None:
            self._null = True
        elif first == second:
            self._items[first] = values.nested(parse_type(kind), value)
        elif max(first, second) >= _MOST_COMPARED:
            raise NotSupportedValue(
                f"array_sort with a comparator: not supported for more than {_MOST_COMPARED:,} "
                "elements"
            )
        elif value not in (-1, 0, 1):
            raise ValueError("Lambda comparator must return either -1, 0, or 1")
        else:
            row = self._orders.setdefault(first, array("b", bytes(_MOST_COMPARED)))
            row[second] = value

    def finalize(self) -> str | None:
        """The array in order; raises ``ValueError`` where the comparator contradicts itself."""
        if self._null:
            return None
        texts = {place: values.dump(item) for place, item in self._items.items()}
        for first, row in self._orders.items():
            for second in texts:
                # What a comparator says of two that look the same cannot be seen in the result.
                if row[second] and texts[first] == texts[second]:
                    row[second] = 0
        places = sorted(texts, key=functools.cmp_to_key(self._compare))
        self._check(places)
        return f"[{','.join(texts[place] for place in places)}]"

    def _compare(self, first: int, second: int) -> int:
        return self._orders[first][second] if first != second else 0

    def _check(self, places: list[int]) -> None:
        """Raise ``ValueError`` unless the comparisons are those of one order."""
        ranks, rank = {}, 0
        for index, place in enumerate(places):
            if index and self._compare(places[index - 1], place):
                rank += 1
            ranks[place] = rank
        for first, row in self._orders.items():
            for second, other in ranks.items():
                difference = ranks[first] - other
                if row[second] != (difference > 0) - (difference < 0):
                    raise ValueError("Lambda comparator violates the comparator contract")


def merged(kind: str, left: str, right: str) -> str:
    """A list of [key, value of the first map, value of the second], NULL for one it lacks.

    ``kind`` is the type of the keys.  The keys of the first map come first.
    """
    key_type = parse_type(kind)
    ours, theirs = ([*map(tuple, json.loads(text))] for text in (left, right))
    others = dict(zip(values.keys(key_type, [key for key, _ in theirs]), theirs, strict=True))
    result = []
    for (key, item), own in zip(ours, values.keys(key_type, [key for key, _ in ours]), strict=True):
        _, other = others.pop(own, (None, None))
        result.append([key, item, other])
    return values.dump(result + [[key, None, item] for key, item in others.values()])


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {("trino_map_zip", 3): merged}
"""Name and number of arguments -> function; it never sees a NULL."""

AGGREGATES: dict[tuple[str, int], type[Any]] = {
    ("trino_collect", 3): Collect,
    ("trino_sort_pairs", 4): Sort,
}
"""Name and number of arguments -> class, as SQLite's aggregates want it."""
