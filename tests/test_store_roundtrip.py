"""Columns and extra give the event back: by export, by the events view, without our functions."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from logs import ODDITIES, SAMPLES, canonical, canonical_lines, exported, load_log

from datasette_access_monitoring.catalog import load_catalog
from datasette_access_monitoring.events import Event, decode
from datasette_access_monitoring.sources.model import Checkpoint
from datasette_access_monitoring.store.database import open_for_writing
from datasette_access_monitoring.store.read import read_events
from datasette_access_monitoring.store.state import check_integrity, read_type_states
from datasette_access_monitoring.store.write import Writer

NOWHERE = Checkpoint("-", 0, 0, b"", b"", 0, 0)


@pytest.mark.parametrize(("log", "read", "types"), [(SAMPLES, 328, 197), (ODDITIES, 201, 25)])
def test_a_log_loads_whole_and_comes_back_whole(tmp_path, log, read, types):
    database = tmp_path / "audit.db"
    wanted = canonical_lines(log)
    first = load_log(database, log)
    assert (first.read, first.written.new, first.written.rejected) == (read, len(wanted), 0)
    assert first.written.duplicate == read - len(wanted)
    assert Counter(canonical(line) for line in exported(database)) == Counter(
        dict.fromkeys(wanted, 1)
    )
    connection = sqlite3.connect(database)
    assert len(read_type_states(connection)) == types
    assert check_integrity(connection) == []
    connection.close()


@pytest.mark.parametrize("log", [SAMPLES, ODDITIES])
def test_loading_again_changes_nothing(tmp_path, log):
    database, copy = tmp_path / "audit.db", tmp_path / "copy.ndjson"
    first = load_log(database, log)
    before = exported(database)
    again = load_log(database, log)
    assert (again.read, again.written.new) == (0, 0)
    copy.write_bytes(b"\n" + log.read_bytes())  # begins otherwise, so every line is read again
    other = load_log(database, copy)
    assert other.read == first.read
    assert (other.written.new, other.written.duplicate) == (0, first.read)
    assert exported(database) == before


def test_samples_have_no_duplicates_to_begin_with():
    assert set(canonical_lines(SAMPLES).values()) == {1}


@pytest.mark.parametrize("log", [SAMPLES, ODDITIES])
def test_the_events_view_holds_each_event_whole(tmp_path, log):
    load_log(tmp_path / "audit.db", log)
    connection = sqlite3.connect(tmp_path / "audit.db")
    rows = connection.execute("SELECT event, event_data FROM events").fetchall()
    assert Counter(canonical(data) for _, data in rows) == Counter(
        dict.fromkeys(canonical_lines(log), 1)
    )
    assert all(event == json.loads(data)["event"] for event, data in rows)


@pytest.mark.parametrize("log", [SAMPLES, ODDITIES])
def test_plain_sqlite_reads_every_view(tmp_path, log):
    load_log(tmp_path / "audit.db", log)
    connection = sqlite3.connect(tmp_path / "audit.db")
    views = [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
    assert set(load_catalog().views) < set(views)
    counted = 0
    for view in views:
        rows = connection.execute('SELECT * FROM "{}"'.format(view.replace('"', '""'))).fetchall()
        counted += len(rows) if view not in ("events", "_events") else 0
    (in_all,) = connection.execute("SELECT count(*) FROM events").fetchone()
    # One type of the oddities, "...", leaves nothing to make a view's name from.
    assert in_all - counted == (1 if log is ODDITIES else 0)


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="no sqlite3 command on this machine")
def test_the_sqlite3_command_reads_a_view(tmp_path):
    load_log(tmp_path / "audit.db", SAMPLES)
    out = subprocess.run(
        ["sqlite3", "-readonly", tmp_path / "audit.db", "SELECT count(*), max(time) FROM exec"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert out.stdout.count("|") == 1 and out.stdout.strip() != "0|"


def test_the_python_sqlite3_module_reads_a_view(tmp_path):
    load_log(tmp_path / "audit.db", SAMPLES)
    code = (
        "import sqlite3, sys; connection = sqlite3.connect(sys.argv[1]);"
        "print(connection.execute('SELECT * FROM cert_create').fetchall())"
    )
    out = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "audit.db"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "cert.create" in out.stdout


def test_views_have_the_catalogs_columns_and_no_others(tmp_path):
    load_log(tmp_path / "audit.db", SAMPLES)
    connection = sqlite3.connect(tmp_path / "audit.db")
    for view in load_catalog().views.values():
        cursor = connection.execute(f'SELECT * FROM "{view.name}"')
        assert [d[0] for d in cursor.description] == [c.name for c in view.columns]


def test_values_are_held_as_the_design_says(tmp_path):
    log = tmp_path / "log.ndjson"
    log.write_text(
        '{"event":"session.start","time":"2024-03-20T14:12:03.3749+02:00","user":"","login":null,'
        '"access_requests":[],"ei":3,"success":true,"initial_command":["a b","c"]}\n'
        '{"event":"instance.join","time":"2024-03-20T12:12:03Z","success":false}\n'
    )
    load_log(tmp_path / "audit.db", log)
    connection = sqlite3.connect(tmp_path / "audit.db")
    row = connection.execute(
        "SELECT event_date, event_time, time, user, login, access_requests, ei, initial_command,"
        " with_mfa FROM session_start"
    ).fetchone()
    assert row == (
        "2024-03-20", "2024-03-20 12:12:03.374", "2024-03-20T14:12:03.3749+02:00", "", None, "[]",
        3, '["a b","c"]', None,
    )  # fmt: skip
    assert connection.execute("SELECT success FROM instance_join").fetchone() == (0,)


PATHS = sorted({c.path for v in load_catalog().views.values() for c in v.columns if not c.derived})
EVENTS = [*sorted(load_catalog().by_event), "odd.type", "other-type"]
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["kind", "name", "key", "value", "user", "x.y", ""]) | st.text(
            st.characters(exclude_categories=("Cs",)), max_size=4), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@st.composite
def any_event(draw):
    """An event whose keys are mostly ones that columns read, with values of any type."""
    data = {}
    for path in draw(st.lists(st.sampled_from(PATHS), max_size=6)):
        place = data
        for key in path[:-1]:
            place = place.setdefault(key, {}) if isinstance(place, dict) else {}
        if isinstance(place, dict):
            place[path[-1]] = draw(VALUES)
    data.update(
        draw(st.dictionaries(st.sampled_from(["identity", "labels", "zz"]), VALUES, max_size=2))
    )
    data["event"] = draw(st.sampled_from(EVENTS))
    data["time"] = f"2024-03-20T12:12:0{draw(st.integers(0, 3))}Z"
    return data


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(any_event(), min_size=1, max_size=8))
def test_any_event_comes_back(events):
    lines = [json.dumps(event).encode() for event in events]
    decoded = [decode(line) for line in lines]
    assert all(isinstance(event, Event) for event in decoded), decoded
    connection = open_for_writing(":memory:")
    Writer(connection).write(decoded, [], NOWHERE)
    wanted = sorted({canonical(line) for line in lines})
    assert sorted(canonical(line) for line in read_events(connection)) == wanted
    through_view = connection.execute("SELECT event_data FROM events")
    assert sorted(canonical(data) for (data,) in through_view) == wanted
    connection.close()
