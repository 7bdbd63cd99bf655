"""What a request did, told from its address, method and status."""

from __future__ import annotations

import pytest

from datasette_access_monitoring.web.deeds import Deed, Did, deed

SQL = "sql=select+1"


@pytest.mark.parametrize(
    ("request_", "done"),
    [
        ("GET /audit", None),
        ("GET /audit.json", None),
        (f"GET /audit.json?{SQL}", Deed(Did.ASKED, "audit", "select 1")),
        (f"GET /audit?{SQL}&_hide_sql=1", Deed(Did.ASKED, "audit", "select 1")),
        (f"GET /audit/-/query.csv?{SQL}", Deed(Did.ASKED, "audit", "select 1")),
        (f"GET /audit/-/query?{SQL}", Deed(Did.ASKED, "audit", "select 1")),
        ("GET /audit/-/query", None),
        ("GET /audit.json?sql=", None),
        ("GET /audit/exec", Deed(Did.ASKED_NAMED, "audit", name="exec")),
        ("GET /audit/exec.json?_facet=user", Deed(Did.ASKED_NAMED, "audit", name="exec")),
        ("GET /audit/exec.csv?_stream=on", Deed(Did.EXPORTED, "audit", name="exec")),
        ("GET /audit.db", Deed(Did.EXPORTED, "audit")),
        ("GET /audit/_event_exec/17", Deed(Did.READ, "audit", name="_event_exec")),
        ("GET /audit/_event_exec/17.json", Deed(Did.READ, "audit", name="_event_exec")),
        ("GET /audit/exec/-/autocomplete?q=a", Deed(Did.READ, "audit", name="exec")),
        ("GET /audit/exec/-/schema.json", None),
        ("GET /audit/kube_execs/-/definition", None),
        ("GET /audit/-/schema", None),
        ("GET /audit/-/queries.json", None),
        ("POST /audit/-/execute-write", Deed(Did.WROTE, "audit")),
        ("POST /audit/exec/-/insert", Deed(Did.WROTE, "audit")),
        ("HEAD /audit/exec", Deed(Did.ASKED_NAMED, "audit", name="exec")),
        ("GET /", None),
        ("GET /-/databases.json", None),
        ("GET /-/static/app.css", None),
        ("GET /-/access-monitoring/query.json?sql=select+1", None),
        ("POST /-/access-monitoring/queries.json", None),
    ],
)
def test_what_was_answered(request_: str, done: Deed | None) -> None:
    method, address = request_.split()
    path, _, query_string = address.partition("?")
    assert deed(method, path, query_string, 200, False) == done


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/audit", "audit"),
        ("/audit.json", "audit"),
        ("/audit/exec/1", "audit"),
        ("/-/access-monitoring", ""),
        ("/-/access-monitoring.json", ""),
        ("/-/access-monitoring/reports.json", ""),
        ("/-/permissions", "-"),
    ],
)
def test_refusals(path: str, route: str) -> None:
    assert deed("GET", path, "", 403, False) == Deed(Did.REFUSED, route)
    assert deed("POST", path, "", 302, True) == Deed(Did.REFUSED, route)


@pytest.mark.parametrize("status", [301, 302, 304, 401, 404, 405, 500])
def test_what_was_not_answered_did_nothing(status: int) -> None:
    for path in ("/audit/exec", "/audit.db", "/audit/-/execute-write"):
        for method in ("GET", "POST"):
            assert deed(method, path, SQL, status, False) is None


def test_sql_that_failed_was_asked_all_the_same() -> None:
    assert deed("GET", "/audit.json", SQL, 400, False) == Deed(Did.ASKED, "audit", "select 1")
    assert deed("GET", "/audit/exec", "_where=x", 400, False) is None
