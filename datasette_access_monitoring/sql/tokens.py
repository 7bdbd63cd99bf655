"""From text to the parser's tokens, with the names of function calls protected.

The parser replaces functions that it knows by nodes of its own, and the Trino name,
which decides what a call means, is lost (``from_iso8601_timestamp`` becomes a CAST).
A prefix on every called name hides it, so that each call arrives as written.  Only
tokens are changed: the parser's classes cannot be subclassed in its compiled build.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from ..errors import QueryError
from . import lexer
from .source import Source

PREFIX = "f__"

# Words that a parenthesis may follow without making a call: reserved words, syntax that
# looks like a call, and type names with parameters.
_NOT_CALLED = frozenset({
    "ALL", "AND", "ANY", "ARRAY", "AS", "BETWEEN", "BY", "CASE", "CAST", "CHAR", "CROSS", "CUBE",
    "DECIMAL", "DISTINCT", "ELSE", "END", "ESCAPE", "EXCEPT", "EXISTS", "EXTRACT", "FILTER",
    "FROM", "FULL", "GROUP", "GROUPING", "HAVING", "IN", "INNER", "INTERSECT", "INTERVAL", "IS",
    "JOIN", "LATERAL", "LEFT", "LIKE", "LIMIT", "MAP", "NATURAL", "NOT", "OFFSET", "ON", "OR",
    "ORDER", "OUTER", "OVER", "POSITION", "RIGHT", "ROLLUP", "ROW", "SELECT", "SETS", "SOME",
    "TABLE", "THEN", "TIMESTAMP", "TRY_CAST", "UNION", "UNNEST", "USING", "VALUES", "VARCHAR",
    "WHEN", "WHERE", "WITH",
})  # fmt: skip
# Operators of other languages.
_NOT_TRINO = frozenset({TokenType.ISNULL, TokenType.NOTNULL})
# What a comma cannot stand before.
_AFTER_A_LIST = frozenset({
    TokenType.FROM, TokenType.WHERE, TokenType.GROUP_BY, TokenType.HAVING, TokenType.ORDER_BY,
    TokenType.LIMIT, TokenType.OFFSET, TokenType.FETCH, TokenType.UNION, TokenType.R_PAREN,
    TokenType.COMMA,
})  # fmt: skip
# After these an operand begins, so a + is a sign, which the parser would drop unread.
_BEFORE_AN_OPERAND = frozenset({
    TokenType.SELECT, TokenType.DISTINCT, TokenType.WHERE, TokenType.HAVING, TokenType.ON,
    TokenType.AND, TokenType.OR, TokenType.NOT, TokenType.CASE, TokenType.WHEN, TokenType.THEN,
    TokenType.ELSE, TokenType.BETWEEN, TokenType.LIKE, TokenType.GROUP_BY, TokenType.ORDER_BY,
    TokenType.LIMIT, TokenType.OFFSET, TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.COMMA,
    TokenType.EQ, TokenType.NEQ, TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE,
    TokenType.PLUS, TokenType.DASH, TokenType.STAR, TokenType.SLASH, TokenType.MOD,
    TokenType.DPIPE, TokenType.FROM,
})  # fmt: skip
_NO_STRING_AFTER = frozenset({
    TokenType.ALIAS, TokenType.VAR, TokenType.IDENTIFIER, TokenType.R_PAREN, TokenType.NUMBER,
})  # fmt: skip
# Trino's types, those that we refuse by name included.
_TYPES = frozenset({
    "ARRAY", "BIGINT", "BOOLEAN", "CHAR", "DATE", "DECIMAL", "DOUBLE", "DOUBLE PRECISION", "INT",
    "INTEGER", "INTERVAL", "IPADDRESS", "JSON", "MAP", "REAL", "ROW", "SMALLINT", "TIME",
    "TIMESTAMP", "TINYINT", "UUID", "VARBINARY", "VARCHAR",
})  # fmt: skip
_UNITS = frozenset({"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"})


def tokenize(source: Source, dialect: Dialect) -> list[Token]:
    """The tokens of one statement, calls protected, trailing semicolons dropped.

    Raises ``QueryError`` for lexical errors, an empty text and a second statement.
    """
    try:
        tokens = dialect.tokenize(lexer.check(source))
    except TokenError as error:
        raise QueryError(f"the query cannot be read: {error}") from error
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    if not tokens:
        raise QueryError("the query is empty")
    for index, token in enumerate(tokens):
        _check(source, tokens, index, token)
    _check_types(source, tokens)
    return [
        _protected(token) if _is_call(tokens, index) else token
        for index, token in enumerate(tokens)
    ]


def _check(source: Source, tokens: Sequence[Token], index: int, token: Token) -> None:
    """Refuse token sequences that the parser reads and Trino does not."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if token.token_type == TokenType.SEMICOLON:
        raise source.error_at("only one statement is allowed", token.start)
    if token.token_type in (TokenType.PLACEHOLDER, TokenType.COLON):
        raise source.error_at("query parameters are not supported", token.start)
    if token.token_type == TokenType.ARROW:
        raise source.error_at("lambda expressions: not supported yet", token.start)
    if token.token_type == TokenType.L_BRACKET and not _can_be_subscripted(tokens, index - 1):
        raise source.error_at("unexpected [; an array is written ARRAY[a, b]", token.start)
    if token.token_type in _NOT_TRINO:
        raise source.error_at(f"{token.text.upper()} is no Trino operator", token.start)
    if token.token_type == TokenType.COMMA:
        _check_comma(source, tokens, index)
    if following is None:
        return
    if following.token_type == TokenType.PLUS and token.token_type in _BEFORE_AN_OPERAND:
        raise source.error_at("a + before an operand: not supported; leave it out", following.start)
    if token.token_type == TokenType.L_PAREN and following.token_type == TokenType.FROM:
        raise source.error_at("a query begins with SELECT", following.start)
    if following.token_type == TokenType.OFFSET and tokens[index - 1].token_type == TokenType.LIMIT:
        raise source.error_at("OFFSET comes before LIMIT", following.start)
    named = token.token_type in _NO_STRING_AFTER and token.text.upper() != "ZONE"
    if following.token_type == TokenType.STRING and named:
        raise source.error_at("a name is written without quotes or in double ones", following.start)
    if token.token_type == following.token_type == TokenType.STRING:
        raise source.error_at("a string literal cannot follow another", following.start)
    if token.token_type == TokenType.INTERVAL:
        _check_interval(source, tokens, index)


