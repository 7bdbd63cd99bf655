"""Gzip archives: recognised by content, resumed, several members, damage told apart."""

from __future__ import annotations

import gzip
import os
import random
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources_support import read_source

from datasette_access_monitoring.errors import SourceError
from datasette_access_monitoring.sources import gzipped
from datasette_access_monitoring.sources.files import FileSource
from datasette_access_monitoring.sources.gzipped import DamagedArchive, Gunzip
from datasette_access_monitoring.sources.model import Chunk, choose_checkpoint


def source(path: Path) -> FileSource:
    return FileSource(str(path))


def events(first: int, last: int) -> bytes:
    """Lines that compress no better than real ones."""
    return b"".join(
        b'{"ei":%d,"uid":"%032x"}\n' % (n, random.Random(n).getrandbits(128))
        for n in range(first, last)
    )


def lines_of(content: bytes) -> list[bytes]:
    return content.split(b"\n")[:-1]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "2024-05-01.00:00:00.log.gz"


def read_until_error(path: Path) -> tuple[list[bytes], Chunk | None, str]:
    lines: list[bytes] = []
    last = None
    with pytest.raises(SourceError) as caught:
        for chunk in source(path).chunks(None):
            lines += chunk.lines
            last = chunk
    return lines, last, str(caught.value)


def test_archive_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    unnamed, misnamed = tmp_path / "a.log", tmp_path / "b.log.gz"
    unnamed.write_bytes(gzip.compress(b"one\ntwo\n"))
    misnamed.write_bytes(b"one\ntwo\n")
    assert read_source(source(unnamed)).lines == [b"one", b"two"]
    assert read_source(source(misnamed)).lines == [b"one", b"two"]


def test_positions_count_decompressed_bytes_and_progress_compressed(archive: Path) -> None:
    content = events(0, 12_000)
    archive.write_bytes(gzip.compress(content))
    chunks = list(source(archive).chunks(None))
    assert [line for chunk in chunks for line in chunk.lines] == lines_of(content)
    assert chunks[1].position(0) == (sum(len(line) + 1 for line in chunks[0].lines), 5001)
    assert chunks[-1].checkpoint.offset == len(content)
    assert chunks[-1].checkpoint.file_size == archive.stat().st_size
    assert chunks[-1].bytes_read == archive.stat().st_size
    assert [chunk.checkpoint.complete for chunk in chunks] == [False] * (len(chunks) - 1) + [True]


def test_members_and_padding_follow_each_other(archive: Path) -> None:
    archive.write_bytes(
        gzip.compress(b"one\ntw") + gzip.compress(b"") + b"\0" * 512 + gzip.compress(b"o\n")
    )
    assert read_source(source(archive)).lines == [b"one", b"two"]


def test_unterminated_last_line_is_an_ordinary_one(archive: Path) -> None:
    archive.write_bytes(gzip.compress(b"one\ntwo"))
    read = read_source(source(archive))
    assert read.lines == [b"one", b"two"]
    assert read.positions == [(0, 1), (4, 2)]
    assert read.unterminated is None


def test_byte_order_mark_is_stripped(archive: Path) -> None:
    archive.write_bytes(gzip.compress(b"\xef\xbb\xbfone\ntwo\n"))
    read = read_source(source(archive))
    assert read.lines == [b"one", b"two"]
    assert read.positions == [(0, 1), (7, 2)]


