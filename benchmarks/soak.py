"""A server that follows a log and is pushed events, for as long as it is told: what becomes of it.

    python benchmarks/soak.py --minutes 30 FOLDER

Writes logs as Teleport and logrotate do (days and auth servers that begin, half lines, renamed
files), pushes over HTTP from several clients, some of it twice, and reads pages meanwhile.  At the
end every event must be in the database once.  Prints a line every ten seconds and, last, JSON:
events, what was lost or doubled, the server's memory over time, how long an appended event took to
be in the database, the length of SQLite's log.  Exit code 1 when an event is lost or doubled.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

from datasette_access_monitoring.compat.versions import IS_V1
from datasette_access_monitoring.store.database import open_for_reading
from datasette_access_monitoring.store.read import read_events
from datasette_access_monitoring.store.state import check_integrity

PLUGIN = """
from datasette import hookimpl

@hookimpl
def actor_from_request(request):
    if request.headers.get("authorization") == "Bearer soak":
        return {"id": "soak", "roles": ["editor"]}
"""
MARKER = "soak.marker"
PAGES = ("", "/status", "/events", "/query?sql=SELECT+count(*)+FROM+exec&days=1", "/metrics")


class Numbers:
    """Numbers of events that were written or accepted, from many threads."""

    def __init__(self) -> None:
        self._next = itertools.count()
        self._lock = threading.Lock()
        self.done: list[int] = []

    def event(self) -> tuple[int, bytes]:
        """A new event and its number."""
        number = next(self._next)
        event = {
            "event": random.choice(("exec", "cert.create", "db.session.query", "soak.other")),
            "time": now(),
            "uid": f"{random.getrandbits(128):032x}",
            "user": f"user{number % 40}",
            "n": number,
            "pad": "x" * random.randrange(100, 900),
        }
        return number, json.dumps(event).encode() + b"\n"

    def note(self, number: int) -> None:
        with self._lock:
            self.done.append(number)


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")


class LogWriter(threading.Thread):
    """Writes a log of one auth server: a file a "day" (20 seconds), and one that is renamed."""

    def __init__(self, folder: Path, numbers: Numbers, stop: threading.Event, rate: float) -> None:
        super().__init__()
        self._folder, self._numbers, self._stop_event, self._rate = folder, numbers, stop, rate

    def run(self) -> None:
        for day in itertools.count():
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"day-{day:05}.log"
            ends = time.monotonic() + 20
            while time.monotonic() < ends:
                with path.open("ab", buffering=0) as file:
                    for _ in range(max(1, int(self._rate / 10))):
                        number, text = self._numbers.event()
                        cut = random.randrange(len(text))
                        file.write(text[:cut])  # half a line is there for a moment
                        file.write(text[cut:])
                        self._numbers.note(number)
                if self._stop_event.wait(0.1):
                    return
            if day % 3 == 2:
                path.rename(path.with_name(f"{path.name}.1"))


class Pusher(threading.Thread):
    """Pushes events; what is not answered with 200 is sent again until it is."""

    def __init__(self, address: str, numbers: Numbers, stop: threading.Event) -> None:
        super().__init__()
        self._address, self._numbers, self._stop_event = address, numbers, stop
        self.sent_again = 0

    def run(self) -> None:
        while not self._stop_event.is_set():
            several = [self._numbers.event() for _ in range(random.choice((1, 1, 1, 20)))]
            body = b"".join(text for _, text in several)
            while not self._push(body):
                self.sent_again += 1
                time.sleep(0.5)
            if random.random() < 0.1:
                self._push(body)  # delivered twice, as after an answer that was lost
            for number, _ in several:
                self._numbers.note(number)
            self._stop_event.wait(0.02)

    def _push(self, body: bytes) -> bool:
        request = urllib.request.Request(
            f"{self._address}/ingest/events.log", body, {"authorization": "Bearer soak"}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


class Reader(threading.Thread):
    """Looks at the pages, one after the other."""

    def __init__(self, address: str, stop: threading.Event) -> None:
        super().__init__()
        self._address, self._stop_event = address, stop
        self.answers: Counter[int] = Counter()

    def run(self) -> None:
        for page in itertools.cycle(PAGES):
            request = urllib.request.Request(
                self._address + page, headers={"authorization": "Bearer soak"}
            )
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    answer.read()
                    self.answers[answer.status] += 1
            except urllib.error.HTTPError as error:
                self.answers[error.code] += 1
            except OSError:
                self.answers[0] += 1
            if self._stop_event.wait(1.0):
                return


class Marker(threading.Thread):
    """Appends an event a second and waits until it is in the database: the lag, in seconds."""

    def __init__(self, folder: Path, database: Path, stop: threading.Event) -> None:
        super().__init__()
        self._path, self._database, self._stop_event = folder / "marker.log", database, stop
        self.lags: list[float] = []

    def run(self) -> None:
        for number in itertools.count(1):
            text = json.dumps({"event": MARKER, "time": now(), "number": number}) + "\n"
            with self._path.open("a") as file:
                file.write(text)
            written = time.monotonic()
            while self._stored() < number and not self._stop_event.is_set():
                time.sleep(0.02)
            if self._stop_event.wait(1.0):
                return
            self.lags.append(time.monotonic() - 1.0 - written)

    def _stored(self) -> int:
        try:
            with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as connection:
                row = connection.execute(
                    'SELECT "events" FROM "_event_types" WHERE "event" = ?', (MARKER,)
                ).fetchone()
                return row[0] if row else 0
        except sqlite3.Error:
            return 0


def serve(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """The server, which follows ``log``, and the address of our pages."""
    (folder / "plugins").mkdir()
    (folder / "plugins/soak.py").write_text(PLUGIN, "utf-8")
    ours = {"sources": [{"kind": "files", "paths": ["log"]}], "keep_days": {"audit": 30}}
    (folder / "config.json").write_text(
        json.dumps({"plugins": {"datasette-access-monitoring": ours}}), "utf-8"
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "datasette", "audit.db", "--create", "--plugins-dir", "plugins",
         "--config" if IS_V1 else "--metadata", "config.json", "--port", str(port)],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=(folder / "server.txt").open("wb"),
    )  # fmt: skip
    while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
        time.sleep(0.1)
    return process, f"http://127.0.0.1:{port}/-/access-monitoring"


def memory_mib(process: int) -> float:
    """How much of the process is in memory."""
    for text in Path(f"/proc/{process}/status").read_text().splitlines():
        if text.startswith("VmRSS:"):
            return int(text.split()[1]) / 1024
    return 0.0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="a folder that is not there yet")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=100.0, help="events a second of a log")
    parser.add_argument("--clients", type=int, default=4)
    options = parser.parse_args()
    folder: Path = options.folder
    (folder / "log/one").mkdir(parents=True)
    process, address = serve(folder)
    stop, numbers, database = threading.Event(), Numbers(), folder / "audit.db"
    writers = [LogWriter(folder / f"log/{name}", numbers, stop, options.rate) for name in "ab"]
    pushers = [Pusher(address, numbers, stop) for _ in range(options.clients)]
    reader, marker = Reader(address, stop), Marker(folder / "log/one", database, stop)
    for thread in (*writers, *pushers, reader, marker):
        thread.start()
    memory, wal = sample(process.pid, database, numbers, options.minutes * 60)
    stop.set()
    for thread in (*writers, *pushers, reader, marker):
        thread.join()
    time.sleep(5)
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    with closing(open_for_reading(database)) as connection:
        read = (json.loads(event) for event in read_events(connection))
        stored = Counter(event["n"] for event in read if "n" in event)
        faults = check_integrity(connection)
    quarter = max(1, len(memory) // 4)
    result = {
        "minutes": options.minutes,
        "events": len(numbers.done),
        "lost": len(set(numbers.done) - set(stored)),
        "doubled": sum(count - 1 for count in stored.values()),
        "faults": faults,
        "sent_again": sum(pusher.sent_again for pusher in pushers),
        "answers_of_pages": dict(reader.answers),
        "lag_seconds": {
            "median": round(statistics.median(marker.lags), 2),
            "p99": round(statistics.quantiles(marker.lags, n=100)[98], 2),
            "most": round(max(marker.lags), 2),
        },
        "memory_mib_by_quarter": [
            round(statistics.median(memory[at : at + quarter]))
            for at in range(0, quarter * 4, quarter)
        ],
        "memory_mib_most": round(max(memory)),
        "database_mb": round(database.stat().st_size / 1e6, 1),
        "wal_mb_most": round(max(wal) / 1e6, 1),
    }
    print(json.dumps(result, indent=2))
    raise SystemExit(1 if result["lost"] or result["doubled"] or faults else 0)


def sample(
    process: int, database: Path, numbers: Numbers, seconds: float
) -> tuple[list[float], list[int]]:
    """Memory in MiB and the length of SQLite's log in bytes, every ten seconds."""
    memory: list[float] = []
    wal: list[int] = []
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        time.sleep(min(10.0, max(0.1, ends - time.monotonic())))
        memory.append(memory_mib(process))
        log = Path(f"{database}-wal")
        wal.append(log.stat().st_size if log.exists() else 0)
        print(
            f"{len(numbers.done):,} events, {memory[-1]:.0f} MiB, WAL {wal[-1] / 1e6:.1f} MB",
            file=sys.stderr,
            flush=True,
        )
    return memory, wal


if __name__ == "__main__":
    main()
