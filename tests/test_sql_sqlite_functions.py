"""The three Trino functions on a plain SQLite connection, where nothing is translated."""

from __future__ import annotations

import sqlite3

import pytest

from datasette_access_monitoring.sql import udf
from datasette_access_monitoring.sql.sqlite_functions import DOCUMENTATION, register_plain


@pytest.fixture
def connection() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    register_plain(connection)
    return connection


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("CARDINALITY('[\"a\",\"b\"]')", 2),
        ("cardinality('[]')", 0),
        ("CARDINALITY(NULL)", None),
        ("CARDINALITY(NULL) IS NULL", 1),
        ("CONTAINS('[\"a\"]', 'a')", 1),
        ("Contains('[\"a\"]', 'A')", 0),
        ("NOT CONTAINS('[\"a\"]', 'z')", 1),
        ("CONTAINS('[\"a\",null]', 'z')", None),
        ("CONTAINS('[\"z\",null]', 'z')", 1),
        ("CONTAINS('[1,2]', 2)", 1),
        ("CONTAINS('[\"1\"]', 1)", 0),
        ("CONTAINS(NULL, 'a')", None),
        ("CONTAINS('[\"a\"]', NULL)", None),
        ("FROM_ISO8601_TIMESTAMP('1970-01-01T00:00:01.5Z')", 1500),
        ("from_iso8601_timestamp('1970-01-01T02:00:00+02:00')", 0),
        ("FROM_ISO8601_TIMESTAMP('0001-01-01T00:00:00Z')", -62135596800000),
        ("FROM_ISO8601_TIMESTAMP(NULL)", None),
        ("FROM_ISO8601_TIMESTAMP('2026-11-22T10:00:00Z') "
         "- FROM_ISO8601_TIMESTAMP('2026-11-21T10:00:00Z') > 86400000", 0),
        ("FROM_ISO8601_TIMESTAMP('2026-11-22T10:00:00.001Z') "
         "- FROM_ISO8601_TIMESTAMP('2026-11-21T10:00:00Z') > 86400000", 1),
    ],
)  # fmt: skip
def test_a_function_gives_trinos_value(
    connection: sqlite3.Connection, expression: str, value: object
) -> None:
    assert connection.execute(f"SELECT {expression}").fetchone() == (value,)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("CARDINALITY('x')", "CARDINALITY: 'x' is no JSON array"),
        ("CARDINALITY('{}')", "CARDINALITY: '{}' is no JSON array"),
        ("CARDINALITY(5)", "CARDINALITY: 5 is no JSON array"),
        ("CONTAINS('x', 1)", "CONTAINS: 'x' is no JSON array"),
        ("FROM_ISO8601_TIMESTAMP('x')", 'FROM_ISO8601_TIMESTAMP: Invalid format: "x"'),
        ("FROM_ISO8601_TIMESTAMP(5)", "FROM_ISO8601_TIMESTAMP: 5 is no text"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_garbage_is_an_error(connection: sqlite3.Connection, expression: str, message: str) -> None:
    with pytest.raises(sqlite3.OperationalError):
        connection.execute(f"SELECT {expression}").fetchall()
    with udf.collecting() as failures:
        connection.execute(f"SELECT {expression}").fetchall()
    assert len(failures) == 1 and failures[0].startswith(message)


def test_every_function_is_documented(connection: sqlite3.Connection) -> None:
    def names(one: sqlite3.Connection) -> set[str]:
        listed = one.execute("SELECT upper(name) FROM pragma_function_list")
        return {row[0] for row in listed}

    assert names(connection) - names(sqlite3.connect(":memory:")) == set(DOCUMENTATION)
