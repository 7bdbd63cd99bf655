"""The registry of functions: one entry says what a function takes and gives, what it is for,
and how it becomes SQLite.

It is the function table, the type table, the allow-list of queries, and the source of
the documentation.  A function that is not here is refused by name.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .bound import Bound
from .signatures import Signature, signature

Writer = Callable[[Sequence[Bound]], str]
"""Writes a call in SQLite, given its arguments in the types of the signature."""


class Kind(enum.Enum):
    """What a call does to rows: one value for each, or one for many."""

    SCALAR = "scalar"
    AGGREGATE = "aggregate"


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the dialect: its name in lower case, its signatures, its meaning."""

    name: str
    group: str
    doc: str
    kind: Kind
    signatures: tuple[Signature, ...]
    writers: tuple[Writer, ...]

    def sqlite(self, chosen: Signature, arguments: Sequence[Bound]) -> str:
        """The call in SQLite."""
        return self.writers[self.signatures.index(chosen)](arguments)


_PLACE = re.compile(r"\{(\*|\|\||[0-9])\}")


def _template(text: str) -> Writer:
    """A writer from a format: ``{0}`` is the first argument, ``{*}`` all, ``{||}`` joined.

    One pass over the format: what an argument holds is never read as a place to fill.
    """

    def write(arguments: Sequence[Bound]) -> str:
        def fill(place: re.Match[str]) -> str:
            if place[1] == "*":
                return ", ".join(part.sql for part in arguments)
            if place[1] == "||":
                return " || ".join(part.operand for part in arguments)
            return arguments[int(place[1])].sql

        return _PLACE.sub(fill, text)

    return write


def _nullif(arguments: Sequence[Bound]) -> str:
    return f"NULLIF({arguments[0].sql}, {arguments[1].sql})"


def _extreme(word: str) -> Writer:
    def write(arguments: Sequence[Bound]) -> str:
        # With one argument SQLite's function would be the aggregate.
        listed = ", ".join(part.sql for part in arguments)
        return f"{word}({listed})" if len(arguments) > 1 else arguments[0].operand

    return write


# fmt: off
_ENTRIES: list[Function] = []


def _add(
    kind: Kind, group: str, name: str, doc: str, signatures: Mapping[str, str | Writer]
) -> None:
    writers = tuple(
        _template(writer) if isinstance(writer, str) else writer for writer in signatures.values()
    )
    known = tuple(signature(text) for text in signatures)
    _ENTRIES.append(Function(name, group, doc, kind, known, writers))


def _scalar(group: str, name: str, doc: str, signatures: Mapping[str, str | Writer]) -> None:
    _add(Kind.SCALAR, group, name, doc, signatures)


def _aggregate(name: str, doc: str, signatures: Mapping[str, str | Writer]) -> None:
    _add(Kind.AGGREGATE, "aggregate", name, doc, signatures)


_TIMES = ("date", "timestamp", "timestamp with time zone")
_FORMS = {"date": "date", "timestamp": "timestamp", "timestamp with time zone": "zoned"}


def _per_time(pattern: str, sql: str, kinds: Sequence[str] = _TIMES) -> dict[str, str | Writer]:
    """One signature for each kind of time; ``X`` is the type, ``FORM`` its SQLite form."""
    return {
        pattern.replace("X", kind): sql.replace("FORM", _FORMS[kind]) for kind in kinds
    }


# Arrays
_scalar("array", "cardinality", "The number of elements; NULL for a NULL array.", {
    "(array(T)) -> bigint": "json_array_length({0})",
})
_scalar("array", "contains", "Whether an element equals the value.", {
    "(array(varchar), varchar) -> boolean": "trino_contains({0}, {1})",
    "(array(bigint), bigint) -> boolean": "trino_contains({0}, {1})",
})
_scalar("array", "element_at", "An element, counted from 1, or from the end if negative; "
        "NULL when there is none.", {
    "(array(T), bigint) -> T": "trino_element_at({0}, {1})",
})
_scalar("array", "array_join", "The elements as one text, NULLs left out or replaced.", {
    "(array(varchar), varchar) -> varchar": "trino_array_join({0}, {1})",
    "(array(varchar), varchar, varchar) -> varchar": "trino_array_join({0}, {1}, {2})",
})

