"""A clock that jumps: nothing is removed, lost or hidden by it, and where it shows, it is said."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest
from cli_support import run

from datasette_access_monitoring.web.denials import SPAN_MS, Denials

from .world import db as db
from .world import each_once, event, numbers_in, write_events

SetClock = Callable[[str], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Sets the clock to a moment, in UTC."""

    def to(moment: str) -> None:
        seconds = datetime.fromisoformat(moment).replace(tzinfo=timezone.utc).timestamp()
        monkeypatch.setattr(time, "time_ns", lambda: int(seconds) * 10**9)

    return to


def days_of(numbers: range) -> list[dict[str, object]]:
    """An event on each of these days of November, of that number."""
    return [event(day, time=f"2026-11-{day:02}T10:00:00Z") for day in numbers]


@pytest.fixture
def month(db: Path, tmp_path: Path) -> Path:
    """A database with an event on each day from the 1st to the 20th."""
    log = tmp_path / "events.log"
    log.write_text("".join(json.dumps(one) + "\n" for one in days_of(range(1, 21))), "utf-8")
    run("load", "--db", db, log)
    return db


@pytest.mark.parametrize(
    ("moment", "first_kept"),
    [
        ("2026-11-20T12:00:00", 15),
        ("2026-11-21T12:00:00", 16),
        ("2026-12-01T12:00:00", 16),  # ten days ahead, or ten days without an event
        ("2099-01-01T00:00:00", 16),
        ("2026-11-10T12:00:00", 5),
        ("1970-01-02T00:00:00", 1),
    ],
)
def test_pruning_by_a_wrong_clock_removes_nothing_more(
    month: Path, clock: SetClock, moment: str, first_kept: int
) -> None:
    clock(moment)
    done = run("prune", "--db", month, "--keep-days", 5)
    assert numbers_in(month) == each_once(range(first_kept, 21))
    ahead = moment > "2026-11-22"
    assert ("days are counted from 2026-11-21" in done.stderr) is ahead
    assert (f"the clock says {moment[:10]}. Name another day with --as-of" in done.stderr) is ahead


def test_who_names_a_day_gets_it_counted_from_there(month: Path, clock: SetClock) -> None:
    clock("2026-11-20T12:00:00")
    shown = run("prune", "--db", month, "--keep-days", 5, "--as-of", "2027-01-01", "--dry-run")
    assert "20 events would be removed" in shown.stdout and shown.stderr == ""
    run("prune", "--db", month, "--keep-days", 5, "--as-of", "2027-01-01")
    assert numbers_in(month) == each_once(set())


def test_an_event_from_the_future_does_not_make_the_clock_believed(
    db: Path, tmp_path: Path, clock: SetClock
) -> None:
    log = write_events(tmp_path / "events.log", range(5))
    with log.open("a", encoding="utf-8") as file:
        file.write(json.dumps(event(99, time="2199-01-01T00:00:00Z")) + "\n")
    run("load", "--db", db, log)
    clock("2026-11-21T00:00:00")
    run("prune", "--db", db, "--keep-days", 5)
    assert numbers_in(db) == each_once({*range(5), 99})


def test_a_clock_that_goes_back_between_loads_loses_and_doubles_nothing(
    db: Path, tmp_path: Path, clock: SetClock
) -> None:
    log = tmp_path / "events.log"
    for number, moment in enumerate(
        ["2026-11-20T12:00:00", "2001-01-01T00:00:00", "2199-12-31T00:00:00"]
    ):
        clock(moment)
        write_events(log, range(10 * number + 10))
        run("load", "--db", db, log)
    assert numbers_in(db) == each_once(range(30))


def test_events_of_the_future_are_kept_and_said(db: Path, tmp_path: Path, clock: SetClock) -> None:
    clock("2026-11-05T12:00:00")
    log = tmp_path / "events.log"
    log.write_text("".join(json.dumps(one) + "\n" for one in days_of(range(1, 21))), "utf-8")
    run("load", "--db", db, log)
    said = run("status", "--db", db).stdout
    assert "events from the future when they were read: 15" in said and "compare the clocks" in said
    query = ("query", "exec", "SELECT count(*) AS n FROM exec", "--db", db, "--days", 30)
    # A window ends at the moment that is taken as now; it can be named.
    assert '{"data":["5"]}' in run(*query).stdout
    assert '{"data":["20"]}' in run(*query, "--as-of", "2026-11-20").stdout


def test_refusals_are_told_also_after_the_clock_has_gone_back() -> None:
    denials = Denials()
    year = 365 * 86_400_000
    assert denials.note("eve", "audit", year) == 0
    assert denials.note("eve", "audit", year + 1) is None
    assert denials.note("eve", "audit", 1_000) == 1
    assert denials.note("eve", "audit", 1_000 + SPAN_MS) == 0
