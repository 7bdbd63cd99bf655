"""Events that are pushed: by Teleport's event handler, Fluent Bit, Vector, Fluentd, curl.

A request is answered with 200 when its events are on disk, and with anything else only when they
are not: then it is to be sent again, which doubles nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from datasette.utils.asgi import Response

from ...errors import BodyTooLarge, StoreError
from ...events import Event, Reject, decode
from ...sources.pushed import ENCODINGS, inflated, lines_of
from ...store.write import PlacedReject
from ..intake import Intake, Passage, Pushed
from ..working import path_of
from .calls import Refused
from .responses import headers

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.database import Database
    from datasette.utils.asgi import Request

MAX_BODY = 16 * 1024 * 1024
"""Longest body of a request as it is sent, in bytes."""

MAX_INFLATED = 32 * 1024 * 1024
"""The same when it is decompressed."""

MOST_PASSED_OVER = 256 * 1024 * 1024
"""How much of a body that is too long is let go by before the answer, in bytes."""

_intakes: WeakKeyDictionary[Database, Intake] = WeakKeyDictionary()


async def push(datasette: Datasette, request: Request, database: Database) -> Response:
    """Store the events of a body.

    Raises ``Refused``, ``IntakeFull``, ``BodyTooLarge``, ``SourceError`` and ``StoreError``.
    """
    if not database.is_mutable:
        raise StoreError(f"database {database.name} is served as immutable; it takes no events")
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ENCODINGS:
        raise Refused(415, f"content-encoding {encoding!r} is not read; {', '.join(ENCODINGS)} are")
    intake = _intake(database)
    with intake.passage() as passage:
        body = await _received(request, passage)
        pushed = await asyncio.to_thread(_pushed, body, encoding, passage)
        await asyncio.wrap_future(intake.put(pushed))
    counts = {"events": len(pushed.events), "rejected": len(pushed.rejects)}
    return Response.json(
        {"ok": True, "database": database.name, **counts}, headers=headers(datasette)
    )


async def _received(request: Request, passage: Passage) -> bytes:
    """The body as it is sent."""
    chunks: list[bytes] = []
    coming = _chunks(request)
    async for chunk in coming:
        passage.take(len(chunk))
        if passage.size > MAX_BODY:
            chunks.clear()
            await _pass_over(coming)
            raise BodyTooLarge(f"the body is longer than {MAX_BODY:,} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    """What comes of the body from here on."""
    more = True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "the body did not come to its end")
        yield message.get("body", b"")
        more = message.get("more_body", False)


async def _pass_over(coming: AsyncIterator[bytes]) -> None:
    """Let the rest of a body go by: who is still sending does not read the answer."""
    left = MOST_PASSED_OVER
    async for chunk in coming:
        left -= len(chunk)
        if left < 0:
            return


def _intake(database: Database) -> Intake:
    if database not in _intakes:
        _intakes[database] = Intake(path_of(database))
    return _intakes[database]


def _pushed(body: bytes, encoding: str, passage: Passage) -> Pushed:
    """The events and rejects of a body.  Raises ``IntakeFull`` where it gets too long for now."""
    events: list[Event] = []
    rejects: list[PlacedReject] = []
    whole = inflated(body, encoding, MAX_INFLATED, passage.take)
    for number, line in enumerate(lines_of(whole), start=1):
        decoded = decode(line)
        if isinstance(decoded, Event):
            events.append(decoded)
        elif isinstance(decoded, Reject):
            # Of no offset: the same line, sent again, is the same reject.
            rejects.append(PlacedReject(line, 0, number, decoded))
    return Pushed(events, rejects)
