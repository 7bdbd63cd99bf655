"""``datasette audit demo``: the report in the terminal, then a page and a link to sign in once."""

import http.cookiejar
import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from click.testing import CliRunner
from logs import SAMPLES, load_log

from datasette_access_monitoring.cli import audit
from datasette_access_monitoring.resources.canned import canned_reports


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATASETTE_AUDIT_DB", raising=False)


def test_it_prints_all_nine_sections_each_with_rows_and_advice():
    out = CliRunner().invoke(audit, ["demo", "--no-serve"])
    assert out.exit_code == 0, out.output
    (report,) = canned_reports()
    assert f"{report.title}, last 7 days" in out.stdout
    for query in report.queries:
        section = out.stdout.split(f"{query.title}\n{'-' * len(query.title)}\n")[1]
        header, _, first = section.splitlines()[:3]
        assert header.split()[:2] == ["event_date", "count"]
        assert re.match(r"2\d{3}-\d\d-\d\d +\d+  \S", first), query.title
        assert f"Suggestion: {query.suggestion}" in section
    assert re.search(r"[45],\d{3} read, [45],\d{3} new, 0 duplicate, 0 rejected", out.stdout)


def test_again_it_adds_only_what_the_month_gained():
    first = CliRunner().invoke(audit, ["demo", "--no-serve"]).stdout
    second = CliRunner().invoke(audit, ["demo", "--no-serve"]).stdout
    (stored,) = re.findall(r", ([\d,]+) new, 0 duplicate", first)
    (new, duplicate) = re.findall(r", (\d+) new, ([\d,]+) duplicate", second)[0]
    assert int(new) < 50 < int(duplicate.replace(",", "")) <= int(stored.replace(",", ""))


def test_a_database_with_a_real_log_is_refused(tmp_path):
    load_log(tmp_path / "audit.db", SAMPLES)
    out = CliRunner().invoke(audit, ["demo", "--no-serve", "--db", "audit.db"])
    assert out.exit_code == 1 and "never mixes with a real log" in out.stderr


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def status_of(opener, address):
    try:
        with opener.open(address, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_it_serves_the_database_to_who_has_the_link_and_to_nobody_else():
    port = free_port()
    command = [sys.executable, "-u", "-m", "datasette", "audit", "demo", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        link = next(line.strip() for line in process.stdout if "/-/auth-token?token=" in line)
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        signed_in, stranger = urllib.request.build_opener(cookies), urllib.request.build_opener()
        page = f"http://127.0.0.1:{port}/audit-demo/root_ssh_sessions.json?_shape=array&days=30"
        for _ in range(100):  # the link is printed a moment before the port is open
            try:
                assert status_of(signed_in, link)[0] == 200
                break
            except urllib.error.URLError:
                assert process.poll() is None
                time.sleep(0.1)
        status, body = status_of(signed_in, page)
        assert status == 200 and {"event_date", "count", "user"} == set(json.loads(body)[0])
        assert status_of(stranger, page)[0] == 403
        assert status_of(stranger, link)[0] == 403, "the link signs in once"
    finally:
        process.send_signal(
            signal.SIGTERM
        )  # as systemd and docker do; Ctrl-C is ignored behind "&"
        process.communicate(timeout=30)
    with pytest.raises(urllib.error.URLError):
        stranger.open(link)
