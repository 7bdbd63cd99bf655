"""SQLite aggregates of statistics over doubles, one pass each.

The order of the additions decides the last digits, as it does in Trino, where it depends on
how the work was spread.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..rules.times import NotSupportedValue


def _real(value: float) -> float:
    if math.isnan(value):
        raise NotSupportedValue("the result is NaN, which SQLite cannot hold")
    return value


class _Spread:
    """The mean of the values, and the sum of the squares of their differences from it."""

    def __init__(self) -> None:
        self.count = 0
        self.mean = self.second = 0.0

    def step(self, value: float | None) -> None:
        if value is None:
            return
        self.count += 1
        delta = value - self.mean
        self.mean += delta / self.count
        self.second += delta * (value - self.mean)


class _VarianceOfAll(_Spread):
    def finalize(self) -> float | None:
        return _real(self.second / self.count) if self.count else None


class _VarianceOfSample(_Spread):
    def finalize(self) -> float | None:
        return _real(self.second / (self.count - 1)) if self.count > 1 else None


class _DeviationOfAll(_VarianceOfAll):
    def finalize(self) -> float | None:
        variance = super().finalize()
        return None if variance is None else math.sqrt(variance)


class _DeviationOfSample(_VarianceOfSample):
    def finalize(self) -> float | None:
        variance = super().finalize()
        return None if variance is None else math.sqrt(variance)


class _Moments:
    """The sums of the differences from the mean, to the second, third and fourth power."""

    def __init__(self) -> None:
        self.count = 0
        self.mean = self.second = self.third = self.fourth = 0.0

    def step(self, value: float | None) -> None:
        if value is None:
            return
        before, self.count = self.count, self.count + 1
        count = float(self.count)
        delta = value - self.mean
        part = delta / count
        square = part * part
        term = delta * part * before
        fourth = self.fourth + term * square * (count * count - 3 * count + 3)
        self.fourth = fourth + 6 * square * self.second - 4 * part * self.third
        self.third = self.third + term * part * (count - 2) - 3 * part * self.second
        self.mean += part
        self.second += term


class _Skewness(_Moments):
    def finalize(self) -> float | None:
        if self.count < 3:
            return None
        return _real(_divided(math.sqrt(self.count) * self.third, _power(self.second)))


class _Kurtosis(_Moments):
    """The excess over a normal distribution's."""

    def finalize(self) -> float | None:
        count = float(self.count)
        if count < 4:
            return None
        scale = ((count - 1) * count * (count + 1)) / ((count - 2) * (count - 3))
        excess = 3 * ((count - 1) * (count - 1)) / ((count - 2) * (count - 3))
        return _real(_divided(scale * self.fourth, self.second * self.second) - excess)


def _power(value: float) -> float:
    """To the power of 1.5."""
    try:
        return math.pow(value, 1.5)
    except OverflowError:
        return math.inf


def _divided(dividend: float, divisor: float) -> float:
    """A quotient; 0 / 0 is NaN and nothing else is divided by 0 here."""
    return dividend / divisor if divisor else math.nan


class _Pairs:
    """How two columns vary together; ``y`` comes first, as in the functions of the standard."""

    def __init__(self) -> None:
        self.count = 0
        self.mean_x = self.mean_y = 0.0
        self.second_x = self.second_y = self.both = 0.0

    def step(self, y: float | None, x: float | None) -> None:
        if y is None or x is None:
            return
        self.count += 1
        delta_x, delta_y = x - self.mean_x, y - self.mean_y
        self.mean_x += delta_x / self.count
        self.mean_y += delta_y / self.count
        self.second_x += delta_x * (x - self.mean_x)
        self.second_y += delta_y * (y - self.mean_y)
        self.both += delta_x * (y - self.mean_y)

    def slope(self) -> float:
        """The steepness of the line through the points; NaN where there is none."""
        return _divided(self.both, self.second_x)


class _CovarianceOfAll(_Pairs):
    def finalize(self) -> float | None:
        return _real(self.both / self.count) if self.count else None


class _CovarianceOfSample(_Pairs):
    def finalize(self) -> float | None:
        return _real(self.both / (self.count - 1)) if self.count > 1 else None


class _Correlation(_Pairs):
    def finalize(self) -> float | None:
        return _finite(
            _divided(_divided(self.both, math.sqrt(self.second_x)), math.sqrt(self.second_y))
        )


class _Slope(_Pairs):
    def finalize(self) -> float | None:
        return _finite(self.slope())


class _Intercept(_Pairs):
    def finalize(self) -> float | None:
        return _finite(self.mean_y - self.slope() * self.mean_x)


def _finite(value: float) -> float | None:
    """The value, or NULL where Trino gives NULL: for all that is not finite."""
    return value if math.isfinite(value) else None


class _GeometricMean:
    """``e`` to the mean of the logarithms."""

    def __init__(self) -> None:
        self.count = 0
        self.total = 0.0

    def step(self, value: float | None) -> None:
        if value is not None:
            self.count += 1
            self.total += _logarithm(value)

    def finalize(self) -> float | None:
        if not self.count:
            return None
        mean = _real(self.total) / self.count
        try:
            return math.exp(mean)
        except OverflowError:
            return math.inf


def _logarithm(value: float) -> float:
    if value < 0:
        return math.nan
    return math.log(value) if value else -math.inf


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {}

AGGREGATES: dict[tuple[str, int], type[Any]] = {
    ("trino_var_pop", 1): _VarianceOfAll,
    ("trino_var_samp", 1): _VarianceOfSample,
    ("trino_stddev_pop", 1): _DeviationOfAll,
    ("trino_stddev_samp", 1): _DeviationOfSample,
    ("trino_skewness", 1): _Skewness,
    ("trino_kurtosis", 1): _Kurtosis,
    ("trino_covar_pop", 2): _CovarianceOfAll,
    ("trino_covar_samp", 2): _CovarianceOfSample,
    ("trino_corr", 2): _Correlation,
    ("trino_regr_slope", 2): _Slope,
    ("trino_regr_intercept", 2): _Intercept,
    ("trino_geometric_mean", 1): _GeometricMean,
}
"""Name and number of arguments -> class; their steps see NULLs."""
