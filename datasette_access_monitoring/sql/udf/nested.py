"""SQLite functions over values that hold others, whatever their types: equality, conversion.

The first argument is the type's text; see ``sql.values`` for the forms.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ...catalog.types import parse_type
from ..rules import values


def equal(kind: str, left: str, right: str) -> bool | None:
    """``=``, three-valued."""
    return values.equal(parse_type(kind), json.loads(left), json.loads(right))


def compare(kind: str, left: str, right: str) -> int:
    """-1, 0 or 1."""
    return values.compare(parse_type(kind), json.loads(left), json.loads(right))


def key(kind: str, value: str) -> str:
    """A text that two values share exactly when they are not distinct."""
    return repr(_ordered(values.key(parse_type(kind), json.loads(value))))


def _ordered(part: Any) -> Any:
    if isinstance(part, frozenset):
        return ("map", sorted(map(_ordered, part), key=repr))
    return tuple(map(_ordered, part)) if isinstance(part, tuple) else part


def sort_key(kind: str, value: str) -> str:
    """A text whose order is the value's; raises ``ValueError`` for a NULL inside."""
    return values.sort_key(parse_type(kind), json.loads(value))


def coerce(source: str, target: str, value: str) -> str:
    """An implicit conversion."""
    return values.dump(values.coerced(parse_type(source), parse_type(target), json.loads(value)))


def held(kind: str, value: Any) -> Any:
    """What ``json_each`` gives of a nested scalar, as SQLite holds it alone."""
    return values.held(parse_type(kind), value)


def rows(kind: str, text: str) -> str:
    """An array of JSON objects, as storage has it, in the form of an array of rows."""
    names = parse_type(kind).arguments[0].names
    return values.dump(
        [None if row is None else [row.get(name) for name in names] for row in json.loads(text)]
    )


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_equal", 3): equal,
    ("trino_compare", 3): compare,
    ("trino_key", 2): key,
    ("trino_sort_key", 2): sort_key,
    ("trino_coerce", 3): coerce,
    ("trino_held", 2): held,
    ("trino_rows", 2): rows,
}
"""Name and number of arguments -> function; none of them sees a NULL."""
