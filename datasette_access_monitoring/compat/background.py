"""Work that goes on beside the requests, from when the server listens until it ends.

1.0 has background tasks; on 0.65 the server's own lifespan messages say when.  Neither runs it for
``datasette --get`` and other commands that do not serve.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from .versions import IS_V1

if TYPE_CHECKING:
    from datasette.app import Datasette

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Work = Callable[["Datasette"], Awaitable[None]]
"""What is to go on; it is cancelled when the server ends, and has seconds to finish."""


def register(datasette: Datasette, name: str, work: Work) -> None:
    """1.0, at startup: have it run by Datasette."""
    if IS_V1:
        datasette.add_background_task(work, name)


def beside(datasette: Datasette, work: Work) -> Callable[[App], App]:
    """0.65: the wrapper around the whole of Datasette that runs it."""

    def wrap(app: App) -> App:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "lifespan":
                await _through_lifespan(datasette, work, app, scope, receive, send)
            else:
                await app(scope, receive, send)

        return wrapped

    def unchanged(app: App) -> App:
        return app

    return unchanged if IS_V1 else wrap


async def _through_lifespan(
    datasette: Datasette, work: Work, app: App, scope: Scope, receive: Receive, send: Send
) -> None:
    tasks: list[asyncio.Task[None]] = []

    async def send_and_start(message: Any) -> None:
        if message["type"] == "lifespan.startup.complete":
            tasks.append(asyncio.ensure_future(_awaited(work(datasette))))
        await send(message)

    async def receive_and_end() -> Any:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return message

    await app(scope, receive_and_end, send_and_start)


async def _awaited(work: Awaitable[None]) -> None:
    await work
