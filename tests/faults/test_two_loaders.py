"""Two loads into one database at the same time: the result is that of one undisturbed load."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from logs import exported

from datasette_access_monitoring.store.state import check_integrity

from .world import LONG, command, write_events
from .world import db as db

EVENTS = 100_000 if LONG else 3_000


def loaded(db: Path, *commands: list[Path]) -> Any:
    """What loads side by side leave: the events, the rejects, and that all is sound."""
    started = [
        subprocess.Popen(command("audit", "load", "--db", db, *logs), stderr=subprocess.PIPE,
                         stdout=subprocess.DEVNULL, text=True)
        for logs in commands
    ]  # fmt: skip
    for process in started:
        _, error = process.communicate(timeout=300)
        assert process.returncode == 0, error
    with closing(sqlite3.connect(db)) as connection:
        assert check_integrity(connection) == []
        rejects = connection.execute("SELECT line FROM _rejects ORDER BY line").fetchall()
        reached = connection.execute(
            "SELECT location, offset, lines FROM _sources ORDER BY location"
        ).fetchall()
    return exported(db), rejects, reached


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, logs: list[Path]) -> Any:
    """What one load in one go gives."""
    return loaded(tmp_path_factory.mktemp("alone") / "audit.db", logs)


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two logs that share a third of their events; each has lines that are none."""
    folder, found = tmp_path_factory.mktemp("logs"), []
    for name, first in (("a", 0), ("b", EVENTS * 2 // 3)):
        log = write_events(folder / f"{name}.log", range(first, first + EVENTS))
        lines = log.read_text("utf-8").splitlines(keepends=True)
        for place in range(0, len(lines), 97):
            lines[place] += f"no event {name} {place}\n"
        log.write_text("".join(lines), "utf-8")
        found.append(log)
    return found


@pytest.mark.parametrize("same", [True, False], ids=["the same logs", "different logs"])
def test_side_by_side_or_alone_gives_the_same(
    same: bool, db: Path, alone: Any, logs: list[Path]
) -> None:
    assert len(alone[0]) == EVENTS * 5 // 3 and len(alone[1]) > EVENTS // 60
    first, second = logs
    assert loaded(db, *([logs, logs] if same else [[first], [second]])) == alone
