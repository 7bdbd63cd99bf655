"""How many refusals become events: the first at once, the others counted.

Anybody who can reach the server can be refused as often as they like.  The log must not be
filled by that, and must still tell that it happened, of each user who has signed in whatever
others do.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TypeVar

SPAN_MS = 60_000
"""Refusals of the same kind within this time are one event."""

MOST_EVENTS = 60
"""How many events a user gets in that time at most, of whatever kinds."""

MOST_KINDS = 1_000
"""How many of a user's kinds are told apart; the one that was quiet for longest is forgotten."""

MOST_USERS = 1_000
"""How many users are told apart, as above."""


@dataclass(slots=True)
class _Kind:
    told_ms: int
    suppressed: int = 0


@dataclass(slots=True)
class _User:
    kinds: OrderedDict[Hashable, _Kind] = field(default_factory=OrderedDict)
    told: list[int] = field(default_factory=list)


class Denials:
    """The refusals of one server, told apart by whom they were of.  Not for several threads."""

    def __init__(self) -> None:
        self._users: OrderedDict[str, _User] = OrderedDict()

    def note(self, user: str, kind: Hashable, now_ms: int) -> int | None:
        """Note a refusal of a user: ``None`` if it is only counted, or it gets an event.

        Then the number is how many of its kind were only counted before it.
        """
        of_user = self._users.pop(user, None) or _User()
        _keep(self._users, user, of_user, MOST_USERS)
        seen = of_user.kinds.pop(kind, None)
        if seen is not None and 0 <= now_ms - seen.told_ms < SPAN_MS:
            seen.suppressed += 1
            _keep(of_user.kinds, kind, seen, MOST_KINDS)
            return None
        before = 0 if seen is None else seen.suppressed
        of_user.told = [told for told in of_user.told if 0 <= now_ms - told < SPAN_MS]
        if len(of_user.told) >= MOST_EVENTS:
            told_ms = now_ms - SPAN_MS if seen is None else seen.told_ms
            _keep(of_user.kinds, kind, _Kind(told_ms, before + 1), MOST_KINDS)
            return None
        of_user.told.append(now_ms)
        _keep(of_user.kinds, kind, _Kind(now_ms), MOST_KINDS)
        return before


_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def _keep(held: OrderedDict[_Key, _Value], key: _Key, value: _Value, most: int) -> None:
    held[key] = value
    if len(held) > most:
        held.popitem(last=False)
