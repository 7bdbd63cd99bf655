"""Functions over texts: the values of Trino's StringFunctions, and their errors."""

# ruff: noqa: E501, RUF001 (one row, one line; letters of every kind)
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.rules.times import NotSupportedValue
from datasette_access_monitoring.sql.udf import letters, splitting

# expression, value as text (None is NULL)
VALUES: list[tuple[str, str | None]] = [
    # split
    ("split('a.b.c', '.')", "[a, b, c]"), ("split('ab', '.')", "[ab]"), ("split('', '.')", "[]"), ("cardinality(split('', '.'))", "1"),
    ("split('.a.', '.')", "[, a, ]"), ("split('a..b', '..')", "[a, b]"), ("split('a.b.c', '.', 2)", "[a, b.c]"), ("split('a.b.c', '.', 1)", "[a.b.c]"),
    ("split('a.b', '.', 9)", "[a, b]"), ("split('a.b..c', '.', 3)", "[a, b, .c]"), ("split('信念,爱', ',')", "[信念, 爱]"),
    ("split(NULL, ',')", None), ("split('a', NULL)", None), ("split('a', ',', NULL)", None), ("split('a,b', ',')[2]", "b"),
    ("split_part('a:b', ':', 2)", "b"), ("split_part('a:b', ':', 3)", None), ("split_part('', ':', 1)", ""), ("split_part('é有', '', 2)", "有"),
    # maps
    ("split_to_map('a=123,b=.4,c=,=d', ',', '=')", "{a=123, b=.4, c=, =d}"), ("split_to_map('', ',', '=')", "{}"), ("split_to_map('a=1,', ',', '=')", "{a=1}"),
    ("split_to_map('keyéB', ',', 'é')", "{key=B}"), ("split_to_map(NULL, ',', '=')", None), ("split_to_map('a=1', NULL, '=')", None),
    ("split_to_map('a=1;b=2', ';', '=')['b']", "2"),
    ("split_to_multimap('a=1,b=2,a=3', ',', '=')", "{a=[1, 3], b=[2]}"), ("split_to_multimap('', ',', '=')", "{}"), ("split_to_multimap('a=1', ',', NULL)", None),
    # concat
    ("concat_ws('abc', 'def')", "def"), ("concat_ws(',', 'def', 'pqr', 'mno')", "def,pqr,mno"), ("concat_ws('abc', 'def', 'pqr')", "defabcpqr"),
    ("concat_ws(NULL, 'def')", None), ("concat_ws('abc', NULL, 'def')", "def"), ("concat_ws('abc', NULL, NULL)", ""), ("concat_ws(',', '', '')", ","),
    ("concat_ws('', 'a', 'é')", "aé"), ("concat_ws(',', ARRAY['a', NULL, '', 'b'])", "a,,b"), ("concat_ws(',', ARRAY[])", ""), ("concat_ws(NULL, ARRAY['a'])", None),
    ("concat_ws(',', CAST(NULL AS array(varchar)))", None),
    ("concat('a', NULL)", None), ("concat('a', '', 'é')", "aé"),
    # padding
    ("lpad('text', 5, 'x')", "xtext"), ("lpad('text', 4, 'x')", "text"), ("lpad('text', 6, 'xy')", "xytext"), ("lpad('text', 7, 'xy')", "xyxtext"),
    ("lpad('信念 爱 希望  ', 10, '望')", "望信念 爱 希望  "), ("lpad('text', 0, 'ab')", ""), ("lpad('text', 3, 'xy')", "tex"), ("lpad('', 3, 'a')", "aaa"),
    ("rpad('text', 5, 'x')", "textx"), ("rpad('text', 7, 'xy')", "textxyx"), ("rpad('信念', 3, '望')", "信念望"), ("rpad('text', 3, 'xy')", "tex"), ("rpad('', 0, 'x')", ""),
    ("lpad(NULL, 1, 'a')", None), ("lpad('a', NULL, 'a')", None), ("rpad('a', 1, NULL)", None),
    # codes
    ("chr(65)", "A"), ("chr(9731)", "☃"), ("chr(131210)", "𠂊"), ("length(chr(0))", "1"), ("chr(NULL)", None), ("codepoint('x')", "120"), ("codepoint('☃')", "9731"),
    ("codepoint(NULL)", None), ("codepoint('𠂊')", "131210"),
    # places
    ("strpos('high', 'ig')", "2"), ("strpos('high', 'igx')", "0"), ("strpos('high', '')", "1"), ("strpos('', '')", "1"), ("strpos('foo2bar', '2')", "4"),
    ("strpos('信念,爱,希望', '爱')", "4"), ("strpos('abc/xyz/foo/bar', '/', 3)", "12"), ("strpos('abc/xyz/foo/bar', '/', 4)", "0"), ("strpos('highhigh', 'ig', 2)", "6"),
    ("strpos('aaa', 'aa', 2)", "2"), ("strpos('', 'a', 1)", "0"), ("strpos('a', '', 7)", "1"), ("strpos('high', 'ig', -1)", "2"), ("strpos('high', 'g', -1)", "3"),
    ("strpos('abc/xyz/foo/bar', '/', -1)", "12"), ("strpos('abc/xyz/foo/bar', '/', -3)", "4"), ("strpos('abc/xyz/foo/bar', '/', -4)", "0"), ("strpos('', '', -1)", "1"),
    ("strpos('aaa', 'aa', -1)", "2"), ("strpos('aaa', 'aa', -2)", "1"), ("strpos('信念,爱,希望', '念', -1)", "2"), ("strpos('a', NULL, 1)", None), ("strpos(NULL, 'a', -1)", None),
    ("position('l' IN 'hello')", "3"), ("position('z' IN 'hello')", "0"),
    # distances
    ("levenshtein_distance('', '')", "0"), ("levenshtein_distance('', 'hello')", "5"), ("levenshtein_distance('hello', '')", "5"), ("levenshtein_distance('hello', 'jello')", "1"),
    ("levenshtein_distance('hello', 'hello world')", "6"), ("levenshtein_distance('kitten', 'sitting')", "3"), ("levenshtein_distance('你好', '再见')", "2"), ("levenshtein_distance('ab', 'ba')", "2"),
    ("levenshtein_distance('a', NULL)", None), ("hamming_distance('', '')", "0"), ("hamming_distance('like', 'hate')", "3"), ("hamming_distance('信b', 'a望')", "2"), ("hamming_distance(NULL, '')", None),
    # forms of characters
    ("normalize('schön', NFD) = 'scho' || chr(776) || 'n'", "true"), ("normalize('scho' || chr(776) || 'n')", "schön"), ("normalize('Ⅷ', NFKC)", "VIII"), ("normalize('ｱｲｳ', NFKC)", "アイウ"),
    ("NORMALIZE('ﬁ', nfkd)", "fi"), ("normalize('Ⅷ')", "Ⅷ"), ("normalize(NULL)", None), ("normalize('')", ""),
    ("translate('abcd', 'a', 'z')", "zbcd"), ("translate('abcda', 'a', '')", "bcd"), ("translate('Palhoça', 'ç', 'c')", "Palhoca"), ("translate('abcd', 'aac', 'zqx')", "zbxd"),
    ("translate('abcd', '', 'x')", "abcd"), ("translate('', 'a', 'b')", ""), ("translate('💰a', '💰', 'é')", "éa"), ("translate('a', NULL, 'b')", None),
    # checks and sounds
    ("luhn_check('4242424242424242')", "true"), ("luhn_check('1234567891234567')", "false"), ("luhn_check('')", "false"), ("luhn_check(NULL)", None), ("NOT luhn_check('0')", "false"),
    ("soundex('jim')", "J500"), ("soundex('jIM')", "J500"), ("soundex('smith')", "S530"), ("soundex('smythe')", "S530"), ("soundex('Ashcraft')", "A261"), ("soundex('Tymczak')", "T522"),
    ("soundex('Pfister')", "P236"), ("soundex('O''Hara')", "O600"), ("soundex('')", ""), ("soundex('12')", ""), ("soundex(NULL)", None),
    ("starts_with('foo', 'fo')", "true"), ("NOT starts_with('foo', 'of')", "true"), ("starts_with('', '')", "true"), ("NOT starts_with(NULL, 'a')", None), ("NOT starts_with('a', NULL)", None),
    # trim
    ("trim('aaHELLOaa', 'a')", "HELLO"), ("ltrim('xyxa', 'xy')", "a"), ("rtrim('abx', 'xb')", "a"), ("trim('a', '')", "a"), ("trim('有a有', '有')", "a"), ("trim('a', NULL)", None),
    ("TRIM(LEADING 'x' FROM 'xxaxx')", "axx"), ("TRIM(TRAILING 'x' FROM 'xxaxx')", "xxa"), ("TRIM(BOTH 'xy' FROM 'xyaxy')", "a"), ("TRIM('x' FROM 'xax')", "a"), ("TRIM(BOTH FROM ' a ')", "a"),
    ("TRIM(LEADING FROM ' a ') || '.'", "a ."), ("TRIM('x' FROM NULL)", None), ("trim((SELECT ' b ' FROM (SELECT 1)))", "b"),
    ("SUBSTRING('hello' FROM 2)", "ello"), ("SUBSTRING('hello' FROM 2 FOR 3)", "ell"), ("SUBSTRING('hello' FROM -3 FOR 2)", "ll"), ("SUBSTRING('hello' FROM 0)", ""), ("SUBSTRING('hello' FROM NULL)", None),
    ("try(chr(-1))", None),
]  # fmt: skip

