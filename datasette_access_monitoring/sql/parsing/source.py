"""The text of a query, and errors that point into it.

Every ``QueryError`` of the translator is made here, so that all carry a place and
all name what is near in the same words.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from ...errors import QueryError


@dataclass(frozen=True, slots=True)
class Source:
    """The text that the user wrote, unchanged."""

    text: str

    def error_at(self, message: str, offset: int) -> QueryError:
        """An error at a character offset of the text; line and column count from 1, as Trino's."""
        line = self.text.count("\n", 0, offset) + 1
        column = offset - (self.text.rfind("\n", 0, offset) + 1) + 1
        return QueryError(message, line=line, column=column)

    def error(self, message: str, node: exp.Expr | None) -> QueryError:
        """An error at the first character of ``node``, or without a place if it has none."""
        start = None if node is None else offset_of(node)
        return QueryError(message) if start is None else self.error_at(message, start)


def offset_of(node: exp.Expr) -> int | None:
    """Where a node begins in the text, or ``None`` when the parser kept no place for it."""
    starts = [part.meta["start"] for part in node.walk() if "start" in part.meta]
    return min(starts, default=None)
