"""The frame of a window: which rows around the present one a function sees.

Source of the rules: Trino's ``ExpressionAnalyzer.analyzeWindow``.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from ...catalog.types import DOUBLE, INTERVAL_DAY_TO_SECOND, TrinoType
from ...errors import QueryError
from ..rules import decimals
from ..rules.coercion import is_interval, is_orderable, is_time
from ..rules.numerals import BITS
from ..rules.times import DAY_MS
from .bound import Bound, text_literal
from .context import Context
from .conversion import sortable
from .window_specs import Specification

WHOLE = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
_LARGEST = 1 << 62


class Side(enum.IntEnum):
    """Where a frame begins or ends, in the order of the rows."""

    FIRST = 0
    BEFORE = 1
    HERE = 2
    AFTER = 3
    LAST = 4


@dataclass(frozen=True, slots=True)
class Edge:
    """The beginning or end of a frame; ``offset`` is its distance where it has one."""

    side: Side
    offset: str = ""

    @property
    def sql(self) -> str:
        """The edge in SQLite."""
        words = ("UNBOUNDED PRECEDING", "{} PRECEDING", "CURRENT ROW", "{} FOLLOWING",
                 "UNBOUNDED FOLLOWING")  # fmt: skip
        return words[self.side].format(self.offset)


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame, and the terms of the ORDER BY that it goes with.

    ``unit`` is ROWS, RANGE or GROUPS, or empty for the frame of a window that names none.
    """

    unit: str
    start: Edge
    end: Edge
    terms: tuple[str, ...]

    @property
    def sql(self) -> str:
        """The frame in SQLite, empty for the one that it takes by itself."""
        return f"{self.unit} BETWEEN {self.start.sql} AND {self.end.sql}" if self.unit else ""

    @property
    def grows(self) -> bool:
        """Whether rows only come, and none leaves, from one row to the next."""
        return self.start.side is Side.FIRST

    def with_current_row(self, context: Context, node: exp.Expr) -> tuple[int, int, str]:
        """The frame widened so that the present row is in it.

        Gives how many rows at its beginning and at its end are not in the query's frame, and
        its text; raises ``QueryError`` where their number would differ from row to row.
        """
        if self.start.side <= Side.HERE <= self.end.side:
            return 0, 0, self.sql
        if self.unit != "ROWS":
            raise context.error(
                f"this function over a frame of {self.unit} without the present row: not supported",
                node,
            )
        here = Edge(Side.HERE)
        if self.end.side < Side.HERE:
            return 0, int(self.end.offset), Frame("ROWS", self.start, here, ()).sql
        return int(self.start.offset), 0, Frame("ROWS", here, self.end, ()).sql


def bind_frame(
    context: Context, node: exp.Window, spec: Specification, keys: Sequence[Bound]
) -> Frame:
    """The frame of a window whose ORDER BY has the given keys."""
    terms = tuple(
        _term(context, ordered, key, sortable(key))
        for ordered, key in zip(spec.order, keys, strict=True)
    )
    if spec.frame is None:
        return Frame("", Edge(Side.FIRST), Edge(Side.HERE), terms)
    unit = str(spec.frame.args.get("kind") or "").upper()
    begin, end = _sides(context, node, spec.frame)
    if begin[1] is None and end[1] is None:
        return Frame(unit, Edge(begin[0]), Edge(end[0]), terms)
    if unit != "ROWS" and not keys:
        raise context.error(
            f"Window frame of type {unit} PRECEDING or FOLLOWING requires ORDER BY", node
        )
    kind = None
    if unit == "RANGE":
        if len(keys) != 1:
            raise context.error(
                "Window frame of type RANGE PRECEDING or FOLLOWING requires single sort item in "
                f"ORDER BY (actual: {len(keys)})",
                node,
            )
        kind = keys[0].type
    edges = [
        Edge(side, "" if offset is None else _offset(context, offset, kind))
        for side, offset in (begin, end)
    ]
    if kind is not None:
        ordered = spec.order[0]
        reached = _reached(context, ordered, keys[0], edges)
        terms = (_term(context, ordered, keys[0], reached),)
    return Frame(unit, edges[0], edges[1], terms)


def _reached(context: Context, ordered: exp.Ordered, key: Bound, edges: Sequence[Edge]) -> str:
    """The key that a RANGE frame reckons with: an edge that its type has no number for fails."""
    kind, descending = key.type, bool(ordered.args.get("desc"))
    if kind.base in ("date", "timestamp"):
        return f"trino_moment({key.sql})"
    if kind == DOUBLE and any(edge.side is Side.BEFORE and float(edge.offset) for edge in edges):
        # SQLite adds the distance to the earlier values, and Trino takes it from the present one:
        # that rounds differently.
        raise context.error("a RANGE frame of PRECEDING over double: not supported", ordered)
    if kind.base not in BITS:
        return sortable(key)
    least, most = -(1 << 63), (1 << 63) - 1
    for edge in edges:
        if not edge.offset:
            continue
        distance = int(edge.offset)
        # An integer and a distance that is a bigint make a bigint.
        limit = 1 << (BITS[kind.base] if distance < 1 << BITS["integer"] else BITS["bigint"])
        if (edge.side is Side.BEFORE) != descending:
            least = max(least, distance - limit)
        else:
            most = min(most, limit - 1 - distance)
    return f"trino_within({text_literal(kind.base)}, {key.sql}, {least}, {most})"


