"""What a request to Datasette is about, as far as the log has to tell of it.

Pure: an address, a method and a status in, what happened out.  Our own API tells of its
queries and changes itself; here are Datasette's own pages, and every refusal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from urllib.parse import parse_qs

PREFIX = "/-/access-monitoring"
"""Where everything of ours is."""

_SUFFIX = re.compile(r"\.[A-Za-z]+$")


class Did(Enum):
    """What somebody did."""

    REFUSED = "was refused"
    ASKED = "ran SQL"
    ASKED_NAMED = "ran a named query, or looked at a table"
    READ = "looked at events"
    EXPORTED = "took events out in bulk"
    WROTE = "changed the database"


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did to which database, by its place in the address (``''``: to all).

    ``sql`` is the SQL that was run, ``name`` the query's or table's.
    """

    did: Did
    route: str
    sql: str = ""
    name: str = ""


def deed(method: str, path: str, query_string: str, status: int, refused: bool) -> Deed | None:
    """What a request did that was answered with this status; ``None`` for nothing to tell.

    ``path`` is without a ``base_url``; ``refused`` says that Datasette refused it, whatever it
    was answered with (a redirect to a login, maybe).
    """
    parts = path.split("/")[1:]
    is_ours = path == PREFIX or path.startswith((f"{PREFIX}/", f"{PREFIX}."))
    if refused or status == 403:
        return Deed(Did.REFUSED, "" if is_ours else _route(parts[0]))
    if is_ours or not parts[0] or parts[0] == "-" or not (status < 300 or status == 400):
        return None
    arguments = {name: values[-1] for name, values in parse_qs(query_string).items()}
    if method not in ("GET", "HEAD", "OPTIONS"):
        return Deed(Did.WROTE, _route(parts[0])) if status < 400 else None
    return _read(parts, arguments, status)


def _read(parts: list[str], arguments: Mapping[str, str], status: int) -> Deed | None:
    route = _route(parts[0])
    sql = arguments.get("sql", "")
    inside = parts[1:]
    if (not inside or _without_suffix(inside) == ["-", "query"]) and sql:
        return Deed(Did.ASKED, route, sql)
    if status >= 400:
        return None
    if not inside:
        return Deed(Did.EXPORTED, route) if parts[0].endswith(".db") else None
    if inside[0] == "-":
        return None  # lists of names, schemas, forms
    name = _without_suffix(inside)[0]
    if len(inside) == 1:
        exported = inside[0].endswith(".csv")
        return Deed(Did.EXPORTED if exported else Did.ASKED_NAMED, route, name=name)
    if "-" in inside[1:] and inside[-1].partition(".")[0] in ("schema", "definition", "edit"):
        return None
    return Deed(Did.READ, route, name=name)


def _route(part: str) -> str:
    return _SUFFIX.sub("", part)


def _without_suffix(parts: list[str]) -> list[str]:
    return [*parts[:-1], _SUFFIX.sub("", parts[-1])]
