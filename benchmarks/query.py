"""Asking: the report and the documentation's queries, beside DuckDB on its own typed tables.

    python benchmarks/generate.py 1000000 log.ndjson
    python benchmarks/query.py log.ndjson [--rounds 5] [--json query.json]

Loads the log into both, then asks both the same in turn: the Privileged Access Report over 7 of
the days, and each query of Access Monitoring's documentation over 30.  The answers are compared.
Then how long a translation takes, and what the plugin adds to the start of ``datasette``.  Prints
tables in Markdown.  Needs the ``benchmarks`` extra and the repository's tests.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from datasette_access_monitoring.catalog import Column, load_catalog
from datasette_access_monitoring.engine import Engine
from datasette_access_monitoring.sql.translate import Translation, translate
from datasette_access_monitoring.sql.window import Window
from datasette_access_monitoring.store.state import read_type_states

sys.path.append(str(Path(__file__).parent.parent / "tests"))

from load import measured, ours
from machine import machine
from oracle.duck import duck_type, translated
from spec_queries import REPORT_QUERIES, SPEC_QUERIES

VIEWS = (
    "access_request_create", "access_request_review", "cert_create", "db_session_start", "exec",
    "instance_join", "join_token_create", "kube_request", "session_start",
)  # fmt: skip
DAYS, REPORT_DAYS = 30, 7


def typed(column: Column) -> str:
    """A column of a view, out of the event's JSON."""
    path = "$" + "".join(f'."{key}"' for key in column.path)
    if column.name == "event_date":
        return "CAST(CAST(json ->> '$.time' AS TIMESTAMP) AS DATE)"
    if column.name == "event_time":
        return "CAST(json ->> '$.time' AS TIMESTAMP_MS)"
    kind = duck_type(column.type)
    if "STRUCT" in kind:
        fields = dict.fromkeys(map(str, column.type.arguments[0].names), "VARCHAR")
        return f"from_json(json -> '{path}', '{json.dumps([fields])}')"
    arrow = "->" if "[]" in kind else "->>"
    return f"CAST(json {arrow} '{path}' AS {kind})"


def duck(log: Path, database: Path) -> Any:
    """A DuckDB database with a typed table for each view, in order of time."""
    connection = duckdb.connect(str(database))
    connection.execute("SET TimeZone = 'UTC'; SET integer_division = true")
    events = "read_json_objects(?, format = 'newline_delimited')"
    for name in VIEWS:
        view = load_catalog().views[name]
        columns = ", ".join(f'{typed(column)} AS "{column.name}"' for column in view.columns)
        connection.execute(
            f"CREATE TABLE table_{name} AS SELECT {columns} FROM {events}"
            f" WHERE json ->> '$.event' = '{view.event}'",
            [str(log)],
        )
    connection.execute("CHECKPOINT")
    return connection


def limit(connection: Any, window: Window) -> None:
    """Let the views of DuckDB show what the window does."""
    for name in VIEWS:
        connection.execute(
            f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM table_{name} WHERE event_time BETWEEN"
            f" epoch_ms({window.first_ms}::BIGINT) AND epoch_ms({window.last_ms}::BIGINT)"
        )


def plain(rows: Iterable[Iterable[Any]]) -> list[str]:
    """Rows of either engine in words that both have, in an order of their own."""

    def word(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.isoformat(" ", "milliseconds")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, list):
            items = [list(one.values()) if isinstance(one, dict) else one for one in value]
            return json.dumps(items, separators=(",", ":"))
        return int(value) if isinstance(value, bool) else value

    return sorted(repr([word(value) for value in row]) for row in rows)


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def compare(
    engine: Engine, other: Any, queries: Mapping[str, str], window: Window, rounds: int
) -> dict[str, dict[str, Any]]:
    """Milliseconds of both for each query, asked in turn, and whether they agree."""
    limit(other, window)
    relations = engine.relations()
    found: dict[str, dict[str, Any]] = {}
    for name, query in queries.items():
        translation, theirs = translate(query, relations), translated(query.rstrip(";"))

        def ask(translation: Translation = translation) -> list[Any]:
            return engine.run(translation, window, window.last_ms).rows

        def ask_other(theirs: str = theirs) -> list[Any]:
            return list(other.execute(theirs).fetchall())

        rows, other_rows = ask(), ask_other()
        limited = " limit " in query.lower()
        same = len(rows) == len(other_rows) if limited else plain(rows) == plain(other_rows)
        pairs = [(milliseconds(ask), milliseconds(ask_other)) for _ in range(rounds)]
        found[name] = {
            "ours_ms": statistics.median(mine for mine, _ in pairs),
            "duckdb_ms": statistics.median(theirs for _, theirs in pairs),
            "ratio": statistics.median(mine / theirs for mine, theirs in pairs),
            "rows": len(rows),
            "same": same,
        }
    return found


