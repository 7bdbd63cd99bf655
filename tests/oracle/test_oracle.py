"""The same queries on another engine: DuckDB, over the same events, gives the same rows.

It runs where DuckDB is installed.  Differences that are DuckDB's, and the Trino rule that
says so, are put right in ``duck`` or listed in ``KNOWN``.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sql_world import World

from datasette_access_monitoring.catalog.types import TrinoType
from datasette_access_monitoring.sql.rules import decimals, times, values

from . import duck, events, queries

pytest.importorskip("duckdb", reason="the oracle is DuckDB, which is not installed")
pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="Python's own window functions need Python 3.11"
)

_REVERSE = "SELECT uid, length({0}), lower({0}), reverse({0}) FROM {1}"
KNOWN: dict[str, str] = {
    _REVERSE.format(column, view): "reverse: Trino turns code points round, DuckDB graphemes"
    for column, view in (
        ("command", "exec"),
        ("db_user", "db_session_start"),
        ("request_path", "kube_request"),
    )
}
"""Queries that differ, and Trino's rule for which is right."""


@pytest.fixture(scope="module")
def other() -> Any:
    return duck.connect()


@pytest.fixture(scope="module")
def ours() -> World:
    world = World(":memory:")
    for view, time, held in events.events():
        world.add(view, time, **held)
    return world


def comparable(kind: TrinoType, value: Any) -> Any:
    """One of our nested values as a Python value that says no more than what it is."""
    if value is None:
        return None
    if kind.base in ("array", "row"):
        kinds = kind.arguments if kind.base == "row" else kind.arguments * len(value)
        return tuple(map(comparable, kinds, value))
    if kind.base == "map":
        key, item = kind.arguments
        return frozenset((comparable(key, k), comparable(item, v)) for k, v in value)
    return _scalar(kind, value)


def _scalar(kind: TrinoType, value: Any) -> Any:
    if kind.base == "decimal":
        return number(Decimal(decimals.text(decimals.unscaled(value), kind.parameters[1])))
    if kind.base == "double":
        return number(float(value))
    if kind.base == "boolean":
        return bool(value)
    if kind.base == "date":
        return date.fromisoformat(value)
    if kind.base == "timestamp":
        return datetime.fromisoformat(value)
    if kind.base == "timestamp with time zone":
        return datetime.fromisoformat(times.timestamp_text(value >> 12))
    if kind.base == "interval day to second":
        return timedelta(milliseconds=value)
    return value


def number(value: Any) -> Any:
    """A number with the digits that any order of computing it settles."""
    if isinstance(value, float):
        return value if math.isinf(value) or value == 0 else float(f"{value:.12g}")
    return int(value) if value == value.to_integral_value() else float(f"{value:.12g}")


def plain(value: Any) -> Any:
    """A value of DuckDB's in the same form."""
    if isinstance(value, dict):
        return tuple(map(plain, value.values()))
    if isinstance(value, (list, tuple)):
        return tuple(map(plain, value))
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(timezone.utc).replace(tzinfo=None)
    return number(value) if isinstance(value, (float, Decimal)) else value


def our_rows(world: World, query: str) -> list[tuple[Any, ...]]:
    result = world.run(query, days=10_000)
    kinds = [column.type for column in result.columns]
    return [
        tuple(
            comparable(kind, values.nested(kind, value))
            for kind, value in zip(kinds, row, strict=True)
        )
        for row in result.rows
    ]


def other_rows(connection: Any, query: str, kinds: list[TrinoType]) -> list[tuple[Any, ...]]:
    rows = connection.execute(query).fetchall()
    return [
        tuple(
            frozenset((plain(k), plain(v)) for k, v in value.items())
            if kind.base == "map" and value is not None
            else plain(value)
            for kind, value in zip(kinds, row, strict=True)
        )
        for row in rows
    ]


def both(
    world: World, connection: Any, query: str, theirs: str | None = None
) -> tuple[list[Any], list[Any]]:
    kinds = [column.type for column in world.run(query, days=10_000).columns]
    return our_rows(world, query), other_rows(connection, theirs or duck.translated(query), kinds)


@pytest.mark.parametrize("query", dict.fromkeys(queries.unordered()))
def test_both_engines_find_the_same_rows(ours: World, other: Any, query: str) -> None:
    here, there = both(ours, other, query)
    assert (Counter(here) == Counter(there)) is (query not in KNOWN), KNOWN.get(query)


@pytest.mark.parametrize(("query", "theirs"), queries.PAIRS)
def test_what_each_engine_writes_its_own_way_is_the_same(
    ours: World, other: Any, query: str, theirs: str
) -> None:
    here, there = both(ours, other, query, theirs)
    assert Counter(here) == Counter(there)


@pytest.mark.parametrize("query", queries.ORDERED)
def test_both_engines_give_the_same_order(ours: World, other: Any, query: str) -> None:
    here, there = both(ours, other, query)
    assert here == there


def test_the_queries_find_something(ours: World) -> None:
    found = [bool(our_rows(ours, query)) for query in dict.fromkeys(queries.unordered())]
    assert len(found) > 400
    assert sum(found) > 0.95 * len(found)
