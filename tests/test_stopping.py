"""A query that nobody waits for any more: it ends, on every way to ask one, and the log says so."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from conftest import told, write_audit_database
from itsdangerous import URLSafeSerializer
from sql_world import AS_OF_MS
from test_served import API, EVENTS, SECRET, Server, served

from datasette_access_monitoring.engine import Engine
from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.translate import translate
from datasette_access_monitoring.sql.window import Window
from datasette_access_monitoring.stopping import Stop
from datasette_access_monitoring.web.api.calls import Call

# Would take hours; the limit is a minute.
HEAVY = "SELECT count(*) FROM exec a, exec b, exec c, exec d, exec e, exec f, exec g"
SOON = 30.0
NOW = "as_of=2026-11-20"


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_audit_database(tmp_path / "audit.db", EVENTS)


def heavy(audit: Path, stop: Stop) -> None:
    with Engine.open(audit, stop) as engine:
        translation = translate(HEAVY, engine.relations())
        engine.run(translation, Window.last_days(30, AS_OF_MS), AS_OF_MS)


def test_a_running_query_is_stopped_from_another_thread(audit: Path) -> None:
    stop = Stop()
    timer = threading.Timer(0.5, stop.want)
    timer.start()
    start = time.monotonic()
    with pytest.raises(QueryError, match="the query was stopped"):
        heavy(audit, stop)
    timer.join()
    assert 0.4 < time.monotonic() - start < SOON


def test_a_query_that_is_stopped_before_it_begins_does_not_run(audit: Path) -> None:
    stop = Stop()
    stop.want()
    start = time.monotonic()
    with pytest.raises(QueryError, match="the query was stopped"):
        heavy(audit, stop)
    assert time.monotonic() - start < SOON


def test_a_stop_after_the_end_reaches_nothing() -> None:
    stop, calls = Stop(), []
    with stop.calling(lambda: calls.append("in time")):
        stop.want()
    stop.want()
    assert calls == ["in time"]


@pytest.mark.asyncio
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_server_that_never_waits_is_not_asked_for_ever(method: str) -> None:
    asked = 0

    async def receive() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": b"", "more_body": False}

    request: Any = SimpleNamespace(method=method, receive=receive)
    call = Call(SimpleNamespace(), request, SimpleNamespace(), {}, b"")  # type: ignore[arg-type]
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(call.gone(), 0.1)
    assert asked <= 2


def connection(server: Server, request: str, kind: str = "", body: str = "") -> socket.socket:
    """A connection on which a request is sent, and no answer read."""
    signer = URLSafeSerializer(SECRET, "actor")
    token = URLSafeSerializer(SECRET, "csrftoken").dumps("t")
    cookies = f"ds_actor={signer.dumps({'a': {'id': 'ed'}})}; ds_csrftoken={token}"
    headers = [request + " HTTP/1.1", "host: localhost", f"cookie: {cookies}"]
    if kind:
        headers += [
            f"x-csrftoken: {token}",
            f"content-type: {kind}",
            f"content-length: {len(body)}",
        ]
    opened = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    opened.sendall(("\r\n".join(headers) + "\r\n\r\n" + body).encode())
    return opened


def runs(folder: Path) -> list[dict[str, Any]]:
    return told(folder / "audit.db", "secreports.audit.query.run")


def wait_for_runs(folder: Path, count: int) -> list[dict[str, Any]]:
    deadline = time.monotonic() + SOON
    while len(found := runs(folder)) < count:
        assert time.monotonic() < deadline, "the query goes on"
        time.sleep(0.1)
    return found


def asked_in_every_way(server: Server) -> list[socket.socket]:
    address = f"sql={quote_plus(HEAVY)}&{NOW}"
    form = urlencode({"sql": HEAVY, "as_of": "2026-11-20"})
    kind = "application/x-www-form-urlencoded"
    return [
        connection(server, f"GET {API}/query?{address}"),
        connection(server, f"GET {API}/query.json?{address}"),
        connection(server, f"GET {API}/query.csv?{address}"),
        connection(server, f"POST {API}/query", kind, form),
        connection(server, f"POST {API}/query.json", kind, form),
        connection(
            server, f"POST {API}/query.json", "application/json",
            f'{{"sql": "{HEAVY}", "as_of": "2026-11-20"}}',
        ),
    ]  # fmt: skip


def test_a_client_that_goes_away_leaves_no_query_running(audit: Path) -> None:
    with served(audit.parent) as server:
        # Four run at a time: some of these are stopped while they wait for their turn.
        connections = asked_in_every_way(server)
        time.sleep(1.5)
        assert runs(audit.parent) == [], "they run until somebody goes"
        for opened in connections:
            opened.close()
        events = wait_for_runs(audit.parent, len(connections))
        for event in events:
            assert (event["user"], event["success"]) == ("ed", False)
            assert event["error"].startswith("the query was stopped")
            assert event["total_execution_time_in_millis"] < SOON * 1000
        # The server serves on, and who stays gets the answer.
        status, text = server.request(f"{API}/query.json?sql=SELECT+count(*)+FROM+exec&{NOW}", "ed")
        assert status == 200 and f"[[{len(EVENTS)}]]" in text
        assert runs(audit.parent)[-1]["success"] is True
