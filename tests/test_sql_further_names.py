"""Names beyond the documented columns: undocumented keys, label maps, and what hides them."""

# ruff: noqa: E501 (tables of cases)
from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logs import load_log, write_log

from datasette_access_monitoring.engine import Engine, Result
from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.relation import Relation, columns_read
from datasette_access_monitoring.sql.render import value_text
from datasette_access_monitoring.sql.translate import translate
from datasette_access_monitoring.sql.window import Window
from datasette_access_monitoring.store.database import open_for_reading
from datasette_access_monitoring.store.relations import read_relations

TIME = "2026-11-20T10:00:00Z"
AS_OF_MS = 1_795_341_600_000

EVENTS: list[dict[str, Any]] = [
    {"event": "exec", "uid": "1", "user": "alice", "user_kind": 1,
     "server_labels": {"env": "prod", "team": "db"}, "bot": {"kind": "ci", "n": 2}},
    {"event": "exec", "uid": "2", "user": "bob", "user_kind": 2, "ratio": 0.5, "ok": True,
     "server_labels": {"key": "k", "value": "v", "env": "dev"}, "tags": ["x", "y"]},
    {"event": "exec", "uid": "3", "user": "carol", "server_labels": {"key": "only"}, "mixed": 5},
    {"event": "exec", "uid": "4", "user": "dan", "server_labels": {}, "mixed": "text\0nul"},
    {"event": "exec", "uid": "5", "user": "eve", "server_labels": "odd", "mixed": [1]},
    {"event": "exec", "uid": "6", "user": "fay", "exitCode": {"not": "a text"},
     "server_labels": {"key": None, "value": 5, "deep": {"a": 1}, "n": 1.5, "b": True, "é": "è\0", "li": [1]}},
    {"event": "exec", "uid": "7", "user": "gus", "odd": [1, {"a": None}], "null": None},
    {"event": "session.start", "uid": "s1", "user": "alice", "kubernetes_labels": {"env": "prod"},
     "identity": {"user": "x", "traits": {"logins": ["root", "x"], "none": None}}, "mixed": "documented?"},
    {"event": "cert.create", "uid": "c1", "identity": {"user": "x", "traits": {"logins": ["root", "ä"], "groups": []}}},
    {"event": "cert.create", "uid": "c2", "identity": {"user": "y"}},
    {"event": "new.type", "uid": "n1", "user": "zoe", "app_labels": {"env": "prod", "empty": ""}, "user_kind": "text",
     "labels": {"a": {"b": 1}, "c": None}},
    {"event": "new.type", "uid": "n2", "user": "zoe\0tail", "a": {"b": "inner"}, "a_b": "flat"},
]  # fmt: skip


class Log:
    """A database loaded from events, and queries on it."""

    def __init__(self, folder: Path, events: list[dict[str, Any]]) -> None:
        log = write_log(folder / "log.ndjson", [{"time": TIME, **event} for event in events])
        load_log(folder / "audit.db", log)
        self.connection = open_for_reading(folder / "audit.db")
        self.relations: Mapping[str, Relation] = read_relations(self.connection)
        self.engine = Engine(self.connection)

    def run(self, sql: str) -> Result:
        window = Window.last_days(30, AS_OF_MS)
        return self.engine.run(translate(sql, self.relations), window, AS_OF_MS)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.run(sql).rows

    def texts(self, sql: str) -> list[tuple[str | None, ...]]:
        result = self.run(sql)
        kinds = [column.type for column in result.columns]
        return [
            tuple(value_text(kind, value) for kind, value in zip(kinds, row, strict=True))
            for row in result.rows
        ]

    def further(self, view: str) -> dict[str, str]:
        return {column.name: str(column.type) for column in self.relations[view].further}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    made = Log(tmp_path_factory.mktemp("further"), EVENTS)
    yield made
    made.connection.close()


