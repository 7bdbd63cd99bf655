"""GROUP BY: its keys, and the grouping sets that GROUPING SETS, ROLLUP and CUBE make of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, product
from math import prod
from typing import Any

from sqlglot import exp

from ...catalog.types import BIGINT, INTEGER
from .bound import Bound
from .context import Context
from .conversion import key_of
from .ordering import ordinal

MAX_SETS = 64
"""Grouping sets in one GROUP BY at most: each is a SELECT of its own."""

_MOST_IN_AN_INTEGER = 31
_MOST_ARGUMENTS = 63

Keys = tuple[str, ...]
"""One grouping set: its keys by their SQLite text."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """The keys of a GROUP BY by their SQLite text, and its sets of them."""

    keys: dict[str, Bound]
    sets: tuple[Keys, ...]

    @property
    def is_plain(self) -> bool:
        """Whether SQLite's own GROUP BY can say it: one set, with a key."""
        return len(self.sets) == 1 and bool(self.keys)


def grouping(context: Context, clause: exp.Group, items: Sequence[Bound]) -> Grouping:
    """Bind the GROUP BY of a SELECT whose list is ``items``."""
    if not clause.expressions:
        raise context.error("GROUP BY needs an expression", clause)
    inside = context.within("GROUP BY clause")
    keys: dict[str, Bound] = {}
    elements = [_element(inside, element, items, keys) for element in clause.expressions]
    if prod(map(len, elements)) > MAX_SETS:
        raise _too_many(context, clause)
    sets = [tuple(dict.fromkeys(chain(*parts))) for parts in product(*elements)]
    if clause.args.get("all") is False:  # GROUP BY DISTINCT
        sets = list({frozenset(each): each for each in sets}.values())
    _check_keys(context, clause, keys, sets)
    return Grouping(keys, tuple(sets))


def _element(
    context: Context, element: exp.Expr, items: Sequence[Bound], keys: dict[str, Bound]
) -> list[Keys]:
    """The sets that one element of GROUP BY stands for."""
    if not isinstance(element, (exp.GroupingSets, exp.Rollup, exp.Cube)):
        bound = [
            ordinal(context, part, items, "GROUP BY") or context.bind(part)
            for part in _parts(element)
        ]
        return [_remembered(bound, keys)]
    listed = [
        _remembered([_column(context, part) for part in _parts(inner)], keys)
        for inner in element.expressions
    ]
    if isinstance(element, exp.GroupingSets):
        return listed
    sizes = range(len(listed), -1, -1)
    if isinstance(element, exp.Rollup):
        return [tuple(chain(*listed[:size])) for size in sizes]
    if 1 << len(listed) > MAX_SETS:
        raise _too_many(context, element)
    return [tuple(chain(*chosen)) for size in sizes for chosen in combinations(listed, size)]


def _parts(element: exp.Expr) -> list[exp.Expr]:
    """The expressions of one grouping set, which may stand in parentheses."""
    return element.expressions if isinstance(element, exp.Tuple) else [element]


def _remembered(bound: Sequence[Bound], keys: dict[str, Bound]) -> Keys:
    for part in bound:
        keys.setdefault(part.sql, part)
    return tuple(part.sql for part in bound)


def _column(context: Context, node: exp.Expr) -> Bound:
    """A key of a complex grouping: Trino takes nothing but a column there."""
    bare = node.unnest()
    bound = context.bind(bare) if isinstance(bare, exp.Column) else None
    if bound is None or [use.sql for use in bound.columns] != [bound.sql]:
        raise context.error(
            "GROUP BY expression must be a column reference in GROUPING SETS, ROLLUP and CUBE", node
        )
    return bound


def _check_keys(
    context: Context, clause: exp.Group, keys: dict[str, Bound], sets: Sequence[Keys]
) -> None:
    """Refuse a key that is an expression over another that some set lacks.

    Trino shows the expression's value where the set has it, though its column is NULL there.
    """
    missing = {key for key in keys if any(key not in each for each in sets)}
    for key, bound in keys.items():
        if any(use.sql != key and use.sql in missing for use in bound.columns):
            raise context.error(
                "GROUP BY of an expression over a column of grouping sets: not supported", clause
            )


def _too_many(context: Context, node: exp.Expr) -> Exception:
    return context.error(f"GROUP BY has more than {MAX_SETS} grouping sets", node)


def group_by(keys: Sequence[Bound]) -> str:
    """The GROUP BY clause in SQLite, empty for no keys."""
    if not keys:
        return ""
    # SQLite reads a bare number as a position: a constant key is written as an expression.
    listed = (f"CAST({bound.sql} AS TEXT)" if bound.is_number else key_of(bound) for bound in keys)
    return f"GROUP BY {', '.join(listed)}"


def _grouping_function(context: Context, node: exp.Grouping) -> Bound:
    """``grouping(a, b)``: a bit for each argument, the last the lowest, set where it is absent.

    Trino's rule: the arguments are columns of GROUP BY.
    """
    if context.no_aggregates is not None:
        raise context.error(
            f"{context.no_aggregates} cannot contain aggregations, window functions or grouping "
            "operations: [grouping]",
            node,
        )
    if not context.groups:
        raise context.error(
            "A GROUPING() operation can only be used with a corresponding "
            "GROUPING SET/CUBE/ROLLUP/GROUP BY clause",
            node,
        )
    if len(node.expressions) > _MOST_ARGUMENTS:
        raise context.error(f"GROUPING supports up to {_MOST_ARGUMENTS} column arguments", node)
    plain = replace(context, groups=frozenset(), absent=frozenset(), outputs=())
    bits = 0
    for argument in node.expressions:
        bound = plain.bind(argument)
        if bound.sql not in context.groups or not isinstance(argument.unnest(), exp.Column):
            raise context.error(
                "The arguments to GROUPING() must be expressions referenced by the GROUP BY",
                argument,
            )
        bits = bits << 1 | (bound.sql in context.absent)
    kind = INTEGER if len(node.expressions) <= _MOST_IN_AN_INTEGER else BIGINT
    return Bound(str(bits), kind)


HANDLERS: dict[Any, Any] = {exp.Grouping: _grouping_function}
