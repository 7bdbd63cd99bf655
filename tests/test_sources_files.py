"""Plain log files: every line once, whatever happens between two loads."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources_support import read_source

from datasette_access_monitoring.errors import SourceError
from datasette_access_monitoring.sources import lines as cutting
from datasette_access_monitoring.sources.files import FileSource
from datasette_access_monitoring.sources.model import choose_checkpoint


def source(path: Path) -> FileSource:
    return FileSource(str(path))


def events(first: int, last: int) -> bytes:
    return b"".join(b'{"event":"user.login","ei":%d}\n' % n for n in range(first, last))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "2024-05-01.00:00:00.log"


def test_lines_come_without_newline_with_offset_and_number(log: Path) -> None:
    log.write_bytes(b"one\n\n{}\r\nfour\n")
    read = read_source(source(log))
    assert read.lines == [b"one", b"", b"{}\r", b"four"]
    assert read.positions == [(0, 1), (4, 2), (5, 3), (9, 4)]
    assert read.checkpoint is not None
    assert (read.checkpoint.offset, read.checkpoint.lines) == (14, 4)
    assert read.checkpoint.location == str(log)
    assert read.checkpoint.file_size == 14
    assert read.checkpoint.modified_ns == log.stat().st_mtime_ns
    assert read.checkpoint.complete is False


def test_only_newline_bytes_end_a_line(log: Path) -> None:
    line = "{\u2028\u0085\x0b\x0c\x1c\r}".encode()
    log.write_bytes(line + b"\n")
    assert read_source(source(log)).lines == [line]


def test_empty_file_yields_nothing(log: Path) -> None:
    log.touch()
    assert read_source(source(log)).chunks == 0


def test_unchanged_file_yields_nothing(log: Path) -> None:
    log.write_bytes(events(0, 10))
    first = read_source(source(log))
    again = source(log)
    assert read_source(again, first.checkpoint).chunks == 0
    assert again.notes == []


def test_appended_file_yields_only_new_lines_and_goes_on_counting(log: Path) -> None:
    log.write_bytes(b"one\ntwo\n")
    first = read_source(source(log))
    with log.open("ab") as file:
        file.write(b"three\n")
    again = read_source(source(log), first.checkpoint)
    assert again.lines == [b"three"]
    assert again.positions == [(8, 3)]


def test_half_written_last_line_waits_for_its_end(log: Path) -> None:
    log.write_bytes(b'{"a":1}\n{"b":')
    reading = source(log)
    first = read_source(reading)
    assert first.lines == [b'{"a":1}']
    assert first.unterminated == b'{"b":'
    assert reading.waiting_bytes == 5
    with log.open("ab") as file:
        file.write(b"2}\n")
    again = read_source(source(log), first.checkpoint)
    assert again.lines == [b'{"b":2}']
    assert again.positions == [(8, 2)]


def test_waiting_line_is_offered_again_while_it_has_no_end(log: Path) -> None:
    log.write_bytes(b'{"b":')
    first = read_source(source(log))
    reading = source(log)
    assert read_source(reading, first.checkpoint).unterminated == b'{"b":'
    assert reading.waiting_bytes == 5


def test_taken_unterminated_line_is_not_read_again(log: Path) -> None:
    log.write_bytes(b'{"a":1}\n{"b":2}')
    first = read_source(source(log), take_unterminated=True)
    assert first.lines == [b'{"a":1}', b'{"b":2}']
    assert first.positions == [(0, 1), (8, 2)]
    reading = source(log)
    assert read_source(reading, first.checkpoint).chunks == 0
    assert reading.notes == []


def test_newline_that_follows_a_taken_line_makes_no_line(log: Path) -> None:
    log.write_bytes(b'{"a":1}')
    first = read_source(source(log), take_unterminated=True)
    with log.open("ab") as file:
        file.write(b"\n")
    second = read_source(source(log), first.checkpoint)
    assert second.lines == []
    assert second.checkpoint is not None
    assert (second.checkpoint.offset, second.checkpoint.lines) == (8, 1)
    with log.open("ab") as file:
        file.write(b"{}\n")
    for checkpoint in (first.checkpoint, second.checkpoint):
        read = read_source(source(log), checkpoint)
        assert (read.lines, read.positions) == ([b"{}"], [(8, 2)])


def test_byte_order_mark_is_stripped_but_counted(log: Path) -> None:
    log.write_bytes(b"\xef\xbb\xbfone\ntwo\n\xef\xbb\xbfthree\n")
    read = read_source(source(log))
    assert read.lines == [b"one", b"two", b"\xef\xbb\xbfthree"]
    assert read.positions == [(0, 1), (7, 2), (11, 3)]
    assert read.checkpoint is not None
    assert read.checkpoint.offset == log.stat().st_size
    assert read_source(source(log), read.checkpoint).chunks == 0


def test_byte_order_mark_of_an_only_unterminated_line(log: Path) -> None:
    log.write_bytes(b"\xef\xbb\xbf{}")
    first = read_source(source(log), take_unterminated=True)
    assert first.lines == [b"{}"]
    assert first.checkpoint is not None
    assert first.checkpoint.offset == 5


def test_truncated_file_is_read_from_its_start_with_a_note(log: Path) -> None:
    log.write_bytes(events(0, 10))
    first = read_source(source(log))
    log.write_bytes(events(0, 3))
    reading = source(log)
    assert len(read_source(reading, first.checkpoint).lines) == 3
    assert reading.notes == ["replaced or cut off since the last load: read from its start"]


@pytest.mark.parametrize("position", [0, -2])
def test_replaced_file_is_noticed_by_either_edge(log: Path, position: int) -> None:
    content = bytearray(events(0, 1000))
    log.write_bytes(content)
    first = read_source(source(log))
    content[position] ^= 1
    log.write_bytes(content + events(1000, 1001))
    reading = source(log)
    assert len(read_source(reading, first.checkpoint).lines) == 1001
    assert reading.notes == ["replaced or cut off since the last load: read from its start"]


def test_renamed_file_resumes_from_the_checkpoint_of_its_old_name(tmp_path: Path) -> None:
    current, rotated = tmp_path / "events.log", tmp_path / "events.log.1"
    current.write_bytes(events(0, 500))
    first = read_source(source(current))
    assert first.checkpoint is not None
    current.rename(rotated)
    with rotated.open("ab") as file:
        file.write(events(500, 503))
    current.write_bytes(events(503, 600))

    old, new = source(rotated), source(current)
    chosen = choose_checkpoint(old, [first.checkpoint])
    assert chosen == first.checkpoint
    read = read_source(old, chosen)
    assert b"".join(line + b"\n" for line in read.lines) == events(500, 503)
    assert read.checkpoint is not None
    assert read.checkpoint.location == str(rotated)
    assert old.notes == [f"continues {current}: read from line 501"]

    stale = choose_checkpoint(new, [first.checkpoint])
    assert len(read_source(new, stale).lines) == 97
    assert new.notes == ["replaced or cut off since the last load: read from its start"]


def test_renamed_file_without_new_lines_is_known_by_its_new_name(tmp_path: Path) -> None:
    current, rotated = tmp_path / "events.log", tmp_path / "events.log.1"
    current.write_bytes(events(0, 500))
    first = read_source(source(current)).checkpoint
    current.rename(rotated)
    read = read_source(source(rotated), first)
    assert read.lines == []
    assert read.checkpoint is not None
    assert first is not None
    assert read.checkpoint.location == str(rotated)
    assert (read.checkpoint.offset, read.checkpoint.lines) == (first.offset, 500)
    assert read_source(source(rotated), read.checkpoint).chunks == 0


def test_own_checkpoint_is_preferred_and_the_longest_of_the_others(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.log", "b.log", "c.log")]
    found = []
    for path, count in zip(paths, (200, 300, 400), strict=True):
        path.write_bytes(events(0, count))
        checkpoint = read_source(source(path)).checkpoint
        assert checkpoint is not None
        found.append(checkpoint)
    paths[0].write_bytes(events(0, 500))
    assert choose_checkpoint(source(paths[0]), reversed(found)) == found[0]
    assert choose_checkpoint(source(paths[0]), found[1:]) == found[2]
    assert choose_checkpoint(source(paths[1]), [found[2]]) is None


def test_checkpoint_of_nothing_is_never_chosen(log: Path, tmp_path: Path) -> None:
    (tmp_path / "half.log").write_bytes(b"half")
    nothing = read_source(source(tmp_path / "half.log")).checkpoint
    assert nothing is not None
    assert nothing.offset == 0
    log.write_bytes(events(0, 3))
    assert choose_checkpoint(source(log), [nothing]) is None


def test_short_common_start_is_no_continuation_of_another_file(tmp_path: Path) -> None:
    one, two = tmp_path / "one.log", tmp_path / "two.log"
    one.write_bytes(events(0, 3))
    two.write_bytes(events(0, 5))
    first = read_source(source(one)).checkpoint
    assert first is not None
    assert choose_checkpoint(source(two), [first]) is None


def test_chunks_are_bounded_in_lines_and_each_checkpoint_resumes_there(log: Path) -> None:
    log.write_bytes(events(0, 12_001))
    chunks = list(source(log).chunks(None))
    assert [len(chunk.lines) for chunk in chunks] == [5000, 5000, 2001]
    assert [chunk.first_number for chunk in chunks] == [1, 5001, 10_001]
    assert [chunk.bytes_read for chunk in chunks] == [c.checkpoint.offset for c in chunks]
    whole = [line for chunk in chunks for line in chunk.lines]
    for done in range(1, 4):
        killed = read_source(source(log), stop_after=done)
        rest = read_source(source(log), killed.checkpoint)
        assert killed.lines + rest.lines == whole


def test_file_that_grows_while_it_is_read_is_read_up_to_its_size_at_the_start(log: Path) -> None:
    log.write_bytes(events(0, 6000))
    reading = source(log).chunks(None)
    lines = list(next(reading).lines)
    with log.open("ab") as file:
        file.write(events(6000, 6001))
    for chunk in reading:
        lines += chunk.lines
        checkpoint = chunk.checkpoint
    assert len(lines) == 6000
    assert len(read_source(source(log), checkpoint).lines) == 1


def test_memory_stays_flat_over_a_large_file(log: Path) -> None:
    line = b'{"event":"session.start","padding":"' + b"x" * 600 + b'"}\n'
    with log.open("wb") as file:
        for _ in range(100):
            file.write(line * 1000)
    tracemalloc.start()
    try:
        count = sum(len(chunk.lines) for chunk in source(log).chunks(None))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 100_000
    assert peak < 32 << 20


def test_line_longer_than_a_block_comes_whole(log: Path) -> None:
    long_line = b"x" * (9 << 20)
    log.write_bytes(b"first\n" + long_line + b"\nlast\n")
    read = read_source(source(log))
    assert read.lines == [b"first", long_line, b"last"]
    assert read.positions[2] == (6 + len(long_line) + 1, 3)


def test_line_beyond_every_limit_is_an_error_after_the_lines_before_it(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "LONGEST_LINE", 5 << 20)
    monkeypatch.setattr(cutting, "MOST_OF_A_LINE", 5 << 20)
    log.write_bytes(b"first\n" + b"x" * (6 << 20) + b"\nlast\n")
    reading = source(log).chunks(None)
    assert next(reading).lines == [b"first"]
    with pytest.raises(SourceError, match="line 2, from byte 6, is longer than 5242880 bytes"):
        next(reading)


def refused(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read_source(source(path))
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("opening", "said"),
    [
        (b"\x28\xb5\x2f\xfd....", "zstdcat FILE | datasette audit load -"),
        (b"\xfd7zXZ\x00....", "xzcat FILE"),
        (b"BZh91AY&SY", "bzcat FILE"),
        (b"PK\x03\x04....", "unzip -p FILE"),
        (b"x" * 257 + b"ustar", "tar archive"),
        (b'\xff\xfe{\x00"\x00', "binary data"),
        (b"SQLite format 3\x00", "binary data"),
    ],
)
def test_what_is_no_log_is_refused_with_what_to_do(log: Path, opening: bytes, said: str) -> None:
    log.write_bytes(opening)
    assert said in refused(log)


def test_nul_bytes_after_the_start_are_left_to_the_decoder(log: Path) -> None:
    log.write_bytes(events(0, 500) + b"\0\0\0\n")
    assert read_source(source(log)).lines[-1] == b"\0\0\0"


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.log: no such file"):
        source(tmp_path / "gone.log")


def test_file_that_vanishes_before_it_is_opened_is_named(log: Path) -> None:
    log.write_bytes(events(0, 3))
    reading = source(log)
    log.unlink()
    with pytest.raises(SourceError, match=r"00\.log: no such file.*moved"):
        read_source(reading)
    with pytest.raises(SourceError, match=r"00\.log: no such file.*moved"):
        choose_checkpoint(reading, [])


def test_folder_in_place_of_a_file_is_refused(log: Path) -> None:
    log.write_bytes(b"")
    reading = source(log)
    log.unlink()
    log.mkdir()
    with pytest.raises(SourceError, match="not a file"):
        read_source(reading)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file_says_who_may_read_it(log: Path) -> None:
    log.write_bytes(events(0, 3))
    log.chmod(0)
    assert "permission denied" in refused(log)


def test_permission_error_is_explained(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log.write_bytes(events(0, 3))
    reading = source(log)

    def denied(*_args: object, **_kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(SourceError, match=r"permission denied; load it as a user who may read"):
        read_source(reading)


def test_failing_disk_is_explained(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log.write_bytes(events(0, 3))
    reading = source(log)

    def failing(*_args: object, **_kwargs: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", failing)
    with pytest.raises(SourceError, match=r"cannot be read \(Input/output error\)"):
        read_source(reading)


def test_name_that_is_no_utf8_gets_a_storable_location(tmp_path: Path) -> None:
    path = os.fsencode(str(tmp_path)) + b"/\xff.log"
    Path(os.fsdecode(path)).write_bytes(events(0, 2))
    reading = FileSource(os.fsdecode(path))
    assert reading.location.encode("utf-8").endswith(b"/\\xff.log")
    assert len(read_source(reading).lines) == 2


pieces_of_a_log = st.lists(
    st.one_of(
        st.binary(max_size=12).map(lambda piece: piece.replace(b"\0", b"\n")),
        st.sampled_from([b"\n", b"\r\n", b'{"a":1}\n', b"x" * 5000, b"\n" * 30, b"half"]),
    ),
    max_size=12,
)


def tame(content: bytes) -> bytes:
    """Keep random bytes from being an archive or a byte order mark, which other tests cover."""
    return b"{" + content


@settings(max_examples=150, deadline=None)
@given(
    appends=st.lists(pieces_of_a_log.map(b"".join), min_size=1, max_size=6),
    stops=st.lists(st.integers(0, 3), max_size=12),
    block=st.sampled_from([1, 7, 4096, 4 << 20]),
    chunk_lines=st.sampled_from([1, 3, 5000]),
)
def test_appends_and_kills_yield_every_line_exactly_once(
    tmp_path_factory: pytest.TempPathFactory,
    appends: list[bytes],
    stops: list[int],
    block: int,
    chunk_lines: int,
) -> None:
    path = tmp_path_factory.mktemp("law") / "events.log"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("datasette_access_monitoring.sources.inputs.BLOCK_BYTES", block)
        patch.setattr(cutting, "CHUNK_LINES", chunk_lines)
        appends = [tame(appends[0]), *appends[1:]]
        kills = iter(stops)
        checkpoint = None
        lines: list[bytes] = []
        positions: list[tuple[int, int]] = []
        for index, append in enumerate(appends):
            with path.open("ab") as file:
                file.write(append)
            for stop in (next(kills, None), None) if index % 2 else (None,):
                reading = source(path)
                read = read_source(reading, checkpoint, stop_after=stop)
                assert reading.notes == []
                lines += read.lines
                positions += read.positions
                checkpoint = read.checkpoint
    content = b"".join(appends)
    *whole, unfinished = content.split(b"\n")
    assert lines == whole
    assert (read.unterminated or b"") == unfinished
    assert [number for _, number in positions] == list(range(1, len(whole) + 1))
    assert all(
        content[offset : offset + len(line)] == line
        for line, (offset, _) in zip(lines, positions, strict=True)
    )
