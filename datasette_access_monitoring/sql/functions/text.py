"""Functions over texts, as entries of the registry; what they do is in ``udf``."""

from __future__ import annotations

from .model import Group

_group = Group("text")
_scalar = _group.scalar

# fmt: off
_scalar("lower", "Every letter in lower case.", {
    "(varchar) -> varchar": "trino_lower({0})",
})
_scalar("upper", "Every letter in upper case.", {
    "(varchar) -> varchar": "trino_upper({0})",
})
_scalar("length", "The number of characters.", {
    "(varchar) -> bigint": "trino_length({0})",
})
for _name in ("substr", "substring"):
    _scalar(_name, "The text from a position on, counted from 1, or from the end if "
            "negative; at most so many characters.", {
        "(varchar, bigint) -> varchar": "trino_substr({0}, {1})",
        "(varchar, bigint, bigint) -> varchar": "trino_substr({0}, {1}, {2})",
    })
_scalar("trim", "The text without white space at its ends.", {
    "(varchar) -> varchar": "trino_trim({0})",
})
_scalar("ltrim", "The text without white space at its beginning.", {
    "(varchar) -> varchar": "trino_ltrim({0})",
})
_scalar("rtrim", "The text without white space at its end.", {
    "(varchar) -> varchar": "trino_rtrim({0})",
})
_scalar("replace", "Every occurrence of a text replaced, or removed.", {
    "(varchar, varchar) -> varchar": "trino_replace({0}, {1}, '')",
    "(varchar, varchar, varchar) -> varchar": "trino_replace({0}, {1}, {2})",
})
_scalar("reverse", "The characters in reverse order.", {
    "(varchar) -> varchar": "trino_reverse({0})",
})
_scalar("strpos", "Where a text first occurs, counted from 1; 0 if it does not.", {
    "(varchar, varchar) -> bigint": "instr({0}, {1})",
})
_scalar("concat", "The texts one after the other; NULL if one is NULL.", {
    "(varchar, varchar...) -> varchar": "({||})",
})
_scalar("split_part", "The part of a text between separators, counted from 1; "
        "NULL when there are fewer.", {
    "(varchar, varchar, bigint) -> varchar": "trino_split_part({0}, {1}, {2})",
})
_scalar("starts_with", "Whether the text begins with another.", {
    "(varchar, varchar) -> boolean": "trino_starts_with({0}, {1})",
})
# fmt: on

ENTRIES = tuple(_group.entries)
