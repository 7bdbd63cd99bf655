"""Decoding chunks of a big log in processes of their own, while this one stores.

A helper is a copy of this process that decodes what it is given.  It touches no file and no
database, and it ends with this process, however that ends.  One that dies costs speed only: what
it was given is decoded here.
"""

from __future__ import annotations

import marshal
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection

from .decoded import Decoded, decoded, decoded_part
from .events import Reject, RejectReason
from .events.keys import Kind
from .sources.model import Chunk
from .store.rows import TypeRows

HELPERS = 2
"""How many there are: decoding is more than half of the work of loading."""

WORTH_BYTES = 16 << 20
"""Bytes to read for which it is worth starting helpers: it takes them some 0.05 s."""

_DIED = (EOFError, OSError)


@contextmanager
def helpers(size: int) -> Iterator[list[Helper]]:
    """Helpers for reading so many bytes, until the end of the block; maybe none.

    A process with several threads cannot be copied safely, and one processor has nothing to share.
    """
    with ExitStack() as stack:
        found: list[Helper] = []
        if (
            size >= WORTH_BYTES
            and sys.platform == "linux"
            and len(os.sched_getaffinity(0)) > 1
            and threading.active_count() == 1
        ):
            found = [stack.enter_context(_started()) for _ in range(HELPERS)]
        yield found


def decoded_in_order(
    chunks: Iterable[Chunk], helping: Sequence[Helper]
) -> Iterator[tuple[Chunk, Decoded]]:
    """Each chunk with what it holds, in order.  Reads as many chunks ahead as there are helpers."""
    given: deque[tuple[Chunk, Helper]] = deque()
    free = deque(helping)
    for chunk in chunks:
        if chunk.is_part or not helping:
            while given:
                first, helper = given.popleft()
                yield first, helper.take()
                free.append(helper)
            yield chunk, decoded_part(chunk) if chunk.is_part else decoded(chunk.lines)
            continue
        done: tuple[Chunk, Decoded] | None = None
        if not free:
            first, helper = given.popleft()
            done = first, helper.take()
            free.append(helper)
        helper = free.popleft()
        helper.give(chunk.lines)
        given.append((chunk, helper))
        if done is not None:
            yield done
    for chunk, helper in given:
        yield chunk, helper.take()


class Helper:
    """One helper.  It has at most one chunk in hand, so neither side waits to send for ever."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lines: Sequence[bytes] = ()
        self._alive = True

    def give(self, lines: Sequence[bytes]) -> None:
        """Give it lines to decode; it has to be free."""
        self._lines = lines
        if self._alive:
            try:
                self._connection.send_bytes(b"\n".join(lines))
            except _DIED:
                self._alive = False

    def take(self) -> Decoded:
        """What the lines given to it hold; waits for it."""
        if self._alive:
            try:
                return _unpacked(self._connection.recv_bytes())
            except _DIED:
                self._alive = False
        return decoded(self._lines)


@contextmanager
def _started() -> Iterator[Helper]:
    context = multiprocessing.get_context("fork")
    ours, its = context.Pipe()
    process = context.Process(target=_serve, args=(ours, its), daemon=True)
    process.start()
    its.close()
    try:
        yield Helper(ours)
    finally:
        ours.close()
        process.terminate()
        process.join()


def _serve(ours: Connection, its: Connection) -> None:
    """What a helper does until the other end is closed, by its maker or by that one's death."""
    ours.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    while True:
        try:
            its.send_bytes(_packed(decoded(its.recv_bytes().split(b"\n"))))
        except _DIED:
            return


def _packed(found: Decoded) -> bytes:
    rows = [
        (one.type, one.rows, [(path, kind.value) for path, kind in one.keys.items()])
        for one in found.rows
    ]
    rejects = [(index, reject.reason.value, reject.detail) for index, reject in found.rejects]
    # Version 2 does not look for values that occur twice, which would take longer than it saves.
    return marshal.dumps((rows, rejects, found.read), 2)


def _unpacked(data: bytes) -> Decoded:
    rows, rejects, read = marshal.loads(data)
    return Decoded(
        [TypeRows(name, of, {path: Kind(kind) for path, kind in keys}) for name, of, keys in rows],
        [(index, Reject(RejectReason(reason), detail)) for index, reason, detail in rejects],
        read,
    )
