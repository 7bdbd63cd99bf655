"""A real server, as an operator starts it: the documentation's role, and a server that is killed.

The role is loaded by ``datasette audit create -f`` and given to an actor by the configuration;
requests come over a socket.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import told, write_audit_database
from itsdangerous import URLSafeSerializer
from test_resource_documents import MY_ROLE

from datasette_access_monitoring.store.state import check_integrity

SECRET = "a secret of this test"
API = "/-/access-monitoring"
PAR = f"{API}/reports/privileged_access_report"
EVENTS = [
    {"event": "exec", "time": "2026-11-20T10:00:00Z", "user": f"u{n}", "proto": "kube"}
    for n in range(40)
]
CONFIG = {
    "plugins": {"datasette-access-monitoring": {"actors": {"mia": ["my-role"], "ed": ["editor"]}}}
}
OPENED = [
    API,
    f"{API}.json",
    f"{API}/query.json?sql=SELECT+user+FROM+exec",
    f"{API}/query.csv?sql=SELECT+user+FROM+exec",
    f"{API}/schema.json",
    f"{API}/queries.json",
    f"{API}/queries/saved.json",
    f"{API}/reports.json",
    f"{PAR}.json",
    f"{PAR}/result.json?as_of=2026-11-20",
    f"{PAR}/runs.json",
    "/audit/kube_execs",
    "/audit/kube_execs.json?days=30",
]
CLOSED = [
    f"{API}/roles",
    f"{API}/roles.json",
    f"{API}/roles/auditor.json",
    "/audit",
    "/audit.json",
    "/audit/exec",
    "/audit/exec.json",
    "/audit/exec.csv",
    "/audit/_resources.json",
    "/audit.json?sql=select+1",
    "/audit.db",
]


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Server:
    """A ``datasette serve`` in a process of its own."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], port: int) -> None:
        self.folder, self.process, self.port = folder, process, port
        self._opener = urllib.request.build_opener(NoRedirects)

    def request(
        self, path: str, actor: str | None = None, method: str = "GET", body: Any = None
    ) -> tuple[int, str]:
        headers = {}
        if actor:
            signer = URLSafeSerializer(SECRET, "actor")
            headers["cookie"] = f"ds_actor={signer.dumps({'a': {'id': actor}})}"
        if body is not None:
            token = URLSafeSerializer(SECRET, "csrftoken").dumps("t")
            headers["content-type"] = "application/json"
            headers["x-csrftoken"] = token
            headers["cookie"] = f"{headers.get('cookie', '')}; ds_csrftoken={token}"
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            headers=headers,
            data=None if body is None else json.dumps(body).encode(),
        )
        try:
            with self._opener.open(request, timeout=60) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    (folder / "metadata.json").write_text(json.dumps(CONFIG), "utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "datasette", "serve", "audit.db", "-m", "metadata.json",
         "--port", str(port), "--secret", SECRET],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    server = Server(folder, process, port)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                assert server.request("/-/versions.json")[0] == 200
                break
            except (urllib.error.URLError, ConnectionError):
                assert time.monotonic() < deadline and process.poll() is None
                time.sleep(0.1)
        yield server
    finally:
        process.kill()
        process.wait()


def audit(folder: Path, *arguments: str, **options: Any) -> str:
    command = [sys.executable, "-m", "datasette", "audit", *arguments, "--db", "audit.db"]
    return subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True, **options
    ).stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_audit_database(tmp_path / "audit.db", EVENTS)
    (tmp_path / "my-role.yaml").write_text(MY_ROLE, "utf-8")
    audit(tmp_path, "query", "create", "SELECT user FROM exec", "--name", "saved")
    audit(tmp_path, "report", "run", "privileged_access_report", "--as-of", "2026-11-20")
    return tmp_path


def test_the_documentations_role_opens_what_it_says_and_nothing_else(folder: Path) -> None:
    with served(folder) as server:
        # Without the role, all of it is refused: to a stranger, and to who will have it.
        for path in [*OPENED, *CLOSED]:
            for who in (None, "mia"):
                status, text = server.request(path, who)
                assert status == 403, (path, who)
                assert "u1" not in text
        assert audit(folder, "create", "-f", "my-role.yaml") == 'role "my-role" has been created\n'
        for path in OPENED:
            status, _ = server.request(path, "mia")
            assert status in (200, 302), path
            assert server.request(path, "bob")[0] == 403
        for path in CLOSED:
            assert server.request(path, "mia")[0] == 403, path
        rows = json.loads(server.request(f"{OPENED[2]}&as_of=2026-11-20", "mia")[1])["rows"]
        assert len(rows) == len(EVENTS)
        run = server.request(f"{PAR}/run.json", "mia", "POST", {"wait": True})
        assert (run[0], json.loads(run[1])["run"]["status"]) == (200, "READY")
        for method, path in (
            ("POST", f"{API}/queries.json"),
            ("PUT", f"{API}/queries/saved.json"),
            ("DELETE", f"{API}/queries/saved.json"),
            ("POST", f"{API}/roles.json"),
        ):
            assert server.request(path, "mia", method, {})[0] == 403
        audit(folder, "rm", "role/my-role")
        assert {server.request(path, "mia")[0] for path in OPENED} == {403}


def test_a_server_that_is_killed_leaves_its_run_failed_and_all_else_whole(folder: Path) -> None:
    slow = "SELECT count(*) FROM exec a, exec b, exec c, exec d, exec e, exec f"
    queries = [{"name": "quick", "query": "SELECT 1"}, {"name": "slow", "query": slow}]
    report = {"kind": "security_report", "metadata": {"name": "slow"}, "spec": {"queries": queries}}
    with served(folder) as server:
        assert server.request(f"{API}/reports.json", "ed", "POST", report)[0] == 201
        order = {"as_of": "2026-11-20"}
        status, text = server.request(f"{API}/reports/slow/run.json", "ed", "POST", order)
        assert (status, json.loads(text)["run"]["status"]) == (202, "RUNNING")
        state = yaml.safe_load(audit(folder, "report", "state", "slow", "--as-of", "2026-11-20"))
        assert state["spec"]["status"] == "RUNNING"
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
    state = yaml.safe_load(audit(folder, "report", "state", "slow", "--as-of", "2026-11-20"))
    assert state["spec"]["status"] == "FAILED"
    with served(folder) as server:
        status, text = server.request(f"{API}/reports/slow/state.json?as_of=2026-11-20", "ed")
        assert (status, json.loads(text)["state"]["spec"]["status"]) == (200, "FAILED")
    import sqlite3

    connection = sqlite3.connect(folder / "audit.db")
    assert check_integrity(connection) == []
    connection.close()
    assert [e["report"] for e in told(folder / "audit.db", "secreports.report.run")] == [
        "privileged_access_report"
    ]


def test_a_server_that_is_told_to_stop_does_not_wait_for_a_report(folder: Path) -> None:
    slow = "SELECT count(*) FROM exec a, exec b, exec c, exec d, exec e, exec f"
    spec = {"queries": [{"name": "slow", "query": slow}]}
    report = {"kind": "security_report", "metadata": {"name": "slow"}, "spec": spec}
    with served(folder) as server:
        server.request(f"{API}/reports.json", "ed", "POST", report)
        server.request(f"{API}/reports/slow/run.json", "ed", "POST", {"as_of": "2026-11-20"})
        server.process.terminate()
        assert server.process.wait(timeout=20) is not None
    state = yaml.safe_load(audit(folder, "report", "state", "slow", "--as-of", "2026-11-20"))
    assert state["spec"]["status"] == "FAILED"
