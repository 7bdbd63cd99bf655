"""The query editor beside its result: links, the translation, one's own runs, the table's marks."""

from __future__ import annotations

import html
import re
import sqlite3
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

import pytest
from access_world import actor, write_world
from conftest import ROOT, open_datasette, told, write_audit_database
from hypothesis import assume, given
from hypothesis import strategies as st
from test_pages import HOME, HOSTILE, NOW, cells, text_of

from datasette_access_monitoring.sql.parsing.names import RESERVED, written
from datasette_access_monitoring.sql.translate import translate
from datasette_access_monitoring.store.query_runs import LOOKED_AT, newest_query_runs

EDITOR = {"id": "ed", "roles": ["editor"]}
RUN = "secreports.audit.query.run"
EVENTS: list[dict[str, Any]] = [
    {"event": "exec", "time": f"2026-11-20T1{n}:00:00Z", "user": f"u{n}"} for n in range(3)
]


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_world(tmp_path / "audit.db", EVENTS)


@pytest.fixture
def datasette(audit: Path) -> Any:
    return open_datasette([audit])


def link(page: str, label: str) -> str:
    (found,) = re.findall(rf'<a href="([^"]+)"[^>]*>{label}</a>', page)
    return html.unescape(found)


def history(page: str) -> str:
    start = page.find("Your last queries")
    return page[start : page.index("<h2>Examples</h2>")] if start >= 0 else ""


def ran(user: str, query: Any, at: int, **more: Any) -> dict[str, Any]:
    stamp = f"2026-11-21T10:{at // 60:02}:{at % 60:02}Z"
    fields = {"query": query, "days": 7, "rows": 1, "via": "page", **more}
    return {"event": RUN, "code": "SRE001I", "time": stamp, "user": user, **fields}


@pytest.mark.asyncio
async def test_a_link_to_a_result_gives_the_same_days_later(datasette: Any, audit: Path) -> None:
    sql = "SELECT now() AS t"
    page = await text_of(datasette, f"{HOME}/query?sql={sql}&days=30", EDITOR)
    address = link(page, "Link to these days")
    time.sleep(0.01)
    again = await text_of(datasette, address, EDITOR)
    assert cells(page) == cells(again), "now is the moment it ran"
    arguments = parse_qs(urlsplit(address).query)
    assert (arguments["days"], arguments["sql"]) == (["30"], [sql])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", arguments["as_of"][0])
    assert link(again, "Link to these days") == address
    assert "as_of" not in told(audit, RUN)[0], "who asked as of now is told so"


@pytest.mark.asyncio
async def test_a_query_can_be_saved_by_whoever_may(datasette: Any) -> None:
    address = f"{HOME}/query?sql=SELECT+1"
    page = await text_of(datasette, address, EDITOR)
    assert link(page, "Save as audit query") == f"{HOME}/new-query?sql=SELECT+1"
    assert "new-query" not in await text_of(datasette, address, actor("asker"))


@pytest.mark.asyncio
async def test_the_translation_is_shown_and_nothing_is_run(datasette: Any, audit: Path) -> None:
    sql = quote_plus(f"SELECT user AS \"{HOSTILE}\" FROM exec WHERE command LIKE '\u202e%'")
    page = await text_of(datasette, f"{HOME}/query?sql={sql}&sqlite=1&{NOW}", actor("asker"))
    shown = page[page.index("As SQLite") :]
    assert "_event_exec" in shown and HOSTILE not in page
    assert "\u202e" not in shown.partition("</pre>")[0] and "\\u202e" in shown
    assert "Result of the query" not in page and told(audit, RUN) == []
    wrong = await text_of(datasette, f"{HOME}/query?sql=SELECT+usr+FROM+exec&sqlite=1", ROOT, 400)
    assert "did you mean user?" in wrong and told(audit, RUN) == []


@pytest.mark.asyncio
async def test_days_are_chosen_by_links_that_keep_the_query(datasette: Any) -> None:
    page = await text_of(datasette, f"{HOME}/query?sql=SELECT+1&days=30&{NOW}")
    chosen = re.findall(r'<a href="([^"]+)" data-days="(\d+)"( aria-current="true")?>', page)
    assert [(days, bool(current)) for _, days, current in chosen] == [
        ("1", False), ("7", False), ("30", True), ("90", False),
    ]  # fmt: skip
    for address, days, _ in chosen:
        arguments = parse_qs(urlsplit(html.unescape(address)).query)
        assert arguments == {"sql": ["SELECT 1"], "days": [days], "as_of": ["2026-11-22"]}


