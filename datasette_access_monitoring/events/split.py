"""An event of a documented type, split into its columns and the rest.

The law: columns and rest together give back the event.  The rest holds every key
that no column reads, every null, and the original of every value that its column
can hold only as a cast.  Putting the two together again is SQL (``store.layout``),
so that any SQLite client can do it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..catalog import View
from .casts import Cast, cast_for, to_boolean, to_integer, to_varchar

_Plan = dict[str, "tuple[int, Cast] | _Plan"]

Held = str | int
"""A column's value: text, or a 64-bit integer; for NULL, what its ``nothing`` says."""

Split = Callable[[dict[str, Any]], "tuple[list[Held], dict[str, Any]]"]
"""Event data -> (values in the order of the view's own columns, what they do not hold)."""


def nothing(cast: Cast) -> Held:
    """What stands for NULL where a column's value is expected: one that it can never hold.

    Handing a None to SQLite takes Python longer than ten texts, and most values are NULL.
    """
    return "" if cast in (to_integer, to_boolean) else 0


def splitter(view: View) -> Split:
    """The split for one view, its paths resolved once.

    Values come in the order of the view's columns without the derived ones.
    """
    own = [column for column in view.columns if not column.derived]
    blank = [nothing(cast_for(column.type)) for column in own]
    plan: _Plan = {}
    for index, column in enumerate(own):
        branch = plan
        for key in column.path[:-1]:
            inner = branch.setdefault(key, {})
            assert isinstance(inner, dict)  # the catalog has no path inside another's value
            branch = inner
        branch[column.path[-1]] = (index, cast_for(column.type))

    def split(data: dict[str, Any]) -> tuple[list[Held], dict[str, Any]]:
        values = blank.copy()
        return values, _rest(plan, data, values)

    return split


def _rest(plan: _Plan, data: dict[str, Any], values: list[Held]) -> dict[str, Any]:
    """Put into ``values`` what columns can hold, and return what they leave over."""
    rest: dict[str, Any] = {}
    for key, value in data.items():
        node = plan.get(key)
        if node is None:
            rest[key] = value
        elif isinstance(node, tuple):
            index, cast = node
            if cast is to_varchar and value.__class__ is str:  # by far the most common
                values[index] = value
                continue
            held, exact = cast(value)
            if held is not None:
                values[index] = held
            if not exact:
                rest[key] = value
        elif isinstance(value, dict) and value:
            inner = _rest(node, value, values)
            if inner:
                rest[key] = inner
        else:
            rest[key] = value
    return rest
