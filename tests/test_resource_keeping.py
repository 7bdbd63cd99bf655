"""Where resources are kept: one transaction a change, fixed ones stay, each change is an event."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from datasette_access_monitoring.errors import (
    NoSuchResource,
    ResourceChanged,
    ResourceError,
    ResourceExists,
    ResourceIsFixed,
)
from datasette_access_monitoring.resources import keeping
from datasette_access_monitoring.resources.documents import read_resources
from datasette_access_monitoring.resources.keeping import (
    Change,
    Origin,
    create_resource,
    fixed_resources,
    get_resource,
    list_resources,
    remove_resource,
    replace_resource,
    update_resource,
)
from datasette_access_monitoring.resources.model import Kind, Resource
from datasette_access_monitoring.self_audit import Principal
from datasette_access_monitoring.store.database import open_for_writing
from datasette_access_monitoring.store.read import read_events
from datasette_access_monitoring.store.write import Writer

ALICE = Principal("alice", "cli")
NOW_MS = 1_764_374_400_123  # 2025-11-29T00:00:00.123Z
FIXED = fixed_resources()


def query(name: str, sql: str = "SELECT 1") -> Resource:
    text = f"kind: audit_query\nmetadata: {{name: {name}}}\nspec: {{query: '{sql}'}}"
    (resource,) = read_resources("f", text)
    return resource


def role(name: str, verbs: str = "list") -> Resource:
    rule = f"{{resources: [event], verbs: [{verbs}]}}"
    text = f"kind: role\nmetadata: {{name: {name}}}\nspec: {{allow: {{rules: [{rule}]}}}}"
    (resource,) = read_resources("f", text)
    return resource


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_for_writing(tmp_path / "audit.db")
    yield connection
    connection.close()


@pytest.fixture
def writer(connection: sqlite3.Connection) -> Writer:
    return Writer(connection)


def events(connection: sqlite3.Connection) -> list[tuple[str, str, str, str]]:
    found = map(json.loads, read_events(connection))
    return [(e["event"], e["code"], e["name"], e["user"]) for e in found]


def test_what_is_created_is_there_with_who_and_when_and_its_event(
    writer: Writer, connection: sqlite3.Connection
) -> None:
    assert create_resource(writer, query("mine"), FIXED, ALICE, NOW_MS) is Change.CREATED
    kept = get_resource(connection, Kind.AUDIT_QUERY, "mine", FIXED)
    assert kept.resource.document == query("mine").document
    assert (kept.origin, kept.updated_by) == (Origin.STORED, "alice")
    assert kept.updated_at == "2025-11-29T00:00:00.123Z"
    assert kept.resource.revision
    assert events(connection) == [("secreports.audit_query.create", "SRE101I", "mine", "alice")]


def test_creating_it_again_is_no_change_and_another_one_of_its_name_is_refused(
    writer: Writer, connection: sqlite3.Connection
) -> None:
    create_resource(writer, query("mine"), FIXED, ALICE, NOW_MS)
    assert create_resource(writer, query("mine"), FIXED, ALICE, NOW_MS) is Change.UNCHANGED
    with pytest.raises(ResourceExists, match="audit_query 'mine' already exists"):
        create_resource(writer, query("mine", "SELECT 2"), FIXED, ALICE, NOW_MS)
    assert len(events(connection)) == 1
    assert create_resource(writer, role("mine"), FIXED, ALICE, NOW_MS) is Change.CREATED


def test_replacing_makes_or_changes(writer: Writer, connection: sqlite3.Connection) -> None:
    assert replace_resource(writer, query("mine"), FIXED, ALICE, NOW_MS) is Change.CREATED
    before = get_resource(connection, Kind.AUDIT_QUERY, "mine", FIXED).resource.revision
    assert replace_resource(writer, query("mine"), FIXED, ALICE, NOW_MS) is Change.UNCHANGED
    other = replace(query("mine", "SELECT 2"), revision="of another cluster")
    assert replace_resource(writer, other, FIXED, ALICE, NOW_MS) is Change.UPDATED
    after = get_resource(connection, Kind.AUDIT_QUERY, "mine", FIXED).resource
    assert after.document == other.document
    assert after.revision not in (before, other.revision)
    assert [event for event, *_ in events(connection)] == [
        "secreports.audit_query.create",
        "secreports.audit_query.update",
    ]


def test_an_update_goes_out_from_the_revision_that_is_there(
    writer: Writer, connection: sqlite3.Connection
) -> None:
    with pytest.raises(NoSuchResource, match="no audit_query 'mine'"):
        update_resource(writer, query("mine"), FIXED, ALICE, NOW_MS)
    create_resource(writer, query("mine"), FIXED, ALICE, NOW_MS)
    got = get_resource(connection, Kind.AUDIT_QUERY, "mine", FIXED).resource
    first = replace(query("mine", "SELECT 2"), revision=got.revision)
    second = replace(query("mine", "SELECT 3"), revision=got.revision)
    assert update_resource(writer, first, FIXED, ALICE, NOW_MS) is Change.UPDATED
    with pytest.raises(ResourceChanged, match="has changed since revision"):
        update_resource(writer, second, FIXED, ALICE, NOW_MS)
    blind = replace(second, revision="")
    assert update_resource(writer, blind, FIXED, ALICE, NOW_MS) is Change.UPDATED


def test_what_is_removed_is_gone(writer: Writer, connection: sqlite3.Connection) -> None:
    create_resource(writer, role("mine"), FIXED, ALICE, NOW_MS)
    remove_resource(writer, Kind.ROLE, "mine", FIXED, ALICE, NOW_MS)
    for gone in (get_resource, lambda *of: remove_resource(writer, *of[1:], ALICE, NOW_MS)):
        with pytest.raises(NoSuchResource):
            gone(connection, Kind.ROLE, "mine", FIXED)
    assert events(connection)[-1] == ("secreports.role.delete", "SRE123I", "mine", "alice")


@pytest.mark.parametrize("key", list(FIXED))
def test_what_ships_is_listed_and_stays_as_it_is(
    writer: Writer, connection: sqlite3.Connection, key: tuple[Kind, str]
) -> None:
    kind, name = key
    kept = get_resource(connection, kind, name, FIXED)
    assert kept.origin is Origin.SHIPPED
    assert kept in list_resources(connection, kind, FIXED)
    assert create_resource(writer, kept.resource, FIXED, ALICE, NOW_MS) is Change.UNCHANGED
    altered = replace(kept.resource, document={**kept.resource.document, "sub_kind": "mine"})
    for change in (create_resource, replace_resource, update_resource):
        with pytest.raises(ResourceIsFixed, match="copy it under another name"):
            change(writer, altered, FIXED, ALICE, NOW_MS)
    with pytest.raises(ResourceIsFixed):
        remove_resource(writer, kind, name, FIXED, ALICE, NOW_MS)
    assert events(connection) == []
    document = {**kept.resource.document, "metadata": {"name": "my-copy"}}
    copy = replace(kept.resource, name="my-copy", document=document)
    assert create_resource(writer, copy, FIXED, ALICE, NOW_MS) is Change.CREATED


def test_a_configured_one_hides_a_stored_one_and_says_where_it_is(
    writer: Writer, connection: sqlite3.Connection
) -> None:
    create_resource(writer, role("mine"), FIXED, ALICE, NOW_MS)
    configured = role("mine", "read")
    fixed = fixed_resources({(Kind.ROLE, "mine"): configured})
    kept = get_resource(connection, Kind.ROLE, "mine", fixed)
    assert (kept.resource, kept.origin) == (configured, Origin.CONFIGURED)
    assert [k.resource.name for k in list_resources(connection, Kind.ROLE, fixed)] == [
        "auditor",
        "editor",
        "mine",
    ]
    with pytest.raises(ResourceIsFixed, match="plugin's configuration"):
        remove_resource(writer, Kind.ROLE, "mine", fixed, ALICE, NOW_MS)


def test_a_shipped_role_cannot_be_configured_away() -> None:
    fixed = fixed_resources({(Kind.ROLE, "auditor"): role("auditor", "'*'")})
    assert fixed[Kind.ROLE, "auditor"].origin is Origin.SHIPPED


def test_a_change_that_fails_midway_leaves_nothing(
    writer: Writer, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(keeping, "resource_changed", broken)
    with pytest.raises(RuntimeError):
        create_resource(writer, query("mine"), FIXED, ALICE, NOW_MS)
    monkeypatch.undo()
    assert list_resources(connection, Kind.AUDIT_QUERY, FIXED) == []
    assert create_resource(writer, query("mine"), FIXED, ALICE, NOW_MS) is Change.CREATED
    assert len(events(connection)) == 1


def test_a_damaged_document_is_told_by_name(writer: Writer, connection: sqlite3.Connection) -> None:
    create_resource(writer, query("mine"), FIXED, ALICE, NOW_MS)
    connection.execute("""UPDATE "_resources" SET "document" = '{"kind": "audit_query"}'""")
    with pytest.raises(ResourceError, match="the stored audit_query 'mine': metadata: is missing"):
        list_resources(connection, Kind.AUDIT_QUERY, FIXED)
