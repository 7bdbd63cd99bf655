"""Time zones by name, as Trino knows them: their ids, their names, what their clocks show.

An id is the part of a timestamp with time zone that ``times.pack`` puts below the moment: 0 is
UTC, 1 to 1681 are fixed offsets, and from 1682 on come the names, in the order of the list
that the ``tzdata`` package has.  Ids live no longer than a query: no file holds them.

Which names there are, and which mean an offset, is Trino's ``TimeZoneKey``.  The rules of a
zone before 1970 differ between editions of the time zone database, so there is none here.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from . import times
from .times import MINUTE_MS, NotSupportedValue

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_FIRST_NAMED = 1682
_FIXED_BASE = 841
_FARTHEST = 14 * 60
_NO_TRINO_ZONES = frozenset({"EST", "HST", "MST", "ROC", "Factory", "localtime"})
_UTC_NAMES = frozenset({
    "GMT", "GMT0", "GMT+0", "GMT-0", "Etc/GMT", "Etc/GMT0", "Etc/GMT+0", "Etc/GMT-0", "UT", "UT+0",
    "UT-0", "Etc/UT", "Etc/UT+0", "Etc/UT-0", "UTC", "UTC+0", "UTC-0", "Etc/UTC", "Etc/UTC+0",
    "Etc/UTC-0", "+0000", "+00:00", "-0000", "-00:00", "Z", "Zulu", "UCT", "Greenwich",
    "Universal", "Etc/Universal", "Etc/UCT",
})  # fmt: skip
_PREFIXED = re.compile(r"(Etc/GMT|Etc/UTC|Etc/UT|GMT|UTC|UT)([+-])([0-9]{1,9})(?::([0-9]{1,9}))?")
_OFFSET = re.compile(
    r"([+-])(?:([0-9])|([0-9]{2})(?::?([0-9]{2}))?|([0-9]{2}):([0-9]{2}):00|([0-9]{2})([0-9]{2})00)"
)
_JAVA_ZONE = re.compile(
    r"Z|[+-].*|(?:UTC|GMT|UT)(?:[+-].*)?"
    r"|(?!Etc/UTC[+-]|Etc/UT(?!C)|Etc/GMT[+-](?:[0-9]*:|0[0-9])|Etc/GMT\+1[3-9])[A-Z].*"
)
_EPOCH = datetime(1970, 1, 1)
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=timezone.utc)


def _read(*path: str) -> bytes:
    """A file of the time zone database."""
    # Most queries name no zone: importing this takes longer than they do.
    from importlib import resources

    return resources.files("tzdata").joinpath(*path).read_bytes()


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    """The zones whose rules have a name, sorted."""
    listed = _read("zones").decode().split()
    return tuple(
        sorted(
            zone
            for zone in listed
            if zone not in _NO_TRINO_ZONES
            and zone not in _UTC_NAMES
            and not zone.startswith(("Etc/", "GMT"))
        )
    )


@lru_cache(maxsize=1)
def _ids() -> dict[str, int]:
    return {zone: _FIRST_NAMED + index for index, zone in enumerate(_names())}


def fixed(minutes: int) -> int:
    """The id of a fixed offset from UTC; raises ``ValueError`` beyond 14 hours."""
    if abs(minutes) > _FARTHEST:
        raise ValueError(f"Invalid offset minutes {minutes}")
    return minutes + _FIXED_BASE if minutes else 0


@lru_cache(maxsize=1024)
def zone_id(name: str) -> int:
    """The id of a zone's name or offset; raises ``ValueError`` for what Trino does not know.

    Names are given as they are written: Trino tells upper from lower case.
    """
    if not name:
        raise ValueError("Zone id is an empty string")
    if name in _UTC_NAMES:
        return 0
    minutes = _prefixed_minutes(name) if _PREFIXED.fullmatch(name) else _offset_minutes(name)
    if minutes is not None and abs(minutes) <= _FARTHEST:
        return fixed(minutes)
    found = _ids().get(name)
    if found is None or minutes is not None:
        raise ValueError(f"'{name[:100]}' is not a valid time zone")
    return found


def is_named(name: str) -> bool:
    """Whether it is the name of a zone with rules of its own."""
    return name in _ids()


def java_zone_id(name: str) -> int:
    """The id of a zone in the text of a timestamp, where Java's rules for names hold too."""
    if _JAVA_ZONE.fullmatch(name) is None:
        raise ValueError(f"'{name[:100]}' is not a valid time zone")
    prefixed = re.fullmatch(r"(?:UTC|GMT|UT)([+-].*)", name)
    if prefixed is not None and _offset_minutes(prefixed[1]) is None:
        raise ValueError(f"'{name[:100]}' is not a valid time zone")
    return zone_id(name)


def _prefixed_minutes(name: str) -> int | None:
    """Minutes of ``UTC+2`` or ``GMT-05:30``; in ``Etc/GMT+5`` the sign is the other way around."""
    match = _PREFIXED.fullmatch(name)
    if match is None or (match[4] is None and len(match[3]) > 2):
        return None
    hours, minutes = int(match[3]), int(match[4] or 0)
    if minutes > 59:
        return None
    # Trino takes the sign from the hours, so that UTC-0:30 is thirty minutes east.
    negative = hours > 0 and (match[2] == "-") != (match[1] == "Etc/GMT")
    return -(hours * 60 + minutes) if negative else hours * 60 + minutes


