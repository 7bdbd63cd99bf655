"""Functions over regular expressions, as entries of the registry; what they do is in ``udf``."""

from __future__ import annotations

from .model import Group

_group = Group("regular expression")
_scalar = _group.scalar

# fmt: off
_scalar("regexp_like", "Whether the pattern matches somewhere in the text.", {
    "(varchar, varchar) -> boolean": "trino_regexp_like({0}, {1})",
})
_scalar("regexp_extract", "The first match of the pattern, or a group of it; NULL when there is "
        "none.", {
    "(varchar, varchar) -> varchar": "trino_regexp_extract({0}, {1})",
    "(varchar, varchar, bigint) -> varchar": "trino_regexp_extract({0}, {1}, {2})",
})
_scalar("regexp_extract_all", "Every match of the pattern, or a group of each.", {
    "(varchar, varchar) -> array(varchar)": "trino_regexp_extract_all({0}, {1})",
    "(varchar, varchar, bigint) -> array(varchar)": "trino_regexp_extract_all({0}, {1}, {2})",
})
_scalar("regexp_replace", "The text with every match of the pattern removed, or replaced; "
        "$1 and ${name} in the replacement stand for groups.", {
    "(varchar, varchar) -> varchar": "trino_regexp_replace({0}, {1})",
    "(varchar, varchar, varchar) -> varchar": "trino_regexp_replace({0}, {1}, {2})",
})
_scalar("regexp_split", "The parts of the text between the matches of the pattern.", {
    "(varchar, varchar) -> array(varchar)": "trino_regexp_split({0}, {1})",
})
_scalar("regexp_count", "How often the pattern matches.", {
    "(varchar, varchar) -> bigint": "trino_regexp_count({0}, {1})",
})
_scalar("regexp_position", "Where the first match begins, counted from 1, or the n-th one from a "
        "position on; -1 when there is none.", {
    "(varchar, varchar) -> integer": "trino_regexp_position({0}, {1})",
    "(varchar, varchar, integer) -> integer": "trino_regexp_position({0}, {1}, {2})",
    "(varchar, varchar, integer, integer) -> integer":
        "trino_regexp_position({0}, {1}, {2}, {3})",
})
# fmt: on

ENTRIES = tuple(_group.entries)
