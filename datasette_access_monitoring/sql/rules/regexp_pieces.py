"""Parts of a regular expression while it is translated, and the options that hold for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

_LETTERS = {"i": "fold", "m": "lines", "s": "dot_all", "x": "extended"}


@dataclass(frozen=True, slots=True)
class Options:
    """What ``(?imsx)`` switches: ``fold`` is i, ``lines`` m, ``dot_all`` s, ``extended`` x.

    ``behind`` says that a look-behind is being read.
    """

    fold: bool = False
    lines: bool = False
    dot_all: bool = False
    extended: bool = False
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the translation and how many characters it matches; ``None`` for no bound.

    ``weight`` counts what it would be with every repetition by number written out.
    ``character`` is set for a literal, ``anchor`` for what cannot be repeated.
    """

    text: str
    low: int = 1
    high: int | None = 1
    weight: int = 1
    character: str | None = None
    anchor: bool = False


def either(branches: Sequence[Piece]) -> Piece:
    """Branches of which one matches."""
    highs = [branch.high for branch in branches if branch.high is not None]
    return Piece(
        "|".join(branch.text for branch in branches),
        min(branch.low for branch in branches),
        max(highs) if len(highs) == len(branches) else None,
        sum(branch.weight for branch in branches),
    )


def single(character: str) -> Piece:
    """A literal character, written out together with its neighbours."""
    return Piece("", character=character)


def switched(options: Options, match: re.Match[str]) -> Options:
    """The options after ``imsx-imsx``, of which the match has the two lists."""
    on = {_LETTERS[letter]: True for letter in match[1]}
    off = {_LETTERS[letter]: False for letter in match[2] or ""}
    return replace(options, **on, **off)
