"""Scripts with tokens, and browsers that another site sends here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from access_world import write_world
from conftest import ROOT, fetch, open_datasette, send, told

from datasette_access_monitoring.compat.versions import IS_V1

API = "/-/access-monitoring"
EVENT = {"event": "exec", "time": "2026-11-20T10:00:00Z", "user": "x"}
QUERY = {"kind": "audit_query", "metadata": {"name": "mine"}, "spec": {"query": "SELECT 1"}}
CONFIG = {"plugins": {"datasette-access-monitoring": {"actors": {"alice": ["editor"]}}}}
USE = "access-monitoring-audit-query-use"


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_world(tmp_path / "audit.db", [EVENT])


@pytest.fixture
def datasette(audit: Path) -> Any:
    return open_datasette([audit], CONFIG)


async def with_token(datasette: Any, token: str, method: str, path: str, body: Any = None) -> Any:
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    content = None if body is None else json.dumps(body)
    return await datasette.client.request(method, path, headers=headers, content=content)


@pytest.mark.skipif(not IS_V1, reason="0.65 has no tokens of its own")
class TestTokens:
    async def token(self, datasette: Any, *actions: str, actor_id: str = "alice") -> str:
        from datasette.tokens import TokenRestrictions

        restrictions = TokenRestrictions()
        for action in actions:
            restrictions.allow_database("audit", action)
        await datasette.invoke_startup()
        return str(
            await datasette.create_token(actor_id, restrictions=restrictions if actions else None)
        )

    @pytest.mark.asyncio
    async def test_one_without_restrictions_does_what_its_actor_may(
        self, datasette: Any, audit: Path
    ) -> None:
        token = await self.token(datasette)
        created = await with_token(datasette, token, "POST", f"{API}/queries.json", QUERY)
        assert created.status_code == 201, created.text
        asked = await with_token(datasette, token, "GET", f"{API}/query.json?name=mine")
        assert asked.json()["rows"] == [[1]]
        assert {event["user"] for event in told(audit) if event["via"] == "api"} == {"alice"}
        bob = await self.token(datasette, actor_id="bob")
        assert (await with_token(datasette, bob, "GET", f"{API}.json")).status_code == 403

    @pytest.mark.asyncio
    @pytest.mark.parametrize("actor_id", ["alice", "root"])
    async def test_restrictions_narrow_what_its_actor_may(
        self, datasette: Any, actor_id: str
    ) -> None:
        token = await self.token(datasette, "view-database", USE, actor_id=actor_id)
        for method, path, status in (
            ("GET", f"{API}/query.json?sql=SELECT+1", 200),
            ("POST", f"{API}/query.json", 400),
            ("GET", f"{API}/queries.json", 403),
            ("GET", f"{API}/reports.json", 403),
            ("POST", f"{API}/queries.json", 403),
            ("GET", "/audit/exec.json", 403),
            ("GET", "/audit.json", 200),
        ):
            body = {} if method == "POST" else None
            response = await with_token(datasette, token, method, path, body)
            assert response.status_code == status, (method, path, response.text[:200])
        verbs = (await with_token(datasette, token, "GET", f"{API}.json")).json()["verbs"]
        assert verbs["audit_query"] == ["use"] and verbs["event"] == []

    @pytest.mark.asyncio
    @pytest.mark.parametrize("actions", [(USE,), ("view-database",), ("view-table", USE)])
    async def test_one_that_may_not_see_the_database_may_nothing(
        self, datasette: Any, actions: tuple[str, ...]
    ) -> None:
        token = await self.token(datasette, *actions)
        response = await with_token(datasette, token, "GET", f"{API}/query.json?sql=SELECT+1")
        assert response.status_code == 403

    @pytest.mark.asyncio
    async def test_a_wrong_one_is_told(self, datasette: Any) -> None:
        response = await with_token(datasette, "dstok_wrong", "GET", f"{API}.json")
        assert response.status_code == 401

    @pytest.mark.asyncio
    async def test_the_actions_are_listed_for_who_makes_tokens(self, datasette: Any) -> None:
        await datasette.invoke_startup()
        listed = (await fetch(datasette, "/-/actions.json", ROOT)).json()["actions"]
        ours = [one for one in listed if one["name"].startswith("access-monitoring-")]
        assert len(ours) == 20
        (use,) = [one for one in ours if one["name"] == USE]
        assert use["description"] == "Access Monitoring: use audit_query"


FOREIGN = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
CHANGES = [
    ("POST", f"{API}/queries.json", json.dumps(QUERY)),
    ("PUT", f"{API}/queries/there.json", json.dumps(QUERY)),
    ("DELETE", f"{API}/queries/there.json", ""),
    ("POST", f"{API}/reports/privileged_access_report/run.json", '{"wait": true}'),
    ("POST", f"{API}/query.json", '{"sql": "SELECT 1"}'),
    ("POST", f"{API}/new-query", "name=mine&sql=SELECT+1"),
    ("POST", f"{API}/new-role", "name=mine&event.list=on"),
    ("POST", f"{API}/queries/there/edit", "sql=SELECT+2"),
    ("POST", f"{API}/queries/there/delete", ""),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/json", "application/x-www-form-urlencoded"]
)
async def test_another_site_s_page_changes_nothing_with_one_s_cookies(
    datasette: Any, audit: Path, method: str, path: str, body: str, content_type: str
) -> None:
    alice = {"id": "alice"}
    there = {**QUERY, "metadata": {"name": "there"}}
    assert (await send(datasette, "POST", f"{API}/queries.json", alice, there)).status_code == 201
    before = len(told(audit))
    cookies = {"ds_actor": datasette.sign({"a": alice}, "actor")}
    response = await datasette.client.request(
        method, path, cookies=cookies, content=body,
        headers={"content-type": content_type, **FOREIGN},
    )  # fmt: skip
    assert response.status_code == 403
    assert [e for e in told(audit)[before:] if e["event"] != "secreports.access.denied"] == []
