"""``datasette audit create``, ``get``, ``rm`` and ``query``: the words and documents of tctl."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
import yaml
from cli_support import run, said
from test_resource_documents import MY_ROLE, TELEPORT

from datasette_access_monitoring.resources.shipped import shipped
from datasette_access_monitoring.store import database


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATASETTE_AUDIT_DB", raising=False)
    monkeypatch.setenv("LOGNAME", "alice")


def events(*columns: str) -> list[list[str]]:
    """What the log's own events say; asking for them is one more, and left out here."""
    picked = ", ".join(f"json_extract(event_data, '$.\"{c}\"')" for c in ("event", *columns))
    connection = sqlite3.connect("audit.db")
    rows = connection.execute(f"SELECT {picked} FROM events ORDER BY event_time").fetchall()
    connection.close()
    return [list(row) for row in rows]


class TestCreate:
    def test_what_a_cluster_exports_loads_as_it_is_and_comes_back_out(self) -> None:
        names = ["audit_query.yaml", "security_report.yaml", "role.yaml"]
        out = run("create", *(TELEPORT / name for name in names)).stdout
        assert out.splitlines() == [
            'audit_query "etc-passwd" has been created',
            'security_report "night_report" has been created',
            'role "night-auditor" has been created',
        ]
        for name, reference in zip(
            names, ("audit_query/etc-passwd", "security_report/night_report", "role/night-auditor"),
            strict=True,
        ):  # fmt: skip
            given = yaml.safe_load((TELEPORT / name).read_text("utf-8"))
            got = yaml.safe_load(run("get", reference).stdout)
            for document in (given, got):
                document["metadata"].pop("revision")
                document["metadata"].pop("expires", None)
            assert got == given

    def test_a_report_comes_from_json_too_and_goes_out_as_json(self) -> None:
        run("create", "-f", TELEPORT / "security_report.json")
        (got,) = json.loads(run("get", "security_report/night_report", "--format", "json").stdout)
        (given,) = json.loads((TELEPORT / "security_report.json").read_text("utf-8"))
        assert got["spec"] == given["spec"]

    def test_several_documents_and_standard_input(self) -> None:
        text = MY_ROLE + "---\n" + MY_ROLE.replace("my-role", "other")
        assert run("create", "-", input=text).stdout == (
            'role "my-role" has been created\nrole "other" has been created\n'
        )
        assert events("name", "user", "via") == [
            ["secreports.role.create", "my-role", "alice", "cli"],
            ["secreports.role.create", "other", "alice", "cli"],
        ]

    def test_again_it_is_unchanged_and_another_needs_force(self) -> None:
        run("create", "-", input=MY_ROLE)
        assert run("create", "-", input=MY_ROLE).stdout == 'role "my-role" is unchanged\n'
        wider = MY_ROLE.replace("- use", "- '*'")
        error = said(run("create", "-", input=wider, exit_code=1))
        assert error == "Error: role 'my-role' already exists; replace it with --force\n"
        assert run("create", "-", "--force", input=wider).stdout == (
            'role "my-role" has been updated\n'
        )
        assert [event for (event,) in events()] == [
            "secreports.role.create",
            "secreports.role.update",
        ]

    def test_a_mistake_in_the_last_document_stops_the_first(self, tmp_path: Path) -> None:
        (tmp_path / "roles.yaml").write_text(MY_ROLE + "---\nkind: rol\n", "utf-8")
        error = said(run("create", "-f", "roles.yaml", exit_code=1))
        assert error.startswith("Error: roles.yaml: line 15: kind: is 'rol'; known kinds: ")
        assert not (tmp_path / "audit.db").exists()

    def test_a_query_that_does_not_run_here_yet_is_kept_and_that_is_said(self) -> None:
        text = "kind: audit_query\nmetadata: {name: q}\nspec: {query: SELECT a FROM app_x}\n"
        result = run("create", "-", input=text)
        assert result.stdout == 'audit_query "q" has been created\n'
        assert result.stderr.startswith('Note: audit_query "q": does not run on this database yet')
        assert "line 1:15: no view" in result.stderr

    def test_files_that_cannot_be(self, tmp_path: Path) -> None:
        assert "none.yaml: cannot be read" in said(run("create", "none.yaml", exit_code=1))
        (tmp_path / "empty.yaml").write_text("---\n", "utf-8")
        assert "no document in empty.yaml" in said(run("create", "empty.yaml", exit_code=1))
        assert "standard input" in run("create", exit_code=2).stderr


class TestGet:
    @pytest.mark.parametrize("key", list(shipped()), ids=lambda key: "/".join(key))
    def test_what_ships_is_taken_back_as_it_is(self, key: tuple[str, str]) -> None:
        run("create", "-", input=MY_ROLE)
        text = run("get", f"{key[0].value}/{key[1]}").stdout
        assert run("create", "-", input=text).stdout == f'{key[0].value} "{key[1]}" is unchanged\n'
        altered = text.replace("version: v", "sub_kind: other\nversion: v")
        error = said(run("create", "--force", "-", input=altered, exit_code=1))
        assert "ships with the plugin and cannot be changed; copy it under another name" in error
        copy = altered.replace(f"name: {key[1]}", "name: copy")
        assert "has been created" in run("create", "-", input=copy).stdout

    def test_all_of_a_kind_by_either_of_its_names(self) -> None:
        run("create", "-", input=MY_ROLE)
        text = run("get", "roles").stdout
        assert [role["metadata"]["name"] for role in yaml.safe_load_all(text)] == [
            "auditor",
            "editor",
            "my-role",
        ]
        assert run("get", "role").stdout == text
        assert len(json.loads(run("get", "role", "--format", "json").stdout)) == 3

    def test_text_is_a_table_with_tctls_headers(self) -> None:
        run("create", "-", input=MY_ROLE)
        lines = run("get", "role", "--format", "text").stdout.splitlines()
        assert lines[0].split("  ")[0] == "Role" and "Access to resources" in lines[0]
        assert "my-role  security_report,audit_query:list,read,use" in " ".join(lines[-1:])
        assert lines[-1].endswith("alice")
        header = run("get", "security_report", "--format", "text").stdout.splitlines()[0]
        for name in ("Name", "Title", "Audit Queries", "Description"):
            assert name in header

    def test_none_of_that_name_or_kind(self) -> None:
        run("create", "-", input=MY_ROLE)
        assert said(run("get", "role/x", exit_code=1)) == "Error: there is no role 'x'\n"
        assert "no kind 'user'; kinds: audit_query" in run("get", "user/x", exit_code=2).stderr
        assert "lacks the name" in run("get", "role/", exit_code=2).stderr

    def test_a_database_that_is_not_there_is_not_made(self, tmp_path: Path) -> None:
        for command in (["get", "role"], ["rm", "role/x"], ["query", "ls"]):
            assert "no such audit database" in said(run(*command, exit_code=1))
        assert not (tmp_path / "audit.db").exists()


