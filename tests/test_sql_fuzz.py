"""Random queries: each gets a result or a ``QueryError``, in time, and changes nothing.

``FUZZ_STATEMENTS`` says how many.  A failure shows the seed and the query, cut down to
what still fails in the same way.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from held_values import well_formed
from hypothesis import given, settings
from hypothesis import strategies as st
from logs import SAMPLES, load_log, write_log
from sql_grammar import Grammar
from sql_random_expressions import Place

from datasette_access_monitoring.engine import Engine, Limits, parameter_values
from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql import udf
from datasette_access_monitoring.sql.translate import Translation, translate
from datasette_access_monitoring.sql.typed_json import typed_json
from datasette_access_monitoring.sql.window import Window
from datasette_access_monitoring.store.relations import read_relations

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")

STATEMENTS = int(os.environ.get("FUZZ_STATEMENTS", "2000"))
BATCH = 500
AS_OF_MS = 1_795_341_600_000
WINDOW = Window(0, AS_OF_MS)
LIMITS = Limits(seconds=0.5, rows=10_000, bytes=16_000_000)
SLACK_SECONDS = 0.5
# A query may find its limits; anything else that the database says is a fault of the translation.
LIMITED = ("the query ", "a value of more than ")


_LOOKUP = '(SELECT "json" FROM "_extras" WHERE "id" = "_shared")'


class Fault(AssertionError):
    """Something that no query may do."""


class Sandbox:
    """The sample log in a database, and one way to try a query on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.relations = read_relations(self.connection)
        self.engine = Engine(self.connection)
        self.tables = {
            name for (name,) in self.connection.execute("SELECT name FROM sqlite_master")
        }
        self.watcher = sqlite3.connect(path)
        udf.register(self.watcher)
        self.watcher.execute("SELECT 1 FROM json_each('[]')")  # its first use declares it
        self.digest = self._digest()
        self.results = 0

    def close(self) -> None:
        self.connection.close()
        self.watcher.close()

    def attempt(self, sql: str) -> None:
        """Translate and run; raises ``Fault`` for all but a result and a proper refusal."""
        try:
            translation = translate(sql, self.relations)
        except QueryError:
            return
        self._check_reads(sql, translation)
        start = time.monotonic()
        try:
            result = self.engine.run(translation, WINDOW, AS_OF_MS, LIMITS)
        except QueryError as error:
            if error.message.startswith("the database refused the query"):
                raise Fault(error.message) from error
            return
        finally:
            self._check_time(time.monotonic() - start)
        for row in result.rows:
            for column, value in zip(result.columns, row, strict=True):
                if not well_formed(column.type, value):
                    raise Fault(f"{value!r} is no {column.type}")
        typed_json(result.columns, result.rows)
        self.results += 1

    def _check_time(self, seconds: float) -> None:
        if seconds > LIMITS.seconds + SLACK_SECONDS:
            raise Fault(f"the query held on for {seconds:.2f} seconds")

    def _check_reads(self, sql: str, translation: Translation) -> None:
        """What SQLite would read stands behind views that the query names, and nothing else."""
        named = {name for name in re.findall(r'"(\w+)"', sql) if name in self.relations}
        allowed = {self.relations[name].table for name in named}
        allowed |= {table for name in named for table in self.relations[name].behind}
        # What an event has there is a part of it, and is looked up by the event's own number.
        if translation.sql.count('"_extras"') == translation.sql.count(_LOOKUP):
            allowed.add("_extras")
        other: set[tuple[int, str | None]] = set()

        def record(action: int, first: str | None, *_: str | None) -> int:
            stored = action == sqlite3.SQLITE_READ and first in self.tables - allowed
            if stored or action not in _HARMLESS:
                other.add((action, first))
            return sqlite3.SQLITE_OK

        used = translation.parameters()
        values = parameter_values(WINDOW, AS_OF_MS)
        self.watcher.set_authorizer(record)
        with suppress(sqlite3.Error):  # the run itself will show it
            self.watcher.execute(
                f"EXPLAIN {translation.sql}", {name: values[name] for name in used}
            ).close()
        self.watcher.set_authorizer(None)
        if other:
            raise Fault(f"the query would also do {sorted(other)}")

    def check_unchanged(self) -> None:
        assert self.connection.total_changes == 0
        assert self._digest() == self.digest
        assert not list(self.path.parent.glob("*-journal"))

    def _digest(self) -> bytes:
        return hashlib.sha256(self.path.read_bytes()).digest()


_HARMLESS = frozenset({
    sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE,
})  # fmt: skip

