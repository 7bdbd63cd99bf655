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
        (
            "GET /audit.json?sql=select+:a&a=1&_shape=array",
            Deed(Did.ASKED, "audit", "select :a", {"a": "1"}),
        ),
        ("GET /audit.tab2_x?sql=select+1", Deed(Did.ASKED, "audit", "select 1")),
        ("GET /audit.json?sql=select+1&sql=select+2", Deed(Did.ASKED, "audit", "select 1")),
        ("GET /audit.json?sql=&sql=select+2", None),
        ("GET /audit.db?sql=select+1", Deed(Did.EXPORTED, "audit")),
        ("PUT /audit/exec.json", Deed(Did.ASKED_NAMED, "audit", name="exec")),
        ("DELETE /audit/exec.csv", Deed(Did.EXPORTED, "audit", name="exec")),
        ("BREW /audit/exec/1", Deed(Did.READ, "audit", name="exec")),
        ("PUT /audit/-/query.json?sql=select+1", Deed(Did.ASKED, "audit", "select 1")),
        ("POST /audit/-/query.json?sql=select+1", Deed(Did.ASKED, "audit", "select 1")),
        ("POST /audit/exec/-/count", Deed(Did.READ, "audit", name="exec")),
        ("POST /audit/mine", Deed(Did.ASKED_NAMED, "audit", name="mine")),
        ("OPTIONS /audit/exec/1", None),
        ("OPTIONS /audit.json?sql=select+1", None),
        ("OPTIONS /audit.db", None),
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


@pytest.mark.parametrize("status", [301, 302, 304, 401, 404, 405])
def test_what_was_not_answered_did_nothing(status: int) -> None:
    for path in ("/audit/exec", "/audit.db", "/audit/-/execute-write", "/audit"):
        assert deed("GET", path, SQL, status, False) is None
        if not 300 <= status < 400:
            assert deed("POST", path, SQL, status, False) is None


def test_a_form_is_answered_with_a_redirect() -> None:
    assert deed("POST", "/audit/mine", "", 302, False) == Deed(
        Did.ASKED_NAMED, "audit", name="mine"
    )
    wrote = Deed(Did.WROTE, "audit")
    assert deed("POST", "/audit/mine/-/edit", "", 302, False) == wrote
    assert deed("POST", "/audit/-/execute-write", "", 302, False) == wrote


@pytest.mark.parametrize("status", [400, 500])
def test_what_failed_was_asked_all_the_same_and_may_have_told_something(status: int) -> None:
    def done(address: str) -> Deed | None:
        path, _, query_string = address.partition("?")
        return deed("GET", path, query_string, status, False)

    assert done(f"/audit.json?{SQL}") == Deed(Did.ASKED, "audit", "select 1", failed=True)
    assert done(f"/audit.blob?{SQL}") == Deed(Did.ASKED, "audit", "select 1", failed=True)
    named = Deed(Did.ASKED_NAMED, "audit", name="exec", failed=True)
    assert done("/audit/exec.json?_where=x") == named
    assert done("/audit/exec.csv?_where=x") == Deed(Did.EXPORTED, "audit", name="exec", failed=True)
    assert done("/audit/exec/1?_where=x") == Deed(Did.READ, "audit", name="exec", failed=True)