def test_further_columns_have_the_types_of_their_keys(log: Log) -> None:
    assert log.further("exec") == {
        "bot": "map(varchar, varchar)", "bot_kind": "varchar", "bot_n": "bigint",
        "exitCode_not": "varchar", "kubernetes_labels": "map(varchar, varchar)", "mixed": "varchar",
        "null": "varchar", "odd": "json", "ok": "boolean", "ratio": "double",
        "server_labels": "map(varchar, varchar)", "server_labels_b": "boolean",
        "server_labels_deep": "map(varchar, varchar)", "server_labels_deep_a": "bigint",
        "server_labels_env": "varchar", "server_labels_li": "json", "server_labels_n": "double",
        "server_labels_team": "varchar", "server_labels_é": "varchar", "tags": "array(varchar)",
        "user_kind": "bigint",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT uid FROM exec WHERE user_kind = 1", [("1",)]),
        ("SELECT user_kind, count(*) FROM exec GROUP BY user_kind ORDER BY user_kind", [("1", "1"), ("2", "1"), (None, "5")]),
        ("SELECT uid FROM exec ORDER BY user_kind DESC, uid LIMIT 2", [("2",), ("1",)]),
        ("SELECT server_labels_env FROM exec ORDER BY uid LIMIT 3", [("prod",), ("dev",), (None,)]),
        ("SELECT r.user_kind FROM exec AS r CROSS JOIN (SELECT CAST(ROW('field') AS ROW(user_kind varchar)) AS r) WHERE uid = '1'", [("field",)]),
        ("SELECT EXEC.USER_KIND, \"user_kind\" FROM exec WHERE uid = '2'", [("2", "2")]),
        ("SELECT sum(user_kind) FROM exec HAVING max(user_kind) = 2", [("3",)]),
        ("SELECT ratio, ok, tags FROM exec WHERE uid = '2'", [("0.5", "true", "[x, y]")]),
        ("SELECT bot_kind, bot_n FROM exec WHERE bot_n > 1", [("ci", "2")]),
        ("SELECT a.uid, b.uid FROM exec a JOIN exec b ON a.user_kind + 1 = b.user_kind", [("1", "2")]),
        ("SELECT mixed FROM exec WHERE uid IN ('3', '4', '5') ORDER BY uid", [("5",), ("text\0nul",), (None,)]),
        ("SELECT uid FROM exec WHERE mixed = 'text'", []),
        ("SELECT x FROM (SELECT user_kind AS x FROM exec WHERE uid = '1') t", [("1",)]),
        ("WITH t AS (SELECT user_kind FROM exec WHERE uid = '1') SELECT * FROM t", [("1",)]),
        ("SELECT (SELECT max(b.user_kind) FROM exec b WHERE b.user_kind = a.user_kind) FROM exec a WHERE uid = '2'", [("2",)]),
        ("SELECT user_kind FROM new_type WHERE uid = 'n1'", [("text",)]),
        ("SELECT user FROM new_type WHERE user <> 'zoe'", [("zoe\0tail",)]),
        ("SELECT a_b, a_b_2 FROM new_type WHERE uid = 'n2'", [("inner", "flat")]),
    ],
)  # fmt: skip
def test_a_further_column_resolves_in_any_clause(
    log: Log, sql: str, rows: list[tuple[str | None, ...]]
) -> None:
    assert log.texts(sql) == rows


def test_a_star_gives_the_documented_columns_only(log: Log) -> None:
    for sql in ("SELECT * FROM exec", "SELECT t.* FROM exec t WHERE t.user_kind = 1"):
        columns = translate(sql, log.relations).columns
        assert [column.name for column in columns] == [
            column.name for column in log.relations["exec"].columns
        ]


def test_a_list_of_column_names_covers_the_star_and_hides_the_rest(log: Log) -> None:
    width = len(log.relations["bot_join"].columns)
    names = ", ".join(f"c{index}" for index in range(width))
    assert log.texts(f"SELECT count(c0) FROM bot_join AS t({names})") == [("0",)]
    with pytest.raises(QueryError, match="'attributes' cannot be resolved"):
        translate(f"SELECT attributes FROM bot_join AS t({names})", log.relations)


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        # session_start has it as a further column, the CTE as its own.
        ("WITH t AS (SELECT 'own' AS mixed) SELECT mixed FROM exec, t WHERE uid = '3'", [("own",)]),
        ("WITH t AS (SELECT 'own' AS mixed) SELECT exec.mixed, t.mixed FROM exec, t WHERE uid = '3'", [("5", "own")]),
        # Trino finds no such column in the inner query and takes the outer one's.
        ("SELECT (SELECT user_kind FROM exec WHERE uid = '1') FROM (SELECT 7 AS user_kind) t", [("7",)]),
        ("SELECT (SELECT max(exec.user_kind) FROM exec) FROM (SELECT 7 AS user_kind) t", [("2",)]),
        ("SELECT uid AS user_kind FROM exec WHERE user_kind = 2 ORDER BY user_kind", [("2",)]),
    ],
)  # fmt: skip
def test_every_column_that_trino_knows_comes_before_a_further_one(
    log: Log, sql: str, rows: list[tuple[str | None, ...]]
) -> None:
    assert log.texts(sql) == rows


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT mixed FROM exec a, session_start b", "Column 'mixed' is ambiguous"),
        ("SELECT user_kin FROM exec", "did you mean user_kind"),
        ("SELECT _extra FROM exec", "'_extra' cannot be resolved"),
        ("SELECT user_kind FROM events", "'user_kind' cannot be resolved"),
        ("SELECT uid, user_kind FROM exec GROUP BY uid", "'user_kind' must be an aggregate"),
        ("SELECT user_kind FROM exec WHERE user_kind = 'x'", "Cannot apply operator: bigint = varchar"),
    ],
)  # fmt: skip
def test_what_trino_refuses_of_a_column_is_refused_of_a_further_one(
    log: Log, sql: str, message: str
) -> None:
    with pytest.raises(QueryError, match=message):
        translate(sql, log.relations)


