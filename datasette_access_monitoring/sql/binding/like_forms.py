"""Simple LIKE patterns as SQLite's own operators; what LIKE means is in ``rules.like``."""

from __future__ import annotations

from ..rules.like import Shape
from .bound import text_literal


def sqlite(simple: Shape, value: str) -> str:
    """The same test with SQLite's own operators, exact for every text, NUL characters included.

    GLOB and LIKE would stop at a NUL; ``instr`` and ``substr`` of bytes do not.
    """
    text = text_literal(simple.text)
    if not simple.before and not simple.after:
        return f"{value} = {text}"
    if not simple.text:
        return f"{value} IS NOT NULL OR NULL"
    if simple.before and simple.after:
        return f"instr({value}, {text}) > 0"
    if simple.after:
        return f"substr({value}, 1, {len(simple.text)}) = {text}"
    length = len(simple.text.encode())
    # Of an empty blob, substr is NULL.
    return f"{value} <> '' AND substr(CAST({value} AS BLOB), -{length}) = CAST({text} AS BLOB)"
