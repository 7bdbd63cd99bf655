"""Where the rest of a log is that was renamed: beside the new one, under longer names.

``logrotate`` renames ``audit.log`` to ``audit.log.1`` or ``audit.log-20261129``, and may compress
it.  What was written between the last reading and the newest file stands only there.
"""

from __future__ import annotations

from pathlib import Path

from ..errors import SourceError
from .files import FileSource
from .model import Checkpoint


def rotated(location: str, left: Checkpoint) -> list[FileSource]:
    """Give the file that still holds what was read of ``location``, and those that came after it.

    ``left`` is how far the log was read before another one took its name.  Looks at the files
    in its folder whose names begin with its own; those that cannot be read are passed over.
    None, when none of them holds it.
    """
    path = Path(location)
    try:
        beside = [
            (other.stat().st_mtime_ns, str(other))
            for other in path.parent.iterdir()
            if other.name.startswith((f"{path.name}.", f"{path.name}-")) and other.is_file()
        ]
    except OSError:
        return []  # reading the log itself says what is wrong with the folder
    beside.sort()
    for index, (_, other) in enumerate(beside):
        if _holds(other, left):
            return [FileSource(later) for _, later in beside[index:]]
    return []


def _holds(path: str, left: Checkpoint) -> bool:
    try:
        return FileSource(path).held([left]) is not None
    except SourceError:
        return False
