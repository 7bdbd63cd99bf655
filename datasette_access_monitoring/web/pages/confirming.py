"""The second click for what may not be meant: it counts for the warnings that were read.

When others come up in between, because the text was changed or somebody's roles were, they are
shown before anything is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..api.calls import Call


def confirmation(warnings: Sequence[str]) -> str:
    """What a form carries when it is sent by somebody who has read these warnings."""
    return blake2b("\n".join(warnings).encode(), digest_size=8).hexdigest()


def is_confirmed(call: Call, warnings: Sequence[str]) -> bool:
    """Whether there is nothing to warn of, or the caller has read it."""
    return not warnings or call.optional_text("confirm") == confirmation(warnings)
