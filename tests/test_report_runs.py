"""Runs of reports: once at a time, each section for itself, history, and runners that vanish."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conftest import write_audit_database

from datasette_access_monitoring.catalog import parse_type
from datasette_access_monitoring.errors import NoSuchRun
from datasette_access_monitoring.reports import looking, running
from datasette_access_monitoring.reports.documents import result_document, state_document
from datasette_access_monitoring.reports.liveness import is_there, runner
from datasette_access_monitoring.reports.looking import (
    NO_RUNNER,
    history,
    look,
    newest_result,
    newest_run,
    result,
)
from datasette_access_monitoring.reports.model import Section, Status, section_of, stored_section
from datasette_access_monitoring.reports.running import Order, run_report
from datasette_access_monitoring.reports.text import result_text
from datasette_access_monitoring.resources.documents import report_resource
from datasette_access_monitoring.resources.model import AuditQuery, Resource, SecurityReport
from datasette_access_monitoring.self_audit import Principal
from datasette_access_monitoring.sql.render import value_text
from datasette_access_monitoring.sql.translate import OutputColumn
from datasette_access_monitoring.store import report_runs
from datasette_access_monitoring.store.read import read_events
from datasette_access_monitoring.store.report_runs import RunKey

ALICE = Principal("alice", "cli")
AS_OF_MS = 1_795_219_199_999  # 2026-11-20T23:59:59.999Z
EXECS = [
    {"event": "exec", "time": f"2026-11-{day:02}T10:00:00Z", "user": f"user{n}", "ei": n}
    for day in (18, 19, 20)
    for n in range(4)
]
WORKS = "SELECT user, count(*) AS count FROM exec GROUP BY user ORDER BY user"
FAILS = "SELECT user FROM nowhere"


def report(*queries: str, name: str = "mine") -> Resource:
    listed = tuple(
        AuditQuery(f"q{index}", f"Query {index}", "", "Do it.", None, query)
        for index, query in enumerate(queries)
    )
    return report_resource(SecurityReport(name, "Mine", "What I ask.", listed))


def order(*queries: str, days: int = 7, as_of_ms: int | None = AS_OF_MS) -> Order:
    return Order(report(*queries), days, as_of_ms, ALICE)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return write_audit_database(tmp_path / "audit.db", EXECS)


@pytest.fixture
def connection(db: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(db, isolation_level=None)
    yield connection
    connection.close()


def events(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    found = map(json.loads, read_events(connection))
    return [event for event in found if event["event"] == "secreports.report.run"]


class TestOneRun:
    def test_keeps_each_section_with_columns_rows_and_time(
        self, db: Path, connection: sqlite3.Connection
    ) -> None:
        run = run_report(db, order(WORKS, "SELECT DATE '2026-11-20' AS day, true"))
        assert (run.status, run.error, run.started_by) == (Status.READY, "", "alice")
        assert (run.moment_ms, run.key) == (AS_OF_MS, RunKey("mine", 7, AS_OF_MS))
        seen, (first, second) = newest_result(connection, db, run.key)
        assert seen == run
        assert first.columns == (
            OutputColumn("user", parse_type("varchar")),
            OutputColumn("count", parse_type("bigint")),
        )
        assert [list(row) for row in first.rows] == [[f"user{n}", 3] for n in range(4)]
        assert first.query.title == "Query 0" and first.milliseconds > 0 and not first.truncated
        assert [str(column.type) for column in second.columns] == ["date", "boolean"]

    def test_sees_the_days_before_its_moment(
        self, db: Path, connection: sqlite3.Connection
    ) -> None:
        run = run_report(db, order(WORKS, days=1, as_of_ms=AS_OF_MS - 86_400_000))
        _, (section,) = result(connection, db, run.id)
        assert [list(row) for row in section.rows] == [[f"user{n}", 1] for n in range(4)]

    def test_as_of_now_takes_the_moment_it_starts(self, db: Path) -> None:
        before = time.time_ns() // 1_000_000
        run = run_report(db, order("SELECT now()", as_of_ms=None))
        assert before <= run.moment_ms <= time.time_ns() // 1_000_000
        assert run.key.as_of_ms is None

    def test_a_failing_section_leaves_the_others_and_fails_the_run(
        self, db: Path, connection: sqlite3.Connection
    ) -> None:
        run = run_report(db, order(WORKS, FAILS, "SELECT 1 / 0 FROM exec", WORKS))
        assert run.status is Status.FAILED
        assert "q1: line 1:18: no view 'nowhere'" in run.error and "q2: " in run.error
        _, sections = newest_result(connection, db, run.key)
        assert [len(section.rows) for section in sections] == [4, 0, 0, 4]
        assert [bool(section.error) for section in sections] == [False, True, True, False]
        assert events(connection)[0]["success"] is False

    def test_is_an_event_that_says_who_what_days_rows_and_time(
        self, db: Path, connection: sqlite3.Connection
    ) -> None:
        run_report(db, order(WORKS, WORKS))
        (event,) = events(connection)
        assert event["code"] == "SRE002I"
        assert (event["user"], event["report"], event["days"]) == ("alice", "mine", 7)
        assert (event["rows"], event["success"]) == (8, True)
        assert event["name"] == "mine_7_days"
        assert event["as_of"] == "2026-11-20T23:59:59.999Z"

    def test_tells_its_progress(self, db: Path) -> None:
        told: list[tuple[int, str | None]] = []
        run_report(
            db, order(WORKS, WORKS), lambda done, query: told.append((done, query and query.name))
        )
        assert told == [(0, "q0"), (1, "q1"), (2, None)]

    def test_rows_beyond_the_limit_are_cut_and_that_is_kept(
        self, db: Path, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(running, "LIMITS", running.Limits(rows=2))
        run = run_report(db, order(WORKS))
        seen, (section,) = result(connection, db, run.id)
        assert len(section.rows) == 2 and section.truncated
        assert "Only the first 2 rows are kept." in "".join(result_text(seen, [section]))
        assert result_document(seen, [section])["audit_query_results"][0]["truncated"] is True

    def test_all_sections_see_the_log_as_the_first_did(
        self, db: Path, connection: sqlite3.Connection
    ) -> None:
        def load_more(done: int, _: object) -> None:
            if done == 1:
                write_audit_database(db, [{**EXECS[0], "uid": "late"}])

        run = run_report(db, order(WORKS, WORKS), load_more)
        _, (first, second) = result(connection, db, run.id)
        assert first.rows == second.rows
        again = run_report(db, order(WORKS))
        _, (third,) = result(connection, db, again.id)
        assert third.rows != first.rows

    def test_what_breaks_it_off_is_stored_and_raised(
        self, db: Path, connection: sqlite3.Connection
    ) -> None:
        def break_off(done: int, _: object) -> None:
            if done == 1:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run_report(db, order(WORKS, WORKS), break_off)
        run = newest_run(connection, db, order(WORKS).key)
        assert (run.status, run.error) == (Status.FAILED, "KeyboardInterrupt")
        with pytest.raises(NoSuchRun):
            newest_result(connection, db, run.key)
        assert run_report(db, order(WORKS, WORKS)).status is Status.READY


VALUES = [
    ("varchar", "a\u202eb\0"),
    ("double", float("inf")),
    ("double", 0.1),
    ("bigint", 2**63 - 1),
    ("varbinary", b"\x00\xff"),
    ("boolean", 1),
    ("array(varchar)", '["a",null]'),
    ("decimal(38, 2)", "0000000000000000000000000000000000001.50"),
    ("timestamp(3) with time zone", 123 << 12),
    ("varchar", None),
]


@pytest.mark.parametrize(("kind", "value"), VALUES)
def test_every_value_is_kept_as_it_was(kind: str, value: object) -> None:
    query = AuditQuery("q", "", "", "", None, "SELECT 1")
    columns = (OutputColumn("c", parse_type(kind)),)
    section = Section(query, columns, [[value]], False, 1.5, "")
    assert section_of(stored_section(1, 0, section), query) == section


class TestTwoAtOnce:
    def test_the_second_waits_and_gets_what_the_first_found(
        self, db: Path, connection: sqlite3.Connection
    ) -> None:
        started, go_on = threading.Event(), threading.Event()
        ended = []

        def slowly(done: int, _: object) -> None:
            started.set()
            if done == 1:
                assert go_on.wait(30)

        first = threading.Thread(
            target=lambda: ended.append(run_report(db, order(WORKS, WORKS), slowly))
        )
        first.start()
        assert started.wait(30)
        claimed = threading.Event()
        second = threading.Thread(
            target=lambda: ended.append(
                run_report(db, order(WORKS, WORKS), claimed=lambda _: claimed.set())
            )
        )
        second.start()
        assert claimed.wait(30)
        assert newest_run(connection, db, order(WORKS).key).status is Status.RUNNING
        other = run_report(db, order(WORKS, days=3))  # another run altogether
        assert other.status is Status.READY
        go_on.set()
        first.join()
        second.join()
        assert ended[0] == ended[1]
        assert len(history(connection, db, "mine", limit=10)) == 2
        assert len(events(connection)) == 2

    def test_many_at_once_run_once(self, db: Path, connection: sqlite3.Connection) -> None:
        def briefly(_: int, __: object) -> None:
            time.sleep(0.2)

        threads = [
            threading.Thread(target=run_report, args=(db, order(WORKS, WORKS), briefly))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        runs = history(connection, db, "mine", limit=100)
        spans = sorted((run.started_at_ms, run.updated_at_ms) for run in runs)
        assert len(runs) < 8
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))


SLEEPER = """
import sys
from datasette_access_monitoring.reports.liveness import runner
with runner(sys.argv[1]) as name:
    print(name, flush=True)
    sys.stdin.read()