def _offset_minutes(text: str) -> int | None:
    """Minutes of ``+2``, ``+02``, ``+0200``, ``+02:00`` or ``+02:00:00``, Java's offsets."""
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    hours = int(match[2] or match[3] or match[5] or match[7])
    minutes = int(match[4] or match[6] or match[8] or 0)
    if minutes > 59 or hours > 18:
        return None
    return -(hours * 60 + minutes) if match[1] == "-" else hours * 60 + minutes


def name(zone: int) -> str:
    """``UTC``, ``+02:00`` or ``Europe/Berlin``."""
    if zone >= _FIRST_NAMED:
        return _names()[zone - _FIRST_NAMED]
    minutes = zone - _FIXED_BASE if zone else 0
    if minutes == 0:
        return "UTC"
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


@lru_cache(maxsize=256)
def _rules(zone: int) -> ZoneInfo:
    from zoneinfo import ZoneInfo

    # Not from the system, whose edition of the database may be another or cut short.
    return ZoneInfo.from_file(BytesIO(_read("zoneinfo", *name(zone).split("/"))), key=name(zone))


def offset(zone: int, moment: int) -> int:
    """Milliseconds that the zone's clocks are ahead of UTC at a moment."""
    if zone < _FIRST_NAMED:
        return (zone - _FIXED_BASE) * MINUTE_MS if zone else 0
    _check_year(zone, moment)
    try:
        at = (_EPOCH_UTC + timedelta(milliseconds=moment)).astimezone(_rules(zone))
    except OverflowError as error:
        raise _out_of_years(zone) from error
    return _milliseconds(at.utcoffset())


def _check_year(zone: int, moment: int) -> None:
    if moment < 0:
        raise _out_of_years(zone)


def _out_of_years(zone: int) -> NotSupportedValue:
    return NotSupportedValue(f"times in {name(zone)} are known from 1970 to 9999 only")


def _milliseconds(delta: timedelta | None) -> int:
    return (delta or timedelta(0)) // timedelta(milliseconds=1)


def pack(moment: int, zone: int) -> int:
    """A timestamp with time zone; raises ``NotSupportedValue`` if its clocks cannot be shown."""
    packed = times.pack(moment, zone)
    if zone:
        times.date_text((moment + offset(zone, moment)) // times.DAY_MS)
    return packed


def clock(packed: int) -> int:
    """What the clocks of a value's own zone show, as a moment read in UTC."""
    moment, zone = times.unpack(packed)
    return moment + offset(zone, moment)


def moment_of_clock(zone: int, local: int, before: int) -> int:
    """The moment at which the zone's clocks show ``local``: Joda-Time's ``convertLocalToUTC``.

    Where clocks show it twice it is the moment with the offset of ``before``, if that is one of
    the two; what is skipped is as long after the change as it would be by the old offset.
    """
    kept = offset(zone, before)
    if offset(zone, local - kept) == kept:
        return local - kept
    guess = offset(zone, local)
    found = offset(zone, local - guess)
    if guess < 0 and found != guess and offset(zone, local - found) != found:
        found = guess
    return local - found


def moments(zone: int, local: int) -> tuple[int, bool]:
    """The first moment at which the zone's clocks show ``local``, and whether they do at all.

    A time that is skipped is as long after the change as it would be by the old offset, as in
    Java's ``ZonedDateTime.of``.
    """
    if zone < _FIRST_NAMED:
        return local - offset(zone, 0), True
    _check_year(zone, local)
    try:
        shown = (_EPOCH + timedelta(milliseconds=local)).replace(tzinfo=_rules(zone), fold=0)
    except OverflowError as error:
        raise _out_of_years(zone) from error
    ahead = _milliseconds(shown.utcoffset())
    return local - ahead, offset(zone, local - ahead) == ahead


def parse_zoned(text: str, precision: int = 3) -> int:
    """The value of a text, as Trino's CAST reads it: UTC without a zone; raises ``ValueError``."""
    local, zone = times.parse_timestamp(text, precision)
    found = java_zone_id(zone or "UTC")
    return pack(moments(found, local)[0], found)


def parse_literal(text: str) -> int:
    """The value of a ``TIMESTAMP`` literal, where a time that is skipped is an error."""
    local, zone = times.parse_timestamp(text)
    found = java_zone_id(zone or "UTC")
    moment, shown = moments(found, local)
    if not shown:
        raise ValueError("Invalid TIMESTAMP due to daylight savings transition")
    return pack(moment, found)


def text(packed: int, precision: int = 3) -> str:
    """``YYYY-MM-DD HH:MM:SS.mmm UTC``: the clocks of the value's own zone, and its name."""
    _, zone = times.unpack(packed)
    return f"{times.timestamp_text(clock(packed), precision)} {name(zone)}"
