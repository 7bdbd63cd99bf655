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

from ...errors import QueryError
from . import lexer
from .source import Source

PREFIX = "f__"

# Words that a parenthesis may follow without making a call: reserved words, syntax that
# looks like a call, and type names with parameters.
_NOT_CALLED = frozenset({
    "ALL", "AND", "ANY", "ARRAY", "AS", "BETWEEN", "BY", "CASE", "CAST", "CHAR", "CROSS", "CUBE",
    "CURRENT_TIME", "CURRENT_TIMESTAMP", "DECIMAL", "DISTINCT", "ELSE", "END", "ESCAPE", "EXCEPT",
    "EXISTS", "EXTRACT", "FROM", "FULL", "GROUP", "GROUPING", "HAVING", "IN", "INNER", "INTERSECT",
    "INTERVAL", "IS", "JOIN", "LATERAL", "LEFT", "LIKE", "LIMIT", "LOCALTIME", "LOCALTIMESTAMP",
    "MAP", "NATURAL", "NOT", "OFFSET", "ON", "OR", "ORDER", "OUTER", "OVER", "POSITION", "RIGHT",
    "ROLLUP", "ROW", "SELECT", "SETS", "SOME", "TABLE", "THEN", "TIMESTAMP", "TRY_CAST", "UNION",
    "UNNEST", "USING", "VALUES", "VARCHAR", "WHEN", "WHERE", "WITH",
})  # fmt: skip
# Functions with a syntax of their own.
_SQL_JSON = frozenset({
    "JSON_ARRAY", "JSON_EXISTS", "JSON_OBJECT", "JSON_QUERY", "JSON_TABLE", "JSON_VALUE",
})  # fmt: skip
# Functions that may be called with FROM between their arguments.
_WITH_FROM = frozenset({"SUBSTRING", "TRIM"})
_NORMAL_FORMS = frozenset({"NFC", "NFD", "NFKC", "NFKD"})
# Words that a text may follow inside of a call.
_BEFORE_TEXT = frozenset({"BOTH", "LEADING", "TRAILING", "ZONE"})
# Operators of other languages.
_NOT_TRINO = frozenset({TokenType.ISNULL, TokenType.NOTNULL, TokenType.TILDE})
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
    TokenType.DPIPE, TokenType.FROM, TokenType.ARROW, TokenType.VALUES, TokenType.PARTITION_BY,
    TokenType.ALL, TokenType.ANY, TokenType.SOME, TokenType.ESCAPE, TokenType.IN, TokenType.FOR,
})  # fmt: skip
_NO_STRING_AFTER = frozenset({
    TokenType.ALIAS, TokenType.VAR, TokenType.IDENTIFIER, TokenType.R_PAREN, TokenType.NUMBER,
})  # fmt: skip
# Trino's types, those that we refuse by name included.
_TYPES = frozenset({
    "ARRAY", "BIGINT", "BOOLEAN", "CHAR", "DATE", "DECIMAL", "DOUBLE", "DOUBLE PRECISION", "INT",
    "INTEGER", "INTERVAL", "IPADDRESS", "IPPREFIX", "JSON", "MAP", "REAL", "ROW", "SMALLINT",
    "TIME", "TIMESTAMP", "TINYINT", "UUID", "VARBINARY", "VARCHAR",
})  # fmt: skip
_CLOCKS = frozenset({"CURRENT_TIMESTAMP", "LOCALTIMESTAMP"})
_BEFORE_AN_ITEM = frozenset({TokenType.FROM, TokenType.JOIN, TokenType.COMMA})
# What makes a predicate of the operand before it.
_PREDICATES = frozenset({
    TokenType.EQ, TokenType.NEQ, TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE,
    TokenType.IS, TokenType.NOT, TokenType.LIKE, TokenType.IN, TokenType.BETWEEN,
})  # fmt: skip
_MOST_READINGS = 200_000  # tokens, as often as each is read: a second or two
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
    tokens = [_as_written(source, token) for token in tokens]
    for index, token in enumerate(tokens):
        _check(source, tokens, index, token)
    _check_types(source, tokens)
    _check_readings(source, tokens)
    return [_rewritten(tokens, index) for index in range(len(tokens))]


def _as_written(source: Source, token: Token) -> Token:
    """A number in the query's own text, of which ``lexer`` may have left but the length."""
    if token.token_type != TokenType.NUMBER:
        return token
    text = source.text[token.start : token.end + 1]
    return Token(TokenType.NUMBER, text, token.line, token.col, token.start, token.end)