@pytest.mark.parametrize(
    ("uid", "shown"),
    [
        ("1", "{env=prod, team=db}"),
        ("2", "{env=dev, key=k, value=v}"),
        ("3", "{key=only}"),
        ("4", "{}"),
        ("5", None),
        ("6", "{key=null, value=5, deep=null, n=1.5E0, b=true, é=è\0, li=null}"),
        ("7", None),
    ],
)
def test_labels_are_a_map_whole(log: Log, uid: str, shown: str | None) -> None:
    """A label named ``key`` is held in a documented column, and is a label all the same."""
    assert log.texts(f"SELECT server_labels FROM exec WHERE uid = '{uid}'") == [(shown,)]


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ("SELECT identity_traits FROM cert_create WHERE uid = 'c1'", "{logins=[root, ä], groups=[]}"),
        ("SELECT identity_traits FROM cert_create WHERE uid = 'c2'", None),
        ("SELECT app_labels FROM new_type WHERE uid = 'n1'", "{env=prod, empty=}"),
        ("SELECT labels FROM new_type WHERE uid = 'n1'", '{a={"b":1}, c=null}'),
    ],
)  # fmt: skip
def test_other_objects_are_maps_too(log: Log, sql: str, shown: str | None) -> None:
    assert log.texts(sql) == [(shown,)]


def test_labels_are_there_before_any_event_has_them(tmp_path: Path) -> None:
    empty = Log(tmp_path, [{"event": "exec", "uid": "1"}])
    assert empty.texts("SELECT server_labels, server_labels_key FROM exec") == [(None, None)]
    assert empty.further("db_session_start") == {
        "db_labels": "map(varchar, varchar)", "server_labels": "map(varchar, varchar)",
    }  # fmt: skip
    empty.connection.close()


def test_an_object_with_documented_columns_beneath_is_no_map(log: Log) -> None:
    with pytest.raises(QueryError, match="'identity' cannot be resolved"):
        translate("SELECT identity FROM cert_create", log.relations)


def test_hostile_keys_change_nothing_else(tmp_path: Path) -> None:
    keys = [
        '";--',
        "'",
        "a'b",
        "user",
        "USER",
        "event_data",
        "_id",
        "_extra",
        "user ",
        "1",
        "\u202e",
        "é\0",
    ]
    events = [
        {"event": "exec", "uid": "1", "user": "me", key: "x", "o": {key: "y"}} for key in keys
    ]
    hostile = Log(tmp_path, [{**event, "user": "me"} for event in events])
    assert hostile.texts("SELECT DISTINCT user FROM exec") == [("me",)]
    for column in hostile.relations["exec"].further:
        quoted = column.name.replace('"', '""')
        hostile.texts(f'SELECT "{quoted}" FROM exec')
    assert ('{";--=y}',) in hostile.texts("SELECT o FROM exec")
    hostile.connection.close()


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ('"user"', {"user"}),
        ("""json_extract("event_data", '$."a"."b"')""", {"event_data"}),
        ("""CASE WHEN 'it''s "x"' = "a""b" THEN "_id" END""", {'a"b', "_id"}),
        ("""\"event\" = CAST(x'00' AS TEXT)""", {"event"}),
        ("""(SELECT "json" FROM "_extras" WHERE "id" = "_shared") || "a\"""", {"_shared", "a"}),
        ("1", set()),
    ],
)
def test_the_columns_that_an_expression_reads(sql: str, names: set[str]) -> None:
    assert columns_read(sql) == names


