"""The nine queries of the Privileged Access Report on Datasette's own pages and JSON API."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, fetch, open_datasette, write_audit_database, write_ordinary_database

from datasette_access_monitoring.compat import versions
from datasette_access_monitoring.resources.canned import canned_reports
from datasette_access_monitoring.store.database import APPLICATION_ID
from datasette_access_monitoring.web import canned_queries

(REPORT,) = canned_reports()
REQUESTED = {"access_requests": ["a-request"]}

# For each query an event that it finds, the values that its row then has beside date and
# count, and events that are close but are not found.
CASES: Mapping[str, tuple[dict[str, Any], tuple[str, ...], list[dict[str, Any]]]] = {
    "db_sessions_weak_security": (
        {"event": "db.session.start", "user": "dora", "db_protocol": "mysql"},
        ("dora",),
        [{"event": "db.session.start", "user": "dan", "db_protocol": "mysql", **REQUESTED}],
    ),
    "ssh_sessions_weak_security": (
        {"event": "session.start", "user": "sam", "proto": "ssh", "login": "ubuntu"},
        ("sam",),
        [
            {"event": "session.start", "user": "sid", "proto": "kube", "login": "ubuntu"},
            {"event": "session.start", "user": "sue", "proto": "ssh", "with_mfa": "a-device"},
        ],
    ),
    "kube_api_calls_weak_security": (
        {"event": "kube.request", "user": "kim", "kubernetes_groups": ["dev"]},
        ("kim",),
        [{"event": "kube.request", "user": "kay", "impersonator": "bot"}],
    ),
    "privileged_postgres_sessions": (
        {
            "event": "db.session.start",
            "user": "pia",
            "db_protocol": "postgres",
            "db_user": "postgres",
            **REQUESTED,
        },
        ("pia",),
        [
            {
                "event": "db.session.start",
                "user": "pat",
                "db_protocol": "postgres",
                "db_user": "Postgres",
                **REQUESTED,
            }
        ],
    ),
    "kube_execs": (
        {"event": "exec", "user": "evelyn", "proto": "kube", "command": "ls"},
        ("evelyn",),
        [{"event": "exec", "user": "eli", "proto": "ssh", "command": "ls"}],
    ),
    "long_lived_certificates": (
        {"event": "cert.create", "identity": {"user": "carl", "expires": "+25"}},
        ("carl",),
        [{"event": "cert.create", "identity": {"user": "cora", "expires": "+24"}}],
    ),
    "long_lived_join_tokens": (
        {
            "event": "instance.join",
            "node_name": "nora-1",
            "host_id": "host-1",
            "token_expires": "+25",
        },
        ("nora-1", "host-1"),
        [
            {
                "event": "instance.join",
                "node_name": "nora-2",
                "host_id": "host-2",
                "token_expires": "+24",
            }
        ],
    ),
    "root_ssh_sessions": (
        {"event": "session.start", "user": "rob", "proto": "ssh", "login": "root", **REQUESTED},
        ("rob",),
        [{"event": "session.start", "user": "ray", "proto": "ssh", "login": "ubu", **REQUESTED}],
    ),
    "system_kube_api_calls": (
        {
            "event": "kube.request",
            "user": "kate",
            "kubernetes_groups": ["dev", "system:masters"],
            **REQUESTED,
        },
        ("kate",),
        [
            {
                "event": "kube.request",
                "user": "ken",
                "kubernetes_groups": ["system:masters-not"],
                **REQUESTED,
            }
        ],
    ),
}
# Ages of the events that each query finds, in hours; a window of 7 days is 168 of them.
AGES = (1, 2, 167, 169, 719, 721)


def at(event: Mapping[str, Any], hours: float) -> dict[str, Any]:
    """The event as one of so many hours ago, its ``+N`` expiries N hours after it."""
    moment = datetime.now(timezone.utc) - timedelta(hours=hours)

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: filled(inner) for key, inner in value.items()}
        if isinstance(value, str) and value.startswith("+"):
            return (moment + timedelta(hours=int(value))).isoformat()
        return value

    return {**filled(event), "time": moment.isoformat(), "uid": f"{hours}"}


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    found = [at(event, age) for event, _, _ in CASES.values() for age in AGES]
    close = [at(event, 3) for _, _, others in CASES.values() for event in others]
    return [
        write_audit_database(tmp_path / "audit.db", found + close),
        write_ordinary_database(tmp_path / "plants.db"),
    ]


async def rows(datasette: Any, name: str, query: str = "") -> list[dict[str, Any]]:
    response = await fetch(datasette, f"/audit/{name}.json?_shape=objects{query}", ROOT)
    assert response.status_code == 200, response.text
    return list(response.json()["rows"])


def counted(found: list[dict[str, Any]], keys: tuple[str, ...]) -> int:
    """How many events the rows of these last values stand for; there must be no others."""
    total: Counter[tuple[Any, ...]] = Counter()
    for row in found:
        _, count, *rest = row.values()
        total[tuple(rest)] += count
    assert list(total) == [keys]
    return total[keys]


@pytest.mark.asyncio
@pytest.mark.parametrize("name", CASES)
async def test_a_query_finds_its_events_of_the_last_days(files: list[Path], name: str) -> None:
    datasette = open_datasette(files)
    keys = CASES[name][1]
    assert counted(await rows(datasette, name), keys) == 3
    assert counted(await rows(datasette, name, "&days="), keys) == 3
    assert counted(await rows(datasette, name, "&days=7"), keys) == 3
    assert counted(await rows(datasette, name, "&days=1"), keys) == 2
    assert counted(await rows(datasette, name, "&days=30"), keys) == 5
    assert counted(await rows(datasette, name, "&days=36500"), keys) == 6


@pytest.mark.asyncio
@pytest.mark.parametrize("name", CASES)
async def test_a_row_has_the_columns_of_the_documentation(files: list[Path], name: str) -> None:
    first, *_ = await rows(open_datasette(files), name)
    last = ["node_name", "host_id"] if name == "long_lived_join_tokens" else ["user"]
    assert list(first) == ["event_date", "count", *last]
    (query,) = [query for query in REPORT.queries if query.name == name]
    assert query.chart is not None
    assert {query.chart.x, query.chart.y, query.chart.color} <= set(first)


@pytest.mark.asyncio
@pytest.mark.parametrize("name", CASES)
async def test_the_page_shows_title_description_suggestion_rows_and_asks_for_days(
    files: list[Path], name: str
) -> None:
    response = await fetch(open_datasette(files), f"/audit/{name}?days=30", ROOT)
    assert response.status_code == 200
    (query,) = [query for query in REPORT.queries if query.name == name]
    text = response.text.replace("&#39;", "'")
    for shown in (query.title, query.description, query.suggestion, *CASES[name][1]):
        assert shown in text
    assert 'name="days"' in text
    # The SQLite text is machine-made; it is shown to who asks for it.
    assert "_show_sql=1" in text
    assert "<textarea" not in text


@pytest.mark.asyncio
@pytest.mark.parametrize("days", ["abc", "-1", "0", "1.5", "7 days", "36501", "9" * 30, "٣", "' "])
@pytest.mark.parametrize("name", ["kube_execs", "long_lived_join_tokens"])
async def test_a_wrong_number_of_days_is_an_error_that_says_so(
    files: list[Path], name: str, days: str
) -> None:
    datasette = open_datasette(files)
    says = f"days must be a whole number from 1 to {canned_queries.MAX_DAYS}"
    for suffix in ("", ".json"):
        response = await fetch(datasette, f"/audit/{name}{suffix}", ROOT, params={"days": days})
        assert says in response.text
        assert CASES[name][1][0] not in response.text
        if suffix:
            assert response.status_code == 400


@pytest.mark.asyncio
async def test_a_wrong_number_of_days_is_an_error_also_where_there_are_no_events(
    tmp_path: Path,
) -> None:
    datasette = open_datasette([write_audit_database(tmp_path / "audit.db", [])])
    for name in CASES:
        assert await rows(datasette, name) == []
        response = await fetch(datasette, f"/audit/{name}.json?days=abc", ROOT)
        assert response.status_code == 400


@pytest.mark.asyncio
async def test_the_queries_are_listed_on_every_audit_database_and_on_no_other(
    tmp_path: Path, files: list[Path]
) -> None:
    other = write_audit_database(tmp_path / "archive.db", [])
    datasette = open_datasette([*files, other], crossdb=True)
    for page, has_them in (("audit", 1), ("archive", 1), ("plants", 0), ("_memory", 0)):
        text = (await fetch(datasette, f"/{page}", ROOT)).text
        # 1.0 lists the first few and links to the others.
        assert sum(f'href="/{page}/{name}"' in text for name in CASES) >= 5 * has_them
        for name in CASES:
            response = await fetch(datasette, f"/{page}/{name}.json", ROOT)
            assert response.status_code == (200 if has_them else 404)


@pytest.mark.asyncio
async def test_a_query_of_the_operator_s_with_the_same_name_stays_the_operator_s(
    files: list[Path],
) -> None:
    mine = {"kube_execs": {"sql": "SELECT 'mine' AS whose"}, "other": {"sql": "SELECT 1 AS one"}}
    datasette = open_datasette(files, {"databases": {"audit": {"queries": mine}}})
    for _ in range(2):
        assert await rows(datasette, "kube_execs") == [{"whose": "mine"}]
        assert await rows(datasette, "other") == [{"one": 1}]
        assert counted(await rows(datasette, "root_ssh_sessions"), ("rob",)) == 3


@pytest.mark.asyncio
async def test_a_damaged_audit_database_has_no_queries_and_harms_no_other(
    tmp_path: Path, files: list[Path]
) -> None:
    damaged = tmp_path / "damaged.db"
    connection = sqlite3.connect(damaged)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("CREATE TABLE something (else_)")
    connection.close()
    datasette = open_datasette([damaged, *files])
    assert "kube_execs" not in (await fetch(datasette, "/damaged.json", ROOT)).text
    assert counted(await rows(datasette, "kube_execs"), ("evelyn",)) == 3


@pytest.mark.asyncio
@pytest.mark.skipif(not versions.IS_V1, reason="0.65 stores no queries")
async def test_stored_queries_follow_what_ships_and_leave_those_of_others(
    tmp_path: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    internal = str(tmp_path / "internal.db")
    datasette = open_datasette(files, internal=internal)
    await datasette.invoke_startup()
    await datasette.add_query("audit", "of_bob", "SELECT 1", source="user", owner_id="bob")
    await datasette.add_query("audit", "kube_execs", "SELECT 2", source="user", owner_id="bob")
    stored = await datasette.get_query("audit", "root_ssh_sessions")
    assert (stored.is_trusted, stored.source) == (True, versions.PLUGIN_NAME)
    datasette.close()

    monkeypatch.setattr(canned_queries, "canned_reports", lambda: ())
    datasette = open_datasette(files, internal=internal)
    await datasette.invoke_startup()
    assert await datasette.get_query("audit", "root_ssh_sessions") is None
    monkeypatch.undo()
    await canned_queries.publish(datasette)
    datasette.close()

    datasette = open_datasette(files[1:], internal=internal)
    await datasette.invoke_startup()
    assert await datasette.get_query("audit", "root_ssh_sessions") is None
    assert (await datasette.get_query("audit", "of_bob")).sql == "SELECT 1"
    assert (await datasette.get_query("audit", "kube_execs")).sql == "SELECT 2"
    datasette.close()
