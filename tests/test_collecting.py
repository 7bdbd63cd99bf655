"""Sources that a server collects from while it runs: configured, or another plugin's."""

from __future__ import annotations

import gzip
import json
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from conftest import open_datasette, told, write_audit_database
from datasette.utils import StartupError
from serving import serving, wait_for

from datasette_access_monitoring.compat.versions import IS_V1

DOCS = Path(__file__).parent.parent / "docs"


def line(number: int, event: str = "exec") -> str:
    return json.dumps({"event": event, "time": "2024-03-20T12:12:03Z", "ei": number}) + "\n"


def configured(config: dict[str, Any]) -> dict[str, Any]:
    return {"plugins": {"datasette-access-monitoring": config}}


AUDITOR = """
from datasette import hookimpl

@hookimpl
def actor_from_request(request):
    return {"id": "mia", "roles": ["auditor"]}
"""


def get(address: str) -> Any:
    with urlopen(address, timeout=60) as answer:
        text = answer.read().decode()
    return json.loads(text) if address.endswith(".json") else text


def numbers(database: Path) -> list[int]:
    """The events that are in the database by now."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            rows = connection.execute(
                "SELECT json_extract(event_data, '$.ei') FROM events WHERE event = 'exec'\n"
                "ORDER BY 1"
            )
            return [row[0] for row in rows]
    except sqlite3.Error:
        return []


def test_configured_files_are_followed_into_a_new_database_until_the_server_ends(
    tmp_path: Path,
) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log/one.log").write_text(line(1), "utf-8")
    config = {"sources": [{"kind": "files", "paths": [str(tmp_path / "log")]}]}
    database = tmp_path / "audit.db"
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins/everybody_is_an_auditor.py").write_text(AUDITOR, "utf-8")
    arguments = ("audit.db", "--create", "--plugins-dir", "plugins")
    with serving(tmp_path, *arguments, plugin_config=config) as server:
        wait_for(lambda: numbers(database) == [1])
        (tmp_path / "log/two.log").write_text(line(2), "utf-8")
        wait_for(lambda: numbers(database) == [1, 2])
        (tmp_path / "log/bad.log.gz").write_bytes(gzip.compress(line(9).encode())[:20])
        wait_for(lambda: "ends early" in server.said)
        status = get(f"{server.address}/-/access-monitoring/status.json")
        (job,) = status["collecting"]
        assert (job["kind"], job["events"]) == ("files", 2)
        assert ["bad.log.gz" in problem for problem in job["problems"]] == [True]
        metrics = get(f"{server.address}/-/access-monitoring/metrics")
        assert 'collecting_problems{database="audit",kind="files"} 1\n' in metrics
        page = get(f"{server.address}/-/access-monitoring/status")
        assert "bad.log.gz" in page and "What this server does" in page
        assert "<strong>Collecting</strong> files" in page and "No problem" not in page
        assert server.end() in (0, -signal.SIGTERM)
        assert "Traceback" not in server.said
    # What came while nothing ran comes with the next start; a server that is killed loses nothing.
    for number in (3, 4, 5):
        with (tmp_path / "log/one.log").open("a") as file:
            file.write(line(number))
        with serving(tmp_path, "audit.db", plugin_config=config) as server:
            wait_for(lambda number=number: numbers(database) == list(range(1, number + 1)))
            server.end(signal.SIGKILL)


def test_the_plugin_of_the_documentation_brings_its_own_source(tmp_path: Path) -> None:
    text = (DOCS / "sources.md").read_text("utf-8")
    (plugin,) = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins/table_source.py").write_text(plugin, "utf-8")
    with closing(sqlite3.connect(tmp_path / "app.db")) as app:
        app.execute("CREATE TABLE audit (id INTEGER PRIMARY KEY, event TEXT)")
        app.executemany("INSERT INTO audit (event) VALUES (?)", [[line(n)] for n in (1, 2)])
        app.commit()
        write_audit_database(tmp_path / "audit.db", [])
        config = {"sources": [{"kind": "table", "path": "app.db", "database": "audit"}]}
        arguments = ("audit.db", "--plugins-dir", "plugins")
        with serving(tmp_path, *arguments, plugin_config=config) as server:
            wait_for(lambda: numbers(tmp_path / "audit.db") == [1, 2])
            app.execute("INSERT INTO audit (event) VALUES (?)", ["no event"])
            app.execute("INSERT INTO audit (event) VALUES (?)", [line(3)])
            app.commit()
            wait_for(lambda: numbers(tmp_path / "audit.db") == [1, 2, 3])
            server.end()
    with closing(sqlite3.connect(tmp_path / "audit.db")) as connection:
        rows = connection.execute(
            'SELECT events, duplicates, cursor FROM "_sources" WHERE location = ?', ["table:app.db"]
        )
        assert rows.fetchall() == [(3, 0, b"4")]
        assert connection.execute('SELECT line FROM "_rejects"').fetchall() == [(b"no event",)]


PLUGIN_WITH_A_FAULT = """
from datasette import hookimpl
from datasette_access_monitoring.sources.kinds import SourceKind

