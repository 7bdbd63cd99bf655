"""The registry of functions: complete entries, and every signature runs on SQLite."""

# ruff: noqa: E501 (tables of cases)
from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from sql_world import World

from datasette_access_monitoring.catalog import TrinoType
from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql import udf
from datasette_access_monitoring.sql.functions import FUNCTIONS, Function, Kind
from datasette_access_monitoring.sql.functions.signatures import Signature, signature

# A value of each type that a signature can name; a letter is any type, texts here.
SAMPLES = {
    "varchar": "'a'",
    "integer": "1",
    "bigint": "CAST(2 AS bigint)",
    "decimal": "1.50",
    "double": "1E0",
    "boolean": "true",
    "varbinary": "to_utf8('a')",
    "json": "json_parse('[1]')",
    "date": "DATE '2026-01-31'",
    "timestamp": "TIMESTAMP '2026-01-31 10:00:00.000'",
    "timestamp with time zone": "from_iso8601_timestamp('2026-01-31T10:00:00+01:00')",
    "interval day to second": "INTERVAL '1' DAY",
    "interval year to month": "INTERVAL '1' YEAR",
    "ipaddress": "CAST('10.1.2.3' AS ipaddress)",
    "ipprefix": "CAST('10.1.2.0/24' AS ipprefix)",
    "row": "ROW(1, 'a')",
    **dict.fromkeys("TUKVS", "'a'"),
}
SIGNATURES = [
    pytest.param(function, known, id=f"{function.name}{known.text}")
    for function in FUNCTIONS.values()
    for known in function.signatures
]
# What no function may answer to arguments of its own types.
UNFIT = ("Unexpected parameters", "database refused", "cannot stand", "not known")


def sample(kind: TrinoType) -> str:
    """An expression of a type as a signature spells it."""
    inside = kind.arguments
    if kind.base == "array":
        return f"ARRAY[{sample(inside[0])}]"
    if kind.base == "map":
        return f"MAP(ARRAY[{sample(inside[0])}], ARRAY[{sample(inside[1])}])"
    if kind.base == "function":
        names = [f"x{index}" for index in range(len(inside) - 1)]
        return f"({', '.join(names)}) -> {sample(inside[-1])}"
    return SAMPLES[kind.base]


def call(function: Function, arguments: Sequence[str]) -> str:
    if function.name == "listagg":
        return f"listagg({', '.join(arguments)}) WITHIN GROUP (ORDER BY 1)"
    over = " OVER (ORDER BY user)" if function.kind is Kind.WINDOW else ""
    return f"{function.name}({', '.join(arguments)}){over}"


@pytest.fixture(scope="module")
def world() -> World:
    world = World(":memory:")
    world.add("exec", "2026-11-20T10:00:00Z", user="a")
    return world


@pytest.mark.parametrize(("function", "known"), SIGNATURES)
def test_every_signature_has_a_call_that_fits(
    world: World, function: Function, known: Signature
) -> None:
    arguments = [sample(kind) for kind in known.arguments]
    try:
        found = world.texts(f"SELECT {call(function, arguments)} FROM exec")
    except QueryError as error:  # the sample means nothing to it: 'a' is no unit of time
        assert not any(word in error.message for word in UNFIT)
        return
    assert len(found) == 1


NULL_IS_A_VALUE = {
    "coalesce", "if", "nullif", "concat_ws", "typeof", "try", "format", "array_join", "repeat",
    "array_remove", "array_position", "contains", "zip", "row", "json_format", "any_match",
}  # fmt: skip


@pytest.mark.parametrize(
    ("function", "known"),
    [one for one in SIGNATURES
     if one.values[0].kind is Kind.SCALAR and one.values[1].arguments
     and one.values[0].name not in NULL_IS_A_VALUE
     and "function(" not in one.values[1].text],
)  # fmt: skip
def test_a_null_argument_gives_null(world: World, function: Function, known: Signature) -> None:
    arguments = ["NULL", *(sample(kind) for kind in known.arguments[1:])]
    try:
        assert world.value(call(function, arguments)) is None
    except QueryError as error:
        assert not any(word in error.message for word in UNFIT)


def test_every_function_has_values_in_some_test() -> None:
    """Each name is called in a table of expressions or in a query of the tests."""
    text = "".join(
        path.read_text("utf-8").lower() for path in Path(__file__).parent.glob("test_sql_*.py")
    )
    called = set(re.findall(r"\b(\w+)\(", text))
    assert sorted(set(FUNCTIONS) - called) == []


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
