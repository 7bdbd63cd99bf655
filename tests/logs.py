"""What several tests need of logs: fixtures, an independent canonical form, a loaded database.

The canonical form here is the standard library's, on purpose not the product's.
"""

import json
import sqlite3
from collections import Counter
from pathlib import Path

from datasette_access_monitoring import demo
from datasette_access_monitoring.load import LoadSummary, load
from datasette_access_monitoring.sources.discover import discover
from datasette_access_monitoring.store.database import open_for_writing
from datasette_access_monitoring.store.read import read_events

FIXTURES = Path(__file__).parent / "fixtures"
ODDITIES = FIXTURES / "oddities.ndjson"
NO_EVENTS = FIXTURES / "no_events.ndjson"
SAMPLES = Path(demo.__file__).parent / "samples.ndjson"


def canonical(line):
    """Sorted, compact JSON in which 1.0 is 1: what makes two events the same."""

    def plain(value):
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [plain(inner) for inner in value]
        if isinstance(value, float) and value.is_integer():
            return int(value)
        return value

    return json.dumps(plain(json.loads(line)), sort_keys=True, separators=(",", ":"))


def canonical_lines(path):
    """How often each event stands in a log, by its canonical form."""
    return Counter(canonical(line) for line in path.read_bytes().split(b"\n") if line.strip())


def load_log(database: Path, *logs: Path) -> LoadSummary:
    connection = open_for_writing(database)
    try:
        return load(connection, discover([str(log) for log in logs]))
    finally:
        connection.close()


def exported(database: Path) -> list[bytes]:
    connection = sqlite3.connect(database)
    try:
        return list(read_events(connection))
    finally:
        connection.close()


def write_log(path: Path, events) -> Path:
    """A log of events given as dicts, one JSON object a line."""
    path.write_text("".join(json.dumps(event) + "\n" for event in events), "utf-8")
    return path
