"""A server that is killed while events are pushed to it: whatever it said is stored, is.

``INGEST_KILLS`` is how often it is killed, 3 times unless said.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from conftest import write_audit_database

from datasette_access_monitoring.store.database import open_for_reading, open_for_writing
from datasette_access_monitoring.store.read import read_events
from datasette_access_monitoring.store.state import check_integrity

KILLS = int(os.environ.get("INGEST_KILLS", "3"))
CLIENTS = 6
PLUGIN = """
from datasette import hookimpl

@hookimpl
def actor_from_request(request):
    if request.headers.get("authorization") == "Bearer secret":
        return {"id": "event-handler", "roles": ["editor"]}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(folder: Path, port: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-m", "datasette", "serve", "audit.db", "--plugins-dir", "plugins",
         "--port", str(port)],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        assert process.poll() is None
        time.sleep(0.05)
    raise AssertionError("the server did not start")


class Client(threading.Thread):
    """Pushes events one after the other, every third twice, until the server is gone."""

    def __init__(self, port: int, name: str) -> None:
        super().__init__(name=name)
        self._address = f"http://127.0.0.1:{port}/-/access-monitoring/ingest/events.log"
        self.stored: list[str] = []

    def run(self) -> None:
        for number in range(100_000):
            event = {"event": "exec", "time": "2026-11-20T10:00:00Z", "n": f"{self.name}-{number}"}
            for _ in range(2 if number % 3 == 0 else 1):
                try:
                    self._push(event)
                except (OSError, URLError):
                    return

    def _push(self, event: dict[str, str]) -> None:
        request = Request(self._address, json.dumps(event).encode(),
                          {"authorization": "Bearer secret"})  # fmt: skip
        with urlopen(request, timeout=60) as response:
            if response.status == 200:
                self.stored.append(event["n"])


def names_in(path: Path) -> Counter[str]:
    connection = open_for_reading(path)
    events = [json.loads(line) for line in read_events(connection, event="exec")]
    connection.close()
    return Counter(one["n"] for one in events)


def test_every_event_that_was_said_to_be_stored_is_there_once(tmp_path):
    write_audit_database(tmp_path / "audit.db", [])
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "tokens.py").write_text(PLUGIN, "utf-8")
    pause = random.Random(7)
    said: set[str] = set()
    for kill in range(KILLS):
        port = free_port()
        process = serve(tmp_path, port)
        clients = [Client(port, f"{kill}-{number}") for number in range(CLIENTS)]
        for client in clients:
            client.start()
        deadline = time.monotonic() + 60
        while not all(client.stored for client in clients):
            assert time.monotonic() < deadline, "nothing was stored"
            time.sleep(0.01)
        time.sleep(pause.uniform(0, 0.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        for client in clients:
            client.join()
            said |= set(client.stored)
        found = names_in(tmp_path / "audit.db")
        assert said <= set(found), "an event that was answered with 200 is not there"
        assert max(found.values()) == 1, "an event is there twice"
    assert len(said) >= KILLS * CLIENTS
    connection = open_for_writing(tmp_path / "audit.db")
    assert check_integrity(connection) == []
    connection.close()
