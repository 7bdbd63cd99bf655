"""The one entry: Trino SQL in, a translation for SQLite out, or a ``QueryError``.

The steps: tokens (called names protected), the parser's tree, its shape checked, names
bound and types inferred, the text in SQLite, the window in front.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..catalog.types import TrinoType
from ..errors import QueryError
from .binding.context import Context
from .binding.expressions import HANDLERS
from .binding.query import bind_query, unknown_as_text
from .binding.scope import Scope
from .binding.statement import Statement
from .parsing import grammar
from .parsing.parse import parse
from .parsing.source import Source
from .relation import Relation

PARAMETERS = ("window_first", "window_last", "as_of_ms")
"""What a translation may leave for its runner to bind."""

# Strings and quoted names are matched first, so that a parameter's name inside them is text.
_PARAMETER = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|:([a-z_]+)")


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """One column of a result: its name as Trino gives it, which may repeat, and its type."""

    name: str
    type: TrinoType


@dataclass(frozen=True, slots=True)
class Translation:
    """A query ready for SQLite.

    ``sql`` holds the named parameters of ``PARAMETERS`` and calls the functions that
    ``udf.register`` puts on a connection; ``reads`` are the storage columns it reads, by
    table, and ``behind`` the tables that it reads only through storage's own views, by view.
    """

    columns: tuple[OutputColumn, ...]
    sql: str
    reads: Mapping[str, frozenset[str]]
    behind: Mapping[str, frozenset[str]]

    def parameters(self) -> frozenset[str]:
        """The names of the parameters that the text uses."""
        return frozenset(match[1] for match in _PARAMETER.finditer(self.sql) if match[1])

    def with_parameters(self, values: Mapping[str, str]) -> str:
        """The same text with each parameter replaced by a SQLite expression; others stay."""

        def replaced(match: re.Match[str]) -> str:
            return values.get(match[1], match[0]) if match[1] else match[0]

        return _PARAMETER.sub(replaced, self.sql)


def translate(text: str, relations: Mapping[str, Relation]) -> Translation:
    """Translate one Trino query over the given views.

    Raises ``QueryError``, with the place, for everything that Trino would refuse and for
    everything that cannot be given Trino's answer.
    """
    statement = Statement(Source(text), relations)
    outermost = Context(statement, HANDLERS, bind_query, Scope(-1, used=statement.used), {})
    try:
        query = bind_query(outermost, parse(statement.source))
        grammar.check(statement.source)  # last: the steps before tell better what is wrong
    except RecursionError as error:
        raise QueryError("the query is nested too deeply") from error
    columns = tuple(
        OutputColumn(
            f"_col{index}" if column.name is None else column.name, unknown_as_text(column.type)
        )
        for index, column in enumerate(query.columns)
    )
    sql = statement.header() + query.text([column.name for column in columns])
    return Translation(columns, sql, statement.reads(), statement.behind())
