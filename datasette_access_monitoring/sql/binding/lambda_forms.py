"""How the functions that take a lambda are written in SQLite.

Most are a subquery over SQLite's ``json_each``, whose rows are the elements of the array, or
the one JSON ``null`` of an array that is NULL: that row has no key.  A lambda's body is bound
before, with its parameters as the expressions that ``READERS`` gives; the subquery has the
alias that they name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...catalog.types import TrinoType
from . import json_reads
from .bound import Bound, text_literal


@dataclass(frozen=True, slots=True)
class Lambda(Bound):
    """A bound lambda: its type is ``function(parameters, result)``, its text that of its body.

    ``alias`` begins the SQLite names that the body takes its parameters from.
    """

    alias: str = ""


Reader = Callable[[str, int, Sequence[TrinoType]], list[str]]
"""The SQLite expressions of the parameters of a function's n-th lambda, given their types."""


def _each(alias: str, position: int, kinds: Sequence[TrinoType]) -> list[str]:  # noqa: ARG001
    return [json_reads.held(kinds[0], f'"{alias}"."value"')]


def _listed(alias: str, position: int, kinds: Sequence[TrinoType]) -> list[str]:  # noqa: ARG001
    """The elements are lists of what the parameters stand for."""
    return [json_reads.item(kind, f'"{alias}"."value"', i) for i, kind in enumerate(kinds)]


def _paired(alias: str, position: int, kinds: Sequence[TrinoType]) -> list[str]:
    other = f'"{alias}_2"."value"'
    return [*_each(alias, position, kinds), json_reads.held(kinds[1], other)]


def _state(alias: str, position: int, kinds: Sequence[TrinoType]) -> list[str]:
    own = f'"{alias}"."state"'
    if position > 0:
        return [own]
    element = f"""json_extract("{alias}"."items", '$[' || "{alias}"."place" || ']')"""
    return [own, json_reads.held(kinds[1], element)]


READERS: dict[str, Reader] = {
    "array_sort": _paired,
    "reduce": _state,
    **dict.fromkeys(
        ("map_filter", "map_zip_with", "transform_keys", "transform_values", "zip_with"), _listed
    ),
}
"""By function; what is not here has a lambda of one parameter, the element."""

EACH: Reader = _each


def _parts(arguments: Sequence[Bound]) -> tuple[list[Bound], Lambda]:
    """The arguments before the lambda, and the lambda."""
    *values, function = arguments
    assert isinstance(function, Lambda)
    return values, function


def _elements(alias: str, array: str) -> str:
    return f"""json_each(coalesce(trino_each({array}), 'null')) AS "{alias}\""""


def _guarded(function: Lambda) -> str:
    """The body, NULL in the row that stands for a NULL array."""
    return f'CASE WHEN "{function.alias}"."key" IS NOT NULL THEN {function.sql} END'


def _match(decisive: int, then: int) -> Callable[[Sequence[Bound], TrinoType], str]:
    """A writer of a condition over all elements, three-valued.

    It is ``then`` as soon as the lambda says ``decisive`` of one, else NULL if it says NULL of
    one, else the opposite.
    """
    scores = f"WHEN {decisive} THEN 2 WHEN {1 - decisive} THEN 0 ELSE 1"

    def write(arguments: Sequence[Bound], result: TrinoType) -> str:  # noqa: ARG001
        (array,), function = _parts(arguments)
        score = f"MAX(CASE {_guarded(function)} {scores} END)"
        return (
            f"(SELECT CASE {score} WHEN 2 THEN {then} WHEN 1 THEN NULL ELSE {1 - then} END "
            f"FROM {_elements(function.alias, array.sql)})"
        )

    return write


any_match = _match(1, 1)
all_match = _match(0, 0)
none_match = _match(1, 0)


def first_match(arguments: Sequence[Bound], result: TrinoType) -> str:
    """``array_first(array, x -> ...)``."""
    (array,), function = _parts(arguments)
    value = json_reads.held(result, f'"{function.alias}"."value"')
    return (
        f"(SELECT {value} FROM {_elements(function.alias, array.sql)} "
        f'WHERE {_guarded(function)} ORDER BY "{function.alias}"."key" LIMIT 1)'
    )


def _collected(kind: TrinoType, value: str, alias: str, source: str) -> str:
    """An array of what ``value`` is for every row of ``source``."""
    collect = f'trino_collect({text_literal(str(kind))}, "{alias}"."key", {value})'
    return f"(SELECT CASE WHEN COUNT(*) = 0 THEN '[]' ELSE {collect} END FROM {source})"


def transform(arguments: Sequence[Bound], result: TrinoType) -> str:
    """``transform(array, x -> ...)``."""
    (array,), function = _parts(arguments)
    source = _elements(function.alias, array.sql)
    return _collected(result.arguments[0], _guarded(function), function.alias, source)


def filter_(arguments: Sequence[Bound], result: TrinoType) -> str:
    """``filter(array, x -> ...)``."""
    kind = result.arguments[0]
    (array,), function = _parts(arguments)
    return _kept(kind, json_reads.held(kind, f'"{function.alias}"."value"'), array.sql, function)


