"""``datasette audit``: what each command prints, where, and with which exit code."""

import base64
import csv
import gzip
import io
import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml
from cli_support import run, said
from click.testing import CliRunner
from logs import NO_EVENTS, ODDITIES, SAMPLES, canonical, canonical_lines, load_log, write_log

from datasette_access_monitoring.catalog import load_catalog
from datasette_access_monitoring.cli import audit

TIME = "2026-11-20T10:00:00Z"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATASETTE_AUDIT_DB", raising=False)


class TestLoad:
    def test_the_samples(self):
        first = run("load", SAMPLES)
        assert first.stdout.startswith("328 read, 328 new, 0 duplicate, 0 rejected, ")
        assert first.stdout.endswith(" events/s\n")
        assert run("load", SAMPLES).stdout.startswith("0 read, 0 new, 0 duplicate, 0 rejected, ")
        status = json.loads(run("status", "--format", "json").stdout)
        assert (status["events"], len(status["types"])) == (328, 197)

    def test_rejects_are_told_and_where_to_see_them(self):
        result = run("load", NO_EVENTS)
        assert result.stdout.startswith("47 read, 0 new, 0 duplicate, 47 rejected")
        assert "datasette audit rejects" in result.stderr

    def test_standard_input(self):
        result = run("load", "-", input=SAMPLES.read_bytes())
        assert result.stdout.startswith("328 read, 328 new")

    def test_the_database_may_come_from_the_environment(self, tmp_path):
        run("load", SAMPLES, env={"DATASETTE_AUDIT_DB": str(tmp_path / "other.db")})
        assert (tmp_path / "other.db").exists() and not (tmp_path / "audit.db").exists()

    def test_a_missing_source(self):
        assert "none.log" in said(run("load", "none.log", exit_code=1))

    def test_no_source_is_wrong_use(self):
        assert "SOURCE" in run("load", exit_code=2).stderr

    def test_another_programs_file_is_refused(self, tmp_path):
        (tmp_path / "audit.db").write_text("my thesis, the only copy " * 99)
        assert "not a SQLite database" in said(run("load", SAMPLES, exit_code=1))

    def test_the_log_itself_is_never_turned_into_a_database(self, tmp_path):
        (tmp_path / "events.log").touch()
        result = run("load", "--db", "events.log", "events.log", exit_code=2)
        assert "names the log itself" in result.stderr
        assert (tmp_path / "events.log").read_bytes() == b""

    def test_a_database_in_memory_is_refused(self):
        assert "gone at once" in run("load", "--db", ":memory:", SAMPLES, exit_code=2).stderr

    def test_progress_goes_to_a_terminal_only(self):
        assert "Loading" not in run("load", SAMPLES).output


class TestExport:
    @pytest.mark.parametrize("log", [SAMPLES, ODDITIES])
    def test_gives_the_events_back(self, log):
        run("load", log)
        lines = run("export").stdout_bytes.splitlines()
        assert {canonical(line) for line in lines} == set(canonical_lines(log))
        assert len(lines) == len(canonical_lines(log))

    def test_one_type_by_either_name(self):
        run("load", SAMPLES)
        by_type = run("export", "--event", "session.start").stdout
        assert by_type and by_type == run("export", "--event", "session_start").stdout
        assert {json.loads(line)["event"] for line in by_type.splitlines()} == {"session.start"}
        other = run("export", "--event", "device").stdout
        assert len(other.splitlines()) == 12

    def test_days(self, tmp_path):
        times = ["2026-11-12T23:59:59Z", "2026-11-13T00:00:00Z", "2026-11-20T00:00:00Z",
                 "2026-11-20T00:00:00.001Z"]  # fmt: skip
        run("load", write_log(tmp_path / "log", [{"event": "exec", "time": t} for t in times]))
        out = run("export", "--days", 7, "--as-of", "2026-11-20T00:00:00Z").stdout
        assert [json.loads(line)["time"] for line in out.splitlines()] == times[1:3]

    def test_a_type_that_is_not_there(self):
        run("load", SAMPLES)
        assert "no event type 'nothing'" in said(run("export", "--event", "nothing", exit_code=1))


