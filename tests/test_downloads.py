"""What leaves as a file: whole, sent in pieces, and harmless when a spreadsheet opens it."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from access_world import write_world
from conftest import fetch, open_datasette
from hypothesis import given
from hypothesis import strategies as st

from datasette_access_monitoring.catalog.types import parse_type
from datasette_access_monitoring.sql.formulas import harmless
from datasette_access_monitoring.sql.render import csv_text, spreadsheet_csv_lines
from datasette_access_monitoring.sql.translate import OutputColumn
from datasette_access_monitoring.sql.typed_json import typed

API = "/-/access-monitoring"
AUDITOR = {"id": "ann", "roles": ["auditor"]}
NOW = "as_of=2026-11-20"
TEXT, NUMBER = parse_type("varchar"), parse_type("bigint")
HOSTILE = ["=cmd()", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1", "\ufeff=1", "x;=cmd()", "x\n=1"]
EVENTS = [
    {"event": "exec", "time": f"2026-11-20T10:00:{n:02}Z", "user": user, "command": "ls"}
    for n, user in enumerate(HOSTILE)
]
HARMLESS = ["harmless", "", "a=b", "a-b", "ls -l; rm", "'=1", "a, =b", "2026-11-20"]


@pytest.fixture
def datasette(tmp_path: Path) -> Any:
    return open_datasette([write_world(tmp_path / "audit.db", EVENTS)])


def formulas(text: str, delimiter: str) -> list[str]:
    """The cells that a spreadsheet with this delimiter would compute."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    cells = [cell.lstrip('\ufeff"').lstrip() for row in rows for cell in row]
    return [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("text", HARMLESS)
def test_texts_that_are_no_formula_stay(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("text", [*HOSTILE, "\tx", "\rx", "\uff1d1"])
def test_a_formula_becomes_a_text(text: str) -> None:
    made = harmless(text)
    assert made != text and made.replace("'", "") == text


@given(st.lists(st.text("=+-@;,\"'\t\r\n a1\ufeff", max_size=12), min_size=1, max_size=3))
def test_no_spreadsheet_sees_a_formula_whatever_stands_between_its_cells(texts: list[str]) -> None:
    columns = [OutputColumn(text, TEXT) for text in texts]
    made = "".join(spreadsheet_csv_lines(columns, [texts]))
    for delimiter in ",;\t":
        assert formulas(made, delimiter) == []


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_nothing_is_lost_but_that_a_quote_may_come(text: str) -> None:
    assert harmless(text).replace("'", "") == text.replace("'", "")


def test_numbers_stay_numbers() -> None:
    columns = [OutputColumn("=n", NUMBER), OutputColumn("t", TEXT)]
    assert "".join(spreadsheet_csv_lines(columns, [(-5, "-5")])) == "'=n,t\r\n-5,'-5\r\n"
    assert csv_text(columns, [(-5, "-5")]) == "=n,t\r\n-5,-5\r\n"


@pytest.mark.parametrize("text", ["\t" * 2_000_000, " " * 2_000_000, "\t=" * 1_000_000])
def test_a_long_text_does_not_take_long(text: str) -> None:
    start = time.monotonic()
    harmless(text)
    assert time.monotonic() - start < 10


@pytest.mark.asyncio
async def test_csv_is_harmless_unless_the_exact_texts_are_asked_for(datasette: Any) -> None:
    sql = 'SELECT user, -1 AS "=cmd()" FROM exec ORDER BY event_time'
    options = {"params": {"sql": sql, "as_of": "2026-11-20"}}
    made = (await fetch(datasette, f"{API}/query.csv", AUDITOR, **options)).text
    assert made.startswith("user,'=cmd()\r\n'=cmd(),-1\r\n'+1,-1\r\n")
    assert set(formulas(made, ",")) == {"-1"}, "a number, which computes nothing"
    options["params"]["_exact"] = "1"
    exact = (await fetch(datasette, f"{API}/query.csv", AUDITOR, **options)).text
    rows = list(csv.reader(io.StringIO(exact, newline="")))
    assert rows == [["user", "=cmd()"], *([text, "-1"] for text in HOSTILE)]
    options["params"]["_exact"] = "maybe"
    wrong = await fetch(datasette, f"{API}/query.csv", AUDITOR, **options)
    assert wrong.status_code == 400


LONG = "SELECT n, 'ü' || CAST(n AS varchar) AS t FROM UNNEST(sequence(1, 9000)) AS x (n)"


async def pieces(datasette: Any, address: str) -> tuple[dict[str, str], list[bytes]]:
    """The headers and the pieces that a server is given to send."""
    path, _, query = address.partition("?")
    cookie = f"ds_actor={datasette.sign({'a': AUDITOR}, 'actor')}".encode()
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "headers": [(b"cookie", cookie), (b"host", b"x")],
        "http_version": "1.1", "scheme": "http", "server": ("x", 80), "client": ("x", 1),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await datasette.invoke_startup()
    await datasette.app()(scope, receive, send)
    assert sent[0]["status"] == 200
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return headers, [message["body"] for message in sent[1:]]


@pytest.mark.asyncio
async def test_a_file_is_sent_in_pieces(datasette: Any) -> None:
    query = f"sql={quote_plus(LONG)}&{NOW}&_size=max"
    headers, sent = await pieces(datasette, f"{API}/query.csv?{query}")
    assert headers["content-type"] == "text/csv; charset=utf-8"
    lines = b"".join(sent).decode().split("\r\n")
    assert (len(lines), lines[0], lines[9000]) == (9002, "n,t", "9000,ü9000")
    assert len(sent) > 2 and max(map(len, sent)) < 100_000
    headers, sent = await pieces(datasette, f"{API}/query.json?{query}")
    assert headers["content-type"] == "application/json; charset=utf-8"
    body = json.loads(b"".join(sent))
    assert list(body) == [
        "ok", "database", "columns", "rows", "truncated", "milliseconds", "days", "as_of",
    ]  # fmt: skip
    columns = [OutputColumn("n", NUMBER), OutputColumn("t", TEXT)]
    expected = typed(columns, [(n, f"ü{n}") for n in range(1, 9001)])
    assert [row[1] for row in body["rows"]] == [row[1] for row in expected["rows"]]
    assert len(sent) > 2


@pytest.mark.asyncio
async def test_an_empty_result_is_a_file_as_well(datasette: Any) -> None:
    query = f"sql=SELECT+user+FROM+exec+WHERE+false&{NOW}"
    assert (await fetch(datasette, f"{API}/query.csv?{query}", AUDITOR)).text == "user\r\n"
    assert (await fetch(datasette, f"{API}/query.json?{query}", AUDITOR)).json()["rows"] == []
