"""An audit query that somebody asks: translated, run, and told to the log.

Whoever asks, on the command line or by HTTP, asks here.  Where the event goes is said by the
caller; it goes there before the answer is given, so nothing is read without a trace.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from .clock import now_ms
from .engine import DEFAULT_LIMITS, Engine, Limits, Result, parameter_values
from .errors import QueryError
from .events import Event
from .self_audit import Outcome, Principal, Span, query_run
from .sql.translate import translate
from .sql.window import Window

Record = Callable[[Event], None]
"""Puts an event into the log, or says that it cannot."""


@dataclass(frozen=True, slots=True)
class Question:
    """Trino SQL over the ``days`` that end at ``as_of_ms`` (``None``: now), UTC since 1970.

    ``name`` is that of a saved query, ``''`` for one that is not.
    """

    text: str
    days: int
    as_of_ms: int | None = None
    name: str = ""


def ask(
    engine: Engine,
    question: Question,
    principal: Principal,
    record: Record,
    limits: Limits = DEFAULT_LIMITS,
) -> Result:
    """The answer to a question, and its event.  Raises ``QueryError``, after its event."""
    now = now_ms()
    moment = now if question.as_of_ms is None else question.as_of_ms
    started = time.monotonic()

    def tell(outcome: Outcome) -> None:
        span = Span(question.days, question.as_of_ms)
        record(query_run(principal, question.text, span, outcome, now, question.name))

    try:
        translation = translate(question.text, engine.relations())
        window = Window.last_days(question.days, moment)
        result = engine.run(translation, window, moment, limits)
    except QueryError as error:
        tell(Outcome(False, str(error), (time.monotonic() - started) * 1000))
        raise
    tell(Outcome(True, milliseconds=result.milliseconds, rows=len(result.rows)))
    return result


def sqlite_of(engine: Engine, question: Question) -> str:
    """The SQLite SQL that a question becomes, its window written out; nothing is run.

    Raises ``QueryError``.
    """
    moment = now_ms() if question.as_of_ms is None else question.as_of_ms
    values = parameter_values(Window.last_days(question.days, moment), moment)
    translation = translate(question.text, engine.relations())
    return translation.with_parameters({key: str(value) for key, value in values.items()})
