"""Resources as documents: Teleport's own load as they are, what is written is read back."""

# ruff: noqa: E501 (tables of cases)
from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from datasette_access_monitoring.errors import ResourceError
from datasette_access_monitoring.resources.documents import (
    MAX_VALUES,
    query_resource,
    read_one,
    read_resources,
    resource_of,
)
from datasette_access_monitoring.resources.model import (
    AuditQuery,
    Chart,
    Kind,
    Resource,
    Role,
    Rule,
    SecurityReport,
)
from datasette_access_monitoring.resources.shipped import shipped
from datasette_access_monitoring.resources.writing import resources_json, resources_yaml

TELEPORT = Path(__file__).parent / "fixtures" / "teleport"
# The role of the Access Monitoring documentation, as it stands there.
MY_ROLE = """\
kind: role
metadata:
  name: my-role
spec:
  allow:
    rules:
    - resources:
      - security_report
      - audit_query
      verbs:
      - list
      - read
      - use
"""


def exported(name: str) -> Resource:
    path = TELEPORT / name
    (resource,) = read_resources(path.name, path.read_text("utf-8"))
    return resource


def refused(text: str) -> str:
    with pytest.raises(ResourceError) as caught:
        list(read_resources("f.yaml", text))
    return str(caught.value)


class TestTeleportsOwn:
    def test_an_audit_query(self) -> None:
        resource = exported("audit_query.yaml")
        assert (resource.kind, resource.name) == (Kind.AUDIT_QUERY, "etc-passwd")
        assert resource.expires_ms is None
        assert resource.revision == "7a1c9f0e-5f50-4b0c-9a53-0f0d1c6b9a11"
        assert resource.document["metadata"] == {
            "name": "etc-passwd",
            "description": "Saved from the query editor",
            "labels": {"team": "security"},
        }
        assert resource.spec == AuditQuery(
            name="etc-passwd",
            title="Users of /etc/passwd",
            description="Who touched the password file",
            suggestion="",
            chart=None,
            query="SELECT\n  DISTINCT user\nFROM\n  exec\nWHERE\n  command LIKE '%/etc/passwd%';",
        )

    def test_a_report_is_the_same_from_yaml_and_from_json(self) -> None:
        resource = exported("security_report.yaml")
        assert resource == exported("security_report.json")
        report = resource.spec
        assert isinstance(report, SecurityReport)
        assert (report.title, report.description) == (
            "Night Report",
            "What happened while nobody watched.",
        )
        assert [query.name for query in report.queries] == ["root_sessions", "failed_logins"]
        assert report.queries[0].query.startswith("SELECT\n\tevent_date,\n\tCOUNT(*)")
        assert resource.document["spec"]["version"] == "1"

    def test_a_role_keeps_everything_and_its_rules_are_read(self) -> None:
        resource = exported("role.yaml")
        given_ = yaml.safe_load((TELEPORT / "role.yaml").read_text("utf-8"))
        del given_["metadata"]["revision"]
        assert resource.document == given_
        role = resource.spec
        assert isinstance(role, Role)
        assert role.deny == (Rule(frozenset({"security_report"}), frozenset({"delete"}), ""),)
        assert role.allow[0].where == "contains(session.participants, user.metadata.name)"
        assert role.allow[1] == Rule(frozenset({"event"}), frozenset({"list", "read"}), "")

    def test_the_role_of_the_documentation(self) -> None:
        (resource,) = read_resources("my-role.yaml", MY_ROLE)
        assert resource.spec == Role(
            "my-role",
            (
                Rule(
                    frozenset({"security_report", "audit_query"}),
                    frozenset({"list", "read", "use"}),
                    "",
                ),
            ),
            (),
        )
        assert resource.document["version"] == "v7"

    @pytest.mark.parametrize("version", ["v3", "v4", "v5", "v6", "v7", "v8"])
    def test_every_version_of_a_role(self, version: str) -> None:
        (resource,) = read_resources("f", MY_ROLE + f"version: {version}\n")
        assert resource.document["version"] == version


