"""CAST of single values (``cast``), and which types can be cast to which (``castable``).

Values are in the held form of ``values``.  Arrays, maps, rows, JSON and addresses have their
own modules; here are the rules for when Trino has a cast between them.  Source of the rules:
Trino's ``...Operators`` and ``...Cast`` classes and ``JsonUtil``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ...catalog.types import TrinoType
from . import decimals, numerals, times, zones
from .white_space import WHITE_SPACE

_Cast = Callable[[Any], Any]
_Maker = Callable[[TrinoType, TrinoType], _Cast]
_JSON_SCALARS = ("boolean", "integer", "bigint", "decimal", "double", "varchar", "json")
_JSON_KEYS = ("boolean", "integer", "bigint", "decimal", "double", "varchar")


def cast(source: TrinoType, target: TrinoType, value: Any) -> Any:
    """A held scalar as another type; raises ``ValueError`` with Trino's message."""
    return value if value is None else caster(source, target)(value)


@lru_cache(maxsize=512)
def caster(source: TrinoType, target: TrinoType) -> _Cast:
    """The function that casts held scalars, never NULL, of one type to another."""
    if source == target:
        return _same
    maker = _MAKERS.get((source.base, target.base))
    if maker is None:
        raise ValueError(f"Cannot cast {source} to {target}")
    return maker(source, target)


def castable(source: TrinoType, target: TrinoType) -> bool:
    """Whether Trino has a CAST between the types, whatever the value."""
    if source == target or source.base == "unknown":
        return True
    if target.base == "json":
        return _to_json(source)
    if source.base == "json":
        return _from_json(target)
    if source.arguments or target.arguments:
        return (
            source.base == target.base
            and len(source.arguments) == len(target.arguments)
            and all(map(castable, source.arguments, target.arguments))
        )
    pair = (source.base, target.base)
    return pair in _MAKERS or pair in _ADDRESS_CASTS


_ADDRESS_CASTS = frozenset({
    ("varchar", "ipaddress"), ("ipaddress", "varchar"), ("varbinary", "ipaddress"),
    ("ipaddress", "varbinary"), ("varchar", "ipprefix"), ("ipprefix", "varchar"),
    ("ipaddress", "ipprefix"), ("ipprefix", "ipaddress"),
})  # fmt: skip


def _to_json(source: TrinoType) -> bool:
    if source.base == "map":
        key, value = source.arguments
        return key.base in (*_JSON_KEYS, "unknown") and _to_json(value)
    if source.arguments:
        return all(map(_to_json, source.arguments))
    return source.base in (*_JSON_SCALARS, "date", "timestamp", "unknown")


def _from_json(target: TrinoType) -> bool:
    if target.base == "map":
        key, value = target.arguments
        return key.base in _JSON_KEYS and _from_json(value)
    if target.arguments:
        return all(map(_from_json, target.arguments))
    return target.base in _JSON_SCALARS


def _same(value: Any) -> Any:
    return value


def _always(function: _Cast) -> _Maker:
    """The maker of a cast that needs no parameter of the types."""

    def make(*_: TrinoType) -> _Cast:
        return function

    return make


def _of_base(function: Callable[[str, Any], Any], place: int) -> _Maker:
    """The maker of a cast that needs the name of the first type (place 0) or the second."""

    def make(*kinds: TrinoType) -> _Cast:
        return lambda value: function(kinds[place].base, value)

    return make


# Numbers


def _boolean_to_decimal(_: TrinoType, target: TrinoType) -> _Cast:
    precision, scale = target.parameters

    def convert(value: int) -> str:
        if value and precision == scale:
            # Trino makes a 1 that its type has no place for.
            raise times.NotSupportedValue(f"CAST of true to {target}: not supported")
        return decimals.held(value * 10**scale)

    return convert


def _whole_to_decimal(source: TrinoType, target: TrinoType) -> _Cast:
    return lambda value: decimals.held(
        numerals.decimal_from_whole(source.base, value, *target.parameters)
    )


