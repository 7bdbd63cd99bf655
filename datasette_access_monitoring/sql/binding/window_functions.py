"""Window functions: OVER, named windows, frames, and nulls that are left out.

SQLite's own windows do what they do as in Trino.  The others are Python's, whose frames
must hold the row that they are for (``udf.windows`` says why): a frame that may be empty
is widened up to that row, or refused.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from ...catalog.types import BIGINT
from ..functions import Function, Kind
from . import aggregates
from .bound import Bound, combine
from .calls import called, choose
from .context import Context
from .conversion import coerce
from .window_frames import WHOLE, Frame, bind_frame
from .window_specs import Specification, defined, partition_text, specification

HAS_WINDOWS = sys.version_info >= (3, 11)
"""Whether Python can put window functions on a connection."""

MAX_KEYS = 50
"""Terms in one window's PARTITION BY and ORDER BY at most: each call over it repeats them."""

_VALUES = {"first_value": 1, "last_value": -1, "nth_value": 0}
_SHIFTS = ("lag", "lead")
_SLIDING = {"trino_sum_double": "trino_sliding_sum", "trino_avg_double": "trino_sliding_avg"}


@dataclass(frozen=True, slots=True)
class _Over:
    """A window in SQLite: how it cuts and orders the rows, and its frame."""

    partition: str
    order: str
    frame: Frame

    def text(self, frame: str) -> str:
        """What follows a call, with the text of a frame or none."""
        return f" OVER ({' '.join(part for part in (self.partition, self.order, frame) if part)})"


def window(context: Context, node: exp.Window) -> Bound:
    """A call with OVER."""
    call, where, skipping = _taken_apart(context, node)
    function = called(context, call)
    if function.kind is Kind.SCALAR:
        raise context.error(f"Not a window function: {function.name}", node)
    if context.no_aggregates is not None:
        raise aggregates.misplaced(context, node, function.name)
    if where is not None:
        raise context.error("FILTER is not yet supported for window functions", call)
    given = aggregates.arguments(context, call, None)
    if given.distinct:
        raise context.error(
            f"DISTINCT in window function parameters not yet supported: {function.name}", call
        )
    if given.order:
        raise context.error("Window function with ORDER BY is not supported", call)
    spec = specification(context, node)
    _check(context, node, function, spec, skipping)
    over, reads = _over(context, node, spec)
    if function.kind is Kind.AGGREGATE:
        written = aggregates.write(context, call, function, given)
        if spec.order:
            written = aggregates.in_order(function, written)
        sql, kind = _aggregate(context, call, written, over), written.type
        values: Sequence[Bound] = written.arguments
    else:
        bound = [context.bind(value) for value in given.values]
        matched, kinds, kind = choose(context, call, function, bound)
        values = [coerce(part, target) for part, target in zip(bound, kinds, strict=True)]
        if skipping and isinstance(skipping, exp.IgnoreNulls):
            sql = _skipping(context, call, function, values, over)
        else:
            sql = _native(function, function.sqlite(matched, values, kind), values, over)
    _check_nesting(context, node, values, reads)
    parts = combine(sql, kind, *values, *reads)
    return replace(parts, windows=True, weight=1 + 3 * parts.weight)


def named_windows(context: Context, node: exp.Select) -> Mapping[str, Specification]:
    """The WINDOW clause; raises ``QueryError`` for what Trino refuses there, used or not."""
    windows = defined(context, node)
    for spec, definition in zip(windows.values(), node.args.get("windows") or [], strict=True):
        _, reads = _over(context, definition, spec)
        _check_nesting(context, definition, (), reads)
    return windows


def _taken_apart(
    context: Context, node: exp.Window
) -> tuple[exp.Anonymous, exp.Where | None, exp.Expr | None]:
    """The call before OVER, its FILTER, and its IGNORE NULLS or RESPECT NULLS."""
    call, where, skipping = node.this, None, None
    if isinstance(call, (exp.IgnoreNulls, exp.RespectNulls)):
        skipping, call = call, call.this
    if isinstance(call, exp.Filter):
        where, call = call.expression, call.this
    if not isinstance(call, exp.Anonymous) or node.args.get("over") != "OVER":
        raise context.error("OVER follows a call of a function", node)
    return call, where, skipping


