"""Character classes of regular expressions: ``[a-z&&[^b]]``, ``\\d``, ``\\p{L}``, ``[:alpha:]``.

They are read as Trino's engine reads them (Joni with its Java syntax) and written as sets of
the ``regex`` module, version 1.  ``\\d``, ``\\s`` and ``\\w`` are ASCII; properties and POSIX
classes are those of Unicode.  Joni knows Unicode 6, the ``regex`` module a newer one, so
characters that were added since may be told apart differently.
"""

from __future__ import annotations

import regex

from .regexp_folding import DOTLESS, multiple, quoted
from .times import NotSupportedValue

ESCAPES: dict[str, str] = {
    "d": r"[0-9]",
    "D": r"[^0-9]",
    "w": r"[0-9A-Za-z_]",
    "W": r"[^0-9A-Za-z_]",
    "s": r"[\x09-\x0d\x20]",
    "S": r"[^\x09-\x0d\x20]",
}
"""The sets that a backslash and a letter stand for."""

CONTROLS: dict[str, str] = {
    "t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b",
}  # fmt: skip
"""The control characters that a backslash and a letter stand for."""

_CATEGORIES = (
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No",
    "P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Zl", "Zp", "Cc",
)  # fmt: skip
_SCRIPTS = ("Arabic", "Armenian", "Cyrillic", "Devanagari", "Georgian", "Greek", "Han", "Hangul",
            "Hebrew", "Hiragana", "Katakana", "Latin", "Thai")  # fmt: skip
# A space character until Unicode 6.3.
_SPACE = r"[\p{White_Space}\u180e]"
_BLANK = r"[\p{Zs}\x09\u180e]"
_POSIX = {
    "alpha": r"\p{Alphabetic}",
    "digit": r"\p{Nd}",
    "alnum": r"[\p{Alphabetic}\p{Nd}]",
    "upper": r"\p{Uppercase}",
    "lower": r"\p{Lowercase}",
    "punct": r"\p{P}",
    "space": _SPACE,
    "blank": _BLANK,
    "cntrl": r"\p{Cc}",
    "xdigit": r"[0-9A-Fa-f]",
    "ascii": r"[\x00-\x7f]",
}
_PROPERTIES = {
    **{name.lower(): rf"\p{{{name}}}" for name in _CATEGORIES},
    **{name.lower(): rf"\p{{Script={name}}}" for name in _SCRIPTS},
    "letter": r"\p{L}", "mark": r"\p{M}", "number": r"\p{N}", "punctuation": r"\p{P}",
    "symbol": r"\p{S}", "z": r"[\p{Z}\u180e]", "separator": r"[\p{Z}\u180e]",
    "zs": r"[\p{Zs}\u180e]", "any": r"[\s\S]", "alphabetic": r"\p{Alphabetic}",
    "uppercase": r"\p{Uppercase}", "lowercase": r"\p{Lowercase}", "whitespace": _SPACE,
    **_POSIX,
}  # fmt: skip


