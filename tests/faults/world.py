"""What the tests of faults share: commands and servers in processes of their own, and limits.

``FAULTS=all`` makes the same tests large: a million bad lines, a reader that stays for a minute.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import resource
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from datasette_access_monitoring.store.database import open_for_reading
from datasette_access_monitoring.store.read import read_events
from datasette_access_monitoring.store.state import check_integrity

LONG = os.environ.get("FAULTS") == "all"
long_only = pytest.mark.skipif(not LONG, reason="takes long; FAULTS=all runs it")
API = "/-/access-monitoring"
SINK = f"{API}/ingest/events.log"
LAST_DAY = "2026-11-20"

Prepare = Callable[[], None]
"""What a process does to itself before it starts."""

# The peak is told by the process itself: what its parent had before the start does not count.
_RUNNER = """
import atexit, pathlib, sys
report = sys.argv.pop(1)
atexit.register(lambda: pathlib.Path(report).write_text(
    pathlib.Path("/proc/self/status").read_text()))
from datasette.cli import cli
cli(prog_name="datasette")
"""
_TOKENS = """
from datasette import hookimpl

@hookimpl
def actor_from_request(request):
    if request.headers.get("authorization") == "Bearer secret":
        return {"id": "event-handler", "roles": ["editor"]}
"""


def event(number: int, **more: Any) -> dict[str, Any]:
    """An event that no other number has, in the second of its number."""
    time_ = f"{LAST_DAY}T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z"
    return {"event": "exec", "time": time_, "n": number, "user": f"u{number % 50}", **more}


def write_events(path: Path, numbers: range, **more: Any) -> Path:
    """A log of these events, one a line."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(event(number, **more)) + "\n" for number in numbers)
    return path


def numbers_in(path: Path) -> Counter[int]:
    """How often each event is in the database, by its number; the database is sound."""
    with closing(open_for_reading(path)) as connection:
        assert check_integrity(connection) == []
        found = (json.loads(line) for line in read_events(connection, event="exec"))
        return Counter(one["n"] for one in found if "n" in one)


def each_once(numbers: range | set[int]) -> Counter[int]:
    """What ``numbers_in`` gives when nothing is lost and nothing doubled."""
    return Counter(dict.fromkeys(numbers, 1))


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended: how, what it said, and the most memory it had."""

    code: int
    out: str
    err: str
    peak_mib: float

    @property
    def error(self) -> str:
        """What it failed with: one line, and no traceback."""
        assert self.code == 1 and "Traceback" not in self.err, (self.code, self.err)
        (line,) = [one for one in self.err.splitlines() if one.startswith("Error: ")]
        return line


def command(*arguments: object) -> list[str]:
    """A ``datasette`` command."""
    return [sys.executable, "-m", "datasette", *map(str, arguments)]


def audit(db: Path, *arguments: object, prepare: Prepare | None = None) -> Ended:
    """Run a ``datasette audit`` command on a database, in a process of its own."""
    report = db.parent.parent / f"{db.name}.status"
    name, *rest = arguments
    words = ["-c", _RUNNER, report, "audit", name, "--db", db, *rest]
    if name in ("query", "report"):
        words = ["-c", _RUNNER, report, "audit", name, rest[0], "--db", db, *rest[1:]]
    ended = subprocess.run(
        [sys.executable, *map(str, words)], capture_output=True, text=True, timeout=600,
        preexec_fn=prepare,
    )  # fmt: skip
    peak = re.search(r"VmHWM:\s+(\d+) kB", report.read_text())
    return Ended(ended.returncode, ended.stdout, ended.stderr, int(peak[1]) / 1024 if peak else 0)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer over HTTP."""

    status: int
    text: str
    headers: Mapping[str, str]


class Server:
    """A ``datasette serve`` in a process of its own, and somebody who may do everything."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process, self.port, self._log = process, port, log

    def request(
        self, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}
    ) -> Answer:
        """Ask for a page, or send a body."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", body,
            {"authorization": "Bearer secret", **headers},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                return Answer(response.status, response.read().decode(), dict(response.headers))
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode(), dict(error.headers))

    def push(self, *events: Mapping[str, Any]) -> Answer:
        """Send events, as Teleport's event handler does."""
        return self.request(SINK, "\n".join(map(json.dumps, events)).encode())

    @property
    def log(self) -> str:
        """What it has said on its stderr."""
        return self._log.read_text("utf-8", "replace")

    @property
    def peak_mib(self) -> float:
        """The most memory it has had so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        peak = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert peak is not None
        return int(peak[1]) / 1024


@contextmanager
def served(db: Path, *options: str, prepare: Prepare | None = None) -> Iterator[Server]:
    """A server over a database; its plugins and its log lie two folders above the file.

    ``options`` stand before the database.
    """
    home = db.parent.parent
    (home / "plugins").mkdir(exist_ok=True)
    (home / "plugins" / "tokens.py").write_text(_TOKENS, "utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command("serve", *options, db, "--plugins-dir", home / "plugins", "--port", port),
            cwd=home, stdout=log, stderr=log, preexec_fn=prepare,
        )  # fmt: skip
    server = Server(process, port, home / "server.log")
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                assert server.request("/-/versions.json").status == 200
                break
            except (urllib.error.URLError, ConnectionError):
                assert process.poll() is None, server.log
                assert time.monotonic() < deadline, server.log
                time.sleep(0.05)
        yield server
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """Where the database of a test is to be: in a folder of its own."""
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "audit.db"


def file_limit(most: int) -> Prepare:
    """Files get no longer than this many bytes, as with a quota."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    return limit


def bound_by_permissions() -> None:
    """Root, too, writes only where the permissions of a file say so.

    Taking CAP_DAC_OVERRIDE away is allowed where taking away is (CAP_SETPCAP): on a bare machine
    and in a usual container.
    """
    if os.geteuid() == 0 and ctypes.CDLL(None).prctl(24, 1, 0, 0, 0) != 0:
        raise OSError("root's power over permissions cannot be taken away here")