def _term(context: Context, ordered: exp.Ordered, key: Bound, sql: str) -> str:
    if not is_orderable(key.type):
        raise context.error(
            f"{key.type} is not orderable, and therefore cannot be used in window function "
            "ORDER BY",
            ordered,
        )
    direction = "DESC" if ordered.args.get("desc") else "ASC"
    nulls = "FIRST" if ordered.args.get("nulls_first") else "LAST"
    return f"{sql} {direction} NULLS {nulls}"


_Bounds = tuple[Side, exp.Expr | None]


def _sides(context: Context, node: exp.Window, spec: exp.WindowSpec) -> tuple[_Bounds, _Bounds]:
    begin = _side(context, node, spec.args.get("start"), spec.args.get("start_side"))
    end = _side(context, node, spec.args.get("end") or "CURRENT ROW", spec.args.get("end_side"))
    wrong = ""
    if begin[0] is Side.LAST:
        wrong = "Window frame start cannot be UNBOUNDED FOLLOWING"
    elif end[0] is Side.FIRST:
        wrong = "Window frame end cannot be UNBOUNDED PRECEDING"
    elif begin[0] > end[0]:
        words = {Side.BEFORE: "PRECEDING", Side.HERE: "CURRENT ROW", Side.AFTER: "FOLLOWING"}
        wrong = f"Window frame starting from {words[begin[0]]} cannot end with {words[end[0]]}"
    if wrong:
        raise context.error(wrong, node)
    return begin, end


def _side(
    context: Context, node: exp.Window, what: exp.Expr | str | None, direction: str | None
) -> _Bounds:
    if not isinstance(what, exp.Expr) and str(what).upper() == "CURRENT ROW":
        return Side.HERE, None
    word = str(direction).upper()
    if word not in ("PRECEDING", "FOLLOWING"):
        raise context.error("syntax error: a frame's edge needs PRECEDING or FOLLOWING", node)
    before = word == "PRECEDING"
    if isinstance(what, exp.Expr):
        return Side.BEFORE if before else Side.AFTER, what
    return Side.FIRST if before else Side.LAST, None


def _offset(context: Context, node: exp.Expr, kind: TrinoType | None) -> str:
    """A distance in SQLite: of rows or groups, or between values of a type in a RANGE frame."""
    given = node.unnest()
    if isinstance(given, exp.Neg):
        raise _negative(context, node)
    if not isinstance(given, (exp.Literal, exp.Interval)):
        raise context.error(
            "the distance of a window frame that is no literal: not supported", node
        )
    if kind is None or kind.base in ("integer", "bigint"):
        return _whole(context, given, kind)
    if is_time(kind):
        return _milliseconds(context, given, kind)
    if kind == DOUBLE and isinstance(given, exp.Literal) and not given.is_string:
        distance = _real(given.this)
        if math.isfinite(distance):
            return repr(distance)
    raise _unmatched(context, node, kind)


def _real(text: str) -> float:
    """A number as a double: a decimal is converted as Trino does."""
    if text.isdecimal() or "e" in text.lower():
        return float(text)
    unscaled, kind = decimals.read_literal(text)
    return decimals.to_double(unscaled, *kind.parameters)


def _whole(context: Context, node: exp.Expr, kind: TrinoType | None) -> str:
    if isinstance(node, exp.Literal) and not node.is_string and node.this.isdecimal():
        if int(node.this) > _LARGEST:
            raise context.error(f"{node.this} is too large for a window frame", node)
        return str(int(node.this))
    if kind is not None:
        raise _unmatched(context, node, kind)
    raise context.error(
        "Window frame offset value type must be exact numeric type with scale 0", node
    )


def _milliseconds(context: Context, node: exp.Expr, kind: TrinoType) -> str:
    if not isinstance(node, exp.Interval):
        raise _unmatched(context, node, kind)
    bound = context.bind(node)
    if not is_interval(bound.type) or bound.type != INTERVAL_DAY_TO_SECOND:
        raise context.error("a window frame of months or years: not supported", node)
    length = int(bound.sql)
    if length < 0:
        raise _negative(context, node)
    if kind.base == "date" and length % DAY_MS:
        raise context.error("Cannot add hour, minutes or seconds to a date", node)
    return str(length)


def _negative(context: Context, node: exp.Expr) -> QueryError:
    return context.error("Window frame offset value must not be negative or null", node)


def _unmatched(context: Context, node: exp.Expr, kind: TrinoType) -> QueryError:
    return context.error(f"a RANGE frame over {kind} with this distance: not supported", node)