class Reader:
    """A pattern's text and how far it has been read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    def peek(self, length: int = 1) -> str:
        """The next characters; fewer at the end."""
        return self.text[self.place : self.place + length]

    def take(self, length: int = 1) -> str:
        """The next characters, read."""
        taken = self.peek(length)
        self.place += length
        return taken

    def skip(self, wanted: str) -> bool:
        """Read ``wanted`` if it comes next."""
        if not self.text.startswith(wanted, self.place):
            return False
        self.place += len(wanted)
        return True

    def until(self, end: str, problem: str) -> str:
        """What stands before ``end``, both read; raises ``ValueError`` if it does not come."""
        found = self.text.find(end, self.place)
        if found < 0:
            raise ValueError(problem)
        taken = self.text[self.place : found]
        self.place = found + len(end)
        return taken

    def refuse(self, what: str) -> NotSupportedValue:
        """The error for what may mean something in Trino, but not here."""
        return NotSupportedValue(f"regular expression {self.text[:200]!r}: {what}: not supported")


def coded(reader: Reader, letter: str) -> str | None:
    """The character that ``\\x41``, ``\\x{41}``, ``\\u0041``, ``\\cA`` or ``\\012`` stand for.

    The backslash and the letter are read.  ``None`` if the letter begins no such escape.
    """
    if letter in CONTROLS:
        return CONTROLS[letter]
    if letter == "c":
        control = reader.take()
        if not (control.isascii() and control.isalpha()):
            raise reader.refuse(f"\\c{control}")
        return chr(ord(control) & 31)
    if letter not in "xu0":
        return None
    if letter == "x" and reader.skip("{"):
        return _character(reader, reader.until("}", "invalid code point value"), 16, 0x10FFFF)
    length, base, most = {"x": (2, 16, 0x7F), "u": (4, 16, 0xFFFF), "0": (2, 8, 0x3F)}[letter]
    digits = "0" if letter == "0" else ""
    known = "01234567" if base == 8 else "0123456789abcdefABCDEF"
    while len(digits) < length + (letter == "0") and reader.peek() and reader.peek() in known:
        digits += reader.take()
    if letter == "u" and len(digits) < 4:
        raise reader.refuse("\\u without four digits")
    return _character(reader, digits, base, most)


def _character(reader: Reader, digits: str, base: int, most: int) -> str:
    if not digits or len(digits) > 8 or not all(digit in "0123456789abcdefABCDEF"
                                                for digit in digits):  # fmt: skip
        raise reader.refuse("a character by a number that cannot be read")
    code = int(digits, base)
    if code > most or 0xD800 <= code < 0xE000:
        raise reader.refuse(f"the character with the number {digits}")
    return chr(code)


def named(reader: Reader, letter: str) -> str:
    """The set of ``\\p{name}``, ``\\P{name}`` or ``\\pL``, of which ``\\p`` is read."""
    name = reader.until("}", "invalid character property name") if reader.skip("{") else None
    name = reader.take() if name is None else name
    found = _PROPERTIES.get(name.lower())
    if found is None:
        raise reader.refuse(f"the property {name!r}")
    return found if letter == "p" else f"[^{found}]"


def bracketed(reader: Reader, fold: bool) -> str:
    """A class in brackets, of which ``[`` is read."""
    text = _Class(reader, 0).read()
    return _folded(reader, text) if fold else text


def _folded(reader: Reader, text: str) -> str:
    """A class that ignores case.

    Joni lets a class match what its characters fold to, ``ss`` for a sharp s; and the module
    takes the Turkish letters for an i, which Joni does not.
    """
    negated = text.startswith("[^")
    listed = f"[{text[2:]}" if negated else text
    unclear = "\u0130" + DOTLESS + ("" if negated else multiple())
    if regex.search(listed, unclear, regex.VERSION1):
        raise reader.refuse("a class that ignores case and has letters like the sharp s")
    if "&&" in text:
        raise reader.refuse("&& where case is ignored")
    if not regex.search(listed, "iI", regex.VERSION1):
        return f"(?i-f:{text})"
    if negated:
        return f"(?:[\u0130{DOTLESS}]|(?i-f:{text}))"
    return f"(?:(?![\u0130{DOTLESS}])(?i-f:{text}))"


class _Class:
    """One class in brackets while it is read, and those inside it."""

    def __init__(self, reader: Reader, depth: int) -> None:
        if depth > 20:
            raise reader.refuse("classes nested that deep")
        self.reader = reader
        self.depth = depth
        self.segments: list[str] = []
        self.parts: list[str] = []

    def read(self) -> str:
        reader = self.reader
        negated = reader.skip("^")
        if reader.skip("]"):
            self.parts.append(quoted("]"))
        while not reader.skip("]"):
            if not reader.peek():
                raise ValueError("premature end of char-class")
            if reader.skip("&&"):
                self._end_segment()
            else:
                self._item()
        self._end_segment()
        inside = "&&".join(self.segments) if len(self.segments) > 1 else self.segments[0][1:-1]
        return f"[{'^' if negated else ''}{inside}]"

    def _end_segment(self) -> None:
        if not self.parts:
            raise self.reader.refuse("&& with nothing on one side of it")
        self.segments.append(f"[{''.join(self.parts)}]")
        self.parts = []

    def _item(self) -> None:
        """One character, range, escape or class inside."""
        reader = self.reader
        if reader.skip("["):
            self.parts.append(self._posix() if reader.peek() == ":" else
                              _Class(reader, self.depth + 1).read())  # fmt: skip
            return
        first = not self.parts
        if reader.peek() == "-":
            self._hyphen(first)
            return
        low = self._character()
        if low is None:
            if reader.peek() == "-" and reader.peek(2) != "-]":
                reader.take()
                self.parts.append(quoted("-"))
            return
        if reader.peek() != "-" or reader.peek(2) in ("-]", "-[", "-&"):
            if reader.peek(2) in ("-[", "-&"):
                raise reader.refuse("a hyphen before another class")
            self.parts.append(quoted(low))
            return
        reader.take()
        self._range(low)

    def _hyphen(self, first: bool) -> None:
        """A hyphen that is a character: the first or the last of its class."""
        reader = self.reader
        reader.take()
        last = reader.peek() == "]"
        if not (first or last) or (not last and reader.peek() == "-"):
            raise reader.refuse("a hyphen in the middle of a class; write \\-")
        self.parts.append(quoted("-"))

    def _range(self, low: str) -> None:
        reader = self.reader
        if reader.peek() == "-":
            raise reader.refuse("a range that ends with a hyphen; write \\-")
        count = len(self.parts)
        high = self._character()
        if high is None or len(self.parts) > count:
            raise ValueError("char-class value at end of range")
        if high < low:
            raise ValueError("empty range in char class")
        if reader.peek() == "-" and reader.peek(2) != "-]":
            raise reader.refuse("a hyphen in the middle of a class; write \\-")
        self.parts.append(f"{quoted(low)}-{quoted(high)}")

    def _character(self) -> str | None:
        """One character, or ``None`` for an escape that stands for several, which is added."""
        reader = self.reader
        character = reader.take()
        if not character:
            raise ValueError("premature end of char-class")
        if character != "\\":
            return character
        letter = reader.take()
        if not letter:
            raise ValueError("end pattern at escape")
        if letter in ESCAPES:
            self.parts.append(ESCAPES[letter])
            return None
        if letter in "pP":
            self.parts.append(named(reader, letter))
            return None
        if letter == "b":
            return "\b"
        found = coded(reader, letter)
        if found is None and letter.isascii() and letter.isalnum():
            raise reader.refuse(f"\\{letter} in a class")
        return letter if found is None else found

    def _posix(self) -> str:
        """``[:alpha:]``, of which ``[`` is read."""
        reader = self.reader
        reader.take()
        negated = reader.skip("^")
        end = reader.text.find(":]", reader.place)
        name = reader.take(max(0, end - reader.place))
        found = _POSIX.get(name)
        if found is None:
            raise reader.refuse(f"the class [:{name[:20]}:]")
        reader.take(2)
        return f"[^{found}]" if negated else found
