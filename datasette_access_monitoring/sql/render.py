"""Results as text, by the static type of each column: ``tctl``'s JSON and YAML, CSV, a table.

Pure.  One function, ``value_text``, says how a value is written; the formats differ only
in what they put around it.
"""

from __future__ import annotations

import ipaddress
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from ..catalog.types import TrinoType
from ..visible import escaped_json, escaped_yaml, visible
from .formulas import harmless
from .rules import casting, decimals, numerals, values, zones
from .translate import OutputColumn

Row = Sequence[Any]


def value_text(kind: TrinoType, value: Any) -> str | None:
    """A value as Athena writes it in a result, or ``None`` for NULL."""
    if value is None:
        return None
    writer = _WRITERS.get(kind.base)
    return str(value) if writer is None else writer(kind, value)


def _boolean(kind: TrinoType, value: Any) -> str:  # noqa: ARG001
    return "true" if value else "false"


def _double(kind: TrinoType, value: float) -> str:  # noqa: ARG001
    return numerals.java_text(value)


def _precision(kind: TrinoType) -> int:
    return kind.parameters[0] if kind.parameters else 3


def _timestamp(kind: TrinoType, value: str) -> str:
    digits = _precision(kind)
    return value if digits >= 3 else value[: 20 + digits] if digits else value[:19]


def _zoned(kind: TrinoType, value: int) -> str:
    return zones.text(value, _precision(kind))


def _day_to_second(kind: TrinoType, value: int) -> str:  # noqa: ARG001
    return casting.days_text(value)


def _year_to_month(kind: TrinoType, value: int) -> str:  # noqa: ARG001
    return casting.months_text(value)


def _held(kind: TrinoType, value: str) -> str:
    return _nested(kind, json.loads(value))


def _nested(kind: TrinoType, value: Any) -> str:
    """``[a, b]``, ``{key=value}``, ``{name=value}``: no quotes inside, NULL is ``null``.

    The value is in the nested form of ``values``.
    """
    if value is None:
        return "null"
    if kind.base == "array":
        return f"[{', '.join(_nested(kind.arguments[0], item) for item in value)}]"
    if kind.base == "map":
        pairs = (
            f"{_nested(kind.arguments[0], k)}={_nested(kind.arguments[1], v)}" for k, v in value
        )
        return f"{{{', '.join(pairs)}}}"
    if kind.base == "row":
        fields = (
            f"{name or f'field{index}'}={_nested(field, item)}"
            for index, (name, field, item) in enumerate(
                zip(kind.names, kind.arguments, value, strict=True)
            )
        )
        return f"{{{', '.join(fields)}}}"
    return value_text(kind, values.held(kind, value)) or ""


def _decimal(kind: TrinoType, value: str) -> str:
    return decimals.text(decimals.unscaled(value), kind.parameters[1])


def _varbinary(kind: TrinoType, value: bytes) -> str:  # noqa: ARG001
    return value.hex(" ")


def _ipaddress(kind: TrinoType, value: bytes) -> str:  # noqa: ARG001
    address = ipaddress.IPv6Address(value[:16])
    return str(address.ipv4_mapped or address)


def _ipprefix(kind: TrinoType, value: bytes) -> str:
    return f"{_ipaddress(kind, value)}/{value[16]}"


_WRITERS: dict[str, Callable[[TrinoType, Any], str]] = {
    "boolean": _boolean,
    "double": _double,
    "timestamp": _timestamp,
    "timestamp with time zone": _zoned,
    "interval day to second": _day_to_second,
    "interval year to month": _year_to_month,
    "decimal": _decimal,
    "varbinary": _varbinary,
    "ipaddress": _ipaddress,
    "ipprefix": _ipprefix,
    "array": _held,
    "map": _held,
    "row": _held,
}


def tctl_json(columns: Sequence[OutputColumn], rows: Iterable[Row]) -> str:
    """``[{"data": [names]}, {"data": [values]}, ...]``: every value a string, NULL an empty one."""
    lines = (
        json.dumps({"data": cells}, ensure_ascii=False, separators=(",", ":"))
        for cells in _lines(columns, rows)
    )
    return "[" + ",\n".join(map(escaped_json, lines)) + "]\n"