class TestRejects:
    def test_the_table_shows_hostile_lines_harmlessly(self):
        run("load", NO_EVENTS)
        out = run("rejects").stdout
        assert "no_events.ndjson:1" in out and "bad JSON" in out and "invalid UTF-8" in out
        assert not {character for character in out if character < " "} - {"\n"}
        assert "\u202e" not in out

    def test_json_has_every_line_whole(self):
        run("load", NO_EVENTS)
        shown = json.loads(run("rejects", "--format", "json").stdout)
        lines = [
            base64.b64decode(r["line_base64"]) if "line_base64" in r else r["line"].encode()
            for r in shown
        ]
        assert lines == NO_EVENTS.read_bytes().rstrip(b"\n").split(b"\n")
        assert [r["line_number"] for r in shown] == list(range(1, 48))

    def test_a_log_that_was_renamed_or_compressed_doubles_none(self, tmp_path):
        log = tmp_path / "events.log"
        log.write_bytes(NO_EVENTS.read_bytes()[:2000] + b"\n")
        run("load", log)
        before = [r["line_number"] for r in json.loads(run("rejects", "--format", "json").stdout)]
        log.rename(tmp_path / "old.log")
        run("load", "old.log")
        (tmp_path / "old.log.gz").write_bytes(gzip.compress((tmp_path / "old.log").read_bytes()))
        run("load", "old.log.gz")
        after = [r["line_number"] for r in json.loads(run("rejects", "--format", "json").stdout)]
        assert after == before and len(before) > 5

    def test_retry(self):
        run("load", NO_EVENTS)
        assert run("rejects", "--retry").stdout == "0 loaded, 47 still rejected\n"

    def test_none(self):
        run("load", SAMPLES)
        assert run("rejects").stdout == "No rejects.\n"


class TestStatus:
    def test_the_table(self):
        run("load", SAMPLES)
        out = run("status").stdout
        assert "328 of 197 types" in out and "samples.ndjson" in out and "not checked" in out

    def test_check_finds_a_sound_file_sound(self):
        run("load", ODDITIES)
        assert "Integrity  sound" in run("status", "--check").stdout

    def test_check_finds_a_lost_event(self, tmp_path):
        import sqlite3

        run("load", SAMPLES)
        with sqlite3.connect(tmp_path / "audit.db") as connection:
            connection.execute('DELETE FROM "_event_cert_create"')
        out = run("status", "--check", exit_code=1).stdout
        assert "cert.create: 0 events found" in out

    def test_without_a_database(self):
        assert "no such audit database" in said(run("status", exit_code=1))


class TestSchema:
    def test_all_views_with_their_names(self):
        out = run("schema").stdout
        assert "cert_create: " in out and "windows_desktop_session_start: " in out

    def test_one_view_in_teleports_shape(self):
        (view,) = json.loads(run("schema", "cert_create", "--format", "json").stdout)["views"]
        assert set(view) == {"name", "desc", "columns"}
        assert view["columns"][0] == {
            "name": "event_date", "type": "date", "desc": view["columns"][0]["desc"]
        }  # fmt: skip
        assert all(column["desc"] for column in view["columns"])
        assert yaml.safe_load(run("schema", "cert.create", "--format", "yaml").stdout) == {
            "views": [view]
        }

    def test_names_ignore_case_as_in_sql(self, tmp_path):
        odd = {"event": "MyThing.Done", "time": TIME}
        load_log(tmp_path / "audit.db", write_log(tmp_path / "odd", [odd]))
        for name in ("MyThing_Done", "mything_done", "MyThing.Done", "CERT_CREATE"):
            assert run("schema", name).stdout

    def test_views_of_undocumented_types_once_they_are_there(self):
        assert "did you mean" in run("schema", "cert_creat", exit_code=1).stderr
        run("schema", "device", exit_code=1)
        run("load", SAMPLES)
        assert "user_user" in run("schema", "device").stdout
        out = run("schema", "events").stdout
        assert "event_data" in out and load_catalog().descriptions["uid"] in out

    def test_further_columns_when_all_are_asked_for(self, tmp_path):
        odd = {"event": "exec", "time": TIME, "user_kind": 1, "server_labels": {"env": "prod"}}
        load_log(tmp_path / "audit.db", write_log(tmp_path / "odd", [odd]))
        (view,) = json.loads(run("schema", "exec", "--format", "json").stdout)["views"]
        (whole,) = json.loads(run("schema", "exec", "--all", "--format", "json").stdout)["views"]
        further = whole["columns"][len(view["columns"]) :]
        assert whole["columns"][: len(view["columns"])] == view["columns"]
        assert {column["name"]: column["type"] for column in further} == {
            "user_kind": "bigint", "server_labels_env": "varchar",
            "kubernetes_labels": "map(varchar, varchar)", "server_labels": "map(varchar, varchar)",
        }  # fmt: skip


