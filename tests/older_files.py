"""Audit databases as an older release left them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

# What each layout added to the one before it, as statements that take it away.  Of later ones the
# columns stay, which an older release would not have had: what is tested here does not read them.
_ADDED = {
    2: ("TABLE _report_sections", "TABLE _report_runs", "TABLE _resources"),
    3: ("TABLE _event_days",),
    4: ("INDEX _report_sections_counts",),
    5: (
        "TRIGGER _rejects_counted",
        "TRIGGER _rejects_uncounted",
        "TABLE _source_days",
        "TABLE _source_reads",
        "TABLE _reject_counts",
    ),
}


def take_back_to(path: Path, layout: int) -> None:
    """Take from a database what layouts after this one have added."""
    connection = sqlite3.connect(path, isolation_level=None)
    for later in sorted(_ADDED, reverse=True):
        if later > layout:
            for thing in _ADDED[later]:
                connection.execute(f"DROP {thing}")
            connection.execute(f"DELETE FROM _sqlite_migrations WHERE name LIKE 'm{later:03}%'")
    connection.execute(f"PRAGMA user_version = {layout}")
    connection.close()
