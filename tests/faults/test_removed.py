"""The database is removed while it is written: what is said to be stored can be found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cli_support import run, said

from datasette_access_monitoring.store.write import Writer

from .world import db as db
from .world import each_once, event, numbers_in, served, write_events


def remove(db: Path) -> None:
    for part in list(db.parent.glob("audit.db*")):
        part.unlink()


def test_what_is_pushed_goes_into_the_file_that_has_the_name_now(db: Path) -> None:
    run("load", "--db", db, "/dev/null")
    stored: set[int] = set()
    with served(db) as server:
        assert server.push(event(1)).status == 200
        remove(db)
        for number in range(2, 6):
            answer = server.push(event(number))
            if answer.status == 200:
                stored.add(number)
            else:
                assert answer.status == 503 and "removed or replaced" in answer.text
        assert stored
    assert numbers_in(db) == each_once(stored)


def test_a_load_into_a_file_that_is_gone_says_so_and_is_done_again(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = write_events(tmp_path / "events.log", range(100))
    write = Writer.write_rows

    def write_after_removal(writer: Writer, *batch: Any) -> Any:
        remove(db)
        return write(writer, *batch)

    monkeypatch.setattr(Writer, "write_rows", write_after_removal)
    failed = said(run("load", "--db", db, log, exit_code=1))
    assert "was removed or replaced while it was loaded into; load again" in failed
    monkeypatch.undo()
    run("load", "--db", db, log)
    assert numbers_in(db) == each_once(range(100))
