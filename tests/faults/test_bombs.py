"""Archives that expand a thousandfold: read in little memory, or refused."""

from __future__ import annotations

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cli_support import run

from .world import LONG, SINK, audit, each_once, event, long_only, numbers_in, served
from .world import db as db

MIB = 1 << 20
EXPANDED = 4_096 if LONG else 160
"""MiB that a bomb makes."""


def write_bomb(path: Path, piece: bytes, mib: int) -> Path:
    """An event, so many MiB of one piece of 16 MiB again and again, and an event."""
    before, after = (gzip.compress(json.dumps(event(n)).encode() + b"\n") for n in (1, 2))
    path.write_bytes(
        before + gzip.compress(piece * (16 * MIB // len(piece)), 1) * (mib // 16) + after
    )
    return path


def test_a_bomb_of_blank_lines_is_read_to_its_end_in_little_memory(
    db: Path, tmp_path: Path
) -> None:
    bomb = write_bomb(tmp_path / "bomb.log.gz", b" " * (MIB - 1) + b"\n", EXPANDED)
    assert bomb.stat().st_size < EXPANDED * MIB / 100
    loaded = audit(db, "load", bomb)
    assert loaded.out.startswith("2 read, 2 new, 0 duplicate, 0 rejected") and loaded.code == 0
    assert loaded.peak_mib < 200
    assert numbers_in(db) == each_once({1, 2})


def test_a_bomb_of_zeros_is_refused_at_once(db: Path, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.log.gz"
    bomb.write_bytes(gzip.compress(bytes(16 * MIB), 1) * 64)
    refused = audit(db, "load", bomb)
    assert "this is binary data, not a log of JSON lines" in refused.error
    assert refused.peak_mib < 200


@long_only  # it writes half a gigabyte
def test_a_bomb_without_any_newline_is_refused_where_it_gets_absurd(
    db: Path, tmp_path: Path
) -> None:
    bomb = write_bomb(tmp_path / "bomb.log.gz", b"x", 4_096)
    refused = audit(db, "load", bomb)
    assert "is longer than 536870912 bytes" in refused.error
    assert refused.peak_mib < 400
    assert numbers_in(db) == each_once({1})


def test_bombs_over_http_are_refused_and_the_server_serves_on(db: Path) -> None:
    run("load", "--db", db, "/dev/null")
    bomb = gzip.compress(b" " * (64 * MIB), 1)
    assert len(bomb) < MIB
    with served(db) as server, ThreadPoolExecutor(8) as many:
        server.push(event(1))
        before = server.peak_mib

        def attack(_: int) -> tuple[int, str]:
            answer = server.request(SINK, bomb, {"content-encoding": "gzip"})
            return answer.status, answer.text

        answers = list(many.map(attack, range(12)))
        # Too long by itself, or together with the others that are under way.
        assert {status for status, _ in answers} <= {413, 503}
        assert all("longer than 33,554,432" in text for status, text in answers if status == 413)
        assert server.peak_mib - before < 200
        assert server.push(event(2)).status == 200
        alone = server.request(SINK, bomb, {"content-encoding": "gzip"})
        assert alone.status == 413
    assert numbers_in(db) == each_once({1, 2})
