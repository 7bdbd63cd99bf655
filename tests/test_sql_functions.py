"""The registry of functions: complete entries, and every signature runs on SQLite."""

# ruff: noqa: E501 (tables of cases)
from __future__ import annotations

import re

import pytest
from sql_world import World

from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql import udf
from datasette_access_monitoring.sql.functions import FUNCTIONS, Kind
from datasette_access_monitoring.sql.signatures import Signature, signature

# A value of each type that a signature can name; T is any.
SAMPLES = {
    "varchar": "'a'",
    "integer": "1",
    "bigint": "CAST(2 AS bigint)",
    "double": "1E0",
    "boolean": "true",
    "date": "DATE '2026-01-31'",
    "timestamp": "TIMESTAMP '2026-01-31 10:00:00.000'",
    "timestamp with time zone": "from_iso8601_timestamp('2026-01-31T10:00:00+01:00')",
    "interval day to second": "INTERVAL '1' DAY",
    "interval year to month": "INTERVAL '1' YEAR",
    "array(varchar)": "ARRAY['a', 'b']",
    "array(bigint)": "ARRAY[1, 2]",
    "array(T)": "ARRAY['a', 'b']",
    "T": "'a'",
}
# Arguments that must mean something: a unit of time, a text that is a date or a time, a position.
FIRST = {
    "date_trunc": "'day'", "date_add": "'day'", "date_diff": "'day'",
    "from_iso8601_timestamp": "'2026-01-31T10:00:00Z'",
}  # fmt: skip
SIGNATURES = [
    pytest.param(function, known, id=f"{function.name}{known.text}")
    for function in FUNCTIONS.values()
    for known in function.signatures
]


def spelled(known: Signature) -> list[str]:
    inside = known.text.partition(" -> ")[0][1:-1]
    parts = re.findall(r"[^,(]+(?:\([^)]*\))?[^,]*", inside)
    return [part.strip().removesuffix("...") for part in parts]


@pytest.fixture(scope="module")
def world() -> World:
    world = World(":memory:")
    world.add("exec", "2026-11-20T10:00:00Z", user="a")
    return world


@pytest.mark.parametrize(("function", "known"), SIGNATURES)
def test_every_signature_runs(world: World, function, known: Signature) -> None:
    arguments = [SAMPLES[part] for part in spelled(known)]
    if function.name in FIRST:
        arguments[0] = FIRST[function.name]
    if function.name == "date" and arguments == ["'a'"]:
        arguments = ["'2026-01-31'"]
    value = world.texts(f"SELECT {function.name}({', '.join(arguments)}) FROM exec")
    assert len(value) == 1
    if known.text.endswith("-> T") is False:
        shown = str(
            world.run(f"SELECT {function.name}({', '.join(arguments)}) FROM exec").columns[0].type
        )
        assert shown.replace("(3)", "") == known.text.partition(" -> ")[2]


@pytest.mark.parametrize(
    ("function", "known"),
    [one for one in SIGNATURES
     if one.values[0].kind is Kind.SCALAR and one.values[1].arguments
     and one.values[0].name not in ("coalesce", "if")],
)  # fmt: skip
def test_a_null_argument_gives_null(world: World, function, known: Signature) -> None:
    arguments = [SAMPLES[part] for part in spelled(known)]
    if function.name in FIRST:
        arguments[0] = FIRST[function.name]
    arguments[-1] = "NULL"
    if function.name == "nullif":
        assert world.value(f"nullif({', '.join(arguments)})") is not None
        arguments[0] = "NULL"
    assert world.value(f"{function.name}({', '.join(arguments)})") is None


def test_every_entry_says_what_it_is_for() -> None:
    for name, function in FUNCTIONS.items():
        assert name == function.name == name.lower()
        assert function.doc.endswith(".") and function.group
        assert function.signatures and len(function.signatures) == len(function.writers)
        assert len(set(function.signatures)) == len(function.signatures)


