"""The window: a query sees the same rows as in a database that holds nothing else."""

# ruff: noqa: E501 (tables of cases)
from __future__ import annotations

import random
from pathlib import Path

import pytest
from sql_world import AS_OF_MS, RELATIONS, World

from datasette_access_monitoring.sql.translate import translate
from datasette_access_monitoring.sql.window import Window
from datasette_access_monitoring.store.ids import id_range

QUERIES = [
    "SELECT user, command FROM exec ORDER BY uid",
    "SELECT count(*) FROM EXEC",
    'SELECT count(*) FROM "exec"',
    "SELECT a.uid, b.uid FROM exec a, kube_request b WHERE a.user = b.user ORDER BY 1, 2",
    "SELECT a.uid, b.uid FROM exec a LEFT JOIN exec b ON a.user = b.user AND a.uid < b.uid ORDER BY 1, 2",
    "SELECT a.uid, b.uid FROM exec a FULL JOIN kube_request b ON a.user = b.user ORDER BY 1, 2",
    "WITH exec AS (SELECT * FROM exec WHERE proto = 'kube') SELECT count(*) FROM exec",
    "SELECT user FROM exec WHERE user IN (SELECT user FROM kube_request) ORDER BY uid",
    "SELECT uid FROM exec e WHERE NOT EXISTS (SELECT 1 FROM kube_request k WHERE k.user = e.user) ORDER BY 1",
    "SELECT user FROM exec UNION SELECT user FROM kube_request ORDER BY 1",
    "SELECT user FROM exec EXCEPT SELECT user FROM kube_request ORDER BY 1",
    "SELECT (SELECT max(time) FROM exec), count(*) FROM kube_request",
    "SELECT event_date, count(DISTINCT user) FROM (SELECT * FROM exec) AS x GROUP BY 1 ORDER BY 1",
    "SELECT min(exec.event_time), max(k.event_time) FROM (exec JOIN kube_request k ON exec.user = k.user)",
    "SELECT count(*) FROM main.exec",
    "SELECT uid FROM access_monitoring.exec ORDER BY 1",
    "SELECT count(*) FROM (TABLE exec)",
    "SELECT a.uid FROM exec a JOIN kube_request b USING (user) ORDER BY 1",
    "SELECT uid, x FROM exec CROSS JOIN UNNEST(ARRAY[user, proto]) AS t (x) ORDER BY 1, 2",
    "SELECT x FROM UNNEST((SELECT array_agg(uid ORDER BY uid) FROM exec)) AS t (x) ORDER BY 1",
    "SELECT user, proto, count(*) FROM exec GROUP BY CUBE (user, proto) ORDER BY 1, 2, 3",
    "SELECT uid, row_number() OVER (PARTITION BY user ORDER BY uid), count(*) OVER () FROM exec ORDER BY 1",
    "SELECT uid, lag(uid) OVER (ORDER BY event_time, uid) FROM exec ORDER BY 1",
    "SELECT user FROM exec INTERSECT ALL SELECT user FROM kube_request ORDER BY 1",
    "SELECT uid FROM exec WHERE event_time >= ALL (SELECT event_time FROM kube_request) ORDER BY 1",
    "SELECT uid FROM exec WHERE (user, event_date) IN (SELECT user, event_date FROM kube_request) ORDER BY 1",
    "WITH RECURSIVE r (n, u) AS (SELECT 1, max(uid) FROM exec UNION ALL SELECT n + 1, (SELECT min(uid) FROM kube_request) FROM r WHERE n < 3) SELECT * FROM r ORDER BY 1",
    "SELECT any_match((SELECT array_agg(uid) FROM exec), x -> x = '000')",
    "SELECT v.n, count(e.uid) FROM (VALUES 1, 2) AS v (n) LEFT JOIN exec e ON length(e.user) = v.n GROUP BY 1 ORDER BY 1",
    "SELECT max_by(uid, event_time), approx_distinct(user), listagg(uid, ',') WITHIN GROUP (ORDER BY uid) FROM exec",
]  # fmt: skip


def filled(path: Path, days: int | None) -> World:
    """The same events in every world; with ``days``, only those of the window."""
    world = World(path)
    choice = random.Random(7)
    for number in range(120):
        day = choice.randrange(1, 23)
        time = f"2026-11-{day:02}T{choice.randrange(24):02}:{choice.randrange(60):02}:00Z"
        view = choice.choice(["exec", "kube_request"])
        values = {"user": choice.choice("abcdef"), "uid": f"{number:03}"}
        if view == "exec":
            values["proto"] = choice.choice(["kube", "ssh"])
        window = Window.last_days(days or 10_000, AS_OF_MS)
        world.add(view, time, **values)
        if days is not None:
            world.connection.execute(
                f'DELETE FROM "_event_{view}" WHERE _id NOT BETWEEN ? AND ?',
                id_range(window.first_ms, window.last_ms),
            )
            world.connection.commit()
    return world


DAYS = (1, 7, 20)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[int | None, World]:
    """The whole log under ``None``, and for each number of days a database of only those."""
    path = tmp_path_factory.mktemp("window")
    return {days: filled(path / f"{days}.db", days) for days in (None, *DAYS)}


@pytest.mark.parametrize("days", DAYS)
@pytest.mark.parametrize("query", QUERIES)
def test_windowed_is_filtered(worlds: dict[int | None, World], query: str, days: int) -> None:
    assert worlds[None].rows(query, days) == worlds[days].rows(query, 10_000)


def test_both_ends_of_the_window_belong_to_it() -> None:
    world = World(":memory:")
    for time in ("2026-11-21T11:59:59.999Z", "2026-11-21T12:00:00.000Z",
                 "2026-11-22T12:00:00.000Z", "2026-11-22T12:00:00.001Z"):  # fmt: skip
        world.add("exec", time)
    assert world.rows("SELECT time FROM exec ORDER BY 1", days=1) == [
        ("2026-11-21T12:00:00.000Z",), ("2026-11-22T12:00:00.000Z",)]  # fmt: skip


def test_a_view_is_read_once_and_only_where_it_is_used() -> None:
    sql = translate("SELECT e.user FROM exec e JOIN exec f ON e.uid = f.uid", RELATIONS).sql
    assert sql.count("_event_exec") == 1
    assert '"user"' in sql and '"uid"' in sql and "command" not in sql
    assert sql.count(":window_first") == 1


def test_parameters_are_replaced_outside_of_texts_and_names() -> None:
    translation = translate(
        "SELECT ':window_first' AS \":as_of_ms\", now() FROM exec WHERE user = 'it''s :as_of_ms'",
        RELATIONS,
    )
    text = translation.with_parameters({"window_first": "1", "window_last": "2", "as_of_ms": "3"})
    assert "':window_first' AS \":as_of_ms\"" in text
    assert "'it''s :as_of_ms'" in text
    assert '"_id" BETWEEN 1 AND 2' in text and "(3 << 12)" in text
    assert translation.parameters() == {"window_first", "window_last", "as_of_ms"}