class TestQueryExec:
    @pytest.fixture(autouse=True)
    def _loaded(self, tmp_path):
        events = [
            {"event": "exec", "time": TIME, "user": user, "command": command, "ei": number}
            for number, (user, command) in enumerate(
                [("alice", "ls"), ("bob", 'a,b\n"c"'), (None, "=cmd()")]
            )
        ]
        load_log(tmp_path / "audit.db", write_log(tmp_path / "log", events))

    SQL = "SELECT user, command, ei FROM exec ORDER BY ei"
    AS_OF = ("--as-of", "2026-11-20")

    def test_json_is_what_tctl_prints(self):
        out = run("query", "exec", self.SQL, *self.AS_OF).stdout
        assert json.loads(out) == [
            {"data": ["user", "command", "ei"]}, {"data": ["alice", "ls", "0"]},
            {"data": ["bob", 'a,b\n"c"', "1"]}, {"data": ["", "=cmd()", "2"]},
        ]  # fmt: skip

    def test_yaml_holds_the_same(self):
        out = run("query", "exec", self.SQL, *self.AS_OF, "--format", "yaml").stdout
        as_json = run("query", "exec", self.SQL, *self.AS_OF).stdout
        assert yaml.safe_load(out) == json.loads(as_json)

    def test_csv(self):
        out = run("query", "exec", self.SQL, *self.AS_OF, "--format", "csv").stdout
        rows = list(csv.reader(io.StringIO(out)))
        assert rows[0] == ["user", "command", "ei"] and rows[2] == ["bob", 'a,b\n"c"', "1"]

    def test_table_keeps_a_row_on_a_line(self):
        out = run("query", "exec", self.SQL, *self.AS_OF, "--format", "table").stdout
        assert sum("bob" in line or '"c"' in line for line in out.splitlines()) == 1

    def test_the_query_may_come_on_standard_input(self):
        with_argument = run("query", "exec", self.SQL, *self.AS_OF).stdout
        assert run("query", "exec", *self.AS_OF, input=self.SQL).stdout == with_argument

    def test_days_and_as_of_set_what_is_seen(self):
        count = "SELECT count(*) AS n FROM exec"
        for options, n in [
            (("--as-of", "2026-11-20T09:59:59Z"), "0"),
            (("--as-of", "2026-11-20T10:00:00Z"), "3"),
            (("--as-of", "2026-11-27T10:00:00Z"), "3"),
            (("--as-of", "2026-11-27T10:00:00.001Z"), "0"),
            (("--as-of", "2026-11-27T10:00:00.001Z", "--days", "8"), "3"),
        ]:
            out = run("query", "exec", count, *options).stdout
            assert json.loads(out)[1] == {"data": [n]}, options

    def test_the_view_over_all_events(self):
        sql = "SELECT event_time, event, user, sid, event_data FROM events ORDER BY user LIMIT 1"
        (row,) = json.loads(run("query", "exec", sql, *self.AS_OF).stdout)[1:]
        assert row["data"][:4] == ["2026-11-20 10:00:00.000", "exec", "alice", ""]
        assert json.loads(row["data"][4])["command"] == "ls"

    def test_a_view_of_an_undocumented_type(self, tmp_path):
        odd = {"event": "odd.type", "time": TIME, "labels": {"env": "prod"}, "n": 5, "ok": True}
        load_log(tmp_path / "audit.db", write_log(tmp_path / "odd", [odd]))
        sql = "SELECT labels_env, n + 1 AS more, ok FROM odd_type WHERE n > 4"
        out = run("query", "exec", sql, *self.AS_OF).stdout
        assert json.loads(out)[1:] == [{"data": ["prod", "6", "true"]}]

    def test_sqlite_prints_a_translation_that_sqlite_runs(self, tmp_path):
        import sqlite3

        sql = "SELECT user, count(*) AS n FROM exec WHERE command LIKE 'l%' GROUP BY user"
        out = run("query", "exec", sql, *self.AS_OF, "--sqlite").stdout
        assert sqlite3.connect(tmp_path / "audit.db").execute(out).fetchall() == [("alice", 1)]

    def test_errors_say_what_where_and_what_is_near(self):
        error = said(run("query", "exec", "SELECT 1 FROM certificate_create", exit_code=1))
        assert "line 1:15" in error and "certificate_create" in error and "cert_create" in error
        error = said(run("query", "exec", "SELECT\n  usr FROM exec", exit_code=1))
        assert "line 2:3" in error and "usr" in error and "user" in error

    def test_wrong_use_exits_with_2(self):
        run("query", "exec", self.SQL, "--days", "0", exit_code=2)
        run("query", "exec", self.SQL, "--as-of", "yesterday", exit_code=2)
        run("query", "exec", self.SQL, "--format", "xml", exit_code=2)

    def test_days_without_end_are_all_days(self):
        out = run("query", "exec", "SELECT count(*) FROM exec", *self.AS_OF, "--days", 10**7).stdout
        assert json.loads(out) == [{"data": ["_col0"]}, {"data": ["3"]}]