class TestRm:
    def test_what_is_stored(self) -> None:
        run("create", "-", input=MY_ROLE)
        assert run("rm", "role/my-role").stdout == 'role "my-role" has been deleted\n'
        assert "no role 'my-role'" in said(run("rm", "role/my-role", exit_code=1))
        assert events("name")[-1] == ["secreports.role.delete", "my-role"]

    def test_what_ships_stays(self) -> None:
        run("create", "-", input=MY_ROLE)
        assert "ships with the plugin" in said(run("rm", "role/auditor", exit_code=1))
        assert "role/NAME" in run("rm", "role", exit_code=2).stderr


class TestQuery:
    def test_create_is_silent_and_get_ls_and_rm_are_tctls(self) -> None:
        sql = "SELECT\n\tuser\nFROM exec"
        assert run("query", "create", sql, "--name", "mine", "--title", "T",
                   "--description", "D").output == ""  # fmt: skip
        got = yaml.safe_load(run("query", "get", "mine").stdout)
        assert got["spec"] == {"name": "mine", "title": "T", "description": "D", "query": sql}
        assert (got["kind"], got["version"]) == ("audit_query", "v1")
        assert run("query", "ls").stdout == run("query", "get", "mine").stdout
        assert run("query", "rm", "mine").output == ""
        assert run("query", "ls").stdout == "[]\n"
        assert run("query", "ls", "--format", "json").stdout == "[]\n"

    def test_create_reads_standard_input_and_needs_a_name(self) -> None:
        run("query", "create", "--name", "mine", input="SELECT 1\n")
        assert yaml.safe_load(run("query", "get", "mine").stdout)["spec"]["query"] == "SELECT 1\n"
        assert "--name" in run("query", "create", "SELECT 1", exit_code=2).stderr
        assert "--force" in said(run("query", "create", "SELECT 2", "--name", "mine", exit_code=1))
        run("query", "create", "SELECT 2", "--name", "mine", "--force")

    def test_a_wrong_name_or_query_is_refused(self) -> None:
        assert "metadata.name" in said(
            run("query", "create", "SELECT 1", "--name", "a\u202eb", exit_code=1)
        )
        assert "spec.query" in said(run("query", "create", "  ", "--name", "a", exit_code=1))


class TestSelfAudit:
    def test_a_query_run_is_an_event_also_one_that_fails(self) -> None:
        run("create", "-", input=MY_ROLE)
        run("query", "exec", "SELECT event FROM events", "--days", "3", "--as-of", "2026-11-20")
        run("query", "exec", "SELECT nothing", exit_code=1)
        run("query", "exec", "SELECT 1", "--sqlite")  # prints, and runs nothing
        columns = ("user", "query", "days", "as_of", "success", "rows", "error")
        assert events(*columns)[1:] == [
            ["secreports.audit.query.run", "alice", "SELECT event FROM events", 3,
             "2026-11-20T23:59:59.999Z", 1, 0, None],
            ["secreports.audit.query.run", "alice", "SELECT nothing", 7, None, 0, None,
             "line 1:8: Column 'nothing' cannot be resolved"],
        ]  # fmt: skip

    def test_the_event_is_in_its_view(self) -> None:
        run("query", "create", "SELECT 1", "--name", "mine")
        run("query", "exec", "SELECT 1 AS one")
        out = run("query", "exec", "SELECT user, query FROM secreports_audit_query_run").stdout
        assert json.loads(out)[1:] == [{"data": ["alice", "SELECT 1 AS one"]}]

    def test_an_export_is_an_event_that_it_does_not_hold_itself(self) -> None:
        run("create", "-", input=MY_ROLE)
        first = run("export", "--days", "30").stdout
        assert [json.loads(line)["event"] for line in first.splitlines()] == [
            "secreports.role.create"
        ]
        second = run("export", "--event", "secreports.events.export").stdout
        (event,) = map(json.loads, second.splitlines())
        assert (event["user"], event["days"], event["path"]) == ("alice", 30, "events")

    def test_a_log_that_cannot_be_written_is_read_and_that_is_said(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run("query", "create", "SELECT 1", "--name", "mine")
        monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
        writer = sqlite3.connect(tmp_path / "audit.db", isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        result = run("query", "exec", "SELECT 1")
        writer.close()
        assert json.loads(result.stdout) == [{"data": ["_col0"]}, {"data": ["1"]}]
        assert result.stderr.startswith("Note: this is not recorded in the log: ")
        assert result.stderr.count("\n") == 1
