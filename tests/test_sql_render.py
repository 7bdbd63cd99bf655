"""Results as text: values by type, and the four formats around them."""

# ruff: noqa: E501 (tables of cases)
from __future__ import annotations

import csv
import io
import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from datasette_access_monitoring.catalog import parse_type
from datasette_access_monitoring.catalog.types import (
    INTERVAL_DAY_TO_SECOND,
    INTERVAL_YEAR_TO_MONTH,
    VARCHAR,
    TrinoType,
)
from datasette_access_monitoring.sql.render import (
    FORMATS,
    render,
    tctl_json,
    tctl_yaml,
    value_text,
)
from datasette_access_monitoring.sql.rules import times, zones
from datasette_access_monitoring.sql.translate import OutputColumn
from datasette_access_monitoring.visible import escaped_json, visible

ROWS_TYPE = parse_type("array(row(kind varchar, name varchar))")
UTC = times.pack(times.moment_of_timestamp("2026-11-22 10:00:00.500"))


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (parse_type("boolean"), 1, "true"),
        (parse_type("boolean"), 0, "false"),
        (parse_type("varchar"), None, None),
        (parse_type("varchar"), "", ""),
        (parse_type("bigint"), -5, "-5"),
        (parse_type("date"), "2026-11-22", "2026-11-22"),
        (parse_type("timestamp"), "2026-11-22 10:00:00.500", "2026-11-22 10:00:00.500"),
        (TrinoType("timestamp", parameters=(0,)), "2026-11-22 10:00:00.000", "2026-11-22 10:00:00"),
        (parse_type("timestamp with time zone"), UTC, "2026-11-22 10:00:00.500 UTC"),
        (parse_type("timestamp with time zone"), times.pack(0, zones.fixed(120)), "1970-01-01 02:00:00.000 +02:00"),
        (parse_type("timestamp with time zone"), times.pack(0, zones.fixed(-90)), "1969-12-31 22:30:00.000 -01:30"),
        (INTERVAL_DAY_TO_SECOND, 90_000_000, "1 01:00:00.000"),
        (INTERVAL_DAY_TO_SECOND, -1, "-0 00:00:00.001"),
        (INTERVAL_YEAR_TO_MONTH, -14, "-1-2"),
        (parse_type("array(varchar)"), '["a","b c",null]', "[a, b c, null]"),
        (parse_type("array(varchar)"), "[]", "[]"),
        (parse_type("array(boolean)"), "[true,false]", "[true, false]"),
        (ROWS_TYPE, '[["node","x"],[null,null]]', "[{kind=node, name=x}, {kind=null, name=null}]"),
        (parse_type("double"), 1795341600.0, "1.7953416E9"),
        (parse_type("double"), 2 / 3, "0.6666666666666666"),
        (parse_type("double"), 1024.0, "1024.0"),
        (parse_type("double"), 0.001, "0.001"),
        (parse_type("double"), 0.00012, "1.2E-4"),
        (parse_type("double"), 9999999.0, "9999999.0"),
        (parse_type("double"), 1e7, "1.0E7"),
        (parse_type("double"), -0.0, "-0.0"),
        (parse_type("double"), float("inf"), "Infinity"),
        (parse_type("double"), 100.25, "100.25"),
    ],
)  # fmt: skip
def test_a_value_is_written_by_its_type(kind: TrinoType, value: object, text: str | None) -> None:
    assert value_text(kind, value) == text


@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_reads_back(value: float) -> None:
    text = value_text(parse_type("double"), value)
    assert text is not None and float(text) == value
    plain = value == 0 or 1e-3 <= abs(value) < 1e7
    assert ("E" in text) != plain


COLUMNS = (
    OutputColumn("user", parse_type("varchar")),
    OutputColumn("n", parse_type("bigint")),
    OutputColumn("user", parse_type("boolean")),
)
ROWS = [("ann", 5, 1), (None, 12, None), ('a,"b"\n', -1, 0)]
CELLS = [["user", "n", "user"], ["ann", "5", "true"], ["", "12", ""], ['a,"b"\n', "-1", "false"]]


