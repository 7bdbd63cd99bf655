"""SQLite aggregates that keep every value: arrays, maps, joined texts and percentiles.

The texts of types come first among the arguments, then the arguments of the query.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Hashable
from typing import Any

from ...catalog.types import parse_type
from ..rules import values
from .sorting import Budget, identity

_LONGEST_JOINED = 1_048_576


class _Array:
    """``array_agg``: every value, NULLs too."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self.kind = ""
        self.budget = Budget()

    def step(self, kind: str, value: Any) -> None:
        self.kind = kind
        self.budget.take(value)
        self.items.append(value)

    def finalize(self) -> str:
        kind = parse_type(self.kind)
        return values.dump([values.nested(kind, item) for item in self.items])


class _Joined:
    """``listagg``: texts that are not NULL, with a separator between them."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.separator = ""
        self.size = 0

    def step(self, text: str | None, separator: str | None = "") -> None:
        if text is None or separator is None:
            return
        self.size += len(text.encode())
        if self.parts:
            self.size += len(separator.encode())
        if self.size > _LONGEST_JOINED:
            raise ValueError(
                "Concatenated string has the length in bytes larger than the maximum output "
                f"length {_LONGEST_JOINED}"
            )
        self.separator = separator
        self.parts.append(text)

    def finalize(self) -> str | None:
        return self.separator.join(self.parts) if self.parts else None


class _Map:
    """``map_agg``: each key that is not NULL with its first value."""

    def __init__(self) -> None:
        self.pairs: dict[Hashable, tuple[Any, Any]] = {}
        self.kinds = ("", "")
        self.budget = Budget()

    def step(self, key_kind: str, value_kind: str, key: Any, value: Any) -> None:
        if key is None:
            return
        self.kinds = key_kind, value_kind
        found = identity(key_kind)(key)
        if found not in self.pairs:
            self.budget.take(key, value)
            self.pairs[found] = key, value

    def finalize(self) -> str | None:
        if not self.pairs:
            return None
        keys, held = map(parse_type, self.kinds)
        return values.dump(
            [[values.nested(keys, k), values.nested(held, v)] for k, v in self.pairs.values()]
        )


class _Multimap:
    """``multimap_agg``: each key that is not NULL with the array of its values."""

    def __init__(self) -> None:
        self.lists: dict[Hashable, tuple[Any, list[Any]]] = {}
        self.kinds = ("", "")
        self.budget = Budget()

    def step(self, key_kind: str, value_kind: str, key: Any, value: Any) -> None:
        if key is None:
            return
        self.kinds = key_kind, value_kind
        self.budget.take(key, value)
        self.lists.setdefault(identity(key_kind)(key), (key, []))[1].append(value)

    def finalize(self) -> str | None:
        if not self.lists:
            return None
        keys, held = map(parse_type, self.kinds)
        return values.dump(
            [
                [values.nested(keys, key), [values.nested(held, value) for value in listed]]
                for key, listed in self.lists.values()
            ]
        )


class _Union:
    """``map_union``: the entries of all maps; of several with one key, the first."""

    def __init__(self) -> None:
        self.pairs: dict[Hashable, list[Any]] | None = None
        self.budget = Budget()

    def step(self, kind: str, given: str | None) -> None:
        if given is None:
            return
        self.budget.take(given)
        if self.pairs is None:
            self.pairs = {}
        keys = parse_type(kind).arguments[0]
        for pair in json.loads(given):
            self.pairs.setdefault(values.key(keys, pair[0]), pair)

    def finalize(self) -> str | None:
        return None if self.pairs is None else values.dump(list(self.pairs.values()))


class _Histogram:
    """``histogram``: how often each value occurs that is not NULL."""

    def __init__(self) -> None:
        self.counts: dict[Hashable, list[Any]] = {}
        self.kind = ""
        self.budget = Budget()

    def step(self, kind: str, value: Any) -> None:
        if value is None:
            return
        self.kind = kind
        found = identity(kind)(value)
        if found not in self.counts:
            self.budget.take(value)
            self.counts[found] = [value, 0]
        self.counts[found][1] += 1

    def finalize(self) -> str | None:
        if not self.counts:
            return None
        kind = parse_type(self.kind)
        return values.dump(
            [[values.nested(kind, value), count] for value, count in self.counts.values()]
        )


class _MostFrequent(_Histogram):
    """``approx_most_frequent``, exactly: the values that occur most often."""

    def __init__(self) -> None:
        super().__init__()
        self.buckets = 0

    def step(  # type: ignore[override]
        self, kind: str, buckets: int | None, value: Any, capacity: int | None
    ) -> None:
        if buckets is None or capacity is None:
            return
        if buckets < 2:
            raise ValueError(
                "approx_most_frequent bucket count must be greater than one, "
                f"input bucket count: {buckets}"
            )
        self.buckets = buckets
        super().step(kind, value)

    def finalize(self) -> str | None:
        counted = self.counts
        most = sorted(counted.items(), key=lambda item: -item[1][1])
        self.counts = dict(most[: self.buckets])
        result = super().finalize()
        self.counts = counted  # in a window more rows may come
        return result


class _Percentile:
    """``approx_percentile``, exactly: the value that so large a part of all values is below."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self.part: Any = None
        self.kind = ""
        self.budget = Budget()

    def step(self, kind: str, value: Any, part: Any) -> None:
        if value is None or part is None:
            return
        self.budget.take(value)
        self.items.append(value)
        self.kind, self.part = kind, part

    def at(self, part: float) -> Any:
        """The value at a part; the values are sorted."""
        if not 0 <= part <= 1:
            raise ValueError("Percentile must be between 0 and 1")
        return self.items[min(len(self.items) - 1, math.floor(part * len(self.items)))]

    def finalize(self) -> Any:
        if not self.items:
            return None
        self.items.sort()
        return self.at(self.part)


class _Percentiles(_Percentile):
    """``approx_percentile`` with an array of parts, an array of values."""

    def finalize(self) -> str | None:
        if not self.items:
            return None
        self.items.sort()
        kind = parse_type(self.kind)
        parts = json.loads(self.part)
        if None in parts:
            raise ValueError("Percentile cannot be null")
        return values.dump([values.nested(kind, self.at(float(part))) for part in parts])


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {}

AGGREGATES: dict[tuple[str, int], type[Any]] = {
    ("trino_array_agg", 2): _Array,
    ("trino_listagg", 1): _Joined,
    ("trino_listagg", 2): _Joined,
    ("trino_map_agg", 4): _Map,
    ("trino_multimap_agg", 4): _Multimap,
    ("trino_map_union", 2): _Union,
    ("trino_histogram", 2): _Histogram,
    ("trino_most_frequent", 4): _MostFrequent,
    ("trino_percentile", 3): _Percentile,
    ("trino_percentiles", 3): _Percentiles,
}
"""Name and number of arguments -> class; their steps see NULLs."""
