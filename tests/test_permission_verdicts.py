"""The verdict matrix: every action, every level of configuration, every kind of actor.

The two Datasette versions resolve the same rules differently; this is what keeps their
verdicts on an audit database, and on everything else, the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
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

hookimpl = HookimplMarker("datasette")
EVENT = {"event": "exec", "time": "2026-11-01T10:00:00Z", "user": "alice"}
ACTORS = [None, BOB, {"id": "Root"}, ROOT]
CHILDREN = ("exec", "EXEC", "_event_exec", "mine", "no_such_thing")
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
    """The verdict on every action there is, on the database and on everything inside it."""
    answers = {}
    for action, inside in actions_on_databases(datasette):
        # 0.65 can only be asked about a query that there is.
        things = ("mine",) if action == "view-query" else CHILDREN
        for child in things if inside else (None,):
            answers[action, child] = await ask(datasette, actor, action, database, child)
    return answers


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [
        write_audit_database(tmp_path / "audit.db", [EVENT]),
        write_ordinary_database(tmp_path / "plants.db"),
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize("config", list(configs()))
async def test_nothing_is_allowed_on_an_audit_database_and_nothing_changes_elsewhere(
    files: list[Path], config: Mapping[str, Any]
) -> None:
    config = with_query(config)
    datasette = open_datasette(files, config)
    await datasette.invoke_startup()
    with without_our_plugin():
        plain = open_datasette(files, config)
        await plain.invoke_startup()
        expected = [await verdicts(plain, "plants", actor) for actor in ACTORS]
        as_root = await verdicts(plain, "audit", ROOT)
    for actor in ACTORS[:-1]:
        answers = await verdicts(datasette, "audit", actor)
        assert not any(answers.values()), (actor, answers)
    assert await verdicts(datasette, "audit", ROOT) == as_root
    assert [await verdicts(datasette, "plants", actor) for actor in ACTORS] == expected


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
        for actor in ACTORS[:-1]:
            for child in ("exec", "_event_exec", "brand_new"):
                assert not await ask(datasette, actor, "view-table", "audit", child), child
            for action, inside in actions_on_databases(datasette):
                if not inside:
                    assert not await ask(datasette, actor, action, "audit"), action
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


def test_the_rule_only_ever_says_no_or_nothing() -> None:
    closed = policy.closed_databases(["audit"], is_root=False)
    assert policy.verdict(["audit"], closed) is False
    assert policy.verdict(["plants"], closed) is None
    assert policy.verdict(["plants", "audit"], closed) is False
    assert policy.verdict([], closed) is None
    assert policy.verdict(["audit"], policy.closed_databases(["audit"], is_root=True)) is None
