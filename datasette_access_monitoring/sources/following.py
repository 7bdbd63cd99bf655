"""Following log files: reading what is appended to them as it comes, for as long as it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import SourceError
from .kinds import Delivery, Run
from .streams import STANDARD_INPUT
from .watching import FileWatch

POLL_SECONDS = 0.25
"""How often files are looked at: an event is in the database well within a second."""


def follow(paths: Sequence[str], delivery: Delivery) -> None:
    """Follow what ``paths`` name (files, folders, globs) until ``Stopped`` comes of a delivery.

    What is missing or cannot be read is told as a problem and tried again.
    """
    watch = FileWatch(paths)
    told: dict[str, str] = {}
    while True:
        due = watch.due()
        if due:
            watch.done(delivery.load(due))
        problems = watch.problems
        for location in {**told, **problems}:
            if problems.get(location) != told.get(location):
                delivery.problem(location, problems.get(location))
        told = problems
        delivery.wait(POLL_SECONDS)


def configure(options: Mapping[str, Any]) -> Run:
    """What ``kind: files`` with these options runs.  Raises ``SourceError``."""
    unknown = sorted(set(options) - {"paths"})
    if unknown:
        raise SourceError(f"{unknown[0]}: is not known here; known keys: kind, database, paths")
    paths = options.get("paths")
    if not isinstance(paths, list) or not paths or not all(isinstance(p, str) for p in paths):
        raise SourceError("paths: must be a list of files, folders or globs, at least one")
    if STANDARD_INPUT in paths:
        raise SourceError("paths: - (standard input) cannot be followed by a server")
    return lambda delivery: follow(paths, delivery)
