"""What people do through us as events: Teleport's fields where it has the event, sound always."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import SAMPLES

from datasette_access_monitoring import self_audit
from datasette_access_monitoring.events import Event
from datasette_access_monitoring.self_audit import Outcome, Principal, Span
from datasette_access_monitoring.sql.parsing.lexer import MAX_BYTES

NOW_MS = 1_764_374_400_123
ALICE = Principal("alice", "api", "10.0.0.1")
WEEK = Span(7)
DONE = Outcome(True, milliseconds=12.6, rows=3)

RUN = self_audit.query_run(ALICE, "SELECT 1", WEEK, DONE, NOW_MS)
EVERY = [
    RUN,
    self_audit.report_run(ALICE, "privileged_access_report", Span(90), DONE, NOW_MS),
    *(
        self_audit.resource_changed(ALICE, verb, kind, "mine", "r", NOW_MS)
        for kind in ("audit_query", "security_report", "role")
        for verb in ("create", "update", "delete")
    ),
    self_audit.denied(ALICE, "GET", "/audit", "no", 0, NOW_MS),
    self_audit.events_read(ALICE, "/audit/exec", True, NOW_MS),
    self_audit.events_exported(ALICE, "exec", WEEK, True, NOW_MS),
    self_audit.database_changed(ALICE, "POST", "/audit/-/execute-write", True, NOW_MS),
]


def published(event_type: str) -> dict[str, object]:
    lines = map(json.loads, SAMPLES.read_text("utf-8").splitlines())
    return next(event for event in lines if event["event"] == event_type)


@pytest.mark.parametrize("event", EVERY[:2], ids=lambda event: event.type)
def test_runs_have_teleports_type_code_and_fields(event: Event) -> None:
    teleports = published(event.type)
    assert event.data["code"] == teleports["code"]
    # Nothing is billed by bytes here, and the log's cluster is not ours.
    assert set(teleports) - set(event.data) == {"cluster_name", "data_scanned_in_bytes"}
    for key in set(teleports) & set(event.data):
        assert type(event.data[key]) is type(teleports[key]), key


def test_a_run_says_who_what_days_rows_and_time() -> None:
    uid = RUN.data["uid"]
    assert RUN.time_ms == NOW_MS
    assert RUN.data == {
        "event": "secreports.audit.query.run",
        "code": "SRE001I",
        "time": "2025-11-29T00:00:00.123Z",
        "uid": uid,
        "ei": 0,
        "user": "alice",
        "via": "api",
        "addr.remote": "10.0.0.1",
        "query": "SELECT 1",
        "days": 7,
        "success": True,
        "rows": 3,
        "total_execution_time_in_millis": 13,
    }
    report = EVERY[1].data
    assert (report["name"], report["report"]) == (
        "privileged_access_report_90_days",
        "privileged_access_report",
    )


def test_the_moment_that_was_taken_as_now_is_told() -> None:
    event = self_audit.query_run(ALICE, "SELECT 1", Span(7, 0), DONE, NOW_MS, "mine")
    assert event.data["as_of"] == "1970-01-01T00:00:00.000Z"
    assert event.data["name"] == "mine"


def test_every_event_is_its_own_and_has_a_type_and_code_of_its_own() -> None:
    assert len({event.data["uid"] for event in EVERY}) == len(EVERY)
    assert len({event.type for event in EVERY}) == len(EVERY)
    assert len({event.data["code"] for event in EVERY}) == len(EVERY)
    assert all(event.type.startswith("secreports.") for event in EVERY)
    warnings = [event.type for event in EVERY if event.data["code"].endswith("W")]
    assert warnings == ["secreports.access.denied", "secreports.database.change"]


def test_who_has_not_signed_in_has_no_name() -> None:
    event = self_audit.denied(Principal("", "api"), "GET", "/x", "no", 4, NOW_MS)
    assert "user" not in event.data and "addr.remote" not in event.data
    assert event.data["suppressed"] == 4
    assert event.data["success"] is False


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_text_can_be_told(text: str, user: str) -> None:
    event = self_audit.query_run(Principal(user, "cli"), text, WEEK, DONE, NOW_MS)
    assert event.data.get("query", "") == text.encode("utf-8", "backslashreplace").decode()


def test_a_long_text_is_cut() -> None:
    hidden = f"/*{'x' * 3_000_000}*/ SELECT command FROM exec -- {'é' * 2_000_000}"
    event = self_audit.query_run(ALICE, hidden, WEEK, DONE, NOW_MS)
    kept = event.data["query"]
    assert len(kept) < self_audit.MAX_TEXT + 200
    assert kept.startswith("/*xxx") and kept.endswith("ééé")
    digest = hashlib.sha256(hidden.encode()).hexdigest()
    assert f"({len(hidden):,} characters, SHA-256 {digest})" in kept


def test_a_query_that_can_be_asked_is_kept_whole_whatever_its_letters() -> None:
    query = "\x01é😀\\" * (self_audit.MAX_TEXT // 4)
    event = self_audit.query_run(ALICE, query, WEEK, DONE, NOW_MS, query, {query: "x", "a": "b"})
    assert (event.data["query"], event.data["name"]) == (query, query)
    assert MAX_BYTES <= self_audit.MAX_TEXT
    assert event.data["parameters"] == {"a": "b"}


def test_what_was_refused_is_cut_shorter() -> None:
    event = self_audit.denied(ALICE, "GET", "/" + "x" * 1_000_000, "no", 0, NOW_MS)
    assert len(event.data["path"]) < self_audit.MAX_REFUSED_TEXT + 200