# expression, error message
ERRORS: list[tuple[str, str]] = [
    ("split('a', '')", "The delimiter may not be the empty string"), ("split('a', ',', 0)", "Limit must be positive"), ("split('a', ',', -1)", "Limit must be positive"),
    ("split('a', ',', 2147483648)", "Limit is too large"), ("split_part('a', ',', 0)", "Index must be greater than zero"), ("split_part('a', ',', -1)", "Index must be greater than zero"),
    ("split_to_map('', '', '=')", "entryDelimiter is empty"), ("split_to_map('', '=', '')", "keyValueDelimiter is empty"),
    ("split_to_map('', '=', '=')", "entryDelimiter and keyValueDelimiter must not be the same"), ("split_to_map('a=1,a=2', ',', '=')", "Duplicate keys (a) are not allowed"),
    ("split_to_map('key', ',', '=')", "Key-value delimiter must appear exactly once in each entry. Bad input: 'key'"),
    ("split_to_map('a==1', ',', '=')", "Key-value delimiter must appear exactly once in each entry. Bad input: 'a==1'"),
    ("split_to_map(',a=1', ',', '=')", "Key-value delimiter must appear exactly once in each entry. Bad input: ''"),
    ("split_to_multimap('key', ',', '=')", "Key-value delimiter must appear exactly once in each entry. Bad input: key"),
    ("lpad('a', -1, 'x')", "Target length must be in the range [0..2147483647]"), ("rpad('a', 2147483648, 'x')", "Target length must be in the range [0..2147483647]"),
    ("lpad('a', 3, '')", "Padding string must not be empty"), ("rpad('a', 2147483647, 'x')", "a text of 2,147,483,647 characters is too long: 16,777,216 is the limit"),
    ("chr(-1)", "Not a valid Unicode code point: -1"), ("chr(1114112)", "Not a valid Unicode code point: 1114112"), ("chr(55296)", "Not a valid Unicode code point: 55296"),
    ("codepoint('hello')", "Input string must be a single character string"), ("codepoint('')", "Input string must be a single character string"),
    ("strpos('a', 'a', 0)", "'instance' must be a positive or negative number."),
    ("levenshtein_distance(rpad('a', 1001, 'b'), rpad('a', 1001, 'c'))", "The combined inputs for Levenshtein distance are too large"),
    ("hamming_distance('hello', '')", "The input strings to hamming_distance function must have the same length"),
    ("luhn_check('abcd424242424242')", "Input contains non-digit character"), ("luhn_check('１')", "Input contains non-digit character"),
    ("soundex('jäger')", "The character is not mapped: Ä"),
    ("replace(rpad('', 16777216, 'a'), 'a', 'bb')", "a text of 33,554,432 characters is too long: 16,777,216 is the limit"),
]  # fmt: skip

