"""SQLite functions that take arrays as sets: distinct elements, unions, order.

Their first argument is the text of the array's type.  Elements are the same when they are
not distinct, NULLs included; the order of the results is that of Trino's own functions.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence
from typing import Any

from ...catalog.types import TrinoType
from ..rules import values
from ..rules.times import NotSupportedValue
from .arrays import element_type, same

_MOST_COMPARED = 100_000


def distinct(kind: str, text: str) -> str:
    """Each element once, where it first stands."""
    return values.dump(_first_of_each(element_type(kind), json.loads(text), set()))


def _first_of_each(kind: TrinoType, items: Sequence[Any], seen: set[Any]) -> list[Any]:
    """The elements that are not in ``seen``, each once; ``seen`` grows by them."""
    result = []
    for item, own in zip(items, values.keys(kind, items), strict=True):
        if own not in seen:
            seen.add(own)
            result.append(item)
    return result


def union(kind: str, left: str, right: str) -> str:
    """The elements of both, each once."""
    items = json.loads(left) + json.loads(right)
    return values.dump(_first_of_each(element_type(kind), items, set()))


def intersect(kind: str, left: str, right: str) -> str:
    """The elements that both have, each once, in the order of the longer array."""
    longer, shorter = json.loads(left), json.loads(right)
    if len(longer) < len(shorter):
        longer, shorter = shorter, longer
    element = element_type(kind)
    wanted = set(values.keys(element, shorter))
    found = [
        item
        for item, own in zip(longer, values.keys(element, longer), strict=True)
        if own in wanted
    ]
    return values.dump(_first_of_each(element, found, set()))


def difference(kind: str, left: str, right: str) -> str:
    """The elements of the first that the second lacks, each once.

    Where the second is empty Trino gives the first as it is, repetitions and all.
    """
    items, others = json.loads(left), json.loads(right)
    if not items or not others:
        return left
    element = element_type(kind)
    return values.dump(_first_of_each(element, items, set(values.keys(element, others))))


def overlap(kind: str, left: str, right: str) -> bool | None:
    """Whether they share an element that is not NULL; NULL if only a NULL leaves it open."""
    ours, theirs = json.loads(left), json.loads(right)
    if not ours or not theirs:
        return False
    element = element_type(kind)
    shared = set(values.keys(element, ours)) & set(values.keys(element, theirs))
    if shared - {None}:
        return True
    return None if None in ours or None in theirs else False


def remove(kind: str, text: str, unwanted: Any) -> str:
    """The array without the elements that equal the value; NULLs stay."""
    element = element_type(kind)
    value = values.nested(element, unwanted)
    return values.dump(
        [
            item
            for item in json.loads(text)
            if item is None or not same("array_remove", element, item, value)
        ]
    )


def contains_sequence(kind: str, text: str, part: str) -> bool:
    """Whether the elements of ``part`` stand in the array one after another."""
    element = element_type(kind)
    items = list(values.keys(element, json.loads(text)))
    wanted = list(values.keys(element, json.loads(part)))
    return _find(items, wanted)


def _find(items: list[Any], wanted: list[Any]) -> bool:
    """Knuth, Morris and Pratt's search: linear, whatever repeats."""
    fallback, length = [0] * len(wanted), 0
    for index in range(1, len(wanted)):
        while length and wanted[index] != wanted[length]:
            length = fallback[length - 1]
        length += wanted[index] == wanted[length]
        fallback[index] = length
    matched = 0
    for item in items:
        if matched == len(wanted):
            break
        while matched and item != wanted[matched]:
            matched = fallback[matched - 1]
        matched += item == wanted[matched]
    return matched == len(wanted)


def ordered(kind: str, text: str) -> str:
    """The elements in ascending order, NULLs last."""
    element, items = element_type(kind), json.loads(text)
    filled = [item for item in items if item is not None]
    return values.dump(_sorted(element, filled) + [None] * (len(items) - len(filled)))


def _sorted(kind: TrinoType, items: list[Any]) -> list[Any]:
    if kind.arguments or kind.base == "json":
        if len(items) > _MOST_COMPARED:
            raise NotSupportedValue(
                f"array_sort of more than {_MOST_COMPARED:,} values of type {kind}: not supported"
            )
        return sorted(items, key=functools.cmp_to_key(functools.partial(values.compare, kind)))
    own: Sequence[Any] = values.keys(kind, items)
    return [items[place] for place in sorted(range(len(items)), key=own.__getitem__)]


def histogram(kind: str, text: str) -> str:
    """A map from each element that is not NULL to how many there are."""
    items = [item for item in json.loads(text) if item is not None]
    counts: dict[Any, list[Any]] = {}
    for item, own in zip(items, values.keys(element_type(kind), items), strict=True):
        counts.setdefault(own, [item, 0])[1] += 1
    return values.dump(list(counts.values()))


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_array_distinct", 2): distinct,
    ("trino_array_union", 3): union,
    ("trino_array_intersect", 3): intersect,
    ("trino_array_except", 3): difference,
    ("trino_arrays_overlap", 3): overlap,
    ("trino_array_remove", 3): remove,
    ("trino_contains_sequence", 3): contains_sequence,
    ("trino_array_sort", 2): ordered,
    ("trino_array_histogram", 2): histogram,
}
"""Name and number of arguments -> function; none of them sees a NULL."""
