"""Single expressions with Trino's value for each, and those that are refused so far.

The values were worked out from Trino's documentation and confirmed with other engines that
share its functions.  A refusal is an error that names what is missing; when one of the
refused becomes known, it moves up with its value.
"""

# ruff: noqa: E501, RUF001 (one row, one line; letters of every kind)
from __future__ import annotations

import pytest
from sql_world import World

from datasette_access_monitoring.errors import QueryError

# expression, value as text (None is NULL)
VALUES: list[tuple[str, str | None]] = [
    ("DATE '2026-11-22'", "2026-11-22"),
    ("TIMESTAMP '2026-11-22 10:00:00.000'", "2026-11-22 10:00:00.000"),
    ("date('2026-11-22')", "2026-11-22"),
    ("date '2026-11-22' - INTERVAL '7' DAY", "2026-11-15"),
    ("date '2026-01-31' + INTERVAL '1' MONTH", "2026-02-28"),
    ("TIMESTAMP '2026-11-22 10:00:00.000' - INTERVAL '36' HOUR", "2026-11-20 22:00:00.000"),
    ("INTERVAL '1' DAY", "1 00:00:00.000"),
    (
        "from_iso8601_timestamp('2026-11-22T10:00:00Z') - from_iso8601_timestamp('2026-11-21T09:00:00Z')",
        "1 01:00:00.000",
    ),
    (
        "from_iso8601_timestamp('2026-11-22T10:00:00Z') - from_iso8601_timestamp('2026-11-21T09:00:00Z') > INTERVAL '1' DAY",
        "true",
    ),
    ("from_iso8601_timestamp('2026-11-22T10:00:00.5Z')", "2026-11-22 10:00:00.500 UTC"),
    (
        "from_iso8601_timestamp('2026-11-22T12:00:00+02:00') = from_iso8601_timestamp('2026-11-22T10:00:00Z')",
        "true",
    ),
    ("from_iso8601_timestamp('2026-11-22')", "2026-11-22 00:00:00.000 UTC"),
    ("date_trunc('hour', TIMESTAMP '2026-11-22 10:34:56.789')", "2026-11-22 10:00:00.000"),
    ("date_trunc('week', DATE '2026-11-22')", "2026-11-16"),
    ("date_trunc('month', DATE '2026-11-22')", "2026-11-01"),
    (
        "date_diff('hour', TIMESTAMP '2026-11-22 10:59:59.000', TIMESTAMP '2026-11-22 11:00:00.000')",
        "0",
    ),
    (
        "date_diff('day', TIMESTAMP '2026-11-21 23:00:00.000', TIMESTAMP '2026-11-22 01:00:00.000')",
        "0",
    ),
    ("date_diff('month', DATE '2026-01-31', DATE '2026-02-28')", "1"),
    (
        "date_diff('second', TIMESTAMP '2026-11-22 10:00:00.000', TIMESTAMP '2026-11-22 09:59:58.500')",
        "-1",
    ),
    ("date_add('day', -7, DATE '2026-11-22')", "2026-11-15"),
    ("date_add('hour', 3, TIMESTAMP '2026-11-22 22:00:00.000')", "2026-11-23 01:00:00.000"),
    ("year(DATE '2026-11-22')", "2026"),
    ("month(DATE '2026-11-22')", "11"),
    ("day(DATE '2026-11-22')", "22"),
    ("hour(TIMESTAMP '2026-11-22 09:05:07.000')", "9"),
    ("extract(hour FROM TIMESTAMP '2026-11-22 09:05:07.000')", "9"),
    ("day_of_week(DATE '2026-11-22')", "7"),
    ("week(DATE '2026-11-22')", "47"),
    ("day_of_year(DATE '2026-11-22')", "326"),
    ("CAST('2026-11-22' AS date)", "2026-11-22"),
    ("CAST(TIMESTAMP '2026-11-22 09:05:07.000' AS date)", "2026-11-22"),
    ("CAST(TIMESTAMP '2026-11-22 09:05:07.000' AS varchar)", "2026-11-22 09:05:07.000"),
    ("CAST(DATE '2026-11-22' AS timestamp)", "2026-11-22 00:00:00.000"),
    ("current_date - INTERVAL '1' DAY", "2026-11-21"),
    ("now() - INTERVAL '1' HOUR", "2026-11-22 11:00:00.000 UTC"),
    ("current_timestamp", "2026-11-22 12:00:00.000 UTC"),
    ("'ROOT' LIKE 'root'", "false"),
    ("'a%b' LIKE 'a\\%b' ESCAPE '\\'", "true"),
    ("split_part('a:b', ':', 2)", "b"),
    ("split_part('a:b', ':', 3)", None),
    ("strpos('hello', 'l')", "3"),
    ("substr('hello', 2, 3)", "ell"),
    ("substr('hello', -3)", "llo"),
    ("substr('hello', 0)", ""),
    ("substring('hello', 2)", "ello"),
    ("lower('ÉCOLE')", "école"),
    ("upper('straße x')", "STRAßE X"),
    ("length('naïve')", "5"),
    ("concat('a', 'b', 'c')", "abc"),
    ("concat('a', NULL)", None),
    ("'a' || NULL", None),
    ("trim('  x ')", "x"),
    ("replace('abcabc', 'b')", "acac"),
    ("replace('abc', 'b', 'x')", "axc"),
    ("reverse('abc')", "cba"),
    ("starts_with('system:x', 'system:')", "true"),
    ("position('l' IN 'hello')", "3"),
    ("cardinality(ARRAY['a','b'])", "2"),
    ("cardinality(CAST(NULL AS array(varchar)))", None),
    ("contains(ARRAY['a','b'], 'a')", "true"),
    ("contains(ARRAY['a', NULL], 'z')", None),
    ("element_at(ARRAY['a','b'], 2)", "b"),
    ("element_at(ARRAY['a','b'], 5)", None),
    ("element_at(ARRAY['a','b'], -1)", "b"),
    ("ARRAY['a','b'][1]", "a"),
    ("array_join(ARRAY['a',NULL,'b'], ',')", "a,b"),
    ("array_join(ARRAY['a',NULL,'b'], ',', '?')", "a,?,b"),
    ("ARRAY['a'] = ARRAY['a']", "true"),
    ("if(1 = 1, 'a', 'b')", "a"),
    ("if(1 = 2, 'a')", None),
    ("coalesce(NULL, 'x')", "x"),
    ("nullif('a','a')", None),
    ("greatest(1, 3, 2)", "3"),
    ("greatest(1, NULL)", None),
    ("try_cast('x' AS integer)", None),
    ("try_cast('12' AS integer)", "12"),
    ("CAST('true' AS boolean)", "true"),
    ("CAST(true AS varchar)", "true"),
    ("NULL IS DISTINCT FROM 1", "true"),
    ("7 / 2", "3"),
    ("-7 / 2", "-3"),
    ("CAST(2 AS double) / 3", "0.6666666666666666"),
    ("7 % 3", "1"),
    ("mod(7, 3)", "1"),
    ("abs(-3)", "3"),
    ("'a' < 'B'", "false"),
    # beyond the common ones
    ("substr('hello', 6)", ""),
    ("substr('hello', -6)", ""),
    ("substr('hello', 2, 0)", ""),
    ("substr('naïve', 3, 1)", "ï"),
    ("ltrim('  x ')", "x "),
    ("rtrim('  x ')", "  x"),
    ("trim('\xa0x\u2003')", "\xa0x"),
    ("split_part('abc', '', 2)", "b"),
    ("strpos('', '')", "1"),
    ("strpos('a', NULL)", None),
    ("upper('ﬁ ŉ ᾳ')", "ﬁ ŉ ᾼ"),
    ("lower('ΑΣ İ')", "ασ i"),
    ("CAST(1.5E7 AS double)", "1.5E7"),
    ("CAST(15000000E0 AS varchar)", "1.5E7"),
    ("CAST(1E0 AS varchar)", "1.0E0"),
    ("CAST(-0.0001E0 AS varchar)", "-1.0E-4"),
    ("1E0", "1.0"),
    ("123456.789E0", "123456.789"),
    ("1234567E0", "1234567.0"),
    ("12345678E0", "1.2345678E7"),
    ("1E-3", "0.001"),
    ("1E-4", "1.0E-4"),
    ("1E0 / 0E0", "Infinity"),
    ("-1E0 / 0E0", "-Infinity"),
    ("CAST(2.5E0 AS integer)", "3"),
    ("CAST(-2.5E0 AS bigint)", "-3"),
    ("CAST('TRUE' AS boolean)", "true"),
    ("CAST('f' AS boolean)", "false"),
    ("TRY_CAST('yes' AS boolean)", None),
    ("TRY_CAST('2026-02-30' AS date)", None),
    ("TRY_CAST('x' AS timestamp)", None),
    ("TRY_CAST('9999999999' AS integer)", None),
    ("TRY_CAST('9999999999' AS bigint)", "9999999999"),
    ("TRY_CAST(' 1' AS integer)", None),
    ("CAST(' 1.5 ' AS double)", "1.5"),
    ("CAST('2026-1-2' AS date)", "2026-01-02"),
    ("CAST('2026-11-22 10:00:00.1235' AS timestamp)", "2026-11-22 10:00:00.124"),
    ("CAST(TIMESTAMP '2026-11-22 10:00:00 +02:00' AS varchar)", "2026-11-22 10:00:00 +02:00"),
    ("CAST(from_iso8601_timestamp('2026-11-22T01:00:00+02:00') AS date)", "2026-11-22"),
    (
        "CAST(from_iso8601_timestamp('2026-11-22T01:00:00+02:00') AS timestamp)",
        "2026-11-22 01:00:00.000",
    ),
    ("from_iso8601_timestamp('2026-11-22T01:00:00+02:00')", "2026-11-22 01:00:00.000 +02:00"),
    ("from_iso8601_timestamp('2026-11-22T01:00:00-0530')", "2026-11-22 01:00:00.000 -05:30"),
    ("from_iso8601_timestamp('2026-11')", "2026-11-01 00:00:00.000 UTC"),
    ("from_iso8601_timestamp('2026-11-22T10')", "2026-11-22 10:00:00.000 UTC"),
    ("from_iso8601_timestamp('2026-11-22T10:00:00.123456789Z')", "2026-11-22 10:00:00.123 UTC"),
    ("from_iso8601_timestamp('0001-01-01T00:00:00Z')", "0001-01-01 00:00:00.000 UTC"),
    ("from_iso8601_timestamp(NULL)", None),
    ("hour(from_iso8601_timestamp('2026-11-22T01:00:00+02:00'))", "1"),
    ("TIMESTAMP '2026-11-22 10:00:00'", "2026-11-22 10:00:00"),
    ("TIMESTAMP '2026-11-22 10:00:00.5'", "2026-11-22 10:00:00.5"),
    ("TIMESTAMP '2026-11-22 10:00:00' = TIMESTAMP '2026-11-22 10:00:00.000'", "true"),
    ("DATE '2026-11-22' < TIMESTAMP '2026-11-22 00:00:01'", "true"),
    ("DATE '2026-11-22' < now()", "true"),
    ("DATE '2026-11-22' - DATE '2026-11-01'", "21 00:00:00.000"),
    ("INTERVAL '14' MONTH", "1-2"),
    ("INTERVAL '-36' HOUR", "-1 12:00:00.000"),
    ("-INTERVAL '1' DAY", "-1 00:00:00.000"),
    ("INTERVAL '1.5' SECOND", "0 00:00:01.500"),
    ("INTERVAL '1' DAY * 3", "3 00:00:00.000"),
    ("INTERVAL '1' DAY > INTERVAL '23' HOUR", "true"),
    ("INTERVAL '1' DAY + INTERVAL '1' HOUR", "1 01:00:00.000"),
    ("date_trunc('day', now())", "2026-11-22 00:00:00.000 UTC"),
    ("date_trunc('quarter', DATE '2026-11-22')", "2026-10-01"),
    ("date_diff('year', DATE '2024-02-29', DATE '2025-02-28')", "1"),
    ("date_diff('year', DATE '2023-03-01', DATE '2024-02-29')", "0"),
    ("date_diff('week', DATE '2026-11-01', DATE '2026-11-22')", "3"),
    ("date_diff('month', DATE '2026-03-31', DATE '2026-02-28')", "-1"),
    ("date_add('month', 1, TIMESTAMP '2026-01-31 10:00:00.000')", "2026-02-28 10:00:00.000"),
    ("week(DATE '2027-01-01')", "53"),
    ("quarter(DATE '2026-11-22')", "4"),
    ("9223372036854775807 - 1", "9223372036854775806"),
    ("-7 % 3", "-1"),
    ("7 / -2", "-3"),
    ("2147483648 + 1", "2147483649"),
    ("NULL = NULL", None),
    ("NULL IS NOT DISTINCT FROM NULL", "true"),
    ("1 IN (2, NULL)", None),
    ("1 NOT IN (1, NULL)", "false"),
    ("NOT (NULL AND false)", "true"),
    ("NULL OR true", "true"),
    ("2 BETWEEN 1 AND NULL", None),
    ("3 NOT BETWEEN 1 AND 2", "true"),
    ("'abc' LIKE '_b_'", "true"),
    ("'a\nc' LIKE 'a_c'", "true"),
    ("'a' LIKE ''", "false"),
    ("'' LIKE '%'", "true"),
    ("NULL LIKE '%'", None),
    ("'a*b' LIKE 'a*%'", "true"),
    ("'axb' LIKE 'a*b'", "false"),
    ("'[a]' LIKE '[a]%'", "true"),
    ("'é' LIKE '_'", "true"),
    ("'x' NOT LIKE NULL", None),
    ("CASE 1 WHEN NULL THEN 'a' ELSE 'b' END", "b"),
    ("CASE WHEN NULL THEN 'a' END", None),
    ("CASE WHEN true THEN 1 ELSE 2E0 END", "1.0"),
    ("COALESCE(NULL, 1, 2E0)", "1.0"),
    ("NULLIF(1, 2)", "1"),
    ("IF(NULL, 1, 2)", "2"),
    ("greatest('b')", "b"),
    ("least(2, 1)", "1"),
    ("contains(ARRAY['a', 'b'], NULL)", None),
    ("NOT contains(ARRAY['a'], 'z')", "true"),
    ("NOT contains(ARRAY['a', NULL], 'z')", None),
    ("contains(ARRAY[1, 2], 2)", "true"),
    ("cardinality(ARRAY[])", "0"),
    ("ARRAY['a', NULL] = ARRAY['a', NULL]", None),
    ("ARRAY['a', NULL] = ARRAY['b', NULL]", "false"),
    ("ARRAY['a'] IS NOT DISTINCT FROM ARRAY['a']", "true"),
    ("cardinality(NULL) IS NULL", "true"),
    ("cardinality(CAST(NULL AS array(varchar))) IS NOT NULL", "false"),
]

