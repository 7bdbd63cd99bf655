"""``datasette audit report``: what each command prints, also while a run is under way."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from cli_support import run, said
from conftest import write_audit_database

PAR = "privileged_access_report"
EVENTS = [
    {"event": "exec", "time": f"2026-11-{day}T10:00:00Z", "user": user, "proto": "kube"}
    for day, user in ((18, "alice"), (19, "alice"), (19, "bob"))
]
AS_OF = ("--as-of", "2026-11-20")
# Counts about 10^9 combinations: longer than any test, and a limit of the engine ends it.
SLOW = "SELECT count(*) FROM exec a, exec b, exec c, exec d, exec e, exec f"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATASETTE_AUDIT_DB", raising=False)
    monkeypatch.setenv("LOGNAME", "alice")
    write_audit_database(tmp_path / "audit.db", EVENTS)


def create_report(name: str, *queries: str) -> None:
    listed = [{"name": f"q{index}", "query": query} for index, query in enumerate(queries)]
    document = {"kind": "security_report", "metadata": {"name": name}, "spec": {"queries": listed}}
    run("create", "-", input=json.dumps(document))


def test_ls_has_what_ships_and_what_was_created() -> None:
    create_report("mine", "SELECT 1")
    names = [one["metadata"]["name"] for one in yaml.safe_load_all(run("report", "ls").stdout)]
    assert names == ["mine", PAR]
    assert len(json.loads(run("report", "ls", "--format", "json").stdout)) == 2
    assert PAR in run("report", "ls", "--format", "text").stdout


def test_run_is_silent_and_get_and_state_tell_what_it_found() -> None:
    assert run("report", "run", PAR, *AS_OF).output == ""
    state = yaml.safe_load(run("report", "state", PAR, *AS_OF).stdout)
    assert state["metadata"]["name"] == f"{PAR}_7_days"
    assert state["spec"]["status"] == "READY"
    document = yaml.safe_load(run("report", "get", PAR, *AS_OF).stdout)
    assert json.loads(run("report", "get", PAR, *AS_OF, "--format", "json").stdout) == document
    found = {
        section["audit_query"]["name"]: [row["data"] for row in section["result"]["rows"]]
        for section in document["audit_query_results"]
    }
    assert len(found) == 9
    assert found["kube_execs"] == [
        ["2026-11-18", "1", "alice"],
        ["2026-11-19", "1", "alice"],
        ["2026-11-19", "1", "bob"],
    ]


def test_days_and_the_moment_tell_runs_apart() -> None:
    run("report", "run", PAR, *AS_OF, "--days", "2")
    text = run("report", "get", PAR, *AS_OF, "--days", "2", "--format", "text").stdout
    assert "last 2 days as of 2026-11-20T23:59:59.999Z" in text
    assert "2026-11-19" in text and "2026-11-18" not in text
    error = said(run("report", "get", PAR, *AS_OF, exit_code=1))
    assert "has no result over 7 days" in error
    assert f"datasette audit report run {PAR} --days 7" in error
    assert "never run" in said(run("report", "state", PAR, "--days", "2", exit_code=1))


def test_csv_is_one_query() -> None:
    run("report", "run", PAR, *AS_OF)
    out = run("report", "get", PAR, *AS_OF, "--format", "csv", "--query", "kube_execs").stdout
    assert list(csv.reader(io.StringIO(out)))[:2] == [
        ["event_date", "count", "user"],
        ["2026-11-18", "1", "alice"],
    ]
    wrong = run("report", "get", PAR, *AS_OF, "--format", "csv", exit_code=2)
    assert "--query: db_sessions_weak_security, " in wrong.stderr
    assert "no query 'x'" in said(run("report", "get", PAR, *AS_OF, "--query", "x", exit_code=1))


def test_a_failed_section_is_told_and_ends_run_with_an_error() -> None:
    create_report("mine", "SELECT 1 AS one", "SELECT x FROM nowhere")
    error = said(run("report", "run", "mine", exit_code=1))
    assert "report 'mine' failed: q1: line 1:15: no view 'nowhere'" in error
    assert yaml.safe_load(run("report", "state", "mine").stdout)["spec"]["status"] == "FAILED"
    result = run("report", "get", "mine", "--format", "json")
    first, second = json.loads(result.stdout)["audit_query_results"]
    assert first["result"]["rows"] == [{"data": ["1"]}]
    assert second["result"]["rows"] == [] and "no view" in second["error"]
    assert result.stderr.startswith("Note: q1 failed: line 1:15: no view")


def test_history_lists_runs_and_get_gives_any_of_them() -> None:
    create_report("mine", "SELECT count(*) AS count FROM exec")
    run("report", "run", "mine", *AS_OF)
    run("report", "run", "mine", *AS_OF, "--days", "1")
    runs = json.loads(run("report", "history", "mine", "--format", "json").stdout)["runs"]
    assert [(one["days"], one["status"], one["started_by"]) for one in runs] == [
        (1, "READY", "alice"),
        (7, "READY", "alice"),
    ]
    text = run("report", "get", "mine", "--run", runs[1]["id"], "--format", "text").stdout
    assert "last 7 days" in text and "\n    3\n" in text
    assert run("report", "history", "mine").stdout.count("READY") == 2
    wrong = said(run("report", "get", PAR, "--run", runs[0]["id"], exit_code=1))
    assert "is one of report 'mine'" in wrong


def test_a_report_that_is_not_there() -> None:
    for command in ("run", "state", "get", "history"):
        assert said(run("report", command, "x", exit_code=1)) == (
            "Error: there is no security_report 'x'\n"
        )


def test_what_people_type_is_shown_harmlessly() -> None:
    create_report("mine", "SELECT 'a\u202eb' AS c, user FROM exec LIMIT 1")
    run("report", "run", "mine", *AS_OF)
    for form in ("yaml", "json", "text"):
        out = run("report", "get", "mine", *AS_OF, "--format", form).stdout
        assert "\u202e" not in out and "\\u202e" in out


class TestInTheBackground:
    def test_it_has_begun_when_the_command_ends_and_is_ready_in_the_end(self) -> None:
        assert run("report", "run", PAR, *AS_OF, "--no-wait").output == ""
        seen = []
        deadline = time.monotonic() + 60
        while "READY" not in seen and time.monotonic() < deadline:
            state = yaml.safe_load(run("report", "state", PAR, *AS_OF).stdout)
            seen.append(state["spec"]["status"])
        assert seen[-1] == "READY" and "FAILED" not in seen

    def test_one_that_is_under_way_is_not_started_twice_and_killed_it_has_failed(self) -> None:
        write_audit_database(
            Path("audit.db"), [{**EVENTS[0], "uid": str(number)} for number in range(30)]
        )
        create_report("slow", "SELECT 1", SLOW)
        process = subprocess.Popen(
            [sys.executable, "-m", "datasette", "audit", "report", "run", "slow", *AS_OF],
            env=os.environ, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wait_for("RUNNING", "slow")
            run("report", "run", "slow", *AS_OF, "--no-wait")
            runs = json.loads(run("report", "history", "slow", "--format", "json").stdout)["runs"]
            assert len(runs) == 1
        finally:
            process.kill()
            process.wait()
        state = yaml.safe_load(run("report", "state", "slow", *AS_OF).stdout)["spec"]
        assert state["status"] == "FAILED"
        assert state["error"] == "the process that ran it ended before it was done"
        error = said(run("report", "get", "slow", *AS_OF, exit_code=1))
        assert "has no result" in error

    def test_what_keeps_it_from_beginning_is_told(self) -> None:
        create_report("mine", "SELECT 1")
        Path("audit.db").chmod(0o600)
        assert "no security_report 'x'" in said(run("report", "run", "x", "--no-wait", exit_code=1))


def wait_for(status: str, name: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        result = run_state(name)
        if result == status:
            return
        time.sleep(0.05)
    raise AssertionError(f"{name} is not {status}")


def run_state(name: str) -> str | None:
    from click.testing import CliRunner

    from datasette_access_monitoring.cli import audit

    result = CliRunner().invoke(audit, ["report", "state", name, *AS_OF])
    return yaml.safe_load(result.stdout)["spec"]["status"] if result.exit_code == 0 else None
