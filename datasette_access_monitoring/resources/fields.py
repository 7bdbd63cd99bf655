"""Read YAML or JSON as mappings whose errors can say in which line each key stands.

Every resource (an audit query's header, a report, a role) is such a mapping: keys with values
of one type, some of them required.  What the keys mean is the business of the modules that
ask for them; how resources are written is that of ``writing``.

Scalars follow YAML 1.2's core schema, of which JSON is a part: ``on``, ``0755`` and ``10:20``
are texts.  Where a text is asked for, every scalar is one, as it is written: ``title: 2024``
needs no quotes.  Aliases and tags are refused: a few lines of them can stand for gigabytes.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from ..errors import ResourceError

MAX_TEXT = 1024 * 1024
"""Longest text that is read, in characters."""

_STR, _SEQ, _MAP = (f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# What is too long for a number, or begins with 0 as none does, stays the text that it is.
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,99})")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,99})(?:\.[0-9]{1,99})?(?:[eE][-+]?[0-9]{1,3})?")
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fields:
    """The keys of one mapping, each with its value and the line that it stands in.

    ``source`` is the file's name, or what else the text is called in errors; ``path`` the
    mapping's own place in its document (``spec.allow``), ``''`` for the document.  ``line``
    is where the mapping begins; lines count from 1, and are ``None`` where there is no text.
    """

    source: str
    path: str
    line: int | None
    entries: Mapping[str, tuple[yaml.Node, int | None]]

    def __contains__(self, key: str) -> bool:
        return key in self.entries and not _is_null(self.entries[key][0])

    def text(self, key: str) -> str:
        """The text under ``key``; ``ResourceError`` when it is missing, empty or no text."""
        value = self.optional_text(key)
        if not value.strip():
            raise self.error(key, "is missing or empty; give it a text")
        return value

    def optional_text(self, key: str) -> str:
        """The text under ``key``, ``''`` when there is none; ``ResourceError`` when no text."""
        if key not in self:
            return ""
        node = self.entries[key][0]
        if not isinstance(node, yaml.ScalarNode):
            raise self.error(key, f"must be a text, not {_shown(node)}")
        return str(node.value)

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts under ``key``; ``ResourceError`` when it is no such list, or empty."""
        found = self.optional_texts(key)
        if not found:
            raise self.error(key, "must be a list with at least one entry")
        return found

    def optional_texts(self, key: str) -> tuple[str, ...]:
        """The same, which may be empty or not there at all."""
        items = self._items(key)
        for item in items:
            if not isinstance(item, yaml.ScalarNode) or _is_null(item):
                raise self.error(key, f"must be a list of texts; {_shown(item)} is none")
        return tuple(str(item.value) for item in items)

    def mapping(self, key: str) -> Fields | None:
        """The mapping under ``key`` as fields of its own, ``None`` when there is none."""
        if key not in self:
            return None
        node, line = self.entries[key]
        if not isinstance(node, yaml.MappingNode):
            raise self.error(key, f"must be a mapping (keys and values), not {_shown(node)}")
        return _fields(self.source, self._path(key), _line(node) or line, node)

    def mappings(self, key: str) -> tuple[Fields, ...]:
        """The list of mappings under ``key``, none where there is no such key."""
        found = []
        for index, item in enumerate(self._items(key)):
            if not isinstance(item, yaml.MappingNode):
                raise self.error(key, f"must be a list of mappings; {_shown(item)} is none")
            found.append(_fields(self.source, f"{self._path(key)}[{index}]", _line(item), item))
        return tuple(found)

    def plain(self) -> dict[str, Any]:
        """The mapping as JSON has it: dicts, lists, texts, numbers, booleans and ``None``."""
        return {key: _plain(node) for key, (node, _) in self.entries.items()}

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Raise ``ResourceError`` for the first key that is not among ``known``."""
        for key in self.entries:
            if key not in known:
                raise self.error(key, f"is not known here; known keys: {', '.join(known)}")

    def error(self, key: str, message: str) -> ResourceError:
        """The error that says ``message`` of ``key``, with its source, line and path."""
        _, line = self.entries.get(key, (None, self.line))
        return _error(self.source, line, f"{self._path(key)}: {message}")

    def _items(self, key: str) -> list[yaml.Node]:
        if key not in self:
            return []
        node = self.entries[key][0]
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(key, f"must be a list, not {_shown(node)}")
        return list(node.value)

    def _path(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def read_fields(source: str, text: str) -> Fields:
    """Read ``text``, which begins in the first line of ``source``, as one mapping.

    Raises ``ResourceError`` for text that is no YAML, or no mapping, or has a key twice.
    """
    documents = [node for node in _compose(source, text) if node is not None]
    if len(documents) > 1:
        raise _error(source, _line(documents[1]), "one document is expected, here is another")
    if not documents or not isinstance(documents[0], yaml.MappingNode):
        raise _error(source, 1, "expected keys and values (YAML), such as title: …")
    return _fields(source, "", 1, documents[0])


def read_each(source: str, text: str, most: float = math.inf) -> Iterator[Fields]:
    """Read every mapping of a text: of several YAML documents, or of one list of them.

    Empty documents are left out.  Raises ``ResourceError`` as ``read_fields`` does, and for a
    text of more than ``most`` keys and values: reading YAML is slow.
    """
    for document in _compose(source, text, most):
        whole = isinstance(document, yaml.SequenceNode)
        for node in document.value if isinstance(document, yaml.SequenceNode) else [document]:
            if node is None or (not whole and _is_null(node)):
                continue
            if not isinstance(node, yaml.MappingNode):
                raise _error(source, _line(node), f"expected a mapping, not {_shown(node)}")
            yield _fields(source, "", _line(node), node)


def fields_of(source: str, data: Mapping[Any, Any]) -> Fields:
    """Data that was read already, such as a part of a configuration, as fields without lines.

    Raises ``ResourceError`` for keys that are no texts.
    """
    node = _node(source, data)
    assert isinstance(node, yaml.MappingNode)
    return _fields(source, "", None, node)


class _Loader(yaml.BaseLoader):
    """Composes nodes, at most so many; aliases are errors."""

    def __init__(self, text: str, most: float) -> None:
        super().__init__(text)
        self._most = self._left = most

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self._left -= 1
        if self._left < 0:
            raise yaml.YAMLError(f"more than {self._most:,} keys and values")
        if self.check_event(yaml.AliasEvent):
            event = self.get_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(
                None, None, "aliases are not supported; write the value out", event.start_mark
            )
        return super().compose_node(parent, index)


def _compose(source: str, text: str, most: float = math.inf) -> list[yaml.Node | None]:
    if len(text) > MAX_TEXT:
        raise _error(source, None, f"is longer than {MAX_TEXT:,} characters")
    if text.lstrip()[:1] in ("{", "["):
        # JSON may be indented with tabs, which YAML refuses; inside its texts none can stand.
        text = text.replace("\t", " ")
    try:
        loader = _Loader(text, most)
        found = []
        while loader.check_node():
            node = loader.get_node()
            _check(source, node)
            found.append(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _error(source, line, f"not YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ResourceError(f"{source}: not YAML: {error}") from error
    except RecursionError as error:
        raise _error(source, None, "is nested too deeply") from error
    return found


def _check(source: str, node: yaml.Node | None) -> None:
    """Refuse tags and keys given twice; put the halves of JSON's escaped characters together."""
    if isinstance(node, yaml.ScalarNode):
        wanted = _STR
        if _SURROGATES.search(node.value):
            try:
                node.value = node.value.encode("utf-16", "surrogatepass").decode("utf-16")
            except UnicodeDecodeError:
                raise _error(source, _line(node), "half a character (\\ud800 to \\udfff)") from None
    elif isinstance(node, yaml.SequenceNode):
        wanted = _SEQ
        for item in node.value:
            _check(source, item)
    elif isinstance(node, yaml.MappingNode):
        wanted = _MAP
        keys = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _error(source, _line(key), "a key must be a text")
            _check(source, key)
            if key.value in keys:
                raise _error(source, _line(key), f"{key.value}: is given twice")
            keys.add(key.value)
            _check(source, value)
    else:
        return
    # BaseLoader gives untagged scalars "", or "!" where they are quoted, before it resolves them.
    if node.tag not in (wanted, "", "!", None):
        raise _error(source, _line(node), f"tags such as {node.tag} are not supported")


