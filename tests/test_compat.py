"""The seam to Datasette: which versions run, and what each means by the same thing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import BOB, ROOT, open_datasette
from datasette.utils import StartupError

import datasette_access_monitoring
from datasette_access_monitoring.compat import permissions, versions


@pytest.mark.parametrize(
    "version", ["0.65.5", "0.65.6", "0.66", "1.0a41", "1.0a120", "1.0b1", "1.0rc1", "1.0", "1.1a0"]
)
def test_versions_that_work_pass(version: str) -> None:
    versions.check_version(version)


@pytest.mark.parametrize(
    "version", ["0.64.8", "0.65", "0.65.4", "1.0a0", "1.0a9", "1.0a40", "0.65a1", "unknown"]
)
def test_versions_that_do_not_work_are_refused_and_the_message_says_which_do(version: str) -> None:
    with pytest.raises(StartupError) as caught:
        versions.check_version(version)
    message = str(caught.value)
    assert version in message
    assert "0.65.5 or later, or 1.0a41 or later" in message


@pytest.mark.asyncio
async def test_the_server_does_not_start_on_a_version_that_does_not_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(versions.check_version, "__defaults__", ("1.0a40",))
    with pytest.raises(StartupError, match=re.escape("1.0a40")):
        await open_datasette([]).invoke_startup()


def test_the_running_version_works() -> None:
    versions.check_version()


@pytest.mark.parametrize(
    ("actor", "root"),
    [(ROOT, True), (BOB, False), (None, False), ({}, False), ({"id": None}, False)],
)
def test_root_is_who_has_the_id_root(actor: Mapping[str, Any] | None, root: bool) -> None:
    assert permissions.is_root(open_datasette([]), actor) is root


@pytest.mark.skipif(not versions.IS_V1, reason="0.65 has no switch for root")
def test_root_is_nobody_without_the_switch() -> None:
    datasette = open_datasette([])
    datasette.root_enabled = False
    assert permissions.is_root(datasette, ROOT) is False


@pytest.mark.parametrize(
    ("action", "resource", "names"),
    [
        ("view-database", "one", ["one"]),
        ("view-table", ("one", "t"), ["one"]),
        ("view-query", ["one", "q"], ["one"]),
        ("view-database", "place", []),
        ("view-database-download", "place", ["one"]),
        ("view-database-download", "two", ["two", "three"]),
        ("view-instance", None, []),
        ("view-database", "missing", []),
        ("view-table", (), []),
        ("something", {"a": 1}, []),
        ("something", 5, []),
    ],
)
def test_a_resource_belongs_to_the_database_it_names(
    action: str, resource: object, names: list[str]
) -> None:
    datasette = open_datasette([])
    for name, route in (("one", "place"), ("two", "two"), ("three", "two")):
        datasette.add_memory_database(name).route = route
    assert permissions.databases_of(datasette, action, resource) == names


def test_only_compat_asks_which_version_runs() -> None:
    package = Path(datasette_access_monitoring.__file__).parent
    asking = re.compile(r"IS_V1|datasette\.version|hasattr\(datasette")
    found = {
        path.relative_to(package).parts[0]
        for path in package.rglob("*.py")
        if asking.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"compat"}
