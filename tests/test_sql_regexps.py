"""Regular expressions: Trino's functions over them, and patterns as its engine reads them."""

# ruff: noqa: E501, RUF001 (one row, one line; letters of every kind)
from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
import regex
from sql_world import World

from datasette_access_monitoring.engine import Limits
from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.rules import regexps
from datasette_access_monitoring.sql.rules.times import NotSupportedValue

# expression, value as text (None is NULL)
VALUES: list[tuple[str, str | None]] = [
    ("regexp_like('Stephen', 'Ste(v|ph)en')", "true"),
    ("regexp_like('Stephen', '^Ste(v|ph)en$')", "true"),
    ("regexp_like('Hello', '^[a-z]+$')", "false"),
    ("regexp_like('Hello', '^(?i)[a-z]+$')", "true"),
    ("regexp_like('test', 'test\\b')", "true"),
    ("regexp_like('', '')", "true"),
    ("regexp_like('a', '')", "true"),
    ("NOT regexp_like('abc', 'x')", "true"),
    ("NOT regexp_like(NULL, 'x')", None),
    ("NOT regexp_like('abc', NULL)", None),
    ("regexp_like('é', '^.$')", "true"),
    ("regexp_like('É', '(?i)é')", "true"),
    ("regexp_like('٣', '\\d')", "false"),
    ("regexp_like('é', '\\w')", "false"),
    ("regexp_like(chr(0), '\\x00')", "true"),
    ("regexp_extract('1a 2b 14m', '(\\d+)([a-z]+)')", "1a"),
    ("regexp_extract('1a 2b 14m', '(\\d+)([a-z]+)', 2)", "a"),
    ("regexp_extract('Hello world bye', '\\b[a-z]([a-z]*)')", "world"),
    ("regexp_extract('Hello world bye', '\\b[a-z]([a-z]*)', 1)", "orld"),
    ("regexp_extract('a', '(a)|(b)', 2)", None),
    ("regexp_extract('x', '(a)|(b)', 0)", None),
    ("regexp_extract('', 'x*')", ""),
    ("regexp_extract(NULL, 'x')", None),
    ("regexp_extract('a', 'a', NULL)", None),
    ("regexp_extract_all('1a 2b 14m', '\\d+')", "[1, 2, 14]"),
    ("regexp_extract_all('1a 2b 14m', '(\\d+)([a-z]+)', 2)", "[a, b, m]"),
    ("regexp_extract_all('ab', '(a)|b', 1)", "[a, null]"),
    ("regexp_extract_all('ab', 'x*')", "[, , ]"),
    ("regexp_extract_all('', 'a')", "[]"),
    ("cardinality(regexp_extract_all('aéa', ''))", "4"),
    ("regexp_split('1a 2b 14m', '\\s*[a-z]+\\s*')", "[1, 2, 14, ]"),
    ("regexp_split('', '[a-z]+')", "[]"),
    ("cardinality(regexp_split('', 'a'))", "1"),
    ("regexp_split('ab', '')", "[, a, b, ]"),
    ("regexp_split('a,b', NULL)", None),
    ("regexp_count('1a 2b 14m', '\\s*[a-z]+\\s*')", "3"),
    ("regexp_count('aaa', 'aa')", "1"),
    ("regexp_count('ab', '')", "3"),
    ("regexp_count('', '')", "1"),
    ("regexp_count('é有', '')", "3"),
    ("regexp_position('I have 23 apples, 5 pears and 13 oranges', '\\b\\d+\\b')", "8"),
    ("regexp_position('I have 23 apples, 5 pears and 13 oranges', '\\b\\d+\\b', 5)", "8"),
    ("regexp_position('I have 23 apples, 5 pears and 13 oranges', '\\b\\d+\\b', 12)", "19"),
    ("regexp_position('I have 23 apples, 5 pears and 13 oranges', '\\b\\d+\\b', 12, 1)", "19"),
    ("regexp_position('I have 23 apples, 5 pears and 13 oranges', '\\b\\d+\\b', 12, 2)", "31"),
    ("regexp_position('I have 23 apples, 5 pears and 13 oranges', '\\b\\d+\\b', 12, 3)", "-1"),
    ("regexp_position('有朋有', '有', 2)", "3"),
    ("regexp_position('', '')", "-1"),
    ("regexp_position('a', 'a', 2)", "-1"),
    ("regexp_position('a', NULL)", None),
    ("regexp_replace('abc有朋$%X自9远方来', '', 'Y')", "YaYbYcY有Y朋Y$Y%YXY自Y9Y远Y方Y来Y"),
    ("regexp_replace('a有朋💰', '.', 'Y')", "YYYY"),
    ("regexp_replace('a有朋💰', '(.)', '1$12')", "1a21有21朋21💰2"),
    ("regexp_replace('a有朋💰', '.', '1$02')", "1a21有21朋21💰2"),
    ("regexp_replace('', '', 'Y')", "Y"),
    ("regexp_replace('fun stuff.', '[a-z]')", " ."),
    ("regexp_replace('fun stuff.', '[a-z]', '*')", "*** *****."),
    (
        "regexp_replace('call 555.123.4444 now', '(\\d{3})\\.(\\d{3}).(\\d{4})', '($1) $2-$3')",
        "call (555) 123-4444 now",
    ),
    ("regexp_replace('xxx xxx xxx', 'x', '\\x')", "xxx xxx xxx"),
    ("regexp_replace('xxx', '', 'y')", "yxyxyxy"),
    ("regexp_replace('xxx xxx xxx', 'x', '\\$0')", "$0$0$0 $0$0$0 $0$0$0"),
    ("regexp_replace('xxx', '(x)', '$01')", "xxx"),
    ("regexp_replace('xxx', 'x', '$05')", "x5x5x5"),
    ("regexp_replace('123456789', '(1)(2)(3)(4)(5)(6)(7)(8)(9)', '$10')", "10"),
    ("regexp_replace('1234567890', '(1)(2)(3)(4)(5)(6)(7)(8)(9)(0)', '$10')", "0"),
    ("regexp_replace('1234567890', '(1)(2)(3)(4)(5)(6)(7)(8)(9)(0)', '$11')", "11"),
    ("regexp_replace('wxyz', '(?<xyz>[xyz])', '${xyz}${xyz}')", "wxxyyzz"),
    ("regexp_replace('wxyz', '(?<w>w)|(?<xyz>[xyz])', '[${w}](${xyz})')", "[w]()[](x)[](y)[](z)"),
    ("regexp_replace('xyz', '(?<xyz>[xyz])+', '${xyz}')", "z"),
    ("regexp_replace('x', '.*', 'xxxxx')", "xxxxxxxxxx"),
    ("regexp_replace('x', '(?<a>x)', '${a')", "x"),
    # Nothing matches: the replacement is not read.
    ("regexp_replace('x', 'y', '$9')", "x"),
    ("regexp_replace('x', 'x', NULL)", None),
    ("try(regexp_like('a', '('))", None),
    ("regexp_like('a', 's?$')", "true"),
    ("regexp_like('é', 's*$')", "true"),
    ("regexp_like('é', 'é?$')", "true"),
]

