"""JSON: the type, its functions and its casts, with the values that Trino gives."""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.rules import json_paths, json_values
from datasette_access_monitoring.sql.rules.json_tokens import BadJsonError, Reader

# expression, value as text (None is NULL)
VALUES: list[tuple[str, str | None]] = [
    # parsing: keys sorted, the last of two alike, doubles in Java's form, big integers whole
    ("json_parse('{\"b\": 1, \"a\": [true, null]}')", '{"a":[true,null],"b":1}'),
    ('json_parse(\'{"a":1,"a":2}\')', '{"a":2}'),
    ("json_parse('1.50')", "1.5"),
    ("json_parse('1.0')", "1.0"),
    ("json_parse('1e3')", "1000.0"),
    ("json_parse('1E10')", "1.0E10"),
    ("json_parse('0.0001')", "1.0E-4"),
    ("json_parse('1e-324')", "0.0"),
    ("json_parse('1e309')", '"Infinity"'),
    ("json_parse('-1e309')", '"-Infinity"'),
    ("json_parse('-0')", "0"),
    ("json_parse('-0.0')", "-0.0"),
    ("json_parse('123456789012345678901234567890')", "123456789012345678901234567890"),
    ("json_parse(' \t\r\n1 ')", "1"),
    ("json_parse('null')", "null"),
    ("json_parse('null') IS NULL", "false"),
    ("json_parse(NULL)", None),
    (r"""json_parse('"\u00e9\/\u0001\n\\\ud83d\ude00"')""", '"é/\\u0001\\n\\\\😀"'),
    ('json_parse(\'{"é":1,"z":2,"\U0001f600":3,"\uffff":4}\')', '{"z":2,"é":1,"\U0001f600":3,"\uffff":4}'),
    ("JSON '{ \"b\": 2, \"a\": 789 }'", '{"a":789,"b":2}'),
    ("JSON ' 128'", "128"),
    ("json_format(JSON '[1, 2]')", "[1,2]"),
    ("json_format(JSON '\"a\"')", '"a"'),
    ("json_format(NULL)", None),
    # equality
    ('JSON \'{"a":1,"b":2}\' = JSON \'{"b":2,"a":1}\'', "true"),
    ("JSON '[1,2]' = JSON '[2,1]'", "false"),
    ("JSON '1' <> JSON '1.0'", "true"),
    ("JSON 'null' IS DISTINCT FROM NULL", "true"),
    ("JSON 'null' = JSON 'null'", "true"),
    # paths
    ("json_extract_scalar('{\"a\":{\"b\":5}}', '$.a.b')", "5"),
    ("json_extract_scalar('{\"a\":true}', '$.a')", "true"),
    ("json_extract_scalar('{\"a\":1.50}', '$.a')", "1.50"),
    ("json_extract_scalar('{\"a\":1E5}', '$.a')", "1E5"),
    ("json_extract_scalar('{\"a\":-0}', '$.a')", "-0"),
    ("json_extract_scalar('{\"a\":\"\"}', '$.a')", ""),
    ("json_extract_scalar('{\"a\":null}', '$.a')", None),
    ("json_extract_scalar('{\"a\":[1,2]}', '$.a')", None),
    ("json_extract_scalar('{\"a\":{}}', '$.a')", None),
    ("json_extract_scalar('{\"a\":[1,2]}', '$.a[1]')", "2"),
    ("json_extract_scalar('{\"a\":[1,2]}', '$.a[2]')", None),
    ("json_extract_scalar('{\"a\":[1,2]}', '$.a.1')", "2"),
    ("json_extract_scalar('{\"a\":{\"1\":\"x\"}}', '$.a[1]')", "x"),
    ("json_extract_scalar('[1]', '$[\"-1\"]')", None),
    ("json_extract_scalar('[1,2]', '$[\"+1\"]')", "2"),
    ("json_extract_scalar('[1,2]', '$[99999999999]')", None),
    ("json_extract_scalar('not json', '$.a')", None),
    ("json_extract_scalar('', '$.a')", None),
    ("json_extract_scalar('{\"a.b\":1}', '$[\"a.b\"]')", "1"),
    (r"""json_extract_scalar('{"a\"b":1}', '$["a\"b"]')""", "1"),
    (r"""json_extract_scalar('{"\u0061":1}', '$.a')""", "1"),
    ("json_extract_scalar('{\"\":1}', '$[\"\"]')", "1"),
    ("json_extract_scalar('{\"a:b\":1}', '$.a:b')", "1"),
    ("json_extract_scalar('{\"é\":\"ü\"}', '$.é')", "ü"),
    ("json_extract_scalar('\"x\"', '$')", "x"),
    ("json_extract_scalar('\"x\"', '$.a')", None),
    ("json_extract_scalar(JSON '{\"a\":1}', '$.a')", "1"),
    ("json_extract_scalar(NULL, '$.a')", None),
    ("json_extract_scalar('{\"a\":1}', CAST(NULL AS varchar))", None),
    (r"""length(json_extract_scalar('{"a":"x\u0000y"}', '$.a'))""", "3"),
    # the text is read as far as the path needs it, and the first of two keys alike is met
    ("json_extract_scalar('{\"a\":1} garbage', '$.a')", "1"),
    ("json_extract_scalar('{\"a\":1, bad', '$.a')", "1"),
    ("json_extract_scalar('{bad, \"a\":1}', '$.a')", None),
    ("json_extract_scalar('{\"a\":1,\"a\":2}', '$.a')", "1"),
    ('json_extract_scalar(\'{"a":1,"a":{"b":2}}\', \'$.a.b\')', None),
    ("json_extract('{\"a\":[1, 2]}', '$.a')", "[1,2]"),
    ("json_extract('{\"a\":\"x\"}', '$.a')", '"x"'),
    ("json_extract('{\"a\":null}', '$.a')", "null"),
    ("json_extract('{\"a\":null}', '$.a') IS NULL", "false"),
    ("json_extract('{\"a\":1}', '$.b')", None),
    ('json_extract(\'{"a":{"z":1.50,"b":-0,"z":"\\u001f"}}\', \'$.a\')', '{"z":1.5,"b":0,"z":"\\u001F"}'),
    ("json_extract('{\"a\":[1, }', '$.a')", None),
    ("json_extract('{\"a\":[1,]}', '$.a')", None),
    ("json_extract('[01]', '$[0]')", None),
    ("json_extract('[1.]', '$[0]')", None),
    ("json_extract('1x', '$')", None),
    ("json_extract('[[], {}, [[1]]]', '$')", "[[],{},[[1]]]"),
    ("json_extract(json_extract('{\"a\":{\"b\":[7]}}', '$.a'), '$.b')", "[7]"),
    ('json_size(\'{"a":{"b":1,"c":2}}\', \'$.a\')', "2"),
    ("json_size('{\"a\":[1,[2,3],{}]}', '$.a')", "3"),
    ("json_size('{\"a\":\"x\"}', '$.a')", "0"),
    ("json_size('{\"a\":null}', '$.a')", "0"),
    ("json_size('{}', '$')", "0"),
    ("json_size('{}', '$.a')", None),
    ("json_size('{\"a\":[1,', '$.a')", None),
    ("json_size(NULL, '$')", None),
    # arrays
    ("json_array_length('[1,2,3]')", "3"),
    ("json_array_length('[]')", "0"),
    ("json_array_length(JSON '[[1,2],{\"a\":[3]}]')", "2"),
    ("json_array_length('{}')", None),
    ("json_array_length('[1,')", None),
    ("json_array_length('')", None),
    ("json_array_length('[1,2] garbage')", "2"),
    ("json_array_length('[1,2')", None),
    ("json_array_contains('[1,2,3]', 2)", "true"),
    ("json_array_contains('[1,2,3]', 4)", "false"),
    ("json_array_contains('[1.0]', 1)", "false"),
    ("json_array_contains('[1.0]', 1E0)", "true"),
    ("json_array_contains('[1]', 1E0)", "false"),
    ("json_array_contains('[\"a\"]', 'a')", "true"),
    ("json_array_contains('[[\"a\"]]', 'a')", "false"),
    ("json_array_contains('[true]', true)", "true"),
    ("json_array_contains('[true]', false)", "false"),
    ("json_array_contains('[\"true\"]', true)", "false"),
    ("json_array_contains('[12345678901234567890123]', 1)", "false"),
    ("json_array_contains(JSON '[1]', 1)", "true"),
    ("json_array_contains('{}', 1)", None),
    ("json_array_contains('x', 1)", None),
    ("json_array_contains('[1, bad', 1)", "true"),
    ("json_array_contains('[2, bad', 1)", None),
    ("json_array_contains(NULL, 1)", None),
    ("NOT json_array_contains('[2]', 1)", "true"),
    ("NOT json_array_contains('{}', 1)", None),
    ("json_array_get('[1,{\"b\":1.50,\"a\":2}]', 1)", '{"b":1.5,"a":2}'),
    ("json_array_get('[1.50,2]', 0)", "1.50"),
    ("json_array_get('[1,2]', -1)", "2"),
    ("json_array_get('[1,2]', -3)", None),
    ("json_array_get('[1,2]', 2)", None),
    ("json_array_get('[null]', 0)", None),
    ("json_array_get('{}', 0)", None),
    ("json_array_get('{}', -1)", None),
    ("is_json_scalar('1')", "true"),
    ("is_json_scalar('null')", "true"),
    ("is_json_scalar('\"a\"')", "true"),
    ("is_json_scalar('[1]')", "false"),
    ("is_json_scalar(JSON '{}')", "false"),
    ("NOT is_json_scalar(NULL)", None),
]  # fmt: skip

