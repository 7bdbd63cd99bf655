"""Trino's regular expressions in the syntax of the ``regex`` module, version 1.

Trino's engine is Joni with its Java syntax.  A pattern is read by Joni's rules and written
anew, so that nothing reaches the other engine that means something else there.  What Joni
refuses is a ``ValueError`` with its words; what it may read and we do not is refused by name,
a ``NotSupportedValue``.  Pure.

Joni differs from Java: an option in the middle, ``a(?i)b|c``, holds for the rest of its group
with the alternatives, ``^`` in multi-line mode does not match after the last line's end, and
``\\b`` goes by Unicode's letters while ``\\w`` is ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from .regexp_classes import ESCAPES, Reader, bracketed, coded, named
from .regexp_folding import literal, multiple
from .regexp_pieces import Options, Piece, either, single, switched

MAX_LENGTH = 10_000
"""The longest pattern, in characters."""

MAX_NESTING = 50
"""How deep groups may nest."""

MAX_REPEAT = 1000
"""The largest number in braces."""

MAX_RUN = 200
"""The longest run of literals: what the engine prepares for one grows with its square."""

MAX_LEAST = 1200
"""The longest text that a pattern may ask for: its parts may come to one run of literals."""

MAX_WEIGHT = 20_000
"""How many parts a repetition by number may come to: the engine's memory grows with it."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A translated pattern: its text, how many groups it has, and the named ones.

    ``short_end`` says that it may match nothing, but not any length, and knows the end of the
    text: Joni overlooks such a match right after a character beyond ASCII.
    """

    text: str
    groups: int
    names: Mapping[str, int] = field(default_factory=dict)
    short_end: bool = False


def translate(pattern: str) -> Pattern:
    """The pattern for the ``regex`` module."""
    parser = _Parser(pattern)
    if len(pattern) > MAX_LENGTH:
        raise parser.refuse(f"more than {MAX_LENGTH:,} characters")
    whole = parser.alternatives(Options())
    if parser.peek():
        raise ValueError("unmatched close parenthesis")
    short_end = parser.ends and whole.low == 0 and whole.high is not None
    return Pattern(whole.text, parser.groups, parser.names, short_end)


_ANCHORS = {"A": r"\A", "b": r"\b", "B": r"\B", "G": r"\G", "z": r"\Z", "Z": r"(?=\n?\Z)"}
_OPTIONS = re.compile(r"([imsx]*)(?:-([imsx]*))?([:)])")
_BRACES = re.compile(r"\{([0-9]+)(,?)([0-9]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOOKS = ("?=", "?!", "?<=", "?<!")


class _Parser(Reader):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.groups = 0
        self.names: dict[str, int] = {}
        self.closed: set[int] = set()
        self.depth = 0
        self.ends = False  # whether an anchor of the text's end was read

    def alternatives(self, options: Options) -> Piece:
        """What stands up to the end of its group."""
        return either(self._branches(options))

    def _branches(self, options: Options) -> list[Piece]:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.refuse(f"groups nested deeper than {MAX_NESTING}")
        branches = [self._branch(options)]
        while self.skip("|"):
            branches.append(self._branch(options))
        self.depth -= 1
        return branches

    def _branch(self, options: Options) -> Piece:
        pieces: list[Piece] = []
        while self.peek() not in ("", "|", ")"):
            if self._skipped(options):
                continue
            inner = self._switched(options)
            if inner is not None:
                rest = self.alternatives(inner)
                pieces.append(replace(rest, text=f"(?:{rest.text})"))
                break
            if self.skip("\\Q"):
                pieces += [single(character) for character in self._verbatim()]
                pieces.append(self._quantified(pieces.pop(), options))
                continue
            pieces.append(self._quantified(self._atom(options), options))
        return self._joined(pieces, options)

    def _verbatim(self) -> str:
        """What stands between ``\\Q``, which is read, and ``\\E`` or the end."""
        end = self.text.find("\\E", self.place)
        text = self.take((len(self.text) if end < 0 else end) - self.place)
        self.skip("\\E")
        if not text:
            raise self.refuse("\\Q\\E with nothing in between")
        return text

    def _joined(self, pieces: Sequence[Piece], options: Options) -> Piece:
        """Pieces one after the other: literals that are neighbours fold together."""
        parts, run = [], ""
        for piece in pieces:
            if piece.character is not None:
                run += piece.character
                continue
            parts += [self._literals(run, options), piece.text]
            run = ""
        parts.append(self._literals(run, options))
        highs = [piece.high for piece in pieces if piece.high is not None]
        low = sum(piece.low for piece in pieces)
        if low > MAX_LEAST:
            raise self.refuse(f"one that matches at least {MAX_LEAST:,} characters")
        return Piece(
            "".join(parts),
            low,
            sum(highs) if len(highs) == len(pieces) else None,
            sum(piece.weight for piece in pieces),
        )

    def _literals(self, run: str, options: Options) -> str:
        if len(run) > MAX_RUN:
            raise self.refuse(f"more than {MAX_RUN} literal characters in a row")
        if not (options.fold and options.behind):
            return literal(run, options.fold)
        if any(character in multiple() for character in run):
            raise self.refuse("a look-behind that ignores case with letters like the sharp s")
        return "".join(literal(character, True) for character in run)

    def _skipped(self, options: Options) -> bool:
        """Read a comment, or white space in extended mode."""
        if self.skip("(?#"):
            while (character := self.take()) != ")":
                if not character:
                    raise ValueError("end pattern in group")
                if character == "\\":
                    self.take()
            return True
        if not options.extended:
            return False
        if self.peek() in (" ", "\t", "\n", "\v", "\f", "\r"):
            self.take()
            return True
        if self.skip("#"):
            while self.peek() not in ("", "\n"):
                self.take()
            return True
        return False

    def _switched(self, options: Options) -> Options | None:
        """The options for the rest of the group after ``(?i)``, which is read if it comes next."""
        if self.peek(2) != "(?":
            return None
        match = _OPTIONS.match(self.text, self.place + 2)
        if match is None or match[3] != ")" or match.end() == self.place + 3:
            return None
        self._not_behind("an option", options)
        self.place = match.end()
        return switched(options, match)

    def _atom(self, options: Options) -> Piece:
        character = self.take()
        if character == "\\":
            return self._escaped(options)
        if character == "(":
            return self._group(options)
        if character == "[":
            return Piece(bracketed(self, options.fold))
        if character == ".":
            return Piece(r"[\s\S]" if options.dot_all else r"[^\n]")
        if character == "^":
            # Not after a line feed that ends the text.
            text = r"(?:\A|(?<=\n)(?!\Z))" if options.lines else r"\A"
            return Piece(text, 0, 0, anchor=True)
        if character == "$":
            self._not_behind("$", options)
            self.ends = True
            return Piece(r"(?=\n|\Z)" if options.lines else r"(?=\n?\Z)", 0, 0, anchor=True)
        if character in "*+?":
            raise ValueError("target of repeat operator is not specified")
        if character == "{" and _BRACES.match(self.text, self.place - 1):
            raise ValueError("target of repeat operator is not specified")
        return single(character)

    def _escaped(self, options: Options) -> Piece:
        letter = self.take()
        if not letter:
            raise ValueError("end pattern at escape")
        if letter in ESCAPES:
            return Piece(ESCAPES[letter])
        if letter in "pP":
            return Piece(named(self, letter))
        if letter in _ANCHORS:
            self.ends = self.ends or letter in "zZ"
            if letter not in "Ab":
                self._not_behind(f"\\{letter}", options)
            return Piece(_ANCHORS[letter], 0, 0, anchor=True)
        if letter in "123456789":
            return self._numbered(letter, options)
        if letter == "k":
            return self._reference(self._name(), options)
        found = coded(self, letter)
        if found is None and letter.isascii() and letter.isalnum():
            raise self.refuse(f"\\{letter}")
        return single(letter if found is None else found)

    def _name(self) -> int:
        """The number of the group that ``<name>`` stands for."""
        if not self.skip("<"):
            raise self.refuse("\\k without <name>")
        name = self.until(">", "invalid group name <>")
        if name not in self.names:
            raise self.refuse(f"\\k<{name[:50]}> before the group of that name")
        return self.names[name]

    def _numbered(self, digits: str, options: Options) -> Piece:
        while self.peek() and self.peek() in "0123456789":
            digits += self.take()
        if len(digits) > 1 and int(digits) > self.groups:
            raise self.refuse(f"\\{digits[:20]}, where there are {self.groups} groups before it")
        return self._reference(int(digits), options)

    def _reference(self, number: int, options: Options) -> Piece:
        if number not in self.closed:
            if number > self.text.count("("):
                raise ValueError("invalid backref number/name")
            raise self.refuse(f"\\{number} before the end of that group")
        text = rf"(?:\g<{number}>)"
        return Piece(f"(?i-f:{text})" if options.fold else text, 0, None)

    def _group(self, options: Options) -> Piece:
        """A group, of which ``(`` is read."""
        look = next((kind for kind in reversed(_LOOKS) if self.skip(kind)), None)
        if look is not None:
            return self._look(look, options)
        opened = next((kind for kind in ("?:", "?>") if self.skip(kind)), None)
        if opened == "?>":
            self._not_behind("(?>...)", options)
        inner, number = options, None
        if opened is None and self.peek() == "?":
            opened, inner, number = self._special(options)
        elif opened is None:
            opened, number = "", self._counted()
        inside = self.alternatives(inner)
        self._close()
        if number is not None:
            self.closed.add(number)
        return replace(inside, text=f"({opened}{inside.text})")

    def _special(self, options: Options) -> tuple[str, Options, int | None]:
        """``(?<name>`` or ``(?i:``, of which ``(`` is read: how it opens, and what holds inside."""
        if self.skip("?<"):
            name = self.until(">", "end pattern with unmatched parenthesis")
            if not name:
                raise ValueError("group name is empty")
            if _NAME.fullmatch(name) is None:
                raise self.refuse(f"the group name {name[:50]!r}; write letters and digits")
            if name in self.names:
                raise self.refuse(f"two groups named {name[:50]!r}")
            self.names[name] = number = self._counted()
            return "", options, number
        match = _OPTIONS.match(self.text, self.place + 1)
        if match is None or match[3] != ":":
            raise ValueError("undefined group option")
        self._not_behind("an option", options)
        self.place = match.end()
        return "?:", switched(options, match), None

    def _counted(self) -> int:
        self.groups += 1
        return self.groups

    def _close(self) -> None:
        if not self.skip(")"):
            raise ValueError("end pattern with unmatched parenthesis")

    def _look(self, kind: str, options: Options) -> Piece:
        self._not_behind(f"({kind}...)", options)
        before = self.groups
        branches = self._branches(replace(options, behind=kind.startswith("?<")))
        self._close()
        if "<" in kind and any(branch.low != branch.high for branch in branches):
            raise self.refuse("a look-behind without a fixed length")
        if kind == "?<!" and self.groups > before:
            raise ValueError("invalid pattern in look-behind")
        self.closed.update(range(before + 1, self.groups + 1))
        return Piece(f"({kind}{either(branches).text})", 0, 0, anchor=True)

    def _quantified(self, piece: Piece, options: Options) -> Piece:
        """The piece with the quantifier that follows it, if one does."""
        while self._skipped(options):
            pass
        times = self._times()
        if times is None:
            return piece
        if piece.anchor:
            raise self.refuse("a quantifier after an anchor or a look-around")
        low, high, written = times
        suffix = "?" if self.skip("?") else "+" if self.skip("+") else ""
        if suffix:
            self._not_behind(written + suffix, options)
        while self._skipped(options):
            pass
        if self._times() is not None:
            raise self.refuse("a quantifier right after another; put the first in (?:...)")
        text = self._joined([piece], options).text
        most = None if high is None or piece.high is None else piece.high * high
        weight = (piece.weight + 1) * max(low, (high or 1) if "{" in written else 1)
        if weight > MAX_WEIGHT:
            raise self.refuse("so many repetitions inside of repetitions")
        return Piece(f"(?:{text}){written}{suffix}", piece.low * low, most, weight)

    def _not_behind(self, what: str, options: Options) -> None:
        if options.behind:
            raise self.refuse(f"{what} in a look-behind")

    def _times(self) -> tuple[int, int | None, str] | None:
        """How often the next quantifier repeats, at least and at most, and the quantifier."""
        for mark, low, high in (("*", 0, None), ("+", 1, None), ("?", 0, 1)):
            if self.skip(mark):
                return low, high, mark
        match = _BRACES.match(self.text, self.place)
        if match is None:
            return None
        self.place = match.end()
        low = int(match[1][:10])
        most = int(match[3][:10]) if match[3] else None if match[2] else low
        if max(low, most or 0) > MAX_REPEAT:
            raise self.refuse(f"a repetition of more than {MAX_REPEAT}")
        if most is not None and most < low:
            raise ValueError("upper is smaller than lower in repeat range")
        return low, most, f"{{{low}{match[2]}{match[3]}}}"
