"""SQLite functions over texts, counted in code points, as Trino counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..rules import like
from ..rules.times import NotSupportedValue
from ..rules.white_space import WHITE_SPACE

_LONGEST = 1_000_000


def short(function: str, value: str | bytes) -> None:
    """Refuse a value of more than a million characters, which are looked at one by one."""
    if len(value) > _LONGEST:
        raise NotSupportedValue(f"{function} of {len(value):,} characters: not supported")


def lower(text: str) -> str:
    """Each code point in lower case by itself: no final sigma, no expansion."""
    if text.isascii():
        return text.lower()
    short("lower", text)
    return "".join("i" if letter == "\u0130" else letter.lower() for letter in text)


def upper(text: str) -> str:
    """Each code point in upper case by itself: ``ß`` stays."""
    if text.isascii():
        return text.upper()
    short("upper", text)
    return "".join(map(_upper, text))


def _upper(letter: str) -> str:
    for candidate in (letter.upper(), letter.title()):
        if len(candidate) == 1:
            return candidate
    return letter


def substr(text: str, start: int, length: int | None = None) -> str:
    """The text from ``start``, counted from 1 or from the end; position 0 gives nothing."""
    begin = start - 1 if start > 0 else len(text) + start
    if start == 0 or begin < 0 or (length is not None and length <= 0):
        return ""
    return text[begin:] if length is None else text[begin : begin + length]


def strpos(text: str, wanted: str) -> int:
    """Where a text first occurs, counted from 1; 0 if it does not."""
    return text.find(wanted) + 1


def split_part(text: str, separator: str, index: int) -> str | None:
    """A part between separators, counted from 1; an empty separator cuts at every character."""
    if index <= 0:
        raise ValueError("Index must be greater than zero")
    if not separator:
        return text[index - 1 : index] or None
    parts = text.split(separator, index)
    return parts[index - 1] if index <= len(parts) else None


MAX_LENGTH = 16 * 1024 * 1024
"""The longest text, in characters, that a function makes out of shorter ones."""


def bounded(length: int) -> None:
    """Refuse a text that would be too long, before it is made."""
    if length > MAX_LENGTH:
        raise NotSupportedValue(
            f"a text of {length:,} characters is too long: {MAX_LENGTH:,} is the limit"
        )


def replace(text: str, old: str, new: str) -> str:
    """Every occurrence replaced; an empty one occurs around every character."""
    bounded(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def matches(text: str, pattern: str, escape: str | None = None) -> bool:
    """LIKE."""
    return like.matches(text, like.parse(pattern, escape))


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_strpos", 2): strpos,
    ("trino_lower", 1): lower,
    ("trino_upper", 1): upper,
    ("trino_length", 1): len,
    ("trino_substr", 2): substr,
    ("trino_substr", 3): substr,
    ("trino_trim", 1): lambda text: text.strip(WHITE_SPACE),
    ("trino_ltrim", 1): lambda text: text.lstrip(WHITE_SPACE),
    ("trino_rtrim", 1): lambda text: text.rstrip(WHITE_SPACE),
    ("trino_replace", 3): replace,
    ("trino_reverse", 1): lambda text: text[::-1],
    ("trino_split_part", 3): split_part,
    ("trino_starts_with", 2): lambda text, prefix: text.startswith(prefix),
    ("trino_like", 2): matches,
    ("trino_like", 3): matches,
}
"""Name and number of arguments -> function; none of them sees a NULL."""
