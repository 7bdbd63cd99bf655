"""Whether the process that runs a report is still there.

A runner holds a lock on a file of its own beside the database.  The operating system takes the
lock away when the process ends, however it ends, so a run whose lock is free has no runner.
"""

from __future__ import annotations

import glob
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import StoreError

_YOUNG_SECONDS = 3600


@contextmanager
def runner(db: Path | str) -> Iterator[str]:
    """Be a runner on this database; gives the name that others know it by.

    Raises ``StoreError`` where no file can be put beside the database.
    """
    _sweep(db)
    name = uuid.uuid4().hex
    path = _path(db, name)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be made ({error.strerror}); check that you may write to the folder"
        ) from error
    try:
        yield name
    finally:
        # Before the lock is let go: whoever looks next finds no file, or no lock on it.
        with suppress(OSError):
            path.unlink()
        lock.release()


def is_there(db: Path | str, name: str) -> bool:
    """Whether the runner of that name is at work.

    One whose file cannot be tried, because the folder is somebody else's, counts as there.
    """
    path = _path(db, name)
    if not path.exists():
        return False
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return True
    with suppress(OSError):
        path.unlink()
    lock.release()
    return False


def _sweep(db: Path | str) -> None:
    """Remove what killed runners have left, and nobody has looked for.

    Young files are left alone: one may be about to get its lock.
    """
    place = Path(db)
    for path in place.parent.glob(f"{glob.escape(place.name)}-run-*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _YOUNG_SECONDS:
                is_there(db, path.name.removeprefix(f"{place.name}-run-"))


def _path(db: Path | str, name: str) -> Path:
    return Path(f"{db}-run-{name}")
