"""SQLite functions that make arrays and read them; SQLite holds arrays as compact JSON text.

Their first argument is the text of the array's type, where they must know it.  What makes
new arrays out of old ones is in ``array_sets`` and ``array_shapes``.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from typing import Any

from ...catalog.types import VARCHAR, TrinoType, parse_type
from ..rules import values
from ..rules.times import NotSupportedValue
from .casting import convert
from .text import bounded

# Characters that JSON never escapes, but for ``\u``.
_PLAIN = re.compile(r"[A-Za-z0-9 _.:@*-]*")
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_NUL_IS_KEPT = sqlite3.sqlite_version_info >= (3, 45, 0)


def each(text: str) -> str:
    """An array, fit for SQLite's own JSON functions: before 3.45 they cut a text at a NUL."""
    if not _NUL_IS_KEPT and "\\u0000" in text and _NUL.search(text):
        raise NotSupportedValue(
            "a text with a NUL character inside an array: not supported here before SQLite 3.45"
        )
    return text


def array(kind: str, *elements: Any) -> str:
    """An array of held values of one type; ``kind`` is the elements' type."""
    element = parse_type(kind)
    return values.dump([values.nested(element, value) for value in elements])


def row(kind: str, *fields: Any) -> str:
    """A row of held values."""
    return values.dump(list(map(values.nested, parse_type(kind).arguments, fields)))


def joined(*arrays: str) -> str:
    """Arrays one after another."""
    bounded(sum(map(len, arrays)))
    inside = [text[1:-1] for text in arrays]
    return f"[{','.join(part for part in inside if part)}]"


def element_type(kind: str) -> TrinoType:
    """The type of the elements, from the text of the array's type."""
    return parse_type(kind).arguments[0]


def contains(text: str, wanted: Any) -> bool | None:
    """Whether an element equals; NULL when none does but one is NULL (three-valued).

    For elements that are texts or whole numbers.
    """
    if isinstance(wanted, str) and _absent(wanted, text):
        return False
    elements = json.loads(text)
    if wanted in elements:
        return True
    return None if None in elements else False


def _absent(wanted: str, text: str) -> bool:
    """Whether an array surely lacks a text, and has no NULL, told without parsing it."""
    return (
        f'"{wanted}"' not in text
        and "null" not in text
        and "\\u" not in text
        and _PLAIN.fullmatch(wanted) is not None
    )


def contains_any(kind: str, text: str, wanted: Any) -> bool | None:
    """``contains`` for elements of every type."""
    elements = json.loads(text)
    if _position("contains", element_type(kind), elements, wanted):
        return True
    return None if None in elements else False


def position(kind: str, text: str, wanted: Any) -> int:
    """Where the first element stands that equals, counted from 1; 0 if none does."""
    return _position("array_position", element_type(kind), json.loads(text), wanted)


def _position(function: str, kind: TrinoType, elements: list[Any], wanted: Any) -> int:
    value = values.nested(kind, wanted)
    for index, element in enumerate(elements):
        if element is not None and same(function, kind, element, value):
            return index + 1
    return 0


def same(function: str, kind: TrinoType, left: Any, right: Any) -> bool:
    """Whether nested values are equal; raises ``ValueError`` where a NULL inside leaves it open."""
    result = values.equal(kind, left, right)
    if result is None:
        raise ValueError(
            f"{function} does not support arrays with elements that are null or contain null"
        )
    return result


def element_at(kind: str, text: str, index: int) -> Any:
    """An element counted from 1, or from the end; NULL when there is none."""
    if index == 0:
        raise ValueError("SQL array indices start at 1")
    elements = json.loads(text)
    place = index - 1 if index > 0 else len(elements) + index
    if not 0 <= place < len(elements):
        return None
    return values.held(element_type(kind), elements[place])


def subscript(kind: str, text: str, index: int) -> Any:
    """An element counted from 1; raises ``ValueError`` where there is none."""
    elements = json.loads(text)
    if index < 1:
        raise ValueError(
            "SQL array indices start at 1"
            if index == 0
            else f"Array subscript is negative: {index}"
        )
    if index > len(elements):
        raise ValueError(
            f"Array subscript must be less than or equal to array length: {index} > {len(elements)}"
        )
    return values.held(element_type(kind), elements[index - 1])


def array_join(kind: str, text: str, separator: str, null: str | None = None) -> str:
    """The elements as one text; NULLs are left out, or replaced."""
    element = element_type(kind)
    shown = [null if item is None else _shown(element, item) for item in json.loads(text)]
    filled = [part for part in shown if part is not None]
    bounded(sum(map(len, filled)) + len(separator) * len(filled))
    return separator.join(filled)


def _shown(kind: TrinoType, value: Any) -> str:
    """A nested value as CAST to varchar gives it."""
    if kind == VARCHAR:
        return str(value)
    return str(convert(kind, VARCHAR, values.held(kind, value)))


def least(kind: str, text: str) -> Any:
    """The smallest element; NULL if the array is empty or has a NULL."""
    return _extreme(kind, text, -1)


def greatest(kind: str, text: str) -> Any:
    """The greatest element; NULL if the array is empty or has a NULL."""
    return _extreme(kind, text, 1)


def _extreme(kind: str, text: str, sign: int) -> Any:
    element, items = element_type(kind), json.loads(text)
    if not items or None in items:
        return None
    best = items[0]
    for item in items[1:]:
        if values.compare(element, item, best) == sign:
            best = item
    return values.held(element, best)


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_each", 1): each,
    ("trino_array_concat", -1): joined,
    ("trino_contains", 2): contains,
    ("trino_contains", 3): contains_any,
    ("trino_array_position", 3): position,
    ("trino_element_at", 3): element_at,
    ("trino_subscript", 3): subscript,
    ("trino_array_join", 3): array_join,
    ("trino_array_join", 4): array_join,
    ("trino_array_min", 2): least,
    ("trino_array_max", 2): greatest,
}
"""Name and number of arguments -> function; none of them sees a NULL."""

OPEN: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_array", -1): array,
    ("trino_row", -1): row,
}
"""The same for functions that see NULLs."""