def configure(options):
    def run(delivery):
        raise ValueError("a mistake <of> the plugin")
    return run

@hookimpl
def register_audit_sources():
    return [SourceKind("faulty", configure)]
"""


def test_a_source_that_fails_is_told_and_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins/faulty.py").write_text(PLUGIN_WITH_A_FAULT, "utf-8")
    (tmp_path / "one.log").write_text(line(1), "utf-8")
    config = {
        "sources": [{"kind": "faulty"}, {"kind": "files", "paths": [str(tmp_path / "one.log")]}]
    }
    write_audit_database(tmp_path / "audit.db", [])
    arguments = ("audit.db", "--plugins-dir", "plugins")
    with serving(tmp_path, *arguments, plugin_config=config) as server:
        wait_for(lambda: numbers(tmp_path / "audit.db") == [1])
        wait_for(
            lambda: "ValueError: a mistake <of> the plugin; started again in 2 s" in server.said
        )
        assert server.end() in (0, -signal.SIGTERM)


def test_days_beyond_those_that_are_kept_go_and_the_log_tells(tmp_path: Path) -> None:
    database = write_audit_database(
        tmp_path / "audit.db",
        [
            {"event": "exec", "time": "2024-01-01T10:00:00Z", "ei": 1},
            {"event": "exec", "time": "2024-03-19T10:00:00Z", "ei": 2},
            {"event": "exec", "time": "2024-03-20T10:00:00Z", "ei": 3},
        ],
    )
    with serving(tmp_path, "audit.db", plugin_config={"keep_days": {"audit": 36_500}}) as server:
        server.end()
    assert numbers(database) == [1, 2, 3]
    with serving(tmp_path, "audit.db", plugin_config={"keep_days": {"audit": 30}}) as server:
        wait_for(lambda: 1 not in numbers(database))
        server.end()
    (pruned,) = told(database, "secreports.events.prune")
    assert pruned["via"] == "configuration"


def test_a_command_that_serves_nobody_collects_nothing(tmp_path: Path) -> None:
    (tmp_path / "one.log").write_text(line(1), "utf-8")
    database = write_audit_database(tmp_path / "audit.db", [])
    config = {"sources": [{"kind": "files", "paths": [str(tmp_path / "one.log")]}]}
    (tmp_path / "config.json").write_text(json.dumps(configured(config)), "utf-8")
    option = "--config" if IS_V1 else "--metadata"
    got = subprocess.run(
        [sys.executable, "-m", "datasette", "audit.db", "--get", "/-/versions.json",
         option, "config.json"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert "sqlite" in got.stdout
    assert numbers(database) == []


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            {"sources": [{"kind": "kafka"}]},
            "sources[0].kind: 'kafka' is nothing to configure; known: files",
        ),
        ({"sources": [{"kind": "http"}]}, "sources[0].kind: 'http' is nothing to configure"),
        ({"sources": [{"paths": ["a"]}]}, "sources[0].kind: is missing or empty"),
        ({"sources": [{"kind": "files"}]}, "sources[0].paths: must be a list of files"),
        ({"sources": [{"kind": "files", "paths": ["-"]}]}, "sources[0].paths: - (standard input)"),
        (
            {"sources": [{"kind": "files", "paths": ["a"], "pahts": []}]},
            "sources[0].pahts: is not known here; known keys: kind, database, paths",
        ),
        (
            {"sources": [{"kind": "files", "paths": ["a"], "database": "other"}]},
            "sources[0].database: 'other' is no database that can be written to; there are: audit",
        ),
        ({"keep_days": {"other": 3}}, "keep_days.other: 'other' is no database that can be"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.asyncio
async def test_a_wrong_configuration_stops_the_server_with_the_key(
    tmp_path: Path, config: dict[str, Any], message: str
) -> None:
    database = write_audit_database(tmp_path / "audit.db", [])
    datasette = open_datasette([database], configured(config))
    with pytest.raises(StartupError) as refused:
        await datasette.invoke_startup()
    assert message in str(refused.value)


@pytest.mark.asyncio
async def test_with_several_databases_one_is_to_be_named(tmp_path: Path) -> None:
    databases = [write_audit_database(tmp_path / name, []) for name in ("a.db", "b.db")]
    config = {"sources": [{"kind": "files", "paths": ["a.log"]}]}
    datasette = open_datasette(databases, configured(config))
    with pytest.raises(StartupError, match="say which database is meant; there are: a, b"):
        await datasette.invoke_startup()
