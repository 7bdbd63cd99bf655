"""The pages for saved queries and roles: who sees what, what they offer, hostile values as text."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from access_world import ROLES, actor, write_world
from conftest import ROOT, fetch, open_datasette, send
from datasette.utils import tilde_encode

HOME = "/-/access-monitoring"
EDITOR = {"id": "ed", "roles": ["editor"]}
EVENT = {"event": "exec", "time": "2026-11-20T10:00:00Z", "user": "x"}
HOSTILE = "<img src=x onerror=alert(1)>"
TURNED = "evil\u202etxt.exe"
QUERY = {
    "kind": "audit_query",
    "metadata": {"name": "mine"},
    "spec": {"title": "My title", "description": "one\ntwo", "query": "SELECT user\nFROM exec"},
}
ROLE = {
    "kind": "role",
    "metadata": {"name": "hers", "description": "D"},
    "spec": {"allow": {"rules": [{"resources": ["event"], "verbs": ["list"]}]}},
}


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_world(tmp_path / "audit.db", [EVENT])


@pytest.fixture
def datasette(audit: Path) -> Any:
    return open_datasette([audit])


async def text_of(datasette: Any, address: str, who: Any = ROOT, status: int = 200) -> str:
    response = await fetch(datasette, f"{HOME}{address}", who)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return str(response.text)


async def store(datasette: Any, *documents: Any) -> None:
    for document in documents:
        kinds = "queries" if document["kind"] == "audit_query" else "roles"
        made = await send(datasette, "POST", f"{HOME}/{kinds}.json", EDITOR, document)
        assert made.status_code == 201, made.text


def said(page: str) -> str:
    """The text of a page, as a browser shows it."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def addresses(page: str) -> set[str]:
    return {html.unescape(one) for one in re.findall(r'(?:href|action)="([^"]+)"', page)}


@pytest.mark.asyncio
async def test_lists_tell_what_there_is_and_who_changed_it(datasette: Any) -> None:
    assert "There are none." in await text_of(datasette, "/queries", EDITOR)
    await store(datasette, QUERY, ROLE)
    page = await text_of(datasette, "/queries", EDITOR)
    assert re.search(
        r"mine My title one two stored 20\d\d-[-\d: ]+ UTC by ed Run Edit Delete", said(page)
    )
    assert "one\ntwo" in page and "SELECT" not in page
    page = await text_of(datasette, "/roles", EDITOR)
    assert re.search(r"auditor [^.]+\. shipped browser", said(page)), (
        "nothing changes a shipped one"
    )
    assert re.search(r"hers D stored .* UTC by ed Edit Delete", said(page))
    assert f"{HOME}/roles/auditor/edit" not in page


@pytest.mark.asyncio
async def test_a_configured_role_is_told_from_others(audit: Path) -> None:
    config = {"plugins": {"datasette-access-monitoring": {"roles": [ROLE]}}}
    datasette = open_datasette([audit], config)
    page = await text_of(datasette, "/roles", EDITOR)
    assert "hers D configured" in said(page) and f"{HOME}/roles/hers/edit" not in page
    refused = await text_of(datasette, "/roles/hers/edit", EDITOR, 409)
    assert "change it there" in refused
    await text_of(datasette, "/roles/hers/delete", EDITOR, 409)


@pytest.mark.asyncio
async def test_a_query_s_page_has_all_of_it(datasette: Any) -> None:
    await store(datasette, QUERY)
    page = await text_of(datasette, "/queries/mine", EDITOR)
    assert '<pre class="am-text" tabindex="0">SELECT user\nFROM exec</pre>' in page
    assert "title: My title" in page and "revision: " in page
    there = addresses(page)
    for address in (
        "/query?name=mine", "/queries/mine/edit", "/queries/mine/delete", "/new-query?copy=mine",
    ):  # fmt: skip
        assert f"{HOME}{address}" in there
    assert "does not run" not in page
    await text_of(datasette, "/queries/none", EDITOR, 404)


@pytest.mark.asyncio
async def test_why_a_query_does_not_run_is_for_who_may_run_it(datasette: Any) -> None:
    broken = {**QUERY, "spec": {"query": "SELECT x FROM exed"}}
    await store(datasette, broken)
    assert "did you mean exec?" in said(await text_of(datasette, "/queries/mine", EDITOR))
    reader = {"id": "r", "roles": ["reader"]}
    rules = [{"resources": ["audit_query"], "verbs": ["read"]}]
    await store(
        datasette, {**ROLE, "metadata": {"name": "reader"}, "spec": {"allow": {"rules": rules}}}
    )
    page = await text_of(datasette, "/queries/mine", reader)
    assert "SELECT x FROM exed" in page and "did you mean" not in page and ">Run<" not in page


@pytest.mark.asyncio
async def test_a_role_s_page_says_what_it_opens(datasette: Any) -> None:
    def opened(page: str) -> set[tuple[str, str]]:
        verbs = ("list", "read", "use", "create", "update", "delete")
        rows = re.findall(r'<tr><th scope="row"><code>(\w+)</code>(.*?)</tr>', page, re.DOTALL)
        return {
            (kind, verb)
            for kind, row in rows
            for verb, cell in zip(verbs, re.findall(r"<td>(.*?)</td>", row), strict=True)
            if "yes" in cell
        }

    for name, tried in ROLES.items():
        if name != "unknown":
            page = await text_of(datasette, f"/roles/{name}", EDITOR)
            expected = {(kind, verb) for kind, verbs in tried.opens.items() for verb in verbs}
            assert opened(page) == expected, name
    assert "it expired 2020-01-01" in said(await text_of(datasette, "/roles/expired", EDITOR))
    assert "a rule with a condition" in await text_of(datasette, "/roles/conditional", EDITOR)


