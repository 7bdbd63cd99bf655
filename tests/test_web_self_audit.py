"""What people do on Datasette's pages and by the API is in the log before they have the answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from access_world import actor, write_world
from conftest import (
    ROOT,
    fetch,
    open_datasette,
    send,
    told,
    write_audit_database,
    write_ordinary_database,
)
from datasette.plugins import pm
from pluggy import HookimplMarker

from datasette_access_monitoring.compat.versions import IS_V1
from datasette_access_monitoring.events import Event, decode
from datasette_access_monitoring.resources.canned import canned_reports
from datasette_access_monitoring.store import database
from datasette_access_monitoring.web import working

hookimpl = HookimplMarker("datasette")
EVENT = {"event": "exec", "time": "2026-11-20T10:00:00Z", "user": "x", "proto": "kube"}
SQL = actor("sql")
API = "/-/access-monitoring"


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_world(tmp_path / "audit.db", [EVENT])


@pytest.fixture
def plants(tmp_path: Path) -> Path:
    return write_ordinary_database(tmp_path / "plants.db")


@pytest.fixture
def datasette(audit: Path, plants: Path) -> Any:
    queries = {"mine": {"sql": "SELECT user FROM exec"}}
    return open_datasette([audit, plants], {"databases": {"audit": {"queries": queries}}})


def deeds(audit: Path) -> list[dict[str, Any]]:
    """The events of this test's own requests."""
    return [event for event in told(audit) if event["via"] != "cli"]


async def one(datasette: Any, audit: Path, address: str, who: Any) -> dict[str, Any]:
    await fetch(datasette, address, who, follow_redirects=True)
    (event,) = deeds(audit)
    return event


class TestDatasettesPages:
    @pytest.mark.asyncio
    @pytest.mark.parametrize("suffix", ["", ".json", ".csv"])
    async def test_sql_is_a_query_run(self, datasette: Any, audit: Path, suffix: str) -> None:
        await datasette.invoke_startup()
        event = await one(datasette, audit, f"/audit{suffix}?sql=select+user+from+exec", SQL)
        assert (event["event"], event["code"]) == ("secreports.audit.query.run", "SRE001I")
        assert event["query"] == "select user from exec"
        assert (event["user"], event["via"]) == ("the sql", "datasette")
        assert event["addr.remote"] == "127.0.0.1"

    @pytest.mark.asyncio
    async def test_sql_that_fails_is_one_too(self, datasette: Any, audit: Path) -> None:
        await datasette.invoke_startup()
        event = await one(datasette, audit, "/audit.json?sql=select+nonsense", SQL)
        assert (event["query"], event["success"]) == ("select nonsense", False)

    @pytest.mark.asyncio
    async def test_a_report_query_is_told_in_trino_s_words(
        self, datasette: Any, audit: Path
    ) -> None:
        await datasette.invoke_startup()
        event = await one(datasette, audit, "/audit/kube_execs.json?days=30", actor("my-role"))
        (report,) = canned_reports()
        (query,) = [one for one in report.queries if one.name == "kube_execs"]
        assert event["event"] == "secreports.audit.query.run"
        assert (event["name"], event["query"], event["days"]) == ("kube_execs", query.query, 30)

    @pytest.mark.asyncio
    async def test_the_operator_s_query_in_its_own(self, datasette: Any, audit: Path) -> None:
        await datasette.invoke_startup()
        event = await one(datasette, audit, "/audit/mine", SQL)
        assert (event["name"], event["query"]) == ("mine", "SELECT user FROM exec")

    @pytest.mark.asyncio
    @pytest.mark.parametrize(
        ("address", "event_type"),
        [
            ("/audit/exec", "secreports.events.read"),
            ("/audit/exec.json?_facet=user", "secreports.events.read"),
            ("/audit/_event_exec.json?user=x", "secreports.events.read"),
            ("/audit/exec.csv?_stream=on", "secreports.events.export"),
        ],
    )
    async def test_looking_at_events_is_told_with_the_address(
        self, datasette: Any, audit: Path, address: str, event_type: str
    ) -> None:
        event = await one(datasette, audit, address, actor("auditor"))
        assert (event["event"], event["path"]) == (event_type, address)

    @pytest.mark.asyncio
    async def test_the_download_is_an_export(self, audit: Path) -> None:
        # Datasette gives out immutable files only, so the event goes to the server's log.
        datasette = open_datasette([], immutables=[str(audit)])
        recorded: list[Any] = []
        original = working.record_now
        try:
            working.record_now = lambda _, event: recorded.append(event)  # type: ignore[assignment]
            response = await fetch(datasette, "/audit.db", ROOT)
        finally:
            working.record_now = original
        assert response.status_code == 200
        assert [event.type for event in recorded] == ["secreports.events.export"]

    @pytest.mark.asyncio
    async def test_lists_of_names_and_other_databases_are_not_told(
        self, datasette: Any, audit: Path
    ) -> None:
        await datasette.invoke_startup()
        for address in (
            "/", "/audit", "/audit.json", "/plants/plants", "/plants.json?sql=select+1",
            "/-/databases.json", "/-/static/app.css", f"{API}.json", f"{API}/queries.json",
        ):  # fmt: skip
            await fetch(datasette, address, actor("auditor"), follow_redirects=True)
        assert deeds(audit) == []

    @pytest.mark.asyncio
    @pytest.mark.skipif(not IS_V1, reason="0.65 has no such pages")
    async def test_writing_past_us_is_told(self, datasette: Any, audit: Path) -> None:
        await datasette.invoke_startup()
        body = {"sql": "UPDATE _event_exec SET user = 'y'", "params": {}}
        response = await send(datasette, "POST", "/audit/-/execute-write", ROOT, body)
        assert response.status_code == 200, response.text
        events = [e for e in deeds(audit) if e["event"] == "secreports.database.change"]
        assert [(e["user"], e["path"]) for e in events] == [("root", "/audit/-/execute-write")]

    @pytest.mark.asyncio
    async def test_memory_across_databases_is_told_to_each_log(
        self, tmp_path: Path, audit: Path
    ) -> None:
        other = write_audit_database(tmp_path / "other.db", [])
        datasette = open_datasette([audit, other], crossdb=True)
        await fetch(
            datasette, "/_memory.json?sql=select+*+from+[audit].exec", ROOT, follow_redirects=True
        )
        for path in (audit, other):
            (event,) = deeds(path)
            assert event["query"] == "select * from [audit].exec"


