"""Ways to read or change the log without an event, or with a false one: none of them works."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from access_world import actor, write_world
from conftest import ROOT, fetch, open_datasette, send, told
from datasette.plugins import pm
from datasette.utils.asgi import Response
from pluggy import HookimplMarker

from datasette_access_monitoring.compat.versions import IS_V1

hookimpl = HookimplMarker("datasette")
EVENTS = [
    {"event": "exec", "time": "2026-11-20T10:00:00Z", "user": "x", "command": "evtword"},
    {"event": "exec", "time": "2026-11-20T11:00:00Z", "user": "y", "command": "other"},
]
AUDITOR = {"id": "ann", "roles": ["auditor"]}
WRITING = {
    "wipe": {"sql": "DELETE FROM _event_exec", "write": True},
    "mine": {"sql": "SELECT user FROM exec"},
}


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_world(tmp_path / "audit.db", EVENTS)


@pytest.fixture
def datasette(audit: Path) -> Any:
    return open_datasette([audit], {"databases": {"audit": {"queries": WRITING}}})


def deeds(audit: Path) -> list[tuple[str, str, bool | None]]:
    """Of each event of this test's requests the type, what it was about, whether it worked."""
    return [
        (
            event["event"].removeprefix("secreports."),
            event.get("query") or event["path"],
            event.get("success"),
        )
        for event in told(audit)
        if event["via"] != "cli"
    ]


