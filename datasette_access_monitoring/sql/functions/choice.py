"""Functions that choose, as entries of the registry; what they do is in ``udf``."""

from __future__ import annotations

from collections.abc import Sequence

from ...catalog.types import UNKNOWN, TrinoType
from ..binding.bound import Bound, text_literal
from ..rules.coercion import common, has_own_equality, is_nested, is_orderable
from .model import Group, Writer

_group = Group("choice")
_scalar = _group.scalar
# Types whose values SQLite's own MIN and MAX order as Trino does.  Not double: of the two zeros
# Trino takes the one that comes first.
_ORDERED_IN_SQLITE = (
    "boolean", "integer", "bigint", "decimal", "varchar", "varbinary", "date", "timestamp",
    "interval day to second", "interval year to month", "ipaddress", "ipprefix", "unknown",
)  # fmt: skip


def _nullif(arguments: Sequence[Bound], _: TrinoType) -> str:
    first, second = arguments
    kind = common(first.type, second.type)
    if kind is None:
        raise ValueError(f"Types are not comparable with NULLIF: {first.type} vs {second.type}")
    listed = f"{first.sql}, {second.sql}"
    plain = not is_nested(kind) and not has_own_equality(kind)
    if plain and (first.type == second.type or UNKNOWN in (first.type, second.type)):
        return f"NULLIF({listed})"
    kinds = ", ".join(text_literal(str(part.type)) for part in arguments)
    return f"trino_nullif({kinds}, {listed})"


def _extreme(native: str, own: str) -> Writer:
    def write(arguments: Sequence[Bound], result: TrinoType) -> str:
        if not is_orderable(result):
            raise ValueError(f"values of type {result} have no order")
        if len(arguments) == 1:  # SQLite's function would be the aggregate
            return arguments[0].operand
        listed = ", ".join(part.sql for part in arguments)
        if result.base in _ORDERED_IN_SQLITE:
            return f"{native}({listed})"
        return f"{own}({text_literal(str(result))}, {listed})"

    return write


# fmt: off
_scalar("coalesce", "The first argument that is not NULL.", {
    "(T, T...) -> T": "COALESCE({*})",
})
_scalar("nullif", "NULL if both are equal, else the first.", {
    "(T, U) -> T": _nullif,
})
_scalar("if", "The second argument if the first holds, else the third or NULL.", {
    "(boolean, T) -> T": "CASE WHEN {0} THEN {1} END",
    "(boolean, T, T) -> T": "CASE WHEN {0} THEN {1} ELSE {2} END",
})
_scalar("greatest", "The largest of the arguments; NULL if one is NULL.", {
    "(T...) -> T": _extreme("MAX", "trino_greatest"),
})
_scalar("least", "The smallest of the arguments; NULL if one is NULL.", {
    "(T...) -> T": _extreme("MIN", "trino_least"),
})
# fmt: on

ENTRIES = tuple(_group.entries)
