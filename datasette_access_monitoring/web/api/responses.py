"""Answers of the API: JSON in Datasette's shapes, errors included, and lists page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from datasette.utils import add_cors_headers
from datasette.utils.asgi import Response

from ...errors import (
    AccessMonitoringError,
    BodyTooLarge,
    IntakeFull,
    NoSuchEvent,
    NoSuchResource,
    NoSuchRun,
    NoSuchView,
    ResourceChanged,
    ResourceExists,
    ResourceIsFixed,
    StoreError,
    TooManyRuns,
)
from .calls import Call

if TYPE_CHECKING:
    from datasette.app import Datasette

# What our errors are to a caller, the most specific first; all others are a wrong request.
_STATUS: tuple[tuple[type[AccessMonitoringError], int], ...] = (
    (NoSuchResource, 404),
    (NoSuchRun, 404),
    (NoSuchEvent, 404),
    (NoSuchView, 404),
    (ResourceExists, 409),
    (ResourceChanged, 409),
    (ResourceIsFixed, 409),
    (StoreError, 503),
    (TooManyRuns, 503),
    (IntakeFull, 503),
    (BodyTooLarge, 413),
)


def answer(call: Call, content: Mapping[str, Any], status: int = 200) -> Response:
    """A successful answer: ``ok``, the database, and the content."""
    body = {"ok": True, "database": call.database.name, **content}
    return Response.json(body, status=status, headers=headers(call.datasette))


def error(datasette: Datasette, status: int, message: str, **details: Any) -> Response:
    """An error in the shape of Datasette's own."""
    body = {"ok": False, "error": message, "errors": [message], "status": status, **details}
    found = headers(datasette)
    if status == 503:
        found["retry-after"] = "1"
    return Response.json(body, status=status, headers=found)


def status_of(fault: AccessMonitoringError) -> int:
    """The status that an error of ours is answered with."""
    return next((status for kind, status in _STATUS if isinstance(fault, kind)), 400)


def headers(datasette: Datasette) -> dict[str, str]:
    """What every answer carries; ``datasette --cors`` counts here as on Datasette's pages."""
    found: dict[str, str] = {}
    if datasette.cors:
        add_cors_headers(found)
    return found


def page(
    call: Call, name: str, entries: Sequence[Any], next_token: str | None, **more: Any
) -> Response:
    """One page of a list, where the next one is (``None``: this is the last), and what is more."""
    next_url = None
    if next_token is not None:
        pairs = parse_qsl(call.request.query_string, keep_blank_values=True)
        kept = [(key, value) for key, value in pairs if key != "_next"]
        path = f"{call.request.path}?{urlencode([*kept, ('_next', next_token)])}"
        next_url = call.datasette.absolute_url(call.request, path)
    return answer(call, {name: entries, "next": next_token, "next_url": next_url, **more})