def _check_comma(source: Source, tokens: Sequence[Token], index: int) -> None:
    """Refuse a comma that ends a list, and the limit of two numbers."""
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if after is None or after.token_type in _AFTER_A_LIST:
        raise source.error_at("syntax error: nothing follows the comma", tokens[index].start)
    if index > 1 and tokens[index - 2].token_type == TokenType.LIMIT:
        raise source.error_at(
            "LIMIT takes one number; what is left out is written OFFSET n before it",
            tokens[index].start,
        )


def _check_types(source: Source, tokens: Sequence[Token]) -> None:
    """Refuse type names that the parser knows from other languages."""
    opened: list[bool] = []  # for each parenthesis that is open: whether it is a cast's
    for index, token in enumerate(tokens):
        if token.token_type == TokenType.L_PAREN:
            opened.append(index > 0 and tokens[index - 1].text.upper() in ("CAST", "TRY_CAST"))
        elif token.token_type == TokenType.R_PAREN and opened:
            opened.pop()
        elif token.token_type == TokenType.ALIAS and opened and opened[-1]:
            named = tokens[index + 1] if index + 1 < len(tokens) else token
            if named.text.upper() not in _TYPES:
                raise source.error_at(f"Unknown type: {named.text}", named.start)


def _can_be_subscripted(tokens: Sequence[Token], index: int) -> bool:
    """Whether a ``[`` after this token is a subscript, or belongs to ``ARRAY[...]``."""
    if index < 0:
        return False
    token = tokens[index]
    if token.token_type in (TokenType.IDENTIFIER, TokenType.R_PAREN, TokenType.R_BRACKET):
        return True
    word = token.text.upper()
    return token.text.isidentifier() and (word == "ARRAY" or word not in _NOT_CALLED)


def _check_interval(source: Source, tokens: Sequence[Token], index: int) -> None:
    rest = list(tokens[index + 1 : index + 5])
    if rest and rest[0].token_type in (TokenType.DASH, TokenType.PLUS):
        rest.pop(0)
    if rest and rest[0].token_type == TokenType.NUMBER:
        raise source.error_at(
            f"the number of an interval is written in quotes: INTERVAL '{rest[0].text}'",
            rest[0].start,
        )
    if not rest or rest[0].token_type != TokenType.STRING:
        return  # a column named interval
    if len(rest) < 2 or rest[1].text.upper() not in _UNITS:
        raise source.error_at(
            "write INTERVAL '1' DAY; units are YEAR, MONTH, DAY, HOUR, MINUTE and SECOND",
            tokens[index].start,
        )
    if len(rest) > 2 and rest[2].text.upper() == "TO":
        raise source.error_at("INTERVAL ... TO ... is not supported", tokens[index].start)


def _is_call(tokens: Sequence[Token], index: int) -> bool:
    token = tokens[index]
    if index + 1 >= len(tokens) or tokens[index + 1].token_type != TokenType.L_PAREN:
        return False
    if not token.text.isidentifier() or token.text.upper() in _NOT_CALLED:
        return False
    if token.token_type in (TokenType.STRING, TokenType.IDENTIFIER):
        return False
    before = tokens[index - 1] if index else None
    if before is not None and (
        before.token_type in (TokenType.VAR, TokenType.IDENTIFIER, TokenType.R_PAREN)
        or before.text.upper() in ("AS", "WITH", "RECURSIVE")
    ):
        return False  # an alias or a CTE with a list of column names
    return not _is_cte_with_columns(tokens, index)


def _is_cte_with_columns(tokens: Sequence[Token], index: int) -> bool:
    """Whether ``name(`` begins ``name(a, b) AS (``, the second CTE of a WITH or a later one."""
    if index == 0 or tokens[index - 1].token_type != TokenType.COMMA:
        return False
    end = index + 2
    while end < len(tokens) and tokens[end].token_type != TokenType.R_PAREN:
        if tokens[end].token_type == TokenType.L_PAREN:
            return False
        end += 1
    after = [token.token_type for token in tokens[end + 1 : end + 3]]
    return after == [TokenType.ALIAS, TokenType.L_PAREN]


def _protected(token: Token) -> Token:
    return Token(TokenType.VAR, PREFIX + token.text, token.line, token.col, token.start, token.end)
