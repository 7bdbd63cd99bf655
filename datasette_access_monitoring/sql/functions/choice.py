"""Functions that choose, as entries of the registry; what they do is in ``udf``."""

from __future__ import annotations

from collections.abc import Sequence

from ...catalog.types import TrinoType
from ..bound import Bound
from .model import Group, Writer

_group = Group("choice")
_scalar = _group.scalar


def _nullif(arguments: Sequence[Bound], _: TrinoType) -> str:
    return f"NULLIF({arguments[0].sql}, {arguments[1].sql})"


def _extreme(word: str) -> Writer:
    def write(arguments: Sequence[Bound], _: TrinoType) -> str:
        # With one argument SQLite's function would be the aggregate.
        listed = ", ".join(part.sql for part in arguments)
        return f"{word}({listed})" if len(arguments) > 1 else arguments[0].operand

    return write


# fmt: off
_scalar("coalesce", "The first argument that is not NULL.", {
    "(T, T...) -> T": "COALESCE({*})",
})
_scalar("nullif", "NULL if both are equal, else the first.", {
    f"({kind}, {kind}) -> {kind}": _nullif
    for kind in ("varchar", "integer", "bigint", "double", "boolean", "date", "timestamp")
})
_scalar("if", "The second argument if the first holds, else the third or NULL.", {
    "(boolean, T) -> T": "CASE WHEN {0} THEN {1} END",
    "(boolean, T, T) -> T": "CASE WHEN {0} THEN {1} ELSE {2} END",
})

_COMPARED = ("varchar", "integer", "bigint", "double", "date", "timestamp")
for _name, _doc in {"greatest": "The largest", "least": "The smallest"}.items():
    _writer = _extreme("MAX" if _name == "greatest" else "MIN")
    _scalar(_name, f"{_doc} of the arguments; NULL if one is NULL.", {
        f"({_kind}...) -> {_kind}": _writer for _kind in _COMPARED
    })
# fmt: on

ENTRIES = tuple(_group.entries)
