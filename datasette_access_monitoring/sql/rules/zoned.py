"""Units of time on the clocks of a value's own zone: Joda-Time's ``ZonedChronology``.

Values are packed as in ``times``.  Hours and less are reckoned at the offset that the value
has; days and more on what the clocks show, and then back to the moment that shows it.
"""

from __future__ import annotations

from collections.abc import Callable

from . import reckoning, times, zones

_OF_A_DAY = ("millisecond", "second", "minute", "hour")


def changed(unit: str, packed: int, change: Callable[[int], int]) -> int:
    """The value whose clocks show what ``change`` makes of what they show now."""
    moment, zone = times.unpack(packed)
    ahead = zones.offset(zone, moment)
    local = change(moment + ahead)
    if unit in _OF_A_DAY:
        return zones.pack(local - ahead, zone)
    return zones.pack(zones.moment_of_clock(zone, local, moment), zone)


def truncate(unit: str, packed: int) -> int:
    """The moment at which the unit began."""
    return changed(unit, packed, lambda local: reckoning.truncate(unit, local))


def add(unit: str, amount: int, packed: int) -> int:
    """The moment ``amount`` units later."""
    return changed(unit, packed, lambda local: reckoning.add(unit, amount, local))


def difference(unit: str, first: int, last: int) -> int:
    """The whole units from one moment to another, on the clocks of the first one's zone."""
    start, zone = times.unpack(first)
    end, _ = times.unpack(last)
    ahead = zones.offset(zone, start)
    ahead_at_end = ahead if unit in _OF_A_DAY else zones.offset(zone, end)
    return reckoning.difference(unit, start + ahead, end + ahead_at_end)
