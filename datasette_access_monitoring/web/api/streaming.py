"""Long answers, written while they are sent: no second copy of a result stands in memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import AsgiStream

if TYPE_CHECKING:
    from datasette.utils.asgi import AsgiWriter, Response

    from .calls import Call

_CHUNK = 65_536
"""About how many characters are sent at a time."""


def streamed(
    call: Call, parts: Iterator[str], content_type: str, headers: Mapping[str, str]
) -> Response:
    """An answer of these parts; they are made in another thread, a chunk at a time.

    Where a part cannot be made, the connection is closed before the answer's end.  Nothing is
    made for a caller who has gone away.
    """

    async def write(writer: AsgiWriter) -> None:
        gone = asyncio.create_task(call.gone())
        try:
            while not gone.done() and (chunk := await asyncio.to_thread(_chunk, parts)):
                await writer.write(chunk)
        finally:
            gone.cancel()

    answer: Response = AsgiStream(write, headers=dict(headers), content_type=content_type)
    return answer


def _chunk(parts: Iterator[str]) -> str:
    """The next parts as one text; empty where there are none."""
    taken, size = [], 0
    for part in parts:
        taken.append(part)
        size += len(part)
        if size >= _CHUNK:
            break
    return "".join(taken)


def json_parts(
    before: Mapping[str, Any], name: str, items: Iterable[Any], after: Mapping[str, Any]
) -> Iterator[str]:
    """A JSON object, part by part: its first members, the list ``name``, and the last members.

    ``before`` and ``after`` have a member each, at least.
    """
    yield f"{json.dumps(before)[:-1]}, {json.dumps(name)}: ["
    separator = ""
    for item in items:
        yield f"{separator}{json.dumps(item)}"
        separator = ", "
    yield f"], {json.dumps(after)[1:]}"