class TestRefusals:
    @pytest.mark.asyncio
    @pytest.mark.parametrize(
        ("address", "via"),
        [
            ("/audit", "datasette"),
            ("/audit/exec.json", "datasette"),
            ("/audit.json?sql=select+1", "datasette"),
            (f"{API}/roles.json", "api"),
            (f"{API}/query", "page"),
        ],
    )
    @pytest.mark.parametrize("who", [None, {"id": "bob"}, actor("browser")])
    async def test_each_is_told_with_who_and_what(
        self, datasette: Any, audit: Path, address: str, via: str, who: Any
    ) -> None:
        await datasette.invoke_startup()
        response = await fetch(datasette, address, who, follow_redirects=True)
        events = [e for e in deeds(audit) if e["event"] == "secreports.access.denied"]
        if response.status_code != 403:
            assert events == []
            return
        (event,) = events
        assert event["code"] == "SRE131W"
        assert event.get("user") == (who["id"] if who else None)
        assert (event["via"], event["method"], event["success"]) == (via, "GET", False)
        assert event["path"].split("?")[0].startswith(address.split(".")[0].split("?")[0])

    @pytest.mark.asyncio
    async def test_many_are_one_event_and_a_count(self, datasette: Any, audit: Path) -> None:
        for _ in range(30):
            await fetch(datasette, "/audit", {"id": "eve"})
            await fetch(datasette, f"{API}/query.json?sql=1", {"id": "eve"})
        assert len(deeds(audit)) == 1

    @pytest.mark.asyncio
    async def test_other_databases_are_not_told(self, audit: Path, plants: Path) -> None:
        config = {"databases": {"plants": {"allow": False}}}
        datasette = open_datasette([audit, plants], config)
        assert (await fetch(datasette, "/plants")).status_code == 403
        assert deeds(audit) == []

    @pytest.mark.asyncio
    async def test_one_that_leads_to_a_login_is_told_too(self, datasette: Any, audit: Path) -> None:
        from datasette import Response

        class Login:
            __name__ = "login"

            @hookimpl(tryfirst=True)
            def forbidden(self) -> Any:
                async def inner() -> Any:
                    return Response.redirect("/-/login")

                return inner

        pm.register(Login(), name="login")
        try:
            for address in ("/audit/exec", API):
                response = await fetch(datasette, address, {"id": f"bob at {address}"})
                assert (response.status_code, response.headers["location"]) == (302, "/-/login")
        finally:
            pm.unregister(name="login")
        assert [event["user"] for event in deeds(audit)] == ["bob at /audit/exec", f"bob at {API}"]


@pytest.fixture
def busy(audit: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another writer holds the database."""
    monkeypatch.setattr(working, "RECORD_SECONDS", 0.1)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    import sqlite3

    writer = sqlite3.connect(audit, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    yield
    writer.execute("ROLLBACK")
    writer.close()


@pytest.mark.asyncio
@pytest.mark.usefixtures("busy")
async def test_what_cannot_be_stored_now_is_a_line_in_the_server_s_log(
    datasette: Any, audit: Path, caplog: pytest.LogCaptureFixture
) -> None:
    response = await fetch(datasette, f"{API}/query.json?sql=SELECT+1", SQL)
    assert response.json()["rows"] == [[1]]
    lines = [record.getMessage() for record in caplog.records if record.name == working.__name__]
    assert len(lines) == 1
    why, line = lines[0].splitlines()
    assert why.startswith("not recorded: ")
    event = json.loads(line)
    assert isinstance(decode(line.encode()), Event)
    assert (event["event"], event["query"]) == ("secreports.audit.query.run", "SELECT 1")
    assert deeds(audit) == []


@pytest.mark.asyncio
async def test_reading_what_was_told_is_told_once_and_not_told_again(
    datasette: Any, audit: Path
) -> None:
    for _ in range(3):
        await fetch(
            datasette, f"{API}/query.json", SQL,
            params={"sql": "SELECT count(*) FROM secreports_audit_query_run"},
        )  # fmt: skip
    assert len(deeds(audit)) == 3
    last = await fetch(
        datasette, f"{API}/query.json", SQL,
        params={"sql": "SELECT user, query, rows FROM secreports_audit_query_run"},
    )  # fmt: skip
    assert len(last.json()["rows"]) == 3
    assert last.json()["rows"][0][0] == "the sql"
