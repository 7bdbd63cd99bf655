"""A ``datasette serve`` in a process of its own, and the link that signs root in."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOME = "/-/access-monitoring"
PLUGINS = Path(__file__).parent / "plugins"
CONFIG = {
    "plugins": {
        "datasette-access-monitoring": {
            # my-role is that of the documentation, which a walk makes before it signs in as mia.
            "actors": {"mia": ["my-role"], "ann": ["auditor"], "ed": ["editor"], "bob": []}
        }
    }
}
LINK = re.compile(r"http://127\.0\.0\.1:\d+/-/auth-token\?token=\w+")


@dataclass(frozen=True)
class Server:
    """Its address, without a slash at the end, and the link that signs root in, once."""

    base: str
    link: str

    def page(self, path: str = "") -> str:
        """The address of one of our pages."""
        return f"{self.base}{HOME}{path}"

    def sign_in(self, actor: str) -> str:
        """The address that signs this actor in."""
        return f"{self.base}/-/sign-in-as/{actor}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(database: Path) -> Iterator[Server]:
    """Serve a database until the block ends; its folder gets the configuration and the log."""
    folder, port = database.parent, free_port()
    (folder / "metadata.json").write_text(json.dumps(CONFIG), "utf-8")
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "datasette", "serve", database.name, "--root",
             "-m", "metadata.json", "--plugins-dir", str(PLUGINS), "--port", str(port)],
            cwd=folder, stdout=output, stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
    try:
        yield Server(f"http://127.0.0.1:{port}", _link(process, log))
    finally:
        process.kill()
        process.wait()


def _link(process: subprocess.Popen[bytes], log: Path) -> str:
    """What the server prints when it is about to listen, once it does."""
    deadline = time.monotonic() + 60
    while True:
        text = log.read_text("utf-8")
        found = LINK.search(text)
        if found and "Uvicorn running" in text:
            return found[0]
        assert process.poll() is None and time.monotonic() < deadline, text
        time.sleep(0.05)
