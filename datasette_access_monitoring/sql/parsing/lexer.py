"""Trino's lexical rules, checked before anything is parsed.

The parser's own tokenizer reads more than Trino does (``::``, ``$$``, backquotes,
nested comments, prefixed strings).  This pass refuses what Trino has no token for,
and blanks out comments, so that both see the same text at the same offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import QueryError
from .source import Source

MAX_BYTES = 262_144
"""The longest query text, in bytes of UTF-8: Athena's limit."""

MAX_NESTING = 100
"""How deep parentheses and CASE may nest; far above real queries, far below the parser's stack."""

MAX_DIGITS = 400
"""Characters of a number at most; the longest double has fewer than 350."""

_TOKEN = re.compile(
    r"""
      (?P<space>    [ \t\r\n]+ )
    | (?P<comment>  --[^\r\n]* | /\*.*?\*/ )
    | (?P<string>   '(?:[^']|'')*' )
    | (?P<quoted>   "(?:[^"]|"")+" )
    | (?P<number>   (?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)? )
    | (?P<word>     [A-Za-z_][A-Za-z0-9_]* )
    | (?P<operator> <> | <= | >= | != | \|\| | -> | => | [=<>+\-*/%()\[\],.;?|:] )
    """,
    re.VERBOSE | re.DOTALL,
)
_AFTER_NUMBER = re.compile(r"[A-Za-z0-9_.]")
# Where the parser's own tokenizer would take the next operator and number into the exponent.
_SCIENTIFIC = re.compile(r"[0-9][0-9.]*[eE]")
_EXPONENT = re.compile(r"\.[0-9]+[eE][0-9]+")
_RUN_ON = re.compile(r"[+-][0-9]")
# Words that stand right before a string literal and are part of it in other dialects.
_STRING_PREFIXES = frozenset({"b", "br", "e", "f", "n", "q", "r", "rb", "u", "x", "xe"})
_GLUED = frozenset({"==", "::", "//", "<=>", "->>", "**", "=*", "||/", "|/"})
_SIGN_RUN = 20


def check(source: Source) -> str:
    """The query's text with every comment as spaces, and ``1E5`` as ``000``; offsets stay.

    Raises ``QueryError`` for text that is too long, is no Unicode text, holds NUL, uses
    a character that is no Trino token, or nests too deep.
    """
    _check_text(source.text)
    text, parts = source.text, []
    offset = depth = signs = 0
    previous = ""
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None:
            raise _no_token(source, offset)
        kind, token = match.lastgroup, match.group()
        if kind == "comment":
            parts.append(re.sub(r"[^\r\n]", " ", token))
        elif kind == "number" and _SCIENTIFIC.match(token):
            parts.append("0" * len(token))
        else:
            parts.append(token)
        if kind == "number" and _AFTER_NUMBER.match(text, match.end()):
            raise source.error_at(f"{token!r} is no number: text follows it", offset)
        if kind == "number" and _EXPONENT.fullmatch(token) and _RUN_ON.match(text, match.end()):
            raise source.error_at(
                f"a space is needed between {token} and {text[match.end()]}", offset
            )
        if kind == "number" and len(token) > MAX_DIGITS:
            raise source.error_at("the number is too long", offset)
        if kind == "string" and previous.lower() in _STRING_PREFIXES:
            raise source.error_at(f"{previous}'...' literals are not supported", offset)
        if kind == "operator" and previous + token in _GLUED:
            raise source.error_at(f"{previous + token} is no Trino operator", offset)
        if token in ("(", "[") or token.lower() == "case":
            depth += 1
        elif token in (")", "]") or token.lower() == "end":
            depth -= 1
        if token in ("-", "+") or token.lower() == "not":
            signs += 1
        elif kind not in ("space", "comment"):
            signs = 0
        if depth > MAX_NESTING or signs > _SIGN_RUN:
            raise source.error_at("the query is nested too deeply", offset)
        previous = token if kind in ("word", "operator") else ""
        offset = match.end()
    return "".join(parts)


def tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Kind, text and offset of every token of a text that ``check`` lets through."""
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind not in ("space", "comment"):
            yield kind, match.group(), match.start()


def _check_text(text: str) -> None:
    try:
        length = len(text.encode())
    except UnicodeEncodeError as error:
        raise QueryError("the query is no valid Unicode text") from error
    if length > MAX_BYTES:
        raise QueryError(f"the query is {length:,} bytes long; the limit is {MAX_BYTES:,}")
    if "\0" in text:
        raise QueryError("the query holds a NUL character")


def _no_token(source: Source, offset: int) -> QueryError:
    character = source.text[offset]
    if character in "'\"":
        what = "string literal" if character == "'" else "quoted identifier"
        return source.error_at(f"unterminated {what}", offset)
    if character == "`":
        return source.error_at(
            'backquoted identifiers are not supported; use double quotes: "name"', offset
        )
    if source.text.startswith("/*", offset):
        return source.error_at("unterminated comment", offset)
    return source.error_at(f"unexpected character {character!r}", offset)
