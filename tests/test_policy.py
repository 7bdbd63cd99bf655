"""The decisions about access, as pure functions: roles to verbs, verbs to Datasette's actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from access_world import ALL_VERBS, CELLS, ROLES
from hypothesis import given
from hypothesis import strategies as st

from datasette_access_monitoring import policy
from datasette_access_monitoring.policy import EVERYTHING, NOTHING, Thing, access_of, role_names
from datasette_access_monitoring.resources.documents import resource_of
from datasette_access_monitoring.resources.model import Kind, Resource, Role, Rule
from datasette_access_monitoring.resources.shipped import shipped

NOW_MS = 1_764_374_400_000


def resource(name: str) -> Resource:
    document = ROLES[name].document
    if document is None:
        return shipped()[Kind.ROLE, name]
    metadata = {**document["metadata"], "name": name}
    return resource_of(name, {**document, "metadata": metadata})


@pytest.mark.parametrize("name", [name for name in ROLES if name != "unknown"])
def test_a_role_opens_exactly_what_it_says(name: str) -> None:
    access = access_of([resource(name)], NOW_MS)
    for kind, verb in CELLS:
        assert access.allows(kind, verb) is ROLES[name].allows(kind, verb), (kind, verb)


def test_the_verbs_are_the_documented_ones() -> None:
    assert {kind: set(verbs) for kind, verbs in policy.VERBS.items()} == ALL_VERBS
    assert len(policy.OWN_ACTIONS) == len(CELLS) == 20
    assert policy.own_action("audit_query", "use") == "access-monitoring-audit-query-use"
    assert policy.OWN_ACTIONS["access-monitoring-event-list"] == ("event", "list")


def test_several_roles_add_up_and_a_denial_of_one_wins_over_all() -> None:
    both = access_of([resource("asker"), resource("reporter")], NOW_MS)
    assert both.allows("audit_query", "use") and both.allows("security_report", "read")
    narrowed = access_of([resource("editor"), resource("keeper")], NOW_MS)
    assert not narrowed.allows("role", "list") and narrowed.allows("event", "create")
    assert not narrowed.allows("audit_query", "delete")


def test_a_role_that_expires_opens_until_then() -> None:
    document = {
        **ROLES["my-role"].document,
        "metadata": {"name": "m", "expires": "2025-11-29T00:00:00Z"},
    }  # type: ignore[dict-item]
    role = resource_of("m", document)
    assert role.expires_ms == NOW_MS
    assert access_of([role], NOW_MS - 1).allows("audit_query", "use")
    assert access_of([role], NOW_MS) == NOTHING


def test_a_denial_with_a_condition_holds_always() -> None:
    rule = Rule(frozenset({"*"}), frozenset({"*"}), "")
    denial = Rule(frozenset({"role"}), frozenset({"read"}), "some.condition")
    role = Resource(Kind.ROLE, "r", {}, Role("r", (rule,), (denial,)))
    access = access_of([role], NOW_MS)
    assert not access.allows("role", "read") and access.allows("role", "list")


NAMES = st.sampled_from(["audit_query", "security_report", "role", "event", "node", "*"])
VERB = st.sampled_from(["list", "read", "use", "create", "update", "delete", "rotate", "*"])
RULE = st.builds(Rule, st.frozensets(NAMES), st.frozensets(VERB), st.sampled_from(["", "x"]))
ROLE = st.builds(Role, st.just("r"), st.lists(RULE).map(tuple), st.lists(RULE).map(tuple))


@given(st.lists(ROLE, max_size=3))
def test_what_is_allowed_is_allowed_by_a_rule_and_denied_by_none(roles: list[Role]) -> None:
    def names(rule: Rule, kind: str, verb: str) -> bool:
        return bool({kind, "*"} & rule.resources) and bool({verb, "*"} & rule.verbs)

    access = access_of([Resource(Kind.ROLE, "r", {}, role) for role in roles], NOW_MS)
    for kind, verb in CELLS:
        allows = any(names(r, kind, verb) and not r.where for role in roles for r in role.allow)
        denies = any(names(r, kind, verb) for role in roles for r in role.deny)
        assert access.allows(kind, verb) is (allows and not denies)


class TestRolesOfAnActor:
    @pytest.mark.parametrize(
        ("actor", "names"),
        [
            (None, set()),
            ({}, set()),
            ({"id": None, "roles": ["a"]}, set()),
            ({"roles": ["a"]}, set()),
            ({"id": "bob"}, {"d"}),
            ({"id": "bob", "roles": []}, {"d"}),
            ({"id": "bob", "roles": ["a", "b"]}, {"a", "b"}),
            ({"id": "bob", "roles": ("a",)}, {"a"}),
            ({"id": "bob", "roles": "auditor"}, {"auditor"}),
            ({"id": "bob", "roles": [1, None, "a", ["b"]]}, {"a"}),
            ({"id": "alice"}, {"x"}),
            ({"id": "alice", "roles": ["a"]}, {"a", "x"}),
            ({"id": 7}, {"y"}),
            ({"id": "7"}, {"y"}),
            # A token knows its maker's id, not the roles that a login gives.
            ({"id": "bob", "token": "dstok"}, set()),
            ({"id": "alice", "token": "dstok"}, {"x"}),
            ({"id": "bob", "token": "dstok", "roles": ["a"]}, {"a"}),
            # Roles that cannot be read are not none.
            ({"id": "bob", "roles": {"limited": True}}, set()),
            ({"id": "bob", "roles": [1]}, set()),
            ({"id": "bob", "roles": 5}, set()),
            ({"id": "bob", "roles": None}, {"d"}),
        ],
    )
    def test_are_its_own_and_the_assigned_or_the_default_ones(
        self, actor: Mapping[str, Any] | None, names: set[str]
    ) -> None:
        assert role_names(actor, {"alice": ["x"], "7": ["y"]}, ["d"]) == names


# Of Datasette's actions, by the verbs that the documentation of this plugin names for each.
CORE = {
    ("view-database", Thing.DATABASE): lambda tried: tried.browses,
    ("view-table", Thing.TABLE): lambda tried: tried.browses,
    ("view-table", Thing.PRIVATE_TABLE): lambda _: False,
    ("execute-sql", Thing.DATABASE): lambda tried: tried.asks,
    ("view-query", Thing.REPORT_QUERY): lambda tried: tried.reports,
    ("view-query", Thing.QUERY): lambda tried: tried.asks,
    ("view-query", Thing.WRITING_QUERY): lambda _: False,
    ("view-database-download", Thing.DATABASE): lambda _: False,
    ("execute-write-sql", Thing.DATABASE): lambda _: False,
    ("insert-row", Thing.TABLE): lambda _: False,
    ("store-query", Thing.DATABASE): lambda _: False,
    ("some-plugins-action", Thing.DATABASE): lambda _: False,
    ("some-plugins-action", Thing.TABLE): lambda _: False,
}


@pytest.mark.parametrize(("action", "thing"), CORE)
@pytest.mark.parametrize("name", [name for name in ROLES if name != "unknown"])
def test_datasettes_own_actions_need_what_is_documented(
    name: str, action: str, thing: Thing
) -> None:
    denied = policy.denied(access_of([resource(name)], NOW_MS), action)
    assert (thing not in denied) is CORE[action, thing](ROLES[name])


@pytest.mark.parametrize(("action", "thing"), CORE)
def test_root_may_everything_but_see_private_tables_and_nobody_may_nothing(
    action: str, thing: Thing
) -> None:
    assert (thing in policy.denied(EVERYTHING, action)) is (thing is Thing.PRIVATE_TABLE)
    assert thing in policy.denied(NOTHING, action)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("my-role", []),
        ("keeper", []),
        ("teleports", ["it opens nothing here"]),
        ("conditional", ["a rule with a condition"]),
    ],
)
def test_notes_on_a_role(name: str, said: list[str]) -> None:
    role = resource(name).spec
    assert isinstance(role, Role)
    notes = policy.notes(role)
    assert [note[: len(start)] for note, start in zip(notes, said, strict=True)] == said


def role_called(name: str, role: Role) -> Resource:
    return Resource(Kind.ROLE, name, {}, Role(name, role.allow, role.deny))


@given(
    st.dictionaries(st.sampled_from("abc"), ROLE),
    st.frozensets(st.sampled_from("abc")),
    st.sampled_from("abc"),
    st.none() | ROLE,
)
def test_who_loses_the_right_to_change_roles_had_it_and_has_it_no_more(
    there: dict[str, Role], held: frozenset[str], name: str, changed: Role | None
) -> None:
    def may(roles: Mapping[str, Resource]) -> bool:
        return access_of([roles[one] for one in held & roles.keys()], NOW_MS).allows(
            "role", "update"
        )

    before = {one: role_called(one, role) for one, role in there.items()}
    after = dict(before)
    after.pop(name, None)
    if changed is not None:
        after[name] = role_called(name, changed)
    expected = may(before) and not may(after)
    assert policy.loses_roles(held, before, name, after.get(name), NOW_MS) is expected
    if name not in held:
        assert not expected, "somebody else's role takes nothing away"


UPDATE_ROLES = Role("r", (Rule(frozenset({"role"}), frozenset({"update"}), ""),), ())
DENY_ROLES = Role("r", (), (Rule(frozenset({"role"}), frozenset({"*"}), ""),))


@pytest.mark.parametrize(
    ("changed", "loses"), [(None, True), (DENY_ROLES, True), (UPDATE_ROLES, False)]
)
def test_the_last_role_that_changes_roles_is_the_last(changed: Role | None, loses: bool) -> None:
    one = {"a": role_called("a", UPDATE_ROLES)}
    new = None if changed is None else role_called("a", changed)
    assert policy.loses_roles({"a"}, one, "a", new, NOW_MS) is loses
    # A denial takes away what another role still allows; a role that only goes does not.
    two = {**one, "b": role_called("b", UPDATE_ROLES)}
    found = policy.loses_roles({"a", "b"}, two, "a", new, NOW_MS)
    assert found is (changed is DENY_ROLES)
    # One that is not there yet, but held by name, may deny as well.
    assert policy.loses_roles({"b", "x"}, two, "x", role_called("x", DENY_ROLES), NOW_MS)
