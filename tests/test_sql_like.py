"""LIKE against a reference in regular expressions, in Python and in SQLite."""

# ruff: noqa: E501 (tables of cases)
from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.sql.binding import like_forms
from datasette_access_monitoring.sql.binding.bound import text_literal
from datasette_access_monitoring.sql.rules import like

# Few letters, so that patterns match; wildcards of GLOB and LIKE, NUL, line ends, wide letters.
LETTERS = "abAB*?[]^\\'\n\0é\U0001f600"
TEXTS = st.text(alphabet=LETTERS, max_size=8)
PATTERNS = st.text(alphabet=LETTERS.replace("\0", "") + "%_%_", max_size=8)


def reference(text: str, pattern: str) -> bool:
    expression = "".join(
        {"%": ".*", "_": "."}.get(character, re.escape(character)) for character in pattern
    )
    return re.fullmatch(expression, text, re.DOTALL) is not None


@given(text=TEXTS, pattern=PATTERNS)
def test_the_matcher_agrees_with_the_reference(text: str, pattern: str) -> None:
    assert like.matches(text, like.parse(pattern)) == reference(text, pattern)


@settings(deadline=None)
@given(text=TEXTS, core=st.text(alphabet=LETTERS.replace("\0", ""), max_size=4),
       ends=st.sampled_from([("", ""), ("%", ""), ("", "%"), ("%", "%"), ("%%", "_"), ("_", "%")]))  # fmt: skip
def test_sqlite_agrees_with_the_reference(
    world: World, text: str, core: str, ends: tuple[str, str]
) -> None:
    pattern = ends[0] + core + ends[1]
    # The text goes through a column, so that nothing is worked out ahead.
    world.connection.execute("DELETE FROM _event_exec")
    world.add("exec", "2026-11-20T10:00:00Z", command=text)
    query = f"SELECT command LIKE {text_literal(pattern)} FROM exec"
    assert world.rows(query) == [(int(reference(text, pattern)),)]


@given(text=TEXTS, pattern=st.text(alphabet="ab!%_", max_size=6))
def test_an_escape_makes_a_wildcard_a_letter(text: str, pattern: str) -> None:
    plain = re.sub(r"!([!%_])", "", pattern)
    if "!" in plain:
        with pytest.raises(ValueError, match="Escape character must be followed"):
            like.parse(pattern, "!")
        return
    expression = ""
    for escaped, character in re.findall(r"!([!%_])|([^!])", pattern):
        wild = {"%": ".*", "_": "."}.get(character)
        expression += wild or re.escape(escaped or character)
    matched = re.fullmatch(expression, text, re.DOTALL) is not None
    assert like.matches(text, like.parse(pattern, "!")) == matched


def test_a_pattern_cannot_stall_the_process() -> None:
    pattern = like.parse("%a" * 40 + "%b")
    start = time.perf_counter()
    assert not like.matches("a" * 20_000, pattern)
    assert not like.matches("a" * 20_000, like.parse("%_a" * 40 + "%b"))
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("abc", "x = 'abc'"),
        ("%abc%", "instr(x, 'abc') > 0"),
        ("it's%", "substr(x, 1, 4) = 'it''s'"),
        ("%é", "x <> '' AND substr(CAST(x AS BLOB), -2) = CAST('é' AS BLOB)"),
        ("%", "x IS NOT NULL OR NULL"),
    ],
)
def test_simple_patterns_need_no_function(pattern: str, written: str) -> None:
    shape = like.shape(like.parse(pattern))
    assert shape is not None
    assert like_forms.sqlite(shape, "x") == written


@pytest.mark.parametrize("pattern", ["a%b", "_", "%a_", "%a%b%"])
def test_other_patterns_are_left_to_the_matcher(pattern: str) -> None:
    assert like.shape(like.parse(pattern)) is None
