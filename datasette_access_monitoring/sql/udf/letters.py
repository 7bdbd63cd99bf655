"""SQLite functions over the characters of texts: codes, distances, padding, forms.

Source of the rules: Trino's ``StringFunctions`` and ``LuhnCheckFunction``; Soundex is that of
Apache Commons Codec.
"""

from __future__ import annotations

import operator
import unicodedata
from collections.abc import Callable
from typing import Any, Literal

from ..rules.times import NotSupportedValue
from .text import bounded, short

_MOST_COMPARED = 5_000_000


def chr_(code: int) -> str:
    """The character of a code point."""
    if not 0 <= code <= 0x10FFFF or 0xD800 <= code < 0xE000:
        raise ValueError(f"Not a valid Unicode code point: {code}")
    return chr(code)


def codepoint(text: str) -> int:
    """The code point of a text of one character."""
    if len(text) != 1:
        raise ValueError("Input string must be a single character string")
    return ord(text)


def lpad(text: str, size: int, padding: str) -> str:
    """The text cut to a size, or filled on the left."""
    return _padding(text, size, padding) + text[:size]


def rpad(text: str, size: int, padding: str) -> str:
    """The text cut to a size, or filled on the right."""
    return text[:size] + _padding(text, size, padding)


def _padding(text: str, size: int, padding: str) -> str:
    if not 0 <= size < 2**31:
        raise ValueError("Target length must be in the range [0..2147483647]")
    if not padding:
        raise ValueError("Padding string must not be empty")
    bounded(size)
    missing = max(0, size - len(text))
    return (padding * (missing // len(padding) + 1))[:missing]


def strpos(text: str, wanted: str, instance: int) -> int:
    """Where the n-th occurrence begins, or the n-th from the end if negative; 0 if nowhere."""
    if instance == 0:
        raise ValueError("'instance' must be a positive or negative number.")
    if not wanted:
        return 1
    steps = min(abs(instance), len(text) + 1)
    if steps * len(wanted) > _MOST_COMPARED:
        raise NotSupportedValue("strpos for so long a text so many times: not supported")
    place = -1 if instance > 0 else len(text)
    for _ in range(steps):
        if instance > 0:
            place = text.find(wanted, place + 1)
        else:
            place = text.rfind(wanted, 0, place - 1 + len(wanted)) if place > 0 else -1
        if place < 0:
            return 0
    return place + 1


def levenshtein(left: str, right: str) -> int:
    """How many characters must be changed, added or left out to make one of the other."""
    if len(left) < len(right):
        left, right = right, left
    if not right:
        return len(left)
    if len(left) * (len(right) - 1) > 1_000_000:
        raise ValueError("The combined inputs for Levenshtein distance are too large")
    short("levenshtein_distance", left)
    distances = list(range(1, len(right) + 1))
    for row, letter in enumerate(left):
        before, last = row, row + 1
        for column, other in enumerate(right):
            above = distances[column]
            last = before if letter == other else min(last, before, above) + 1
            distances[column], before = last, above
    return distances[-1]


def hamming(left: str, right: str) -> int:
    """In how many places two texts of one length differ."""
    if len(left) != len(right):
        raise ValueError("The input strings to hamming_distance function must have the same length")
    return sum(map(operator.ne, left, right))


_FORMS: dict[str, Literal["NFC", "NFD", "NFKC", "NFKD"]] = {
    "NFC": "NFC", "NFD": "NFD", "NFKC": "NFKC", "NFKD": "NFKD",
}  # fmt: skip


def normalize(text: str, form: str = "NFC") -> str:
    """The text in a Unicode normal form."""
    known = _FORMS.get(form)
    if known is None:
        raise ValueError("Normalization form must be one of [NFD, NFC, NFKD, NFKC]")
    short("normalize", text)
    return unicodedata.normalize(known, text)


def translate(text: str, old: str, new: str) -> str:
    """Each character of ``old`` replaced by that of ``new`` in its place, or removed."""
    table: dict[int, str] = {}
    for place, character in enumerate(old):
        table.setdefault(ord(character), new[place] if place < len(new) else "")
    return text.translate(table)


def luhn_check(text: str) -> bool:
    """Whether digits end with their right check digit."""
    short("luhn_check", text)
    total = 0
    for place, digit in enumerate(reversed(text)):
        if digit not in "0123456789":
            raise ValueError("Input contains non-digit character")
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return bool(text) and total % 10 == 0


_SOUNDS = "01230120022455012623010202"  # A to Z
_SILENT = "HW"


def soundex(text: str) -> str:
    """A letter and three digits for how an English word sounds; empty without letters."""
    short("soundex", text)
    letters = "".join(filter(str.isalpha, text)).upper()
    code, last = letters[:1], _sound(letters[0]) if letters else ""
    for letter in letters[1:]:
        if len(code) == 4:
            break
        if letter in _SILENT:
            continue
        sound = _sound(letter)
        if sound not in ("0", last):
            code += sound
        last = sound
    return code.ljust(4, "0") if code else ""


def _sound(letter: str) -> str:
    if not "A" <= letter <= "Z":
        raise ValueError(f"The character is not mapped: {letter}")
    return _SOUNDS[ord(letter) - ord("A")]


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_chr", 1): chr_,
    ("trino_codepoint", 1): codepoint,
    ("trino_lpad", 3): lpad,
    ("trino_rpad", 3): rpad,
    ("trino_strpos", 3): strpos,
    ("trino_levenshtein", 2): levenshtein,
    ("trino_hamming", 2): hamming,
    ("trino_normalize", 1): normalize,
    ("trino_normalize", 2): normalize,
    ("trino_translate", 3): translate,
    ("trino_luhn_check", 1): luhn_check,
    ("trino_soundex", 1): soundex,
    ("trino_trim", 2): str.strip,
    ("trino_ltrim", 2): str.lstrip,
    ("trino_rtrim", 2): str.rstrip,
}
"""Name and number of arguments -> function; none of them sees a NULL."""