def _rewritten(tokens: Sequence[Token], index: int) -> Token:
    """A token as the parser gets it: a called name is protected, a sign + is written ``~``,
    and the form in ``NORMALIZE(x, NFC)`` is a text."""
    token = tokens[index]
    if _is_call(tokens, index):
        return _protected(token)
    before = tokens[index - 1].token_type if index else None
    if token.token_type == TokenType.PLUS and before in _BEFORE_AN_OPERAND:
        return Token(TokenType.TILDE, "~", token.line, token.col, token.start, token.end)
    if token.text.upper() in _NORMAL_FORMS and _ends_normalize(tokens, index):
        form = token.text.upper()
        return Token(TokenType.STRING, form, token.line, token.col, token.start, token.end)
    return token


def _check(source: Source, tokens: Sequence[Token], index: int, token: Token) -> None:
    """Refuse token sequences that the parser reads and Trino does not."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if token.token_type == TokenType.SEMICOLON:
        raise source.error_at("only one statement is allowed", token.start)
    if token.token_type in (TokenType.PLACEHOLDER, TokenType.COLON):
        raise source.error_at("query parameters are not supported", token.start)
    if token.token_type == TokenType.DOT and _is_deep(tokens, index):
        # The parser drops parts of such a name where it begins with a lambda's parameter.
        raise source.error_at("a name of more than four parts: use parentheses", token.start)
    if (
        token.text.upper() in _SQL_JSON
        and following is not None
        and following.token_type == TokenType.L_PAREN
    ):
        raise source.error_at(
            f"{token.text.upper()}: not supported; json_extract_scalar(x, '$.a.b') reads a value",
            token.start,
        )
    if token.token_type == TokenType.L_BRACKET and not _can_be_subscripted(tokens, index - 1):
        raise source.error_at("unexpected [; an array is written ARRAY[a, b]", token.start)
    if token.token_type in _NOT_TRINO:
        raise source.error_at(f"{token.text.upper()} is no Trino operator", token.start)
    if token.token_type == TokenType.COMMA:
        _check_comma(source, tokens, index)
    if following is None:
        return
    if token.token_type == TokenType.L_PAREN and following.token_type == TokenType.R_PAREN:
        _check_clock(source, tokens, index)
    if token.text.upper() == "EXTRACT" and following.token_type == TokenType.L_PAREN:
        _check_extract(source, tokens, index)
    if following.token_type == TokenType.VALUES and token.token_type in _BEFORE_AN_ITEM:
        raise source.error_at("VALUES in FROM stands in parentheses", following.start)
    if token.token_type == TokenType.WITH and following.token_type == TokenType.OFFSET:
        raise source.error_at("an UNNEST counts WITH ORDINALITY", following.start)
    if token.token_type == TokenType.NULL and _is_test(tokens, index, following):
        raise source.error_at(
            "syntax error: put the inner condition in parentheses", following.start
        )
    if token.token_type == TokenType.L_PAREN and following.token_type == TokenType.FROM:
        raise source.error_at("a query begins with SELECT", following.start)
    if following.token_type == TokenType.OFFSET and tokens[index - 1].token_type == TokenType.LIMIT:
        raise source.error_at("OFFSET comes before LIMIT", following.start)
    named = token.token_type in _NO_STRING_AFTER and token.text.upper() not in _BEFORE_TEXT
    if following.token_type == TokenType.STRING and named:
        raise source.error_at("a name is written without quotes or in double ones", following.start)
    if token.token_type == following.token_type == TokenType.STRING:
        raise source.error_at("a string literal cannot follow another", following.start)
    if token.token_type == TokenType.INTERVAL:
        _check_interval(source, tokens, index)
    if token.token_type == TokenType.FETCH and following.text.upper() in ("FIRST", "NEXT"):
        _check_fetch(source, tokens, index)
    if token.token_type == TokenType.USING and following.token_type == TokenType.L_PAREN:
        _check_using(source, tokens, index)


def _is_test(tokens: Sequence[Token], index: int, following: Token) -> bool:
    """Whether a predicate follows ``IS [NOT] NULL``, for which the parser makes parentheses."""
    before = tokens[index - 1] if index else None
    if before is not None and before.token_type == TokenType.NOT and index > 1:
        before = tokens[index - 2]
    return (
        before is not None and before.text.upper() == "IS" and (following.token_type in _PREDICATES)
    )


def _check_readings(source: Source, tokens: Sequence[Token]) -> None:
    """Refuse nested arrays and rows that the parser would take too long for.

    It reads what stands inside of ``ARRAY[...]`` and ``ROW(...)`` twice: 2, 4, 8, ... times.
    """
    opened: list[bool] = []
    depth = readings = 0
    for index, token in enumerate(tokens):
        if token.token_type in (TokenType.L_PAREN, TokenType.L_BRACKET):
            opened.append(index > 0 and tokens[index - 1].text.upper() in ("ARRAY", "ROW"))
            depth += opened[-1]
        elif token.token_type in (TokenType.R_PAREN, TokenType.R_BRACKET) and opened:
            depth -= opened.pop()
        readings += 1 << depth
        if readings > _MOST_READINGS:
            raise source.error_at("arrays and rows are nested too deeply", token.start)


def _is_deep(tokens: Sequence[Token], index: int) -> bool:
    """Whether the dot is the fourth of one name."""
    return index >= 6 and all(
        tokens[place].token_type == TokenType.DOT for place in range(index - 6, index, 2)
    )


def _check_extract(source: Source, tokens: Sequence[Token], index: int) -> None:
    """Refuse all but ``EXTRACT(word FROM``: the parser knows more forms of it."""
    field, after = (*tokens[index + 2 : index + 4], None, None)[:2]
    if (
        field is None
        or after is None
        or after.token_type != TokenType.FROM
        or field.token_type in (TokenType.STRING, TokenType.IDENTIFIER)
    ):
        raise source.error_at("write EXTRACT(field FROM value)", tokens[index].start)


def _check_clock(source: Source, tokens: Sequence[Token], index: int) -> None:
    """Refuse ``current_timestamp()``: in parentheses stands a precision."""
    if index and tokens[index - 1].text.upper() in _CLOCKS:
        raise source.error_at(f"write {tokens[index - 1].text} without ()", tokens[index].start)


def _check_using(source: Source, tokens: Sequence[Token], index: int) -> None:
    """Refuse a table before a column of USING, which the parser drops."""
    for token in tokens[index + 2 :]:
        if token.token_type == TokenType.R_PAREN:
            return
        if token.token_type == TokenType.DOT:
            raise source.error_at("USING takes names of columns without their tables", token.start)


def _check_fetch(source: Source, tokens: Sequence[Token], index: int) -> None:
    """Refuse a FETCH that does not say ONLY or WITH TIES: the parser takes both for granted."""
    rest = [token.text.upper() for token in tokens[index + 2 : index + 6]]
    if rest and rest[0].isdecimal():
        rest.pop(0)
    if not rest or rest[0] not in ("ROW", "ROWS", "PERCENT"):
        raise source.error_at("FETCH FIRST counts ROWS", tokens[index].start)
    if rest[0] != "PERCENT" and rest[1:2] != ["ONLY"] and rest[1:3] != ["WITH", "TIES"]:
        raise source.error_at("FETCH FIRST ends with ONLY or WITH TIES", tokens[index].start)


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
    rest = list(tokens[index + 1 : index + 6])
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
    if (
        len(rest) > 2
        and rest[2].text.upper() == "TO"
        and (len(rest) < 4 or rest[3].text.upper() not in _UNITS)
    ):
        raise source.error_at("after TO an interval needs its last unit", tokens[index].start)


def _is_call(tokens: Sequence[Token], index: int) -> bool:
    token = tokens[index]
    if index + 1 >= len(tokens) or tokens[index + 1].token_type != TokenType.L_PAREN:
        return False
    if not token.text.isidentifier() or token.text.upper() in _NOT_CALLED:
        return False
    if token.token_type in (TokenType.STRING, TokenType.IDENTIFIER):
        return False
    if token.text.upper() in _WITH_FROM and _holds_from(tokens, index + 1):
        return False
    before = tokens[index - 1] if index else None
    if before is not None and (
        before.token_type in (TokenType.VAR, TokenType.IDENTIFIER, TokenType.R_PAREN)
        or before.text.upper() in ("AS", "WITH", "RECURSIVE", "ORDINALITY")
    ):
        return False  # an alias or a CTE with a list of column names
    return not _is_cte_with_columns(tokens, index)


def _ends_normalize(tokens: Sequence[Token], index: int) -> bool:
    """Whether a word is the second argument of NORMALIZE, which is no expression."""
    around = [token.token_type for token in tokens[index - 1 : index + 2]]
    if around[::2] != [TokenType.COMMA, TokenType.R_PAREN]:
        return False
    depth = 1
    for place in range(index - 2, 0, -1):
        kind = tokens[place].token_type
        depth += {TokenType.R_PAREN: 1, TokenType.L_PAREN: -1}.get(kind, 0)
        if depth == 0:
            return tokens[place - 1].text.upper() == "NORMALIZE"
    return False


def _holds_from(tokens: Sequence[Token], opened: int) -> bool:
    """Whether a FROM stands right inside the parentheses that open there."""
    depth = 0
    for token in tokens[opened:]:
        depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(token.token_type, 0)
        if depth == 0:
            return False
        if depth == 1 and token.token_type == TokenType.FROM:
            return True
    return False


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
