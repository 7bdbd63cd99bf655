"""Functions over numbers, as entries of the registry; what they do is in ``udf``."""

from __future__ import annotations

from .model import Group

_group = Group("number")
_scalar = _group.scalar

# fmt: off
_scalar("abs", "The value without its sign.", {
    "(integer) -> integer": "trino_integer(trino_abs({0}))",
    "(bigint) -> bigint": "trino_bigint(trino_abs({0}))",
    "(double) -> double": "abs({0})",
})
_scalar("mod", "What a division leaves, with the dividend's sign.", {
    "(integer, integer) -> integer": "trino_remainder({0}, {1})",
    "(bigint, bigint) -> bigint": "trino_remainder({0}, {1})",
    "(double, double) -> double": "trino_double_remainder({0}, {1})",
})
# fmt: on

ENTRIES = tuple(_group.entries)
