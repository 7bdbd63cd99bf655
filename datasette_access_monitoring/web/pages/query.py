"""The query editor: SQL in, a table out, the views beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...asking import Question, sqlite_of
from ...charts.choosing import choices
from ...charts.drawing import Drawing, drawing
from ...errors import QueryError
from ...events.times import rfc3339
from ...schema import find_view, views_of
from ...sql.parsing.names import RESERVED, written
from ..api.calls import MAX_DAYS
from ..api.queries import answer_to, known_functions, question_of
from ..working import asking, reading
from .cells import seen, table
from .examples import EXAMPLES
from .layout import addresses, page
from .own_runs import own_runs

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

    from ...engine import Result
    from ..api.calls import Call
    from .layout import Addresses


async def editor(call: Call) -> Response:
    """The editor; with ``sql``, or the ``name`` of a saved query, with what it gives.

    ``sqlite`` shows the translation instead, and runs nothing.
    """
    # To look at a view's columns, or at the functions, runs nothing.
    view = call.optional_text("view")
    listed = call.flag("functions")
    asked = not (view or listed) and (call.optional_text("sql") or call.optional_text("name"))
    question = await question_of(call) if asked else _draft(call)
    links = await addresses(call)
    views = await reading(call.database, views_of)
    context: dict[str, Any] = {
        "sql": question.text,
        "name": question.name,
        "days": question.days,
        "max_days": MAX_DAYS,
        "as_of": call.optional_text("as_of"),
        "views": list(views.values()),
        "opened": find_view(view, views) if view else None,
        "functions": known_functions() if listed else [],
        "reserved": " ".join(sorted(RESERVED)).lower(),
        "examples": EXAMPLES,
        # What Datasette 1.0's editor completes.
        "table_columns": {
            name: [_completion(column["name"]) for column in one["columns"]]
            for name, one in views.items()
        },
    }
    status = 200
    if asked:
        answer = _translation if call.flag("sqlite") else _answer
        try:
            context |= await answer(call, question, links)
        except QueryError as error:
            status = 400
            context |= {"error": str(error), "place": _place(question.text, error)}
    context["own_runs"] = await own_runs(call, links)
    return await page(call, "query", context, status=status)


def _completion(name: str) -> str | dict[str, str]:
    """A column's name as CodeMirror 6 completes it: quoted, if it has to be."""
    put_in = written(name)
    return name if put_in == name else {"label": name, "type": "property", "apply": put_in}


def _draft(call: Call) -> Question:
    """What is being written, and not asked yet."""
    return Question(call.optional_text("sql"), call.days, call.as_of_ms)


async def _answer(call: Call, question: Question, links: Addresses) -> dict[str, Any]:
    """The result, and the ways to have it elsewhere."""
    result = await answer_to(call, question, call.datasette.setting("max_returned_rows"))
    arguments = {
        "sql": question.text,
        "days": question.days,
        "as_of": call.optional_text("as_of"),
    }
    return {
        "result": result,
        "table": table(result.columns, result.rows, len(result.rows), result.truncated),
        "drawings": _drawings(result),
        "json": links.to("/query.json", **arguments, _size="max"),
        "csv": links.to("/query.csv", **arguments),
        "permalink": links.to("/query", **{**arguments, "as_of": rfc3339(result.as_of_ms)}),
        "save": links.to("/new-query", sql=question.text),
    }


async def _translation(call: Call, question: Question, _links: Addresses) -> dict[str, Any]:
    """What the query becomes for SQLite."""
    text = await asking(call.database, lambda engine: sqlite_of(engine, question), call.gone)
    return {"sqlite": seen(text)}


def _drawings(result: Result) -> list[Drawing]:
    """The charts of a result; one row is no chart."""
    if len(result.rows) < 2:
        return []
    found = (drawing(result.columns, result.rows, one) for one in choices(result.columns))
    return [one for one in found if one is not None]


def _place(sql: str, error: QueryError) -> str:
    """The line that an error is about with a mark below the place; ``''`` where it is not known."""
    lines = sql.split("\n")
    if error.line is None or not 1 <= error.line <= len(lines):
        return ""
    line = lines[error.line - 1]
    column = error.column or 1
    # The same white space in front of the mark, so that it stands below the place.
    before = "".join("\t" if one == "\t" else " " for one in line[: column - 1])
    return f"{line}\n{before}^"
