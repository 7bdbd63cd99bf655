"""The verdict matrix: role x resource x verb x address x the operator's blocks, as HTTP sees it.

What each role opens is written down in ``access_world``, what each address needs here, and how
the operator's ``allow`` blocks apply in ``let_in``: three tables from the documentation.  Both
Datasette versions are held to the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from access_world import ALL_VERBS, ROLES, Tried, write_world
from conftest import ROOT, fetch, open_datasette, send

API = "/-/access-monitoring"
EVENT = {"event": "exec", "time": "2026-11-20T10:00:00Z", "user": "x", "proto": "kube"}
PAR = f"{API}/reports/privileged_access_report"

Needs = Callable[[Tried], bool]


def verb(kind: str, name: str) -> Needs:
    return lambda tried: tried.allows(kind, name)


def any_verb(tried: Tried) -> bool:
    return any(tried.opens.values())


def browse(tried: Tried) -> bool:
    return tried.browses


def ask(tried: Tried) -> bool:
    return tried.asks


def report(tried: Tried) -> bool:
    return tried.reports


def change(kind: str) -> Needs:
    return lambda tried: tried.allows(kind, "read") and tried.allows(kind, "update")


def nobody(_: Tried) -> bool:
    return False


# Address, what it needs, and what the operator's blocks on it are about.
CORE: list[tuple[str, Needs, str]] = [
    ("GET /audit", browse, "database"),
    ("GET /audit.json", browse, "database"),
    ("GET /audit/exec", browse, "exec"),
    ("GET /audit/exec.json", browse, "exec"),
    ("GET /audit/exec.csv?_stream=on", browse, "exec"),
    ("GET /audit/exec?_facet=user&_search=x&_sort=user", browse, "exec"),
    ("GET /audit/cert_create.json", browse, "database"),
    ("GET /audit/_event_exec.json", browse, "database"),
    ("GET /audit/_event_exec/{pk}", browse, "database"),
    ("GET /audit/_event_exec/{pk}.json", browse, "database"),
    ("GET /audit/_rejects.json", browse, "database"),
    ("GET /audit/_resources", nobody, "database"),
    ("GET /audit/_resources.json", nobody, "database"),
    ("GET /audit/_report_sections.csv", nobody, "database"),
    ("GET /audit?sql=select+1", ask, "sql"),
    ("GET /audit.json?sql=select+*+from+exec", ask, "sql"),
    ("GET /audit.csv?sql=select+*+from+_event_exec", ask, "sql"),
    ("GET /audit/mine.json", ask, "mine"),
    ("GET /audit/kube_execs", report, "database"),
    ("GET /audit/kube_execs.json?days=30", report, "database"),
    ("GET /audit/root_ssh_sessions.csv", report, "database"),
]
OURS: list[tuple[str, Needs, str]] = [
    (f"GET {API}", any_verb, "database"),
    (f"GET {API}.json", any_verb, "database"),
    (f"GET {API}/nothing", any_verb, "database"),
    (f"GET {API}/nothing.json", any_verb, "database"),
    (f"GET {API}/query", verb("audit_query", "use"), "database"),
    (f"GET {API}/query.json?sql=select+1", verb("audit_query", "use"), "database"),
    (f"GET {API}/query.csv?sql=select+1", verb("audit_query", "use"), "database"),
    (f"POST {API}/query.json", verb("audit_query", "use"), "database"),
    (f"GET {API}/schema.json", verb("audit_query", "use"), "database"),
    (f"GET {API}/functions.json", verb("audit_query", "use"), "database"),
    (f"GET {API}/events", browse, "database"),
    (f"GET {API}/events.json?days=30000", browse, "database"),
    (f"GET {API}/events/exec-{{pk}}", browse, "database"),
    (f"GET {API}/events/exec-{{pk}}.json", browse, "database"),
    (f"GET {API}/events/exec-1.json", browse, "database"),
    (f"GET {API}/status", verb("event", "list"), "database"),
    (f"GET {API}/status.json?days=30", verb("event", "list"), "database"),
    (f"GET {API}/metrics", verb("event", "list"), "database"),
    (f"GET {PAR}", verb("security_report", "read"), "database"),
    (f"GET {PAR}/export", verb("security_report", "read"), "database"),
    (f"GET {PAR}/state.json", verb("security_report", "read"), "database"),
    (f"GET {PAR}/result.json", verb("security_report", "read"), "database"),
    (f"GET {PAR}/runs.json", verb("security_report", "read"), "database"),
    (f"POST {API}/reports/none/run.json", verb("security_report", "use"), "database"),
    *(
        (f"{method} {API}/{kinds}{rest}", verb(kind, name), "database")
        for kinds, kind in (
            ("queries", "audit_query"),
            ("reports", "security_report"),
            ("roles", "role"),
        )
        for method, rest, name in (
            ("GET", ".json", "list"),
            ("GET", "", "list"),
            ("GET", "/none.json", "read"),
            ("POST", ".json", "create"),
            ("PUT", "/none.json", "update"),
            ("DELETE", "/none.json", "delete"),
        )
    ),
    *(
        (request, needs, "database")
        for kinds, kind, new in (("queries", "audit_query", "query"), ("roles", "role", "role"))
        for request, needs in (
            (f"GET {API}/{kinds}/none", verb(kind, "read")),
            (f"GET {API}/new-{new}", verb(kind, "create")),
            (f"POST {API}/new-{new}", verb(kind, "create")),
            (f"GET {API}/{kinds}/none/edit", change(kind)),
            (f"POST {API}/{kinds}/none/edit", change(kind)),
            (f"GET {API}/{kinds}/none/delete", verb(kind, "delete")),
            (f"POST {API}/{kinds}/none/delete", verb(kind, "delete")),
        )
    ),
]
ELSE = {"id": "somebody else"}
MINE = {"sql": "SELECT user FROM exec"}


def on_audit(**config: Any) -> dict[str, Any]:
    queries = config.pop("queries", {"mine": MINE})
    return {"databases": {"audit": {"queries": queries, **config}}}


BLOCKS: Mapping[str, Mapping[str, Any]] = {
    "none": on_audit(),
    "everybody": {"allow": True, **on_audit(allow=True, allow_sql=True)},
    "instance": {"allow": ELSE, **on_audit()},
    "database": on_audit(allow=ELSE),
    "nobody": on_audit(allow=False),
    "in again": {"allow": ELSE, **on_audit(allow={"id": "*"})},
    "table": on_audit(tables={"exec": {"allow": ELSE}}),
    "query": on_audit(queries={"mine": {**MINE, "allow": ELSE}}),
    "sql": on_audit(allow_sql=ELSE),
}


def let_in(block: str, about: str) -> bool:
    """Whether the operator lets the actors of this test, who have signed in, in there.

    The block that is nearest counts: a table's or query's, the database's, the instance's.
    """
    if block in ("instance", "database", "nobody"):
        return False
    return (block, about) not in {("table", "exec"), ("query", "mine"), ("sql", "sql")}


EVERYTHING = Tried(None, ALL_VERBS)
PEOPLE: Mapping[str, tuple[Any, Tried]] = {
    "anonymous": (None, Tried(None, {})),
    "bob": ({"id": "bob"}, Tried(None, {})),
    **{name: ({"id": f"the {name}", "roles": [name]}, tried) for name, tried in ROLES.items()},
}
BODIES = {"POST": {"kind": "none"}, "PUT": {"kind": "none"}}


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_world(tmp_path_factory.mktemp("matrix") / "audit.db", [EVENT])


async def status(datasette: Any, request: str, who: Any) -> int:
    method, address = request.split(" ", 1)
    if method == "GET":
        response = await fetch(datasette, address, who, follow_redirects=True)
    else:
        response = await send(datasette, method, address, who, BODIES.get(method))
    return int(response.status_code)


async def primary_key(datasette: Any) -> str:
    rows = await datasette.databases["audit"].execute("SELECT _id FROM _event_exec")
    return str(rows.first()[0])


def cells() -> int:
    return len(BLOCKS) * len(PEOPLE) * len([*CORE, *OURS])


def test_the_matrix_is_large() -> None:
    assert cells() >= 500


@pytest.mark.asyncio
@pytest.mark.parametrize("block", BLOCKS)
async def test_every_verdict_is_the_documented_one(audit: Path, block: str) -> None:
    datasette = open_datasette([audit], BLOCKS[block])
    await datasette.invoke_startup()
    pk = await primary_key(datasette)
    wrong = []
    for name, (who, tried) in PEOPLE.items():
        for request, needs, about in [*CORE, *OURS]:
            # Who has not signed in matches no "id": "*"; without a role that decides nothing.
            expected = needs(tried) and let_in(block, about)
            found = await status(datasette, request.format(pk=pk), who)
            if (found != 403) is not expected:
                wrong.append((name, request, found, expected))
            assert found < 500, (name, request)
    assert wrong == []


@pytest.mark.asyncio
@pytest.mark.parametrize("block", BLOCKS)
async def test_root_sees_all_but_private_tables_where_the_operator_lets_it(
    audit: Path, block: str
) -> None:
    datasette = open_datasette([audit], BLOCKS[block])
    await datasette.invoke_startup()
    pk = await primary_key(datasette)
    wrong = []
    for request, needs, about in [*CORE, *OURS]:
        expected = needs is not nobody and let_in(block, about)
        found = await status(datasette, request.format(pk=pk), ROOT)
        if (found != 403) is not expected:
            wrong.append((request, found, expected))
    assert wrong == []
