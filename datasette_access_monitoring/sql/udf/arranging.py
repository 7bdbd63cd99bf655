"""DISTINCT and ORDER BY inside an aggregate's arguments, around any other aggregate.

SQLite knows DISTINCT for one argument only, and ORDER BY there since its version 3.44.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from . import aggregates, gathering, statistics
from .sorting import Budget, identity, sort_key

INNER: dict[str, type[Any]] = {
    name: made
    for module in (aggregates, gathering, statistics)
    for (name, _), made in module.AGGREGATES.items()
}
"""The aggregates that others are made around, by name."""


class Key(NamedTuple):
    """One key of an ORDER BY: its type's text, its direction, where NULLs go."""

    kind: str
    descending: bool
    nulls_first: bool


class Plan(NamedTuple):
    """``distinct`` are the types of the arguments if equal ones count once, else empty."""

    distinct: tuple[str, ...]
    keys: tuple[Key, ...]


@lru_cache(maxsize=256)
def plan(text: str) -> Plan:
    """Read what ``plan_text`` wrote."""
    distinct, keys = json.loads(text)
    return Plan(tuple(distinct), tuple(Key(*key) for key in keys))


def plan_text(distinct: Sequence[str], keys: Sequence[Key]) -> str:
    """A plan as JSON text."""
    return json.dumps([list(distinct), [list(key) for key in keys]], separators=(",", ":"))


class _Arranged:
    """Keeps the rows, and gives them to the other aggregate when the last has come.

    The values of a row: what the other aggregate takes, its arguments last; then the keys.
    """

    def __init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self.seen: set[Hashable] = set()
        self.name = ""
        self.plan = Plan((), ())
        self.budget = Budget()

    def step(self, name: str, text: str, *row: Any) -> None:
        self.name, self.plan = name, plan(text)
        if self.plan.distinct:
            given = row[: len(row) - len(self.plan.keys)][-len(self.plan.distinct) :]
            found = tuple(
                identity(kind)(value) for kind, value in zip(self.plan.distinct, given, strict=True)
            )
            if found in self.seen:
                return
            self.seen.add(found)
        self.budget.take(*row)
        self.rows.append(row)

    def finalize(self) -> Any:
        if not self.rows:
            return None
        rows, taken = self.rows, len(self.rows[0]) - len(self.plan.keys)
        for index in reversed(range(len(self.plan.keys))):
            rows = _sorted(rows, taken + index, self.plan.keys[index])
        inner = INNER[self.name]()
        for row in rows:
            inner.step(*row[:taken])
        return inner.finalize()


def _sorted(rows: list[tuple[Any, ...]], index: int, key: Key) -> list[tuple[Any, ...]]:
    """The rows by one key, those with equal keys as they were."""
    order = sort_key(key.kind)
    nulls = [row for row in rows if row[index] is None]
    others = [row for row in rows if row[index] is not None]
    others.sort(key=lambda row: order(row[index]), reverse=key.descending)
    return nulls + others if key.nulls_first else others + nulls


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {}

AGGREGATES: dict[tuple[str, int], type[Any]] = {("trino_arranged", -1): _Arranged}
"""Name and number of arguments (-1 is any) -> class; their steps see NULLs."""
