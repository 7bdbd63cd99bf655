"""The schema of an audit database, as sqlite-utils migrations.

Tables and indexes only: views hold no data and are made again whenever their text
changes (``views``).  A catalog that gains or loses a column needs a migration here.
"""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

from ..catalog import load_catalog
from ..clock import now_ms
from .deliveries import begin_counting
from .layout import EXTRAS_TABLE, OTHER_TABLE, create_table, documented_tables, quote, table_name

migrations = Migrations("datasette-access-monitoring")

_STATE_TABLES = (
    """
    CREATE TABLE "_event_other" (
      "_id" INTEGER PRIMARY KEY,
      "_hash" BLOB NOT NULL,
      "event_date" TEXT NOT NULL,
      "event" TEXT NOT NULL,
      "event_data" TEXT NOT NULL
    )
    """,
    # One type of many in a shared table: found by its name, then by time within it.
    'CREATE INDEX "_event_other_event" ON "_event_other" ("event")',
    """
    CREATE TABLE "_event_types" (
      "event" TEXT PRIMARY KEY,
      "view" TEXT UNIQUE,
      "documented" INTEGER NOT NULL,
      "events" INTEGER NOT NULL DEFAULT 0,
      "first_ms" INTEGER,
      "last_ms" INTEGER
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE "_event_keys" (
      "event" TEXT NOT NULL,
      "path" TEXT NOT NULL,
      "kind" TEXT NOT NULL,
      "column_name" TEXT,
      PRIMARY KEY ("event", "path")
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE "_sources" (
      "location" TEXT PRIMARY KEY,
      "offset" INTEGER NOT NULL,
      "lines" INTEGER NOT NULL,
      "head" BLOB NOT NULL,
      "tail" BLOB NOT NULL,
      "file_size" INTEGER NOT NULL,
      "modified_ns" INTEGER NOT NULL,
      "complete" INTEGER NOT NULL,
      "events" INTEGER NOT NULL DEFAULT 0,
      "duplicates" INTEGER NOT NULL DEFAULT 0,
      "last_event_ms" INTEGER,
      "read_at" TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE "_rejects" (
      "id" INTEGER PRIMARY KEY,
      "location" TEXT NOT NULL,
      "offset" INTEGER NOT NULL,
      "number" INTEGER NOT NULL,
      "digest" BLOB NOT NULL,
      "line" BLOB NOT NULL,
      "reason" TEXT NOT NULL,
      "detail" TEXT NOT NULL,
      "rejected_at" TEXT NOT NULL,
      UNIQUE ("digest", "offset")
    )
    """,
)


@migrations()  # type: ignore[untyped-decorator]  # sqlite-utils is not typed for strict mode
def m001_tables(db: Database) -> None:
    """A table for each documented event type, one for all others, and the loader's state."""
    for view in load_catalog().views.values():
        db.conn.execute(create_table(view))
    for statement in _STATE_TABLES:
        db.conn.execute(statement)
    db.conn.execute("PRAGMA user_version = 1")


_RESOURCES = """
    CREATE TABLE "_resources" (
      "kind" TEXT NOT NULL,
      "name" TEXT NOT NULL,
      "document" TEXT NOT NULL,
      "revision" TEXT NOT NULL,
      "updated_at" TEXT NOT NULL,
      "updated_by" TEXT NOT NULL,
      PRIMARY KEY ("kind", "name")
    ) WITHOUT ROWID
"""

_REPORT_RUNS = (
    """
    CREATE TABLE "_report_runs" (
      "id" INTEGER PRIMARY KEY,
      "report" TEXT NOT NULL,
      "days" INTEGER NOT NULL,
      "as_of_ms" INTEGER,
      "moment_ms" INTEGER NOT NULL,
      "status" TEXT NOT NULL,
      "error" TEXT NOT NULL DEFAULT '',
      "document" TEXT NOT NULL,
      "runner" TEXT NOT NULL,
      "started_at_ms" INTEGER NOT NULL,
      "started_by" TEXT NOT NULL,
      "updated_at_ms" INTEGER NOT NULL,
      "milliseconds" REAL NOT NULL DEFAULT 0
    )
    """,
    # The newest run of a report over so many days, as of now or of a moment.
    """
    CREATE INDEX "_report_runs_newest" ON "_report_runs" ("report", "days", "as_of_ms", "id")
    """,
    # The same report over the same time runs once at a time, whoever starts it.
    """
    CREATE UNIQUE INDEX "_report_runs_running"
    ON "_report_runs" ("report", "days", ifnull("as_of_ms", -1)) WHERE "status" = 'RUNNING'
    """,
    """
    CREATE TABLE "_report_sections" (
      "run" INTEGER NOT NULL REFERENCES "_report_runs" ("id"),
      "position" INTEGER NOT NULL,
      "columns" TEXT NOT NULL,
      "rows" BLOB NOT NULL,
      "row_count" INTEGER NOT NULL,
      "truncated" INTEGER NOT NULL,
      "milliseconds" REAL NOT NULL,
      "error" TEXT NOT NULL,
      PRIMARY KEY ("run", "position")
    )
    """,
)


@migrations()  # type: ignore[untyped-decorator]  # sqlite-utils is not typed for strict mode
def m002_resources_and_report_runs(db: Database) -> None:
    """Audit queries, security reports and roles; runs of reports with what they found."""
    for statement in (_RESOURCES, *_REPORT_RUNS):
        db.conn.execute(statement)
    db.conn.execute("PRAGMA user_version = 2")


_EVENT_DAYS = """
    CREATE TABLE "_event_days" (
      "event_date" TEXT NOT NULL,
      "event" TEXT NOT NULL,
      "events" INTEGER NOT NULL,
      PRIMARY KEY ("event_date", "event")
    ) WITHOUT ROWID
"""


