"""Results as typed JSON: each type's values, nested and not."""

# ruff: noqa: E501 (tables of cases)
from __future__ import annotations

import json
from typing import Any

import pytest

from datasette_access_monitoring.catalog import parse_type
from datasette_access_monitoring.sql.rules import decimals, times, values
from datasette_access_monitoring.sql.translate import OutputColumn
from datasette_access_monitoring.sql.typed_json import typed, typed_json, typed_value

ADDRESS = bytes(10) + b"\xff\xff\x0a\x01\x02\x03"


@pytest.mark.parametrize(
    ("kind", "held", "shown"),
    [
        ("varchar", None, None), ("varchar", "é\0", "é\0"), ("boolean", 1, True), ("boolean", 0, False),
        ("integer", -5, -5), ("bigint", 2**63 - 1, 2**63 - 1), ("double", 0.1, 0.1), ("double", -0.0, -0.0),
        ("double", float("inf"), "Infinity"), ("double", float("-inf"), "-Infinity"),
        ("decimal(5,2)", decimals.held(-150), "-1.50"),
        ("date", "2026-11-22", "2026-11-22"),
        ("timestamp(0)", "2026-11-22 10:00:00.000", "2026-11-22 10:00:00"),
        ("timestamp with time zone", times.pack(0), "1970-01-01 00:00:00.000 UTC"),
        ("interval day to second", 90_000_000, "1 01:00:00.000"),
        ("interval year to month", -14, "-1-2"),
        ("varbinary", b"\x00\xff", "AP8="), ("varbinary", b"", ""),
        ("ipaddress", ADDRESS, "10.1.2.3"), ("ipprefix", ADDRESS + b"\x18", "10.1.2.3/24"),
        ("json", '{"b":[1,null,1.5],"a":"x"}', {"b": [1, None, 1.5], "a": "x"}), ("json", "null", None),
        ("json", "[1e999,12345678901234567890]", ["1e999", 12345678901234567890]),
        ("unknown", None, None),
        ("array(varchar)", '["a",null]', ["a", None]), ("array(varchar)", "[]", []), ("array(varchar)", None, None),
        ("array(boolean)", "[1,0,null]", [True, False, None]),
        ("array(double)", '["0.5","inf"]', [0.5, "Infinity"]),
        ("array(varbinary)", '["00ff"]', ["AP8="]),
        ("array(array(date))", '[["2026-11-22"],null]', [["2026-11-22"], None]),
        ("map(varchar, bigint)", '[["b",1],["a",null]]', {"b": 1, "a": None}),
        ("map(bigint, varchar)", '[[1,"x"]]', [[1, "x"]]),
        ("map(varchar, map(varchar, boolean))", '[["o",[["i",1]]]]', {"o": {"i": True}}),
        ("map(varchar, json)", '[["k","[1]"]]', {"k": [1]}),
        ("row(a varchar, b boolean)", '["x",1]', {"a": "x", "b": True}),
        ("row(a varchar, bigint)", '["x",1]', ["x", 1]),
        ("row(a varchar, a bigint)", '["x",1]', ["x", 1]),
        ("array(row(kind varchar, name varchar))", '[["node",null],null]', [{"kind": "node", "name": None}, None]),
    ],
)  # fmt: skip
def test_a_value_keeps_its_type(kind: str, held: Any, shown: Any) -> None:
    found = typed_value(parse_type(kind), held)
    assert found == shown and type(found) is type(shown)
    if isinstance(shown, float):
        assert repr(found) == repr(shown)
    if kind not in ("varchar", "json"):
        inside = values.dump([values.nested(parse_type(kind), held)])
        assert typed_value(parse_type(f"array({kind})"), inside) == [shown]


COLUMNS = [OutputColumn("x", parse_type("bigint")), OutputColumn("x", parse_type("array(date)"))]


def test_a_result_has_columns_with_types_and_rows_as_lists() -> None:
    assert typed(COLUMNS, [(1, None), (None, '["2026-11-22"]')]) == {
        "columns": [{"name": "x", "type": "bigint"}, {"name": "x", "type": "array(date)"}],
        "rows": [[1, None], [None, ["2026-11-22"]]],
    }
    assert typed([], []) == {"columns": [], "rows": []}


def test_the_text_is_one_line_of_json_that_fools_no_terminal() -> None:
    text = typed_json([OutputColumn("\u202ex", parse_type("varchar"))], [("a\nb\x1b[2J\u202e",)])
    assert text.count("\n") == 1 and text.isascii()
    assert json.loads(text) == {
        "columns": [{"name": "\u202ex", "type": "varchar"}],
        "rows": [["a\nb\x1b[2J\u202e"]],
    }
