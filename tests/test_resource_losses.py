"""Deleting, and whoever would take from themselves the right to change roles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from access_world import write_world
from conftest import ROOT, open_datasette, send, told
from resource_browser import EDITOR, HOME, confirmation, document, page_of, post

EVENT = {"event": "exec", "time": "2026-11-20T10:00:00Z", "user": "x"}


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_world(tmp_path / "audit.db", [EVENT])


@pytest.fixture
def datasette(audit: Path) -> Any:
    return open_datasette([audit])


@pytest.mark.asyncio
async def test_a_role_is_deleted_when_that_was_asked(datasette: Any, audit: Path) -> None:
    page = await page_of(datasette, "/roles/my-role/delete")
    assert "Delete role <bdi>my-role</bdi>?" in page and await document(datasette, "/roles/my-role")
    answer = await post(datasette, "/roles/my-role/delete")
    assert (answer.status_code, answer.headers["location"]) == (302, f"{HOME}/roles")
    assert await document(datasette, "/roles/my-role") is None
    assert (await post(datasette, "/roles/my-role/delete")).status_code == 404
    assert [one["name"] for one in told(audit, "secreports.role.delete")] == ["my-role"]


CHIEF = {"id": "chief", "roles": ["chief"]}
CHIEF_ROLE = {
    "kind": "role",
    "metadata": {"name": "chief"},
    "spec": {"allow": {"rules": [{"resources": ["role", "audit_query"], "verbs": ["*"]}]}},
}
WITHOUT = """
kind: role
metadata: {name: chief}
spec: {allow: {rules: [{resources: [role], verbs: [list, read]}]}}
"""
CLOSED = """
kind: role
metadata: {name: closed}
spec: {deny: {rules: [{resources: ['*'], verbs: ['*']}]}}
"""
LOSS = "you may change no roles any more"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/roles/chief/delete", {}),
        ("/roles/chief/edit", {"document": WITHOUT}),
        ("/roles/chief/edit", {"role__list": "on"}),
    ],
)
async def test_who_would_lose_the_roles_is_warned_first(
    datasette: Any, address: str, sent: dict[str, str]
) -> None:
    await send(datasette, "POST", f"{HOME}/roles.json", EDITOR, CHIEF_ROLE)
    before = await document(datasette, "/roles/chief")
    answer = await post(datasette, address, CHIEF, **sent)
    assert answer.status_code == 409 and LOSS in answer.text
    assert await document(datasette, "/roles/chief") == before
    confirmed = await post(datasette, address, CHIEF, **sent, confirm=confirmation(answer.text))
    assert confirmed.status_code == 302
    assert await document(datasette, "/roles/chief") != before
    await page_of(datasette, "/roles/chief/edit", CHIEF, 403)


@pytest.mark.asyncio
async def test_nobody_else_is_warned(datasette: Any) -> None:
    await send(datasette, "POST", f"{HOME}/roles.json", EDITOR, CHIEF_ROLE)
    both = {"id": "both", "roles": ["chief", "editor"]}
    for who in (ROOT, EDITOR, both):
        answer = await post(datasette, "/roles/chief/edit", who, document=WITHOUT)
        assert answer.status_code == 302
        put = await send(datasette, "PUT", f"{HOME}/roles/chief.json", EDITOR, CHIEF_ROLE)
        assert (put.status_code, put.json()["notes"]) == (200, [])


@pytest.mark.asyncio
async def test_a_role_that_denies_is_warned_of_before_it_is_made(datasette: Any) -> None:
    both = {"id": "both", "roles": ["editor", "closed"]}
    answer = await post(datasette, "/new-role", both, document=CLOSED)
    assert answer.status_code == 409 and LOSS in answer.text and "it opens nothing" in answer.text


@pytest.mark.asyncio
async def test_scripts_are_told_what_they_did(datasette: Any) -> None:
    await send(datasette, "POST", f"{HOME}/roles.json", EDITOR, CHIEF_ROLE)
    answer = await send(datasette, "DELETE", f"{HOME}/roles/chief.json", CHIEF)
    assert answer.status_code == 200 and LOSS in answer.json()["notes"][0]
