"""What a request to Datasette is about, as far as the log has to tell of it.

Pure: an address, a method and a status in, what happened out.  Our own API tells of its
queries and changes itself; here are Datasette's own pages, and every refusal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from urllib.parse import parse_qs

PREFIX = "/-/access-monitoring"
"""Where everything of ours is."""

_SUFFIX = re.compile(r"\.\w+$")


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

    ``sql`` is the SQL that was run, with its ``parameters``; ``name`` the query's or table's.
    ``failed``: it was answered with an error, which may tell of events all the same.
    """

    did: Did
    route: str
    sql: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    failed: bool = False


def deed(method: str, path: str, query_string: str, status: int, refused: bool) -> Deed | None:
    """What a request did that was answered with this status; ``None`` for nothing to tell.

    ``path`` is without a ``base_url``; ``refused`` says that Datasette refused it, whatever it
    was answered with (a redirect to a login, maybe).
    """
    parts = path.split("/")[1:]
    is_ours = _is_ours(path)
    if refused or status == 403:
        return Deed(Did.REFUSED, "" if is_ours else _route(parts[0]))
    if is_ours or not parts[0] or parts[0] == "-" or method == "OPTIONS":
        return None
    # Only a form is answered with a redirect when it has done what it was for.
    done = status < 300 or (method == "POST" and status < 400 and len(parts) > 1)
    failed = status in (400, 500)
    if not (done or failed):
        return None
    found = _written(parts) if method == "POST" else None
    found = found or _read(parts, arguments_of(query_string))
    return None if found is None else replace(found, failed=failed)


def via(path: str) -> str:
    """How somebody came who asks for that path: ``page`` and ``api`` are ours, or ``datasette``."""
    if not _is_ours(path):
        return "datasette"
    return "api" if path.endswith((".json", ".csv", ".log")) else "page"


def _is_ours(path: str) -> bool:
    return path == PREFIX or path.startswith((f"{PREFIX}/", f"{PREFIX}."))


def arguments_of(query_string: str) -> dict[str, str]:
    """The arguments of an address; of one that is given several times the first, as Datasette."""
    return {name: values[0] for name, values in parse_qs(query_string, True).items()}


def _written(parts: list[str]) -> Deed | None:
    """What a POST changes: it goes to one of Datasette's own words (``-/insert``).

    A named query that writes is POSTed to as well; whether it does, the address doesn't say.
    """
    word = _without_suffix(parts)[-1]
    if "-" not in parts[1:] or word in ("query", "count"):
        return None
    return Deed(Did.WROTE, _route(parts[0]))


def _read(parts: list[str], arguments: Mapping[str, str]) -> Deed | None:
    """What is read, by whatever method: 1.0 answers any with the page."""
    route = _route(parts[0])
    inside = parts[1:]
    if not inside and parts[0].endswith(".db"):
        return Deed(Did.EXPORTED, route)
    sql = arguments.get("sql", "")
    if (not inside or _without_suffix(inside) == ["-", "query"]) and sql:
        own = {name: value for name, value in arguments.items() if not name.startswith("_")}
        del own["sql"]
        return Deed(Did.ASKED, route, sql, own)
    if not inside or inside[0] == "-":
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
