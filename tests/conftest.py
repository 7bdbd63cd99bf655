"""What several test files share: audit databases made from events, and Datasette over them.

Nothing here knows which Datasette version runs, except through ``compat``.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.plugins import pm
from hypothesis import settings
from itsdangerous.url_safe import URLSafeSerializer
from sql_world import World

import datasette_access_monitoring
from datasette_access_monitoring.compat.versions import IS_V1
from datasette_access_monitoring.events import Event, decode
from datasette_access_monitoring.policy import OWN_ACTIONS
from datasette_access_monitoring.sources.model import Checkpoint
from datasette_access_monitoring.store.database import open_for_writing
from datasette_access_monitoring.store.read import read_events
from datasette_access_monitoring.store.write import Writer

# Busy machines are slow; no property here is about speed.
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")

ROOT: Mapping[str, Any] = {"id": "root"}
BOB: Mapping[str, Any] = {"id": "bob"}


def write_audit_database(path: Path, events: Sequence[Mapping[str, Any]]) -> Path:
    """Make (or add to) a real audit database that holds these events."""
    decoded = [decode(json.dumps(event).encode()) for event in events]
    stored = [event for event in decoded if isinstance(event, Event)]
    assert len(stored) == len(events), "an event of a test cannot be read"
    connection = open_for_writing(path)
    try:
        checkpoint = Checkpoint("test", 0, len(events), b"", b"", 0, 0)
        Writer(connection).write(stored, [], checkpoint)
    finally:
        connection.close()
    return path


def write_ordinary_database(path: Path) -> Path:
    """Make a database that has nothing to do with us: a table with rows, a view."""
    connection = sqlite3.connect(path)
    with connection:
        connection.executescript(
            """
            CREATE TABLE plants (id INTEGER PRIMARY KEY, name TEXT, kind TEXT);
            INSERT INTO plants (name, kind) VALUES ('oak', 'tree'), ('moss', 'moss');
            CREATE VIEW trees AS SELECT name FROM plants WHERE kind = 'tree';
            """
        )
    connection.close()
    return path


def open_datasette(
    files: Sequence[Path], config: Mapping[str, Any] | None = None, **options: Any
) -> Datasette:
    """A Datasette over the files, as ``datasette --root FILES`` starts it.

    ``config`` is what stands in the operator's configuration file.
    """
    place = "config" if IS_V1 else "metadata"
    instance = Datasette([str(file) for file in files], **{place: dict(config or {})}, **options)
    instance.root_enabled = True  # 0.65 does not look at it
    return instance


async def fetch(
    datasette: Datasette,
    path: str,
    actor: Mapping[str, Any] | None = None,
    *,
    method: str = "GET",
    **options: Any,
) -> Any:
    """The response to a request by this actor (``None``: not signed in)."""
    cookies = {"ds_actor": datasette.sign({"a": dict(actor)}, "actor")} if actor else {}
    return await datasette.client.request(method, path, cookies=cookies, **options)


async def send(
    datasette: Datasette,
    method: str,
    path: str,
    actor: Mapping[str, Any] | None,
    body: Any = None,
    **options: Any,
) -> Any:
    """The response to a request that a page of this server makes, with a JSON body if any."""
    # 0.65 wants the token that its pages carry; to 1.0 it means nothing.
    token = URLSafeSerializer(datasette._secret).dumps("a token", "csrftoken")
    cookies = {"ds_csrftoken": token}
    if actor:
        cookies["ds_actor"] = datasette.sign({"a": dict(actor)}, "actor")
    headers = {"x-csrftoken": token, **options.pop("headers", {})}
    if body is not None:
        headers.setdefault("content-type", "application/json")
        options["content"] = body if isinstance(body, str | bytes) else json.dumps(body)
    return await datasette.client.request(method, path, cookies=cookies, headers=headers, **options)


def told(path: Path, event_type: str = "") -> list[dict[str, Any]]:
    """The events of ours in an audit database, oldest first; those of one type, if one is given."""
    connection = sqlite3.connect(path)
    events = [json.loads(line) for line in read_events(connection)]
    connection.close()
    return [
        event
        for event in events
        if event["event"] == event_type
        or (not event_type and event["event"].startswith("secreports."))
    ]


def actions_on_databases(datasette: Datasette) -> list[tuple[str, bool]]:
    """Datasette's own actions on a database, and whether each is about a thing inside it.

    0.65 has no list of them; its plugins' actions (``edit-schema``) are asked about as well.
    """
    if IS_V1:
        known = [one for one in datasette.actions.values() if one.name not in OWN_ACTIONS]
        return [(action.name, action.takes_child) for action in known if action.takes_parent]
    whole = ("view-database", "view-database-download", "execute-sql", "edit-schema")
    return [(name, False) for name in whole] + [("view-table", True), ("view-query", True)]


async def ask(
    datasette: Datasette,
    actor: Mapping[str, Any] | None,
    action: str,
    database: str,
    child: str | None = None,
) -> bool:
    """Datasette's final verdict: may this actor do that to a database or a thing inside it?"""
    inside = (database,) if child is None else (database, child)
    if IS_V1:
        resource = datasette.actions[action].resource_class(*inside)
        return bool(await datasette.allowed(action=action, resource=resource, actor=actor))
    resource = database if child is None else inside
    default = action != "edit-schema" and action not in OWN_ACTIONS
    return bool(await datasette.permission_allowed(actor, action, resource, default=default))


@contextmanager
def without_our_plugin() -> Iterator[None]:
    """Datasette as it is where this package is not installed."""
    name = pm.get_name(datasette_access_monitoring)
    pm.unregister(datasette_access_monitoring)
    try:
        yield
    finally:
        pm.register(datasette_access_monitoring, name=name)


@pytest.fixture(scope="module")
def world() -> World:
    """An empty audit database for queries over values that they write themselves."""
    return World(":memory:")


@pytest.fixture(autouse=True)
def _datasettes_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stop the threads of every Datasette that a test made."""
    made: list[Datasette] = []
    original = Datasette.__init__

    def remember(self: Datasette, *arguments: Any, **options: Any) -> None:
        original(self, *arguments, **options)
        made.append(self)

    monkeypatch.setattr(Datasette, "__init__", remember)
    yield
    for instance in made:
        if instance.executor is not None:
            instance.executor.shutdown(wait=True)
