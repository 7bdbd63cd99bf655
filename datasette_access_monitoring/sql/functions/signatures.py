"""Signatures of functions: ``(array(T), T) -> boolean`` as a value, and which calls fit one.

The text of a signature is what the registry, the error messages and the documentation
show; this is where it gets its meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...catalog.types import UNKNOWN, TrinoType, parse_type
from ..rules.coercion import common

_VARIABLES = ("T", "U", "K", "V", "S")
_CONSTRUCTORS = ("array", "map", "function")
# Patterns that stand for a type with any parameters: decimal(p,s), row(...), timestamp(p).
_FAMILIES = ("decimal", "row", "timestamp", "timestamp with time zone")

ResultRule = Callable[[Sequence[TrinoType]], TrinoType]
"""The result's type from the argument types, where the signature alone does not say it."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Argument types and result type; a single capital letter stands for any type.

    ``decimal`` and ``row`` stand for any decimal or row, ``timestamp`` for any precision, and
    ``function(T, U)`` for a lambda from T to U.  With ``variadic`` the last argument type may
    come any number of times, at least once.
    """

    text: str
    arguments: tuple[TrinoType, ...]
    result: TrinoType
    variadic: bool = False
    rule: ResultRule | None = None

    def fit(self, given: Sequence[TrinoType]) -> tuple[tuple[TrinoType, ...], TrinoType] | None:
        """The types that the arguments become and the result's, or ``None`` if they do not fit."""
        wanted = self.wanted(len(given))
        if wanted is None:
            return None
        variables: dict[str, TrinoType] = {}
        for pattern, actual in zip(wanted, given, strict=True):
            if not unify(pattern, actual, variables):
                return None
        targets = tuple(
            fill(pattern, actual, variables) for pattern, actual in zip(wanted, given, strict=True)
        )
        result = fill(self.result, UNKNOWN, variables) if self.rule is None else self.rule(targets)
        return targets, result

    def wanted(self, count: int) -> tuple[TrinoType, ...] | None:
        """The patterns for so many arguments, or ``None`` if it takes another number."""
        if not self.variadic:
            return self.arguments if count == len(self.arguments) else None
        missing = count - len(self.arguments)
        return self.arguments + self.arguments[-1:] * missing if missing >= 0 else None


def signature(text: str, rule: ResultRule | None = None) -> Signature:
    """Read ``(varchar, varchar...) -> varchar``; raises ``ValueError`` for anything else."""
    match = re.fullmatch(r"\((.*)\) -> (.+)", text)
    if match is None:
        raise ValueError(f"no signature: {text!r}")
    listed = [part for part in _split(match[1]) if part]
    variadic = bool(listed) and listed[-1].endswith("...")
    arguments = tuple(_pattern(part.removesuffix("...")) for part in listed)
    return Signature(text, arguments, _pattern(match[2]), variadic, rule)


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
    if text in _VARIABLES or text in _FAMILIES[:2]:
        return TrinoType(text)
    made = re.fullmatch(rf"({'|'.join(_CONSTRUCTORS)})\((.+)\)", text)
    if made is None:
        return parse_type(text)
    return TrinoType(made[1], tuple(_pattern(part) for part in _split(made[2])))


def unify(pattern: TrinoType, actual: TrinoType, variables: dict[str, TrinoType]) -> bool:
    """Whether ``actual`` can stand for ``pattern``; widens the variables as needed."""
    if pattern.base in _VARIABLES:
        wider = common(variables.get(pattern.base, UNKNOWN), actual)
        if wider is None:
            return False
        variables[pattern.base] = wider
        return True
    if actual == UNKNOWN:
        return pattern.base != "function"
    if pattern.base in _CONSTRUCTORS:
        return (
            actual.base == pattern.base
            and len(actual.arguments) == len(pattern.arguments)
            and all(map(lambda p, a: unify(p, a, variables), pattern.arguments, actual.arguments))
        )
    if pattern.base in _FAMILIES and pattern.base == actual.base:
        return True
    if pattern.base == "decimal" and not pattern.parameters:
        return actual.base in ("integer", "bigint")
    wider = common(pattern, actual)
    return wider is not None and wider.base == pattern.base


def fill(pattern: TrinoType, actual: TrinoType, variables: dict[str, TrinoType]) -> TrinoType:
    """The type that a pattern comes to, given the variables and the argument's own type."""
    if pattern.base in _VARIABLES:
        return variables.get(pattern.base, UNKNOWN)
    if pattern.base in _CONSTRUCTORS:
        inside = actual.arguments or (UNKNOWN,) * len(pattern.arguments)
        filled = zip(pattern.arguments, inside, strict=True)
        return TrinoType(pattern.base, tuple(fill(p, a, variables) for p, a in filled))
    if pattern.base in _FAMILIES and pattern.base == actual.base:
        return actual
    if pattern.base in _FAMILIES and actual.base in ("date", "timestamp"):
        return TrinoType(pattern.base, parameters=actual.parameters or (0,))
    if pattern.base == "decimal" and not pattern.parameters:
        wider = common(actual, TrinoType("decimal", parameters=(1, 0)))
        return actual if wider is None else wider
    return pattern
