"""Finding the sources behind what a person named: files, folders, globs, ``-``.

Knows Teleport's layout: ``log/<auth-server-uuid>/YYYY-MM-DD.HH:MM:SS.log``, with
an ``events.log`` symlink to the current file, and folders of recordings beside
them.  Opens no file.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import SourceError
from .files import FileSource, explained, storable
from .model import Source
from .streams import STANDARD_INPUT, is_stream, standard_input, stream_at

LOG_SUFFIXES = (".log", ".ndjson", ".jsonl", ".json")
"""Endings of the files that a folder is searched for; each may have ``.gz`` after it."""
SKIPPED_FOLDERS = frozenset(
    {"sessions", "upload", "records", "playbacks", "streaming", "recordings"}
)
"""Folders that Teleport keeps recordings in, beside the log."""
_ROTATED = re.compile(r"\.\d+$")
_MAGIC = frozenset("*?[")


@dataclass(slots=True)
class Found:
    """What there is to read of what was named, and what stood in the way of looking."""

    files: dict[str, os.stat_result] = field(default_factory=dict)
    """By real path, each file once, ordered by folder, then name."""
    streams: list[Source] = field(default_factory=list)
    folders: set[str] = field(default_factory=set)
    """Where another file, or a folder with one, would turn up."""
    problems: dict[str, str] = field(default_factory=dict)
    """What cannot be looked at, or names nothing: the message, by path."""


def discover(arguments: Sequence[str]) -> list[Source]:
    """Give the sources that ``arguments`` name, each real file once, in order.

    Files are ordered by folder, then name, so that the days of one auth server
    follow each other; streams come last.  A file reached in several ways
    (symlinks, hard links, repeated arguments) counts once, under its real path.
    Raises ``SourceError`` for anything that names nothing to read.
    """
    found = look_for(arguments)
    for problem in found.problems.values():
        raise SourceError(problem)
    return [*map(FileSource, found.files), *found.streams]


def look_for(arguments: Sequence[str]) -> Found:
    """Look for what ``arguments`` name; what is in the way of one is no reason to leave others."""
    found = Found()
    streams: dict[str, Source] = {}
    files: dict[str, os.stat_result] = {}
    for argument in arguments:
        if argument == STANDARD_INPUT:
            streams.setdefault(argument, standard_input())
            continue
        for path in _paths_of(argument, found):
            with _noted(path, found):
                status = os.stat(path)  # noqa: PTH116  # of thousands, and a Path is ten times slower
                real = os.path.realpath(path)
                if _is_stream(path, real, status):
                    stream = stream_at(path)
                    streams.setdefault(stream.location, stream)
                else:
                    files[real] = status
    found.files = _each_once(files)
    found.streams = list(streams.values())
    return found


@contextmanager
def _noted(path: str, found: Found) -> Iterator[None]:
    """Note what goes wrong with a path among the problems, and go on."""
    location = storable(path)
    try:
        with explained(location):
            yield
    except SourceError as error:
        found.problems.setdefault(location, str(error))


def _paths_of(argument: str, found: Found) -> list[str]:
    """Give the files that one argument stands for; a name that exists is never a pattern."""
    files: list[str] = []
    with _noted(argument, found):
        if os.path.lexists(argument):
            is_folder = stat.S_ISDIR(Path(argument).stat().st_mode)
            files = _files_of_named_folder(argument, found) if is_folder else [argument]
        elif _MAGIC.isdisjoint(argument):
            found.folders.add(str(Path(argument).parent))
            raise FileNotFoundError(argument)
        else:
            files = _matches(argument, found)
    return files


def _is_stream(path: str, real: str, status: os.stat_result) -> bool:
    """Whether it is a FIFO or device, or an open file that has no name any more."""
    return is_stream(status) or (real != path and not Path(real).exists())


def _each_once(files: dict[str, os.stat_result]) -> dict[str, os.stat_result]:
    """Keep the first of the names that one file has (hard links), in order."""
    seen: set[tuple[int, int]] = set()
    kept: dict[str, os.stat_result] = {}
    for path in sorted(files, key=os.path.split):
        status = files[path]
        identity = (status.st_dev, status.st_ino)
        if status.st_ino and identity in seen:  # some network file systems number nothing
            continue
        seen.add(identity)
        kept[path] = status
    return kept


def _files_of_named_folder(folder: str, found: Found) -> list[str]:
    faults = len(found.problems)
    files = list(_files_under(folder, found))
    if not files and len(found.problems) == faults:
        raise SourceError(
            f"{storable(folder)}: nothing to read in this folder; looked for files named "
            f"{_looked_for()}, here and below, but not in {', '.join(sorted(SKIPPED_FOLDERS))} "
            "and hidden folders"
        )
    return files


def _looked_for() -> str:
    return ", ".join(f"*{suffix}" for suffix in LOG_SUFFIXES) + " (also with .gz)"


def _files_under(folder: str, found: Found) -> Iterator[str]:
    """Yield the logs in ``folder`` and below.  Symlinks to folders are not followed."""

    def note(error: OSError) -> None:  # os.walk would leave the folder out in silence
        with _noted(error.filename or folder, found):
            raise error

    for parent, folders, files in os.walk(folder, onerror=note):
        found.folders.add(parent)
        folders[:] = [name for name in folders if not _is_skipped(name)]
        for name in files:
            path = str(Path(parent, name))
            with _noted(path, found):
                # A link may dangle for a moment while Teleport starts a new day;
                # what it pointed to is found by itself.
                if _is_log_name(name) and Path(path).is_file():
                    yield path


def _is_log_name(name: str) -> bool:
    """Whether a folder's file is a log by its name: ``a.log``, ``a.log.gz``, ``a.log.1.gz``."""
    if name.startswith("."):
        return False
    return _ROTATED.sub("", name.lower().removesuffix(".gz")).endswith(LOG_SUFFIXES)


def _is_skipped(folder_name: str) -> bool:
    return folder_name in SKIPPED_FOLDERS or folder_name.startswith(".")


def _matches(pattern: str, found: Found) -> list[str]:
    """Give the files that a glob matches, and the logs in the folders that it matches.

    Folders of recordings and hidden ones stay out unless the pattern spells them out.
    A last part ``**`` stands for folders only, which Python's versions see differently.
    """
    parts = Path(pattern).parts
    spelled_out = next(i for i, part in enumerate(parts) if not _MAGIC.isdisjoint(part))
    base = Path(*parts[:spelled_out])
    found.folders.add(str(base))
    files: list[str] = []
    faults = len(found.problems)
    try:
        matches = sorted(base.glob(str(Path(*parts[spelled_out:]))))
    except ValueError as error:
        raise SourceError(f"{storable(pattern)}: not a pattern ({error})") from error
    for match in matches:
        below = match.relative_to(base).parts
        is_folder = match.is_dir()
        if any(map(_is_skipped, below if is_folder else below[:-1])):
            continue
        if is_folder:
            files.extend(_files_under(str(match), found))
        elif parts[-1] != "**" and not match.name.startswith(".") and match.exists():
            found.folders.add(str(match.parent))
            files.append(str(match))
    if not files and len(found.problems) == faults:
        raise SourceError(
            f"{storable(pattern)}: no file matches this pattern; check the path "
            "(Teleport keeps its log in /var/lib/teleport/log)"
        )
    return files
