"""From text to the parser's tree, reduced to the shapes that the translator knows.

Every node type of the tree and every argument of a node is on the list below; anything
else is refused by name.  So nothing that a query says can be dropped unread, and what
the later steps get holds only what they handle.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import pairwise

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ErrorLevel, ParseError
from sqlglot.tokenizer_core import Token, TokenType

from ...errors import QueryError
from .source import Source, offset_of
from .tokens import PREFIX, tokenize

_BINARY = ("this", "expression")
# Arguments that the parser sets on its own account and that carry no meaning of the query.
_NOTES = frozenset({"_type", "typed", "safe", "nested", "coalesce", "operation_modifiers"})

_SHAPES: dict[type[exp.Expr], tuple[str, ...]] = {
    # queries
    exp.Select: ("expressions", "distinct", "from_", "joins", "where", "group", "having",
                 "order", "limit", "offset", "with_", "windows"),
    exp.Union: ("this", "expression", "distinct", "order", "limit", "offset", "with_"),
    exp.Intersect: ("this", "expression", "distinct", "order", "limit", "offset", "with_"),
    exp.Except: ("this", "expression", "distinct", "order", "limit", "offset", "with_"),
    exp.Subquery: ("this", "alias", "order", "limit", "offset", "with_", "joins"),
    exp.Values: ("expressions", "alias", "order", "limit", "offset", "with_", "joins"),
    exp.With: ("expressions", "recursive"),
    exp.CTE: ("this", "alias"),
    exp.From: ("this",),
    exp.Table: ("this", "alias", "joins", "db", "catalog"),
    exp.Unnest: ("expressions", "alias", "offset", "joins"),
    exp.TableAlias: ("this", "columns"),
    exp.Join: ("this", "side", "kind", "on", "using"),
    exp.Where: ("this",),
    exp.Having: ("this",),
    exp.Group: ("expressions", "all"),
    exp.GroupingSets: ("expressions",),
    exp.Rollup: ("expressions",),
    exp.Cube: ("expressions",),
    exp.Grouping: ("expressions",),
    exp.Order: ("this", "expressions"),
    exp.Ordered: ("this", "desc", "nulls_first"),
    exp.Limit: ("expression",),
    exp.Offset: ("expression",),
    exp.Fetch: ("direction", "count", "limit_options"),
    exp.LimitOptions: ("rows", "with_ties"),
    exp.Distinct: ("expressions",),
    # leaves
    exp.Alias: ("this", "alias"),
    exp.Identifier: ("this", "quoted"),
    exp.Column: ("this", "table", "db", "catalog"),
    exp.Star: (),
    exp.Literal: ("this", "is_string"),
    exp.Boolean: ("this",),
    exp.Null: (),
    exp.Var: ("this",),
    exp.Interval: ("this", "unit"),
    exp.CurrentDate: (),
    exp.IntervalSpan: ("this", "expression"),
    exp.AtTimeZone: ("this", "zone"),
    exp.CurrentTimestamp: ("this",),
    exp.Localtimestamp: ("this",),
    # operators and expressions
    exp.And: _BINARY, exp.Or: _BINARY, exp.EQ: _BINARY, exp.NEQ: _BINARY, exp.LT: _BINARY,
    exp.LTE: _BINARY, exp.GT: _BINARY, exp.GTE: _BINARY, exp.NullSafeEQ: _BINARY,
    exp.NullSafeNEQ: _BINARY, exp.Add: _BINARY, exp.Sub: _BINARY, exp.Mul: _BINARY,
    exp.Div: _BINARY, exp.Mod: _BINARY, exp.DPipe: _BINARY, exp.Is: _BINARY,
    exp.Escape: _BINARY,
    exp.Like: ("this", "expression", "negate"),
    exp.Not: ("this",),
    exp.Neg: ("this",),
    exp.BitwiseNot: ("this",),
    exp.Paren: ("this",),
    exp.Between: ("this", "low", "high"),
    exp.In: ("this", "expressions", "query"),
    exp.Exists: ("this",),
    exp.All: ("this",),
    exp.Any: ("this",),
    exp.Case: ("this", "ifs", "default"),
    exp.If: ("this", "true"),
    exp.Cast: ("this", "to"),
    exp.TryCast: ("this", "to"),
    exp.DataType: ("this", "expressions"),
    exp.DataTypeParam: ("this",),
    exp.ColumnDef: ("this", "kind"),
    exp.Extract: ("this", "expression"),
    exp.StrPosition: ("this", "substr"),
    exp.Trim: ("this", "expression", "position"),
    exp.Substring: ("this", "start", "length"),
    exp.ParseJSON: ("this", "is_literal"),
    exp.Anonymous: ("this", "expressions"),
    exp.Filter: ("this", "expression"),
    exp.WithinGroup: ("this", "expression"),
    exp.Window: ("this", "partition_by", "order", "spec", "alias", "over"),
    exp.WindowSpec: ("kind", "start", "start_side", "end", "end_side"),
    exp.IgnoreNulls: ("this",),
    exp.RespectNulls: ("this",),
    exp.Array: ("expressions",),
    exp.Bracket: ("this", "expressions"),
    exp.Map: ("keys", "values"),
    exp.Struct: ("expressions",),
    exp.Tuple: ("expressions",),
    exp.Dot: ("this", "expression"),
    exp.Lambda: ("this", "expressions"),
}  # fmt: skip

_NAMES = {
    "WindowSpec.exclude": "EXCLUDE in a window frame",
    "JSONExtract": "-> outside of the arguments of a function",
    "VarMap": "map of other than two arrays",
    "CurrentUser": "current_user",
    "CurrentTime": "current_time",
    "Localtime": "localtime",
    "Parameter": "query parameters",
    "Placeholder": "query parameters",
    "TableSample": "TABLESAMPLE",
    "Lateral": "LATERAL",
    "ILike": "ILIKE",
    "Commit": "statements other than SELECT",
    "laterals": "LATERAL",
    "qualify": "QUALIFY",
    "sample": "TABLESAMPLE",
    "pivots": "PIVOT",
    "method": "NATURAL JOIN; write USING (x)",
    "version": "FOR VERSION AS OF",
    "locks": "FOR UPDATE",
    "by_name": "set operations BY NAME or CORRESPONDING",
    "on": "DISTINCT ON",
    "rollup": "ROLLUP",
    "cube": "CUBE",
    "totals": "WITH TOTALS",
    "percent": "FETCH ... PERCENT",
    "hint": "hints",
    "materialized": "MATERIALIZED",
    "replace": "SELECT * REPLACE",
    "except_": "SELECT * EXCEPT",
    "exclude": "SELECT * EXCLUDE",
    "rename": "SELECT * RENAME",
}


class _Trino(Trino):
    # By default the parser shifts literal subscripts to count from 0.
    INDEX_OFFSET = 0


_DIALECT = _Trino()

# The parser warns of syntax that we refuse anyway; without a handler that would go to stderr.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())


# What a query may begin with; the parser reads other statements too, some only with a warning.
_BEGINNINGS = frozenset({
    TokenType.SELECT, TokenType.WITH, TokenType.L_PAREN, TokenType.VALUES, TokenType.TABLE,
})  # fmt: skip


def parse(source: Source) -> exp.Query | exp.Values:
    """The tree of one query; raises ``QueryError`` for anything that is not one supported query."""
    tokens = tokenize(source, _DIALECT)
    first = tokens[0]
    if first.token_type not in _BEGINNINGS:
        raise source.error_at(
            f"only a SELECT query can be run here, not {first.text.removeprefix(PREFIX).upper()}",
            first.start,
        )
    try:
        parser = _DIALECT.parser(error_level=ErrorLevel.IMMEDIATE)
        trees = parser.parse(tokens, source.text)
    except ParseError as error:
        raise _parse_error(error) from error
    tree = trees[0] if len(trees) == 1 else None
    if not isinstance(tree, (exp.Query, exp.Values)):
        raise source.error_at("only a SELECT query can be run here", first.start)
    _check_shapes(source, tree)
    _check_names(source, tree)
    _check_predicates(source, tree)
    _check_joins(source, tokens, tree)
    _name_queries(tree)
    return tree


def _name_queries(tree: exp.Expr) -> None:
    """Put the VALUES of an IN where the parser puts every other query.

    A query in two pairs of parentheses is no query there but a list of one value: Trino's
    grammar tries the list first.
    """
    for node in tree.find_all(exp.In):
        listed, query = node.expressions, node.args.get("query")
        if len(listed) == 1 and isinstance(listed[0], exp.Values):
            node.set("expressions", [])
            node.set("query", listed[0])
        elif isinstance(query, exp.Subquery) and isinstance(query.this, exp.Subquery):
            clauses = ("order", "limit", "offset")
            if not any(query.this.args.get(clause) for clause in clauses):
                node.set("expressions", [query.this])
                node.set("query", None)


def _parse_error(error: ParseError) -> QueryError:
    details = error.errors[0] if error.errors else {}
    near = details.get("highlight") or ""
    line, column = details.get("line"), details.get("col")
    if line is None or column is None:
        return QueryError("syntax error")
    # The parser counts to the end of the token that it could not use.
    message = f"syntax error near {near!r}" if near else "syntax error"
    return QueryError(message, line=line, column=max(1, column - len(near) + 1))


def _check_shapes(source: Source, tree: exp.Expr) -> None:
    for node in tree.walk(bfs=False):
        allowed = _SHAPES.get(type(node))
        if allowed is None:
            raise source.error(f"{_name(type(node).__name__)}: not supported yet", node)
        for argument, value in node.args.items():
            if value in (None, False, []) or argument in allowed or argument in _NOTES:
                continue
            what = _NAMES.get(f"{type(node).__name__}.{argument}") or _name(argument)
            raise source.error(f"{what}: not supported yet", node)


def _check_names(source: Source, tree: exp.Expr) -> None:
    """Refuse a table named by a text, which the parser takes for a name."""
    for table in tree.find_all(exp.Table):
        start = offset_of(table)
        if start is not None and source.text[start] == "'":
            raise source.error("a view is named without quotes or in double ones", table)


def _check_predicates(source: Source, tree: exp.Expr) -> None:
    """Refuse a predicate right inside another: ``a = b = c`` is no Trino, ``(a = b) = c`` is."""
    for node in tree.find_all(*_PREDICATES):
        if isinstance(node, exp.Escape):
            continue  # the ESCAPE of the LIKE that it holds
        for argument in ("this", "expression", "low", "high"):
            value = node.args.get(argument)
            if isinstance(value, (*_PREDICATES, exp.Not)):
                raise source.error("syntax error: put the inner condition in parentheses", value)


_PREDICATES = (
    exp.EQ,
    exp.NEQ,
    exp.GT,
    exp.GTE,
    exp.LT,
    exp.LTE,
    exp.NullSafeEQ,
    exp.NullSafeNEQ,
    exp.Is,
    exp.In,
    exp.Between,
    exp.Like,
    exp.Escape,
)


def _check_joins(source: Source, tokens: Sequence[Token], tree: exp.Expr) -> None:
    """Refuse JOIN without a condition, which the parser takes for a comma."""
    joins = [pair for pair in pairwise(tokens) if pair[1].token_type == TokenType.JOIN]
    written = [join for before, join in joins if before.token_type != TokenType.CROSS]
    conditions = sum(
        1
        for join in tree.find_all(exp.Join)
        if join.args.get("kind") != "CROSS" and (join.args.get("on") or join.args.get("using"))
    )
    if len(written) != conditions:
        last = joins[-1][1] if joins else tokens[0]
        raise source.error_at(
            "each JOIN needs its ON or USING, and CROSS JOIN has neither", last.start
        )


def _name(internal: str) -> str:
    return _NAMES.get(internal, internal)
