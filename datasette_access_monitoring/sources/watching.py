"""Watching log files for what is appended to them, and folders for new ones.

By looking, a few times a second: that works on every file system, network ones too, and nothing
overflows when much changes at once.  A look costs microseconds a file, so only the files that
changed last are looked at every time, and all of them, with their folders, every few seconds.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import SourceError
from .discover import look_for
from .files import FileSource

BUSY_FILES = 64
"""How many files are looked at every time: those that changed last, and the last of each folder."""

SEARCH_SECONDS = 2.0
"""How often everything is looked at, at most."""

RETRY_SECONDS = 5.0
"""After how long a file that could not be read is tried again, though it has not changed."""

# Searching may take a two-hundredth of one processor, however many files there are; a fifth while
# folders change.
_RESTS, _SHORT_RESTS = 200, 5
# A folder that was changed just now may change again at what its clock calls the same time, and
# may have been after it was looked into.
_UNSETTLED_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Look:
    """What tells whether a file has changed."""

    size: int
    modified_ns: int
    inode: int


class FileWatch:
    """Says which of the files that paths name are to be read now.

    Paths are as for ``discover``: files, folders, globs.  What they name need not be there yet.
    ``clock`` counts seconds.
    """

    def __init__(self, paths: Sequence[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._paths = paths
        self._clock = clock
        self._files: dict[str, Look] = {}  # as they were at the last look
        self._read: dict[str, Look] = {}  # as they were when they were last read
        self._due: dict[str, str] = {}  # path by location, of what was said to be due
        self._failed: dict[str, str] = {}  # message by path
        self._retry_at: dict[str, float] = {}
        self._busy: list[str] = []
        self._folders: dict[str, int] = {}
        self._next_search = 0.0
        self._not_before = 0.0
        self._unseen: dict[str, str] = {}

    @property
    def problems(self) -> dict[str, str]:
        """What cannot be found or read at the moment: the message, by path."""
        return {**self._unseen, **self._failed}

    def due(self) -> list[FileSource]:
        """Look, and give the files to be read: those that are new or have changed since."""
        now = self._clock()
        if self._is_time_to_search(now):
            self._search()
            looked_at: Collection[str] = self._files
        else:
            looked_at = self._busy
        self._due = {}
        renamed: list[str] = []
        sources = [
            source
            for path in looked_at
            if self._is_due(path, now, renamed) and (source := self._source(path))
        ]
        # Last: where the log itself remembers how far they were read, they go on from there.
        return sources + [source for path in renamed if (source := self._source(path))]

    def done(self, failures: Mapping[str, str]) -> None:
        """Keep that what was due has been read; ``failures`` say what could not, by location."""
        for location, path in self._due.items():
            if path not in self._files:
                continue  # was renamed to this, and is read to its end
            self._read[path] = self._files[path]
            self._failed.pop(path, None)
            self._retry_at.pop(path, None)
            if location in failures:
                self._failed[path] = failures[location]
                self._retry_at[path] = self._clock() + RETRY_SECONDS

    def _is_due(self, path: str, now: float, renamed: list[str]) -> bool:
        """Look at a file; notes where the one is that had its name at the last look."""
        look, before = _look_at(path), self._files.get(path)
        if look is None:
            return False  # gone, for a moment or for good: the next search says what it is
        if before is not None and before.inode != look.inode:
            renamed += [other for other in _with_inode(path, before) if other not in self._files]
        self._files[path] = look
        return look != self._read.get(path) or now >= self._retry_at.get(path, now + 1)

    def _source(self, path: str) -> FileSource | None:
        try:
            source = FileSource(path)
        except SourceError:
            return None
        self._due[source.location] = path
        return source

    def _is_time_to_search(self, now: float) -> bool:
        if now >= self._next_search:
            return True
        return now >= self._not_before and any(
            changed != _changed_ns(folder) for folder, changed in self._folders.items()
        )

    def _search(self) -> None:
        started = self._clock()
        found = look_for(self._paths)
        self._unseen = dict(found.problems)
        for stream in found.streams:
            self._unseen[stream.location] = (
                f"{stream.location}: is no file, so it cannot be followed; pipe it into: "
                "datasette audit load -"
            )
        seen = {path: _look(status) for path, status in found.files.items()}
        # What is known of a file stays: it is compared with when the file is looked at.
        self._files = {path: self._files.get(path, look) for path, look in seen.items()}
        for kept in (self._read, self._failed, self._retry_at):
            for path in [path for path in kept if path not in self._files]:
                del kept[path]
        busy = _busy(seen)
        # In the order in which they are read otherwise: the days of a server, one after another.
        self._busy = [path for path in self._files if path in busy]
        self._folders = {folder: _settled_ns(folder) for folder in found.folders}
        now = self._clock()
        took = now - started
        self._not_before = now + took * _SHORT_RESTS
        self._next_search = now + max(SEARCH_SECONDS, took * _RESTS)


def _busy(files: Mapping[str, Look]) -> set[str]:
    """The files that are most likely to grow: those that changed last, also in each folder."""
    newest_last = sorted(files, key=lambda path: files[path].modified_ns)
    by_folder = {os.path.split(path)[0]: path for path in newest_last}
    return {*newest_last[-BUSY_FILES:], *by_folder.values()}


def _look_at(path: str) -> Look | None:
    try:
        return _look(os.stat(path))  # noqa: PTH116  # a Path is ten times slower
    except OSError:
        return None


def _look(status: os.stat_result) -> Look:
    return Look(status.st_size, status.st_mtime_ns, status.st_ino)


def _with_inode(path: str, before: Look) -> list[str]:
    """The file beside ``path`` that had its name before, if it is there."""
    try:
        with os.scandir(Path(path).parent) as beside:
            return [
                entry.path for entry in beside if before.inode and entry.inode() == before.inode
            ]
    except OSError:
        return []


def _changed_ns(folder: str) -> int:
    try:
        return Path(folder).stat().st_mtime_ns
    except OSError:
        return 0


def _settled_ns(folder: str) -> int:
    """When a folder was changed; -1, which no folder is, where that was just now."""
    changed = _changed_ns(folder)
    return changed if time.time_ns() - changed > _UNSETTLED_NS else -1
