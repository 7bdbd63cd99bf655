"""A browser, and servers over databases to look at.

The browser is Debian's Chromium: nothing is downloaded, nothing beyond this computer is reached.
Without it these tests are skipped, except where REQUIRE_BROWSER says that it has to be there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from .serving import Server, serving
from .visiting import Visitor, visiting

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]

# Busy machines are slow; nothing here is about speed.
expect.set_options(timeout=30_000)


# Of a module, not of the session: Playwright's event loop runs as long as this does, and the
# asynchronous tests of other modules need the thread for theirs.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        reason = "no Chromium: apt-get install chromium"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``datasette audit demo`` makes; to be copied."""
    path = tmp_path_factory.mktemp("demo") / "audit.db"
    command = [sys.executable, "-m", "datasette", "audit", "demo", "--no-serve", "--db", str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return path


@pytest.fixture(scope="module")
def demo(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a demo database of its own."""
    with serving(Path(shutil.copy(demo_database, tmp_path_factory.mktemp("served")))) as server:
        yield server


@pytest.fixture
def visitor(chromium: Browser, demo: Server) -> Iterator[Visitor]:
    """Somebody who has the link to the demo, and has not signed in yet."""
    with visiting(chromium, demo) as someone:
        yield someone
