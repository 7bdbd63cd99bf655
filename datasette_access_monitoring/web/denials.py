"""How many refusals become events: the first at once, the others counted.

Anybody who can reach the server can be refused as often as they like.  The log must not be
filled by that, and must still tell that it happened.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

SPAN_MS = 60_000
"""Refusals of the same kind within this time are one event."""

MOST_EVENTS = 60
"""How many events there are in that time at most, of whatever kind."""

MOST_KINDS = 1_000
"""How many kinds are told apart; the one that was quiet for longest is forgotten."""


@dataclass(slots=True)
class _Kind:
    told_ms: int
    suppressed: int = 0


class Denials:
    """The refusals of one server, told apart by whom they were of.  Not for several threads."""

    def __init__(self) -> None:
        self._kinds: OrderedDict[Hashable, _Kind] = OrderedDict()
        self._told: list[int] = []

    def note(self, kind: Hashable, now_ms: int) -> int | None:
        """Note a refusal: ``None`` if it is only counted, or it gets an event.

        Then the number is how many of its kind were only counted before it.
        """
        seen = self._kinds.pop(kind, None)
        if seen is not None and now_ms - seen.told_ms < SPAN_MS:
            seen.suppressed += 1
            self._keep(kind, seen)
            return None
        before = 0 if seen is None else seen.suppressed
        self._told = [told for told in self._told if now_ms - told < SPAN_MS]
        if len(self._told) >= MOST_EVENTS:
            told_ms = now_ms - SPAN_MS if seen is None else seen.told_ms
            self._keep(kind, _Kind(told_ms, before + 1))
            return None
        self._told.append(now_ms)
        self._keep(kind, _Kind(now_ms))
        return before

    def _keep(self, kind: Hashable, seen: _Kind) -> None:
        self._kinds[kind] = seen
        if len(self._kinds) > MOST_KINDS:
            self._kinds.popitem(last=False)