# expression, what the message says
REFUSED: list[tuple[str, str]] = [
    ("normalize('a', NFX)", "Column 'NFX' cannot be resolved"), ("normalize('a', 'NFC')", "syntax error near \"'NFC'\""),
    ("TRIM(1 FROM 'a')", "Argument of trim or substring must evaluate to a varchar: actual type integer"),
    ("SUBSTRING('a' FROM 'b')", "substring counts in bigint: actual type varchar"),
    ("TRIM(FROM 'a')", "a query begins with SELECT"),
    ("SUBSTRING('abc' FOR 2)", "syntax error"),
    ("concat_ws(',', 1)", "Unexpected parameters (varchar, integer) for function concat_ws"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_a_function_has_trinos_value(world: World, expression: str, value: str | None) -> None:
    assert world.value(expression) == value


@pytest.mark.parametrize(("expression", "message"), ERRORS)
def test_a_function_fails_as_in_trino(world: World, expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert caught.value.message == message


@pytest.mark.parametrize(("expression", "message"), REFUSED)
def test_a_call_is_refused(world: World, expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert message in caught.value.message


def test_a_column_may_be_called_like_a_normal_form(world: World) -> None:
    assert world.texts("SELECT concat('a', nfc), NORMALIZE('b', NFC) FROM (SELECT 'x' AS nfc)") == [
        ("ax", "b")
    ]


@given(st.text("ab"), st.text("ab", min_size=1, max_size=3), st.integers(-5, 5).filter(bool))
def test_strpos_counts_overlapping_occurrences(text: str, wanted: str, instance: int) -> None:
    places = [place + 1 for place in range(len(text)) if text.startswith(wanted, place)]
    expected = places[instance - 1 if instance > 0 else instance :][:1]
    expected = expected if abs(instance) <= len(places) else []
    assert letters.strpos(text, wanted, instance) == (expected or [0])[0]


@given(st.text("a,é"), st.integers(1, 5))
def test_the_parts_of_a_split_text_make_it_again(text: str, limit: int) -> None:
    for array in (splitting.split(text, ","), splitting.split(text, ",", limit)):
        assert splitting.concat_ws_array(",", array) == text


@pytest.mark.parametrize(
    "call",
    [
        lambda long: letters.normalize(long),
        lambda long: letters.levenshtein(long, "a"),
        lambda long: letters.luhn_check(long),
        lambda long: letters.soundex(long),
        lambda long: letters.strpos(long, "a" * 1000, 1_000_000),
    ],
)
def test_long_texts_are_not_looked_at_for_long(call) -> None:
    with pytest.raises(NotSupportedValue):
        call("a" * 2_000_000)
