"""SQLite functions over arrays and rows, which SQLite holds as compact JSON text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from .text import bounded

# Characters that JSON never escapes, but for ``\u``.
_PLAIN = re.compile(r"[A-Za-z0-9 _.:@*-]*")


def contains(text: str, wanted: Any) -> bool | None:
    """Whether an element equals; NULL when none does but one is NULL (three-valued)."""
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


def element_at(text: str, index: int) -> Any:
    """An element counted from 1, or from the end; NULL when there is none."""
    if index == 0:
        raise ValueError("SQL array indices start at 1")
    elements = json.loads(text)
    position = index - 1 if index > 0 else len(elements) + index
    return compact(elements[position]) if 0 <= position < len(elements) else None


def compact(value: Any) -> Any:
    """A value of JSON in the form that SQLite holds: arrays and rows as compact text."""
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value


def array_join(text: str, separator: str, null: str | None = None) -> str:
    """The elements as one text; NULLs are left out, or replaced."""
    elements = [null if element is None else element for element in json.loads(text)]
    filled = [element for element in elements if element is not None]
    bounded(sum(map(len, filled)) + len(separator) * len(filled))
    return separator.join(filled)


def subscript(text: str, index: int) -> Any:
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
    return compact(elements[index - 1])


def array(*elements: Any) -> str:
    """An array of texts or whole numbers; the one function here that sees NULLs and keeps them."""
    return json.dumps(elements, ensure_ascii=False, separators=(",", ":"))


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_contains", 2): contains,
    ("trino_element_at", 2): element_at,
    ("trino_subscript", 2): subscript,
    ("trino_array_join", 2): array_join,
    ("trino_array_join", 3): array_join,
}
"""Name and number of arguments -> function; none of them sees a NULL."""

OPEN: dict[tuple[str, int], Callable[..., Any]] = {("trino_array", -1): array}
"""The same for functions that see NULLs."""