def test_what_a_query_reads_is_told_by_column(log: Log) -> None:
    sql = "SELECT user, event_time FROM exec WHERE server_labels_env = 'x'"
    translation = translate(sql, log.relations)
    assert dict(translation.reads) == {"_event_exec": {"_id", "user", "_extra", "_shared"}}
    assert not translation.behind
    both = translate("SELECT user FROM events UNION SELECT uid FROM new_type", log.relations)
    assert dict(both.reads) == {
        "_events": {"_id", "user"}, "_event_other": {"_id", "event", "event_data"},
    }  # fmt: skip
    assert both.behind.keys() == {"_events"}


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("server_labels['env']", "prod"),
        ("(server_labels)['env']", "prod"),
        ("exec.server_labels['team']", "db"),
        # Labels differ from event to event: what an event lacks is NULL.
        ("server_labels['nope']", None),
        ("kubernetes_labels['nope']", None),
        ("NOT server_labels['nope'] = 'x'", None),
        ("element_at(server_labels, 'env')", "prod"),
        ("cardinality(server_labels)", "2"),
        ("map_keys(server_labels)", "[env, team]"),
        ("map_values(server_labels)", "[prod, db]"),
        ("server_labels = map(ARRAY['team', 'env'], ARRAY['db', 'prod'])", "true"),
        ("bot['n']", "2"),
        ("typeof(server_labels)", "map(varchar, varchar)"),
        ("transform_values(server_labels, (k, v) -> k || v)['env']", "envprod"),
    ],
)
def test_labels_are_asked_by_name(log: Log, expression: str, shown: str | None) -> None:
    assert log.texts(f"SELECT {expression} FROM exec WHERE uid = '1'") == [(shown,)]


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT uid FROM exec WHERE server_labels['env'] = 'prod'", [("1",)]),
        ("SELECT uid FROM exec WHERE server_labels['key'] = 'only'", [("3",)]),
        ("SELECT server_labels['env'], count(*) FROM exec GROUP BY server_labels['env'] ORDER BY 1", [("dev", "1"), ("prod", "1"), (None, "5")]),
        ("SELECT k, v FROM exec CROSS JOIN UNNEST(server_labels) AS t (k, v) WHERE uid = '1' ORDER BY k", [("env", "prod"), ("team", "db")]),
        ("SELECT identity_traits['logins'][1] FROM cert_create WHERE uid = 'c1'", [("root",)]),
        ("SELECT uid FROM cert_create WHERE contains(identity_traits['logins'], 'ä')", [("c1",)]),
        ("SELECT cardinality(identity_traits['groups']) FROM cert_create ORDER BY uid", [("0",), (None,)]),
        ("SELECT app_labels['empty'] FROM new_type WHERE uid = 'n1'", [("",)]),
        ("SELECT json_extract_scalar(labels['a'], '$.b') FROM new_type WHERE uid = 'n1'", [("1",)]),
    ],
)  # fmt: skip
def test_labels_stand_in_any_clause(log: Log, sql: str, rows: list[tuple[str | None, ...]]) -> None:
    assert log.texts(sql) == rows


def test_any_other_map_is_strict(log: Log) -> None:
    for sql in (
        "SELECT map(ARRAY['a'], ARRAY['b'])['x']",
        "SELECT x['nope'] FROM (SELECT server_labels AS x FROM exec WHERE uid = '1') t",
    ):
        with pytest.raises(QueryError, match="Key not present in map"):
            log.texts(sql)


@settings(max_examples=30, deadline=None)
@given(
    labels=st.dictionaries(
        st.one_of(st.sampled_from(["key", "value", "env"]), st.text(max_size=8)),
        st.one_of(st.text(max_size=8), st.none(), st.booleans(), st.integers(-(2**70), 2**70)),
        max_size=5,
    )
)
def test_a_map_holds_every_label_of_its_event(labels: dict[str, Any]) -> None:
    def text(value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return json.dumps(value)

    with tempfile.TemporaryDirectory() as folder:
        log = Log(Path(folder), [{"event": "exec", "server_labels": labels}])
        ((held,),) = log.rows("SELECT server_labels FROM exec")
        log.connection.close()
    assert dict(json.loads(held)) == {key: text(value) for key, value in labels.items()}


def test_an_event_is_told_the_same_by_map_and_by_event_data(log: Log) -> None:
    (row,) = log.texts("SELECT event_data FROM events WHERE uid = '2'")
    assert json.loads(str(row[0]))["server_labels"] == {"env": "dev", "key": "k", "value": "v"}