def test_unchanged_archive_is_not_decompressed_again(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.write_bytes(gzip.compress(events(0, 100)))
    first = read_source(source(archive))
    assert first.checkpoint is not None

    def never(**_kwargs: object) -> None:
        raise AssertionError("decompressed")

    monkeypatch.setattr(zlib, "decompressobj", never)
    again = source(archive)
    chosen = choose_checkpoint(again, [first.checkpoint])
    assert chosen == first.checkpoint
    assert read_source(again, chosen).chunks == 0


def test_touched_archive_yields_no_line_again(archive: Path) -> None:
    archive.write_bytes(gzip.compress(events(0, 100)))
    first = read_source(source(archive))
    os.utime(archive, ns=(1, 1))
    again = source(archive)
    read = read_source(again, first.checkpoint)
    assert read.lines == []
    assert read.checkpoint is not None
    assert read.checkpoint.modified_ns == 1
    assert read.checkpoint.complete
    assert again.notes == []


def test_archive_with_another_member_yields_what_is_new(archive: Path) -> None:
    archive.write_bytes(gzip.compress(events(0, 100)))
    first = read_source(source(archive))
    with archive.open("ab") as file:
        file.write(gzip.compress(events(100, 103)))
    again = read_source(source(archive), first.checkpoint)
    assert again.lines == lines_of(events(100, 103))
    assert [number for _, number in again.positions] == [101, 102, 103]


def test_replaced_archive_is_read_from_its_start(archive: Path) -> None:
    archive.write_bytes(gzip.compress(events(0, 1000)))
    first = read_source(source(archive))
    archive.write_bytes(gzip.compress(events(0, 998) + events(2000, 2003)))
    again = source(archive)
    assert len(read_source(again, first.checkpoint).lines) == 1001
    assert again.notes == ["replaced or cut off since the last load: read from its start"]


def test_killed_load_of_an_archive_resumes_at_any_chunk(archive: Path) -> None:
    content = events(0, 12_000)
    archive.write_bytes(gzip.compress(content))
    total = read_source(source(archive)).chunks
    assert total >= 3
    for done in range(total):
        killed = read_source(source(archive), stop_after=done)
        again = source(archive)
        rest = read_source(again, killed.checkpoint)
        assert killed.lines + rest.lines == lines_of(content)
        assert again.notes == []


def test_log_that_was_compressed_after_loading_resumes(tmp_path: Path) -> None:
    plain, packed = tmp_path / "day.log", tmp_path / "day.log.gz"
    plain.write_bytes(events(0, 700))
    first = read_source(source(plain)).checkpoint
    assert first is not None
    packed.write_bytes(gzip.compress(events(0, 705)))
    plain.unlink()
    again = source(packed)
    chosen = choose_checkpoint(again, [first])
    assert chosen == first
    assert read_source(again, chosen).lines == lines_of(events(700, 705))
    assert again.notes == [f"continues {plain}: read from line 701"]


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_truncated_archive_gives_its_whole_lines_then_an_error(archive: Path, share: float) -> None:
    content = events(0, 3000)
    whole = gzip.compress(content)
    archive.write_bytes(whole[: int(len(whole) * share)])
    lines, last, message = read_until_error(archive)
    assert lines == lines_of(content)[: len(lines)]
    assert len(lines) > 3000 * share * 0.8
    assert f"{archive}: the archive ends early" in message
    assert f"its first {len(lines)} lines were read" in message
    offset = last.checkpoint.offset if last else 0
    assert f"after {offset} decompressed bytes" in message

    archive.write_bytes(whole)  # the whole file arrives
    again = source(archive)
    rest = read_source(again, last.checkpoint if last else None)
    assert lines + rest.lines == lines_of(content)
    assert again.notes == []


def test_archive_without_its_last_bytes_only_is_told_from_a_whole_one(archive: Path) -> None:
    content = events(0, 50)
    archive.write_bytes(gzip.compress(content)[:-1])
    lines, _, message = read_until_error(archive)
    assert lines == lines_of(content)
    assert "ends early" in message


def test_corrupt_archive_gives_the_lines_before_the_damage(archive: Path) -> None:
    content = events(0, 20_000)
    first = gzip.compress(content)
    archive.write_bytes(first + b"\x1f\x8b\x08 this is no member")
    lines, _, message = read_until_error(archive)
    assert lines == lines_of(content)
    assert "the archive is corrupt" in message


def test_damage_within_a_member_keeps_what_came_before_it(archive: Path) -> None:
    content = events(0, 20_000)
    damaged = bytearray(gzip.compress(content))
    middle = len(damaged) // 2
    damaged[middle : middle + 64] = bytes(64)
    archive.write_bytes(damaged)
    lines, _, _ = read_until_error(archive)
    assert lines[:9000] == lines_of(content)[:9000]


def test_wrong_check_sum_is_damage(archive: Path) -> None:
    packed = bytearray(gzip.compress(events(0, 10)))
    packed[-8] ^= 1
    archive.write_bytes(packed)
    lines, _, message = read_until_error(archive)
    assert len(lines) == 10
    assert "corrupt" in message


def test_archive_of_something_else_is_refused(archive: Path) -> None:
    archive.write_bytes(gzip.compress(b"x" * 257 + b"ustar\0"))
    with pytest.raises(SourceError, match="tar archive"):
        read_source(source(archive))


def test_memory_stays_flat_over_an_archive_that_expands_a_thousandfold(archive: Path) -> None:
    with gzip.open(archive, "wb") as file:
        for _ in range(40):
            file.write((b"x" * 1023 + b"\n") * 4096)
    assert archive.stat().st_size < 1 << 20
    tracemalloc.start()
    try:
        count = sum(len(chunk.lines) for chunk in source(archive).chunks(None))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 40 * 4096
    assert peak < 48 << 20


@settings(max_examples=100, deadline=None)
@given(
    members=st.lists(st.binary(max_size=300), min_size=1, max_size=5),
    size=st.integers(1, 64),
    keep=st.one_of(st.none(), st.integers(0, 400)),
    output=st.integers(1, 50),
)
def test_decompression_gives_the_content_however_the_blocks_fall(
    members: list[bytes], size: int, keep: int | None, output: int
) -> None:
    packed = b"".join(gzip.compress(member) for member in members)
    kept = packed if keep is None else packed[:keep]
    blocks = [kept[start : start + size] for start in range(0, len(kept), size)]
    got = b""
    ended_early = False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gzipped, "_OUTPUT_BYTES", output)
        try:
            for block in Gunzip(blocks):
                assert len(block) > 0
                got += block
        except DamagedArchive:
            ended_early = True
    content = b"".join(members)
    assert content.startswith(got)
    boundaries = {0}
    for member in members:
        boundaries.add(max(boundaries) + len(gzip.compress(member)))
    assert ended_early == (len(kept) not in boundaries)
    if len(kept) == len(packed):
        assert got == content
