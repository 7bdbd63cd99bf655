"""JSON read token by token, no further than asked, as Trino's parser reads it.

What stands behind the token that is wanted may be broken without anybody noticing, and of
a key written twice the first is met first: so a path into a text gives what it gives there.
"""

from __future__ import annotations

import json
import re

from .times import NotSupportedValue

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"([^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*)*)"')
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD = re.compile(r"(true|false|null)(?![\w$])")
_CLOSING = {"{": "}", "[": "]"}

MAX_LENGTH = 1_000_000
"""The longest text, in characters, that is read."""

SCALARS = frozenset({"string", "integer", "real", "true", "false", "null"})
"""The kinds of tokens that are values by themselves."""


class BadJsonError(ValueError):
    """The text is no JSON, as far as it was read."""


def bounded(text: str) -> str:
    """The text; raises ``NotSupportedValue`` for one too long to be read in short time."""
    if len(text) > MAX_LENGTH:
        raise NotSupportedValue(f"JSON of {len(text):,} characters: not supported")
    return text


class Reader:
    """The tokens of a text, one after the other.

    ``kind`` is the token's: ``{``, ``}``, ``[``, ``]``, ``key``, or one of ``SCALARS``;
    ``None`` before the first and after the last.
    """

    __slots__ = ("_at", "_fresh", "_named", "_open", "_raw", "_text", "kind")

    def __init__(self, text: str) -> None:
        self._text = bounded(text)
        self._at = 0
        self._open: list[str] = []
        self._fresh = False  # whether a container has just been opened
        self._named = False  # whether the last token was a key
        self._raw: str | None = None  # what the last token holds; a string is not read unasked
        self.kind: str | None = None

    @property
    def depth(self) -> int:
        """How many arrays and objects are open."""
        return len(self._open)

    def next(self) -> str | None:
        """Go to the next token and give its kind, or ``None`` where the text ends.

        Raises ``BadJsonError`` for what cannot stand there.
        """
        if self.kind == "string":
            self._string()
        at = self._space(self._at)
        if self._open:
            self.kind = self._inside(at)
        else:
            self.kind = self._value(at) if at < len(self._text) else None
        return self.kind

    def skip(self) -> None:
        """Go to the end of the array or object that the token begins, if it begins one."""
        if self.kind in _CLOSING:
            outside = self.depth - 1
            while self.depth > outside:
                self.next()

    def text(self) -> str:
        """The text of a key or a string; other tokens as they are written."""
        raw = self._string()
        if self.kind in ("key", "string") and "\\" in raw:
            return whole(json.loads(f'"{raw}"'))
        return raw

    def _inside(self, at: int) -> str:
        container = self._open[-1]
        if self._named:
            self._named = False
            return self._value(at)
        if self._text.startswith(_CLOSING[container], at):
            self._open.pop()
            self._fresh = False
            self._at = at + 1
            self._raw = _CLOSING[container]
            return self._raw
        if not self._fresh:
            at = self._space(self._expect(",", at))
        self._fresh = False
        return self._key(at) if container == "{" else self._value(at)

    def _key(self, at: int) -> str:
        found = _STRING.match(self._text, at)
        if found is None:
            raise BadJsonError("a key is expected")
        self._raw = found[1]
        self._at = self._expect(":", self._space(found.end()))
        self._named = True
        return "key"

    def _value(self, at: int) -> str:
        here = self._text[at : at + 1]
        self._at, self._raw = at + 1, here
        if here in _CLOSING:
            self._open.append(here)
            self._fresh = True
            return here
        if here == '"':
            self._raw = None
            return "string"
        word = _WORD.match(self._text, at)
        if word is None:
            return self._number(at)
        self._at, self._raw = word.end(), word[1]
        return word[1]

    def _number(self, at: int) -> str:
        found = _NUMBER.match(self._text, at)
        if found is None:
            raise BadJsonError("a value is expected")
        self._at, self._raw = found.end(), found[0]
        after = self._text[self._at : self._at + 1]
        whole_part = found[2] is None and found[3] is None
        if (
            (after in ("e", "E") and found[3] is None)
            or (whole_part and after == ".")
            or (whole_part and found[1] == "0" and after.isdigit())
            or (not self._open and after not in ("", " ", "\t", "\r", "\n"))
        ):
            raise BadJsonError("a number is expected")
        return "integer" if whole_part else "real"

    def _string(self) -> str:
        if self._raw is None:
            found = _STRING.match(self._text, self._at - 1)
            if found is None:
                raise BadJsonError("a text does not end")
            self._at, self._raw = found.end(), found[1]
        return self._raw

    def _space(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _expect(self, mark: str, at: int) -> int:
        if not self._text.startswith(mark, at):
            raise BadJsonError(f"{mark} is expected")
        return at + 1


def whole(text: str) -> str:
    """The text, which may come from escapes; raises ``NotSupportedValue`` for half a character."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotSupportedValue(
            "a JSON text with one half of a surrogate pair: not supported"
        ) from error
    return text
