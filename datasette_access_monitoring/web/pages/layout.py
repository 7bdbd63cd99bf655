"""What every page shares: its frame, its links, the addresses of other pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils import tilde_encode
from datasette.utils.asgi import Response

from ...events.times import rfc3339
from ...visible import visible, visible_lines
from ..access import verbs_of, visible_databases
from ..deeds import PREFIX
from ..sections import SECTIONS
from .chart_scripts import CHART_SCRIPTS, PACKAGE

if TYPE_CHECKING:
    from datasette.app import Datasette

    from ..api.calls import Call


class Addresses:
    """The addresses of pages about one audit database, for links.

    The database is named in them where there are several that its reader may see.
    """

    def __init__(self, datasette: Datasette, database: str, several: bool) -> None:
        self._base = datasette.urls.path(PREFIX)
        self._fixed = {"database": database} if several else {}

    def to(self, path: str = "", **arguments: object) -> str:
        """The address of a page, with those arguments that are something."""
        given = {**self._fixed, **{k: v for k, v in arguments.items() if v not in (None, "")}}
        return f"{self._base}{path}?{urlencode(given)}" if given else f"{self._base}{path}"

    def report(self, name: str, suffix: str = "", **arguments: object) -> str:
        """The address of a report, or of what is below it (``suffix``)."""
        return self.resource("reports", name, suffix, **arguments)

    def resource(self, kinds: str, name: str, suffix: str = "", **arguments: object) -> str:
        """The same of a resource of any kind, which ``kinds`` is in addresses."""
        return self.to(f"/{kinds}/{tilde_encode(name)}{suffix}", **arguments)


async def addresses(call: Call) -> Addresses:
    """The addresses for who calls."""
    visible = await visible_databases(call.datasette, call.request.actor)
    return Addresses(call.datasette, call.database.name, len(visible) > 1)


async def page(
    call: Call, template: str, context: Mapping[str, Any], *, status: int = 200
) -> Response:
    """A page of ours in Datasette's frame."""
    verbs = await verbs_of(call.datasette, call.request.actor, call.database.name)
    links = await addresses(call)
    sections = [(links.to(one.path), one.label) for one in SECTIONS if one.is_open_to(verbs)]
    static = call.datasette.urls.static_plugins
    html = await call.datasette.render_template(
        f"access_monitoring_{template}.html",
        {
            "database": call.database.name,
            "sections": sections,
            "links": links,
            "verbs": verbs,
            "rfc3339": rfc3339,
            "visible": visible,
            "visible_lines": visible_lines,
            "static_file": lambda name: static(PACKAGE, name),
            "chart_scripts": [static(PACKAGE, name) for name in CHART_SCRIPTS],
            **context,
        },
        request=call.request,
    )
    return Response.html(html, status=status)