def translation_ms(engine: Engine, rounds: int) -> dict[str, float]:
    """Of processor time: the one absolute figure here, which others at work would lengthen."""
    relations = engine.relations()
    found = {}
    for name, query in SPEC_QUERIES.items():
        taken = []
        for _ in range(rounds):
            start = time.process_time()
            translate(query, relations)
            taken.append((time.process_time() - start) * 1000)
        found[name] = statistics.median(taken)
    return found


def start_seconds(rounds: int) -> dict[str, float]:
    """``--help`` of datasette without plugins, with them, and of our commands, in turn."""
    command = str(Path(sys.executable).parent / "datasette")
    taken: dict[str, list[float]] = {"bare": [], "with the plugin": [], "audit --help": []}
    for _ in range(rounds):
        for name, seconds in taken.items():
            words = [command, *(["audit"] if name.startswith("audit") else []), "--help"]
            # An empty list of plugins is bare datasette.
            load = {"DATASETTE_LOAD_PLUGINS": ""} if name == "bare" else {}
            start = time.perf_counter()
            subprocess.run(words, env={"PATH": "/usr/bin:/bin", **load}, check=True,
                           stdout=subprocess.DEVNULL)  # fmt: skip
            seconds.append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def table(found: Mapping[str, Mapping[str, Any]]) -> str:
    rows = ["| query | ours | DuckDB | ratio | rows | answers |", "|---|---:|---:|---:|---:|---|"]
    rows += [
        f"| {name} | {one['ours_ms']:.1f} ms | {one['duckdb_ms']:.1f} ms | {one['ratio']:.2f}x"
        f" | {one['rows']:,} | {'the same' if one['same'] else 'DIFFERENT'} |"
        for name, one in found.items()
    ]
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Asking, beside DuckDB.")
    parser.add_argument("log", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--place", type=Path, help="folder for the files")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    figures: dict[str, Any] = {"machine": machine()}
    with tempfile.TemporaryDirectory(dir=options.place) as folder:
        database = Path(folder) / "ours.db"
        measured(ours(database, options.log))
        other = duck(options.log, Path(folder) / "other.db")
        with Engine.open(database) as engine:
            states = read_type_states(engine._connection)
            last_ms = max(state.last_ms for state in states)
            print(f"{machine()}; {sum(state.events for state in states):,} events\n")
            report = {name: SPEC_QUERIES[name] for name in REPORT_QUERIES}
            week = Window.last_days(REPORT_DAYS, last_ms)
            sections = compare(engine, other, report, week, options.rounds)
            sums = [sum(one[key] for one in sections.values()) for key in ("ours_ms", "duckdb_ms")]
            print(f"The Privileged Access Report, {REPORT_DAYS} of {DAYS} days:")
            print(f"{sums[0]:.0f} ms, DuckDB {sums[1]:.0f} ms, {sums[0] / sums[1]:.2f}x\n")
            print(table(sections), "\n")
            month = Window.last_days(DAYS, last_ms)
            queries = compare(engine, other, SPEC_QUERIES, month, options.rounds)
            print(f"Each query over {DAYS} days:\n")
            print(table(queries), "\n")
            translations = translation_ms(engine, 20)
        other.close()
    slowest = max(translations, key=lambda name: translations[name])
    print(f"Translation, warm: {statistics.median(translations.values()):.2f} ms, at most"
          f" {translations[slowest]:.2f} ms ({slowest})")  # fmt: skip
    starts = start_seconds(options.rounds)
    print(*(f"{name}: {seconds:.2f} s, {seconds / starts['bare']:.2f}x"
            for name, seconds in starts.items()), sep="; ")  # fmt: skip
    figures |= {"report": sections, "queries": queries, "translation_ms": translations,
                "start_seconds": starts}  # fmt: skip
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
