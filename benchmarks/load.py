"""Loading a log: ours beside sqlite-utils and DuckDB, in turn, in one run.

    python benchmarks/load.py                               # 200,000 events, 3 rounds
    python benchmarks/load.py --events 1000000 --rounds 3 --stored 5000000 --json load.json

Each program is a process of its own that reads the same generated log into a new file:

- ours: ``datasette audit load``: deduped, durable, views ready to be asked
- sqlite-utils: ``sqlite-utils insert --nl --alter``
- DuckDB: ``CREATE TABLE AS SELECT * FROM read_json(...)``, no deduplication; it looks at the
  whole log for its columns, for with fewer lines it stops at the first event with another key

Prints a table in Markdown: the medians, ratios to ours, peak memory, and size against the log.
``--stored`` loads so many events first, and then asks how fast a new day's log gets in, against
the same log into a new file.  Needs the ``benchmarks`` extra, and room for the files.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from generate import write_log
from machine import machine

_BIN = Path(sys.executable).parent
_DUCKDB = (
    "import duckdb, sys; duckdb.connect(sys.argv[1]).execute("
    "\"CREATE TABLE events AS SELECT * FROM read_json(?, format = 'newline_delimited', "
    'sample_size = -1)",'
    " [sys.argv[2]])"
)


@dataclass(frozen=True, slots=True)
class Run:
    """What loading a log took: seconds, peak memory in bytes, and the file's size."""

    seconds: float
    memory: int
    size: int = 0


def ours(database: Path, log: Path) -> list[str]:
    return [str(_BIN / "datasette"), "audit", "load", "--db", str(database), str(log)]


def sqlite_utils(database: Path, log: Path) -> list[str]:
    command = [str(_BIN / "sqlite-utils"), "insert", str(database), "events", str(log)]
    return [*command, "--nl", "--alter", "--silent"]


def duckdb(database: Path, log: Path) -> list[str]:
    return [sys.executable, "-c", _DUCKDB, str(database), str(log)]


PROGRAMS: Mapping[str, Callable[[Path, Path], list[str]]] = {
    "ours": ours,
    "sqlite-utils": sqlite_utils,
    "DuckDB": duckdb,
}


def measured(command: list[str]) -> Run:
    """Run a command; raises ``SystemExit`` with its words if it fails."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=said, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            raise SystemExit(f"{command[0]} failed: {said.read().decode()}")
    return Run(seconds, usage.ru_maxrss * 1024)


def load_new(name: str, place: Path, log: Path) -> Run:
    """Load a log into a new file, and take that away again."""
    database = place / f"{name}.db"
    run = measured(PROGRAMS[name](database, log))
    files = list(place.glob(f"{database.name}*"))
    run = replace(run, size=sum(file.stat().st_size for file in files))
    if name == "ours":
        check(database, log)
    for file in files:
        file.unlink()
    return run


def check(database: Path, log: Path) -> None:
    """Every line is an event in the file."""
    connection = sqlite3.connect(database)
    (stored,) = connection.execute('SELECT sum("events") FROM "_event_types"').fetchone()
    connection.close()
    assert stored == lines_in(log), f"{stored} of {lines_in(log)} lines are in the file"


def lines_in(log: Path) -> int:
    with log.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def compare(place: Path, log: Path, rounds: int) -> dict[str, list[Run]]:
    runs: dict[str, list[Run]] = {name: [] for name in PROGRAMS}
    for _ in range(rounds):
        for name, taken in runs.items():
            taken.append(load_new(name, place, log))
            print(f"{name}: {taken[-1].seconds:.1f} s", file=sys.stderr, flush=True)
    return runs


def compare_stored(place: Path, stored: int, events: int, rounds: int) -> dict[str, list[float]]:
    """Seconds for each later part of a log: into a new file, and into one that holds many."""
    many, whole = place / "many.db", place / "many.ndjson"
    write_log(whole, stored + events * rounds, 30, 3)
    total = lines_in(whole)
    parts = [place / f"part{number}.ndjson" for number in range(rounds)]
    with whole.open("rb") as file, (place / "first.ndjson").open("wb") as first:
        for _ in range(total - events * rounds):
            first.write(file.readline())
        for part in parts:
            part.write_bytes(b"".join(file.readline() for _ in range(events)))
    whole.unlink()
    measured(ours(many, place / "first.ndjson"))
    seconds: dict[str, list[float]] = {"empty": [], "stored": []}
    for part in parts:
        seconds["empty"].append(load_new("ours", place, part).seconds)
        seconds["stored"].append(measured(ours(many, part)).seconds)
    return seconds


def table(runs: Mapping[str, list[Run]], lines: int, log_size: int) -> str:
    rows = [
        "| program | events/s | ours is | peak memory | file against log |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, taken in runs.items():
        seconds = statistics.median(run.seconds for run in taken)
        ratio = statistics.median(
            run.seconds / mine.seconds for run, mine in zip(taken, runs["ours"], strict=True)
        )
        memory = max(run.memory for run in taken) / 2**20
        size = taken[-1].size / log_size
        rows.append(
            f"| {name} | {lines / seconds:,.0f} | {ratio:.2f}x | {memory:,.0f} MiB | {size:.2f}x |"
        )
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Loading, beside sqlite-utils and DuckDB.")
    parser.add_argument("--events", type=int, default=200_000, help="about how many")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stored", type=int, help="also: into a file that holds so many events")
    parser.add_argument("--place", type=Path, help="folder for the files")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.place) as name:
        place = Path(name)
        log = place / "log.ndjson"
        write_log(log, options.events, 30, 1)
        lines, log_size = lines_in(log), log.stat().st_size
        runs = compare(place, log, options.rounds)
        print(f"{machine()}; {lines:,} events, {log_size / lines:.0f} bytes each\n")
        print(table(runs, lines, log_size))
        figures: dict[str, object] = {
            "machine": machine(),
            "events": lines,
            "log_bytes": log_size,
            "runs": {name: [asdict(run) for run in taken] for name, taken in runs.items()},
        }
        log.unlink()
        if options.stored:
            seconds = compare_stored(place, options.stored, options.events, options.rounds)
            pairs = zip(seconds["empty"], seconds["stored"], strict=True)
            ratio = statistics.median(empty / stored for empty, stored in pairs)
            print(f"\nrate with {options.stored:,} events stored: {ratio:.2f}x that of a new file")
            figures["stored"] = {"events": options.stored, **seconds}
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
