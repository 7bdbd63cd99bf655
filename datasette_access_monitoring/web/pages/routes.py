"""Which pages there are, the verb that each needs, and how a request reaches one.

A page's address is that of its JSON without ``.json``.  Refusals and errors are Datasette's
own pages, so that a plugin for logging in sees them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from datasette.utils import tilde_decode
from datasette.utils.asgi import Forbidden, NotFound, Response
from datasette.views.base import DatasetteError

from ...errors import AccessMonitoringError
from ..api.calls import Refused, open_call
from ..api.responses import status_of
from ..deeds import PREFIX

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

View = Callable[..., Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """A function of a module beside this one, and the verb on a kind that it needs (none: any).

    The module is imported when it is first asked for: the SQL compiler takes a while.
    """

    module: str
    function: str
    needs: tuple[str, str] | None


def routes() -> list[tuple[str, View]]:
    """The addresses of the pages, each with its view, as Datasette registers them."""
    query = Page("query", "editor", ("audit_query", "use"))
    found: list[tuple[str, dict[str, Page]]] = [
        ("", {"GET": Page("overview", "overview", None)}),
        ("/query", {"GET": query, "POST": query}),
        ("/events", {"GET": Page("events", "search", ("event", "list"))}),
        (r"/events/(?P<name>[^/\.]+)", {"GET": Page("events", "one", ("event", "read"))}),
        ("/status", {"GET": Page("status", "status", ("event", "list"))}),
        ("/reports", {"GET": Page("reports", "all_", ("security_report", "list"))}),
        (
            r"/reports/(?P<name>[^/\.]+)",
            {
                "GET": Page("report", "one", ("security_report", "read")),
                "POST": Page("report", "run", ("security_report", "use")),
            },
        ),
        *_of_kind("queries", "audit_query", "new-query"),
        *_of_kind("roles", "role", "new-role"),
        (
            r"/reports/(?P<name>[^/\.]+)/export",
            {"GET": Page("report_export", "export", ("security_report", "read"))},
        ),
    ]
    return [(rf"{PREFIX}{path}$", _view(pages)) for path, pages in found]


def _of_kind(kinds: str, kind: str, new: str) -> list[tuple[str, dict[str, Page]]]:
    """The addresses of one kind of resources, whose word in addresses the views are given."""

    def page(function: str, verb: str, module: str = "resource_editing") -> Page:
        return Page(module, function, (kind, verb))

    all_, one = rf"/(?P<kinds>{kinds})", rf"/(?P<kinds>{kinds})/(?P<name>[^/\.]+)"
    return [
        (all_, {"GET": page("all_", "list", "resources")}),
        (one, {"GET": page("one", "read", "resources")}),
        (rf"/(?P<new>{new})", {"GET": page("new", "create"), "POST": page("create", "create")}),
        (rf"{one}/edit", {"GET": page("edit", "update"), "POST": page("save", "update")}),
        (
            rf"{one}/delete",
            {
                "GET": page("ask", "delete", "resource_deleting"),
                "POST": page("delete", "delete", "resource_deleting"),
            },
        ),
    ]


def _view(pages: Mapping[str, Page]) -> View:
    async def view(request: Request, datasette: Datasette) -> Response:
        page = pages.get("GET" if request.method == "HEAD" else request.method)
        try:
            call = await open_call(datasette, request, None if page is None else page.needs)
            if page is None:
                raise Refused(405, f"{request.method} is not for this address")
            handler = getattr(import_module(f".{page.module}", __package__), page.function)
            names = {key: tilde_decode(value) for key, value in request.url_vars.items()}
            found: Response = await handler(call, **names)
        except Refused as refusal:
            if refusal.status == 403:
                raise Forbidden(refusal.message) from refusal
            raise _error(refusal.status, refusal.message) from refusal
        except AccessMonitoringError as fault:
            raise _error(status_of(fault), str(fault)) from fault
        return found

    return view


def _error(status: int, message: str) -> Exception:
    found: Exception = NotFound(message)
    return found if status == 404 else DatasetteError(message, status=status)
