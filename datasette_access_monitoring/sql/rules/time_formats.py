"""The two pattern languages of Trino: MySQL's of ``date_format``, Java's of ``format_datetime``.

A pattern becomes a list of elements (``time_patterns``) once, however many rows use it.
"""

from __future__ import annotations

from functools import lru_cache

from . import time_fields as fields
from .time_patterns import (
    DAYS,
    HALFDAYS,
    MONTHS,
    Element,
    Fraction,
    Literal,
    Name,
    Number,
    Offset,
    TwoDigitYear,
    ZoneId,
    ZoneName,
)
from .times import NotSupportedValue

_LONGEST = 1000
_MOST_DIGITS = 9
_PIVOT = 1970

_HALFDAY = Name(fields.HALFDAY, HALFDAYS, 0)
_CLOCK_HOUR = Number(fields.CLOCK_HOUR_OF_HALFDAY, 2, 2)
_HOUR, _MINUTE, _SECOND = (
    Number(fields.HOUR, 2, 2),
    Number(fields.MINUTE, 2, 2),
    Number(fields.SECOND, 2, 2),
)
_COLON = Literal(":")

_MYSQL: dict[str, tuple[Element, ...]] = {
    "a": (Name(fields.DAY_OF_WEEK, DAYS, 1, short=True),),
    "b": (Name(fields.MONTH, MONTHS, 1, short=True),),
    "c": (Number(fields.MONTH, 1, 2),),
    "d": (Number(fields.DAY, 2, 2),),
    "e": (Number(fields.DAY, 1, 2),),
    "f": (Fraction(6, 9),),
    "H": (_HOUR,),
    "h": (_CLOCK_HOUR,),
    "I": (_CLOCK_HOUR,),
    "i": (_MINUTE,),
    "j": (Number(fields.DAY_OF_YEAR, 3, 3),),
    "k": (Number(fields.HOUR, 1, 2),),
    "l": (Number(fields.CLOCK_HOUR_OF_HALFDAY, 1, 2),),
    "M": (Name(fields.MONTH, MONTHS, 1),),
    "m": (Number(fields.MONTH, 2, 2),),
    "p": (_HALFDAY,),
    "r": (_CLOCK_HOUR, _COLON, _MINUTE, _COLON, _SECOND, Literal(" "), _HALFDAY),
    "S": (_SECOND,),
    "s": (_SECOND,),
    "T": (_HOUR, _COLON, _MINUTE, _COLON, _SECOND),
    "v": (Number(fields.WEEK, 2, 2),),
    "W": (Name(fields.DAY_OF_WEEK, DAYS, 1),),
    "x": (Number(fields.WEEK_YEAR, 4, 4, signed=True),),
    "Y": (Number(fields.YEAR, 4, 4, signed=True),),
    "y": (TwoDigitYear(fields.YEAR, _PIVOT),),
}
_REFUSED_BY_TRINO = "wUuVXD"


@lru_cache(maxsize=128)
def mysql(pattern: str) -> tuple[Element, ...]:
    """The elements of ``%Y-%m-%d``; raises ``ValueError`` for what Trino does not know either."""
    _check_length(pattern)
    elements: list[Element] = []
    escaped = False
    for character in pattern:
        if not escaped and character == "%":
            escaped = True
            continue
        if escaped and character in _REFUSED_BY_TRINO:
            raise ValueError(f"%{character} not supported in date format string")
        known = _MYSQL.get(character) if escaped else None
        elements += known or (Literal(character),)
        escaped = False
    if not elements:
        raise ValueError("Both printing and parsing not supported")
    return tuple(elements)


def _check_length(pattern: str) -> None:
    if len(pattern) > _LONGEST:
        raise NotSupportedValue(f"a pattern of more than {_LONGEST} characters: not supported")


