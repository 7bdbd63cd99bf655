"""The SQLite function behind an UNNEST of several arrays."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import zip_longest
from typing import Any

from ..rules import values
from .text import bounded


def zipped(*texts: str | None) -> str:
    """The elements side by side, in lists; the shorter arrays are filled up with NULLs."""
    lists = [[] if text is None else json.loads(text) for text in texts]
    # Each list costs its commas and the word null for every element that it lacks.
    bounded(sum(len(text or "") for text in texts) + 5 * len(lists) * max(map(len, lists)))
    return values.dump(list(zip_longest(*lists)))


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {}

OPEN: dict[tuple[str, int], Callable[..., Any]] = {("trino_zip", -1): zipped}
"""Name and number of arguments -> function; it sees NULLs."""
