"""Functions over arrays, as entries of the registry; what they do is in ``udf``."""

from __future__ import annotations

from collections.abc import Sequence

from ...catalog.types import UNKNOWN, VARCHAR, TrinoType, array
from ..binding import lambda_forms
from ..binding.bound import Bound, text_literal
from ..rules.casting import castable
from ..rules.coercion import is_orderable
from .model import Form, Group, Writer

_group = Group("array")
_scalar = _group.scalar


def _zipped(kinds: Sequence[TrinoType]) -> TrinoType:
    """An array of rows of the arrays' elements."""
    fields = tuple(kind.arguments[0] for kind in kinds)
    return array(TrinoType("row", fields, (None,) * len(fields)))


def _joined(arguments: Sequence[Bound], result: TrinoType) -> str:  # noqa: ARG001
    """``array_join``; raises ``ValueError`` for elements that have no CAST to varchar."""
    element = arguments[0].type.arguments[0]
    if element != UNKNOWN and not castable(element, VARCHAR):
        raise ValueError(f"Input type {element} not supported")
    listed = ", ".join(part.sql for part in arguments)
    return f"trino_array_join({text_literal(str(arguments[0].type))}, {listed})"


def _ordered(function: str) -> Writer:
    """A writer of a function of one array, whose elements must have an order."""

    def write(arguments: Sequence[Bound], result: TrinoType) -> str:  # noqa: ARG001
        kind = arguments[0].type
        if not is_orderable(kind):
            raise ValueError(f"values of type {kind.arguments[0]} have no order")
        return f"{function}({text_literal(str(kind))}, {arguments[0].sql})"

    return write


def _timestamps(kinds: Sequence[TrinoType]) -> TrinoType:
    return array(max(kinds[:2], key=lambda kind: kind.parameters))


