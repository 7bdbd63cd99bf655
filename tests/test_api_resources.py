"""The API's resources: list, get, create, update, delete, for each kind alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from access_world import write_world
from conftest import ROOT, fetch, open_datasette, send, told, write_audit_database
from test_resource_documents import TELEPORT

from datasette_access_monitoring.resources.documents import read_resources
from datasette_access_monitoring.web import working

API = "/-/access-monitoring"
EDITOR = {"id": "ed", "roles": ["editor"]}
QUERY = {"kind": "audit_query", "metadata": {"name": "mine"}, "spec": {"query": "SELECT 1"}}
REPORT = {
    "kind": "security_report",
    "metadata": {"name": "mine"},
    "spec": {"title": "T", "desc": "D", "queries": [{"name": "q", "query": "SELECT 1"}]},
}
ROLE = {
    "kind": "role",
    "metadata": {"name": "mine", "description": "D"},
    "spec": {"allow": {"rules": [{"resources": ["event"], "verbs": ["list"]}]}},
}
KINDS = [("queries", QUERY), ("reports", REPORT), ("roles", ROLE)]


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_audit_database(tmp_path / "audit.db", [])


@pytest.fixture
def datasette(audit: Path) -> Any:
    return open_datasette([audit])


def events(audit: Path) -> list[tuple[str, str, str]]:
    return [(e["event"], e["name"], e["user"]) for e in told(audit) if "name" in e]


def with_spec(document: Mapping[str, Any], **spec: Any) -> dict[str, Any]:
    return {**document, "spec": {**document["spec"], **spec}}


@pytest.mark.asyncio
@pytest.mark.parametrize(("kinds", "document"), KINDS)
async def test_the_life_of_a_resource(
    datasette: Any, audit: Path, kinds: str, document: dict[str, Any]
) -> None:
    kind = document["kind"]
    created = await send(datasette, "POST", f"{API}/{kinds}.json", EDITOR, document)
    assert created.status_code == 201, created.text
    body = created.json()
    assert (body["ok"], body["database"], body["change"]) == (True, "audit", "created")
    assert (body["origin"], body["updated_by"]) == ("stored", "ed")
    revision = body["resource"]["metadata"]["revision"]

    got = (await fetch(datasette, f"{API}/{kinds}/mine.json", EDITOR)).json()
    assert got["resource"] == body["resource"]
    assert got["resource"]["kind"] == kind

    listed = (await fetch(datasette, f"{API}/{kinds}.json", EDITOR)).json()
    (entry,) = [one for one in listed[kinds] if one["name"] == "mine"]
    assert (entry["revision"], entry["origin"]) == (revision, "stored")
    assert "resource" not in entry and "query" not in entry

    again = await send(datasette, "POST", f"{API}/{kinds}.json", EDITOR, document)
    assert (again.status_code, again.json()["change"]) == (200, "unchanged")
    changed = {**document, "metadata": {**document["metadata"], "labels": {"team": "red"}}}
    refused = await send(datasette, "POST", f"{API}/{kinds}.json", EDITOR, changed)
    assert refused.status_code == 409 and "already exists" in refused.json()["error"]

    stale = {**changed, "metadata": {**changed["metadata"], "revision": "stale"}}
    refused = await send(datasette, "PUT", f"{API}/{kinds}/mine.json", EDITOR, stale)
    assert refused.status_code == 409 and "has changed since" in refused.json()["error"]
    fresh = {**changed, "metadata": {**changed["metadata"], "revision": revision}}
    updated = await send(datasette, "PUT", f"{API}/{kinds}/mine.json", EDITOR, fresh)
    assert (updated.status_code, updated.json()["change"]) == (200, "updated")
    assert updated.json()["resource"]["metadata"]["labels"] == {"team": "red"}
    assert updated.json()["resource"]["metadata"]["revision"] != revision

    gone = await send(datasette, "DELETE", f"{API}/{kinds}/mine.json", EDITOR)
    assert (gone.status_code, gone.json()["change"]) == (200, "deleted")
    for method, content in (("GET", None), ("PUT", document), ("DELETE", None)):
        response = await send(datasette, method, f"{API}/{kinds}/mine.json", EDITOR, content)
        assert response.status_code == 404, method
    assert events(audit) == [
        (f"secreports.{kind}.{verb}", "mine", "ed") for verb in ("create", "update", "delete")
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("kinds", "name"),
    [("reports", "privileged_access_report"), ("roles", "auditor"), ("roles", "editor")],
)
async def test_what_ships_is_read_and_not_changed(datasette: Any, kinds: str, name: str) -> None:
    got = (await fetch(datasette, f"{API}/{kinds}/{name}.json", EDITOR)).json()
    assert (got["origin"], got["updated_at"], got["updated_by"]) == ("shipped", None, None)
    document = {**got["resource"], "sub_kind": "other"}
    for method, content in (("PUT", document), ("DELETE", None)):
        response = await send(datasette, method, f"{API}/{kinds}/{name}.json", EDITOR, content)
        assert response.status_code == 409
        assert "copy it under another name" in response.json()["error"]
    copy = {**document, "metadata": {"name": "a copy"}}
    assert (await send(datasette, "POST", f"{API}/{kinds}.json", EDITOR, copy)).status_code == 201
    assert (await fetch(datasette, f"{API}/{kinds}/a~20copy.json", EDITOR)).status_code == 200


@pytest.mark.asyncio
@pytest.mark.parametrize("name", sorted(path.name for path in TELEPORT.iterdir()))
async def test_what_a_cluster_exports_is_taken_as_it_is(datasette: Any, name: str) -> None:
    text = (TELEPORT / name).read_text("utf-8")
    (resource,) = read_resources(name, text)
    kinds = {"audit_query": "queries", "security_report": "reports", "role": "roles"}
    path = f"{API}/{kinds[resource.kind.value]}.json"
    kind = "application/json" if name.endswith("json") else "application/yaml"
    body = json.dumps(json.loads(text)[0]) if name.endswith("json") else text
    response = await send(
        datasette, "POST", path, EDITOR, body, headers={"content-type": kind}
    )  # fmt: skip
    assert response.status_code == 201, response.text
    got = response.json()["resource"]
    del got["metadata"]["revision"]
    assert got == resource.document


@pytest.mark.asyncio
async def test_lists_go_page_by_page(datasette: Any) -> None:
    for name in ("c", "a", "b", "d"):
        document = {**QUERY, "metadata": {"name": name}}
        await send(datasette, "POST", f"{API}/queries.json", EDITOR, document)
    seen: list[str] = []
    address = f"{API}/queries.json?_size=3"
    while address:
        page = (await fetch(datasette, address, EDITOR)).json()
        seen += [entry["name"] for entry in page["queries"]]
        assert (page["next"] is None) is (page["next_url"] is None)
        split = urlsplit(page["next_url"] or "")
        address = f"{split.path}?{split.query}" if page["next_url"] else ""
    assert seen == ["a", "b", "c", "d"]


@pytest.mark.asyncio
async def test_what_may_not_be_meant_is_noted(datasette: Any) -> None:
    query = with_spec(QUERY, query="SELECT x FROM nowhere")
    response = await send(datasette, "POST", f"{API}/queries.json", EDITOR, query)
    assert response.status_code == 201
    (note,) = response.json()["notes"]
    assert note.startswith("does not run on this database yet: line 1:15: no view 'nowhere'")
    rules = [{"resources": ["node"], "verbs": ["*"]}]
    role = with_spec(ROLE, allow={"rules": rules})
    response = await send(datasette, "POST", f"{API}/roles.json", EDITOR, role)
    assert response.json()["notes"][0].startswith("it opens nothing here")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "must hold one document, not 0"),
        ("{", "cannot be read"),
        ("[]", "must be a JSON object"),
        ("{}", "the body: line 1: kind: is missing"),
        (json.dumps(ROLE), "is of kind role, not audit_query"),
        (json.dumps(with_spec(QUERY, query="")), "the body: line 1: spec.query: is missing"),
        (json.dumps({**QUERY, "metadata": {"name": "a\u202eb"}}), "metadata.name: must not"),
        (json.dumps(QUERY, indent=1).replace('"spec"', '"spek"'), "the body: line "),
        (b"\xff", "cannot be read"),
    ],
)
async def test_a_wrong_body_is_told(datasette: Any, body: str | bytes, message: str) -> None:
    response = await send(datasette, "POST", f"{API}/queries.json", EDITOR, body)
    assert response.status_code == 400
    error = response.json()
    assert (error["ok"], error["status"]) == (False, 400)
    assert message in error["error"] and error["errors"] == [error["error"]]


@pytest.mark.asyncio
async def test_several_documents_or_another_name_are_refused(datasette: Any) -> None:
    two = "---\n".join(json.dumps(QUERY) + "\n" for _ in range(2))
    response = await send(
        datasette, "POST", f"{API}/queries.json", EDITOR, two,
        headers={"content-type": "application/yaml"},
    )  # fmt: skip
    assert "one document, not 2" in response.json()["error"]
    response = await send(datasette, "PUT", f"{API}/queries/other.json", EDITOR, QUERY)
    assert (response.status_code, "'mine'" in response.json()["error"]) == (400, True)


@pytest.mark.asyncio
async def test_names_with_anything_in_them_have_addresses(datasette: Any) -> None:
    for name, address in (("a b/c.json", "a~20b~2Fc~2Ejson"), ("~%", "~7E~25"), ("é", "~C3~A9")):
        document = {**QUERY, "metadata": {"name": name}}
        await send(datasette, "POST", f"{API}/queries.json", EDITOR, document)
        got = (await fetch(datasette, f"{API}/queries/{address}.json", EDITOR)).json()
        assert got["resource"]["metadata"]["name"] == name


@pytest.mark.asyncio
async def test_too_much_is_refused(datasette: Any) -> None:
    query = with_spec(QUERY, query="x" * (2 * 1024 * 1024))
    response = await send(datasette, "POST", f"{API}/queries.json", EDITOR, query)
    assert response.status_code == 413


@pytest.mark.asyncio
async def test_a_role_counts_at_once_and_so_does_its_end(tmp_path: Path) -> None:
    audit = write_world(tmp_path / "audit.db", [])
    datasette = open_datasette([audit])
    carol = {"id": "carol", "roles": ["mine"]}
    assert (await fetch(datasette, f"{API}/schema.json", carol)).status_code == 403
    rules = [{"resources": ["audit_query"], "verbs": ["use"]}]
    role = with_spec(ROLE, allow={"rules": rules})
    await send(datasette, "POST", f"{API}/roles.json", EDITOR, role)
    assert (await fetch(datasette, f"{API}/schema.json", carol)).status_code == 200
    denied = with_spec(role, deny={"rules": [{"resources": ["*"], "verbs": ["*"]}]})
    await send(datasette, "PUT", f"{API}/roles/mine.json", EDITOR, denied)
    assert (await fetch(datasette, f"{API}/schema.json", carol)).status_code == 403
    await send(datasette, "PUT", f"{API}/roles/mine.json", EDITOR, role)
    assert (await fetch(datasette, f"{API}/schema.json", carol)).status_code == 200
    await send(datasette, "DELETE", f"{API}/roles/mine.json", EDITOR)
    assert (await fetch(datasette, f"{API}/schema.json", carol)).status_code == 403


@pytest.mark.asyncio
async def test_an_immutable_database_is_read_and_not_changed(
    audit: Path, caplog: pytest.LogCaptureFixture
) -> None:
    datasette = open_datasette([], immutables=[str(audit)])
    before = audit.read_bytes()
    got = await fetch(datasette, f"{API}/reports.json", EDITOR)
    assert got.status_code == 200
    response = await send(datasette, "POST", f"{API}/queries.json", EDITOR, QUERY)
    assert response.status_code == 503 and "without -i" in response.json()["error"]
    asked = await fetch(datasette, f"{API}/query.json?sql=SELECT+1", EDITOR)
    assert asked.json()["rows"] == [[1]]
    (told,) = [record.getMessage() for record in caplog.records if record.name == working.__name__]
    why, event = told.split("\n")
    assert "served as immutable" in why and json.loads(event)["query"] == "SELECT 1"
    assert audit.read_bytes() == before


@pytest.mark.asyncio
async def test_several_audit_databases_are_told_apart(tmp_path: Path, audit: Path) -> None:
    other = write_world(tmp_path / "other.db", [])
    datasette = open_datasette([audit, other])
    response = await fetch(datasette, f"{API}/queries.json", EDITOR)
    assert response.status_code == 400
    assert "name one with ?database= (audit, other)" in response.json()["error"]
    await send(datasette, "POST", f"{API}/queries.json?database=other", EDITOR, QUERY)
    for name, count in (("audit", 0), ("other", 1)):
        got = (await fetch(datasette, f"{API}/queries.json?database={name}", EDITOR)).json()
        assert (got["database"], len(got["queries"])) == (name, count)
    response = await fetch(datasette, f"{API}/queries.json?database=x", EDITOR)
    assert response.status_code == 404
    # This role stands in one of them only, so there is nothing to choose.
    lister = {"id": "l", "roles": ["lister"]}
    assert (await fetch(datasette, f"{API}/queries.json", lister)).json()["database"] == "other"
    response = await fetch(datasette, f"{API}/queries.json?database=audit", lister)
    assert response.status_code == 404


@pytest.mark.asyncio
async def test_without_an_audit_database_there_is_nothing() -> None:
    for who in (None, EDITOR, ROOT):
        assert (await fetch(open_datasette([]), f"{API}.json", who)).status_code == 403


@pytest.mark.asyncio
async def test_the_overview_says_what_one_may_do(datasette: Any) -> None:
    auditor = {"id": "a", "roles": ["auditor"]}
    assert (await fetch(datasette, f"{API}.json", auditor)).json() == {
        "ok": True,
        "database": "audit",
        "verbs": {
            "audit_query": ["list", "read", "use"],
            "security_report": ["list", "read", "use"],
            "role": [],
            "event": ["list", "read"],
        },
    }
