"""As each role, follow every link that there is: nothing is shown that the role does not open.

What may not be seen has a word of its own in it, by what opens it; wherever a page, a JSON
document or a header shows the word to who may not see it, something leaks.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from access_world import ROLES, Tried, write_roles
from conftest import fetch, open_datasette, write_audit_database, write_ordinary_database
from test_verdict_matrix import CORE, OURS, primary_key

from datasette_access_monitoring.reports.running import Order, run_report
from datasette_access_monitoring.resources.documents import resource_of
from datasette_access_monitoring.resources.keeping import create_resource, fixed_resources
from datasette_access_monitoring.resources.model import Kind
from datasette_access_monitoring.resources.shipped import shipped
from datasette_access_monitoring.self_audit import Principal
from datasette_access_monitoring.store.database import open_for_writing
from datasette_access_monitoring.store.write import Writer

MOST_PAGES = 120
EVENTS = [
    {"event": "exec", "time": f"2026-11-{day}T10:00:00Z", "user": "evtword", "proto": "kube",
     "command": "evtword", "evtword": "evtword"}
    for day in (18, 19, 20)
]  # fmt: skip
DOCUMENTS = [
    {
        "kind": "audit_query",
        "metadata": {"name": "saved"},
        "spec": {"title": "titleword", "query": "SELECT 1 -- sqlword"},
    },
    {
        "kind": "security_report",
        "metadata": {"name": "kept"},
        "spec": {"desc": "descword", "queries": [{"name": "q", "query": "SELECT 'defword'"}]},
    },
    {
        "kind": "role",
        "metadata": {"name": "hidden", "description": "rolelistword"},
        "spec": {"options": {"x": "roleword"}},
    },
]
MAY_SEE: Mapping[str, Callable[[Tried], bool]] = {
    "evtword": lambda t: (
        t.browses or t.allows("audit_query", "use") or t.allows("security_report", "read")
    ),
    "titleword": lambda t: t.allows("audit_query", "list") or t.allows("audit_query", "read"),
    # Whoever may read events sees in them what was run.
    "sqlword": lambda t: (
        t.allows("audit_query", "read") or t.browses or t.allows("audit_query", "use")
    ),
    "descword": lambda t: (
        t.allows("security_report", "list") or t.allows("security_report", "read")
    ),
    "defword": lambda t: t.allows("security_report", "read"),
    "rolelistword": lambda t: t.allows("role", "list") or t.allows("role", "read"),
    "roleword": lambda t: t.allows("role", "read"),
}  # fmt: skip
PEOPLE: Mapping[str, tuple[Any, Tried]] = {
    "anonymous": (None, Tried(None, {})),
    "bob": ({"id": "bob"}, Tried(None, {})),
    **{name: ({"id": "x", "roles": [name]}, tried) for name, tried in ROLES.items()},
}
LINK = re.compile(r'(?:href|src|action)="([^"]+)"|"((?:/|http://localhost)[^"\\ ]*)"')
SEEDS = [
    "/",
    "/-/",
    "/plants",
    "/-/databases.json",
    "/-/jump.json",
    "/-/jump.json?q=evt",
    "/-/queries.json",
    "/-/schema.json",
    "/-/schema.md",
    "/-/allowed.json?action=view-table",
    "/-/metadata.json",
    "/audit/-/schema.json",
    "/audit/-/queries.json",
    "/audit/exec/-/schema.json",
    "/audit/exec/-/autocomplete?q=evt",
    "/audit/exec/-/fragment",
    "/audit/kube_execs/-/definition",
    "/audit/kube_execs.json?days=36500",
    "/_memory.json?sql=select+1",
    "/-/access-monitoring/query.json?sql=select+user+from+exec&as_of=2026-11-20",
    "/-/access-monitoring/query.json?name=saved",
    "/-/access-monitoring/schema.json?_all=1",
    "/-/access-monitoring/functions.json",
    "/-/access-monitoring/queries/saved.json",
    "/-/access-monitoring/reports/kept.json",
    "/-/access-monitoring/roles/hidden.json",
    "/-/access-monitoring/queries/saved",
    "/-/access-monitoring/queries/saved/edit",
    "/-/access-monitoring/queries/saved/delete",
    "/-/access-monitoring/new-query?copy=saved",
    "/-/access-monitoring/roles/hidden",
    "/-/access-monitoring/roles/hidden/edit",
    "/-/access-monitoring/roles/hidden/delete",
    "/-/access-monitoring/new-role?copy=hidden",
    "/-/access-monitoring/reports/privileged_access_report/result.json?as_of=2026-11-20",
    *(request.split(" ", 1)[1] for request, _, _ in [*CORE, *OURS] if request[:4] == "GET "),
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("crawl")
    path = write_audit_database(folder / "audit.db", EVENTS)
    write_roles(path)
    connection = open_for_writing(path)
    for document in DOCUMENTS:
        create_resource(
            Writer(connection), resource_of("d", document), fixed_resources(),
            Principal("test", "cli"), 0,
        )  # fmt: skip
    connection.close()
    report = shipped()[Kind.SECURITY_REPORT, "privileged_access_report"]
    run_report(path, Order(report, 7, 1_795_219_199_999, Principal("test", "cli")))
    return [path, write_ordinary_database(folder / "plants.db")]


def links(base: str, text: str) -> list[str]:
    """The addresses on this server that a page or a JSON document leads to."""
    found = []
    for match in LINK.finditer(text):
        target = urlsplit(urljoin(f"http://localhost{base}", match[1] or match[2]))
        if target.netloc == "localhost" and "/static" not in target.path:
            query = f"?{target.query}" if target.query else ""
            found.append(f"{target.path}{query}".replace("&amp;", "&"))
    return found


@pytest.mark.asyncio
@pytest.mark.parametrize("name", PEOPLE)
async def test_nothing_leaks_to_who_may_not_see_it(files: list[Path], name: str) -> None:
    who, tried = PEOPLE[name]
    config = {"databases": {"audit": {"queries": {"mine": {"sql": "SELECT user FROM exec"}}}}}
    datasette = open_datasette(files, config)
    await datasette.invoke_startup()
    pk = await primary_key(datasette)
    waiting = deque(seed.format(pk=pk) for seed in SEEDS)
    known, shown = set(waiting), set()
    for _ in range(MOST_PAGES):
        if not waiting:
            break
        address = waiting.popleft()
        response = await fetch(datasette, address, who, follow_redirects=True)
        text = f"{response.headers} {response.text}"
        for word, may_see in MAY_SEE.items():
            # What was asked for stands in the address, and so on the page.
            if re.search(rf"\b{word}\b", text) and word not in address:
                shown.add(word)
                assert may_see(tried), (name, address, word)
        for link in links(address, response.text):
            if link not in known and not link.startswith(("/-/logout", "/-/auth-token")):
                known.add(link)
                waiting.append(link)
    # The test sees what there is to be seen.
    there = {word for word, may_see in MAY_SEE.items() if may_see(tried)}
    assert shown | {"sqlword"} == there | {"sqlword"}
    assert "sqlword" in shown or not tried.allows("audit_query", "read")
