"""The shipped reports are the documentation's, and a wrong file is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from spec_queries import REPORT_QUERIES, SPEC_QUERIES

from datasette_access_monitoring.errors import ResourceError
from datasette_access_monitoring.resources.canned import (
    _first_directory,
    canned_directory,
    canned_reports,
    load_query,
    load_report,
    load_reports,
)
from datasette_access_monitoring.resources.model import Chart

REPORT = "name: night\ntitle: At night\ndescription: What ran at night.\nqueries:\n  - logins\n"
QUERY = "-- title: Logins\n\nSELECT 1"


def report_folder(
    directory: Path, report: str = REPORT, query: str = QUERY, *, name: str = "night"
) -> Path:
    folder = directory / name
    folder.mkdir()
    (folder / "report.yaml").write_text(report, encoding="utf-8")
    (folder / "logins.sql").write_text(query, encoding="utf-8")
    return folder


def refused(folder: Path) -> str:
    with pytest.raises(ResourceError) as caught:
        load_report(folder)
    return str(caught.value)


def test_the_privileged_access_report_ships_with_its_nine_queries_in_order() -> None:
    (report,) = canned_reports()
    assert (report.name, report.title) == ("privileged_access_report", "Privileged Access Report")
    assert [query.name for query in report.queries] == [
        "db_sessions_weak_security",
        "ssh_sessions_weak_security",
        "kube_api_calls_weak_security",
        "privileged_postgres_sessions",
        "kube_execs",
        "long_lived_certificates",
        "long_lived_join_tokens",
        "root_ssh_sessions",
        "system_kube_api_calls",
    ]


def test_the_shipped_queries_are_the_documentation_s_byte_for_byte() -> None:
    (report,) = canned_reports()
    assert [query.query for query in report.queries] == [
        SPEC_QUERIES[name].strip() for name in REPORT_QUERIES
    ]


def test_the_bytes_in_the_files_end_with_the_query() -> None:
    (report,) = canned_reports()
    for query in report.queries:
        path = canned_directory() / report.name / f"{query.name}.sql"
        assert path.read_bytes().rstrip().endswith(b"\n\n" + query.query.encode())


def test_every_shipped_query_says_what_it_finds_what_to_do_and_how_to_draw_it() -> None:
    (report,) = canned_reports()
    for query in report.queries:
        assert query.title
        assert query.description.startswith("The following query identifies ")
        assert query.suggestion.endswith(".")
        assert query.chart is not None
        assert {query.chart.x, query.chart.y} == {"event_date", "count"}
        assert query.chart.color in query.query


def test_a_header_gives_every_field_and_the_rest_is_the_query(tmp_path: Path) -> None:
    path = tmp_path / "logins.sql"
    path.write_text(
        "-- title: Logins\n-- description: >-\n--   Two\n--   lines.\n-- suggestion: 'Do: it'\n"
        "-- chart: {x: day, y: count}\n\n-- a comment of the query\nSELECT 1 -- end\n",
        encoding="utf-8",
    )
    query = load_query(path)
    assert (query.name, query.title, query.suggestion) == ("logins", "Logins", "Do: it")
    assert query.description == "Two lines."
    assert query.chart == Chart("day", "count", "")
    assert query.query == "-- a comment of the query\nSELECT 1 -- end"


def test_values_that_look_like_numbers_or_dates_are_text(tmp_path: Path) -> None:
    (tmp_path / "logins.sql").write_text("-- title: 2020-13-45\nSELECT 1", encoding="utf-8")
    assert load_query(tmp_path / "logins.sql").title == "2020-13-45"


def test_a_report_of_one_s_own_is_read_with_lines_ended_as_on_windows(tmp_path: Path) -> None:
    folder = report_folder(tmp_path, REPORT.replace("\n", "\r\n"))
    (folder / "logins.sql").write_bytes(b"-- title: Logins\r\n\r\nSELECT\r\n1\r\n")
    report = load_report(folder)
    assert report.title == "At night"
    assert report.queries[0].query == "SELECT\r\n1"


@pytest.mark.parametrize(
    ("query", "place", "message"),
    [
        ("-- title: A\n-- colour: B\nSELECT 1", "line 2: colour", "is not known here"),
        ("-- description: A\nSELECT 1", "line 1: title", "is missing"),
        ("-- title:\nSELECT 1", "line 1: title", "is missing or empty"),
        ("-- title: A\n-- title: B\nSELECT 1", "line 2: title", "is given twice"),
        ("-- title: [A]\nSELECT 1", "line 1: title", "must be a text"),
        ("-- title: A\n-- chart: bar\nSELECT 1", "line 2: chart", "must be a mapping"),
        ("-- title: A\n-- chart: {x: a}\nSELECT 1", "line 2: chart.y", "is missing"),
        ("-- title: A\n-- chart: {x: a, y: b, z: c}\nSELECT 1", "line 2: chart.z", "is not known"),
        ("-- title: A\n-- b\nSELECT 1", "line 3", "not YAML"),
        ("-- title: A\x00\nSELECT 1", "logins.sql", "not YAML"),
        ("-- just words\nSELECT 1", "line 1", "expected keys and values"),
        ("SELECT 1", "line 1: title", "is missing"),
        ("-- title: A\n\n  \n", "line 4", "no SQL"),
        ("-- title: A", "line 1", "no SQL"),
    ],
)
def test_a_wrong_query_file_is_refused_with_file_line_and_key(
    tmp_path: Path, query: str, place: str, message: str
) -> None:
    error = refused(report_folder(tmp_path, query=query))
    assert error.startswith(str(tmp_path / "night" / "logins.sql"))
    assert place in error
    assert message in error


@pytest.mark.parametrize(
    ("report", "place", "message"),
    [
        (REPORT + "owner: me\n", "line 6: owner", "is not known here"),
        (REPORT.replace("title: At night\n", ""), "line 1: title", "is missing"),
        (REPORT.replace("night\n", "day\n", 1), "line 1: name", "folder is 'night'"),
        (REPORT + "  - exits\n", "line 4: queries", "there is no"),
        (REPORT + "  - logins\n", "line 4: queries", "names a query twice"),
        (REPORT + "  - {a: b}\n", "line 4: queries", "list of texts"),
        (REPORT.replace("\n  - logins", " none"), "line 4: queries", "must be a list"),
        ("- a\n", "line 1", "expected keys and values"),
        ("", "line 1", "expected keys and values"),
    ],
)
def test_a_wrong_report_is_refused_with_file_line_and_key(
    tmp_path: Path, report: str, place: str, message: str
) -> None:
    error = refused(report_folder(tmp_path, report))
    assert error.startswith(str(tmp_path / "night" / "report.yaml"))
    assert place in error
    assert message in error


def test_a_query_file_that_no_report_names_is_refused(tmp_path: Path) -> None:
    folder = report_folder(tmp_path)
    (folder / "forgotten.sql").write_text(QUERY, encoding="utf-8")
    assert "line 4: queries: does not name forgotten" in refused(folder)


def test_a_query_file_with_a_name_that_needs_quotes_is_refused(tmp_path: Path) -> None:
    folder = report_folder(tmp_path, REPORT + "  - Log ins\n")
    (folder / "Log ins.sql").write_text(QUERY, encoding="utf-8")
    assert "file name must be lower-case" in refused(folder)


def test_a_folder_without_a_report_and_a_file_that_is_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ResourceError, match=r"report\.yaml: cannot be read"):
        load_reports(tmp_path)
    folder = report_folder(tmp_path)
    (folder / "logins.sql").write_bytes(b"-- title: \xff\nSELECT 1")
    assert "logins.sql: cannot be read" in refused(folder)


def test_folders_that_interpreters_and_editors_leave_behind_are_no_reports(tmp_path: Path) -> None:
    report_folder(tmp_path)
    for name in ("__pycache__", ".idea"):
        (tmp_path / name).mkdir()
    (tmp_path / "README.md").write_text("words", encoding="utf-8")
    assert [report.name for report in load_reports(tmp_path)] == ["night"]


def test_the_packaged_directory_is_preferred_and_a_missing_one_is_reported(tmp_path: Path) -> None:
    first, second = tmp_path / "package", tmp_path / "repository"
    with pytest.raises(ResourceError, match="reinstall"):
        _first_directory(first, second)
    second.mkdir()
    assert _first_directory(first, second) == second
    first.mkdir()
    assert _first_directory(first, second) == first
