"""The plugin's configuration: read and checked once, as plain values.

    plugins:
      datasette-access-monitoring:
        actors:              # roles by the id of an actor
          alice: [auditor]
        default_roles: []    # of whoever has signed in and has no others
        roles:               # roles of this instance, as Teleport's documents
        - kind: role
          ...
        sources:             # what the server collects events from while it runs
        - kind: files
          paths: [/var/lib/teleport/log]
          database: audit    # may be left out where there is one audit database only
        keep_days:           # how many days of events stay, by database
          audit: 365

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

_KEYS = ("actors", "default_roles", "roles", "sources", "keep_days")
MOST_DAYS = 36_500
"""The longest that events may be kept for, in days."""


@dataclass(frozen=True, slots=True)
class ConfiguredSource:
    """One source to collect from: its kind, the database it fills (``''``: the only one there is).

    ``options`` are for the kind to read; ``place`` is where it stands, for errors.
    """

    kind: str
    database: str
    options: Mapping[str, Any]
    place: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """Who has which roles: by actor id, of everybody else who has signed in, and what they are.

    What the server collects while it runs, and how many days of it each database keeps.
    """

    actors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default_roles: tuple[str, ...] = ()
    roles: Mapping[tuple[Kind, str], Resource] = field(default_factory=dict)
    sources: tuple[ConfiguredSource, ...] = ()
    keep_days: Mapping[str, int] = field(default_factory=dict)


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
            sources=tuple(map(_source, fields.mappings("sources"))),
            keep_days=_keep_days(fields),
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


def _source(fields: Fields) -> ConfiguredSource:
    options = fields.plain()
    kind, database = fields.text("kind"), fields.optional_text("database")
    for key in ("kind", "database"):
        options.pop(key, None)
    return ConfiguredSource(kind, database, options, f"{fields.source}: {fields.path}")


def _keep_days(fields: Fields) -> dict[str, int]:
    kept = fields.mapping("keep_days")
    if kept is None:
        return {}
    days = kept.plain()
    for database, value in days.items():
        if type(value) is not int or not 1 <= value <= MOST_DAYS:
            raise kept.error(database, f"must be a whole number of days, 1 to {MOST_DAYS:,}")
    return days
