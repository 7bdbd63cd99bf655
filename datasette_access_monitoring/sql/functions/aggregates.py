"""Aggregate functions, as entries of the registry; what they do is in ``udf``."""

from __future__ import annotations

from .model import Group

_group = Group("aggregate")
_aggregate = _group.aggregate

# fmt: off
_aggregate("count", "How many rows, or how many that are not NULL.", {
    "(T) -> bigint": "COUNT({0})",
    "() -> bigint": "COUNT(*)",
})
_aggregate("sum", "The sum of what is not NULL.", {
    "(bigint) -> bigint": "SUM({0})",
    "(double) -> double": "SUM({0})",
})
_aggregate("avg", "The mean of what is not NULL.", {
    "(bigint) -> double": "AVG({0})",
    "(double) -> double": "AVG({0})",
})
_ORDERED = ("varchar", "integer", "bigint", "double", "boolean", "date", "timestamp",
            "timestamp with time zone", "interval day to second", "interval year to month")
for _name, _doc in {"min": "The smallest value.", "max": "The largest value."}.items():
    _aggregate(_name, _doc, {
        f"({kind}) -> {kind}": f"{_name.upper()}({{0}})" for kind in _ORDERED
    })
for _name in ("arbitrary", "any_value"):
    _aggregate(_name, "Some value that is not NULL, if there is one.", {
        "(T) -> T": "MAX({0})",
    })
_aggregate("count_if", "For how many rows the condition holds.", {
    "(boolean) -> bigint": "COUNT(CASE WHEN {0} THEN 1 END)",
})
for _name in ("bool_and", "every"):
    _aggregate(_name, "Whether the condition holds for every row.", {
        "(boolean) -> boolean": "MIN({0})",
    })
_aggregate("bool_or", "Whether the condition holds for some row.", {
    "(boolean) -> boolean": "MAX({0})",
})
# fmt: on

ENTRIES = tuple(_group.entries)