def _fields(source: str, path: str, line: int | None, node: yaml.MappingNode) -> Fields:
    entries = {str(key.value): (value, _line(key)) for key, value in node.value}
    return Fields(source, path, line, entries)


def _node(source: str, data: Any) -> yaml.Node:
    """A tree of nodes for data that has no text; quoted, so that a text stays one."""
    if isinstance(data, Mapping):
        pairs = []
        for key, value in data.items():
            if not isinstance(key, str):
                raise ResourceError(f"{source}: the key {key!r} must be a text")
            pairs.append((_node(source, key), _node(source, value)))
        return yaml.MappingNode(_MAP, pairs)
    if isinstance(data, list | tuple):
        return yaml.SequenceNode(_SEQ, [_node(source, item) for item in data])
    if data is None or isinstance(data, bool | int | float):
        return yaml.ScalarNode(_STR, json.dumps(data))
    return yaml.ScalarNode(_STR, str(data), style='"')


def _plain(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    text = str(node.value)
    if not isinstance(node, yaml.ScalarNode) or node.style is not None:
        return text
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    number = float(text) if _FLOAT.fullmatch(text) else math.inf
    return number if math.isfinite(number) else text


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style is None and node.value in _NULL


def _shown(node: yaml.Node) -> str:
    text = json.dumps(_plain(node), ensure_ascii=False)
    return text if len(text) <= 60 else text[:60] + "…"


def _line(node: yaml.Node) -> int | None:
    mark = node.start_mark
    return None if mark is None else mark.line + 1


def _error(source: str, line: int | None, message: str) -> ResourceError:
    place = "" if line is None else f"line {line}: "
    return ResourceError(f"{source}: {place}{message}", line=line)
