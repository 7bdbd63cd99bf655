"""Which endpoints there are, the verb that each needs, and how a call reaches one.

Every address ends in ``.json`` (a query's also in ``.csv``).  Without it, it is the address of
a page; one that is not there yet leads to the JSON.  Whoever may do nothing here gets 403 for
everything below the prefix, whether it is there or not.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from datasette.utils import tilde_decode
from datasette.utils.asgi import Forbidden, NotFound, Response

from ...errors import AccessMonitoringError, QueryError
from ...policy import VERBS
from ..access import verbs_of
from ..deeds import PREFIX
from .calls import KINDS, Call, Refused, authorised, open_call, own_path
from .responses import answer, error, status_of

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

Handler = Callable[..., Awaitable[Response]]
View = Callable[..., Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A function and the verb on a kind that a caller needs; ``None`` is any verb at all."""

    handler: Handler
    needs: tuple[str, str] | None


async def _overview(call: Call) -> Response:
    """What the caller may do in the database."""
    verbs = await verbs_of(call.datasette, call.request.actor, call.database.name)
    found = {
        kind: [verb for verb in known if (kind, verb) in verbs] for kind, known in VERBS.items()
    }
    return answer(call, {"verbs": found})


def _endpoint(module: str, function: str, kind: str, verb: str, **fixed: str) -> Endpoint:
    """An endpoint in a module beside this one, which is imported when it is first called.

    The SQL compiler takes a while to import; a server without an audit database never does.
    """

    async def handler(call: Call, **names: str) -> Response:
        found: Handler = getattr(import_module(f".{module}", __package__), function)
        return await found(call, **fixed, **names)

    return Endpoint(handler, (kind, verb))


def routes() -> list[tuple[str, View]]:
    """The addresses of the API, each with its view, as Datasette registers them."""
    run = _endpoint("queries", "run_json", "audit_query", "use")
    run_csv = _endpoint("queries", "run_csv", "audit_query", "use")
    found: list[tuple[str, dict[str, Endpoint]]] = [
        ("", {"GET": Endpoint(_overview, None)}),
        ("/query", {"GET": run, "POST": run}),
        ("/schema", {"GET": _endpoint("queries", "schema", "audit_query", "use")}),
        ("/functions", {"GET": _endpoint("queries", "functions", "audit_query", "use")}),
    ]
    found += [
        ("/events", {"GET": _endpoint("events", "list_", "event", "list")}),
        (r"/events/(?P<name>[^/\.]+)", {"GET": _endpoint("events", "one", "event", "read")}),
    ]
    found += [("/status", {"GET": _endpoint("status", "status", "event", "list")})]
    for kinds, kind in KINDS.items():
        found += _of_kind(kinds, kind)
    report = r"/reports/(?P<name>[^/\.]+)"
    found += [
        (f"{report}/run", {"POST": _endpoint("reports", "run", "security_report", "use")}),
        (f"{report}/state", {"GET": _endpoint("reports", "state", "security_report", "read")}),
        (f"{report}/result", {"GET": _endpoint("reports", "result_", "security_report", "read")}),
        (f"{report}/runs", {"GET": _endpoint("reports", "runs", "security_report", "read")}),
    ]
    return [
        *((rf"{PREFIX}{path}\.json$", _view(endpoints)) for path, endpoints in found),
        (rf"{PREFIX}/query\.csv$", _view({"GET": run_csv, "POST": run_csv})),
        (
            rf"{PREFIX}/metrics$",
            _view({"GET": _endpoint("status", "metrics", "event", "list")}),
        ),
        *((rf"{PREFIX}{path}$", _page(endpoints)) for path, endpoints in found),
        (rf"{PREFIX}(?:[/.].*)?\.(?:json|csv)$", _view({})),
        (rf"{PREFIX}(?:[/.].*)?$", _page({})),
    ]


def ingest_routes() -> list[tuple[str, View]]:
    """Where events are sent to.

    Teleport's event handler puts the session into the address of a session's events.
    """
    return [(rf"{PREFIX}/ingest/(?:events|session\.[^/]+)\.log$", _ingest)]


def _of_kind(kinds: str, kind: str) -> list[tuple[str, dict[str, Endpoint]]]:
    """The addresses of one kind of resources: all of them, and one by name."""

    def endpoint(function: str, verb: str) -> Endpoint:
        return _endpoint("resources", function, kind, verb, kinds=kinds)

    return [
        (f"/{kinds}", {"GET": endpoint("list_", "list"), "POST": endpoint("create", "create")}),
        (
            rf"/{kinds}/(?P<name>[^/\.]+)",
            {
                "GET": endpoint("get", "read"),
                "PUT": endpoint("update", "update"),
                "DELETE": endpoint("delete", "delete"),
            },
        ),
    ]


def _view(endpoints: Mapping[str, Endpoint]) -> View:
    """The view that answers a call by one of the endpoints, by its method."""

    async def view(request: Request, datasette: Datasette) -> Response:
        return await _explained(datasette, _answered(request, datasette, endpoints))

    return view


async def _ingest(request: Request, datasette: Datasette) -> Response:
    """The view that takes events; it reads the body itself, and only of who may push them."""
    return await _explained(datasette, _pushed(request, datasette))


async def _pushed(request: Request, datasette: Datasette) -> Response:
    database = await authorised(datasette, request, ("event", "create"))
    if request.method != "POST":
        raise Refused(405, f"{request.method} is not for this address; POST is")
    from .ingest import push

    return await push(datasette, request, database)


async def _explained(datasette: Datasette, answer: Awaitable[Response]) -> Response:
    """An answer; what goes wrong with it is one too."""
    try:
        return await answer
    except Refused as refusal:
        return error(datasette, refusal.status, refusal.message)
    except QueryError as fault:
        place = {"line": fault.line, "column": fault.column}
        return error(datasette, 400, str(fault), **place)
    except AccessMonitoringError as fault:
        return error(datasette, status_of(fault), str(fault))


async def _answered(
    request: Request, datasette: Datasette, endpoints: Mapping[str, Endpoint]
) -> Response:
    endpoint = endpoints.get("GET" if request.method == "HEAD" else request.method)
    call = await open_call(datasette, request, None if endpoint is None else endpoint.needs)
    if not endpoints:
        raise Refused(404, f"there is nothing at {request.path}")
    if endpoint is None:
        raise Refused(405, f"{request.method} is not for this address; {', '.join(endpoints)} are")
    names = {key: tilde_decode(value) for key, value in request.url_vars.items()}
    return await endpoint.handler(call, **names)


def _page(endpoints: Mapping[str, Endpoint]) -> View:
    """Where a page is asked for: the refusal is Datasette's own, which may lead to a login."""

    async def view(request: Request, datasette: Datasette) -> Response:
        endpoint = endpoints.get(request.method)
        try:
            await open_call(datasette, request, None if endpoint is None else endpoint.needs)
        except Refused as refusal:
            if refusal.status == 403:
                raise Forbidden(refusal.message) from refusal
            return error(datasette, refusal.status, refusal.message)
        if not endpoints:
            raise NotFound(f"there is nothing at {request.path}")
        if request.method not in ("GET", "HEAD") or endpoint is None:
            return error(datasette, 405, f"send this to {request.path}.json")
        query = f"?{request.query_string}" if request.query_string else ""
        return Response.redirect(f"{datasette.urls.path(own_path(request))}.json{query}")

    return view
