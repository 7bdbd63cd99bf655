"""SQLite functions that take texts apart and put them together, with separators.

Source of the rules: Trino's ``StringFunctions``, ``ConcatWsFunction``, ``SplitToMapFunction``
and ``SplitToMultimapFunction``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from ..rules.values import dump
from .text import bounded


def split(text: str, separator: str, limit: int | None = None) -> str:
    """The parts between separators as an array, at most ``limit``, the last with the rest."""
    if limit is not None and limit <= 0:
        raise ValueError("Limit must be positive")
    if limit is not None and limit >= 2**31:
        raise ValueError("Limit is too large")
    if not separator:
        raise ValueError("The delimiter may not be the empty string")
    return dump(text.split(separator, -1 if limit is None else limit - 1))


def concat_ws(separator: str | None, *values: str | None) -> str | None:
    """The values that are not NULL, separated; NULL only if the separator is."""
    if separator is None:
        return None
    given = [value for value in values if value is not None]
    bounded(sum(map(len, given)) + len(separator) * len(given))
    return separator.join(given)


def concat_ws_array(separator: str, array: str) -> str | None:
    """The same with the elements of an array."""
    return concat_ws(separator, *json.loads(array))


def _entries(text: str, entry: str, pair: str, quote: str) -> Iterator[tuple[str, str]]:
    """Keys and values; ``quote`` is what the message puts around an entry without two parts."""
    if not entry:
        raise ValueError("entryDelimiter is empty")
    if not pair:
        raise ValueError("keyValueDelimiter is empty")
    if entry == pair:
        raise ValueError("entryDelimiter and keyValueDelimiter must not be the same")
    parts = text.split(entry)
    for part in parts if parts[-1] else parts[:-1]:
        key, *values = part.split(pair)
        if len(values) != 1:
            raise ValueError(
                "Key-value delimiter must appear exactly once in each entry. "
                f"Bad input: {quote}{part}{quote}"
            )
        yield key, values[0]


def split_to_map(text: str, entry: str, pair: str) -> str:
    """A map of the entries; a key that comes twice is an error."""
    found: dict[str, str] = {}
    for key, value in _entries(text, entry, pair, "'"):
        if key in found:
            raise ValueError(f"Duplicate keys ({key}) are not allowed")
        found[key] = value
    return dump([[key, value] for key, value in found.items()])


def split_to_multimap(text: str, entry: str, pair: str) -> str:
    """A map from each key to the array of its values."""
    found: dict[str, list[str]] = {}
    for key, value in _entries(text, entry, pair, ""):
        found.setdefault(key, []).append(value)
    return dump([[key, values] for key, values in found.items()])


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_split", 2): split,
    ("trino_split", 3): split,
    ("trino_concat_ws_array", 2): concat_ws_array,
    ("trino_split_to_map", 3): split_to_map,
    ("trino_split_to_multimap", 3): split_to_multimap,
}
"""Name and number of arguments -> function; none of them sees a NULL."""

OPEN: dict[tuple[str, int], Callable[..., Any]] = {("trino_concat_ws", -1): concat_ws}
"""The same for functions that see NULLs."""