@migrations()  # type: ignore[untyped-decorator]  # sqlite-utils is not typed for strict mode
def m003_event_days(db: Database) -> None:
    """How many events of a type there are on each day, of what is stored already too."""
    db.conn.execute(_EVENT_DAYS)
    into = 'INSERT INTO "_event_days" ("event_date", "event", "events")\n'
    for view in load_catalog().views.values():
        db.conn.execute(
            f'{into}SELECT "event_date", ?, count(*) FROM {quote(table_name(view))}\n'
            'GROUP BY "event_date"',
            (view.event,),
        )
    db.conn.execute(
        f'{into}SELECT "event_date", "event", count(*) FROM {quote(OTHER_TABLE)} GROUP BY 1, 2'
    )
    db.conn.execute("PRAGMA user_version = 3")


@migrations()  # type: ignore[untyped-decorator]  # sqlite-utils is not typed for strict mode
def m004_counts_of_report_sections(db: Database) -> None:
    """The counts of sections apart from their rows, which lie in front of them in the table.

    Reading the counts of a run with 72 MB of rows takes 0.2 ms in place of 120 ms.
    """
    db.conn.execute(
        'CREATE INDEX "_report_sections_counts"\n'
        'ON "_report_sections" ("run", "position", "row_count", "truncated", "error")'
    )
    db.conn.execute("PRAGMA user_version = 4")


_DELIVERIES = (
    # ``events`` are those that were delivered, duplicates too.  ``uncounted``: an older release had
    # read events of this day and of any before it.
    """
    CREATE TABLE "_source_days" (
      "origin" TEXT NOT NULL,
      "event_date" TEXT NOT NULL,
      "events" INTEGER NOT NULL,
      "last_ms" INTEGER NOT NULL,
      "uncounted" INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY ("origin", "event_date")
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE "_source_reads" (
      "origin" TEXT NOT NULL,
      "read_date" TEXT NOT NULL,
      "events" INTEGER NOT NULL,
      "duplicates" INTEGER NOT NULL,
      "rejected" INTEGER NOT NULL,
      "ahead" INTEGER NOT NULL,
      "ahead_ms" INTEGER NOT NULL,
      "delay_ms" INTEGER,
      "read_ms" INTEGER NOT NULL,
      PRIMARY KEY ("origin", "read_date")
    ) WITHOUT ROWID
    """,
    # Counting rejects reads each of them whole, and there may be a million.
    """
    CREATE TABLE "_reject_counts" (
      "location" TEXT NOT NULL,
      "reason" TEXT NOT NULL,
      "rejects" INTEGER NOT NULL,
      PRIMARY KEY ("location", "reason")
    ) WITHOUT ROWID
    """,
    """
    INSERT INTO "_reject_counts"
    SELECT "location", "reason", count(*) FROM "_rejects" GROUP BY 1, 2
    """,
    """
    CREATE TRIGGER "_rejects_counted" AFTER INSERT ON "_rejects" BEGIN
      INSERT INTO "_reject_counts" ("location", "reason", "rejects")
      VALUES (new."location", new."reason", 1)
      ON CONFLICT ("location", "reason") DO UPDATE SET "rejects" = "rejects" + 1;
    END
    """,
    """
    CREATE TRIGGER "_rejects_uncounted" AFTER DELETE ON "_rejects" BEGIN
      UPDATE "_reject_counts" SET "rejects" = "rejects" - 1
      WHERE "location" = old."location" AND "reason" = old."reason";
      DELETE FROM "_reject_counts"
      WHERE "location" = old."location" AND "reason" = old."reason" AND "rejects" = 0;
    END
    """,
)


@migrations()  # type: ignore[untyped-decorator]  # sqlite-utils is not typed for strict mode
def m005_deliveries(db: Database) -> None:
    """What each origin delivered by day, and how many rejects there are by reason.

    Of what was loaded before nobody counted the days: it is kept as not known.
    """
    for statement in _DELIVERIES:
        db.conn.execute(statement)
    sources = db.conn.execute(
        'SELECT "location", "events", "duplicates", (SELECT ifnull(sum("rejects"), 0)\n'
        '  FROM "_reject_counts" WHERE "_reject_counts"."location" = "_sources"."location"),\n'
        '  "last_event_ms" FROM "_sources"'
    ).fetchall()
    begin_counting(db.conn, sources, now_ms())
    db.conn.execute("PRAGMA user_version = 5")


@migrations()  # type: ignore[untyped-decorator]  # sqlite-utils is not typed for strict mode
def m006_cursors(db: Database) -> None:
    """Where a source is that keeps its own place, in its own terms."""
    db.conn.execute('ALTER TABLE "_sources" ADD COLUMN "cursor" BLOB')
    db.conn.execute("PRAGMA user_version = 6")


@migrations()  # type: ignore[untyped-decorator]  # sqlite-utils is not typed for strict mode
def m007_shared_extras(db: Database) -> None:
    """JSON that many events have beside their columns is kept once.

    Events that are stored already stay as they are; both forms read alike.
    """
    db.conn.execute(
        f'CREATE TABLE {quote(EXTRAS_TABLE)} ("id" INTEGER PRIMARY KEY, "json" TEXT NOT NULL)'
    )
    for table in documented_tables():
        db.conn.execute(f'ALTER TABLE {quote(table)} ADD COLUMN "_shared" INTEGER')
    db.conn.execute("PRAGMA user_version = 7")


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the database to this release's schema, within the caller's transaction.

    Nothing happens where it is there already.
    """
    migrations.apply(Database(connection, execute_plugins=False))
