"""The catalog against the specification: names, order, types, and words for everything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from datasette_access_monitoring import catalog as catalog_package
from datasette_access_monitoring.catalog import Column, View, load_catalog, parse_type, view_name
from datasette_access_monitoring.errors import CatalogError

# "Available SQL views" of the product description, typed from there.
_VIEW_LIST = """
    access_list_create access_list_delete access_list_member_create access_list_member_delete
    access_list_member_update access_list_review access_list_update access_request_create
    access_request_review auth bot_join cert_create db_session_query db_session_query_failed
    db_session_start device_authenticate device_enroll exec instance_join join_token_create
    kube_request lock_created lock_deleted recovery_code_used reset_password_token_create
    saml_idp_auth session_command session_join session_rejected session_start user_create
    user_login user_password_change windows_desktop_session_end windows_desktop_session_start
"""
DOCUMENTED_VIEWS = _VIEW_LIST.split()

# What `SELECT *` gives, in order: the two derived columns, then Teleport's, sorted by name.
SELECT_STAR = {
    "bot_join": """
        event_date event_time bot_name cluster_name code ei error event message method success
        time token_name uid
    """,
    "instance_join": """
        event_date event_time cluster_name code ei error event host_id message method node_name
        role success time token_expires token_name uid
    """,
    "access_request_create": """
        event_date event_time access_requests assume_start_time aws_role_arn azure_identity
        cluster_name code delegator ei event expires gcp_service_account id impersonator login
        max_duration name promoted_access_list_name proposed_state reason
        required_private_key_policy resource_ids reviewer roles state time
        trusted_device_asset_tag trusted_device_credential_id trusted_device_device_id
        trusted_device_device_origin trusted_device_os_type ttl uid updated_by user
    """,
}

# Columns that the documented queries name, with the type their SQL needs.
QUERIED_COLUMNS = [
    ("exec", "user", "varchar", ("user",)),
    ("exec", "command", "varchar", ("command",)),
    ("exec", "proto", "varchar", ("proto",)),
    ("cert_create", "event_date", "date", ("time",)),
    ("cert_create", "event_time", "timestamp(3)", ("time",)),
    ("cert_create", "time", "varchar", ("time",)),
    ("cert_create", "identity_user", "varchar", ("identity", "user")),
    ("cert_create", "identity_client_ip", "varchar", ("identity", "client_ip")),
    ("cert_create", "identity_expires", "varchar", ("identity", "expires")),
    ("instance_join", "token_expires", "varchar", ("token_expires",)),
    ("instance_join", "node_name", "varchar", ("node_name",)),
    ("instance_join", "host_id", "varchar", ("host_id",)),
    ("db_session_start", "access_requests", "array(varchar)", ("access_requests",)),
    ("db_session_start", "with_mfa", "varchar", ("with_mfa",)),
    ("db_session_start", "db_protocol", "varchar", ("db_protocol",)),
    ("db_session_start", "db_user", "varchar", ("db_user",)),
    ("session_start", "impersonator", "varchar", ("impersonator",)),
    ("session_start", "login", "varchar", ("login",)),
    ("session_start", "addr_remote", "varchar", ("addr.remote",)),
    (
        "session_start",
        "trusted_device_device_id",
        "varchar",
        ("trusted_device", "device_id"),
    ),
    ("kube_request", "kubernetes_groups", "array(varchar)", ("kubernetes_groups",)),
    ("access_request_create", "id", "varchar", ("id",)),
    ("access_request_create", "roles", "array(varchar)", ("roles",)),
    (
        "access_request_create",
        "resource_ids",
        "array(row(cluster varchar, kind varchar, name varchar, sub_resource varchar))",
        ("resource_ids",),
    ),
    ("access_request_review", "reviewer", "varchar", ("reviewer",)),
    ("access_request_review", "state", "varchar", ("state",)),
]


def all_columns() -> list[tuple[View, Column]]:
    return [(view, column) for view in load_catalog().views.values() for column in view.columns]


@pytest.fixture(scope="module")
def words() -> dict[str, Any]:
    path = Path(catalog_package.__file__).parent / "descriptions.yaml"
    document = yaml.safe_load(path.read_text("utf-8"))
    assert isinstance(document, dict)
    return document


def test_the_views_are_the_documented_ones() -> None:
    assert sorted(load_catalog().views) == DOCUMENTED_VIEWS
    assert len(DOCUMENTED_VIEWS) == 35


def test_the_catalog_has_1061_columns_of_186_names() -> None:
    columns = [column.name for _view, column in all_columns()]
    assert len(columns) == 1061
    assert len(set(columns)) == 186


def test_a_view_is_named_after_its_event_type() -> None:
    for name, view in load_catalog().views.items():
        assert name == view.name == view_name(view.event)
        assert load_catalog().by_event[view.event] is view
    assert view_name("x11-forward.some-Thing") == "x11_forward_some_Thing"


@pytest.mark.parametrize("view", SELECT_STAR)
def test_select_star_gives_the_documented_columns_in_order(view: str) -> None:
    names = [column.name for column in load_catalog().views[view].columns]
    assert names == SELECT_STAR[view].split()


def test_the_two_access_request_views_together_have_72_columns() -> None:
    views = load_catalog().views
    joined = views["access_request_create"].columns + views["access_request_review"].columns
    assert len(joined) == 72


@pytest.mark.parametrize(("view", "name", "type_", "path"), QUERIED_COLUMNS)
def test_a_column_of_the_documented_queries_has_its_type_and_path(
    view: str, name: str, type_: str, path: tuple[str, ...]
) -> None:
    (column,) = [column for column in load_catalog().views[view].columns if column.name == name]
    assert str(column.type) == type_
    assert column.path == path


def test_every_view_begins_with_its_two_derived_columns_and_names_no_column_twice() -> None:
    for view in load_catalog().views.values():
        names = [column.name for column in view.columns]
        assert names[:2] == ["event_date", "event_time"]
        assert [column.name for column in view.columns if column.derived] == names[:2]
        assert len(set(names)) == len(names)


def test_only_the_map_entries_end_in_key_or_value() -> None:
    marked = {column.name for _view, column in all_columns() if column.map_entry}
    named = {column.name for _view, column in all_columns() if column.path[-1] in ("key", "value")}
    assert marked == named
    assert {"server_labels_key", "server_labels_value"} <= marked


def test_every_type_reads_back_as_printed() -> None:
    for type_ in {column.type for _view, column in all_columns()}:
        assert parse_type(str(type_)) == type_


@pytest.mark.parametrize(
    "text", ["", "varchr", "array", "array(", "array(varchar", "row(a)", "row(a varchar", "date,"]
)
def test_what_is_no_type_is_refused_by_name(text: str) -> None:
    with pytest.raises(CatalogError, match="type"):
        parse_type(text)


@pytest.mark.parametrize("view", DOCUMENTED_VIEWS)
def test_every_view_and_column_is_described(view: str) -> None:
    described = load_catalog().views[view]
    assert_is_a_sentence(described.description, 40, 130)
    for column in described.columns:
        assert_is_a_sentence(column.description, 15, 120)


def assert_is_a_sentence(text: str, shortest: int, longest: int) -> None:
    assert shortest <= len(text) <= longest, text
    assert text.endswith(".") and not text.endswith(".."), text
    assert not text[0].islower(), text
    assert text == " ".join(text.split()), text


def test_one_name_is_described_differently_only_where_it_means_something_else(
    words: dict[str, Any],
) -> None:
    for view, own in words["view_columns"].items():
        for name, text in own.items():
            assert text != words["columns"][name], f"{view}.{name} repeats the general words"


def test_no_words_are_left_unused(words: dict[str, Any]) -> None:
    views = load_catalog().views
    assert set(words) == {"views", "columns", "view_columns"}
    assert set(words["views"]) == set(views)
    own = {(view, name) for view, entry in words["view_columns"].items() for name in entry}
    every = {(view.name, column.name) for view, column in all_columns()}
    assert own <= every
    assert {name for _view, name in every - own} == set(words["columns"])


@pytest.mark.parametrize(
    ("view", "name", "words_"),
    [
        ("session_start", "with_mfa", "no MFA"),
        ("session_start", "access_requests", "NULL when there were none"),
        ("cert_create", "identity_expires", "ISO 8601"),
        ("instance_join", "token_expires", "1970-01-01T00:00:00Z"),
        ("session_start", "server_labels_key", "almost always NULL"),
        ("session_start", "uid", "unique"),
        ("session_start", "event_time", "UTC"),
        ("session_rejected", "reason", "session control"),
        ("access_request_create", "reason", "asks"),
    ],
)
def test_the_words_say_what_a_reader_of_the_column_must_know(
    view: str, name: str, words_: str
) -> None:
    (column,) = [column for column in load_catalog().views[view].columns if column.name == name]
    assert words_ in column.description
