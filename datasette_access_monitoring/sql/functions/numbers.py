"""Functions over numbers, as entries of the registry; what they do is in ``udf``.

Functions of Java's ``Math`` that are no plain arithmetic (powers, logarithms, angles) may
differ in the last place, in Trino too from one machine to another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...catalog.types import TrinoType, decimal
from ..binding.bound import Bound
from ..rules import decimals
from .model import Form, Group, Writer

_group = Group("number")
_scalar = _group.scalar


def _decimal(
    verb: str, kind_of: Callable[[TrinoType], TrinoType], parameters: Sequence[int] = (0, 1)
) -> Form:
    """A function of a decimal that is told the parameters (0 precision, 1 scale) of its type."""

    def write(arguments: Sequence[Bound], _: TrinoType) -> str:
        told = [str(arguments[0].type.parameters[place]) for place in parameters]
        listed = ", ".join([*(part.sql for part in arguments), *told])
        return f"trino_decimal_{verb}({listed})"

    return Form(write, result=lambda kinds: kind_of(kinds[0]))


def _same(kind: TrinoType) -> TrinoType:
    return kind


def _remainder(arguments: Sequence[Bound], result: TrinoType) -> str:
    left, right = arguments
    scale = result.parameters[1]
    shifts = ", ".join(str(scale - part.type.parameters[1]) for part in arguments)
    return f"trino_decimal_remainder({left.sql}, {right.sql}, {shifts})"


def _double(name: str) -> dict[str, str | Writer | Form]:
    return {"(double) -> double": f"trino_{name}({{0}})"}


# fmt: off
_scalar("abs", "The value without its sign.", {
    "(integer) -> integer": "trino_abs('integer', {0})",
    "(bigint) -> bigint": "trino_abs('bigint', {0})",
    "(double) -> double": "(abs({0}) + 0.0)",
    "(decimal) -> decimal": _decimal("abs", _same, ()),
})
_scalar("sign", "-1, 0 or 1: the sign of the value.", {
    "(integer) -> integer": "trino_sign({0})",
    "(bigint) -> bigint": "trino_sign({0})",
    "(double) -> double": "trino_double_sign({0})",
    "(decimal) -> decimal": _decimal("sign", lambda _: decimal(1, 0), ()),
})
for _name, _verb, _word in (
    ("ceil", "ceiling", "at or above"), ("ceiling", "ceiling", "at or above"),
    ("floor", "floor", "at or below"),
):
    _scalar(_name, f"The nearest whole number {_word} the value.", {
        "(integer) -> integer": "({0})",
        "(bigint) -> bigint": "({0})",
        "(double) -> double": f"trino_{_verb}({{0}})",
        "(decimal) -> decimal": _decimal(_verb, decimals.rounded_type, (1,)),
    })
_scalar("round", "The nearest number with so many digits after the point, none if not said; "
        "halves are rounded away from zero.", {
    "(integer) -> integer": "({0})",
    "(bigint) -> bigint": "({0})",
    "(double) -> double": "trino_round({0}, 0)",
    "(decimal) -> decimal": _decimal("round", decimals.rounded_type, (1,)),
    "(integer, integer) -> integer": "trino_integer(trino_round_whole({0}, {1}))",
    "(bigint, integer) -> bigint": "trino_round_whole({0}, {1})",
    "(double, integer) -> double": "trino_round({0}, {1})",
    "(decimal, integer) -> decimal": _decimal("round", decimals.rounded_to_type),
})
_scalar("truncate", "The number without the digits after the point, or after so many of them.", {
    "(decimal) -> decimal": _decimal("truncate", decimals.truncated_type, (1,)),
    "(double) -> double": "trino_truncate({0})",
    "(decimal, integer) -> decimal": _decimal("truncate", _same),
})
_scalar("mod", "What a division leaves, with the dividend's sign.", {
    "(integer, integer) -> integer": "trino_remainder({0}, {1})",
    "(bigint, bigint) -> bigint": "trino_remainder({0}, {1})",
    "(decimal, decimal) -> decimal": Form(
        _remainder, result=lambda kinds: decimals.result_type("%", kinds[0], kinds[1])),
    "(double, double) -> double": "trino_double_remainder({0}, {1})",
})

for _name, _doc in {
    "sqrt": "The square root.", "cbrt": "The cube root.",
    "exp": "e to the power of the value.", "ln": "The natural logarithm.",
    "log2": "The logarithm to base 2.", "log10": "The logarithm to base 10.",
    "sin": "The sine of an angle in radians.", "cos": "The cosine of an angle in radians.",
    "tan": "The tangent of an angle in radians.", "asin": "The angle of a sine, in radians.",
    "acos": "The angle of a cosine, in radians.", "atan": "The angle of a tangent, in radians.",
    "sinh": "The hyperbolic sine.", "cosh": "The hyperbolic cosine.",
    "tanh": "The hyperbolic tangent.", "degrees": "An angle in degrees, from radians.",
    "radians": "An angle in radians, from degrees.",
}.items():
    _scalar(_name, _doc, _double(_name))
_scalar("log", "The logarithm of the second argument to the base of the first.", {
    "(double, double) -> double": "trino_log({0}, {1})",
})
for _name in ("power", "pow"):
    _scalar(_name, "The first argument to the power of the second.", {
        "(double, double) -> double": "trino_power({0}, {1})",
    })
_scalar("atan2", "The angle of the tangent of the first argument divided by the second.", {
    "(double, double) -> double": "trino_atan2({0}, {1})",
})
_scalar("pi", "The ratio of a circle's circumference to its diameter.", {
    "() -> double": "trino_constant('pi')",
})
_scalar("e", "Euler's number.", {"() -> double": "trino_constant('e')"})
_scalar("infinity", "Positive infinity.", {"() -> double": "trino_constant('infinity')"})
_scalar("nan", "Not a number: an error here, because SQLite cannot hold it.", {
    "() -> double": "trino_constant('nan')",
})
_scalar("is_finite", "Whether the value is not infinite.", {
    "(double) -> boolean": "(abs({0}) < trino_constant('infinity'))",
})
_scalar("is_infinite", "Whether the value is infinite.", {
    "(double) -> boolean": "(abs({0}) = trino_constant('infinity'))",
})
_scalar("is_nan", "Whether the value is not a number, which no value here is.", {
    "(double) -> boolean": "trino_is_nan({0})",
})

_scalar("to_base", "The digits of a number in a base from 2 to 36.", {
    "(bigint, bigint) -> varchar": "trino_to_base({0}, {1})",
})
_scalar("from_base", "The number that digits in a base from 2 to 36 write.", {
    "(varchar, bigint) -> bigint": "trino_from_base({0}, {1})",
})
_scalar("width_bucket", "The number of the bucket that a value falls in, of so many between two "
        "bounds, or between the values of a sorted array.", {
    "(double, double, double, bigint) -> bigint": "trino_width_bucket({0}, {1}, {2}, {3})",
    "(double, array(double)) -> bigint": "trino_width_bucket({0}, {1})",
})

_scalar("bitwise_and", "The bits that are set in both numbers.", {
    "(bigint, bigint) -> bigint": "(({0}) & ({1}))",
})
_scalar("bitwise_or", "The bits that are set in either number.", {
    "(bigint, bigint) -> bigint": "(({0}) | ({1}))",
})
_scalar("bitwise_xor", "The bits that are set in one of the numbers only.", {
    "(bigint, bigint) -> bigint": "trino_bitwise_xor({0}, {1})",
})
_scalar("bitwise_not", "All bits turned over.", {
    "(bigint) -> bigint": "(~({0}))",
})
for _name, _doc in {
    "bitwise_left_shift": "The bits moved left by so many places; what falls out is lost.",
    "bitwise_right_shift": "The bits moved right by so many places, zeros coming in.",
    "bitwise_right_shift_arithmetic": "The bits moved right by so many places, the sign coming in.",
}.items():
    _scalar(_name, _doc, {
        "(integer, integer) -> integer": f"trino_{_name}('integer', {{0}}, {{1}})",
        "(bigint, integer) -> bigint": f"trino_{_name}('bigint', {{0}}, {{1}})",
    })
_scalar("bit_count", "How many bits are set in a number of so many bits (2 to 64).", {
    "(bigint, bigint) -> bigint": "trino_bit_count({0}, {1})",
})
# fmt: on

ENTRIES = tuple(_group.entries)
