"""The verdict matrix of permissions: every action, level of configuration and kind of actor.

The two Datasette versions resolve the same rules differently.  On both, Datasette's own actions
come to what they come to without us, narrowed to what the roles open; nothing changes elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from access_world import CELLS, ROLES, Tried, actor, write_world
from conftest import (
    BOB,
    ROOT,
    actions_on_databases,
    ask,
    open_datasette,
    without_our_plugin,
    write_audit_database,
    write_ordinary_database,
)
from datasette.plugins import pm
from pluggy import HookimplMarker

from datasette_access_monitoring import policy
from datasette_access_monitoring.store.layout import PRIVATE_TABLES

hookimpl = HookimplMarker("datasette")
EVENT = {"event": "exec", "time": "2026-11-01T10:00:00Z", "user": "alice"}
STRANGERS: list[Any] = [None, BOB, {"id": "Root"}, {"id": "bob", "roles": ["unknown"]}]
# Who has this role is also called bob, whom the configurations below let in or keep out.
TRIED = {name: {"id": "bob", "roles": [name]} for name in ROLES}
NO_ROLE = Tried(None, {})
TABLES = ("exec", "EXEC", "_event_exec", "_resources", "_REPORT_runs", "no_such_thing")
CHILDREN = (*TABLES, "mine")
SETTERS: Mapping[str, Any] = {
    "everybody": True,
    "bob": {"id": "bob"},
    "nobody": False,
}


def configs() -> Iterator[Any]:
    """The operator's rules: allow or deny, each at one level and at all of them."""
    yield pytest.param({}, id="none")
    for who, allow in SETTERS.items():
        rule = {"allow": allow, "allow_sql": allow}
        tables = {"tables": {child: {"allow": allow} for child in CHILDREN}}
        queries = {"queries": {"mine": {"sql": "SELECT 1", "allow": allow}}}
        levels = {
            "instance": rule,
            "database": on_both(rule),
            "tables": on_both(tables),
            "queries": on_both(queries),
            "permissions": on_both({"permissions": {"view-table": allow, "execute-sql": allow}}),
            "all": {**rule, **on_both({**rule, **tables, **queries})},
        }
        for level, config in levels.items():
            yield pytest.param(config, id=f"{level}-{who}")


def on_both(rules: Mapping[str, Any]) -> dict[str, Any]:
    return {"databases": {"audit": dict(rules), "plants": dict(rules)}}


async def verdicts(
    datasette: Any, database: str, actor: Mapping[str, Any] | None
) -> dict[tuple[str, str | None], bool]:
    """The verdict on every action of Datasette's, on the database and on everything inside it."""
    answers = {}
    for action, inside in actions_on_databases(datasette):
        # 0.65 can only be asked about a query that there is.
        things = ("mine",) if action == "view-query" else CHILDREN
        for child in things if inside else (None,):
            answers[action, child] = await ask(datasette, actor, action, database, child)
    return answers