# expression, what the message says
ERRORS: list[tuple[str, str]] = [
    ("json_parse('')", "Cannot convert value to JSON: ''"),
    ("json_parse('{}{')", "Cannot convert value to JSON: '{}{'"),
    ("json_parse('{} \"a\"')", "Cannot convert value to JSON"),
    ("json_parse('[1,]')", "Cannot convert value to JSON: '[1,]'"),
    ("json_parse('NaN')", "Cannot convert value to JSON: 'NaN'"),
    ("json_parse('''a''')", "Cannot convert value to JSON"),
    (r"""json_parse('"\ud800"')""", "one half of a surrogate pair"),
    (r"""json_extract_scalar('["\ud800"]', '$[0]')""", "one half of a surrogate pair"),
    ("json_parse(concat('" + "[" * 300 + "', '" + "]" * 300 + "'))", "more than 200 levels"),
    ("JSON ''", "line 1:13: '' is not a valid json literal"),
    ("JSON '{}abc'", "line 1:13: '{}abc' is not a valid json literal"),
    ("json_extract('{}', 'a')", "line 1:8: Invalid JSON path: 'a'"),
    ("json_extract('{}', '')", "line 1:8: Invalid JSON path: ''"),
    ("json_extract('{}', '$.')", "Invalid JSON path: '$.'"),
    ("json_extract('{}', '$..a')", "Invalid JSON path: '$..a'"),
    ("json_extract('{}', '$.*')", "Invalid JSON path: '$.*'"),
    ("json_extract('{}', '$.a[*]')", "Invalid JSON path: '$.a[*]'"),
    ("json_extract('{}', '$[''a'']')", "Invalid JSON path: '$['a']'"),
    ("json_extract('{}', '$.a-b')", "Invalid JSON path: '$.a-b'"),
    ("json_extract('{}', '$[-1]')", "Invalid JSON path: '$[-1]'"),
    ("json_extract('{}', 'lax $.a')", "Invalid JSON path: 'lax $.a'"),
    ("json_extract('{}', '$' || '.*')", "Invalid JSON path: '$.*'"),
    ("json_size(1, '$')", "Unexpected parameters (integer, varchar) for function json_size"),
    ("json_array_get('[\"a\"]', 0)", "json_array_get of a text: not supported; use json_extract"),
    ("is_json_scalar('')", "Invalid JSON value: "),
    ("is_json_scalar('1 2')", "Invalid JSON value: 1 2"),
    ("is_json_scalar('[1')", "Invalid JSON value: [1"),
    ("JSON '1' < JSON '2'", "Cannot apply operator: json < json"),
    ("JSON '1' = '1'", "Cannot apply operator: json = varchar"),
    ("JSON_VALUE('{}', 'lax $.a')", "line 1:8: JSON_VALUE: not supported; json_extract_scalar(x, '$.a.b') reads a value"),
    ("json_query('{}', 'lax $' WITH WRAPPER)", "JSON_QUERY: not supported"),
    ("json_object('a': 1)", "JSON_OBJECT: not supported"),
    ("json_array(1)", "JSON_ARRAY: not supported"),
    ("json_exists('{}', 'lax $')", "JSON_EXISTS: not supported"),
    ("'1' IS JSON", "not supported yet"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), VALUES, ids=[row[0] for row in VALUES])