def _double_to_decimal(_: TrinoType, target: TrinoType) -> _Cast:
    return lambda value: decimals.held(numerals.decimal_from_real(value, *target.parameters))


def _varchar_to_decimal(_: TrinoType, target: TrinoType) -> _Cast:
    return lambda text: decimals.held(numerals.decimal_from_text(text, *target.parameters))


def _decimal_to_decimal(source: TrinoType, target: TrinoType) -> _Cast:
    return lambda value: decimals.held(
        numerals.decimal_from_decimal(
            decimals.unscaled(value), source.parameters, target.parameters
        )
    )


def _decimal_to_whole(source: TrinoType, target: TrinoType) -> _Cast:
    scale = source.parameters[1]
    return lambda value: numerals.whole_from_decimal(target.base, decimals.unscaled(value), scale)


def _decimal_to_double(source: TrinoType, _: TrinoType) -> _Cast:
    return lambda value: decimals.to_double(decimals.unscaled(value), *source.parameters)


def _decimal_to_varchar(source: TrinoType, _: TrinoType) -> _Cast:
    return lambda value: decimals.text(decimals.unscaled(value), source.parameters[1])


# Dates, timestamps and intervals

_ZONED = "timestamp with time zone"


def _read(text: str, kind: str, parse: Callable[[str], Any]) -> Any:
    try:
        return parse(text.strip(WHITE_SPACE))
    except times.NotSupportedValue:
        raise
    except ValueError as error:
        raise ValueError(f"Value cannot be cast to {kind}: {text[:100]}") from error


def _digits(kind: TrinoType) -> int:
    return kind.parameters[0] if kind.parameters else 3


def _varchar_to_date(text: str) -> str:
    return times.date_text(_read(text, "date", times.parse_date))


def _varchar_to_timestamp(_: TrinoType, target: TrinoType) -> _Cast:
    def parse(text: str) -> int:
        moment, zone = times.parse_timestamp(text, _digits(target))
        if zone is not None:
            # Trino passes over the zone.
            raise times.NotSupportedValue(
                f"CAST of {text[:100]!r} to timestamp: a text with a time zone is not supported"
            )
        return moment

    return lambda text: times.timestamp_text(_read(text, "timestamp", parse))


def _varchar_to_zoned(_: TrinoType, target: TrinoType) -> _Cast:
    digits = _digits(target)

    def convert(text: str) -> int:
        return _shown(_read(text, _ZONED, lambda trimmed: zones.parse_zoned(trimmed, digits)))

    return convert


