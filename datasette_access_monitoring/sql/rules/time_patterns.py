"""The elements of a pattern of dates and times: each writes a part of a text and reads it.

Joda-Time's rules, which stand behind both of Trino's pattern languages (``time_formats``
reads the patterns).  Names are English.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from . import time_fields, zones
from .time_fields import Field
from .times import HOUR_MS, MINUTE_MS, SECOND_MS, NotSupportedValue

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HALFDAYS = ("AM", "PM")
_SHORT_ZONES = {
    "UTC": "UTC", "UT": "UTC", "GMT": "UTC", "EST": "America/New_York", "EDT": "America/New_York",
    "CST": "America/Chicago", "CDT": "America/Chicago", "MST": "America/Denver",
    "MDT": "America/Denver", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A moment to be written: what the clocks show, and the zone that they stand in."""

    local: int
    zone: int = 0
    ahead: int = 0


@dataclass(slots=True)
class Reading:
    """What has been read so far: fields, and the offset (in ms) or the zone if one was named."""

    fields: list[tuple[Field, int]] = field(default_factory=list)
    ahead: int | None = None
    zone: int | None = None


class Element(Protocol):
    """One element of a pattern."""

    def show(self, shown: Shown) -> str:
        """The element's text."""

    def read(self, text: str, at: int, reading: Reading) -> int:
        """Read from position ``at`` on; gives the position after it, or -1 if it is not there."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number with at least ``least`` digits; at most ``most`` are read."""

    field: Field
    least: int
    most: int
    signed: bool = False

    def show(self, shown: Shown) -> str:
        """The number with leading zeros."""
        return f"{self.field.get(shown.local):0{self.least}}"

    def read(self, text: str, at: int, reading: Reading) -> int:
        """A number of any length up to the most, after a sign if it may have one."""
        # Joda-Time has no sign before a number of one digit.
        start = at + (self.signed and self.most > 1 and text[at : at + 1] in ("+", "-"))
        end = _digits(text, start, self.most)
        if end == start:
            return -1
        reading.fields.append((self.field, int(text[at:end])))
        return end


def _digits(text: str, start: int, most: int) -> int:
    end = start
    while end < len(text) and end - start < most and "0" <= text[end] <= "9":
        end += 1
    return end


@dataclass(frozen=True, slots=True)
class TwoDigitYear:
    """The last two digits of a year; ``first`` is the year that begins the hundred read."""

    field: Field
    first: int | None

    def show(self, shown: Shown) -> str:
        """Two digits."""
        return f"{self.field.get(shown.local) % 100:02}"

    def read(self, text: str, at: int, reading: Reading) -> int:
        """Exactly two digits."""
        if self.first is None:
            raise NotSupportedValue("reading years of two digits depends on today: not supported")
        end = _digits(text, at, 2)
        if end - at < 2:
            return -1
        year = self.first + (int(text[at:end]) - self.first) % 100
        reading.fields.append((self.field, year))
        return end


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a month, a day of the week or a half of the day, long or cut to three letters."""

    field: Field
    names: Sequence[str]
    first: int
    short: bool = False

    def show(self, shown: Shown) -> str:
        """The name."""
        name = self.names[self.field.get(shown.local) - self.first]
        return name[:3] if self.short else name

    def read(self, text: str, at: int, reading: Reading) -> int:
        """The longest name that is there, whole or short, as it is or in one case."""
        found = -1
        for value, name in enumerate(self.names, self.first):
            for form in (name, name[:3]):
                here = text[at : at + len(form)]
                if here in (form, form.lower(), form.upper()) and at + len(form) > found:
                    found = at + len(form)
                    best = value
        if found >= 0:
            reading.fields.append((self.field, best))
        return found


@dataclass(frozen=True, slots=True)
class Fraction:
    """The fraction of a second in ``least`` digits; at most ``most`` are read."""

    least: int
    most: int

    def show(self, shown: Shown) -> str:
        """Digits after the point, zeros after the third."""
        return f"{shown.local % SECOND_MS:03}".ljust(self.least, "0")[: self.least]

    def read(self, text: str, at: int, reading: Reading) -> int:
        """Digits, cut to milliseconds."""
        end = _digits(text, at, self.most)
        if end == at:
            return -1
        value = time_fields.fraction(text[at:end], SECOND_MS)
        reading.fields.append((time_fields.SECOND_FRACTION, value))
        return end


@dataclass(frozen=True, slots=True)
class Literal:
    """A text that stands for itself; its letters are read in any case."""

    text: str

    def show(self, shown: Shown) -> str:  # noqa: ARG002
        """The text."""
        return self.text

    def read(self, text: str, at: int, reading: Reading) -> int:  # noqa: ARG002
        """The text."""
        end = at + len(self.text)
        if end > len(text) or not all(map(_same_letter, self.text, text[at:end])):
            return -1
        return end


def _same_letter(one: str, other: str) -> bool:
    return one == other or _upper(one) == _upper(other) or _lower(one) == _lower(other)


def _upper(letter: str) -> str:
    upper = letter.upper()
    return upper if len(upper) == 1 else letter


def _lower(letter: str) -> str:
    lower = letter.lower()
    return lower if len(lower) == 1 else letter


@dataclass(frozen=True, slots=True)
class Offset:
    """Hours and minutes that the clocks are ahead of UTC."""

    separator: str

    def show(self, shown: Shown) -> str:
        """``+02:00`` or ``+0200``."""
        minutes = abs(shown.ahead) // MINUTE_MS
        sign = "-" if shown.ahead < 0 else "+"
        return f"{sign}{minutes // 60:02}{self.separator}{minutes % 60:02}"

    def read(self, text: str, at: int, reading: Reading) -> int:
        """``Z``, ``+HH``, and minutes, seconds and their fraction with separators or without."""
        if text[at : at + 1] in ("Z", "z"):
            reading.ahead = 0
            return at + 1
        if text[at : at + 1] not in ("+", "-") or _digits(text, at + 1, 2) != at + 3:
            return -1
        total, end = int(text[at + 1 : at + 3]) * HOUR_MS, at + 3
        if total > 23 * HOUR_MS:
            return -1
        separated = text[end : end + 1] == ":"
        for size, mark in ((MINUTE_MS, ":"), (SECOND_MS, ":")):
            if separated and text[end : end + 1] != mark:
                break
            start = end + separated
            last = _digits(text, start, 2)
            if last == start and not separated:
                break
            if last - start < 2 or int(text[start:last]) > 59:
                return -1
            total, end = total + int(text[start:last]) * size, last
        else:
            start = end + (separated and text[end : end + 1] in (".", ","))
            last = _digits(text, start, 3)
            if last == start and start > end:
                return -1
            if start > end or not separated:
                total, end = total + int(text[start:last].ljust(3, "0")), last
        reading.ahead = -total if text[at] == "-" else total
        return end


@dataclass(frozen=True, slots=True)
class ZoneId:
    """The zone as Trino writes it: ``UTC``, ``+02:00``, ``Europe/Berlin``."""

    def show(self, shown: Shown) -> str:
        """The zone's name."""
        return zones.name(shown.zone)

    def read(self, text: str, at: int, reading: Reading) -> int:
        """``UTC`` or the name of a zone with rules."""
        end = at
        while end < len(text) and (text[end].isalnum() or text[end] in "/_+-"):
            end += 1
        if not text[at : at + 1].isalpha():
            return -1
        name = text[at:end]
        if name != "UTC" and not zones.is_named(name):
            raise NotSupportedValue(f"reading the time zone {name[:100]!r}: not supported")
        reading.zone = zones.zone_id(name)
        return end