class TestReading:
    @pytest.mark.asyncio
    @pytest.mark.parametrize(
        ("path", "event_type"),
        [
            ("/audit/exec.json", "events.read"),
            ("/audit/exec", "events.read"),
            ("/audit/exec.csv", "events.export"),
            ("/audit/_event_exec.json", "events.read"),
        ],
    )
    async def test_an_error_that_quotes_an_event(
        self, datasette: Any, audit: Path, path: str, event_type: str
    ) -> None:
        where = "json_extract('{}',(select command from exec limit 1))"
        response = await fetch(datasette, path, AUDITOR, params={"_where": where})
        assert response.status_code == 400 and "evtword" in response.text
        ((told_type, told_path, success),) = deeds(audit)
        assert (told_type, success) == (event_type, False)
        assert told_path.startswith(path) and "json_extract" in told_path

    @pytest.mark.asyncio
    async def test_a_question_that_is_answered_with_an_error_page(
        self, datasette: Any, audit: Path
    ) -> None:
        sql = "select case when user = 'x' then 'text' end as c from exec"
        blob = {"sql": sql, "_blob_column": "c", "_blob_hash": "zz"}
        path = "/audit/-/query.blob" if IS_V1 else "/audit.blob"
        response = await fetch(datasette, path, AUDITOR, params=blob)
        assert response.status_code >= 400
        assert deeds(audit) == [("audit.query.run", sql, False)]

    @pytest.mark.asyncio
    async def test_an_argument_given_twice(self, datasette: Any, audit: Path) -> None:
        path = "/audit/-/query.json" if IS_V1 else "/audit.json"
        query = "sql=select+command+from+exec&sql=select+1"
        response = await fetch(datasette, f"{path}?{query}", AUDITOR)
        assert "evtword" in response.text
        assert deeds(audit) == [("audit.query.run", "select command from exec", None)]

    @pytest.mark.asyncio
    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "BREW", "HEAD"])
    async def test_a_method_of_one_s_own(self, datasette: Any, audit: Path, method: str) -> None:
        response = await send(datasette, method, "/audit/exec.json", AUDITOR)
        if response.status_code < 300:
            assert deeds(audit) == [("events.read", "/audit/exec.json", True)]
        else:
            assert "evtword" not in response.text
            assert deeds(audit) in ([], [("events.read", "/audit/exec.json", False)])

    @pytest.mark.asyncio
    async def test_a_format_with_an_odd_name(self, datasette: Any, audit: Path) -> None:
        class Format:
            __name__ = "format"

            @hookimpl
            def register_output_renderer(self) -> Any:
                def render(rows: list[Any]) -> Any:
                    return Response.text(" ".join(str(tuple(row)) for row in rows))

                return {"extension": "tab2_x", "render": render}

        pm.register(Format(), name="format")
        try:
            datasette._register_renderers()
            path = "/audit/-/query.tab2_x" if IS_V1 else "/audit.tab2_x"
            sql = "select command from exec"
            response = await fetch(datasette, path, AUDITOR, params={"sql": sql})
            assert "evtword" in response.text
        finally:
            pm.unregister(name="format")
        assert deeds(audit) == [("audit.query.run", sql, None)]

    @pytest.mark.asyncio
    async def test_padding(self, datasette: Any, audit: Path) -> None:
        sql = f"select/*{'a' * 50_000}*/ command from exec"
        path = "/audit/-/query.json" if IS_V1 else "/audit.json"
        response = await fetch(datasette, path, AUDITOR, params={"sql": sql})
        assert "evtword" in response.text
        assert deeds(audit) == [("audit.query.run", sql, None)]

    @pytest.mark.asyncio
    async def test_words_in_parameters(self, datasette: Any, audit: Path) -> None:
        path = "/audit/-/query.json" if IS_V1 else "/audit.json"
        asked = {"sql": "select command from exec where user = :u", "u": "x", "_shape": "array"}
        await fetch(datasette, path, AUDITOR, params=asked)
        (event,) = told(audit, "secreports.audit.query.run")
        assert event["parameters"] == {"u": "x"}

    @pytest.mark.asyncio
    async def test_the_file_with_sql_in_its_address(
        self, audit: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        # Datasette gives out immutable files only, so the event goes to the server's log.
        datasette = open_datasette([], immutables=[str(audit)])
        response = await fetch(datasette, "/audit.db?sql=select+1", ROOT)
        assert response.status_code == 200
        assert "secreports.events.export" in caplog.text
        assert "secreports.audit.query.run" not in caplog.text


class TestWriting:
    @pytest.mark.asyncio
    async def test_a_query_that_writes_is_root_s(self, datasette: Any, audit: Path) -> None:
        await datasette.invoke_startup()
        for who in (AUDITOR, actor("editor"), actor("sql"), None):
            for method in ("GET", "POST"):
                response = await send(datasette, method, "/audit/wipe", who)
                assert response.status_code == 403, (who, method)
        with sqlite3.connect(audit) as connection:
            assert connection.execute("SELECT count(*) FROM exec").fetchone() == (2,)
        assert {told_type for told_type, *_ in deeds(audit)} == {"access.denied"}
        assert (await fetch(datasette, "/audit/mine.json", AUDITOR)).status_code == 200

    @pytest.mark.asyncio
    async def test_what_it_did_is_told(self, datasette: Any, audit: Path) -> None:
        await datasette.invoke_startup()
        assert (await fetch(datasette, "/audit/wipe", ROOT)).status_code == 200
        assert deeds(audit) == []
        response = await send(datasette, "POST", "/audit/wipe", ROOT)
        assert response.status_code == 302, response.text
        with sqlite3.connect(audit) as connection:
            assert connection.execute("SELECT count(*) FROM exec").fetchone() == (0,)
        assert deeds(audit) == [("database.change", "/audit/wipe", True)]


class TestFalseEvents:
    @pytest.mark.asyncio
    @pytest.mark.parametrize("who", [None, AUDITOR])
    async def test_asking_for_options_does_nothing(
        self, datasette: Any, audit: Path, who: Any
    ) -> None:
        for address in (
            "/audit?sql=select+FAKE", "/audit/-/query?sql=select+FAKE", "/audit/exec/1",
            "/audit.db", "/audit/exec.csv",
        ):  # fmt: skip
            await send(datasette, "OPTIONS", address, who)
        assert [one for one in deeds(audit) if one[0] != "access.denied"] == []

    @pytest.mark.asyncio
    async def test_a_fault_found_before_it_is_asked_who_is_there(
        self, datasette: Any, audit: Path
    ) -> None:
        for number in range(5):
            address = f"/audit.csv?sql=FAKE{number}&_stream=1&_next=1"
            await fetch(datasette, address, follow_redirects=True)
        assert [told_type for told_type, *_ in deeds(audit)] in ([], ["access.denied"])

    @pytest.mark.asyncio
    async def test_refusals_of_strangers_do_not_hide_an_insider_s(
        self, datasette: Any, audit: Path
    ) -> None:
        for number in range(70):
            transport = {"client": (f"10.0.0.{number}", 1)}
            await from_address(datasette, "/audit", transport)
        await fetch(datasette, "/audit/exec", {"id": "insider"})
        users = [event.get("user", "") for event in told(audit, "secreports.access.denied")]
        assert users.count("") == 60 and users.count("insider") == 1


async def from_address(datasette: Any, path: str, scope: dict[str, Any]) -> None:
    """A request of somebody who has not signed in, from an address of their own."""
    app = datasette.app()
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send_(message: Any) -> None:
        sent.append(message)

    await app(
        {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
            "query_string": b"", "headers": [], "http_version": "1.1", "scheme": "http", **scope,
        },
        receive,
        send_,
    )  # fmt: skip
    assert sent[0]["status"] == 403


@pytest.fixture(autouse=True)
def formats_as_they_were() -> Iterator[None]:
    yield
    assert pm.get_plugin("format") is None
