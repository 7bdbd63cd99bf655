"""Aggregate functions, as entries of the registry; what they do is in ``udf``.

The arguments of a call come last in its form, all of them and in their order: that is how
``sql.aggregates`` finds them where DISTINCT or ORDER BY stand among them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...catalog.types import TrinoType, decimal
from ..binding.bound import Bound, text_literal
from ..binding.conversion import key_of
from ..rules.decimals import MAX_PRECISION
from .model import Form, Group, Writer

_group = Group("aggregate")
_aggregate = _group.aggregate


def _summed(arguments: Sequence[TrinoType]) -> TrinoType:
    return decimal(MAX_PRECISION, arguments[0].parameters[1])


def _same(arguments: Sequence[TrinoType]) -> TrinoType:
    return arguments[0]


def _extreme(which: str) -> Writer:
    def write(arguments: Sequence[Bound], result: TrinoType) -> str:  # noqa: ARG001
        value = arguments[0]
        if value.type.base in ("array", "row"):
            return f"trino_extreme('{which}', {text_literal(str(value.type))}, {value.sql})"
        return f"{which.upper()}({value.sql})"

    return write


def _distinct(arguments: Sequence[Bound], result: TrinoType) -> str:  # noqa: ARG001
    return f"COUNT(DISTINCT {key_of(arguments[0])})"


# fmt: off
_aggregate("count", "How many rows, or how many that are not NULL.", {
    "(T) -> bigint": "COUNT({0})",
    "() -> bigint": "COUNT(*)",
})
_aggregate("count_if", "For how many rows the condition holds.", {
    "(boolean) -> bigint": "COUNT(CASE WHEN {0} THEN 1 END)",
})
_aggregate("approx_distinct", "How many distinct values there are, NULL left out; exactly, where "
           "Trino estimates it.", {
    "(T) -> bigint": _distinct,
    "(T, double) -> bigint": _distinct,
})
_aggregate("sum", "The sum of what is not NULL.", {
    "(bigint) -> bigint": "SUM({0})",
    "(double) -> double": "trino_sum_double({0})",
    "(decimal) -> decimal": Form("trino_sum_decimal({0})", _summed),
    "(interval day to second) -> interval day to second": "SUM({0})",
    "(interval year to month) -> interval year to month": "SUM({0})",
})
_aggregate("avg", "The mean of what is not NULL; a decimal keeps its digits, rounded.", {
    "(bigint) -> double": "trino_avg_double({0})",
    "(double) -> double": "trino_avg_double({0})",
    "(decimal) -> decimal": Form("trino_avg_decimal({0})", _same),
    "(interval day to second) -> interval day to second": "trino_avg_interval({0})",
    "(interval year to month) -> interval year to month": "trino_avg_interval({0})",
})
for _name, _word in {"min": "smallest", "max": "largest"}.items():
    _aggregate(_name, f"The {_word} value that is not NULL, or an array of the {_word} few.", {
        "(T) -> T": _extreme(_name),
        "(T, bigint) -> array(T)": f"trino_extremes('{_name}', {{t0}}, {{t0}}, {{0}}, {{1}})",
    })
    _aggregate(f"{_name}_by", f"The first value in the row where the second is {_word}, or an "
               f"array of those in the rows where it is.", {
        "(T, U) -> T": f"trino_extreme_by('{_name}', {{t1}}, {{0}}, {{1}})",
        "(T, U, bigint) -> array(T)":
            f"trino_extremes_by('{_name}', {{t0}}, {{t1}}, {{0}}, {{1}}, {{2}})",
    })
for _name in ("arbitrary", "any_value"):
    _aggregate(_name, "Some value that is not NULL, if there is one.", {
        "(T) -> T": "MAX({0})",
    })
for _name in ("bool_and", "every"):
    _aggregate(_name, "Whether the condition holds for every row, NULL left out.", {
        "(boolean) -> boolean": "MIN({0})",
    })
_aggregate("bool_or", "Whether the condition holds for some row.", {
    "(boolean) -> boolean": "MAX({0})",
})
for _name, _word in {"and": "in all of them", "or": "in any of them",
                     "xor": "in an odd number of them"}.items():
    _aggregate(f"bitwise_{_name}_agg", f"The bits that are set {_word}.", {
        "(bigint) -> bigint": f"trino_bitwise_{_name}_agg({{0}})",
    })
_aggregate("array_agg", "The values as an array, NULLs kept; NULL for no rows.", {
    "(T) -> array(T)": "trino_array_agg({t0}, {0})",
})
_aggregate("listagg", "The texts that are not NULL as one, with a separator between them, in the "
           "order of WITHIN GROUP.", {
    "(varchar) -> varchar": "trino_listagg({0})",
    "(varchar, varchar) -> varchar": "trino_listagg({0}, {1})",
})
_aggregate("map_agg", "A map of keys and values; of several with one key, the first.", {
    "(K, V) -> map(K, V)": "trino_map_agg({t0}, {t1}, {0}, {1})",
})
_aggregate("multimap_agg", "A map of each key to the array of its values.", {
    "(K, V) -> map(K, array(V))": "trino_multimap_agg({t0}, {t1}, {0}, {1})",
})
_aggregate("map_union", "The entries of all maps; of several with one key, the first.", {
    "(map(K, V)) -> map(K, V)": "trino_map_union({t0}, {0})",
})
_aggregate("histogram", "A map of each value that is not NULL to how often it occurs.", {
    "(T) -> map(T, bigint)": "trino_histogram({t0}, {0})",
})
_aggregate("approx_most_frequent", "A map of the values that occur most often to how often they "
           "do: so many values, given first; exactly, where Trino estimates it.", {
    "(bigint, varchar, bigint) -> map(varchar, bigint)":
        "trino_most_frequent({t1}, {0}, {1}, {2})",
    "(bigint, bigint, bigint) -> map(bigint, bigint)":
        "trino_most_frequent({t1}, {0}, {1}, {2})",
})
_aggregate("approx_percentile", "The value that the given part of all values, from 0 to 1, is "
           "below, or an array of them for an array of parts; exactly, where Trino estimates "
           "it.", {
    "(bigint, double) -> bigint": "trino_percentile({t0}, {0}, {1})",
    "(double, double) -> double": "trino_percentile({t0}, {0}, {1})",
    "(bigint, array(double)) -> array(bigint)": "trino_percentiles({t0}, {0}, {1})",
    "(double, array(double)) -> array(double)": "trino_percentiles({t0}, {0}, {1})",
})


def _statistics(names: Sequence[str], form: str, doc: str) -> None:
    pair = form in ("covar_pop", "covar_samp", "corr", "regr_slope", "regr_intercept")
    for name in names:
        _aggregate(name, doc, {
            "(double, double) -> double": f"trino_{form}({{0}}, {{1}})",
        } if pair else {
            "(double) -> double": f"trino_{form}({{0}})",
        })


_statistics(("variance", "var_samp"), "var_samp",
            "The variance of a sample; NULL for less than two values.")
_statistics(("var_pop",), "var_pop", "The variance of all values.")
_statistics(("stddev", "stddev_samp"), "stddev_samp",
            "The standard deviation of a sample; NULL for less than two values.")
_statistics(("stddev_pop",), "stddev_pop", "The standard deviation of all values.")
_statistics(("skewness",), "skewness", "The skewness; NULL for less than three values.")
_statistics(("kurtosis",), "kurtosis", "The excess kurtosis; NULL for less than four values.")
_statistics(("covar_pop",), "covar_pop", "The covariance of all pairs.")
_statistics(("covar_samp",), "covar_samp",
            "The covariance of a sample; NULL for less than two pairs.")
_statistics(("corr",), "corr", "The correlation of two numbers, or NULL if it is not defined.")
_statistics(("regr_slope",), "regr_slope",
            "The slope of the line through the points (second, first), or NULL.")
_statistics(("regr_intercept",), "regr_intercept",
            "Where the line through the points (second, first) meets zero, or NULL.")
_statistics(("geometric_mean",), "geometric_mean", "The geometric mean.")
# fmt: on

ENTRIES = tuple(_group.entries)
