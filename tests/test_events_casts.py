"""What Trino's CAST(json AS type) gives, value by value, and whether the column says it all."""

import json

import pytest

from datasette_access_monitoring.catalog import parse_type
from datasette_access_monitoring.events.canonical import read_json
from datasette_access_monitoring.events.casts import cast_for, java_double

ROWS = "array(row(cluster varchar, kind varchar, name varchar, sub_resource varchar))"


@pytest.mark.parametrize(
    ("kind", "value", "held", "exact"),
    [
        ("varchar", '"x"', "x", True),
        ("varchar", '""', "", True),
        ("varchar", "5", "5", False),
        ("varchar", "123456789012345678901234567890", "123456789012345678901234567890", False),
        ("varchar", "1.5", "1.5E0", False),
        ("varchar", "true", "true", False),
        ("varchar", "null", None, False),
        ("varchar", "{}", None, False),
        ("varchar", '["x"]', None, False),
        ("integer", "5", 5, True),
        ("integer", "2147483647", 2147483647, True),
        ("integer", "-2147483648", -2147483648, True),
        ("integer", "2147483648", None, False),
        ("integer", "-2147483649", None, False),
        ("integer", "2.5", 3, False),
        ("integer", "-2.5", -3, False),
        ("integer", "0.49999999999999994", 0, False),
        ("integer", "1e300", None, False),
        ("integer", '"12"', 12, False),
        ("integer", '"-3"', -3, False),
        ("integer", '"2147483648"', None, False),
        ("integer", '"x"', None, False),
        ("integer", '""', None, False),
        ("integer", "true", 1, False),
        ("integer", "null", None, False),
        ("integer", "[1]", None, False),
        ("boolean", "true", 1, True),
        ("boolean", "false", 0, True),
        ("boolean", '"TRUE"', 1, False),
        ("boolean", '"f"', 0, False),
        ("boolean", '"yes"', None, False),
        ("boolean", "0", 0, False),
        ("boolean", "2.5", 1, False),
        ("boolean", "null", None, False),
        ("array(varchar)", "[]", "[]", True),
        ("array(varchar)", '["a", null, "\\u0000"]', '["a",null,"\\u0000"]', True),
        ("array(varchar)", '["a", 1, true]', '["a","1","true"]', False),
        ("array(varchar)", '[["a"]]', None, False),
        ("array(varchar)", '"a"', None, False),
        ("array(varchar)", "null", None, False),
        (ROWS, "[]", "[]", True),
        (ROWS, '[{"name":"n","kind":"node"}]', '[{"kind":"node","name":"n"}]', True),
        (ROWS, '[{"kind":null}]', '[{"kind":null}]', True),
        (ROWS, '[{"kind":"node","more":1}]', '[{"kind":"node"}]', False),
        (ROWS, '[{"kind":5}]', '[{"kind":"5"}]', False),
        (ROWS, '[{"kind":["x"]}]', None, False),
        (ROWS, '[["c","k","n","s"]]',
         '[{"cluster":"c","kind":"k","name":"n","sub_resource":"s"}]', False),
        (ROWS, '[["c"]]', None, False),
        (ROWS, "[null]", "[null]", True),
        (ROWS, '["x"]', None, False),
        (ROWS, '{"kind":"node"}', None, False),
    ],
)  # fmt: skip
def test_cast(kind, value, held, exact):
    assert cast_for(parse_type(kind))(read_json(value)) == (held, exact)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.5, "1.5E0"), (100000.0, "1.0E5"), (0.0, "0.0E0"), (-0.0, "-0.0E0"), (0.001, "1.0E-3"),
     (-123.456, "-1.23456E2"), (1e22, "1.0E22"), (5e-324, "5.0E-324"), (0.1, "1.0E-1"),
     (1.7976931348623157e308, "1.7976931348623157E308"), (10.0, "1.0E1")],
)  # fmt: skip
def test_doubles_are_spelled_as_trino_casts_them(value, text):
    assert java_double(value) == text
    assert float(text) == value


def test_every_type_of_the_catalog_has_a_cast():
    from datasette_access_monitoring.catalog import load_catalog

    for view in load_catalog().views.values():
        for column in view.columns:
            if not column.derived:
                assert cast_for(column.type)(json.loads("null")) == (None, False)