def test_every_command_has_help_that_says_what_it_does():
    def walk(command, path):
        if hasattr(command, "commands"):
            for name, inner in command.commands.items():
                yield from walk(inner, [*path, name])
        yield path, command

    for path, command in walk(audit, []):
        assert command.help, path
        assert run(*path, "--help").stdout.startswith("Usage: ")
        for parameter in command.params:
            is_option = isinstance(parameter, click.Option)
            assert not is_option or parameter.help, (path, parameter.name)


HOSTILE = "\x1b[31m\x9b31m\x7f\u202e\u2066"


@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("status", "--check"),
        ("status", "--format", "json"),
        ("schema",),
        ("schema", "--format", "json"),
        ("rejects",),
        ("rejects", "--format", "json"),
        ("query", "exec", "SELECT * FROM type", "--as-of", "2026-11-20"),
        ("query", "exec", "SELECT * FROM type", "--as-of", "2026-11-20", "--format", "table"),
        ("query", "exec", "SELECT * FROM type", "--as-of", "2026-11-20", "--format", "yaml"),
        ("query", "exec", "SELECT * FROM type", "--sqlite"),
        ("schema", f"x{HOSTILE}"),
        ("export", "--event", f"x{HOSTILE}"),
        ("query", "exec", f'SELECT "{HOSTILE}" FROM exec'),
    ],
    ids=str,
)
def test_nothing_that_fools_a_terminal_comes_out(tmp_path, arguments):
    event = {"event": f"type{HOSTILE}", "time": TIME, f"k{HOSTILE}": 1, "v": f"v{HOSTILE}"}
    log = write_log(tmp_path / f"log{HOSTILE}.log", [event])
    log.write_bytes(log.read_bytes() + f"no event {HOSTILE}\n".encode())
    load_log(tmp_path / "audit.db", log)
    import sqlite3

    with sqlite3.connect(tmp_path / "audit.db") as connection:  # so that --check has to tell
        connection.execute('UPDATE "_event_types" SET "events" = 7')
        view = connection.execute('SELECT "view" FROM "_event_types"').fetchone()[0]
    words = [word.replace("FROM type", f'FROM "{view}"') for word in arguments]
    result = CliRunner().invoke(audit, words)
    assert not isinstance(result.exception, UnicodeError), result.exception
    assert "Traceback" not in result.output and result.output
    assert not set(result.output) & set(HOSTILE.replace("[31m", "").replace("31m", ""))


def test_a_full_disk_under_the_output_is_one_line():
    run("load", SAMPLES)
    with Path("/dev/full").open("w") as full:
        for command in (["export"], ["status"], ["query", "exec", "SELECT 1"]):
            out = subprocess.run(
                [sys.executable, "-m", "datasette", "audit", *command],
                stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            )  # fmt: skip
            assert out.returncode == 1
            assert out.stderr.startswith("Error: the output could not be written"), out.stderr
            assert out.stderr.count("\n") == 1


def test_datasette_has_the_command():
    out = subprocess.run(
        [sys.executable, "-m", "datasette", "audit", "--help"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in ("load", "query", "schema", "export", "rejects", "status", "demo"):
        assert f"  {name} " in out


def test_sqlite_utils_loads_through_the_same_code(tmp_path):
    out = subprocess.run(
        [sys.executable, "-m", "sqlite_utils", "load-audit-events", tmp_path / "audit.db", SAMPLES],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert out.startswith("328 read, 328 new, 0 duplicate, 0 rejected")
    assert run("load", SAMPLES).stdout.startswith("0 read")


def test_errors_are_one_line_in_sqlite_utils_too(tmp_path):
    out = subprocess.run(
        [sys.executable, "-m", "sqlite_utils", "load-audit-events", tmp_path / "a.db", "none.log"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert out.returncode == 1 and "Traceback" not in out.stderr and "none.log" in out.stderr
