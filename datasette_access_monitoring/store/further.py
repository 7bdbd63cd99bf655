"""The columns that a query reaches by name beside those of a view: undocumented keys, objects.

Events carry keys that the documented columns lack; they are kept in ``_extra``, and
``_event_keys`` knows their names and kinds.  An object with no column of another meaning
beneath it (labels, traits) is a map as well.  Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from ..catalog import View
from ..catalog.types import JSON, VARCHAR, TrinoType, array, map_of
from ..events.keys import Kind
from .layout import EXTRA_SQL, object_in, object_sql, own_columns, quote
from .other_types import OtherColumn, json_column, other_column_name
from .registry import SeenKey, SeenType, columns_of

_Keys = Mapping[tuple[str, ...], SeenKey]
_SCALARS = frozenset({Kind.NULL, Kind.BOOLEAN, Kind.INTEGER, Kind.DOUBLE, Kind.VARCHAR, Kind.MIXED})
_LISTS = frozenset({Kind.NULL, Kind.VARCHAR_ARRAY})


def of_documented(view: View, seen: SeenType | None) -> list[OtherColumn]:
    """What events of a documented type turned out to carry; its label maps are always there."""
    keys = {} if seen is None else seen.keys
    held = own_columns(view)
    documented = {column.path for column in held}
    labels = [column.path[:-1] for column in held if column.map_entry]
    found = [
        json_column(key.column, EXTRA_SQL, path, key.kind)
        for path, key in keys.items()
        if key.column and key.kind is not Kind.OBJECT and path not in (*documented, *labels)
    ]
    taken = {column.name for column in view.columns} | {column.name for column in found}
    seen_objects = [path for path, key in keys.items() if key.kind is Kind.OBJECT]
    above = {
        path[:end] for path in documented for end in range(1, len(path)) if path[:end] not in labels
    }
    objects = [path for path in dict.fromkeys([*labels, *seen_objects]) if path not in above]
    return found + _maps(objects, keys, taken, lambda path: object_sql(view, path), labels)


def of_undocumented(seen: SeenType) -> list[OtherColumn]:
    """The objects of an undocumented type; its other keys are columns of its view."""
    objects = [path for path, key in seen.keys.items() if key.kind is Kind.OBJECT]
    taken = [column.name for column in columns_of(seen)]
    return _maps(objects, seen.keys, taken, lambda path: object_in(quote("event_data"), path))


def _maps(
    objects: Iterable[tuple[str, ...]],
    keys: _Keys,
    taken: Iterable[str],
    sql: Callable[[tuple[str, ...]], str],
    labels: Collection[tuple[str, ...]] = (),
) -> list[OtherColumn]:
    """The objects as maps, but for those whose name another column has.

    The values of documented ``labels`` are texts or lists of texts, whatever one event says.
    """
    names = {name.lower() for name in taken}
    maps = []
    for path in sorted(objects):
        name = other_column_name(path, ())
        if name is None or name.lower() in names:
            continue
        names.add(name.lower())
        kind = _value_type(path, keys)
        if kind == JSON and path in labels:
            kind = VARCHAR
        maps.append(OtherColumn(name, map_of(VARCHAR, kind), sql(path)))
    return maps


def _value_type(path: tuple[str, ...], keys: _Keys) -> TrinoType:
    """What an object's values are: texts, arrays of texts, or anything."""
    kinds = {key.kind for inner, key in keys.items() if inner[:-1] == path}
    if kinds <= _SCALARS:
        return VARCHAR
    return array(VARCHAR) if kinds <= _LISTS else JSON
