"""Kinds of source: what a plugin registers so that events are collected from somewhere else.

A kind that fetches events is configured: what its options make runs in a thread of its own and
puts what it gets into a delivery.  A kind that is sent events has routes.  Those that ship are
named in ``web.source_kinds``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from .model import Source


class Delivery(Protocol):
    """The way into one audit database, for one configured source.  For one thread.

    What cannot be stored just now (the disk is full, another writer is busy) is tried again until
    it can: a method that stores returns when all is on disk.  Every method but ``problem`` raises
    ``Stopped`` when the server wants to end, which a source lets through.
    """

    def wait(self, seconds: float) -> None:
        """Wait; a source that has nothing to do calls this in place of ``time.sleep``."""
        ...

    def reached(self, location: str) -> bytes | None:
        """Give the cursor that came with the last delivery for ``location``, if there was any."""
        ...

    def deliver(self, location: str, lines: Iterable[bytes], cursor: bytes = b"") -> None:
        """Store events, a JSON object each, together with the place that the source is at now.

        ``location`` is what the source is called in ``status``, such as ``okta:example.com``.
        Delivering again what was delivered before changes nothing.  A line that is no event is
        kept among the rejects.
        """
        ...

    def load(self, sources: Iterable[Source]) -> Mapping[str, str]:
        """Load sources of lines from where they were left, as ``datasette audit load`` does.

        Gives what could not be read, by location.
        """
        ...

    def problem(self, location: str, message: str | None) -> None:
        """Tell people what is wrong with ``location``, or with ``None`` that all is well again."""
        ...


Run = Callable[[Delivery], None]
"""Collects until ``Stopped`` comes out of a delivery; when it raises anything else, or returns,
it is called again after a while."""


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind of source.

    ``name`` is what the configuration calls it.  ``configure`` takes the options that stand there
    and gives what is to run; it raises ``SourceError`` for options that it cannot work with.
    ``routes`` are as Datasette's hook ``register_routes`` has them.
    """

    name: str
    configure: Callable[[Mapping[str, Any]], Run] | None = None
    routes: Sequence[tuple[str, Callable[..., Any]]] = ()
