"""Read one YAML mapping whose errors can say in which line each key stands.

Every resource file (an audit query's header, a report) is such a mapping: known keys,
some of them required, each with a value of one type.  What the keys mean is the business
of the modules that ask for them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from ..errors import ResourceError


@dataclass(frozen=True, slots=True)
class Fields:
    """The keys of one mapping, with the file and the line that each stands in.

    ``line`` is where the mapping itself begins; lines count from 1.
    """

    path: Path
    line: int
    values: Mapping[str, tuple[object, int]]

    def text(self, key: str) -> str:
        """The text under ``key``; ``ResourceError`` when it is missing, empty or no text."""
        value = self.optional_text(key)
        if not value:
            raise self.error(key, "is missing or empty; give it a text")
        return value

    def optional_text(self, key: str) -> str:
        """The text under ``key``, ``''`` when there is none; ``ResourceError`` when no text."""
        value, _ = self.values.get(key, ("", self.line))
        if not isinstance(value, str):
            raise self.error(key, f"must be a text, not {value!r}")
        return value.strip()

    def texts(self, key: str) -> Iterator[str]:
        """The list of texts under ``key``; ``ResourceError`` when it is no such list, or empty."""
        value, _ = self.values.get(key, (None, self.line))
        if not isinstance(value, list) or not value:
            raise self.error(key, "must be a list with at least one entry")
        for entry in value:
            if not isinstance(entry, str):
                raise self.error(key, f"must be a list of texts; {entry!r} is none")
            yield entry

    def mapping(self, key: str, known: Collection[str]) -> Fields | None:
        """The mapping under ``key`` as fields of its own, ``None`` when there is none."""
        if key not in self.values:
            return None
        value, line = self.values[key]
        if not isinstance(value, dict):
            raise self.error(key, f"must be a mapping with the keys {', '.join(known)}")
        inner = Fields(self.path, line, {name: (entry, line) for name, entry in value.items()})
        inner.refuse_unknown(known)
        return inner

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Raise ``ResourceError`` for the first key that is not among ``known``."""
        for key in self.values:
            if key not in known:
                raise self.error(key, f"is not known here; known keys: {', '.join(known)}")

    def error(self, key: str, message: str) -> ResourceError:
        """The error that says ``message`` of ``key``, with its file and line."""
        _, line = self.values.get(key, (None, self.line))
        return ResourceError(f"{self.path}: line {line}: {key}: {message}")


def read_fields(path: Path, text: str, known: Collection[str]) -> Fields:
    """Read ``text``, which begins in the first line of ``path``, as one YAML mapping.

    Every scalar is text as it is written: ``title: 2024`` and ``title: on`` need no quotes.
    Raises ``ResourceError`` for text that is no YAML or no mapping, a key twice, a key that
    is not among ``known``.
    """
    try:
        loader = yaml.BaseLoader(text)
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise ResourceError(
                f"{path}: line 1: expected keys and values (YAML), such as title: …"
            )
        values = dict(_entries(path, loader, node))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ResourceError(f"{path}: line {line}: not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise ResourceError(f"{path}: not YAML: {error}") from error
    fields = Fields(path, 1, values)
    fields.refuse_unknown(known)
    return fields


def _entries(
    path: Path, loader: yaml.BaseLoader, node: yaml.MappingNode
) -> Iterator[tuple[str, tuple[object, int]]]:
    seen = set()
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = str(key_node.value)
        if key in seen:
            raise ResourceError(f"{path}: line {line}: {key}: is given twice")
        seen.add(key)
        yield key, (loader.construct_object(value_node, deep=True), line)