def _kept(kind: TrinoType, value: str, array: str, function: Lambda) -> str:
    condition = f'CASE WHEN "{function.alias}"."key" IS NULL THEN 1 ELSE {function.sql} END'
    source = f"{_elements(function.alias, array)} WHERE {condition}"
    return _collected(kind, value, function.alias, source)


def zip_with(arguments: Sequence[Bound], result: TrinoType) -> str:
    """``zip_with(array, array, (x, y) -> ...)``."""
    (left, right), function = _parts(arguments)
    source = _elements(function.alias, f"trino_zip_arrays({left.sql}, {right.sql})")
    return _collected(result.arguments[0], _guarded(function), function.alias, source)


def map_filter(arguments: Sequence[Bound], result: TrinoType) -> str:
    """``map_filter(map, (k, v) -> ...)``."""
    (pairs,), function = _parts(arguments)
    entry = TrinoType("row", result.arguments, (None, None))
    return _kept(entry, f'"{function.alias}"."value"', pairs.sql, function)


def transform_values(arguments: Sequence[Bound], result: TrinoType) -> str:
    """``transform_values(map, (k, v) -> ...)``."""
    (pairs,), function = _parts(arguments)
    return _values(function, _elements(function.alias, pairs.sql), result)


def _values(function: Lambda, source: str, result: TrinoType) -> str:
    """A map of the same keys, its values what the lambda gives."""
    key = json_reads.item(result.arguments[0], f'"{function.alias}"."value"', 0)
    return _entries(result, key, _guarded(function), function, source)


def _entries(result: TrinoType, key: str, value: str, function: Lambda, source: str) -> str:
    entry = TrinoType("row", result.arguments, (None, None))
    pair = f"trino_row({text_literal(str(entry))}, {key}, {value})"
    return _collected(entry, pair, function.alias, source)


def transform_keys(arguments: Sequence[Bound], result: TrinoType) -> str:
    """``transform_keys(map, (k, v) -> ...)``."""
    (pairs,), function = _parts(arguments)
    value = json_reads.item(result.arguments[1], f'"{function.alias}"."value"', 1)
    source = _elements(function.alias, pairs.sql)
    entries = _entries(result, _guarded(function), value, function, source)
    return f"trino_map_from_entries({text_literal(str(result))}, {entries})"


def map_zip_with(arguments: Sequence[Bound], result: TrinoType) -> str:
    """``map_zip_with(map, map, (k, v1, v2) -> ...)``."""
    (left, right), function = _parts(arguments)
    kind = text_literal(str(result.arguments[0]))
    merged = f"trino_map_zip({kind}, {left.sql}, {right.sql})"
    return _values(function, _elements(function.alias, merged), result)


def array_sort(arguments: Sequence[Bound], result: TrinoType) -> str:
    """``array_sort(array, (x, y) -> ...)``: every pair of elements is compared."""
    (array,), function = _parts(arguments)
    first, second = f'"{function.alias}"', f'"{function.alias}_2"'
    kind = result.arguments[0]
    own = json_reads.held(kind, f'{first}."value"')
    value = f'CASE WHEN {first}."key" IS {second}."key" THEN {own} ELSE {function.sql} END'
    arguments_ = f'{text_literal(str(kind))}, {first}."key", {second}."key", {value}'
    return (
        f"(SELECT CASE WHEN COUNT(*) = 0 THEN '[]' ELSE trino_sort_pairs({arguments_}) END "
        f'FROM {_elements(function.alias, array.sql)}, json_each({first}."json") AS {second})'
    )


def reduce(arguments: Sequence[Bound], result: TrinoType) -> str:  # noqa: ARG001
    """``reduce(array, state, (s, x) -> ..., s -> ...)``: a recursive query, one step an element.

    Raises ``ValueError`` for a state that aggregates: SQLite would aggregate the steps.
    """
    array, state, step, last = arguments
    assert isinstance(step, Lambda)
    if state.aggregates:
        raise ValueError("reduce from an aggregate: not supported; compute it in a subquery first")
    name = f'"{step.alias}"'
    items = f'"{step.alias}_1"."value"' if array.aggregates else array.sql
    steps = (
        f"(WITH RECURSIVE {name}(place, state, items) AS ("
        f"SELECT 0, {state.sql}, trino_each({items}) UNION ALL "
        f"SELECT {name}.place + 1, {step.sql}, {name}.items FROM {name} "
        f"WHERE {name}.place < json_array_length({name}.items)) "
        f"SELECT {last.sql} FROM {name} WHERE {name}.place = json_array_length({name}.items))"
    )
    if not array.aggregates:
        return steps
    # An aggregate of the rows around can stand in the arguments of json_each, if the subquery
    # itself aggregates; MAX is that of its one row.
    return f'(SELECT MAX({steps}) FROM json_each(json_array({array.sql})) AS "{step.alias}_1")'
