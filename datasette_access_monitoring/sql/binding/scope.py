"""What a name in a query stands for: fields, the scopes that hold them, and their resolution.

Names are compared without regard to case, quoted or not, as Trino does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from ...catalog.types import TrinoType
from ...suggestions import did_you_mean
from ..parsing.source import Source
from .bound import Bound, ColumnUse
from .schemas import known_schema


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a relation in a FROM clause, or of a query's output.

    ``qualifier`` is the name it can be reached under (``t`` in ``t.x``), ``name`` is ``None``
    for a column that has none.  ``sql`` is always qualified, so that SQLite's own rules for
    bare names never decide.  ``view`` names the view whose column it is; ``hidden`` ones are
    a view's further columns, which ``*`` leaves out and every other column of that name hides.
    """

    name: str | None
    type: TrinoType
    sql: str
    qualifier: str | None = None
    view: tuple[str, int] | None = None
    weight: int = 1
    hidden: bool = False

    # Not by ``dataclasses.replace``: a view has dozens of fields, and that is a quarter of
    # the time that a translation takes.

    def written(self, sql: str) -> Field:
        """The same field, reached by another SQLite text."""
        return Field(self.name, self.type, sql, self.qualifier, self.view, self.weight, self.hidden)

    def called(self, qualifier: str | None, own: str | None) -> Field:
        """The same field under other names."""
        return Field(own, self.type, self.sql, qualifier, self.view, self.weight, self.hidden)


@dataclass(slots=True)
class Scope:
    """The fields that a query level sees, and the level around it.

    ``parameters`` are those of a lambda; their scope has the level of the query around it.
    """

    level: int
    fields: Sequence[Field] = ()
    parent: Scope | None = None
    used: set[tuple[str, int]] = field(default_factory=set)
    parameters: Mapping[str, Bound] = field(default_factory=dict)

    def inner(self, fields: Sequence[Field]) -> Scope:
        """The scope of a query inside this one, with the fields of its FROM."""
        return Scope(self.level + 1, fields, self, self.used)

    def apart(self) -> Scope:
        """The same level without its fields and its outer levels: they are out of sight."""
        return Scope(self.level, used=self.used)

    def with_parameters(self, parameters: Mapping[str, Bound]) -> Scope:
        """The same level seen from within a lambda, whose parameters hide what is around it."""
        return Scope(self.level, (), self, self.used, parameters)

    @property
    def lambdas(self) -> int:
        """How many lambdas are around this place."""
        return 0 if self.parent is None or not self.parameters else 1 + self.parent.lambdas

    def parameter(self, name: str) -> Bound | None:
        """The parameter that a name means in the lambdas around this place, if it means one."""
        scope: Scope | None = self
        while scope is not None and scope.parameters:
            if name.lower() in scope.parameters:
                return scope.parameters[name.lower()]
            scope = scope.parent
        return None

    def resolve(self, source: Source, node: exp.Expr, names: Sequence[str]) -> tuple[Bound, int]:
        """The column that a chain of names begins with, and how many of them it takes.

        The rest of the names are fields of rows.  Raises ``QueryError`` when no column, or
        several, can be meant.  Trino's rule: a level that has a column by all of the names
        decides; so does one that has a column by the first of them, for its fields.
        """
        for among in (shown, further):  # whatever documented columns can mean comes first
            for count in range(len(names), 0, -1):
                found = self._find(source, node, names[:count], among)
                if found is not None:
                    return self._column(node, *found), count
        raise source.error(self._unknown(names, node), node)

    def _column(self, node: exp.Expr, owner: Scope, match: Field) -> Bound:
        if match.view is not None:
            self.used.add(match.view)
        use = ColumnUse(match.sql, owner.level, node)
        labels = match.hidden and match.type.base == "map"
        return Bound(match.sql, match.type, (use,), weight=match.weight, labels=labels)

    def _find(
        self,
        source: Source,
        node: exp.Expr,
        names: Sequence[str],
        among: Callable[[Sequence[Field]], list[Field]],
    ) -> tuple[Scope, Field] | None:
        """The field and its level, among some of the fields of each."""
        scope: Scope | None = self
        while scope is not None:
            known = among(scope.fields)
            matches = named(known, names)
            if len(matches) > 1:
                raise source.error(f"Column '{'.'.join(names)}' is ambiguous", node)
            if matches:
                return scope, matches[0]
            if any(named(known, names[:count]) for count in range(1, len(names))):
                return None
            scope = scope.parent
        return None

    def _unknown(self, names: Sequence[str], node: exp.Expr) -> str:
        message = f"Column '{'.'.join(names)}' cannot be resolved"
        table = names[-2] if len(names) > 1 else ""
        qualifier = table.lower()
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
            return f"{message}: there is no {table} in FROM"
        quoted = isinstance(node, exp.Column) and node.this.args.get("quoted")
        if quoted and not known_like(known, names[-1]):
            return f"{message}; a text is written in single quotes: '{names[-1]}'"
        return message + did_you_mean(names[-1], known)


def known_like(known: Sequence[str], name: str) -> bool:
    """Whether some known name is near ``name``."""
    return bool(did_you_mean(name, known))


def shown(fields: Sequence[Field]) -> list[Field]:
    """The fields that Trino would know: those of ``*``."""
    return [candidate for candidate in fields if not candidate.hidden]


def further(fields: Sequence[Field]) -> list[Field]:
    """The fields that only their names reach."""
    return [candidate for candidate in fields if candidate.hidden]


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


def named(fields: Sequence[Field], names: Sequence[str]) -> list[Field]:
    """The fields that a name, alone or after its table, its schema and its catalog, can mean."""
    schema, catalog = names[-3:-2], names[-4:-3]
    if len(names) > 4 or not known_schema(schema, catalog):
        return []
    return matching(fields, names[-1], names[-2] if len(names) > 1 else None)


def matching_outputs(outputs: Sequence[tuple[str | None, Bound]], name: str) -> list[Bound]:
    """The columns of a SELECT list that a bare name in ORDER BY can mean."""
    return [bound for own, bound in outputs if own is not None and own.lower() == name.lower()]
