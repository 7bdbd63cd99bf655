"""Where an expression stands while it is bound: its scope, its clause, what it may hold.

Binding itself is in the handlers (``expressions``, ``predicates``, ``arithmetic``, ...);
they come in from outside, as a table, so that they can call each other through here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from ...catalog.types import BOOLEAN, UNKNOWN, TrinoType
from ...errors import QueryError
from .bound import Bound, BoundQuery
from .scope import Scope
from .statement import Statement, Table

if TYPE_CHECKING:
    from .window_specs import Specification

Handler = Callable[["Context", exp.Expr], Bound]
# More than the longest text can hold of parts: only what is written out twice gets there.
_HEAVIEST = 200_000
_MOST_PARTS = 1_000  # types in a type
_DEEPEST = 40
QueryHandler = Callable[["Context", exp.Expr], BoundQuery]


@dataclass(frozen=True, slots=True)
class Context:
    """One clause of one query level.

    ``groups`` are the SQLite texts of the GROUP BY expressions: what equals one of them
    reads no ungrouped column.  ``absent`` are those that the grouping set in hand lacks: they
    are shown as NULL.  ``outputs`` are the columns of the SELECT list, which only
    ORDER BY sees, and before the scope's.  ``no_aggregates`` says, in words for an error,
    where the expression stands if aggregates are not allowed there.  ``windows`` are those
    that the query names.
    """

    statement: Statement
    handlers: Mapping[type[exp.Expr], Handler]
    query_handler: QueryHandler
    scope: Scope
    ctes: Mapping[str, Table]
    no_aggregates: str | None = None
    groups: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    outputs: tuple[tuple[str | None, Bound], ...] = ()
    windows: Mapping[str, Specification] = field(default_factory=dict)

    def bind(self, node: exp.Expr) -> Bound:
        """The expression in SQLite, typed; raises ``QueryError`` where Trino would refuse it."""
        handler = self.handlers.get(type(node))
        if handler is None:
            raise self.error(f"{type(node).__name__} cannot stand in an expression", node)
        self.statement.check_time(node)
        bound = handler(self, node)
        if bound.weight > _HEAVIEST:
            raise self.error("the expression is too complex: it repeats itself too often", node)
        if bound.type.arguments and _is_vast(bound.type):
            raise self.error("the type of the expression holds too many others", node)
        return self.grouped(bound)

    def bind_query(self, node: exp.Expr) -> BoundQuery:
        """A query that stands inside this place: its scope becomes the query's outer one."""
        if self.scope.parameters:
            raise self.error("Lambda expression cannot contain subqueries", node)
        return self.query_handler(replace(self, groups=frozenset(), outputs=()), node)

    def grouped(self, bound: Bound) -> Bound:
        """The expression without the column uses that GROUP BY accounts for."""
        if not self.groups or not bound.columns:
            return bound
        level = self.scope.level
        if bound.sql in self.groups:
            left = tuple(use for use in bound.columns if use.level != level)
            if bound.sql in self.absent:
                return Bound("NULL", bound.type, left)
            return replace(bound, columns=left)
        for use in bound.columns:
            if use.level == level and use.sql in self.absent:
                # What binds its parts one by one has met the NULL there.
                raise self.error(
                    "a subquery or row field over a column of grouping sets: not supported",
                    use.node,
                )
        left = tuple(
            use for use in bound.columns if use.level != level or use.sql not in self.groups
        )
        return replace(bound, columns=left)

    def condition(self, node: exp.Expr, clause: str) -> Bound:
        """An expression that must be a boolean."""
        return self.expect(node, BOOLEAN, clause)

    def expect(self, node: exp.Expr, kind: TrinoType, what: str) -> Bound:
        """An expression that must be of a type (or NULL)."""
        bound = self.bind(node)
        if bound.type not in (kind, UNKNOWN):
            raise self.error(f"{what} must evaluate to a {kind}: actual type {bound.type}", node)
        return bound

    def within(self, place: str) -> Context:
        """The same scope where aggregates are not allowed, and output columns are out of sight."""
        return replace(self, no_aggregates=place, groups=frozenset(), outputs=())

    def error(self, message: str, node: exp.Expr) -> QueryError:
        """An error that points at ``node``."""
        return self.statement.source.error(message, node)


def _is_vast(kind: TrinoType) -> bool:
    """Whether a type nests too deep to be read back, or has more parts than anyone writes."""
    left, parts = [(kind, 1)], 0
    while left:
        part, depth = left.pop()
        parts += 1
        if parts > _MOST_PARTS or depth > _DEEPEST:
            return True
        left.extend((argument, depth + 1) for argument in part.arguments)
    return False
