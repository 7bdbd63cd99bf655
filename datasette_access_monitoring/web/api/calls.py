"""A call to the API: the request, the audit database it is about, who asks and with what.

A call is authorised before anything else is looked at: whoever may do nothing here learns
nothing, not even which names and methods there are.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from ...events.times import parse_moment
from ...resources.keeping import Fixed
from ...self_audit import Principal
from ..access import may, visible_databases
from ..configuration import fixed
from ..deeds import via
from ..principals import principal

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.database import Database
    from datasette.utils.asgi import Request

KINDS = {"queries": "audit_query", "reports": "security_report", "roles": "role"}
"""What the kinds of resources are called in addresses and answers."""

MAX_BODY = 2 * 1024 * 1024
"""Longest body of a request, in bytes."""

# Reading a form of a million fields would hold up everybody else.
_MAX_FIELDS = 1_000
MAX_DAYS = 36_500
DEFAULT_DAYS = 7
DEFAULT_SIZE = 100
"""How many entries a list has unless ``_size`` says otherwise."""

MAX_SIZE = 1_000


class Refused(Exception):
    """A call that cannot be answered: the status, and a message for who made it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is authorised.

    ``values`` are the parameters of the address and, for a POST, of its form or JSON body.
    """

    datasette: Datasette
    request: Request
    database: Database
    values: Mapping[str, Any]
    body: bytes

    @property
    def principal(self) -> Principal:
        """Who calls."""
        return principal(self.request.actor, self.request.scope, via(own_path(self.request)))

    @property
    def fixed(self) -> Fixed:
        """The resources that nobody changes here."""
        return fixed(self.datasette)

    async def may(self, kind: str, verb: str) -> bool:
        """Whether the caller may do that in the database as well."""
        return await may(self.datasette, self.request.actor, kind, verb, self.database.name)

    async def require(self, kind: str, verb: str) -> None:
        """Refuse a caller who may not do that.  Raises ``Refused``."""
        if not await self.may(kind, verb):
            raise Refused(403, _needed(kind, verb, self.database.name))

    async def gone(self) -> None:
        """Wait until the caller has gone away, or has the whole answer."""
        ends = 0
        while (message := await self.request.receive())["type"] != "http.disconnect":
            ends += not message.get("more_body", False)
            if ends > 1:
                # A body ends once.  A server that says so again and again, without ever waiting,
                # would keep everybody else from being served.
                await asyncio.Event().wait()

    def text(self, name: str) -> str:
        """A parameter that must be there.  Raises ``Refused``."""
        value = self.optional_text(name)
        if not value:
            raise Refused(400, f"{name} is missing")
        return value

    def optional_text(self, name: str) -> str:
        """A parameter, ``''`` where it is not given.  Raises ``Refused``."""
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise Refused(400, f"{name} must be a text")
        try:
            value.encode()
        except UnicodeEncodeError as error:  # JSON can spell one half of a surrogate pair
            raise Refused(400, f"{name} is no text that UTF-8 can hold: {error}") from error
        return value

    def number(self, name: str, default: int, largest: int) -> int:
        """A whole number from 1 to ``largest``.  Raises ``Refused``."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        text = str(value) if not isinstance(value, bool | float) else ""
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:20]) <= largest:
            raise Refused(400, f"{name} must be a whole number from 1 to {largest:,}")
        return int(text)

    def flag(self, name: str) -> bool:
        """A parameter that is on or off: ``true`` or ``1``, ``false`` or ``0``, off by default."""
        value = self.values.get(name, False)
        known = {True: True, "true": True, "1": True, False: False, "false": False, "0": False}
        if not isinstance(value, bool | str) or value not in known:
            raise Refused(400, f"{name} must be true or false")
        return known[value]

    @property
    def days(self) -> int:
        """How many days back the caller looks."""
        return self.number("days", DEFAULT_DAYS, MAX_DAYS)

    @property
    def as_of_ms(self) -> int | None:
        """The moment that the caller takes as now, ``None`` for now."""
        text = self.optional_text("as_of")
        if not text:
            return None
        try:
            return parse_moment(text)
        except ValueError as error:
            raise Refused(
                400, f"as_of: {text!r} is {error}; write 2026-11-22 or 2026-11-22T10:00:00Z"
            ) from error


def own_path(request: Request) -> str:
    """The path of a request without a ``base_url`` that stands in front of it."""
    path = str(request.scope.get("route_path") or request.path)
    return path.partition("?")[0]


async def open_call(datasette: Datasette, request: Request, needs: tuple[str, str] | None) -> Call:
    """The call that a request makes, if its caller may make it.

    ``needs`` is a verb on a kind; ``None`` needs any verb at all.  Raises ``Refused``.
    """
    database = await authorised(datasette, request, needs)
    body = b"" if request.method in ("GET", "HEAD") else await _body(request)
    return Call(datasette, request, database, _values(request, body), body)


async def authorised(
    datasette: Datasette, request: Request, needs: tuple[str, str] | None
) -> Database:
    """The database that a request is about, if its caller may; nothing of it is read yet."""
    database = await _database(datasette, request)
    if needs is not None:
        kind, verb = needs
        if not await may(datasette, request.actor, kind, verb, database.name):
            raise Refused(403, _needed(kind, verb, database.name))
    return database


def _needed(kind: str, verb: str, database: str) -> str:
    return f"you need the verb {verb} on {kind} in database {database}"


async def _database(datasette: Datasette, request: Request) -> Database:
    """The audit database that is asked for, or the only one that the caller may see."""
    names = await visible_databases(datasette, request.actor)
    if not names:
        raise Refused(403, "you need a role to use Access Monitoring")
    wanted = request.args.get("database")
    if wanted is None and len(names) == 1:
        wanted = names[0]
    if wanted is None:
        raise Refused(
            400, f"several audit databases: name one with ?database= ({', '.join(names)})"
        )
    if wanted not in names:
        raise Refused(404, f"there is no audit database {wanted!r}")
    return datasette.databases[wanted]


async def _body(request: Request) -> bytes:
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await request.receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY:
            raise Refused(413, f"the body is longer than {MAX_BODY:,} bytes")
        chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)


def _values(request: Request, body: bytes) -> dict[str, Any]:
    """The parameters of the address, and over them those of a form or of a JSON object."""
    values: dict[str, Any] = {name: request.args.get(name) for name in request.args}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "application/x-www-form-urlencoded":
            fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
            values.update(fields)
        elif kind == "application/json" and body.strip():
            data = json.loads(body)
            if not isinstance(data, dict):
                raise Refused(400, "the body must be a JSON object")
            values.update(data)
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise Refused(400, f"the body cannot be read: {error}") from error
    return values
