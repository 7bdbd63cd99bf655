"""Resources as Teleport writes them: from YAML or JSON, and the document made from a value.

The kinds are Teleport's ``audit_query``, ``security_report`` (both version ``v1``) and ``role``
(``v3`` to ``v8``), with its field names.  A report's queries are called ``queries`` in YAML and
``audit_queries`` in JSON, as the tags of its Go structures have it; both are read in both, and
so are ``desc`` and ``description``.  A query may have two keys more than Teleport's:
``suggestion`` and ``chart``.  Of a role only the rules count here; all else is kept.

Source of the fields: api/types/secreports/secreports.go, api/types/header/header.go and
api/types/role.go in gravitational/teleport.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..errors import ResourceError
from ..events.times import parse_time
from ..visible import is_hidden
from .fields import Fields, fields_of, read_each
from .model import AuditQuery, Chart, Kind, Resource, Role, Rule, SecurityReport

MAX_NAME = 256
"""Longest name of a resource, in characters."""

MAX_VALUES = 10_000
"""Most keys and values of a text with one resource: so many are read in a second or two."""

ROLE_VERSIONS = ("v3", "v4", "v5", "v6", "v7", "v8")
"""Versions of a role; they differ in what does not count here."""

_NEW_ROLE_VERSION = "v7"
"""The version of a role that gives none, as in Teleport (``RoleV6.setStaticFields``)."""

_HEADER = ("kind", "sub_kind", "version", "metadata", "spec")
_METADATA = ("name", "description", "labels", "expires", "revision", "id", "namespace")
_QUERY = ("name", "title", "description", "query", "suggestion", "chart")
_REPORT = (
    "name", "title", "desc", "description", "queries", "audit_queries", "version",
)  # fmt: skip
_CHART = ("x", "y", "color")
# Go's zero time, which Teleport writes where a resource never expires.
_NEVER = "0001-01-01T00:00:00Z"


def read_resources(source: str, text: str) -> Iterator[Resource]:
    """Every resource in a YAML or JSON text: one, several documents, or a list.

    Raises ``ResourceError`` with source, line and key for what is no resource.
    """
    return map(read_resource, read_each(source, text))


def read_one(source: str, text: str, kind: Kind) -> Resource:
    """The one resource of that kind that a YAML or JSON text holds.

    It may have ``MAX_VALUES`` keys and values.  Raises ``ResourceError``.
    """
    found = [read_resource(fields) for fields in read_each(source, text, MAX_VALUES)]
    if len(found) != 1:
        raise ResourceError(f"{source} must hold one document, not {len(found)}")
    if found[0].kind is not kind:
        raise ResourceError(f"{source} is of kind {found[0].kind.value}, not {kind.value}")
    return found[0]


def resource_of(source: str, document: Mapping[str, Any]) -> Resource:
    """The resource that a document in memory is.  Raises ``ResourceError`` with source and key."""
    return read_resource(fields_of(source, document))


def read_resource(fields: Fields) -> Resource:
    """One resource from its fields.  Raises ``ResourceError`` with source, line and key."""
    kind = _kind(fields)
    metadata = fields.mapping("metadata")
    if metadata is None:
        raise fields.error("metadata", "is missing; it holds the name")
    spec = fields.mapping("spec")
    if spec is None:
        raise fields.error("spec", "is missing")
    name = metadata.text("name")
    _check_name(metadata, name)
    expires_ms = _expires(metadata)
    if kind is Kind.ROLE:
        version = _version(fields, _NEW_ROLE_VERSION, ROLE_VERSIONS)
        read: AuditQuery | SecurityReport | Role = _role(name, spec)
        written: Mapping[str, Any] = spec.plain()
        rest = {k: v for k, v in fields.plain().items() if k not in _HEADER}
    else:
        fields.refuse_unknown(_HEADER)
        metadata.refuse_unknown(_METADATA)
        version = _version(fields, "v1", ("v1",))
        rest = {}
        if kind is Kind.AUDIT_QUERY:
            query = _query(spec, name)
            read, written = query, query_document(query, spec.optional_text("name"))
        else:
            read, written = _report(spec, name)
    document: dict[str, Any] = {
        **rest,
        "kind": kind.value,
        "version": version,
        "metadata": _header(metadata, name, expires_ms),
        "spec": written,
    }
    if "sub_kind" in fields:
        document["sub_kind"] = fields.text("sub_kind")
    revision = metadata.optional_text("revision")
    return Resource(kind, name, document, read, expires_ms, revision)


def report_resource(report: SecurityReport) -> Resource:
    """A report that is a value in memory as a resource."""
    return Resource(
        Kind.SECURITY_REPORT,
        report.name,
        {
            "kind": Kind.SECURITY_REPORT.value,
            "version": "v1",
            "metadata": {"name": report.name},
            "spec": report_document(report, report.name),
        },
        report,
    )


def query_resource(query: AuditQuery) -> Resource:
    """A query that is a value in memory as a resource.

    Raises ``ResourceError`` for a name that none can have, and where there is no SQL.
    """
    document = {
        "kind": Kind.AUDIT_QUERY.value,
        "metadata": {"name": query.name},
        "spec": query_document(query, query.name),
    }
    return resource_of("audit query", document)


def query_document(query: AuditQuery, name: str) -> dict[str, Any]:
    """Teleport's AuditQuerySpec: what is empty is left out."""
    chart = query.chart
    written = {
        "name": name,
        "title": query.title,
        "description": query.description,
        "query": query.query,
        "suggestion": query.suggestion,
        "chart": chart and _filled({"x": chart.x, "y": chart.y, "color": chart.color}),
    }
    return _filled(written)


