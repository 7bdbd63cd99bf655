"""The registry of functions: one entry says what a function takes and gives, what it is for,
and how it becomes SQLite.

It is the function table, the type table, the allow-list of queries, and the source of
the documentation.  A function that is not here is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import (
    addresses,
    aggregates,
    arrays,
    binary,
    choice,
    conditions,
    jsons,
    maps,
    numbers,
    regexps,
    text,
    times,
    urls,
    windows,
)
from .model import Form, Function, Kind, Writer

__all__ = ["FUNCTIONS", "Form", "Function", "Kind", "Writer"]

_GROUPS = (
    arrays,
    maps,
    text,
    regexps,
    urls,
    binary,
    numbers,
    choice,
    times,
    aggregates,
    windows,
    conditions,
    jsons,
    addresses,
)

FUNCTIONS: Mapping[str, Function] = {
    entry.name: entry for group in _GROUPS for entry in group.ENTRIES
}
"""Every function that a query may call, by its name in lower case."""