def opened(tried: Tried, action: str, child: str | None) -> bool:
    """What a role leaves of one of Datasette's own actions, by the documentation."""
    if action == "view-table":
        return tried.browses and str(child).lower() not in PRIVATE_TABLES
    if action == "view-query":
        return tried.asks
    if action in ("view-database", "execute-sql"):
        return tried.asks if action == "execute-sql" else tried.browses
    return False


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [
        write_world(tmp_path / "audit.db", [EVENT]),
        write_ordinary_database(tmp_path / "plants.db"),
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize("config", list(configs()))
async def test_roles_narrow_what_there_is_without_us_and_nothing_changes_elsewhere(
    files: list[Path], config: Mapping[str, Any]
) -> None:
    config = with_query(config)
    datasette = open_datasette(files, config)
    await datasette.invoke_startup()
    everybody = [*STRANGERS, *TRIED.values(), ROOT]
    with without_our_plugin():
        plain = open_datasette(files, config)
        await plain.invoke_startup()
        elsewhere = [await verdicts(plain, "plants", who) for who in (None, BOB, ROOT)]
        as_bob, as_root = [await verdicts(plain, "audit", who) for who in (BOB, ROOT)]
    for who in everybody[:-1]:
        tried = ROLES[who["roles"][0]] if who in TRIED.values() else NO_ROLE
        answers = await verdicts(datasette, "audit", who)
        assert answers == {
            (action, child): without and opened(tried, action, child)
            for (action, child), without in as_bob.items()
        }, who
    assert await verdicts(datasette, "audit", ROOT) == {
        (action, child): without
        and not (action == "view-table" and str(child).lower() in PRIVATE_TABLES)
        for (action, child), without in as_root.items()
    }
    assert [await verdicts(datasette, "plants", who) for who in (None, BOB, ROOT)] == elsewhere


@pytest.mark.asyncio
@pytest.mark.parametrize("role", ROLES)
async def test_our_own_actions_are_the_role_s_verbs_and_nothing_else_counts(
    files: list[Path], role: str
) -> None:
    everything = {policy.own_action(*cell): True for cell in CELLS}
    config = {"permissions": everything, **on_both({"permissions": everything, "allow": True})}
    datasette = open_datasette(files, config)
    await datasette.invoke_startup()
    for kind, verb in CELLS:
        action = policy.own_action(kind, verb)
        assert await ask(datasette, actor(role), action, "audit") is ROLES[role].allows(kind, verb)
        assert await ask(datasette, ROOT, action, "audit")
        assert not await ask(datasette, BOB, action, "audit")


@pytest.mark.asyncio
@pytest.mark.parametrize("role", ROLES)
async def test_a_report_query_needs_read_and_use_of_reports_and_no_more(
    files: list[Path], role: str
) -> None:
    datasette = open_datasette(files, with_query({}))
    await datasette.invoke_startup()
    for name, expected in (("kube_execs", ROLES[role].reports), ("mine", ROLES[role].asks)):
        assert await ask(datasette, actor(role), "view-query", "audit", name) is expected, name


def with_query(config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with a query called ``mine`` in both databases."""
    databases = config.get("databases", {})
    return {
        **config,
        "databases": {
            name: {"queries": {"mine": {"sql": "SELECT 1"}}, **databases.get(name, {})}
            for name in ("audit", "plants")
        },
    }


class SaysYes:
    """Another plugin, installed after ours, that allows whatever it is asked about."""

    __name__ = "says_yes"

    @hookimpl(trylast=True)
    def permission_allowed(self) -> bool:
        return True

    @hookimpl
    def permission_resources_sql(self) -> Any:
        from datasette.permissions import PermissionSQL

        inside = "".join(
            f" UNION ALL SELECT 'audit', '{child}', 1, 'yes'" for child in (*CHILDREN, "brand_new")
        )
        return PermissionSQL(
            sql="SELECT NULL AS parent, NULL AS child, 1 AS allow, 'yes' AS reason"
            " UNION ALL SELECT 'audit', NULL, 1, 'yes'" + inside
        )


@pytest.mark.asyncio
async def test_no_other_plugin_s_yes_opens_it(files: list[Path]) -> None:
    datasette = open_datasette(files, with_query({}))
    await datasette.invoke_startup()
    write_audit_database(files[0], [{**EVENT, "event": "brand.new"}])
    pm.register(SaysYes(), name="says_yes")
    try:
        assert await ask(datasette, BOB, "view-table", "plants", "plants")
        for stranger in STRANGERS:
            for child in ("exec", "_event_exec", "brand_new"):
                assert not await ask(datasette, stranger, "view-table", "audit", child), child
            for action, inside in actions_on_databases(datasette):
                if not inside:
                    assert not await ask(datasette, stranger, action, "audit"), action
    finally:
        pm.unregister(name="says_yes")


@pytest.mark.asyncio
async def test_a_file_that_cannot_be_read_is_closed_until_it_can_be(
    files: list[Path],
) -> None:
    good = files[1].read_bytes()
    datasette = open_datasette(files)
    await datasette.invoke_startup()
    assert await ask(datasette, None, "view-database", "plants")
    files[1].write_bytes(b"no database at all" * 4096)
    assert not await ask(datasette, None, "view-database", "plants")
    files[1].write_bytes(good)
    assert await ask(datasette, None, "view-database", "plants")
