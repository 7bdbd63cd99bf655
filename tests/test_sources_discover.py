"""What a person names, and the sources that this stands for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from datasette_access_monitoring.errors import SourceError
from datasette_access_monitoring.sources.discover import SKIPPED_FOLDERS, discover

FIRST = "0b1c7a52-0000-4000-8000-000000000001"
SECOND = "f3d9e1aa-0000-4000-8000-000000000002"
EVENT = b'{"event":"user.login"}\n'


def write(path: Path, content: bytes = EVENT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Teleport's folder for two auth servers, with all that lies beside the logs."""
    log = tmp_path / "teleport" / "log"
    for server in (SECOND, FIRST):
        for day in ("2022-01-23", "2022-01-22", "2022-01-24"):
            write(log / server / f"{day}.00:00:00.log")
    write(log / FIRST / "sessions" / "default" / "x.log")
    for skipped in SKIPPED_FOLDERS:
        write(log / skipped / "recording.log")
    write(log / ".hidden" / "x.log")
    write(log / FIRST / ".x.log")
    write(log / FIRST / "README.txt")
    (log / "events.log").symlink_to(log / FIRST / "2022-01-24.00:00:00.log")
    return log


def locations(*arguments: object) -> list[str]:
    return [source.location for source in discover([str(argument) for argument in arguments])]


def days(log: Path, server: str) -> list[str]:
    return [str(log / server / f"2022-01-{day}.00:00:00.log") for day in (22, 23, 24)]


def test_teleport_folder_gives_each_log_once_in_order(log: Path) -> None:
    assert locations(log) == days(log, FIRST) + days(log, SECOND)
    assert locations(log.parent) == locations(log)


def test_sources_know_their_size_and_a_short_name(log: Path) -> None:
    first = discover([str(log)])[0]
    assert first.size == len(EVENT)
    assert first.name == "2022-01-22.00:00:00.log"


def test_overlapping_arguments_give_each_file_once_whatever_their_order(log: Path) -> None:
    arguments = [log / "events.log", log / FIRST, log, days(log, SECOND)[0]]
    assert locations(*arguments) == locations(*reversed(arguments)) == locations(log)


def test_relative_paths_and_links_give_the_real_absolute_path(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(log)
    assert locations("events.log") == [days(log, FIRST)[2]]
    assert locations(".") == locations(log)


def test_hard_links_count_once_under_the_same_name_always(tmp_path: Path) -> None:
    first = write(tmp_path / "a.log")
    second = tmp_path / "b.log"
    os.link(first, second)
    assert locations(first, second) == locations(second, first) == [str(first)]


def test_a_file_named_by_itself_may_have_any_name(tmp_path: Path) -> None:
    odd = write(tmp_path / ".odd[1]*name")
    assert locations(odd) == [str(odd)]


def test_folder_is_searched_for_all_kinds_of_json_lines(tmp_path: Path) -> None:
    names = ["a.log", "b.ndjson", "c.jsonl", "d.json", "e.LOG", "f.log.gz", "g.jsonl.gz"]
    names += ["h.log.1", "h.log.2.gz"]
    for name in [*names, "h.txt", "i.gz", "j.tar.gz", "k.1"]:
        write(tmp_path / name)
    assert locations(tmp_path) == [str(tmp_path / name) for name in names]


def test_linked_folders_are_followed_only_when_named(tmp_path: Path) -> None:
    real = write(tmp_path / "real" / "a.log")
    write(tmp_path / "seen" / "b.log")
    (tmp_path / "seen" / "link").symlink_to(tmp_path / "real")
    (tmp_path / "seen" / "loop").symlink_to(tmp_path / "seen")
    assert locations(tmp_path / "seen") == [str(tmp_path / "seen" / "b.log")]
    assert locations(tmp_path / "seen" / "link") == [str(real)]


def test_dangling_link_in_a_folder_is_left_out_but_an_error_when_named(tmp_path: Path) -> None:
    write(tmp_path / "a.log")
    (tmp_path / "events.log").symlink_to(tmp_path / "moved.log")
    assert locations(tmp_path) == [str(tmp_path / "a.log")]
    with pytest.raises(SourceError, match=r"events\.log: no such file"):
        discover([str(tmp_path / "events.log")])


def test_fifo_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    write(tmp_path / "a.log")
    os.mkfifo(tmp_path / "b.log")
    assert locations(tmp_path) == [str(tmp_path / "a.log")]


def test_folder_with_nothing_to_read_says_what_was_looked_for(tmp_path: Path) -> None:
    write(tmp_path / "sessions" / "x.log")
    with pytest.raises(SourceError) as caught:
        discover([str(tmp_path)])
    for word in (str(tmp_path), "*.log", "*.ndjson", "*.jsonl", "*.json", ".gz", "sessions"):
        assert word in str(caught.value)


def test_folder_that_cannot_be_listed_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "a.log")

    def denied(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", denied)
    with pytest.raises(SourceError, match="permission denied"):
        discover([str(tmp_path)])


def test_globs_match_files_and_the_logs_in_matched_folders(log: Path) -> None:
    everything = days(log, FIRST) + days(log, SECOND)
    assert locations(log / "*") == everything
    assert locations(log / "**") == everything
    assert locations(log / "**" / "*.log") == everything
    assert locations(log / "*" / "2022-01-2[23]*.log") == [
        *days(log, FIRST)[:2],
        *days(log, SECOND)[:2],
    ]
    assert locations(log / FIRST / "*.txt") == [str(log / FIRST / "README.txt")]


def test_glob_reaches_a_folder_of_recordings_that_it_spells_out(log: Path) -> None:
    assert locations(log / "records" / "*.log") == [str(log / "records" / "recording.log")]


def test_relative_glob(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(log)
    assert locations("*/*-24*.log") == [days(log, FIRST)[2], days(log, SECOND)[2]]


def test_glob_without_a_match_is_an_error(log: Path) -> None:
    with pytest.raises(SourceError, match=r"2023-\*\.log: no file matches this pattern"):
        discover([str(log / FIRST / "2023-*.log")])
    with pytest.raises(SourceError, match="no file matches"):
        discover([str(log / "gone" / "*.log")])


def test_missing_argument_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.log: no such file or folder"):
        discover([str(tmp_path / "gone.log")])


def test_standard_input_counts_once_and_comes_last(log: Path) -> None:
    assert locations("-", log / FIRST, "-") == [*days(log, FIRST), "-"]


def test_no_argument_gives_no_source() -> None:
    assert discover([]) == []
