"""Functions over texts, as entries of the registry; what they do is in ``udf``."""

from __future__ import annotations

from collections.abc import Sequence

from ...catalog.types import TrinoType
from ..binding.bound import Bound
from ..rules.like import LONGEST_NEEDLE
from .model import Group, Writer, template

_group = Group("text")
_scalar = _group.scalar


def _strpos(arguments: Sequence[Bound], result: TrinoType) -> str:  # noqa: ARG001
    """A short literal is what SQLite itself looks for in time."""
    text, wanted = arguments
    known = isinstance(wanted.constant, str) and len(wanted.constant) <= LONGEST_NEEDLE
    return f"{'instr' if known else 'trino_strpos'}({text.sql}, {wanted.sql})"


def _arrays(form: str) -> Writer:
    """A writer of concat with arrays; raises ``ValueError`` for a NULL: array, or element?"""
    write = template(form)

    def checked(arguments: Sequence[Bound], result: TrinoType) -> str:
        if any(part.sql == "NULL" for part in arguments):
            raise ValueError("concat of an array and NULL: write || and a NULL with a CAST")
        return write(arguments, result)

    return checked


# fmt: off
_scalar("lower", "Every letter in lower case.", {
    "(varchar) -> varchar": "trino_lower({0})",
})
_scalar("upper", "Every letter in upper case.", {
    "(varchar) -> varchar": "trino_upper({0})",
})
_scalar("length", "The number of characters of a text, or of bytes.", {
    "(varchar) -> bigint": "trino_length({0})",
    "(varbinary) -> bigint": "trino_length({0})",
})
for _name in ("substr", "substring"):
    _scalar(_name, "The text from a position on, counted from 1, or from the end if "
            "negative; at most so many characters.", {
        "(varchar, bigint) -> varchar": "trino_substr({0}, {1})",
        "(varchar, bigint, bigint) -> varchar": "trino_substr({0}, {1}, {2})",
        "(varbinary, bigint) -> varbinary": "trino_binary_substr({0}, {1})",
        "(varbinary, bigint, bigint) -> varbinary": "trino_binary_substr({0}, {1}, {2})",
    })
_scalar("trim", "The text without white space, or the given characters, at its ends.", {
    "(varchar) -> varchar": "trino_trim({0})",
    "(varchar, varchar) -> varchar": "trino_trim({0}, {1})",
})
_scalar("ltrim", "The text without white space, or the given characters, at its beginning.", {
    "(varchar) -> varchar": "trino_ltrim({0})",
    "(varchar, varchar) -> varchar": "trino_ltrim({0}, {1})",
})
_scalar("rtrim", "The text without white space, or the given characters, at its end.", {
    "(varchar) -> varchar": "trino_rtrim({0})",
    "(varchar, varchar) -> varchar": "trino_rtrim({0}, {1})",
})
_scalar("replace", "Every occurrence of a text replaced, or removed.", {
    "(varchar, varchar) -> varchar": "trino_replace({0}, {1}, '')",
    "(varchar, varchar, varchar) -> varchar": "trino_replace({0}, {1}, {2})",
})
_scalar("reverse", "The characters of a text, or the elements of an array, in reverse order.", {
    "(varchar) -> varchar": "trino_reverse({0})",
    "(array(T)) -> array(T)": "trino_array_reverse({0})",
    "(varbinary) -> varbinary": "trino_binary_reverse({0})",
})
_scalar("strpos", "Where a text first occurs, or for the n-th time, counted from 1, or from the "
        "end if n is negative; 0 if it does not.", {
    "(varchar, varchar) -> bigint": _strpos,
    "(varchar, varchar, bigint) -> bigint": "trino_strpos({0}, {1}, {2})",
})
_scalar("concat", "Texts, or arrays and single elements, one after the other; NULL if a text or "
        "an array is NULL.", {
    "(varchar, varchar...) -> varchar": "({||})",
    "(varbinary, varbinary...) -> varbinary": "trino_binary_concat({*})",
    "(array(T), array(T)...) -> array(T)": _arrays("trino_array_concat({*})"),
    "(array(T), T) -> array(T)": _arrays("trino_array_concat({0}, trino_array({t1}, {1}))"),
    "(T, array(T)) -> array(T)": _arrays("trino_array_concat(trino_array({t0}, {0}), {1})"),
})
_scalar("split_part", "The part of a text between separators, counted from 1; "
        "NULL when there are fewer.", {
    "(varchar, varchar, bigint) -> varchar": "trino_split_part({0}, {1}, {2})",
})
_scalar("starts_with", "Whether the text begins with another.", {
    "(varchar, varchar) -> boolean": "trino_starts_with({0}, {1})",
})
for _name, _where in {"lpad": "left", "rpad": "right"}.items():
    _scalar(_name, f"The text cut to a length, or filled with another on the {_where}.", {
        "(varchar, bigint, varchar) -> varchar": f"trino_{_name}({{0}}, {{1}}, {{2}})",
        "(varbinary, bigint, varbinary) -> varbinary":
            f"trino_binary_{_name}({{0}}, {{1}}, {{2}})",
    })
