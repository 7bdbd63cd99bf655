"""The JSON type: the one compact text that stands for each value, and how texts become it.

A number with a fraction or an exponent goes through a double, as in Trino (``1.50`` is
``1.5``, ``1e3`` is ``1000.0``); whole numbers keep every digit.  Source of the rules:
Trino's ``JsonTypeUtil`` and what its JSON library writes.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from .json_tokens import BadJsonError, Reader, bounded, whole
from .numerals import java_text
from .times import NotSupportedValue

MAX_DEPTH = 200
"""How deep arrays and objects may nest where a text is read as a whole."""

_ESCAPED = re.compile(r'[\x00-\x1f"\\]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f",
          "\r": "\\r"}  # fmt: skip
_LONGEST_IN_MESSAGE = 10_000


class Whole(str):
    """A number without fraction and exponent, as it is written."""

    __slots__ = ()


class Real(str):
    """A number with a fraction or an exponent, as it is written."""

    __slots__ = ()


class Pairs(list[tuple[str, Any]]):
    """An object as its keys and values, in order, keys written twice kept."""

    __slots__ = ()


def decode(text: str) -> Any:
    """A JSON text as Python values: ``Pairs``, lists, ``str``, ``Whole``, ``Real``, booleans.

    What it gives is shared: not to be changed.  Raises ``ValueError`` for what is no JSON,
    ``NotSupportedValue`` for what nests too deep.
    """
    return _decoded_before(text) if len(text) <= _SMALL else _decoded(text)


def _decoded(text: str) -> Any:
    try:
        return json.loads(
            bounded(text),
            object_pairs_hook=Pairs,
            parse_int=Whole,
            parse_float=Real,
            parse_constant=_no_constant,
        )
    except RecursionError as error:
        raise _too_deep() from error


# A query often asks one text for several values.
_SMALL = 50_000
_decoded_before = lru_cache(maxsize=16)(_decoded)


def _no_constant(word: str) -> None:
    raise BadJsonError(f"{word} is no JSON")


def _too_deep() -> NotSupportedValue:
    return NotSupportedValue(f"JSON of more than {MAX_DEPTH} levels: not supported")


def as_written(pairs: Pairs) -> Iterable[tuple[str, Any]]:
    """The keys of an object as they stand, those written twice too."""
    return pairs


def last_of_each(pairs: Pairs) -> Iterable[tuple[str, Any]]:
    """The keys in the order in which they first stand, with the value that stands last."""
    return dict(pairs).items()


def sorted_keys(pairs: Pairs) -> Iterable[tuple[str, Any]]:
    """The keys as Java sorts them, with the value that stands last."""
    return sorted(dict(pairs).items(), key=lambda entry: java_order(entry[0]))


def parsed(text: str) -> str:
    """``json_parse``: keys sorted, of a key written twice the last value, no white space."""
    try:
        return encode(decode(text), sorted_keys)
    except NotSupportedValue:
        raise
    except ValueError as error:
        raise ValueError(f"Cannot convert value to JSON: '{shown(text)}'") from error


def encode(value: Any, keys: Callable[[Pairs], Iterable[tuple[str, Any]]], depth: int = 0) -> str:
    """The text of what ``decode`` gave, ``depth`` levels inside of it, the keys so arranged."""
    if isinstance(value, list):
        if depth >= MAX_DEPTH:
            raise _too_deep()
        if isinstance(value, Pairs):
            inside = [f"{string(key)}:{encode(item, keys, depth + 1)}" for key, item in keys(value)]
            return "{" + ",".join(inside) + "}"
        return "[" + ",".join([encode(item, keys, depth + 1) for item in value]) + "]"
    if isinstance(value, Real):
        return double(float(value))
    if isinstance(value, Whole):
        return integer(value)
    if isinstance(value, str):
        return string(value)
    return "null" if value is None else "true" if value else "false"


def java_order(text: str) -> bytes:
    """What Java's order of texts compares: UTF-16 units."""
    return text.encode("utf-16-be", "surrogatepass")


def copied(reader: Reader) -> str:
    """The value whose first token the reader is at, compact; the reader is at its last one then.

    Keys stay as they come, those written twice too.  Raises ``BadJsonError``.
    """
    parts: list[str] = []
    outside = reader.depth - (reader.kind in ("{", "["))
    before = "["
    while True:
        kind = reader.kind
        if kind is None:
            raise BadJsonError("the text ends too early")
        if before not in ("{", "[", "key") and kind not in ("}", "]"):
            parts.append(",")
        parts.append(_written(reader))
        if reader.depth == outside:
            return "".join(parts)
        before = kind
        reader.next()


def _written(reader: Reader) -> str:
    text = reader.text()
    if reader.kind == "key":
        return string(text) + ":"
    if reader.kind == "string":
        return string(text)
    if reader.kind == "real":
        return double(float(text))
    return integer(text) if reader.kind == "integer" else text


def string(text: str) -> str:
    """A text in quotes, with no more escapes than JSON asks for."""
    return f'"{_ESCAPED.sub(_escape, whole(text))}"'


def _escape(match: re.Match[str]) -> str:
    return _SHORT.get(match[0]) or f"\\u{ord(match[0]):04X}"


def integer(text: str) -> str:
    """A whole number; zero has no sign."""
    return "0" if text == "-0" else text


def double(value: float) -> str:
    """A double; infinities are texts, for JSON has no such numbers."""
    return java_text(value) if math.isfinite(value) else f'"{java_text(value)}"'


def shown(text: str) -> str:
    """A JSON text in a message."""
    if len(text) <= _LONGEST_IN_MESSAGE:
        return text
    return text[:_LONGEST_IN_MESSAGE] + "...(truncated)"