def _check(
    context: Context,
    node: exp.Window,
    function: Function,
    spec: Specification,
    skipping: exp.Expr | None,
) -> None:
    if function.name in _SHIFTS:
        if not spec.order:
            raise context.error(
                f"{function.name} function requires an ORDER BY window clause", node
            )
        if spec.frame is not None:
            raise context.error(f"Cannot specify window frame for {function.name} function", node)
    if skipping is not None and function.name not in (*_SHIFTS, *_VALUES):
        raise context.error(
            f"Cannot specify null treatment clause for {function.name} function", node
        )


def _over(context: Context, node: exp.Window, spec: Specification) -> tuple[_Over, list[Bound]]:
    """The window in SQLite, and what it reads."""
    if len(spec.partition) + len(spec.order) > MAX_KEYS:
        raise context.error(f"a window has more than {MAX_KEYS} keys", node)
    inside = spec.context(context)
    partition = [inside.bind(part) for part in spec.partition]
    keys = [inside.bind(ordered.this) for ordered in spec.order]
    frame = bind_frame(context, node, spec, keys)
    order = f"ORDER BY {', '.join(frame.terms)}" if frame.terms else ""
    return _Over(partition_text(partition), order, frame), [*partition, *keys]


def _check_nesting(
    context: Context, node: exp.Window, values: Sequence[Bound], reads: Sequence[Bound]
) -> None:
    for places, what in ((values, "function arguments"), (reads, "specification")):
        if any(part.windows for part in places):
            raise context.error(
                f"Cannot nest window functions or row pattern measures inside window {what}", node
            )


def _native(function: Function, text: str, values: Sequence[Bound], over: _Over) -> str:
    """One of SQLite's own window functions, its number NULL-safe."""
    if function.name == "ntile":
        number = "ROW_NUMBER()" + over.text("")
        rows = "COUNT(*)" + over.text(WHOLE)
        return f"trino_bucket({values[0].sql}, {number}, {rows})"
    sql = text + over.text(over.frame.sql if function.name in _VALUES else "")
    if len(values) > 1 and values[1].constant is None:
        return f"CASE WHEN {values[1].operand} IS NOT NULL THEN {sql} END"
    return sql


def _aggregate(context: Context, node: exp.Expr, call: aggregates.Written, over: _Over) -> str:
    """An aggregate over a frame: SQLite's own where nothing is taken away again but numbers."""
    name, _, rest = call.sql.partition("(")
    if rest.startswith("DISTINCT "):
        raise context.error("approx_distinct(...) OVER: not supported", node)
    if not call.in_python:
        return call.sql + over.text(over.frame.sql)
    before, after, frame = over.frame.with_current_row(context, node)
    _check_python(context, node)
    if name not in _SLIDING:
        return f"trino_framed('{name}', {before}, {after}, {rest}" + over.text(frame)
    if over.frame.grows and not after:
        return call.sql + over.text(frame)
    return f"{_SLIDING[name]}({before}, {after}, {rest}" + over.text(frame)


def _skipping(
    context: Context,
    node: exp.Expr,
    function: Function,
    values: Sequence[Bound],
    over: _Over,
) -> str:
    """A function of the rows whose value is not NULL."""
    _check_python(context, node)
    value = values[0].sql
    if function.name in _SHIFTS:
        offset = f"trino_offset({values[1].sql})" if len(values) > 1 else "1"
        default = values[2].sql if len(values) > 2 else "NULL"
        behind = function.name == "lag"
        name = "trino_behind" if behind else "trino_ahead"
        frame = (
            "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
            if behind
            else "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING"
        )
        return f"{name}({value}, {offset}, {default})" + over.text(frame)
    place = _VALUES[function.name]
    if not place:
        constant = values[1].constant
        if values[1].type != BIGINT or not isinstance(constant, int) or constant < 1:
            raise context.error("nth_value(x, n) IGNORE NULLS takes a number for n", node)
        place = constant
    before, after, frame = over.frame.with_current_row(context, node)
    return f"trino_chosen({before}, {after}, {place}, {value})" + over.text(frame)


def _check_python(context: Context, node: exp.Expr) -> None:
    if not HAS_WINDOWS:
        raise context.error("this window function needs Python 3.11 or newer", node)
