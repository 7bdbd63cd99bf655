"""Standard input and FIFOs: read once, passed on as they come."""

from __future__ import annotations

import fcntl
import gzip
import io
import os
import sys
import threading
from pathlib import Path

import pytest
from sources_support import read_source

from datasette_access_monitoring.errors import SourceError
from datasette_access_monitoring.sources.discover import discover
from datasette_access_monitoring.sources.files import FileSource
from datasette_access_monitoring.sources.model import choose_checkpoint
from datasette_access_monitoring.sources.streams import standard_input

CONTENT = b"".join(b'{"ei":%d}\n' % n for n in range(12_000))


def test_standard_input_gives_all_lines_and_has_no_size() -> None:
    source = standard_input(io.BytesIO(b"one\ntwo"))
    read = read_source(source)
    assert (source.location, source.size) == ("-", None)
    assert read.lines == [b"one", b"two"]
    assert read.positions == [(0, 1), (4, 2)]
    assert read.unterminated is None
    assert read.checkpoint is not None
    assert read.checkpoint.location == "-"
    assert read.checkpoint.complete


def test_standard_input_stays_open() -> None:
    stream = io.BytesIO(b"one\n")
    read_source(standard_input(stream))
    assert not stream.closed


def test_nothing_on_standard_input_yields_nothing() -> None:
    assert read_source(standard_input(io.BytesIO(b""))).chunks == 0


def test_the_process_standard_input_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\n")))
    (source,) = discover(["-"])
    assert read_source(source).lines == [b"\xff"]


def test_missing_standard_input_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(SourceError, match="no standard input"):
        read_source(standard_input())


def test_archive_on_standard_input_is_decompressed() -> None:
    packed = gzip.compress(CONTENT)
    assert b"\n".join(read_source(standard_input(io.BytesIO(packed))).lines) + b"\n" == CONTENT
    with pytest.raises(SourceError, match="-: the archive ends early"):
        read_source(standard_input(io.BytesIO(packed[:-9])))


def test_binary_data_on_standard_input_is_refused() -> None:
    with pytest.raises(SourceError, match="-: this is binary data"):
        read_source(standard_input(io.BytesIO(b"\0\0")))


def test_checkpoint_of_standard_input_is_no_reason_to_skip_or_note() -> None:
    first = read_source(standard_input(io.BytesIO(CONTENT))).checkpoint
    assert first is not None
    source = standard_input(io.BytesIO(CONTENT))
    chosen = choose_checkpoint(source, [first])
    assert len(read_source(source, chosen).lines) == 12_000
    assert source.notes == []


def test_file_that_was_piped_in_before_resumes(tmp_path: Path) -> None:
    first = read_source(standard_input(io.BytesIO(CONTENT))).checkpoint
    assert first is not None
    path = tmp_path / "events.log"
    path.write_bytes(CONTENT + b"{}\n")
    source = FileSource(str(path))
    assert read_source(source, choose_checkpoint(source, [first])).lines == [b"{}"]


@pytest.mark.parametrize("number", [0, 1_500], ids=["usual", "of a process with many files"])
def test_live_stream_is_passed_on_before_it_ends(number: int) -> None:
    reading, writing = os.pipe()
    if number:  # more than select(2) can ask about
        reading_low, reading = reading, fcntl.fcntl(reading, fcntl.F_DUPFD, number)
        os.close(reading_low)
    with open(reading, "rb") as stream, open(writing, "wb", buffering=0) as writer:  # noqa: PTH123
        chunks = standard_input(stream).chunks(None)
        writer.write(b"one\ntwo\nthr")
        assert next(chunks).lines == [b"one", b"two"]
        writer.write(b"ee\n")
        assert next(chunks).lines == [b"three"]
        writer.close()
        assert [chunk.lines for chunk in chunks] == [[]]


def test_archive_that_dribbles_in_is_recognised() -> None:
    reading, writing = os.pipe()
    packed = gzip.compress(b"one\n")

    def dribble() -> None:
        with open(writing, "wb", buffering=0) as writer:  # noqa: PTH123
            for index in range(len(packed)):
                writer.write(packed[index : index + 1])

    thread = threading.Thread(target=dribble)
    thread.start()
    with open(reading, "rb") as stream:  # noqa: PTH123
        assert read_source(standard_input(stream)).lines == [b"one"]
    thread.join()


def test_fifo_is_read_like_standard_input(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    (source,) = discover([str(fifo)])
    assert (source.location, source.size) == (str(fifo), None)
    thread = threading.Thread(target=fifo.write_bytes, args=(CONTENT,))
    thread.start()
    assert b"\n".join(read_source(source).lines) + b"\n" == CONTENT
    thread.join()


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="no /dev/fd here")
def test_process_substitution_is_a_stream() -> None:
    reading, writing = os.pipe()
    try:
        (source,) = discover([f"/dev/fd/{reading}"])
        os.write(writing, b"one\ntwo\n")
        os.close(writing)
        assert read_source(source).lines == [b"one", b"two"]
    finally:
        os.close(reading)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no /proc here")
def test_open_file_without_a_name_is_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"one\n")
    with path.open("rb") as file:
        path.unlink()
        (source,) = discover([f"/proc/self/fd/{file.fileno()}"])
        assert read_source(source).lines == [b"one"]
