"""The plugin's configuration: read once, and an error names the key that is wrong."""

from __future__ import annotations

import pytest
from conftest import fetch, open_datasette, write_audit_database
from datasette.utils import StartupError

from datasette_access_monitoring.compat.versions import IS_V1
from datasette_access_monitoring.config import Configuration, read_configuration
from datasette_access_monitoring.errors import ConfigError
from datasette_access_monitoring.resources.model import Kind

ROLE = {
    "kind": "role",
    "metadata": {"name": "mine"},
    "spec": {"allow": {"rules": [{"resources": ["event"], "verbs": ["list", "read"]}]}},
}


def test_nothing_is_configured_by_default() -> None:
    assert read_configuration("p", None) == read_configuration("p", {}) == Configuration()


def test_all_of_it() -> None:
    read = read_configuration(
        "p",
        {
            "actors": {"alice": ["auditor", "mine"], 7: ["editor"], "bob": []},
            "default_roles": ["auditor"],
            "roles": [ROLE],
        },
    )
    assert read.actors == {"alice": ("auditor", "mine"), "7": ("editor",), "bob": ()}
    assert read.default_roles == ("auditor",)
    assert list(read.roles) == [(Kind.ROLE, "mine")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "p: must be a mapping with the keys actors, default_roles, roles"),
        ({"actor": {}}, "p: actor: is not known here; known keys: actors"),
        ({"actors": ["alice"]}, "p: actors: must be a mapping"),
        ({"actors": {"alice": "auditor"}}, 'p: actors.alice: must be a list, not "auditor"'),
        ({"actors": {"alice": [["x"]]}}, "p: actors.alice: must be a list of texts"),
        ({"default_roles": "auditor"}, "p: default_roles: must be a list"),
        ({"roles": {"mine": {}}}, "p: roles: must be a list"),
        ({"roles": ["auditor"]}, "p: roles: must be a list of mappings"),
        ({"roles": [{**ROLE, "spec": None}]}, "p: roles[0].spec: is missing"),
        ({"roles": [{**ROLE, "kind": "user"}]}, "p: roles[0].kind: is 'user'"),
        (
            {"roles": [{**ROLE, "kind": "audit_query", "spec": {"query": "SELECT 1"}}]},
            "p: roles[0].kind: is 'audit_query'; only roles stand here",
        ),
        ({"roles": [ROLE, ROLE]}, "p: roles[1].metadata: 'mine' is the name of two roles"),
        (
            {"roles": [{**ROLE, "spec": {"allow": {"rules": [{"resources": ["event"]}]}}}]},
            "p: roles[0].spec.allow.rules[0].verbs: must be a list",
        ),
    ],
)
def test_a_mistake_is_told_with_its_key(data: object, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_configuration("p", data)
    assert str(caught.value).startswith(message)


@pytest.mark.asyncio
async def test_a_server_with_a_mistake_in_it_does_not_start() -> None:
    config = {"plugins": {"datasette-access-monitoring": {"actors": {"alice": "auditor"}}}}
    with pytest.raises(StartupError, match=r"plugins\.datasette-access-monitoring: actors\.alice"):
        await open_datasette([], config).invoke_startup()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("configured", "actor", "status"),
    [
        ({}, {"id": "alice"}, 403),
        ({"actors": {"alice": ["auditor"]}}, {"id": "alice"}, 200),
        ({"actors": {"alice": ["auditor"]}}, {"id": "bob"}, 403),
        ({"actors": {"alice": ["auditor"]}}, None, 403),
        ({"actors": {"alice": ["mine"]}, "roles": [ROLE]}, {"id": "alice"}, 200),
        ({"actors": {"alice": ["mine"]}}, {"id": "alice"}, 403),
        ({"default_roles": ["auditor"]}, {"id": "anybody"}, 200),
        ({"default_roles": ["auditor"]}, None, 403),
        ({"default_roles": ["auditor"]}, {"id": "bob", "roles": ["unrelated"]}, 403),
    ],
)
async def test_what_is_configured_counts(
    tmp_path, configured: dict[str, object], actor: dict[str, object] | None, status: int
) -> None:
    event = {"event": "exec", "time": "2026-11-01T10:00:00Z"}
    audit = write_audit_database(tmp_path / "audit.db", [event])
    config = {"plugins": {"datasette-access-monitoring": configured}}
    datasette = open_datasette([audit], config)
    assert (await fetch(datasette, "/audit/exec", actor)).status_code == status


@pytest.mark.asyncio
async def test_who_has_which_role_is_not_shown_with_the_configuration() -> None:
    configured = {"actors": {"alice": ["auditor"]}, "default_roles": ["hush"], "roles": [ROLE]}
    plugins = {"datasette-access-monitoring": configured, "another": {"colour": "green"}}
    config = {"title": "Ours", "plugins": plugins}
    datasette = open_datasette([], config)
    await datasette.invoke_startup()
    for address in ("/-/config.json", "/-/metadata.json", "/-/config", "/-/metadata"):
        text = (await fetch(datasette, address)).text
        assert "alice" not in text and "hush" not in text and "mine" not in text
    shown = await fetch(datasette, "/-/config.json" if IS_V1 else "/-/metadata.json")
    assert shown.json()["plugins"] == {
        "datasette-access-monitoring": "***",
        "another": {"colour": "green"},
    }
    # Another instance may be made from the same configuration.
    assert plugins["datasette-access-monitoring"] is configured