def test_value(world: World, expression: str, expected: str | None) -> None:
    assert world.value(expression) == expected


@pytest.mark.parametrize(("expression", "message"), ERRORS, ids=[row[0][:80] for row in ERRORS])
def test_error(world: World, expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert message in str(caught.value)


def test_json_groups_by_its_text(world: World) -> None:
    rows = world.texts(
        "SELECT j, count(*) FROM (SELECT JSON '{\"a\": 1}' AS j UNION ALL SELECT JSON '{\"a\":1}')"
        " GROUP BY j"
    )
    assert rows == [('{"a":1}', "2")]


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON_VALUES, st.sampled_from([None, 1]), st.booleans())
def test_what_is_parsed_means_what_was_written(
    value: object, indent: int | None, escaped: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=escaped)
    parsed = json_values.parsed(text)
    assert json.loads(parsed) == value
    assert json_values.parsed(parsed) == parsed
    copied = json_paths.extracted(text, "$")
    assert copied is not None
    assert json.loads(copied) == value
    assert json_values.parsed(copied) == parsed


WRITTEN = st.recursive(
    st.sampled_from(
        [
            "null",
            "true",
            "false",
            "0",
            "-0",
            "1.50",
            "1e3",
            "-2E-7",
            "1e999",
            '""',
            '"a"',
            '"\\u00e9"',
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]")
        | st.lists(st.tuples(st.sampled_from(["a", "b", "0", "\\u0061"]), inner), max_size=3).map(
            lambda pairs: "{" + ",".join(f'"{key}" : {value}' for key, value in pairs) + "}"
        )
    ),
    max_leaves=8,
)
PATHS = st.lists(st.sampled_from([".a", ".b", "[0]", "[1]", '["0"]', '["-1"]']), max_size=3).map(
    lambda steps: "$" + "".join(steps)
)


