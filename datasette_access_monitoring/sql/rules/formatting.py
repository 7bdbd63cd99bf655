"""``format``: the conversions of Java's ``Formatter`` in the locale en_US.

Pure.  Doubles are rounded half up in the decimal digits that ``Double.toString`` gives, as Java
does.  Conversions that Java does not know, or not for a type, are a ``ValueError`` with Java's
words; dates (``%t``), hash codes (``%h``), ``%a`` and the flag ``#`` are refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from .numerals import java_text
from .times import NotSupportedValue

Value = bool | int | float | Decimal | str | None

_SPECIFIER = re.compile(
    r"%(?:([0-9]+)\$)?([-#+ 0,(<]*)([0-9]+)?(?:\.([0-9]+))?([a-zA-Z%])", re.ASCII
)
_REFUSED = "htTaA"
_KNOWN = "bBsScCdoxXeEfgGn%"
_MOST = 1_000_000  # characters of a field, or digits after the point
_EXACT = Context(prec=2000)


@dataclass(frozen=True, slots=True)
class _Specifier:
    """One ``%...``: as written, its flags, and the letter of its conversion."""

    text: str
    flags: str
    width: int | None
    precision: int | None
    letter: str


def formatted(pattern: str, values: Sequence[Value]) -> str:
    """The pattern with the values in the places of its specifiers."""
    parts: list[str] = []
    place = following = 0
    last = -1
    length = 0
    while (start := pattern.find("%", place)) >= 0:
        match = _SPECIFIER.match(pattern, start)
        if match is None:
            raise _invalid(pattern, f"UnknownFormatConversion: at {pattern[start : start + 9]!r}")
        specifier = _specifier(pattern, match)
        if specifier.letter in "n%":
            text = _fixed(pattern, specifier)
        else:
            if "<" in specifier.flags:
                index = last
            elif match[1]:
                index = int(match[1][:9]) - 1
            else:
                index, following = following, following + 1
            if not 0 <= index < len(values):
                raise _invalid(pattern, f"MissingFormatArgument: Format specifier '{match[0]}'")
            last = index
            text = _converted(pattern, specifier, values[index])
        parts += [pattern[place:start], text]
        length += len(text)
        if length > 16 * _MOST:
            raise NotSupportedValue("the text that format makes is too long")
        place = match.end()
    return "".join([*parts, pattern[place:]])


def _invalid(pattern: str, problem: str) -> ValueError:
    return ValueError(f"Invalid format string: {pattern[:200]} ({problem})")


def _specifier(pattern: str, match: re.Match[str]) -> _Specifier:
    _, flags, width, precision, letter = match.groups()
    if letter in _REFUSED or "#" in flags:
        raise NotSupportedValue(f"format with {match[0]}: not supported")
    if letter not in _KNOWN:
        raise _invalid(pattern, f"UnknownFormatConversion: Conversion = '{letter}'")
    if len(set(flags)) != len(flags):
        raise _invalid(pattern, f"DuplicateFormatFlags: Flags = '{flags}'")
    if len(width or "") > 6 or len(precision or "") > 6:
        raise NotSupportedValue(f"format with {match[0][:50]}: not supported")
    if width is None and ("-" in flags or "0" in flags):
        raise _invalid(pattern, f"MissingFormatWidth: {match[0]}")
    size, digits = int(width) if width else None, int(precision) if precision else None
    return _Specifier(match[0], flags, size, digits, letter)


def _fixed(pattern: str, specifier: _Specifier) -> str:
    if specifier.precision is not None or specifier.flags.strip("-"):
        raise _invalid(pattern, f"IllegalFormatFlags: {specifier.text}")
    if specifier.letter == "%":
        return _padded(specifier, "%")
    if specifier.width is not None:
        raise _invalid(pattern, f"IllegalFormatWidth: {specifier.text}")
    return "\n"


def _converted(pattern: str, specifier: _Specifier, value: Value) -> str:
    writer, allowed, precise = _WRITERS[specifier.letter.lower()]
    flags = specifier.flags.replace("<", "")
    if set(flags) - set(allowed):
        raise _invalid(pattern, f"FormatFlagsConversionMismatch: {specifier.text}")
    if ("-" in flags and "0" in flags) or ("+" in flags and " " in flags):
        raise _invalid(pattern, f"IllegalFormatFlags: Flags = '{flags}'")
    if specifier.precision is not None and not precise:
        raise _invalid(pattern, f"IllegalFormatPrecision: {specifier.precision}")
    if value is None and specifier.letter not in "bB":
        text = _padded(specifier, "null"[: specifier.precision])
    else:
        written = writer(specifier, value)
        if written is None:
            raise _invalid(pattern, f"IllegalFormatConversion: {specifier.text} of {_name(value)}")
        text = written
    return text


def _name(value: Value) -> str:
    return {bool: "boolean", int: "bigint", float: "double", Decimal: "decimal"}.get(
        type(value), "varchar or time"
    )


def _padded(specifier: _Specifier, text: str) -> str:
    width = specifier.width or 0
    text = text.upper() if specifier.letter.isupper() else text
    return text.ljust(width) if "-" in specifier.flags else text.rjust(width)


def _boolean(specifier: _Specifier, value: Value) -> str:
    shown = ("true" if value else "false") if isinstance(value, bool) else (
        "false" if value is None else "true")  # fmt: skip
    return _padded(specifier, shown[: specifier.precision])


def _string(specifier: _Specifier, value: Value) -> str:
    if isinstance(value, bool):
        shown = "true" if value else "false"
    elif isinstance(value, float):
        shown = java_text(value)
    else:
        shown = str(value)
    return _padded(specifier, shown[: specifier.precision])


def _character(specifier: _Specifier, value: Value) -> str | None:  # noqa: ARG001
    # Texts and bigints are no characters for Java.
    return None


def _whole(specifier: _Specifier, value: Value) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return _signed(specifier, value < 0, str(abs(value)))


def _based(form: str) -> Callable[[_Specifier, Value], str | None]:
    def write(specifier: _Specifier, value: Value) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int):
            return None
        if set(specifier.flags) & set("+ ("):
            return None
        digits = format(value % 2**64, form)
        if "0" in specifier.flags:
            digits = digits.rjust(specifier.width or 0, "0")
        return _padded(specifier, digits)

    return write


def _number(value: Value) -> Decimal | None:
    if isinstance(value, float):
        return Decimal(repr(value))
    return value if isinstance(value, Decimal) else None


def _of_number(
    digits: Callable[[Decimal, int | None, Value], str],
) -> Callable[[_Specifier, Value], str | None]:
    """The writer of a conversion from how it writes a number without its sign."""

    def write(specifier: _Specifier, value: Value) -> str | None:
        number = _number(value)
        if number is None:
            return None
        if not number.is_finite():
            return _infinite(specifier, number)
        text = digits(abs(number), specifier.precision, value)
        return _signed(specifier, number.is_signed(), text)

    return write


def _fraction(number: Decimal, precision: int | None, _: Value) -> str:
    return _point(number, 6 if precision is None else precision)


def _point(number: Decimal, precision: int) -> str:
    if precision > 1000:
        raise NotSupportedValue("format with more than 1000 digits: not supported")
    return f"{number.quantize(Decimal(1).scaleb(-precision), ROUND_HALF_UP, _EXACT):f}"


def _scientific(number: Decimal, precision: int | None, value: Value) -> str:
    return _exponent(number, 6 if precision is None else precision, value)


def _exponent(number: Decimal, precision: int, value: Value) -> str:
    if precision > 1000:
        raise NotSupportedValue("format with more than 1000 digits: not supported")
    if not number and isinstance(value, Decimal):
        raise NotSupportedValue("format of a decimal zero with an exponent: not supported")
    power = number.adjusted() if number else 0
    digits = _point(number.scaleb(-power, _EXACT), precision)
    if digits.startswith("10"):
        power += 1
        digits = _point(number.scaleb(-power, _EXACT), precision)
    return f"{digits}e{'-' if power < 0 else '+'}{abs(power):02}"


def _general(number: Decimal, precision: int | None, value: Value) -> str:
    if isinstance(value, Decimal):
        raise NotSupportedValue("format of a decimal with %g: not supported")
    digits = 6 if precision is None else precision or 1
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).plus(number)
    if not number:
        return _point(number, digits - 1)
    if Decimal("0.0001") <= rounded < Decimal(10) ** digits:
        return _point(number, digits - 1 - rounded.adjusted())
    return _exponent(number, digits - 1, value)


def _infinite(specifier: _Specifier, number: Decimal) -> str:
    flags = specifier.flags
    negative = number.is_signed()
    if negative:
        text = "(Infinity)" if "(" in flags else "-Infinity"
    else:
        text = "+Infinity" if "+" in flags else " Infinity" if " " in flags else "Infinity"
    return _padded(specifier, text)


def _signed(specifier: _Specifier, negative: bool, digits: str) -> str:
    """Digits with their sign, groups of three, and zeros up to the width, as the flags say."""
    flags = specifier.flags
    if "," in flags:
        whole = re.split("[.e]", digits, maxsplit=1)[0]
        digits = f"{int(whole):,}{digits[len(whole) :]}"
    before, after = "", ""
    if negative:
        before, after = ("(", ")") if "(" in flags else ("-", "")
    elif "+" in flags or " " in flags:
        before = "+" if "+" in flags else " "
    if "0" in flags:
        digits = digits.rjust((specifier.width or 0) - len(before) - len(after), "0")
    return _padded(specifier, before + digits + after)


_Writer = Callable[[_Specifier, Value], "str | None"]
_WRITERS: dict[str, tuple[_Writer, str, bool]] = {
    "b": (_boolean, "-", True),
    "s": (_string, "-", True),
    "c": (_character, "-", False),
    "d": (_whole, "-+ 0,(", False),
    "o": (_based("o"), "-+ 0(", False),
    "x": (_based("x"), "-+ 0(", False),
    "e": (_of_number(_scientific), "-+ 0(", True),
    "f": (_of_number(_fraction), "-+ 0,(", True),
    "g": (_of_number(_general), "-+ 0,(", True),
}
"""Letter -> what writes it, its flags, and whether it may have a precision."""