# Text
_scalar("text", "lower", "Every letter in lower case.", {
    "(varchar) -> varchar": "trino_lower({0})",
})
_scalar("text", "upper", "Every letter in upper case.", {
    "(varchar) -> varchar": "trino_upper({0})",
})
_scalar("text", "length", "The number of characters.", {
    "(varchar) -> bigint": "trino_length({0})",
})
for _name in ("substr", "substring"):
    _scalar("text", _name, "The text from a position on, counted from 1, or from the end if "
            "negative; at most so many characters.", {
        "(varchar, bigint) -> varchar": "trino_substr({0}, {1})",
        "(varchar, bigint, bigint) -> varchar": "trino_substr({0}, {1}, {2})",
    })
_scalar("text", "trim", "The text without white space at its ends.", {
    "(varchar) -> varchar": "trino_trim({0})",
})
_scalar("text", "ltrim", "The text without white space at its beginning.", {
    "(varchar) -> varchar": "trino_ltrim({0})",
})
_scalar("text", "rtrim", "The text without white space at its end.", {
    "(varchar) -> varchar": "trino_rtrim({0})",
})
_scalar("text", "replace", "Every occurrence of a text replaced, or removed.", {
    "(varchar, varchar) -> varchar": "trino_replace({0}, {1}, '')",
    "(varchar, varchar, varchar) -> varchar": "trino_replace({0}, {1}, {2})",
})
_scalar("text", "reverse", "The characters in reverse order.", {
    "(varchar) -> varchar": "trino_reverse({0})",
})
_scalar("text", "strpos", "Where a text first occurs, counted from 1; 0 if it does not.", {
    "(varchar, varchar) -> bigint": "instr({0}, {1})",
})
_scalar("text", "concat", "The texts one after the other; NULL if one is NULL.", {
    "(varchar, varchar...) -> varchar": "({||})",
})
_scalar("text", "split_part", "The part of a text between separators, counted from 1; "
        "NULL when there are fewer.", {
    "(varchar, varchar, bigint) -> varchar": "trino_split_part({0}, {1}, {2})",
})
_scalar("text", "starts_with", "Whether the text begins with another.", {
    "(varchar, varchar) -> boolean": "trino_starts_with({0}, {1})",
})

# Numbers
_scalar("number", "abs", "The value without its sign.", {
    "(integer) -> integer": "trino_integer(trino_abs({0}))",
    "(bigint) -> bigint": "trino_bigint(trino_abs({0}))",
    "(double) -> double": "abs({0})",
})
_scalar("number", "mod", "What a division leaves, with the dividend's sign.", {
    "(integer, integer) -> integer": "trino_remainder({0}, {1})",
    "(bigint, bigint) -> bigint": "trino_remainder({0}, {1})",
    "(double, double) -> double": "trino_double_remainder({0}, {1})",
})

# Choice
_scalar("choice", "coalesce", "The first argument that is not NULL.", {
    "(T, T...) -> T": "COALESCE({*})",
})
_scalar("choice", "nullif", "NULL if both are equal, else the first.", {
    f"({kind}, {kind}) -> {kind}": _nullif
    for kind in ("varchar", "integer", "bigint", "double", "boolean", "date", "timestamp")
})
_scalar("choice", "if", "The second argument if the first holds, else the third or NULL.", {
    "(boolean, T) -> T": "CASE WHEN {0} THEN {1} END",
    "(boolean, T, T) -> T": "CASE WHEN {0} THEN {1} ELSE {2} END",
})