# expression, error message
ERRORS: list[tuple[str, str]] = [
    ("regexp_like('a', '(')", "end pattern with unmatched parenthesis"),
    ("regexp_like('a', '[invalid')", "premature end of char-class"),
    ("regexp_extract('a', '(a)', 2)", "Pattern has 1 groups. Cannot access group 2"),
    ("regexp_extract('a', '(a)', -1)", "Group cannot be negative"),
    ("regexp_extract_all('', 'a', 1)", "Pattern has 0 groups. Cannot access group 1"),
    ("regexp_position('a', 'a', 0)", "start position cannot be smaller than 1"),
    ("regexp_position('a', 'a', 1, 0)", "occurrence cannot be smaller than 1"),
    # Trino's engine overlooks this match.
    (
        "regexp_like('é', 's?$')",
        "the regular expression 's?$' matches nothing after 'é': not supported",
    ),
    ("regexp_replace('xxx', 'x', '\\')", "Illegal replacement sequence: \\"),
    ("regexp_replace('xxx', 'x', '$1')", "Illegal replacement sequence: unknown group 1"),
    ("regexp_replace('xxx', 'x', '$a')", "Illegal replacement sequence: $a"),
    ("regexp_replace('xxx', 'x', '$')", "Illegal replacement sequence: $"),
    (
        "regexp_replace('xxx', '(?<name>x)', '${}')",
        "Illegal replacement sequence: unknown group {  }",
    ),
    (
        "regexp_replace('xxx', '(?<name>x)', '${0}')",
        "Illegal replacement sequence: unknown group { 0 }",
    ),
    (
        "regexp_replace('xxx', '(?<name>x)', '${nam}')",
        "Illegal replacement sequence: unknown group { nam }",
    ),
]

