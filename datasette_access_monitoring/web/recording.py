"""Each request to its answer: what it did is in the log before the answer is sent.

Datasette's own pages know nothing of the log, so they are watched from outside, and so are
refusals, on both versions the same.  What a request is about is said in ``deeds``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from datasette.utils import tilde_decode

from ..clock import now_ms
from ..compat import named_queries
from ..self_audit import (
    Outcome,
    Principal,
    Span,
    database_changed,
    denied,
    events_exported,
    events_read,
    query_run,
)
from .access import visible_databases
from .audit_databases import Reach, audit_databases, reach_of
from .canned_queries import as_written
from .deeds import Deed, Did, arguments_of, deed, via
from .denials import Denials
from .principals import principal
from .working import record

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

    from ..events import Event

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_KEY = "access_monitoring"

_denials: WeakKeyDictionary[Datasette, Denials] = WeakKeyDictionary()


@dataclass(slots=True)
class _Noticed:
    """What Datasette told of a request while it was answered."""

    request: Request | None = None
    refusal: str = ""


def notice_request(request: Request) -> None:
    """Keep a request in its own scope: Datasette writes its actor into it later."""
    noticed = request.scope.get(_KEY)
    if noticed is not None:
        noticed.request = request


def notice_refusal(request: Request, message: str) -> None:
    """Keep that a request was refused."""
    noticed = request.scope.get(_KEY)
    if noticed is not None:
        noticed.refusal = message or "refused"


def watch(datasette: Datasette) -> Callable[[App], App]:
    """The wrapper around the whole of Datasette."""

    def wrap(app: App) -> App:
        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            noticed = _Noticed()

            async def send_recorded(message: Any) -> None:
                if message["type"] == "http.response.start":
                    await _tell(datasette, scope, noticed, int(message["status"]))
                await send(message)

            await app({**scope, _KEY: noticed}, receive, send_recorded)

        return watched

    return wrap


async def _tell(datasette: Datasette, scope: Scope, noticed: _Noticed, status: int) -> None:
    """Put what a request did into the logs that it did it to."""
    path = _path(datasette, scope)
    query_string = (scope.get("query_string") or b"").decode("latin-1")
    done = deed(scope["method"], path, query_string, status, bool(noticed.refusal))
    if done is None:
        return
    actor = None if noticed.request is None else noticed.request.actor
    answered = _Answered(
        actor=actor,
        principal=principal(actor, scope, via(path)),
        method=scope["method"],
        address=f"{path}?{query_string}" if query_string else path,
        refusal=noticed.refusal or "refused",
    )
    for name in await _databases(datasette, done, query_string):
        event = await _event(datasette, name, done, answered)
        if event is not None:
            await record(datasette.databases[name], event)


@dataclass(frozen=True, slots=True)
class _Answered:
    """A request and what became of it."""

    actor: Mapping[str, Any] | None
    principal: Principal
    method: str
    address: str
    refusal: str


async def _event(
    datasette: Datasette, database: str, done: Deed, answered: _Answered
) -> Event | None:
    """The event that tells of it; ``None`` for one refusal of many."""
    who, address, now = answered.principal, answered.address, now_ms()
    if done.did is Did.REFUSED or (
        # Datasette finds some faults before it asks who is there.
        done.failed and database not in await visible_databases(datasette, answered.actor)
    ):
        denials = _denials.setdefault(datasette, Denials())
        before = denials.note(who.user, (database, who.address), now)
        if before is None:
            return None
        return denied(who, answered.method, address, answered.refusal, before, now)
    if done.did is Did.WROTE:
        return database_changed(who, answered.method, address, not done.failed, now)
    if done.did is Did.EXPORTED:
        return events_exported(who, address, Span(None), not done.failed, now)
    # Whether SQL worked, Datasette's pages do not always say with the status.
    outcome = Outcome(False if done.failed else None)
    if done.did is Did.ASKED:
        return query_run(who, done.sql, Span(None), outcome, now, parameters=done.parameters)
    if done.did is Did.ASKED_NAMED:
        name = tilde_decode(done.name)
        query = await named_queries.named_query(datasette, database, name)
        if query is not None and query.writes:
            # Looking at its page runs nothing.
            ran = answered.method == "POST"
            changed = database_changed(who, "POST", address, not done.failed, now)
            return changed if ran else None
        if query is not None:
            told = await as_written(datasette.databases[database], name, query.sql)
            return query_run(who, told, _days(address), outcome, now, name)
    return events_read(who, address, not done.failed, now)


async def _databases(datasette: Datasette, done: Deed, query_string: str) -> list[str]:
    """The audit databases whose logs have to tell of it."""
    if not done.route:  # ours: the one that was asked about, if it is known
        everywhere = await audit_databases(datasette)
        asked = arguments_of(query_string).get("database")
        return [asked] if asked in everywhere else everywhere
    route = tilde_decode(done.route)
    names = [one.name for one in list(datasette.databases.values()) if one.route == route]
    found = {name: await reach_of(datasette, name) for name in names}
    if Reach.BEYOND in found.values():
        return await audit_databases(datasette)
    return [name for name, reach in found.items() if reach is Reach.ITSELF]


def _path(datasette: Datasette, scope: Scope) -> str:
    """The path as Datasette's routes see it: not decoded, without a ``base_url``."""
    raw = scope.get("raw_path")
    path = str(raw.decode("latin-1") if raw else scope["path"]).partition("?")[0]
    base = datasette.setting("base_url")
    return f"/{path[len(base) :]}" if base != "/" and path.startswith(base) else path


def _days(address: str) -> Span:
    days = arguments_of(address.partition("?")[2]).get("days", "")
    return Span(int(days) if days.isascii() and days.isdigit() and len(days) < 6 else None)