def report_document(report: SecurityReport, name: str, version: str = "") -> dict[str, Any]:
    """Teleport's ReportSpec: what is empty is left out."""
    queries = [query_document(query, query.name) for query in report.queries]
    written = {
        "name": name,
        "title": report.title,
        "desc": report.description,
        "audit_queries": queries,
        "version": version,
    }
    return _filled(written)


def _filled(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without its empty values, as Go's ``omitempty`` has it."""
    return {key: value for key, value in document.items() if value}


def _kind(fields: Fields) -> Kind:
    text = fields.text("kind")
    try:
        return Kind(text)
    except ValueError:
        known = ", ".join(kind.value for kind in Kind)
        raise fields.error("kind", f"is {text!r}; known kinds: {known}") from None


def _version(fields: Fields, default: str, known: Iterable[str]) -> str:
    version = fields.optional_text("version") or default
    if version not in known:
        raise fields.error("version", f"is {version!r}; known versions: {', '.join(known)}")
    return version


def _check_name(metadata: Fields, name: str) -> None:
    """A name stands in addresses, on command lines, in tables: it must be what it looks like."""
    if name != name.strip() or any(map(is_hidden, name)):
        raise metadata.error("name", "must not begin or end with space, or hold hidden characters")
    if len(name) > MAX_NAME:
        raise metadata.error("name", f"is longer than {MAX_NAME} characters")


def _header(metadata: Fields, name: str, expires_ms: int | None) -> dict[str, Any]:
    """The metadata with everything but the revision, and the expiry only where there is one."""
    labels = metadata.mapping("labels")
    written = {**metadata.plain(), "name": name}
    written["labels"] = labels and {key: labels.optional_text(key) for key in labels.entries}
    written["description"] = metadata.optional_text("description")
    dropped = ("revision",) if expires_ms is not None else ("revision", "expires")
    return _filled({key: value for key, value in written.items() if key not in dropped})


def _expires(metadata: Fields) -> int | None:
    text = metadata.optional_text("expires")
    if not text or text == _NEVER:
        return None
    try:
        return parse_time(text)
    except ValueError as error:
        raise metadata.error("expires", f"{text!r} is {error}") from None


def _query(spec: Fields, name: str) -> AuditQuery:
    spec.refuse_unknown(_QUERY)
    return AuditQuery(
        name=name,
        title=spec.optional_text("title"),
        description=spec.optional_text("description"),
        suggestion=spec.optional_text("suggestion"),
        chart=read_chart(spec),
        query=spec.text("query"),
    )


def read_chart(fields: Fields) -> Chart | None:
    """The chart under the key ``chart``, if any.  Raises ``ResourceError``."""
    chart = fields.mapping("chart")
    if chart is None:
        return None
    chart.refuse_unknown(_CHART)
    return Chart(chart.text("x"), chart.text("y"), chart.optional_text("color"))


def _report(spec: Fields, name: str) -> tuple[SecurityReport, dict[str, Any]]:
    spec.refuse_unknown(_REPORT)
    described = _one_of(spec, "desc", "description")
    listed = _one_of(spec, "queries", "audit_queries")
    queries = []
    names = set()
    for inner in spec.mappings(listed):
        query_name = inner.optional_text("name")
        if query_name and query_name in names:
            raise inner.error("name", f"{query_name!r} is the name of two queries of this report")
        names.add(query_name)
        queries.append(_query(inner, query_name))
    if not queries:
        raise spec.error(listed, "is missing or empty; a report has at least one query")
    report = SecurityReport(
        name, spec.optional_text("title"), spec.optional_text(described), tuple(queries)
    )
    own_name, version = spec.optional_text("name"), spec.optional_text("version")
    return report, report_document(report, own_name, version)


def _one_of(spec: Fields, first: str, second: str) -> str:
    """Which of two spellings of a key is there; the first where neither is."""
    if first in spec and second in spec:
        raise spec.error(second, f"is another spelling of {first}; give one of them")
    return second if second in spec else first


def _role(name: str, spec: Fields) -> Role:
    return Role(name, _rules(spec, "allow"), _rules(spec, "deny"))


def _rules(spec: Fields, side: str) -> tuple[Rule, ...]:
    conditions = spec.mapping(side)
    if conditions is None:
        return ()
    return tuple(
        Rule(
            frozenset(rule.texts("resources")),
            frozenset(rule.texts("verbs")),
            rule.optional_text("where"),
        )
        for rule in conditions.mappings("rules")
    )
