"""SQLite functions of the conditions that are no operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def type_name(kind: str, value: Any) -> str:  # noqa: ARG001 (Trino computes it, and may fail)
    """``typeof``: what was found when the query was translated."""
    return kind


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {}
"""Name and number of arguments -> function; none of them sees a NULL."""

OPEN: dict[tuple[str, int], Callable[..., Any]] = {("trino_typeof", 2): type_name}
"""The same for functions that see NULLs."""
