"""The API's page is run: every request in it, in order, and its answer."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path

import pytest
from conftest import open_datasette, send
from logs import load_log

DOCS = Path(__file__).parent.parent / "docs"
BLOCK = re.compile(r"^```http\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EDITOR = {"id": "ed", "roles": ["editor"]}


@pytest.mark.asyncio
async def test_the_requests_of_the_page_are_answered_as_it_says(tmp_path: Path) -> None:
    load_log(tmp_path / "audit.db", DOCS / "example.log")
    datasette = open_datasette([tmp_path / "audit.db"])
    await datasette.invoke_startup()
    blocks = BLOCK.findall((DOCS / "api.md").read_text("utf-8"))
    assert len(blocks) >= 14
    for request, answer in zip(blocks[::2], blocks[1::2], strict=True):
        first, _, body = request.partition("\n")
        method, address = first.split(" ", 1)
        response = await send(datasette, method, address, EDITOR, body.strip() or None)
        shown = f"{response.status_code}\n\n{json.dumps(response.json(), indent=2)}\n"
        assert doctest.OutputChecker().check_output(
            answer, shown, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        ), f"{request}\n{shown}"


@pytest.mark.asyncio
async def test_every_address_of_the_page_is_there(tmp_path: Path) -> None:
    load_log(tmp_path / "audit.db", DOCS / "example.log")
    datasette = open_datasette([tmp_path / "audit.db"])
    table = re.findall(r"^\| (`.*?) \| ", (DOCS / "api.md").read_text("utf-8"), re.MULTILINE)
    addresses = [one for cell in table for one in re.findall(r"`([^`]+)`", cell)]
    assert len(addresses) >= 14
    for address in addresses:
        path = "/-/access-monitoring" + address.replace("NAME", "privileged_access_report")
        response = await send(datasette, "GET", path, EDITOR)
        assert "there is nothing at" not in response.text, address
