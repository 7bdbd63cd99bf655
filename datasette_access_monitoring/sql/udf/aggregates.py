"""SQLite aggregates that keep a few values at a time: sums, extremes and bits.

The texts of types come first among the arguments, then the arguments of the query.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ...catalog.types import parse_type
from ..rules import decimals, values
from .numbers import real
from .sorting import Budget, sort_key

_MOST = 10_000


class _Sum:
    """Doubles, added one after the other as Trino does; SQLite's own sum depends on its version.

    As a window function it is only for frames that grow.
    """

    def __init__(self) -> None:
        self.total = 0.0
        self.count = 0

    def step(self, value: float | None) -> None:
        if value is not None:
            self.total += value
            self.count += 1

    def inverse(self, *_: Any) -> None:
        """Never asked for: no row leaves a frame that grows."""

    def value(self) -> float | None:
        return self.finalize()

    def finalize(self) -> float | None:
        return real(self.total) if self.count else None


class _Mean(_Sum):
    """The mean of doubles or whole numbers, whose sum is a double in Trino too."""

    def finalize(self) -> float | None:
        return real(self.total) / self.count if self.count else None


class _DecimalSum:
    """Decimals of one scale, added exactly."""

    def __init__(self) -> None:
        self.total = 0
        self.count = 0

    def step(self, value: str | None) -> None:
        if value is not None:
            self.total += decimals.unscaled(value)
            self.count += 1

    def finalize(self) -> str | None:
        return decimals.held(self.total) if self.count else None


class _DecimalMean(_DecimalSum):
    """The mean at the same scale, rounded half away from zero."""

    def finalize(self) -> str | None:
        return decimals.held(decimals.divided(self.total, self.count)) if self.count else None


class _IntervalMean:
    """The mean of intervals, as Trino reckons it: a double, rounded half up."""

    def __init__(self) -> None:
        self.total = 0.0
        self.count = 0

    def step(self, value: int | None) -> None:
        if value is not None:
            self.total += value
            self.count += 1

    def finalize(self) -> int | None:
        if not self.count:
            return None
        mean = self.total / self.count
        whole = math.floor(mean)
        return whole + (mean - whole >= 0.5)


class _BitsAnd:
    """The bits that are set in every number."""

    def __init__(self) -> None:
        self.bits: int | None = None

    def step(self, value: int | None) -> None:
        if value is not None:
            self.bits = value if self.bits is None else self.joined(self.bits, value)

    def joined(self, left: int, right: int) -> int:
        """Two numbers as one."""
        return left & right

    def finalize(self) -> int | None:
        return self.bits


class _BitsOr(_BitsAnd):
    """The bits that are set in some number."""

    def joined(self, left: int, right: int) -> int:
        return left | right


class _BitsXor(_BitsAnd):
    """The bits that are set in an odd number of them."""

    def joined(self, left: int, right: int) -> int:
        return left ^ right


class _First:
    """The first value that is not NULL."""

    def __init__(self) -> None:
        self.value: Any = None

    def step(self, value: Any) -> None:
        if self.value is None:
            self.value = value

    def finalize(self) -> Any:
        return self.value


class _Extreme:
    """``min_by`` or ``max_by``: the value beside the first smallest or largest key."""

    def __init__(self) -> None:
        self.best: tuple[Any, Any] | None = None

    def step(self, which: str, kind: str, value: Any, by: Any) -> None:
        if by is None:
            return
        key = sort_key(kind)(by)
        if self.best is None or (key > self.best[0] if which == "max" else key < self.best[0]):
            self.best = key, value

    def finalize(self) -> Any:
        return None if self.best is None else self.best[1]


class _ExtremeValue(_Extreme):
    """``min`` or ``max`` of values whose order SQLite does not know."""

    def step(self, which: str, kind: str, value: Any, by: Any = None) -> None:  # noqa: ARG002
        super().step(which, kind, value, value)


class _Extremes:
    """``min_by(x, y, n)`` or ``max_by(x, y, n)``: an array, the most extreme first."""

    wrong = "third argument of {which}_by must be a positive integer; found {count}"

    def __init__(self) -> None:
        self.kept: list[tuple[Any, Any, Any]] = []
        self.budget = Budget()
        self.count = 0
        self.which = ""
        self.element = ""

    def step(self, which: str, element: str, kind: str, value: Any, by: Any, count: Any) -> None:
        if by is None or count is None:
            return
        if not self.count:
            self.which, self.element, self.count = which, element, count
            if count <= 0:
                raise ValueError(self.wrong.format(which=which, count=count))
            if count > _MOST:
                raise ValueError(
                    f"the last argument of {which} must be less than or equal to {_MOST}; "
                    f"found {count}"
                )
        self.budget.take(value, by)
        self.kept.append((sort_key(kind)(by), value, by))
        if len(self.kept) > 2 * self.count + 100:
            self.cut()

    def cut(self) -> None:
        """Keep only what can still be in the result."""
        self.kept.sort(key=lambda row: row[0], reverse=self.which == "max")
        for _, value, by in self.kept[self.count :]:
            self.budget.give(value, by)
        del self.kept[self.count :]

    def finalize(self) -> str | None:
        if not self.kept:
            return None
        self.cut()
        kind = parse_type(self.element)
        return values.dump([values.nested(kind, value) for _, value, _ in self.kept])


class _ExtremeValues(_Extremes):
    """``min(x, n)`` or ``max(x, n)``."""

    wrong = "second argument of max_n/min_n must be positive"

    def step(  # type: ignore[override]
        self, which: str, element: str, kind: str, value: Any, count: Any
    ) -> None:
        super().step(which, element, kind, value, value, count)


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {}

AGGREGATES: dict[tuple[str, int], type[Any]] = {
    ("trino_sum_double", 1): _Sum,
    ("trino_avg_double", 1): _Mean,
    ("trino_sum_decimal", 1): _DecimalSum,
    ("trino_avg_decimal", 1): _DecimalMean,
    ("trino_avg_interval", 1): _IntervalMean,
    ("trino_bitwise_and_agg", 1): _BitsAnd,
    ("trino_bitwise_or_agg", 1): _BitsOr,
    ("trino_bitwise_xor_agg", 1): _BitsXor,
    ("trino_first", 1): _First,
    ("trino_extreme", 3): _ExtremeValue,
    ("trino_extreme_by", 4): _Extreme,
    ("trino_extremes", 5): _ExtremeValues,
    ("trino_extremes_by", 6): _Extremes,
}
"""Name and number of arguments -> class; their steps see NULLs."""
