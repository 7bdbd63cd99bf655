"""What a name in a query stands for: fields, the scopes that hold them, and their resolution.

Names are compared without regard to case, quoted or not, as Trino does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from ..catalog.types import TrinoType
from .bound import Bound, ColumnUse
from .source import Source, did_you_mean


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a relation in a FROM clause, or of a query's output.

    ``qualifier`` is the name it can be reached under (``t`` in ``t.x``), ``name`` is ``None``
    for a column that has none.  ``sql`` is always qualified, so that SQLite's own rules for
    bare names never decide.  ``view`` names the view whose column it is.
    """

    name: str | None
    type: TrinoType
    sql: str
    qualifier: str | None = None
    view: tuple[str, int] | None = None
    weight: int = 1


@dataclass(slots=True)
class Scope:
    """The fields that a query level sees, and the level around it."""

    level: int
    fields: Sequence[Field] = ()
    parent: Scope | None = None
    used: set[tuple[str, int]] = field(default_factory=set)

    def inner(self, fields: Sequence[Field]) -> Scope:
        """The scope of a query inside this one, with the fields of its FROM."""
        return Scope(self.level + 1, fields, self, self.used)

    def apart(self) -> Scope:
        """The same level without its fields and its outer levels: they are out of sight."""
        return Scope(self.level, used=self.used)

    def resolve(self, source: Source, node: exp.Column) -> Bound:
        """The column that a reference means; raises ``QueryError`` when none or several do."""
        found = self._find(source, node)
        if found is None:
            raise source.error(self._unknown(node), node)
        owner, match = found
        if match.view is not None:
            self.used.add(match.view)
        use = ColumnUse(match.sql, owner.level, node)
        return Bound(match.sql, match.type, (use,), weight=match.weight)

    def _find(self, source: Source, node: exp.Column) -> tuple[Scope, Field] | None:
        scope: Scope | None = self
        while scope is not None:
            matches = matching(scope.fields, node.name, node.table or None)
            if len(matches) > 1:
                raise source.error(f"Column '{written(node)}' is ambiguous", node)
            if matches:
                return scope, matches[0]
            scope = scope.parent
        return None

    def _unknown(self, node: exp.Column) -> str:
        message = f"Column '{written(node)}' cannot be resolved"
        qualifier = node.table.lower()
        known: list[str] = []
        scope: Scope | None = self
        qualifiers: set[str] = set()
        while scope is not None:
            for candidate in scope.fields:
                qualifiers.add((candidate.qualifier or "").lower())
                if candidate.name and qualifier in ("", (candidate.qualifier or "").lower()):
                    known.append(candidate.name)
            scope = scope.parent
        if qualifier and qualifier not in qualifiers:
            return f"{message}: there is no {node.table} in FROM"
        if node.this.args.get("quoted") and not known_like(known, node.name):
            return f"{message}; a text is written in single quotes: '{node.name}'"
        return message + did_you_mean(node.name, known)


def known_like(known: Sequence[str], name: str) -> bool:
    """Whether some known name is near ``name``."""
    return bool(did_you_mean(name, known))


def matching(fields: Sequence[Field], name: str, qualifier: str | None) -> list[Field]:
    """The fields that a name, or a qualified name, can mean."""
    wanted, table = name.lower(), qualifier.lower() if qualifier else None
    return [
        candidate
        for candidate in fields
        if candidate.name is not None
        and candidate.name.lower() == wanted
        and (table is None or (candidate.qualifier or "").lower() == table)
    ]


def matching_outputs(outputs: Sequence[tuple[str | None, Bound]], name: str) -> list[Bound]:
    """The columns of a SELECT list that a bare name in ORDER BY can mean."""
    return [bound for own, bound in outputs if own is not None and own.lower() == name.lower()]


def written(node: exp.Column) -> str:
    """A column reference as the user wrote it."""
    return ".".join(part.name for part in node.parts)
