"""Running audit queries, and the schema that they can be written for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...asking import Question, ask
from ...engine import Limits, Result
from ...events.times import rfc3339
from ...resources.keeping import get_resource
from ...resources.model import AuditQuery, Kind
from ...schema import find_view, views_of, views_with_further_columns
from ...sql.reference import by_group
from ...sql.render import csv_lines, spreadsheet_csv_lines
from ...sql.typed_json import typed_columns, typed_rows
from ..working import asking, reading, record_now
from .calls import Call, Refused
from .responses import answer, headers
from .streaming import json_parts, streamed

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

    from ...engine import Engine

MAX_ROWS = 1_000_000
_BYTES = 64 * 1024 * 1024


async def run_json(call: Call) -> Response:
    """Run a query: Trino SQL, or a saved query by name."""
    question = await question_of(call)
    result = await answer_to(call, question, _rows(call))
    before = {
        "ok": True,
        "database": call.database.name,
        "columns": typed_columns(result.columns),
    }
    after = {
        "truncated": result.truncated,
        "milliseconds": round(result.milliseconds, 3),
        "days": question.days,
        "as_of": None if question.as_of_ms is None else rfc3339(question.as_of_ms),
    }
    parts = json_parts(before, "rows", typed_rows(result.columns, result.rows), after)
    return streamed(call, parts, "application/json; charset=utf-8", headers(call.datasette))


async def run_csv(call: Call) -> Response:
    """The same as CSV, whole: a result that would be cut is an error, before anything is sent.

    Texts that a spreadsheet would take for formulas are changed, unless ``_exact`` is given.
    """
    lines = csv_lines if call.flag("_exact") else spreadsheet_csv_lines
    result = await answer_to(call, await question_of(call), _rows(call, MAX_ROWS))
    if result.truncated:
        raise Refused(
            400,
            f"the result has more than {len(result.rows):,} rows, which is as much as CSV gives: "
            "ask for fewer days, or for less in one query",
        )
    saved_as = {"content-disposition": 'attachment; filename="audit-query.csv"'}
    return streamed(
        call,
        lines(result.columns, result.rows),
        "text/csv; charset=utf-8",
        {**headers(call.datasette), **saved_as},
    )


async def schema(call: Call) -> Response:
    """The views, or one of them; ``_all`` adds the columns that ``SELECT *`` leaves out."""
    describe = views_with_further_columns if call.flag("_all") else views_of
    views = await reading(call.database, describe)
    name = call.optional_text("view")
    return answer(call, {"views": [find_view(name, views)] if name else list(views.values())})


async def functions(call: Call) -> Response:
    """The functions that a query may call."""
    return answer(call, {"functions": known_functions()})


def known_functions() -> list[dict[str, Any]]:
    """Each function's name, group and kind, what it takes and gives, and what it is for."""
    return [
        {
            "name": one.name,
            "group": title,
            "kind": one.kind.value,
            "signatures": [form.text for form in one.signatures],
            "doc": one.doc,
        }
        for title, members in by_group()
        for one in members
    ]


async def question_of(call: Call) -> Question:
    """What a call asks: SQL, or a saved query by name.  Raises ``Refused``, ``NoSuchResource``."""
    name = call.optional_text("name")
    if not name:
        return Question(call.text("sql"), call.days, call.as_of_ms)
    if call.optional_text("sql"):
        raise Refused(400, "give sql, or the name of a saved query, not both")
    kept = await reading(
        call.database, lambda conn: get_resource(conn, Kind.AUDIT_QUERY, name, call.fixed)
    )
    assert isinstance(kept.resource.spec, AuditQuery)
    return Question(kept.resource.spec.query, call.days, call.as_of_ms, name)


async def answer_to(call: Call, question: Question, rows: int) -> Result:
    """What a question gives, at most so many rows; told to the log.  Raises ``QueryError``.

    It is stopped when the caller goes away.
    """
    limits = Limits(rows=rows, bytes=_BYTES)
    database, principal = call.database, call.principal

    def run(engine: Engine) -> Result:
        return ask(engine, question, principal, lambda event: record_now(database, event), limits)

    return await asking(database, run, call.gone)


def _rows(call: Call, default: int | None = None) -> int:
    if call.optional_text("_size") == "max":
        return MAX_ROWS
    usual = call.datasette.setting("max_returned_rows") if default is None else default
    return call.number("_size", usual, MAX_ROWS)
