"""The 16 documented queries, verbatim, over hand-shaped events, against rows worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from spec_queries import REPORT_QUERIES, SPEC_QUERIES
from sql_world import RELATIONS, World

from datasette_access_monitoring.sql.translate import translate

DAY = "2026-11-20"
NEXT = "2026-11-21"
AT = f"{DAY}T10:00:00Z"
LATER = f"{NEXT}T09:30:00.5Z"
WEAK: dict[str, object] = {
    "access_requests": None,
    "with_mfa": None,
    "impersonator": None,
    "trusted_device_device_id": None,
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(Path(tmp_path_factory.mktemp("sql")) / "audit.db")
    for view in ("db_session_start", "session_start", "kube_request"):
        more = {"proto": "ssh"} if view == "session_start" else {}
        world.add(view, LATER, user="eve", **WEAK, **more)
        world.add(view, AT, user="eve", **WEAK, **more)
        world.add(view, AT, user="eve", **WEAK, **more)
        # An empty list is a list: its cardinality is 0, not NULL.
        world.add(view, AT, user="ann", **{**WEAK, "access_requests": []}, **more)
        world.add(view, AT, user="bob", **{**WEAK, "with_mfa": ""}, **more)
        world.add(view, AT, user="cy", **{**WEAK, "trusted_device_device_id": "d"}, **more)
    world.add("session_start", AT, user="kim", **WEAK, proto="kube")
    world.add("session_start", AT, user="ann", **{**WEAK, "with_mfa": "x"}, login="root")
    world.add("session_start", AT, user="ann", **{**WEAK, "with_mfa": "x"}, login="Root")

    world.add("db_session_start", AT, user="pat", with_mfa="x", db_protocol="postgres",
              db_user="postgres")  # fmt: skip
    world.add("db_session_start", AT, user="pat", with_mfa="x", db_protocol="mysql",
              db_user="postgres")  # fmt: skip
    groups = {"k1": ["dev", "system:masters"], "k2": ["system:Masters"], "k3": [], "k4": None,
              "k5": [None, "system:masters"], "k6": ["a\"system:masters"]}  # fmt: skip
    for user, held in groups.items():
        world.add("kube_request", AT, user=user, with_mfa="x", kubernetes_groups=held)

    world.add("exec", AT, user="a", command="cat /etc/passwd", proto="ssh")
    world.add("exec", AT, user="a", command="/etc/passwd", proto="kube")
    world.add("exec", AT, user="b", command="CAT /ETC/PASSWD", proto="KUBE")
    world.add("exec", LATER, user="c", command="vi\0/etc/passwd\n", proto="kube")
    world.add("exec", LATER, user="d", command=None, proto=None)

    certificates = [
        (AT, "admin-annie", "10.0.0.1", f"{NEXT}T10:00:00Z"),  # exactly a day
        (AT, "admin-annie", "10.0.0.2", f"{NEXT}T10:00:00.001Z"),  # a millisecond more
        (AT, "admin-annie", "10.0.0.2", f"{NEXT}T12:00:00+02:00"),  # exactly a day, elsewhere
        (AT, "admin-annie", None, None),
        (AT, "bo", "10.0.0.3", "0001-01-01T00:00:00Z"),
        (LATER, "bo", "10.0.0.3", "2026-12-31T00:00:00Z"),
        (LATER, None, "10.0.0.4", "2026-11-22"),
    ]
    for time, user, ip, expires in certificates:
        world.add("cert_create", time, identity_user=user, identity_client_ip=ip,
                  identity_expires=expires)  # fmt: skip

    world.add(
        "instance_join", AT, node_name="n1", host_id="h1", token_expires="2026-11-25T00:00:00Z"
    )
    world.add(
        "instance_join", AT, node_name="n1", host_id="h1", token_expires="1970-01-01T00:00:00Z"
    )
    world.add("instance_join", AT, node_name="n2", host_id=None, token_expires=None)

    world.add("access_request_create", AT, id="r1", user="ann", reason="why", roles=["a", "b"],
              resource_ids=[{"kind": "node", "name": "x"}])  # fmt: skip
    world.add("access_request_create", AT, id="r2", user="bo", roles=None)
    world.add("access_request_create", AT, id=None, user="no")
    world.add("access_request_review", LATER, id="r1", reviewer="rev", state="APPROVED")
    world.add("access_request_review", LATER, id="r1", reviewer="sec", state="DENIED")
    world.add("access_request_review", LATER, id=None, reviewer="none")
    return world


EXPECTED: dict[str, list[tuple[str | None, ...]]] = {
    "etc_passwd": [("a",), ("c",)],
    "unique_ips": [
        (DAY, "admin-annie", "2"),
        (DAY, "bo", "1"),
        (NEXT, "bo", "1"),
        (NEXT, None, "1"),
    ],
    "several_ips": [(DAY, "admin-annie", "2")],
    "ips_of_annie": [("10.0.0.1",), ("10.0.0.2",), (None,)],
    "request_details": [
        ("ann", "why", "[a, b]", "APPROVED", "rev"),
        ("ann", "why", "[a, b]", "DENIED", "sec"),
    ],
    "database_sessions_with_weak_security": [(DAY, "2", "eve"), (NEXT, "1", "eve")],
    "ssh_sessions_with_weak_security": [(DAY, "2", "eve"), (NEXT, "1", "eve")],
    "kubernetes_api_calls_with_weak_security": [(DAY, "2", "eve"), (NEXT, "1", "eve")],
    "privileged_postgres_sessions": [(DAY, "1", "pat")],
    "kube_execs": [(DAY, "1", "a"), (NEXT, "1", "c")],
    "long_lived_certificates": [(DAY, "1", "admin-annie"), (NEXT, "1", "bo")],
    "long_lived_join_tokens": [(DAY, "1", "n1", "h1")],
    "root_ssh_sessions": [(DAY, "1", "ann")],
    "system_kubernetes_api_calls": [(DAY, "1", "k1"), (DAY, "1", "k5")],
}


def _sorted(rows: list[tuple[str | None, ...]]) -> list[tuple[str | None, ...]]:
    return sorted(rows, key=lambda row: tuple((cell is None, cell or "") for cell in row))


@pytest.mark.parametrize("name", [name for name in EXPECTED if name != "request_details"])
def test_a_documented_query_gives_its_rows(world: World, name: str) -> None:
    assert _sorted(world.texts(SPEC_QUERIES[name])) == _sorted(EXPECTED[name])


@pytest.mark.parametrize("name", REPORT_QUERIES)
def test_a_report_is_ordered_by_date(world: World, name: str) -> None:
    dates = [row[0] for row in world.texts(SPEC_QUERIES[name])]
    assert dates == sorted(dates, key=lambda date: date or "")


def test_requests_join_their_reviews(world: World) -> None:
    rows = world.texts(SPEC_QUERIES["request_details"])
    assert [(row[0], row[1], row[2], row[5], row[4]) for row in rows] == EXPECTED["request_details"]
    assert rows[0][3] is not None and rows[0][3].startswith("[{")
    assert "kind=node" in rows[0][3]


def test_star_over_two_views_gives_all_columns_with_repeated_names(world: World) -> None:
    result = world.run(SPEC_QUERIES["requests_and_reviews"])
    names = [column.name for column in result.columns]
    assert names == [
        column.name
        for view in ("access_request_create", "access_request_review")
        for column in RELATIONS[view].columns
    ]
    assert len(names) == 72 and len(set(names)) == 36
    assert len(result.rows) == 2


def test_the_example_of_the_command_line(world: World) -> None:
    result = world.run(SPEC_QUERIES["command_line_example"])
    assert [column.name for column in result.columns] == ["event_time", "identity_user"]
    assert world.texts(SPEC_QUERIES["command_line_example"])[0][0] == f"{DAY} 10:00:00.000"
    assert len(result.rows) == 1


@pytest.mark.parametrize("name", SPEC_QUERIES)
def test_a_documented_query_reads_only_its_own_tables(name: str) -> None:
    translation = translate(SPEC_QUERIES[name], RELATIONS)
    words = set(SPEC_QUERIES[name].replace(",", " ").split())
    assert set(translation.reads) == {f"_event_{view}" for view in RELATIONS if view in words}
    assert translation.parameters() == {"window_first", "window_last"}


def test_the_window_leaves_out_what_is_older_or_newer(world: World) -> None:
    query = SPEC_QUERIES["kube_execs"]
    assert world.texts(query, days=1) == []
    assert world.texts(query, days=2) == [(NEXT, "1", "c")]
    assert world.texts(query, days=3) == [(DAY, "1", "a"), (NEXT, "1", "c")]