@pytest.mark.asyncio
async def test_verbs_decide_what_pages_offer(datasette: Any) -> None:
    await store(datasette, QUERY)
    page = await text_of(datasette, "/queries", actor("auditor"))
    assert f"{HOME}/queries/mine" in addresses(page) and ">Run<" in page
    for hidden in ("/edit", "/delete", "/new-"):
        assert hidden not in page
    page = await text_of(datasette, "/queries/mine", actor("auditor"))
    assert ">Run<" in page and "/edit" not in page and "/new-" not in page
    page = await text_of(datasette, "/queries", actor("lister"))
    assert "My title" in page and f"{HOME}/queries/mine" not in page and ">Run<" not in page
    page = await text_of(datasette, "/queries", actor("keeper"))
    assert "/edit" in page and "/delete" not in page and f"{HOME}/new-query" in addresses(page)
    assert "Roles" not in said(page)
    page = await text_of(datasette, "", actor("lister"))
    assert {f"{HOME}/queries", f"{HOME}/roles"} <= addresses(page)


@pytest.mark.asyncio
async def test_the_database_s_page_leads_to_them(datasette: Any) -> None:
    page = (await fetch(datasette, "/audit", EDITOR)).text
    assert f"{HOME}/roles?database=audit" in page and f"{HOME}/queries?database=audit" in page
    page = (await fetch(datasette, "/audit", actor("auditor"))).text
    assert f"{HOME}/roles?" not in page and f"{HOME}/queries?database=audit" in page


@pytest.mark.asyncio
async def test_hostile_values_are_text(datasette: Any) -> None:
    spec = {
        "title": HOSTILE + TURNED,
        "description": TURNED,
        "query": f"SELECT '{HOSTILE}{TURNED}'",
    }
    document = {
        "kind": "audit_query",
        "metadata": {"name": HOSTILE, "description": TURNED, "labels": {HOSTILE: TURNED}},
        "spec": {**spec, "suggestion": HOSTILE},
    }
    await store(datasette, document)
    role = {**ROLE, "metadata": {"name": "javascript:alert(1)", "description": HOSTILE + TURNED}}
    await store(datasette, role)
    name, other = tilde_encode(HOSTILE), tilde_encode("javascript:alert(1)")
    for address in (
        "/queries", f"/queries/{name}", f"/queries/{name}/edit", f"/queries/{name}/delete",
        f"/new-query?copy={HOSTILE}", "/roles", f"/roles/{other}", f"/roles/{other}/edit",
        f"/roles/{other}/delete", f"/new-query?sql={HOSTILE}{TURNED}&title={TURNED}",
    ):  # fmt: skip
        page = await text_of(datasette, address)
        assert "<img" not in page and "\u202e" not in page, address
        assert not [one for one in addresses(page) if one.lower().startswith("javascript:")]
    assert "evil\\u202etxt.exe" in await text_of(datasette, f"/queries/{name}")


@pytest.mark.asyncio
async def test_lists_go_page_by_page(datasette: Any) -> None:
    await store(datasette, *({**QUERY, "metadata": {"name": name}} for name in ("c/d", "a b", "e")))
    seen: list[str] = []
    address = "/queries?_size=2"
    for _ in range(2):
        page = await text_of(datasette, address)
        seen += re.findall(r'<th scope="row"><a href="[^"]+"><bdi>(.*?)</bdi>', page)
        more = re.findall(r'<a href="([^"]+)">More</a>', page)
        address = html.unescape(more[0]).removeprefix(HOME) if more else ""
    assert (seen, address) == (["a b", "c/d", "e"], "")
    for name in seen:
        assert "<h1><bdi>My title" in await text_of(datasette, f"/queries/{tilde_encode(name)}")


@pytest.mark.asyncio
async def test_one_of_several_databases_stays_the_one(tmp_path: Path, audit: Path) -> None:
    other = write_world(tmp_path / "other.db", [])
    datasette = open_datasette([audit, other])
    page = await text_of(datasette, "/roles/my-role?database=other")
    ours = [one for one in addresses(page) if one.startswith(f"{HOME}/")]
    assert len(ours) > 5 and all("database=other" in one for one in ours)
    page = await text_of(datasette, "/new-role?database=other")
    assert f"{HOME}/new-role?database=other" in addresses(page)


@pytest.mark.asyncio
async def test_addresses_keep_to_a_base_url(audit: Path) -> None:
    datasette = open_datasette([audit], settings={"base_url": "/here/"})
    page = await text_of(datasette, "/roles/my-role")
    assert f"/here{HOME}/roles/my-role/edit" in addresses(page) and f'"{HOME}' not in page
    sent = await send(
        datasette, "POST", f"{HOME}/new-query", EDITOR, "name=a&sql=SELECT+1",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert (sent.status_code, sent.headers["location"]) == (302, f"/here{HOME}/queries/a")
