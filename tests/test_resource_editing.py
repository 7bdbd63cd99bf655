"""Making, changing and deleting saved queries and roles in the browser."""

from __future__ import annotations

import html
import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from access_world import actor, write_world
from conftest import ROOT, open_datasette, send, told
from resource_browser import EDITOR, HOME, confirmation, document, fields, page_of, post

EVENT = {"event": "exec", "time": "2026-11-20T10:00:00Z", "user": "x"}
SQL = "SELECT user\nFROM exec"


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_world(tmp_path / "audit.db", [EVENT])


@pytest.fixture
def datasette(audit: Path) -> Any:
    return open_datasette([audit])


@pytest.mark.asyncio
async def test_a_query_is_saved_from_what_the_editor_gives(datasette: Any, audit: Path) -> None:
    page = await page_of(datasette, f"/new-query?{urlencode({'sql': SQL, 'title': 'T'})}")
    sent = fields(page)
    assert (sent["sql"], sent["title"], sent["name"]) == (SQL, "T", "")
    answer = await post(datasette, "/new-query", **{**sent, "name": "mine", "description": "a\nb"})
    assert (answer.status_code, answer.headers["location"]) == (302, f"{HOME}/queries/mine")
    assert (await document(datasette, "/queries/mine"))["spec"] == {
        "name": "mine", "title": "T", "description": "a\nb", "query": SQL,
    }  # fmt: skip
    (event,) = [one for one in told(audit) if one["event"].startswith("secreports.audit_query")]
    assert (event["name"], event["user"], event["via"]) == ("mine", "ed", "page")
    again = await post(datasette, "/new-query", name="mine", sql="SELECT 2")
    assert again.status_code == 409 and "already exists" in again.text
    assert fields(again.text)["sql"] == "SELECT 2"


@pytest.mark.asyncio
async def test_a_query_that_does_not_run_is_saved_by_who_insists(datasette: Any) -> None:
    wrong = {"name": "mine", "sql": "SELECT usr FROM exec"}
    answer = await post(datasette, "/new-query", **wrong)
    assert answer.status_code == 409 and "did you mean user?" in answer.text
    assert fields(answer.text)["sql"] == wrong["sql"]
    assert await document(datasette, "/queries/mine") is None
    confirm = confirmation(answer.text)
    # What was confirmed is what was read.
    other = await post(datasette, "/new-query", **{**wrong, "sql": "SELECT"}, confirm=confirm)
    assert other.status_code == 409 and confirmation(other.text) != confirm
    answer = await post(datasette, "/new-query", **wrong, confirm=confirm)
    assert answer.status_code == 302
    assert (await document(datasette, "/queries/mine"))["spec"]["query"] == wrong["sql"]


@pytest.mark.asyncio
async def test_a_role_is_made_of_what_is_checked(datasette: Any) -> None:
    kinds, verbs = ("audit_query", "security_report"), ("list", "read", "use")
    checked = {f"{kind}__{verb}": "on" for kind in kinds for verb in verbs}
    sent = {"name": " team ", "description": "D", "role__use": "on", **checked}
    answer = await post(datasette, "/new-role", **sent)
    assert (answer.status_code, answer.headers["location"]) == (302, f"{HOME}/roles/team")
    made = await document(datasette, "/roles/team")
    (rule,) = made["spec"]["allow"]["rules"]
    assert (set(rule["resources"]), rule["verbs"]) == (
        {"audit_query", "security_report"}, ["list", "read", "use"],
    )  # fmt: skip
    page = await page_of(datasette, "/roles/team/edit")
    sent = fields(page)
    assert {key: value for key, value in sent.items() if "__" in key} == checked
    answer = await post(datasette, "/roles/team/edit", **sent, event__list="on")
    assert answer.status_code == 302
    assert len((await document(datasette, "/roles/team"))["spec"]["allow"]["rules"]) == 2
    empty = await post(datasette, "/new-role", name="empty")
    assert empty.status_code == 409 and "it opens nothing here" in empty.text


@pytest.mark.asyncio
async def test_editing_as_yaml_says_where_the_mistake_is(datasette: Any) -> None:
    page = await page_of(datasette, "/roles/my-role/edit?show=yaml")
    text = fields(page)["document"]
    assert text.startswith("kind: role\n") and "revision" not in text
    for wrong, message, place in (
        (text.replace("kind: role", "kind: rule"), "line 1: kind: is 'rule'", "1 | kind: rule"),
        (text.replace("metadata:", "metadata: ["), "not YAML", " | "),
        (
            text.replace("- list", "- {a: <img>}"),
            "spec.allow.rules[0].verbs: must be a list",
            "verbs",
        ),
        (text.replace("my-role", "other"), "name is 'other', the address has 'my-role'", ""),
        (text + "---\n" + text, "must hold one document, not 2", ""),
        ("", "must hold one document, not 0", ""),
    ):
        answer = await post(datasette, "/roles/my-role/edit", document=wrong)
        assert answer.status_code == 400, wrong
        assert message in html.unescape(answer.text) and "<img>" not in answer.text
        shown = re.findall(r'<pre class="am-place">(.*?)</pre>', answer.text)
        assert place in "".join(shown) and 'aria-invalid="true"' in answer.text
        assert fields(answer.text)["document"] == wrong, "what was typed comes back"
    fewer = re.sub(r" +- use\n", "", text)
    answer = await post(datasette, "/roles/my-role/edit", document=fewer)
    assert answer.status_code == 302
    (rule,) = (await document(datasette, "/roles/my-role"))["spec"]["allow"]["rules"]
    assert rule["verbs"] == ["list", "read"]


