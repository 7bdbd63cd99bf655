"""What a browser does on the pages for saved queries and roles: look, fill in, send."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urlencode

from conftest import ROOT, fetch, send

HOME = "/-/access-monitoring"
EDITOR = {"id": "ed", "roles": ["editor"]}


async def post(datasette: Any, address: str, who: Any = EDITOR, **fields: str) -> Any:
    """What a browser sends for a form: lines of a text end with two characters."""
    sent = {key.replace("__", "."): text.replace("\n", "\r\n") for key, text in fields.items()}
    return await send(
        datasette, "POST", f"{HOME}{address}", who, urlencode(sent),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )  # fmt: skip


async def page_of(datasette: Any, address: str, who: Any = EDITOR, status: int = 200) -> str:
    response = await fetch(datasette, f"{HOME}{address}", who)
    assert response.status_code == status, response.text
    return str(response.text)


async def document(datasette: Any, address: str) -> Any:
    response = await fetch(datasette, f"{HOME}{address}.json", ROOT)
    return response.json()["resource"] if response.status_code == 200 else None


def fields(page: str) -> dict[str, str]:
    """What a browser would send back of a page's form, without its buttons."""
    form = page[page.index("am-writing") :]
    areas = r'<textarea [^>]*name="(\w+)"[^>]*>\n(.*?)</textarea>'
    found = dict(re.findall(areas, form, re.DOTALL))
    found |= dict(re.findall(r'<input type="text" [^>]*name="(\w+)" value="([^"]*)"', form))
    boxes = re.findall(r'name="([\w.]+)" value="on"[^>]* checked', form)
    found |= {box.replace(".", "__"): "on" for box in boxes}
    found |= dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    return {key: html.unescape(value) for key, value in found.items() if key != "csrftoken"}


def confirmation(page: str) -> str:
    (found,) = re.findall(r'name="confirm" value="(\w+)"', page)
    return str(found)