# pattern, text, what the first match is (None: there is none)
PATTERNS: list[tuple[str, str, str | None]] = [
    # the ends of lines and texts
    ("a$", "b\na\n", "a"), (r"a\Z", "a\n", "a"), (r"a\z", "a\n", None), ("^b", "a\nb", None),
    ("(?m)^b", "a\nb", "b"), ("(?m)a$", "a\nb", "a"), ("(?m)^$", "a\n", None), ("a.b", "a\nb", None),
    ("(?s)a.b", "a\nb", "a\nb"), ("a.b", "a\rb", "a\rb"), ("a.b", "a\u2028b", "a\u2028b"),
    # options hold for the rest of their group, alternatives included
    ("a(?i)b|c", "C", None), ("a(?i)b|c", "aC", "aC"), ("(?i:a)b", "AB", None), ("((?i)a)b", "Ab", "Ab"),
    ("(?i)a(?-i)b", "AB", None), ("(?x) a b # c", "ab", "ab"), ("(?x)[a b]", " ", " "), (r"(?x)a\ b", "a b", "a b"),
    # case is ignored for all letters, and where one letter folds to two
    ("(?i)σ", "ς", "ς"), ("(?i)k", "\u212a", "\u212a"), ("(?i)ss", "ß", "ß"), ("(?i)ß", "SS", "SS"),
    ("(?i)ss", "ẞ", None), ("(?i)straße", "STRASSE", "STRASSE"), ("(?i)fi", "ﬁ", "ﬁ"), ("(?i)ffi", "fﬁ", "fﬁ"),
    ("(?i)s(?:s)", "ß", None), ("(?i)[s]s", "ß", None), ("(?i)ı", "I", None), ("(?i)i", "ı", None), ("(?i)[a-z]", "İı", None), ("(?i)[^a-z]", "iı", "ı"), (r"(?i)\p{Lu}", "a", None),
    ("(?i)[^k]", "\u212a", None), ("(?i)[a-z]", "ſ", "ſ"), ("ß", "SS", None),
    # classes
    ("[a-z&&[^b]]", "b", None), ("[a-c&&b-d]", "ab", "b"), ("[a[b]]", "b", "b"), ("[^a[b]]", "abc", "c"),
    ("[^a-c&&[^b]]", "ab", "b"), ("[]a]", "]", "]"), ("[a-]", "-", "-"), (r"[\w-]", "-", "-"), (r"[a\-z]", "b", None),
    ("[[:alpha:]]", ":é", "é"), ("[[:^alpha:]]", "a1", "1"), (r"[\b]", "\b", "\b"), ("[a&b]", "&", "&"),
    (r"\p{L}", "1é", "é"), (r"\P{L}", "é1", "1"), (r"\pL", "é", "é"), (r"\p{Greek}", "aα", "α"), (r"\p{Lower}", "Aé", "é"),
    (r"[\p{Nd}]", "٣", "٣"), (r"\s", "\u00a0 ", " "), (r"\D", "1٣", "٣"), (r"\W", "aé", "é"),
    # word boundaries go by all letters
    (r"\bx", "éx", None), (r"\bx", "-x", "x"), (r"\Bx", "éx", "x"),
    # repetitions
    ("a{2}", "aaa", "aa"), ("a{2,}?", "aaa", "aa"), ("a{,2}", "aa", None), ("a{,2}", "a{,2}", "a{,2}"), ("a{", "a{", "a{"),
    ("a++a", "aaa", None), ("a{1,2}+a", "aa", None), ("(?>a+)a", "aaa", None), ("a*?b", "aab", "aab"),
    # groups and what refers to them
    (r"(a)(b)?\2", "a", None), (r"(a|b)\1", "abb", "bb"), (r"(?<n>a)\k<n>", "aa", "aa"), (r"(?i)(a)\1", "aA", "aA"),
    ("(?<=a|bc)d", "bcd", "d"), ("(?<!a)b", "ab", None), ("(?=ab)a", "ab", "a"), ("a(?!b)", "ab", None),
    # characters
    (r"\x41\x{42}\u0043\0104", "AB", None), (r"\x41\x{42}\u0043", "ABC", "ABC"), (r"\0101", "\b1", "\b1"), (r"\cA", "\x01", "\x01"),
    (r"\t\n\r\f\e\a\v", "\t\n\r\f\x1b\x07\x0b", "\t\n\r\f\x1b\x07\x0b"), (r"\Qa.b\E+", "a.bb", "a.bb"), (r"\Qa.b", "a.b", "a.b"),
    (r"\.\-\_\/", ".-_/", ".-_/"), ("]}", "]}", "]}"), ("(?#c)a", "a", "a"), ("💰+", "💰💰", "💰💰"),
    # what begins an extension elsewhere is text here
    ("(?:a){e<=1}", "b", None), ("a{e}", "a{e}", "a{e}"), (r"[a\-\-b]", "-", "-"), ("[a||b]", "|", "|"),
    ("[a~~b]", "~", "~"),
]  # fmt: skip

