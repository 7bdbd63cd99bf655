"""Functions over arrays, as entries of the registry; what they do is in ``udf``."""

from __future__ import annotations

from .model import Group

_group = Group("array")
_scalar = _group.scalar

# fmt: off
_scalar("cardinality", "The number of elements; NULL for a NULL array.", {
    "(array(T)) -> bigint": "json_array_length({0})",
})
_scalar("contains", "Whether an element equals the value.", {
    "(array(varchar), varchar) -> boolean": "trino_contains({0}, {1})",
    "(array(bigint), bigint) -> boolean": "trino_contains({0}, {1})",
})
_scalar("element_at", "An element, counted from 1, or from the end if negative; "
        "NULL when there is none.", {
    "(array(T), bigint) -> T": "trino_element_at({0}, {1})",
})
_scalar("array_join", "The elements as one text, NULLs left out or replaced.", {
    "(array(varchar), varchar) -> varchar": "trino_array_join({0}, {1})",
    "(array(varchar), varchar, varchar) -> varchar": "trino_array_join({0}, {1}, {2})",
})
# fmt: on

ENTRIES = tuple(_group.entries)