def test_names_are_found_in_any_case(world: World) -> None:
    assert world.texts("SELECT LOWER('A'), Lower('B'), CoUnT(*)") == [("a", "b", "1")]


def test_functions_of_translations_cannot_be_called_by_name() -> None:
    assert not {name for name in FUNCTIONS if name.startswith("trino_")}
    assert all(name.startswith("trino_") for name in udf.NAMES)


@pytest.mark.parametrize("text", ["varchar -> varchar", "(varchar)", "(varchar) -> nothing", ""])
def test_a_signature_that_cannot_be_read_is_an_error(text: str) -> None:
    with pytest.raises(Exception, match=r"signature|type"):
        signature(text)


HELD = {
    "boolean": "true", "integer": "1", "bigint": "2147483648", "double": "1.5E0", "varchar": "'1'",
    "date": "DATE '2026-01-31'", "timestamp": "TIMESTAMP '2026-01-31 10:00:00.000'",
    "timestamp with time zone": "from_iso8601_timestamp('2026-01-31T10:00:00+01:00')",
}  # fmt: skip
ISO = "2026-01-31 10:00:00.000"
# source, target -> text; what is not here cannot be cast
CASTS = {
    ("boolean", "integer"): "1", ("boolean", "bigint"): "1", ("boolean", "double"): "1.0",
    ("boolean", "varchar"): "true",
    ("integer", "boolean"): "true", ("integer", "bigint"): "1", ("integer", "double"): "1.0",
    ("integer", "varchar"): "1",
    ("bigint", "boolean"): "true", ("bigint", "integer"): "Out of range for integer: 2147483648",
    ("bigint", "double"): "2.147483648E9", ("bigint", "varchar"): "2147483648",
    ("double", "boolean"): "true", ("double", "integer"): "2", ("double", "bigint"): "2",
    ("double", "varchar"): "1.5E0",
    ("varchar", "boolean"): "true", ("varchar", "integer"): "1", ("varchar", "bigint"): "1",
    ("varchar", "double"): "1.0", ("varchar", "date"): "Value cannot be cast to date: 1",
    ("varchar", "timestamp"): "Value cannot be cast to timestamp: 1",
    ("varchar", "timestamp with time zone"): "Value cannot be cast to timestamp with time zone: 1",
    ("date", "timestamp"): "2026-01-31 00:00:00.000",
    ("date", "timestamp with time zone"): "2026-01-31 00:00:00.000 UTC", ("date", "varchar"): "2026-01-31",
    ("timestamp", "date"): "2026-01-31", ("timestamp", "timestamp with time zone"): ISO + " UTC",
    ("timestamp", "varchar"): ISO,
    ("timestamp with time zone", "date"): "2026-01-31", ("timestamp with time zone", "timestamp"): ISO,
    ("timestamp with time zone", "varchar"): ISO + " +01:00",
    **{(kind, kind): text for kind, text in {
        "boolean": "true", "integer": "1", "bigint": "2147483648", "double": "1.5", "varchar": "1",
        "date": "2026-01-31", "timestamp": ISO, "timestamp with time zone": ISO + " +01:00"}.items()},
}  # fmt: skip


@pytest.mark.parametrize("target", HELD)
@pytest.mark.parametrize("source", HELD)
def test_casts_between_all_types(world: World, source: str, target: str) -> None:
    expected = CASTS.get((source, target), "Cannot cast ")
    # Through a column, so that a literal is not read ahead.
    query = "SELECT {}(x AS " + target + ") FROM (SELECT " + HELD[source] + " AS x)"
    try:
        found = world.texts(query.format("CAST"))[0][0]
    except QueryError as error:
        assert expected in error.message
        if (source, target) in CASTS:
            assert world.texts(query.format("TRY_CAST")) == [(None,)]
        return
    assert found == expected
    assert world.texts(query.format("TRY_CAST")) == [(expected,)]
    assert world.value(f"CAST(CAST(NULL AS {source}) AS {target})") is None