class TestWriting:
    @pytest.mark.parametrize(
        "resource", [*shipped().values(), *map(exported, sorted(p.name for p in TELEPORT.iterdir()))]
    )  # fmt: skip
    def test_what_is_written_is_read_back(self, resource: Resource) -> None:
        assert list(read_resources("f", resources_yaml([resource]))) == [resource]
        assert list(read_resources("f", resources_json([resource]))) == [resource]

    def test_a_report_calls_its_queries_differently_in_yaml_and_json(self) -> None:
        report = exported("security_report.json")
        (in_json,) = json.loads(resources_json([report]))
        assert "audit_queries" in in_json["spec"] and "queries" not in in_json["spec"]
        in_yaml = yaml.safe_load(resources_yaml([report]))
        assert "queries" in in_yaml["spec"] and "audit_queries" not in in_yaml["spec"]
        assert in_yaml["spec"]["queries"] == in_json["spec"]["audit_queries"]
        assert in_yaml["spec"]["desc"] == "What happened while nobody watched."

    def test_sql_is_written_as_it_is_tabs_included(self) -> None:
        text = resources_yaml([exported("security_report.yaml")])
        assert (
            "    query: |-\n      SELECT\n      \tevent_date,\n      \tCOUNT(*) AS count," in text
        )

    def test_several_are_documents_and_none_is_an_empty_list(self) -> None:
        several = list(shipped().values())
        text = resources_yaml(several)
        assert len(list(yaml.safe_load_all(text))) == len(several) == text.count("---\n") + 1
        assert list(read_resources("f", text)) == several
        assert resources_yaml([]) == "[]\n"
        assert list(read_resources("f", "[]")) == []

    def test_nothing_that_could_fool_a_terminal_is_written(self) -> None:
        hostile = "a\u202eb\x1b[2J\u2028c\U000e0001\n\td"
        resource = query_resource(AuditQuery("n", hostile, hostile, hostile, None, hostile))
        for text in (resources_yaml([resource]), resources_json([resource])):
            assert not set(text) & set("\u202e\x1b\u2028\U000e0001")
            assert list(read_resources("f", text)) == [resource]


TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
NAME = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
CHART = st.none() | st.builds(Chart, NAME, NAME, st.just("") | NAME)
QUERY = st.builds(
    AuditQuery,
    NAME,
    TEXT,
    TEXT,
    TEXT,
    CHART,
    TEXT.filter(str.strip),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(QUERY)
def test_any_query_survives_yaml_and_json(query: AuditQuery) -> None:
    resource = query_resource(query)
    assert resource.spec == query
    for text in (resources_yaml([resource]), resources_json([resource])):
        assert list(read_resources("f", text)) == [resource]


@given(NAME, st.dictionaries(TEXT, JSON, max_size=4), st.dictionaries(TEXT, JSON, max_size=4))
def test_whatever_a_role_holds_besides_survives(
    name: str, options: Mapping[str, Any], further: Mapping[str, Any]
) -> None:
    document = {
        **further,
        "kind": "role",
        "version": "v6",
        "metadata": {"name": name},
        "spec": {"options": options, "allow": {"rules": [{"resources": ["*"], "verbs": ["*"]}]}},
    }
    resource = resource_of("f", document)
    assert resource.document["spec"] == document["spec"]
    for text in (resources_yaml([resource]), resources_json([resource])):
        (again,) = read_resources("f", text)
        assert again.document == resource.document


QUERY_YAML = "kind: audit_query\nmetadata:\n  name: q\nspec:\n  query: SELECT 1\n"
REPORT_YAML = (
    "kind: security_report\nmetadata:\n  name: r\nspec:\n  queries:\n  - query: SELECT 1\n"
)


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("kind: user\n", "f.yaml: line 1: kind: is 'user'; known kinds: audit_query, "),
            ("metadata: {}\n", "f.yaml: line 1: kind: is missing"),
            ("kind: role\nspec: {}\n", "f.yaml: line 1: metadata: is missing"),
            ("kind: role\nmetadata:\n  name: a\n", "f.yaml: line 1: spec: is missing"),
            ("kind: role\nmetadata:\n  nam: a\nspec: {}\n", "line 3: metadata.name: is missing"),
            (QUERY_YAML.replace(": q", ": 'q '"), "line 3: metadata.name: must not begin or end"),
            (QUERY_YAML.replace(": q", ': "q\\u202e"'), "line 3: metadata.name: must not"),
            (QUERY_YAML.replace(": q", f": {'q' * 257}"), "line 3: metadata.name: is longer than"),
            (QUERY_YAML.replace(": q", ": [q]"), "line 3: metadata.name: must be a text"),
            (QUERY_YAML + "version: v2\n", "line 6: version: is 'v2'; known versions: v1"),
            (QUERY_YAML + "extra: 1\n", "line 6: extra: is not known here"),
            (QUERY_YAML + "  titel: a\n", "line 6: spec.titel: is not known here; known keys: name"),
            (QUERY_YAML.replace("SELECT 1", ""), "line 5: spec.query: is missing or empty"),
            (QUERY_YAML + "  chart: {x: a}\n", "line 6: spec.chart.y: is missing"),
            (QUERY_YAML + "  query: SELECT 2\n", "line 6: query: is given twice"),
            (QUERY_YAML.replace("  name: q", "  name: q\n  expires: soon"), "metadata.expires: 'soon'"),
            (QUERY_YAML.replace("  name: q", "  name: q\n  labels: [a]"), "line 4: metadata.labels: must"),
            (QUERY_YAML + "---\nkind: role\n", "line 7: metadata: is missing"),
            (QUERY_YAML + "--- \n- kind: x\n", "line 7: kind: is 'x'"),
            (REPORT_YAML + "  - title: b\n", "line 7: spec.queries[1].query: is missing"),
            (REPORT_YAML + "    nam: b\n", "line 7: spec.queries[0].nam: is not known"),
            (REPORT_YAML + "  audit_queries: []\n", "line 7: spec.audit_queries: is another spelling"),
            (REPORT_YAML + "  desc: a\n  description: b\n", "line 8: spec.description: is another"),
            (
                REPORT_YAML + "    name: a\n  - query: SELECT 2\n    name: a\n",
                "line 9: spec.queries[1].name: 'a' is the name of two queries",
            ),
            (REPORT_YAML.replace("\n  - query: SELECT 1", " []"), "spec.queries: is missing or empty"),
            (MY_ROLE + "version: v9\n", "line 14: version: is 'v9'; known versions: v3, v4"),
            (MY_ROLE.replace("verbs:", "verb:"), "line 7: spec.allow.rules[0].verbs: must be a list"),
            (MY_ROLE.replace("      - list", "      - [list]"), "spec.allow.rules[0].verbs: must be"),
            (MY_ROLE.replace("    - res", "      res").replace("      - ", "        - "), "spec.allow.rules: must be a list"),
            (MY_ROLE.replace("allow:", "deny: all\n  allow:"), "line 5: spec.deny: must be a mapping"),
            ("a: [", "line 1: not YAML"),
            ("a: &x 1\nb: *x\n", "line 2: not YAML: aliases are not supported"),
            ("just words", "line 1: expected a mapping"),
            ("[1]", "line 1: expected a mapping, not 1"),
            ("{" * 3000, "is nested too deeply"),
            ("a: !!binary eA==", "line 1: tags such as"),
            ("a: 1" + " " * 2_000_000, "is longer than 1,048,576 characters"),
        ],
    )  # fmt: skip
    def test_name_file_line_and_key(self, text: str, message: str) -> None:
        assert message in refused(text)

    def test_json_has_lines_too(self) -> None:
        text = json.dumps({"kind": "role", "metadata": {"name": "a"}, "spec": 5}, indent="\t")
        assert refused(text).startswith("f.yaml: line 6: spec: must be a mapping")

    def test_a_document_in_memory_has_its_path(self) -> None:
        document = {"kind": "role", "metadata": {"name": "a"}, "spec": {"allow": {"rules": "all"}}}
        with pytest.raises(ResourceError, match=r"^roles\[2\]: spec\.allow\.rules: must be a list"):
            resource_of("roles[2]", document)


