"""Does an index earn its place?  The report's nine queries with and without, in one run.

    python benchmarks/report_indexes.py log.ndjson [days]

Loads the log into a temporary database, times each query of the Privileged Access Report
(best of 5), makes the candidate index on a copy, times again, and prints both, with what
the index adds to the file.
"""

import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path

from datasette_access_monitoring.engine import Engine
from datasette_access_monitoring.load import load
from datasette_access_monitoring.resources.canned import canned_reports
from datasette_access_monitoring.sources.discover import discover
from datasette_access_monitoring.sql.translate import translate
from datasette_access_monitoring.sql.window import Window
from datasette_access_monitoring.store.database import open_for_writing
from datasette_access_monitoring.store.relations import read_relations
from datasette_access_monitoring.store.state import read_type_states

WEAK = (
    '"access_requests" IS NULL AND "with_mfa" IS NULL AND "impersonator" IS NULL'
    ' AND "trusted_device_device_id" IS NULL'
)
# Each covers its query: rows in order of id, with the columns that are grouped.
CANDIDATES = {
    "db_sessions_weak_security": ("db_session_start", '"event_date", "user"', WEAK),
    "ssh_sessions_weak_security": (
        "session_start",
        '"event_date", "user"',
        f"{WEAK} AND \"proto\" = 'ssh'",
    ),
    "kube_api_calls_weak_security": ("kube_request", '"event_date", "user"', WEAK),
    "privileged_postgres_sessions": (
        "db_session_start",
        '"event_date", "user"',
        "\"db_protocol\" = 'postgres' AND \"db_user\" = 'postgres'",
    ),
    "kube_execs": ("exec", '"event_date", "user"', "\"proto\" = 'kube'"),
    "root_ssh_sessions": ("session_start", '"event_date", "user"', "\"login\" = 'root'"),
}


def best_ms(connection: sqlite3.Connection, query: str, window: Window) -> float:
    translation = translate(query, read_relations(connection))
    return min(
        Engine(connection).run(translation, window, window.last_ms).milliseconds for _ in range(5)
    )


def main(log: str, days: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        database, copy = Path(place, "audit.db"), Path(place, "copy.db")
        connection = open_for_writing(database)
        load(connection, discover([log]))
        states = read_type_states(connection)
        window = Window.last_days(days, max(state.last_ms for state in states))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        events, size = sum(state.events for state in states), database.stat().st_size
        print(f"{events:,} events, {size / 1e6:,.0f} MB, {days} days")
        (report,) = canned_reports()
        for query in report.queries:
            without = best_ms(connection, query.query, window)
            if query.name not in CANDIDATES:
                print(f"{query.name:30} {without:8.1f} ms  (no candidate)")
                continue
            view, columns, condition = CANDIDATES[query.name]
            shutil.copy(database, copy)
            indexed = sqlite3.connect(copy)
            indexed.execute(
                f'CREATE INDEX candidate ON "_event_{view}" ("_id", {columns}) WHERE {condition}'
            )
            indexed.commit()
            with_index = best_ms(indexed, query.query, window)
            indexed.close()
            grown = copy.stat().st_size - size
            print(
                f"{query.name:30} {without:8.1f} ms  indexed {with_index:8.1f} ms"
                f"  ratio {without / with_index:5.2f}  +{grown / 1e6:.1f} MB"
            )
        connection.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7)
