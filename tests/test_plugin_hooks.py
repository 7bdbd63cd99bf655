"""Both hosts find the plugin, starting them costs next to nothing, and both gain functions."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import fetch, open_datasette
from datasette.plugins import get_plugins

from datasette_access_monitoring.compat.versions import PLUGIN_NAME

HEAVY = ("datasette", "sqlglot", "yaml", "msgspec", "sqlite_utils", "click", "asyncio")


def run(*arguments: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "module", ["datasette_access_monitoring", "datasette_access_monitoring.sqlite_utils_plugin"]
)
def test_importing_the_plugin_imports_nothing_heavy(module: str) -> None:
    loaded = run("-c", f"import sys, {module}; print(*(m for m in {HEAVY} if m in sys.modules))")
    assert loaded.split() == []


def test_datasette_knows_the_plugin_and_its_hooks() -> None:
    (ours,) = [plugin for plugin in get_plugins() if plugin["name"] == PLUGIN_NAME]
    assert {"startup", "prepare_connection", "register_commands"} <= set(ours["hooks"])


def test_sqlite_utils_knows_the_plugin_and_its_hooks() -> None:
    listed = json.loads(run("-m", "sqlite_utils", "plugins"))
    (ours,) = [plugin for plugin in listed if plugin["name"] == PLUGIN_NAME]
    assert set(ours["hooks"]) == {"prepare_connection", "register_commands"}


@pytest.mark.parametrize("host", ["datasette", "sqlite_utils"])
def test_both_command_lines_have_our_commands(host: str) -> None:
    name = "audit" if host == "datasette" else "load-audit-events"
    assert name in run("-m", host, "--help")
    assert "Usage:" in run("-m", host, name, "--help")


# Starts a Datasette that serves a file without events, asks it for a page, names what was loaded.
SERVES_OTHER_FILES = """
import asyncio, sqlite3, sys, tempfile
from pathlib import Path
from datasette.app import Datasette

async def serve(file):
    datasette = Datasette([file])
    await datasette.invoke_startup()
    return (await datasette.client.get("/other/notes.json?_shape=array")).status_code

with tempfile.TemporaryDirectory() as folder:
    file = str(Path(folder, "other.db"))
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE notes (text)")
    connection.close()
    print(asyncio.run(serve(file)), *(m for m in ("sqlglot", "filelock") if m in sys.modules))
"""


def test_a_datasette_without_events_does_not_load_the_translator() -> None:
    assert run("-c", SERVES_OTHER_FILES).split() == ["200"]


# Plain SQLite SQL: arrays are JSON text, as in the views; names in any case.
ANSWERS = [
    ("""CARDINALITY('["a","b"]')""", 2),
    ("cardinality('[]')", 0),
    ("Cardinality(NULL)", None),
    ("""CONTAINS('["a","b"]', 'b')""", 1),
    ("""contains('["a","b"]', 'c')""", 0),
    ("CONTAINS(NULL, 'c')", None),
    ("FROM_ISO8601_TIMESTAMP(NULL)", None),
    (
        "from_iso8601_timestamp('2026-11-02T00:00:01Z')"
        " - FROM_ISO8601_TIMESTAMP('2026-11-01T00:00:01Z')"
        " = from_iso8601_timestamp('1970-01-02T00:00:00Z')"
        " - from_iso8601_timestamp('1970-01-01T00:00:00Z')",
        1,
    ),
    (
        "from_iso8601_timestamp('2026-11-02T02:00:00+02:00')"
        " > from_iso8601_timestamp('2026-11-01T23:59:59.999Z')",
        1,
    ),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("sql", "answer"), ANSWERS)
async def test_datasette_s_own_sql_has_the_functions(sql: str, answer: object) -> None:
    response = await fetch(
        open_datasette([], memory=True),
        "/_memory.json",
        params={"sql": f"SELECT {sql} AS answer", "_shape": "objects"},
        follow_redirects=True,
    )
    assert response.json()["rows"] == [{"answer": answer}]


def test_sqlite_utils_own_sql_has_the_functions(tmp_path: Path) -> None:
    columns = ", ".join(f"{sql} AS a{index}" for index, (sql, _) in enumerate(ANSWERS))
    expected = {f"a{index}": answer for index, (_, answer) in enumerate(ANSWERS)}
    assert json.loads(run("-m", "sqlite_utils", "memory", f"SELECT {columns}")) == [expected]
    file = str(tmp_path / "any.db")
    run("-m", "sqlite_utils", "create-database", file)
    assert json.loads(run("-m", "sqlite_utils", "query", file, f"SELECT {columns}")) == [expected]
