"""Text whose every character can be seen: what attackers wrote, made harmless to a reader.

Pure.  Terminals obey control characters, and bidirectional marks turn text round before
anybody's eyes; here such characters are found, or written as escapes.  HTML has escapes of
its own, which its templates make.
"""

from __future__ import annotations

import re
import unicodedata

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# Control, format (all bidirectional controls), unassigned, surrogate, private, line separators.
_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Cs", "Co", "Zl", "Zp"})
_UNUSUAL = re.compile(r"[^\t\n\x20-\x7e]")


def is_hidden(character: str) -> bool:
    """Whether a character shows nothing of itself, a line end included."""
    return unicodedata.category(character) in _HIDDEN


def visible(text: str) -> str:
    """The text on one line, every character seen: values are written by attackers."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def visible_lines(text: str) -> str:
    """The text with every character seen but for its line ends and tabs, which stay."""
    return "\n".join("\t".join(map(visible, line.split("\t"))) for line in text.split("\n"))


def _visible(character: str) -> str:
    if not is_hidden(character):
        return character
    code = ord(character)
    short = _SHORT.get(character)
    return short or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")


def escaped_json(text: str) -> str:
    """JSON text in which JSON's own escapes stand for what could fool a terminal.

    It means the same.  Line ends and tabs between values stay.
    """
    return _UNUSUAL.sub(lambda match: _json_escape(match[0]), text)


def _json_escape(character: str) -> str:
    if not is_hidden(character):
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def escaped_yaml(quoted: str) -> str:
    """The same for YAML text that holds hidden characters in double quotes only.

    JSON's escapes are YAML's too, but for characters beyond 16 bits.
    """
    return _UNUSUAL.sub(lambda match: _yaml_escape(match[0]), quoted)


def _yaml_escape(character: str) -> str:
    if ord(character) < 0x10000 or not is_hidden(character):
        return _json_escape(character)
    return f"\\U{ord(character):08x}"
