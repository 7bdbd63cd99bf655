"""The function reference in Markdown, made from the registry; ``docs/sql.md`` holds it.

``python -m datasette_access_monitoring.sql.reference docs/sql.md`` writes it anew between
the page's two marks; a test keeps the page up to date.
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from . import refused
from .functions import FUNCTIONS, Function, Kind

_TITLES = {
    "array": "Arrays", "map": "Maps", "text": "Text", "regular expression": "Regular expressions",
    "URL": "URLs", "binary": "Binary", "number": "Numbers", "time": "Dates and times",
    "json": "JSON", "ip": "IP addresses", "choice": "Conditions",
    "aggregate": "Aggregates", "window": "Window functions",
}  # fmt: skip
_KEY = """\
A capital letter stands for any type, `function(T, U)` for a lambda from T to U, and the last
argument may be repeated where `...` follows it. Unless it says otherwise, NULL gives NULL."""
BEGIN, END = "<!-- made from the registry -->", "<!-- end -->"


def by_group() -> list[tuple[str, list[Function]]]:
    """Every function, by name, under the title of its group."""
    groups = list(_TITLES)
    known = sorted(FUNCTIONS.values(), key=lambda one: (groups.index(one.group), one.name))
    return [
        (_TITLES[group], list(members))
        for group, members in groupby(known, key=lambda one: one.group)
    ]


def functions() -> str:
    """Every function by group: what it takes and gives, and what it is for."""
    parts = []
    for title, members in by_group():
        rows = "\n".join(_row(member) for member in members)
        parts.append(f"### {title}\n\n| Function | |\n| --- | --- |\n{rows}\n")
    return "\n".join(parts)


def _row(function: Function) -> str:
    calls = "<br>".join(f"`{function.name}{form.text}`" for form in function.signatures)
    where = " Only before OVER." if function.kind is Kind.WINDOW else ""
    return f"| {calls} | {_cell(function.doc)}{where} |"


def refusals() -> str:
    """What of Trino's language is refused by name."""
    forms = "".join(f"- {_cell(form)}\n" for form in refused.SYNTAX)
    by_reason = groupby(sorted(refused.FUNCTIONS, key=_reason), key=_reason)
    names = "".join(
        f"- {', '.join(f'`{name}`' for name in sorted(members))}: {reason}\n"
        for reason, members in by_reason
    )
    return forms + names


def _reason(name: str) -> str:
    return refused.FUNCTIONS[name]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def updated(page: str) -> str:
    """The page with its parts made anew; raises ``ValueError`` for a page without the marks."""
    before, found, rest = page.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not found or not closed:
        raise ValueError(f"the page needs the marks {BEGIN} and {END}")
    made = f"\n\n## Refused by name\n\n{refusals()}\n## Functions\n\n{_KEY}\n\n{functions()}\n"
    return f"{before}{BEGIN}{made}{END}{after}"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(updated(path.read_text("utf-8")), "utf-8")