@pytest.mark.asyncio
async def test_everybody_sees_the_own_runs_and_no_others(datasette: Any, audit: Path) -> None:
    asker = actor("asker")
    for sql in ("SELECT 41", "SELECT nothing", "SELECT 43"):
        address = f"{HOME}/query?sql={quote_plus(sql)}&days=3"
        await text_of(datasette, address, asker, 400 if "nothing" in sql else 200)
    await text_of(datasette, f"{HOME}/query?sql=SELECT+99", EDITOR)
    # By the same name on the command line may be somebody else.
    write_audit_database(audit, [ran(asker["id"], "SELECT 77", 0, via="cli")])
    own = history(await text_of(datasette, f"{HOME}/query", asker))
    places = [own.index(text) for text in ("SELECT 43", "SELECT nothing", "SELECT 41")]
    assert places == sorted(places), "newest first"
    assert "SELECT 99" not in own and "SELECT 77" not in own
    assert "cannot be resolved" in own and "1 row<" in own and "3 days" in own
    assert f'href="{HOME}/query?sql=SELECT+43&amp;days=3"' in own
    assert history(await text_of(datasette, f"{HOME}/query", actor("editor"))) == ""


@pytest.mark.asyncio
async def test_hostile_runs_are_text(datasette: Any, audit: Path) -> None:
    events = [
        ran("ed", f"SELECT '{HOSTILE}\u202e'", 1, error=HOSTILE, as_of=HOSTILE),
        ran("ed", "x" * 100_000, 2, days="7", rows=[1]),
        ran("ed", ["SELECT 5"], 3, days=10**30),
    ]
    write_audit_database(audit, events)
    page = await text_of(datasette, f"{HOME}/query", EDITOR)
    own = history(page)
    assert HOSTILE not in page and "\u202e" not in page
    assert html.escape(HOSTILE) in own and "\\u202e" in own
    assert "x" * 120 + "…" in own and "x" * 121 not in own, "not even in a link"


def test_a_long_history_is_read_in_part(tmp_path: Path) -> None:
    audit = tmp_path / "audit.db"
    events = [ran("ann", f"SELECT {n}", n) for n in range(LOOKED_AT // 2)]
    events += [ran("bob", f"SELECT {n}", 1500 + n) for n in range(LOOKED_AT - 3)]
    write_audit_database(audit, events)
    connection = sqlite3.connect(audit)
    found = newest_query_runs(connection, "ann", ("page", "api"), limit=20)
    assert [run.query for run in found] == ["SELECT 999", "SELECT 998", "SELECT 997"]
    assert len(newest_query_runs(connection, "bob", ("page",), limit=20)) == 20
    assert newest_query_runs(connection, "bob", ("api",), limit=20) == []
    connection.close()


@pytest.mark.asyncio
async def test_the_table_tells_a_script_how_its_columns_are_sorted(audit: Path) -> None:
    datasette = open_datasette([audit], settings={"max_returned_rows": 2})
    sql = (
        "SELECT user, 9007199254740993 AS n, 1e0 AS d, 1.50 AS p, INTERVAL '2' DAY AS i,"
        " from_unixtime(0) AS z, CAST('10.0.0.1' AS ipaddress) AS a FROM exec"
    )
    page = await text_of(datasette, f"{HOME}/query?sql={quote_plus(sql)}&{NOW}", ROOT)
    orders = re.findall(r'data-order="(\w+)">(\w+)<', page)
    assert orders == [
        ("text", "user"), ("exact", "n"), ("double", "d"), ("exact", "p"), ("exact", "i"),
        ("exact", "z"), ("text", "a"),
    ]  # fmt: skip
    keys = re.findall(r'data-key="([^"]+)"', page)
    assert keys[:3] == ["172800000", "0", "00000000000000000000ffff0a000001"]
    assert " data-cut>" in page and len(cells(page)) == 14
    whole = await text_of(open_datasette([audit]), f"{HOME}/query?sql=SELECT+1&{NOW}")
    assert "data-cut" not in whole


@pytest.mark.asyncio
async def test_the_functions_are_listed_and_nothing_is_run(datasette: Any, audit: Path) -> None:
    page = await text_of(datasette, f"{HOME}/query?sql=SELECT+1", actor("asker"))
    address = link(page, "What a query may call")
    assert "from_iso8601_timestamp" not in page
    count = len(told(audit, RUN))
    listed = await text_of(datasette, address, actor("asker"))
    assert "<code>from_iso8601_timestamp</code>" in listed and ">SELECT 1</textarea>" in listed
    assert "Result of the query" not in listed and len(told(audit, RUN)) == count


@given(st.text(max_size=10) | st.sampled_from(sorted(RESERVED)).map(str.lower))
def test_a_name_is_written_so_that_a_query_means_it(name: str) -> None:
    assume(name and "\0" not in name)
    translation = translate(f"SELECT 1 AS {written(name)}", {})
    assert [column.name for column in translation.columns] == [name]


def test_plain_names_stay() -> None:
    assert [written(name) for name in ("user", "addr_remote", "end", "Upper", 'a"b', "2fa")] == [
        "user", "addr_remote", '"end"', '"Upper"', '"a""b"', '"2fa"',
    ]  # fmt: skip
