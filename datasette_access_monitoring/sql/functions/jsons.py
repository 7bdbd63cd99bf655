"""Functions over JSON, as entries of the registry; what they do is in ``udf``."""

from __future__ import annotations

from collections.abc import Sequence

from ...catalog.types import TrinoType
from ..binding.bound import Bound
from ..rules import json_paths
from .model import Form, Group, Writer

_group = Group("json")
_scalar = _group.scalar
_SOURCES = ("varchar", "json")


def _with_path(name: str) -> Writer:
    """A call with a path, which is read at once if it is a literal: raises ``ValueError``."""

    def write(arguments: Sequence[Bound], _: TrinoType) -> str:
        path = arguments[1].constant
        if isinstance(path, str):
            json_paths.steps(path)
        return f"{name}({arguments[0].sql}, {arguments[1].sql})"

    return write


def _per_source(pattern: str, form: str | Writer) -> dict[str, str | Writer | Form]:
    """One signature for each type that JSON may come in, in the place of ``X``."""
    return {pattern.replace("X", source): form for source in _SOURCES}


_CONTAINED = {"boolean": "boolean", "bigint": "integer", "double": "double", "varchar": "text"}

# fmt: off
_scalar("json_parse", "The JSON that a text is, its keys sorted; an error for any other text.", {
    "(varchar) -> json": "trino_json_parse({0})",
})
_scalar("json_format", "JSON as a text.", {
    "(json) -> varchar": "({0})",
})
_scalar("json_extract", "The JSON at a path ($.a[0][\"b c\"]); NULL where there is none, or the "
        "text is no JSON.",
        _per_source("(X, varchar) -> json", _with_path("trino_json_extract")))
_scalar("json_extract_scalar", "The text, number or boolean at a path, as a text; NULL for "
        "anything else, or where the text is no JSON.",
        _per_source("(X, varchar) -> varchar", _with_path("trino_json_extract_scalar")))
_scalar("json_size", "How many elements or keys the value at a path has; 0 if it is neither "
        "array nor object, NULL where there is none.",
        _per_source("(X, varchar) -> bigint", _with_path("trino_json_size")))
_scalar("json_array_length", "The number of elements; NULL for what is no JSON array.",
        _per_source("(X) -> bigint", "trino_json_array_length({0})"))
_scalar("json_array_contains", "Whether an element of a JSON array equals the value and is "
        "written as its type is; NULL for what is no JSON array.", {
    signature: form
    for _kind, _form in _CONTAINED.items()
    for signature, form in _per_source(
        f"(X, {_kind}) -> boolean", f"trino_json_array_contains_{_form}({{0}}, {{1}})").items()
})
_scalar("json_array_get", "An element of a JSON array, counted from 0, or from the end if "
        "negative; NULL where there is none. An error for an element that is a text.",
        _per_source("(X, bigint) -> json", "trino_json_array_get({0}, {1})"))
_scalar("is_json_scalar", "Whether the value is a text, number, boolean or null; an error for a "
        "text that is no JSON.",
        _per_source("(X) -> boolean", "trino_is_json_scalar({0})"))
# fmt: on

ENTRIES = tuple(_group.entries)