def test_json_is_tctls() -> None:
    text = render("json", COLUMNS, ROWS)
    assert json.loads(text) == [{"data": cells} for cells in CELLS]
    assert text.startswith('[{"data":["user","n","user"]},\n{"data":["ann","5","true"]}')
    assert text.endswith("]\n")


def test_json_without_rows_has_the_names() -> None:
    assert render("json", COLUMNS[:1], []) == '[{"data":["user"]}]\n'


def test_yaml_is_the_same_document() -> None:
    assert yaml.safe_load(render("yaml", COLUMNS, ROWS)) == [{"data": cells} for cells in CELLS]


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)


@given(values=st.lists(st.tuples(TEXTS, TEXTS), max_size=4))
def test_every_text_survives_json_yaml_and_csv(values: list[tuple[str, str]]) -> None:
    columns = [OutputColumn(name, parse_type("varchar")) for name in "ab"]
    expected = [["a", "b"], *(list(row) for row in values)]
    assert [row["data"] for row in json.loads(render("json", columns, values))] == expected
    assert [row["data"] for row in yaml.safe_load(render("yaml", columns, values))] == expected
    if any("\0" in cell for row in values for cell in row):
        return  # Python's reader refuses NUL before 3.11
    stream = io.StringIO(render("csv", columns, values), newline="")
    assert list(csv.reader(stream)) == expected


def test_csv_has_a_header_and_empty_nulls() -> None:
    assert render("csv", COLUMNS, ROWS) == (
        'user,n,user\r\nann,5,true\r\n,12,\r\n"a,""b""\n",-1,false\r\n'
    )


def test_a_table_is_aligned_with_numbers_to_the_right() -> None:
    assert render("table", COLUMNS, ROWS).splitlines() == [
        "user      n  user",
        "-------  --  -----",
        "ann       5  true",
        "         12",
        'a,"b"\\n  -1  false',
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 漢", "plain é 漢"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\r\nb\tc\0", "a\\r\\nb\\tc\\x00"),
        ("abc\u202edef", "abc\\u202edef"),
        ("a\u2028b\u200b\ufeff", "a\\u2028b\\u200b\\ufeff"),
        ("\x9b0m", "\\x9b0m"),
    ],
)
def test_a_table_shows_what_could_fool_a_terminal(text: str, shown: str) -> None:
    assert visible(text) == shown
    column = OutputColumn(text, parse_type("varchar"))
    lines = render("table", [column], [(text,)]).splitlines()
    assert lines[0] == lines[2] == shown


def test_wide_letters_take_two_cells() -> None:
    columns = [OutputColumn("a", parse_type("varchar")), OutputColumn("b", parse_type("varchar"))]
    lines = render("table", columns, [("漢", "x"), ("ab", "y")]).splitlines()
    assert lines[1:] == ["--  -", "漢  x", "ab  y"]


def test_the_formats_have_names() -> None:
    assert set(FORMATS) == {"json", "yaml", "csv", "table"}
    with pytest.raises(KeyError):
        render("xml", COLUMNS, ROWS)


@pytest.mark.parametrize(
    "text", ["\x7f", "\x9b31m", "\u202e", "é😀", "\U000e0041", "\ufffe", "\ud800"]
)
def test_escapes_change_nothing_but_the_spelling(text: str) -> None:
    columns = [OutputColumn(f"a{text}", VARCHAR)]
    rows = [(f"x\n{text}\ty",)]
    expected = [{"data": [f"a{text}"]}, {"data": [f"x\n{text}\ty"]}]
    assert json.loads(tctl_json(columns, rows)) == expected
    if text != "\ud800":  # no YAML reader takes half a pair
        assert yaml.safe_load(tctl_yaml(columns, rows)) == expected
    document = json.dumps(expected, indent=2, ensure_ascii=False)
    assert json.loads(escaped_json(document)) == expected
    assert escaped_json(document).count("\n") == document.count("\n")
