"""SQLite functions over maps, which SQLite holds as JSON lists of [key, value] pairs.

Their first argument is the text of the map's type.  Pairs keep the order in which Trino's
own functions put them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from ...catalog.types import VARCHAR, TrinoType, parse_type
from ..rules import casting, values
from .casting import convert
from .text import bounded


def make(kind: str, keys: str, items: str) -> str:
    """A map from the array of its keys and that of its values."""
    first, second = json.loads(keys), json.loads(items)
    if len(first) != len(second):
        raise ValueError("Key and value arrays must be the same length")
    key_type = parse_type(kind).arguments[0]
    pairs = [[key, item] for key, item in zip(first, second, strict=True)]
    return values.dump(_unique(key_type, pairs, "Duplicate map keys"))


def _unique(kind: TrinoType, pairs: list[list[Any]], what: str) -> list[list[Any]]:
    """The pairs; raises ``ValueError`` for a NULL among the keys, and for two that are equal."""
    seen: set[Any] = set()
    for (key, _), own in zip(pairs, values.keys(kind, [key for key, _ in pairs]), strict=True):
        if key is None:
            raise ValueError("map key cannot be null")
        if values.indeterminate(kind, key):
            raise ValueError(f"map key cannot be indeterminate: {_shown(kind, key)}")
        if own in seen:
            raise ValueError(f"{what} ({_shown(kind, key)}) are not allowed")
        seen.add(own)
    return pairs


def _shown(kind: TrinoType, key: Any) -> str:
    """A nested key for a message."""
    if kind == VARCHAR:
        return str(key)
    if casting.castable(kind, VARCHAR):
        return str(convert(kind, VARCHAR, values.held(kind, key)))
    return values.dump(key)


def from_entries(kind: str, entries: str) -> str:
    """A map from an array of rows of a key and a value; ``kind`` is the map's type."""
    key_type = parse_type(kind).arguments[0]
    pairs = list(_entries(entries))
    return values.dump(_unique(key_type, pairs, "Duplicate keys"))


def _entries(text: str) -> Iterable[list[Any]]:
    for entry in json.loads(text):
        if entry is None:
            raise ValueError("map entry cannot be null")
        yield entry


def multimap_from_entries(kind: str, entries: str) -> str:
    """A map from each key to the array of its values; ``kind`` is the map's type."""
    key_type = parse_type(kind).arguments[0]
    pairs = list(_entries(entries))
    if any(key is None for key, _ in pairs):
        raise ValueError("map key cannot be null")
    grouped: dict[Any, list[Any]] = {}
    keys = values.keys(key_type, [key for key, _ in pairs])
    for (key, item), own in zip(pairs, keys, strict=True):
        if values.indeterminate(key_type, key):
            raise ValueError(f"map key cannot be indeterminate: {_shown(key_type, key)}")
        grouped.setdefault(own, [key, []])[1].append(item)
    return values.dump(list(grouped.values()))


def keys(text: str) -> str:
    """The keys, as an array."""
    return values.dump([key for key, _ in json.loads(text)])


def items(text: str) -> str:
    """The values, as an array."""
    return values.dump([item for _, item in json.loads(text)])


def concat(kind: str, *maps: str) -> str:
    """One map of several; a key's value is that of the last map that has it.

    Trino writes the last map first, then the others backwards.
    """
    bounded(sum(map(len, maps)))
    key_type = parse_type(kind).arguments[0]
    seen: set[Any] = set()
    result = []
    for text in reversed(maps):
        pairs = json.loads(text)
        own_keys = values.keys(key_type, [key for key, _ in pairs])
        for pair, own in zip(pairs, own_keys, strict=True):
            if own not in seen:
                seen.add(own)
                result.append(pair)
    return values.dump(result)


def element_at(kind: str, text: str, wanted: Any) -> Any:
    """The value of a key; NULL if the map lacks it."""
    found = _find(kind, text, wanted)
    return None if found is None else values.held(parse_type(kind).arguments[1], found[1])


def subscript(kind: str, text: str, wanted: Any) -> Any:
    """The value of a key; raises ``ValueError`` if the map lacks it."""
    found = _find(kind, text, wanted)
    key_type, value_type = parse_type(kind).arguments
    if found is None:
        shown = ""
        if casting.castable(key_type, VARCHAR):
            shown = f": {_shown(key_type, values.nested(key_type, wanted))}"
        raise ValueError(f"Key not present in map{shown}")
    return values.held(value_type, found[1])


def _find(kind: str, text: str, wanted: Any) -> list[Any] | None:
    """The pair of a key, or ``None``."""
    key_type = parse_type(kind).arguments[0]
    value = values.nested(key_type, wanted)
    if values.indeterminate(key_type, value):
        raise ValueError("map key cannot be null or contain nulls")
    own = values.key(key_type, value)
    for pair in json.loads(text):
        if values.key(key_type, pair[0]) == own:
            return list(pair)
    return None


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_map", 3): make,
    ("trino_map_from_entries", 2): from_entries,
    ("trino_multimap_from_entries", 2): multimap_from_entries,
    ("trino_map_keys", 1): keys,
    ("trino_map_values", 1): items,
    ("trino_map_concat", -1): concat,
    ("trino_map_element_at", 3): element_at,
    ("trino_map_subscript", 3): subscript,
}
"""Name and number of arguments -> function; none of them sees a NULL."""
