"""Everything that ships, as resources: the reports of ``canned`` and the preset roles.

Shipped resources are in every audit database without being stored in one, and nobody changes
them there.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from .canned import canned_reports
from .documents import read_resources, report_resource
from .model import Kind, Resource


@cache
def shipped() -> Mapping[tuple[Kind, str], Resource]:
    """The shipped resources by kind and name, read once.  Raises ``ResourceError``."""
    path = Path(__file__).parent / "presets.yaml"
    roles = read_resources(path.name, path.read_text("utf-8"))
    resources = [*map(report_resource, canned_reports()), *roles]
    return {(resource.kind, resource.name): resource for resource in resources}
