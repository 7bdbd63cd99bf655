"""Storage's own tables stay out of the lists on Datasette's pages; the views stay in."""

import pytest
from conftest import ROOT, fetch, open_datasette, write_audit_database, write_ordinary_database

from datasette_access_monitoring.catalog import load_catalog
from datasette_access_monitoring.store.layout import PRIVATE_TABLES

EVENTS = [{"event": name, "time": "2026-11-20T10:00:00Z"} for name in ("exec", "odd.type")]


@pytest.mark.asyncio
async def test_a_database_page_lists_the_views_and_none_of_our_tables(tmp_path):
    audit = write_audit_database(tmp_path / "audit.db", EVENTS)
    datasette = open_datasette([audit])
    await datasette.invoke_startup()
    page = (await fetch(datasette, "/audit.json", ROOT)).json()
    tables = {table["name"]: table["hidden"] for table in page["tables"]}
    assert {"_event_exec", "_event_other", "_sources", "_rejects"} <= set(tables)
    assert not set(PRIVATE_TABLES) & set(tables)
    assert all(tables.values()), [name for name, hidden in tables.items() if not hidden]
    views = {view["name"] for view in page["views"]}
    assert {*load_catalog().views, "events", "odd_type"} <= views


@pytest.mark.asyncio
async def test_other_databases_are_listed_as_before(tmp_path):
    plants = write_ordinary_database(tmp_path / "plants.db")
    datasette = open_datasette([plants, write_audit_database(tmp_path / "audit.db", EVENTS)])
    await datasette.invoke_startup()
    await fetch(datasette, "/audit", ROOT)
    page = (await fetch(datasette, "/plants.json")).json()
    assert [(table["name"], table["hidden"]) for table in page["tables"]] == [("plants", False)]