_NUMBERS = {
    "d": (fields.DAY, 2), "h": (fields.CLOCK_HOUR_OF_HALFDAY, 2), "H": (fields.HOUR, 2),
    "k": (fields.CLOCK_HOUR, 2), "K": (fields.HOUR_OF_HALFDAY, 2), "m": (fields.MINUTE, 2),
    "s": (fields.SECOND, 2), "e": (fields.DAY_OF_WEEK, 1), "D": (fields.DAY_OF_YEAR, 3),
    "w": (fields.WEEK, 2), "M": (fields.MONTH, 2),
}  # fmt: skip
_YEARS = {"y": fields.YEAR, "Y": fields.YEAR_OF_ERA, "x": fields.WEEK_YEAR}
_DIGITS_FOLLOW = "cCxyYdhHmsSeDFwWkK"


@lru_cache(maxsize=128)
def joda(pattern: str) -> tuple[Element, ...]:
    """The elements of ``yyyy-MM-dd'T'HH:mm:ss``; raises ``ValueError``.

    A quote that is not closed goes on to the end.  The letters ``C`` and ``G`` (centuries and
    eras) are not supported.
    """
    _check_length(pattern)
    if not pattern:
        raise ValueError("Invalid pattern specification")
    tokens = _tokens(pattern)
    elements = [
        _element(token, _is_number(tokens[index + 1]) if index + 1 < len(tokens) else False)
        for index, token in enumerate(tokens)
        if token != "'"
    ]
    if not elements:
        raise ValueError("Both printing and parsing not supported")
    return tuple(elements)


def names_zone(pattern: str) -> bool:
    """Whether a pattern asks for the time zone, outside of quotes."""
    return any("z" in part or "Z" in part for part in pattern.split("'")[::2])


def _tokens(pattern: str) -> list[str]:
    """Runs of one letter, and texts between them with a quote put before."""
    tokens = []
    at = 0
    while at < len(pattern):
        start = at
        if _is_letter(pattern[at]):
            while at < len(pattern) and pattern[at] == pattern[start]:
                at += 1
            tokens.append(pattern[start:at])
            continue
        text, quoted = "'", False
        while at < len(pattern) and (quoted or not _is_letter(pattern[at])):
            if pattern[at] != "'":
                text += pattern[at]
            elif pattern[at + 1 : at + 2] == "'":
                text += "'"
                at += 1
            else:
                quoted = not quoted
            at += 1
        tokens.append(text)
    return tokens


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _is_number(token: str) -> bool:
    return token[0] in _DIGITS_FOLLOW or (token[0] == "M" and len(token) <= 2)


def _element(token: str, before_number: bool) -> Element:
    letter, count = token[0], len(token)
    if letter == "'":
        return Literal(token[1:])
    if letter in "CG":
        raise NotSupportedValue(f"{letter} in a pattern: not supported")
    if letter not in "EazZ" and count > _MOST_DIGITS:
        raise NotSupportedValue(f"{token[:20]} in a pattern: not supported")
    if letter in _YEARS:
        if count == 2:
            return TwoDigitYear(_YEARS[letter], None)
        most = max(count, 1) if before_number else max(count, _MOST_DIGITS)
        return Number(_YEARS[letter], count, most, signed=letter != "Y")
    if letter == "M" and count >= 3:
        return Name(fields.MONTH, MONTHS, 1, short=count == 3)
    if letter in _NUMBERS:
        field, most = _NUMBERS[letter]
        return Number(field, count, max(count, most))
    if letter == "S":
        return Fraction(count, count)
    return _word(token)


def _word(token: str) -> Element:
    letter, count = token[0], len(token)
    if letter == "a":
        return _HALFDAY
    if letter == "E":
        return Name(fields.DAY_OF_WEEK, DAYS, 1, short=count < 4)
    if letter == "z":
        return ZoneName(long=count >= 4)
    if letter == "Z":
        return ZoneId() if count > 2 else Offset(":" if count == 2 else "")
    raise ValueError(f"Illegal pattern component: {token}")
