"""Trino's grammar of expressions and types, as a check; ``grammar`` has that of queries.

Precedence makes no difference to what is read, so operators come in one flat row.
"""

from __future__ import annotations

from abc import abstractmethod

from .words import Words

_COMPARISONS = ("=", "<>", "!=", "<", "<=", ">", ">=")
_OPERATORS = ("+", "-", "*", "/", "%", "||")
BEGIN_QUERY = ("SELECT", "WITH", "VALUES", "TABLE")
_CLOCKS = ("CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP")
_UNITS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
_CONSTANTS = ("NULL", "TRUE", "FALSE", "CURRENT_DATE")
_SIDES = ("BOTH", "LEADING", "TRAILING")
_NORMAL_FORMS = ("NFC", "NFD", "NFKC", "NFKD")


class Expressions(Words):
    """Reads expressions; what queries they hold, a subclass reads."""

    @abstractmethod
    def query(self) -> None:
        """Read a query up to what cannot belong to it."""

    @abstractmethod
    def rest_of_query(self) -> None:
        """Read what can follow a query in parentheses."""

    @abstractmethod
    def sort_items(self) -> None:
        """Read what stands behind ORDER BY."""

    def expression(self) -> None:
        """Read conditions with AND and OR between them."""
        self._condition()
        while self.take_any(("AND", "OR")):
            self._condition()

    def _condition(self) -> None:
        while self.take("NOT"):
            pass
        self.value()
        if self.take_any(_COMPARISONS):
            if self.word() in ("ALL", "ANY", "SOME") and self.word(1) == "(":
                self.take(self.word())
                self._query_in_parentheses()
            else:
                self.value()
            return
        if self.take("IS"):
            self.take("NOT")
            if not self.take("NULL"):
                self.expect("DISTINCT", "FROM")
                self.value()
            return
        if self.at("NOT"):
            if self.word(1) not in ("BETWEEN", "IN", "LIKE"):
                raise self.error()
            self.take("NOT")
        if self.take("BETWEEN"):
            self.value()
            self.expect("AND")
            self.value()
        elif self.take("LIKE"):
            self.value()
            if self.take("ESCAPE"):
                self.value()
        elif self.take("IN"):
            self._list_or_query()

    def _list_or_query(self) -> None:
        if self.word(1) in BEGIN_QUERY:
            self._query_in_parentheses()
            return
        self.expect("(")
        self.listed(self.expression)
        self.expect(")")

    def _query_in_parentheses(self) -> None:
        self.expect("(")
        self.query()
        self.expect(")")

    def value(self) -> None:
        """Read operands with operators between them."""
        self._operand()
        while self.take_any(_OPERATORS):
            self._operand()

    def _operand(self) -> None:
        while self.take_any(("+", "-")):
            pass
        self._primary()
        while True:
            if self.at(".") and self.at_name(1):
                self.take(".")
                self.name()
            elif self.take("["):
                self.value()
                self.expect("]")
            elif self.take("AT", "TIME", "ZONE"):
                if not self.take_kind("string"):
                    self._interval()
            else:
                return

    def _primary(self) -> None:
        if self.at("("):
            self._parenthesised()
        elif self.kind() in ("number", "string") or self.word() in _CONSTANTS:
            self.take_kind(self.kind())
        elif self.take_any(_CLOCKS):
            if self.take("("):
                self.expect_kind("number")
                self.expect(")")
        elif self.take("CASE"):
            self._case()
        elif self.take("EXISTS"):
            self._query_in_parentheses()
        elif self.word() in _FORMS and self.word(1) == "(":
            form = _FORMS[self.word()]
            self._place += 2
            form(self)
            self.expect(")")
        elif self.at("INTERVAL") and (self.kind(1) == "string" or self.kind(2) == "string"):
            self._interval()
        elif self.take("ARRAY", "["):
            if not self.at("]"):
                self.listed(self.expression)
            self.expect("]")
        else:
            self._named()

    def _named(self) -> None:
        """A column, a call, a lambda, or a literal with its type before it."""
        if self.take("DOUBLE", "PRECISION"):
            self.expect_kind("string")
            return
        if self.at("LISTAGG", "("):
            self.take("LISTAGG")
            self._call()
            return
        if self.word() in ("ALL", "ARRAY") and (self.word(1) == "(" or self.kind(1) == "string"):
            raise self.error()  # no function and no type, though the parser takes it for more
        self.name()
        if self.take("->"):
            self.expression()
            return
        if self.take_kind("string"):
            return
        ahead = 0
        while self.word(ahead) == "." and self.at_name(ahead + 1):
            ahead += 2
        if self.word(ahead) == "(":
            self._place += ahead
            self._call()

    def _parenthesised(self) -> None:
        """A query, an expression, a row, or the parameters of a lambda."""
        inside = self._place > 0 and self.word(-1) == "("
        if self.word(1) in BEGIN_QUERY:
            self._query_in_parentheses()
            if inside:  # ((SELECT 1) UNION (SELECT 2))
                self.rest_of_query()
            return
        self.expect("(")
        if not self.at(")") or self.word(1) != "->":
            self.listed(self.expression)
        self.expect(")")
        if self.take("->"):
            self.expression()

    def _case(self) -> None:
        if not self.at("WHEN"):
            self.expression()
        self.expect("WHEN")
        while True:
            self.expression()
            self.expect("THEN")
            self.expression()
            if not self.take("WHEN"):
                break
        if self.take("ELSE"):
            self.expression()
        self.expect("END")

    def _interval(self) -> None:
        self.expect("INTERVAL")
        self.take_any(("+", "-"))
        self.expect_kind("string")
        self.expect_any(_UNITS)
        if self.take("TO"):
            self.expect_any(_UNITS)

    def _call(self) -> None:
        """What follows the name of a function."""
        self.expect("(")
        if not self.take("*") and not self.at(")"):
            self.take_any(("ALL", "DISTINCT"))
            if not self.at("ORDER", "BY"):
                self.listed(self.expression)
            if self.take("ORDER", "BY"):
                self.sort_items()
        self.expect(")")
        if self.take("WITHIN", "GROUP"):
            self.expect("(", "ORDER", "BY")
            self.sort_items()
            self.expect(")")
        if self.take("FILTER", "("):
            self.expect("WHERE")
            self.expression()
            self.expect(")")
        if self.word() in ("IGNORE", "RESPECT") and self.at(self.word(), "NULLS"):
            self._place += 2
            if not self.at("OVER"):
                raise self.error()
        if self.at("OVER") and (self.word(1) == "(" or self.at_name(1)):
            self.take("OVER")
            if not self.at("("):
                self.name()
            else:
                self.window()

    def window(self) -> None:
        """Read the specification of a window, in parentheses."""
        self.expect("(")
        parts = (("PARTITION", "BY"), ("ORDER", "BY"))
        if self.at_name() and not any(self.at(*part) for part in parts) and not self._at_frame():
            self.name()
        if self.take("PARTITION", "BY"):
            self.listed(self.expression)
        if self.take("ORDER", "BY"):
            self.sort_items()
        if self._at_frame():
            self.take(self.word())
            if self.take("BETWEEN"):
                self._bound()
                self.expect("AND")
            self._bound()
        self.expect(")")

    def _at_frame(self) -> bool:
        return self.word() in ("ROWS", "RANGE", "GROUPS") and self.word(1) != ")"

    def _bound(self) -> None:
        if self.take("CURRENT", "ROW"):
            return
        if not self.take("UNBOUNDED"):
            self.value()
        self.expect_any(("PRECEDING", "FOLLOWING"))

    def _cast(self) -> None:
        self.expression()
        self.expect("AS")
        self.type()

    def _extract(self) -> None:
        self.name()
        self.expect("FROM")
        self.value()

    def _position(self) -> None:
        self.value()
        self.expect("IN")
        self.value()

    def _substring(self) -> None:
        self.expression()
        if self.take("FROM"):
            self.value()
            if self.take("FOR"):
                self.value()
            return
        while self.take(","):
            self.expression()

    def _trim(self) -> None:
        if self.take_any(_SIDES) and self.at("+"):
            raise self.error()  # the parser drops this sign
        if not self.at("FROM"):
            self.value()
        if self.take("FROM") or self.take(","):
            self.value()

    def _normalize(self) -> None:
        self.value()
        if self.take(","):
            self.expect_any(_NORMAL_FORMS)

    def _row(self) -> None:
        self.listed(self.expression)

    def _grouping(self) -> None:
        if not self.at(")"):
            self.listed(self.expression)

    def type(self) -> None:
        """Read a type."""
        if self.take("ROW", "("):
            self.listed(self._field)
            self.expect(")")
        elif self.at("INTERVAL") and self.word(1) in _UNITS:
            self._place += 2
            if self.take("TO"):
                self.expect_any(_UNITS)
        elif not self.take("DOUBLE", "PRECISION"):
            self.name()
            if self.take("("):
                self.listed(self._parameter)
                self.expect(")")
            if self.word() in ("WITH", "WITHOUT"):
                self.take(self.word())
                self.expect("TIME", "ZONE")
        while self.take("ARRAY"):
            pass

    def _parameter(self) -> None:
        if not self.take_kind("number"):
            self.type()

    def _field(self) -> None:
        """A field of a row type, with a name or without."""
        typed = self.word() in ("INTERVAL", "DOUBLE") and self.word(1) in (*_UNITS, "PRECISION")
        continued = self.word(1) in ("WITH", "WITHOUT", "ARRAY") and self.word(2) != "("
        named = self.at_name() and self.kind(1) in ("word", "quoted")
        if named and not typed and not continued:
            self.name()
        self.type()


_FORMS = {
    "CAST": Expressions._cast,
    "TRY_CAST": Expressions._cast,
    "EXTRACT": Expressions._extract,
    "GROUPING": Expressions._grouping,
    "NORMALIZE": Expressions._normalize,
    "POSITION": Expressions._position,
    "ROW": Expressions._row,
    "SUBSTRING": Expressions._substring,
    "TRIM": Expressions._trim,
}
