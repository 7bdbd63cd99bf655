"""The reports that ship with the package: where they lie, how their files are read.

A report is a folder with a ``report.yaml`` (name, title, description, the ordered names of
its queries) and one ``.sql`` file for each query, called after the query.  A query file is

* a header: the leading lines that begin with ``--``.  Without the ``--`` and one space they
  are YAML with the keys ``title``, ``description``, ``suggestion`` and ``chart`` (which
  column goes on ``x``, on ``y``, and which tells series apart by ``color``);
* a line that is no comment (an empty one, by custom), which ends the header;
* Trino SQL, kept byte for byte except for space around it.

A query's name is its file's name and nothing else, so nothing is written twice.  What is
made of these queries (translated, run, shown) is the business of others.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from ..errors import ResourceError
from .documents import read_chart
from .fields import Fields, read_fields
from .model import AuditQuery, SecurityReport

_QUERY_KEYS = ("title", "description", "suggestion", "chart")
_REPORT_KEYS = ("name", "title", "description", "queries")
_HEADER = re.compile(r"(?:--.*(?:\n|\Z))*")
_COMMENT_MARK = re.compile(r"^-- ?", re.MULTILINE)
# Names stand in web addresses, in YAML and on command lines, always unquoted.
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def canned_directory() -> Path:
    """The directory that holds the shipped reports.

    In an installed wheel it is a data directory inside the package; in an editable install
    it is the folder at the top of the repository, beside the package.  Raises
    ``ResourceError`` when neither is there.
    """
    package = Path(__file__).resolve().parent.parent
    return _first_directory(package / "canned_queries", package.parent / "canned_queries")


def _first_directory(*candidates: Path) -> Path:
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    places = ", ".join(map(str, candidates))
    raise ResourceError(f"the shipped reports are missing (looked for {places}); reinstall")


@cache
def canned_reports() -> tuple[SecurityReport, ...]:
    """The reports that ship with the package, by name; read once.  Raises ``ResourceError``."""
    return load_reports(canned_directory())


def load_reports(directory: Path) -> tuple[SecurityReport, ...]:
    """Read every report below ``directory``, one folder each, ordered by name.

    Raises ``ResourceError`` that names the file, the line and the key.
    """
    folders = (entry for entry in directory.iterdir() if entry.is_dir())
    # "." and "_": what editors and interpreters leave behind is no report.
    names = sorted(folder.name for folder in folders if folder.name[0] not in "._")
    return tuple(load_report(directory / name) for name in names)


def load_report(folder: Path) -> SecurityReport:
    """Read the report in ``folder``: its ``report.yaml`` and all its queries.

    Raises ``ResourceError`` when a file is not what its kind asks for, when the report names
    a query that has no file, or a file's query is not in the report.
    """
    path = folder / "report.yaml"
    fields = read_fields(str(path), _read(path))
    fields.refuse_unknown(_REPORT_KEYS)
    name = fields.text("name")
    if name != folder.name:
        raise fields.error("name", f"is {name!r}, but the report's folder is {folder.name!r}")
    names = fields.texts("queries")
    _check_names(fields, folder, names)
    return SecurityReport(
        name=name,
        title=fields.text("title"),
        description=fields.optional_text("description"),
        queries=tuple(load_query(folder / f"{query}.sql") for query in names),
    )


def load_query(path: Path) -> AuditQuery:
    """Read one query file; its name is the file's.  Raises ``ResourceError``."""
    if _NAME.fullmatch(path.stem) is None:
        raise ResourceError(
            f"{path}: a query's file name must be lower-case letters, digits and _, then .sql"
        )
    text = _read(path)
    match = _HEADER.match(text)
    header = match.group() if match else ""
    if not header:
        raise ResourceError(f"{path}: line 1: title: is missing; begin with -- title: …")
    fields = read_fields(str(path), _COMMENT_MARK.sub("", header))
    fields.refuse_unknown(_QUERY_KEYS)
    query = text[len(header) :].strip()
    if not query:
        raise ResourceError(f"{path}: line {text.count(chr(10)) + 1}: no SQL after the header")
    return AuditQuery(
        name=path.stem,
        title=fields.text("title"),
        description=fields.optional_text("description"),
        suggestion=fields.optional_text("suggestion"),
        chart=read_chart(fields),
        query=query,
    )


def _check_names(fields: Fields, folder: Path, names: tuple[str, ...]) -> None:
    files = {path.stem for path in folder.glob("*.sql")}
    for name in names:
        if name not in files:
            raise fields.error("queries", f"names {name}, but there is no {folder / name}.sql")
    if len(set(names)) != len(names):
        raise fields.error("queries", "names a query twice")
    for name in sorted(files.difference(names)):
        raise fields.error("queries", f"does not name {name}, whose file is {folder / name}.sql")


def _read(path: Path) -> str:
    try:
        # newline="": a query is kept as it stands, whatever ends its lines.
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise ResourceError(f"{path}: cannot be read: {error}") from error
