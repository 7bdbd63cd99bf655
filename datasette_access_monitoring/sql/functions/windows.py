"""Functions that only stand before OVER, as entries of the registry.

``sql.window_functions`` writes the OVER, and wraps what needs more than one call.
"""

from __future__ import annotations

from .model import Group

_group = Group("window")
_window = _group.window

# fmt: off
_window("row_number", "The number of the row in its partition, from 1.", {
    "() -> bigint": "ROW_NUMBER()",
})
_window("rank", "The rank of the row, with gaps after ties.", {
    "() -> bigint": "RANK()",
})
_window("dense_rank", "The rank of the row, without gaps.", {
    "() -> bigint": "DENSE_RANK()",
})
_window("percent_rank", "The rank from 0 to 1: (rank - 1) / (rows - 1), or 0 for a single row.", {
    "() -> double": "PERCENT_RANK()",
})
_window("cume_dist", "The part of the rows that come no later than this one.", {
    "() -> double": "CUME_DIST()",
})
_window("ntile", "Which of so many buckets of nearly equal size the row is in, from 1.", {
    "(bigint) -> bigint": "trino_bucket({0}, ROW_NUMBER(), COUNT(*))",
})
for _name, _word in {"lag": "before", "lead": "after"}.items():
    _window(_name, f"The value so many rows {_word} this one (1 if not given), or the default, or "
            "NULL.", {
        "(T) -> T": f"{_name.upper()}({{0}}, 1)",
        "(T, bigint) -> T": f"{_name.upper()}({{0}}, trino_offset({{1}}))",
        "(T, bigint, T) -> T": f"{_name.upper()}({{0}}, trino_offset({{1}}), {{2}})",
    })
_window("first_value", "The value in the first row of the frame.", {
    "(T) -> T": "FIRST_VALUE({0})",
})
_window("last_value", "The value in the last row of the frame.", {
    "(T) -> T": "LAST_VALUE({0})",
})
_window("nth_value", "The value in a row of the frame, counted from 1, or NULL.", {
    "(T, bigint) -> T": "NTH_VALUE({0}, coalesce(trino_place({1}), 1))",
})
# fmt: on

ENTRIES = tuple(_group.entries)
