"""Every page that a link of ours leads to, on a desk and on a phone, with usual and hostile events.

None is wider than the window, none has a serious fault in accessibility, and what ``Visitor``
watches for happens on none.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, quote_plus, urldefrag, urlsplit

import pytest
from access_world import write_roles
from axe_playwright_python.sync_playwright import Axe
from conftest import write_audit_database
from datasette.utils import tilde_encode
from playwright.sync_api import Browser, Page
from test_pages import EVENTS, HOSTILE, TURNED

from datasette_access_monitoring.compat.versions import IS_V1
from datasette_access_monitoring.resources.documents import resource_of
from datasette_access_monitoring.resources.keeping import create_resource, fixed_resources
from datasette_access_monitoring.self_audit import Principal
from datasette_access_monitoring.store.database import open_for_writing
from datasette_access_monitoring.store.write import Writer
from datasette_access_monitoring.web.pages.routes import routes

from .reporting import ADDRESS, run_report
from .serving import Server, serving
from .visiting import PHONE, WIDE, Visitor, visiting

# What Datasette's frame lacks, and no page in it can give; and its editors' colours for SQL.
FRAME = {} if IS_V1 else {"html-has-lang": {"enabled": False}}
NOT_OURS = [[".cm-line"], [".CodeMirror-lines"]]
MOST_ALIKE = 2
# All but the file of a report, which is no page of the server's; see test_walk.
SHAPES = [re.compile(pattern) for pattern, _ in routes() if not pattern.endswith("/export$")]


@pytest.fixture(scope="module", params=["demo", "hostile"])
def server(
    request: pytest.FixtureRequest, demo_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server over the demo, or over events that were made to do harm; with roles and a query."""
    path = tmp_path_factory.mktemp(request.param) / "audit.db"
    if request.param == "demo":
        shutil.copy(demo_database, path)
    else:
        write_audit_database(path, EVENTS)
    write_roles(path)
    save_query(path)
    with serving(path) as found:
        yield found


def save_query(path: Path) -> None:
    connection = open_for_writing(path)
    document = {
        "kind": "audit_query",
        "metadata": {"name": "saved"},
        "spec": {"title": HOSTILE, "description": TURNED, "query": f"SELECT '{HOSTILE}'"},
    }
    create_resource(
        Writer(connection), resource_of("saved", document), fixed_resources(),
        Principal("test", "cli"), 0,
    )  # fmt: skip
    connection.close()


@pytest.fixture
def root(chromium: Browser, server: Server) -> Iterator[Visitor]:
    with visiting(chromium, server) as someone:
        someone.sign_in("root")
        yield someone


def assert_fit(page: Page) -> None:
    """Neither wider than the window nor closed to anyone, at both widths, with all unfolded."""
    # Datasette 1.0's own, invisible; its property "matches" is none that axe can call.
    page.locator("navigation-search").evaluate_all("found => found.forEach(it => it.remove())")
    page.locator(".am details").evaluate_all("found => found.forEach(it => { it.open = true; })")
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], f"{page.url} is {width} px wide at {size['width']}"
        # Colours, which take most of the time, are the same at both widths.
        colours = {"color-contrast": {"enabled": size == WIDE}}
        options = {"resultTypes": ["violations"], "rules": {**colours, **FRAME}}
        serious = [
            f"{one['id']} ({one['impact']}): {node['html'][:200]} {node['failureSummary']}"
            for one in Axe().run(page, {"exclude": NOT_OURS}, options).response["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]
        assert not serious, "\n".join([f"{page.url} at {size['width']} px:", *serious[:5]])


def path_of(address: str) -> str:
    """The pattern of one of our pages, ``''`` for other addresses."""
    path = urlsplit(address).path
    return next((one.pattern for one in SHAPES if one.match(path)), "")


def test_each_page_that_a_link_leads_to(root: Visitor) -> None:
    page = root.open(f"{ADDRESS}?days=30")
    run_report(page)
    waiting, known = [root.server.page()], {("", frozenset[str]())}
    while waiting:
        page.goto(waiting.pop(0))
        assert_fit(page)
        hrefs = page.locator("a[href]").evaluate_all("links => links.map(link => link.href)")
        for address in (urldefrag(href).url for href in hrefs):
            # Those that differ only in the values of their arguments are alike.
            pattern, query = path_of(address), urlsplit(address).query
            alike = (pattern, frozenset(key for key, _ in parse_qsl(query)))
            if alike not in known and sum(one == pattern for one, _ in known) < MOST_ALIKE:
                known.add(alike)
                waiting += [address] if pattern else []
    assert {pattern for pattern, _ in known if pattern} == {one.pattern for one in SHAPES}


def test_results_of_all_kinds(root: Visitor) -> None:
    everything = quote_plus("SELECT * FROM exec LIMIT 4")
    named = quote_plus(f'SELECT 1 AS "{HOSTILE}", \'{TURNED}\' AS "{TURNED}", NULL AS x')
    for path in (
        f"/query?sql={everything}&days=3650",
        f"/query?sql={named}",
        "/query?sql=SELECT+user+FROM+exec+WHERE+false",
        f"/query?sql={everything}&view=exec",
        f"{ADDRESS}?as_of=2020-01-01",
    ):
        assert_fit(root.open(path))


def test_errors_are_pages_like_others(root: Visitor) -> None:
    for path, status in (
        (f"/query?sql={quote_plus(f'SELECT {HOSTILE}')}", 400),
        (f"/query?sql=SELECT+{'x' * 3_000}+FROM+exec", 400),
        ("/query?name=nothing", 404),
        (f"/reports/{tilde_encode(HOSTILE)}", 404),
    ):
        root.refused(root.server.page(path), status)
        assert_fit(root.page)
