"""LIKE as Trino has it: case matters, ``%`` and ``_``, an optional escape character.

Pure: patterns are parsed into pieces, matched in time linear in text times pattern
(no backtracking), and the simple ones written as SQLite operators that give the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .times import NotSupportedValue

ANY = "%"
"""The piece that stands for any text."""

Piece = str | re.Pattern[str]
"""``ANY``-separated parts of a pattern are texts, or regular expressions when they hold ``_``."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A pattern cut at its ``%``: each part is a tuple of characters, ``None`` for ``_``."""

    parts: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A pattern of one text with ``%`` at most around it."""

    text: str
    before: bool
    after: bool


@lru_cache(maxsize=256)
def parse(pattern: str, escape: str | None = None) -> Parsed:
    """Cut a pattern at its wildcards; raises ``ValueError`` with Trino's words for a bad escape."""
    if escape is not None and len(escape) != 1:
        raise ValueError("Escape string must be a single character")
    parts: list[list[str | None]] = [[]]
    characters = iter(pattern)
    for character in characters:
        if character == escape:
            following = next(characters, None)
            if following is None or following not in ("%", "_", escape):
                raise ValueError(
                    "Escape character must be followed by '%', '_' or the escape character itself"
                )
            parts[-1].append(following)
        elif character == "%":
            parts.append([])
        else:
            parts[-1].append(None if character == "_" else character)
    return Parsed(tuple(tuple(part) for part in parts))


LONGEST_NEEDLE = 100
"""Characters of a text that SQLite's ``instr`` may look for.

It compares them all at every place of the other text, which Python does not."""

MAX_STEPS = 50_000_000
"""Characters compared at most to find one part of a pattern: well under a second."""


def matches(text: str, pattern: Parsed) -> bool:
    """Whether the whole text matches: each part is taken where it first fits."""
    first, *rest = pattern.parts
    if not rest:
        return len(text) == len(first) and _fits(first, text, 0)
    *middle, last = rest
    position, end = len(first), len(text) - len(last)
    if end < position or not _fits(first, text, 0) or not _fits(last, text, end):
        return False
    for part in middle:
        found = _find(part, text, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True


def _fits(part: Sequence[str | None], text: str, start: int) -> bool:
    piece = _piece(tuple(part))
    if isinstance(piece, str):
        return text.startswith(piece, start)
    return piece.match(text, start) is not None


def _find(part: tuple[str | None, ...], text: str, start: int, end: int) -> int:
    piece = _piece(part)
    if isinstance(piece, str):
        return text.find(piece, start, end)
    if (end - start) * len(part) > MAX_STEPS:
        raise NotSupportedValue("LIKE: the text and the pattern with _ are too long for each other")
    found = piece.search(text, start, end)
    return found.start() if found else -1


@lru_cache(maxsize=1024)
def _piece(part: tuple[str | None, ...]) -> Piece:
    if None not in part:
        return "".join(character or "" for character in part)
    return re.compile("".join("." if c is None else re.escape(c) for c in part), re.DOTALL)


def shape(pattern: Parsed) -> Shape | None:
    """The pattern as one text with ``%`` at most around it, or ``None`` for any other."""
    parts = list(pattern.parts)
    before = len(parts) > 1 and not parts[0]
    after = len(parts) > 1 and not parts[-1]
    filled = [part for part in parts if part]
    if len(filled) > 1 or any(None in part for part in filled):
        return None
    text = "".join(character or "" for part in filled for character in part)
    if before and after and len(text) > LONGEST_NEEDLE:
        return None
    return Shape(text, before, after)