@dataclass(frozen=True, slots=True)
class ZoneName:
    """The zone in words; those of named zones depend on the edition of Java, so only UTC's."""

    long: bool

    def show(self, shown: Shown) -> str:
        """``UTC``; an offset has no other name than itself."""
        name = zones.name(shown.zone)
        if name[0].isalpha() and name != "UTC":
            raise NotSupportedValue(f"the name of {name} in words: not supported")
        return "Coordinated Universal Time" if self.long and name == "UTC" else name

    def read(self, text: str, at: int, reading: Reading) -> int:
        """``UTC``, ``GMT`` and the short names of the zones of the United States."""
        if self.long:
            raise ValueError("Parsing not supported")
        found = [name for name in _SHORT_ZONES if text.startswith(name, at)]
        if not found:
            return -1
        longest = max(found, key=len)
        reading.zone = zones.zone_id(_SHORT_ZONES[longest])
        return at + len(longest)


def show(elements: Sequence[Element], shown: Shown) -> str:
    """The text of a moment."""
    return "".join(element.show(shown) for element in elements)


def read(elements: Sequence[Element], text: str) -> Reading:
    """What a text says; raises ``ValueError`` with Joda-Time's message if it does not fit."""
    reading, at = Reading(), 0
    for element in elements:
        end = element.read(text, at, reading)
        if end < 0:
            raise time_fields.misfit(text, at)
        at = end
    if at < len(text):
        raise time_fields.misfit(text, at)
    return reading


def local_moment(text: str, reading: Reading) -> int:
    """What the clocks show, given what was read; raises ``ValueError`` for what they never do."""
    try:
        return time_fields.moment(reading.fields)
    except NotSupportedValue:
        raise
    except ValueError as error:
        raise ValueError(f'Cannot parse "{text[:100]}": {error}') from error


def zoned_moment(text: str, reading: Reading) -> int:
    """The packed timestamp with time zone that was read, in UTC if no zone was."""
    local = local_moment(text, reading)
    if reading.ahead is not None:
        minutes, rest = divmod(abs(reading.ahead), MINUTE_MS)
        if rest:
            raise ValueError(f"Time zone not supported in {text[:100]!r}")
        zone = zones.fixed(-minutes if reading.ahead < 0 else minutes)
        return zones.pack(local - reading.ahead, zone)
    moment, there = zones.moments(reading.zone or 0, local)
    if not there:
        raise ValueError(
            f'Cannot parse "{text[:100]}": Illegal instant due to time zone offset transition '
            f"({zones.name(reading.zone or 0)})"
        )
    return zones.pack(moment, reading.zone or 0)