_COMPARED = ("varchar", "integer", "bigint", "double", "date", "timestamp")
for _name, _doc in {"greatest": "The largest", "least": "The smallest"}.items():
    _writer = _extreme("MAX" if _name == "greatest" else "MIN")
    _scalar("choice", _name, f"{_doc} of the arguments; NULL if one is NULL.", {
        f"({_kind}...) -> {_kind}": _writer for _kind in _COMPARED
    })

# Time
_scalar("time", "from_iso8601_timestamp", "The moment that an ISO 8601 text means; UTC if it "
        "names no zone.", {
    "(varchar) -> timestamp with time zone": "trino_from_iso8601_timestamp({0})",
})
_scalar("time", "now", "The moment that the query takes as now.", {
    "() -> timestamp with time zone": "(:as_of_ms << 12)",
})
_scalar("time", "date", "The day of a timestamp or of a text YYYY-MM-DD.", {
    "(varchar) -> date": "trino_cast_varchar_date({0})",
    "(timestamp) -> date": "substr({0}, 1, 10)",
    "(timestamp with time zone) -> date": "trino_cast_zoned_date({0})",
})
_scalar("time", "date_trunc", "The moment at which the second, minute, hour, day, week, month, "
        "quarter or year began.", _per_time("(varchar, X) -> X", "trino_date_trunc_FORM({0}, {1})"))
_scalar("time", "date_diff", "The whole units of time from the second argument to the third.",
        _per_time("(varchar, X, X) -> bigint", "trino_date_diff_FORM({0}, {1}, {2})"))
_scalar("time", "date_add", "The moment so many units of time later.",
        _per_time("(varchar, bigint, X) -> X", "trino_date_add_FORM({0}, {1}, {2})"))
for _name, _doc in {
    "year": "The year.", "quarter": "The quarter, 1 to 4.", "month": "The month, 1 to 12.",
    "week": "The ISO week, 1 to 53.", "day": "The day of the month.",
    "day_of_week": "The day of the week, 1 (Monday) to 7.",
    "day_of_year": "The day of the year, 1 to 366.",
}.items():
    _scalar("time", _name, _doc, _per_time("(X) -> bigint", f"trino_part_FORM('{_name}', {{0}})"))
for _name in ("hour", "minute", "second", "millisecond"):
    _scalar("time", _name, f"The {_name} of the time of day.",
            _per_time("(X) -> bigint", f"trino_part_FORM('{_name}', {{0}})", _TIMES[1:]))

# Aggregates
_aggregate("count", "How many rows, or how many that are not NULL.", {
    "(T) -> bigint": "COUNT({0})",
    "() -> bigint": "COUNT(*)",
})
_aggregate("sum", "The sum of what is not NULL.", {
    "(bigint) -> bigint": "SUM({0})",
    "(double) -> double": "SUM({0})",
})
_aggregate("avg", "The mean of what is not NULL.", {
    "(bigint) -> double": "AVG({0})",
    "(double) -> double": "AVG({0})",
})
_ORDERED = ("varchar", "integer", "bigint", "double", "boolean", "date", "timestamp",
            "timestamp with time zone", "interval day to second", "interval year to month")
for _name, _doc in {"min": "The smallest value.", "max": "The largest value."}.items():
    _aggregate(_name, _doc, {
        f"({kind}) -> {kind}": f"{_name.upper()}({{0}})" for kind in _ORDERED
    })
for _name in ("arbitrary", "any_value"):
    _aggregate(_name, "Some value that is not NULL, if there is one.", {
        "(T) -> T": "MAX({0})",
    })
_aggregate("count_if", "For how many rows the condition holds.", {
    "(boolean) -> bigint": "COUNT(CASE WHEN {0} THEN 1 END)",
})
for _name in ("bool_and", "every"):
    _aggregate(_name, "Whether the condition holds for every row.", {
        "(boolean) -> boolean": "MIN({0})",
    })
_aggregate("bool_or", "Whether the condition holds for some row.", {
    "(boolean) -> boolean": "MAX({0})",
})

FUNCTIONS: Mapping[str, Function] = {entry.name: entry for entry in _ENTRIES}
"""Every function that a query may call, by its name in lower case."""
