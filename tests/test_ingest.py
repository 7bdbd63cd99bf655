"""Events that are pushed: 200 when they are on disk, anything else only when they are not."""

from __future__ import annotations

import asyncio
import gzip
import json
import sqlite3
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from access_world import ROLES, actor, write_world
from conftest import ROOT, fetch, open_datasette, send, told
from datasette import hookimpl
from datasette.plugins import pm

from datasette_access_monitoring.store.database import open_for_reading
from datasette_access_monitoring.store.read import read_events
from datasette_access_monitoring.store.state import read_rejects, read_source_states
from datasette_access_monitoring.web import intake
from datasette_access_monitoring.web.api import ingest

EVENTS = "/-/access-monitoring/ingest/events.log"
SESSION = "/-/access-monitoring/ingest/session.5f0c2d0e-0001.log"
WRITER = actor("editor")


def event(number: int, **more: Any) -> dict[str, Any]:
    return {"event": "exec", "time": "2026-11-20T10:00:00Z", "n": number, **more}


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_world(tmp_path / "audit.db", [])


@pytest.fixture
def datasette(audit: Path) -> Any:
    return open_datasette([audit])


def stored(path: Path) -> list[dict[str, Any]]:
    connection = open_for_reading(path)
    events = [json.loads(line) for line in read_events(connection)]
    connection.close()
    return [one for one in events if not one["event"].startswith("secreports.")]


async def push(
    datasette: Any, body: Any, who: Any = WRITER, path: str = EVENTS, **headers: str
) -> Any:
    """As a page of this server would, so that 0.65 takes it from somebody who has a cookie."""
    return await send(datasette, "POST", path, who, bytes_of(body), headers=headers)


