"""The API's queries: run, permalinks, limits, saved ones, CSV, the schema."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from access_world import write_world
from conftest import fetch, open_datasette, send, told

from datasette_access_monitoring.sql.functions import FUNCTIONS
from datasette_access_monitoring.web.api import queries

API = "/-/access-monitoring"
AUDITOR = {"id": "ann", "roles": ["auditor"]}
EVENTS = [
    {"event": "exec", "time": f"2026-11-{day}T10:00:00Z", "user": f"u{n}", "command": "ls"}
    for day in (18, 19, 20)
    for n in range(3)
]
AS_OF = "&as_of=2026-11-20"


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_world(tmp_path / "audit.db", EVENTS)


@pytest.fixture
def datasette(audit: Path) -> Any:
    return open_datasette([audit])


@pytest.mark.asyncio
async def test_a_permalink_runs_it(datasette: Any, audit: Path) -> None:
    sql = "SELECT user, count(*), true FROM exec GROUP BY user ORDER BY user"
    response = await fetch(datasette, f"{API}/query.json?days=2{AS_OF}", AUDITOR, params=None)
    assert response.status_code == 400 and response.json()["error"] == "sql is missing"
    response = await fetch(
        datasette, f"{API}/query.json", AUDITOR,
        params={"sql": sql, "days": "2", "as_of": "2026-11-20"},
    )  # fmt: skip
    body = response.json()
    assert body["columns"] == [
        {"name": "user", "type": "varchar"},
        {"name": "_col1", "type": "bigint"},
        {"name": "_col2", "type": "boolean"},
    ]
    assert body["rows"] == [["u0", 2, True], ["u1", 2, True], ["u2", 2, True]]
    assert (body["truncated"], body["days"]) == (False, 2)
    assert body["as_of"] == "2026-11-20T23:59:59.999Z"
    assert body["milliseconds"] > 0
    (event,) = told(audit, "secreports.audit.query.run")
    assert (event["user"], event["via"], event["query"]) == ("ann", "api", sql)
    assert (event["days"], event["rows"], event["success"]) == (2, 3, True)


@pytest.mark.asyncio
@pytest.mark.parametrize("form", [False, True])
async def test_long_sql_is_posted(datasette: Any, form: bool) -> None:
    sql = f"SELECT count(*) AS n FROM exec WHERE command <> '{'x' * 20_000}'"
    if form:
        response = await send(
            datasette, "POST", f"{API}/query.json", AUDITOR, None,
            data={"sql": sql, "as_of": "2026-11-20", "days": "7"},
        )  # fmt: skip
    else:
        body = {"sql": sql, "as_of": "2026-11-20", "days": 7}
        response = await send(datasette, "POST", f"{API}/query.json", AUDITOR, body)
    assert response.json()["rows"] == [[9]]


@pytest.mark.asyncio
async def test_rows_end_at_the_size_and_that_is_said(datasette: Any) -> None:
    for size, rows, truncated in (("2", 2, True), ("9", 9, False), ("max", 9, False)):
        address = f"{API}/query.json?sql=SELECT+user+FROM+exec{AS_OF}&_size={size}"
        body = (await fetch(datasette, address, AUDITOR)).json()
        assert (len(body["rows"]), body["truncated"]) == (rows, truncated)


@pytest.mark.asyncio
async def test_a_size_is_the_one_of_the_server_unless_said(audit: Path) -> None:
    datasette = open_datasette([audit], settings={"max_returned_rows": 4})
    address = f"{API}/query.json?sql=SELECT+user+FROM+exec{AS_OF}"
    body = (await fetch(datasette, address, AUDITOR)).json()
    assert (len(body["rows"]), body["truncated"]) == (4, True)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("sql=SELECT+1&days=0", "days must be a whole number from 1 to 36,500"),
        ("sql=SELECT+1&days=7.5", "days must be"),
        ("sql=SELECT+1&days=" + "9" * 5000, "days must be"),
        ("sql=SELECT+1&days=%D9%A3", "days must be"),
        ("sql=SELECT+1&as_of=yesterday", "as_of: 'yesterday' is not an RFC 3339 time; write 2026"),
        ("sql=SELECT+1&as_of=2026-02-30", "as_of: '2026-02-30' is day is out of range"),
        ("sql=SELECT+1&_size=0", "_size must be"),
        ("sql=SELECT+1&name=x", "not both"),
        ("name=none", "there is no audit_query 'none'"),
    ],
)
async def test_a_wrong_parameter_is_told(datasette: Any, query: str, message: str) -> None:
    response = await fetch(datasette, f"{API}/query.json?{query}", AUDITOR)
    assert response.status_code in (400, 404)
    assert response.json()["error"].startswith(message) or message in response.json()["error"]


@pytest.mark.asyncio
async def test_a_wrong_query_is_told_with_its_place_and_is_in_the_log(
    datasette: Any, audit: Path
) -> None:
    response = await fetch(datasette, f"{API}/query.json?sql=SELECT+usr%0AFROM+exec", AUDITOR)
    assert response.status_code == 400
    body = response.json()
    assert (body["line"], body["column"], body["status"]) == (1, 8, 400)
    assert "did you mean user?" in body["error"]
    (event,) = told(audit, "secreports.audit.query.run")
    assert (event["success"], event["error"]) == (False, body["error"])


@pytest.mark.asyncio
async def test_a_saved_query_runs_by_name_for_who_may_use_and_not_read_it(
    datasette: Any, audit: Path
) -> None:
    editor = {"id": "ed", "roles": ["editor"]}
    spec = {"query": "SELECT 7 AS seven"}
    document = {"kind": "audit_query", "metadata": {"name": "mine"}, "spec": spec}
    await send(datasette, "POST", f"{API}/queries.json", editor, document)
    asker = {"id": "al", "roles": ["asker"]}
    for who in (asker, AUDITOR):
        body = (await fetch(datasette, f"{API}/query.json?name=mine", who)).json()
        assert body["rows"] == [[7]]
    assert (await fetch(datasette, f"{API}/queries/mine.json", asker)).status_code == 403
    events = told(audit, "secreports.audit.query.run")
    assert [(e["name"], e["query"]) for e in events] == [("mine", "SELECT 7 AS seven")] * 2


@pytest.mark.asyncio
async def test_csv_is_the_whole_result_or_an_error(
    datasette: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{API}/query.csv?sql=SELECT+user,+command+FROM+exec{AS_OF}"
    response = await fetch(datasette, address, AUDITOR)
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(response.text)))
    assert (rows[0], len(rows)) == (["user", "command"], 10)
    monkeypatch.setattr(queries, "MAX_ROWS", 5)
    response = await fetch(datasette, address, AUDITOR)
    assert response.status_code == 400
    assert "more than 5 rows" in response.json()["error"]


@pytest.mark.asyncio
async def test_the_schema_is_that_of_get_schema(datasette: Any) -> None:
    views = (await fetch(datasette, f"{API}/schema.json", AUDITOR)).json()["views"]
    names = [view["name"] for view in views]
    assert {"exec", "cert_create", "events", "secreports_role_create"} <= set(names)
    assert set(views[0]) == {"name", "desc", "columns"}
    assert set(views[0]["columns"][0]) == {"name", "type", "desc"}
    (one,) = (await fetch(datasette, f"{API}/schema.json?view=session.start", AUDITOR)).json()[
        "views"
    ]
    assert one["name"] == "session_start"
    further = f"{API}/schema.json?view=session_start&_all=1"
    (more,) = (await fetch(datasette, further, AUDITOR)).json()["views"]
    assert len(more["columns"]) > len(one["columns"])
    response = await fetch(datasette, f"{API}/schema.json?view=cert_creat", AUDITOR)
    assert response.status_code == 404
    assert "did you mean cert_create?" in response.json()["error"]


@pytest.mark.asyncio
async def test_the_functions_are_those_of_the_registry(datasette: Any) -> None:
    functions = (await fetch(datasette, f"{API}/functions.json", AUDITOR)).json()["functions"]
    assert {one["name"] for one in functions} == set(FUNCTIONS)
    (one,) = [one for one in functions if one["name"] == "cardinality"]
    assert one["kind"] == "scalar" and "(array(T)) -> bigint" in one["signatures"]
    assert one["group"] == "Arrays" and one["doc"]
    assert (await fetch(datasette, f"{API}/functions.json", {"id": "bob"})).status_code == 403


@pytest.mark.asyncio
async def test_only_views_are_read_whatever_the_sql(datasette: Any) -> None:
    for sql in ("SELECT * FROM _resources", "SELECT * FROM sqlite_master", "DELETE FROM exec"):
        response = await fetch(datasette, f"{API}/query.json", AUDITOR, params={"sql": sql})
        assert response.status_code == 400, sql


@pytest.mark.asyncio
async def test_cors_is_as_the_operator_wants_it(audit: Path) -> None:
    for cors in (False, True):
        datasette = open_datasette([audit], cors=cors)
        for who in (AUDITOR, None):
            response = await fetch(datasette, f"{API}/query.json?sql=SELECT+1", who)
            assert ("access-control-allow-origin" in response.headers) is cors


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["sql", "name", "as_of"])
async def test_half_a_character_is_a_wrong_request(datasette: Any, name: str) -> None:
    body = f'{{"{name}": "\\ud800"}}'
    response = await send(datasette, "POST", f"{API}/query.json", AUDITOR, body)
    assert response.status_code == 400, response.text
