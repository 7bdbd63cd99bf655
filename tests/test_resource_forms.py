"""The plain forms: what is checked is what a role opens, and what a form cannot say stays."""

from __future__ import annotations

from typing import Any

import pytest
from access_world import CELLS, ROLES
from hypothesis import given
from hypothesis import strategies as st

from datasette_access_monitoring.errors import ResourceError
from datasette_access_monitoring.policy import VERBS, access_of
from datasette_access_monitoring.resources.documents import resource_of
from datasette_access_monitoring.resources.model import Kind, Resource
from datasette_access_monitoring.resources.shipped import shipped
from datasette_access_monitoring.visible import is_hidden, visible_lines
from datasette_access_monitoring.web.pages.resource_forms import (
    QueryForm,
    RoleForm,
    filled_in,
    form_like,
    form_over,
    read_form,
    rules_of,
)

NOW_MS = 1_795_219_199_999
BOXES = st.frozensets(st.sampled_from(CELLS))
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cn", "Cs", "Co", "Zl", "Zp"]))
LINES = st.lists(TEXT).map("\n".join)
NAME = TEXT.filter(lambda text: text.strip() == text != "" and len(text) <= 256)


def role(rules: list[Any], **more: Any) -> Resource:
    spec = {"allow": {"rules": rules, "logins": ["root"]}, "options": {"x": 1}, **more}
    metadata = {"name": "r", "description": "d", "labels": {"a": "b"}}
    return resource_of("r", {"kind": "role", "metadata": metadata, "spec": spec})


def test_the_role_of_the_documentation_is_one_rule() -> None:
    checked = {
        (kind, verb)
        for kind in ("security_report", "audit_query")
        for verb in ("use", "read", "list")
    }
    (rule,) = rules_of(checked)
    assert set(rule["resources"]) == {"security_report", "audit_query"}
    assert rule["verbs"] == ["list", "read", "use"]


@given(BOXES)
def test_what_is_checked_is_what_the_role_opens(verbs: frozenset[tuple[str, str]]) -> None:
    made = read_form(RoleForm("r", "", verbs), {})
    assert access_of([made], NOW_MS).verbs == verbs
    rules = rules_of(verbs)
    assert len({tuple(rule["verbs"]) for rule in rules}) == len(rules)
    assert sum(len(rule["resources"]) for rule in rules) == len({kind for kind, _ in verbs})
    form = form_over(made)
    assert isinstance(form, RoleForm) and form.verbs == verbs


RULES = st.lists(
    st.fixed_dictionaries(
        {
            "resources": st.lists(st.sampled_from([*VERBS, "node", "*"]), min_size=1),
            "verbs": st.lists(st.sampled_from(["list", "use", "create", "x", "*"]), min_size=1),
        },
        optional={"where": st.just("a"), "actions": st.just(["log"])},
    )
)


@given(RULES, st.booleans())
def test_a_form_changes_nothing_that_nobody_changed(rules: list[Any], denies: bool) -> None:
    deny = {"deny": {"rules": [{"resources": ["role"], "verbs": ["list"]}]}} if denies else {}
    before = role(rules, **deny)
    form = form_over(before)
    plain = not denies and all(
        rule.keys() == {"resources", "verbs"}
        and all(verb in VERBS.get(kind, ()) for kind in rule["resources"] for verb in rule["verbs"])
        for rule in rules
    )
    assert (form is not None) is plain
    if form is not None:
        after = read_form(form, before.document)
        assert access_of([after], NOW_MS) == access_of([before], NOW_MS)
        assert after.document["metadata"] == before.document["metadata"]
        assert after.document["spec"]["options"] == {"x": 1}
        assert after.document["spec"]["allow"]["logins"] == ["root"]
        assert form_like(before) is None, "the other keys would be lost"


@given(NAME, TEXT, LINES, LINES.filter(lambda text: text.strip() != ""))
def test_a_query_comes_back_out_of_its_form(
    name: str, title: str, description: str, sql: str
) -> None:
    form = QueryForm(name, title, description, sql)
    made = read_form(form, {})
    assert form_over(made) == form_like(made) == form
    sent = {"name": name, "title": title, "description": description, "sql": sql}
    browsers = {key: value.replace("\n", "\r\n") for key, value in sent.items()}
    assert filled_in(Kind.AUDIT_QUERY, browsers.__getitem__) == form


def test_a_query_keeps_what_its_form_does_not_say() -> None:
    document = {
        "kind": "audit_query",
        "metadata": {"name": "q", "labels": {"a": "b"}},
        "spec": {
            "name": "o",
            "query": "SELECT 1",
            "suggestion": "s",
            "chart": {"x": "a", "y": "b"},
        },
    }
    before = resource_of("q", document)
    assert form_like(before) is None
    after = read_form(QueryForm("q", "T", "", "SELECT 2"), before.document)
    spec = {**before.document["spec"], "title": "T", "query": "SELECT 2"}
    assert after.document == {**before.document, "spec": spec}


@pytest.mark.parametrize("key", ["title", "description", "query"])
@pytest.mark.parametrize("text", ["a\u202eb", "a\rb", "a\x00b", "\u200b"])
def test_what_nobody_sees_in_a_field_is_changed_as_yaml(key: str, text: str) -> None:
    spec = {"query": "SELECT 1", key: f"x{text}"}
    document = {"kind": "audit_query", "metadata": {"name": "q"}, "spec": spec}
    assert form_over(resource_of("q", document)) is None


def test_a_title_of_two_lines_has_no_field_and_tabs_in_sql_have() -> None:
    assert not QueryForm("q", "a\nb", "", "SELECT 1").can_be_seen
    assert QueryForm("q", "a", "b\nc", "SELECT\n\t1").can_be_seen


def test_which_of_the_known_roles_have_a_form() -> None:
    found = {
        name
        for name, tried in ROLES.items()
        if tried.document is not None
        and form_over(resource_of(name, {**tried.document, "metadata": {"name": name}}))
    }
    assert found == {"my-role", "browser", "asker", "reporter", "starter"}
    assert form_like(shipped()[Kind.ROLE, "auditor"]) is not None


@pytest.mark.parametrize(
    ("form", "message"),
    [
        (QueryForm(), "the form: metadata.name: is missing or empty"),
        (QueryForm("q"), "the form: spec.query: is missing or empty"),
        (QueryForm("a\u202eb", sql="SELECT 1"), "must not begin or end with space, or hold hidden"),
        (QueryForm("x" * 257, sql="SELECT 1"), "is longer than 256 characters"),
        (QueryForm("q", sql="x" * 1_100_000), "is longer than 1,048,576 characters"),
        (RoleForm(), "the form: metadata.name: is missing or empty"),
    ],
)
def test_what_is_wrong_is_told(form: QueryForm | RoleForm, message: str) -> None:
    with pytest.raises(ResourceError, match=message.replace(".", r"\.")):
        read_form(form, {})


@given(st.text())
def test_what_is_shown_in_lines_hides_nothing(text: str) -> None:
    shown = visible_lines(text)
    assert not any(is_hidden(one) for one in shown.replace("\n", "").replace("\t", ""))
    assert [shown.count(one) for one in "\n\t"] == [text.count(one) for one in "\n\t"]
