"""SQLite functions over JSON texts; values of the type json are texts too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..rules import json_paths, json_values
from ..rules.json_tokens import BadJsonError, Reader
from ..rules.times import NotSupportedValue


def is_scalar(text: str) -> bool:
    """Whether the value is neither an array nor an object; raises ``ValueError`` for no JSON."""
    reader = Reader(text)
    try:
        first = reader.next()
        if first is None:
            raise BadJsonError("nothing is there")
        reader.skip()
        if reader.next() is not None:
            raise BadJsonError("more than one value")
    except BadJsonError as error:
        raise ValueError(f"Invalid JSON value: {json_values.shown(text)}") from error
    return first not in ("{", "[")


def _elements(reader: Reader) -> Iterator[str | None]:
    """The kind of each element's first token, the reader being at it."""
    while reader.next() != "]":
        yield reader.kind
        reader.skip()


def array_length(text: str) -> int | None:
    """The number of elements; NULL for what is no array."""
    try:
        value = json_values.decode(text)
    except ValueError:
        return _length_of_broken(text)
    is_array = isinstance(value, list) and not isinstance(value, json_values.Pairs)
    return len(value) if is_array else None


def _length_of_broken(text: str) -> int | None:
    """The same for an array behind which the text is no JSON, or one that nests very deep."""
    reader = Reader(text)
    try:
        return sum(1 for _ in _elements(reader)) if reader.next() == "[" else None
    except BadJsonError:
        return None


def array_contains(matches: Callable[[Reader, Any], bool]) -> Callable[[str, Any], bool | None]:
    """``json_array_contains`` for one type of value; NULL for what is no array."""

    def contains(text: str, value: Any) -> bool | None:
        reader = Reader(text)
        try:
            if reader.next() != "[":
                return None
            return any(matches(reader, value) for _ in _elements(reader))
        except BadJsonError:
            return None

    return contains


def _is_boolean(reader: Reader, value: int) -> bool:
    return reader.kind == ("true" if value else "false")


def _is_integer(reader: Reader, value: int) -> bool:
    # The longest bigint has 20 characters.
    return reader.kind == "integer" and len(reader.text()) <= 20 and int(reader.text()) == value


def _is_double(reader: Reader, value: float) -> bool:
    return reader.kind == "real" and float(reader.text()) == value and value not in _INFINITE


def _is_text(reader: Reader, value: str) -> bool:
    return reader.kind == "string" and reader.text() == value


_INFINITE = (float("inf"), float("-inf"))


def array_get(text: str, index: int) -> str | None:
    """An element, counted from 0, or from the end if negative; NULL where there is none."""
    length = array_length(text) if index < 0 else 0
    if length is None or index + length < 0:
        return None
    reader = Reader(text)
    try:
        if reader.next() != "[":
            return None
        for position, kind in enumerate(_elements(reader)):
            if position == index + length:
                return _element(reader, kind)
    except BadJsonError:
        pass
    return None


def _element(reader: Reader, kind: str | None) -> str | None:
    if kind == "string":
        # Trino gives it without quotes, which is no JSON, or with them, as its version is.
        raise NotSupportedValue("json_array_get of a text: not supported; use json_extract")
    if kind in ("{", "["):
        read = json_values.decode(json_values.copied(reader))
        return json_values.encode(read, json_values.last_of_each)
    return None if kind == "null" else reader.text()


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("trino_json_parse", 1): json_values.parsed,
    ("trino_json_extract", 2): json_paths.extracted,
    ("trino_json_extract_scalar", 2): json_paths.scalar,
    ("trino_json_size", 2): json_paths.size,
    ("trino_is_json_scalar", 1): is_scalar,
    ("trino_json_array_length", 1): array_length,
    ("trino_json_array_contains_boolean", 2): array_contains(_is_boolean),
    ("trino_json_array_contains_integer", 2): array_contains(_is_integer),
    ("trino_json_array_contains_double", 2): array_contains(_is_double),
    ("trino_json_array_contains_text", 2): array_contains(_is_text),
    ("trino_json_array_get", 2): array_get,
}
"""Name and number of arguments -> function; none of them sees a NULL."""
