"""TRY and typeof, as entries of the registry; ``attempts`` says how they are bound."""

from __future__ import annotations

from .model import Group

_group = Group("choice")
_scalar = _group.scalar

# fmt: off
_scalar("try", "The value, or NULL where computing it fails: a division by zero, a text that "
        "cannot be cast, a number out of range.", {
    "(T) -> T": "trino_try(trino_trying(), {0})",
})
_scalar("typeof", "The name of the value's type.", {
    "(T) -> varchar": "trino_typeof({t0}, {0})",
})
# fmt: on

ENTRIES = tuple(_group.entries)
