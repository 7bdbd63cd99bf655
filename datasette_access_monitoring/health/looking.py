"""Looking at a database: what it holds, and its health."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..store.open_sessions import read_open_sessions
from ..store.origins import read_origins
from ..store.state import (
    SourceState,
    TypeState,
    count_rejects,
    read_source_states,
    read_type_states,
)
from .judging import judge
from .model import DAY_MS, Facts, Health, Limits


def look(connection: sqlite3.Connection, now_ms: int, limits: Limits) -> Health:
    """The health of the log in a database at a moment (milliseconds since 1970 UTC)."""
    until_ms = now_ms - limits.session_ms
    sessions = read_open_sessions(
        connection,
        until_ms - limits.days * DAY_MS,
        until_ms,
        now_ms=now_ms,
        most=limits.sessions,
    )
    return judge(Facts(now_ms, read_origins(connection, now_ms, limits.days), sessions), limits)


@dataclass(frozen=True, slots=True)
class Status:
    """What a database holds, by type and by source, and its health."""

    size_bytes: int
    types: Sequence[TypeState]
    sources: Sequence[SourceState]
    rejects: Mapping[str, int]
    health: Health

    @property
    def events(self) -> int:
        """How many events that are."""
        return sum(one.events for one in self.types)

    @property
    def oldest_ms(self) -> int | None:
        """The time of the oldest event, in milliseconds since 1970 UTC."""
        return min((one.first_ms for one in self.types), default=None)

    @property
    def newest_ms(self) -> int | None:
        """The time of the newest, also of those that did not come from a source."""
        return max((one.last_ms for one in self.types), default=None)


def look_at_all(connection: sqlite3.Connection, path: Path, now_ms: int, limits: Limits) -> Status:
    """What the database at ``path`` holds, and its health at a moment."""
    return Status(
        size_bytes(path),
        read_type_states(connection),
        read_source_states(connection),
        count_rejects(connection),
        look(connection, now_ms, limits),
    )


def size_bytes(path: Path) -> int:
    """How long a database is on disk, with what is not yet in its main file."""
    return sum(part.stat().st_size for part in (path, Path(f"{path}-wal")) if part.exists())
