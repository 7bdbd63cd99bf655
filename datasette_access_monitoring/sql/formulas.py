"""Texts that a spreadsheet would take for formulas, made texts again.  Pure.

A cell that begins with ``=``, ``+``, ``-`` or ``@`` is a formula to a spreadsheet, which may send
what is in the sheet elsewhere, or run a program; what attackers wrote into a log must not become
one.  With ``'`` in front it is a text.
"""

from __future__ import annotations

import re

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# Where a spreadsheet may see the beginning of a cell: some take a semicolon or a tab to stand
# between cells, whatever the quotes, and a line end to begin a row.
_BETWEEN = re.compile(r"([;\t\r\n])")
# What may stand in front of a formula: spreadsheets leave it out.
_LEFT_OUT = "".join(map(chr, range(33))) + '"\x7f\x85\xa0\ufeff'


def harmless(text: str) -> str:
    """The text with ``'`` before whatever in it could begin a formula; most texts as they are."""
    parts = _BETWEEN.split(text)
    parts[::2] = [f"'{part}" if _begins_formula(part) else part for part in parts[::2]]
    # Spreadsheets that leave out a tab or a line end in front may see what stands behind it.
    return ("'" if text.startswith(("\t", "\r", "\n")) else "") + "".join(parts)


def _begins_formula(text: str) -> bool:
    return text.lstrip(_LEFT_OUT).startswith(_FORMULA)