@given(WRITTEN, PATHS)
def test_a_path_finds_the_same_in_a_text_that_is_broken_behind(text: str, path: str) -> None:
    """A text that is JSON as a whole is read at once, any other one token by token."""
    for function in (json_paths.extracted, json_paths.scalar, json_paths.size):
        assert function(text, path) == function(text + " ,broken", path)


@given(st.text("{}[]\",:\\ 0123456789.eE+-truefalsnu'a", max_size=12))
def test_the_reader_takes_what_the_parser_takes(text: str) -> None:
    """Of texts near to JSON: read to the end, both readers agree."""
    try:
        json_values.decode(text)
        valid = True
    except ValueError:
        valid = False
    reader = Reader(text)
    try:
        first = reader.next() is not None
        if first:
            reader.skip()
        whole = first and reader.next() is None
    except BadJsonError:
        whole = False
    assert whole == valid


@given(st.text("$.[]\"\\*ab:0_ -'é", max_size=10))
def test_a_path_is_read_or_refused(path: str) -> None:
    try:
        steps = json_paths.steps(path)
    except ValueError as error:
        assert str(error) == f"Invalid JSON path: '{path}'"
    else:
        spelled = "".join(
            '["' + step.replace("\\", "\\\\").replace('"', '\\"') + '"]' for step in steps
        )
        assert json_paths.steps("$" + spelled) == steps


def test_deep_json_is_no_burden() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    assert json_paths.scalar("[" + deep + ', "x"]', "$[1]") == "x"
    assert json_paths.size(deep, "$") == 1
    assert json_paths.extracted(deep, "$") == deep
    with pytest.raises(ValueError, match="more than 200 levels"):
        json_values.parsed(deep)
    assert json_values.parsed("[" * 200 + "]" * 200) == "[" * 200 + "]" * 200
