"""SQLite functions over the JSON of stored events, for what SQLite's own cannot give.

Storage keeps label maps as JSON objects, and SQLite before 3.45 ends a text that it takes
out of JSON at a NUL character.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ...catalog.types import TrinoType, parse_type
from ..rules import values
from ..rules.numerals import real_to_text


def label_map(kind: str, text: str) -> str:
    """A JSON object as a map from varchar to varchar, to array(varchar) or to json.

    A value of another kind becomes what Trino's CAST from JSON gives, or NULL where that fails.
    """
    value_type = parse_type(kind).arguments[1]
    pairs = json.loads(text).items()
    return values.dump([[key, _fitted(value_type, value)] for key, value in pairs])


def _fitted(kind: TrinoType, value: Any) -> Any:
    if kind.base == "json":
        return values.dump(value)
    if kind.base == "varchar":
        return _text(value)
    if not isinstance(value, list) or any(isinstance(item, (list, dict)) for item in value):
        return None
    return [_text(item) for item in value]


def _text(value: Any) -> str | None:
    """A JSON scalar as text; NULL for null, arrays and objects."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return real_to_text(value) if isinstance(value, float) else None


def text_at(text: str, path: str) -> str | None:
    """The text at a path (a JSON array of keys), NUL characters and all; NULL for none."""
    found = json.loads(text)
    for key in json.loads(path):
        if not isinstance(found, dict):
            return None
        found = found.get(key)
    return found if isinstance(found, str) else None


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_label_map", 2): label_map,
    ("trino_text_at", 2): text_at,
}
"""Name and number of arguments -> function; none of them sees a NULL."""
