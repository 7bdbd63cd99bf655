"""What an event says of who, where and how it ended, and text compared as people see it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_access_monitoring.events.facts import (
    Fact,
    Outcome,
    folded,
    outcome_of,
    said,
    values,
    without_port,
)


@pytest.mark.parametrize(
    ("data", "fact", "expected"),
    [
        ({"user": "alice"}, Fact.USER, ["alice"]),
        ({"identity": {"user": "bob", "impersonator": "bot"}}, Fact.USER, ["bob", "bot"]),
        ({"user": "a", "reviewer": "b", "updated_by": "a"}, Fact.USER, ["a", "b"]),
        ({"user": "a", "participants": ["a", "c", 3, None]}, Fact.USER, ["a", "c"]),
        ({"user": {"user": "x"}, "identity": "bob", "user_name": 7}, Fact.USER, []),
        ({"user": ""}, Fact.USER, []),
        ({"sid": "s-1"}, Fact.SESSION, ["s-1"]),
        ({"event": "access_request.review", "id": "r"}, Fact.REQUEST, ["r"]),
        ({"event": "user.login", "id": "r"}, Fact.REQUEST, []),
        ({"event": 3, "id": "r"}, Fact.REQUEST, []),
        ({"access_requests": ["r", "s"]}, Fact.REQUEST, ["r", "s"]),
        ({"identity": {"access_requests": ["r"]}}, Fact.REQUEST, ["r"]),
        ({"server_hostname": "web-1", "server_id": "u-u"}, Fact.HOST, ["web-1", "u-u"]),
        ({"addr.remote": "10.0.0.1:22", "src_addr": "10.0.0.1"}, Fact.ADDRESS, ["10.0.0.1"]),
        ({"addr": {"remote": "10.0.0.1:22"}}, Fact.ADDRESS, []),
    ],
)
def test_what_is_said(data, fact, expected):
    assert said(data, fact) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.0.0.1:3022", "10.0.0.1"), ("10.0.0.1", "10.0.0.1"), ("[::1]:22", "::1"),
        ("::1", "::1"), ("fe80::1:22", "fe80::1:22"), ("host.example:443", "host.example"),
        (":22", ""), ("x:", "x:"), ("x:٣", "x:٣"), ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)  # fmt: skip
def test_an_address_without_its_port(address, expected):
    assert without_port(address) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"success": True, "code": "TJ002E"}, Outcome.SUCCESS),
        ({"success": False, "code": "T1000I"}, Outcome.FAILURE),
        ({"code": "T2000I"}, Outcome.SUCCESS),
        ({"code": "T1006W"}, Outcome.FAILURE),
        ({"code": "T3002E", "success": "true"}, Outcome.FAILURE),
        ({"code": "TOS00L"}, None),
        ({"code": ""}, None),
        ({"code": 5}, None),
        ({"success": None}, None),
        ({}, None),
    ],
)
def test_how_it_ended(data, expected):
    assert outcome_of(data) is expected


def test_values_are_texts_and_numbers_at_any_depth():
    data = {"a": "x", "b": [1, {"c": 2.5, "key": True}, None, ["y"]], "d": {"e": {"f": "z"}}}
    assert sorted(values(data)) == ["1", "2.5", "x", "y", "z"]


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("ALICE", "alice"), ("É", "é"), ("e\u0301", "é"), ("é", "e\u0301"), ("STRASSE", "straße"),
        ("k", "\u212a"), ("s", "\u017f"), ("e", "É"), ("İ", "i̇"), ("\u03c3", "\u03c2"),
    ],
)  # fmt: skip
def test_letters_are_the_same_in_any_case_and_spelling(text, inside):
    assert folded(text) in folded(f"x{inside}x")


def test_a_letter_with_an_accent_is_not_the_one_without():
    assert folded("é") not in folded("e")


@given(st.text())
def test_folding_twice_is_folding_once_of_either_case(text):
    assert folded(folded(text)) == folded(text)
    assert folded(text.casefold()) == folded(text)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_ascii_folds_to_ascii(text):
    assert folded(text) == text.lower()
