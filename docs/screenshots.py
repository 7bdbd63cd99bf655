"""Take the pictures of README and documentation anew: ``python docs/screenshots.py``.

Needs what the tests need, and Chromium.  The demo is made and looked at as if it were a certain
day, so that the pictures change when the pages do.  Goes to ``docs/images``.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright

from datasette_access_monitoring.clock import now_ms
from datasette_access_monitoring.demo.sources import demo_sources
from datasette_access_monitoring.load import load
from datasette_access_monitoring.reports.running import Order, run_report
from datasette_access_monitoring.resources.model import Kind
from datasette_access_monitoring.resources.shipped import shipped
from datasette_access_monitoring.self_audit import Principal
from datasette_access_monitoring.store.database import open_for_writing

IMAGES = Path(__file__).parent / "images"
PORT = 28765
HOME = f"http://127.0.0.1:{PORT}/-/access-monitoring"
WIDTH = 1200
NOW = datetime(2026, 11, 20, 16, 30, tzinfo=timezone.utc)
REPORT = "privileged_access_report"
SQL = """SELECT event_date, count(*) AS logins
FROM user_login
GROUP BY event_date
ORDER BY event_date"""
# Name, path, height of the window.
SHOTS = (
    ("overview", "", 800),
    ("query", f"/query?{urlencode({'sql': SQL, 'days': 30})}", 820),
    ("report", f"/reports/{REPORT}", 900),
    ("events", f"/events?{urlencode({'user': 'admin-annie'})}", 640),
    ("role", "/new-role", 640),
)
# A plugin of the server: it takes a certain moment as the time when it starts.
CLOCK = """
import time
from datasette import hookimpl

before, real = {moment} - time.time_ns(), time.time_ns
time.time_ns = lambda: real() + before
time.time = lambda: time.time_ns() / 1e9
"""


def make_demo(path: Path) -> None:
    """The demo of NOW with its report, run a day ago and now."""
    connection = open_for_writing(path)
    load(connection, demo_sources(NOW))
    connection.close()
    report = shipped()[Kind.SECURITY_REPORT, REPORT]
    for moment in (NOW - timedelta(days=1), NOW):
        set_clock(moment)
        run_report(path, Order(report, 7, None, Principal("admin-annie", "cli")))


def set_clock(moment: datetime) -> None:
    """Take a moment as now, in this process."""
    fixed = int(moment.timestamp()) * 1_000_000_000
    time.time_ns = lambda: fixed
    assert now_ms() == fixed // 1_000_000


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the demo; gives the link that signs in."""
    (folder / "plugins").mkdir()
    moment = int((NOW + timedelta(minutes=12)).timestamp()) * 1_000_000_000
    (folder / "plugins" / "clock.py").write_text(CLOCK.format(moment=moment), "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "datasette", "serve", "audit.db", "--root",
         "--plugins-dir", "plugins", "--port", str(PORT)],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout
    try:
        link = ""
        for line in process.stdout:
            found = re.search(r"http://\S+token=\w+", line)
            link = found[0] if found else link
            if "Uvicorn running" in line:
                break
        yield link
    finally:
        process.kill()
        process.wait()


def take(page: Page, name: str, path: str, height: int) -> None:
    """One picture, when its charts are drawn."""
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.goto(f"{HOME}{path}")
    for chart in page.locator(".am-chart").all():
        chart.locator("svg").wait_for()
    file = IMAGES / f"{name}.png"
    page.screenshot(path=file, animations="disabled", caret="hide")
    print(f"{file}: {file.stat().st_size // 1000} kB")


def main() -> None:
    """Take all of them."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        make_demo(Path(folder) / "audit.db")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        with served(Path(folder)) as link:
            page.goto(link)
            for shot in SHOTS:
                take(page, *shot)


if __name__ == "__main__":
    main()
