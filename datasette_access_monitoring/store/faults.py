"""What SQLite's errors mean, and what to do: in words for who can do it, in one place."""

from __future__ import annotations

import sqlite3

from ..errors import StoreBusy, StoreError

DAMAGE_ADVICE = "bring the file back from a backup, or load the logs again into a new one"

# A part of SQLite's message, and what it means.
_MEANINGS = (
    ("database or disk is full", "the disk is full: make room, then do it again"),
    (
        "disk I/O error",
        "the disk cannot be written or read (disk I/O error): look for a quota, a limit on the "
        "size of files, a full or failing disk, then do it again",
    ),
    ("is locked", "the database is in use by another writer: do it again later"),
    (
        "readonly database",
        "the database is read-only ({text}): do it as a user who may write to the file, to those "
        "that SQLite keeps beside it (-wal, -shm), and to their folder",
    ),
    (
        "unable to open database",
        "the database cannot be opened ({text}): check that its folder exists and that you may "
        "write to it, since SQLite keeps its log beside the file",
    ),
    (
        "malformed",
        "the database is damaged ({text}): "
        f"{DAMAGE_ADVICE}; datasette audit status --check says what is damaged",
    ),
    ("file is not a database", "the file is not a SQLite database: name another one"),
)


def meaning(error: sqlite3.Error) -> str:
    """What an error of SQLite means and what to do; its own text, if it is none of the usual."""
    text = str(error)
    for part, words in _MEANINGS:
        if part in text:
            return words.format(text=text)
    return text


def store_error(before: str, error: sqlite3.Error, after: str = "") -> StoreError:
    """The error to raise for one of SQLite's: what was tried, what it means, what is left."""
    kind = StoreBusy if "is locked" in str(error) else StoreError
    return kind(f"{before}: {meaning(error)}{after}")