# fmt: off
_scalar("cardinality", "The number of elements of an array or map; NULL for one that is NULL.", {
    "(array(T)) -> bigint": "json_array_length({0})",
    "(map(K, V)) -> bigint": "json_array_length({0})",
})
_scalar("contains", "Whether an element equals the value; NULL if none does but one is NULL. "
        "Or whether a network such as 10.0.0.0/8 holds an address.", {
    "(array(varchar), varchar) -> boolean": "trino_contains({0}, {1})",
    "(array(bigint), bigint) -> boolean": "trino_contains({0}, {1})",
    "(array(integer), integer) -> boolean": "trino_contains({0}, {1})",
    "(array(T), T) -> boolean": "trino_contains({t0}, {0}, {1})",
    "(varchar, ipaddress) -> boolean": "trino_network_contains({0}, {1})",
})
_scalar("contains_sequence", "Whether the elements of the second array stand in the first, "
        "one after another.", {
    "(array(T), array(T)) -> boolean": "trino_contains_sequence({t0}, {0}, {1})",
})
_scalar("element_at", "An element of an array, counted from 1, or from the end if negative; or the "
        "value of a key of a map; NULL when there is none.", {
    "(array(T), bigint) -> T": "trino_element_at({t0}, {0}, {1})",
    "(map(K, V), K) -> V": "trino_map_element_at({t0}, {0}, {1})",
})
_scalar("array_first", "The first element, or the first for which the lambda says true; "
        "NULL when there is none.", {
    "(array(T)) -> T": "trino_element_at({t0}, {0}, 1)",
    "(array(T), function(T, boolean)) -> T": lambda_forms.first_match,
})
_scalar("array_last", "The last element; NULL when there is none.", {
    "(array(T)) -> T": "trino_element_at({t0}, {0}, -1)",
})
_scalar("array_join", "The elements as one text, NULLs left out or replaced.", {
    "(array(T), varchar) -> varchar": _joined,
    "(array(T), varchar, varchar) -> varchar": _joined,
})
_scalar("array_position", "Where the first element stands that equals the value, counted from 1; "
        "0 when none does.", {
    "(array(T), T) -> bigint": "trino_array_position({t0}, {0}, {1})",
})
_scalar("array_min", "The smallest element; NULL when the array is empty or has a NULL.", {
    "(array(T)) -> T": _ordered("trino_array_min"),
})
_scalar("array_max", "The greatest element; NULL when the array is empty or has a NULL.", {
    "(array(T)) -> T": _ordered("trino_array_max"),
})
_scalar("array_distinct", "Each element once, in the order in which they first stand.", {
    "(array(T)) -> array(T)": "trino_array_distinct({t0}, {0})",
})
_scalar("array_union", "The elements of both arrays, each once.", {
    "(array(T), array(T)) -> array(T)": "trino_array_union({t0}, {0}, {1})",
})
_scalar("array_intersect", "The elements that both arrays have, each once, in the order of the "
        "longer array.", {
    "(array(T), array(T)) -> array(T)": "trino_array_intersect({t0}, {0}, {1})",
})
_scalar("array_except", "The elements of the first array that the second lacks, each once; as in "
        "Trino, the first array as it is when the second is empty.", {
    "(array(T), array(T)) -> array(T)": "trino_array_except({t0}, {0}, {1})",
})
_scalar("arrays_overlap", "Whether the arrays share an element that is not NULL; NULL if they do "
        "not but one of them has a NULL.", {
    "(array(T), array(T)) -> boolean": "trino_arrays_overlap({t0}, {0}, {1})",
})
_scalar("array_remove", "The array without the elements that equal the value.", {
    "(array(T), T) -> array(T)": "trino_array_remove({t0}, {0}, {1})",
})
_scalar("array_sort", "The elements in ascending order, NULLs last; or as the lambda compares two "
        "of them, giving -1, 0 or 1.", {
    "(array(T)) -> array(T)": _ordered("trino_array_sort"),
    "(array(T), function(T, T, integer)) -> array(T)": lambda_forms.array_sort,
})
_scalar("array_histogram", "A map from each element that is not NULL to how often it occurs.", {
    "(array(T)) -> map(T, bigint)": "trino_array_histogram({t0}, {0})",
})
_scalar("flatten", "The elements of the arrays in an array, as one array.", {
    "(array(array(T))) -> array(T)": "trino_flatten({0})",
})
_scalar("slice", "So many elements from a place, counted from 1, or from the end if negative.", {
    "(array(T), bigint, bigint) -> array(T)": "trino_slice({0}, {1}, {2})",
})
_scalar("trim_array", "The array without its last elements; an error if it has too few.", {
    "(array(T), bigint) -> array(T)": "trino_trim_array({0}, {1})",
})
_scalar("repeat", "An array of one element, NULL or not, so many times.", {
    "(T, bigint) -> array(T)": "trino_repeat({r}, {0}, {1})",
})
_scalar("combinations", "Every choice of so many elements, 5 at most, as an array of arrays.", {
    "(array(T), integer) -> array(array(T))": "trino_combinations({0}, {1})",
})
_scalar("ngrams", "Every so many elements that stand one after another, as an array of arrays.", {
    "(array(T), integer) -> array(array(T))": "trino_ngrams({0}, {1})",
})
_scalar("zip", "An array of rows, the first of the first elements of 2 to 5 arrays; NULL where "
        "an array is shorter.", {
    "(array(T), array(U)) -> array(row)":
        Form("trino_zip_arrays({*})", _zipped),
    "(array(T), array(U), array(S)) -> array(row)":
        Form("trino_zip_arrays({*})", _zipped),
    "(array(T), array(U), array(S), array(K)) -> array(row)":
        Form("trino_zip_arrays({*})", _zipped),
    "(array(T), array(U), array(S), array(K), array(V)) -> array(row)":
        Form("trino_zip_arrays({*})", _zipped),
})
_scalar("sequence", "The values from the first to the last, 10,000 at most; the step is a number "
        "or an interval, by default one up or down.", {
    "(bigint, bigint) -> array(bigint)": "trino_sequence({0}, {1})",
    "(bigint, bigint, bigint) -> array(bigint)": "trino_sequence({0}, {1}, {2})",
    "(date, date) -> array(date)": "trino_sequence_dates({0}, {1})",
    "(date, date, interval day to second) -> array(date)": "trino_sequence_dates({0}, {1}, {2})",
    "(date, date, interval year to month) -> array(date)":
        "trino_sequence_dates_months({0}, {1}, {2})",
    "(timestamp, timestamp, interval day to second) -> array(timestamp)":
        Form("trino_sequence_timestamps({0}, {1}, {2})", _timestamps),
    "(timestamp, timestamp, interval year to month) -> array(timestamp)":
        Form("trino_sequence_timestamps_months({0}, {1}, {2})", _timestamps),
})
_scalar("any_match", "Whether the lambda says true for an element; NULL if it says NULL for one "
        "and true for none.", {
    "(array(T), function(T, boolean)) -> boolean": lambda_forms.any_match,
})
_scalar("all_match", "Whether the lambda says true for every element; NULL if it says NULL for one "
        "and false for none.", {
    "(array(T), function(T, boolean)) -> boolean": lambda_forms.all_match,
})
_scalar("none_match", "Whether the lambda says true for no element; NULL if it says NULL for one "
        "and true for none.", {
    "(array(T), function(T, boolean)) -> boolean": lambda_forms.none_match,
})
_scalar("filter", "The elements for which the lambda says true.", {
    "(array(T), function(T, boolean)) -> array(T)": lambda_forms.filter_,
})
_scalar("transform", "An array of what the lambda gives for each element.", {
    "(array(T), function(T, U)) -> array(U)": lambda_forms.transform,
})
_scalar("zip_with", "An array of what the lambda gives for the elements of two arrays at the same "
        "place, NULL where one is shorter.", {
    "(array(T), array(U), function(T, U, S)) -> array(S)": lambda_forms.zip_with,
})
_scalar("reduce", "The last state, put through the second lambda; the first lambda makes the next "
        "state of a state and an element.", {
    "(array(T), S, function(S, T, S), function(S, U)) -> U": lambda_forms.reduce,
})
# fmt: on

ENTRIES = tuple(_group.entries)
