"""Event types that the catalog does not know: a view each, by the keys seen so far."""

import json
import sqlite3

import pytest
from logs import load_log, write_log

from datasette_access_monitoring.events.keys import Kind, kind_of, merge_kinds
from datasette_access_monitoring.store.other_types import other_column_name, other_view_name
from datasette_access_monitoring.store.relations import read_relations

TIME = "2024-03-20T12:12:03Z"


def rows(database, sql):
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(sql)]
    finally:
        connection.close()


def test_columns_are_the_keys_seen_flattened_and_in_order(tmp_path):
    log = write_log(tmp_path / "log.ndjson", [
        {"event": "app.session.start", "time": TIME, "user": "alice", "addr.remote": "10.0.0.1:5",
         "identity": {"roles": ["a", "b"], "n": 5}, "ok": True, "ratio": 1.5},
    ])  # fmt: skip
    load_log(tmp_path / "audit.db", log)
    (row,) = rows(tmp_path / "audit.db", "SELECT * FROM app_session_start")
    assert row == {
        "event_date": "2024-03-20", "event_time": "2024-03-20 12:12:03.000",
        "addr_remote": "10.0.0.1:5", "event": "app.session.start", "identity_n": 5,
        "identity_roles": '["a","b"]', "ok": 1, "ratio": 1.5, "time": TIME, "user": "alice",
    }  # fmt: skip
    assert list(row)[2:] == sorted(list(row)[2:])


def test_a_view_gains_the_keys_of_later_events(tmp_path):
    for number, keys in enumerate([{"a": 1}, {"b": "x"}, {"a": None}]):
        log = write_log(tmp_path / f"{number}.ndjson", [{"event": "odd", "time": TIME, **keys}])
        load_log(tmp_path / "audit.db", log)
    found = rows(tmp_path / "audit.db", "SELECT a, b FROM odd ORDER BY a, b")
    assert found == [{"a": None, "b": None}, {"a": None, "b": "x"}, {"a": 1, "b": None}]


def test_a_key_of_many_types_is_text(tmp_path):
    values = [5, "5", True, None, 1.5, {"x": 1}, ["y"]]
    log = write_log(
        tmp_path / "log.ndjson",
        [{"event": "odd", "time": TIME, "n": n, "v": value} for n, value in enumerate(values)],
    )
    load_log(tmp_path / "audit.db", log)
    found = rows(tmp_path / "audit.db", "SELECT v, v_x FROM odd ORDER BY n")
    assert [row["v"] for row in found] == ["5", "5", "true", None, "1.5", None, None]
    assert [row["v_x"] for row in found] == [None] * 5 + [1, None]


def test_a_relation_has_the_types_that_the_keys_have(tmp_path):
    log = write_log(tmp_path / "log.ndjson", [
        {"event": "odd", "time": TIME, "i": 2**40, "d": 0.5, "s": "x", "b": False,
         "a": ["x"], "j": [1], "n": None, "o": {"k": "v"}},
    ])  # fmt: skip
    load_log(tmp_path / "audit.db", log)
    connection = sqlite3.connect(tmp_path / "audit.db")
    types = {c.name: str(c.type) for c in read_relations(connection)["odd"].columns}
    assert types == {
        "event_date": "date", "event_time": "timestamp(3)", "a": "array(varchar)", "b": "boolean",
        "d": "double", "event": "varchar", "i": "bigint", "j": "json", "n": "varchar",
        "o_k": "varchar", "s": "varchar", "time": "varchar",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("event_type", "name"),
    [("session.end", "session_end"), ("a-b", "a_b"), ('x"y', "x_y"), ("ünï", "type_n_"),
     ("sqlite_master", "type_sqlite_master"), ("_sources", "type_sources"), ("...", None),
     ("EXEC", "EXEC_2"), ("events", "events_2"), ("x" * 300, "x" * 100)],
)  # fmt: skip
def test_view_names_follow_teleports_rule_and_never_collide(event_type, name):
    assert other_view_name(event_type, {"exec", "events"}) == name


@pytest.mark.parametrize(
    ("path", "name"),
    [(("a",), "a"), (("a", "b"), "a_b"), (("a.b",), "a_b"), (('q"',), None), (("back\\",), None),
     (("nul\0",), None), (("",), None), (("Event_Date",), "Event_Date_2"),
     (("Event",), "Event_2"), (("event",), "event"),
     (("event", "x"), "event_x"), (("\u202ea",), None), (("a\x7f",), None), (("x" * 101,), None),
     (("it's",), "it's")],
)  # fmt: skip
def test_column_names_follow_the_same_rule(path, name):
    assert other_column_name(path, {"event_date", "event_time"}) == name


def test_hostile_names_become_views_that_read(tmp_path):
    names = ['we"ird', "a; DROP TABLE x", "SELECT", "nul\0type", "\u202eevil", "events", "EXEC"]
    log = write_log(
        tmp_path / "log.ndjson",
        [{"event": name, "time": TIME, "';--": 1, 'k"': 2, "SELECT": "x"} for name in names],
    )
    load_log(tmp_path / "audit.db", log)
    connection = sqlite3.connect(tmp_path / "audit.db")
    views = dict(connection.execute('SELECT "event", "view" FROM "_event_types"'))
    assert set(views) == set(names) and len(set(views.values())) == len(names)
    for event_type, view in views.items():
        assert connection.execute(f'SELECT "event", "SELECT" FROM "{view}"').fetchall() == [
            (event_type, "x")
        ]


def test_keys_and_views_without_end_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("datasette_access_monitoring.store.registry.MAX_VIEWS", 3)
    log = write_log(
        tmp_path / "log.ndjson",
        [{"event": f"odd.{n}", "time": TIME} for n in range(5)]
        + [{"event": "odd.0", "time": TIME, f"key{n}": n} for n in range(600)],
    )
    load_log(tmp_path / "audit.db", log)
    connection = sqlite3.connect(tmp_path / "audit.db")
    (views,) = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'view' AND name LIKE 'odd%'"
    ).fetchone()
    assert views == 3
    assert len(connection.execute("SELECT * FROM odd_0").description) == 2 + 500
    (whole,) = connection.execute(
        "SELECT event_data FROM events WHERE event_data LIKE '%\"key599\"%'"
    ).fetchone()
    assert json.loads(whole)["key599"] == 599


def test_merging_kinds_is_commutative_associative_and_idempotent():
    kinds = list(Kind)
    for a in kinds:
        assert merge_kinds(a, a) is a
        for b in kinds:
            assert merge_kinds(a, b) is merge_kinds(b, a)
            for c in kinds:
                assert merge_kinds(merge_kinds(a, b), c) is merge_kinds(a, merge_kinds(b, c))


def test_integers_beyond_sqlites_are_doubles():
    assert kind_of(2**63 - 1) is Kind.INTEGER
    assert kind_of(2**63) is Kind.DOUBLE