# expression, what the message says
ERRORS: list[tuple[str, str]] = [
    ("from_iso8601_timestamp('garbage')", "Invalid format: 'garbage' is no ISO 8601 timestamp"),
    (
        "DATE '2026-11-22' = '2026-11-22'",
        "line 1:13: Cannot apply operator: date = varchar; a date is written DATE '2026-01-31'",
    ),
    ("ARRAY['a','b'][5]", "Array subscript must be less than or equal to array length: 5 > 2"),
    ("CAST('x' AS integer)", "Cannot cast 'x' to INT"),
    ("1 / 0", "Division by zero"),
    (
        "'2' = 2",
        "line 1:8: Cannot apply operator: varchar = integer; CAST(... AS integer) converts a text",
    ),
    ("true = 1", "line 1:15: Cannot apply operator: boolean = integer"),
    ("2147483647 + 1", "integer overflow: 2147483648"),
    ("-2147483647 - 2", "integer overflow: -2147483649"),
    ("2147483647 * 2", "integer overflow: 4294967294"),
    ("9223372036854775807 + 1", "bigint overflow: 9.223372036854776e+18"),
    ("9223372036854775807 * 2", "bigint overflow: 1.8446744073709552e+19"),
    ("1 % 0", "Division by zero"),
    ("0E0 / 0E0", "the result is NaN, which SQLite cannot hold"),
    ("CAST('1d' AS double)", "CAST of '1d' to double: not supported"),
    ("TRY_CAST('NaN' AS double)", "CAST of 'NaN' to double: not supported"),
    ("CAST(3000000000 AS integer)", "Out of range for integer: 3000000000"),
    ("CAST('2026-02-30' AS date)", "Value cannot be cast to date: 2026-02-30"),
    ("from_iso8601_timestamp('2026-02-30T00:00:00Z')", "there is no day 2026-02-30"),
    (
        "from_iso8601_timestamp('2026-11-22 10:00:00')",
        "Invalid format: '2026-11-22 10:00:00' is no ISO 8601 timestamp",
    ),
    (
        "from_iso8601_timestamp('2026-11-22T24:00:00Z')",
        "Invalid format: '2026-11-22T24:00:00Z' has no such time of day",
    ),
    ("element_at(ARRAY['a'], 0)", "SQL array indices start at 1"),
    ("ARRAY['a'][0]", "SQL array indices start at 1"),
    ("split_part('a', 'b', 0)", "Index must be greater than zero"),
    ("date_trunc('fortnight', now())", "'fortnight' is not a valid Timestamp field"),
    ("date_add('hour', 1, DATE '2026-01-01')", "'hour' is not a valid DATE field"),
    ("DATE '2026-01-01' + INTERVAL '1' HOUR", "Cannot add hour, minutes or seconds to a date"),
    ("'a' LIKE 'a' ESCAPE 'xy'", "line 1:8: Escape string must be a single character"),
    (
        "'a' LIKE 'a!b' ESCAPE '!'",
        "line 1:8: Escape character must be followed by '%', '_' or the escape character itself",
    ),
    ("(SELECT 1 UNION ALL SELECT 2)", "Scalar sub-query has returned multiple rows"),
    (
        "date_add('year', 9000, DATE '2026-01-01')",
        "the date is out of range: years 0000 to 9999 can be held",
    ),
    (
        "ARRAY['a', 1]",
        "line 1:14: All ARRAY elements must be the same type: varchar, found integer",
    ),
    (
        "1 || 'a'",
        "line 1:8: Unexpected parameters (integer, varchar) for function concat: || joins varchar values; CAST(x AS varchar) makes one",
    ),
    (
        "NOT 1",
        "line 1:12: Value of logical NOT expression must evaluate to a boolean: actual type integer",
    ),
    ("-'a'", "line 1:9: Cannot negate a value of type varchar"),
    ("true < 1", "line 1:15: Cannot apply operator: boolean < integer"),
    (
        "now() = '2026-01-01'",
        "line 1:8: Cannot apply operator: timestamp(3) with time zone = varchar; from_iso8601_timestamp(text) makes a timestamp with time zone",
    ),
    (
        "INTERVAL '1' DAY > INTERVAL '1' MONTH",
        "line 1:17: Cannot apply operator: interval day to second > interval year to month",
    ),
    ("INTERVAL '1' DAY = 1", "line 1:17: Cannot apply operator: interval day to second = integer"),
    (
        "'a' IN (1)",
        "line 1:16: IN value and list items must be the same type: varchar, integer; CAST(... AS integer) converts a text",
    ),
    (
        "CASE WHEN 1 THEN 2 END",
        "line 1:18: CASE WHEN clause must evaluate to a boolean: actual type integer",
    ),
    (
        "lower(1)",
        "line 1:8: Unexpected parameters (integer) for function lower. Expected: lower(varchar)",
    ),
    (
        "cardinality('a')",
        "line 1:8: Unexpected parameters (varchar) for function cardinality. Expected: cardinality(array(T))",
    ),
    (
        "TIMESTAMP '2026-01-01 00:00:00.123456'",
        "line 1:18: timestamp(6): times are held to the millisecond, precision 3",
    ),
    ("CAST(ARRAY['a'] AS varchar)", "line 1:19: Cannot cast array(varchar) to varchar"),
    (
        "COALESCE(1, 'a')",
        "line 1:8: Unexpected parameters (integer, varchar) for function coalesce. Expected: coalesce(T, T...)",
    ),
    ("INTERVAL 'x' DAY", "line 1:17: 'x' is not a valid interval literal"),
    ("INTERVAL '1.5' DAY", "line 1:17: '1.5' is not a valid interval literal"),
    ("1.5", "line 1:8: decimal literals are not supported yet: write 1.5E0 for a double"),
    ("99999999999999999999", "line 1:8: 99999999999999999999 is larger than a bigint"),
]