def test_an_expiry_is_a_moment_and_stays_in_the_document() -> None:
    text = QUERY_YAML.replace("  name: q", "  name: q\n  expires: 2026-12-01T00:00:00Z")
    (resource,) = read_resources("f", text)
    assert resource.expires_ms == 1_796_083_200_000
    assert resource.document["metadata"]["expires"] == "2026-12-01T00:00:00Z"


def test_a_text_for_one_resource_holds_one_of_its_kind_and_not_too_much() -> None:
    assert read_one("r", MY_ROLE, Kind.ROLE).name == "my-role"
    many = MY_ROLE + "  options: [" + "1, " * MAX_VALUES + "]\n"
    (resource,) = read_resources("r", many)
    assert len(resource.document["spec"]["options"]) == MAX_VALUES
    for text, kind, line, message in (
        (MY_ROLE, Kind.AUDIT_QUERY, None, "is of kind role, not audit_query"),
        (MY_ROLE + "---\n" + MY_ROLE, Kind.ROLE, None, "must hold one document, not 2"),
        (many, Kind.ROLE, None, f"more than {MAX_VALUES:,} keys and values"),
        (MY_ROLE.replace("spec", "spek"), Kind.ROLE, 1, "spec: is missing"),
        (MY_ROLE.replace("my-role", "''"), Kind.ROLE, 3, "line 3: metadata.name: is missing"),
        (MY_ROLE.replace("name:", "name: ["), Kind.ROLE, 4, "line 4: not YAML"),
    ):
        with pytest.raises(ResourceError) as caught:
            read_one("r", text, kind)
        assert message in str(caught.value) and caught.value.line == line