# pattern, what Trino's engine says about it
WRONG: list[tuple[str, str]] = [
    ("(a", "end pattern with unmatched parenthesis"), ("a)", "unmatched close parenthesis"),
    ("[a", "premature end of char-class"), ("[]", "premature end of char-class"), ("[z-a]", "empty range in char class"),
    (r"[a-\d]", "char-class value at end of range"), ("*a", "target of repeat operator is not specified"),
    ("a|+", "target of repeat operator is not specified"), ("{2}", "target of repeat operator is not specified"),
    ("a{2,1}", "upper is smaller than lower in repeat range"), ("a\\", "end pattern at escape"),
    (r"\1", "invalid backref number/name"), ("(?P<n>a)", "undefined group option"), ("(?|a)", "undefined group option"),
    ("(?R)", "undefined group option"), ("(?1)", "undefined group option"), ("(?(1)a|b)", "undefined group option"),
    ("(?u)a", "undefined group option"), ("(?d)a", "undefined group option"), ("(?&n)", "undefined group option"),
    ("(?<>a)", "group name is empty"), ("(?#a", "end pattern in group"),
    (r"\p{L", "invalid character property name"),
]  # fmt: skip

# pattern, what it is refused for
REFUSED: list[tuple[str, str]] = [
    (r"\h", r"\h"), (r"\R", r"\R"), (r"\X", r"\X"), (r"\K", r"\K"), (r"\N", r"\N"), (r"\L<a>", r"\L"), (r"\m", r"\m"),
    (r"\p{IsAlphabetic}", "the property 'IsAlphabetic'"), (r"\p{^L}", "the property '^L'"), (r"\p{Script=Greek}", "the property"),
    ("(a)\\10", r"\10"), (r"(a\1)", "before the end of that group"), (r"\k<n>", r"\k<n>"), ("(?<n>a)(?<n>b)", "two groups named"),
    ("(?<1>a)", "the group name"), ("a**", "right after another"), ("a{2}{3}", "right after another"), ("^*", "after an anchor"),
    ("(?=a)*", "after an anchor"), ("(?<=a*)b", "without a fixed length"), ("(?<=a$)", "in a look-behind"), ("a{1001}", "more than 1000"),
    ("(?:a{1000}){1000}", "repetitions inside of repetitions"), ("a" * 201, "more than 200 literal characters"), ("(" * 60 + ")" * 60, "nested deeper"),
    ("[[[[[[[[[[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]]]]]]]]]", "nested that deep"), ("[a-c-e]", "a hyphen"), ("[--a]", "a hyphen"), ("[a&&]", "nothing on one side"),
    (r"[\Qa\E]", r"\Q in a class"), ("[[:foo:]]", "[:foo:]"), (r"\x80", "the character"), (r"\uD800", "the character"), (r"\u004", "four digits"),
    ("(?i)[ß]", "like the sharp s"), (r"(?i)[\p{L}]", "like the sharp s"), ("(?i)[a&&b]", "where case is ignored"), ("(?i)" + "s" * 9, "ignores case"),
    ("a|" * 5001, "more than 10,000 characters"), ("[a]" * 1201, "at least 1,200 characters"), ("(?i)[ı-ž]", "like the sharp s"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_a_function_has_trinos_value(world: World, expression: str, value: str | None) -> None:
    assert world.value(expression) == value


@pytest.mark.parametrize(("expression", "message"), ERRORS)
def test_a_function_fails_as_in_trino(world: World, expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert caught.value.message == message


def _search(pattern: str, text: str) -> regex.Match[str] | None:
    return regex.compile(regexps.translate(pattern).text, regex.VERSION1).search(text)


@pytest.mark.parametrize(("pattern", "text", "found"), PATTERNS)
def test_a_pattern_means_what_it_means_in_trino(pattern: str, text: str, found: str | None) -> None:
    match = _search(pattern, text)
    assert (match and match[0]) == found


@pytest.mark.parametrize(("pattern", "problem"), WRONG)
def test_a_wrong_pattern_is_an_error_as_in_trino(pattern: str, problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)) as caught:
        regexps.translate(pattern)
    assert not isinstance(caught.value, NotSupportedValue)


@pytest.mark.parametrize(("pattern", "what"), REFUSED)
def test_what_may_mean_something_else_is_refused_by_name(pattern: str, what: str) -> None:
    with pytest.raises(NotSupportedValue) as caught:
        regexps.translate(pattern)
    assert what in str(caught.value)


RECORDED = json.loads((Path(__file__).parent / "fixtures" / "regexps.json").read_text("utf-8"))


def test_many_patterns_match_as_in_trinos_engine() -> None:
    """Pattern, text, and every match with its groups as Joni finds them."""
    different = []
    for pattern, text, matches in RECORDED:
        translated = regexps.translate(pattern)
        compiled = regex.compile(translated.text, regex.VERSION1)
        found, start = [], 0
        while start <= len(text) and (match := compiled.search(text, start)) is not None:
            found.append([list(match.span(group)) for group in range(translated.groups + 1)])
            start = match.end() + (match.end() == match.start())
        if found != matches:
            different.append((pattern, text))
    assert different == []
    assert len(RECORDED) > 1000


SLOW = [
    ("(?:(a)|b)*d", "ab" * 90_000 + "cd"),
    ("((a*)*)*b", "a" * 50_000 + "cb"),
    ("(x+x+)+y", "x" * 5000 + "zy"),
    ("a(?:.*b)*c", "ab" * 90_000 + "dc"),
    ("(?:a?){1000}a{1000}", "a" * 1000),
    ("(?=(a+))a*b\\1", "a" * 100_000 + "cb"),
]


@pytest.mark.parametrize(("pattern", "text"), SLOW)
def test_no_pattern_holds_longer_than_its_limit(world: World, pattern: str, text: str) -> None:
    # The engine counts the time that it computes, not that of others on the machine.
    started = time.process_time()
    try:
        world.value(f"regexp_like('{text}', '{pattern}')")
    except QueryError as error:
        assert "takes too long" in error.message
    assert time.process_time() - started < 1.3


def test_a_match_ends_with_the_time_of_its_query(world: World) -> None:
    pattern, text = SLOW[1]
    started = time.process_time()
    with pytest.raises(QueryError):
        world.run(f"SELECT regexp_like('{text}', '{pattern}')", limits=Limits(seconds=0.2))
    assert time.process_time() - started < 0.7


def test_a_text_too_long_to_match_is_refused(world: World) -> None:
    with pytest.raises(QueryError, match="200,000 is the limit"):
        world.value("regexp_like(rpad('', 200001, 'a'), 'b')")
