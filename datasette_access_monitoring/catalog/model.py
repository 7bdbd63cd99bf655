"""Views and columns of the documented event types, and their loader.

What is known only at run time (event types that the catalog lacks, keys that
events turned out to carry) lives in ``store``; this is the part fixed at release.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ..errors import CatalogError
from .types import TrinoType, parse_type

_HERE = Path(__file__).parent
# The C loader reads the catalog in 25 ms, the Python one in 200 ms.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a view.

    ``path`` is where the value stands in the event's JSON, one key a part (a part may
    hold a dot: ``addr.remote`` is one key).  ``derived`` columns (``event_date``,
    ``event_time``) are computed from the event's time and hold nothing of their own.
    ``map_entry`` columns read a literal ``key``/``value`` inside a label map, as
    Teleport's do; they are almost always NULL.
    """

    name: str
    type: TrinoType
    path: tuple[str, ...]
    derived: bool = False
    map_entry: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """One documented event type: its view's name and columns, in Teleport's order."""

    name: str
    event: str
    columns: tuple[Column, ...]
    description: str = ""


@dataclass(frozen=True, slots=True)
class Catalog:
    """All documented views, by view name and by event type.

    ``descriptions`` says what a column of that name means in any view, whether documented
    or not.
    """

    views: Mapping[str, View]
    by_event: Mapping[str, View]
    descriptions: Mapping[str, str]


def view_name(event_type: str) -> str:
    """Teleport's rule: the event type with ``.`` and ``-`` as ``_``.

    Source: gravitational/teleport gen/go/eventschema/getters.go.
    """
    return re.sub(r"[.-]", "_", event_type)


@cache
def load_catalog() -> Catalog:
    """Read the catalog that ships with the package; the result is shared and immutable."""
    document = _read("views.yaml")
    words = _read("descriptions.yaml")
    views = {name: _view(name, entry, words) for name, entry in document["views"].items()}
    return Catalog(views, {view.event: view for view in views.values()}, words["columns"])


def _read(name: str) -> dict[str, Any]:
    document = yaml.load((_HERE / name).read_text("utf-8"), Loader=_LOADER)
    if not isinstance(document, dict):
        raise CatalogError(f"{name}: not a mapping")
    return document


def _view(name: str, entry: dict[str, Any], words: dict[str, Any]) -> View:
    if view_name(entry["event"]) != name:
        raise CatalogError(f"views.yaml: view {name} does not belong to event {entry['event']}")
    own: dict[str, str] = words["view_columns"].get(name, {})
    columns = tuple(
        Column(
            name=column["name"],
            type=parse_type(column["type"]),
            path=tuple(column["path"]),
            derived=column.get("derived", False),
            map_entry=column.get("map_entry", False),
            description=own.get(column["name"]) or words["columns"].get(column["name"], ""),
        )
        for column in entry["columns"]
    )
    return View(name, entry["event"], columns, words["views"].get(name, ""))
