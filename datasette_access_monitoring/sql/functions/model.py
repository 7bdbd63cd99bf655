"""What the registry's entries are: one function, its signatures, and its form in SQLite.

A group of functions is a file beside this one; it makes a ``Group``, adds its functions to
it, and exports them as ``ENTRIES``.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ...catalog.types import TrinoType
from ..binding.bound import Bound, text_literal
from .signatures import ResultRule, Signature, signature

Writer = Callable[[Sequence[Bound], TrinoType], str]
"""Writes a call in SQLite, given its arguments in the types of the signature, and its type."""


class Kind(enum.Enum):
    """What a call does to rows: one value for each, one for many, or one beside many."""

    SCALAR = "scalar"
    AGGREGATE = "aggregate"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Form:
    """How a signature is written in SQLite, with a rule for its result type if it needs one."""

    writer: str | Writer
    result: ResultRule | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the dialect: its name in lower case, its signatures, its meaning."""

    name: str
    group: str
    doc: str
    kind: Kind
    signatures: tuple[Signature, ...]
    writers: tuple[Writer, ...]

    def sqlite(self, chosen: Signature, arguments: Sequence[Bound], result: TrinoType) -> str:
        """The call in SQLite."""
        return self.writers[self.signatures.index(chosen)](arguments, result)


_PLACE = re.compile(r"\{(\*|\|\||r|t?[0-9])\}")


def template(text: str) -> Writer:
    """A writer from a format: ``{0}`` is the first argument, ``{*}`` all, ``{||}`` joined;
    ``{t0}`` is the first argument's type and ``{r}`` the result's, as SQL texts.

    One pass over the format: what an argument holds is never read as a place to fill.
    """

    def write(arguments: Sequence[Bound], result: TrinoType) -> str:
        def fill(place: re.Match[str]) -> str:
            if place[1] == "*":
                return ", ".join(part.sql for part in arguments)
            if place[1] == "||":
                return " || ".join(part.operand for part in arguments)
            if place[1] == "r":
                return text_literal(str(result))
            if place[1].startswith("t"):
                return text_literal(str(arguments[int(place[1][1:])].type))
            return arguments[int(place[1])].sql

        return _PLACE.sub(fill, text)

    return write


@dataclass(slots=True)
class Group:
    """Functions of one kind, as they are added."""

    name: str
    entries: list[Function] = field(default_factory=list)

    def scalar(self, name: str, doc: str, forms: Mapping[str, str | Writer | Form]) -> None:
        """Add a function of single values: its signatures, and each one's form in SQLite."""
        self._add(Kind.SCALAR, name, doc, forms)

    def aggregate(self, name: str, doc: str, forms: Mapping[str, str | Writer | Form]) -> None:
        """Add a function of many rows."""
        self._add(Kind.AGGREGATE, name, doc, forms)

    def window(self, name: str, doc: str, forms: Mapping[str, str | Writer | Form]) -> None:
        """Add a function that only stands before OVER."""
        self._add(Kind.WINDOW, name, doc, forms)

    def _add(
        self, kind: Kind, name: str, doc: str, forms: Mapping[str, str | Writer | Form]
    ) -> None:
        signatures, writers = [], []
        for text, given in forms.items():
            form = given if isinstance(given, Form) else Form(given)
            signatures.append(signature(text, form.result))
            writers.append(template(form.writer) if isinstance(form.writer, str) else form.writer)
        self.entries.append(Function(name, self.name, doc, kind, tuple(signatures), tuple(writers)))
