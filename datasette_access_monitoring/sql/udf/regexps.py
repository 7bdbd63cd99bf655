"""SQLite functions over regular expressions, and how long a match may take.

Empty matches, groups and replacements go by Trino's ``JoniRegexpFunctions``: after an empty
match the search goes on one character later.  A call ends with its deadline, however the
pattern backtracks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import regex

from ..rules import regexps
from ..rules.times import NotSupportedValue
from ..rules.values import dump
from .running import time_left
from .text import bounded

LONGEST_SECONDS = 1.0
"""How long one call may match, also where its query has more time."""

MAX_TEXT = 200_000
"""The longest text, in characters, to match: the engine's memory grows with it."""

Match = regex.Match[str]


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> tuple[regex.Pattern[str], regexps.Pattern]:
    translated = regexps.translate(pattern)
    return regex.compile(translated.text, regex.VERSION1, cache_pattern=False), translated


def _matches(text: str, pattern: str, start: int = 0) -> Iterator[Match]:
    """Every match from an offset on, each searched for where the one before ended."""
    if len(text) > MAX_TEXT:
        raise NotSupportedValue(
            f"a regular expression over a text of {len(text):,} characters: "
            f"{MAX_TEXT:,} is the limit"
        )
    compiled, translated = _compiled(pattern)
    end = time.monotonic() + min(LONGEST_SECONDS, time_left())
    while start <= len(text):
        left = end - time.monotonic()
        if left <= 0:
            raise _too_slow(pattern)
        try:
            found = compiled.search(text, start, timeout=left, concurrent=True)
        except TimeoutError as error:
            raise _too_slow(pattern) from error
        if found is None:
            return
        if translated.short_end and found.end() == found.start() > 0:
            _check_end(text[found.start() - 1], pattern)
        yield found
        start = found.end() + (found.end() == found.start())


def _check_end(before: str, pattern: str) -> None:
    if not before.isascii():
        raise NotSupportedValue(
            f"the regular expression {pattern[:200]!r} matches nothing after {before!r}: "
            "not supported"
        )


def _too_slow(pattern: str) -> NotSupportedValue:
    return NotSupportedValue(
        f"the regular expression {pattern[:200]!r} takes too long: "
        f"a match may take {LONGEST_SECONDS:g} s"
    )


def _group(pattern: str, number: int) -> int:
    """The number of a group; raises ``ValueError`` if the pattern lacks it."""
    groups = _compiled(pattern)[1].groups
    if number < 0:
        raise ValueError("Group cannot be negative")
    if number > groups:
        raise ValueError(f"Pattern has {groups} groups. Cannot access group {number}")
    return number


def like(text: str, pattern: str) -> bool:
    """Whether the pattern matches somewhere."""
    return next(_matches(text, pattern), None) is not None


def extract(text: str, pattern: str, group: int = 0) -> str | None:
    """A group of the first match; NULL if there is none or the group took no part."""
    group = _group(pattern, group)
    found = next(_matches(text, pattern), None)
    return None if found is None else found[group]


def extract_all(text: str, pattern: str, group: int = 0) -> str:
    """A group of every match, as an array; NULL where it took no part."""
    group = _group(pattern, group)
    return dump([found[group] for found in _matches(text, pattern)])


def split(text: str, pattern: str) -> str:
    """What stands between the matches, as an array."""
    parts, last = [], 0
    for found in _matches(text, pattern):
        parts.append(text[last : found.start()])
        last = found.end()
    return dump([*parts, text[last:]])


def count(text: str, pattern: str) -> int:
    """How often the pattern matches."""
    return sum(1 for _ in _matches(text, pattern))


def position(text: str, pattern: str, start: int = 1, occurrence: int = 1) -> int:
    """Where a match begins, counted from 1; -1 if there are not so many."""
    if start < 1:
        raise ValueError("start position cannot be smaller than 1")
    if occurrence < 1:
        raise ValueError("occurrence cannot be smaller than 1")
    if start > len(text):
        return -1
    for number, found in enumerate(_matches(text, pattern, start - 1), 1):
        if number == occurrence:
            return int(found.start()) + 1
    return -1


def replace(text: str, pattern: str, replacement: str = "") -> str:
    """Every match replaced; ``$1`` and ``${name}`` stand for groups, ``\\`` takes the next as is.

    The replacement is read when something matches, as in Trino: until then it may be wrong.
    """
    parts: list[str] = []
    written: list[str | int] | None = None
    length = last = 0
    for found in _matches(text, pattern):
        if written is None:
            written = _replacement(pattern, replacement)
        new = [found[part] or "" if isinstance(part, int) else part for part in written]
        parts += [text[last : found.start()], *new]
        length += found.start() - last + sum(map(len, new))
        bounded(length)
        last = found.end()
    return "".join([*parts, text[last:]])


@lru_cache(maxsize=256)
def _replacement(pattern: str, replacement: str) -> list[str | int]:
    """A replacement as texts and numbers of groups."""
    parts: list[str | int] = []
    place = 0
    while place < len(replacement):
        character = replacement[place]
        if character == "$":
            group, place = _reference(pattern, replacement, place + 1)
            parts.append(group)
            continue
        if character == "\\":
            place += 1
            if place == len(replacement):
                raise ValueError(f"Illegal replacement sequence: {replacement}")
        parts.append(replacement[place])
        place += 1
    return parts


def _reference(pattern: str, replacement: str, place: int) -> tuple[int, int]:
    """The group that stands after a ``$``, and where it ends: as many digits as make a group."""
    translated = _compiled(pattern)[1]
    if replacement[place : place + 1] == "{":
        name = replacement[place + 1 :].partition("}")[0]
        if name not in translated.names:
            raise ValueError(f"Illegal replacement sequence: unknown group {{ {name} }}")
        return translated.names[name], place + len(name) + 2
    digits = "0123456789"
    if place == len(replacement) or replacement[place] not in digits:
        raise ValueError(f"Illegal replacement sequence: {replacement}")
    group = int(replacement[place])
    if group > translated.groups:
        raise ValueError(f"Illegal replacement sequence: unknown group {group}")
    place += 1
    while place < len(replacement) and replacement[place] in digits:
        longer = group * 10 + int(replacement[place])
        if longer > translated.groups:
            break
        group, place = longer, place + 1
    return group, place


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_regexp_like", 2): like,
    ("trino_regexp_extract", 2): extract,
    ("trino_regexp_extract", 3): extract,
    ("trino_regexp_extract_all", 2): extract_all,
    ("trino_regexp_extract_all", 3): extract_all,
    ("trino_regexp_split", 2): split,
    ("trino_regexp_count", 2): count,
    ("trino_regexp_position", 2): position,
    ("trino_regexp_position", 3): position,
    ("trino_regexp_position", 4): position,
    ("trino_regexp_replace", 2): replace,
    ("trino_regexp_replace", 3): replace,
}
"""Name and number of arguments -> function; none of them sees a NULL."""