@pytest.mark.asyncio
@pytest.mark.parametrize("as_yaml", [False, True])
async def test_who_was_slower_is_told_and_keeps_the_text(datasette: Any, as_yaml: bool) -> None:
    await post(datasette, "/new-query", name="mine", sql="SELECT 1")
    sent = fields(await page_of(datasette, f"/queries/mine/edit?show={'yaml' if as_yaml else ''}"))
    key = "document" if as_yaml else "sql"
    sent[key] = sent[key].replace("SELECT 1", "SELECT 2")
    faster = fields(await page_of(datasette, "/queries/mine/edit"))
    first = await post(datasette, "/queries/mine/edit", ROOT, **{**faster, "sql": "SELECT 3"})
    assert first.status_code == 302
    answer = await post(datasette, "/queries/mine/edit", **sent)
    assert answer.status_code == 409 and "<bdi>root</bdi>" in answer.text
    assert "query: SELECT 3" in answer.text and "SELECT 2" in fields(answer.text)[key]
    assert (await document(datasette, "/queries/mine"))["spec"]["query"] == "SELECT 3"
    # Whoever has read it saves again.
    assert (await post(datasette, "/queries/mine/edit", **fields(answer.text))).status_code == 302
    assert (await document(datasette, "/queries/mine"))["spec"]["query"] == "SELECT 2"


@pytest.mark.asyncio
async def test_what_is_gone_meanwhile_leaves_the_text(datasette: Any) -> None:
    await post(datasette, "/new-query", name="mine", sql="SELECT 1")
    sent = fields(await page_of(datasette, "/queries/mine/edit"))
    assert (await post(datasette, "/queries/mine/delete")).status_code == 302
    answer = await post(datasette, "/queries/mine/edit", **{**sent, "sql": "SELECT 2"})
    assert answer.status_code == 404 and fields(answer.text)["sql"] == "SELECT 2"
    await page_of(datasette, "/queries/mine/edit", status=404)


@pytest.mark.asyncio
async def test_a_form_becomes_yaml_and_saves_nothing(datasette: Any) -> None:
    answer = await post(datasette, "/new-role", name="r", event__list="on", show="yaml")
    assert answer.status_code == 200 and "- event" in fields(answer.text)["document"]
    assert await document(datasette, "/roles/r") is None
    saved = await post(datasette, "/new-role", **fields(answer.text))
    assert saved.headers["location"] == f"{HOME}/roles/r"
    assert "security_report" in fields(await page_of(datasette, "/new-role?show=yaml"))["document"]
    for turned in ("a\u202eb", "a\nb"):
        page = await page_of(datasette, f"/new-query?{urlencode({'title': turned})}")
        assert "document" in fields(page), "no field shows that"


@pytest.mark.asyncio
async def test_what_ships_is_copied(datasette: Any) -> None:
    sent = fields(await page_of(datasette, "/new-role?copy=auditor"))
    assert sent["name"] == "" and sent["event__list"] == "on"
    assert (await post(datasette, "/new-role", **{**sent, "name": "ours"})).status_code == 302
    ours, ships = [await document(datasette, f"/roles/{name}") for name in ("ours", "auditor")]
    assert ours["metadata"]["description"] == ships["metadata"]["description"]
    assert "document" in fields(await page_of(datasette, "/new-role?copy=keeper"))
    await page_of(datasette, "/new-role?copy=none", status=404)
    for address in ("/roles/auditor/edit", "/roles/auditor/delete"):
        answer = await post(datasette, address, document="x")
        assert answer.status_code == 409 and "copy it under another name" in answer.text


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("/new-query", "auditor"), ("/new-role", "keeper"), ("/queries/q/edit", "auditor"),
        ("/roles/my-role/edit", "keeper"), ("/queries/q/delete", "keeper"),
        ("/roles/my-role/delete", "lister"),
    ],
)  # fmt: skip
async def test_without_the_verb_it_is_refused(datasette: Any, address: str, role: str) -> None:
    await post(datasette, "/new-query", name="q", sql="SELECT 1")
    await page_of(datasette, address, actor(role), 403)
    answer = await post(datasette, address, actor(role), name="q", sql="SELECT 2")
    assert answer.status_code == 403


@pytest.mark.asyncio
async def test_an_immutable_database_keeps_the_text(audit: Path) -> None:
    datasette = open_datasette([], immutables=[str(audit)])
    answer = await post(datasette, "/new-query", name="q", sql="SELECT 2")
    assert answer.status_code == 503 and "without -i" in answer.text
    assert fields(answer.text)["sql"] == "SELECT 2"
    assert (await post(datasette, "/roles/my-role/delete")).status_code == 503


BOMB = "a: &a [x, x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "aliases are not supported"),
        ("kind: role\nspec: [" + "1," * 500_000 + "]", "more than 10,000 keys and values"),
        ("--- {}\n" * 100_000, "more than 10,000 keys and values"),
        ("[" * 100_000, "nested too deeply"),
        ("x" * 1_100_000, "longer than 1,048,576 characters"),
    ],
)
async def test_large_documents_are_refused_soon(datasette: Any, text: str, message: str) -> None:
    started = time.monotonic()
    answer = await post(datasette, "/new-role", document=text)
    assert answer.status_code == 400 and message in answer.text
    api = await send(
        datasette, "POST", f"{HOME}/roles.json", EDITOR, text,
        headers={"content-type": "application/yaml"},
    )  # fmt: skip
    assert api.status_code == 400 and message in api.json()["error"]
    # Without the limits it is minutes.
    assert time.monotonic() - started < 60


@pytest.mark.asyncio
async def test_bodies_of_too_many_fields_or_bytes_are_refused(datasette: Any) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    for body, status in (("a&" * 100_000, 400), (f"sql={'x' * 2_200_000}", 413)):
        answer = await send(datasette, "POST", f"{HOME}/new-query", EDITOR, body, headers=kind)
        assert answer.status_code == status
