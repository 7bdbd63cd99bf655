"""CAST from json to every type and back, with the values and messages that Trino gives."""

# ruff: noqa: E501 (one row, one line)
from __future__ import annotations

import pytest
from sql_world import World

from datasette_access_monitoring.errors import QueryError

# expression, value as text (None is NULL)
VALUES: list[tuple[str, str | None]] = [
    # from json
    ("CAST(JSON 'null' AS varchar)", None),
    ("CAST(JSON '128' AS varchar)", "128"),
    ("CAST(JSON '12345678901234567890' AS varchar)", "12345678901234567890"),
    ("CAST(JSON '128.9' AS varchar)", "1.289E2"),
    ("CAST(JSON '1e309' AS varchar)", "Infinity"),
    ("CAST(JSON 'true' AS varchar)", "true"),
    ("CAST(JSON '\"null\"' AS varchar)", "null"),
    ("CAST(JSON '\"\"' AS varchar)", ""),
    ("CAST(json_extract('{\"x\":\"y\"}', '$.x') AS varchar)", "y"),
    ("CAST(JSON '128.9' AS bigint)", "129"),
    ("CAST(JSON '1234567890123456789.0' AS bigint)", "1234567890123456768"),
    ("CAST(JSON '1e-324' AS bigint)", "0"),
    ("CAST(JSON 'true' AS bigint)", "1"),
    ("CAST(JSON '\"128\"' AS bigint)", "128"),
    ("CAST(JSON '128' AS integer)", "128"),
    ("CAST(JSON '-128.5' AS integer)", "-129"),
    ("CAST(JSON 'false' AS integer)", "0"),
    ("CAST(JSON '12345678901234567890' AS double)", "1.2345678901234567E19"),
    ("CAST(JSON '128.9' AS double)", "128.9"),
    ("CAST(JSON 'true' AS double)", "1.0"),
    ("CAST(JSON '1e309' AS double)", "Infinity"),
    # a cast of json_parse(...) to an array, map or row reads the text itself
    ("CAST(json_parse('[{\"b\":1,\"a\":2.50,\"b\":3}]') AS array(json))", '[{"b":3,"a":2.5}]'),
    ("CAST(json_parse('[1e309]') AS array(varchar))", "[Infinity]"),
    ("CAST(json_parse(concat('[', '1]')) AS array(integer))", "[1]"),
    ("CAST(json_parse(NULL) AS array(integer))", None),
    ("TRY_CAST(json_parse('[x]') AS array(integer))", None),
    ("CAST(JSON '\"128\"' AS double)", "128.0"),
    ("CAST(JSON '0' AS boolean)", "false"),
    ("CAST(JSON '128.9' AS boolean)", "true"),
    ("CAST(JSON '\"True\"' AS boolean)", "true"),
    ("CAST(JSON 'false' AS boolean)", "false"),
    ("CAST(JSON '128' AS decimal(10,3))", "128.000"),
    ("CAST(JSON '123.456' AS decimal(10,5))", "123.45600"),
    ("CAST(JSON '0.005' AS decimal(5,2))", "0.01"),
    ("CAST(JSON '-0.005' AS decimal(5,2))", "-0.01"),
    ("CAST(JSON '1e-30' AS decimal(5,2))", "0.00"),
    ("CAST(JSON 'true' AS decimal(10,5))", "1.00000"),
    ("CAST(JSON '\"1.5\"' AS decimal(3,1))", "1.5"),
    ("CAST(JSON '[1,null,\"3\",4.5]' AS array(integer))", "[1, null, 3, 5]"),
    ("CAST(JSON '[1.50,true,\"x\",null]' AS array(varchar))", "[1.5E0, true, x, null]"),
    ("CAST(JSON 'null' AS array(varchar))", None),
    ("CAST(JSON '[[1],null,[]]' AS array(array(bigint)))", "[[1], null, []]"),
    ("CAST(JSON '[1.5,null]' AS array(double))", "[1.5, null]"),
    ("CAST(json_extract('[null,{\"b\":1,\"a\":2.50}]', '$') AS array(json))", '[null, {"b":1,"a":2.5}]'),
    ('CAST(JSON \'{"a":1,"b":null}\' AS map(varchar, integer))', "{a=1, b=null}"),
    ("CAST(JSON '{\"1\":[\"x\"]}' AS map(bigint, array(varchar)))", "{1=[x]}"),
    ("CAST(JSON '{\"true\":1}' AS map(boolean, double))", "{true=1.0}"),
    ('CAST(JSON \'{"A":1,"b":"x","c":2}\' AS row(a integer, b varchar, d double))', "{a=1, b=x, d=null}"),
    ("CAST(JSON '[1,\"x\"]' AS row(a integer, b varchar))", "{a=1, b=x}"),
    ("CAST(JSON '[1,\"x\"]' AS row(integer, varchar))", "{field0=1, field1=x}"),
    ("TRY_CAST(JSON '[1]' AS varchar)", None),
    ("TRY_CAST(JSON '\"x\"' AS integer)", None),
    ("TRY_CAST(JSON '{\"a\":1}' AS array(varchar))", None),
    # to json
    ("CAST('abc' AS json)", '"abc"'),
    ("CAST('\"a\":2' AS json)", '"\\"a\\":2"'),
    ("CAST('' AS json)", '""'),
    ("CAST(CAST(NULL AS varchar) AS json)", None),
    ("CAST(true AS json)", "true"),
    ("CAST(128 AS json)", "128"),
    ("CAST(9223372036854775807 AS json)", "9223372036854775807"),
    ("CAST(3.14E0 AS json)", "3.14"),
    ("CAST(1E7 AS json)", "1.0E7"),
    ("CAST(1E0 / 0E0 AS json)", '"Infinity"'),
    ("CAST(CAST(JSON '3.140' AS decimal(5,3)) AS json)", "3.140"),
    ("CAST(CAST(JSON '0.00000001' AS decimal(10,8)) AS json)", "1E-8"),
    ("CAST(DATE '2026-11-22' AS json)", '"2026-11-22"'),
    ("CAST(TIMESTAMP '2026-11-22 10:00:00' AS json)", '"2026-11-22 10:00:00"'),
    ("CAST(TIMESTAMP '2026-11-22 10:00:00.500' AS json)", '"2026-11-22 10:00:00.500"'),
    ("CAST(ARRAY[1, NULL, 3] AS json)", "[1,null,3]"),
    ("CAST(ARRAY['a', 'é\"'] AS json)", '["a","é\\""]'),
    ("CAST(CAST(JSON '{\"b\":1.50,\"a\":null}' AS map(varchar, double)) AS json)", '{"a":null,"b":1.5}'),
    ("CAST(CAST(JSON '[1,\"x\"]' AS row(v1 integer, v2 varchar)) AS json)", '{"v1":1,"v2":"x"}'),
    ("CAST(CAST(JSON '[1,\"x\"]' AS row(integer, varchar)) AS json)", '{"":1,"":"x"}'),
    ("CAST(CAST(JSON '[{\"a\":1}]' AS array(json)) AS json)", '[{"a":1}]'),
    ("CAST(CAST(JSON '[true]' AS array(boolean)) AS json)", "[true]"),
    ("CAST(CAST(ARRAY['x','y'] AS json) AS array(varchar))", "[x, y]"),
    ("cardinality(CAST(json_parse('[\"x\",\"y\"]') AS array(varchar)))", "2"),
]  # fmt: skip

