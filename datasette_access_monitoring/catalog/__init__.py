"""Event types as data: the views that Teleport documents, their columns, types and JSON paths.

Tables, views, documentation, completion and the types of a query all come from
here.  ``views.yaml`` holds Teleport's facts, ``descriptions.yaml`` our words.
"""

from .model import Catalog, Column, View, load_catalog, view_name
from .types import TrinoType, parse_type

__all__ = ["Catalog", "Column", "TrinoType", "View", "load_catalog", "parse_type", "view_name"]