"""


class TestRunners:
    def test_one_is_there_while_it_works(self, db: Path) -> None:
        with runner(db) as name:
            assert is_there(db, name)
        assert not is_there(db, name)
        assert not is_there(db, "somebody")
        assert list(db.parent.glob("audit.db-run-*")) == []

    @pytest.mark.parametrize("end", ["kill", "terminate"])
    def test_one_that_is_killed_is_not(self, db: Path, end: str) -> None:
        process = subprocess.Popen(
            [sys.executable, "-c", SLEEPER, str(db)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert is_there(db, name)
        getattr(process, end)()
        process.wait()
        assert list(db.parent.glob("audit.db-run-*"))
        assert not is_there(db, name)
        assert list(db.parent.glob("audit.db-run-*")) == []

    def test_what_killed_ones_left_long_ago_is_swept_up_by_the_next(self, db: Path) -> None:
        old, young = (db.with_name(f"audit.db-run-{name}") for name in ("old", "young"))
        for path in (old, young):
            path.touch()
        os.utime(old, (0, 0))
        with runner(db) as busy:
            os.utime(db.with_name(f"audit.db-run-{busy}"), (0, 0))
            with runner(db):
                assert is_there(db, busy)
        assert not old.exists() and young.exists()

    def test_a_run_without_one_has_failed_at_the_next_look_and_can_be_run_again(
        self, db: Path, connection: sqlite3.Connection
    ) -> None:
        key = order(WORKS).key
        run = report_runs.insert_run(
            connection,
            key,
            moment_ms=AS_OF_MS,
            document=json.dumps(report(WORKS).document),
            runner="gone",
            started_by="bob",
            now_ms=5,
        )
        seen = newest_run(connection, db, key)
        assert (seen.id, seen.status, seen.error) == (run, Status.FAILED, NO_RUNNER)
        assert state_document(seen)["spec"]["status"] == "FAILED"
        again = run_report(db, order(WORKS))
        assert again.status is Status.READY and again.id != run
        assert look(connection, db, run).status is Status.FAILED


class TestHistory:
    def test_is_newest_first_and_goes_back_page_by_page(
        self, db: Path, connection: sqlite3.Connection
    ) -> None:
        made = [run_report(db, order(WORKS, days=days)).id for days in (1, 2, 3, 4)]
        first = history(connection, db, "mine", limit=3)
        assert [run.id for run in first] == made[:0:-1]
        rest = history(connection, db, "mine", before=first[-1].id, limit=3)
        assert [run.id for run in rest] == made[:1]

    def test_results_stay_as_the_report_was_then(
        self, db: Path, connection: sqlite3.Connection
    ) -> None:
        run_report(db, order(WORKS))
        run_report(db, order("SELECT 1 AS one"))
        newest, (section,) = newest_result(connection, db, order(WORKS).key)
        assert section.columns[0].name == "one"
        older, (section,) = result(connection, db, newest.id - 1)
        assert section.columns[0].name == "user"
        assert older.report.queries[0].query == WORKS

    def test_only_so_many_are_kept(
        self, db: Path, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(report_runs, "KEPT_RUNS", 2)
        made = [run_report(db, order(WORKS)).id for _ in range(4)]
        assert [run.id for run in history(connection, db, "mine", limit=9)] == made[:1:-1]
        (sections,) = connection.execute('SELECT count(*) FROM "_report_sections"').fetchone()
        assert sections == 2

    def test_what_was_never_run_is_told(self, db: Path, connection: sqlite3.Connection) -> None:
        key = RunKey("mine", 1, None)
        with pytest.raises(NoSuchRun, match=r"'mine' was never run over 1 day$"):
            newest_run(connection, db, key)
        with pytest.raises(NoSuchRun, match="has no result over 1 day"):
            newest_result(connection, db, key)
        with pytest.raises(NoSuchRun, match="no run 5"):
            look(connection, db, 5)


def test_documents_have_teleports_field_names(db: Path, connection: sqlite3.Connection) -> None:
    run = run_report(db, order(WORKS))
    state = state_document(run)
    assert (state["kind"], state["version"]) == ("security_report_state", "v1")
    assert state["metadata"] == {"name": "mine_7_days"}
    assert state["spec"]["status"] == "READY"
    document = result_document(*newest_result(connection, db, run.key))
    assert set(document) >= {
        "name",
        "description",
        "audit_query_results",
        "updated_at",
        "total_execution_time_in_millis",
    }
    (section,) = document["audit_query_results"]
    assert set(section) == {"audit_query", "result", "result_id", "execution_time_in_millis"}
    assert section["result"]["column_info"][1] == {"name": "count", "type": "bigint"}
    assert section["result"]["rows"][0] == {"data": ["user0", "3"]}
    assert value_text(parse_type("bigint"), 3) == "3"


def test_the_text_shows_every_section_and_hides_nothing(
    db: Path, connection: sqlite3.Connection
) -> None:
    write_audit_database(db, [{**EXECS[0], "user": "a\u202eb\x1b[2J"}])
    run = run_report(db, order(WORKS, "SELECT user FROM exec WHERE false", FAILS))
    text = "".join(result_text(*newest_result(connection, db, run.key)))
    assert "Mine, last 7 days as of 2026-11-20T23:59:59.999Z\n=====" in text
    assert "a\\u202eb\\x1b[2J" in text and "\u202e" not in text and "\x1b" not in text
    assert "Nothing found.\nSuggestion: Do it.\n" in text
    assert "Failed: line 1:18: no view" in text


def test_a_run_that_ends_while_it_is_looked_at_has_not_failed(
    db: Path, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed: list[int] = []
    begun, may_end = threading.Event(), threading.Event()

    def progress(done: int, _: AuditQuery | None) -> None:
        if not done:
            begun.set()
            assert may_end.wait(60)

    thread = threading.Thread(target=run_report, args=(db, order(WORKS), progress, claimed.append))
    thread.start()
    assert begun.wait(60)

    def is_there_after_the_end(where: Path, name: str) -> bool:
        may_end.set()
        thread.join(60)
        return is_there(where, name)

    monkeypatch.setattr(looking, "is_there", is_there_after_the_end)
    assert look(connection, db, claimed[0]).status is Status.READY
    assert [run.id for run in history(connection, db, "mine", limit=9)] == claimed
