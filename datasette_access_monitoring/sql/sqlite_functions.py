"""CARDINALITY, CONTAINS and FROM_ISO8601_TIMESTAMP for plain SQLite SQL.

What people type into Datasette's own SQL box, or run through sqlite-utils, is not
translated; with these three most of the documented queries run there as well.  SQLite
finds functions without regard to case.  Translated SQL does not use them: its functions
are in ``udf``.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from .rules import iso8601, times
from .udf import strict

DOCUMENTATION = {
    "CARDINALITY": "CARDINALITY(array): the number of elements of a JSON array; NULL for NULL.",
    "CONTAINS": "CONTAINS(array, value): 1 if an element of the JSON array equals the value, "
    "else 0; NULL if that is not known (a NULL argument, or a NULL element and no match).",
    "FROM_ISO8601_TIMESTAMP": "FROM_ISO8601_TIMESTAMP(text): milliseconds since 1970-01-01 UTC, so "
    "that a - b > 86400000 asks for more than one day; NULL for NULL, an error for other text.",
}
"""What each function takes and gives, for help pages."""


def cardinality(array: Any) -> int:
    """The number of elements; raises ``ValueError`` for what is no JSON array."""
    return len(_elements("CARDINALITY", array))


def contains(array: Any, value: Any) -> bool | None:
    """Whether an element equals the value, by SQL's three-valued logic."""
    elements = _elements("CONTAINS", array)
    if any(element == value for element in elements if element is not None):
        return True
    return None if None in elements else False


def from_iso8601_timestamp(text: Any) -> int:
    """Milliseconds since 1970-01-01 UTC; raises ``ValueError`` for what is no timestamp."""
    if not isinstance(text, str):
        raise ValueError(f"FROM_ISO8601_TIMESTAMP: {text!r} is no text")
    try:
        moment, _ = times.unpack(iso8601.parse_timestamp(text))
    except ValueError as error:
        raise ValueError(f"FROM_ISO8601_TIMESTAMP: {error}") from error
    return moment


def _elements(function: str, array: Any) -> list[Any]:
    try:
        elements = json.loads(array)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{function}: {array!r} is no JSON array") from error
    if not isinstance(elements, list):
        raise ValueError(f"{function}: {array!r} is no JSON array")
    return elements


def register_plain(connection: sqlite3.Connection) -> None:
    """Put the three functions on a connection, under their Trino names."""
    for name, arguments, function in (
        ("CARDINALITY", 1, cardinality),
        ("CONTAINS", 2, contains),
        ("FROM_ISO8601_TIMESTAMP", 1, from_iso8601_timestamp),
    ):
        connection.create_function(name, arguments, strict(function), deterministic=True)
