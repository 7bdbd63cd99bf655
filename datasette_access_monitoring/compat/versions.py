"""Which Datasette runs, whether we work on it, and what it is known by to us."""

from __future__ import annotations

import re

from datasette.utils import StartupError
from datasette.version import __version__

PLUGIN_NAME = "datasette-access-monitoring"
"""Marks what this package registered with Datasette, so that only that is ever replaced."""

IS_V1 = not __version__.startswith("0.")
"""Whether the running Datasette is a 1.0 (its alphas included)."""

_OLDEST_0 = (0, 65, 5)
_OLDEST_ALPHA = 41
_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(?:a(\d+))?")


def check_version(version: str = __version__) -> None:
    """Raise ``StartupError`` for a Datasette that this package does not work on.

    The permission system and the stored queries that it builds on took their present form
    in 1.0a41; 0.65.5 has the security fixes of its line.
    """
    match = _VERSION.match(version)
    numbers = [int(number) if number else 0 for number in match.groups()] if match else []
    if match and match.group(4) and numbers[:3] == [1, 0, 0]:
        supported = numbers[3] >= _OLDEST_ALPHA
    else:
        supported = tuple(numbers[:3]) >= _OLDEST_0
    if not supported:
        raise StartupError(
            f"{PLUGIN_NAME} does not work on Datasette {version}; it needs 0.65.5 or later, "
            "or 1.0a41 or later (pip install --upgrade datasette)"
        )
