"""Trino's grammar of queries, as a check: whether Trino would read a text at all.

The parser reads more than Trino does and drops some of it unread: words of other languages,
commas, clauses out of their order.  This pass reads the text once more, word by word after
Trino's ``SqlBase.g4``, and refuses what that has no rule for.  It builds nothing: what a query
means is told by the parser's tree, and what we refuse by name has been refused before.
"""

from __future__ import annotations

from .grammar_expressions import BEGIN_QUERY, Expressions
from .source import Source

_SETS = ("UNION", "INTERSECT", "EXCEPT")
_OUTER = ("LEFT", "RIGHT", "FULL")
# What no alias can be, for a clause begins with it: a word and what comes after it.
_CLAUSES = {
    "LIMIT": ("number", "ALL"), "OFFSET": ("number",), "FETCH": ("FIRST", "NEXT"),
}  # fmt: skip
# Aliases to Trino, and to the parser words that begin something, with nothing after them.
_HALF_READ = ("OVER", "FETCH")


def check(source: Source) -> None:
    """Raise ``QueryError`` at the first token of a query that Trino's grammar has no place for."""
    reader = _Queries(source)
    reader.query()
    while reader.take(";"):
        pass
    if reader.kind():
        raise reader.error()


class _Queries(Expressions):
    """Reads queries and the expressions in them."""

    def query(self) -> None:
        if self.take("WITH"):
            self.take("RECURSIVE")
            self.listed(self._named_query)
        self._term()
        self.rest_of_query()

    def _named_query(self) -> None:
        self.name()
        if self.at("("):
            self.names_in_parentheses()
        self.expect("AS")
        self._query_in_parentheses()

    def rest_of_query(self) -> None:
        while self.take_any(_SETS):
            self.take_any(("ALL", "DISTINCT"))
            self._term()
        if self.take("ORDER", "BY"):
            self.sort_items()
        if self.take("OFFSET"):
            self.expect_kind("number")
            self.take_any(("ROW", "ROWS"))
        if self.take("LIMIT"):
            if not self.take("ALL"):
                self.expect_kind("number")
        elif self.take("FETCH"):
            self.expect_any(("FIRST", "NEXT"))
            self.take_kind("number")
            self.expect_any(("ROW", "ROWS"))
            if not self.take("ONLY"):
                self.expect("WITH", "TIES")

    def _term(self) -> None:
        """One operand of UNION and its like."""
        if self.take("("):
            self.query()
            self.expect(")")
        elif self.take("TABLE"):
            self._qualified_name()
        elif self.take("VALUES"):
            self.listed(self.expression)
        else:
            self._select()

    def _select(self) -> None:
        self.expect("SELECT")
        self.take_any(("ALL", "DISTINCT"))
        self.listed(self._select_item)
        if self.take("FROM"):
            self.listed(self._joined)
        if self.take("WHERE"):
            self.expression()
        if self.take("GROUP", "BY"):
            self.take_any(("ALL", "DISTINCT"))
            self.listed(self._grouping_element)
        if self.take("HAVING"):
            self.expression()
        if self.take("WINDOW"):
            self.listed(self._window_definition)

    def _select_item(self) -> None:
        if self.take("*"):
            return
        self.expression()
        if self.take(".", "*"):
            return
        self._alias()

    def _alias(self) -> bool:
        """Read an alias if there is one, and say so."""
        if self.take("AS"):
            self.name()
            return True
        if not self.at_name() or self._at_clause():
            return False
        if self.word() in _HALF_READ:
            raise self.error()
        self.name()
        return True

    def _at_clause(self) -> bool:
        if self.at("WINDOW"):
            return self.at_name(1)
        return any(after in (self.kind(1), self.word(1)) for after in _CLAUSES.get(self.word(), ()))

    def _grouping_element(self) -> None:
        if self.take("GROUPING", "SETS"):
            self.expect("(")
            self.listed(self._grouping_set)
            self.expect(")")
        elif self.take_any(("ROLLUP", "CUBE")):
            self.expect("(")
            if not self.at(")"):
                self.listed(self._grouping_set)
            self.expect(")")
        else:
            self._grouping_set()

    def _grouping_set(self) -> None:
        if not self.take("(", ")"):
            self.expression()

    def _window_definition(self) -> None:
        self.name()
        self.expect("AS")
        self.window()

    def sort_items(self) -> None:
        self.listed(self._sort_item)

    def _sort_item(self) -> None:
        self.expression()
        self.take_any(("ASC", "DESC"))
        if self.take("NULLS"):
            self.expect_any(("FIRST", "LAST"))

    def _joined(self) -> None:
        """One item of FROM and what is joined to it."""
        self._item()
        self._joins()

    def _joins(self) -> None:
        while self._take_join():
            pass

    def _take_join(self) -> bool:
        """Read one join if there is one; a JOIN has its condition after those inside of it."""
        if self.take("CROSS"):
            self.expect("JOIN")
            self._item()
            return True
        if self.take_any(_OUTER):
            self.take("OUTER")
            self.expect("JOIN")
        elif not self.take("JOIN"):
            if not self.take("INNER"):
                return False
            self.expect("JOIN")
        self._item()
        while not self.at("ON") and not self.at("USING"):
            if not self._take_join():
                raise self.error()
        if self.take("USING"):
            self.names_in_parentheses()
        else:
            self.expect("ON")
            self.expression()
        return True

    def _item(self) -> None:
        if self.take("UNNEST"):
            self.expect("(")
            self.listed(self.expression)
            self.expect(")")
            if self.take("WITH"):
                self.expect("ORDINALITY")
        elif self.take("("):
            self._inside()
        else:
            self._qualified_name()
        self._item_alias()

    def _item_alias(self) -> None:
        if self._alias() and self.at("("):
            self.names_in_parentheses()

    def _inside(self) -> bool:
        """Read a query or a join up to its closing parenthesis, and say if it is a query."""
        is_query = self.word() in BEGIN_QUERY
        if is_query:
            self.query()
        elif self.take("("):
            is_query = self._inside()
            if is_query:
                self.rest_of_query()
            if not self.at(")"):
                is_query = False
                self._item_alias()
                self._joins()
        else:
            self._joined()
        self.expect(")")
        return is_query

    def _qualified_name(self) -> None:
        self.name()
        while self.take("."):
            self.name()