_scalar("split", "The parts of a text between separators; at most so many, the last with the "
        "rest.", {
    "(varchar, varchar) -> array(varchar)": "trino_split({0}, {1})",
    "(varchar, varchar, bigint) -> array(varchar)": "trino_split({0}, {1}, {2})",
})
_scalar("split_to_map", "A map of a text's entries: the separator of entries, then that of key "
        "and value; a key that comes twice is an error.", {
    "(varchar, varchar, varchar) -> map(varchar, varchar)": "trino_split_to_map({0}, {1}, {2})",
})
_scalar("split_to_multimap", "The same, with all values of a key in an array.", {
    "(varchar, varchar, varchar) -> map(varchar, array(varchar))":
        "trino_split_to_multimap({0}, {1}, {2})",
})
_scalar("concat_ws", "Texts, or the elements of an array, with a separator between them; NULLs "
        "are left out; NULL if the separator is.", {
    "(varchar, varchar...) -> varchar": "trino_concat_ws({*})",
    "(varchar, array(varchar)) -> varchar": "trino_concat_ws_array({0}, {1})",
})
_scalar("chr", "The character with a code point.", {
    "(bigint) -> varchar": "trino_chr({0})",
})
_scalar("codepoint", "The code point of a text of one character.", {
    "(varchar) -> integer": "trino_codepoint({0})",
})
_scalar("levenshtein_distance", "How many characters must be changed, added or left out to make "
        "one text of the other.", {
    "(varchar, varchar) -> bigint": "trino_levenshtein({0}, {1})",
})
_scalar("hamming_distance", "In how many places two texts of one length differ.", {
    "(varchar, varchar) -> bigint": "trino_hamming({0}, {1})",
})
_scalar("normalize", "The text in a Unicode normal form: NFC, or that which is named.", {
    "(varchar) -> varchar": "trino_normalize({0})",
    "(varchar, varchar) -> varchar": "trino_normalize({0}, {1})",
})
_scalar("translate", "Each character of the second text replaced by the one at its place in the "
        "third, or removed if that is shorter.", {
    "(varchar, varchar, varchar) -> varchar": "trino_translate({0}, {1}, {2})",
})
_scalar("luhn_check", "Whether digits end with the check digit of Luhn's algorithm.", {
    "(varchar) -> boolean": "trino_luhn_check({0})",
})
_scalar("soundex", "A letter and three digits for how an English word sounds.", {
    "(varchar) -> varchar": "trino_soundex({0})",
})
_scalar("format", "Values of any types in a text, as Java's String.format writes them: %s, %d, "
        "%.2f, ...", {
    "(varchar, T...) -> varchar": "trino_format({*})",
})
# fmt: on

ENTRIES = tuple(_group.entries)
