"""The scripts that draw charts: their addresses for a page, their text for a file of its own."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from markupsafe import Markup

PACKAGE = "datasette_access_monitoring"

CHART_SCRIPTS = (
    "vendor/vega-6.4.0.min.js",
    "vendor/vega-lite-6.5.0.min.js",
    "vendor/vega-embed-7.3.0.min.js",
    "access_monitoring_charts.js",
)
"""The files below ``static``, in the order in which they run."""


@dataclass(frozen=True, slots=True)
class InlineScript:
    """A script's text, and the source expression that lets a content security policy run it."""

    text: Markup
    source: str


@cache
def inline_scripts() -> tuple[InlineScript, ...]:
    """The scripts to be written into a file.  They are ours: no value of an event is in them."""
    return tuple(_inline(name) for name in CHART_SCRIPTS)


def _inline(name: str) -> InlineScript:
    text = (files(PACKAGE) / "static" / name).read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return InlineScript(Markup(text), f"'sha256-{digest}'")