# expression, what the message says
ERRORS: list[tuple[str, str]] = [
    ("CAST(JSON '[1]' AS varchar)", "Cannot cast '[1]' to varchar"),
    ("CAST(JSON '{\"x\": 123}' AS bigint)", "Cannot cast '{\"x\":123}' to bigint"),
    ("CAST(JSON '12345678901234567890' AS bigint)", "Cannot cast '12345678901234567890' to bigint"),
    ("CAST(JSON '12345678901234567890' AS boolean)", "Cannot cast '12345678901234567890' to boolean"),
    ("CAST(JSON '\"128.9\"' AS bigint)", "Cannot cast '128.9' to BIGINT"),
    ("CAST(JSON '\"128\"' AS boolean)", "Cannot cast '128' to BOOLEAN"),
    ("CAST(JSON '12345678901' AS integer)", "integer"),
    ("CAST(JSON '1234567890123456' AS decimal(10,3))", "Cannot cast input json to DECIMAL(10,3)"),
    ("CAST(JSON '{\"x\":123}' AS decimal(10,3))", "Cannot cast '{\"x\":123}' to DECIMAL(10,3)"),
    ("CAST(JSON '\"abc\"' AS decimal(10,3))", "Cannot cast '\"abc\"' to DECIMAL(10,3)"),
    ("CAST(JSON '{\"a\":1}' AS array(varchar))", "Cannot cast to array(varchar). Expected a json array, but got {\n{\"a\":1}"),
    ("CAST(JSON '1' AS map(varchar, varchar))", "Cannot cast to map(varchar, varchar). Expected a json object, but got 1\n1"),
    ("CAST(JSON '[1,\"abc\"]' AS array(integer))", "Cannot cast to array(integer). Cannot cast 'abc' to INT\n[1,\"abc\"]"),
    ("CAST(JSON '[[1]]' AS array(varchar))", "Cannot cast to array(varchar). Unexpected token when cast to varchar: [\n[[1]]"),
    ("CAST(JSON '{\"1\":1,\"01\":2}' AS map(integer, integer))", "Duplicate keys are not allowed"),
    ('CAST(json_extract(\'{"a":1,"A":2}\', \'$\') AS row(a integer))', "Duplicate field: a"),
    ("CAST(JSON '{\"a\":1}' AS row(integer))", "Cannot cast a JSON object to anonymous row type. Input must be a JSON array."),
    ("CAST(json_parse('{\"a\":1,\"a\":2}') AS map(varchar, integer))", "Duplicate keys are not allowed"),
    ("CAST(json_parse('[1, \"abc\"]') AS array(integer))", "Cannot cast to array(integer). Cannot cast 'abc' to INT\n[1, \"abc\"]"),
    ("CAST(json_parse('{true: false}') AS map(boolean, boolean))", "Cannot cast to map(boolean, boolean).\n{true: false}"),
    (r"""CAST(json_parse('["\ud800"]') AS array(varchar))""", "one half of a surrogate pair"),
    (r"""CAST(json_parse('{"\ud800":1}') AS map(varchar, integer))""", "one half of a surrogate pair"),
    (r"""CAST(json_parse('["\ud800"]') AS array(array(varchar)))""", "one half of a surrogate pair"),
    ("CAST(JSON '[1,2]' AS row(a integer))", "Expected json array ending, but got 2"),
    ("CAST(JSON '[1]' AS row(a integer, b integer))", "Cannot cast to row(a integer, b integer)"),
    ("CAST(JSON '\"2026-01-01\"' AS date)", "Cannot cast json to date"),
    ("CAST(JSON '[]' AS array(date))", "Cannot cast json to array(date)"),
    ("CAST(now() AS json)", "Cannot cast timestamp(3) with time zone to json"),
    ("CAST(INTERVAL '1' DAY AS json)", "Cannot cast interval day to second to json"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), VALUES, ids=[row[0] for row in VALUES])
def test_value(world: World, expression: str, expected: str | None) -> None:
    assert world.value(expression) == expected


@pytest.mark.parametrize(("expression", "message"), ERRORS, ids=[row[0][:80] for row in ERRORS])
def test_error(world: World, expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert message in str(caught.value)
