"""format(): what Java's String.format writes for the values that Trino hands it."""

# ruff: noqa: E501 (one row, one line; letters of every kind)
from __future__ import annotations

import pytest
from sql_world import World

from datasette_access_monitoring.errors import QueryError

# expression, value as text (None is NULL)
VALUES: list[tuple[str, str | None]] = [
    ("format('%s%%', 123)", "123%"), ("format('%.4f', pi())", "3.1416"), ("format('%s:%d', 'a', 3)", "a:3"), ("format('x', 1)", "x"), ("format('', 1)", ""),
    ("format('%,.2f', 1234567.89)", "1,234,567.89"), ("format('%-7s,%7s', 'hello', 'world')", "hello  ,  world"), ("format('%2$s %3$s %1$s', 'a', 'b', 'c')", "b c a"),
    ("format('%b %B %b %b', true, NULL, 0, false)", "true FALSE true false"), ("format('%s %S %s', true, false, NULL)", "true FALSE null"), ("format(NULL, 1)", None), ("format('%s', NULL)", "null"),
    ("format('%d %d %d %d', 1, -1, CAST(9223372036854775807 AS bigint), NULL)", "1 -1 9223372036854775807 null"), ("format('%05d|%+d|% d|%(d|%,d|%(,d|%-8d|%8d', 12, 12, 12, -12, -1234567, -1234567, 12, 12)", "00012|+12| 12|(12)|-1,234,567|(1,234,567)|12      |      12"),
    ("format('%x %X %o %08x %x', 255, 255, 8, 255, -1)", "ff FF 10 000000ff ffffffffffffffff"), ("format('%s %S', 'hé', 'hé')", "hé HÉ"), ("format('%.2s|%5.1s|%-3s|', 'abc', 'abc', 'a')", "ab|    a|a  |"), ("format('%-5S|', 'ß')", "SS   |"),
    ("format('%f %.0f %.1f %.2f', 1.5E0, 0.5E0, 0.25E0, 1.005E0)", "1.500000 1 0.3 1.01"), ("format('%.1f %.1f', 0.35E0, -12345.65E0)", "0.4 -12345.7"), ("format('%.20f', 0.1E0)", "0.10000000000000000000"), ("format('%f', 1E20)", "100000000000000000000.000000"), ("format('%(,012.2f|%10.1f|%-8.1f|', -1234.5E0, 1.25E0, 1.25E0)", "(001,234.50)|       1.3|1.3     |"),
    ("format('%e %.2e %E %.0e', 12345.678E0, 12345.678E0, 1E-7, 15E0)", "1.234568e+04 1.23e+04 1.000000E-07 2e+01"), ("format('%e', 0E0)", "0.000000e+00"), ("format('%g %.3g %g %g', 12345.678E0, 12345.678E0, 0.0001E0, 0.00001234E0)", "12345.7 1.23e+04 0.000100000 1.23400e-05"),
    ("format('%s %s %s', 1E20, 100E0, 1E-5)", "1.0E20 100.0 1.0E-5"), ("format('%f %s %(f %+f', infinity(), -infinity(), -infinity(), infinity())", "Infinity -Infinity (Infinity) +Infinity"),
    ("format('%s %.1f %,.2f', 12.50, 0.25, 1234567.125)", "12.50 0.3 1,234,567.13"), ("format('%s', DECIMAL '0.0000001')", "1E-7"), ("format('%.2e', DECIMAL '123456')", "1.23e+05"),
    ("format('%s %10s|', DATE '2026-01-31', DATE '2026-01-31')", "2026-01-31 2026-01-31|"), ("format('%s %s %s', TIMESTAMP '2026-01-31 00:00:00.000', TIMESTAMP '2026-01-31 10:00:01', TIMESTAMP '2026-01-31 10:00:00.100')", "2026-01-31T00:00 2026-01-31T10:00:01 2026-01-31T10:00:00.100"),
    ("format('%s %<s %s %1$s', 'a', 'b')", "a a b a"), ("format('%5%|%-5%|%n.', 1)", "    %|%    |\n."), ("format('%.2f %5d', CAST(NULL AS double), NULL)", "nu  null"), ("format('%c', NULL)", "null"), ("format('%s', json_parse('{\"a\":1}'))", '{"a":1}'),
    ("try(format('%d', 'a'))", None),
]  # fmt: skip

# expression, what the message says
ERRORS: list[tuple[str, str]] = [
    ("format('%d', 1.5E0)", "Invalid format string: %d (IllegalFormatConversion"), ("format('%d', 1.5)", "IllegalFormatConversion"), ("format('%d', 'a')", "IllegalFormatConversion"), ("format('%f', 1)", "IllegalFormatConversion"), ("format('%d', true)", "IllegalFormatConversion"),
    ("format('%x', 'a')", "IllegalFormatConversion"), ("format('%c', 65)", "IllegalFormatConversion"), ("format('%c', 'a')", "IllegalFormatConversion"), ("format('%e', DATE '2026-01-31')", "IllegalFormatConversion"),
    ("format('%s %s', 'a')", "MissingFormatArgument: Format specifier '%s'"), ("format('%2$s', 'a')", "MissingFormatArgument"), ("format('%<s', 'a')", "MissingFormatArgument"), ("format('%0$s', 'a')", "Format"),
    ("format('%y', 'a')", "UnknownFormatConversion: Conversion = 'y'"), ("format('%', 'a')", "UnknownFormatConversion"), ("format('%s%', 'a')", "UnknownFormatConversion"), ("format('%é', 'a')", "UnknownFormatConversion"),
    ("format('%.3d', 1)", "IllegalFormatPrecision: 3"), ("format('%-d', 1)", "MissingFormatWidth: %-d"), ("format('%0d', 1)", "MissingFormatWidth: %0d"), ("format('%05s', 'a')", "FormatFlagsConversionMismatch"), ("format('%,s', 'a')", "FormatFlagsConversionMismatch"),
    ("format('%-05d', 1)", "IllegalFormatFlags: Flags = '-0'"), ("format('%+ d', 1)", "IllegalFormatFlags"), ("format('%--5d', 1)", "DuplicateFormatFlags"), ("format('%+x', 1)", "Format"), ("format('%5n', 1)", "IllegalFormatWidth"),
    ("format('%tY', DATE '2026-01-31')", "format with %t: not supported"), ("format('%h', 'a')", "format with %h: not supported"), ("format('%#x', 1)", "format with %#x: not supported"), ("format('%a', 1E0)", "format with %a: not supported"),
    ("format('%9999999s', 'a')", "not supported"), ("format('%.2000f', 1E0)", "more than 1000 digits"), ("format('%e', 0.0)", "not supported"),
    ("format('a')", "format takes a format string and values"), ("format(1, 2)", "Format string of format must evaluate to a varchar: actual type integer"), ("format('%s', ARRAY['a'])", "format of array(varchar) values: not supported"),
    ("format('%s', now())", "format of timestamp(3) with time zone values: not supported"), ("format('%s', to_utf8('a'))", "format of varbinary values: not supported"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_format_writes_what_java_writes(world: World, expression: str, value: str | None) -> None:
    assert world.value(expression) == value


@pytest.mark.parametrize(("expression", "message"), ERRORS)
def test_a_wrong_format_is_an_error(world: World, expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert message in caught.value.message
