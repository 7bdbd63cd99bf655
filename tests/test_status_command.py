"""``datasette audit status`` for monitoring: exit codes, problems, and the words that say them."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_support import run
from health_world import NOW_MS, deliver, events_on, read_at

from datasette_access_monitoring.health.model import ProblemKind

A, B = "/log/a/1.log", "/log/b/1.log"
WEEK = tuple(range(13, 21))


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # By its name, the package has the command and not the module.
    module = sys.modules["datasette_access_monitoring.cli.status"]
    monkeypatch.setattr(module, "now_ms", lambda: NOW_MS)
    return tmp_path / "audit.db"


def fill(db: Path, monkeypatch: pytest.MonkeyPatch, *batches: tuple[Any, ...]) -> None:
    with read_at(monkeypatch, NOW_MS):
        for batch in batches:
            deliver(db, *batch)


def problems(db: Path, *options: str, exit_code: int = 0) -> list[str]:
    out = run("status", "--db", db, "--format", "problems", *options, exit_code=exit_code)
    return out.stdout.splitlines()


def test_a_fresh_and_whole_log_has_no_problem(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(db, monkeypatch, (A, events_on(*WEEK)), (B, events_on(*WEEK)))
    assert problems(db, "--fail", "--check") == []
    assert "Problems   none" in run("status", "--db", db, "--fail").stdout


def test_a_problem_fails_only_where_it_is_to(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(db, monkeypatch, (A, events_on(13, 14, 18, 20)))
    (first, second) = problems(db)
    assert first.startswith("gap: /log/a: no events of 2026-11-15 to 2026-11-17. What to do: ")
    assert second.startswith("gap: /log/a: no events of 2026-11-19. What to do: ")
    assert problems(db, "--fail", exit_code=1) == [first, second]
    assert problems(db, "--fail", "--ignore", "gap") == []
    assert "Problems   2" in run("status", "--db", db, "--fail", exit_code=1).stdout


@pytest.mark.parametrize(("most", "found"), [("1h", 0), ("59m", 1), ("3599s", 1), ("1d", 0)])
def test_how_old_the_newest_event_may_be_is_ones_own_choice(
    db: Path, monkeypatch: pytest.MonkeyPatch, most: str, found: int
) -> None:
    fill(db, monkeypatch, (A, events_on(*WEEK)))  # the newest is an hour old
    out = problems(db, "--fail", "--max-lag", most, exit_code=found)
    assert [line.split(" (")[0] for line in out] == [
        "lag: the newest event that a source brought is 1 hour old"
    ] * found


def test_an_event_from_the_future_does_not_hide_that_nothing_comes(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = {"event": "exec", "time": "2247-01-01T00:00:00Z"}
    fill(db, monkeypatch, (A, [*events_on(17, 18), far]))
    lag, clock = problems(db, "--fail", exit_code=1)
    assert lag.startswith("lag: the newest event that a source brought is 2 days old")
    assert clock.startswith("clock: /log/a: events from the future when they were read: 1 in")


def test_a_minute_ahead_is_no_wrong_clock(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = [{"event": "exec", "time": f"2026-11-20T12:01:0{s}Z"} for s in (0, 1)]
    fill(db, monkeypatch, (A, [*events_on(*WEEK), ahead[0]]))
    assert problems(db) == []
    fill(db, monkeypatch, (A, [ahead[1]]))
    assert len(problems(db)) == 1


def test_rejects_of_this_week_are_a_problem_until_they_are_read(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(db, monkeypatch, (A, events_on(*WEEK), [b"nonsense", b"{}"]))
    (found,) = problems(db)
    assert "2 in the last 7 days; kept are 1 bad JSON, 1 " in found
    with read_at(monkeypatch, NOW_MS - 8 * 86_400_000):
        deliver(db.with_name("old.db"), A, events_on(1), [b"nonsense"])
    fill(db.with_name("old.db"), monkeypatch, (A, events_on(*WEEK)))
    assert problems(db.with_name("old.db")) == []


def test_sessions_without_an_end_are_a_problem(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    starts = events_on(15, 16, event="session.start", sid="open")
    ends = events_on(15, event="session.end", sid="another")
    fill(db, monkeypatch, (A, [*events_on(*WEEK), *starts, *ends]))
    (found,) = problems(db)
    assert found.startswith("sessions: 1 of 1 sessions (session.start) from ")


def test_nothing_but_what_was_done_here_is_a_lag(db: Path) -> None:
    deliver(db, "x", [])
    assert [line[:40] for line in problems(db)] == ["lag: no source has brought an event yet."]


def test_the_json_has_what_it_had_and_the_health(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(db, monkeypatch, (A, events_on(13, 14, 15, 17, 18, 19, 20), [b"x"]), (B, events_on(19)))
    found = json.loads(run("status", "--db", db, "--format", "json").stdout)
    before = {
        "database", "size_bytes", "events", "oldest_event", "newest_event", "newest_from_sources",
        "lag_seconds", "rejects", "types", "sources", "faults",
    }  # fmt: skip
    assert before <= set(found)
    assert (found["lag_seconds"], found["newest_from_sources"]) == (3600, "2026-11-20 11:00:00 UTC")
    assert found["sources"][0]["location"] == A
    assert found["healthy"] is False
    assert [(one["kind"], one["origin"]) for one in found["problems"]] == [
        ("gap", "/log/a"), ("rejects", "/log/a")
    ]  # fmt: skip
    first, second = found["origins"]
    assert first["gaps"] == [{"first": "2026-11-16", "last": "2026-11-16", "goes_on": False}]
    assert (first["events_today"], first["events_per_day"]) == (1, 0.9)  # 6 in 7 days
    assert (first["rejects"], first["lately"]["rejected"]) == ({"bad JSON": 1}, 1)
    assert (second["state"], second["events_per_day"]) == ("live", 1.0)
    healthy = run(
        "status", "--db", db, "--format", "json", "--ignore", "gap", "--ignore", "rejects"
    )
    assert json.loads(healthy.stdout)["healthy"] is True


def test_names_that_attackers_chose_stay_on_their_line(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(db, monkeypatch, ("/log/a\nlag: \x1b[31m\u202e/1.log", events_on(13, 20)))
    (line,) = problems(db)
    assert line.startswith("gap: /log/a lag: ") and "\x1b" not in line and "\u202e" not in line
    assert "\x1b" not in run("status", "--db", db).stdout


@pytest.mark.parametrize(
    "options",
    [
        ("--max-lag", "1"), ("--max-lag", "0h"), ("--max-lag", "-1h"), ("--max-lag", "1 h"),
        ("--max-lag", "1w"), ("--days", "0"), ("--ignore", "everything"), ("--format", "xml"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_use_is_exit_code_2(db: Path, options: tuple[str, str]) -> None:
    assert run("status", "--db", db, *options, exit_code=2).stdout == ""


def test_a_database_that_cannot_be_read_is_exit_code_1(db: Path) -> None:
    assert "no such audit database" in run("status", "--db", db, "--fail", exit_code=1).stderr
    db.write_text("no database")
    assert run("status", "--db", db, "--fail", exit_code=1).stderr


def test_the_help_says_the_exit_codes() -> None:
    assert "Exit codes: 0 fine; 1 with --fail" in " ".join(run("status", "--help").stdout.split())


def test_every_kind_of_problem_can_be_ignored() -> None:
    usage = run("status", "--help").stdout
    (choice,) = re.findall(r"--ignore \[(.*?)\]", usage)
    assert choice.split("|") == [kind.value for kind in ProblemKind]


def test_an_origin_is_live_silent_or_ended(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day_ago, more = {"event": "x", "time": "2026-11-19T12:00:00Z"}, "2026-11-19T11:59:59.999Z"
    fill(
        db, monkeypatch,
        ("/live/1.log", [day_ago]),
        ("/silent/1.log", [{**day_ago, "time": more}]),
        ("/last/1.log", events_on(13)),
        ("/ended/1.log", events_on(12)),
    )  # fmt: skip
    found = json.loads(run("status", "--db", db, "--format", "json").stdout)["origins"]
    assert {one["origin"]: one["state"] for one in found} == {
        "/live": "live", "/silent": "silent", "/last": "silent", "/ended": "ended"
    }  # fmt: skip
