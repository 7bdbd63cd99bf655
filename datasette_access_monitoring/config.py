"""The plugin's configuration: read and checked once, as plain values.

    plugins:
      datasette-access-monitoring:
        actors:              # roles by the id of an actor
          alice: [auditor]
        default_roles: []    # of whoever has signed in and has no others
        roles:               # roles of this instance, as Teleport's documents
        - kind: role
          ...

Where the configuration comes from is the business of the edges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import ConfigError, ResourceError
from .resources.documents import read_resource
from .resources.fields import Fields, fields_of
from .resources.model import Kind, Resource

_KEYS = ("actors", "default_roles", "roles")


@dataclass(frozen=True, slots=True)
class Configuration:
    """Who has which roles: by actor id, of everybody else who has signed in, and what they are."""

    actors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default_roles: tuple[str, ...] = ()
    roles: Mapping[tuple[Kind, str], Resource] = field(default_factory=dict)


def read_configuration(source: str, data: object) -> Configuration:
    """The configuration that ``data`` (``None``: none was given) says.

    ``source`` names it in errors.  Raises ``ConfigError`` with the key.
    """
    if data is None:
        return Configuration()
    if not isinstance(data, Mapping):
        raise ConfigError(f"{source}: must be a mapping with the keys {', '.join(_KEYS)}")
    try:
        # Ids may be numbers, in the configuration and in actors.
        fields = fields_of(source, _with_text_keys(data))
        fields.refuse_unknown(_KEYS)
        return Configuration(
            actors=_actors(fields),
            default_roles=fields.optional_texts("default_roles"),
            roles=_roles(fields),
        )
    except ResourceError as error:
        raise ConfigError(str(error)) from error


def _with_text_keys(data: Mapping[Any, Any]) -> dict[Any, Any]:
    actors = data.get("actors")
    if not isinstance(actors, Mapping):
        return dict(data)
    return {**data, "actors": {str(actor): roles for actor, roles in actors.items()}}


def _actors(fields: Fields) -> dict[str, tuple[str, ...]]:
    actors = fields.mapping("actors")
    if actors is None:
        return {}
    return {actor: actors.optional_texts(actor) for actor in actors.entries}


def _roles(fields: Fields) -> dict[tuple[Kind, str], Resource]:
    found: dict[tuple[Kind, str], Resource] = {}
    for inner in fields.mappings("roles"):
        resource = read_resource(inner)
        if resource.kind is not Kind.ROLE:
            raise inner.error("kind", f"is {resource.kind.value!r}; only roles stand here")
        key = (resource.kind, resource.name)
        if key in found:
            raise inner.error("metadata", f"{resource.name!r} is the name of two roles")
        found[key] = resource
    return found
