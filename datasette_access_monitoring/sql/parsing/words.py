"""The tokens of a query one after the other, and the small steps that reading them takes."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import QueryError
from . import lexer
from .names import RESERVED
from .source import Source


class Words:
    """A place in the tokens of a query; words are compared in upper case."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._place = 0
        self._tokens = list(lexer.tokens(source.text))
        # A quoted name or text is never a word or an operator.
        self._words = [
            "" if kind in ("quoted", "string") else text.upper() for kind, text, _ in self._tokens
        ]

    def word(self, ahead: int = 0) -> str:
        """A word or operator, empty for a quoted name, a text, and after the end."""
        place = self._place + ahead
        return self._words[place] if place < len(self._words) else ""

    def kind(self, ahead: int = 0) -> str:
        """The lexer's kind of a token, empty after the end."""
        place = self._place + ahead
        return self._tokens[place][0] if place < len(self._tokens) else ""

    def at(self, *words: str) -> bool:
        """Whether these words come next, in this order."""
        return all(self.word(ahead) == word for ahead, word in enumerate(words))

    def at_name(self, ahead: int = 0) -> bool:
        """Whether an identifier comes next."""
        kind = self.kind(ahead)
        return kind == "quoted" or (kind == "word" and self.word(ahead) not in RESERVED)

    def take(self, *words: str) -> bool:
        """Step over these words if they come next."""
        if not self.at(*words):
            return False
        self._place += len(words)
        return True

    def take_any(self, words: tuple[str, ...]) -> bool:
        """Step over one word if it is one of these."""
        if self.word() not in words:
            return False
        self._place += 1
        return True

    def take_kind(self, kind: str) -> bool:
        """Step over one token if it is of this kind."""
        if self.kind() != kind:
            return False
        self._place += 1
        return True

    def expect(self, *words: str) -> None:
        """Step over these words; raises ``QueryError`` where others stand."""
        if not self.take(*words):
            raise self.error()

    def expect_any(self, words: tuple[str, ...]) -> None:
        """Step over one of these words."""
        if not self.take_any(words):
            raise self.error()

    def expect_kind(self, kind: str) -> None:
        """Step over one token of this kind."""
        if not self.take_kind(kind):
            raise self.error()

    def name(self) -> None:
        """Step over an identifier."""
        if not self.at_name():
            raise self.error()
        self._place += 1

    def listed(self, read: Callable[[], None]) -> None:
        """Read one or more of something, with commas between them."""
        read()
        while self.take(","):
            read()

    def names_in_parentheses(self) -> None:
        """``(a, b)``."""
        self.expect("(")
        self.listed(self.name)
        self.expect(")")

    def error(self) -> QueryError:
        """The error for a token that cannot stand where it does."""
        if self._place >= len(self._tokens):
            return self._source.error_at("syntax error: the query ends too early",
                                         max(0, len(self._source.text.rstrip()) - 1))  # fmt: skip
        _, text, offset = self._tokens[self._place]
        return self._source.error_at(f"syntax error near {text!r}", offset)