MORE_EVENTS = [
    {"event": "exec", "time": "2026-11-20T10:00:00Z", "user": "alice", "user_kind": 1,
     "command": "cat /etc/passwd", "server_labels": {"env": "prod", "key": "x"}},
    {"event": "cert.create", "time": "2026-11-20T10:00:00.5Z", "user": "bob",
     "identity": {"user": "bob", "roles": ["a", None, ""], "traits": {"logins": ["root"]}}},
    {"event": "new.type", "time": "2026-11-20T10:00:01Z", "user": "zoe\0x", "mixed": "x", "n": 5,
     "d": 0.5, "j": [1],
     "o": {"k": {"l": 1}}},
    {"event": "new.type", "time": "2026-11-20T10:00:02Z", "mixed": 5},
]  # fmt: skip


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder = tmp_path_factory.mktemp("fuzz")
    load_log(folder / "audit.db", SAMPLES, write_log(folder / "more.ndjson", MORE_EVENTS))
    made = Sandbox(folder / "audit.db")
    yield made
    made.close()


def shrunk(sql: str, fails: Callable[[str], bool], seconds: float = 20) -> str:
    """The query without every part that the failure does not need."""
    pieces = re.findall(r"\s+|\w+|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|.", sql, re.DOTALL)
    end = time.monotonic() + seconds
    size = len(pieces) // 2
    while size and time.monotonic() < end:
        at = 0
        while at < len(pieces) and time.monotonic() < end:
            fewer = pieces[:at] + pieces[at + size :]
            if fails("".join(fewer)):
                pieces = fewer
            else:
                at += 1
        size //= 2
    return "".join(pieces)


def _outcome(sandbox: Sandbox, sql: str) -> str | None:
    """What is wrong with what a query does, without the values in it; ``None`` if nothing is."""
    try:
        sandbox.attempt(sql)
    except Exception as error:
        return re.sub(r"[0-9.]+|'[^']*'", "", f"{type(error).__name__}: {error}")[:60]
    return None


@pytest.mark.parametrize("batch", range(max(1, STATEMENTS // BATCH)))
def test_a_random_query_gets_its_result_or_a_refusal(
    sandbox: Sandbox, batch: int, capfd: pytest.CaptureFixture[str]
) -> None:
    before = sandbox.results
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        sql = Grammar(random.Random(seed), sandbox.relations).query()
        outcome = _outcome(sandbox, sql)
        if outcome is not None and _outcome(sandbox, sql) is not None:  # not by a busy machine
            small = shrunk(sql, lambda text, same=outcome: _outcome(sandbox, text) == same)
            pytest.fail(f"seed {seed}: {outcome}\n{small}\n\nwhole:\n{sql}")
    sandbox.check_unchanged()
    assert sandbox.results - before > BATCH // 5, "the grammar makes too few queries that run"
    assert capfd.readouterr().err == ""


def _counts(sandbox: Sandbox, sql: str) -> tuple[int, ...] | None:
    """The numbers that a query gives, ``None`` if it gives none."""
    try:
        result = sandbox.engine.run(translate(sql, sandbox.relations), WINDOW, AS_OF_MS, LIMITS)
    except QueryError:
        return None
    return result.rows[0]


def _disagreement(sandbox: Sandbox, source: str, condition: str) -> str | None:
    """How a condition as a filter differs from the same condition as a value, if it does."""
    values = _counts(
        sandbox,
        f"SELECT count(*), count_if({condition}), count_if(NOT {condition}),"
        f" count_if({condition} IS NULL) {source}",
    )
    if values is None:
        return None
    tests = ("true", condition, f"NOT {condition}", f"{condition} IS NULL")
    for test, value in zip(tests, values, strict=True):
        filtered = _counts(sandbox, f"SELECT count(*) {source} WHERE {test}")
        if filtered is not None and filtered != (value,):
            return f"{test} holds for {value} rows, WHERE finds {filtered[0]}\n{source}"
    return None if values[0] == sum(values[1:]) else f"{condition} is {values}\n{source}"


@pytest.mark.parametrize("batch", range(max(1, STATEMENTS // BATCH)))
def test_a_condition_is_true_false_or_null_wherever_it_stands(sandbox: Sandbox, batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH, 10):
        grammar = Grammar(random.Random(f"condition {seed}"), sandbox.relations)
        source, names = grammar.source(1)
        if names:
            condition = grammar.condition(Place(tuple(names)), 2)
            different = _disagreement(sandbox, source, condition)
            assert different is None, f"seed {seed}: {different}"


@settings(deadline=None, max_examples=100)
@given(chance=st.randoms(use_true_random=False))
def test_hypothesis_finds_none_either(sandbox: Sandbox, chance: random.Random) -> None:
    sandbox.attempt(Grammar(chance, sandbox.relations).query(1))


def test_a_shrunk_query_is_what_the_failure_needs() -> None:
    sql = "SELECT a, count(*) FROM t WHERE 'bad' = x AND y GROUP BY a"
    assert shrunk(sql, lambda text: "'bad'" in text) == "'bad'"
