"""Documents as text: YAML and JSON in the shape in which Teleport's tools print them.

YAML has its keys sorted, several documents apart by ``---``, and SQL of several lines as it
is; JSON is indented by four.  Values may be an attacker's: what could fool a terminal is
escaped in both.  What the documents say is the business of ``documents``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from ..visible import escaped_json, escaped_yaml, is_hidden
from .model import Kind, Resource

_WIDTH = 1_000_000  # so that no text is folded into lines of the writer's own


def documented(resource: Resource) -> dict[str, Any]:
    """The resource's document with its revision, in the JSON form."""
    document = dict(resource.document)
    if resource.revision:
        document["metadata"] = {**document["metadata"], "revision": resource.revision}
    return document


def resources_yaml(resources: Sequence[Resource]) -> str:
    """Resources as YAML documents; ``[]`` where there are none, as ``tctl`` prints it."""
    if not resources:
        return "[]\n"
    return "---\n".join(yaml_text(_with_yaml_keys(resource)) for resource in resources)


def _with_yaml_keys(resource: Resource) -> dict[str, Any]:
    """A report calls its queries ``queries`` in YAML."""
    document = documented(resource)
    if resource.kind is Kind.SECURITY_REPORT:
        spec = dict(document["spec"])
        spec["queries"] = spec.pop("audit_queries")
        document["spec"] = spec
    return document


def resources_json(resources: Sequence[Resource]) -> str:
    """Resources as a JSON list."""
    return json_text([documented(resource) for resource in resources])


def yaml_text(value: Mapping[str, Any]) -> str:
    """One YAML document.  Every text in it that has hidden characters is in double quotes."""
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=True, allow_unicode=True, width=_WIDTH)
    return escaped_yaml(text)


def json_text(value: Any) -> str:
    """Indented JSON."""
    return escaped_json(json.dumps(value, indent=4, ensure_ascii=False, sort_keys=True)) + "\n"


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as literal blocks, tabs included."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True  # what stands in two places is written out twice

    def analyze_scalar(self, scalar: str) -> Any:
        # PyYAML writes no tabs into blocks; YAML has nothing against them.
        analysis = super().analyze_scalar(scalar.replace("\t", " "))
        analysis.scalar = scalar
        if "\t" in scalar:
            analysis.allow_flow_plain = analysis.allow_block_plain = False
        if any(map(is_hidden, scalar.replace("\n", "").replace("\t", ""))):
            analysis.allow_flow_plain = analysis.allow_block_plain = False
            analysis.allow_single_quoted = analysis.allow_block = False
        return analysis


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