# What Trino gives and we refuse, by name, until it is built: expression, what the message names
REFUSED: list[tuple[str, str]] = [
    (
        "from_iso8601_date('2026-11-22')",
        "function from_iso8601_date is not known or not supported yet",
    ),
    (
        "date_format(TIMESTAMP '2026-11-22 09:05:07.000', '%Y-%m-%dT%H:%i:%sZ')",
        "function date_format is not known or not supported yet",
    ),
    (
        "date_format(TIMESTAMP '2026-11-22 09:05:07.000', '%Y/%m/%d')",
        "function date_format is not known or not supported yet",
    ),
    (
        "date_format(TIMESTAMP '2026-11-22 09:05:07.000', '%W %M %e %l:%i %p')",
        "function date_format is not known or not supported yet",
    ),
    (
        "date_parse('2026-11-22 09:05', '%Y-%m-%d %H:%i')",
        "function date_parse is not known or not supported yet",
    ),
    (
        "parse_datetime('2026-11-22T09:05:07Z', 'yyyy-MM-dd''T''HH:mm:ss''Z')",
        "function parse_datetime is not known or not supported yet",
    ),
    (
        "format_datetime(TIMESTAMP '2026-11-22 09:05:07.000', 'yyyy-MM-dd HH:mm')",
        "function format_datetime is not known or not supported yet",
    ),
    ("from_unixtime(1795341600)", "function from_unixtime is not known or not supported yet"),
    (
        "to_unixtime(TIMESTAMP '2026-11-22 10:00:00.000')",
        "function to_unixtime is not known or not supported yet",
    ),
    (
        "to_iso8601(TIMESTAMP '2026-11-22 10:00:00.000')",
        "function to_iso8601 is not known or not supported yet",
    ),
    ("to_iso8601(DATE '2026-11-22')", "function to_iso8601 is not known or not supported yet"),
    (
        "from_unixtime(1795341600) AT TIME ZONE 'America/New_York'",
        "AT TIME ZONE: not supported yet",
    ),
    (
        "at_timezone(from_unixtime(1795341600), 'Asia/Tokyo')",
        "function at_timezone is not known or not supported yet",
    ),
    (
        "json_extract_scalar('{\"a\":{\"b\":5}}', '$.a.b')",
        "function json_extract_scalar is not known or not supported yet",
    ),
    (
        "json_extract_scalar('{\"a\":{\"b\":true}}', '$.a.b')",
        "function json_extract_scalar is not known or not supported yet",
    ),
    (
        "json_extract_scalar('{\"a\":[1,2]}', '$.a')",
        "function json_extract_scalar is not known or not supported yet",
    ),
    (
        "json_extract_scalar('{\"a\":[1,2]}', '$.a[1]')",
        "function json_extract_scalar is not known or not supported yet",
    ),
    (
        "json_extract_scalar('not json', '$.a')",
        "function json_extract_scalar is not known or not supported yet",
    ),
    (
        "json_extract_scalar('{\"a.b\":1}', '$[\"a.b\"]')",
        "function json_extract_scalar is not known or not supported yet",
    ),
    (
        "json_extract('{\"a\":[1, 2]}', '$.a')",
        "function json_extract is not known or not supported yet",
    ),
    (
        "json_extract('{\"a\":\"x\"}', '$.a')",
        "function json_extract is not known or not supported yet",
    ),
    (
        'CAST(json_extract(\'{"a":["x","y"]}\', \'$.a\') AS array(varchar))',
        "function json_extract is not known or not supported yet",
    ),
    (
        'cardinality(CAST(json_parse(\'["x","y"]\') AS array(varchar)))',
        "function json_parse is not known or not supported yet",
    ),
    (
        "json_array_length('[1,2,3]')",
        "function json_array_length is not known or not supported yet",
    ),
    (
        "json_array_contains('[1,2,3]', 2)",
        "function json_array_contains is not known or not supported yet",
    ),
    (
        "json_format(json_parse('{\"a\": 1}'))",
        "function json_format is not known or not supported yet",
    ),
    (
        'json_size(\'{"a":{"b":1,"c":2}}\', \'$.a\')',
        "function json_size is not known or not supported yet",
    ),
    (
        "regexp_like('curl x | sh', '(?i)CURL')",
        "function regexp_like is not known or not supported yet",
    ),
    ("regexp_like('abc', 'b')", "function regexp_like is not known or not supported yet"),
    (
        "regexp_extract('10.1.2.3:50', '^([0-9.]+):', 1)",
        "function regexp_extract is not known or not supported yet",
    ),
    (
        "regexp_extract('abc', '([0-9]+)')",
        "function regexp_extract is not known or not supported yet",
    ),
    (
        "regexp_replace('a1b22', '[0-9]+', '#')",
        "function regexp_replace is not known or not supported yet",
    ),
    (
        "regexp_replace('a1b22', '([0-9]+)', '<$1>')",
        "function regexp_replace is not known or not supported yet",
    ),
    (
        "regexp_extract_all('a1b22', '[0-9]+')",
        "function regexp_extract_all is not known or not supported yet",
    ),
    ("regexp_split('a1b22c', '[0-9]+')", "function regexp_split is not known or not supported yet"),
    ("regexp_count('a1b22', '[0-9]')", "function regexp_count is not known or not supported yet"),
    ("split('a,b,c', ',')", "function split is not known or not supported yet"),
    ("split('a,b,c', ',')[2]", "function split is not known or not supported yet"),
    ("concat_ws('-', 'a', NULL, 'b')", "function concat_ws is not known or not supported yet"),
    ("lpad('7', 3, '0')", "function lpad is not known or not supported yet"),
    ("chr(65)", "function chr is not known or not supported yet"),
    ("to_hex(md5(to_utf8('a')))", "function to_hex is not known or not supported yet"),
    ("format('%s:%d', 'a', 3)", "function format is not known or not supported yet"),
    (
        "levenshtein_distance('a', 'b')",
        "function levenshtein_distance is not known or not supported yet",
    ),
    (
        "url_extract_host('https://ex.com:8080/p?q=1')",
        "function url_extract_host is not known or not supported yet",
    ),
    (
        "url_extract_path('https://ex.com/p/a?q=1')",
        "function url_extract_path is not known or not supported yet",
    ),
    (
        "url_extract_parameter('https://ex.com/p?q=1&r=2', 'r')",
        "function url_extract_parameter is not known or not supported yet",
    ),
    ("url_decode('a%20b')", "function url_decode is not known or not supported yet"),
    (
        "array_distinct(ARRAY['b','a','b'])",
        "function array_distinct is not known or not supported yet",
    ),
    ("array_sort(ARRAY['b',NULL,'a'])", "function array_sort is not known or not supported yet"),
    (
        "array_position(ARRAY['a','b'], 'z')",
        "function array_position is not known or not supported yet",
    ),
    ("array_max(ARRAY[1,5,3])", "function array_max is not known or not supported yet"),
    (
        "arrays_overlap(ARRAY['a','b'], ARRAY['b'])",
        "function arrays_overlap is not known or not supported yet",
    ),
    (
        "array_intersect(ARRAY['a','b'], ARRAY['b'])",
        "function array_intersect is not known or not supported yet",
    ),
    (
        "array_union(ARRAY['a'], ARRAY['b'])",
        "function array_union is not known or not supported yet",
    ),
    (
        "array_except(ARRAY['a','b'], ARRAY['b'])",
        "function array_except is not known or not supported yet",
    ),
    (
        "array_remove(ARRAY['a','b'], 'a')",
        "function array_remove is not known or not supported yet",
    ),
    (
        "flatten(ARRAY[ARRAY['a'], ARRAY['b']])",
        "function flatten is not known or not supported yet",
    ),
    ("slice(ARRAY['a','b','c'], 2, 2)", "function slice is not known or not supported yet"),
    ("sequence(1, 3)", "function sequence is not known or not supported yet"),
    (
        "ARRAY['a'] || ARRAY['b']",
        "Unexpected parameters (array(varchar), array(varchar)) for function concat: || joins varchar values; CAST(x AS varchar) makes one",
    ),
    ("any_match(ARRAY['a','b'], x -> x = 'b')", "lambda expressions: not supported yet"),
    ("none_match(ARRAY['a','b'], x -> x = 'z')", "lambda expressions: not supported yet"),
    ("all_match(ARRAY['a','b'], x -> length(x) = 1)", "lambda expressions: not supported yet"),
    ("filter(ARRAY['a','b'], x -> x <> 'a')", "lambda expressions: not supported yet"),
    ("transform(ARRAY['a','b'], x -> upper(x))", "lambda expressions: not supported yet"),
    ("reduce(ARRAY[1,2,3], 0, (s, x) -> s + x, s -> s)", "lambda expressions: not supported yet"),
    ("map(ARRAY['a'], ARRAY[1])['a']", "map(...): not supported yet"),
    ("element_at(map(ARRAY['a'], ARRAY[1]), 'b')", "map(...): not supported yet"),
    ("map_keys(map(ARRAY['a'], ARRAY[1]))", "map(...): not supported yet"),
    ("CAST(ROW('a', 1) AS ROW(x varchar, y integer)).x", "row fields: not supported yet"),
    ("try(CAST('x' AS integer))", "function try is not known or not supported yet"),
    ("typeof(1)", "function typeof is not known or not supported yet"),
    ("7 / 2.0", "decimal literals are not supported yet: write 2.0E0 for a double"),
    ("10 / 3.0", "decimal literals are not supported yet: write 3.0E0 for a double"),
    ("100.0 * 2 / 3", "decimal literals are not supported yet: write 100.0E0 for a double"),
    ("round(2.5)", "function round is not known or not supported yet"),
    ("round(66.666, 1)", "function round is not known or not supported yet"),
    ("floor(-1.5)", "function floor is not known or not supported yet"),
    ("ceil(1.2)", "function ceil is not known or not supported yet"),
    ("power(2, 10)", "function power is not known or not supported yet"),
    ("CAST(1.7 AS integer)", "decimal literals are not supported yet: write 1.7E0 for a double"),
    ("CAST('10.1.2.3' AS ipaddress)", "type ipaddress: not supported yet"),
    ("contains('10.0.0.0/8', CAST('10.1.2.3' AS ipaddress))", "type ipaddress: not supported yet"),
    (
        "ip_prefix(CAST('10.1.2.3' AS ipaddress), 24)",
        "function ip_prefix is not known or not supported yet",
    ),
    ("sum(1) OVER ()", "window functions (OVER): not supported yet"),
    ("row_number() OVER ()", "window functions (OVER): not supported yet"),
    ("array_agg(1)", "function array_agg is not known or not supported yet"),
    ("approx_distinct(1)", "function approx_distinct is not known or not supported yet"),
]


@pytest.fixture(scope="module")
def world() -> World:
    return World(":memory:")


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_an_expression_has_trinos_value(world: World, expression: str, value: str | None) -> None:
    assert world.value(expression) == value


@pytest.mark.parametrize(("expression", "message"), ERRORS)
def test_an_expression_is_an_error_as_in_trino(world: World, expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert str(caught.value) == message


@pytest.mark.parametrize(("expression", "message"), REFUSED)
def test_what_is_not_built_yet_is_refused_by_name(
    world: World, expression: str, message: str
) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert message in caught.value.message
    assert caught.value.line == 1