def tctl_yaml(columns: Sequence[OutputColumn], rows: Iterable[Row]) -> str:
    """The same as YAML; each text is quoted as in JSON."""
    parts = []
    for cells in _lines(columns, rows):
        items = "".join(f"  - {_yaml_text(cell)}\n" for cell in cells)
        parts.append(f"- data:\n{items}" if cells else "- data: []\n")
    return "".join(parts)


def _yaml_text(text: str) -> str:
    """The text, quoted as in JSON."""
    quoted = json.dumps(text, ensure_ascii=False)
    return escaped_yaml(quoted)


def csv_lines(columns: Sequence[OutputColumn], rows: Iterable[Row]) -> Iterator[str]:
    """RFC 4180 with a header, line by line; NULL is an empty field."""
    return map(_csv_line, _lines(columns, rows))


def csv_text(columns: Sequence[OutputColumn], rows: Iterable[Row]) -> str:
    """The same as one text."""
    return "".join(csv_lines(columns, rows))


# Types whose values are never what somebody wrote.
_NO_TEXT = frozenset({
    "boolean", "integer", "bigint", "double", "decimal", "date", "time", "timestamp",
    "timestamp with time zone", "interval day to second", "interval year to month",
    "varbinary", "ipaddress", "ipprefix",
})  # fmt: skip


def spreadsheet_csv_lines(columns: Sequence[OutputColumn], rows: Iterable[Row]) -> Iterator[str]:
    """The same for whoever opens it in a spreadsheet: no text in it, nor a name, is a formula."""
    yield _csv_line(harmless(column.name) for column in columns)
    texts = [column.type.base not in _NO_TEXT for column in columns]
    for cells in islice(_lines(columns, rows), 1, None):
        yield _csv_line(
            harmless(cell) if is_text else cell for cell, is_text in zip(cells, texts, strict=True)
        )


def _csv_line(cells: Iterable[str]) -> str:
    # Python's own writer refuses NUL characters before 3.11.
    return ",".join(map(_csv_cell, cells)) + "\r\n"


def _csv_cell(text: str) -> str:
    if not _CSV_QUOTED.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'


_CSV_QUOTED = re.compile(r'[",\r\n]')


def _lines(columns: Sequence[OutputColumn], rows: Iterable[Row]) -> Iterable[list[str]]:
    """The header and the rows, every cell as text."""
    yield [column.name for column in columns]
    kinds = [column.type for column in columns]
    for row in rows:
        yield [value_text(kind, value) or "" for kind, value in zip(kinds, row, strict=True)]


_RIGHT = frozenset({"integer", "bigint", "double", "decimal"})


def table(columns: Sequence[OutputColumn], rows: Iterable[Row]) -> str:
    """A result as a table, numbers to the right."""
    header, *cells = _lines(columns, rows)
    return text_table(header, cells, [column.type.base in _RIGHT for column in columns])


def text_table(
    header: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[bool] | None = None
) -> str:
    """Texts as aligned columns, those with a true ``right`` to the right.

    What could fool a terminal is escaped, so a row is always one line.
    """
    lines = [[visible(cell) for cell in cells] for cells in (header, *rows)]
    widths = [max(map(_width, cells)) for cells in zip(*lines, strict=True)]
    right = right or [False] * len(header)
    text = [_aligned(cells, widths, right) for cells in lines]
    text.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in text) + "\n"


def _aligned(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = (
        " " * (width - _width(cell)) + cell if flush else cell + " " * (width - _width(cell))
        for cell, width, flush in zip(cells, widths, right, strict=True)
    )
    return "  ".join(padded)


def _width(text: str) -> int:
    """How many terminal cells a text takes."""
    if text.isascii():
        return len(text)
    return sum(_cell(character) for character in text)


def _cell(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


FORMATS: dict[str, Callable[[Sequence[OutputColumn], Iterable[Row]], str]] = {
    "json": tctl_json,
    "yaml": tctl_yaml,
    "csv": csv_text,
    "table": table,
}
"""The output formats by the name that a user gives."""


def render(name: str, columns: Sequence[OutputColumn], rows: Iterable[Row]) -> str:
    """A result in the format of that name; raises ``KeyError`` for one that there is not."""
    return FORMATS[name](columns, rows)
