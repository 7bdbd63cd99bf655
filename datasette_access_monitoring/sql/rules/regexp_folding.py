"""Literals of regular expressions that ignore case, as Trino's engine (Joni) compares them.

Letters are folded one by one, and a run of literals also matches where folding makes several
characters of one: ``(?i)ss`` matches ``ß`` and ``(?i)fi`` the ligature.  Such a run is written
out with its alternatives; every alternative matches another text, so their order is free.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from .times import NotSupportedValue

# Where the characters are that fold to several: Latin to Armenian, the extended Latin and
# Greek blocks, the ligatures.  Joni leaves the capital sharp s alone.
_BLOCKS = (range(0x80, 0x600), range(0x1E00, 0x2000), range(0xFB00, 0xFB20))
_ALONE = "\u1e9e"
DOTLESS = "\u0131"
"""The Turkish i without a dot, which folds to nothing else."""
_LONGEST_RUN = 8


def quoted(character: str) -> str:
    """One character as a literal of the ``regex`` module, also inside a set."""
    if character.isascii() and not character.isalnum():
        return f"\\x{ord(character):02x}"
    return character


@lru_cache(maxsize=1)
def _folds() -> Mapping[str, str]:
    """What folds to several characters -> the characters that do."""
    folds: dict[str, str] = {}
    for block in _BLOCKS:
        for character in map(chr, block):
            folded = character.casefold()
            if len(folded) > 1 and character != _ALONE:
                folds[folded] = folds.get(folded, "") + character
    return folds


@lru_cache(maxsize=1)
def multiple() -> str:
    """Every character that folds to several."""
    return "".join(_folds().values())


def literal(characters: Sequence[str], fold: bool) -> str:
    """A run of literal characters as a pattern of the ``regex`` module.

    Raises ``NotSupportedValue`` for a run in which too many characters could be folded.
    """
    if not fold:
        return "".join(map(quoted, characters))
    spread = "".join(
        character.casefold() if character in multiple() else character for character in characters
    )
    parts, start = [], 0
    while start < len(spread):
        end = _run_end(spread, start)
        parts.append(_alternatives(spread[start:end]))
        start = end
    return "".join(parts)


def _ends(text: str, start: int) -> list[int]:
    """Where the sequences that begin here end, if one character can stand for them."""
    folded = [character.casefold() for character in text[start : start + 3]]
    return [start + size for size in (2, 3) if "".join(folded[:size]) in _folds()
            and len(folded) >= size]  # fmt: skip


def _run_end(text: str, start: int) -> int:
    """Where the characters end that overlapping sequences tie together."""
    end, place = start + 1, start
    while place < end and place < len(text):
        end = max(end, *_ends(text, place), place + 1)
        place += 1
    return end


def _alternatives(run: str) -> str:
    if len(run) == 1:
        return _single(run)
    if len(run) > _LONGEST_RUN:
        raise NotSupportedValue(
            f"a regular expression with {run[:20]!r} that ignores case: not supported"
        )
    return f"(?:{'|'.join(_readings(run, 0))})"


def _readings(run: str, start: int) -> list[str]:
    if start == len(run):
        return [""]
    found = [_single(run[start]) + rest for rest in _readings(run, start + 1)]
    for end in _ends(run, start):
        characters = _folds()[run[start:end].casefold()]
        listed = characters if len(characters) == 1 else f"[{characters}]"
        found += [listed + rest for rest in _readings(run, end)]
    return found


def _single(character: str) -> str:
    text = quoted(character)
    if character in "iI":
        return "[iI]"  # the module also takes the Turkish letters for an i
    if character in _ALONE or character == DOTLESS or not character.isalpha():
        return text
    return f"(?i-f:{text})"
