"""A real server in a process of its own, as an operator starts it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from datasette_access_monitoring.compat.versions import IS_V1

START_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A server that has started; ``errors`` is what it has said on stderr so far."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, said: Path) -> None:
        self.process = process
        self.port = port
        self._said = said

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        return self._said.read_text("utf-8")

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


@contextmanager
def serving(
    folder: Path, *arguments: str, plugin_config: Mapping[str, Any] | None = None
) -> Iterator[Server]:
    """Serve with these arguments and this configuration of ours from ``folder``."""
    said, port = folder / "said.txt", free_port()
    config = folder / "config.json"
    config.write_text(
        json.dumps({"plugins": {"datasette-access-monitoring": plugin_config or {}}}), "utf-8"
    )
    command = [sys.executable, "-m", "datasette", "serve", *arguments, "--port", str(port)]
    command += ["--config" if IS_V1 else "--metadata", str(config)]
    with said.open("wb") as errors:
        process = subprocess.Popen(
            command, cwd=folder, stdout=errors, stderr=errors, env={**os.environ}
        )
    try:
        wait_for(lambda: _listens(port) or process.poll() is not None, START_SECONDS)
        yield Server(process, port, said)
    finally:
        process.kill()
        process.wait(30)


def wait_for(condition: Any, seconds: float = 30.0) -> None:
    """Wait until it holds; fails when it does not within so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
