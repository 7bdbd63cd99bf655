"""Teleport's Access Monitoring inside Datasette: every hook that we implement, and no more.

This file is the table of contents: each hook says in one line when Datasette calls it and
hands over to the module that does the work.  Importing it loads nothing but ``pluggy``, so
that ``datasette`` and ``sqlite-utils`` start as fast with us as without; work is imported
where it is done.  Datasette ignores hooks that its version does not know.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any

from pluggy import HookimplMarker

if TYPE_CHECKING:
    import sqlite3

    from click import Group
    from datasette.app import Datasette
    from datasette.jump import JumpSQL
    from datasette.permissions import Action, PermissionSQL

    from .sources.kinds import SourceKind

hookimpl = HookimplMarker("datasette")


# Starting


@hookimpl
def startup(datasette: Datasette) -> Awaitable[None]:
    """Before the first request: refuse what cannot work, register our queries."""
    from .web.starting import start

    return start(datasette)


@hookimpl
def register_commands(cli: Group) -> None:
    """When the command line is built: add ``datasette audit``."""
    from .cli import register

    register(cli)


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Datasette) -> None:
    """For every new connection: add Trino's functions, keep private tables out of its reach."""
    from .sql import sqlite_functions, udf
    from .web.guard import guard_new

    sqlite_functions.register_plain(conn)
    udf.register(conn)
    guard_new(datasette, database, conn)


# Where events come from


@hookimpl
def register_audit_sources() -> list[SourceKind]:
    """Our own hook (``hookspecs``): the kinds of source that ship."""
    from .web.source_kinds import shipped

    return shipped()


# Who may see an audit database: the same verdict, asked for in two ways


@hookimpl(wrapper=True, tryfirst=True)
def permission_allowed(
    datasette: Datasette, actor: Mapping[str, Any] | None, action: str, resource: object
) -> Generator[None, list[Any], list[Any]]:
    """0.65, for every single question; the last answer wins, so ours goes after all others."""
    answers = yield
    from .web.access import verdict

    return [*answers, verdict(datasette, actor, action, resource)]


@hookimpl
def permission_resources_sql(
    datasette: Datasette, actor: Mapping[str, Any] | None, action: str
) -> Awaitable[PermissionSQL | None]:
    """1.0, for every kind of action at once."""
    from .web.access import rules

    return rules(datasette, actor, action)


@hookimpl
def register_actions() -> list[Action]:
    """1.0, when it starts: a verb on a kind of resource is an action."""
    from .web.access import own_actions

    return own_actions()


# What the pages show


@hookimpl
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """0.65, whenever it looks at metadata: storage's own tables are not for the lists."""
    from .web.storage_tables import hidden_tables

    return hidden_tables(datasette)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Once, when the server starts: the addresses of the pages and of the API."""
    from .web.api import routes as api
    from .web.pages import routes as pages
    from .web.source_kinds import routes as of_sources

    return [*of_sources(), *pages.routes(), *api.routes()]


@hookimpl
def menu_links(
    datasette: Datasette, actor: Mapping[str, Any] | None
) -> Awaitable[list[dict[str, str]]]:
    """On every page: the way to ours, for who may use them."""
    from .web.links import menu

    return menu(datasette, actor)


@hookimpl
def database_actions(
    datasette: Datasette, actor: Mapping[str, Any] | None, database: str
) -> Awaitable[list[dict[str, str]]]:
    """On an audit database's page: the ways to our pages about it."""
    from .web.links import of_database

    return of_database(datasette, actor, database)


@hookimpl
def homepage_actions(
    datasette: Datasette, actor: Mapping[str, Any] | None
) -> Awaitable[list[dict[str, str]]]:
    """1.0, on its first page: the way to ours."""
    from .web.links import of_home

    return of_home(datasette, actor)


@hookimpl
def jump_items_sql(
    datasette: Datasette, actor: Mapping[str, Any] | None
) -> Awaitable[list[JumpSQL]]:
    """1.0, when somebody types where to go: our pages."""
    from .compat.jumping import jump_items
    from .web.links import jumps

    return jump_items(jumps(datasette, actor))


# What people do is told to the log


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any]:
    """Once, when the server starts: watch each request to its answer; collect meanwhile."""
    from .web.collecting import beside
    from .web.recording import watch

    record, collect = watch(datasette), beside(datasette)
    return lambda app: collect(record(app))


@hookimpl
def actor_from_request(request: Any) -> None:
    """For every request: whoever it turns out to be from, it is this request."""
    from .web.recording import notice_request

    notice_request(request)


@hookimpl
def forbidden(request: Any, message: str) -> None:
    """When Datasette refuses a request, however it then answers."""
    from .web.recording import notice_refusal

    notice_refusal(request, message)


# The queries of the shipped reports (1.0 is told at startup)


@hookimpl(specname="canned_queries")
def named_queries(datasette: Datasette, database: str) -> Awaitable[dict[str, dict[str, Any]]]:
    """0.65, whenever it lists or runs a database's named queries."""
    from .web.canned_queries import for_database

    return for_database(datasette, database)
