"""Functions over maps, as entries of the registry; what they do is in ``udf``."""

from __future__ import annotations

from collections.abc import Sequence

from ...catalog.types import TrinoType, array, map_of
from ..binding import lambda_forms
from .model import Form, Group

_group = Group("map")
_scalar = _group.scalar


def _entries(kinds: Sequence[TrinoType]) -> TrinoType:
    """An array of rows of a key and a value."""
    return array(TrinoType("row", kinds[0].arguments, (None, None)))


def _of_entries(kinds: Sequence[TrinoType]) -> TrinoType:
    return map_of(*_entry(kinds))


def _multimap(kinds: Sequence[TrinoType]) -> TrinoType:
    key, value = _entry(kinds)
    return map_of(key, array(value))


def _entry(kinds: Sequence[TrinoType]) -> tuple[TrinoType, TrinoType]:
    """The types of a row's two fields."""
    fields = kinds[0].arguments[0].arguments
    if len(fields) != 2:
        raise ValueError("an entry is a row of a key and a value")
    return fields[0], fields[1]


# fmt: off
_scalar("map", "A map of an array of keys and one of values; without arguments an empty one.", {
    "() -> map(unknown, unknown)": "'[]'",
    "(array(K), array(V)) -> map(K, V)": "trino_map({r}, {0}, {1})",
})
_scalar("map_from_entries", "A map of an array of rows of a key and a value.", {
    "(array(row)) -> map(K, V)": Form("trino_map_from_entries({r}, {0})", _of_entries),
})
_scalar("multimap_from_entries", "A map from each key of an array of rows of a key and a value to "
        "the array of its values.", {
    "(array(row)) -> map(K, array(V))": Form("trino_multimap_from_entries({r}, {0})", _multimap),
})
_scalar("map_entries", "The keys and values of a map, as an array of rows.", {
    "(map(K, V)) -> array(row)": Form("{0}", _entries),
})
_scalar("map_keys", "The keys of a map, as an array.", {
    "(map(K, V)) -> array(K)": "trino_map_keys({0})",
})
_scalar("map_values", "The values of a map, as an array.", {
    "(map(K, V)) -> array(V)": "trino_map_values({0})",
})
_scalar("map_concat", "One map of several; a key's value is that of the last map that has it.", {
    "(map(K, V), map(K, V)...) -> map(K, V)": "trino_map_concat({r}, {*})",
})
_scalar("map_filter", "The entries for which the lambda says true.", {
    "(map(K, V), function(K, V, boolean)) -> map(K, V)": lambda_forms.map_filter,
})
_scalar("transform_keys", "The map with what the lambda gives as its keys, which must differ.", {
    "(map(K, V), function(K, V, U)) -> map(U, V)": lambda_forms.transform_keys,
})
_scalar("transform_values", "The map with what the lambda gives as its values.", {
    "(map(K, V), function(K, V, U)) -> map(K, U)": lambda_forms.transform_values,
})
_scalar("map_zip_with", "A map of the keys of both maps; the lambda makes each value of a key and "
        "the two maps' values, NULL where one lacks the key.", {
    "(map(K, V), map(K, U), function(K, V, U, S)) -> map(K, S)": lambda_forms.map_zip_with,
})
# fmt: on

ENTRIES = tuple(_group.entries)
