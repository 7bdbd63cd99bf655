"""SQLite functions that choose between values of types whose order or equality is not SQLite's.

The first arguments are the texts of the types.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...catalog.types import TrinoType, parse_type
from ..rules import values
from ..rules.coercion import common


def greatest(kind: str, *choices: Any) -> Any:
    """The first of the largest values."""
    return _best(parse_type(kind), 1, choices)


def least(kind: str, *choices: Any) -> Any:
    """The first of the smallest values."""
    return _best(parse_type(kind), -1, choices)


def _best(kind: TrinoType, sign: int, choices: tuple[Any, ...]) -> Any:
    best, nested = choices[0], values.nested(kind, choices[0])
    for choice in choices[1:]:
        other = values.nested(kind, choice)
        if values.compare(kind, other, nested) == sign:
            best, nested = choice, other
    return best


def nullif(kind: str, other_kind: str, value: Any, other: Any) -> Any:
    """The first value, or NULL if the second one equals it in the type that both convert to."""
    if value is None or other is None:
        return value
    source, target = parse_type(kind), parse_type(other_kind)
    shared = common(source, target) or source
    equal = values.equal(
        shared,
        values.coerced(source, shared, values.nested(source, value)),
        values.coerced(target, shared, values.nested(target, other)),
    )
    return None if equal else value


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_greatest", -1): greatest,
    ("trino_least", -1): least,
}
"""Name and number of arguments (-1: any) -> function; none of them sees a NULL."""

OPEN: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_nullif", 4): nullif,
}
"""Functions that see NULLs."""
