"""The ways from Datasette's pages to ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from .access import verbs_of, visible_databases
from .deeds import PREFIX
from .sections import SECTIONS, Section

if TYPE_CHECKING:
    from datasette.app import Datasette

    Actor = Mapping[str, Any] | None
    Link = dict[str, str]

NAME = "Access Monitoring"


async def menu(datasette: Datasette, actor: Actor) -> list[Link]:
    """For the menu of every page: one link for each audit database that the actor may see."""
    names = await visible_databases(datasette, actor)
    if len(names) == 1:
        return [{"href": datasette.urls.path(PREFIX), "label": NAME}]
    return [{"href": _address(datasette, "", name), "label": f"{NAME}: {name}"} for name in names]


async def of_home(datasette: Datasette, actor: Actor) -> list[Link]:
    """For Datasette's first page (1.0): the same, with what is there."""
    (overview, *_) = SECTIONS
    links = await menu(datasette, actor)
    return [{**link, "description": overview.description} for link in links]


async def of_database(datasette: Datasette, actor: Actor, database: str) -> list[Link]:
    """For the page of a database: what the actor may do in it with Access Monitoring."""
    return [
        {
            "href": _address(datasette, section.path, database),
            "label": f"{NAME}: {section.label.lower()}",
            "description": section.description,
        }
        for section in await _sections(datasette, actor, database)
    ]


async def jumps(datasette: Datasette, actor: Actor) -> list[Link]:
    """For the menu that jumps anywhere (1.0): every section of every database."""
    names = await visible_databases(datasette, actor)
    return [
        {
            "url": _address(datasette, section.path, name),
            "label": f"{NAME}: {section.label.lower()}",
            "description": section.description if len(names) == 1 else f"Database {name}",
        }
        for name in names
        for section in await _sections(datasette, actor, name)
    ]


async def _sections(datasette: Datasette, actor: Actor, database: str) -> list[Section]:
    if database not in await visible_databases(datasette, actor):
        return []
    verbs = await verbs_of(datasette, actor, database)
    return [section for section in SECTIONS if section.is_open_to(verbs)]


def _address(datasette: Datasette, path: str, database: str) -> str:
    return f"{datasette.urls.path(PREFIX + path)}?{urlencode({'database': database})}"
