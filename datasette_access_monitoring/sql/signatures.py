"""Signatures of functions: ``(array(T), T) -> boolean`` as a value, and which calls fit one.

The text of a signature is what the registry, the error messages and the documentation
show; this is where it gets its meaning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..catalog.types import (
    INTERVAL_DAY_TO_SECOND,
    INTERVAL_YEAR_TO_MONTH,
    UNKNOWN,
    TrinoType,
    parse_type,
)
from .coercion import common

_VARIABLES = ("T", "S")
_INTERVALS = {str(kind): kind for kind in (INTERVAL_DAY_TO_SECOND, INTERVAL_YEAR_TO_MONTH)}


@dataclass(frozen=True, slots=True)
class Signature:
    """Argument types and result type; ``T`` and ``S`` stand for any type.

    With ``variadic`` the last argument type may come any number of times, at least once.
    """

    text: str
    arguments: tuple[TrinoType, ...]
    result: TrinoType
    variadic: bool = False

    def fit(self, given: Sequence[TrinoType]) -> tuple[tuple[TrinoType, ...], TrinoType] | None:
        """The types that the arguments become and the result's, or ``None`` if they do not fit."""
        wanted = self._wanted(len(given))
        if wanted is None:
            return None
        variables: dict[str, TrinoType] = {}
        for pattern, actual in zip(wanted, given, strict=True):
            if not _unify(pattern, actual, variables):
                return None
        targets = tuple(
            _fill(pattern, actual, variables) for pattern, actual in zip(wanted, given, strict=True)
        )
        return targets, _fill(self.result, UNKNOWN, variables)

    def _wanted(self, count: int) -> tuple[TrinoType, ...] | None:
        if not self.variadic:
            return self.arguments if count == len(self.arguments) else None
        missing = count - len(self.arguments)
        return self.arguments + self.arguments[-1:] * missing if missing >= 0 else None


def signature(text: str) -> Signature:
    """Read ``(varchar, varchar...) -> varchar``; raises ``ValueError`` for anything else."""
    match = re.fullmatch(r"\((.*)\) -> (.+)", text)
    if match is None:
        raise ValueError(f"no signature: {text!r}")
    listed = [part for part in _split(match[1]) if part]
    variadic = bool(listed) and listed[-1].endswith("...")
    arguments = tuple(_pattern(part.removesuffix("...")) for part in listed)
    return Signature(text, arguments, _pattern(match[2]), variadic)


def _split(text: str) -> list[str]:
    parts, depth, current = [], 0, ""
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += character
    return [*parts, current.strip()]


def _pattern(text: str) -> TrinoType:
    if text in _VARIABLES:
        return TrinoType(text)
    if text in _INTERVALS:
        return _INTERVALS[text]
    array = re.fullmatch(r"array\((.+)\)", text)
    return TrinoType("array", (_pattern(array[1]),)) if array else parse_type(text)


def _unify(pattern: TrinoType, actual: TrinoType, variables: dict[str, TrinoType]) -> bool:
    """Whether ``actual`` can stand for ``pattern``; widens the variables as needed."""
    if pattern.base in _VARIABLES:
        wider = common(variables.get(pattern.base, UNKNOWN), actual)
        if wider is None:
            return False
        variables[pattern.base] = wider
        return True
    if actual == UNKNOWN:
        return True
    if pattern.base == "array":
        return actual.base == "array" and _unify(
            pattern.arguments[0], actual.arguments[0], variables
        )
    if pattern.base.startswith("timestamp") and pattern.base == actual.base:
        return True  # of any precision
    wider = common(pattern, actual)
    return wider is not None and wider.base == pattern.base


def _fill(pattern: TrinoType, actual: TrinoType, variables: dict[str, TrinoType]) -> TrinoType:
    if pattern.base in _VARIABLES:
        return variables.get(pattern.base, UNKNOWN)
    if pattern.base == "array" and pattern.arguments[0].base in _VARIABLES:
        return TrinoType("array", (_fill(pattern.arguments[0], UNKNOWN, variables),))
    if pattern.base.startswith("timestamp") and pattern.base == actual.base:
        return actual
    return pattern