def _shown(packed: int) -> int:
    """The value itself; refuses a moment that cannot be shown."""
    times.date_text(zones.clock(packed) // times.DAY_MS)
    return packed


def _date_to_timestamp(text: str) -> str:
    return f"{text} 00:00:00.000"


def _date_to_zoned(text: str) -> int:
    return times.pack(times.moment_of_date(text))


def _timestamp_to_date(text: str) -> str:
    return text[:10]


def _timestamp_to_timestamp(_: TrinoType, target: TrinoType) -> _Cast:
    digits = _digits(target)
    return lambda text: times.timestamp_text(times.rounded(times.moment_of_timestamp(text), digits))


def _timestamp_to_zoned(_: TrinoType, target: TrinoType) -> _Cast:
    digits = _digits(target)
    return lambda text: _shown(times.pack(times.rounded(times.moment_of_timestamp(text), digits)))


def _timestamp_to_varchar(source: TrinoType, _: TrinoType) -> _Cast:
    digits = _digits(source)
    end = 20 + digits if digits else 19
    return lambda text: text[:end]


def _zoned_to_date(packed: int) -> str:
    return times.date_text(zones.clock(packed) // times.DAY_MS)


def _zoned_to_timestamp(_: TrinoType, target: TrinoType) -> _Cast:
    digits = _digits(target)
    return lambda packed: times.timestamp_text(times.rounded(zones.clock(packed), digits))


def _zoned_to_zoned(_: TrinoType, target: TrinoType) -> _Cast:
    digits = _digits(target)

    def convert(packed: int) -> int:
        moment, zone = times.unpack(packed)
        return _shown(times.pack(times.rounded(moment, digits), zone))

    return convert


def _zoned_to_varchar(source: TrinoType, _: TrinoType) -> _Cast:
    digits = _digits(source)
    return lambda packed: zones.text(packed, digits)


def days_text(milliseconds: int) -> str:
    """An interval day to second: ``-1 02:03:04.500``."""
    days, rest = divmod(abs(milliseconds), times.DAY_MS)
    hours, rest = divmod(rest, times.HOUR_MS)
    minutes, rest = divmod(rest, times.MINUTE_MS)
    seconds, milli = divmod(rest, times.SECOND_MS)
    sign = "-" if milliseconds < 0 else ""
    return f"{sign}{days} {hours:02}:{minutes:02}:{seconds:02}.{milli:03}"


def months_text(months: int) -> str:
    """An interval year to month: ``-1-2``."""
    years, rest = divmod(abs(months), 12)
    return f"{'-' if months < 0 else ''}{years}-{rest}"


_MAKERS: dict[tuple[str, str], _Maker] = {
    ("boolean", "integer"): _always(int),
    ("boolean", "bigint"): _always(int),
    ("boolean", "double"): _always(float),
    ("boolean", "decimal"): _boolean_to_decimal,
    ("boolean", "varchar"): _always(lambda value: "true" if value else "false"),
    ("integer", "boolean"): _always(bool),
    ("integer", "bigint"): _always(_same),
    ("integer", "double"): _always(float),
    ("integer", "decimal"): _whole_to_decimal,
    ("integer", "varchar"): _always(str),
    ("bigint", "boolean"): _always(bool),
    ("bigint", "integer"): _always(numerals.whole_from_bigint),
    ("bigint", "double"): _always(float),
    ("bigint", "decimal"): _whole_to_decimal,
    ("bigint", "varchar"): _always(str),
    ("double", "boolean"): _always(bool),
    ("double", "integer"): _of_base(numerals.whole_from_real, 1),
    ("double", "bigint"): _of_base(numerals.whole_from_real, 1),
    ("double", "decimal"): _double_to_decimal,
    ("double", "varchar"): _always(numerals.real_to_text),
    ("decimal", "boolean"): _always(lambda value: decimals.unscaled(value) != 0),
    ("decimal", "integer"): _decimal_to_whole,
    ("decimal", "bigint"): _decimal_to_whole,
    ("decimal", "double"): _decimal_to_double,
    ("decimal", "decimal"): _decimal_to_decimal,
    ("decimal", "varchar"): _decimal_to_varchar,
    ("varchar", "boolean"): _always(numerals.boolean_from_text),
    ("varchar", "integer"): _of_base(numerals.whole_from_text, 1),
    ("varchar", "bigint"): _of_base(numerals.whole_from_text, 1),
    ("varchar", "double"): _always(numerals.real_from_text),
    ("varchar", "decimal"): _varchar_to_decimal,
    ("varchar", "varbinary"): _always(lambda text: text.encode()),
    ("varchar", "date"): _always(_varchar_to_date),
    ("varchar", "timestamp"): _varchar_to_timestamp,
    ("varchar", _ZONED): _varchar_to_zoned,
    ("date", "varchar"): _always(_same),
    ("date", "timestamp"): _always(_date_to_timestamp),
    ("date", _ZONED): _always(_date_to_zoned),
    ("timestamp", "date"): _always(_timestamp_to_date),
    ("timestamp", "timestamp"): _timestamp_to_timestamp,
    ("timestamp", _ZONED): _timestamp_to_zoned,
    ("timestamp", "varchar"): _timestamp_to_varchar,
    (_ZONED, "date"): _always(_zoned_to_date),
    (_ZONED, "timestamp"): _zoned_to_timestamp,
    (_ZONED, _ZONED): _zoned_to_zoned,
    (_ZONED, "varchar"): _zoned_to_varchar,
    ("interval day to second", "varchar"): _always(days_text),
    ("interval year to month", "varchar"): _always(months_text),
}
