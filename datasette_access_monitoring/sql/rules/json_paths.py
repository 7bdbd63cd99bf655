"""JSON paths, and what they find in a text.

A path is ``$`` and then keys and positions: ``.name``, ``[0]``, ``["any key"]``; Trino's
``json_extract`` knows no others.  A position picks from an array, and from an object the
key that is spelled so.  Source of the rules: Trino's ``JsonPathTokenizer`` and ``JsonExtract``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from .json_tokens import SCALARS, BadJsonError, Reader, whole
from .json_values import Pairs, as_written, copied, decode, encode

_T = TypeVar("_T")

_QUOTED = re.compile(r'\["((?:[^"\\]|\\["\\])*)"\]', re.DOTALL)
_POSITION = re.compile(r"[+-]?[0-9]{1,10}")
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd"})
_LAST_POSITION = (1 << 31) - 1


@lru_cache(maxsize=1024)
def steps(path: str) -> tuple[str, ...]:
    """The keys and positions of a path; raises ``ValueError`` for what is none."""
    found: list[str] = []
    at = 1
    while at < len(path):
        quoted = _QUOTED.match(path, at)
        if quoted is not None:
            found.append(re.sub(r"\\(.)", r"\1", quoted[1]))
            at = quoted.end()
            continue
        start = at + 1
        end = start
        while end < len(path) and _is_plain(path[end], path[at]):
            end += 1
        if path[at] not in ".[" or end == start:
            raise _invalid(path)
        if path[at] == "[" and path[end : end + 1] != "]":
            raise _invalid(path)
        found.append(path[start:end])
        at = end + (path[at] == "[")
    if not path.startswith("$"):
        raise _invalid(path)
    return tuple(found)


def _is_plain(character: str, opening: str) -> bool:
    if character == "_" or (character == ":" and opening == "."):
        return True
    return character < "\U00010000" and unicodedata.category(character) in _LETTERS


def _invalid(path: str) -> ValueError:
    return ValueError(f"Invalid JSON path: '{path}'")


_NOTHING = object()


def _value(text: str, wanted: Sequence[str]) -> Any:
    """What the path leads to, as ``decode`` reads it, or ``_NOTHING``.

    Raises ``ValueError`` for a text that as a whole is no JSON.
    """
    value = decode(text)
    for step in wanted:
        if isinstance(value, Pairs):
            value = next((item for name, item in value if name == step), _NOTHING)
        elif isinstance(value, list) and 0 <= _position(step) < len(value):
            value = value[_position(step)]
        else:
            return _NOTHING
    return value


def _position(step: str) -> int:
    """The position that a step means in an array; -1 for none."""
    position = int(step) if _POSITION.fullmatch(step) else -1
    return position if 0 <= position <= _LAST_POSITION else -1


def _find(text: str, wanted: Sequence[str]) -> Reader | None:
    """A reader at the first token of what the path leads to, or ``None``."""
    reader = Reader(text)
    if reader.next() is None:
        return None
    for step in wanted:
        if reader.kind == "{":
            if not _go_to_key(reader, step):
                return None
        elif reader.kind != "[" or not _go_to_position(reader, step):
            return None
    return reader


def _go_to_key(reader: Reader, name: str) -> bool:
    while reader.next() == "key":
        found = reader.text() == name
        reader.next()
        if found:
            return True
        reader.skip()
    return False


def _go_to_position(reader: Reader, step: str) -> bool:
    left = _position(step)  # -1 is never reached
    while reader.next() != "]":
        if left == 0:
            return True
        left -= 1
        reader.skip()
    return False


def _read_on(read: Callable[[Reader], _T], text: str, wanted: Sequence[str]) -> _T | None:
    """The same from a text that is broken behind what is asked for, or nests very deep."""
    try:
        reader = _find(text, wanted)
        return None if reader is None else read(reader)
    except BadJsonError:
        return None


def extracted(text: str, path: str) -> str | None:
    """``json_extract``: the value as JSON; NULL where there is none or the text is broken."""
    wanted = steps(path)
    try:
        value = _value(text, wanted)
        return None if value is _NOTHING else encode(value, as_written)
    except ValueError:
        return _read_on(copied, text, wanted)


def scalar(text: str, path: str) -> str | None:
    """``json_extract_scalar``: a text, number or boolean as it is written; NULL for all else."""
    wanted = steps(path)
    try:
        value = _value(text, wanted)
    except ValueError:
        return _read_on(_scalar, text, wanted)
    if isinstance(value, bool):
        return "true" if value else "false"
    return whole(value) if isinstance(value, str) else None


def _scalar(reader: Reader) -> str | None:
    return reader.text() if reader.kind in SCALARS and reader.kind != "null" else None


def size(text: str, path: str) -> int | None:
    """``json_size``: how many elements or keys; 0 for what can have none."""
    wanted = steps(path)
    try:
        value = _value(text, wanted)
    except ValueError:
        return _read_on(_size, text, wanted)
    if value is _NOTHING:
        return None
    return len(value) if isinstance(value, list) else 0


def _size(reader: Reader) -> int:
    opening = reader.kind
    if opening not in ("{", "["):
        return 0
    closing = "}" if opening == "{" else "]"
    count = 0
    while reader.next() != closing:
        count += 1
        if opening == "{":
            reader.next()
        reader.skip()
    return count