def bytes_of(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


@pytest.mark.asyncio
@pytest.mark.parametrize("path", [EVENTS, SESSION])
async def test_each_form_of_body_is_stored(datasette: Any, audit: Path, path: str) -> None:
    bodies = [
        event(1),
        [event(2), event(3)],
        b"\n".join(json.dumps(event(n)).encode() for n in (4, 5)) + b"\n",
        json.dumps(event(6), indent=2).encode(),
    ]
    for body in bodies:
        answer = await push(datasette, body, path=path)
        assert answer.status_code == 200 and answer.json()["ok"] is True
        assert answer.json()["events"] in (1, 2) and answer.json()["rejected"] == 0
    assert [one["n"] for one in stored(audit)] == [1, 2, 3, 4, 5, 6]


@pytest.mark.asyncio
async def test_compressed_bodies_are_read(datasette: Any, audit: Path) -> None:
    for number, (encoding, compress) in enumerate(
        [("gzip", gzip.compress), ("deflate", zlib.compress)]
    ):
        body = compress(json.dumps([event(number)]).encode())
        answer = await push(datasette, body, **{"content-encoding": encoding})
        assert answer.status_code == 200
    assert len(stored(audit)) == 2
    assert (await push(datasette, b"x", **{"content-encoding": "br"})).status_code == 415
    assert (await push(datasette, b"x", **{"content-encoding": "gzip"})).status_code == 400


@pytest.mark.asyncio
async def test_compressed_bodies_may_come_side_by_side(datasette: Any, audit: Path) -> None:
    bodies = [gzip.compress(bytes_of([event(number)])) for number in range(12)]
    answers = await asyncio.gather(
        *(push(datasette, body, **{"content-encoding": "gzip"}) for body in bodies)
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len(stored(audit)) == 12


@pytest.mark.asyncio
async def test_what_is_sent_again_is_stored_once(datasette: Any, audit: Path) -> None:
    for body in (event(1), [event(1), event(1, n=1.0)], b' {"n": 1, "event":"exec",\n"time": '
                 b'"2026-11-20T10:00:00Z"} ', b"no event"):  # fmt: skip
        for _ in range(2):
            assert (await push(datasette, body)).status_code == 200
    assert len(stored(audit)) == 1
    connection = open_for_reading(audit)
    (reject,) = read_rejects(connection)
    (source,) = (one for one in read_source_states(connection) if one.location == "http")
    connection.close()
    assert (reject.location, reject.line) == ("http", b"no event")
    assert (source.events, source.duplicates, source.rejects) == (1, 7, 1)
    assert source.lines == 10


@pytest.mark.asyncio
async def test_lines_that_are_no_events_are_kept_and_counted(datasette: Any, audit: Path) -> None:
    answer = await push(datasette, b'{"event": "exec"}\nnonsense\n' + json.dumps(event(1)).encode())
    assert answer.json() == {"ok": True, "database": "audit", "events": 1, "rejected": 2}
    assert len(stored(audit)) == 1


@pytest.mark.asyncio
async def test_pushing_takes_the_verb(datasette: Any, audit: Path) -> None:
    for name, tried in ROLES.items():
        answer = await push(datasette, event(1), actor(name))
        expected = 200 if tried.allows("event", "create") else 403
        assert answer.status_code == expected, name
    assert (await push(datasette, event(2), None)).status_code == 403
    assert (await push(datasette, event(2), ROOT)).status_code == 200
    assert [one["n"] for one in stored(audit)] == [1, 2]
    assert {one["via"] for one in told(audit, "secreports.access.denied")} == {"api"}
    assert (await fetch(datasette, EVENTS, WRITER)).status_code == 405


@pytest.mark.asyncio
async def test_a_form_of_another_site_pushes_nothing(datasette: Any, audit: Path) -> None:
    answer = await fetch(
        datasette, EVENTS, WRITER, method="POST", content=bytes_of(event(1)),
        headers={"content-type": "text/plain", "origin": "https://evil.example",
                 "sec-fetch-site": "cross-site"},
    )  # fmt: skip
    assert answer.status_code == 403 and stored(audit) == []


@pytest.mark.asyncio
async def test_too_much_is_refused_and_stores_nothing(
    datasette: Any, audit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "MAX_BODY", 1_000)
    monkeypatch.setattr(ingest, "MAX_INFLATED", 5_000)
    long = json.dumps(event(1, command="x" * 20_000)).encode()
    assert (await push(datasette, long)).status_code == 413
    bomb = gzip.compress(long)
    assert len(bomb) < 1_000
    assert (await push(datasette, bomb, **{"content-encoding": "gzip"})).status_code == 413
    assert stored(audit) == []
    assert (await push(datasette, event(2))).status_code == 200


@pytest.mark.asyncio
async def test_a_full_intake_asks_to_come_again(
    datasette: Any, audit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_BYTES", 2_000)
    blocker = sqlite3.connect(audit, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    first = asyncio.create_task(push(datasette, event(1, command="x" * 1_500)))
    while not any(way._bytes for way in ingest._intakes.values()):
        await asyncio.sleep(0.01)
    answer = await push(datasette, event(2, command="x" * 1_500))
    assert answer.status_code == 503 and answer.headers["retry-after"] == "1"
    blocker.execute("ROLLBACK")
    blocker.close()
    assert (await first).status_code == 200
    assert (await push(datasette, event(2, command="x" * 1_500))).status_code == 200
    assert [one["n"] for one in stored(audit)] == [1, 2]


def test_who_waits_no_more_does_not_end_it_for_others(audit: Path) -> None:
    way = intake.Intake(audit)
    blocker = sqlite3.connect(audit, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    way.put(intake.Pushed([], []))  # is being stored
    time.sleep(0.3)
    assert way.put(intake.Pushed([], [])).cancel()
    blocker.execute("ROLLBACK")
    blocker.close()
    time.sleep(0.5)
    way.put(intake.Pushed([], [])).result(30)


@pytest.mark.asyncio
async def test_requests_side_by_side_share_transactions(
    datasette: Any, audit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = []
    write = intake._write

    def watched(writer: Any, batch: Any, *rest: Any) -> None:
        batches.append(len(batch))
        write(writer, batch, *rest)

    monkeypatch.setattr(intake, "_write", watched)
    answers = await asyncio.gather(*(push(datasette, event(number)) for number in range(60)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(stored(audit)) == sum(batches) == 60 and len(batches) < 60


@pytest.mark.asyncio
async def test_what_cannot_be_stored_is_not_said_to_be(audit: Path) -> None:
    immutable = open_datasette([], immutables=[str(audit)])
    assert (await push(immutable, event(1), ROOT)).status_code == 503
    datasette = open_datasette([audit])
    assert (await push(datasette, event(1))).status_code == 200
    with sqlite3.connect(audit) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON _event_exec WHEN new.user = 'poison'\n"
            "BEGIN SELECT RAISE(FAIL, 'disk is full'); END"
        )
    good, bad = await asyncio.gather(
        push(datasette, event(2)), push(datasette, event(3, user="poison"))
    )
    assert (good.status_code, bad.status_code) == (200, 503)
    assert [one["n"] for one in stored(audit)] == [1, 2]


@pytest.mark.asyncio
async def test_the_right_database_is_named(tmp_path: Path, audit: Path) -> None:
    other = write_world(tmp_path / "other.db", [])
    datasette = open_datasette([audit, other])
    assert (await push(datasette, event(1))).status_code == 400
    assert (await push(datasette, event(1), path=f"{EVENTS}?database=other")).status_code == 200
    assert stored(audit) == [] and len(stored(other)) == 1


class Tokens:
    """A plugin that knows a program by its token, as those for tokens do."""

    @hookimpl
    def actor_from_request(self, request: Any) -> Any:
        known = request.headers.get("authorization") == "Bearer secret"
        return {"id": "event-handler", "roles": ["editor"]} if known else None


@pytest.mark.asyncio
async def test_a_program_pushes_with_a_token_and_without_cookies(
    datasette: Any, audit: Path
) -> None:
    pm.register(Tokens(), name="tokens")
    try:
        for token, status in (("secret", 200), ("other", 403)):
            answer = await datasette.client.post(
                EVENTS, content=bytes_of(event(1)), headers={"authorization": f"Bearer {token}"}
            )
            assert answer.status_code == status
    finally:
        pm.unregister(name="tokens")
    assert len(stored(audit)) == 1
