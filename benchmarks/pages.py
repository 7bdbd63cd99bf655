"""How long pages take over a big audit database, as a browser waits for them.

    python benchmarks/generate.py 1000000 log.ndjson
    datasette audit load --db big.db log.ndjson
    python benchmarks/pages.py big.db [rounds]

Serves the database with this environment's Datasette, signs in as root, runs the report once,
and asks for every page in turn, round by round.  Prints the median and the slowest answer of each
in milliseconds, and the same as one line of JSON.  The database gets the events of the looks.
"""

from __future__ import annotations

import json
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import datasette

HOME = "/-/access-monitoring"
REPORT = f"{HOME}/reports/privileged_access_report"
PAGES = {
    "overview": HOME,
    "events, newest": f"{HOME}/events?days=30",
    "events of a user": f"{HOME}/events?days=30&user=bob.demo",
    "events of a type": f"{HOME}/events?days=30&type=session.start",
    "query, empty": f"{HOME}/query",
    "query, SELECT 1": f"{HOME}/query?sql=SELECT+1",
    "query, a view and the functions": f"{HOME}/query?view=exec&functions=1",
    "reports": f"{HOME}/reports",
    "a report": f"{REPORT}?days=7",
    "saved queries": f"{HOME}/queries",
    "new query": f"{HOME}/new-query",
    "roles": f"{HOME}/roles",
    "a role": f"{HOME}/roles/auditor",
    "new role": f"{HOME}/new-role",
}
LIMIT_MS = 300


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(database: Path) -> Iterator[tuple[str, str]]:
    """Datasette over the database: its address, and the link that signs in as root."""
    port = free_port()
    command = [sys.executable, "-u", "-m", "datasette", "serve", str(database), "--root"]
    server = subprocess.Popen(
        [*command, "--port", str(port)], stdout=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        assert server.stdout is not None
        link = next(line.strip() for line in server.stdout if "auth-token" in line)
        base = f"http://127.0.0.1:{port}"
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield base, link
    finally:
        server.terminate()
        server.wait(30)


class Visitor:
    """Who keeps cookies, and has signed in as root by the link."""

    def __init__(self, base: str, link: str) -> None:
        self._base = base
        self._opener = build_opener(HTTPCookieProcessor())
        self._opener.open(link).read()

    def get(self, address: str) -> str:
        return self._opener.open(self._base + address, timeout=120).read().decode()

    def post(self, address: str, form: dict[str, str]) -> None:
        self._opener.open(self._base + address, urlencode(form).encode(), timeout=120).read()

    def milliseconds(self, address: str) -> float:
        start = time.perf_counter()
        self.get(address)
        return (time.perf_counter() - start) * 1000


def run_report(visitor: Visitor) -> None:
    page = visitor.get(f"{REPORT}?days=7")
    token = re.search(r'name="csrftoken" value="([^"]*)"', page)
    visitor.post(f"{REPORT}?days=7", {"csrftoken": token[1] if token else ""})
    while '"RUNNING"' in visitor.get(f"{REPORT}/state.json?days=7"):
        time.sleep(0.5)


def main(database: Path, rounds: int) -> None:
    taken: dict[str, list[float]] = {name: [] for name in PAGES}
    with served(database) as (base, link):
        visitor = Visitor(base, link)
        run_report(visitor)
        for _ in range(rounds):
            for name, address in PAGES.items():
                taken[name].append(visitor.milliseconds(address))
    print(f"Datasette {datasette.__version__}, {rounds} rounds, limit {LIMIT_MS} ms")
    for name, times in taken.items():
        median = statistics.median(times)
        mark = "" if median < LIMIT_MS else "  over the limit"
        print(f"{name:34} median {median:7.1f} ms  slowest {max(times):7.1f} ms{mark}")
    print(json.dumps({name: round(statistics.median(times), 1) for name, times in taken.items()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 15)
