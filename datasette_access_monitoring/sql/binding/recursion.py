"""WITH RECURSIVE: a base, and a step that is done again over the rows of the step before.

Trino unrolls the steps to a fixed depth; SQLite feeds the step one row at a time.  Both give
the same rows where each row's successors depend on that row alone, so a step that looks at
several rows at once is refused.
"""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from ...catalog.types import INTEGER
from ..functions import FUNCTIONS, Kind
from ..parsing.tokens import PREFIX
from ..rules.coercion import coerces
from ..udf.queries import MAX_DEPTH
from .bound import Bound, BoundQuery, name
from .context import Context
from .conversion import coerce
from .scope import Field
from .statement import Table

_DEPTH = "\0depth"  # no query can hold this name


def is_recursive(cte: exp.CTE) -> bool:
    """Whether a query of a WITH RECURSIVE names itself."""
    return bool(_mentions(cte.this, cte.alias))


def _mentions(node: exp.Expr, own: str) -> list[exp.Table]:
    return [
        table
        for table in node.find_all(exp.Table)
        if table.name.lower() == own.lower() and not table.args.get("db")
    ]


def bind_recursive(context: Context, cte: exp.CTE) -> Table:
    """Bind one recursive query: ``base UNION ALL step``.  Source: Trino's StatementAnalyzer."""
    base_node, step_node = _shape(context, cte)
    before = context.statement.expansions
    base = context.bind_query(base_node)
    given = [column.name for column in cte.args["alias"].args.get("columns") or []]
    if not given:
        raise context.error("missing column aliases in recursive WITH query", cte)
    if len(given) != len(base.columns):
        raise context.error(
            f"Column alias list has {len(given)} entries but '{cte.alias}' has "
            f"{len(base.columns)} columns",
            cte,
        )
    names = base.inner_names()
    fields = tuple(
        Field(visible, column.type, own, weight=column.weight)
        for visible, column, own in zip(given, base.columns, names, strict=True)
    )
    internal = name(context.statement.alias("_q"))
    table = Table(internal, (*fields, Field(_DEPTH, INTEGER, "depth", hidden=True)))
    inside = replace(context, ctes={**context.ctes, cte.alias.lower(): table})
    step = inside.bind_query(_counting(step_node))
    *items, depth = _coerced(context, cte, base, step)
    first = name(context.statement.alias("t"))
    listed = ", ".join(f"{first}.{name(own)}" for own in names)
    text = (
        f"SELECT {listed}, 0 FROM {context.statement.derived(base)} AS {first}\n"
        f"UNION ALL\nSELECT {', '.join(items)}, trino_depth({depth} + 1)\n{step.rest}"
    )
    context.statement.define(internal, f"({', '.join(map(name, (*names, 'depth')))})", text)
    expansions = 1 + context.statement.expansions - before
    context.statement.expansions = before  # counted where it is mentioned
    return Table(internal, fields, expansions)


def _counting(step: exp.Select) -> exp.Select:
    """The step with its depth as one more column, and no row after one that is too deep."""
    counting = step.copy()
    counting.append("expressions", _depth())
    bound = exp.LT(this=_depth(), expression=exp.Literal.number(MAX_DEPTH + 1))
    where = counting.args.get("where")
    kept = bound if where is None else exp.And(this=where.this, expression=bound)
    counting.set("where", exp.Where(this=kept))
    return counting


def _depth() -> exp.Column:
    return exp.Column(this=exp.Identifier(this=_DEPTH, quoted=True))


def _shape(context: Context, cte: exp.CTE) -> tuple[exp.Expr, exp.Select]:
    """The base and the step, after Trino's checks and ours."""
    union = cte.this
    mentions = _mentions(union, cte.alias)
    for clause in ("with_", "order", "limit", "offset"):
        if union.args.get(clause):
            what = clause.removesuffix("_").upper().replace("ORDER", "ORDER BY")
            raise context.error(
                f"immediate {what} clause in recursive query is not supported", mentions[0]
            )
    if not isinstance(union, exp.Union):
        raise context.error("recursive reference not allowed in this context", mentions[0])
    if _mentions(union.this, cte.alias):
        raise context.error(
            "WITH table name is referenced in the base relation of recursion", mentions[0]
        )
    if len(mentions) > 1:
        raise context.error(
            "multiple recursive references in the step relation of recursion", mentions[1]
        )
    if union.args.get("distinct"):
        raise context.error("recursion by UNION: not supported; write UNION ALL", mentions[0])
    step = union.expression
    while isinstance(step, exp.Subquery) and not _clauses(step):
        step = step.this
    _check_step(context, step, mentions[0])
    return union.this, step


def _clauses(node: exp.Expr) -> list[str]:
    """The clauses of a step that look at several rows at once, by name."""
    words = {"group": "GROUP BY", "having": "HAVING", "distinct": "DISTINCT", "order": "ORDER BY",
             "limit": "LIMIT", "offset": "OFFSET", "with_": "WITH"}  # fmt: skip
    return [word for clause, word in words.items() if node.args.get(clause)]


def _calls(step: exp.Expr) -> list[str]:
    """The calls in a step's SELECT list that look at several rows at once."""
    found = [call for call in step.find_all(exp.Anonymous) if call.parent_select is step]
    names = [str(call.this).removeprefix(PREFIX).lower() for call in found]
    known = [called for called in names if called in FUNCTIONS]
    return [called for called in known if FUNCTIONS[called].kind is not Kind.SCALAR]


def _check_step(context: Context, step: exp.Expr, mention: exp.Table) -> None:
    found = _clauses(step) + _calls(step)
    if found:
        raise context.error(f"{found[0]} in the step relation of recursion: not supported", mention)
    joins = step.args.get("joins") or []
    clause = step.args.get("from_")
    items = [] if clause is None else [clause.this, *(join.this for join in joins)]
    if not isinstance(step, exp.Select) or mention not in items:
        raise context.error(
            "recursive reference outside of the FROM clause of the step relation of recursion",
            mention,
        )
    for index, join in enumerate(joins):
        side = join.args.get("side") or ""
        optional = {
            "FULL": True,
            "RIGHT": mention in items[: index + 1],
            "LEFT": mention is join.this,
        }
        if optional.get(side):
            raise context.error(f"recursive reference in {side} join is not supported", mention)


def _coerced(context: Context, cte: exp.CTE, base: BoundQuery, step: BoundQuery) -> list[str]:
    """The step's columns in the types of the base's, and its depth."""
    *columns, _ = step.columns
    if len(base.columns) != len(columns):
        raise context.error(
            f"base and step relations of recursion have different number of fields: "
            f"{len(base.columns)}, {len(columns)}",
            cte,
        )
    items = []
    for index, (before, after) in enumerate(zip(base.columns, columns, strict=True)):
        if not coerces(after.type, before.type):
            raise context.error(
                f"recursion step relation output type ({after.type}) is not coercible to "
                f"recursion base relation output type ({before.type}) at column {index + 1}",
                cte,
            )
        items.append(coerce(Bound(step.items[index], after.type), before.type).sql)
    return [*items, step.items[-1]]
